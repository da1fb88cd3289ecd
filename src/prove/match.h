#pragma once
/* The entries of a plan against those that a reader found, one after the other: mostly
 * each stands where it is expected, and nothing has to be sorted or kept. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/target.h"

struct cv_ctx;
struct cv_match_group;

/* Entries whose order is a part of their meaning, as they are planned. */
struct cv_match_order {
	struct cv_table items; /* of const struct cv_entry * */
	size_t next;
	const struct cv_entry *wrong; /* the first planned that is not where it must be */
};

/* Private but for `steps` and `ordered`. */
struct cv_match {
	struct cv_ctx *ctx;
	const struct cv_form *form;
	const struct cv_entry *const *planned;
	size_t count;
	uint32_t *after; /* of each planned: the number of the next that is like it */
	struct cv_match_group *groups, *recent[2];
	struct cv_match_order steps, ordered;
};

/* For the entries of a form as they are planned, which must stay.  In the arena of ctx;
 * to be closed by cv_match_close. */
void cv_match_open(struct cv_match *match, struct cv_ctx *ctx, const struct cv_form *form,
		   const struct cv_entry *const *planned, size_t count);
void cv_match_close(struct cv_match *match);

/* Holds an entry that was found against the order of those planned; for each entry that
 * was found, as they come.  Behind the last `wrong` says what is not in its place. */
void cv_match_order(struct cv_match *match, const struct cv_entry *found);
void cv_match_order_end(struct cv_match *match);

/* Whether an entry equals the one that is expected next among those like it; both are
 * done with then.  The others may be found later, or nowhere. */
bool cv_match_take(struct cv_match *match, const struct cv_entry *found);

/* The planned ones that were not taken. */
const struct cv_entry **cv_match_left(const struct cv_match *match, size_t *count_out);
