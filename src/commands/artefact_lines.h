#pragma once
/* Which line of which artefact holds an entry of a plan: a form's bytes, read back
 * by the form's own reader.  Nothing is written to disk. */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/plan.h"
#include "model/target.h"

struct cv_arena;
struct cv_ctx;
struct cv_line_place; /* private */

/* Whether the form is written for such a subject. */
bool cv_form_serves(const struct cv_form *form, const struct cv_subject *subject);

/* The path that the form's artefact has below the output directory. */
const char *cv_form_path(struct cv_ctx *ctx, const struct cv_plan *plan,
			 const struct cv_form *form);

/* Writes the form's bytes for the plan; *entries_out counts what they hold beside
 * their head.  False, and no bytes: with so little in it the form is not written. */
bool cv_form_write(struct cv_ctx *ctx, const struct cv_plan *plan,
		   const struct cv_form *form, struct cv_buf *out, size_t *entries_out);

/* The same, of the entries that cv_form_entries() gave for the form. */
bool cv_form_emit(struct cv_ctx *ctx, const struct cv_plan *plan,
		  const struct cv_form *form, const struct cv_entry *const *planned,
		  size_t count, struct cv_buf *out, size_t *entries_out);

/* An artefact whose entries can be found. */
struct cv_artefact_lines {
	const char *path; /* TARGET/SUBJECT.EXT; in the arena of ctx */
	const struct cv_plan *plan;
	const struct cv_form *form;
	struct cv_buf bytes;
	/* private: by the entry's address */
	struct cv_line_place *places;
	size_t count;
	size_t *starts, line_count; /* of lines */
	bool *begins;               /* by line: whether an entry begins in it */
};

/* One line of it. */
struct cv_artefact_line {
	size_t number;    /* from 1 */
	const char *text; /* in the bytes, without the blanks before it; not ended */
	size_t size;      /* without the line's end and blanks before that */
};

/* Emits the form for the plan and reads it back.  False: the form is not written for
 * this plan (`lines_out` is empty), or the finding proof-failed was reported.  To be
 * closed in either case. */
bool cv_artefact_lines_open(struct cv_ctx *ctx, const struct cv_plan *plan,
			    const struct cv_form *form,
			    struct cv_artefact_lines *lines_out);
void cv_artefact_lines_close(struct cv_artefact_lines *lines);

/* Whether an entry begins in the line of that number, from 1. */
bool cv_artefact_line_begins(const struct cv_artefact_lines *lines, size_t number);

/* The line that holds an entry of the plan (in an undo form: its removal); false
 * where the form does not hold it.  The text is valid until the close. */
bool cv_artefact_line_of(const struct cv_artefact_lines *lines,
			 const struct cv_entry *entry, struct cv_artefact_line *line_out);
