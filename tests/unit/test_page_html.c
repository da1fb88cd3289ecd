#include "page_fixture.h"

static void check_html(const char *bytes, const char *expected)
{
	check_page(CV_PAGE_HTML, bytes, expected);
}

/* Blocks all the same, and one finding. */
static void check_told(const char *bytes, const char *expected, enum cv_code code,
		       size_t line, size_t column, const char *part)
{
	struct page_fixture fixture;

	page_open(&fixture, CV_PAGE_HTML, bytes, strlen(bytes));
	assert_string_equal(cv_buf_string(&fixture.text), expected);
	assert_found(&fixture.base, 0, cv_finding_kinds[code].name, line, column);
	assert_text(&fixture.base, 0, part);
	assert_int_equal(fixture.base.ctx.findings.count, 1);
	page_close(&fixture);
}

static void test_html_blocks(void **state)
{
	(void)state;
	check_html(
		"<!DOCTYPE html><html><head><title> A\n page </title><style>p{}</style>"
		"<link rel=canonical href='https://docs.example.com/x'></head><body>"
		"<h1>Ports <em>of</em> it</h1>loose<p>One<br>two   <b>three</b>"
		"<div>four</div>five<script>if (a<b) {}</script></body></html>",
		"h1 Ports of it\np loose\np One|two three\np four\np five\n");
	check_html("<h2>A</h2><ul><li>one<ul><li><p>two</p></li></ul>still one</li>"
		   "<li>three<p>more</p></li></ul><dl><dt>t<dd>d</dl>after",
		   "h2 A\ni1 one\ni2 two\ni1 still one\ni1 three|more\ni1 t\ni1 d\n"
		   "p after\n");
	check_html("<pre>a  b\n c</pre>", "p a b|c\n");
}

static void test_html_title_and_url(void **state)
{
	const char *text = "<title>A &amp; B</title><link rel=\"canonical\" "
			   "href=\"https://x.example/?a=1&amp;b=2\"><title>C</title>";
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_HTML, text, strlen(text));
	assert_string_equal(fixture.page.title.text, "A & B");
	assert_spelt(&fixture, fixture.page.title.at, "A &amp; B");
	assert_string_equal(fixture.page.url.text, "https://x.example/?a=1&b=2");
	page_close(&fixture);
}

static void test_html_tables(void **state)
{
	(void)state;
	check_html(
		"<table><caption>Ports</caption><thead><tr><td>Source<td>Port</thead>"
		"<tbody><tr><th>A</th><td>443</td></tr><tr><td></td><td>&nbsp;</td></tr>"
		"</tbody></table>",
		"table 3x2: Ports\n# Source | Port\n# A | 443\n= _ | _\n");
	/* Tags that are not closed. */
	check_html("<table><tr><td>a<td>b<tr><td>c<td>d</table>e",
		   "table 2x2\n= a | b\n= c | d\np e\n");
	check_html("<table><td>a<td>b</table>", "table 1x2\n= a | b\n");
	/* Ragged. */
	check_html("<table><tr><td>a<td>b<td>c<tr><td>d</table>",
		   "table 2x3\n= a | b | c\n= d | ! | !\n");
	check_html("<table></table><table><tr></tr></table>x", "p x\n");
	check_html("before<table><tr><td>a</table>after",
		   "p before\ntable 1x1\n= a\np after\n");
}

/* Shape 2 of published tables: device spanned, notes empty. */
static void test_html_spans(void **state)
{
	(void)state;
	check_html("<table><tr><th>Device<th>Notes<th>Type<tr><td rowspan=2>Linux"
		   "<td>7.2.x<td>Process<tr><td>&#160;<td>Folder</table>",
		   "table 3x3\n# Device | Notes | Type\n= Linux | 7.2.x | Process\n"
		   "= <Linux> | _ | Folder\n");
	check_html("<table><tr><td colspan=3>a<tr><td>b<td colspan=2 rowspan=2>c<tr><td>d"
		   "</table>",
		   "table 3x2\n= a | <a>\n= b | c\n= d | <c>\n");
	/* Rhythms of their own, two hosts in one span. */
	check_html("<table><tr><td rowspan=3>From<td>To 1<td rowspan=2>443<tr><td>To 2"
		   "<tr><td>To 3<td>80</table>",
		   "table 3x3\n= From | To 1 | 443\n= <From> | To 2 | <443>\n"
		   "= <From> | To 3 | 80\n");
	/* To the end of its group, and no further. */
	check_html("<table><tbody><tr><td rowspan=0>a<td>b<tr><td>c</tbody>"
		   "<tbody><tr><td>d<td>e</tbody></table>",
		   "table 3x2\n= a | b\n= <a> | c\n= d | e\n");
	/* A span wider than the table makes no columns. */
	check_html("<table><tr><td colspan=1000>Windows<tr><td>a<td>b</table>",
		   "table 2x2\n= Windows | <Windows>\n= a | b\n");
}

