/* Events of libyaml to trees with places.  The stack of open maps and lists is ours
 * and bounded; libyaml's marks count characters, so they are turned into bytes as the
 * reading goes on, once over the file.  Rows of the big tables are built in a scratch
 * arena that is emptied after each. */
#include "read/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/node.h"
#include "model/value.h"
#include "read/yaml_problem.h"

enum { FEW_KEYS = 16 };

/* A map or list that is not closed yet. */
struct frame {
	struct cv_node *node;
	struct cv_node *key; /* waits for its value */
	bool is_table;       /* its members are rows for the sink */
};

struct reading {
	struct cv_ctx *ctx;
	struct cv_source *source;
	const struct cv_row_sink *sink;
	yaml_parser_t parser;
	struct cv_arena *arena, *scratch; /* `arena` is the one in use */
	size_t base;                      /* bytes of the byte-order mark */
	const char *text;                 /* behind it */
	size_t size;
	bool ascii, json;
	size_t characters, bytes; /* a mark and the offset that it stands for */
	struct frame frames[CV_MAX_DEPTH];
	size_t depth;
	struct cv_node *root;
	size_t nodes, row_nodes;
	size_t comment_at; /* see struct cv_yaml_problem */
	size_t errors;     /* before this file */
	bool spoilt;       /* what is being built holds something refused */
	bool root_spoilt, stopped, ended;
};

static size_t offset_of(struct reading *reading, size_t mark)
{
	const char *text = reading->text;

	if (reading->ascii)
		return mark < reading->size ? mark : reading->size;
	for (; reading->characters < mark && reading->bytes < reading->size;
	     reading->characters++)
		do
			reading->bytes++;
		while (((unsigned char)text[reading->bytes] & 0xC0) == 0x80);
	for (; reading->characters > mark; reading->characters--)
		do
			reading->bytes--;
		while (((unsigned char)text[reading->bytes] & 0xC0) == 0x80);
	return reading->bytes;
}

static struct cv_span span_from(const struct reading *reading, size_t start, size_t end)
{
	return cv_span(reading->source->id, reading->base + start,
		       end > start ? end - start : 0);
}

static struct cv_span span_of(struct reading *reading, const yaml_event_t *event)
{
	const size_t start = offset_of(reading, event->start_mark.index);

	return span_from(reading, start, offset_of(reading, event->end_mark.index));
}

/* Marks what is being built as not to be used. */
static void spoil(struct reading *reading)
{
	reading->spoilt = true;
	if (reading->arena != reading->scratch)
		reading->root_spoilt = true;
}

static void refuse(struct reading *reading, struct cv_span at, const char *what)
{
	cv_find(reading->ctx, CV_F_REFUSED_YAML, at, "%s not taken; write the value out",
		what);
	spoil(reading);
}

static bool has_room(struct reading *reading, struct cv_span at)
{
	size_t *count = reading->arena == reading->scratch ? &reading->row_nodes
							   : &reading->nodes;

	return ++*count <= CV_MAX_NODES ||
	       cv_find(reading->ctx, CV_F_TOO_LONG, at,
		       "more than %d values outside the rows of a table, or in one row",
		       CV_MAX_NODES);
}

static int compare_keys(const void *left, const void *right)
{
	const struct cv_node *a = *(const struct cv_node *const *)left;
	const struct cv_node *b = *(const struct cv_node *const *)right;
	const int order = strcmp(a->key->text, b->key->text);

	if (order)
		return order;
	return a->key->at.offset < b->key->at.offset ? -1 : 1;
}

static bool has_duplicates(const struct cv_node *map)
{
	for (const struct cv_node *a = map->first; a; a = a->next)
		for (const struct cv_node *b = a->next; b; b = b->next)
			if (*a->key->text == *b->key->text &&
			    strcmp(a->key->text, b->key->text) == 0)
				return true;
	return false;
}

/* By sorting: a hash table's worst case would be the file's choice. */
static void tell_duplicates(struct reading *reading, const struct cv_node *map)
{
	const struct cv_node **members =
		CV_NEW_ARRAY(reading->arena, map->count, const struct cv_node *);
	const struct cv_node *first = NULL;
	size_t count = 0;

	for (const struct cv_node *member = map->first; member; member = member->next)
		members[count++] = member;
	qsort(members, count, sizeof *members, compare_keys);
	for (size_t i = 0; i < count; i++) {
		struct cv_finding *finding;

		if (!first || strcmp(first->key->text, members[i]->key->text) != 0) {
			first = members[i];
			continue;
		}
		finding = cv_find_more(reading->ctx, CV_F_DUPLICATE_KEY,
				       members[i]->key->at, "the key `%s` stands twice",
				       cv_shown(reading->ctx, members[i]->key->text));
		finding->also = first->key->at;
		finding->also_text = "first defined here";
	}
}

