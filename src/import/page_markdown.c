/* The blocks of a page in Markdown: what begins a line decides. */
#include "import/page_markdown.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/page_html.h"

size_t cv_markdown_line_end(const struct cv_markdown *markdown, size_t at)
{
	const char *end = memchr(markdown->text + at, '\n', markdown->end - at);

	return end ? (size_t)(end - markdown->text) : markdown->end;
}

size_t cv_markdown_next(const struct cv_markdown *markdown, size_t at)
{
	const size_t end = cv_markdown_line_end(markdown, at);

	return end < markdown->end ? end + 1 : end;
}

/* ---- what is open ---- */

static void flush(struct cv_markdown *markdown)
{
	struct cv_gathered *open = &markdown->open;
	struct cv_block *block;

	if (open->words.begun) {
		block = cv_parts_block(markdown->parts, markdown->kind, markdown->level,
				       cv_parts_words(markdown->parts, &open->words,
						      (struct cv_span){0}));
		if (block)
			block->marks = open->marks;
	} else {
		cv_parts_words(markdown->parts, &open->words, (struct cv_span){0});
	}
	cv_gathered_forget(open);
	markdown->kind = CV_BLOCK_PARAGRAPH;
	markdown->level = 0;
	markdown->lines = 0;
}

/* A line of what is open; two blanks or a backslash at its end break it. */
static void add_line(struct cv_markdown *markdown, size_t at, size_t end)
{
	const char *text = markdown->text;
	bool breaks = false;

	while (end > at && strchr(" \t\r", text[end - 1])) {
		breaks = end - 1 > at && text[end - 1] == ' ' && text[end - 2] == ' ';
		end--;
		if (breaks)
			break;
	}
	while (end > at && strchr(" \t\r", text[end - 1]))
		end--;
	if (end > at && text[end - 1] == '\\' &&
	    (end - 1 == at || text[end - 2] == ' ')) {
		breaks = true;
		end--;
	}
	markdown->open.words.blank = true;
	cv_markdown_words(markdown->parts, &markdown->open, at, end - at, false);
	if (breaks)
		cv_words_line(&markdown->open.words);
	markdown->lines++;
}

/* ---- a line, and what it may begin ---- */

struct line {
	size_t at, end; /* of what stands in it, without blanks and marks of quotation */
	size_t indent;
};

static struct line look(const struct cv_markdown *markdown, size_t at)
{
	const char *text = markdown->text;
	struct line line = {.at = at, .end = cv_markdown_line_end(markdown, at)};

	while (line.at < line.end && strchr(" \t\r>", text[line.at])) {
		/* A placeholder may begin a line, but no `>` does without meaning it. */
		line.indent = text[line.at] == '>'    ? 0
			      : text[line.at] == '\t' ? line.indent + 4
						      : line.indent + 1;
		line.at++;
	}
	while (line.end > line.at && text[line.end - 1] == '\r')
		line.end--;
	return line;
}

static bool take_heading(struct cv_markdown *markdown, const struct line *line)
{
	const char *text = markdown->text + line->at;
	size_t size = line->end - line->at;
	const size_t marks = size ? strspn(text, "#") : 0;

	if (marks < 1 || marks > 6 || (marks < size && text[marks] != ' '))
		return false;
	flush(markdown);
	markdown->kind = CV_BLOCK_HEADING;
	markdown->level = (unsigned)marks;
	while (size > marks && strchr(" \t", text[size - 1]))
		size--;
	while (size > marks && text[size - 1] == '#')
		size--;
	/* Marks at the end are decoration, but for those of `C#`. */
	if (size > marks && !strchr(" \t", text[size - 1]))
		size = line->end - line->at;
	if (size > marks)
		add_line(markdown, line->at + marks, line->at + size);
	flush(markdown);
	return true;
}

static bool is_all(const struct cv_markdown *markdown, const struct line *line,
		   const char *signs, size_t least)
{
	size_t count = 0;

	for (size_t i = line->at; i < line->end; i++) {
		const char c = markdown->text[i];

		if (c != ' ' && c != '\t' && c != signs[0])
			return false;
		count += c == signs[0];
	}
	return count >= least;
}

