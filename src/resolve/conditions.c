/* When a row applies: editions, features, systems, architectures and versions. */
#include "resolve/internal.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"

/* A condition under way. */
struct asked {
	struct cv_ctx *ctx;
	const struct cv_policy *policy;
	const struct cv_profile *profile;
	const struct cv_group *group; /* NULL: the site */
	const char *about;
	const char *why;
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

/* A site's flows need a feature that any of its groups has. */
static bool has_feature(const struct asked *asked, const char *name)
{
	const struct cv_policy *policy = asked->policy;

	if (asked->group && asked->group->row->has_features)
		return cv_profile_listed(asked->ctx, &asked->group->row->features,
					 asked->profile, name);
	if (cv_profile_listed(asked->ctx, &policy->site->features, asked->profile, name))
		return true;
	for (size_t g = 0; !asked->group && g < policy->groups.count; g++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, g);

		if (cv_profile_listed(asked->ctx, &group->row->features, asked->profile,
				      name))
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

/* All constraints of a part as one set.  The reader has checked their form. */
static struct cv_versions wanted_versions(struct cv_ctx *ctx,
					  const struct cv_texts *wanted)
{
	struct cv_versions all = {0, NULL}, one;
	const char *why;

	for (size_t i = 0; i < wanted->count; i++)
		if (cv_versions_parse(ctx, wanted->items[i].text, &one, &why))
			all = cv_versions_union(ctx, &all, &one);
	return all;
}

static enum cv_holds compare(struct asked *asked, const char *what,
			     const struct cv_texts *wanted,
			     const struct cv_versions *have, const char *have_text)
{
	const struct cv_versions set = wanted_versions(asked->ctx, wanted);

	if (!cv_versions_meet(have, &set)) {
		asked->why = cv_arena_format(asked->ctx->arena, "%s %s is not %s", what,
					     have_text, joined(asked->ctx, wanted));
		return CV_HOLDS_NO;
	}
	if (cv_versions_inside(have, &set))
		return CV_HOLDS_YES;
	asked->why = cv_arena_format(asked->ctx->arena, "only %s %s needs it, of %s",
				     what, joined(asked->ctx, wanted), have_text);
	return CV_HOLDS_PARTLY;
}

static enum cv_holds os_of(struct asked *asked, const struct cv_part *part,
			   const struct cv_group *group)
{
	const struct cv_text *have = cv_map_get(&group->row->os, part->os.text);
	struct cv_versions versions;
	const char *why;

	if (group->row->os.count == 0) {
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
	return compare(asked, part->os.text, &part->values, &versions, have->text);
}

static enum cv_holds arch_of(struct asked *asked, const struct cv_part *part,
			     const struct cv_group *group)
{
	struct cv_finding *finding;

	if (group->row->arch.text)
		return plain(asked, "arch", &part->values, group->row->arch.text);
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
	for (size_t g = 0; g < policy->groups.count; g++) {
		const enum cv_holds holds =
			question(asked, part, CV_AT(&policy->groups, struct cv_group, g));

		if (holds != CV_HOLDS_NO)
			return holds;
	}
	return CV_HOLDS_NO;
}

static enum cv_holds version(struct asked *asked, const struct cv_part *part)
{
	struct cv_versions have;
	struct cv_span at;
	const char *text;
	struct cv_finding *finding;

	if (cv_versions_of(asked->ctx, asked->policy, asked->profile, asked->group,
			   part->key.text, &have, &at, &text))
		return compare(asked, part->key.text, &part->values, &have, text);
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
	const struct cv_text *edition;

	if (strcmp(part->key.text, "edition") == 0) {
		edition = cv_edition_of(asked->policy, asked->profile, asked->group);
		return plain(asked, "edition", &part->values,
			     edition ? edition->text : NULL);
	}
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

enum cv_holds cv_when_holds(struct cv_ctx *ctx, const struct cv_policy *policy,
			    const struct cv_profile *profile,
			    const struct cv_group *group, const struct cv_when *when,
			    const char *about, const char **why_out)
{
	struct asked asked = {ctx, policy, profile, group, about, NULL};
	enum cv_holds best = CV_HOLDS_NO;
	const char *best_why = NULL;

	*why_out = NULL;
	if (when->count == 0)
		return CV_HOLDS_YES;
	for (size_t i = 0; i < when->count; i++) {
		const enum cv_holds holds = condition_holds(&asked, &when->items[i]);

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
	struct asked asked = {ctx, policy, profile, group, "", NULL};

	for (size_t i = 0; i < condition->count; i++) {
		const struct cv_part *part = &condition->parts[i];

		if (!is_version(part) && part_holds(&asked, part) != CV_HOLDS_YES)
			return false;
	}
	return true;
}

/* One version text as a set; reported where the site's text is none. */
static bool parse_have(struct cv_ctx *ctx, const struct cv_text *text,
		       struct cv_versions *versions_out)
{
	const char *why;

	if (cv_versions_parse(ctx, text->text, versions_out, &why))
		return true;
	cv_find(ctx, CV_F_BAD_VERSION, text->at, "`%s` is not a version: %s", text->text,
		why);
	*versions_out = (struct cv_versions){0, NULL};
	return true;
}

bool cv_versions_of(struct cv_ctx *ctx, const struct cv_policy *policy,
		    const struct cv_profile *profile, const struct cv_group *group,
		    const char *name, struct cv_versions *versions_out,
		    struct cv_span *at_out, const char **text_out)
{
	const struct cv_text *text = NULL;
	struct cv_versions one;

	if (group)
		text = cv_profile_key(ctx, &group->row->versions, profile, name);
	if (!text)
		text = cv_profile_key(ctx, &policy->site->versions, profile, name);
	if (text) {
		*at_out = text->at;
		*text_out = text->text;
		return parse_have(ctx, text, versions_out);
	}
	if (group)
		return false;
	/* The site's flows serve the clients of all of its groups. */
	*versions_out = (struct cv_versions){0, NULL};
	*text_out = NULL;
	for (size_t g = 0; g < policy->groups.count; g++) {
		const struct cv_group *each = CV_AT(&policy->groups, struct cv_group, g);

		text = cv_profile_key(ctx, &each->row->versions, profile, name);
		if (!text || !parse_have(ctx, text, &one))
			continue;
		*versions_out = cv_versions_union(ctx, versions_out, &one);
		*text_out = *text_out ? cv_arena_format(ctx->arena, "%s or %s", *text_out,
							text->text)
				      : text->text;
		*at_out = text->at;
	}
	return *text_out != NULL;
}

/* What makes a row fall away whatever its `when` says. */
static const char *set_aside(const struct cv_ctx *ctx, const struct cv_policy *policy,
			     const struct cv_row *row)
{
	if (row->status.text && strcmp(row->status.text, "withdrawn") == 0)
		return "withdrawn by the vendor";
	if (row->until.text && strcmp(row->until.text, ctx->today) < 0)
		return cv_arena_format(ctx->arena, "until %s only", row->until.text);
	if (row->class.text && strcmp(row->class.text, "operational") != 0 &&
	    !cv_texts_hold(&policy->site->classes, row->class.text))
		return cv_arena_format(ctx->arena, "class %s is not asked for",
				       row->class.text);
	return NULL;
}

static bool add_use(struct cv_ctx *ctx, struct cv_policy *policy,
		    const struct cv_row *row, const struct cv_group *group)
{
	struct cv_use *use = CV_ADD(ctx->arena, &policy->uses, struct cv_use);
	enum cv_holds holds = CV_HOLDS_NO;

	use->row = row;
	use->group = group;
	use->why = set_aside(ctx, policy, row);
	if (!use->why && row->when.count == 0)
		holds = CV_HOLDS_YES;
	else if (!use->why)
		holds = cv_when_holds(ctx, policy, row->profile, group, &row->when,
				      cv_row_name(ctx, row), &use->why);
	use->applies = holds == CV_HOLDS_YES || holds == CV_HOLDS_PARTLY;
	if (holds == CV_HOLDS_PARTLY)
		cv_find(ctx, CV_F_SERIES, row->at, "%s for %s: %s", cv_row_name(ctx, row),
			group ? group->name : "the site", use->why);
	return holds != CV_HOLDS_ERROR;
}

static bool exclusion_uses(struct cv_ctx *ctx, struct cv_policy *policy,
			   const struct cv_exclusion_row *row)
{
	bool ok = true;

	for (size_t g = 0; g < policy->groups.count; g++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, g);

		for (size_t d = 0; d < row->device.count; d++) {
			const struct cv_device *device =
				cv_device_of(row->row.profile, row->device.items[d].text);

			if (!device ||
			    strcmp(device->platform.text, group->row->platform.text) !=
				    0 ||
			    !cv_group_has_role(group, device->role.text))
				continue;
			ok = add_use(ctx, policy, &row->row, group) && ok;
			break;
		}
	}
	return ok;
}

bool cv_pass_conditions(struct cv_ctx *ctx, struct cv_policy *policy)
{
	bool ok = true;

	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->rows, const struct cv_row *, i);

		if (row->table == CV_EXCLUSIONS)
			ok = exclusion_uses(ctx, policy,
					    (const struct cv_exclusion_row *)row) &&
			     ok;
		else
			ok = add_use(ctx, policy, row, NULL) && ok;
	}
	return ok;
}
