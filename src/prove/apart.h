#pragma once
/* The elements of one set, which must not overlap. */

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"
#include "prove/cover.h"

struct cv_ctx;

/* Whether the entry is an element of a set, by name or of a source class: then it is one
 * range on every side but the source of a class.  The others are rules by themselves. */
bool cv_entry_is_element(const struct cv_entry *entry);

/* Orders elements by the set that they are in; 0: they are in one.  Two that differ in
 * the protocol or the ICMP type count as of two sets, since they cannot overlap. */
int cv_elements_compare(const struct cv_entry *a, const struct cv_entry *b);

/* Whether no two elements of a set overlap; else reports the first that do as
 * proof-failed. */
bool cv_prove_apart(struct cv_ctx *ctx, const struct cv_plan *plan);

/* Whether elements of one set that lie in the space, and do not overlap, are as large
 * together as the space, and so fill it.  False also where that cannot be told: one does
 * not lie inside, or they are of two sets. */
bool cv_elements_fill(const struct cv_plan *plan, const struct cv_space *space,
		      const struct cv_entry *const *elements, size_t count);
