/* What the kernel has of ours: a quick look at chains, leading rules and names, which
 * decides what is to be done; and everything, elements included, to compare. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "base/ctx.h"
#include "nftables/live_job.h"
#include "nftables/netlink_expression.h"

static struct cv_netlink_question about(const struct cv_live_job *job, int type,
					const char *name)
{
	return (struct cv_netlink_question){
		.type = type,
		.family = NFPROTO_INET,
		.table = job->policy.table,
		.name = name,
	};
}

/* A table or chain that is not there has nothing in it. */
static bool dump(struct cv_live_job *job, const struct cv_netlink_question *question,
		 cv_netlink_visitor *visit, void *data)
{
	return cv_netlink_dump(job->link, question, visit, data) ||
	       job->link->error == ENOENT;
}

static bool see_table(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *parts[NFTA_TABLE_MAX + 1];
	struct cv_live_job *job = data;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_TABLE_MAX + 1);
	job->picture.table = true;
	job->picture.dormant =
		cv_netlink_u32(parts[NFTA_TABLE_FLAGS]) & NFT_TABLE_F_DORMANT;
	return true;
}

static bool see_chain(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *parts[NFTA_CHAIN_MAX + 1], *hook[NFTA_HOOK_MAX + 1];
	struct cv_live_job *job = data;
	const char *name;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_CHAIN_MAX + 1);
	name = cv_netlink_text(job->ctx, parts[NFTA_CHAIN_NAME]);
	if (!name)
		return true;
	*CV_ADD(job->ctx->arena, &job->picture.chain_names, const char *) = name;
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		struct cv_live_seen *seen = &job->picture.chains[i];

		if (strcmp(job->policy.chains[i].name, name) != 0)
			continue;
		cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_CHAIN_HOOK]), hook,
				NFTA_HOOK_MAX + 1);
		seen->exists = true;
		seen->base = parts[NFTA_CHAIN_HOOK] != NULL;
		seen->type = cv_netlink_text(job->ctx, parts[NFTA_CHAIN_TYPE]);
		seen->hook = cv_netlink_u32(hook[NFTA_HOOK_HOOKNUM]);
		seen->priority = (int32_t)cv_netlink_u32(hook[NFTA_HOOK_PRIORITY]);
		seen->drops =
			seen->base && cv_netlink_u32(parts[NFTA_CHAIN_POLICY]) == NF_DROP;
	}
	return true;
}

/* Those without names are their rules' business, and there may be thousands. */
static bool see_set(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *parts[NFTA_SET_MAX + 1];
	struct cv_live_job *job = data;
	const char *name;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_SET_MAX + 1);
	if (cv_netlink_u32(parts[NFTA_SET_FLAGS]) & NFT_SET_ANONYMOUS)
		return true;
	name = cv_netlink_text(job->ctx, parts[NFTA_SET_NAME]);
	if (!name)
		return true;
	*CV_ADD(job->ctx->arena, &job->picture.set_names, const char *) = name;
	if (strcmp(name, job->policy.trial) == 0)
		job->picture.trial_set = true;
	return true;
}

static int side_of(const char *chain, const char *to)
{
	const size_t size = strlen(chain);

	for (int i = 0; i < CV_LIVE_SIDES; i++)
		if (strncmp(to, chain, size) == 0 &&
		    strcmp(to + size, cv_live_sides[i]) == 0)
			return i;
	return -1;
}

/* The comment of a rule, when it is one of those that lead. */
static const char *comment_of(struct cv_ctx *ctx, const struct nlattr *data)
{
	const char *bytes = data ? mnl_attr_get_payload(data) : NULL;
	const size_t size = data ? mnl_attr_get_payload_len(data) : 0;

	if (size < 3 || bytes[0] != 0 || (uint8_t)bytes[1] > size - 2)
		return "";
	return cv_arena_copy(ctx->arena, bytes + 2,
			     strnlen(bytes + 2, (uint8_t)bytes[1]));
}

