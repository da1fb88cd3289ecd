#pragma once
/* One piece of live work: what the kernel is to have, what it has, and the steps from
 * the one to the other. */

#include "nftables/netlink_normal.h"
#include "nftables/netlink_rule.h"
#include "nftables/netlink_talk.h"

/* The comment of a rule that leads: whose policy is at the other end. */
#define CV_LIVE_COMMENT "carveout "
#define CV_LIVE_ADDED ", chain added for the trial"
enum { CV_LIVE_DIGEST = 32 }; /* hexadecimal digits of it in there */

/* What leads a chain: a rule of ours that decides alone. */
enum cv_live_lead {
	CV_LIVE_LEAD_NONE,   /* the chain is empty, or not there */
	CV_LIVE_LEAD_RULES,  /* rules as any others: they are in force */
	CV_LIVE_LEAD_GOTO,   /* all goes to a side chain */
	CV_LIVE_LEAD_RETURN, /* nothing behind it is in force */
};

/* A chain as the kernel has it. */
struct cv_live_seen {
	bool exists, base, drops;
	const char *type;
	uint32_t hook;
	int32_t priority;
	/* A rule that sends all to a side chain while the trial lasts, before the lead.
	 */
	bool trial, added; /* `added`: the chain is there for the trial only */
	int trial_side;    /* of cv_live_sides, or -1 */
	uint64_t trial_handle;
	const char *trial_digest;
	enum cv_live_lead lead;
	int side; /* of GOTO */
	uint64_t handle;
	const char *digest;
	size_t rules; /* without that of the trial */
};

/* What of ours is there, without elements. */
struct cv_live_picture {
	uint32_t generation;
	bool table, dormant;
	struct cv_live_seen chains[CV_NFT_LISTS]; /* in the order of the policy's */
	struct cv_table chain_names, set_names;   /* of const char *: of the table */
	bool trial_set;
	size_t trial_elements;
	uint64_t milliseconds; /* that are left of the trial */
};

struct cv_live_job {
	struct cv_live_work *work;
	struct cv_ctx *ctx;
	struct cv_netlink *link;
	struct cv_live_policy policy;
	struct cv_live_picture picture;
	/* The sets and rules under their own names, and what the kernel then has: made
	 * when asked for. */
	struct cv_batch own;
	struct cv_normal wanted;
	char digest[CV_LIVE_DIGEST + 1];
	/* The same under the names of a side; -1: not made yet. */
	struct cv_batch aside;
	int aside_side;
	bool committed; /* something was changed */
	bool restart;   /* the last commit failed as others were faster */
};

bool cv_live_job_open(struct cv_live_work *work, struct cv_netlink *link,
		      struct cv_live_job *job_out);
void cv_live_job_close(struct cv_live_job *job);

/* A remark on the link's last failure; false. */
bool cv_live_fail(struct cv_live_job *job, const char *what);

/* live_look.c.  Looks at the kernel again; false with a remark. */
bool cv_live_look(struct cv_live_job *job);

/* Whether the table has that chain or set. */
bool cv_live_has_chain(const struct cv_live_job *job, const char *name);
bool cv_live_has_set(const struct cv_live_job *job, const char *name);

/* Whether elements hold the trial up. */
bool cv_live_on_trial(const struct cv_live_job *job);

/* In which state all that is; work->seconds_left besides.  `whole`: asks the kernel for
 * everything where that decides; else EQUAL is OTHER, and a trial what its comments
 * say. */
bool cv_live_state_of(struct cv_live_job *job, bool whole, enum cv_live_state *state_out);

/* Reads the chains, sets and rules back, with their elements, and holds them against
 * what is wanted; `side` is that of a trial, or -1.  *why_out is NULL where they are
 * equal.  False with a remark when they could not be read. */
bool cv_live_compare(struct cv_live_job *job, int side, const char **why_out);

/* The same, and a remark where they differ. */
bool cv_live_verify(struct cv_live_job *job, int side);

/* Makes the messages of a side, where they are not made yet. */
bool cv_live_make_side(struct cv_live_job *job, int side);

/* Sequence numbers of the parts, beyond those of what leads to them. */
#define CV_LIVE_FIRST_OF_PART (UINT32_C(1) << 20)

/* By which a policy is known again: of all that it holds, in any order. */
const char *cv_live_digest(struct cv_live_job *job);

/* live_change.c: transactions.  Each takes the picture for the truth: it commits only if
 * nobody changed anything since.  False with remarks, or with job->restart. */

/* All at once: a load without ranges. */
bool cv_live_settle(struct cv_live_job *job, bool really);
/* The policy under the names of a side, which nothing leads to yet. */
bool cv_live_build_side(struct cv_live_job *job, int side);
/* From here on the side is in force. */
bool cv_live_flip(struct cv_live_job *job, int side);
/* The policy under its own names, behind a rule that decides alone. */
bool cv_live_build_behind(struct cv_live_job *job);
/* That rule goes. */
bool cv_live_unblock(struct cv_live_job *job);
/* Sides go that nothing leads to; *needed_out: there were any.  Apart from what led
 * there, since a packet may be on its way in there still, and would miss what its map
 * leads by. */
bool cv_live_tidy(struct cv_live_job *job, bool *needed_out);
/* The trial begins; builds the side besides, unless it is there. */
bool cv_live_begin_trial(struct cv_live_job *job, int side, bool build);
bool cv_live_end_trial(struct cv_live_job *job);

/* A side that nothing in force goes to; false with a remark when there is none. */
bool cv_live_free_side(struct cv_live_job *job, int *side_out);

/* Whether the chains that are there can become what they are to be; else remarks. */
bool cv_live_chains_fit(struct cv_live_job *job);

/* Whether the end of a trial brings back what is in force now: not in a table of ours
 * that sleeps, with something in it; else a remark. */
bool cv_live_stays_as_it_is(struct cv_live_job *job);

enum { CV_LIVE_TRIES = 10 }; /* of a change while others change the ruleset, too */

/* live.c: the first look of a step, with the state and the conditions of the work. */
bool cv_live_start(struct cv_live_job *job);

/* False with a remark while a trial is under way. */
bool cv_live_no_trial(struct cv_live_job *job);

/* From whatever is in force to the policy under its own names, in as many
 * transactions as it takes. */
bool cv_live_put(struct cv_live_job *job);

/* trial.c. */
bool cv_live_try(struct cv_live_job *job);
bool cv_live_confirm(struct cv_live_job *job);
bool cv_live_roll_back(struct cv_live_job *job);

/* Nanoseconds of a clock that only goes forward. */
uint64_t cv_live_now(void);
