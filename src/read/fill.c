/* Holes that the site fills: its values go into the rows of the profiles. */
#include "read/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/node.h"
#include "model/row_name.h"
#include "read/fields.h"

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

/* A row that fills name, and the row of that name once it is found. */
struct named {
	UT_hash_handle hh;
	struct cv_row *row;
};

struct filling {
	struct cv_ctx *ctx;
	const struct cv_table *profiles;
	struct named *rows;
};

static void find_row(struct filling *filling, struct cv_row *row)
{
	struct cv_buf name = CV_BUF_INIT;
	struct named *named;

	cv_row_name_add(&name, row);
	HASH_FIND(hh, filling->rows, name.data, name.size, named);
	if (named && !named->row)
		named->row = row;
	cv_buf_deinit(&name);
}

/* In one walk over all rows, however many fills there are. */
static void find_rows(struct filling *filling, const struct cv_site *site)
{
	const struct cv_fill *fills = site->fills.items;

	for (size_t i = 0; i < site->fills.count; i++) {
		const char *name = fills[i].row.text;
		const size_t size = strlen(name);
		struct named *named;

		HASH_FIND(hh, filling->rows, name, size, named);
		if (named)
			continue;
		named = CV_NEW(filling->ctx->arena, struct named);
		HASH_ADD_KEYPTR(hh, filling->rows, name, size, named);
	}
	for (size_t p = 0; filling->rows && p < filling->profiles->count; p++) {
		struct cv_profile *profile =
			*CV_AT(filling->profiles, struct cv_profile *, p);

		for (int table = 0; table < CV_TABLE_COUNT; table++)
			for (size_t i = 0; i < profile->rows[table].count; i++)
				find_row(filling, cv_table_at(&profile->rows[table], i));
	}
}

static struct cv_row *row_of(const struct filling *filling, const char *name)
{
	struct named *named;

	HASH_FIND_STR(filling->rows, name, named);
	return named ? named->row : NULL;
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

/* What lies beside a row may be that of others, too. */
static void own_more(struct cv_ctx *ctx, struct cv_row *row)
{
	const size_t size = cv_row_more_size(row->table);
	struct cv_row_more *own = cv_arena_array(ctx->arena, 1, size);

	if (row->more)
		memcpy(own, row->more, size);
	row->more = own;
}

static bool fill_one(const struct filling *filling, const struct cv_fill *fill)
{
	struct cv_ctx *ctx = filling->ctx;
	const struct cv_table *profiles = filling->profiles;
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
	row = row_of(filling, fill->row.text);
	if (!row)
		return unknown_row(ctx, profiles, fill->row);
	own_more(ctx, row);
	return cv_fields_fill(ctx, cv_row_fields(row->table), fill->set, row);
}

bool cv_fill_holes(struct cv_ctx *ctx, const struct cv_site *site,
		   const struct cv_table *profiles)
{
	const struct cv_fill *fills = site->fills.items;
	struct filling filling = {ctx, profiles, NULL};
	bool ok = true;

	find_rows(&filling, site);
	for (size_t i = 0; i < site->fills.count; i++)
		ok = fill_one(&filling, &fills[i]) && ok;
	HASH_CLEAR(hh, filling.rows);
	return ok;
}
