/* The words of a line of Markdown.  Two passes: the first finds which bytes are signs, so
 * that the second can leave them out.  `C:\Users\*\*.log` and `*.mdf*` are the trap: what
 * a renderer shows of them is not what was meant, and nobody can tell from the page. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "import/page_html.h"
#include "import/page_markdown.h"
#include "import/page_signs.h"

struct range {
	size_t at, size;
};

enum { MOST_SIGNS = 256, MOST_OPEN = 32 };

struct opener {
	size_t at, size;
};

struct line {
	struct cv_parts *parts;
	struct cv_gathered *to;
	struct cv_markdown_text in;
	const char *text; /* in.text, and its size and place */
	size_t offset, size;
	bool in_table;
	struct range signs[MOST_SIGNS]; /* bytes that are left out */
	size_t sign_count;
	struct opener open[MOST_OPEN];
	size_t open_count;
	size_t brackets[MOST_OPEN];
	size_t bracket_count;
	/* Backslashes: that stand for themselves, before a pipe of a table, that escape
	 * other signs; of these, such as could part folders, and such as could not. */
	size_t literal, pipes, escaped, odd, sure;
	const char *doubt; /* why the signs are not sure, or NULL */
	struct cv_words sup, struck;
	bool in_sup, in_struck;
};

/* ---- which bytes are signs ---- */

static void add_sign(struct line *line, size_t at, size_t size)
{
	if (line->sign_count < MOST_SIGNS)
		line->signs[line->sign_count++] = (struct range){at, size};
	else
		line->doubt = "many signs";
}

static char before(const struct line *line, size_t at)
{
	return at ? line->text[at - 1] : ' ';
}

static char behind(const struct line *line, size_t at)
{
	return at < line->size ? line->text[at] : ' ';
}

static bool has_digits(const struct line *line, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (cv_markdown_is_digit(line->text[i]))
			return true;
	return false;
}

/* Stars and underscores that are signs of emphasis may as well be wildcards, or tell the
 * ports of one edition from those of another. */
static bool is_doubtful(const struct line *line, const struct opener *open, size_t close,
			size_t size)
{
	const size_t from = open->at + size;
	const char *inner = line->text + from;
	const size_t count = close - from;
	const char first = inner[0], last = inner[count - 1];
	const char left = before(line, open->at), right = behind(line, close + size);
	const bool one_word = !memchr(inner, ' ', count);

	if (strchr("\\/", first) || strchr("\\/", last) ||
	    (first == '.' && count > 1 && !cv_markdown_is_blank(inner[1])))
		return true;
	if (!(cv_markdown_is_blank(left) || strchr("(,;:\"'>-|", left)) ||
	    !(cv_markdown_is_blank(right) || strchr("),;:.\"'<-|", right)))
		return true;
	if (cv_markdown_is_digit(first) &&
	    (has_digits(line, 0, open->at) || has_digits(line, close + size, line->size)))
		return true;
	if (size > 1 || !one_word)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!cv_markdown_is_letter(inner[i]) && (unsigned char)inner[i] < 0x80)
			return true;
	return false;
}

/* By the rules of GitHub's Markdown for what a run of stars or underscores can do. */
static void take_run(struct line *line, size_t at, size_t size)
{
	const char c = line->text[at];
	const char left = before(line, at), right = behind(line, at + size);
	const bool opens =
		!cv_markdown_is_blank(right) &&
		(!cv_markdown_is_punctuation(right) || cv_markdown_is_blank(left) ||
		 cv_markdown_is_punctuation(left));
	const bool closes =
		!cv_markdown_is_blank(left) &&
		(!cv_markdown_is_punctuation(left) || cv_markdown_is_blank(right) ||
		 cv_markdown_is_punctuation(right));
	const bool may_open =
		opens && (c != '_' || !closes || cv_markdown_is_punctuation(left));
	const bool may_close =
		closes && (c != '_' || !opens || cv_markdown_is_punctuation(right));

	if (c == '~' && size != 2)
		return;
	for (size_t i = line->open_count; may_close && i-- > 0;) {
		const struct opener *open = &line->open[i];

		if (line->text[open->at] != c || open->at + open->size == at)
			continue;
		if (open->size != size || (c != '~' && is_doubtful(line, open, at, size)))
			line->doubt = "stars or underscores";
		add_sign(line, open->at, open->size);
		add_sign(line, at, size);
		line->open_count = i;
		return;
	}
	if (may_open && line->open_count < MOST_OPEN)
		line->open[line->open_count++] = (struct opener){at, size};
}

