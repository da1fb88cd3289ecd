/* The rows behind an entry, as the comment that an artefact shows. */
#include "resolve/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"

/* Ids are plain already; what else comes in (a source's key) is made so. */
static void add_plain(struct cv_buf *buf, const char *text)
{
	for (const char *c = text; *c; c++)
		cv_buf_char(buf, *c < ' ' || *c > '~' || strchr("\"\\'`<>&$;{}", *c)
					 ? '_'
					 : *c);
}

static void add_row(struct cv_ctx *ctx, struct cv_buf *buf, const struct cv_row *row)
{
	add_plain(buf, cv_row_name(ctx, row));
	if (!row->source.text)
		return;
	cv_buf_text(buf, " (");
	add_plain(buf, row->source.text);
	cv_buf_char(buf, ')');
}

const char *cv_note(struct cv_ctx *ctx, const struct cv_rows *rows, size_t limit)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *note;

	for (size_t i = 0; i < rows->count; i++) {
		const size_t before = buf.size;
		char more[32];

		if (i)
			cv_buf_text(&buf, ", ");
		add_row(ctx, &buf, rows->items[i]);
		snprintf(more, sizeof more, ", %zu more", rows->count - i);
		if (buf.size + (i + 1 < rows->count ? sizeof ", 9999999 more" - 1 : 0) <=
		    limit)
			continue;
		if (i) { /* the ones that fit, and how many do not */
			buf.size = before;
			cv_buf_text(&buf, more);
		}
		break;
	}
	if (buf.size > limit)
		buf.size = limit;
	note = cv_arena_copy(ctx->arena, cv_buf_string(&buf), buf.size);
	cv_buf_deinit(&buf);
	return note;
}
