/* From scalars to values.  Exact fields (paths, URLs, ports) refuse what libyaml has
 * changed on the way: the user sees what it would have kept. */
#include "read/fields_values.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/node.h"

enum { LONGEST_INTERNED = 64 };

static const char *keep(struct cv_ctx *ctx, const char *text, size_t size)
{
	return size <= LONGEST_INTERNED ? cv_intern(ctx, text, size)
					: cv_arena_copy(ctx->arena, text, size);
}

static bool is_json(const struct cv_source *source)
{
	const char *text = source->text;

	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	text += strspn(text, " \t\r\n");
	return *text == '{' || *text == '[';
}

/* What YAML would change in silence is refused where each byte counts. */
static bool check_exact(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node)
{
	const struct cv_source *source;
	const char *why = NULL;
	struct cv_finding *finding;

	if (!(field->flags & CV_FIELD_EXACT) || node->from_csv)
		return true;
	source = cv_source_by_id(ctx, node->at.file);
	if (!source)
		return true;
	if (node->comment_behind)
		why = "` #` begins a comment";
	else if (node->escaped)
		why = "a backslash in double quotes begins an escape";
	else if (memchr(source->text + node->at.offset, '\n',
			node->end - node->at.offset))
		why = "a value over several lines is folded";
	if (!why)
		return true;
	finding = cv_find_more(ctx, CV_F_SINGLE_QUOTES, node->at,
			       "this `%s` would become `%s`: %s",
			       cv_shown(ctx, field->key), cv_shown(ctx, node->text), why);
	finding->hint = node->escaped && is_json(source) ? "write \\\\ for a backslash"
							 : "use single quotes";
	return false;
}

static const char *listed(struct cv_ctx *ctx, const char *const *words)
{
	const char *list = words[0];

	for (size_t i = 1; words[i]; i++)
		list = cv_arena_format(ctx->arena, "%s%s%s", list,
				       words[i + 1] ? ", " : " or ", words[i]);
	return list;
}

bool cv_lexical_check(struct cv_ctx *ctx, const struct cv_lexical *lexical,
		      struct cv_text value)
{
	const char *const *words = lexical ? lexical->words : NULL;
	struct cv_finding *finding;
	size_t count = 0;

	if (!words)
		return !lexical || !lexical->check || lexical->check(ctx, value);
	for (; words[count]; count++)
		if (strcmp(words[count], value.text) == 0)
			return true;
	finding = cv_find_more(ctx, CV_F_BAD_VALUE, value.at, "`%s` is not %s: %s",
			       cv_shown(ctx, value.text), lexical->name,
			       listed(ctx, words));
	cv_suggest(ctx, finding, value.text, words, count);
	return false;
}

/* The same for a value that keep() gave.  Most values of a table stand in many of its
 * rows: one that was right is right again. */
static bool check_kept(struct cv_ctx *ctx, const struct cv_lexical *lexical,
		       struct cv_text value, size_t size)
{
	const void **right;

	if (!lexical || size > LONGEST_INTERNED)
		return cv_lexical_check(ctx, lexical, value);
	right = cv_intern_note(value.text);
	if (*right == lexical)
		return true;
	if (!cv_lexical_check(ctx, lexical, value))
		return false;
	*right = lexical;
	return true;
}

/* text_out->at is set. */
static bool take_value(struct cv_ctx *ctx, const struct cv_field *field, const char *text,
		       size_t size, struct cv_text *text_out)
{
	if (field->flags & CV_FIELD_UNIQUE) {
		text_out->text = cv_arena_copy(ctx->arena, text, size);
		return cv_lexical_check(ctx, field->lexical, *text_out);
	}
	text_out->text = keep(ctx, text, size);
	return check_kept(ctx, field->lexical, *text_out, size);
}

static bool read_scalar(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, struct cv_text *text_out)
{
	*text_out = (struct cv_text){"", node->at};
	if (node->kind != CV_NODE_SCALAR && cv_node_member(node, "hole"))
		return cv_find(
			ctx, CV_F_HOLE_NOT_ALLOWED, node->at,
			"a hole stands for the whole of `%s`, not for a part of it",
			cv_shown(ctx, field->key));
	if (node->kind != CV_NODE_SCALAR)
		return cv_field_wrong_type(ctx, field, node);
	if (!check_exact(ctx, field, node))
		return false;
	return take_value(ctx, field, node->text, strlen(node->text), text_out);
}

