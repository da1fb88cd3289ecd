/* Values in words, by the table of keys: a new key of a profile is shown and compared
 * without a line here. */
#include "commands/row_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/node.h"
#include "read/load.h"

static void add_texts(struct cv_buf *out, const struct cv_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		cv_buf_format(out, "%s%s", i ? ", " : "", texts->items[i].text);
}

static void add_list(struct cv_buf *out, struct cv_texts texts)
{
	cv_buf_text(out, texts.count > 1 ? "[" : "");
	add_texts(out, &texts);
	cv_buf_text(out, texts.count > 1 ? "]" : "");
}

static void add_condition(struct cv_buf *out, const struct cv_condition *condition)
{
	for (size_t i = 0; i < condition->count; i++) {
		const struct cv_part *part = &condition->parts[i];

		cv_buf_text(out, i ? ", " : "");
		cv_buf_text(out, part->key.text);
		if (part->os.text)
			cv_buf_format(out, " %s", part->os.text);
		cv_buf_text(out, ": ");
		add_list(out, part->values);
	}
}

void cv_when_text(struct cv_buf *out, const struct cv_when *when)
{
	for (size_t i = 0; i < when->count; i++) {
		cv_buf_text(out, i ? " or " : "");
		cv_buf_text(out, when->count > 1 ? "{" : "");
		add_condition(out, &when->items[i]);
		cv_buf_text(out, when->count > 1 ? "}" : "");
	}
}

static void add_map(struct cv_buf *out, const struct cv_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		cv_buf_format(out, "%s%s: %s", i ? ", " : "{", map->items[i].key.text,
			      map->items[i].value.text ? map->items[i].value.text : "");
	cv_buf_text(out, map->count ? "}" : "");
}

static void add_node(struct cv_buf *out, const struct cv_node *node)
{
	if (node->kind == CV_NODE_SCALAR) {
		cv_buf_text(out, node->text);
		return;
	}
	cv_buf_char(out, node->kind == CV_NODE_MAP ? '{' : '[');
	for (const struct cv_node *item = node->first; item; item = item->next) {
		if (item->key)
			cv_buf_format(out, "%s: ", item->key->text);
		add_node(out, item);
		cv_buf_text(out, item->next ? ", " : "");
	}
	cv_buf_char(out, node->kind == CV_NODE_MAP ? '}' : ']');
}

/* A struct of its own, by its own table of keys; its holes in the page's words. */
static void add_record(struct cv_buf *out, const struct cv_fields *fields,
		       const void *record)
{
	bool first = true;

	cv_buf_char(out, '{');
	for (const struct cv_field *field = fields->fields; field->key; field++) {
		const size_t before = out->size;
		size_t value;

		cv_buf_format(out, "%s%s: ", first ? "" : ", ", field->key);
		value = out->size;
		cv_field_text(out, field, record);
		if (out->size == value)
			out->size = before;
		else
			first = false;
	}
	for (const struct cv_hole *hole = cv_fields_hole(fields, record); hole;
	     hole = hole->next) {
		cv_buf_format(out, "%s%s: hole \"%s\"", first ? "" : ", ",
			      hole->field->key, hole->words);
		first = false;
	}
	cv_buf_char(out, '}');
}

/* The member of a list of structs; a map's with its name, which is no key of it. */
static void add_member(struct cv_buf *out, const struct cv_field *field,
		       const struct cv_records *records, size_t index)
{
	const char *record = (const char *)records->items + index * field->sub->size;

	if (field->type == CV_FIELD_NAMED)
		cv_buf_format(out, "%s: ",
			      ((const struct cv_text *)(const void *)record)->text);
	add_record(out, field->sub, record);
}

static void add_records(struct cv_buf *out, const struct cv_field *field,
			const struct cv_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		cv_buf_text(out, i ? ", " : "[");
		add_member(out, field, records, i);
	}
	cv_buf_text(out, records->count ? "]" : "");
}

