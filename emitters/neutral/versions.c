/* The columns product_min and product_max: what the site says of a group's versions,
 * where that is one interval. */
#include "arrange.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/policy.h"

/* What the group says of a version name, or else the site; a key with the profile's
 * id in front wins over the bare name. */
static const char *said(struct cv_ctx *ctx, const struct cv_map *map,
			const struct cv_profile *profile, const char *name)
{
	const struct cv_text *text = NULL;

	if (profile->id.text)
		text = cv_map_get(map, cv_arena_format(ctx->arena, "%s:%s",
						       profile->id.text, name));
	if (!text)
		text = cv_map_get(map, name);
	return text ? text->text : NULL;
}

/* Takes one more constraint; false when it differs from the one before. */
static bool take(const char **constraint, const char *text)
{
	if (!text)
		return true;
	if (*constraint && strcmp(*constraint, text))
		return false;
	*constraint = text;
	return true;
}

/* The versions that a row's condition asks for. */
static bool asked_by(struct cv_ctx *ctx, const struct cv_site *site,
		     const struct cv_group_row *group, const struct cv_row *row,
		     const char **constraint)
{
	const struct cv_when *when = &cv_row_more(row)->when;

	for (size_t i = 0; i < when->count; i++) {
		const struct cv_condition *all = &when->items[i];

		for (size_t n = 0; n < all->count; n++) {
			const char *name = all->parts[n].key.text;
			const char *text;

			if (!cv_map_get(&row->profile->versions, name))
				continue;
			text = said(ctx, &group->versions, row->profile, name);
			if (!text)
				text = said(ctx, &site->versions, row->profile, name);
			if (!take(constraint, text))
				return false;
		}
	}
	return true;
}

/* All that the group says of the profile's versions. */
static bool known_of(struct cv_ctx *ctx, const struct cv_group_row *group,
		     const struct cv_row *row, const char **constraint)
{
	const struct cv_map *names = &row->profile->versions;

	for (size_t i = 0; i < names->count; i++)
		if (!take(constraint, said(ctx, &group->versions, row->profile,
					   names->items[i].key.text)))
			return false;
	return true;
}

/* Trailing zeros say nothing: missing numbers are 0. */
static const char *spelled(struct cv_ctx *ctx, const char *prefix,
			   const struct cv_version *version)
{
	struct cv_buf out = CV_BUF_INIT;
	size_t count = CV_MAX_VERSION_PARTS;
	const char *text;

	while (count > 1 && version->parts[count - 1] == 0)
		count--;
	cv_buf_text(&out, prefix);
	for (size_t i = 0; i < count; i++) {
		cv_buf_text(&out, i ? "." : "");
		cv_buf_number(&out, version->parts[i]);
	}
	text = cv_arena_copy(ctx->arena, cv_buf_string(&out), out.size);
	cv_buf_deinit(&out);
	return text;
}

/* An interval that begins at 0 or ends at the last version there can be is open; one
 * that ends behind a whole version (`<=7.4.9`) ends with that version. */
static void bounds(struct cv_ctx *ctx, const struct cv_version_interval *interval,
		   const char **min_out, const char **max_out)
{
	const struct cv_version zero = {{0}};
	struct cv_version to = interval->to;
	uint32_t *last = &to.parts[CV_MAX_VERSION_PARTS - 1];

	if (cv_version_compare(&interval->from, &zero))
		*min_out = spelled(ctx, "", &interval->from);
	if (to.parts[0] == UINT32_MAX)
		return;
	if (*last == 0) {
		*max_out = spelled(ctx, "<", &to);
		return;
	}
	(*last)--;
	*max_out = spelled(ctx, "", &to);
}

void cv_neutral_versions(struct cv_ctx *ctx, const struct cv_site *site,
			 const struct cv_group_row *group, const struct cv_rows *rows,
			 const char **min_out, const char **max_out)
{
	const char *constraint = NULL, *why;
	struct cv_version version;
	struct cv_versions versions;

	*min_out = *max_out = "";
	for (size_t i = 0; i < rows->count; i++)
		if (!asked_by(ctx, site, group, rows->items[i], &constraint))
			return;
	for (size_t i = 0; !constraint && i < rows->count; i++)
		if (!known_of(ctx, group, rows->items[i], &constraint))
			return;
	if (!constraint)
		return;
	if (cv_version_parse(constraint, &version))
		*min_out = *max_out = constraint;
	else if (cv_versions_parse(ctx, constraint, &versions, &why) &&
		 versions.count == 1)
		bounds(ctx, &versions.items[0], min_out, max_out);
}
