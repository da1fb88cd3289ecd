#pragma once
/* The tree that stands: what its manifest lists, and whether anything else is
 * there.  All of it works on descriptors, so that a path that is renamed meanwhile
 * does not lead elsewhere. */

#include <stdbool.h>

#include "base/table.h"
#include "commands/tree.h"

struct cv_ctx;

/* Reads the manifest of the directory and looks at everything in it.  An empty
 * directory has no files and is fine.  `shown` is its name in findings.  False:
 * foreign-file or cannot-write was reported. */
bool cv_old_tree_read(struct cv_ctx *ctx, int directory, const char *shown,
		      struct cv_table *files_out, bool *empty_out);

/* The file with that path in a list that is in order of paths, or NULL. */
struct cv_tree_file *cv_old_tree_find(const struct cv_table *files, const char *path);

/* Removes the files listed, the manifest and the directories that they lay in,
 * nothing else.  False with errno: something is left. */
bool cv_old_tree_remove(int parent, const char *name, const struct cv_table *files);

/* Removes a directory that carveout made aside: files, and directories of files.
 * False with errno: something is left. */
bool cv_leftover_remove(int parent, const char *name);