/* `carveout DIGEST...` */
static const char *digest_of(struct cv_ctx *ctx, const char *comment)
{
	const size_t size = strlen(CV_LIVE_COMMENT);

	if (strncmp(comment, CV_LIVE_COMMENT, size) != 0)
		return "";
	return cv_arena_copy(ctx->arena, comment + size,
			     strnlen(comment + size, CV_LIVE_DIGEST));
}

/* The rules of one chain, in their order. */
struct seeing {
	struct cv_live_job *job;
	const struct cv_live_chain *chain;
	struct cv_live_seen *seen;
};

static bool see_trial(struct cv_live_job *job, struct cv_live_seen *seen,
		      const char *chain, const struct cv_expression_way *way,
		      const struct nlattr **parts)
{
	const char *comment;

	if (seen->trial || seen->rules || !way->set || !way->chain ||
	    way->verdict != NFT_GOTO || strcmp(way->set, job->policy.trial) != 0)
		return false;
	comment = comment_of(job->ctx, parts[NFTA_RULE_USERDATA]);
	seen->trial = true;
	seen->added = strstr(comment, CV_LIVE_ADDED) != NULL;
	seen->trial_side = side_of(chain, way->chain);
	seen->trial_handle = cv_netlink_u64(parts[NFTA_RULE_HANDLE]);
	seen->trial_digest = digest_of(job->ctx, comment);
	return true;
}

static bool see_rule(const struct nlmsghdr *message, void *data)
{
	const struct seeing *seeing = data;
	struct cv_live_job *job = seeing->job;
	struct cv_live_seen *seen = seeing->seen;
	const struct nlattr *parts[NFTA_RULE_MAX + 1];
	struct cv_expression_way way = {.verdict = 0};

	if (seen->rules) {
		seen->rules++;
		return true;
	}
	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_RULE_MAX + 1);
	if (!cv_expressions_way(job->ctx, parts[NFTA_RULE_EXPRESSIONS], &way))
		way = (struct cv_expression_way){.verdict = 0};
	if (see_trial(job, seen, seeing->chain->name, &way, parts))
		return true;
	seen->rules = 1;
	seen->lead = CV_LIVE_LEAD_RULES;
	seen->handle = cv_netlink_u64(parts[NFTA_RULE_HANDLE]);
	if (way.set)
		return true;
	if (way.verdict == NFT_RETURN)
		seen->lead = CV_LIVE_LEAD_RETURN;
	if (way.verdict != NFT_GOTO || !way.chain)
		return true;
	seen->side = side_of(seeing->chain->name, way.chain);
	if (seen->side >= 0) {
		seen->lead = CV_LIVE_LEAD_GOTO;
		seen->digest = digest_of(job->ctx,
					 comment_of(job->ctx, parts[NFTA_RULE_USERDATA]));
	}
	return true;
}

static bool see_time(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *parts[NFTA_SET_ELEM_LIST_MAX + 1], *element;
	struct cv_live_job *job = data;
	struct cv_netlink_list list;

	cv_netlink_sort(cv_netlink_of_message(message), parts,
			NFTA_SET_ELEM_LIST_MAX + 1);
	list = cv_netlink_of_nest(parts[NFTA_SET_ELEM_LIST_ELEMENTS]);
	while ((element = cv_netlink_next(&list))) {
		const struct nlattr *inner[NFTA_SET_ELEM_MAX + 1];
		uint64_t left;

		cv_netlink_sort(cv_netlink_of_nest(element), inner,
				NFTA_SET_ELEM_MAX + 1);
		left = cv_netlink_u64(inner[NFTA_SET_ELEM_EXPIRATION]);
		if (!job->picture.trial_elements++ || left < job->picture.milliseconds)
			job->picture.milliseconds = left;
	}
	return true;
}

