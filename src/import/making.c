/* What all kinds of rows are made with: cells, fields, holes, names, conditions. */
#include "import/making.h"

#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/answers.h"
#include "import/texts.h"
#include "model/field.h"

const struct cv_cell *cv_making_cell(struct cv_making *making, size_t row, size_t column)
{
	return &making->table->rows[row].cells[column];
}

const struct cv_cell *cv_making_role(struct cv_making *making, size_t row,
				     enum cv_column role)
{
	const size_t column = cv_columns_find(&making->columns, role);

	return column < making->columns.count ? cv_making_cell(making, row, column)
					      : NULL;
}

static const char *origin(struct cv_making *making, size_t row, struct cv_span at)
{
	struct cv_place place;

	if (making->page->form == CV_PAGE_HTML && making->table)
		return cv_arena_format(making->ctx->arena, "table %zu, row %zu",
				       making->number, row - making->first + 1);
	if (!cv_source_place(making->ctx, at, &place))
		return "";
	return cv_arena_format(making->ctx->arena, "line %zu", place.line);
}

struct cv_draft_row *cv_making_row(struct cv_making *making, size_t row)
{
	struct cv_draft_row *made =
		CV_ADD(making->ctx->arena, &making->block->rows, struct cv_draft_row);

	made->section = making->block->section;
	if (making->table) {
		made->at = making->table->rows[row].at;
		made->origin = origin(making, row, made->at);
	}
	return made;
}

void cv_making_put(struct cv_making *making, struct cv_draft_row *row, const char *key,
		   const char *value, struct cv_span at)
{
	struct cv_draft_field *field = cv_draft_add(making->ctx, row, key, at);

	cv_texts_add(making->ctx, &field->values, value, at);
}

/* The words as a hole has them: in one line. */
static const char *in_one_line(struct cv_making *making, const char *words)
{
	char *line = cv_arena_text(making->ctx->arena, words);

	for (char *c = line; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return line;
}

void cv_making_hole(struct cv_making *making, struct cv_draft_row *row, const char *key,
		    const char *words, struct cv_span at, enum cv_code code,
		    const char *why)
{
	struct cv_draft_field *field = cv_draft_add(making->ctx, row, key, at);

	field->hole = in_one_line(making, words);
	field->values = (struct cv_texts){0};
	cv_find(making->ctx, code, at, "`%s` of %s%s%s: %s",
		cv_shown(making->ctx, field->hole), key, *row->origin ? ", " : "",
		row->origin, why);
}

void cv_making_open(struct cv_making *making, struct cv_draft_row *row, const char *key,
		    const struct cv_cell *cell, const char *why)
{
	enum cv_code code = CV_F_OPEN_CELL;
	const char *words = cell->words.text;

	if (cell->kind == CV_CELL_BLANK) {
		code = CV_F_SPAN_OR_EMPTY;
		words = "a blank cell";
	} else if (!*words) {
		code = CV_F_EMPTY_CELL;
		words = "an empty cell";
		why = "a row says nothing without it";
	}
	cv_making_hole(making, row, key, words, cell->words.at, code,
		       cell->why ? cell->why : why);
}

const char *cv_making_clean(struct cv_making *making, struct cv_text words)
{
	const char *marks,
		*name = cv_cell_name(making->ctx, words.text, making->notes, &marks);

	if (marks)
		cv_find(making->ctx, CV_F_GLUED_FOOTNOTE, words.at,
			"`%s` is `%s` with the mark of footnote %s",
			cv_shown(making->ctx, words.text), cv_shown(making->ctx, name),
			marks);
	return name;
}

const char *cv_making_clean_quietly(struct cv_making *making, const char *words)
{
	const char *marks;

	return cv_cell_name(making->ctx, words, making->notes, &marks);
}

struct cv_draft_name *cv_making_declare(struct cv_making *making, struct cv_table *names,
					const char *name, struct cv_span at)
{
	struct cv_draft_name *one;

	for (size_t i = 0; i < names->count; i++) {
		one = CV_AT(names, struct cv_draft_name, i);
		if (strcmp(one->name, name) == 0)
			return one;
	}
	one = CV_ADD(making->ctx->arena, names, struct cv_draft_name);
	one->name = name;
	one->at = at;
	return one;
}

static bool begins_with_name(const char *words, const char *name)
{
	const size_t size = strlen(name);

	return strncmp(words, name, size) == 0 && words[size] == ' ' &&
	       isupper((unsigned char)words[size + 1]);
}

/* Whether the words are a name of the page with a second one behind it. */
static bool is_two_names(const struct cv_making *making, const char *words)
{
	const struct cv_table *const names[] = {
		&making->draft->devices, &making->draft->parties, &making->draft->places};

	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < names[k]->count; i++)
			if (begins_with_name(
				    words,
				    CV_AT(names[k], struct cv_draft_name, i)->name))
				return true;
	return false;
}