static void find_duplicates(struct reading *reading, const struct cv_node *map)
{
	/* Few keys are looked at faster than sorted. */
	if (map->count > FEW_KEYS || has_duplicates(map))
		tell_duplicates(reading, map);
}

static bool is_row_of(const struct reading *reading)
{
	return reading->depth && reading->frames[reading->depth - 1].is_table;
}

/* A member of a table begins: it is built in the scratch arena. */
static void begin_row(struct reading *reading)
{
	if (!is_row_of(reading))
		return;
	reading->arena = reading->scratch;
	reading->row_nodes = 0;
	reading->spoilt = false;
}

static void end_row(struct reading *reading, const struct cv_node *row)
{
	const struct frame *table = &reading->frames[reading->depth - 1];

	if (!reading->spoilt)
		reading->sink->row(reading->sink->user, table->node->key->text, row);
	cv_arena_reset(reading->scratch);
	reading->arena = reading->ctx->arena;
	reading->spoilt = reading->root_spoilt;
}

static bool take_key(struct reading *reading, struct frame *map, struct cv_node *node,
		     bool plain)
{
	if (node->kind != CV_NODE_SCALAR)
		return cv_find(reading->ctx, CV_F_WRONG_TYPE, node->at,
			       "a key must be a text, not a %s",
			       node->kind == CV_NODE_MAP ? "map" : "list");
	if (node->text[0] == '\0')
		return cv_find(reading->ctx, CV_F_BAD_VALUE, node->at, "a key is empty");
	if (strlen(node->text) > CV_MAX_NAME)
		return cv_find(reading->ctx, CV_F_TOO_LONG, node->at,
			       "a key of %zu bytes; keys have at most %d",
			       strlen(node->text), CV_MAX_NAME);
	map->key = node;
	if (plain && strcmp(node->text, "<<") == 0)
		refuse(reading, node->at, "merge keys (`<<`) are");
	return true;
}

/* Puts a node where it belongs: into the map or list that is open. */
static bool place(struct reading *reading, struct cv_node *node, bool plain)
{
	struct frame *top;
	struct cv_node *parent;
	size_t most;

	if (reading->depth == 0) {
		reading->root = node;
		return true;
	}
	top = &reading->frames[reading->depth - 1];
	parent = top->node;
	if (parent->kind == CV_NODE_MAP && !top->key)
		return take_key(reading, top, node, plain);
	node->key = top->key;
	top->key = NULL;
	most = top->is_table ? CV_MAX_ROWS : CV_MAX_LIST;
	if (++parent->count > most)
		return cv_find(reading->ctx, CV_F_TOO_LONG, node->at,
			       "a %s of more than %zu members",
			       parent->kind == CV_NODE_MAP ? "map" : "list", most);
	if (top->is_table)
		return true;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	return true;
}

/* An escape of JSON's own says what it means; the others are what a backslash in a
 * Windows path turns into unseen. */
static bool is_escaped(const struct reading *reading, const char *raw, size_t size)
{
	const char *const plain = reading->json ? "\\\"/u" : "\\\"";

	for (size_t i = 0; i + 1 < size; i++) {
		if (raw[i] != '\\')
			continue;
		i++;
		if (raw[i] == '\0' || !strchr(plain, raw[i]))
			return true;
	}
	return false;
}

static bool is_before_comment(const char *behind)
{
	while (*behind == ' ' || *behind == '\t')
		behind++;
	/* Without a blank before it the `#` would be a part of the value. */
	return *behind == '#';
}

/* What escapes can smuggle past the check of the bytes. */
static void check_escapes(struct reading *reading, const char *text, size_t size,
			  struct cv_span at)
{
	char name[12];
	size_t length;

	for (size_t i = 0; i < size; i += length) {
		const uint32_t c = cv_utf8_decode(text + i, size - i, &length);

		if (!cv_is_control(c) || c == '\n' || c == '\t')
			continue;
		cv_character_name(c, name);
		cv_find_more(reading->ctx, CV_F_CONTROL_CHARACTER, at,
			     "an escape puts %s, a control character, into the value",
			     name)
			->hint = reading->json ? "write \\\\ for a backslash"
					       : "use single quotes";
		spoil(reading);
		return;
	}
}

