/* The one decoder: what a key may hold, where it goes and what is said about it when
 * it is wrong all come from the field tables. */
#include "read/fields.h"

#include <assert.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/node.h"
#include "read/fields_values.h"

enum { MOST_FIELDS = 64 };

static const char *const type_names[] = {
	[CV_FIELD_TEXT] = "a text",
	[CV_FIELD_TEXTS] = "a text or a list of texts",
	[CV_FIELD_FEW] = "a text or a list of texts",
	[CV_FIELD_FLAG] = "true or false",
	[CV_FIELD_MAP] = "a map of texts",
	[CV_FIELD_WHEN] = "a map of conditions or a list of such maps",
	[CV_FIELD_RECORD] = "a map",
	[CV_FIELD_RECORDS] = "a list of maps",
	[CV_FIELD_NAMED] = "a map of maps",
	[CV_FIELD_NODE] = "a map or a list",
	[CV_FIELD_TABLE] = "a list of rows",
};

static void *at(void *record, size_t offset)
{
	return (char *)record + offset;
}

bool cv_field_wrong_type(struct cv_ctx *ctx, const struct cv_field *field,
			 const struct cv_node *node)
{
	static const char *const kinds[] = {"a text", "a list", "a map"};

	return cv_find(ctx, CV_F_WRONG_TYPE, node->at, "`%s` must be %s, not %s",
		       cv_shown(ctx, field->key), type_names[field->type],
		       kinds[node->kind]);
}

static bool is_hole(const struct cv_node *node)
{
	return node->kind == CV_NODE_MAP && cv_node_member(node, "hole");
}

/* Holes stand in the order of the field table, whatever that of the file. */
static bool add_hole(struct cv_ctx *ctx, const struct cv_fields *fields,
		     const struct cv_field *field, const struct cv_node *node,
		     void *record)
{
	const struct cv_node *words = cv_node_member(node, "hole");
	struct cv_hole **place = cv_fields_holes(fields, record), *hole;

	if (!place)
		return cv_find(ctx, CV_F_HOLE_NOT_ALLOWED, node->at,
			       "`%s` of %s cannot be a hole", cv_shown(ctx, field->key),
			       fields->name);
	if (words->kind != CV_NODE_SCALAR || node->count != 1)
		return cv_find(ctx, CV_F_WRONG_TYPE, node->at,
			       "a hole holds the words of the page and nothing else, as "
			       "{hole: \"List here\"}");
	while (*place && (*place)->field < field)
		place = &(*place)->next;
	hole = CV_NEW(ctx->arena, struct cv_hole);
	hole->next = *place;
	hole->field = field;
	hole->words = cv_arena_text(ctx->arena, words->text);
	hole->at = node->at;
	*place = hole;
	return true;
}

static bool read_map(struct cv_ctx *ctx, const struct cv_fields *fields,
		     const struct cv_node *map, void *record, bool whole);

static bool is_empty(const struct cv_node *node)
{
	return node->kind == CV_NODE_SCALAR ? node->text[0] == '\0' : node->count == 0;
}

static bool read_field(struct cv_ctx *ctx, const struct cv_fields *fields,
		       const struct cv_field *field, const struct cv_node *node,
		       void *record);

static const char *with_article(struct cv_ctx *ctx, const struct cv_fields *fields,
				const struct cv_field *field)
{
	return cv_arena_format(ctx->arena, "%s needs `%s`", fields->name, field->key);
}

static bool check_required(struct cv_ctx *ctx, const struct cv_fields *fields,
			   struct cv_span span, uint64_t seen)
{
	bool ok = true;

	for (size_t i = 0; fields->fields[i].key; i++)
		if (fields->fields[i].flags & CV_FIELD_REQUIRED && !(seen >> i & 1))
			ok = cv_find(ctx, CV_F_MISSING_KEY, span, "%s",
				     with_article(ctx, fields, &fields->fields[i]));
	return ok;
}

/* A text or a list in place of a map: it is the first field, where the table says so. */
static bool read_plain(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *record)
{
	const struct cv_fields *sub = field->sub;
	size_t first = 0;

	if (!(field->flags & CV_FIELD_PLAIN_IS))
		return cv_field_wrong_type(ctx, field, node);
	while (field->type == CV_FIELD_NAMED && sub->fields[first].key &&
	       sub->fields[first].offset == 0)
		first++;
	if (sub->span >= 0)
		*(struct cv_span *)at(record, (size_t)sub->span) = node->at;
	return read_field(ctx, sub, &sub->fields[first], node, record) &&
	       check_required(ctx, sub, node->at, (uint64_t)1 << first);
}

