#pragma once
/* What the user must know.  Findings are collected, sorted and printed by main
 * at the end; nothing below main prints. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/source.h"

struct cv_ctx;

enum cv_severity { CV_NOTE, CV_WARNING, CV_ERROR };

/* Whose fault it is, which decides the exit code: 1, 2 or 3. */
enum cv_fault { CV_FAULT_INPUT, CV_FAULT_WORLD, CV_FAULT_OURS };

/* findings.def lists every finding: name, severity, fault, meaning. */
enum cv_code {
#define CV_FINDING(id, name, severity, fault, meaning) CV_F_##id,
#include "base/findings.def"
#undef CV_FINDING
	CV_F_COUNT
};

struct cv_finding_kind {
	const char *name, *meaning;
	enum cv_severity severity;
	enum cv_fault fault;
};

extern const struct cv_finding_kind cv_finding_kinds[CV_F_COUNT];

/* The code with that name, or CV_F_COUNT. */
enum cv_code cv_code_by_name(const char *name);

struct cv_finding {
	enum cv_code code;
	enum cv_severity severity;
	struct cv_span at, also; /* where; a second place, as "first defined here" */
	const char *text;        /* in the compile arena */
	const char *also_text;
	const char *hint; /* behind the caret: "did you mean ..."; may be NULL */
	const char *help; /* lines to paste below; may be NULL */
	size_t order;     /* of being found, so that sorting is stable */
};

/* Records a finding; false, so that a check may end with `return cv_find(...)`.
 * Its severity is the code's own; --strict makes errors of some warnings. */
bool cv_find(struct cv_ctx *ctx, enum cv_code code, struct cv_span at, const char *format,
	     ...) __attribute__((format(printf, 4, 5)));

/* The same, returning the record so that hint, help and also can be set; never NULL. */
struct cv_finding *cv_find_more(struct cv_ctx *ctx, enum cv_code code, struct cv_span at,
				const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* What was found so far, to come back to. */
struct cv_finding_mark {
	size_t count, errors;
	int worst;
};

struct cv_finding_mark cv_finding_mark(const struct cv_ctx *ctx);

/* Forgets what was found since the mark, for a check that only asks; returns the text of
 * the first of it, or NULL. */
const char *cv_finding_forget(struct cv_ctx *ctx, struct cv_finding_mark mark);

/* Makes an error of a finding that is milder by its code. */
void cv_finding_raise(struct cv_ctx *ctx, struct cv_finding *finding);

/* Makes a note of a warning, also where --strict made an error of it: what it asks was
 * answered since. */
void cv_finding_settle(struct cv_ctx *ctx, struct cv_finding *finding);

/* Findings of severity error so far. */
size_t cv_error_count(const struct cv_ctx *ctx);

/* 0, 1, 2 or 3: see docs/carveout.1.md. */
int cv_exit_code(const struct cv_ctx *ctx);

/* The word of `words` (NULL-terminated or `count` long) nearest to `word`, when
 * near enough to be meant; else NULL. */
const char *cv_nearest(const char *word, const char *const *words, size_t count);

/* Sets the finding's hint to "did you mean WORD?" when one of the words is near enough.
 */
void cv_suggest(struct cv_ctx *ctx, struct cv_finding *finding, const char *word,
		const char *const *words, size_t count);
