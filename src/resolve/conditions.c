/* When a row applies: editions, features, systems, architectures and versions. */
#include "resolve/internal.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/numbers.h"

/* A condition under way. */
struct asked {
	struct cv_ctx *ctx;
	const struct cv_policy *policy;
	const struct cv_profile *profile;
	const struct cv_group *group; /* NULL: the site */
	const char *about;
	const char *why;
	const struct cv_condition *condition; /* whose parts are asked */
	bool alone;                           /* the site without its groups */
	bool quiet; /* what a group does not say is not reported */
};

static const char *joined(struct cv_ctx *ctx, const struct cv_texts *texts)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; i < texts->count; i++) {
		if (i)
			cv_buf_text(&buf, " or ");
		cv_buf_text(&buf, texts->items[i].text);
	}
	text = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return text;
}

static enum cv_holds plain(struct asked *asked, const char *what,
			   const struct cv_texts *wanted, const char *have)
{
	if (have && cv_texts_hold(wanted, have))
		return CV_HOLDS_YES;
	asked->why = cv_arena_format(asked->ctx->arena, "%s is not %s", what,
				     joined(asked->ctx, wanted));
	return CV_HOLDS_NO;
}

/* How many groups speak for the site. */
static size_t speaking(const struct asked *asked)
{
	return asked->group || asked->alone ? 0 : asked->policy->groups.count;
}

/* A site's flows need what any of its groups runs. */
static enum cv_holds edition(struct asked *asked, const struct cv_texts *wanted)
{
	const struct cv_policy *policy = asked->policy;
	const struct cv_text *own = cv_edition_of(policy, asked->profile, asked->group);

	for (size_t g = 0; g < speaking(asked); g++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, g);

		if (group->row->edition.text &&
		    cv_texts_hold(wanted, group->row->edition.text))
			return CV_HOLDS_YES;
	}
	return plain(asked, "edition", wanted, own ? own->text : NULL);
}

static bool has_feature(const struct asked *asked, const char *name)
{
	const struct cv_policy *policy = asked->policy;

	if (asked->group && asked->group->row->has_features)
		return cv_profile_listed(&asked->group->row->features, asked->profile,
					 name);
	if (cv_profile_listed(&policy->site->features, asked->profile, name))
		return true;
	for (size_t g = 0; g < speaking(asked); g++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, g);

		if (cv_profile_listed(&group->row->features, asked->profile, name))
			return true;
	}
	return false;
}

static enum cv_holds feature(struct asked *asked, const struct cv_texts *wanted)
{
	for (size_t i = 0; i < wanted->count; i++)
		if (has_feature(asked, wanted->items[i].text))
			return CV_HOLDS_YES;
	asked->why = cv_arena_format(asked->ctx->arena, "feature %s is not in use",
				     joined(asked->ctx, wanted));
	return CV_HOLDS_NO;
}

static enum cv_holds compare(struct asked *asked, const char *what,
			     const struct cv_part *part, const struct cv_versions *have,
			     const char *have_text)
{
	const char *words;
	const struct cv_versions set =
		cv_versions_wanted(asked->ctx, asked->condition, part, &words);

	if (!cv_versions_meet(have, &set)) {
		asked->why = cv_arena_format(asked->ctx->arena, "%s %s is not %s", what,
					     have_text, words);
		return CV_HOLDS_NO;
	}
	if (cv_versions_inside(have, &set))
		return CV_HOLDS_YES;
	asked->why = cv_arena_format(asked->ctx->arena, "only %s %s needs it, of %s",
				     what, words, have_text);
	return CV_HOLDS_PARTLY;
}

static enum cv_holds os_of(struct asked *asked, const struct cv_part *part,
			   const struct cv_group *group)
{
	const struct cv_text *have = cv_map_get(&group->row->os, part->os.text);
	struct cv_versions versions;
	const char *why;

	if (group->row->os.count == 0) {
		if (asked->quiet)
			return CV_HOLDS_ERROR;
		cv_find(asked->ctx, CV_F_MISSING_SETTING, group->row->name.at,
			"group `%s` must say its `os`: %s hangs on %s %s", group->name,
			asked->about, part->os.text, joined(asked->ctx, &part->values));
		return CV_HOLDS_ERROR;
	}
	if (!have) {
		asked->why =
			cv_arena_format(asked->ctx->arena, "os is not %s", part->os.text);
		return CV_HOLDS_NO;
	}
	if (!cv_versions_parse(asked->ctx, have->text, &versions, &why)) {
		cv_find(asked->ctx, CV_F_BAD_VERSION, have->at,
			"`%s` is not a version: %s", have->text, why);
		return CV_HOLDS_ERROR;
	}
	return compare(asked, part->os.text, part, &versions, have->text);
}

