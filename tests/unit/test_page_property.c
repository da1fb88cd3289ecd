/* Random small tables, written in each form and read back: the same grid comes out, and
 * each cell's place is where it was written. */
#include "page_fixture.h"

enum { ROUNDS = 3000, MOST_ROWS = 6, MOST_COLUMNS = 6 };

struct random {
	uint64_t state;
};

static unsigned below(struct random *random, unsigned most)
{
	random->state = random->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random->state >> 33) % most;
}

/* One cell of a grid; those that a span covers name its first. */
struct box {
	char words[64]; /* "" is an empty cell */
	size_t row, column, down, across;
	size_t offset, length; /* where its words were written */
	bool header;
};

struct model {
	struct box boxes[MOST_ROWS * MOST_COLUMNS];
	const struct box *grid[MOST_ROWS][MOST_COLUMNS];
	size_t count, rows, columns;
	struct cv_buf page;
};

static const char *const pieces[] = {"a",
				     "443",
				     "<Tanium Client>",
				     "&",
				     "\"",
				     "'",
				     "|",
				     "\\",
				     "*.log",
				     "C:\\x\\",
				     "`",
				     "$(id);",
				     "]]>",
				     "&amp;",
				     "_b_",
				     "\xC3\xA9",
				     "\xE2\x86\x92",
				     "[x](y)",
				     "~~c~~",
				     "=1+2",
				     "\xF0\x9F\x94\x92",
				     "7.2.x",
				     "<br>",
				     "#",
				     "- "};

static void make_words(struct random *random, char *words, size_t room)
{
	size_t size = 0;

	words[0] = '\0';
	for (unsigned left = below(random, 5); left; left--) {
		const char *piece = pieces[below(random, sizeof pieces / sizeof *pieces)];

		if (size + strlen(piece) + 2 > room)
			break;
		if (size && below(random, 2) && words[size - 1] != ' ')
			words[size++] = ' ';
		strcpy(words + size, piece);
		size += strlen(piece);
	}
	while (size && words[size - 1] == ' ')
		words[--size] = '\0';
}

static bool is_free(const struct model *model, const struct box *box)
{
	for (size_t r = box->row; r < box->row + box->down; r++)
		for (size_t c = box->column; c < box->column + box->across; c++)
			if (r >= model->rows || c >= model->columns || model->grid[r][c])
				return false;
	return true;
}

static void make_model(struct model *model, struct random *random, bool spans)
{
	memset(model, 0, sizeof *model);
	model->rows = 1 + below(random, MOST_ROWS);
	model->columns = 2 + below(random, MOST_COLUMNS - 1);
	for (size_t r = 0; r < model->rows; r++)
		for (size_t c = 0; c < model->columns; c++) {
			struct box *box = &model->boxes[model->count];

			if (model->grid[r][c])
				continue;
			*box = (struct box){
				.row = r, .column = c, .down = 1, .across = 1};
			if (spans && below(random, 3) == 0) {
				box->down = 1 + below(random, 3);
				box->across = 1 + below(random, 3);
				if (!is_free(model, box))
					box->down = box->across = 1;
			}
			make_words(random, box->words, sizeof box->words);
			/* No page is empty. */
			if (r + c == 0 && !box->words[0])
				strcpy(box->words, "x");
			for (size_t i = r; i < r + box->down; i++)
				for (size_t j = c; j < c + box->across; j++)
					model->grid[i][j] = box;
			model->count++;
		}
}

/* Columns in which no cell begins are none. */
static bool is_column(const struct model *model, size_t column)
{
	for (size_t i = 0; i < model->count; i++)
		if (model->boxes[i].column == column)
			return true;
	return false;
}