/* A line below a heading, or one that parts what is above from what is below. */
static bool take_underline(struct cv_markdown *markdown, const struct line *line)
{
	const bool double_line = is_all(markdown, line, "=", 2);
	const bool heads = double_line || is_all(markdown, line, "-", 2);

	if (heads && markdown->lines == 1 && markdown->kind == CV_BLOCK_PARAGRAPH) {
		markdown->kind = CV_BLOCK_HEADING;
		markdown->level = double_line ? 1 : 2;
		flush(markdown);
		return true;
	}
	if (!is_all(markdown, line, "-", 3) && !is_all(markdown, line, "*", 3) &&
	    !is_all(markdown, line, "_", 3))
		return false;
	flush(markdown);
	return true;
}

/* Bytes of the mark of a list item with its blank, or 0. */
static size_t item_mark(const struct cv_markdown *markdown, const struct line *line)
{
	const char *text = markdown->text + line->at;
	const size_t size = line->end - line->at;
	size_t digits;

	if (size < 2)
		return 0;
	if (strchr("-*+", text[0]) && strchr(" \t", text[1]))
		return 2;
	digits = strspn(text, "0123456789");
	return digits >= 1 && digits <= 9 && digits + 1 < size &&
			       strchr(".)", text[digits]) &&
			       strchr(" \t", text[digits + 1])
		       ? digits + 2
		       : 0;
}

static bool take_item(struct cv_markdown *markdown, const struct line *line)
{
	const size_t mark = item_mark(markdown, line);
	const size_t most = sizeof markdown->indents / sizeof *markdown->indents;

	if (!mark)
		return false;
	flush(markdown);
	while (markdown->depth && markdown->indents[markdown->depth - 1] >= line->indent)
		markdown->depth--;
	if (markdown->depth < most)
		markdown->indents[markdown->depth++] = line->indent;
	markdown->kind = CV_BLOCK_ITEM;
	markdown->level = (unsigned)markdown->depth;
	add_line(markdown, line->at + mark, line->end);
	return true;
}

/* ---- what goes over several lines ---- */

/* Code between fences: its lines as they are. */
static bool take_fence(struct cv_markdown *markdown, const struct line *line)
{
	const char *text = markdown->text + line->at;
	const size_t size = line->end - line->at;
	const size_t marks = size ? strspn(text, *text == '~' ? "~" : "`") : 0;
	const char sign = *text;
	size_t at = cv_markdown_next(markdown, markdown->at);

	if (marks < 3 || memchr(text + marks, '`', size > marks ? size - marks : 0))
		return false;
	flush(markdown);
	while (at < markdown->end) {
		const struct line inner = look(markdown, at);
		const char *code = markdown->text + inner.at;
		const size_t next = cv_markdown_next(markdown, at);

		at = next;
		if (inner.end - inner.at >= marks && *code == sign &&
		    strspn(code, sign == '~' ? "~" : "`") >= marks)
			break;
		cv_words_add(&markdown->open.words, code, inner.end - inner.at, inner.at);
		cv_words_line(&markdown->open.words);
	}
	flush(markdown);
	markdown->at = at;
	return true;
}

static bool tell_open(struct cv_markdown *markdown, size_t at, const char *what)
{
	struct cv_parts *parts = markdown->parts;

	parts->full = true;
	return cv_find(parts->ctx, CV_F_PAGE_UNREADABLE, cv_parts_at(parts, at, 1),
		       "the %s that begins here does not end", what);
}

/* Where the table of HTML that begins at `at` ends, those inside of it counted; 0: it
 * does not. */
static size_t table_end(const struct cv_markdown *markdown, size_t at)
{
	const char *text = markdown->text, *tag = text + at, *end = text + markdown->end;
	size_t depth = 0;

	for (; (tag = memchr(tag, '<', (size_t)(end - tag))); tag++) {
		if (strncasecmp(tag, "<table", 6) == 0)
			depth++;
		else if (strncasecmp(tag, "</table", 7) == 0 && --depth == 0)
			break;
	}
	if (!tag)
		return 0;
	tag = memchr(tag, '>', (size_t)(end - tag));
	return tag ? (size_t)(tag - text) + 1 : markdown->end;
}

