/* Published pages, as people save them: whatever their bytes, blocks with places that lie
 * in them, tables whose rows are as long as they say, and the same again. */
#include <string.h>

#include "fuzz.h"
#include "import/draft.h"
#include "import/page.h"
#include "model/sets.h"

static void check_text(const struct cv_page *page, const struct cv_text *text)
{
	if (!text->text)
		return;
	FUZZ_CHECK(text->at.offset <= page->source->size);
	FUZZ_CHECK(text->at.length <= page->source->size - text->at.offset);
}

static void check_table(const struct cv_page *page, const struct cv_page_table *table)
{
	check_text(page, &table->caption);
	for (size_t i = 0; i < table->count; i++) {
		const struct cv_page_row *row = &table->rows[i];

		FUZZ_CHECK(row->written <= table->columns);
		for (size_t n = 0; n < table->columns; n++) {
			FUZZ_CHECK(row->cells[n].words.text);
			FUZZ_CHECK(row->cells[n].kind == CV_CELL_WORDS ||
				   row->cells[n].kind == CV_CELL_SPANNED ||
				   !*row->cells[n].words.text);
			check_text(page, &row->cells[n].words);
			for (size_t m = 0; m < row->cells[n].marks.count; m++)
				check_text(page, &row->cells[n].marks.items[m]);
		}
	}
}

static bool same_text(const struct cv_text *a, const struct cv_text *b)
{
	return a->at.offset == b->at.offset && !a->text == !b->text &&
	       (!a->text || strcmp(a->text, b->text) == 0);
}

static void check_same(const struct cv_page *a, const struct cv_page *b)
{
	FUZZ_CHECK(a->form == b->form && a->blocks.count == b->blocks.count);
	for (size_t i = 0; i < a->blocks.count; i++) {
		const struct cv_block *x = CV_AT(&a->blocks, struct cv_block, i);
		const struct cv_block *y = CV_AT(&b->blocks, struct cv_block, i);

		FUZZ_CHECK(x->kind == y->kind && same_text(&x->words, &y->words));
	}
}

static void check_page(const struct cv_page *page)
{
	check_text(page, &page->title);
	check_text(page, &page->url);
	for (size_t i = 0; i < page->blocks.count; i++) {
		const struct cv_block *block = CV_AT(&page->blocks, struct cv_block, i);

		FUZZ_CHECK((block->kind == CV_BLOCK_TABLE) == (block->table != NULL));
		check_text(page, &block->words);
		if (block->table)
			check_table(page, block->table);
	}
}

/* Every field of a row has values or is a hole, and stands in the page. */
static void check_draft(const struct cv_page *page, const struct cv_draft *draft)
{
	for (size_t i = 0; i < draft->blocks.count; i++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, i);

		for (size_t n = 0; n < block->rows.count; n++) {
			const struct cv_draft_row *row =
				CV_AT(&block->rows, struct cv_draft_row, n);

			FUZZ_CHECK(row->section < CV_SECTION_COUNT && row->origin);
			for (size_t m = 0; m < row->fields.count; m++) {
				const struct cv_draft_field *field =
					CV_AT(&row->fields, struct cv_draft_field, m);

				FUZZ_CHECK(field->key);
				FUZZ_CHECK(!field->hole || !field->values.count);
				for (size_t v = 0; v < field->values.count; v++)
					FUZZ_CHECK(field->values.items[v].text);
				check_text(page, &(struct cv_text){"", field->at});
			}
		}
	}
}

/* The first byte chooses the form that the page is said to have. */
void fuzz_run_page(const struct fuzz_job *job, struct fuzz_input *input)
{
	const enum cv_page_form form =
		(enum cv_page_form)fuzz_below(input, CV_PAGE_TEXT + 1);
	struct cv_page first, second;
	struct cv_draft draft = {0};
	struct cv_ctx ctx;
	struct cv_source *source;
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	bool ok;

	(void)job;
	cv_ctx_open(&ctx);
	source = cv_source_from_bytes(&ctx, "page", bytes, size);
	ok = cv_page_read(&ctx, source, form, &first);
	FUZZ_CHECK(ok || ctx.errors);
	if (ok) {
		check_page(&first);
		FUZZ_CHECK(cv_page_read(&ctx, source, form, &second));
		check_same(&first, &second);
		cv_draft_make(&ctx, &first, NULL, &draft);
		check_draft(&first, &draft);
	}
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
	free(bytes);
}
