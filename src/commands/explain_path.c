/* explain --path: the path against every exclusion of the group; where none covers
 * it, the exclusions whose paths come nearest, and the rows that would cover it if
 * they applied. */
#include "commands/explain_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/policy_text.h"
#include "model/target.h"
#include "resolve/resolve.h"

/* A path has fewer segments than SAME_BASE. */
enum { MOST_NEAR = 3, SAME_BASE = 100000 };

static const struct cv_span nowhere;

static const char *const effects[] = {
	[CV_EFFECT_FILE_UNSCANNED] = "it is not scanned",
	[CV_EFFECT_OPENED_UNSCANNED] =
		"the files that the program opens are not scanned; its own file is",
	[CV_EFFECT_UNWATCHED] = "what the program does is not watched",
	[CV_EFFECT_ALERT_OFF] = "it raises no alert",
	[CV_EFFECT_STORAGE_OFF] = "nothing is kept of it",
	[CV_EFFECT_EXEC_ALLOWED] = "it may run",
	[CV_EFFECT_AS_ASKED] =
		"a list of what the rows ask for, without an effect of its own",
};

struct asked {
	struct cv_explain *explain;
	const struct cv_group *group;
	const char *path; /* in the one spelling */
	bool *rows;       /* those that cover it, by ordinal */
};

static bool is_pattern(enum cv_kind kind)
{
	return kind == CV_KIND_PROCESS || kind == CV_KIND_FOLDER || kind == CV_KIND_FILE;
}

/* From the last dot of the last segment on, or NULL. */
static const char *extension_of(const struct asked *asked)
{
	return strrchr(cv_path_base(asked->group->platform, asked->path), '.');
}

static enum cv_answer covers(const struct asked *asked,
			     const struct cv_exclusion *exclusion)
{
	const enum cv_platform platform = asked->group->platform;
	const char *extension = extension_of(asked);

	if (is_pattern(exclusion->kind))
		return cv_pattern_inside(platform, asked->path, CV_REACH_ITSELF,
					 exclusion->value, exclusion->reach);
	if (exclusion->kind != CV_KIND_EXTENSION || !extension)
		return CV_ANSWER_NO;
	return strcmp(cv_path_folded(asked->explain->ctx, platform, extension),
		      cv_path_folded(asked->explain->ctx, platform, exclusion->value)) ==
			       0
		       ? CV_ANSWER_YES
		       : CV_ANSWER_NO;
}

static bool is_of_path(const struct cv_wanted *wanted, const struct cv_entry *entry)
{
	return cv_origin(entry)->exclusion &&
	       cv_origin(entry)->exclusion->group ==
		       ((const struct asked *)wanted->data)->group &&
	       (covers(wanted->data, cv_origin(entry)->exclusion) == CV_ANSWER_YES ||
		(cv_origin(entry)->only_for &&
		 covers(wanted->data, cv_origin(entry)->only_for) == CV_ANSWER_YES));
}

/* What an entry of the list does; limited to a program it does so only for that. */
static const char *effect_of(const struct cv_entry *entry)
{
	return cv_origin(entry)->only_for
		       ? "the folder is not scanned when the program that the "
			 "entry names opens what is in it"
		       : effects[cv_origin(entry)->native->effect];
}

/* `ExclusionProcess: the files that ...`, once for each list of the plan. */
static void say_effects(const struct asked *asked, const struct cv_plan *plan,
			const struct cv_wanted *wanted)
{
	const struct cv_list *lists = plan->use->target->can.lists;

	for (const struct cv_list *list = lists; list && list->name; list++) {
		const struct cv_entry *used = NULL;

		for (size_t i = 0; !used && i < plan->entries.count; i++) {
			used = CV_AT(&plan->entries, struct cv_entry, i);
			if (cv_origin(used)->native != list || !is_of_path(wanted, used))
				used = NULL;
		}
		if (!used)
			continue;
		cv_explain_say(asked->explain, "    %s: %s", list->name, effect_of(used));
		if (list->cost)
			cv_explain_say(asked->explain, "    besides: %s", list->cost);
	}
}

static void say_places(const struct asked *asked)
{
	const struct cv_table *plans = &asked->explain->compilation->plans;
	const struct cv_wanted wanted = {is_of_path, asked, false};
	bool any = false;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (plan->subject->group != asked->group ||
		    !cv_explain_lines(asked->explain, plan, &wanted, "  in "))
			continue;
		any = true;
		say_effects(asked, plan, &wanted);
		cv_explain_doubts(asked->explain, plan, asked->rows);
	}
	if (!any)
		cv_explain_say(asked->explain,
			       "  in no artefact: no target of the group holds it");
}

