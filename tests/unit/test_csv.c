#include "read_fixture.h"

#include "base/buf.h"
#include "base/limits.h"
#include "model/node.h"
#include "read/csv.h"

/* The rows as text: `key=value@line:column` and blanks, a line each. */
struct rows {
	struct fixture fixture;
	struct cv_buf text;
	bool refuse_header;
};

static void write_map(struct rows *rows, const struct cv_node *map)
{
	for (const struct cv_node *member = map->first; member; member = member->next) {
		struct cv_place place;

		assert_true(member->from_csv);
		if (member->kind == CV_NODE_MAP) {
			cv_buf_format(&rows->text, "%s{", member->key->text);
			write_map(rows, member);
			cv_buf_text(&rows->text, "} ");
			continue;
		}
		assert_true(cv_source_place(&rows->fixture.ctx, member->at, &place));
		cv_buf_format(&rows->text, "%s=%s@%zu:%zu+%u ", member->key->text,
			      member->text, place.line, place.column, member->at.length);
	}
}

static bool take_row(void *user, const struct cv_node *row)
{
	struct rows *rows = user;

	write_map(rows, row);
	cv_buf_char(&rows->text, '\n');
	return true;
}

static bool take_header(void *user, const struct cv_node *columns)
{
	struct rows *rows = user;

	if (!rows->refuse_header)
		return true;
	return cv_find(&rows->fixture.ctx, CV_F_UNKNOWN_KEY, columns->first->at, "no");
}

static bool read_bytes(struct rows *rows, const char *bytes, size_t size)
{
	const struct cv_csv_sink sink = {take_row, rows, take_header};

	rows->text = (struct cv_buf)CV_BUF_INIT;
	fixture_open(&rows->fixture, "t.csv", bytes, size);
	return cv_csv_read(&rows->fixture.ctx, rows->fixture.source, &sink);
}

static bool read_text(struct rows *rows, const char *text)
{
	rows->refuse_header = false;
	return read_bytes(rows, text, strlen(text));
}

static void close_rows(struct rows *rows)
{
	cv_buf_deinit(&rows->text);
	fixture_close(&rows->fixture);
}

static void check_rows(const char *text, const char *expected)
{
	struct rows rows;

	assert_true(read_text(&rows, text));
	assert_string_equal(cv_buf_string(&rows.text), expected);
	close_rows(&rows);
}

static void test_csv_cells_have_places(void **state)
{
	(void)state;
	check_rows("a,b\nx,yy\n", "a=x@2:1+1 b=yy@2:3+2 \n");
	check_rows("a,b\r\nx,yy\r\n", "a=x@2:1+1 b=yy@2:3+2 \n");
	check_rows("\xEF\xBB\xBF"
		   "a,b\nx,yy",
		   "a=x@2:1+1 b=yy@2:3+2 \n");
	check_rows("a,b\n\"x,1\",\"y\"\"z\"\n", "a=x,1@2:1+5 b=y\"z@2:7+6 \n");
	check_rows("a,b\n\"x\r\ny\",z\nv,w\n",
		   "a=x\ny@2:1+6 b=z@3:4+1 \na=v@4:1+1 b=w@4:3+1 \n");
	check_rows("a,b\n\xC3\xA4,\xE2\x82\xAC\n",
		   "a=\xC3\xA4@2:1+2 b=\xE2\x82\xAC@2:3+3 \n");
}

static void test_csv_trims_nothing(void **state)
{
	(void)state;
	check_rows("a,b\n x ,\ty\n", "a= x @2:1+3 b=\ty@2:5+2 \n");
	check_rows("a\n\xC2\xA0\n", "a=\xC2\xA0@2:1+2 \n");
}

static void test_csv_empty_cells_are_absent(void **state)
{
	(void)state;
	check_rows("a,b,c\n,x,\n\"\",y,\n", "b=x@2:2+1 \nb=y@3:4+1 \n");
}

static void test_csv_skips_blank_lines(void **state)
{
	(void)state;
	check_rows("\n  \na,b\n\r\n \t\nx,y\n\n", "a=x@6:1+1 b=y@6:3+1 \n");
}

static void test_csv_dotted_columns_nest(void **state)
{
	(void)state;
	check_rows("id,when.client,when.os.rhel\n1,7.2.x,6\n2,,7\n3,,\n",
		   "id=1@2:1+1 when{client=7.2.x@2:3+5 os{rhel=6@2:9+1 } } \n"
		   "id=2@3:1+1 when{os{rhel=7@3:4+1 } } \nid=3@4:1+1 \n");
}

static void test_csv_hole_is_a_map(void **state)
{
	(void)state;
	check_rows("a,b\nhole:List here,x\nhole:,y\n",
		   "a{hole=List here@2:1+14 } b=x@2:16+1 \na{hole=@3:1+5 } b=y@3:7+1 \n");
}

