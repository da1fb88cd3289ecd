/* The rows behind an entry, as the comment that an artefact shows. */
#include "resolve/internal.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "model/row_name.h"

static bool is_plain(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '\'':
	case '`':
	case '<':
	case '>':
	case '&':
	case '$':
	case ';':
	case '{':
	case '}':
		return false;
	default:
		return c >= ' ' && c <= '~';
	}
}

/* Ids are plain already; what else comes in (a source's key) is made so. */
static void make_plain(struct cv_buf *buf, size_t start)
{
	for (size_t i = start; i < buf->size; i++)
		if (!is_plain(buf->data[i]))
			buf->data[i] = '_';
}

static void add_row(struct cv_buf *buf, const struct cv_row *row)
{
	const size_t start = buf->size;
	size_t source;

	cv_row_name_add(buf, row);
	make_plain(buf, start);
	if (!row->source.text)
		return;
	cv_buf_text(buf, " (");
	source = buf->size;
	cv_buf_text(buf, row->source.text);
	make_plain(buf, source);
	cv_buf_char(buf, ')');
}

const char *cv_note(struct cv_ctx *ctx, const struct cv_rows *rows, size_t limit)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *note;

	for (size_t i = 0; i < rows->count; i++) {
		const size_t before = buf.size;

		if (i)
			cv_buf_text(&buf, ", ");
		add_row(&buf, rows->items[i]);
		if (buf.size + (i + 1 < rows->count ? sizeof ", 9999999 more" - 1 : 0) <=
		    limit)
			continue;
		if (i) { /* the ones that fit, and how many do not */
			buf.size = before;
			cv_buf_format(&buf, ", %zu more", rows->count - i);
		}
		break;
	}
	if (buf.size > limit)
		buf.size = limit;
	note = cv_arena_copy(ctx->arena, cv_buf_string(&buf), buf.size);
	cv_buf_deinit(&buf);
	return note;
}
