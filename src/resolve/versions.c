/* Which versions of a component a group has, or the site: its own, or those of all of
 * its groups together. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"

/* One version text as a set; reported where the site's text is none. */
static void parse_have(struct cv_ctx *ctx, const struct cv_text *text,
		       struct cv_versions *versions_out)
{
	const char *why;

	if (cv_versions_parse(ctx, text->text, versions_out, &why))
		return;
	cv_find(ctx, CV_F_BAD_VERSION, text->at, "`%s` is not a version: %s", text->text,
		why);
	*versions_out = (struct cv_versions){0, NULL};
}

/* Adds what one more place says of a version to what is known. */
static void add_versions(struct cv_ctx *ctx, const struct cv_text *text,
			 struct cv_versions *versions, struct cv_span *at,
			 const char **words)
{
	struct cv_versions one;

	parse_have(ctx, text, &one);
	*versions = cv_versions_union(ctx, versions, &one);
	if (!*words)
		*words = text->text;
	else if (!strstr(*words, text->text))
		*words = cv_arena_format(ctx->arena, "%s or %s", *words, text->text);
	*at = text->at;
}

/* The site's flows serve the clients of all of its groups. */
static bool versions_of_all(struct cv_ctx *ctx, const struct cv_policy *policy,
			    const struct cv_profile *profile, const char *name,
			    struct cv_versions *versions_out, struct cv_span *at_out,
			    const char **text_out)
{
	const struct cv_text *site =
		cv_profile_key(&policy->site->versions, profile, name);
	bool inherited = policy->groups.count == 0;

	*versions_out = (struct cv_versions){0, NULL};
	*text_out = NULL;
	for (size_t g = 0; g < policy->groups.count; g++) {
		const struct cv_group *each = CV_AT(&policy->groups, struct cv_group, g);
		const struct cv_text *text =
			cv_profile_key(&each->row->versions, profile, name);

		inherited = inherited || !text;
		if (text)
			add_versions(ctx, text, versions_out, at_out, text_out);
	}
	if (site && inherited)
		add_versions(ctx, site, versions_out, at_out, text_out);
	return *text_out != NULL;
}

bool cv_versions_of(struct cv_ctx *ctx, const struct cv_policy *policy,
		    const struct cv_profile *profile, const struct cv_group *group,
		    const char *name, struct cv_versions *versions_out,
		    struct cv_span *at_out, const char **text_out)
{
	const struct cv_text *text;

	if (!group)
		return versions_of_all(ctx, policy, profile, name, versions_out, at_out,
				       text_out);
	text = cv_profile_key(&group->row->versions, profile, name);
	if (!text)
		text = cv_profile_key(&policy->site->versions, profile, name);
	if (!text)
		return false;
	*at_out = text->at;
	*text_out = text->text;
	parse_have(ctx, text, versions_out);
	return true;
}

static bool same_question(const struct cv_part *a, const struct cv_part *b)
{
	return strcmp(a->key.text, b->key.text) == 0 && !a->os.text == !b->os.text &&
	       (!a->os.text || strcmp(a->os.text, b->os.text) == 0);
}

/* Any of the part's values.  The reader has checked their form. */
static struct cv_versions any_of(struct cv_ctx *ctx, const struct cv_part *part,
				 const char **words_out)
{
	struct cv_versions all = {0, NULL}, one;
	const char *why;

	*words_out = "";
	for (size_t i = 0; i < part->values.count; i++) {
		const char *text = part->values.items[i].text;

		if (cv_versions_parse(ctx, text, &one, &why))
			all = cv_versions_union(ctx, &all, &one);
		*words_out = i == 0 ? text
				    : cv_arena_format(ctx->arena, "%s or %s", *words_out,
						      text);
	}
	return all;
}

struct cv_versions cv_versions_wanted(struct cv_ctx *ctx,
				      const struct cv_condition *condition,
				      const struct cv_part *part, const char **words_out)
{
	struct cv_versions all = {0, NULL};
	const char *words = NULL, *more;

	for (size_t i = 0; i < condition->count; i++) {
		struct cv_versions one;

		if (!same_question(&condition->parts[i], part))
			continue;
		one = any_of(ctx, &condition->parts[i], &more);
		all = words ? cv_versions_cut(ctx, &all, &one) : one;
		words = words ? cv_arena_format(ctx->arena, "%s and %s", words, more)
			      : more;
	}
	*words_out = words;
	return all;
}