struct refused {
	const char *bytes, *code;
	size_t line, column;
	const char *rows; /* those that are handed out all the same */
};

static void test_csv_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"", "empty-file", 1, 1, ""},
		{"a\n\xE9\n", "not-utf-8", 2, 1, ""},
		{"a\nb\rc\n", "control-character", 2, 2, ""},
		{"a,b\nx\n", "csv-shape", 2, 1, ""},
		{"a,b\nx,y\n1,2,3\nz,w\n", "csv-shape", 3, 1,
		 "a=x@2:1+1 b=y@2:3+1 \na=z@4:1+1 b=w@4:3+1 \n"},
		{"a,b\nx\"y,z\nv,w\n", "csv-shape", 2, 2, "a=v@3:1+1 b=w@3:3+1 \n"},
		{"a,b\n\"x\"y,z\nv,w\n", "csv-shape", 2, 4, "a=v@3:1+1 b=w@3:3+1 \n"},
		{"a,b\n\"x\" ,z\n", "csv-shape", 2, 4, ""},
		{"a,b\nx,\"y\nz,w\n", "syntax", 2, 3, ""},
		{"a,b\n\"x\",\"y", "syntax", 2, 5, ""},
		{"a,a\n", "duplicate-key", 1, 3, ""},
		{"a,b,a.c\n", "duplicate-key", 1, 5, ""},
		{"a.c,a\n", "duplicate-key", 1, 5, ""},
		{"a,,c\n", "csv-shape", 1, 3, ""},
		{"a,.c\n", "csv-shape", 1, 3, ""},
		{"a,c.\n", "csv-shape", 1, 3, ""},
		{"a\"b\n", "csv-shape", 1, 2, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rows rows;

		assert_false(read_text(&rows, cases[i].bytes));
		assert_found(&rows.fixture, 0, cases[i].code, cases[i].line,
			     cases[i].column);
		assert_string_equal(cv_buf_string(&rows.text), cases[i].rows);
		assert_int_equal(rows.fixture.ctx.findings.count, 1);
		close_rows(&rows);
	}
}

static void test_csv_duplicate_column_shows_the_first(void **state)
{
	struct rows rows;

	(void)state;
	assert_false(read_text(&rows, "id,port,x,port\n"));
	assert_found(&rows.fixture, 0, "duplicate-key", 1, 11);
	assert_also(&rows.fixture, 0, "first defined here", 1, 4);
	close_rows(&rows);
}

static void test_csv_refused_header_ends_reading(void **state)
{
	struct rows rows = {.refuse_header = true};

	(void)state;
	assert_false(read_bytes(&rows, "a\nb\n", 4));
	assert_found(&rows.fixture, 0, "unknown-key", 1, 1);
	assert_string_equal(cv_buf_string(&rows.text), "");
	close_rows(&rows);
}

static void repeat(struct cv_buf *buf, const char *text, size_t count)
{
	while (count--)
		cv_buf_text(buf, text);
}

static void test_csv_sizes_have_bounds(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct rows rows = {0};

	(void)state;
	cv_buf_text(&buf, "a\n");
	repeat(&buf, "x", CV_MAX_SCALAR + 1);
	assert_false(read_bytes(&rows, buf.data, buf.size));
	assert_found(&rows.fixture, 0, "too-long", 2, 1);
	close_rows(&rows);
	buf.size = 0;
	repeat(&buf, "x", CV_MAX_NAME + 1);
	assert_false(read_bytes(&rows, buf.data, buf.size));
	assert_found(&rows.fixture, 0, "too-long", 1, 1);
	close_rows(&rows);
	buf.size = 0;
	repeat(&buf, ",", CV_MAX_COLUMNS);
	assert_false(read_bytes(&rows, buf.data, buf.size));
	assert_found(&rows.fixture, 0, "too-long", 1, 1);
	close_rows(&rows);
	buf.size = 0;
	cv_buf_text(&buf, "a\n");
	repeat(&buf, "1,2\n", CV_MAX_ERRORS + 10);
	assert_false(read_bytes(&rows, buf.data, buf.size));
	assert_int_equal(rows.fixture.ctx.findings.count, CV_MAX_ERRORS + 1);
	close_rows(&rows);
	cv_buf_deinit(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_cells_have_places),
		cmocka_unit_test(test_csv_trims_nothing),
		cmocka_unit_test(test_csv_empty_cells_are_absent),
		cmocka_unit_test(test_csv_skips_blank_lines),
		cmocka_unit_test(test_csv_dotted_columns_nest),
		cmocka_unit_test(test_csv_hole_is_a_map),
		cmocka_unit_test(test_csv_refused_with_place),
		cmocka_unit_test(test_csv_duplicate_column_shows_the_first),
		cmocka_unit_test(test_csv_refused_header_ends_reading),
		cmocka_unit_test(test_csv_sizes_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