static bool look(struct cv_netlink *link, void *data)
{
	struct cv_live_job *job = data;
	struct cv_netlink_question tables = about(job, NFT_MSG_GETTABLE, NULL),
				   chains = about(job, NFT_MSG_GETCHAIN, NULL),
				   sets = about(job, NFT_MSG_GETSET, NULL),
				   time = about(job, NFT_MSG_GETSETELEM,
						job->policy.trial);

	(void)link;
	job->picture = (struct cv_live_picture){.table = false};
	if (!dump(job, &tables, see_table, job) || !dump(job, &chains, see_chain, job) ||
	    !dump(job, &sets, see_set, job))
		return false;
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		struct seeing seeing = {job, &job->policy.chains[i],
					&job->picture.chains[i]};
		struct cv_netlink_question rules =
			about(job, NFT_MSG_GETRULE, seeing.chain->name);

		if (seeing.seen->exists && !dump(job, &rules, see_rule, &seeing))
			return false;
	}
	return !job->picture.trial_set || dump(job, &time, see_time, job);
}

bool cv_live_look(struct cv_live_job *job)
{
	uint32_t generation = 0;

	if (!cv_netlink_snapshot(job->link, look, job, &generation))
		return cv_live_fail(job, "the ruleset cannot be read");
	job->picture.generation = generation;
	return true;
}

static bool holds(const struct cv_table *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(*CV_AT(names, const char *, i), name) == 0)
			return true;
	return false;
}

bool cv_live_has_chain(const struct cv_live_job *job, const char *name)
{
	return holds(&job->picture.chain_names, name);
}

bool cv_live_has_set(const struct cv_live_job *job, const char *name)
{
	return holds(&job->picture.set_names, name);
}

bool cv_live_on_trial(const struct cv_live_job *job)
{
	bool leads = false;

	for (size_t i = 0; i < job->policy.chain_count; i++)
		leads |= job->picture.chains[i].trial;
	return leads && job->picture.trial_elements;
}

/* Everything, for a comparison. */
struct reading {
	struct cv_live_job *job;
	struct cv_normal *found;
	struct cv_table sets; /* of const char *: those whose elements are wanted */
	size_t rules;
	bool leads; /* a rule of the trial leads the chain, which is none of it */
};

static bool take_chain(const struct nlmsghdr *message, void *data)
{
	struct reading *reading = data;

	cv_normal_take_chain(reading->found, message);
	return true;
}

static bool take_rule(const struct nlmsghdr *message, void *data)
{
	struct reading *reading = data;

	if (reading->rules++ || !reading->leads)
		cv_normal_take_rule(reading->found, message);
	return true;
}

static bool take_set(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *parts[NFTA_SET_MAX + 1];
	struct reading *reading = data;
	const char *name;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_SET_MAX + 1);
	name = cv_netlink_text(reading->job->ctx, parts[NFTA_SET_NAME]);
	if (!cv_normal_name(reading->found, name, 0))
		return true;
	cv_normal_take_set(reading->found, message);
	*CV_ADD(reading->job->ctx->arena, &reading->sets, const char *) = name;
	return true;
}

static bool take_elements(const struct nlmsghdr *message, void *data)
{
	struct reading *reading = data;

	cv_normal_take_elements(reading->found, message);
	return true;
}

static bool take_rules_beside(struct reading *reading, const char *suffix)
{
	struct cv_live_job *job = reading->job;

	reading->leads = false;
	for (size_t i = 0; i < job->policy.beside_count; i++) {
		const char *name = cv_arena_format(job->ctx->arena, "%s%s",
						   job->policy.beside[i].name, suffix);
		struct cv_netlink_question rules = about(job, NFT_MSG_GETRULE, name);

		if (cv_live_has_chain(job, name) &&
		    !dump(job, &rules, take_rule, reading))
			return false;
	}
	return true;
}

