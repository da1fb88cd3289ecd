/* The transactions that bring the kernel from one policy to the next.
 *
 * Rules come into force at once when a transaction is committed, but what a set of
 * ranges holds only a moment later: in that moment, new flows that such a set lets
 * through would be lost.  So sets of ranges are committed first, in rules that nothing
 * leads to: side chains, or rules behind one that decides alone.  A hash is there with
 * its rules, and all goes in one transaction. */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "base/ctx.h"
#include "nftables/live_job.h"
#include "nftables/netlink_set.h"

enum { MOST_REMARKS = 100 }; /* of one commit; the kernel may complain of every element */

static const char *name_with(const struct cv_live_job *job, const char *name,
			     const char *suffix)
{
	return cv_arena_format(job->ctx->arena, "%s%s", name, suffix);
}

/* ---- sending ---- */

static const char *words_of(const struct cv_live_job *job,
			    const struct cv_netlink_fault *fault,
			    const struct cv_batch_mark *mark)
{
	const char *words = cv_netlink_words(job->ctx, fault->error);

	if (fault->error == EEXIST && mark && mark->entry)
		words = "it overlaps another element of its set";
	/* Who may not change anything may not look at it either, and never comes here. */
	if (fault->error == EPERM)
		words = "it belongs to another program, which alone may change it";
	return fault->text
		       ? cv_arena_format(job->ctx->arena, "%s (%s)", words, fault->text)
		       : words;
}

static bool report(struct cv_live_job *job, const struct cv_table *faults,
		   const struct cv_batch *head, const struct cv_batch *part)
{
	struct cv_live_work *work = job->work;

	for (size_t i = 0; i < faults->count && i < MOST_REMARKS; i++) {
		const struct cv_netlink_fault *fault =
			CV_AT(faults, struct cv_netlink_fault, i);
		const struct cv_batch_mark *mark =
			cv_batch_mark_at(head, fault->sequence, fault->offset);
		const struct cv_entry *entry;

		if (fault->error == ERESTART) {
			job->restart = true;
			return false;
		}
		if (!mark && part)
			mark = cv_batch_mark_at(part, fault->sequence, fault->offset);
		entry = mark ? mark->entry : NULL;
		cv_live_say(work, true, entry, "%s: %s",
			    entry  ? cv_entry_words(job->ctx, entry)
			    : mark ? mark->what
				   : "the transaction",
			    words_of(job, fault, mark));
	}
	if (faults->count > MOST_REMARKS)
		cv_live_say(work, true, NULL, "and %zu complaints more",
			    faults->count - MOST_REMARKS);
	return faults->count ? false : cv_live_fail(job, "nothing was changed");
}

/* Head, part and end go as one datagram; without the end nothing is committed. */
static bool commit(struct cv_live_job *job, struct cv_batch *head,
		   const struct cv_batch *part, bool really)
{
	struct cv_table faults = {0};
	struct cv_batch end;
	struct iovec pieces[3];
	size_t count = 0;
	uint64_t start;
	bool ok;

	cv_batch_acknowledge(head);
	cv_batch_open(job->ctx, &end, job->policy.table, UINT32_MAX - 1);
	cv_batch_end(&end);
	pieces[count++] = (struct iovec){head->bytes.data, head->bytes.size};
	if (part && part->bytes.size)
		pieces[count++] = (struct iovec){part->bytes.data, part->bytes.size};
	if (really)
		pieces[count++] = (struct iovec){end.bytes.data, end.bytes.size};
	start = cv_live_now();
	ok = cv_netlink_batch(job->link, pieces, count, &faults);
	job->work->commit_time += cv_live_now() - start;
	job->restart = false;
	if (ok)
		job->committed |= really;
	else
		ok = report(job, &faults, head, part);
	cv_batch_close(&end);
	cv_batch_close(head);
	return ok;
}

static struct cv_batch begin(const struct cv_live_job *job)
{
	struct cv_batch head;

	cv_batch_open(job->ctx, &head, job->policy.table, 1);
	cv_batch_begin(&head, job->picture.generation);
	return head;
}

/* ---- what transactions are made of ---- */

/* A table of the admin's is made when it is missing, and not touched when it is there;
 * our own is also woken. */
static void put_table(const struct cv_live_job *job, struct cv_batch *head)
{
	if (!job->picture.table || job->policy.enforces)
		cv_batch_add_table(head);
}

/* The chains under their own names, with the policies that they are to have in the end;
 * or, where they are new, with one that changes nothing. */
static void put_chains(const struct cv_live_job *job, struct cv_batch *head, bool final)
{
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_chain *chain = &job->policy.chains[i];
		const struct cv_live_seen *seen = &job->picture.chains[i];

		if (!seen->exists)
			cv_batch_add_chain(head, chain->name, chain->base ? chain : NULL,
					   final && chain->drops);
		else if (final && chain->base && seen->drops != chain->drops)
			cv_batch_set_policy(head, chain->name, chain->drops);
	}
}

