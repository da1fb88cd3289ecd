#pragma once
/* Files that a document names: where they are, and where they may be. */

#include <stdbool.h>

#include "base/table.h"
#include "model/value.h"

struct cv_ctx;
struct cv_source;

/* `name` as the document's own folder sees it; an absolute one is taken as it is. */
const char *cv_file_beside(struct cv_ctx *ctx, const struct cv_source *source,
			   const char *name);

/* Reads a regular file that must lie below the folder of the document, links followed.
 * It is the file that was opened that is asked for, so that a link changed meanwhile
 * leads nowhere else.  NULL: reported. */
struct cv_source *cv_file_read_below(struct cv_ctx *ctx, const struct cv_source *source,
				     const struct cv_text *name);

/* Whether something stands there.  One that may not be looked at does, so that reading
 * it says why it cannot be had, and nothing else is taken in its place. */
bool cv_file_exists(const char *path);

/* `vendor/product` for every profile below a directory, added to `names` (of const
 * char *), sorted.  A directory that is not there has none. */
void cv_file_profiles(struct cv_ctx *ctx, const char *directory, struct cv_table *names);
