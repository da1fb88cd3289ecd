/* Reads back what goes to a console's API.  JSON must stand there in the one spelling and
 * order that the shapes give it, so that nothing is left unread; scripts are held against
 * their fixed text. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "json_spelled.h"
#include "model/plan.h"
#include "take.h"

struct cursor {
	struct cv_reading *reading;
	const char *at, *end;
	/* Of JSON only. */
	struct cv_arena *arena; /* for texts */
	struct cv_buf value;    /* of the string that was read last */
};

static bool fail_at(struct cv_reading *reading, const char *at, const char *why)
{
	reading->error = why;
	reading->error_at = (size_t)(at - reading->bytes);
	return false;
}

static bool take(struct cursor *cursor, const char *text)
{
	return cv_take(&cursor->at, cursor->end, text);
}

static bool take_key(struct cursor *cursor, const char *key)
{
	return take(cursor, "\"") && take(cursor, key) && take(cursor, "\": ");
}

/* A string into cursor->value. */
static bool read_value(struct cursor *cursor)
{
	return cv_json_spelled_string(&cursor->at, cursor->end, &cursor->value);
}

/* A copy of a string; NULL where none stands. */
static const char *read_text(struct cursor *cursor)
{
	return read_value(cursor)
		       ? cv_arena_copy(cursor->arena, cv_buf_string(&cursor->value),
				       cursor->value.size)
		       : NULL;
}

/* Steps to the next item of a list that was opened; false: it is closed, or *good. */
static bool next_item(struct cursor *cursor, bool is_first, bool *good)
{
	if (!*good || take(cursor, "]"))
		return false;
	*good = is_first || take(cursor, ", ");
	return *good;
}

enum { MOST_ATTRIBUTES = 8, CALL_ATTRIBUTES = 3 };

/* A body that is being read by its shape. */
struct body {
	struct cursor *line;
	struct cv_entry *entry; /* the first */
	size_t others;          /* behind it in the list of entries, from there on */
	struct cv_attribute attributes[MOST_ATTRIBUTES];
	size_t count;
};

static bool add_attribute(struct body *body, const char *name, const char *value)
{
	if (!value)
		return false;
	assert(body->count < MOST_ATTRIBUTES); /* no shape has more */
	body->attributes[body->count++] = (struct cv_attribute){name, value};
	return true;
}

/* Texts without a comma, joined by commas; NULL where something else stands. */
static const char *read_words(struct cursor *line)
{
	struct cv_buf words = CV_BUF_INIT;
	const char *joined = NULL;
	bool good = take(line, "[");

	for (bool first = true; next_item(line, first, &good); first = false) {
		good = read_value(line) && line->value.size &&
		       !strchr(line->value.data, ',');
		if (!good)
			break;
		cv_buf_text(&words, first ? "" : ",");
		cv_buf_text(&words, line->value.data);
	}
	if (good)
		joined = cv_arena_copy(line->arena, cv_buf_string(&words), words.size);
	cv_buf_deinit(&words);
	return joined;
}

/* `value #note`, each an entry; the first one is there already. */
static bool read_all(struct body *body)
{
	struct cursor *line = body->line;
	struct cv_reading *reading = line->reading;
	struct cv_entry *entry = body->entry;
	bool good = take(line, "[");
	size_t count = 0;

	for (; next_item(line, count == 0, &good); count++) {
		const char *text = read_text(line), *note;

		if (!text)
			return false;
		note = strstr(text, " #");
		if (count)
			entry = cv_entries_add(reading->ctx, &reading->entries,
					       CV_ENTRY_EXCLUSION,
					       body->entry->more->place);
		entry->list = body->entry->list;
		entry->more->value = text;
		if (!note)
			continue;
		entry->more->value =
			cv_arena_copy(line->arena, text, (size_t)(note - text));
		entry->note = note + 2;
	}
	return good && count > 0;
}

