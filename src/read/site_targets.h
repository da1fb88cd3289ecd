#pragma once
/* The key `targets` of a site. */

#include <stdbool.h>

#include "read/load.h"

struct cv_node;

/* Reads each target's groups, hosts and own options, in the order of the list of
 * targets.  False: reported. */
bool cv_site_read_targets(const struct cv_load *load, const struct cv_node *node,
			  struct cv_table *uses_out);
