/* The names of tables and kinds, and how a row is called in full. */
#include "model/profile.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "model/row_name.h"

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

static const struct cv_port_more nothing;

const struct cv_row_more *cv_row_more(const struct cv_row *row)
{
	return row->more ? row->more : &nothing.row;
}

const struct cv_port_more *cv_port_more(const struct cv_port_row *row)
{
	return row->row.more ? (const struct cv_port_more *)row->row.more : &nothing;
}

size_t cv_row_more_size(enum cv_table_kind table)
{
	return table == CV_PORTS ? sizeof(struct cv_port_more)
				 : sizeof(struct cv_row_more);
}

void cv_row_name_add(struct cv_buf *out, const struct cv_row *row)
{
	const struct cv_profile *profile = row->profile;
	const char *of = profile->id.text ? profile->id.text : profile->origin;

	cv_buf_text(out, of ? of : "");
	cv_buf_char(out, '#');
	cv_buf_text(out, cv_table_names[row->table]);
	cv_buf_char(out, '/');
	if (row->id.text)
		cv_buf_text(out, row->id.text);
	else
		cv_buf_number(out, row->number);
}

const char *cv_row_name(struct cv_ctx *ctx, const struct cv_row *row)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *name;

	cv_row_name_add(&buf, row);
	name = cv_arena_copy(ctx->arena, buf.data, buf.size);
	cv_buf_deinit(&buf);
	return name;
}