/* `](url)` and `][name]` behind what `[` began: the words of a link are words. */
static size_t take_bracket(struct line *line, size_t at)
{
	const char next = behind(line, at + 1);
	size_t open, end = at + 2;

	if (line->bracket_count == 0)
		return 1;
	open = line->brackets[--line->bracket_count];
	if (next != '(' && next != '[')
		return 1;
	while (end < line->size && line->text[end] != ']' &&
	       (next == '[' || line->text[end] != ')'))
		end++;
	if (end == line->size || line->text[end] != (next == '(' ? ')' : ']'))
		return 1;
	add_sign(line, open, 1);
	if (open && line->text[open - 1] == '!')
		add_sign(line, open - 1, 1);
	add_sign(line, at, end + 1 - at);
	return end + 1 - at;
}

static void take_backslash(struct line *line, size_t at, bool escape)
{
	const char c = behind(line, at + 1), left = before(line, at);

	if (!escape) {
		line->literal++;
		return;
	}
	if (c == '|' && line->in_table) {
		line->pipes++;
		return;
	}
	line->escaped++;
	if (c != '\\' && strchr("*.<{[$", c) &&
	    (cv_markdown_is_letter(left) || cv_markdown_is_digit(left) ||
	     strchr("%)>}:", left)))
		line->odd++;
	else
		line->sure++;
}

static void find_signs(struct line *line)
{
	size_t at = 0;

	while (at < line->size) {
		const struct cv_markdown_token token = cv_markdown_token(&line->in, at);
		size_t size = token.size;

		if (token.kind == CV_TOKEN_RUN)
			take_run(line, at, size);
		else if (line->text[at] == '\\')
			take_backslash(line, at, token.kind == CV_TOKEN_ESCAPE);
		else if (token.kind == CV_TOKEN_TEXT && line->text[at] == '[' &&
			 line->bracket_count < MOST_OPEN)
			line->brackets[line->bracket_count++] = at;
		else if (token.kind == CV_TOKEN_TEXT && line->text[at] == ']')
			size = take_bracket(line, at);
		at += size;
	}
	/* In a path some backslashes part folders; when others escape, either may have
	 * been meant. */
	if ((line->literal && (line->escaped || line->pipes)) ||
	    (line->odd && !line->sure))
		line->doubt = "backslashes";
}

/* ---- words ---- */

static struct cv_words *words_of(struct line *line)
{
	return line->in_struck ? &line->struck
	       : line->in_sup  ? &line->sup
			       : &line->to->words;
}

static void add(struct line *line, size_t at, size_t size)
{
	cv_words_add(words_of(line), line->text + at, size, line->offset + at);
}

static void spell(struct line *line, const char *text, size_t text_size, size_t at,
		  size_t size)
{
	cv_words_spelt(words_of(line), text, text_size, line->offset + at, size);
}

static void end_sup(struct line *line)
{
	line->in_sup = false;
	cv_gathered_sup(line->parts, line->to, &line->sup);
}

static void end_struck(struct line *line)
{
	line->in_struck = false;
	cv_parts_left_out(line->parts, &line->struck, "is struck out");
}

static void take_tag(struct line *line, const struct cv_markdown_token *token)
{
	const enum cv_html_role role = cv_html_role(token->name);

	switch (role) {
	case CV_HTML_SUP:
		if (token->closes)
			end_sup(line);
		line->in_sup = !token->closes;
		break;
	case CV_HTML_STRUCK:
		if (token->closes)
			end_struck(line);
		line->in_struck = !token->closes;
		break;
	case CV_HTML_BREAK:
	case CV_HTML_BLOCK:
	case CV_HTML_ITEM:
	case CV_HTML_LIST:
	case CV_HTML_PRE:
	case CV_HTML_HEADING:
		cv_words_line(words_of(line));
		break;
	case CV_HTML_PICTURE:
		line->to->picture = true;
		break;
	default:
		break;
	}
}

/* In a table `\|` is a pipe even in code; elsewhere code holds what it holds. */
static void take_code(struct line *line, const struct cv_markdown_token *token)
{
	size_t at = token->inner;
	const size_t end = at + token->inner_size;

	while (at < end) {
		const char *slash = line->in_table
					    ? memmem(line->text + at, end - at, "\\|", 2)
					    : NULL;
		const size_t to = slash ? (size_t)(slash - line->text) : end;

		add(line, at, to - at);
		if (slash)
			spell(line, "|", 1, to, 2);
		at = slash ? to + 2 : end;
	}
}