static void say_by(const struct asked *asked, const struct cv_exclusion *exclusion,
		   const char *before)
{
	for (size_t i = 0; i < exclusion->rows.count; i++)
		cv_explain_say(asked->explain, "  %s%s: %s", before,
			       cv_row_name(asked->explain->ctx, exclusion->rows.items[i]),
			       cv_exclusion_words(asked->explain->ctx, exclusion));
}

static void say_covering(const struct asked *asked, enum cv_answer answer,
			 const char *before)
{
	const struct cv_table *exclusions =
		&asked->explain->compilation->policy.exclusions;

	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);

		if (exclusion->group == asked->group &&
		    covers(asked, exclusion) == answer)
			say_by(asked, exclusion, before);
	}
}

/* How the exclusions of the group that give the answer stand together. */
struct covering {
	size_t count, bare; /* all of them; those that need no arguments */
};

static struct covering count_covering(const struct asked *asked, enum cv_answer answer)
{
	const struct cv_table *exclusions =
		&asked->explain->compilation->policy.exclusions;
	struct covering covering = {0, 0};

	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);

		if (exclusion->group != asked->group ||
		    covers(asked, exclusion) != answer)
			continue;
		covering.count++;
		covering.bare += !exclusion->arguments;
		for (size_t r = 0; r < exclusion->rows.count; r++)
			asked->rows[exclusion->rows.items[r]->ordinal] = true;
	}
	return covering;
}

/* Rows for this group that would cover it if they applied; each once. */
static size_t say_aside(const struct asked *asked)
{
	struct cv_explain *explain = asked->explain;
	struct cv_policy *aside = CV_NEW(explain->ctx->arena, struct cv_policy);
	size_t count = 0;

	cv_resolve_aside(explain->ctx, &explain->compilation->policy, aside);
	for (size_t i = 0; i < aside->exclusions.count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(&aside->exclusions, struct cv_exclusion, i);

		if (exclusion->group != asked->group ||
		    covers(asked, exclusion) != CV_ANSWER_YES)
			continue;
		for (size_t r = 0; r < exclusion->rows.count; r++) {
			const struct cv_row *row = exclusion->rows.items[r];
			const char *why = cv_explain_why_not(explain, row, asked->group);

			if (count++ == 0)
				cv_explain_say(explain,
					       "  would cover it, but does not apply:");
			cv_explain_say(explain, "    %s: %s",
				       cv_row_name(explain->ctx, row), why ? why : "");
		}
	}
	return count;
}

/* Groups on the same platform for which it is excluded. */
static size_t say_other_groups(const struct asked *asked)
{
	const struct cv_table *exclusions =
		&asked->explain->compilation->policy.exclusions;
	size_t count = 0;

	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);

		if (exclusion->group == asked->group ||
		    exclusion->group->platform != asked->group->platform ||
		    covers(asked, exclusion) != CV_ANSWER_YES)
			continue;
		if (count++ == 0)
			cv_explain_say(asked->explain, "  excluded for other groups:");
		cv_explain_say(
			asked->explain, "    %s, by %s", exclusion->group->name,
			cv_row_name(asked->explain->ctx, exclusion->rows.items[0]));
	}
	return count;
}

/* Segments that two paths have in common from the root on. */
static size_t common_segments(const char *a, const char *b, char separator)
{
	size_t count = 0, start = 0, i;

	for (i = 0; a[i] && a[i] == b[i]; i++) {
		if (a[i] != separator)
			continue;
		count += i > start;
		start = i + 1;
	}
	if ((!a[i] || a[i] == separator) && (!b[i] || b[i] == separator))
		count += i > start;
	return count;
}

/* How near an exclusion comes: segments in common, and more for the same last one, in
 * whatever case.  A drive or a root folder alone is nothing in common. */
static size_t nearness(const struct asked *asked, const struct cv_exclusion *exclusion)
{
	const enum cv_platform platform = asked->group->platform;
	struct cv_ctx *ctx = asked->explain->ctx;
	const char *a = cv_path_folded(ctx, platform, asked->path), *b;
	size_t common;

	if (exclusion->group != asked->group || !is_pattern(exclusion->kind))
		return 0;
	b = cv_path_folded(ctx, platform, exclusion->value);
	common = common_segments(a, b, platform == CV_WINDOWS ? '\\' : '/');
	if (strcmp(cv_path_folded(ctx, CV_WINDOWS, cv_path_base(platform, a)),
		   cv_path_folded(ctx, CV_WINDOWS, cv_path_base(platform, b))) == 0)
		return SAME_BASE + common;
	return common > 1 ? common : 0;
}

