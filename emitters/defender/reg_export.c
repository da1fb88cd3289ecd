/* Reads what `reg export` writes of Defender's policy keys, and of keys above them.  A
 * value's name is the entry; its data is not used, whatever its type (the administrative
 * template says so).  Exclusions that are no policy stand elsewhere in the registry. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "defender/reg.h"
#include "export_text.h"
#include "model/plan.h"

#define EXTENSIONS "ExclusionExtension"
#define LOCAL "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions"
#define FIRST_LINE "Windows Registry Editor Version 5.00"

/* What the key that was read last is. */
enum section { ELSEWHERE, POLICY, LIST, OTHER_LIST, LOCAL_LIST };

struct export
{
	struct cv_export_reading *reading;
	struct cv_export_text text;
	const char *at, *end;
	enum section section;
	const struct cv_reg_key *key;
	unsigned switched, filled; /* a bit a list */
	struct cv_buf value;
};

static size_t place_of(struct export *export, const char *at)
{
	return cv_export_text_place(&export->text, (size_t)(at - export->text.text));
}

/* The rest of the line without its end; steps over it. */
static const char *take_line(struct export *export, size_t *size_out)
{
	const char *line = export->at;
	const char *stop = memchr(line, '\n', (size_t)(export->end - line));

	export->at = stop ? stop + 1 : export->end;
	*size_out = (size_t)((stop ? stop : export->end) - line);
	if (*size_out && line[*size_out - 1] == '\r')
		--*size_out;
	return line;
}

static bool is_text(const char *line, size_t size, const char *text)
{
	return size == strlen(text) && strncasecmp(line, text, size) == 0;
}

static bool is_below(const char *line, size_t size, const char *key)
{
	const size_t length = strlen(key);

	return size > length && strncasecmp(line, key, length) == 0 &&
	       line[length] == '\\';
}

/* `[KEY]`, without its brackets. */
static void read_key(struct export *export, const char *key, size_t size)
{
	const size_t above = strlen(CV_REG_POLICY) + 1;

	export->section = ELSEWHERE;
	if (is_text(key, size, CV_REG_POLICY)) {
		export->section = POLICY;
	} else if (is_below(key, size, CV_REG_POLICY)) {
		export->section = OTHER_LIST;
		for (export->key = cv_reg_keys; export->key->list; export->key++) {
			if (is_text(key + above, size - above, export->key->key)) {
				export->section = LIST;
				return;
			}
		}
	} else if (is_below(key, size, LOCAL)) {
		export->section = LOCAL_LIST;
	}
}

/* The name of a value, between double quotes; what stands behind it in *rest_out. */
static bool read_name(struct export *export, const char *line, size_t size,
		      size_t *rest_out)
{
	size_t at = 1;

	export->value.size = 0;
	for (; at < size && line[at] != '"'; at++) {
		if (line[at] == '\\' && at + 1 < size)
			at++;
		cv_buf_char(&export->value, line[at]);
	}
	*rest_out = at + 2;
	return at + 1 < size && line[at + 1] == '=';
}

static void add_entry(struct export *export, const char *line)
{
	struct cv_ctx *ctx = export->reading->ctx;
	const char *value = cv_buf_string(&export->value);
	struct cv_entry *entry =
		cv_entries_add(ctx, &export->reading->entries, CV_ENTRY_EXCLUSION,
			       place_of(export, line));

	entry->list = export->key->list;
	/* Extensions stand with or without their dot; the plan has it. */
	entry->more->value = strcmp(entry->list, EXTENSIONS) == 0 && *value != '.'
				     ? cv_arena_format(ctx->arena, ".%s", value)
				     : cv_intern_text(ctx, value);
	export->filled |= 1u << (export->key - cv_reg_keys);
}

static void read_switch(struct export *export, const char *line, const char *data,
			size_t size)
{
	const char *name = cv_buf_string(&export->value);

	for (const struct cv_reg_key *key = cv_reg_keys; key->list; key++) {
		struct cv_entry *entry;

		if (strcasecmp(name, key->switched) != 0)
			continue;
		entry = cv_entries_add(export->reading->ctx, &export->reading->entries,
				       CV_ENTRY_SETTING, place_of(export, line));
		entry->list = CV_REG_SWITCH;
		entry->more->name = key->switched;
		entry->more->value =
			is_text(data, size, "dword:00000001") ? "1" : "not 1";
		export->switched |= 1u << (key - cv_reg_keys);
		return;
	}
	cv_export_unknown(export->reading, place_of(export, line),
			  "a value of the policy that is no switch of a list");
}

static void read_value(struct export *export, const char *line, size_t size)
{
	size_t rest;

	if (*line == '@')
		return;
	if (!read_name(export, line, size, &rest)) {
		cv_export_unknown(export->reading, place_of(export, line),
				  "a line that is no value");
		return;
	}
	switch (export->section) {
	case POLICY:
		read_switch(export, line, line + rest, size - rest);
		break;
	case LIST:
		add_entry(export, line);
		break;
	case OTHER_LIST:
		cv_export_unknown(export->reading, place_of(export, line),
				  "an entry of another list of the policy");
		break;
	case LOCAL_LIST:
		cv_export_unknown(
			export->reading, place_of(export, line),
			"an exclusion of the computer itself, which is no policy");
		break;
	case ELSEWHERE:
		break;
	}
}

/* A value in hexadecimal digits goes on where its line ends in a backslash. */
static void skip_continued(struct export *export, const char *line, size_t size)
{
	while (size && line[size - 1] == '\\' && export->at < export->end)
		line = take_line(export, &size);
}

static void read_lines(struct export *export)
{
	while (export->at < export->end) {
		size_t size;
		const char *line = take_line(export, &size);

		if (size > 2 && line[0] == '[' && line[size - 1] == ']') {
			read_key(export, line + 1, size - 2);
		} else if (size && *line != ';') {
			if (export->section != ELSEWHERE)
				read_value(export, line, size);
			skip_continued(export, line, size);
		}
	}
}

static void check_switches(struct export *export)
{
	for (unsigned i = 0; cv_reg_keys[i].list; i++)
		if (export->filled & ~export->switched & 1u << i)
			cv_export_unknown(
				export->reading, 0,
				cv_arena_format(
					export->reading->ctx->arena,
					"entries of %s without the value %s: it is "
					"not documented whether they count",
					cv_reg_keys[i].list, cv_reg_keys[i].switched));
}

bool cv_reg_read_export(struct cv_export_reading *reading)
{
	struct export export = {.reading = reading, .value = CV_BUF_INIT};
	const char *line;
	size_t size;

	reading->shows = CV_ENTRY_EXCLUSION | CV_ENTRY_SETTING;
	if (!cv_export_text_open(reading, &export.text))
		return false;
	export.at = export.text.text;
	export.end = export.at + export.text.size;
	line = take_line(&export, &size);
	if (!is_text(line, size, FIRST_LINE))
		return cv_export_refuse(reading, 0,
					"the first line is not that of `reg export`");
	read_lines(&export);
	check_switches(&export);
	cv_buf_deinit(&export.value);
	return true;
}