static enum cv_holds arch_of(struct asked *asked, const struct cv_part *part,
			     const struct cv_group *group)
{
	struct cv_finding *finding;

	if (group->row->arch.text)
		return plain(asked, "arch", &part->values, group->row->arch.text);
	if (asked->quiet)
		return CV_HOLDS_ERROR;
	finding = cv_find_more(asked->ctx, CV_F_MISSING_SETTING, group->row->name.at,
			       "group `%s` must say its `arch`: %s hangs on it",
			       group->name, asked->about);
	finding->hint = "as arch: x86_64";
	return CV_HOLDS_ERROR;
}

typedef enum cv_holds (*group_question)(struct asked *, const struct cv_part *,
					const struct cv_group *);

/* What hangs on a machine holds for the site when it holds for one of its groups. */
static enum cv_holds of_machines(struct asked *asked, const struct cv_part *part,
				 group_question question)
{
	const struct cv_policy *policy = asked->policy;

	if (asked->group)
		return question(asked, part, asked->group);
	if (asked->alone)
		return CV_HOLDS_NO;
	if (policy->groups.count == 0) {
		cv_find(asked->ctx, CV_F_MISSING_SETTING, policy->site->name.at,
			"the site must have groups that say their `%s`: %s hangs on it",
			part->key.text, asked->about);
		return CV_HOLDS_ERROR;
	}
	for (size_t g = 0; g < policy->groups.count; g++) {
		const enum cv_holds holds =
			question(asked, part, CV_AT(&policy->groups, struct cv_group, g));

		if (holds != CV_HOLDS_NO)
			return holds;
	}
	return CV_HOLDS_NO;
}

/* A group without that component leaves the question to those that have it: the two
 * ends of a flow may be two groups. */
static bool versions_of(const struct asked *asked, const char *name,
			struct cv_versions *versions_out, const char **text_out)
{
	struct cv_span at;

	if (asked->alone &&
	    !cv_profile_key(&asked->policy->site->versions, asked->profile, name))
		return false;
	if (cv_versions_of(asked->ctx, asked->policy, asked->profile, asked->group, name,
			   versions_out, &at, text_out))
		return true;
	return asked->group && asked->quiet &&
	       cv_versions_of(asked->ctx, asked->policy, asked->profile, NULL, name,
			      versions_out, &at, text_out);
}

static enum cv_holds version(struct asked *asked, const struct cv_part *part)
{
	struct cv_versions have;
	const char *text;
	struct cv_finding *finding;

	if (versions_of(asked, part->key.text, &have, &text))
		return compare(asked, part->key.text, part, &have, text);
	if (asked->quiet)
		return CV_HOLDS_NO;
	finding = cv_find_more(asked->ctx, CV_F_MISSING_SETTING,
			       asked->group ? asked->group->row->name.at
					    : asked->policy->site->name.at,
			       "%s%s%s must say the version of `%s`: %s hangs on it",
			       asked->group ? "group `" : "the site",
			       asked->group ? asked->group->name : "",
			       asked->group ? "`" : "", part->key.text, asked->about);
	finding->hint =
		cv_arena_format(asked->ctx->arena, "as versions: {%s: \"%s\"}",
				part->key.text, joined(asked->ctx, &part->values));
	return CV_HOLDS_ERROR;
}

/* Editions, features, systems, architectures; behind them the names of versions. */
static int rank_of(const struct cv_part *part)
{
	static const char *const others[] = {"edition", "feature", "os", "arch"};
	int rank = 0;

	while (rank < 4 && strcmp(part->key.text, others[rank]) != 0)
		rank++;
	return rank;
}

static bool is_version(const struct cv_part *part)
{
	return rank_of(part) == 4;
}

/* The order in which parts are asked, which is not that of the file: what a row fails
 * on must not depend on how the keys of a map stand.  Of two parts with the same key
 * one is the block's and comes first. */
static int compare_parts(const struct cv_part *a, const struct cv_part *b)
{
	int order = rank_of(a) - rank_of(b);

	if (order == 0)
		order = strcmp(a->key.text, b->key.text);
	if (order == 0 && a->os.text && b->os.text)
		order = strcmp(a->os.text, b->os.text);
	return order ? order : (a > b) - (a < b);
}

/* The first part behind `last`, or of all where that is NULL; NULL: none is left. */
static const struct cv_part *next_part(const struct cv_condition *condition,
				       const struct cv_part *last)
{
	const struct cv_part *next = NULL;

	for (size_t i = 0; i < condition->count; i++) {
		const struct cv_part *part = &condition->parts[i];

		if ((!last || compare_parts(part, last) > 0) &&
		    (!next || compare_parts(part, next) < 0))
			next = part;
	}
	return next;
}