static bool is_everybody(const char *words)
{
	static const char *const all[] = {"any",        "all",
					  "*",          "internet",
					  "anyone",     "internet (any)",
					  "any source", "any destination",
					  "everyone",   NULL};

	for (size_t i = 0; all[i]; i++)
		if (strcasecmp(words, all[i]) == 0)
			return true;
	return false;
}

static const char *why_no_name(struct cv_making *making, const struct cv_table *names,
			       const char *words)
{
	enum { MOST_NAMES = 1000 };

	if (names->count >= MOST_NAMES)
		return "the page names more devices or parties than one product has";
	if (is_everybody(words))
		return "a profile has to name who it is, or write `anyone` out";
	if (strpbrk(words, ",/&") || strstr(words, " and ") || strstr(words, " or "))
		return "it may be one name or several";
	if (strchr(words, '('))
		return "what stands in brackets may be a condition";
	if (is_two_names(making, words))
		return "it may be one name or two";
	return cv_words_refused(making->ctx, &cv_lex_title, words);
}

void cv_making_names(struct cv_making *making, struct cv_draft_row *row, const char *key,
		     const struct cv_cell *cell)
{
	const bool device = strcmp(key, "device") == 0;
	struct cv_table *names =
		device ? &making->draft->devices : &making->draft->parties;
	const char *p = cell->words.text, *line, *why = cell->why;
	struct cv_texts found = {0};

	if (!*p || why) {
		cv_making_open(making, row, key, cell, why);
		return;
	}
	while (!why && (line = cv_line_next(making->ctx, &p))) {
		const char *name =
			cv_making_clean(making, (struct cv_text){line, cell->words.at});

		why = why_no_name(making, names, name);
		cv_texts_add(making->ctx, &found, name, cell->words.at);
	}
	if (why) {
		cv_making_open(making, row, key, cell, why);
		return;
	}
	for (size_t i = 0; i < found.count; i++) {
		cv_making_declare(making, names, found.items[i].text, cell->words.at);
		cv_making_put(making, row, key, found.items[i].text, cell->words.at);
	}
}

static void put_when(struct cv_making *making, struct cv_draft_row *row, const char *key,
		     const char *value, struct cv_span at)
{
	cv_making_put(making, row, cv_arena_format(making->ctx->arena, "when.%s", key),
		      value, at);
}

/* Uses the answers to a condition in these words, each for one key of it: when.client.
 * One without a value says that there is none.  False: there are no such answers. */
static bool use_answers(const struct cv_making *making, struct cv_draft_row *row,
			const char *words)
{
	struct cv_answers *answers = making->answers;
	bool used = false;

	for (size_t i = 0; answers && i < answers->holes.count; i++) {
		struct cv_hole_answer *one =
			(struct cv_hole_answer *)answers->holes.items + i;
		const char *field = one->field.text;

		if ((strcmp(field, "when") != 0 && strncmp(field, "when.", 5) != 0) ||
		    strcmp(one->words.text, words) != 0)
			continue;
		one->used = used = true;
		if (one->value.count)
			cv_draft_add(making->ctx, row, field, one->value.items[0].at)
				->values = one->value;
	}
	return used;
}

/* Versions that conditions name have a title: what the answers say, else the name. */
static void declare_version(struct cv_making *making, const char *key)
{
	struct cv_table *versions = &making->draft->versions;
	struct cv_pair *pair;

	if (strcmp(key, "arch") == 0)
		return;
	for (size_t i = 0; i < versions->count; i++)
		if (strcmp(CV_AT(versions, struct cv_pair, i)->key.text, key) == 0)
			return;
	pair = CV_ADD(making->ctx->arena, versions, struct cv_pair);
	pair->key.text = key;
	pair->value.text = key;
	for (size_t i = 0; making->answers && i < making->answers->versions.count; i++)
		if (strcmp(making->answers->versions.items[i].key.text, key) == 0)
			pair->value.text = making->answers->versions.items[i].value.text;
}

static const char *only_version(const struct cv_making *making)
{
	return making->answers && making->answers->versions.count == 1
		       ? making->answers->versions.items[0].key.text
		       : NULL;
}