static const char *why_not(const struct asked *asked,
			   const struct cv_exclusion *exclusion)
{
	const enum cv_platform platform = asked->group->platform;
	struct cv_ctx *ctx = asked->explain->ctx;
	const char *path = cv_path_folded(ctx, CV_WINDOWS, asked->path);
	const char *value = cv_path_folded(ctx, CV_WINDOWS, exclusion->value);

	if (exclusion->reach == CV_REACH_CHILDREN &&
	    cv_pattern_inside(platform, asked->path, CV_REACH_ITSELF, exclusion->value,
			      CV_REACH_TREE) == CV_ANSWER_YES)
		return "it does not reach into subfolders";
	if (cv_pattern_inside(platform, path, CV_REACH_ITSELF, value, exclusion->reach) ==
	    CV_ANSWER_YES)
		return "upper and lower case differ";
	if (exclusion->kind == CV_KIND_FOLDER)
		return "the path does not lie in it";
	return "it is another path";
}

/* The nearest first; of equally near ones the first of the policy. */
static size_t say_nearest(const struct asked *asked)
{
	const struct cv_table *exclusions =
		&asked->explain->compilation->policy.exclusions;
	size_t best[MOST_NEAR] = {0}, count = 0;
	const struct cv_exclusion *nearest[MOST_NEAR] = {NULL};

	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);
		const size_t near = nearness(asked, exclusion);
		size_t at = MOST_NEAR;

		while (at && near > best[at - 1])
			at--;
		if (at == MOST_NEAR)
			continue;
		memmove(best + at + 1, best + at, (MOST_NEAR - at - 1) * sizeof *best);
		memmove(nearest + at + 1, nearest + at,
			(MOST_NEAR - at - 1) * sizeof *nearest);
		best[at] = near;
		nearest[at] = exclusion;
	}
	for (; count < MOST_NEAR && nearest[count]; count++) {
		if (count == 0)
			cv_explain_say(asked->explain, "  the nearest that apply:");
		cv_explain_say(
			asked->explain, "    %s: %s; %s",
			cv_row_name(asked->explain->ctx, nearest[count]->rows.items[0]),
			cv_exclusion_words(asked->explain->ctx, nearest[count]),
			why_not(asked, nearest[count]));
	}
	return count;
}

static const struct cv_group *find_group(struct cv_explain *explain)
{
	const struct cv_policy *policy = &explain->compilation->policy;
	const struct cv_group *group = cv_policy_group(policy, explain->subject);
	const size_t count = policy->groups.count;
	struct cv_finding *finding;
	const char **names;

	if (group)
		return group;
	finding = cv_find_more(explain->ctx, CV_F_USAGE, nowhere,
			       "this site has no group `%s`", explain->subject);
	names = CV_NEW_ARRAY(explain->ctx->arena, count, const char *);
	for (size_t i = 0; i < count; i++)
		names[i] = CV_AT(&policy->groups, struct cv_group, i)->name;
	cv_suggest(explain->ctx, finding, explain->subject, names, count);
	return NULL;
}

static void say_uncovered(const struct asked *asked)
{
	size_t near = say_aside(asked);

	near += say_nearest(asked);
	near += say_other_groups(asked);
	if (!near)
		cv_explain_say(asked->explain, "  no row comes near it");
}

/* Whether it is excluded, in words. */
static const char *headline(const struct covering *yes, const struct covering *unknown)
{
	if (yes->count)
		return yes->bare ? "excluded"
				 : "excluded, but only with the arguments named here";
	return unknown->count ? "cannot be told within the bound of the search"
			      : "not excluded";
}

bool cv_explain_path(struct cv_explain *explain, const char *path, bool *granted_out)
{
	struct asked asked = {.explain = explain, .group = find_group(explain)};
	struct covering yes, unknown;
	const char *why, *bad;
	size_t bad_size;

	if (!asked.group)
		return false;
	asked.path = cv_path_normal(explain->ctx, asked.group->platform, path, &why, &bad,
				    &bad_size);
	if (!asked.path)
		return cv_find(explain->ctx, CV_F_USAGE, nowhere,
			       "`%s` is no path of %s: %s", cv_shown(explain->ctx, path),
			       cv_platform_names[asked.group->platform], why);
	asked.rows = CV_NEW_ARRAY(explain->ctx->arena,
				  explain->compilation->policy.rows.count, bool);
	yes = count_covering(&asked, CV_ANSWER_YES);
	unknown = count_covering(&asked, CV_ANSWER_UNKNOWN);
	*granted_out = yes.count > 0;
	cv_explain_say(explain, "%s for %s: %s", asked.path, asked.group->name,
		       headline(&yes, &unknown));
	say_covering(&asked, CV_ANSWER_YES, "by ");
	if (yes.count)
		say_places(&asked);
	say_covering(&asked, CV_ANSWER_UNKNOWN, "perhaps by ");
	if (!yes.count)
		say_uncovered(&asked);
	return true;
}
