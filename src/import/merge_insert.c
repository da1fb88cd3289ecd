/* New rows, each behind its predecessor in the page. */
#include "import/merge_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/write.h"
#include "import/yaml_text.h"
#include "model/node.h"

/* A block lends its rows no more than they have anyway. */
static bool takes_new_rows(const struct cv_old_row *older)
{
	const struct cv_table *lent = &older->block_flat.fields;

	for (size_t i = 0; i < lent->count; i++) {
		const char *key = CV_AT(lent, struct cv_draft_field, i)->key;

		if (strcmp(key, "when.edition") != 0 && strcmp(key, "source") != 0 &&
		    strcmp(key, "device") != 0)
			return false;
	}
	return true;
}

/* A row whose condition is open cannot stand in a block that has one. */
static bool may_stand_at(const struct cv_old_row *older, const struct cv_new_row *now)
{
	const struct cv_draft_field *open = cv_flat_find(&now->flat, "when");

	return takes_new_rows(older) &&
	       !(open && open->hole &&
		 cv_flat_find(&older->block_flat.fields, "when.edition"));
}

static void anchor(struct cv_new_row *now, struct cv_old_row *older, bool before)
{
	struct cv_new_row **first = before ? &older->first_before : &older->first_behind;
	struct cv_new_row **last = before ? &older->last_before : &older->last_behind;

	now->anchor = older;
	now->before = before;
	if (*last)
		(*last)->next = now;
	else
		*first = now;
	*last = now;
}

/* Behind the nearest row before it, else before the nearest behind it. */
static void find_anchor(const struct cv_table *rows, size_t number)
{
	struct cv_new_row *now = CV_AT(rows, struct cv_new_row, number);

	for (size_t i = number; i-- > 0;) {
		const struct cv_new_row *other = CV_AT(rows, struct cv_new_row, i);

		if (other->block != now->block)
			break;
		if (other->older && may_stand_at(other->older, now)) {
			anchor(now, other->older, false);
			return;
		}
		if (!other->older && other->anchor && may_stand_at(other->anchor, now)) {
			anchor(now, other->anchor, other->before);
			return;
		}
	}
	for (size_t i = number + 1; i < rows->count; i++) {
		const struct cv_new_row *other = CV_AT(rows, struct cv_new_row, i);

		if (other->block != now->block)
			break;
		if (other->older && may_stand_at(other->older, now)) {
			anchor(now, other->older, true);
			return;
		}
	}
}

/* The fields of a row as it stands in a block that lends it some. */
static void fields_in(struct cv_merge *merge, const struct cv_new_row *now,
		      const struct cv_table *lent, struct cv_table *fields_out)
{
	*fields_out = (struct cv_table){0};
	for (size_t i = 0; i < now->flat.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&now->flat, struct cv_draft_field, i);
		const struct cv_draft_field *has = cv_flat_find(lent, field->key);

		if (!has || !cv_flat_same_field(has, field))
			*CV_ADD(merge->ctx->arena, fields_out, struct cv_draft_field) =
				*field;
	}
}

/* The column of the dash before a member of a list. */
static size_t dash_column(const struct cv_merge *merge, const struct cv_node *list)
{
	return cv_edit_column(&merge->edits, (size_t)list->at.offset);
}