static bool read_sub(struct cv_ctx *ctx, const struct cv_field *field,
		     const struct cv_node *node, void *record)
{
	const struct cv_node nothing = {.kind = CV_NODE_MAP, .at = node->at};
	const bool plain = field->flags & CV_FIELD_PLAIN_IS;

	if (is_hole(node) && plain)
		return read_plain(ctx, field, node, record);
	if (node->kind == CV_NODE_MAP)
		return read_map(ctx, field->sub, node, record, true);
	if (field->type == CV_FIELD_NAMED && !plain && is_empty(node))
		return read_map(ctx, field->sub, &nothing, record, true);
	return read_plain(ctx, field, node, record);
}

static bool read_record(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value)
{
	return read_sub(ctx, field, node, value);
}

static bool read_records(struct cv_ctx *ctx, const struct cv_field *field,
			 const struct cv_node *node, void *value)
{
	struct cv_records *records = value;
	const bool one = field->flags & CV_FIELD_PLAIN_IS && node->kind != CV_NODE_LIST;
	const struct cv_node *item = one ? node : node->first;
	char *items;
	bool ok = true;

	if (!one && node->kind != CV_NODE_LIST)
		return cv_field_wrong_type(ctx, field, node);
	records->count = one ? 1 : node->count;
	records->items = items =
		cv_arena_array(ctx->arena, records->count, field->sub->size);
	for (size_t i = 0; i < records->count; i++, item = item->next)
		ok = read_sub(ctx, field, item, items + i * field->sub->size) && ok;
	return ok;
}

static bool read_named(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *value)
{
	struct cv_records *records = value;
	const struct cv_node *const *members;
	char *items;
	bool ok = true;

	if (node->kind != CV_NODE_MAP)
		return cv_field_wrong_type(ctx, field, node);
	members = cv_node_sorted(ctx, node);
	records->count = node->count;
	records->items = items =
		cv_arena_array(ctx->arena, node->count, field->sub->size);
	for (size_t i = 0; i < node->count; i++) {
		struct cv_field as_named = *field;
		void *record = items + i * field->sub->size;

		as_named.key = members[i]->key->text;
		ok = cv_name_read(ctx, members[i]->key, record) && ok;
		ok = read_sub(ctx, &as_named, members[i], record) && ok;
	}
	return ok;
}

static bool read_node(struct cv_ctx *ctx, const struct cv_field *field,
		      const struct cv_node *node, void *value)
{
	(void)field;
	*(const struct cv_node **)value = cv_node_copy(ctx, node);
	return true;
}

static bool read_nothing(struct cv_ctx *ctx, const struct cv_field *field,
			 const struct cv_node *node, void *value)
{
	(void)ctx, (void)field, (void)node, (void)value;
	return true;
}

/* Reads a value that is there and is no hole. */
static bool read_value(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *record)
{
	static bool (*const readers[])(struct cv_ctx *, const struct cv_field *,
				       const struct cv_node *, void *) = {
		[CV_FIELD_TEXT] = cv_value_read_text,
		[CV_FIELD_TEXTS] = cv_value_read_texts,
		[CV_FIELD_FEW] = cv_value_read_few,
		[CV_FIELD_FLAG] = cv_value_read_flag,
		[CV_FIELD_MAP] = cv_value_read_map,
		[CV_FIELD_WHEN] = cv_value_read_when,
		[CV_FIELD_RECORD] = read_record,
		[CV_FIELD_RECORDS] = read_records,
		[CV_FIELD_NAMED] = read_named,
		[CV_FIELD_NODE] = read_node,
		[CV_FIELD_TABLE] = read_nothing,
	};

	if (field->flags & CV_FIELD_BESIDE)
		record = *(void **)record;
	assert(record);
	return readers[field->type](ctx, field, node, at(record, field->offset));
}

static bool read_field(struct cv_ctx *ctx, const struct cv_fields *fields,
		       const struct cv_field *field, const struct cv_node *node,
		       void *record)
{
	const bool plain_sub =
		field->flags & CV_FIELD_PLAIN_IS && field->type == CV_FIELD_RECORD;

	if (is_hole(node) && field->type != CV_FIELD_NODE && !plain_sub)
		return add_hole(ctx, fields, field, node, record);
	if (field->flags & CV_FIELD_REQUIRED && is_empty(node))
		return cv_find(ctx, CV_F_MISSING_KEY, node->at, "%s, which is empty here",
			       with_article(ctx, fields, field));
	return read_value(ctx, field, node, record);
}

/* Looked for from that field on, since most maps have the order of the table. */
static const struct cv_field *field_from(const struct cv_fields *fields,
					 const struct cv_field *from, const char *key)
{
	for (const struct cv_field *field = from; field->key; field++)
		if (cv_text_is(field->key, key))
			return field;
	for (const struct cv_field *field = fields->fields; field < from; field++)
		if (cv_text_is(field->key, key))
			return field;
	return NULL;
}

