/* From blocks to a draft: which tables there are, which of them are editions of one
 * another, and their rows in turn. */
#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/answers.h"
#include "import/grid.h"
#include "import/lines.h"
#include "import/making.h"
#include "import/texts.h"
#include "model/sets.h"

/* A paragraph that begins with a figure is a footnote: "1 This role provides ...". */
static bool is_footnote(const char *words)
{
	return *words >= '1' && *words <= '9' &&
	       (words[1] == ' ' ||
		((words[1] == '.' || words[1] == ')') && words[2] == ' ')) &&
	       isupper((unsigned char)words[words[1] == ' ' ? 2 : 3]);
}

static struct cv_footnotes find_footnotes(const struct cv_page *page)
{
	struct cv_footnotes notes = {0};

	for (size_t i = 0; i < page->blocks.count; i++) {
		const struct cv_block *block = CV_AT(&page->blocks, struct cv_block, i);

		if (block->kind != CV_BLOCK_TABLE && block->words.text &&
		    is_footnote(block->words.text))
			notes.noted |= (uint16_t)(1U << (block->words.text[0] - '0'));
	}
	return notes;
}

/* Figures glued to words in a table: "Zone Server1". */
static void find_glued(const struct cv_page_table *table, struct cv_footnotes *notes)
{
	for (size_t row = 0; row < table->count; row++)
		for (size_t i = 0; i < table->columns; i++) {
			const char *words = table->rows[row].cells[i].words.text;
			const size_t size = strlen(words);

			if (size > 1 && isdigit((unsigned char)words[size - 1]) &&
			    isalpha((unsigned char)words[size - 2]))
				notes->glued |= (uint16_t)(1U << (words[size - 1] - '0'));
		}
	notes->glued &= notes->noted;
}

static bool has_marks(const struct cv_page_table *table)
{
	for (size_t row = 0; row < table->count; row++)
		for (size_t i = 0; i < table->columns; i++)
			if (table->rows[row].cells[i].marks.count)
				return true;
	return false;
}

/* The first row in which header words stand tells the columns. */
static bool tell_columns(struct cv_making *making)
{
	const struct cv_page_table *table = making->table;
	const char *words[CV_COLUMNS_MOST];

	making->columns.section = CV_SECTION_COUNT;
	if (table->columns > CV_COLUMNS_MOST)
		return false;
	for (size_t row = 0; row < table->count && row < 2; row++) {
		for (size_t i = 0; i < table->columns; i++)
			words[i] = cv_making_clean_quietly(
				making, table->rows[row].cells[i].words.text);
		cv_columns_tell(making->ctx, words, table->columns, &making->columns);
		making->first = row + 1;
		if (making->columns.section != CV_SECTION_COUNT)
			return true;
	}
	return false;
}

static bool is_short(const char *words)
{
	size_t blanks = 0;

	for (const char *p = words; *p; p++)
		blanks += *p == ' ';
	return *words && blanks < 12 && words[strlen(words) - 1] != '.';
}

/* The table's own caption, or the short line directly above it. */
static const char *caption_of(const struct cv_making *making, size_t block)
{
	const struct cv_block *above;

	if (making->table->caption.text)
		return making->table->caption.text;
	if (block == 0)
		return NULL;
	above = CV_AT(&making->page->blocks, struct cv_block, block - 1);
	if (above->kind == CV_BLOCK_TABLE || !is_short(above->words.text))
		return NULL;
	return above->words.text;
}

/* The caption, heading or paragraph above that is against the table's rows; or NULL. */
static const char *against(const struct cv_making *making, size_t block)
{
	const struct cv_block *above =
		block ? CV_AT(&making->page->blocks, struct cv_block, block - 1) : NULL;
	const char *const said[] = {
		making->block->caption, making->heading,
		above && above->kind != CV_BLOCK_TABLE ? above->words.text : NULL};

	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (cv_making_is_against(said[i]))
			return said[i];
	return NULL;
}

static bool same_caption(const struct cv_draft_block *a, const char *caption,
			 enum cv_section section)
{
	return a->section == section && a->caption && caption &&
	       strcasecmp(a->caption, caption) == 0;
}

