#pragma once
/* The output directory.  It is built aside, in the directory that holds it, and
 * swapped in whole: a stop at any instant leaves the old tree or the new one. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"

struct cv_ctx;
struct cv_tree; /* private */

/* A file that the manifest of the tree that stands lists. */
struct cv_tree_file {
	const char *path; /* below the directory */
	char sha256[65];  /* as the manifest says */
	bool missing;     /* it is no longer there */
	bool edited;      /* its bytes are not those that were written */
};

/* Looks at DIR, which must be absent, empty, or hold only what its own manifest
 * lists, and at the directory that holds it.  Writes nothing.  NULL: reported as
 * foreign-file or cannot-write. */
struct cv_tree *cv_tree_open(struct cv_ctx *ctx, const char *directory);

/* The files of the tree that stands (struct cv_tree_file), by path, the manifest
 * itself not among them. */
const struct cv_table *cv_tree_files(const struct cv_tree *tree);

/* The one with that path, or NULL. */
const struct cv_tree_file *cv_tree_file(const struct cv_tree *tree, const char *path);

/* Removes what stopped runs left behind, and makes the directory aside. */
bool cv_tree_begin(struct cv_tree *tree);

/* Writes a file there.  `path` is NAME or DIRECTORY/NAME. */
bool cv_tree_add(struct cv_tree *tree, const char *path, const char *bytes, size_t size);

/* The same piece by piece: one file at a time.  What goes wrong is reported once, and
 * all that comes behind it for this file is false. */
bool cv_tree_begin_file(struct cv_tree *tree, const char *path);
bool cv_tree_write(struct cv_tree *tree, const char *bytes, size_t size);
bool cv_tree_end_file(struct cv_tree *tree);

/* All `size` bytes that were written of the file, from where they lie, with a NUL behind
 * them; valid until its end.  NULL: reported, now or before. */
const char *cv_tree_read_back(struct cv_tree *tree, size_t size);

/* What lies before that place of them is not read again soon.  The first is a struct
 * cv_tree *: see cv_reading. */
void cv_tree_passed(void *tree, size_t place);

/* Puts the new tree in place of the old one, and removes that. */
bool cv_tree_commit(struct cv_tree *tree);

/* Frees the tree; what was not committed is removed.  NULL is allowed. */
void cv_tree_close(struct cv_tree *tree);

/* Whether a path may stand in a manifest: NAME or DIRECTORY/NAME, of letters,
 * digits, `.`, `_`, `-` and `+`, no name beginning with a dot. */
bool cv_is_tree_path(const char *path);

/* The key and value that say what a manifest is. */
#define CV_MANIFEST_NAME "manifest.json"
#define CV_MANIFEST_FORMAT "manifest/1"