static bool has_beside(const struct cv_live_job *job, const char *name)
{
	for (size_t i = 0; i < job->policy.beside_count; i++)
		if (strcmp(job->policy.beside[i].name, name) == 0)
			return true;
	return false;
}

/* Those beside the chains. */
static void put_beside(const struct cv_live_job *job, struct cv_batch *head,
		       const char *suffix)
{
	for (size_t i = 0; i < job->policy.beside_count; i++) {
		const char *name = name_with(job, job->policy.beside[i].name, suffix);

		if (*suffix || !cv_live_has_chain(job, name))
			cv_batch_add_chain(head, name, NULL, false);
	}
}

/* Whether the policy has a map of that name. */
static bool has_map(const struct cv_live_job *job, const char *name)
{
	for (size_t i = 0; i < job->policy.map_count; i++)
		if (strcmp(job->policy.maps[i].name, name) == 0)
			return true;
	return false;
}

/* Maps that nothing looks into any more go, with what they lead by; `keep`: those that
 * the policy has stay.  How many went. */
static size_t clear_maps(const struct cv_live_job *job, struct cv_batch *head,
			 const char *suffix, bool keep)
{
	size_t count = 0;

	for (size_t i = 0; i < job->policy.chain_count; i++)
		for (size_t n = 0; n < CV_NFT_MAPS; n++) {
			const char *name = name_with(job, job->policy.chains[i].name,
						     cv_nft_maps[n].suffix);
			const char *whole = name_with(job, name, suffix);

			if (!cv_live_has_set(job, whole) || (keep && has_map(job, name)))
				continue;
			cv_batch_flush_map(head, whole);
			cv_batch_remove_set(head, whole);
			count++;
		}
	return count;
}

/* Empties those that are there, whoever's policy they are of, once nothing leads to them;
 * `keep`: those that the policy has stay.  How many went. */
static size_t clear_beside(const struct cv_live_job *job, struct cv_batch *head,
			   const char *suffix, bool keep)
{
	size_t count = 0;

	for (size_t i = 0; i < job->policy.chain_count; i++)
		for (unsigned n = 0; n < CV_NFT_BESIDE; n++) {
			const char *name = cv_arena_format(job->ctx->arena,
							   "%s" CV_NFT_BESIDE_MARK "%02u",
							   job->policy.chains[i].name, n);
			const char *whole = name_with(job, name, suffix);

			if (!cv_live_has_chain(job, whole))
				continue;
			cv_batch_flush_chain(head, whole);
			if (keep && has_beside(job, name))
				continue;
			cv_batch_remove_chain(head, whole);
			count++;
		}
	return count;
}

static void flush_chains(const struct cv_live_job *job, struct cv_batch *head)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		if (job->picture.chains[i].exists)
			cv_batch_flush_chain(head, job->policy.chains[i].name);
	clear_maps(job, head, "", true);
	clear_beside(job, head, "", true);
}

/* How many of them there were; the same below. */
static size_t remove_sets(const struct cv_live_job *job, struct cv_batch *head,
			  const char *suffix)
{
	size_t count = 0;

	for (size_t i = 0; i < job->policy.set_count; i++) {
		const char *name = name_with(job, job->policy.sets[i].name, suffix);

		if (!cv_live_has_set(job, name))
			continue;
		cv_batch_remove_set(head, name);
		count++;
	}
	return count;
}

static size_t remove_side(const struct cv_live_job *job, struct cv_batch *head, int side)
{
	const char *suffix = cv_live_sides[side];
	size_t count = 0;

	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const char *name = name_with(job, job->policy.chains[i].name, suffix);

		if (!cv_live_has_chain(job, name))
			continue;
		cv_batch_flush_chain(head, name);
		cv_batch_remove_chain(head, name);
		count++;
	}
	count += clear_maps(job, head, suffix, false);
	return count + clear_beside(job, head, suffix, false) +
	       remove_sets(job, head, suffix);
}

/* Once no rule looks into it. */
static size_t remove_trial_set(const struct cv_live_job *job, struct cv_batch *head)
{
	if (job->picture.trial_set)
		cv_batch_remove_set(head, job->policy.trial);
	return job->picture.trial_set;
}

/* What a trial that is over left, or one that is to be over. */
static size_t remove_trial(const struct cv_live_job *job, struct cv_batch *head)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		if (job->picture.chains[i].trial)
			cv_batch_remove_rule(head, job->policy.chains[i].name,
					     job->picture.chains[i].trial_handle);
	return remove_trial_set(job, head);
}

/* A base chain that was made for the trial goes with it; any other one may be where a
 * rule of the admin's jumps to by now. */
