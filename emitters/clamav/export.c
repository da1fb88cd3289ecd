/* Reads a clamd.conf: what clamd and clamonacc leave alone.  A line is a directive,
 * blanks, and a value without the blanks at its end, which double quotes may surround
 * (ClamAV, common/optparser.c).  Directives that have nothing to do with paths are passed
 * over. */
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "clamav/facts.h"
#include "export_lines.h"
#include "model/plan.h"

struct conf {
	struct cv_export_lines lines;
	const char *on_access; /* the list that stands for OnAccessExcludePath */
	const char *block;     /* SITE/SUBJECT; NULL: it is not known */
	bool expressions;      /* clamonacc takes them */
	bool inside;           /* in the block that carveout wrote */
	size_t directives;
};

/* Lines of our block carry our mark. */
static void read_comment(struct conf *conf, const char *line)
{
	static const char begin[] = CV_CLAMAV_BEGIN;
	const size_t size = sizeof begin - 1;

	if (strncmp(line, begin, size) == 0)
		conf->inside = !conf->block || strcmp(line + size, conf->block) == 0;
	else if (strcmp(line, CV_CLAMAV_END) == 0)
		conf->inside = false;
}

/* NULL: the quotes are not closed, or hold nothing. */
static char *unquoted(char *value)
{
	char *close;

	if (*value != '"')
		return value;
	close = strrchr(value + 1, '"');
	if (!close || close == value + 1)
		return NULL;
	*close = '\0';
	return value + 1;
}

static bool is_idle_folder(const struct conf *conf, const char *value)
{
	const size_t size = strlen(value);

	return !conf->expressions && (*value != '/' || strpbrk(value, "*?") ||
				      (size > 1 && value[size - 1] == '/'));
}

static void read_path(struct conf *conf, const char *list, char *value)
{
	value = unquoted(value);
	if (!value || !*value)
		cv_export_odd_line(&conf->lines, "a directive without a value");
	else if (strchr(value, '#'))
		cv_export_odd_line(&conf->lines,
				   "a value with #, which is a part of it or begins a "
				   "comment, as the version of ClamAV is");
	else if (list == conf->on_access && is_idle_folder(conf, value))
		cv_export_odd_line(&conf->lines,
				   "before " CV_CLAMAV_REGEX_VERSION
				   " this does nothing: a wildcard, or a separator at "
				   "the end, or no whole path");
	else
		cv_export_exclusion(&conf->lines, list, value)->ours = conf->inside;
}

static bool is_name(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789";

	return *text && strspn(text, letters) == strlen(text);
}

static void read_directive(struct conf *conf, char *line)
{
	char *value = strpbrk(line, " \t");

	if (value)
		*value++ = '\0';
	if (strncmp(line, "Example", 7) == 0) {
		cv_export_odd_line(&conf->lines, "clamd does not start with this line");
		return;
	}
	if (!value || !is_name(line)) {
		cv_export_odd_line(&conf->lines, "no directive with a value");
		return;
	}
	conf->directives++;
	value += strspn(value, " \t");
	if (strcasecmp(line, "ExcludePath") == 0)
		read_path(conf, "ExcludePath", value);
	else if (strcasecmp(line, "OnAccessExcludePath") == 0)
		read_path(conf, conf->on_access, value);
	else if (strncasecmp(line, "OnAccessExclude", 15) == 0)
		cv_export_odd_line(&conf->lines,
				   "leaves alone what a user opens, and no row names "
				   "users");
}

static const char *block_of(const struct cv_export_reading *reading)
{
	const struct cv_plan *plan = reading->plan;

	for (size_t i = 0; plan && i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_SETTING &&
		    strcmp(entry->list, CV_CLAMAV_BLOCK) == 0)
			return entry->more->value;
	}
	return NULL;
}

bool cv_clamav_read_export(struct cv_export_reading *reading)
{
	struct conf conf = {.expressions = cv_clamav_has_expressions(reading->options),
			    .block = block_of(reading)};
	char *line;

	conf.on_access =
		conf.expressions ? CV_CLAMAV_ON_ACCESS_REGEX : CV_CLAMAV_ON_ACCESS;
	if (!cv_export_lines_open(&conf.lines, reading))
		return false;
	while ((line = cv_export_line(&conf.lines))) {
		const size_t size = strlen(line);

		/* clamd drops blanks and tabs, and a CR belongs to the value. */
		line += strspn(line, " \t");
		for (size_t end = strlen(line); end > 0 && strchr(" \t", line[end - 1]);)
			line[--end] = '\0';
		if (*line == '#')
			read_comment(&conf, line);
		else if (*line && size > 1)
			read_directive(&conf, line);
	}
	return conf.directives > 0 ||
	       cv_export_refuse(reading, 0, "no directive of a clamd.conf stands there");
}
