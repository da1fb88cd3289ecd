/* Reads back what goes to a console's API.  JSON goes to jansson line by line, and must
 * stand there as jansson itself would write it, so that nothing is left unread; scripts
 * are held against their fixed text. */
#include <jansson.h>
#include <string.h>

#include "api/api.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/plan.h"

static bool fail_at(struct cv_reading *reading, const char *at, const char *why)
{
	reading->error = why;
	reading->error_at = (size_t)(at - reading->bytes);
	return false;
}

/* A copy of a text; NULL where it is none. */
static const char *copy_of(struct cv_arena *arena, const json_t *value)
{
	return json_is_string(value) ? cv_arena_copy(arena, json_string_value(value),
						     json_string_length(value))
				     : NULL;
}

static const char *member_text(struct cv_arena *arena, const json_t *object,
			       const char *key)
{
	return copy_of(arena, json_object_get(object, key));
}

static bool has_control(const char *text, size_t size)
{
	size_t at = cv_utf8_printable(text, size), length;

	for (; at < size; at += length)
		if (cv_is_control(cv_utf8_decode(text + at, size - at, &length)))
			return true;
	return false;
}

/* What of a text jansson has not written yet. */
struct rest {
	const char *at;
	size_t size;
};

static int is_next(const char *piece, size_t size, void *user)
{
	struct rest *rest = user;

	if (rest->size < size || memcmp(rest->at, piece, size) != 0)
		return -1;
	rest->at += size;
	rest->size -= size;
	return 0;
}

/* Whether the text is what jansson makes of the tree.  It leaves DEL, the controls behind
 * it and U+2028 as they are, which nothing that is ours does. */
static bool is_spelled(const json_t *tree, const char *text, size_t size)
{
	struct rest rest = {text, size};

	return json_dump_callback(tree, is_next, &rest, JSON_ENCODE_ANY) == 0 &&
	       rest.size == 0 && !has_control(text, size);
}

/* One line as an object, its end stepped over; NULL with the error set.  The caller owns
 * the tree. */
static json_t *read_line(struct cv_reading *reading, const char **at)
{
	const char *line = *at, *end = reading->bytes + reading->size;
	const char *stop = memchr(line, '\n', (size_t)(end - line));
	json_error_t error;
	json_t *tree;

	if (!stop) {
		fail_at(reading, line, "the last line has no end");
		return NULL;
	}
	tree = json_loadb(line, (size_t)(stop - line), JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(tree) || !is_spelled(tree, line, (size_t)(stop - line))) {
		json_decref(tree);
		fail_at(reading, line,
			"a line is no JSON object, or is spelled another way");
		return NULL;
	}
	*at = stop + 1;
	return tree;
}

enum { MOST_ATTRIBUTES = 8, CALL_ATTRIBUTES = 3 };

/* A body that is being read by its shape. */
struct body {
	struct cv_reading *reading;
	struct cv_arena *arena; /* for texts */
	struct cv_entry *entry; /* the first */
	size_t others;          /* behind it in the list of entries, from there on */
	struct cv_attribute attributes[MOST_ATTRIBUTES];
	size_t count;
};

static bool add_attribute(struct body *body, const char *name, const char *value)
{
	if (!value)
		return false;
	body->attributes[body->count++] = (struct cv_attribute){name, value};
	return true;
}

/* Texts without a comma, joined by commas; NULL where it is something else. */
static const char *words_of(const struct body *body, const json_t *list)
{
	struct cv_buf words = CV_BUF_INIT;
	const char *joined = NULL;
	bool good = json_is_array(list);
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *word = json_string_value(item);

		good = good && word && *word && !strchr(word, ',') &&
		       strlen(word) == json_string_length(item);
		if (good)
			cv_buf_format(&words, "%s%s", i ? "," : "", word);
	}
	if (good)
		joined = cv_arena_copy(body->arena, cv_buf_string(&words), words.size);
	cv_buf_deinit(&words);
	return joined;
}

