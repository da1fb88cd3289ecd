/* Work in the running kernel: which step is asked for, and loading.
 *
 * A load knows no step but the next one: it looks at what leads the chains and does what
 * follows from that, so that it also finishes what another one, cut short, began. */
#include "nftables/live.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/ctx.h"
#include "nftables/connections.h"
#include "nftables/fetch.h"
#include "nftables/live_job.h"

uint64_t cv_live_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool cv_live_fail(struct cv_live_job *job, const char *what)
{
	if (job->link->error == EPERM || job->link->error == EACCES)
		job->work->denied = true;
	return cv_live_say(job->work, true, NULL, "%s: %s", what,
			   cv_netlink_why(job->link));
}

bool cv_live_job_open(struct cv_live_work *work, struct cv_netlink *link,
		      struct cv_live_job *job_out)
{
	const uint64_t start = cv_live_now();
	struct cv_live_job *job = job_out;

	*job = (struct cv_live_job){
		.work = work, .ctx = work->ctx, .link = link, .aside_side = -1};
	if (!cv_live_policy_make(work, &job->policy))
		return false;
	cv_batch_open(job->ctx, &job->own, job->policy.table, CV_LIVE_FIRST_OF_PART);
	cv_batch_add_policy(&job->own, &job->policy, "");
	work->build_time += cv_live_now() - start;
	cv_normal_open(job->ctx, &job->wanted);
	return true;
}

void cv_live_job_close(struct cv_live_job *job)
{
	cv_batch_close(&job->own);
	cv_batch_close(&job->aside);
	cv_normal_close(&job->wanted);
}

bool cv_live_start(struct cv_live_job *job)
{
	struct cv_live_work *work = job->work;
	if (!cv_live_look(job))
		return false;
	if (work->version && work->version != job->picture.generation) {
		job->link->error = ERESTART;
		return cv_live_fail(job, "nothing was changed");
	}
	work->version = job->picture.generation;
	if (job->picture.dormant && !job->policy.enforces)
		cv_live_say(work, false, NULL,
			    "the table inet %s is dormant: nothing in it is in force",
			    job->policy.table);
	return cv_live_state_of(job, work->step == CV_LIVE_STATUS, &work->state);
}

/* Whether one and the same side is in force in all chains, or nothing in any: then
 * nobody uses the sets under their own names. */
static bool is_ready(const struct cv_live_job *job)
{
	const struct cv_live_seen *first = &job->picture.chains[0];

	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_seen *seen = &job->picture.chains[i];

		if (seen->lead == CV_LIVE_LEAD_RULES ||
		    (seen->lead == CV_LIVE_LEAD_GOTO) !=
			    (first->lead == CV_LIVE_LEAD_GOTO) ||
		    (seen->lead == CV_LIVE_LEAD_GOTO && seen->side != first->side))
			return false;
	}
	return true;
}

static uint32_t next_generation(uint32_t generation)
{
	return generation + 1 ? generation + 1 : 1;
}

/* What was made, and in which generation: only in that one is it sure to be there. */
struct made {
	uint32_t side, behind; /* 0: not made */
	bool settled;          /* only what is left over has to go */
};

static bool take_step(struct cv_live_job *job, struct made *made, bool *done_out)
{
	const uint32_t generation = job->picture.generation;
	bool needed;
	int side;

	if (made->settled) {
		*done_out = cv_live_tidy(job, &needed);
		return *done_out;
	}
	if (!job->policy.ranges) {
		made->settled = cv_live_settle(job, true);
		return made->settled;
	}
	if (is_ready(job)) {
		if (made->behind == generation) {
			made->settled = cv_live_unblock(job);
			return made->settled;
		}
		made->behind = next_generation(generation);
		return cv_live_build_behind(job);
	}
	if (!cv_live_free_side(job, &side))
		return false;
	if (made->side == generation)
		return cv_live_flip(job, side);
	made->side = next_generation(generation);
	return cv_live_build_side(job, side);
}

/* The words for a load that others did not let come to its end. */
static bool fail_changed(struct cv_live_job *job)
{
	if (!job->committed)
		return cv_live_fail(job, "nothing was changed");
	job->link->error = EAGAIN;
	return cv_live_fail(job, "what was begun is not finished, give it once more");
}

bool cv_live_put(struct cv_live_job *job)
{
	struct made made = {.settled = false};
	bool done = false;

	for (int i = 0; !done && i < CV_LIVE_TRIES; i++) {
		if (!cv_live_look(job))
			return false;
		job->restart = false;
		if (!take_step(job, &made, &done) && !job->restart)
			return false;
		if (job->restart && !job->committed)
			break;
	}
	if (!done)
		return fail_changed(job);
	return cv_live_look(job) && cv_live_verify(job, -1);
}

bool cv_live_no_trial(struct cv_live_job *job)
{
	return !cv_live_on_trial(job) ||
	       cv_live_say(job->work, true, NULL,
			   "a trial is under way for %u seconds more: confirm it "
			   "or take it back first",
			   job->work->seconds_left);
}

static bool load(struct cv_live_job *job)
{
	return cv_live_start(job) && cv_live_no_trial(job) && cv_live_chains_fit(job) &&
	       cv_live_put(job);
}

static bool check(struct cv_live_job *job)
{
	if (!cv_live_start(job) || !cv_live_chains_fit(job) ||
	    !cv_live_stays_as_it_is(job))
		return false;
	if (cv_live_settle(job, false))
		return true;
	return job->restart ? cv_live_fail(job, "the load could not be checked") : false;
}

bool cv_nft_live_work(struct cv_netlink *link, struct cv_live_work *work)
{
	struct cv_live_job job;
	bool ok = cv_live_job_open(work, link, &job);

	if (ok) {
		switch (work->step) {
		case CV_LIVE_CHECK:
			ok = check(&job);
			break;
		case CV_LIVE_LOAD:
			ok = load(&job);
			break;
		case CV_LIVE_TRY:
			ok = cv_live_try(&job);
			break;
		case CV_LIVE_CONFIRM:
			ok = cv_live_confirm(&job);
			break;
		case CV_LIVE_ROLLBACK:
			ok = cv_live_roll_back(&job);
			break;
		case CV_LIVE_STATUS:
			ok = cv_live_start(&job);
			break;
		}
	}
	cv_live_job_close(&job);
	return ok;
}

static bool do_work(struct cv_live_work *work)
{
	struct cv_netlink link;
	bool ok = cv_netlink_open(work->ctx, &link);

	if (ok)
		ok = cv_nft_live_work(&link, work);
	else
		cv_live_say(work, true, NULL, "netlink: %s", cv_netlink_why(&link));
	cv_netlink_close(&link);
	return ok;
}

const struct cv_live cv_nft_live = {
	.fetch = cv_nft_fetch,
	.work = do_work,
	.connections = cv_nft_connections,
	.enforces = cv_nft_entries_enforce,
	.drops = cv_nft_entries_drop,
	.boot_file = "/etc/nftables.d/carveout-%s.nft",
	.boot_line = "include \"%s\"",
	.boot_place = "the machine's own configuration (/etc/nftables.conf, or "
		      "/etc/sysconfig/nftables.conf) needs this line, behind `flush "
		      "ruleset` and before a table that jumps to our chains:",
};
