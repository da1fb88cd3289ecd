/* Holes that the site needs and has not filled, and those filled by example. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"

static bool report_holes(struct cv_ctx *ctx, const char *name, struct cv_span at,
			 const struct cv_hole *holes)
{
	bool ok = true;

	for (const struct cv_hole *hole = holes; hole; hole = hole->next) {
		struct cv_finding *finding;

		if (hole->filled)
			continue;
		ok = false;
		finding =
			cv_find_more(ctx, CV_F_HOLE, hole->at.file ? hole->at : at,
				     "%s needs `%s`, which the page leaves open: \"%s\"",
				     name, hole->field->key, hole->words);
		finding->help = cv_arena_format(
			ctx->arena,
			"fill:\n  - {row: \"%s\", set: {%s: }, reason: , by: , source: }",
			name, hole->field->key);
	}
	return ok;
}

/* The name of a row that this site needs and that has holes. */
struct needed {
	UT_hash_handle hh;
};

static void add_needed(struct cv_ctx *ctx, struct needed **names, const char *name)
{
	struct needed *needed;

	HASH_FIND_STR(*names, name, needed);
	if (needed)
		return;
	needed = CV_NEW(ctx->arena, struct needed);
	HASH_ADD_KEYPTR(hh, *names, name, strlen(name), needed);
}

/* A fill whose reason says that it is only an example must not reach a network
 * unseen. */
static void warn_of_examples(struct cv_ctx *ctx, const struct cv_policy *policy,
			     struct needed *names)
{
	const struct cv_fill *fills = policy->site->fills.items;

	for (size_t i = 0; i < policy->site->fills.count; i++) {
		const char *name = fills[i].row.text;
		struct needed *needed;

		if (!fills[i].reason.text ||
		    !strcasestr(fills[i].reason.text, "example value"))
			continue;
		HASH_FIND_STR(names, name, needed);
		if (needed)
			cv_find(ctx, CV_F_EXAMPLE_VALUE, fills[i].row.at,
				"%s is filled with an example value", name);
	}
}

static bool is_of_edition(const struct cv_policy *policy, const struct cv_row *row,
			  const struct cv_group *group,
			  const struct cv_condition *condition)
{
	const struct cv_text *edition = cv_edition_of(policy, row->profile, group);

	for (size_t p = 0; p < condition->count; p++)
		if (strcmp(condition->parts[p].key.text, "edition") == 0 &&
		    !(edition &&
		      cv_texts_hold(&condition->parts[p].values, edition->text)))
			return false;
	return true;
}

/* A row whose device is open could be for any group of its edition. */
static bool may_concern(const struct cv_policy *policy, const struct cv_row *row)
{
	const struct cv_when *when = &cv_row_more(row)->when;

	for (size_t g = 0; g < policy->groups.count; g++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, g);

		if (when->count == 0)
			return true;
		for (size_t c = 0; c < when->count; c++)
			if (is_of_edition(policy, row, group, &when->items[c]))
				return true;
	}
	return false;
}

static bool report_devices(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	bool ok = true;

	for (size_t i = 0; i < policy->holed.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->holed, const struct cv_row *, i);
		const struct cv_hole *hole = cv_row_more(row)->holes;

		while (hole && (hole->filled || strcmp(hole->field->key, "device") != 0))
			hole = hole->next;
		if (hole && !cv_row_set_aside(ctx, policy, row) &&
		    may_concern(policy, row))
			ok = report_holes(ctx, cv_row_name(ctx, row), row->at,
					  cv_row_more(row)->holes) &&
			     ok;
	}
	return ok;
}

/* Whether the row applies to the site or to one of its groups. */
static bool applies(const struct cv_policy *policy, const struct cv_row *row)
{
	size_t at = cv_policy_first_use(policy, row->ordinal);
	const struct cv_used *as;

	while ((as = cv_policy_next_used(policy, row->ordinal, &at)))
		if (as->applies)
			return true;
	return false;
}

/* Whether any port row of the profile applies. */
static bool has_flows(const struct cv_policy *policy, const struct cv_profile *profile)
{
	for (size_t i = 0; i < policy->used.count; i++) {
		const struct cv_used *as = CV_AT(&policy->used, struct cv_used, i);

		if (as->applies && as->table == CV_PORTS && as->profile == profile)
			return true;
	}
	return false;
}

bool cv_pass_open_holes(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct needed *names = NULL;
	bool ok = report_devices(ctx, policy);

	for (size_t i = 0; i < policy->holed.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->holed, const struct cv_row *, i);
		const char *name;

		if (!applies(policy, row))
			continue;
		name = cv_row_name(ctx, row);
		ok = report_holes(ctx, name, row->at, cv_row_more(row)->holes) && ok;
		add_needed(ctx, &names, name);
	}
	/* The families of a product matter where one of its flows is asked for. */
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const char *name;

		if (!profile->holes || !has_flows(policy, profile))
			continue;
		name = cv_arena_format(ctx->arena, "%s#ip", profile->id.text);
		ok = report_holes(ctx, name, profile->id.at, profile->holes) && ok;
		add_needed(ctx, &names, name);
	}
	warn_of_examples(ctx, policy, names);
	HASH_CLEAR(hh, names);
	return ok;
}