/* `value #note`, each an entry; the first one is there already. */
static bool read_all(struct body *body, const json_t *list)
{
	struct cv_reading *reading = body->reading;
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = copy_of(body->arena, item);
		const char *note = text ? strstr(text, " #") : NULL;
		struct cv_entry *entry = body->entry;

		if (!text)
			return false;
		if (i) {
			entry = cv_entries_add(reading->ctx, &reading->entries,
					       CV_ENTRY_EXCLUSION, body->entry->place);
			entry->list = body->entry->list;
		}
		entry->value =
			note ? cv_arena_copy(body->arena, text, (size_t)(note - text))
			     : text;
		entry->note = note ? note + 2 : NULL;
	}
	return json_array_size(list) > 0;
}

static bool read_scalar(struct body *body, const struct cv_api_part *part,
			const json_t *value)
{
	const char *text = copy_of(body->arena, value);

	switch (part->kind) {
	case CV_API_FIXED:
		return text && strcmp(text, part->text) == 0;
	case CV_API_TRUE:
		return json_is_true(value);
	case CV_API_FALSE:
		return json_is_false(value);
	case CV_API_OF_VALUE:
		body->entry->value = text;
		return text != NULL;
	case CV_API_OF_NOTE:
		body->entry->note = text;
		return text != NULL;
	case CV_API_OF_ALL:
		return read_all(body, value);
	case CV_API_OF_WORD:
		return add_attribute(body, part->text, text);
	case CV_API_OF_WORDS:
		return add_attribute(body, part->text, words_of(body, value));
	case CV_API_OF_FLAG:
		return add_attribute(body, part->text,
				     json_is_true(value)    ? "yes"
				     : json_is_false(value) ? "no"
							    : NULL);
	case CV_API_OBJECT:
	case CV_API_LIST:
	case CV_API_END:
		break;
	}
	return false;
}

/* What a shape has next in a tree. */
struct walk {
	json_t *tree;
	void *member;
	size_t count; /* that were read */
};

/* The value for the part, stepped over; NULL where another one stands. */
static const json_t *next_value(struct walk *walk, const struct cv_api_part *part)
{
	const json_t *value;

	if (!part->key)
		return json_array_get(walk->tree, walk->count++);
	if (!walk->member || strcmp(json_object_iter_key(walk->member), part->key) != 0)
		return NULL;
	value = json_object_iter_value(walk->member);
	walk->member = json_object_iter_next(walk->tree, walk->member);
	walk->count++;
	return value;
}

/* The members or items of what is open, in their order and no others; sets *part to its
 * END. */
static bool read_parts(struct body *body, const struct cv_api_part **part, json_t *tree)
{
	struct walk walk = {tree, json_object_iter(tree), 0};

	for (; (*part)->kind != CV_API_END; (*part)++) {
		const enum cv_api_part_kind kind = (*part)->kind;
		const json_t *value = next_value(&walk, *part);

		if (!value && kind >= CV_API_OF_WORD && (*part)->key)
			continue;
		if (kind != CV_API_OBJECT && kind != CV_API_LIST) {
			if (!value || !read_scalar(body, *part, value))
				return false;
			continue;
		}
		if (!(kind == CV_API_OBJECT ? json_is_object(value)
					    : json_is_array(value)))
			return false;
		(*part)++;
		if (!read_parts(body, part, (json_t *)value))
			return false;
	}
	return walk.count ==
	       (json_is_object(tree) ? json_object_size(tree) : json_array_size(tree));
}

/* Whether a body of that shape is one entry, so that nobody looks back at it. */
static bool is_of_one(const struct cv_api_call *call)
{
	const struct cv_api_part *part = call->shape;

	for (size_t depth = 1; depth; part++) {
		if (part->kind == CV_API_OF_ALL)
			return false;
		depth += part->kind == CV_API_OBJECT || part->kind == CV_API_LIST;
		depth -= part->kind == CV_API_END;
	}
	return true;
}

static void begin_body(struct body *body, const struct cv_api_call *call, size_t place)
{
	struct cv_reading *reading = body->reading;

	if (is_of_one(call)) {
		body->entry = cv_reading_begin(reading, CV_ENTRY_EXCLUSION, place);
		body->arena = cv_reading_texts(reading)->arena;
	} else {
		body->entry = cv_entries_add(reading->ctx, &reading->entries,
					     CV_ENTRY_EXCLUSION, place);
		body->arena = reading->ctx->arena;
	}
	body->others = reading->entries.count;
	body->entry->list = call->list;
}

