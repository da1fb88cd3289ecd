/* The signs of Markdown and the tags of HTML in a line, one at a time.  What looks ahead
 * for the end of a sign looks a bounded way, so that the time stays linear. */
#include <string.h>
#include <strings.h>

#include "import/page_markdown.h"
#include "import/page_signs.h"

enum { MOST_AHEAD = 4096 };

bool cv_markdown_is_punctuation(char c)
{
	return c && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c);
}

bool cv_markdown_is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

bool cv_markdown_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool cv_markdown_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

static size_t run_size(const struct cv_markdown_text *line, size_t at)
{
	size_t size = 1;

	while (at + size < line->size && line->text[at + size] == line->text[at])
		size++;
	return size;
}

/* A run of backticks closes at the next one of the same length. */
static bool read_code(const struct cv_markdown_text *line, size_t at,
		      struct cv_markdown_token *token)
{
	const size_t ticks = run_size(line, at);
	const size_t last = line->size - at > MOST_AHEAD ? at + MOST_AHEAD : line->size;

	for (size_t i = at + ticks; i < last;) {
		const char *next = memchr(line->text + i, '`', last - i);
		size_t size;

		if (!next)
			break;
		i = (size_t)(next - line->text);
		size = run_size(line, i);
		if (size == ticks) {
			token->kind = CV_TOKEN_CODE;
			token->inner = at + ticks;
			token->inner_size = i - at - ticks;
			token->size = i + ticks - at;
			return true;
		}
		i += size;
	}
	token->size = ticks;
	return false;
}

/* The tags that pages in Markdown use.  `<version>` and `<address>` are words. */
static bool is_tag(const char *name)
{
	static const char *const names[] = {
		"a",      "b",      "br",   "center",  "code", "del",   "details",
		"div",    "em",     "font", "h1",      "h2",   "h3",    "h4",
		"h5",     "h6",     "i",    "img",     "ins",  "kbd",   "li",
		"mark",   "ol",     "p",    "pre",     "s",    "small", "span",
		"strike", "strong", "sub",  "summary", "sup",  "tt",    "u",
		"ul",     "var",    "wbr"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool read_tag(struct cv_markdown_text *line, size_t at,
		     struct cv_markdown_token *token)
{
	const char *text = line->text + at;
	const size_t left = line->size - at < MOST_AHEAD ? line->size - at : MOST_AHEAD;
	const char *end;
	size_t from = 1, size = 0;

	if (left > 4 && memcmp(text, "<!--", 4) == 0 && line->comment_ends) {
		end = memmem(text + 4, line->size - at - 4, "-->", 3);
		line->comment_ends = end != NULL;
		token->kind = CV_TOKEN_COMMENT;
		token->size = end ? (size_t)(end - text) + 3 : 1;
		return end != NULL;
	}
	for (end = text + 1; end < text + left && *end != '>' && *end != '<'; end++)
		;
	if (end == text + left || *end != '>')
		return false;
	token->size = (size_t)(end - text) + 1;
	if (strncasecmp(text, "<http://", 8) == 0 ||
	    strncasecmp(text, "<https://", 9) == 0) {
		token->kind = CV_TOKEN_LINK;
		token->inner = at + 1;
		token->inner_size = token->size - 2;
		return true;
	}
	token->closes = text[1] == '/';
	from += token->closes;
	while (size + 1 < sizeof token->name &&
	       (cv_markdown_is_letter(text[from + size]) ||
		cv_markdown_is_digit(text[from + size]))) {
		token->name[size] = text[from + size];
		if (cv_markdown_is_letter(token->name[size]))
			token->name[size] = (char)(token->name[size] | 0x20);
		size++;
	}
	token->kind = CV_TOKEN_TAG;
	return (cv_markdown_is_blank(text[from + size]) ||
		strchr("/>", text[from + size])) &&
	       is_tag(token->name);
}

struct cv_markdown_token cv_markdown_token(struct cv_markdown_text *line, size_t at)
{
	const char *text = line->text + at;
	const size_t left = line->size - at;
	struct cv_markdown_token token = {.kind = CV_TOKEN_TEXT, .size = 1};
	char character[4];
	size_t filled;

	switch (*text) {
	case '\\':
		if (left > 1 && cv_markdown_is_punctuation(text[1])) {
			token.kind = CV_TOKEN_ESCAPE;
			token.size = 2;
		}
		return token;
	case '`':
		read_code(line, at, &token);
		return token;
	case '<':
		if (!read_tag(line, at, &token))
			token = (struct cv_markdown_token){.kind = CV_TOKEN_TEXT,
							   .size = 1};
		return token;
	case '&':
		token.size = cv_entity_read(text, left, character, &filled);
		token.kind = token.size ? CV_TOKEN_ENTITY : CV_TOKEN_TEXT;
		token.size += token.size == 0;
		return token;
	case '*':
	case '_':
	case '~':
		token.kind = CV_TOKEN_RUN;
		token.size = run_size(line, at);
		return token;
	default:
		return token;
	}
}