static void test_html_spans_that_are_told(void **state)
{
	(void)state;
	check_told("<table><tr><td rowspan=65000>a<td>b<tr><td>c</table>",
		   "table 2x2\n= a | b\n= <a> | c\n", CV_F_PAGE_SPAN, 1, 30,
		   "spans 65000 rows, and 2 are left");
	check_told("<table><thead><tr><td rowspan=2>a<td>b</thead><tr><td>c<td>d</table>",
		   "table 2x2\n# a | b\n= c | d\n", CV_F_PAGE_SPAN, 1, 33,
		   "spans 2 rows, and 1 are left");
	check_told("<table>\n<tr><td colspan=two>a<td>b</table>", "table 1x2\n= ?a | b\n",
		   CV_F_PAGE_SPAN, 2, 5, "colspan=\"two\"; it is 1 to 1000");
	check_told("<table><tr><td colspan=-1>a</table>", "table 1x1\n= ?a\n",
		   CV_F_PAGE_SPAN, 1, 12, "colspan=\"-1\"");
	check_told("<table><tr><td rowspan='99999999999999999999'>a</table>",
		   "table 1x1\n= ?a\n", CV_F_PAGE_SPAN, 1, 12, "it is 0 to 65534");
	check_told("<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>",
		   "table 2x2\n= a | b\n= c | ?<b>\n", CV_F_PAGE_SPAN, 1, 50,
		   "spans others");
}

static void test_html_cells(void **state)
{
	(void)state;
	check_html("<table><td>a<br>b<br/><br>c<td><p>one</p>\n<p>two</p>"
		   "<td><ul><li>x<li>y<ol><li>z</ol></ul>w<td><h3>H</h3>t</table>",
		   "table 1x4\n= a|b|c | one|two | x|y|z|w | H|t\n");
	check_html("<table><td>\n  a\t b&nbsp;&nbsp;c \xE2\x80\x83 d\n<td>x<wbr>y<b>z</b>"
		   "<td>\xE2\x80\x82<td> \n </table>",
		   "table 1x4\n= a b c d | xyz | _ | _\n");
	check_html("<table><td><code>&lt;Tanium Client&gt;\\*.exe</code><button>Copy"
		   "</button><td><a href=x>443</a>/tcp<td><img alt='Yes' src=y></table>",
		   "table 1x3\n= <Tanium Client>\\*.exe | 443/tcp | Yes\n");
	check_html("<table><td>';$(id)]]&gt;`\"<td>\xE2\x80\x9Cq\xE2\x80\x9D "
		   "\xF0\x9F\x94\x92"
		   "</table>",
		   "table 1x2\n= ';$(id)]]>`\" | \xE2\x80\x9Cq\xE2\x80\x9D "
		   "\xF0\x9F\x94\x92\n");
}

static void test_html_entities(void **state)
{
	(void)state;
	check_html("<p>a&rarr;b &#8594; &#x2192; &lt;x&gt; AT&T a & b &unknown; &copy",
		   "p a\xE2\x86\x92"
		   "b \xE2\x86\x92 \xE2\x86\x92 <x> AT&T a & b &unknown; &copy\n");
	/* What HTML 5 has and HTML 4 has not. */
	check_html("<p>C&colon;&bsol;x&bsol;&ast;&period;log;&lowbar;&sol;sol&comma;",
		   "p C:\\x\\*.log;_/sol,\n");
	/* Numbers of Windows, as old editors wrote them. */
	check_html("<p>2500&#150;3300 &#146;x&#146; 1&#38;2",
		   "p 2500\xE2\x80\x93"
		   "3300 \xE2\x80\x99x\xE2\x80\x99 1&2\n");
	check_html("<p>&#146x &#8594y \f&bsol;\f<i>\fz</i>\fw",
		   "p \xE2\x80\x99x \xE2\x86\x92y \\ z w\n");
	check_told("<p>a\nb&#0;c", "p a bc\n", CV_F_CONTROL_CHARACTER, 2, 6, "names no");
	check_told("<p>a&#xD800;c", "p ac\n", CV_F_CONTROL_CHARACTER, 1, 13, "names no");
}

