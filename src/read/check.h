#pragma once
/* A profile by itself: what needs no site to be wrong. */

#include <stdbool.h>

#include "base/numbers.h"
#include "base/table.h"
#include "model/pattern.h"
#include "model/profile.h"

struct cv_ctx;

/* Names that may be used, each with what it is a name of. */
struct cv_names {
	struct cv_table all;       /* of struct name */
	struct cv_numbers by_text; /* their numbers in `all` */
	size_t hints; /* "did you mean" given so far: beyond a bound they stop */
};

struct cv_check {
	struct cv_ctx *ctx;
	const struct cv_profile *profile;
	struct cv_names parties, devices, sources, places, parameters, editions, features,
		versions;
	size_t errors;            /* before this profile */
	const struct cv_row *row; /* under check, or NULL and the words for what is: */
	const char *about;
};

/* Checks a profile that was read; rows without a `profile` were refused and are left
 * out.  False: reported. */
bool cv_profile_check(struct cv_ctx *ctx, const struct cv_profile *profile);

/* Adds a name for the thing with that number (of its table); a second one of the same
 * text is not added, and its number and place are given.  True: added. */
bool cv_names_add(struct cv_arena *arena, struct cv_names *names, struct cv_text name,
		  size_t number, size_t *other_out, struct cv_span *also_out);

/* The number of what `size` bytes at `text` name.  False: nothing. */
bool cv_names_find(const struct cv_names *names, const char *text, size_t size,
		   size_t *number_out);
void cv_names_close(struct cv_names *names);

/* The name nearest to a word that is not one, or NULL. */
const char *cv_names_nearest(struct cv_ctx *ctx, struct cv_names *names,
			     const char *word);

/* What is under check, for a message: a row's name is made only when it is needed. */
const char *cv_check_where(const struct cv_check *check);

/* Of a `when`: its keys and their values. */
bool cv_check_when(struct cv_check *check, const struct cv_when *when);

/* `<Places>` and `${parameters}` of a text. */
bool cv_check_references(struct cv_check *check, const struct cv_text *text);

/* That a key of `source` is one, when it is given. */
bool cv_check_source(struct cv_check *check, const struct cv_text *source);

/* That a path with places and parameters in it is one on the platform. */
bool cv_check_path(struct cv_check *check, enum cv_platform platform,
		   const struct cv_text *path);

/* The places themselves: their names, their aliases, their paths, loops. */
bool cv_check_places(struct cv_check *check);