static void check_cell(const struct page_fixture *fixture, const struct cv_cell *cell,
		       const struct box *box, bool covered, enum cv_cell_kind empty)
{
	const enum cv_cell_kind kind = covered         ? CV_CELL_SPANNED
				       : box->words[0] ? CV_CELL_WORDS
						       : empty;

	assert_string_equal(cell->words.text, box->words);
	assert_int_equal(cell->kind, kind);
	assert_int_equal(cell->header, box->header);
	assert_null(cell->why);
	assert_int_equal(cell->marks.count, 0);
	if (box->words[0]) {
		if (cell->words.at.offset != box->offset ||
		    cell->words.at.length != box->length)
			fail_msg("\"%.*s\", not \"%.*s\"", (int)cell->words.at.length,
				 fixture->base.source->text + cell->words.at.offset,
				 (int)box->length,
				 fixture->base.source->text + box->offset);
	}
	assert_int_equal(cell->words.at.file, fixture->base.source->id);
}

static void check_model(struct model *model, enum cv_page_form form,
			enum cv_cell_kind empty)
{
	struct page_fixture fixture;
	const struct cv_page_table *table;

	page_open(&fixture, form, model->page.data, model->page.size);
	if (fixture.base.ctx.findings.count)
		fail_msg("%s\n%s", model->page.data,
			 fixture_finding(&fixture.base, 0)->text);
	assert_int_equal(fixture.page.blocks.count, 1);
	table = CV_AT(&fixture.page.blocks, struct cv_block, 0)->table;
	assert_int_equal(table->count, model->rows);
	for (size_t r = 0; r < model->rows; r++) {
		size_t column = 0;

		for (size_t c = 0; c < model->columns; c++) {
			const struct box *box = model->grid[r][c];

			if (!is_column(model, c))
				continue;
			assert_true(column < table->columns);
			check_cell(&fixture, &table->rows[r].cells[column++], box,
				   r != box->row || c != box->column, empty);
		}
		assert_int_equal(column, table->columns);
	}
	page_close(&fixture);
	cv_buf_deinit(&model->page);
}

/* ---- HTML ---- */

static void add_noise(struct cv_buf *page, struct random *random)
{
	static const char *const noise[] = {"",     "",
					    " ",    "\n  ",
					    "\t",   "<!-- <td> -->",
					    "\r\n", "<script>'<td>'</script>"};

	cv_buf_text(page, noise[below(random, sizeof noise / sizeof *noise)]);
}

static void add_html_words(struct cv_buf *page, struct random *random, const char *words)
{
	static const struct {
		char c;
		const char *names[3];
	} entities[] = {
		{'&', {"&amp;", "&#38;", "&#x26;"}}, {'<', {"&lt;", "&#60;", "&LT;"}},
		{'>', {"&gt;", ">", "&#x3E;"}},      {'\\', {"\\", "&bsol;", "&#92;"}},
		{'"', {"\"", "&quot;", "&#34;"}},    {'*', {"*", "&ast;", "&#42;"}},
		{' ', {" ", "\n\t", "&nbsp;"}},
	};

	for (; *words; words++) {
		const char *text = NULL;

		for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
			if (entities[i].c == *words)
				text = entities[i].names[below(random, 3)];
		if (text)
			cv_buf_text(page, text);
		else
			cv_buf_char(page, *words);
	}
}

static void add_html_cell(struct cv_buf *page, struct random *random, struct box *box)
{
	static const char *const quotes[] = {"", "'", "\""};
	const char *quote = quotes[below(random, 3)];

	box->header = below(random, 4) == 0;
	cv_buf_format(page, "<%s", box->header ? "tH" : "td");
	if (box->across > 1 || below(random, 4) == 0)
		cv_buf_format(page, " colspan=%s%zu%s", quote, box->across, quote);
	if (box->down > 1 || below(random, 4) == 0)
		cv_buf_format(page, " RowSpan = %s%zu%s", quote, box->down, quote);
	cv_buf_text(page, " class='<td>'>");
	add_noise(page, random);
	box->offset = page->size;
	add_html_words(page, random, box->words);
	box->length = page->size - box->offset;
	add_noise(page, random);
	if (below(random, 2))
		cv_buf_text(page, box->header ? "</th>" : "</td>");
	add_noise(page, random);
}

