/* A profile: its rows one by one as they are parsed, then the rest of the document,
 * then the checks that need all of it. */
#include "read/load.h"

#include <string.h>

#include "base/ctx.h"
#include "model/node.h"
#include "read/check.h"
#include "read/fields.h"
#include "read/format.h"
#include "read/profile_reading.h"
#include "read/rows.h"
#include "read/yaml.h"

static const char format[] = "profile/1";

static bool wants(void *user, const char *key)
{
	enum cv_table_kind table;

	(void)user;
	return cv_rows_is_table(key, &table);
}

static bool take_row(void *user, const char *key, const struct cv_node *row)
{
	enum cv_table_kind table;

	return cv_rows_is_table(key, &table) && cv_rows_add_node(user, table, row);
}

/* All of the document but rows that were handed out already. */
static bool take_document(struct cv_row_reading *rows, const struct cv_node *root)
{
	struct cv_profile *profile = rows->profile;
	bool ok = cv_fields_read(rows->ctx, &cv_profile_fields, root, profile), sound;

	ok = ok && cv_format_check(rows->ctx, profile->format, format);
	sound = ok;
	for (int table = 0; root->kind == CV_NODE_MAP && table < CV_TABLE_COUNT;
	     table++) {
		const struct cv_node *node = cv_node_member(root, cv_table_names[table]);

		if (node)
			ok = cv_rows_add_table(rows, (enum cv_table_kind)table, node) &&
			     ok;
	}
	/* With a part of the document missing, names would look unknown. */
	return sound && cv_profile_check(rows->ctx, profile) && ok;
}

static struct cv_profile *open_profile(struct cv_ctx *ctx, const struct cv_source *source,
				       const char *origin, bool pinned,
				       struct cv_row_reading *rows_out)
{
	struct cv_profile *profile = CV_NEW(ctx->arena, struct cv_profile);

	profile->source = source;
	profile->origin = origin;
	*rows_out = (struct cv_row_reading){.ctx = ctx,
					    .profile = profile,
					    .scratch = cv_arena_open(),
					    .pinned = pinned};
	return profile;
}

struct cv_profile *cv_profile_read(const struct cv_load *load,
				   const struct cv_found_profile *found)
{
	struct cv_ctx *ctx = load->ctx;
	const size_t errors = cv_error_count(ctx);
	struct cv_row_reading rows;
	struct cv_row_sink sink = {wants, take_row, &rows};
	struct cv_profile *profile;
	struct cv_node *root;

	if (cv_format_is_other(ctx, found->source, format))
		return NULL;
	profile = open_profile(ctx, found->source, found->origin, found->pinned, &rows);
	cv_yaml_read(ctx, found->source, &sink, &root);
	if (root)
		take_document(&rows, root);
	cv_arena_close(rows.scratch);
	return cv_error_count(ctx) == errors ? profile : NULL;
}

struct cv_profile *cv_profile_read_inlined(const struct cv_load *load,
					   struct cv_source *source,
					   const struct cv_node *node)
{
	const size_t errors = cv_error_count(load->ctx);
	struct cv_row_reading rows;
	struct cv_profile *profile = open_profile(load->ctx, source, NULL, false, &rows);

	take_document(&rows, node);
	cv_arena_close(rows.scratch);
	profile->origin = profile->id.text;
	return cv_error_count(load->ctx) == errors ? profile : NULL;
}

struct cv_profile *cv_load_profile(const struct cv_load *load, struct cv_source *source,
				   const char *origin)
{
	const struct cv_found_profile found = {.source = source, .origin = origin};

	return cv_profile_read(load, &found);
}
