#pragma once
/* A site while it is read. */

#include "model/site.h"

/* cv_site_fields describes this: the keys whose value may be of two shapes are kept as
 * they stand until load_site.c looks at them. */
struct cv_site_reading {
	struct cv_site site;
	const struct cv_node *profiles, *edition, *fill, *accept;
};

/* The tables of the members of `fill`, `accept` and `targets`. */
extern const struct cv_fields cv_fill_fields, cv_acceptance_fields, cv_target_use_fields;