static void set_attributes(struct cv_entry *entry, const struct cv_attribute *attributes,
			   size_t count)
{
	entry->attributes = attributes;
	entry->attribute_count = (uint32_t)count;
}

static bool read_body(struct cv_reading *reading, const struct cv_api_call *call,
		      json_t *tree, size_t place)
{
	const struct cv_api_part *part = call->shape;
	struct body body = {.reading = reading};
	struct cv_attribute *attributes;

	begin_body(&body, call, place);
	if (!read_parts(&body, &part, tree))
		return fail_at(reading, reading->bytes + place,
			       "a body has another shape");
	if (!body.count)
		return true;
	attributes = CV_NEW_ARRAY(body.arena, body.count, struct cv_attribute);
	memcpy(attributes, body.attributes, body.count * sizeof *attributes);
	set_attributes(body.entry, attributes, body.count);
	for (size_t i = body.others; i < reading->entries.count; i++)
		set_attributes(CV_AT(&reading->entries, struct cv_entry, i), attributes,
			       body.count);
	return true;
}

bool cv_api_read_bodies(struct cv_reading *reading, const struct cv_api_call *calls,
			const char *list)
{
	const struct cv_api_call *call = calls;
	const char *at = reading->bytes, *end = reading->bytes + reading->size;

	while (strcmp(call->list, list) != 0)
		call++;
	while (at < end) {
		const size_t place = (size_t)(at - reading->bytes);
		json_t *tree = read_line(reading, &at);
		const bool good = tree && read_body(reading, call, tree, place);

		json_decref(tree);
		if (!good)
			return false;
	}
	return true;
}

bool cv_api_read_removals(struct cv_reading *reading)
{
	const char *at = reading->bytes, *end = reading->bytes + reading->size;

	while (at < end) {
		const char *line = at;
		json_t *tree = read_line(reading, &at);
		struct cv_arena *texts;
		struct cv_entry *entry;
		bool good;

		if (!tree)
			return false;
		entry = cv_reading_begin(reading, CV_ENTRY_EXCLUSION,
					 (size_t)(line - reading->bytes));
		texts = cv_reading_texts(reading)->arena;
		entry->operation = CV_REMOVE;
		entry->list = member_text(texts, tree, "list");
		entry->value = member_text(texts, tree, "value");
		good = json_object_size(tree) == 2 && entry->list && entry->value;
		json_decref(tree);
		if (!good)
			return fail_at(reading, line, "a removal is a list and a value");
	}
	return true;
}

/* The attributes of a call, in their order; without their values. */
static struct cv_attribute *call_attributes(struct cv_reading *reading)
{
	static const char *const names[] = {CV_API_VALUE, CV_API_ID, CV_API_BODIES};
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(reading->ctx->arena, CALL_ATTRIBUTES, struct cv_attribute);

	for (size_t i = 0; i < CALL_ATTRIBUTES; i++)
		attributes[i].name = names[i];
	return attributes;
}

static bool read_call(struct cv_reading *reading, const json_t *call, size_t order)
{
	struct cv_entry *step =
		cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_STEP, 0);
	struct cv_attribute *attributes = call_attributes(reading);
	const char *method = member_text(reading->ctx->arena, call, "method");
	const char *path = member_text(reading->ctx->arena, call, "path");
	bool good =
		method && path && json_object_size(call) == 4 + CALL_ATTRIBUTES &&
		json_integer_value(json_object_get(call, "order")) == (json_int_t)order;

	for (size_t i = 0; i < CALL_ATTRIBUTES; i++) {
		attributes[i].value =
			member_text(reading->ctx->arena, call, attributes[i].name);
		good = good && attributes[i].value;
	}
	step->list = CV_API_CALL;
	step->name = member_text(reading->ctx->arena, call, "list");
	step->attributes = attributes;
	step->attribute_count = CALL_ATTRIBUTES;
	if (!good || !step->name)
		return fail_at(reading, reading->bytes,
			       "a call lacks a member, or has more");
	step->value = cv_arena_format(reading->ctx->arena, "%s %s", method, path);
	return true;
}

/* The frame of the manifest, in which each call is one line. */
#define CALLS_HEAD \
	"{\n  \"format\": \"carveout-calls\",\n  \"version\": 1,\n  \"calls\": ["
