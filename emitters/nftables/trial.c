/* Trials: a policy that the kernel itself takes back.
 *
 * The new policy stands in side chains.  A rule before all others leads there as long as
 * a set holds the packet's family, and the set's elements have a timeout.  Confirming
 * makes that way the only one, in one transaction; what follows only tidies up. */
#include "nftables/live_job.h"

#include "base/ctx.h"

static bool begin(struct cv_live_job *job, int side)
{
	/* The clock starts with the second transaction, so however long the first one
	 * takes, the trial has its time. */
	const bool apart = job->policy.ranges;

	if (apart && (!cv_live_build_side(job, side) || !cv_live_look(job)))
		return false;
	return cv_live_begin_trial(job, side, !apart);
}

bool cv_live_try(struct cv_live_job *job)
{
	enum cv_live_state state;
	int side;

	/* An element without a time would stay. */
	if (!job->work->seconds)
		return cv_live_say(job->work, true, NULL, "a trial needs some seconds");
	if (!cv_live_start(job) || !cv_live_no_trial(job) ||
	    !cv_live_free_side(job, &side) || !cv_live_chains_fit(job) ||
	    !cv_live_stays_as_it_is(job))
		return false;
	if (!begin(job, side))
		return job->restart ? cv_live_fail(job, "no trial was begun") : false;
	if (!cv_live_look(job) || !cv_live_state_of(job, false, &state))
		return false;
	if (state != CV_LIVE_TRIAL)
		return cv_live_say(job->work, true, NULL,
				   "the trial was begun, and is not what the kernel "
				   "holds now: somebody else is at work");
	return cv_live_verify(job, side);
}

static bool refuse(struct cv_live_job *job)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		if (job->picture.chains[i].trial && !cv_live_on_trial(job))
			return cv_live_say(job->work, true, NULL,
					   "the trial has ended; apply again");
	switch (job->work->state) {
	case CV_LIVE_STRANGE:
		return cv_live_say(job->work, true, NULL,
				   "what is on trial is another policy, or was changed "
				   "since: nothing was confirmed");
	case CV_LIVE_EQUAL:
		return cv_live_say(job->work, true, NULL,
				   "there is no trial: this policy is in force already");
	default:
		return cv_live_say(job->work, true, NULL, "there is no trial");
	}
}

/* Somebody may have changed the rules on trial, and their comments not. */
static bool is_as_tried(struct cv_live_job *job, int side)
{
	const char *why = NULL;

	if (!cv_live_make_side(job, side) || !cv_live_compare(job, side, &why))
		return false;
	if (!why)
		return true;
	job->work->state = CV_LIVE_STRANGE;
	return cv_live_say(job->work, true, NULL,
			   "the rules on trial were changed since: %s: nothing was "
			   "confirmed",
			   why);
}

bool cv_live_confirm(struct cv_live_job *job)
{
	int side;

	if (!cv_live_start(job))
		return false;
	if (job->work->state == CV_LIVE_HALF)
		return cv_live_put(job);
	if (job->work->state != CV_LIVE_TRIAL)
		return refuse(job);
	side = job->picture.chains[0].trial_side;
	if (!cv_live_chains_fit(job) || !is_as_tried(job, side))
		return false;
	if (job->policy.ranges && !cv_live_flip(job, side))
		return job->restart ? cv_live_fail(job, "nothing was confirmed") : false;
	return cv_live_put(job);
}

/* Whether a trial left anything at all. */
static bool has_remains(const struct cv_live_job *job)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		if (job->picture.chains[i].trial)
			return true;
	return job->picture.trial_set;
}

bool cv_live_roll_back(struct cv_live_job *job)
{
	bool on_trial, done = false;

	if (!cv_live_start(job))
		return false;
	on_trial = cv_live_on_trial(job);
	if (!has_remains(job))
		return cv_live_say(job->work, true, NULL, "there is no trial");
	/* Whatever others are doing: this has to be. */
	for (int i = 0; !done && i < CV_LIVE_TRIES; i++) {
		if (i && !cv_live_look(job))
			return false;
		done = cv_live_end_trial(job);
		if (!done && !job->restart)
			return false;
	}
	if (!done)
		return cv_live_fail(job, "the trial was not taken back");
	if (!on_trial)
		cv_live_say(job->work, false, NULL,
			    "the trial had ended by itself; what it left is removed");
	if (!cv_live_look(job))
		return false;
	return !has_remains(job) ||
	       cv_live_say(job->work, true, NULL,
			   "the trial was taken back, and the kernel holds one again: "
			   "somebody else is at work");
}