static bool read_scalar(struct body *body, const struct cv_api_part *part)
{
	struct cursor *line = body->line;

	switch (part->kind) {
	case CV_API_FIXED:
		return read_value(line) && strcmp(line->value.data, part->text) == 0;
	case CV_API_TRUE:
		return take(line, "true");
	case CV_API_FALSE:
		return take(line, "false");
	case CV_API_OF_VALUE:
		body->entry->more->value = read_text(line);
		return body->entry->more->value != NULL;
	case CV_API_OF_NOTE:
		body->entry->note = read_text(line);
		return body->entry->note != NULL;
	case CV_API_OF_ALL:
		return read_all(body);
	case CV_API_OF_WORD:
		return add_attribute(body, part->text, read_text(line));
	case CV_API_OF_WORDS:
		return add_attribute(body, part->text, read_words(line));
	case CV_API_OF_FLAG:
		return add_attribute(body, part->text,
				     take(line, "true")    ? "yes"
				     : take(line, "false") ? "no"
							   : NULL);
	case CV_API_OBJECT:
	case CV_API_LIST:
	case CV_API_END:
		break;
	}
	return false;
}

static bool read_parts(struct body *body, const struct cv_api_part **part);

/* A scalar; or an object or a list, then *part becomes its END. */
static bool read_part(struct body *body, const struct cv_api_part **part)
{
	const bool is_object = (*part)->kind == CV_API_OBJECT;

	if (!is_object && (*part)->kind != CV_API_LIST)
		return read_scalar(body, *part);
	++*part;
	return take(body->line, is_object ? "{" : "[") && read_parts(body, part) &&
	       take(body->line, is_object ? "}" : "]");
}

/* The members or items of what is open, in their order and no others; *part becomes its
 * END. */
static bool read_parts(struct body *body, const struct cv_api_part **part)
{
	struct cursor *line = body->line;
	bool first = true;

	for (; (*part)->kind != CV_API_END; (*part)++) {
		const char *const key = (*part)->key, *const at = line->at;

		if ((first || take(line, ", ")) && (!key || take_key(line, key))) {
			first = false;
			if (!read_part(body, part))
				return false;
			continue;
		}
		if (!key || (*part)->kind < CV_API_OF_WORD)
			return false;
		line->at = at;
	}
	return true;
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
	struct cv_reading *reading = body->line->reading;

	if (is_of_one(call)) {
		body->entry = cv_reading_begin(reading, CV_ENTRY_EXCLUSION, place);
		body->line->arena = cv_reading_texts(reading)->arena;
	} else {
		body->entry = cv_entries_add(reading->ctx, &reading->entries,
					     CV_ENTRY_EXCLUSION, place);
		body->line->arena = reading->ctx->arena;
	}
	body->others = reading->entries.count;
	body->entry->list = call->list;
}

static void set_attributes(struct cv_entry *entry, const struct cv_attribute *attributes,
			   size_t count)
{
	entry->more->attributes = attributes;
	entry->more->attribute_count = (uint32_t)count;
}

static bool read_body(struct cursor *line, const struct cv_api_call *call)
{
	struct cv_reading *reading = line->reading;
	const char *const start = line->at;
	const struct cv_api_part *part = call->shape;
	struct body body = {.line = line};
	struct cv_attribute *attributes;

	begin_body(&body, call, (size_t)(start - reading->bytes));
	if (!take(line, "{") || !read_parts(&body, &part) || !take(line, "}"))
		return fail_at(reading, start, "a body has another shape");
	if (!body.count)
		return true;
	attributes = CV_NEW_ARRAY(line->arena, body.count, struct cv_attribute);
	memcpy(attributes, body.attributes, body.count * sizeof *attributes);
	set_attributes(body.entry, attributes, body.count);
	for (size_t i = body.others; i < reading->entries.count; i++)
		set_attributes(CV_AT(&reading->entries, struct cv_entry, i), attributes,
			       body.count);
	return true;
}

static bool read_removal(struct cursor *line, const struct cv_api_call *call)
{
	struct cv_reading *reading = line->reading;
	const char *const start = line->at;
	struct cv_entry *entry = cv_reading_begin(reading, CV_ENTRY_EXCLUSION,
						  (size_t)(start - reading->bytes));

	(void)call;
	line->arena = cv_reading_texts(reading)->arena;
	entry->operation = CV_REMOVE;
	if (take(line, "{") && take_key(line, "list"))
		entry->list = read_text(line);
	if (entry->list && take(line, ", ") && take_key(line, "value"))
		entry->more->value = read_text(line);
	return (entry->more->value && take(line, "}")) ||
	       fail_at(reading, start, "a removal is a list and a value");
}