/* The node is placed even when its text is refused, so that reading can go on. */
static bool take_scalar(struct reading *reading, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	const size_t size = event->data.scalar.length;
	const bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	const size_t start = offset_of(reading, event->start_mark.index);
	const size_t end = offset_of(reading, event->end_mark.index);
	const struct cv_span at = span_from(reading, start, end);
	const char *raw = reading->text + start, *behind = reading->text + end;
	struct cv_node *node;

	begin_row(reading);
	if (!has_room(reading, at))
		return false;
	node = CV_NEW(reading->arena, struct cv_node);
	node->kind = CV_NODE_SCALAR;
	node->at = at;
	node->end = reading->base + end;
	if (size > CV_MAX_SCALAR) {
		cv_find(reading->ctx, CV_F_TOO_LONG, at,
			"a value of %zu bytes; values have at most %d", size,
			CV_MAX_SCALAR);
		spoil(reading);
	} else if (event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE &&
		   memchr(raw, '\\', end - start)) {
		node->escaped = is_escaped(reading, raw + 1, end - start);
		check_escapes(reading, text, size, at);
	} else if (plain && size) {
		node->comment_behind = is_before_comment(behind);
	}
	reading->comment_at = 0;
	if (node->comment_behind)
		reading->comment_at = node->end + strspn(behind, " \t");
	node->text = cv_arena_copy(reading->arena, text, size > CV_MAX_SCALAR ? 1 : size);
	if (event->data.scalar.tag)
		refuse(reading, at, "tags are");
	if (event->data.scalar.anchor)
		refuse(reading, at, "anchors are");
	if (!place(reading, node, plain))
		return false;
	if (is_row_of(reading))
		end_row(reading, node);
	return true;
}

static bool take_alias(struct reading *reading, const yaml_event_t *event)
{
	const struct cv_span at = span_of(reading, event);
	struct cv_node *node;

	begin_row(reading);
	if (!has_room(reading, at))
		return false;
	node = CV_NEW(reading->arena, struct cv_node);
	node->kind = CV_NODE_SCALAR;
	node->at = at;
	node->text = cv_arena_text(reading->arena, "*");
	refuse(reading, at, "aliases are");
	if (!place(reading, node, false))
		return false;
	if (is_row_of(reading))
		end_row(reading, node);
	return true;
}

static bool is_wanted_table(const struct reading *reading, const struct cv_node *node)
{
	return reading->sink && reading->depth == 1 && node->kind == CV_NODE_LIST &&
	       reading->frames[0].node->kind == CV_NODE_MAP && node->key &&
	       reading->sink->wants(reading->sink->user, node->key->text);
}

static bool open_node(struct reading *reading, const yaml_event_t *event,
		      enum cv_node_kind kind, const yaml_char_t *tag,
		      const yaml_char_t *anchor)
{
	const struct cv_span at = span_of(reading, event);
	struct cv_node *node;
	bool is_table;

	if (reading->depth == CV_MAX_DEPTH)
		return cv_find(reading->ctx, CV_F_TOO_DEEP, at,
			       "maps and lists nest more than %d deep", CV_MAX_DEPTH);
	begin_row(reading);
	if (!has_room(reading, at))
		return false;
	node = CV_NEW(reading->arena, struct cv_node);
	node->kind = kind;
	node->at = at;
	if (tag)
		refuse(reading, at, "tags are");
	if (anchor)
		refuse(reading, at, "anchors are");
	if (!place(reading, node, false))
		return false;
	is_table = is_wanted_table(reading, node);
	node->streamed = is_table;
	reading->frames[reading->depth++] = (struct frame){node, NULL, is_table};
	return true;
}

/* The place of a map or list in braces is all of it; that of another is where its
 * first member stands, and a caret under one key says more than one under a screen. */
static void set_length(struct reading *reading, struct cv_node *node,
		       const yaml_event_t *event)
{
	const char first = reading->source->text[node->at.offset];
	const size_t start = (size_t)node->at.offset - reading->base;

	if (first == '{' || first == '[') {
		const size_t end = offset_of(reading, event->end_mark.index);

		node->at = span_from(reading, start, end);
		node->end = reading->base + end;
		return;
	}
	node->end = node->last ? node->last->end : (size_t)node->at.offset;
	if (node->kind == CV_NODE_MAP && node->first)
		node->at = node->first->key->at;
	else
		node->at.length = 1;
}

static bool close_node(struct reading *reading, const yaml_event_t *event)
{
	struct cv_node *node = reading->frames[--reading->depth].node;

	set_length(reading, node, event);
	if (node->kind == CV_NODE_MAP)
		find_duplicates(reading, node);
	if (is_row_of(reading))
		end_row(reading, node);
	return true;
}

/* libyaml would go on to the next document and, before it, through any number of
 * directives, each compared with all before it. */
