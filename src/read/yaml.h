#pragma once
/* YAML and JSON through libyaml, into trees with places. */

#include <stdbool.h>

struct cv_arena;
struct cv_ctx;
struct cv_node;
struct cv_source;

/* Takes the rows of the big tables one by one, so that a table of a million rows
 * is never a tree: for a top-level key for which `wants` says yes and whose value
 * is a list, each member goes to `row` and is forgotten (it lies in a scratch
 * arena).  In the tree the key's node is an empty list with `streamed` set. */
struct cv_row_sink {
	bool (*wants)(void *user, const char *key);
	bool (*row)(void *user, const char *key, const struct cv_node *row);
	void *user;
};

/* The document of a source as a tree in the compile arena; sink may be NULL.
 * Reports everything that is wrong with its bytes and syntax; duplicate keys, tags,
 * anchors, aliases, merge keys and second documents among it.  False: reported; where
 * the tree is whole but for duplicate keys *root_out is set all the same, so that one
 * run can report what else is wrong, else it is NULL.  A row that holds something
 * refused is not handed out. */
bool cv_yaml_read(struct cv_ctx *ctx, struct cv_source *source,
		  const struct cv_row_sink *sink, struct cv_node **root_out);

/* One pass over the bytes: UTF-8, control characters, byte-order mark, U+0085,
 * U+2028, U+2029, NUL, emptiness.  False: reported, with the true byte offset.  Else
 * *ascii_out says whether each character behind the mark is one byte. */
bool cv_bytes_check(struct cv_ctx *ctx, const struct cv_source *source, bool *ascii_out);

/* The same for a published page, in which a form feed is white space and `#` begins no
 * comment. */
bool cv_bytes_check_page(struct cv_ctx *ctx, const struct cv_source *source);
