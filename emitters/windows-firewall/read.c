/* Reads a script back: every byte of the fixed lines is compared, every slot parsed.  Of
 * each value only the one spelling that the emitter uses is taken, so that no byte can
 * change without the script being refused or an entry coming out different. */
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "powershell_read.h"
#include "windows-firewall/facts.h"
#include "windows-firewall/read.h"

static bool read_header(struct cv_winfw_reader *reader, const char *before)
{
	while (cv_powershell_take(&reader->script, before)) {
		struct cv_entry *entry = cv_winfw_reader_add(reader, CV_ENTRY_HEADER);

		entry->operation = CV_ADD;
		if (!cv_powershell_read_comment(&reader->script, &entry->more->value))
			return false;
	}
	return true;
}

static bool read_setting(struct cv_winfw_reader *reader, const struct cv_winfw_line *line)
{
	struct cv_entry *entry;

	if (!cv_powershell_take(&reader->script, line->text))
		return cv_powershell_fail(&reader->script, "the fixed text differs");
	entry = cv_winfw_reader_add(reader, CV_ENTRY_SETTING);
	entry->list = line->list;
	return cv_powershell_read_literal(&reader->script, &entry->more->value) &&
	       cv_winfw_read_end(reader);
}

static bool read_names(struct cv_winfw_reader *reader)
{
	while (cv_powershell_take(&reader->script, CV_WINFW_INDENT)) {
		struct cv_entry *entry = cv_winfw_reader_add(reader, CV_ENTRY_FLOW);

		if (!cv_powershell_read_literal(&reader->script, &entry->more->name) ||
		    !cv_winfw_read_end(reader))
			return false;
	}
	return true;
}

static bool read_rules(struct cv_winfw_reader *reader)
{
	while (cv_powershell_take(&reader->script, CV_WINFW_INDENT "@{\r\n"))
		if (!cv_winfw_read_rule(reader))
			return false;
	return true;
}

static bool read_line(struct cv_winfw_reader *reader, const struct cv_winfw_line *line)
{
	switch (line->slot) {
	case CV_WINFW_TEXT:
		if (reader->is_paste && !*line->text)
			return true;
		if (!cv_powershell_take(&reader->script, line->text) ||
		    !cv_powershell_take(&reader->script, "\r\n"))
			return cv_powershell_fail(&reader->script,
						  "the fixed text differs");
		return true;
	case CV_WINFW_HEADER:
		return read_header(reader, line->text);
	case CV_WINFW_SETTING:
		return read_setting(reader, line);
	case CV_WINFW_RULES:
		return read_rules(reader);
	case CV_WINFW_NAMES:
		return read_names(reader);
	}
	return false;
}

static bool read_script(struct cv_winfw_reader *reader,
			const struct cv_winfw_line *const *sections)
{
	bool fine = true;

	for (; fine && *sections; sections++)
		for (const struct cv_winfw_line *line = *sections; fine && line->text;
		     line++)
			fine = read_line(reader, line);
	if (fine && reader->script.at < reader->script.end)
		fine = cv_powershell_fail(&reader->script,
					  "something stands behind the script");
	cv_powershell_close(&reader->script);
	return fine;
}

bool cv_winfw_read_script(struct cv_reading *reading)
{
	struct cv_winfw_reader reader = {.script = cv_powershell_open(reading)};

	return read_script(&reader, cv_winfw_script);
}

bool cv_winfw_read_paste(struct cv_reading *reading)
{
	struct cv_winfw_reader reader = {.script = cv_powershell_open(reading),
					 .is_paste = true};

	return read_script(&reader, cv_winfw_paste);
}

bool cv_winfw_read_undo(struct cv_reading *reading)
{
	struct cv_winfw_reader reader = {.script = cv_powershell_open(reading),
					 .operation = CV_REMOVE};

	return read_script(&reader, cv_winfw_undo);
}

bool cv_winfw_read_export_script(struct cv_reading *reading)
{
	struct cv_winfw_reader reader = {.script = cv_powershell_open(reading)};

	return read_script(&reader, cv_winfw_export);
}