void cv_field_text(struct cv_buf *out, const struct cv_field *field, const void *record)
{
	const void *at = cv_field_at(field, record);
	const struct cv_node *node;

	if (!at)
		return;
	switch (field->type) {
	case CV_FIELD_TEXT:
		if (((const struct cv_text *)at)->text)
			cv_buf_text(out, ((const struct cv_text *)at)->text);
		break;
	case CV_FIELD_TEXTS:
	case CV_FIELD_FEW:
		add_list(out, cv_field_texts(field, at));
		break;
	case CV_FIELD_FLAG:
		if (*(const enum cv_flag *)at != CV_UNSET)
			cv_buf_text(out, *(const enum cv_flag *)at == CV_YES ? "true"
									     : "false");
		break;
	case CV_FIELD_MAP:
		add_map(out, at);
		break;
	case CV_FIELD_WHEN:
		cv_when_text(out, at);
		break;
	case CV_FIELD_RECORD:
		add_record(out, field->sub, at);
		break;
	case CV_FIELD_RECORDS:
	case CV_FIELD_NAMED:
		add_records(out, field, at);
		break;
	case CV_FIELD_NODE:
		node = *(const struct cv_node *const *)at;
		if (node)
			add_node(out, node);
		break;
	case CV_FIELD_TABLE:
		break;
	}
}

static size_t member_count(const struct cv_field *field, const void *at)
{
	switch (field->type) {
	case CV_FIELD_TEXTS:
	case CV_FIELD_FEW:
		return cv_field_texts(field, at).count;
	case CV_FIELD_MAP:
		return ((const struct cv_map *)at)->count;
	case CV_FIELD_RECORDS:
	case CV_FIELD_NAMED:
		return ((const struct cv_records *)at)->count;
	default:
		return 1;
	}
}

static void add_item(struct cv_buf *out, const struct cv_field *field, const void *record,
		     size_t index)
{
	const void *at = cv_field_at(field, record);
	const struct cv_map *map = at;

	if (field->type == CV_FIELD_TEXTS || field->type == CV_FIELD_FEW)
		cv_buf_text(out, cv_field_texts(field, at).items[index].text);
	else if (field->type == CV_FIELD_MAP)
		cv_buf_format(out, "%s: %s", map->items[index].key.text,
			      map->items[index].value.text ? map->items[index].value.text
							   : "");
	else if (field->type == CV_FIELD_RECORDS || field->type == CV_FIELD_NAMED)
		add_member(out, field, at, index);
	else
		cv_field_text(out, field, record);
}

const char **cv_field_items(struct cv_ctx *ctx, const struct cv_field *field,
			    const void *record, size_t *count_out)
{
	const void *at = cv_field_at(field, record);
	const size_t most = at ? member_count(field, at) : 0;
	const char **items = CV_NEW_ARRAY(ctx->arena, most, const char *);
	struct cv_buf text = CV_BUF_INIT;

	*count_out = 0;
	for (size_t i = 0; i < most; i++) {
		text.size = 0;
		add_item(&text, field, record, i);
		if (text.size)
			items[(*count_out)++] =
				cv_arena_copy(ctx->arena, text.data, text.size);
	}
	cv_buf_deinit(&text);
	return items;
}

static const struct cv_hole *hole_of(const struct cv_row *row, const char *key)
{
	for (const struct cv_hole *hole = cv_row_more(row)->holes; hole;
	     hole = hole->next)
		if (strcmp(hole->field->key, key) == 0)
			return hole;
	return NULL;
}

const struct cv_row_line *cv_row_lines(struct cv_ctx *ctx, const struct cv_row *row,
				       size_t *count_out)
{
	const struct cv_field *fields = cv_row_fields(row->table)->fields;
	struct cv_buf text = CV_BUF_INIT;
	struct cv_row_line *lines;
	size_t count = 0;

	while (fields[count].key)
		count++;
	lines = CV_NEW_ARRAY(ctx->arena, count, struct cv_row_line);
	count = 0;
	for (; fields->key; fields++) {
		const struct cv_hole *hole = hole_of(row, fields->key);

		text.size = 0;
		cv_field_text(&text, fields, row);
		if ((!text.size && !hole) || strcmp(fields->key, "id") == 0)
			continue;
		lines[count].key = fields->key;
		if (text.size)
			lines[count].text =
				cv_arena_copy(ctx->arena, text.data, text.size);
		lines[count++].words = hole ? hole->words : NULL;
	}
	cv_buf_deinit(&text);
	*count_out = count;
	return lines;
}
