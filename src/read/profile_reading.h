#pragma once
/* Profiles as a site names them. */

#include <stdbool.h>

#include "read/load.h"

struct cv_node;

struct cv_found_profile {
	struct cv_source *source;
	const char *origin; /* what the site calls it, without its pin */
	bool is_id, pinned; /* that is an id; the site holds it to its SHA-256 */
};

/* cv_load_profile, for a profile that a site names. */
struct cv_profile *cv_profile_read(const struct cv_load *load,
				   const struct cv_found_profile *found);

/* A profile written inline in a site; the node lives as long as the compile. */
struct cv_profile *cv_profile_read_inlined(const struct cv_load *load,
					   struct cv_source *source,
					   const struct cv_node *node);

/* Finds and reads the file of a profile: an id (`vendor/product`), a path, or either
 * with `@sha256:HEX` behind it, which is checked.  False: reported. */
bool cv_profile_find(const struct cv_load *load, const struct cv_source *site,
		     const struct cv_text *name, struct cv_found_profile *found_out);
