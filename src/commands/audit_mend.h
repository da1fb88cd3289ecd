#pragma once
/* The lines of the artefacts that hold an entry of a plan. */

#include <stdbool.h>
#include <stddef.h>

#include "commands/artefact_lines.h"

/* Every form of a plan's target that adds, made when it is first asked for. */
struct cv_mend {
	struct cv_ctx *ctx;
	const struct cv_plan *plan;
	struct cv_artefact_lines *lines; /* by form; path is NULL where there is none */
	size_t count;
	bool made;
};

struct cv_mend cv_mend_open(struct cv_ctx *ctx, const struct cv_plan *plan);
void cv_mend_close(struct cv_mend *mend);

/* Where an entry stands. */
struct cv_mend_place {
	const char *path; /* TARGET/SUBJECT.EXT */
	size_t line;      /* from 1 */
	/* Lines of the artefact, from the entry's own on; without the blanks that all
	 * of them begin with.  In the arena of ctx. */
	const char **lines;
	size_t count;
	size_t more; /* lines that were left out */
};

/* False where no form holds the entry, as with a setting that only undo takes away. */
bool cv_mend_find(struct cv_mend *mend, const struct cv_entry *entry,
		  struct cv_mend_place *place_out);