/* A row whose condition is not known stands open in a field that a site has to fill. */
static void open_condition(struct cv_making *making, struct cv_draft_row *row,
			   const char *key, const struct cv_cell *cell, const char *why)
{
	struct cv_draft_field *field = cv_draft_field(row, key);
	const char *before = "";

	if (field)
		before = field->hole ? field->hole
				     : cv_texts_joined(making->ctx, &field->values, ", ");
	cv_making_hole(
		making, row, key,
		cv_arena_format(making->ctx->arena, "%s%s%s", before, *before ? "; " : "",
				*cell->words.text ? cell->words.text : "a blank note"),
		cell->words.at,
		cell->kind == CV_CELL_BLANK ? CV_F_SPAN_OR_EMPTY : CV_F_OPEN_CELL,
		cell->why ? cell->why : why);
}

static void put_purpose(struct cv_making *making, struct cv_draft_row *row,
			const char *words, struct cv_span at)
{
	enum { LONGEST = 120 };
	const char *p = words, *line = cv_line_next(making->ctx, &p);

	if (!line || cv_draft_field(row, "purpose") || strlen(line) > LONGEST ||
	    cv_words_refused(making->ctx, &cv_lex_note, line))
		return;
	cv_making_put(making, row, "purpose", line, at);
}

static void read_note(struct cv_making *making, struct cv_draft_row *row, const char *key,
		      const struct cv_cell *cell, bool condition)
{
	struct cv_told_when when;
	enum cv_told told;

	if (use_answers(making, row, cell->words.text))
		return;
	told = cv_cell_when(making->ctx, cell->words.text, &when);
	if (condition && when.remark) {
		told = CV_TOLD_OPEN;
		when.why = "a condition that a profile has no word for yet";
	}
	if (told == CV_TOLD_OPEN && when.count == 1 && !when.parts[0].key &&
	    only_version(making)) {
		when.parts[0].key = only_version(making);
		told = CV_TOLD;
	}
	if (told == CV_TOLD_OPEN || cell->why) {
		open_condition(making, row, key, cell, when.why);
		return;
	}
	for (size_t i = 0; i < when.count; i++) {
		declare_version(making, when.parts[i].key);
		put_when(making, row, when.parts[i].key, when.parts[i].value,
			 cell->words.at);
	}
	if (when.optional)
		cv_making_put(making, row, "optional", "true", cell->words.at);
	if (when.remark)
		put_purpose(making, row, when.remark, cell->words.at);
}

bool cv_making_is_against(const char *words)
{
	static const char *const phrases[] = {
		"not exclude", "not be exclude",      "not open",        "not be open",
		"not allow",   "not be allow",        "not require",     "not need",
		"not be need", "not support",         "must be scanned", "be blocked",
		"block these", "block the following", "no longer"};

	for (size_t i = 0; words && i < sizeof phrases / sizeof *phrases; i++)
		if (strcasestr(words, phrases[i]))
			return true;
	return false;
}

void cv_making_notes(struct cv_making *making, struct cv_draft_row *row, size_t number,
		     const char *key)
{
	for (size_t i = 0; i < making->columns.count; i++) {
		const enum cv_column role = making->columns.roles[i];
		const struct cv_cell *cell = cv_making_cell(making, number, i);

		if (role == CV_COLUMN_OTHER && *cell->words.text)
			*CV_ADD(making->ctx->arena, &row->remarks, const char *) =
				cv_arena_format(making->ctx->arena, "%s: %s",
						making->columns.words[i],
						in_one_line(making, cell->words.text));
		else if ((role == CV_COLUMN_NOTE || role == CV_COLUMN_CONDITION) &&
			 (*cell->words.text || cell->why))
			read_note(making, row, key, cell, role == CV_COLUMN_CONDITION);
		else if (role == CV_COLUMN_PURPOSE &&
			 cv_cell_limits(making->ctx, cell->words.text))
			open_condition(making, row, key, cell,
				       "it says when the row is not wanted");
		else if (role == CV_COLUMN_PURPOSE && *cell->words.text && !cell->why)
			put_purpose(making, row, cell->words.text, cell->words.at);
	}
	if (making->against) {
		const struct cv_cell said = {.kind = CV_CELL_WORDS,
					     .words = {making->against, row->at}};

		open_condition(making, row, key, &said,
			       "what stands above the table says that it is not wanted");
	}
}

struct cv_draft_block *cv_making_block(struct cv_making *making, enum cv_section section,
				       const char *caption)
{
	struct cv_draft_block *block =
		CV_ADD(making->ctx->arena, &making->draft->blocks, struct cv_draft_block);

	block->section = section;
	block->caption = caption;
	return block;
}
