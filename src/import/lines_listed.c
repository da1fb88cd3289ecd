/* Rows of names: requirements, supported systems, permissions, roles. */
#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/lines_parts.h"
#include "import/texts.h"

enum { MOST_NAME = 8, MOST_CELLS = CV_COLUMNS_MOST };

static const char *copy(struct cv_lines *lines, const char *from, const char *to)
{
	while (to > from && (to[-1] == ' ' || (to - from > 1 && to[-1] == '\xA0' &&
					       to[-2] == '\xC2' && to--)))
		to--;
	return cv_arena_copy(lines->ctx->arena, from, (size_t)(to - from));
}

static struct cv_cell cell_of(struct cv_lines *lines, struct cv_text line,
			      const char *from, const char *to)
{
	struct cv_cell cell = {.kind = CV_CELL_WORDS};

	cell.words.text = copy(lines, from, to);
	cell.words.at = cv_span_within(line, from, strlen(cell.words.text));
	if (!*cell.words.text)
		cell.kind = CV_CELL_BLANK;
	return cell;
}

static const char *next_word(const char *p)
{
	p += strcspn(p, " ");
	return p + strspn(p, " ");
}

static size_t word_count(const char *p)
{
	size_t count = 0;

	for (; *p; p = next_word(p))
		count++;
	return count;
}

static bool is_prose(const char *line)
{
	const size_t size = strlen(line);

	return word_count(line) > MOST_NAME || (size && strchr(".:", line[size - 1]));
}

/* `Core Platform 7.2 or later`: the shortest name with a constraint behind it. */
static void read_requirement(struct cv_lines *lines, struct cv_text line)
{
	struct cv_cell cells[2];
	const char *constraint, *why;

	for (const char *p = next_word(line.text); *p; p = next_word(p))
		if (cv_cell_constraint(lines->ctx, p, &constraint, &why) == CV_TOLD) {
			cells[0] = cell_of(lines, line, line.text, p);
			cells[1] = cell_of(lines, line, p, p + strlen(p));
			cv_lines_add_row(lines, cells, 2, line.at);
			return;
		}
	cells[0] = cell_of(lines, line, line.text, line.text + strlen(line.text));
	cells[1] = (struct cv_cell){.kind = CV_CELL_BLANK, .words = {"", line.at}};
	cv_lines_add_row(lines, cells, 2, line.at);
}

/* The longest beginning that names a system, or NULL. */
static const char *behind_system(struct cv_lines *lines, const char *line)
{
	const char *found = NULL;

	for (const char *p = line; *p;) {
		p = next_word(p);
		if (cv_cell_system(copy(lines, line, p)))
			found = p;
	}
	return found;
}

/* `macOS 10.11 and later`; a family's name alone stands above its systems. */
static bool read_system(struct cv_lines *lines, struct cv_text line)
{
	const char *rest = behind_system(lines, line.text);
	struct cv_cell cells[2];

	if (!rest)
		return strncmp(line.text, "\xC2\xA0", 2) == 0 &&
		       strspn(line.text, "\xC2\xA0 ") == strlen(line.text);
	cells[0] = cell_of(lines, line, line.text, rest);
	cells[1] = cell_of(lines, line, rest, rest + strlen(rest));
	if (cells[1].kind == CV_CELL_WORDS)
		cv_lines_add_row(lines, cells, 2, line.at);
	return true;
}

/* A role's name ends with a word for somebody. */
static const char *behind_role(const char *line)
{
	static const char *const nouns[] = {"user",     "administrator", "operator",
					    "approver", "account",       "auditor",
					    "author",   "owner",         "role"};

	for (const char *p = line; *p; p = next_word(p)) {
		const size_t size = strcspn(p, " ");

		for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
			if (strlen(nouns[i]) == size &&
			    strncasecmp(nouns[i], p, size) == 0)
				return next_word(p);
	}
	return NULL;
}

static bool read_role(struct cv_lines *lines, struct cv_text line)
{
	const char *rest = behind_role(line.text);
	struct cv_cell cells[2];

	if (!rest || !*rest)
		return false;
	cells[0] = cell_of(lines, line, line.text, rest);
	cells[1] = cell_of(lines, line, rest, rest + strlen(rest));
	cv_lines_add_row(lines, cells, 2, line.at);
	return true;
}

/* Whether every word of the line is a grant, with a footnote behind it or not. */
static bool is_grants(const char *line)
{
	for (const char *p = line; *p; p = next_word(p)) {
		size_t size = strcspn(p, " ");

		while (size && isdigit((unsigned char)p[size - 1]))
			size--;
		if (!size || !cv_cell_is_grant(p, size))
			return false;
	}
	return *line != '\0';
}

