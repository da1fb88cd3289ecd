/* `requires`, `supports` and the open cells of `permissions`. */
#include "commands/requirements.h"

#include <string.h>

#include "base/ctx.h"
#include "commands/compilation.h"
#include "model/field.h"
#include "model/version.h"

struct check {
	struct cv_ctx *ctx;
	const struct cv_compilation *compilation;
	const struct cv_profile *profile;
};

static void note_holes(struct cv_ctx *ctx, const struct cv_profile *profile,
		       const char *what, const char *name, const struct cv_hole *holes)
{
	for (const struct cv_hole *hole = holes; hole; hole = hole->next)
		cv_find(ctx, CV_F_OPEN_REQUIREMENT, hole->at,
			"%s leaves `%s` of %s%s%s open: \"%s\"", profile->id.text,
			hole->field->key, what, name ? " " : "", name ? name : "",
			hole->words);
}

void cv_requirements_open(struct cv_ctx *ctx, const struct cv_profile *profile)
{
	const struct cv_requirement *requires = profile->requires.items;
	const struct cv_support *supports = profile->supports.items;
	const struct cv_permissions *tables = profile->permissions.items;

	for (size_t i = 0; i < profile->requires.count; i++)
		note_holes(ctx, profile, "the requirement", requires[i].component.text,
			   requires[i].holes);
	for (size_t i = 0; i < profile->supports.count; i++)
		note_holes(ctx, profile, "the supported system", supports[i].name.text,
			   supports[i].holes);
	for (size_t i = 0; i < profile->permissions.count; i++) {
		const struct cv_permission_row *rows = tables[i].rows.items;

		for (size_t n = 0; n < tables[i].rows.count; n++)
			note_holes(ctx, profile, "the permission",
				   rows[n].permission.text, rows[n].holes);
	}
}

/* False: not a version, reported. */
static bool parse(struct cv_ctx *ctx, const struct cv_text *text,
		  struct cv_versions *versions_out)
{
	const char *why;

	if (cv_versions_parse(ctx, text->text, versions_out, &why))
		return true;
	return cv_find(ctx, CV_F_BAD_VERSION, text->at, "`%s` is not a version: %s",
		       text->text, why);
}

/* `who` has a component in the version `have`. */
static void compare(const struct check *check, const struct cv_requirement *need,
		    const char *who, const struct cv_text *have)
{
	struct cv_versions wanted, given;
	struct cv_finding *finding;

	if (!need->version.text || !have->text)
		return;
	if (!parse(check->ctx, &need->version, &wanted) ||
	    !parse(check->ctx, have, &given) || cv_versions_inside(&given, &wanted))
		return;
	finding = cv_find_more(check->ctx, CV_F_REQUIREMENT, have->at,
			       "%s has %s %s; %s requires %s", who, need->component.text,
			       have->text, check->profile->id.text, need->version.text);
	finding->also = need->version.at;
	finding->also_text = "required here";
}

/* The key of `versions:` that stands for a component, by its title or itself. */
static const char *version_key(const struct check *check, const char *component)
{
	const struct cv_map *versions = &check->profile->versions;

	for (size_t i = 0; i < versions->count; i++) {
		const struct cv_pair *pair = &versions->items[i];

		if (strcmp(pair->key.text, component) == 0 ||
		    (pair->value.text && strcmp(pair->value.text, component) == 0))
			return pair->key.text;
	}
	return NULL;
}

/* A value by `PROFILE:KEY`, else by `KEY`. */
static const struct cv_text *profile_value(const struct check *check,
					   const struct cv_map *map, const char *key)
{
	const struct cv_text *own =
		cv_map_get(map, cv_arena_format(check->ctx->arena, "%s:%s",
						check->profile->id.text, key));

	return own ? own : cv_map_get(map, key);
}

