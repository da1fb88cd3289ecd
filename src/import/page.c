/* Tells the form of a page by its bytes, and hands it to the reader of that form. */
#include "import/page.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/page_markdown.h"
#include "import/page_parts.h"
#include "read/yaml.h"

const char *const cv_page_forms[] = {"any", "html", "markdown", "csv",
				     "tsv", "text", NULL};

static void (*const readers[])(struct cv_parts *parts) = {
	[CV_PAGE_HTML] = cv_page_read_html, [CV_PAGE_MARKDOWN] = cv_page_read_markdown,
	[CV_PAGE_CSV] = cv_page_read_csv,   [CV_PAGE_TSV] = cv_page_read_csv,
	[CV_PAGE_TEXT] = cv_page_read_text,
};

/* ---- telling the form ---- */

static bool is_name_end(char c)
{
	return c == '>' || c == '/' || strchr(" \t\r\n\f", c);
}

/* A page begins with one of these tags; `<Tanium Client>` is none. */
static bool begins_as_html(const char *text)
{
	static const char *const first[] = {
		"!doctype", "!--",     "?xml",    "html", "head",  "body",  "title",
		"meta",     "link",    "style",   "div",  "table", "main",  "article",
		"section",  "header",  "nav",     "p",    "span",  "h1",    "h2",
		"h3",       "h4",      "ul",      "ol",   "dl",    "thead", "tbody",
		"tr",       "caption", "colgroup"};

	text += strspn(text, " \t\r\n\f");
	if (*text++ != '<')
		return false;
	for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
		const size_t size = strlen(first[i]);

		if (strncasecmp(text, first[i], size) == 0 &&
		    (first[i][0] == '!' || is_name_end(text[size])))
			return true;
	}
	return false;
}

static bool is_markdown_heading(const char *line, size_t size)
{
	const size_t marks = strspn(line, "#");

	return marks >= 1 && marks <= 6 && marks + 1 < size && line[marks] == ' ';
}

struct signs {
	bool pipe_table, heading, html_table;
};

static struct signs find_signs(const char *text)
{
	struct signs signs = {false, false, false};
	bool pipes = false; /* in the line before */

	while (*text) {
		const size_t size = strcspn(text, "\n");

		if (pipes && cv_markdown_is_rule(text, size))
			signs.pipe_table = true;
		pipes = memchr(text, '|', size) != NULL;
		signs.heading = signs.heading || is_markdown_heading(text, size);
		for (const char *tag = text;
		     !signs.html_table &&
		     (tag = memchr(tag, '<', size - (size_t)(tag - text)));
		     tag++)
			signs.html_table =
				strncasecmp(tag, "<table", 6) == 0 && is_name_end(tag[6]);
		text += size;
		text += *text == '\n';
	}
	return signs;
}

/* The delimiters of the record at `text`, and how many of them a blank follows; NULL: a
 * quote never ends. */
static const char *count_delimiters(const char *text, char delimiter, size_t *count_out,
				    size_t *loose_out)
{
	bool quoted = false, starts = true;

	for (; *text && (quoted || *text != '\n'); text++) {
		if (quoted) {
			quoted = *text != '"';
			continue;
		}
		if (*text == delimiter) {
			++*count_out;
			*loose_out += text[1] == ' ';
			starts = true;
			continue;
		}
		/* A doubled quote closes and opens again. */
		quoted = *text == '"' && (starts || text[-1] == '"');
		starts = false;
	}
	return quoted ? NULL : text;
}

/* Every line has as many delimiters as the first: at least two, or one that is not the
 * comma of a sentence. */
static bool is_delimited(const char *text, char delimiter)
{
	size_t records = 0, first = 0, loose = 0;

	while (*text) {
		size_t count = 0;

		if (*text == '\n' || (*text == '\r' && text[1] == '\n')) {
			text += *text == '\r' ? 2 : 1;
			continue;
		}
		text = count_delimiters(text, delimiter, &count, &loose);
		if (!text || count == 0 || (records++ && count != first))
			return false;
		first = count;
		text += *text == '\n';
	}
	return records >= 2 && (first >= 2 || loose == 0);
}

enum cv_page_form cv_page_tell(const struct cv_source *source)
{
	const char *text = source->text;
	struct signs signs;

	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	if (begins_as_html(text))
		return CV_PAGE_HTML;
	signs = find_signs(text);
	if (signs.pipe_table || (signs.heading && signs.html_table))
		return CV_PAGE_MARKDOWN;
	if (signs.html_table)
		return CV_PAGE_HTML;
	if (is_delimited(text, '\t'))
		return CV_PAGE_TSV;
	if (is_delimited(text, ',') || is_delimited(text, ';'))
		return CV_PAGE_CSV;
	return signs.heading ? CV_PAGE_MARKDOWN : CV_PAGE_TEXT;
}

/* ---- reading ---- */

bool cv_page_read(struct cv_ctx *ctx, struct cv_source *source, enum cv_page_form form,
		  struct cv_page *page_out)
{
	const size_t errors = cv_error_count(ctx);
	struct cv_parts parts;

	*page_out = (struct cv_page){.source = source, .form = form};
	if (source->size > CV_MAX_PAGE_BYTES)
		return cv_find(ctx, CV_F_PAGE_TOO_LARGE, cv_span(source->id, 0, 0),
			       "%s has %zu bytes; a page has at most %d", source->name,
			       source->size, CV_MAX_PAGE_BYTES);
	if (!cv_bytes_check_page(ctx, source))
		return false;
	if (form == CV_PAGE_ANY)
		page_out->form = cv_page_tell(source);
	cv_parts_open(&parts, ctx, page_out);
	readers[page_out->form](&parts);
	cv_parts_close(&parts);
	return cv_error_count(ctx) == errors;
}