static void tell_unknown(struct cv_ctx *ctx, const struct cv_fields *fields,
			 const struct cv_node *key)
{
	const char *known[MOST_FIELDS], *all = "";
	struct cv_finding *finding;
	size_t count = 0;

	for (; fields->fields[count].key && count < MOST_FIELDS; count++) {
		known[count] = fields->fields[count].key;
		all = cv_arena_format(ctx->arena, "%s%s%s", all, count ? ", " : "",
				      known[count]);
	}
	finding = cv_find_more(ctx, CV_F_UNKNOWN_KEY, key->at, "unknown key `%s` in %s",
			       cv_shown(ctx, key->text), fields->name);
	cv_suggest(ctx, finding, key->text, known, count);
	if (!finding->hint)
		finding->hint = count ? cv_arena_format(ctx->arena, "known are %s", all)
				      : "it has no keys";
}

const struct cv_field *cv_fields_know(struct cv_ctx *ctx, const struct cv_fields *fields,
				      const struct cv_node *key)
{
	const struct cv_field *field = field_from(fields, fields->fields, key->text);

	if (!field)
		tell_unknown(ctx, fields, key);
	return field;
}

static bool read_map(struct cv_ctx *ctx, const struct cv_fields *fields,
		     const struct cv_node *map, void *record, bool whole)
{
	const struct cv_field *next = fields->fields;
	uint64_t seen = 0;
	bool ok = true;

	if (fields->span >= 0)
		*(struct cv_span *)at(record, (size_t)fields->span) = map->at;
	for (const struct cv_node *member = map->first; member; member = member->next) {
		const struct cv_field *field =
			field_from(fields, next, member->key->text);
		uint64_t bit;

		if (!field) {
			tell_unknown(ctx, fields, member->key);
			ok = false;
			continue;
		}
		next = field + 1;
		assert(field - fields->fields < MOST_FIELDS);
		bit = (uint64_t)1 << (field - fields->fields);
		/* A key that stands twice has been reported with the document. */
		if (seen & bit)
			continue;
		seen |= bit;
		ok = read_field(ctx, fields, field, member, record) && ok;
	}
	return (!whole || check_required(ctx, fields, map->at, seen)) && ok;
}

static bool read_root(struct cv_ctx *ctx, const struct cv_fields *fields,
		      const struct cv_node *map, void *record, bool whole)
{
	if (map->kind != CV_NODE_MAP)
		return cv_find(ctx, CV_F_WRONG_TYPE, map->at,
			       "%s must be a map, not a %s", fields->name,
			       map->kind == CV_NODE_LIST ? "list" : "text");
	return read_map(ctx, fields, map, record, whole);
}

bool cv_fields_read(struct cv_ctx *ctx, const struct cv_fields *fields,
		    const struct cv_node *map, void *record)
{
	return read_root(ctx, fields, map, record, true);
}

bool cv_fields_read_partly(struct cv_ctx *ctx, const struct cv_fields *fields,
			   const struct cv_node *map, void *record)
{
	return read_root(ctx, fields, map, record, false);
}

static bool fill(struct cv_ctx *ctx, const struct cv_fields *fields,
		 const struct cv_node *member, void *record)
{
	const struct cv_field *field = cv_fields_know(ctx, fields, member->key);
	struct cv_hole **holes = cv_fields_holes(fields, record);
	struct cv_hole *hole = field && holes ? *holes : NULL;
	bool was_hole = false;

	if (!field)
		return false;
	for (; hole && (hole->field != field || hole->filled); hole = hole->next)
		was_hole = was_hole || hole->field == field;
	if (!hole)
		return cv_find(
			ctx, CV_F_FILL_UNUSED, member->key->at,
			was_hole ? "`%s` of %s is filled already"
				 : "`%s` of %s is no hole: there is nothing to fill",
			field->key, fields->name);
	if (is_hole(member))
		return cv_find(ctx, CV_F_HOLE_NOT_ALLOWED, member->at,
			       "a hole is not filled with a hole");
	hole->filled = read_field(ctx, fields, field, member, record);
	return hole->filled;
}

bool cv_fields_fill(struct cv_ctx *ctx, const struct cv_fields *fields,
		    const struct cv_node *map, void *record)
{
	bool ok = true;

	if (map->kind != CV_NODE_MAP)
		return cv_find(ctx, CV_F_WRONG_TYPE, map->at,
			       "`set` must be a map from fields to values");
	for (const struct cv_node *member = map->first; member; member = member->next)
		ok = fill(ctx, fields, member, record) && ok;
	return ok;
}
