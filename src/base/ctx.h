#pragma once
/* What one run hangs on: there is no other state. */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/finding.h"
#include "base/source.h"
#include "base/table.h"

struct cv_strings;
struct cv_sets;

struct cv_ctx {
	struct cv_arena *arena;
	struct cv_strings *strings;
	struct cv_sets *sets;     /* interned address and port sets (model/sets.h) */
	struct cv_table sources;  /* of struct cv_source * */
	struct cv_table findings; /* of struct cv_finding * */
	size_t errors;
	int worst;      /* the exit code so far */
	char today[11]; /* YYYY-MM-DD */
	bool strict;
};

/* Opens the context; cv_ctx_close frees all of it. */
void cv_ctx_open(struct cv_ctx *ctx);
void cv_ctx_close(struct cv_ctx *ctx);

/* While something is only asked: what is made meanwhile lies in another arena, and what
 * is found is forgotten with it. */
struct cv_asking {
	struct cv_arena *arena;
	struct cv_table findings;
	size_t errors;
	int worst;
};

/* Empties `scratch` for it.  The index of sets is there already, since it stays.  Ends
 * with cv_ctx_asked(). */
struct cv_asking cv_ctx_ask(struct cv_ctx *ctx, struct cv_arena *scratch);
void cv_ctx_asked(struct cv_ctx *ctx, const struct cv_asking *asking);

/* The one copy of a string: equal texts give the same pointer. */
const char *cv_intern(struct cv_ctx *ctx, const char *text, size_t size);
const char *cv_intern_text(struct cv_ctx *ctx, const char *text);

/* A word for whoever wants to remember something of a string that cv_intern gave: NULL
 * at first.  It is overwritten by whoever comes next. */
const void **cv_intern_note(const char *interned);
