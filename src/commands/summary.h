#pragma once
/* What compile says on standard output. */

#include "base/table.h"

struct cv_buf;
struct cv_compilation;
struct cv_request;
struct cv_tree;

/* The files of the tree, or with --dry-run what would be new, changed, the same or
 * gone; what was proved, the verdicts, and what is accepted. */
void cv_summary_write(const struct cv_request *request,
		      const struct cv_compilation *compilation,
		      const struct cv_table *reports, const char *directory,
		      const struct cv_tree *tree, struct cv_buf *out);
