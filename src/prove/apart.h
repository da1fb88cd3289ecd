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

/* Whether an element is single values on all sides, but for the source of a class: such
 * stand in sets of their own. */
bool cv_element_is_exact(const struct cv_entry *entry);

/* Orders elements by the set that they are in; 0: they are in one.  Two that differ in
 * the protocol or the ICMP type count as of two sets, since they cannot overlap. */
int cv_elements_compare(const struct cv_entry *a, const struct cv_entry *b);

/* Whether no two elements of a set overlap; else reports the first that do as
 * proof-failed. */
bool cv_prove_apart(struct cv_ctx *ctx, const struct cv_plan *plan);

/* Whether elements that lie in the space are as large together as the space, and so fill
 * it.  Those of one set count as apart, as cv_prove_apart sees to it; at most two sets
 * are told, of single values and of ranges.  False also where it cannot be told. */
bool cv_elements_fill(const struct cv_plan *plan, const struct cv_space *space,
		      const struct cv_entry *const *elements, size_t count);