static void test_html_marks(void **state)
{
	(void)state;
	check_html(
		"<table><td>2500 to 3300<sup>1</sup><td>22/tcp<sup> 1, 2</sup>"
		"<td>10<sup>th</sup><td>x<sup>*</sup><sup>\xE2\x80\xA0</sup>"
		"<td>Zone<sup>(a)</sup> Server<td>y<sup>[<a href=#n>Note 2</a>]</sup>"
		"<td>Tanium<sup>TM</sup><td><sup>1</sup>This role<td>z<sup>123</sup>"
		"</table>",
		"table 1x9\n= 2500 to 3300{1} | 22/tcp{1}{2} | 10th | x{*}{\xE2\x80\xA0}"
		" | Zone Server{a} | y{2} | TaniumTM | 1 This role | z123\n");
	check_html("<p><sup>1</sup> This role.</p><h2>Roles<sup>2</sup></h2>"
		   "<table><caption>Ports<sup>3</sup></caption><td>a</table>",
		   "p 1 This role.\nh2 Roles{2}\ntable 1x1: Ports 3\n= a\n");
}

static void test_html_hidden(void **state)
{
	(void)state;
	check_told("<table><tr><td>a<tr hidden><td>secret</table>", "table 1x1\n= a\n",
		   CV_F_HIDDEN_TEXT, 1, 32, "\"secret\" is hidden");
	check_told("<table><td><span style='color:red; Display : NONE'>Port</span>443"
		   "</table>",
		   "table 1x1\n= 443\n", CV_F_HIDDEN_TEXT, 1, 52, "\"Port\" is hidden");
	check_told("<table><td><del>8080</del> 8443</table>", "table 1x1\n= 8443\n",
		   CV_F_HIDDEN_TEXT, 1, 17, "\"8080\" is struck out");
	check_told("<div hidden><table><td>a</table>b</div><p>c", "p c\n",
		   CV_F_HIDDEN_TEXT, 1, 24, "\"ab\"");
	/* Nothing to tell of. */
	check_html("<p hidden> </p><template><p>x</template><noscript>y</noscript>",
		   "p y\n");
	check_html("<p style='visibility: visible'>x", "p x\n");
}

/* Shape 11 of published tables: figures in bold are those of another edition. */
static void test_html_figures_that_stand_out(void **state)
{
	(void)state;
	check_html("<table><td>80/443 <b>80/8445</b><td><b>TCP:</b> 443<td><b>443</b>"
		   "<td><b>443</b>, <strong>80</strong><td><i>1</i> a <em>b</em>"
		   "<td><em><b>80</b></em> 81<td>x <b>2</b></table><p>1 <b>2</b>",
		   "table 1x7\n= ?80/443 80/8445 | TCP: 443 | 443 | 443, 80 | 1 a b"
		   " | ?80 81 | x 2\np 1 2\n");
}

static void test_html_pictures(void **state)
{
	(void)state;
	check_told("<table><tr><td>a<td><img src=tick.png></table>",
		   "table 1x2\n= a | .\n", CV_F_PICTURE_CELL, 1, 17, "shows a picture");
	check_told("<table><td><svg><path d='M0 0'/><title>t</title></svg></table>",
		   "table 1x1\n= .\n", CV_F_PICTURE_CELL, 1, 8, "shows a picture");
	check_html("<table><td>x<img src=y><input type=hidden></table>",
		   "table 1x1\n= x\n");
}

static void test_html_tags_that_are_none(void **state)
{
	(void)state;
	check_told("<table><tr><td>a<td><Tanium Client>\\Python38</table>",
		   "table 1x2\n= a | ?<Tanium Client>\\Python38\n", CV_F_UNKNOWN_TAG, 1,
		   21, "<Tanium Client> is no tag");
	check_told("<table><td>a<sup>x<Note>y</sup></table>", "table 1x1\n= ?ax<Note>y\n",
		   CV_F_UNKNOWN_TAG, 1, 19, "<Note> is no tag");
	check_html("<my-card><o:p>x</o:p></my-card>", "p x\n");
}

static void test_html_tables_inside_of_cells(void **state)
{
	(void)state;
	check_html("<table><tr><td>Layout<h2>Ports</h2><table><tr><td>a<td>b<tr><td>c</"
		   "table>"
		   "after<td>side</table>",
		   "h2 Ports\ntable 2x2\n= a | b\n= c | !\n"
		   "table 1x2\n= Layout|Ports|a b|c|after | side\n");
	check_html("<ul><li>x<table><td>a</table>y</ul>", "i1 x\ntable 1x1\n= a\ni1 y\n");
	/* What stands between cells stands outside. */
	check_html("<table>loose<tr>words<td>a</table>",
		   "p loose\np words\ntable 1x1\n= a\n");
}

