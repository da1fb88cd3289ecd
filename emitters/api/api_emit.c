/* Writes what goes to a console's API: bodies, the manifest of the calls, the list of
 * what undo looks for, and the scripts. */
#include <string.h>

#include "api/api.h"
#include "base/buf.h"
#include "base/json.h"
#include "model/plan.h"

/* NULL: it has none. */
static const char *attribute(const struct cv_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			return entry->more->attributes[i].value;
	return NULL;
}

static bool is_left_out(const struct cv_api_part *part, const struct cv_entry *entry)
{
	return part->kind >= CV_API_OF_WORD && !attribute(entry, part->text);
}

/* What commas part, as a list. */
static void write_words(struct cv_json *json, const char *words)
{
	struct cv_buf word = CV_BUF_INIT;

	cv_json_begin_list(json, true);
	while (*words) {
		const size_t size = strcspn(words, ",");

		word.size = 0;
		cv_buf_add(&word, words, size);
		cv_json_text(json, cv_buf_string(&word));
		words += size + (words[size] == ',');
	}
	cv_json_end_list(json);
	cv_buf_deinit(&word);
}

static void write_all(struct cv_json *json, const struct cv_emission *emission)
{
	struct cv_buf item = CV_BUF_INIT;

	cv_json_begin_list(json, true);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		item.size = 0;
		cv_buf_text(&item, entry->more->value);
		if (entry->note)
			cv_buf_format(&item, " #%s", entry->note);
		cv_json_text(json, cv_buf_string(&item));
		cv_buf_drain(json->out);
	}
	cv_json_end_list(json);
	cv_buf_deinit(&item);
}

static void write_scalar(struct cv_json *json, const struct cv_api_part *part,
			 const struct cv_emission *emission, const struct cv_entry *entry)
{
	switch (part->kind) {
	case CV_API_FIXED:
		cv_json_text(json, part->text);
		break;
	case CV_API_OF_VALUE:
		cv_json_text(json, entry->more->value);
		break;
	case CV_API_OF_NOTE:
		cv_json_text(json, entry->note ? entry->note : "");
		break;
	case CV_API_OF_ALL:
		write_all(json, emission);
		break;
	case CV_API_OF_WORD:
		cv_json_text(json, attribute(entry, part->text));
		break;
	case CV_API_OF_WORDS:
		write_words(json, attribute(entry, part->text));
		break;
	case CV_API_TRUE:
	case CV_API_FALSE:
		cv_json_bool(json, part->kind == CV_API_TRUE);
		break;
	case CV_API_OF_FLAG:
		cv_json_bool(json, strcmp(attribute(entry, part->text), "yes") == 0);
		break;
	case CV_API_OBJECT:
	case CV_API_LIST:
	case CV_API_END:
		break;
	}
}

/* The parts up to the END of what is open; the place behind it. */
static const struct cv_api_part *write_parts(struct cv_json *json,
					     const struct cv_api_part *part,
					     const struct cv_emission *emission,
					     const struct cv_entry *entry)
{
	for (; part->kind != CV_API_END; part++) {
		if (is_left_out(part, entry))
			continue;
		if (part->key)
			cv_json_key(json, part->key);
		if (part->kind == CV_API_OBJECT) {
			cv_json_begin_object(json, true);
			part = write_parts(json, part + 1, emission, entry);
			cv_json_end_object(json);
		} else if (part->kind == CV_API_LIST) {
			cv_json_begin_list(json, true);
			part = write_parts(json, part + 1, emission, entry);
			cv_json_end_list(json);
		} else {
			write_scalar(json, part, emission, entry);
		}
	}
	return part;
}

static bool holds_all(const struct cv_api_part *part)
{
	for (unsigned depth = 1; depth; part++) {
		if (part->kind == CV_API_OF_ALL)
			return true;
		depth += part->kind == CV_API_OBJECT || part->kind == CV_API_LIST;
		depth -= part->kind == CV_API_END;
	}
	return false;
}

void cv_api_emit_bodies(const struct cv_emission *emission,
			const struct cv_api_call *calls)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];
		const struct cv_api_call *call = calls;
		struct cv_json json;

		while (strcmp(call->list, entry->list) != 0)
			call++;
		cv_json_open(&json, emission->out);
		cv_json_begin_object(&json, true);
		write_parts(&json, call->shape, emission, entry);
		cv_json_end_object(&json);
		cv_buf_drain(emission->out);
		if (holds_all(call->shape))
			return;
	}
}

