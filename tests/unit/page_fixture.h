#pragma once
/* A page read from bytes, and its blocks as text that a test can hold against what it
 * expects:
 *
 *   h2 Ports                a heading, a paragraph, an item of depth 1
 *   p Words|of two lines    (| is a line's end)
 *   i1 Item
 *   > a line of text        (its white space as it stands there, U+00A0 as ~, tabs as ^)
 *   -                       a gap
 *   table 3x2: Caption
 *   # A | B                 a row, # where its first cell is of a header
 *   = a | <a> | _ | . | !   words, spanned (with the words), empty, blank, absent
 *   = a{1}{2} | ?b          with marks; in doubt */
#include "read_fixture.h"

#include "base/buf.h"
#include "base/limits.h"
#include "import/page.h"

struct page_fixture {
	struct fixture base;
	struct cv_page page;
	struct cv_buf text;
	bool whole;
};

static inline void dump_words(struct cv_buf *buf, const char *text)
{
	for (; *text; text++) {
		if (strncmp(text, "\xC2\xA0", 2) == 0) {
			cv_buf_char(buf, '~');
			text++;
		} else {
			cv_buf_char(buf, *text == '\n'   ? '|'
					 : *text == '\t' ? '^'
							 : *text);
		}
	}
}

static inline void dump_marks(struct cv_buf *buf, const struct cv_texts *marks)
{
	for (size_t i = 0; i < marks->count; i++)
		cv_buf_format(buf, "{%s}", marks->items[i].text);
}

static inline void dump_cell(struct cv_buf *buf, const struct cv_cell *cell)
{
	if (cell->why)
		cv_buf_char(buf, '?');
	switch (cell->kind) {
	case CV_CELL_WORDS:
		dump_words(buf, cell->words.text);
		break;
	case CV_CELL_SPANNED:
		cv_buf_char(buf, '<');
		dump_words(buf, cell->words.text);
		cv_buf_char(buf, '>');
		break;
	case CV_CELL_EMPTY:
		cv_buf_char(buf, '_');
		break;
	case CV_CELL_BLANK:
		cv_buf_char(buf, '.');
		break;
	case CV_CELL_ABSENT:
		cv_buf_char(buf, '!');
		break;
	}
	dump_marks(buf, &cell->marks);
}

static inline void dump_table(struct cv_buf *buf, const struct cv_page_table *table)
{
	cv_buf_format(buf, "table %zux%zu", table->count, table->columns);
	if (table->caption.text) {
		cv_buf_text(buf, ": ");
		dump_words(buf, table->caption.text);
	}
	cv_buf_char(buf, '\n');
	for (size_t i = 0; i < table->count; i++) {
		cv_buf_char(buf, table->rows[i].cells[0].header ? '#' : '=');
		for (size_t j = 0; j < table->columns; j++) {
			cv_buf_text(buf, j ? " | " : " ");
			dump_cell(buf, &table->rows[i].cells[j]);
		}
		cv_buf_char(buf, '\n');
	}
}

static inline void dump_block(struct cv_buf *buf, const struct cv_block *block)
{
	switch (block->kind) {
	case CV_BLOCK_HEADING:
		cv_buf_format(buf, "h%u ", block->level);
		break;
	case CV_BLOCK_PARAGRAPH:
		cv_buf_text(buf, "p ");
		break;
	case CV_BLOCK_ITEM:
		cv_buf_format(buf, "i%u ", block->level);
		break;
	case CV_BLOCK_LINE:
		cv_buf_text(buf, "> ");
		break;
	case CV_BLOCK_GAP:
		cv_buf_text(buf, "-\n");
		return;
	case CV_BLOCK_TABLE:
		dump_table(buf, block->table);
		return;
	}
	dump_words(buf, block->words.text);
	dump_marks(buf, &block->marks);
	cv_buf_char(buf, '\n');
}

static inline void page_open(struct page_fixture *fixture, enum cv_page_form form,
			     const char *bytes, size_t size)
{
	fixture->text = (struct cv_buf)CV_BUF_INIT;
	fixture_open(&fixture->base, "page", bytes, size);
	fixture->whole = cv_page_read(&fixture->base.ctx, fixture->base.source, form,
				      &fixture->page);
	for (size_t i = 0; i < fixture->page.blocks.count; i++)
		dump_block(&fixture->text,
			   CV_AT(&fixture->page.blocks, struct cv_block, i));
}

static inline void page_close(struct page_fixture *fixture)
{
	cv_buf_deinit(&fixture->text);
	fixture_close(&fixture->base);
}

/* The bytes read as that form, without a finding, are these blocks. */
static inline void check_page(enum cv_page_form form, const char *bytes,
			      const char *expected)
{
	struct page_fixture fixture;

	page_open(&fixture, form, bytes, strlen(bytes));
	if (fixture.base.ctx.findings.count)
		fail_msg("%s: %s", bytes, fixture_finding(&fixture.base, 0)->text);
	assert_true(fixture.whole);
	assert_string_equal(cv_buf_string(&fixture.text), expected);
	page_close(&fixture);
}

/* A page that is refused: the one finding, its place, a part of its message. */
static inline void check_refused(enum cv_page_form form, const char *bytes, size_t size,
				 enum cv_code code, size_t line, size_t column,
				 const char *part)
{
	struct page_fixture fixture;

	page_open(&fixture, form, bytes, size);
	assert_false(fixture.whole);
	assert_found(&fixture.base, 0, cv_finding_kinds[code].name, line, column);
	assert_text(&fixture.base, 0, part);
	assert_int_equal(fixture.base.ctx.findings.count, 1);
	page_close(&fixture);
}

/* The first cell of the first table with these words, "" for one without. */
static inline const struct cv_cell *page_cell(const struct page_fixture *fixture,
					      const char *words)
{
	for (size_t i = 0; i < fixture->page.blocks.count; i++) {
		const struct cv_block *block =
			CV_AT(&fixture->page.blocks, struct cv_block, i);

		for (size_t r = 0; block->table && r < block->table->count; r++)
			for (size_t c = 0; c < block->table->columns; c++) {
				const struct cv_cell *cell =
					&block->table->rows[r].cells[c];

				if (strcmp(cell->words.text, words) == 0)
					return cell;
			}
	}
	fail_msg("no cell holds \"%s\"", words);
	return NULL;
}

/* The bytes of the page at a place. */
static inline void assert_spelt(const struct page_fixture *fixture, struct cv_span at,
				const char *bytes)
{
	assert_int_equal(at.file, fixture->base.source->id);
	assert_true(at.offset + at.length <= fixture->base.source->size);
	assert_int_equal(at.length, strlen(bytes));
	assert_memory_equal(fixture->base.source->text + at.offset, bytes, at.length);
}

/* `count` times the text, between a head and a tail; the caller frees. */
static inline struct cv_buf repeated(const char *head, const char *text, size_t count,
				     const char *tail)
{
	struct cv_buf buf = CV_BUF_INIT;

	cv_buf_text(&buf, head);
	while (count--)
		cv_buf_text(&buf, text);
	cv_buf_text(&buf, tail);
	return buf;
}