static bool take_rules(struct reading *reading, const char *suffix)
{
	struct cv_live_job *job = reading->job;

	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const char *name = cv_arena_format(job->ctx->arena, "%s%s",
						   job->policy.chains[i].name, suffix);
		struct cv_netlink_question rules = about(job, NFT_MSG_GETRULE, name);

		reading->rules = 0;
		reading->leads = !*suffix && job->picture.chains[i].trial;
		if (!dump(job, &rules, take_rule, reading))
			return false;
	}
	return take_rules_beside(reading, suffix);
}

/* The suffix of what is compared goes with the job, so that a look knows all it needs. */
struct comparison {
	struct cv_live_job *job;
	struct cv_normal found;
	const char *suffix;
};

static bool look_whole(struct cv_netlink *link, void *data)
{
	struct comparison *comparison = data;
	struct cv_live_job *job = comparison->job;
	struct reading reading = {.job = job, .found = &comparison->found};
	struct cv_netlink_question chains = about(job, NFT_MSG_GETCHAIN, NULL),
				   sets = about(job, NFT_MSG_GETSET, NULL);

	(void)link;
	cv_normal_reset(reading.found);
	cv_normal_know(reading.found, &job->policy, comparison->suffix);
	if (!dump(job, &chains, take_chain, &reading) ||
	    !take_rules(&reading, comparison->suffix) ||
	    !dump(job, &sets, take_set, &reading))
		return false;
	for (size_t i = 0; i < reading.sets.count; i++) {
		struct cv_netlink_question elements = about(
			job, NFT_MSG_GETSETELEM, *CV_AT(&reading.sets, const char *, i));

		if (!dump(job, &elements, take_elements, &reading))
			return false;
	}
	return true;
}

/* Chains that stand beside others are no base chains. */
static void add_beside(struct cv_live_job *job, struct cv_normal *wanted,
		       const char *suffix)
{
	for (size_t i = 0; i < job->policy.beside_count; i++) {
		const struct cv_live_chain chain = {
			.name = cv_arena_format(job->ctx->arena, "%s%s",
						job->policy.beside[i].name, suffix)};

		cv_normal_add_chain(wanted, &chain);
	}
}

/* What a side is to hold: no base chains, but the verdicts at the ends. */
static void make_side(struct cv_live_job *job, struct cv_normal *wanted)
{
	cv_normal_know(wanted, &job->policy, cv_live_sides[job->aside_side]);
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_chain chain = {
			.name = cv_arena_format(job->ctx->arena, "%s%s",
						job->policy.chains[i].name,
						cv_live_sides[job->aside_side])};

		cv_normal_add_chain(wanted, &chain);
	}
	add_beside(job, wanted, cv_live_sides[job->aside_side]);
	cv_normal_take_batch(wanted, &job->aside.bytes);
}

static void make_own(struct cv_live_job *job)
{
	if (job->wanted.items.size)
		return;
	cv_normal_know(&job->wanted, &job->policy, "");
	for (size_t i = 0; i < job->policy.chain_count; i++)
		cv_normal_add_chain(&job->wanted, &job->policy.chains[i]);
	add_beside(job, &job->wanted, "");
	cv_normal_take_batch(&job->wanted, &job->own.bytes);
}

const char *cv_live_digest(struct cv_live_job *job)
{
	char digest[65];

	if (!*job->digest) {
		make_own(job);
		cv_normal_digest(&job->wanted, digest);
		memcpy(job->digest, digest, CV_LIVE_DIGEST);
	}
	return job->digest;
}