/* A component that is the product itself: the site says its versions elsewhere. */
static bool check_own_versions(const struct check *check,
			       const struct cv_requirement *need)
{
	const struct cv_site *site = check->compilation->site;
	const struct cv_group_row *groups = site->groups.items;
	const char *key = version_key(check, need->component.text);
	const struct cv_text *have;
	bool found = false;

	if (!key)
		return false;
	have = profile_value(check, &site->versions, key);
	if (have) {
		compare(check, need, "the site", have);
		found = true;
	}
	for (size_t i = 0; i < site->groups.count; i++) {
		have = profile_value(check, &groups[i].versions, key);
		if (!have)
			continue;
		compare(check, need,
			cv_arena_format(check->ctx->arena, "group `%s`",
					groups[i].name.text),
			have);
		found = true;
	}
	return found;
}

static void check_requirement(const struct check *check,
			      const struct cv_requirement *need)
{
	const struct cv_map *inventory = &check->compilation->site->inventory;
	const struct cv_text *have;

	if (!need->component.text)
		return;
	have = cv_map_get(inventory, need->component.text);
	if (have) {
		compare(check, need, "the inventory", have);
		return;
	}
	if (check_own_versions(check, need) || need->optional == CV_YES)
		return;
	cv_find(check->ctx, CV_F_NOT_IN_INVENTORY, need->component.at,
		"%s requires %s%s%s, which the site's `inventory` does not name",
		check->profile->id.text, need->component.text,
		need->version.text ? " " : "",
		need->version.text ? need->version.text : "");
}

static const struct cv_support *find_support(const struct check *check, const char *name)
{
	const struct cv_support *supports = check->profile->supports.items;

	for (size_t i = 0; i < check->profile->supports.count; i++)
		if (supports[i].name.text && strcmp(supports[i].name.text, name) == 0)
			return &supports[i];
	return NULL;
}

/* Whether any exclusion of the profile goes to the group. */
static bool reaches(const struct check *check, const struct cv_group_row *group)
{
	const struct cv_table *used = &check->compilation->policy.used;

	for (size_t i = 0; i < used->count; i++) {
		const struct cv_used *as = CV_AT(used, struct cv_used, i);

		if (as->applies && as->group && as->group->row == group &&
		    as->profile == check->profile)
			return true;
	}
	return false;
}

static void check_system(const struct check *check, const struct cv_group_row *group,
			 const struct cv_pair *os)
{
	const struct cv_support *support = find_support(check, os->key.text);
	struct cv_versions wanted, given;
	struct cv_finding *finding;

	if (!support) {
		if (reaches(check, group))
			cv_find(check->ctx, CV_F_UNSUPPORTED, os->key.at,
				"group `%s` runs %s, which is not among the systems that "
				"%s supports",
				group->name.text, os->key.text, check->profile->id.text);
		return;
	}
	if (!support->version.text || !os->value.text ||
	    !parse(check->ctx, &support->version, &wanted) ||
	    !parse(check->ctx, &os->value, &given) || cv_versions_inside(&given, &wanted))
		return;
	finding = cv_find_more(check->ctx, CV_F_UNSUPPORTED, os->value.at,
			       "group `%s` runs %s %s; %s supports %s", group->name.text,
			       os->key.text, os->value.text, check->profile->id.text,
			       support->version.text);
	finding->also = support->version.at;
	finding->also_text = "supported here";
}

static void check_profile(const struct check *check)
{
	const struct cv_site *site = check->compilation->site;
	const struct cv_requirement *requires = check->profile->requires.items;
	const struct cv_group_row *groups = site->groups.items;

	for (size_t i = 0; i < check->profile->requires.count; i++)
		check_requirement(check, &requires[i]);
	if (check->profile->supports.count == 0)
		return;
	for (size_t i = 0; i < site->groups.count; i++)
		for (size_t n = 0; n < groups[i].os.count; n++)
			check_system(check, &groups[i], &groups[i].os.items[n]);
}

void cv_requirements_check(struct cv_ctx *ctx, const struct cv_compilation *compilation)
{
	for (size_t i = 0; i < compilation->profiles.count; i++) {
		const struct check check = {
			ctx, compilation,
			*CV_AT(&compilation->profiles, struct cv_profile *, i)};

		cv_requirements_open(ctx, check.profile);
		check_profile(&check);
	}
}