static size_t remove_added(const struct cv_live_job *job, struct cv_batch *head)
{
	size_t count = 0;

	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_seen *seen = &job->picture.chains[i];

		if (!seen->added || !seen->base || seen->rules)
			continue;
		cv_batch_remove_chain(head, job->policy.chains[i].name);
		count++;
	}
	return count;
}

/* The side that is in force in that chain, or -1. */
static int side_in_force(const struct cv_live_job *job, size_t chain)
{
	const struct cv_live_seen *seen = &job->picture.chains[chain];

	return seen->lead == CV_LIVE_LEAD_GOTO ? seen->side : -1;
}

static bool is_in_force(const struct cv_live_job *job, int side)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		if (side_in_force(job, i) == side)
			return true;
	return false;
}

static size_t remove_free_sides(const struct cv_live_job *job, struct cv_batch *head)
{
	size_t count = 0;

	for (int side = 0; side < CV_LIVE_SIDES; side++)
		if (!is_in_force(job, side))
			count += remove_side(job, head, side);
	return count;
}

bool cv_live_free_side(struct cv_live_job *job, int *side_out)
{
	for (int side = 0; side < CV_LIVE_SIDES; side++)
		if (!is_in_force(job, side)) {
			*side_out = side;
			return true;
		}
	return cv_live_say(job->work, true, NULL,
			   "both side chains are in force, which is none of our "
			   "doing");
}

/* Makes the messages of a side, which stay for the verification. */
bool cv_live_make_side(struct cv_live_job *job, int side)
{
	const char *suffix = cv_live_sides[side];
	const uint64_t start = cv_live_now();

	if (job->aside_side == side)
		return true;
	for (size_t i = 0; i < job->policy.set_count; i++)
		if (strlen(job->policy.sets[i].name) + strlen(suffix) >
		    CV_NFT_LONGEST_NAME)
			return cv_live_say(
				job->work, true, job->policy.sets[i].entry,
				"the name of the set %s is too long: for a trial `%s` "
				"stands behind it, and nftables takes %d bytes",
				job->policy.sets[i].name, suffix, CV_NFT_LONGEST_NAME);
	if (job->aside_side >= 0)
		cv_batch_close(&job->aside);
	cv_batch_open(job->ctx, &job->aside, job->policy.table, CV_LIVE_FIRST_OF_PART);
	cv_batch_add_policy(&job->aside, &job->policy, suffix);
	cv_batch_add_verdicts(&job->aside, &job->policy, suffix);
	job->aside_side = side;
	job->work->build_time += cv_live_now() - start;
	return true;
}

static void put_side_chains(const struct cv_live_job *job, struct cv_batch *head,
			    int side)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		cv_batch_add_chain(
			head,
			name_with(job, job->policy.chains[i].name, cv_live_sides[side]),
			NULL, false);
	put_beside(job, head, cv_live_sides[side]);
}

static const char *comment_with(const struct cv_live_job *job, const char *digest,
				const char *more)
{
	return cv_arena_format(job->ctx->arena, "%s%s%s", CV_LIVE_COMMENT, digest, more);
}

static void put_goto(const struct cv_live_job *job, struct cv_batch *head, size_t i,
		     int side, const char *digest)
{
	const char *chain = job->policy.chains[i].name;

	cv_batch_add_goto(head, chain, name_with(job, chain, cv_live_sides[side]),
			  comment_with(job, digest, ""));
}

/* ---- the transactions ---- */

bool cv_live_settle(struct cv_live_job *job, bool really)
{
	struct cv_batch head = begin(job);

	put_table(job, &head);
	put_chains(job, &head, true);
	flush_chains(job, &head);
	put_beside(job, &head, "");
	remove_trial_set(job, &head);
	remove_sets(job, &head, "");
	return commit(job, &head, &job->own, really);
}

bool cv_live_tidy(struct cv_live_job *job, bool *needed_out)
{
	struct cv_batch head = begin(job);

	*needed_out = remove_free_sides(job, &head) > 0;
	if (*needed_out)
		return commit(job, &head, NULL, true);
	cv_batch_close(&head);
	return true;
}

bool cv_live_build_side(struct cv_live_job *job, int side)
{
	struct cv_batch head;

	if (!cv_live_make_side(job, side))
		return false;
	head = begin(job);
	put_table(job, &head);
	remove_trial(job, &head);
	/* What the next look finds there would pass for older than the trial. */
	remove_added(job, &head);
	remove_side(job, &head, side);
	put_side_chains(job, &head, side);
	return commit(job, &head, &job->aside, true);
}

bool cv_live_flip(struct cv_live_job *job, int side)
{
	struct cv_batch head = begin(job);

	put_chains(job, &head, true);
	flush_chains(job, &head);
	for (size_t i = 0; i < job->policy.chain_count; i++)
		put_goto(job, &head, i, side, cv_live_digest(job));
	remove_trial_set(job, &head);
	return commit(job, &head, NULL, true);
}