#define CALLS_TAIL "\n  ]\n}\n"
#define CALL_INDENT "\n    "

bool cv_api_read_calls(struct cv_reading *reading)
{
	const size_t head = sizeof CALLS_HEAD - 1, tail = sizeof CALLS_TAIL - 1;
	const char *at = reading->bytes + head, *end = reading->bytes + reading->size;
	size_t order = 0;

	if (reading->size < head + tail ||
	    memcmp(reading->bytes, CALLS_HEAD, head) != 0 ||
	    memcmp(end - tail, CALLS_TAIL, tail) != 0)
		return fail_at(reading, reading->bytes, "this is no manifest of calls");
	end -= tail;
	while (at < end) {
		const char *stop = NULL;
		json_t *call;
		json_error_t error;
		bool good;

		if ((size_t)(end - at) < sizeof CALL_INDENT - 1 ||
		    memcmp(at, CALL_INDENT, sizeof CALL_INDENT - 1) != 0)
			return fail_at(reading, at,
				       "a call stands on no line of its own");
		at += sizeof CALL_INDENT - 1;
		stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop ? stop - 1 : end; /* without the comma */
		call = json_loadb(at, (size_t)(stop - at), JSON_REJECT_DUPLICATES,
				  &error);
		good = json_is_object(call) &&
		       is_spelled(call, at, (size_t)(stop - at)) &&
		       (stop == end || *stop == ',');
		good = good ? read_call(reading, call, ++order)
			    : fail_at(reading, at, "a call is no JSON object");
		json_decref(call);
		if (!good)
			return false;
		at = stop == end ? end : stop + 1;
	}
	return order > 0 || fail_at(reading, at, "a manifest without calls");
}

struct cursor {
	struct cv_reading *reading;
	const char *at, *end;
};

static bool take(struct cursor *cursor, const char *text)
{
	const size_t size = strlen(text);

	if ((size_t)(cursor->end - cursor->at) < size ||
	    memcmp(cursor->at, text, size) != 0)
		return false;
	cursor->at += size;
	return true;
}

static const char *taken(const struct cursor *cursor, const char *from)
{
	return cv_intern(cursor->reading->ctx, from, (size_t)(cursor->at - from));
}

/* The rest of the line, which is printable ASCII, and its end. */
static bool read_rest(struct cursor *cursor, const char **text_out)
{
	const char *from = cursor->at;

	while (cursor->at < cursor->end && *cursor->at >= ' ' && *cursor->at <= '~')
		cursor->at++;
	*text_out = taken(cursor, from);
	return take(cursor, "\n") ||
	       fail_at(cursor->reading, cursor->at, "more than printable ASCII");
}

/* Up to the blank behind it. */
static bool read_bare_word(struct cursor *cursor, const char **word_out)
{
	const char *from = cursor->at;

	while (cursor->at<cursor->end && * cursor->at> ' ' && *cursor->at <= '~' &&
	       *cursor->at != '\'')
		cursor->at++;
	*word_out = taken(cursor, from);
	return (cursor->at > from && take(cursor, " ")) ||
	       fail_at(cursor->reading, from, "a word is missing");
}

/* What stands in single quotes; `'\''` is one of them. */
static bool read_quoted_word(struct cursor *cursor, const char **word_out)
{
	struct cv_buf word = CV_BUF_INIT;
	bool closed = false;

	if (!take(cursor, "'"))
		return fail_at(cursor->reading, cursor->at, "a single quote is missing");
	while (!closed && cursor->at < cursor->end && *cursor->at != '\n') {
		if (take(cursor, "'\\''"))
			cv_buf_char(&word, '\'');
		else if (take(cursor, "'"))
			closed = true;
		else
			cv_buf_char(&word, *cursor->at++);
	}
	*word_out = cv_intern(cursor->reading->ctx, cv_buf_string(&word), word.size);
	cv_buf_deinit(&word);
	return closed || fail_at(cursor->reading, cursor->at, "a quoted word has no end");
}