static void test_property_html_gives_the_grid_back(void **state)
{
	struct random random = {20260101};

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct model model;
		size_t i = 0;

		make_model(&model, &random, true);
		cv_buf_text(&model.page, below(&random, 2) ? "<!DOCTYPE html>\n<table>"
							   : "<table border=1>\n");
		if (below(&random, 2))
			cv_buf_text(&model.page, "<tbody>");
		for (size_t r = 0; r < model.rows; r++) {
			cv_buf_text(&model.page, "<tr>");
			add_noise(&model.page, &random);
			for (; i < model.count && model.boxes[i].row == r; i++)
				add_html_cell(&model.page, &random, &model.boxes[i]);
			if (below(&random, 2))
				cv_buf_text(&model.page, "</tr>\n");
		}
		cv_buf_text(&model.page, "</table>");
		check_model(&model, CV_PAGE_HTML, CV_CELL_EMPTY);
	}
}

/* ---- CSV and TSV ---- */

static void add_csv_cell(struct cv_buf *page, struct random *random, struct box *box,
			 char delimiter)
{
	const char *words = box->words;
	const bool quoted = strpbrk(words, "\",") || below(random, 3) == 0;

	box->header = box->row == 0;
	if (box->column)
		cv_buf_char(page, delimiter);
	box->offset = page->size;
	if (quoted)
		cv_buf_char(page, '"');
	for (; *words; words++) {
		if (*words == '"')
			cv_buf_char(page, '"');
		cv_buf_char(page, *words);
	}
	if (quoted)
		cv_buf_char(page, '"');
	box->length = page->size - box->offset;
}

static void check_csv(enum cv_page_form form, char delimiter, uint64_t seed)
{
	struct random random = {seed};

	for (size_t round = 0; round < ROUNDS; round++) {
		struct model model;

		make_model(&model, &random, false);
		for (size_t i = 0; i < model.count; i++) {
			add_csv_cell(&model.page, &random, &model.boxes[i], delimiter);
			if (i + 1 == model.count || model.boxes[i + 1].column == 0)
				cv_buf_text(&model.page,
					    below(&random, 2) ? "\n" : "\r\n");
		}
		check_model(&model, form, CV_CELL_BLANK);
	}
}

static void test_property_csv_gives_the_grid_back(void **state)
{
	(void)state;
	check_csv(CV_PAGE_CSV, ',', 20260102);
	check_csv(CV_PAGE_TSV, '\t', 20260103);
}

/* ---- Markdown ---- */

static void add_markdown_cell(struct cv_buf *page, struct random *random, struct box *box)
{
	const char *words = box->words;

	box->header = box->row == 0;
	cv_buf_text(page, below(random, 2) ? "| " : "|");
	box->offset = page->size;
	for (; *words; words++) {
		if (strchr("\\`*_[]<>&~|#\"'!", *words))
			cv_buf_format(page, below(random, 2) ? "&#%d;" : "&#x%X;",
				      *words);
		else
			cv_buf_char(page, *words);
	}
	box->length = page->size - box->offset;
	cv_buf_text(page, below(random, 2) ? " " : "");
}

static void test_property_markdown_gives_the_grid_back(void **state)
{
	struct random random = {20260104};

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct model model;

		make_model(&model, &random, false);
		for (size_t i = 0; i < model.count; i++) {
			add_markdown_cell(&model.page, &random, &model.boxes[i]);
			if (i + 1 < model.count && model.boxes[i + 1].column != 0)
				continue;
			cv_buf_text(&model.page, "|\n");
			for (size_t c = 0; c < model.columns && i < model.columns; c++)
				cv_buf_text(&model.page, c ? "|-" : "|:-");
			cv_buf_text(&model.page, i < model.columns ? "|\n" : "");
		}
		check_model(&model, CV_PAGE_MARKDOWN, CV_CELL_BLANK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_property_html_gives_the_grid_back),
		cmocka_unit_test(test_property_csv_gives_the_grid_back),
		cmocka_unit_test(test_property_markdown_gives_the_grid_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
