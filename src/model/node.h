#pragma once
/* A document as a tree, whatever it was written in.  Scalars are text. */

#include <stdbool.h>
#include <stddef.h>

#include "base/source.h"

enum cv_node_kind { CV_NODE_SCALAR, CV_NODE_LIST, CV_NODE_MAP };

struct cv_ctx;

struct cv_node {
	enum cv_node_kind kind;
	struct cv_span at;
	const char *text;                    /* scalars: NUL-terminated; else NULL */
	struct cv_node *key;                 /* members of a map: their key, a scalar */
	struct cv_node *first, *last, *next; /* members, in the order of the file */
	size_t count;
	size_t end; /* behind its last byte in the file, comments left out */
	/* What libyaml would change in silence; an error in paths, URLs and ports. */
	bool comment_behind; /* plain, and a comment follows on its line */
	bool escaped;        /* double-quoted, with an escape but \\ and \" */
	bool from_csv;
	bool streamed; /* a table whose rows were handed out one by one */
};

/* The member of a map with that key, or NULL. */
const struct cv_node *cv_node_member(const struct cv_node *map, const char *key);

/* The members of a map by their keys, `count` of them, so that nothing made from them
 * hangs on the order in which somebody wrote them. */
const struct cv_node *const *cv_node_sorted(struct cv_ctx *ctx,
					    const struct cv_node *map);
