/* Reads what fapolicyd trusts, or its rules, as the site chose (`entries`).
 *
 * Trusted files: a trust file (`PATH SIZE SHA256`, where %20 stands for a blank), or what
 * `fapolicyd-cli --dump-db` prints, with a word for the source before the path.  Rules: a
 * rules file, or what `fapolicyd-cli --list` prints, with numbers.  (fapolicyd,
 * src/cli/fapolicyd-cli.c and src/library/trust-file.c.) */
#include <string.h>

#include "base/ctx.h"
#include "export_lines.h"
#include "fapolicyd/facts.h"
#include "model/lexical.h"
#include "model/plan.h"

/* ---- what is trusted ---- */

/* Of a folder the plan trusts the files that were in it: it counts as there where one of
 * them is. */
struct wanted {
	const char *value;
	bool there; /* a folder of which an entry was made */
};

struct trust {
	struct cv_export_lines lines;
	struct wanted *wanted;
	size_t count, files;
};

static void find_wanted(struct trust *trust)
{
	const struct cv_export_reading *reading = trust->lines.reading;
	const struct cv_plan *plan = reading->plan;

	if (!plan)
		return;
	trust->wanted =
		CV_NEW_ARRAY(reading->ctx->arena, plan->entries.count, struct wanted);
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_EXCLUSION &&
		    strcmp(entry->list, "trust") == 0)
			trust->wanted[trust->count++].value = entry->more->value;
	}
}

static void add(struct trust *trust, const char *value)
{
	cv_export_exclusion(&trust->lines, "trust", value);
}

/* `named`: by an admin, and not by a package. */
static void add_file(struct trust *trust, const char *path, bool named)
{
	bool known = false;

	for (size_t i = 0; i < trust->count; i++) {
		struct wanted *wanted = &trust->wanted[i];
		const size_t size = strlen(wanted->value);
		const bool is_folder = size > 0 && wanted->value[size - 1] == '/';

		if (strcmp(wanted->value, path) == 0) {
			add(trust, path);
			known = true;
		} else if (is_folder && strncmp(path, wanted->value, size) == 0) {
			if (!wanted->there)
				add(trust, wanted->value);
			known = wanted->there = true;
		}
	}
	if (!known && named)
		add(trust, path);
}

/* Cuts off the last word; NULL: there is none. */
static char *last_word(char *line)
{
	char *blank = strrchr(line, ' ');

	if (!blank || !blank[1])
		return NULL;
	*blank = '\0';
	return blank + 1;
}

static void put_blanks(char *path)
{
	char *to = path;

	while (*path) {
		if (strncmp(path, "%20", 3) == 0) {
			*to++ = ' ';
			path += 3;
		} else {
			*to++ = *path++;
		}
	}
	*to = '\0';
}

static void read_trusted(struct trust *trust, char *line)
{
	const char *digest = last_word(line), *size = digest ? last_word(line) : NULL;
	char *path = strchr(line, '/');
	bool named = path == line;

	if (!size || strlen(digest) != 64 ||
	    !cv_lexical_is_made_of(digest, cv_lexical_hex) ||
	    !cv_lexical_is_made_of(size, cv_lexical_digits) || !path ||
	    (!named && (path == line + 1 || path[-1] != ' '))) {
		cv_export_odd_line(&trust->lines, "no path with its size and SHA-256");
		return;
	}
	trust->files++;
	if (named)
		put_blanks(path);
	else
		named = strncmp(line, "filedb ", 7) == 0;
	if (strchr(path, '%'))
		cv_export_odd_line(&trust->lines,
				   "a path with %, which may stand for something else");
	else
		add_file(trust, path, named);
}

