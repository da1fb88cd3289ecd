#pragma once
/* Scalars and comments of YAML: the one place where import quotes. */

#include <stdbool.h>
#include <stddef.h>

struct cv_buf;
struct cv_ctx;
struct cv_draft_field;

enum cv_quotes {
	CV_QUOTES_IF_NEEDED, /* bare where parsers of YAML 1.1 take it for a text, too */
	CV_QUOTES_ALWAYS,    /* ports, URLs: what a comment behind it could cut */
	CV_QUOTES_SINGLE,    /* paths */
};

/* Whether a value can stand in a profile as it is: UTF-8, no control character or line
 * end, nothing that YAML does not take.  *at_out is the offset of the first that cannot.
 */
bool cv_yaml_takes(const char *text, size_t *at_out);

/* Adds a value that cv_yaml_takes.  No escape is ever written: what holds a backslash
 * or a double quote stands in single quotes. */
void cv_yaml_put(struct cv_buf *out, const char *text, enum cv_quotes quotes);

/* Adds `# WORDS` without a line end.  Whatever the words hold, the comment does not end
 * in them: line ends become ` / `, what nobody sees is named as <U+2028>. */
void cv_yaml_put_comment(struct cv_buf *out, const char *words);

/* The same over several lines of at most about 88 columns, each with its line end and
 * `indent` blanks before it. */
void cv_yaml_put_remark(struct cv_buf *out, const char *words, size_t indent);

/* The words of a page as they may stand in a hole: in one line, what nobody sees named,
 * and no longer than a value may be. */
const char *cv_yaml_words(struct cv_ctx *ctx, const char *words);
