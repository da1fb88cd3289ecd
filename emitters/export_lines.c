#include "export_lines.h"

#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"

bool cv_export_lines_open(struct cv_export_lines *lines,
			  struct cv_export_reading *reading)
{
	*lines = (struct cv_export_lines){.reading = reading};
	reading->shows = CV_ENTRY_EXCLUSION;
	return cv_export_text_open(reading, &lines->text);
}

char *cv_export_line(struct cv_export_lines *lines)
{
	const char *start = lines->text.text + lines->at, *end;
	const size_t left = lines->text.size - lines->at;

	if (left == 0)
		return NULL;
	lines->start = lines->at;
	end = memchr(start, '\n', left);
	lines->at += end ? (size_t)(end - start) + 1 : left;
	return cv_arena_copy(lines->reading->ctx->arena, start,
			     end ? (size_t)(end - start) : left);
}

char *cv_export_trimmed(char *line)
{
	size_t size;

	line += strspn(line, " \t");
	size = strlen(line);
	while (size > 0 && strchr(" \t\r", line[size - 1]))
		size--;
	line[size] = '\0';
	return line;
}

size_t cv_export_line_place(struct cv_export_lines *lines)
{
	return cv_export_text_place(&lines->text, lines->start);
}

struct cv_entry *cv_export_exclusion(struct cv_export_lines *lines, const char *list,
				     const char *value)
{
	struct cv_export_reading *reading = lines->reading;
	struct cv_entry *entry =
		cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_EXCLUSION,
			       cv_export_line_place(lines));

	entry->list = list;
	entry->more->value = value;
	return entry;
}

void cv_export_odd_line(struct cv_export_lines *lines, const char *what)
{
	cv_export_unknown(lines->reading, cv_export_line_place(lines), what);
}

void cv_export_overruled(struct cv_export_reading *reading, size_t place,
			 const char *what)
{
	*CV_ADD(reading->ctx->arena, &reading->remarks, struct cv_export_remark) =
		(struct cv_export_remark){CV_F_OVERRULED, place, what};
}
