/* Holes that the site fills: its values go into the rows of the profiles. */
#include "read/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "read/fields.h"
#include "model/node.h"

static struct cv_profile *profile_of(const struct cv_table *profiles, const char *id,
				     size_t size)
{
	for (size_t p = 0; p < profiles->count; p++) {
		struct cv_profile *profile = *CV_AT(profiles, struct cv_profile *, p);

		if (strlen(profile->id.text) == size &&
		    memcmp(profile->id.text, id, size) == 0)
			return profile;
	}
	return NULL;
}

/* The row that `TABLE/ID` or `TABLE/3` names. */
static struct cv_row *row_of(const struct cv_profile *profile, const char *name)
{
	const char *slash = strchr(name, '/');
	char *end;

	for (int table = 0; slash && table < CV_TABLE_COUNT; table++) {
		const size_t size = (size_t)(slash - name);

		if (strlen(cv_table_names[table]) != size ||
		    memcmp(cv_table_names[table], name, size) != 0)
			continue;
		for (size_t i = 0; i < profile->rows[table].count; i++) {
			struct cv_row *row = cv_table_at(&profile->rows[table], i);

			if (row->id.text ? strcmp(row->id.text, slash + 1) == 0
					 : strtoul(slash + 1, &end, 10) == row->number &&
						   *end == '\0')
				return row;
		}
	}
	return NULL;
}

static bool unknown_row(struct cv_ctx *ctx, const struct cv_table *profiles,
			struct cv_text name)
{
	struct cv_finding *finding =
		cv_find_more(ctx, CV_F_UNKNOWN_ROW, name.at,
			     "no profile of this site has the row `%s`", name.text);
	const char **names;
	size_t count = 0;

	for (size_t p = 0; p < profiles->count; p++)
		for (int table = 0; table < CV_TABLE_COUNT; table++)
			count += (*CV_AT(profiles, struct cv_profile *, p))
					 ->rows[table]
					 .count;
	names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	count = 0;
	for (size_t p = 0; p < profiles->count; p++) {
		const struct cv_profile *profile =
			*CV_AT(profiles, struct cv_profile *, p);

		for (int table = 0; table < CV_TABLE_COUNT; table++)
			for (size_t i = 0; i < profile->rows[table].count; i++)
				names[count++] = cv_row_name(
					ctx, cv_table_at(&profile->rows[table], i));
	}
	cv_suggest(ctx, finding, name.text, names, count);
	return false;
}

static bool fill_one(struct cv_ctx *ctx, const struct cv_table *profiles,
		     const struct cv_fill *fill)
{
	const char *hash = strchr(fill->row.text, '#');
	struct cv_profile *profile = hash ? profile_of(profiles, fill->row.text,
						       (size_t)(hash - fill->row.text))
					  : NULL;
	struct cv_row *row;
	char *end;

	if (!profile)
		return unknown_row(ctx, profiles, fill->row);
	if (!strchr(hash, '/'))
		return cv_fields_fill(ctx, &cv_profile_fields, fill->set, profile);
	if (strncmp(hash, "#requires/", 10) == 0) {
		const unsigned long number = strtoul(hash + 10, &end, 10);

		if (*end || number < 1 || number > profile->requires.count)
			return unknown_row(ctx, profiles, fill->row);
		return cv_fields_fill(ctx, &cv_requirement_fields, fill->set,
				      (struct cv_requirement *)profile->requires.items +
					      number - 1);
	}
	row = row_of(profile, hash + 1);
	if (!row)
		return unknown_row(ctx, profiles, fill->row);
	return cv_fields_fill(ctx, cv_row_fields(row->table), fill->set, row);
}

bool cv_fill_holes(struct cv_ctx *ctx, const struct cv_site *site,
		   const struct cv_table *profiles)
{
	const struct cv_fill *fills = site->fills.items;
	bool ok = true;

	for (size_t i = 0; i < site->fills.count; i++)
		ok = fill_one(ctx, profiles, &fills[i]) && ok;
	return ok;
}