/* `send ml POST '/path' '.value' '.id' 'file'`, behind its first word. */
static bool read_call_words(struct cursor *cursor, struct cv_entry *step)
{
	struct cv_attribute *attributes = call_attributes(cursor->reading);
	const char *method, *path;

	if (!read_bare_word(cursor, &step->name) || !read_bare_word(cursor, &method) ||
	    !read_quoted_word(cursor, &path))
		return false;
	for (size_t i = 0; i < CALL_ATTRIBUTES; i++)
		if (!take(cursor, " ") || !read_quoted_word(cursor, &attributes[i].value))
			return false;
	step->value = cv_arena_format(cursor->reading->ctx->arena, "%s %s", method, path);
	step->attributes = attributes;
	step->attribute_count = CALL_ATTRIBUTES;
	return true;
}

static bool read_undo_words(struct cursor *cursor, struct cv_entry *step)
{
	struct cv_attribute *bodies =
		CV_NEW(cursor->reading->ctx->arena, struct cv_attribute);

	bodies->name = CV_API_BODIES;
	step->attributes = bodies;
	step->attribute_count = 1;
	return read_bare_word(cursor, &step->name) &&
	       read_quoted_word(cursor, &bodies->value);
}

static bool read_steps(struct cursor *cursor, const char *command, const char *list)
{
	const char *before = cv_arena_format(cursor->reading->ctx->arena, "%s ", command);

	while (take(cursor, before)) {
		struct cv_entry *step = cv_entries_add(
			cursor->reading->ctx, &cursor->reading->entries, CV_ENTRY_STEP,
			(size_t)(cursor->at - cursor->reading->bytes));

		step->list = list;
		if (!(strcmp(list, CV_API_CALL) == 0 ? read_call_words(cursor, step)
						     : read_undo_words(cursor, step)) ||
		    !take(cursor, "\n"))
			return cursor->reading->error != NULL
				       ? false
				       : fail_at(cursor->reading, cursor->at,
						 "a step is spelled another way");
	}
	return true;
}

/* `tag='...'` */
static bool read_setting(struct cursor *cursor, const char *list)
{
	struct cv_entry *setting;

	if (!take(cursor, list) || !take(cursor, "="))
		return fail_at(cursor->reading, cursor->at, "a setting is missing");
	setting = cv_entries_add(cursor->reading->ctx, &cursor->reading->entries,
				 CV_ENTRY_SETTING,
				 (size_t)(cursor->at - cursor->reading->bytes));
	setting->list = list;
	return read_quoted_word(cursor, &setting->value) &&
	       (take(cursor, "\n") || fail_at(cursor->reading, cursor->at,
					      "something stands behind a setting"));
}

/* Header lines end where the section's next fixed line stands. */
static bool read_header(struct cursor *cursor, const char *before)
{
	while (take(cursor, before)) {
		struct cv_entry *entry = cv_entries_add(
			cursor->reading->ctx, &cursor->reading->entries, CV_ENTRY_HEADER,
			(size_t)(cursor->at - cursor->reading->bytes));

		if (!read_rest(cursor, &entry->value))
			return false;
	}
	return true;
}

static bool read_script_line(struct cursor *cursor, const struct cv_api_line *line)
{
	switch (line->slot) {
	case CV_API_LINE:
		return (take(cursor, line->text) && take(cursor, "\n")) ||
		       fail_at(cursor->reading, cursor->at, "the fixed text differs");
	case CV_API_HEADER:
		return read_header(cursor, line->text);
	case CV_API_WORD:
		return read_setting(cursor, line->text);
	case CV_API_CALLS:
		return read_steps(cursor, line->text, CV_API_CALL);
	case CV_API_UNDOS:
		return read_steps(cursor, line->text, CV_API_UNDO);
	}
	return false;
}

bool cv_api_read_script(struct cv_reading *reading,
			const struct cv_api_line *const *sections)
{
	struct cursor cursor = {reading, reading->bytes, reading->bytes + reading->size};
	const char *nul = memchr(reading->bytes, '\0', reading->size);

	/* It would end a value for us, and for no shell. */
	if (nul)
		return fail_at(reading, nul, "a NUL");
	for (; *sections; sections++)
		for (const struct cv_api_line *line = *sections; line->text; line++)
			if (!read_script_line(&cursor, line))
				return false;
	return cursor.at == cursor.end ||
	       fail_at(reading, cursor.at, "something stands behind the script");
}