/* The rule that decides alone is the one that does so already; where nothing of ours is
 * in force, one that leaves it so: back to whoever jumped here, or to the policy of the
 * base chain, which stays what it is. */
bool cv_live_build_behind(struct cv_live_job *job)
{
	struct cv_batch head = begin(job);

	put_table(job, &head);
	put_chains(job, &head, false);
	flush_chains(job, &head);
	put_beside(job, &head, "");
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const int side = side_in_force(job, i);

		if (side >= 0)
			put_goto(job, &head, i, side, job->picture.chains[i].digest);
		else
			cv_batch_add_return(&head, job->policy.chains[i].name);
	}
	remove_trial_set(job, &head);
	remove_free_sides(job, &head);
	remove_sets(job, &head, "");
	return commit(job, &head, &job->own, true);
}

bool cv_live_unblock(struct cv_live_job *job)
{
	struct cv_batch head = begin(job);

	for (size_t i = 0; i < job->policy.chain_count; i++)
		cv_batch_remove_rule(&head, job->policy.chains[i].name,
				     job->picture.chains[i].handle);
	put_chains(job, &head, true);
	return commit(job, &head, NULL, true);
}

/* The old rules stay where they are, behind the trial's: once its elements are gone,
 * they decide again, whatever has become of us. */
bool cv_live_begin_trial(struct cv_live_job *job, int side, bool build)
{
	struct cv_batch head;
	uint32_t id;

	if (!cv_live_make_side(job, side))
		return false;
	head = begin(job);
	put_table(job, &head);
	remove_trial(job, &head);
	if (build) {
		remove_side(job, &head, side);
		put_side_chains(job, &head, side);
	}
	put_chains(job, &head, false);
	id = cv_batch_add_trial_set(&head, job->policy.trial, job->work->seconds);
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const char *chain = job->policy.chains[i].name;
		const struct cv_live_seen *seen = &job->picture.chains[i];
		const bool added = !seen->exists || (seen->added && !seen->rules);

		cv_batch_add_trial_rule(&head, chain, job->policy.trial, id,
					name_with(job, chain, cv_live_sides[side]),
					comment_with(job, cv_live_digest(job),
						     added ? CV_LIVE_ADDED : ""));
	}
	return commit(job, &head, build ? &job->aside : NULL, true);
}

/* Our own table goes with the trial, too, once it is empty. */
bool cv_live_end_trial(struct cv_live_job *job)
{
	struct cv_batch head = begin(job);
	size_t count = remove_trial(job, &head);

	count += remove_free_sides(job, &head);
	count += remove_added(job, &head);
	if (job->policy.enforces &&
	    count == job->picture.chain_names.count + job->picture.set_names.count)
		cv_batch_remove_table(&head);
	return commit(job, &head, NULL, true);
}

/* By its number. */
static const char *hook_name(uint32_t hook)
{
	static const char *const names[] = {"prerouting", "input", "forward", "output",
					    "postrouting"};

	return hook < sizeof names / sizeof *names ? names[hook] : "of another kind";
}

bool cv_live_chains_fit(struct cv_live_job *job)
{
	bool ok = true;

	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_chain *chain = &job->policy.chains[i];
		const struct cv_live_seen *seen = &job->picture.chains[i];

		if (!seen->exists)
			continue;
		if (seen->base != chain->base)
			ok = cv_live_say(job->work, true, chain->entry,
					 "the chain %s is there and is %s; nftables "
					 "cannot change that in place: delete it first",
					 chain->name,
					 seen->base ? "a base chain" : "no base chain");
		else if (seen->base && (seen->hook != chain->hook ||
					seen->priority != chain->priority ||
					!seen->type || strcmp(seen->type, "filter") != 0))
			ok = cv_live_say(
				job->work, true, chain->entry,
				"the chain %s is there with type %s, hook %s and "
				"priority %d; nftables cannot change that in place: "
				"delete it first",
				chain->name, seen->type ? seen->type : "unknown",
				hook_name(seen->hook), seen->priority);
	}
	return ok;
}

bool cv_live_stays_as_it_is(struct cv_live_job *job)
{
	bool sleeps = job->picture.dormant && job->policy.enforces, holds = false;

	for (size_t i = 0; i < job->policy.chain_count; i++)
		holds |= job->picture.chains[i].rules || job->picture.chains[i].drops;
	return !sleeps || !holds ||
	       cv_live_say(job->work, true, NULL,
			   "the table inet %s is dormant: a trial would wake it, and "
			   "what it holds would be in force when the trial ends: delete "
			   "the table first, or wake it",
			   job->policy.table);
}
