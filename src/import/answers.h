#pragma once
/* What an admin answered once about a page, so that its next edition imports
 * without asking again. */

#include <stdbool.h>

#include "model/field.h"
#include "model/value.h"

struct cv_buf;
struct cv_ctx;
struct cv_draft;
struct cv_page;
struct cv_profile;
struct cv_source;

/* One hole, told by the page's own words. */
struct cv_hole_answer {
	struct cv_text table;  /* ports, exclusions, ...; unset: any */
	struct cv_text field;  /* from, port, when, process, ... */
	struct cv_text words;  /* the hole's, exactly as the profile has them */
	struct cv_text row;    /* the row's id, where the words alone say too little */
	struct cv_texts value; /* what to write instead; an empty list: nothing */
	struct cv_text reason;
	struct cv_span at;
	bool used;
};

struct cv_answers {
	struct cv_text format; /* answers/1 */
	struct cv_text id, title;
	struct cv_text source, source_title, url, retrieved;
	/* Names of editions, in the order of their tables in the page. */
	struct cv_texts editions;
	/* What a blank cell means that the form cannot tell: `empty` or `spanned`. */
	struct cv_text blank;
	struct cv_records devices; /* of struct cv_device: platform and role by name */
	struct cv_records parties; /* of struct cv_party_row */
	struct cv_map versions;    /* what conditions name: client: Tanium Client */
	struct cv_records holes;   /* of struct cv_hole_answer */
};

/* The field table, for the schema. */
extern const struct cv_fields cv_answers_fields;

/* NULL: reported. */
struct cv_answers *cv_answers_read(struct cv_ctx *ctx, struct cv_source *source);

/* Puts the answers into the holes that they are for; reports those that fit
 * none, and values that the field does not take.  False: reported an error. */
bool cv_answers_fill(struct cv_ctx *ctx, struct cv_answers *answers,
		     struct cv_draft *draft);

/* Takes from an older profile what the answers do not say: names of editions,
 * versions, parties and devices, id, title, and of its pages the one with that
 * key, with that URL, or the only one. */
void cv_answers_of_profile(struct cv_ctx *ctx, const struct cv_profile *profile,
			   const char *source, const char *url,
			   struct cv_answers *answers);

/* Adds for each hole that is left a member of `holes` to be completed; how
 * many. */
size_t cv_answers_open(const struct cv_draft *draft, struct cv_buf *out);