static const char *edition_name(struct cv_making *making, size_t number)
{
	const struct cv_answers *answers = making->answers;
	const char *name =
		answers && number < answers->editions.count
			? answers->editions.items[number].text
			: cv_arena_format(making->ctx->arena, "edition-%zu", number + 1);

	for (size_t i = 0; i < making->draft->editions.count; i++)
		if (strcmp(*CV_AT(&making->draft->editions, const char *, i), name) == 0)
			return name;
	*CV_ADD(making->ctx->arena, &making->draft->editions, const char *) = name;
	return name;
}

/* A second table of one caption makes editions of both. */
static void tell_editions(struct cv_making *making)
{
	struct cv_draft_block *block = making->block, *first = NULL;
	size_t number = 0;

	if (block->section == CV_SECTION_PERMISSIONS)
		return;
	for (size_t i = 0; i + 1 < making->draft->blocks.count; i++) {
		struct cv_draft_block *other =
			CV_AT(&making->draft->blocks, struct cv_draft_block, i);

		if (!same_caption(other, block->caption, block->section))
			continue;
		first = first ? first : other;
		number++;
	}
	if (!first)
		return;
	if (!first->edition)
		first->edition = edition_name(making, 0);
	block->edition = edition_name(making, number);
	cv_find(making->ctx, CV_F_TABLE_EDITIONS, making->table->rows[0].at,
		"a second table under the caption `%s`: its rows are of the edition `%s`",
		cv_shown(making->ctx, block->caption), block->edition);
}

static void (*const row_makers[CV_SECTION_COUNT])(struct cv_making *, size_t) = {
	[CV_SECTION_PORTS] = cv_making_ports,
	[CV_SECTION_EXCLUSIONS] = cv_making_exclusion,
	[CV_SECTION_URLS] = cv_making_url,
	[CV_SECTION_REQUIRES] = cv_making_requirement,
	[CV_SECTION_SUPPORTS] = cv_making_support,
	[CV_SECTION_PERMISSIONS] = cv_making_permission,
};

/* The header once more, as long tables have it. */
static bool is_header(const struct cv_making *making, size_t row)
{
	const struct cv_page_row *header = &making->table->rows[making->first - 1];
	const struct cv_page_row *one = &making->table->rows[row];

	for (size_t i = 0; i < making->columns.count; i++)
		if (strcmp(one->cells[i].words.text, header->cells[i].words.text) != 0)
			return false;
	return true;
}

/* Words in a column of which nobody knows what it holds. */
static void say_unread_columns(struct cv_making *making)
{
	for (size_t i = 0; i < making->columns.count; i++) {
		bool any = false;

		if (making->columns.roles[i] != CV_COLUMN_OTHER)
			continue;
		for (size_t row = making->first; row < making->table->count; row++)
			any = any || *cv_making_cell(making, row, i)->words.text;
		if (any)
			cv_find(making->ctx, CV_F_COLUMN_UNREAD,
				cv_making_cell(making, making->first - 1, i)->words.at,
				"nothing is known of the heading `%s`: what stands below "
				"it becomes comments",
				cv_shown(making->ctx, making->columns.words[i]));
	}
}

static void make_table(struct cv_making *making, size_t block)
{
	const struct cv_footnotes page = making->notes;

	find_glued(making->table, &making->notes);
	if (has_marks(making->table))
		making->notes = (struct cv_footnotes){0};
	making->device = (struct cv_text){0};
	making->kinds = 0;
	making->block = cv_making_block(making, making->columns.section,
					caption_of(making, block));
	making->against = against(making, block);
	tell_editions(making);
	cv_grid_settle(making);
	say_unread_columns(making);
	for (size_t row = making->first; row < making->table->count; row++)
		if (!is_header(making, row) && !cv_grid_is_heading(making, row))
			row_makers[making->columns.section](making, row);
	making->notes = page;
}

static void say_unread(struct cv_making *making)
{
	const struct cv_page_table *table = making->table;
	struct cv_texts words = {0};

	for (size_t i = 0; table->count && i < table->columns && i < 8; i++)
		if (*table->rows[0].cells[i].words.text)
			cv_texts_add(making->ctx, &words,
				     table->rows[0].cells[i].words.text,
				     table->rows[0].at);
	cv_find(making->ctx, CV_F_TABLE_UNREAD,
		table->count ? table->rows[0].at : table->caption.at,
		"table %zu of the page is not read: `%s` are no headings of ports, "
		"exclusions or URLs",
		making->number,
		cv_shown(making->ctx, cv_texts_joined(making->ctx, &words, ", ")));
}

