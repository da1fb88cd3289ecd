#pragma once
/* Every artefact, in its final bytes, is read back and compared with its plan,
 * and the plan with the policy. */

#include <stdbool.h>
#include <stddef.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"
#include "prove/index.h"

/* A context whose arena is thrown away: sets and strings that come of work in it stay
 * in the compile's.  Findings go to the true context only.  The caller closes the
 * arena. */
struct cv_ctx cv_scratch_open(struct cv_ctx *ctx);

/* The entries of a plan that a form holds, in the plan's order: of its kinds and
 * lists; turned into removals for an undo form.  In the arena of ctx. */
const struct cv_entry **cv_form_entries(struct cv_ctx *ctx, const struct cv_plan *plan,
					const struct cv_form *form, size_t *count_out);

/* Whether a form has room for the entry.  Lines of the head belong to no list. */
bool cv_form_holds(const struct cv_form *form, const struct cv_entry *entry);

/* The first of an undo form's entries (`removals`, from cv_form_entries) that no artefact
 * of the plan's subject adds (or removes itself, where an older one left it behind), or
 * NULL. */
const struct cv_entry *cv_undo_excess(struct cv_ctx *ctx, const struct cv_plan *plan,
				      const struct cv_form *undo,
				      const struct cv_entry *const *removals,
				      size_t count);

/* Reads the bytes back with the form's reader and compares entries one by one.  Any
 * difference is reported as proof-failed with the artefact's name, the line in it
 * and the row.  `artefact` is the path that it will have. */
bool cv_prove_bytes(struct cv_ctx *ctx, const struct cv_plan *plan,
		    const struct cv_form *form, const char *artefact, const char *bytes,
		    size_t size);

/* The same of bytes that go as they are read: see cv_reading, `passed`. */
struct cv_passing {
	const char *bytes;
	size_t size;
	void (*passed)(void *passer, size_t place);
	void *passer;
	const struct cv_entry *const *planned; /* what cv_form_entries() says of it */
	size_t count;
};

bool cv_prove_passing(struct cv_ctx *ctx, const struct cv_plan *plan,
		      const struct cv_form *form, const char *artefact,
		      const struct cv_passing *passing);

/* Of the index's plan: each entry inside the union of the rows that it names, each row
 * covered by the entries that name it, but for what the ledger says.  What is found of
 * rows stays in the index, for cv_judge(). */
bool cv_prove_plan(struct cv_ctx *ctx, struct cv_index *index);
