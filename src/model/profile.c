/* The names of tables and kinds, and how a row is called in full. */
#include "model/profile.h"

#include <string.h>

#include "base/ctx.h"

const char *const cv_table_names[CV_TABLE_COUNT + 1] = {
	[CV_PORTS] = "ports",
	[CV_EXCLUSIONS] = "exclusions",
	[CV_URLS] = "urls",
};

const char *const cv_kind_names[CV_KIND_COUNT + 1] = {
	[CV_KIND_PROCESS] = "process", [CV_KIND_FOLDER] = "folder",
	[CV_KIND_FILE] = "file",       [CV_KIND_EXTENSION] = "extension",
	[CV_KIND_COMMAND] = "command", [CV_KIND_SHA256] = "sha256",
	[CV_KIND_SIGNER] = "signer",   [CV_KIND_TLS_INSPECTION] = "tls-inspection",
};

/* `ID#TABLE/ROW`. */
static char *joined(struct cv_ctx *ctx, const char *const parts[5])
{
	size_t sizes[5], size = 0;
	char *name, *end;

	for (size_t i = 0; i < 5; i++)
		size += sizes[i] = strlen(parts[i]);
	name = end = cv_arena_room(ctx->arena, size);
	for (size_t i = 0; i < 5; i++) {
		memcpy(end, parts[i], sizes[i]);
		end += sizes[i];
	}
	return name;
}

const char *cv_row_name(struct cv_ctx *ctx, const struct cv_row *row)
{
	const struct cv_profile *profile = row->profile;
	const char *table = cv_table_names[row->table];
	const char *of = profile->id.text ? profile->id.text : profile->origin;

	if (row->id.text)
		return joined(ctx, (const char *const[5]){of ? of : "", "#", table, "/",
							  row->id.text});
	return cv_arena_format(ctx->arena, "%s#%s/%u", of ? of : "", table,
			       (unsigned)row->number);
}