bool cv_value_read_text(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value)
{
	return read_scalar(ctx, field, node, value);
}

/* A cell of a CSV table, whose items stand between semicolons. */
static bool is_split(const struct cv_node *node)
{
	return node->kind == CV_NODE_SCALAR && node->from_csv && strchr(node->text, ';');
}

static bool split(struct cv_ctx *ctx, const struct cv_field *field,
		  const struct cv_node *cell, struct cv_texts *texts)
{
	const struct cv_text whole = {cell->text, cell->at};
	const char *item = cell->text;
	bool ok = true;

	texts->count = 1;
	for (const char *c = item; (c = strchr(c, ';')); c++)
		texts->count++;
	texts->items = CV_NEW_ARRAY(ctx->arena, texts->count, struct cv_text);
	for (size_t i = 0; i < texts->count; i++) {
		const size_t all = strcspn(item, ";"), before = strspn(item, " ");
		size_t size = all > before ? all - before : 0;

		while (size && item[before + size - 1] == ' ')
			size--;
		texts->items[i] = (struct cv_text){
			"", cv_text_part(ctx, &whole, item + before, size)};
		if (size == 0)
			ok = cv_find(ctx, CV_F_BAD_VALUE, cell->at,
				     "an item of `%s` is empty", field->key);
		else
			ok = take_value(ctx, field, item + before, size,
					&texts->items[i]) &&
			     ok;
		item += all + 1;
	}
	return ok;
}

bool cv_value_read_texts(struct cv_ctx *ctx, const struct cv_field *field,
			 const struct cv_node *node, void *value)
{
	struct cv_texts *texts = value;
	size_t i = 0;
	bool ok = true;

	if (node->kind == CV_NODE_MAP)
		return cv_field_wrong_type(ctx, field, node);
	if (is_split(node))
		return split(ctx, field, node, texts);
	texts->count = node->kind == CV_NODE_SCALAR ? 1 : node->count;
	texts->items = CV_NEW_ARRAY(ctx->arena, texts->count, struct cv_text);
	if (node->kind == CV_NODE_SCALAR)
		return read_scalar(ctx, field, node, texts->items);
	for (const struct cv_node *item = node->first; item; item = item->next)
		ok = read_scalar(ctx, field, item, &texts->items[i++]) && ok;
	return ok;
}

bool cv_value_read_few(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *value)
{
	struct cv_few *few = value;
	struct cv_texts texts = {NULL, 1};
	struct cv_text one;
	bool ok;

	if (node->kind == CV_NODE_SCALAR && !is_split(node)) {
		ok = read_scalar(ctx, field, node, &one);
		texts.items = &one;
	} else {
		texts.count = 0;
		ok = cv_value_read_texts(ctx, field, node, &texts);
	}
	*few = cv_few_of(texts);
	return ok;
}

bool cv_value_read_flag(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value)
{
	static const char *const meant[] = {"yes", "on", "y", "1", "no", "off", "n", "0"};
	enum cv_flag *flag = value;
	struct cv_finding *finding;

	if (node->kind != CV_NODE_SCALAR)
		return cv_field_wrong_type(ctx, field, node);
	*flag = strcmp(node->text, "true") == 0 ? CV_YES : CV_NO;
	if (*flag == CV_YES || strcmp(node->text, "false") == 0)
		return true;
	finding = cv_find_more(ctx, CV_F_BAD_VALUE, node->at,
			       "`%s` must be true or false, not `%s`", field->key,
			       cv_shown(ctx, node->text));
	for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
		if (strcasecmp(node->text, meant[i]) == 0)
			finding->hint = i < 4 ? "write true" : "write false";
	if (strcasecmp(node->text, "true") == 0 || strcasecmp(node->text, "false") == 0)
		finding->hint = "in lower case";
	return false;
}

bool cv_name_read(struct cv_ctx *ctx, const struct cv_node *key, struct cv_text *name_out)
{
	const size_t size = strlen(key->text);

	name_out->text = keep(ctx, key->text, size);
	name_out->at = key->at;
	return check_kept(ctx, &cv_lex_title, *name_out, size);
}