/* Tables of that section; exclusions go first, since they name the devices. */
static void make_tables(struct cv_making *making, bool exclusions)
{
	making->number = 0;
	making->heading = NULL;
	for (size_t i = 0; i < making->page->blocks.count; i++) {
		const struct cv_block *block =
			CV_AT(&making->page->blocks, struct cv_block, i);

		if (block->kind != CV_BLOCK_TABLE) {
			if (is_short(block->words.text) && block->kind != CV_BLOCK_ITEM)
				making->heading = block->words.text;
			continue;
		}
		making->number++;
		making->table = block->table;
		if (!tell_columns(making)) {
			if (!exclusions)
				say_unread(making);
		} else if ((making->columns.section == CV_SECTION_EXCLUSIONS) ==
			   exclusions) {
			make_table(making, i);
		}
	}
	making->table = NULL;
}

/* A number alone, and TCP or UDP beside it. */
static bool has_port_and_protocol(const char *words)
{
	bool number = false, protocol = false;

	for (const char *p = words; *p; p += strspn(p, " \t")) {
		const size_t size = strcspn(p, " \t");

		number = number || strspn(p, "0123456789,-") >= size;
		protocol = protocol || (size == 3 && (strncmp(p, "TCP", 3) == 0 ||
						      strncmp(p, "UDP", 3) == 0));
		p += size;
	}
	return number && protocol;
}

static bool looks_like_row(const char *words)
{
	const char *path = strchr(words, '\\');

	if (*words == '|') /* a table in a form that is not read */
		return true;
	if ((path && path[1] && path[1] != ' ') || has_port_and_protocol(words))
		return true;
	for (const char *p = words; *p; p++)
		if ((isdigit((unsigned char)*p) &&
		     (strncasecmp(p + 1, "/tcp", 4) == 0 ||
		      strncasecmp(p + 1, "/udp", 4) == 0)) ||
		    (*p == '/' && (p == words || p[-1] == ' ') &&
		     isalpha((unsigned char)p[1]) && p[strcspn(p + 1, "/ ") + 1] == '/'))
			return true;
	return false;
}

static void say_unread_lines(struct cv_making *making)
{
	for (size_t i = 0; i < making->page->blocks.count; i++) {
		const struct cv_block *block =
			CV_AT(&making->page->blocks, struct cv_block, i);

		if ((block->kind == CV_BLOCK_PARAGRAPH || block->kind == CV_BLOCK_ITEM) &&
		    looks_like_row(block->words.text))
			cv_find(making->ctx, CV_F_LINE_UNREAD, block->words.at,
				"`%s` looks like a row and stands in no table",
				cv_shown(making->ctx, block->words.text));
	}
}

/* More rows than any page has are not read at all: half a table would be wrong. */
static bool has_too_many_rows(struct cv_ctx *ctx, const struct cv_page *page)
{
	size_t rows = 0;

	for (size_t i = 0; i < page->blocks.count; i++) {
		const struct cv_block *block = CV_AT(&page->blocks, struct cv_block, i);

		rows += block->kind == CV_BLOCK_TABLE ? block->table->count : 0;
		if (rows > CV_MAX_PAGE_ROWS)
			return !cv_find(ctx, CV_F_PAGE_TOO_LARGE, block->words.at,
					"the tables of the page have more than %d rows",
					CV_MAX_PAGE_ROWS);
	}
	return false;
}

void cv_draft_make(struct cv_ctx *ctx, struct cv_page *page, struct cv_answers *answers,
		   struct cv_draft *draft_out)
{
	struct cv_making making = {.ctx = ctx,
				   .page = page,
				   .answers = answers,
				   .draft = draft_out,
				   .notes = find_footnotes(page)};

	/* The index of sets must be the compile's before anything is only asked. */
	cv_ports_all(ctx);
	cv_lines_cut(ctx, page, answers, making.notes);
	if (has_too_many_rows(ctx, page))
		return;
	make_tables(&making, true);
	cv_making_devices(&making);
	cv_making_check_paths(&making);
	make_tables(&making, false);
	cv_making_prose(&making);
	say_unread_lines(&making);
}