static bool end_document(struct reading *reading, const yaml_event_t *event)
{
	size_t at = offset_of(reading, event->end_mark.index);
	const char *text = reading->text;

	reading->ended = true;
	for (;;) {
		at += strspn(text + at, " \t\r\n");
		if (strncmp(text + at, "...", 3) == 0)
			at += 3;
		else if (text[at] == '#')
			at += strcspn(text + at, "\n");
		else
			break;
	}
	if (at >= reading->size)
		return true;
	if (strncmp(text + at, "---", 3) == 0)
		return cv_find(reading->ctx, CV_F_REFUSED_YAML,
			       span_from(reading, at, at + 3),
			       "a second document begins here; a file holds one");
	return cv_find(reading->ctx, CV_F_SYNTAX, span_from(reading, at, at + 1),
		       "something stands behind the end of the document");
}

/* False: the file is given up, or is at its end. */
static bool take_event(struct reading *reading, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return take_alias(reading, event);
	case YAML_SCALAR_EVENT:
		return take_scalar(reading, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(reading, event, CV_NODE_LIST,
				 event->data.sequence_start.tag,
				 event->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return open_node(reading, event, CV_NODE_MAP,
				 event->data.mapping_start.tag,
				 event->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_node(reading, event);
	case YAML_DOCUMENT_END_EVENT:
		return end_document(reading, event);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
		break;
	}
	return true;
}

static bool tell_problem(struct reading *reading)
{
	const yaml_parser_t *parser = &reading->parser;
	struct cv_yaml_problem problem = {
		.problem = parser->problem ? parser->problem : "the document is not YAML",
		.context = parser->context,
		.comment_at = reading->comment_at,
		.json = reading->json,
	};

	if (parser->error == YAML_MEMORY_ERROR)
		cv_out_of_memory();
	problem.context_at =
		reading->base + offset_of(reading, parser->context_mark.index);
	problem.at = reading->base + offset_of(reading, parser->problem_mark.index);
	return cv_yaml_problem(reading->ctx, reading->source, &problem);
}

static void read_events(struct reading *reading)
{
	while (!reading->stopped && !reading->ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reading->parser, &event)) {
			reading->stopped = !tell_problem(reading);
			return;
		}
		reading->stopped = !take_event(reading, &event);
		reading->ended = reading->ended || event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		if (cv_error_count(reading->ctx) - reading->errors >= CV_MAX_ERRORS &&
		    !reading->stopped)
			reading->stopped = !cv_find(
				reading->ctx, CV_F_TOO_LONG,
				cv_span(reading->source->id, 0, 0),
				"%s has %d errors or more; the rest of it was not read",
				reading->source->name, CV_MAX_ERRORS);
	}
}

/* Before libyaml compares each of a million directives with all others. */
static bool refuse_directives(struct reading *reading)
{
	const char *text = reading->text;
	size_t at = 0;

	for (;;) {
		const char first = text[at + strspn(text + at, " \t\r")];

		if (first != '#' && first != '\n')
			break;
		at += strcspn(text + at, "\n");
		at += text[at] == '\n';
	}
	if (text[at] != '%')
		return true;
	return cv_find(reading->ctx, CV_F_REFUSED_YAML,
		       span_from(reading, at, at + strcspn(text + at, " \r\n")),
		       "directives (`%%YAML`, `%%TAG`) are not taken");
}

bool cv_yaml_read(struct cv_ctx *ctx, struct cv_source *source,
		  const struct cv_row_sink *sink, struct cv_node **root_out)
{
	struct reading reading = {.ctx = ctx,
				  .source = source,
				  .sink = sink,
				  .arena = ctx->arena,
				  .errors = cv_error_count(ctx)};
	char first;

	*root_out = NULL;
	if (!cv_bytes_check(ctx, source, &reading.ascii))
		return false;
	reading.base = strncmp(source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	reading.text = source->text + reading.base;
	reading.size = source->size - reading.base;
	first = reading.text[strspn(reading.text, " \t\r\n")];
	reading.json = first == '{' || first == '[';
	if (!refuse_directives(&reading))
		return false;
	if (!yaml_parser_initialize(&reading.parser))
		cv_out_of_memory();
	reading.scratch = cv_arena_open();
	yaml_parser_set_encoding(&reading.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reading.parser, (const unsigned char *)reading.text,
				     reading.size);
	read_events(&reading);
	yaml_parser_delete(&reading.parser);
	cv_arena_close(reading.scratch);
	if (!reading.stopped && !reading.root)
		cv_find(ctx, CV_F_EMPTY_FILE, cv_span(source->id, 0, 0),
			"the file holds nothing");
	if (!reading.stopped && !reading.root_spoilt)
		*root_out = reading.root;
	return cv_error_count(ctx) == reading.errors;
}
