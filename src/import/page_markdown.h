#pragma once
/* Between the parts of the Markdown reader: blocks, tables, and the words in a line.
 * Markdown is that of GitHub: https://github.github.com/gfm/. */

#include <stdbool.h>
#include <stddef.h>

#include "import/page_parts.h"

struct cv_markdown {
	struct cv_parts *parts;
	const char *text; /* of the source, and its size */
	size_t at, end;   /* the line that is looked at begins at `at` */
	struct cv_gathered
		open; /* a paragraph, an item or a line that may be a heading */
	enum cv_block_kind kind;
	unsigned level;
	size_t lines;       /* of what is open */
	size_t indents[16]; /* of the list items that the next one may lie in */
	size_t depth;
};

/* Where the line at `at` ends, without its end, and where the next begins. */
size_t cv_markdown_line_end(const struct cv_markdown *markdown, size_t at);
size_t cv_markdown_next(const struct cv_markdown *markdown, size_t at);

/* Whether bytes are a pipe that parts cells: none behind a backslash is. */
bool cv_markdown_has_pipe(const char *line, size_t size);

/* `|---|:--:|`, the line that makes a table of the line above it. */
bool cv_markdown_is_rule(const char *line, size_t size);

/* Adds what `size` bytes of the source at `offset` say: escapes, code, links, entities
 * and tags of HTML are resolved, signs of emphasis taken off.  Where these signs can be
 * read in two ways it is told, to->why is set, and the words stand as they are written.
 */
void cv_markdown_words(struct cv_parts *parts, struct cv_gathered *to, size_t offset,
		       size_t size, bool in_table);

/* Reads the table whose header is the line at markdown->at, and steps behind it. */
void cv_markdown_table(struct cv_markdown *markdown);

/* ---- page_markdown_tokens.c ---- */

enum cv_token_kind {
	CV_TOKEN_TEXT,
	CV_TOKEN_ESCAPE,
	CV_TOKEN_CODE,
	CV_TOKEN_ENTITY,
	CV_TOKEN_TAG,
	CV_TOKEN_COMMENT,
	CV_TOKEN_LINK, /* <https://...> */
	CV_TOKEN_RUN,  /* of * or _ or ~ */
};

struct cv_markdown_token {
	enum cv_token_kind kind;
	size_t size;
	size_t inner, inner_size; /* what stands between its signs */
	char name[16];            /* of a tag, in small letters */
	bool closes;
};

/* A line. */
struct cv_markdown_text {
	const char *text;
	size_t size;
	bool comment_ends; /* may be: looked for in vain, it is not looked for again */
};

/* What stands at `at`. */
struct cv_markdown_token cv_markdown_token(struct cv_markdown_text *line, size_t at);

/* Of ASCII; what is not there is blank. */
bool cv_markdown_is_punctuation(char c);
bool cv_markdown_is_letter(char c);
bool cv_markdown_is_digit(char c);
bool cv_markdown_is_blank(char c);