bool cv_value_read_map(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *value)
{
	const struct cv_node *const *members;
	struct cv_map *map = value;
	bool ok = true;

	if (node->kind != CV_NODE_MAP)
		return cv_field_wrong_type(ctx, field, node);
	members = cv_node_sorted(ctx, node);
	map->count = node->count;
	map->items = CV_NEW_ARRAY(ctx->arena, map->count, struct cv_pair);
	for (size_t i = 0; i < map->count; i++) {
		struct cv_field as_text = *field;
		struct cv_pair *pair = &map->items[i];

		as_text.key = members[i]->key->text;
		as_text.type = CV_FIELD_TEXT;
		ok = cv_name_read(ctx, members[i]->key, &pair->key) && ok;
		ok = read_scalar(ctx, &as_text, members[i], &pair->value) && ok;
	}
	return ok;
}

/* The values of one key of a condition. */
static bool read_part(struct cv_ctx *ctx, const struct cv_node *member,
		      struct cv_part *part)
{
	const struct cv_field field = {.key = member->key->text, .type = CV_FIELD_TEXTS};
	const struct cv_node *value = member;
	bool ok = cv_name_read(ctx, member->key, &part->key);

	if (strcmp(part->key.text, "os") == 0) {
		if (member->kind != CV_NODE_MAP)
			return cv_find(
				ctx, CV_F_WRONG_TYPE, member->at,
				"`os` must be a map from a system to its versions, "
				"as {rhel: \"7.x\"}");
		/* Both at once no machine can be; a reader would take it for either. */
		if (member->count != 1)
			return cv_find(
				ctx, CV_F_BAD_VALUE, member->at,
				"`os` must name one system; for several make `when` "
				"a list of maps");
		value = member->first;
		ok = cv_name_read(ctx, value->key, &part->os) && ok;
	}
	if (!cv_value_read_texts(ctx, &field, value, &part->values))
		return false;
	if (part->values.count == 0 || part->values.items[0].text[0] == '\0')
		return cv_find(ctx, CV_F_BAD_VALUE, value->at,
			       "the condition `%s` is empty", cv_shown(ctx, field.key));
	return ok;
}

static bool read_condition(struct cv_ctx *ctx, const struct cv_field *field,
			   const struct cv_node *node, struct cv_condition *condition)
{
	const struct cv_node *const *members;
	bool ok = true;

	if (node->kind != CV_NODE_MAP)
		return cv_field_wrong_type(ctx, field, node);
	members = cv_node_sorted(ctx, node);
	condition->count = node->count;
	condition->parts = CV_NEW_ARRAY(ctx->arena, node->count, struct cv_part);
	for (size_t i = 0; i < condition->count; i++)
		ok = read_part(ctx, members[i], &condition->parts[i]) && ok;
	return ok;
}

bool cv_value_read_when(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value)
{
	struct cv_when *when = value;
	const struct cv_node *item = node->kind == CV_NODE_LIST ? node->first : node;
	bool ok = true;

	if (node->kind == CV_NODE_SCALAR)
		return cv_field_wrong_type(ctx, field, node);
	when->at = node->at;
	when->count = node->kind == CV_NODE_LIST ? node->count : 1;
	if (when->count > CV_MAX_ALTERNATIVES)
		return cv_find(ctx, CV_F_TOO_LONG, node->at,
			       "a condition of more than %d alternatives",
			       CV_MAX_ALTERNATIVES);
	when->items = CV_NEW_ARRAY(ctx->arena, when->count, struct cv_condition);
	for (size_t i = 0; i < when->count; i++, item = item->next)
		ok = read_condition(ctx, field, item, &when->items[i]) && ok;
	return ok;
}

static void append(struct cv_node *parent, struct cv_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

/* No deeper than CV_MAX_DEPTH: the reader of the document saw to that. */
static struct cv_node *copy(struct cv_ctx *ctx, const struct cv_node *node)
{
	struct cv_node *made = CV_NEW(ctx->arena, struct cv_node);

	*made = *node;
	made->first = made->last = made->next = NULL;
	if (node->text)
		made->text = keep(ctx, node->text, strlen(node->text));
	if (node->key)
		made->key = copy(ctx, node->key);
	for (const struct cv_node *member = node->first; member; member = member->next)
		append(made, copy(ctx, member));
	return made;
}

const struct cv_node *cv_node_copy(struct cv_ctx *ctx, const struct cv_node *node)
{
	return copy(ctx, node);
}
