#pragma once
/* The key `base` of the targets of a site. */

#include <stdbool.h>

#include "model/site.h"

struct cv_ctx;

/* Reads the exports that the site names as what is there already, once the targets'
 * options and the site's groups are known.  False: reported. */
bool cv_site_read_bases(struct cv_ctx *ctx, struct cv_site *site);
