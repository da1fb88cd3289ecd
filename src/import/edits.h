#pragma once
/* Surgical changes of a YAML file: what is not changed keeps its bytes. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"

struct cv_buf;
struct cv_ctx;
struct cv_node;
struct cv_source;

struct cv_edits {
	struct cv_ctx *ctx;
	const struct cv_source *source;
	struct cv_table all; /* private */
};

/* Puts `text` in place of the bytes from `start` up to `end`.  Of several at
 * one place the first that was asked for comes first. */
void cv_edit(struct cv_edits *edits, size_t start, size_t end, const char *text);

/* Sets a key of a map, which is there or is added as the last one, in the map's
 * own style; `value` is YAML on one line. */
void cv_edit_set(struct cv_edits *edits, const struct cv_node *map, const char *key,
		 const char *value);

/* Takes a key away, with its line; one that is not there is no matter. */
void cv_edit_remove(struct cv_edits *edits, const struct cv_node *map, const char *key);

/* Adds a member to a list that has some, in its style. */
void cv_edit_append(struct cv_edits *edits, const struct cv_node *list,
		    const char *value);

/* Whether a map or list stands in braces or brackets. */
bool cv_edit_is_flow(const struct cv_edits *edits, const struct cv_node *node);

/* The column of a place, from 0, and the end of its line (at the line end, or
 * the end of the file), and its start. */
size_t cv_edit_column(const struct cv_edits *edits, size_t at);
size_t cv_edit_line_end(const struct cv_edits *edits, size_t at);
size_t cv_edit_line_start(const struct cv_edits *edits, size_t at);

/* The start of the first of the comment lines that stand right above the line
 * of `at`, or that line's own start. */
size_t cv_edit_above_comments(const struct cv_edits *edits, size_t at);

/* Adds the edited bytes.  False: edits overlap, which is our own mistake. */
bool cv_edits_apply(const struct cv_edits *edits, struct cv_buf *out);
