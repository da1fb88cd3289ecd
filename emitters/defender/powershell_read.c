/* Reads a script back: every byte of the fixed lines is compared, every slot parsed,
 * so that no byte can change without the script being refused or an entry coming out
 * different. */
#include "base/ctx.h"
#include "defender/powershell.h"
#include "model/plan.h"
#include "powershell_read.h"

struct cursor {
	struct cv_powershell script;
	enum cv_operation operation;
};

static bool fail(struct cursor *cursor, const char *why)
{
	return cv_powershell_fail(&cursor->script, why);
}

static bool take(struct cursor *cursor, const char *text)
{
	return cv_powershell_take(&cursor->script, text);
}

static bool read_comment(struct cursor *cursor, const char **text_out)
{
	return cv_powershell_read_comment(&cursor->script, text_out);
}

static bool read_literal(struct cursor *cursor, const char **value_out)
{
	return cv_powershell_read_literal(&cursor->script, value_out);
}

static struct cv_entry *add(struct cursor *cursor, enum cv_entry_kind kind)
{
	struct cv_reading *reading = cursor->script.reading;

	return cv_reading_begin(reading, kind,
				(size_t)(cursor->script.at - reading->bytes));
}

static bool read_header(struct cursor *cursor, const char *before)
{
	while (take(cursor, before)) {
		struct cv_entry *entry = add(cursor, CV_ENTRY_HEADER);

		if (!read_comment(cursor, &entry->more->value))
			return false;
	}
	return true;
}

static bool read_setting(struct cursor *cursor, const struct cv_defender_line *line)
{
	struct cv_entry *entry;

	if (!take(cursor, line->text))
		return fail(cursor, "the fixed text differs");
	entry = add(cursor, CV_ENTRY_SETTING);
	entry->operation = cursor->operation;
	entry->list = line->list;
	if (!read_literal(cursor, &entry->more->value))
		return false;
	if (!take(cursor, "\r\n"))
		return fail(cursor, "something stands behind a setting");
	return true;
}

static bool read_entries(struct cursor *cursor, const char *list)
{
	while (take(cursor, CV_DEFENDER_INDENT)) {
		struct cv_entry *entry = add(cursor, CV_ENTRY_EXCLUSION);

		entry->operation = cursor->operation;
		entry->list = list;
		if (!read_literal(cursor, &entry->more->value))
			return false;
		if (take(cursor, "\r\n"))
			continue;
		if (!take(cursor, CV_DEFENDER_NOTE))
			return fail(cursor, "something stands behind the entry");
		if (!read_comment(cursor, &entry->note))
			return false;
	}
	return true;
}

static bool read_line(struct cursor *cursor, const struct cv_defender_line *line)
{
	switch (line->slot) {
	case CV_DEFENDER_TEXT:
		if (!take(cursor, line->text) || !take(cursor, "\r\n"))
			return fail(cursor, "the fixed text differs");
		return true;
	case CV_DEFENDER_HEADER:
		return read_header(cursor, line->text);
	case CV_DEFENDER_SETTING:
		return read_setting(cursor, line);
	case CV_DEFENDER_ENTRIES:
		return read_entries(cursor, line->text);
	}
	return false;
}

static bool read_script(struct cv_reading *reading,
			const struct cv_defender_line *const *sections,
			enum cv_operation operation)
{
	struct cursor cursor = {
		.script = cv_powershell_open(reading),
		.operation = operation,
	};
	bool fine = true;

	for (; fine && *sections; sections++)
		for (const struct cv_defender_line *line = *sections; fine && line->text;
		     line++)
			fine = read_line(&cursor, line);
	if (fine && cursor.script.at < cursor.script.end)
		fine = fail(&cursor, "something stands behind the script");
	cv_powershell_close(&cursor.script);
	return fine;
}

bool cv_defender_powershell_read_script(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_script, CV_ADD);
}

bool cv_defender_powershell_read_paste(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_paste, CV_ADD);
}

bool cv_defender_powershell_read_detect(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_detect, CV_ADD);
}

bool cv_defender_powershell_read_remediate(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_remediate, CV_ADD);
}

bool cv_defender_powershell_read_undo(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_undo, CV_REMOVE);
}
