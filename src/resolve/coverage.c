/* Where rows of a device hang on a version, each version that a group has must
 * meet one of them: a row that silently falls away is as wrong as one too many. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"

/* The union of what the rows of a device ask of one version name. */
struct cover {
	struct cv_versions versions;
	const char *words;
	bool any;
};

static void add_condition(struct cv_ctx *ctx, struct cover *cover,
			  const struct cv_condition *condition,
			  const struct cv_part *part)
{
	const char *words;
	const struct cv_versions one = cv_versions_wanted(ctx, condition, part, &words);

	cover->versions = cv_versions_union(ctx, &cover->versions, &one);
	if (!cover->words)
		cover->words = words;
	else if (!strstr(cover->words, words))
		cover->words = cv_arena_format(ctx->arena, "%s, %s", cover->words, words);
	cover->any = true;
}

static bool is_for(const struct cv_ctx *ctx, const struct cv_policy *policy,
		   const struct cv_exclusion_row *row, const struct cv_device *device)
{
	const struct cv_texts devices = cv_few_texts(&row->device);

	return cv_texts_hold(&devices, device->name.text) &&
	       !cv_row_set_aside(ctx, policy, &row->row);
}

/* The first part that asks for that version, or NULL. */
static const struct cv_part *part_about(const struct cv_condition *condition,
					const char *name)
{
	for (size_t p = 0; p < condition->count; p++)
		if (strcmp(condition->parts[p].key.text, name) == 0)
			return &condition->parts[p];
	return NULL;
}

/* Whether one of the row's alternatives holds that asks nothing of this version: then
 * the row does not hang on it, whatever the others say. */
static bool holds_without(struct cv_ctx *ctx, const struct cv_policy *policy,
			  const struct cv_row *row, const struct cv_group *group,
			  const char *name)
{
	const struct cv_when *when = &cv_row_more(row)->when;

	for (size_t c = 0; c < when->count; c++) {
		const struct cv_when one = {&when->items[c], 1, when->at};
		const char *why;

		if (cv_when_holds(ctx, policy, row->profile, group, &one,
				  cv_row_name(ctx, row), &why) == CV_HOLDS_YES)
			return !part_about(&when->items[c], name);
	}
	return false;
}

static struct cover cover_of(struct cv_ctx *ctx, const struct cv_policy *policy,
			     const struct cv_profile *profile,
			     const struct cv_group *group, const struct cv_device *device,
			     const char *name)
{
	const struct cv_table *rows = &profile->rows[CV_EXCLUSIONS];
	struct cover cover = {{0, NULL}, NULL, false};

	for (size_t i = 0; i < rows->count; i++) {
		const struct cv_exclusion_row *row =
			CV_AT(rows, struct cv_exclusion_row, i);
		const struct cv_when *when = &cv_row_more(&row->row)->when;

		if (!is_for(ctx, policy, row, device) ||
		    holds_without(ctx, policy, &row->row, group, name))
			continue;
		for (size_t c = 0; c < when->count; c++) {
			const struct cv_condition *condition = &when->items[c];
			const struct cv_part *part = part_about(condition, name);

			if (part && cv_condition_but_versions(ctx, policy, profile, group,
							      condition))
				add_condition(ctx, &cover, condition, part);
		}
	}
	return cover;
}

/* The first alternative of a text (`7.2.x or 7.3.x`) that meets nothing, or NULL.  As
 * one set the two would be one interval, and 7.3 would hide behind 7.2. */
static const char *uncovered(struct cv_ctx *ctx, const char *text,
			     const struct cover *cover)
{
	while (text) {
		const char * or = strstr(text, " or ");
		const char *one =
			or ? cv_arena_copy(ctx->arena, text, (size_t)(or -text)) : text;
		struct cv_versions have;
		const char *why;

		if (cv_versions_parse(ctx, one, &have, &why) &&
		    !cv_versions_meet(&have, &cover->versions))
			return one;
		text = or ? or +4 : NULL;
	}
	return NULL;
}

static bool check_device(struct cv_ctx *ctx, const struct cv_policy *policy,
			 const struct cv_profile *profile, const struct cv_group *group,
			 const struct cv_device *device, const char *name)
{
	const struct cover cover = cover_of(ctx, policy, profile, group, device, name);
	struct cv_versions have;
	struct cv_span at;
	const char *text, *missing;

	if (!cover.any ||
	    !cv_versions_of(ctx, policy, profile, group, name, &have, &at, &text))
		return true;
	missing = uncovered(ctx, text, &cover);
	if (missing)
		return cv_find(ctx, CV_F_VERSION_NOT_COVERED, at,
			       "%s has no rows for %s %s on %s: they are for %s",
			       profile->id.text, name, missing, device->name.text,
			       cover.words);
	return true;
}

static bool check_group(struct cv_ctx *ctx, const struct cv_policy *policy,
			const struct cv_profile *profile, const struct cv_group *group)
{
	const struct cv_device *devices = profile->devices.items;
	bool ok = true;

	for (size_t d = 0; d < profile->devices.count; d++) {
		if (strcmp(devices[d].platform.text, group->row->platform.text) != 0 ||
		    !cv_group_has_role(group, profile, devices[d].role.text))
			continue;
		for (size_t v = 0; v < profile->versions.count; v++)
			ok = check_device(ctx, policy, profile, group, &devices[d],
					  profile->versions.items[v].key.text) &&
			     ok;
	}
	return ok;
}

bool cv_pass_version_coverage(struct cv_ctx *ctx, struct cv_policy *policy)
{
	bool ok = true;

	for (size_t p = 0; p < policy->profiles.count; p++)
		for (size_t g = 0; g < policy->groups.count; g++)
			ok = check_group(
				     ctx, policy,
				     *CV_AT(&policy->profiles, struct cv_profile *, p),
				     CV_AT(&policy->groups, struct cv_group, g)) &&
			     ok;
	return ok;
}
