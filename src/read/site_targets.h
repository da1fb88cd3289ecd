#pragma once
/* The key `targets` of a site. */

#include <stdbool.h>

#include "read/load.h"

struct cv_node;

/* Reads each target's groups, hosts and own options, in the order of the list of
 * targets.  Names of groups are held against those of the site; `site` is NULL where
 * these are not known, and then they are not.  False: reported. */
bool cv_site_read_targets(const struct cv_load *load, const struct cv_node *node,
			  const struct cv_site *site, struct cv_table *uses_out);

/* The group of that name; NULL: reported, with the name that was meant. */
const struct cv_group_row *cv_site_find_group(struct cv_ctx *ctx,
					      const struct cv_site *site,
					      const struct cv_text *name);
