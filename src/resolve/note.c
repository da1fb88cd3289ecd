/* The rows behind an entry, as the comment that an artefact shows. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ahead.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/row_name.h"
#include "model/target.h"

/* Printable ASCII but what means something in one of the artefacts.  Ids are plain
 * already; what else comes in (a source's key) is made so. */
static void make_plain(struct cv_buf *buf, size_t start)
{
	static const char marks[] = "\"\\'`<>&$;{}";

	while (start < buf->size) {
		const char *text = buf->data + start;
		const size_t left = buf->size - start;
		const size_t marked = strcspn(text, marks);

		start += cv_utf8_printable(text, marked < left ? marked : left);
		if (start < buf->size)
			buf->data[start++] = '_';
	}
}

static void compose(struct cv_buf *buf, const struct cv_row *row)
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

/* Rows lie side by side, entries refer to them in all orders: it costs least to make the
 * notes of all rows in theirs.  Most entries are of one row and need no other. */
bool cv_pass_notes(struct cv_ctx *ctx, struct cv_policy *policy)
{
	const struct cv_table *targets = &policy->site->targets;
	const char **notes;
	struct cv_buf buf = CV_BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < targets->count && !any; i++)
		any = CV_AT(targets, struct cv_target_use, i)->target->can.note_limit > 0;
	if (!any)
		return true;
	notes = CV_NEW_ARRAY(ctx->arena, policy->rows.count, const char *);
	for (size_t i = 0; i < policy->rows.count; i++) {
		buf.size = 0;
		compose(&buf, *CV_AT(&policy->rows, const struct cv_row *, i));
		notes[i] = cv_arena_copy(ctx->arena, buf.data, buf.size);
		if (buf.size > policy->longest_note)
			policy->longest_note = buf.size;
	}
	cv_buf_deinit(&buf);
	policy->notes = notes;
	return true;
}

static void add_row(struct cv_buf *buf, const struct cv_policy *policy,
		    const struct cv_row *row)
{
	if (policy->notes)
		cv_buf_text(buf, policy->notes[row->ordinal]);
	else
		compose(buf, row);
}

/* The note of the only row, where it is made and short enough. */
static const char *own_note(const struct cv_policy *policy, const struct cv_rows *rows,
			    size_t limit)
{
	const char *note;

	if (!policy->notes || rows->count != 1)
		return NULL;
	note = policy->notes[rows->last];
	return policy->longest_note <= limit || strlen(note) <= limit ? note : NULL;
}

void cv_note_await(const struct cv_policy *policy, const struct cv_rows *rows)
{
	if (policy->notes && rows->count == 1)
		cv_await(&policy->notes[rows->last]);
}

const char *cv_note(struct cv_ctx *ctx, const struct cv_policy *policy,
		    const struct cv_rows *rows, size_t limit)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *note = own_note(policy, rows, limit);

	if (note)
		return note;
	for (size_t i = 0; i < rows->count; i++) {
		const size_t before = buf.size;

		if (i)
			cv_buf_text(&buf, ", ");
		add_row(&buf, policy, rows->items[i]);
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