static void take_entity(struct line *line, size_t at, size_t size)
{
	char character[4];
	size_t filled;

	cv_entity_read(line->text + at, line->size - at, character, &filled);
	if (filled == 3 && memcmp(character, "\xEF\xBF\xBD", 3) == 0)
		cv_parts_tell(line->parts, CV_F_CONTROL_CHARACTER,
			      cv_parts_at(line->parts, line->offset + at, size),
			      "a reference that names no character");
	spell(line, character, filled, at, size);
}

/* `[^1]`, a mark. */
static size_t footnote_size(const struct line *line, size_t at)
{
	size_t size = 2;

	if (line->size - at < 4 || memcmp(line->text + at, "[^", 2) != 0)
		return 0;
	while (at + size < line->size && size < 16 &&
	       (cv_markdown_is_letter(line->text[at + size]) ||
		cv_markdown_is_digit(line->text[at + size])))
		size++;
	return size > 2 && behind(line, at + size) == ']' ? size + 1 : 0;
}

static void take_token(struct line *line, const struct cv_markdown_token *token,
		       size_t at)
{
	switch (token->kind) {
	case CV_TOKEN_ESCAPE:
		if (line->doubt && !(line->in_table && line->text[at + 1] == '|'))
			add(line, at, 2);
		else
			spell(line, line->text + at + 1, 1, at, 2);
		break;
	case CV_TOKEN_CODE:
		take_code(line, token);
		break;
	case CV_TOKEN_ENTITY:
		take_entity(line, at, token->size);
		break;
	case CV_TOKEN_TAG:
		take_tag(line, token);
		break;
	case CV_TOKEN_COMMENT:
		break;
	case CV_TOKEN_LINK:
		add(line, token->inner, token->inner_size);
		break;
	default:
		add(line, at, token->size);
	}
}

static void add_words(struct line *line)
{
	size_t at = 0, next = 0;

	while (at < line->size) {
		struct cv_markdown_token token;
		size_t footnote;

		while (next < line->sign_count && line->signs[next].at < at)
			next++;
		if (next < line->sign_count && line->signs[next].at == at) {
			const bool strikes = line->text[at] == '~';

			if (strikes && line->in_struck)
				end_struck(line);
			else if (strikes)
				line->in_struck = true;
			at += line->signs[next++].size;
			continue;
		}
		footnote = footnote_size(line, at);
		if (footnote) {
			line->in_sup = true;
			add(line, at + 2, footnote - 3);
			end_sup(line);
			at += footnote;
			continue;
		}
		token = cv_markdown_token(&line->in, at);
		take_token(line, &token, at);
		at += token.size;
	}
	if (line->in_sup)
		end_sup(line);
	if (line->in_struck)
		end_struck(line);
}

static int compare_signs(const void *a, const void *b)
{
	const struct range *first = a, *second = b;

	return first->at < second->at ? -1 : first->at > second->at;
}

/* In the order of the line; those that are not sure are none. */
static void order_signs(struct line *line)
{
	size_t count = 0;

	for (size_t i = 0; i < line->sign_count; i++)
		if (!line->doubt || !strchr("*_", line->text[line->signs[i].at]))
			line->signs[count++] = line->signs[i];
	line->sign_count = count;
	qsort(line->signs, count, sizeof *line->signs, compare_signs);
}

static bool is_plain(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (strchr("\\`*_~[]<&", text[i]))
			return false;
	return true;
}

static void read_line(struct line *line)
{
	line->in = (struct cv_markdown_text){line->text, line->size, true};
	find_signs(line);
	order_signs(line);
	add_words(line);
	if (line->doubt && line->in_table) {
		line->to->why = "its signs may be those of Markdown or part of it";
		cv_parts_tell(line->parts, CV_F_UNSURE_MARKUP,
			      cv_parts_at(line->parts, line->offset, line->size),
			      "the %s here may be signs of Markdown or part of a value",
			      line->doubt);
	}
	cv_buf_deinit(&line->sup.text);
	cv_buf_deinit(&line->struck.text);
}

void cv_markdown_words(struct cv_parts *parts, struct cv_gathered *to, size_t offset,
		       size_t size, bool in_table)
{
	const char *text = parts->source->text + offset;

	if (is_plain(text, size))
		cv_words_add(&to->words, text, size, offset);
	else
		read_line(&(struct line){.parts = parts,
					 .to = to,
					 .text = text,
					 .offset = offset,
					 .size = size,
					 .in_table = in_table});
}