static bool read_trust(struct cv_export_reading *reading)
{
	struct trust trust = {.count = 0};
	char *line;

	if (!cv_export_lines_open(&trust.lines, reading))
		return false;
	find_wanted(&trust);
	while ((line = cv_export_line(&trust.lines))) {
		line = cv_export_trimmed(line);
		if (strcmp(line, "Trust database is empty") == 0)
			trust.files++;
		else if (*line && *line != '#')
			read_trusted(&trust, line);
	}
	return trust.files > 0 ||
	       cv_export_refuse(reading, 0,
				"no trust file and nothing that `fapolicyd-cli "
				"--dump-db` prints");
}

/* ---- rules ---- */

struct rules {
	struct cv_export_lines lines;
	size_t count;
	bool denying, overruled;
	size_t denied; /* where the first rule that denies by more than types stands */
};

/* The three rules that carveout writes. */
static const struct {
	const char *before, *after, *list;
} shapes[] = {
	{"allow perm=any exe=", " : all", "exe"},
	{"allow perm=execute all : dir=", "", "dir"},
	{"allow perm=execute all : path=", "", "path"},
};

static const char *list_of(char *rule, const char **value_out)
{
	const size_t size = strlen(rule);

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const size_t front = strlen(shapes[i].before);
		const size_t back = strlen(shapes[i].after);

		if (size <= front + back || strncmp(rule, shapes[i].before, front) ||
		    strcmp(rule + size - back, shapes[i].after))
			continue;
		if (strcspn(rule + front, " ,%") < size - front - back)
			return NULL;
		rule[size - back] = '\0';
		*value_out = rule + front;
		return shapes[i].list;
	}
	return NULL;
}

static bool holds_path(const char *rule)
{
	return strstr(rule, " exe=") || strstr(rule, " dir=") || strstr(rule, " path=") ||
	       strstr(rule, " exe_dir=");
}

/* Rules by type, by pattern, by user and by trust are fapolicyd's own, and no row asks
 * for them. */
static void read_rule(struct rules *rules, char *rule)
{
	const char *value, *list = list_of(rule, &value);

	rules->count++;
	if (list) {
		cv_export_exclusion(&rules->lines, list, value);
		rules->overruled = rules->overruled || rules->denying;
	} else if (strncmp(rule, "deny", 4) == 0) {
		if (!rules->denying && !strstr(rule, " ftype=") &&
		    !strstr(rule, " pattern=")) {
			rules->denying = true;
			rules->denied = cv_export_line_place(&rules->lines);
		}
	} else if (holds_path(rule)) {
		cv_export_odd_line(&rules->lines, "a rule that allows a path in a way "
						  "that is not compared");
	}
}

/* `1. ` before a rule and `-> ` before a set are of the listing. */
static char *without_number(char *line)
{
	const size_t digits = strspn(line, cv_lexical_digits);

	if (digits && strncmp(line + digits, ". ", 2) == 0)
		return line + digits + 2;
	return strncmp(line, "-> ", 3) == 0 ? line + 3 : line;
}

static void read_rule_line(struct rules *rules, char *line)
{
	line = without_number(cv_export_trimmed(line));
	if (!*line || *line == '#' || *line == '%')
		return;
	if (strncmp(line, "allow", 5) == 0 || strncmp(line, "deny", 4) == 0)
		read_rule(rules, line);
	else
		cv_export_odd_line(&rules->lines, "no rule of fapolicyd");
}

static bool read_rules(struct cv_export_reading *reading)
{
	struct rules rules = {.count = 0};
	char *line;

	if (!cv_export_lines_open(&rules.lines, reading))
		return false;
	while ((line = cv_export_line(&rules.lines)))
		read_rule_line(&rules, line);
	if (rules.overruled)
		cv_export_overruled(reading, rules.denied,
				    "a rule that denies stands before some that allow a "
				    "path, and where both match it decides");
	return rules.count > 0 ||
	       cv_export_refuse(reading, 0,
				"no rules and nothing that `fapolicyd-cli --list` "
				"prints");
}

bool cv_fapolicyd_read_export(struct cv_export_reading *reading)
{
	return cv_fapolicyd_wants_rules(reading->options) ? read_rules(reading)
							  : read_trust(reading);
}