/* All lines, of which each is an object. */
static bool read_lines(struct cv_reading *reading, const struct cv_api_call *call,
		       bool (*read_one)(struct cursor *line,
					const struct cv_api_call *call))
{
	struct cursor line = {.reading = reading,
			      .at = reading->bytes,
			      .end = reading->bytes + reading->size,
			      .value = CV_BUF_INIT};
	bool fine = true;

	while (fine && line.at < line.end) {
		fine = read_one(&line, call);
		if (fine && !take(&line, "\n"))
			fine = fail_at(reading, line.at, "a line does not end here");
	}
	cv_buf_deinit(&line.value);
	return fine;
}

bool cv_api_read_bodies(struct cv_reading *reading, const struct cv_api_call *calls,
			const char *list)
{
	const struct cv_api_call *call = calls;

	while (strcmp(call->list, list) != 0)
		call++;
	return read_lines(reading, call, read_body);
}

bool cv_api_read_removals(struct cv_reading *reading)
{
	return read_lines(reading, NULL, read_removal);
}

static const char *read_member(struct cursor *cursor, const char *key)
{
	return take(cursor, ", ") && take_key(cursor, key) ? read_text(cursor) : NULL;
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

static bool read_call(struct cursor *cursor, size_t order)
{
	struct cv_reading *reading = cursor->reading;
	struct cv_entry *step =
		cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_STEP, 0);
	struct cv_attribute *attributes = call_attributes(reading);
	const char *method, *path;
	char number[24];
	bool good = true;

	snprintf(number, sizeof number, "%zu", order);
	if (!take(cursor, "{") || !take_key(cursor, "order") || !take(cursor, number))
		return false;
	step->list = CV_API_CALL;
	step->more->name = read_member(cursor, "list");
	method = read_member(cursor, "method");
	path = read_member(cursor, "path");
	for (size_t i = 0; i < CALL_ATTRIBUTES; i++) {
		attributes[i].value = read_member(cursor, attributes[i].name);
		good = good && attributes[i].value;
	}
	step->more->attributes = attributes;
	step->more->attribute_count = CALL_ATTRIBUTES;
	if (!good || !step->more->name || !method || !path)
		return false;
	step->more->value = cv_arena_format(cursor->arena, "%s %s", method, path);
	return take(cursor, "}");
}

/* The frame of the manifest, in which each call is one line. */
#define CALLS_HEAD \
	"{\n  \"format\": \"carveout-calls\",\n  \"version\": 1,\n  \"calls\": ["
#define CALLS_TAIL "\n  ]\n}\n"
#define CALL_INDENT "\n    "

bool cv_api_read_calls(struct cv_reading *reading)
{
	struct cursor cursor = {.reading = reading,
				.at = reading->bytes,
				.end = reading->bytes + reading->size,
				.arena = reading->ctx->arena,
				.value = CV_BUF_INIT};
	bool fine = take(&cursor, CALLS_HEAD);
	size_t order = 0;

	if (!fine)
		return fail_at(reading, reading->bytes, "this is no manifest of calls");
	do
		fine = take(&cursor, CALL_INDENT) && read_call(&cursor, ++order);
	while (fine && take(&cursor, ","));
	fine = fine && take(&cursor, CALLS_TAIL) && cursor.at == cursor.end;
	cv_buf_deinit(&cursor.value);
	return fine ||
	       fail_at(reading, cursor.at, "a call is spelled another way, or the end");
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

	if (!read_bare_word(cursor, &step->more->name) ||
	    !read_bare_word(cursor, &method) || !read_quoted_word(cursor, &path))
		return false;
	for (size_t i = 0; i < CALL_ATTRIBUTES; i++)
		if (!take(cursor, " ") || !read_quoted_word(cursor, &attributes[i].value))
			return false;
	step->more->value =
		cv_arena_format(cursor->reading->ctx->arena, "%s %s", method, path);
	step->more->attributes = attributes;
	step->more->attribute_count = CALL_ATTRIBUTES;
	return true;
}

static bool read_undo_words(struct cursor *cursor, struct cv_entry *step)
{
	struct cv_attribute *bodies =
		CV_NEW(cursor->reading->ctx->arena, struct cv_attribute);

	bodies->name = CV_API_BODIES;
	step->more->attributes = bodies;
	step->more->attribute_count = 1;
	return read_bare_word(cursor, &step->more->name) &&
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
	return read_quoted_word(cursor, &setting->more->value) &&
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

		if (!read_rest(cursor, &entry->more->value))
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
	struct cursor cursor = {.reading = reading,
				.at = reading->bytes,
				.end = reading->bytes + reading->size};
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