static void test_html_place_of_a_heading_in_a_cell(void **state)
{
	const char *text = "<table><td>x<h2>\n A&amp;B</h2><table><td>c</table></table>";
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_HTML, text, strlen(text));
	assert_spelt(&fixture, CV_AT(&fixture.page.blocks, struct cv_block, 0)->words.at,
		     "A&amp;B");
	page_close(&fixture);
}

static void test_html_places(void **state)
{
	const char *text =
		"\xEF\xBB\xBF<p>\xC3\xA4\n<table>\r\n <tr>\n  <td a=\"<td>\">\n"
		"   7.2.x&nbsp;clients\n   <td><td>x<!-- c -->y<td>22<sup>1</sup>"
		"<td>a &lt;b&gt;<td><<td>aaaa&bsol;</table>";
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_HTML, text, strlen(text));
	assert_true(fixture.whole);
	assert_spelt(&fixture, page_cell(&fixture, "7.2.x clients")->words.at,
		     "7.2.x&nbsp;clients");
	assert_spelt(&fixture, page_cell(&fixture, "")->words.at, "<td>");
	assert_spelt(&fixture, page_cell(&fixture, "xy")->words.at, "x<!-- c -->y");
	assert_spelt(&fixture, page_cell(&fixture, "22")->words.at, "22");
	assert_spelt(&fixture, page_cell(&fixture, "22")->marks.items[0].at, "1");
	assert_spelt(&fixture, page_cell(&fixture, "a <b>")->words.at, "a &lt;b&gt;");
	assert_spelt(&fixture, page_cell(&fixture, "<")->words.at, "<");
	assert_spelt(&fixture, page_cell(&fixture, "aaaa\\")->words.at, "aaaa&bsol;");
	page_close(&fixture);
}

/* libxml2 hands long texts out in pieces of about a thousand bytes. */
static void test_html_long_text_is_whole(void **state)
{
	static const char *const pieces[] = {"a",     "ab", "\xC3\xA4",      "<",
					     "&",     "& ", "x\xE2\x86\x92", "&amp;",
					     "&sol;", "< a"};

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct cv_buf page = repeated("<table><td>", pieces[i], 5000, "</table>");
		struct cv_buf other = CV_BUF_INIT;
		struct page_fixture fixture;
		const struct cv_cell *cell;

		cv_buf_text(&other, "table 1x1\n= ");
		for (size_t j = 0; j < 5000; j++)
			cv_buf_text(&other, i == 7 ? "&" : i == 8 ? "/" : pieces[i]);
		while (other.data[other.size - 1] == ' ')
			other.data[--other.size] = '\0';
		cv_buf_text(&other, "\n");
		page_open(&fixture, CV_PAGE_HTML, page.data, page.size);
		assert_string_equal(cv_buf_string(&fixture.text), other.data);
		cell = &CV_AT(&fixture.page.blocks, struct cv_block, 0)
				->table->rows[0]
				.cells[0];
		assert_int_equal(cell->words.at.offset, strlen("<table><td>"));
		assert_int_equal(cell->words.at.offset + cell->words.at.length,
				 page.size - strlen("</table>") -
					 (pieces[i][strlen(pieces[i]) - 1] == ' '));
		page_close(&fixture);
		cv_buf_deinit(&page);
		cv_buf_deinit(&other);
	}
}

static void test_html_encodings_that_pages_claim(void **state)
{
	(void)state;
	check_html("<meta charset=iso-8859-1><p>\xC3\xA4\xE2\x82\xAC",
		   "p \xC3\xA4\xE2\x82\xAC\n");
	check_html("<?xml version='1.0' encoding='windows-1252'?><p>\xC3\xA4",
		   "p \xC3\xA4\n");
	check_html("<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;",
		   "p ]>\np &x;\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_blocks),
		cmocka_unit_test(test_html_title_and_url),
		cmocka_unit_test(test_html_tables),
		cmocka_unit_test(test_html_spans),
		cmocka_unit_test(test_html_spans_that_are_told),
		cmocka_unit_test(test_html_cells),
		cmocka_unit_test(test_html_entities),
		cmocka_unit_test(test_html_marks),
		cmocka_unit_test(test_html_hidden),
		cmocka_unit_test(test_html_figures_that_stand_out),
		cmocka_unit_test(test_html_pictures),
		cmocka_unit_test(test_html_tags_that_are_none),
		cmocka_unit_test(test_html_tables_inside_of_cells),
		cmocka_unit_test(test_html_place_of_a_heading_in_a_cell),
		cmocka_unit_test(test_html_places),
		cmocka_unit_test(test_html_long_text_is_whole),
		cmocka_unit_test(test_html_encodings_that_pages_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