/* The end of the line that the caption names, as "Platform Content" in "... platform
 * content permissions": the type; NULL: it names none. */
static const char *type_of(const struct cv_lines *lines, const char *line)
{
	for (const char *p = next_word(line); *p; p = next_word(p)) {
		const size_t size = strlen(p);

		for (const char *c = lines->caption ? lines->caption : ""; *c; c++)
			if (strncasecmp(c, p, size) == 0)
				return p;
	}
	return NULL;
}

struct grants {
	struct cv_cell cells[MOST_CELLS];
	size_t count;
	bool open; /* the last cell goes on: no empty line since */
	struct cv_span at;
	size_t names; /* cells before the grants */
};

static void end_permission(struct cv_lines *lines, struct grants *grants)
{
	if (grants->count > grants->names)
		cv_lines_add_row(lines, grants->cells, grants->count, grants->at);
	grants->count = 0;
}

static void begin_permission(struct cv_lines *lines, struct grants *grants,
			     struct cv_text line)
{
	const char *end = line.text + strlen(line.text);
	const char *type = grants->names > 1 ? type_of(lines, line.text) : NULL;

	end_permission(lines, grants);
	grants->at = line.at;
	grants->cells[0] = cell_of(lines, line, line.text, type ? type : end);
	if (grants->names > 1)
		grants->cells[1] = type ? cell_of(lines, line, type, end)
					: (struct cv_cell){.kind = CV_CELL_BLANK,
							   .words = {"", line.at}};
	grants->count = grants->names;
	grants->open = false;
}

static void add_grants(struct cv_lines *lines, struct grants *grants, struct cv_text line)
{
	struct cv_cell *cell;

	if (grants->count == 0 || grants->count == MOST_CELLS)
		return;
	if (!grants->open) {
		grants->cells[grants->count++] =
			cell_of(lines, line, line.text, line.text + strlen(line.text));
		grants->open = true;
		return;
	}
	cell = &grants->cells[grants->count - 1];
	cell->words.text =
		cv_arena_format(lines->ctx->arena, "%s\n%s", cell->words.text,
				copy(lines, line.text, line.text + strlen(line.text)));
}

/* Names of permissions and below each the grants of its cells, which empty lines part.
 * Empty cells are lost in this form: a row with fewer than columns says so by its count.
 * A line between a name and its grants describes the permission. */
static void read_permissions(struct cv_lines *lines, size_t *i)
{
	struct grants grants = {
		.names = cv_columns_find(&lines->columns, CV_COLUMN_PERMISSION_TYPE) <
					 lines->columns.count
				 ? 2
				 : 1};
	struct cv_columns columns;
	bool gap, parted, done = false;

	while (!done) {
		size_t at = *i;
		const struct cv_block *line = cv_lines_next(lines, &at, &gap);

		if (gap)
			grants.open = false;
		if (!line || cv_lines_header(lines, at, &columns, &parted) ||
		    cv_lines_header(lines, at + 1, &columns, &parted))
			break;
		if (is_grants(line->words.text))
			add_grants(lines, &grants, line->words);
		else if (isdigit((unsigned char)*line->words.text) ||
			 (is_prose(line->words.text) && grants.count != grants.names))
			done = true;
		else if (grants.count != grants.names)
			begin_permission(lines, &grants, line->words);
		if (!done)
			*i = at + 1;
	}
	end_permission(lines, &grants);
}

void cv_lines_read_listed(struct cv_lines *lines, size_t *i)
{
	const enum cv_section section = lines->columns.section;
	const bool roles = cv_columns_find(&lines->columns, CV_COLUMN_ENABLES) <
			   lines->columns.count;
	bool gap;

	if (section == CV_SECTION_PERMISSIONS && !roles) {
		read_permissions(lines, i);
		return;
	}
	for (;;) {
		size_t at = *i;
		const struct cv_block *line = cv_lines_next(lines, &at, &gap);

		if (!line)
			return;
		if (section == CV_SECTION_REQUIRES) {
			if (gap || is_prose(line->words.text))
				return;
			read_requirement(lines, line->words);
		} else if (section == CV_SECTION_SUPPORTS) {
			if (!read_system(lines, line->words))
				return;
		} else if (gap || !read_role(lines, line->words)) {
			return;
		}
		*i = at + 1;
	}
}