static void put_beside(struct cv_merge *merge, const struct cv_new_row *now)
{
	const struct cv_old_row *older = now->anchor;
	const size_t start = (size_t)older->node->at.offset;
	struct cv_buf buf = CV_BUF_INIT;
	struct cv_table fields;
	size_t at;

	fields_in(merge, now, &older->block_flat.fields, &fields);
	if (cv_edit_is_flow(&merge->edits, older->list)) {
		at = now->before ? start : older->node->end;
		cv_buf_text(&buf, now->before ? "" : ", ");
		cv_write_row_flow(older->section, &fields, &buf);
		cv_buf_text(&buf, now->before ? ", " : "");
		cv_edit(&merge->edits, at, at, cv_buf_string(&buf));
		cv_buf_deinit(&buf);
		return;
	}
	if (!now->before)
		cv_buf_char(&buf, '\n');
	for (size_t i = 0; i < now->row->remarks.count; i++)
		cv_yaml_put_remark(&buf, *CV_AT(&now->row->remarks, const char *, i),
				   dash_column(merge, older->list));
	cv_write_row(older->section, &fields, dash_column(merge, older->list),
		     now->row->origin, &buf);
	if (!now->before)
		buf.data[--buf.size] = '\0';
	at = now->before ? cv_edit_above_comments(&merge->edits, start)
			 : cv_edit_line_end(&merge->edits, older->node->end);
	cv_edit(&merge->edits, at, at, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
}

/* A block with those of its rows that have no place beside others. */
static void put_block(struct cv_merge *merge, enum cv_section section,
		      const struct cv_draft_block *block, struct cv_buf *out)
{
	struct cv_draft_block part = *block;

	part.rows = (struct cv_table){0};
	for (size_t i = 0; i < merge->rows[section].count; i++) {
		const struct cv_new_row *now =
			CV_AT(&merge->rows[section], struct cv_new_row, i);

		if (now->block == block && !now->older && !now->anchor)
			*CV_ADD(merge->ctx->arena, &part.rows, struct cv_draft_row) =
				*now->row;
	}
	if (part.rows.count)
		cv_write_block(merge->ctx, merge->draft, &part, out);
}

/* Lines that stand two blanks in, as many in as the list's members do. */
static void put_indented(struct cv_buf *out, const char *lines, size_t indent)
{
	while (*lines) {
		const size_t size = strcspn(lines, "\n");

		if (size > 2)
			cv_buf_format(out, "\n%*s%.*s", (int)indent, "", (int)size - 2,
				      lines + 2);
		lines += size + (lines[size] == '\n');
	}
}

static void put_blocks(struct cv_merge *merge, enum cv_section section)
{
	const struct cv_node *list =
		cv_node_member(merge->root, cv_section_names[section]);
	struct cv_buf blocks = CV_BUF_INIT, text = CV_BUF_INIT;
	size_t at = merge->source->size;

	for (size_t b = 0; b < merge->draft->blocks.count; b++)
		if (CV_AT(&merge->draft->blocks, struct cv_draft_block, b)->section ==
		    section)
			put_block(merge, section,
				  CV_AT(&merge->draft->blocks, struct cv_draft_block, b),
				  &blocks);
	if (!blocks.size)
		return;
	if (list && (cv_edit_is_flow(&merge->edits, list) || !list->last)) {
		struct cv_finding *finding = cv_find_more(
			merge->ctx, CV_F_IMPORT_BY_HAND, list->at,
			"`%s` is written in brackets, so that new blocks of rows have "
			"no place in it; nothing was written",
			cv_section_names[section]);

		cv_finding_raise(merge->ctx, finding);
	} else if (list) {
		put_indented(&text, blocks.data, dash_column(merge, list));
		at = cv_edit_line_end(&merge->edits, list->end);
		cv_edit(&merge->edits, at, at, cv_buf_string(&text));
	} else {
		cv_buf_format(&text, "%s\n%s:\n%s",
			      at && merge->source->text[at - 1] != '\n' ? "\n" : "",
			      cv_section_names[section], blocks.data);
		cv_edit(&merge->edits, at, at, cv_buf_string(&text));
	}
	cv_buf_deinit(&blocks);
	cv_buf_deinit(&text);
}

static void want(struct cv_merge *merge, struct cv_table *rows,
		 const struct cv_new_row *now)
{
	struct cv_flat_row *row = CV_ADD(merge->ctx->arena, rows, struct cv_flat_row);

	row->fields = now->flat;
}

/* The rows in the order in which the edited profile has them. */
static void want_all(struct cv_merge *merge, enum cv_section section)
{
	struct cv_table *rows = &merge->want.rows[section], all = {0};

	for (size_t i = 0; i < rows->count; i++) {
		const struct cv_old_row *older =
			CV_AT(&merge->old[section], struct cv_old_row, i);

		for (const struct cv_new_row *now = older->first_before; now;
		     now = now->next)
			want(merge, &all, now);
		*CV_ADD(merge->ctx->arena, &all, struct cv_flat_row) =
			*CV_AT(rows, struct cv_flat_row, i);
		for (const struct cv_new_row *now = older->first_behind; now;
		     now = now->next)
			want(merge, &all, now);
	}
	for (size_t i = 0; i < merge->rows[section].count; i++) {
		const struct cv_new_row *now =
			CV_AT(&merge->rows[section], struct cv_new_row, i);

		if (!now->older && !now->anchor)
			want(merge, &all, now);
	}
	*rows = all;
}

static void say_added(struct cv_merge *merge, const struct cv_new_row *now)
{
	const char *section = cv_section_names[now->block->section];
	struct cv_buf buf = CV_BUF_INIT;

	cv_write_row_flow(now->block->section, &now->row->fields, &buf);
	cv_find(merge->ctx, CV_F_IMPORT_ADDED, now->row->at, "%s/%s is new: %s", section,
		now->row->id, cv_shown(merge->ctx, cv_buf_string(&buf)));
	cv_merge_say(merge, "added      %s/%s", section, now->row->id);
	merge->counts->added++;
	cv_buf_deinit(&buf);
}

void cv_merge_insert(struct cv_merge *merge, enum cv_section section)
{
	const struct cv_table *rows = &merge->rows[section];

	for (size_t i = 0; i < rows->count; i++) {
		struct cv_new_row *now = CV_AT(rows, struct cv_new_row, i);

		if (now->older)
			continue;
		find_anchor(rows, i);
		if (now->anchor)
			put_beside(merge, now);
		say_added(merge, now);
	}
	put_blocks(merge, section);
	want_all(merge, section);
}