bool cv_live_compare(struct cv_live_job *job, int side, const char **why_out)
{
	struct comparison comparison = {.job = job,
					.suffix = side < 0 ? "" : cv_live_sides[side]};
	struct cv_normal wanted;
	const uint64_t start = cv_live_now();
	uint32_t generation;
	bool ok;

	cv_normal_open(job->ctx, &comparison.found);
	cv_normal_open(job->ctx, &wanted);
	ok = cv_netlink_snapshot(job->link, look_whole, &comparison, &generation);
	if (ok && side >= 0)
		make_side(job, &wanted);
	if (ok && side < 0)
		make_own(job);
	if (ok)
		*why_out = cv_normal_difference(side < 0 ? &job->wanted : &wanted,
						&comparison.found);
	cv_normal_close(&comparison.found);
	cv_normal_close(&wanted);
	job->work->verify_time += cv_live_now() - start;
	return ok || cv_live_fail(job, "the ruleset cannot be read back");
}

bool cv_live_verify(struct cv_live_job *job, int side)
{
	const char *why = NULL;

	if (!cv_live_compare(job, side, &why))
		return false;
	return !why || cv_live_say(job->work, true, NULL,
				   "the kernel holds something else than it was given: "
				   "%s",
				   why);
}

/* The trial's rules by their comments, when the trial is on. */
static enum cv_live_state state_of_trial(struct cv_live_job *job)
{
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_seen *seen = &job->picture.chains[i];

		if (!seen->trial || seen->trial_side < 0 ||
		    seen->trial_side != job->picture.chains[0].trial_side ||
		    strcmp(seen->trial_digest, cv_live_digest(job)) != 0)
			return CV_LIVE_STRANGE;
	}
	return CV_LIVE_TRIAL;
}

/* The same by what they are. */
static bool read_trial_back(struct cv_live_job *job, enum cv_live_state *state_out)
{
	const int side = job->picture.chains[0].trial_side;
	const char *why = NULL;

	if (!cv_live_make_side(job, side) || !cv_live_compare(job, side, &why))
		return false;
	if (why) {
		*state_out = CV_LIVE_STRANGE;
		cv_live_say(job->work, false, NULL,
			    "the rules on trial were changed since it began: %s", why);
	}
	return true;
}

/* Whether each chain goes to a side, and whether that is this policy. */
static bool is_half(struct cv_live_job *job, bool *same_out)
{
	bool any = false;

	*same_out = true;
	for (size_t i = 0; i < job->policy.chain_count; i++) {
		const struct cv_live_seen *seen = &job->picture.chains[i];
		const bool goes = seen->lead == CV_LIVE_LEAD_GOTO;

		any |= goes;
		*same_out &= goes && strcmp(seen->digest, cv_live_digest(job)) == 0;
	}
	return any;
}

static bool is_in_force(const struct cv_live_job *job)
{
	for (size_t i = 0; i < job->policy.chain_count; i++)
		if (job->picture.chains[i].lead == CV_LIVE_LEAD_RULES ||
		    job->picture.chains[i].drops)
			return true;
	return false;
}

bool cv_live_state_of(struct cv_live_job *job, bool whole, enum cv_live_state *state_out)
{
	static const char unknown[] = "";
	const char *why = unknown;
	bool exists = false, same;

	if (cv_live_on_trial(job)) {
		job->work->seconds_left =
			(unsigned)((job->picture.milliseconds + 999) / 1000);
		*state_out = state_of_trial(job);
		return !whole || *state_out != CV_LIVE_TRIAL ||
		       read_trial_back(job, state_out);
	}
	if (is_half(job, &same)) {
		*state_out = same ? CV_LIVE_HALF : CV_LIVE_OTHER;
		return true;
	}
	for (size_t i = 0; i < job->policy.chain_count; i++)
		exists |= job->picture.chains[i].exists;
	if (exists && whole && !cv_live_compare(job, -1, &why))
		return false;
	if (!why && !job->picture.dormant) {
		*state_out = CV_LIVE_EQUAL;
		return true;
	}
	*state_out = is_in_force(job) ? CV_LIVE_OTHER : CV_LIVE_ABSENT;
	if (*state_out == CV_LIVE_OTHER && why && why != unknown)
		cv_live_say(job->work, false, NULL, "what is in force differs: %s", why);
	return true;
}
