#pragma once
/* A target's product as it runs on this machine: reading it, and putting a plan's
 * entries into it.  Only `audit --live` and `apply` ask for it. */

#include <stdint.h>

#include "model/plan.h"

struct cv_buf;
struct cv_ctx;

enum cv_live_step {
	CV_LIVE_CHECK,    /* what LOAD would do, up to the commit, which is left out: for
			     a load that is not to follow, since LOAD and TRY begin
			     with what is taken or refused as a whole */
	CV_LIVE_LOAD,     /* the entries take the place of what stands there of ours */
	CV_LIVE_TRY,      /* the same for some seconds; then the old policy is back */
	CV_LIVE_CONFIRM,  /* what is on trial stays */
	CV_LIVE_ROLLBACK, /* the trial ends at once */
	CV_LIVE_STATUS,   /* nothing is changed */
};

enum cv_live_state {
	CV_LIVE_ABSENT,  /* nothing of ours is there */
	CV_LIVE_OTHER,   /* something of ours is, but not these entries */
	CV_LIVE_EQUAL,   /* these entries are in force */
	CV_LIVE_TRIAL,   /* these entries are on trial */
	CV_LIVE_STRANGE, /* something else is on trial */
	CV_LIVE_HALF,    /* confirmed, but a confirmation was cut short: once more */
};

/* A connection of this machine, or one that it passes on, as its kernel knows it. */
struct cv_live_connection {
	uint8_t family;
	int protocol;
	struct cv_address source, destination; /* of whoever opened it */
	uint16_t source_port, port;
	const char *list; /* the chain that its first packet came through: "input" */
	bool admin;       /* the one over which this command was given */
};

/* A remark of the product's on what it was asked to do. */
struct cv_live_remark {
	bool error;                   /* nothing was done */
	const struct cv_entry *entry; /* that it is about, or NULL */
	const char *text;
};

struct cv_live_work {
	struct cv_ctx *ctx;
	enum cv_live_step step;
	const struct cv_entry *const *entries; /* of the form that is loaded, in order */
	size_t count;
	unsigned seconds; /* of a trial */
	/* In and out: a number that every change of anybody's raises.  0: whatever it is.
	 * One that an earlier step gave: only if nothing was changed since. */
	uint32_t version;
	/* Out. */
	/* Before the step; of STATUS, now.  Only STATUS reads back what tells EQUAL from
	 * OTHER, and TRIAL from STRANGE where only the comments are still the same. */
	enum cv_live_state state;
	unsigned seconds_left;       /* of a trial that is under way */
	struct cv_table remarks;     /* of struct cv_live_remark */
	struct cv_table connections; /* of struct cv_live_connection; of CHECK */
	uint64_t build_time, commit_time, verify_time; /* nanoseconds, for -v */
	bool denied; /* the step was not done because the system does not permit it */
};

struct cv_live {
	/* What the product holds now, as the bytes that read_export takes.  Without
	 * `whole`, only what it needs where it is asked for the way alone.  False with
	 * *why_out when it cannot be had: no such kernel, no permission. */
	bool (*fetch)(struct cv_ctx *ctx, bool whole, struct cv_buf *out,
		      const char **why_out);
	/* False when the step was not done; the remarks say why.  After LOAD, TRY and
	 * CONFIRM the product was read back and holds what was asked. */
	bool (*work)(struct cv_live_work *work);
	/* Where a machine keeps what it loads at boot: a path with the subject for %s. */
	const char *boot_file;
	/* The line of the machine's own configuration that loads such a file, with its
	 * path for %s, and where that line belongs, in words. */
	const char *boot_line, *boot_place;
	/* The connections that stand now: struct cv_live_connection without `admin`, into
	 * the table; those that never leave the machine are not among them.  A part that
	 * could not be asked for is named in *why_out, else NULL; false when nothing
	 * could. */
	bool (*connections)(struct cv_ctx *ctx, struct cv_table *connections,
			    const char **why_out);
	/* Whether the entries drop what none of their flows lets through: anything at
	 * all, and this connection. */
	bool (*enforces)(const struct cv_entry *const *entries, size_t count);
	bool (*drops)(const struct cv_entry *const *entries, size_t count,
		      const struct cv_live_connection *connection);
};
