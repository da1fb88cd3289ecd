#pragma once
/* Pages made by hand, and drafts as text. */

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/answers.h"
#include "import/draft.h"
#include "import/page.h"
#include "model/sets.h"

struct import_world {
	struct cv_ctx ctx;
	struct cv_page page;
	struct cv_answers answers;
	struct cv_draft draft;
	struct cv_buf text;
};

static void import_open(struct import_world *world, enum cv_page_form form)
{
	memset(world, 0, sizeof *world);
	cv_ctx_open(&world->ctx);
	world->page.form = form;
	world->page.source = cv_source_from_bytes(&world->ctx, "page", "", 0);
}

static void import_close(struct import_world *world)
{
	cv_buf_deinit(&world->text);
	cv_sets_close(&world->ctx);
	cv_ctx_close(&world->ctx);
}

static struct cv_block *import_block(struct import_world *world, enum cv_block_kind kind,
				     const char *words)
{
	struct cv_block *block =
		CV_ADD(world->ctx.arena, &world->page.blocks, struct cv_block);

	block->kind = kind;
	block->words = (struct cv_text){words, {0}};
	return block;
}

/* Lines of a text page, \n between them. */
static inline void import_lines(struct import_world *world, const char *text)
{
	struct cv_source *source =
		cv_source_from_bytes(&world->ctx, "page.txt", text, strlen(text));

	world->page.source = source;
	for (const char *p = text; *p;) {
		const size_t size = strcspn(p, "\n");
		struct cv_block *block =
			import_block(world, size ? CV_BLOCK_LINE : CV_BLOCK_GAP,
				     cv_arena_copy(world->ctx.arena, p, size));

		block->words.at = cv_span(source->id, (size_t)(p - text), size);
		p += size + (p[size] != '\0');
	}
}

/* A table: rows parted by \n, cells by |.  `_` is an empty cell, `^` one spanned from
 * above, `.` a blank one, `!` one that is absent.  The first row is the header. */
static inline void import_table(struct import_world *world, const char *caption,
				const char *text)
{
	struct cv_page_table *table = CV_NEW(world->ctx.arena, struct cv_page_table);
	const char *p = text;

	table->caption.text = caption;
	table->columns = 1;
	for (const char *c = text; *c && *c != '\n'; c++)
		table->columns += *c == '|';
	table->rows = CV_NEW_ARRAY(world->ctx.arena, 64, struct cv_page_row);
	while (*p) {
		struct cv_page_row *row = &table->rows[table->count++];

		row->cells =
			CV_NEW_ARRAY(world->ctx.arena, table->columns, struct cv_cell);
		for (size_t i = 0; i < table->columns; i++) {
			static const char marks[] = "_^.!";
			static const enum cv_cell_kind kinds[] = {
				CV_CELL_EMPTY, CV_CELL_SPANNED, CV_CELL_BLANK,
				CV_CELL_ABSENT};
			const size_t size = strcspn(p, "|\n");
			const char *mark = size == 1 ? strchr(marks, *p) : NULL;
			struct cv_cell *cell = &row->cells[i];

			cell->header = table->count == 1;
			cell->kind = mark ? kinds[mark - marks] : CV_CELL_WORDS;
			cell->words.text =
				mark ? "" : cv_arena_copy(world->ctx.arena, p, size);
			if (cell->kind == CV_CELL_SPANNED)
				*cell = (row - 1)->cells[i], cell->kind = CV_CELL_SPANNED;
			row->written += cell->kind != CV_CELL_SPANNED &&
					cell->kind != CV_CELL_ABSENT;
			p += size + (p[size] == '|');
		}
		p += *p == '\n';
	}
	import_block(world, CV_BLOCK_TABLE, NULL)->table = table;
}

static void import_add_row(struct import_world *world, const struct cv_draft_row *row)
{
	cv_buf_text(&world->text, cv_section_names[row->section]);
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		cv_buf_format(&world->text, " %s=", field->key);
		if (field->hole)
			cv_buf_format(&world->text, "?(%s)", field->hole);
		for (size_t k = 0; k < field->values.count; k++)
			cv_buf_format(&world->text, "%s[%s]", k ? "," : "",
				      field->values.items[k].text);
	}
	cv_buf_char(&world->text, '\n');
}

/* The draft of the page, a line a row. */
static inline const char *import_made(struct import_world *world)
{
	cv_draft_make(&world->ctx, &world->page, &world->answers, &world->draft);
	for (size_t b = 0; b < world->draft.blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&world->draft.blocks, struct cv_draft_block, b);

		if (block->edition)
			cv_buf_format(&world->text, "edition %s\n", block->edition);
		for (size_t r = 0; r < block->rows.count; r++)
			import_add_row(world,
				       CV_AT(&block->rows, struct cv_draft_row, r));
	}
	return cv_buf_string(&world->text);
}

/* How many findings of that code there are. */
static inline size_t import_found(const struct import_world *world, enum cv_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < world->ctx.findings.count; i++)
		count += (*CV_AT(&world->ctx.findings, struct cv_finding *, i))->code ==
			 code;
	return count;
}