static enum cv_holds part_holds(struct asked *asked, const struct cv_part *part)
{
	if (strcmp(part->key.text, "edition") == 0)
		return edition(asked, &part->values);
	if (strcmp(part->key.text, "feature") == 0)
		return feature(asked, &part->values);
	if (strcmp(part->key.text, "os") == 0)
		return of_machines(asked, part, os_of);
	if (strcmp(part->key.text, "arch") == 0)
		return of_machines(asked, part, arch_of);
	return version(asked, part);
}

/* All parts.  What does not hang on versions is asked first, so that no version is
 * demanded of a site for a row of another edition. */
static enum cv_holds condition_holds(struct asked *asked,
				     const struct cv_condition *condition)
{
	enum cv_holds all = CV_HOLDS_YES;

	asked->condition = condition;
	for (const struct cv_part *part = next_part(condition, NULL); part;
	     part = next_part(condition, part)) {
		const enum cv_holds holds = part_holds(asked, part);

		if (holds == CV_HOLDS_NO || holds == CV_HOLDS_ERROR)
			return holds;
		if (holds == CV_HOLDS_PARTLY)
			all = CV_HOLDS_PARTLY;
	}
	return all;
}

/* Parts that hold for two groups each are no reason for a flow that neither needs. */
static enum cv_holds one_holds(const struct asked *site,
			       const struct cv_condition *condition, const char **why_out)
{
	const struct cv_table *groups = &site->policy->groups;
	struct asked asked = *site;
	const struct cv_group *unsaid = NULL;

	asked.quiet = asked.alone = true;
	if (condition_holds(&asked, condition) != CV_HOLDS_NO)
		return CV_HOLDS_YES;
	asked.alone = false;
	for (size_t g = 0; g < groups->count; g++) {
		enum cv_holds holds;

		asked.group = CV_AT(groups, struct cv_group, g);
		holds = condition_holds(&asked, condition);
		if (holds == CV_HOLDS_YES || holds == CV_HOLDS_PARTLY)
			return CV_HOLDS_YES;
		if (holds == CV_HOLDS_ERROR)
			unsaid = asked.group;
	}
	if (!unsaid) {
		*why_out = "no group of the site meets all of it";
		return CV_HOLDS_NO;
	}
	asked.group = unsaid;
	asked.quiet = false;
	return condition_holds(&asked, condition);
}

/* One alternative.  For the site each part was asked of all groups together. */
static enum cv_holds alternative_holds(struct asked *asked,
				       const struct cv_condition *condition)
{
	const enum cv_holds holds = condition_holds(asked, condition);
	enum cv_holds one;

	if (asked->group || condition->count < 2 || holds == CV_HOLDS_NO ||
	    holds == CV_HOLDS_ERROR)
		return holds;
	one = one_holds(asked, condition, &asked->why);
	return one == CV_HOLDS_YES ? holds : one;
}

enum cv_holds cv_when_holds(struct cv_ctx *ctx, const struct cv_policy *policy,
			    const struct cv_profile *profile,
			    const struct cv_group *group, const struct cv_when *when,
			    const char *about, const char **why_out)
{
	struct asked asked = {ctx,  policy, profile, group, about,
			      NULL, NULL,   false,   false};
	enum cv_holds best = CV_HOLDS_NO;
	const char *best_why = NULL;

	*why_out = NULL;
	if (when->count == 0)
		return CV_HOLDS_YES;
	for (size_t i = 0; i < when->count; i++) {
		const enum cv_holds holds = alternative_holds(&asked, &when->items[i]);

		if (holds == CV_HOLDS_YES || holds == CV_HOLDS_ERROR)
			return holds;
		if (!best_why || holds == CV_HOLDS_PARTLY)
			best_why = asked.why;
		if (holds == CV_HOLDS_PARTLY)
			best = CV_HOLDS_PARTLY;
	}
	*why_out = best_why;
	return best;
}

bool cv_condition_but_versions(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_profile *profile,
			       const struct cv_group *group,
			       const struct cv_condition *condition)
{
	struct asked asked = {ctx,  policy,    profile, group, "",
			      NULL, condition, false,   false};

	for (size_t i = 0; i < condition->count; i++) {
		const struct cv_part *part = &condition->parts[i];

		if (!is_version(part) && part_holds(&asked, part) != CV_HOLDS_YES)
			return false;
	}
	return true;
}

const char *cv_row_set_aside(const struct cv_ctx *ctx, const struct cv_policy *policy,
			     const struct cv_row *row)
{
	const struct cv_row_more *more = cv_row_more(row);

	if (more->status.text && strcmp(more->status.text, "withdrawn") == 0)
		return "withdrawn by the vendor";
	if (more->until.text && strcmp(more->until.text, ctx->today) < 0)
		return cv_arena_format(ctx->arena, "until %s only", more->until.text);
	if (more->class.text && strcmp(more->class.text, "operational") != 0 &&
	    !cv_texts_hold(&policy->site->classes, more->class.text))
		return cv_arena_format(ctx->arena, "class %s is not asked for",
				       more->class.text);
	return NULL;
}