void cv_api_emit_calls(const struct cv_emission *emission)
{
	struct cv_json json;

	cv_json_open(&json, emission->out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "format", "carveout-calls");
	cv_json_member_number(&json, "version", 1);
	cv_json_key(&json, "calls");
	cv_json_begin_list(&json, false);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *step = emission->entries[i];
		const char *path = strchr(step->more->value, ' ');
		struct cv_buf method = CV_BUF_INIT;

		cv_buf_add(&method, step->more->value,
			   (size_t)(path - step->more->value));
		cv_json_begin_object(&json, true);
		cv_json_member_number(&json, "order", i + 1);
		cv_json_member(&json, "list", step->more->name);
		cv_json_member(&json, "method", cv_buf_string(&method));
		cv_json_member(&json, "path", path + 1);
		cv_json_member(&json, CV_API_VALUE, attribute(step, CV_API_VALUE));
		cv_json_member(&json, CV_API_ID, attribute(step, CV_API_ID));
		cv_json_member(&json, CV_API_BODIES, attribute(step, CV_API_BODIES));
		cv_json_end_object(&json);
		cv_buf_deinit(&method);
	}
	cv_json_end_list(&json);
	cv_json_end_object(&json);
}

void cv_api_emit_removals(const struct cv_emission *emission)
{
	struct cv_json json;

	for (size_t i = 0; i < emission->count; i++) {
		cv_json_open(&json, emission->out);
		cv_json_begin_object(&json, true);
		cv_json_member(&json, "list", emission->entries[i]->list);
		cv_json_member(&json, "value", emission->entries[i]->more->value);
		cv_json_end_object(&json);
		cv_buf_drain(emission->out);
	}
}

/* What is not printable ASCII has no place in a comment; the question mark in its stead
 * makes the proof fail. */
static void write_comment(struct cv_buf *out, const char *text)
{
	cv_buf_ascii(out, text);
}

/* A word in single quotes, in which only a single quote means something. */
static void write_word(struct cv_buf *out, const char *word)
{
	cv_buf_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			cv_buf_text(out, "'\\''");
		else
			cv_buf_char(out, *word);
	}
	cv_buf_char(out, '\'');
}

static void write_steps(const struct cv_emission *emission, const char *list,
			const char *command)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *step = emission->entries[i];

		if (step->kind != CV_ENTRY_STEP || strcmp(step->list, list) != 0)
			continue;
		cv_buf_format(emission->out, "%s %s", command, step->more->name);
		if (step->more->value) {
			const char *path = strchr(step->more->value, ' ');

			cv_buf_char(emission->out, ' ');
			cv_buf_add(emission->out, step->more->value,
				   (size_t)(path - step->more->value));
			cv_buf_char(emission->out, ' ');
			write_word(emission->out, path + 1);
		}
		for (size_t a = 0; a < step->more->attribute_count; a++) {
			cv_buf_char(emission->out, ' ');
			write_word(emission->out, step->more->attributes[a].value);
		}
		cv_buf_char(emission->out, '\n');
	}
}

static void write_header(const struct cv_emission *emission, const char *before)
{
	for (size_t i = 0; i < emission->count; i++) {
		if (emission->entries[i]->kind != CV_ENTRY_HEADER)
			continue;
		cv_buf_text(emission->out, before);
		write_comment(emission->out, emission->entries[i]->more->value);
		cv_buf_char(emission->out, '\n');
	}
}

static void write_setting(const struct cv_emission *emission, const char *list)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *setting = emission->entries[i];

		if (setting->kind != CV_ENTRY_SETTING || strcmp(setting->list, list) != 0)
			continue;
		cv_buf_format(emission->out, "%s=", list);
		write_word(emission->out, setting->more->value);
		cv_buf_char(emission->out, '\n');
	}
}

static void write_line(const struct cv_emission *emission, const struct cv_api_line *line)
{
	switch (line->slot) {
	case CV_API_LINE:
		cv_buf_text(emission->out, line->text);
		cv_buf_char(emission->out, '\n');
		break;
	case CV_API_HEADER:
		write_header(emission, line->text);
		break;
	case CV_API_WORD:
		write_setting(emission, line->text);
		break;
	case CV_API_CALLS:
		write_steps(emission, CV_API_CALL, line->text);
		break;
	case CV_API_UNDOS:
		write_steps(emission, CV_API_UNDO, line->text);
		break;
	}
}

void cv_api_emit_script(const struct cv_emission *emission,
			const struct cv_api_line *const *sections)
{
	for (; *sections; sections++)
		for (const struct cv_api_line *line = *sections; line->text; line++)
			write_line(emission, line);
}