/* Tables of HTML, and comments, where they begin a line. */
static bool take_html(struct cv_markdown *markdown, const struct line *line)
{
	const char *text = markdown->text + line->at;
	const size_t left = markdown->end - line->at;
	size_t end;

	if (left > 6 && strncasecmp(text, "<table", 6) == 0 &&
	    strchr(" \t\r\n>", text[6])) {
		flush(markdown);
		end = table_end(markdown, line->at);
		if (end)
			cv_page_read_html_part(markdown->parts, line->at, end - line->at);
		else
			tell_open(markdown, line->at, "table");
	} else if (left > 4 && memcmp(text, "<!--", 4) == 0) {
		const char *close = memmem(text + 4, left - 4, "-->", 3);

		end = close ? (size_t)(close - markdown->text) + 3 : 0;
		if (!close)
			tell_open(markdown, line->at, "comment");
	} else {
		return false;
	}
	markdown->at = end ? end : markdown->end;
	return true;
}

static bool take_table(struct cv_markdown *markdown, const struct line *line)
{
	const size_t next = cv_markdown_next(markdown, markdown->at);
	struct line rule;

	if (next >= markdown->end ||
	    !cv_markdown_has_pipe(markdown->text + line->at, line->end - line->at))
		return false;
	rule = look(markdown, next);
	if (!cv_markdown_is_rule(markdown->text + rule.at, rule.end - rule.at))
		return false;
	flush(markdown);
	cv_markdown_table(markdown);
	return true;
}

/* ---- the page ---- */

/* What stands between two lines of `---` at the start is about the page. */
static void take_front_matter(struct cv_markdown *markdown)
{
	static const struct {
		const char *key;
		bool url;
	} keys[] = {{"title:", false}, {"canonicalUrl:", true}, {"canonical_url:", true}};
	struct cv_page *page = markdown->parts->page;
	size_t at = cv_markdown_next(markdown, markdown->at);

	if (strncmp(markdown->text + markdown->at, "---\n", 4) != 0 &&
	    strncmp(markdown->text + markdown->at, "---\r\n", 5) != 0)
		return;
	for (; at < markdown->end; at = cv_markdown_next(markdown, at)) {
		const struct line line = look(markdown, at);
		const char *text = markdown->text + line.at;

		if (line.end - line.at == 3 && strncmp(text, "---", 3) == 0) {
			markdown->at = cv_markdown_next(markdown, at);
			return;
		}
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
			const size_t size = strlen(keys[i].key);
			struct cv_words words = {.begun = false};

			if (line.end - line.at <= size ||
			    strncmp(text, keys[i].key, size) != 0)
				continue;
			cv_words_add(&words, text + size, line.end - line.at - size,
				     line.at + size);
			*(keys[i].url ? &page->url : &page->title) = cv_parts_words(
				markdown->parts, &words,
				cv_parts_at(markdown->parts, line.at, size));
			cv_buf_deinit(&words.text);
		}
	}
}

/* Each takes a line, or lines, and steps behind what it took when that is not the line
 * alone. */
static bool (*const takers[])(struct cv_markdown *markdown, const struct line *line) = {
	take_html, take_fence, take_table, take_heading, take_underline, take_item,
};

static void take_line(struct cv_markdown *markdown)
{
	const size_t at = markdown->at;
	const struct line line = look(markdown, at);

	if (line.at == line.end) {
		flush(markdown);
		markdown->at = cv_markdown_next(markdown, at);
		return;
	}
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
		if (takers[i](markdown, &line)) {
			if (markdown->at == at)
				markdown->at = cv_markdown_next(markdown, at);
			return;
		}
	if (!markdown->lines && line.indent == 0)
		markdown->depth = 0;
	add_line(markdown, line.at, line.end);
	markdown->at = cv_markdown_next(markdown, at);
}

void cv_page_read_markdown(struct cv_parts *parts)
{
	struct cv_markdown markdown = {
		.parts = parts,
		.text = parts->source->text,
		.at = strncmp(parts->source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0,
		.end = parts->source->size,
		.kind = CV_BLOCK_PARAGRAPH,
	};

	take_front_matter(&markdown);
	while (markdown.at < markdown.end && !parts->full)
		take_line(&markdown);
	flush(&markdown);
	cv_buf_deinit(&markdown.open.words.text);
}