/* Uses under way. */
struct using
{
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct cv_numbers numbers; /* of what goes for them, by that */
};

static uint32_t hash_of_used(const struct cv_used *used)
{
	const struct {
		const void *profile, *group, *why;
		uint32_t table, applies;
	} key = {used->profile, used->group, used->why, (uint32_t)used->table,
		 used->applies};

	return (uint32_t)cv_hash(&key, sizeof key);
}

static bool is_same_used(const struct cv_used *a, const struct cv_used *b)
{
	return a->profile == b->profile && a->group == b->group && a->why == b->why &&
	       a->table == b->table && a->applies == b->applies;
}

/* Where it is kept; `last` is where that of the use before is. */
static uint32_t used_index(struct using *using, const struct cv_used *wanted,
			   uint32_t last)
{
	struct cv_table *all = &using->policy->used;
	uint32_t hash, number;
	size_t at;

	if (all->count && is_same_used(CV_AT(all, struct cv_used, last), wanted))
		return last;
	at = hash = hash_of_used(wanted);
	while ((number = cv_numbers_next(&using->numbers, hash, &at)) != CV_NO_NUMBER)
		if (is_same_used(CV_AT(all, struct cv_used, number), wanted))
			return number;
	number = (uint32_t)all->count;
	cv_numbers_add(&using->numbers, hash, number);
	*CV_ADD(using->ctx->arena, all, struct cv_used) = *wanted;
	return number;
}

static void keep_use(struct using *using, const struct cv_row *row,
		     const struct cv_used *as)
{
	struct cv_table *uses = &using->policy->uses;
	const uint32_t last =
		uses->count ? CV_AT(uses, struct cv_use, uses->count - 1)->as : 0;
	const uint32_t index = used_index(using, as, last);

	CV_AT(&using->policy->used, struct cv_used, index)->count++;
	*CV_ADD(using->ctx->arena, uses, struct cv_use) =
		(struct cv_use){row->ordinal, index};
}

static bool add_use(struct using *using, const struct cv_row *row,
		    const struct cv_group *group)
{
	struct cv_ctx *ctx = using->ctx;
	const struct cv_when *when = &cv_row_more(row)->when;
	const char *why = cv_row_set_aside(ctx, using->policy, row);
	enum cv_holds holds = CV_HOLDS_NO;

	if (!why && when->count == 0)
		holds = CV_HOLDS_YES;
	else if (!why)
		holds = cv_when_holds(ctx, using->policy, row->profile, group, when,
				      cv_row_name(ctx, row), &why);
	keep_use(using, row,
		 &(struct cv_used){
			 .profile = row->profile,
			 .group = group,
			 .why = why ? cv_intern_text(ctx, why) : NULL,
			 .table = row->table,
			 .applies = holds == CV_HOLDS_YES || holds == CV_HOLDS_PARTLY,
		 });
	if (holds == CV_HOLDS_PARTLY)
		cv_find(ctx, CV_F_SERIES, row->at, "%s for %s: %s", cv_row_name(ctx, row),
			group ? group->name : "the site", why);
	return holds != CV_HOLDS_ERROR;
}

static bool exclusion_uses(struct using *using, const struct cv_exclusion_row *row)
{
	const struct cv_texts devices = cv_few_texts(&row->device);
	const struct cv_table *groups = &using->policy->groups;
	bool ok = true;

	for (size_t g = 0; g < groups->count; g++) {
		const struct cv_group *group = CV_AT(groups, struct cv_group, g);

		for (size_t d = 0; d < devices.count; d++) {
			const struct cv_device *device =
				cv_device_of(row->row.profile, devices.items[d].text);

			if (!device ||
			    strcmp(device->platform.text, group->row->platform.text) !=
				    0 ||
			    !cv_group_has_role(group, row->row.profile,
					       device->role.text))
				continue;
			ok = add_use(using, &row->row, group) && ok;
			break;
		}
	}
	return ok;
}

bool cv_pass_conditions(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct using using = {ctx, policy, {0}};
	bool ok = true;

	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row = cv_policy_row(policy, (uint32_t)i);

		if (row->table == CV_EXCLUSIONS)
			ok = exclusion_uses(&using,
					    (const struct cv_exclusion_row *)row) &&
			     ok;
		else
			ok = add_use(&using, row, NULL) && ok;
	}
	cv_numbers_deinit(&using.numbers);
	return ok;
}
