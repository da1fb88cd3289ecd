#pragma once
/* Small changes to the bytes of an artefact, the same for the same seed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct random {
	uint64_t state;
};

uint32_t random_below(struct random *random, size_t limit);

struct mutation {
	const char *name; /* NULL ends the list */
	/* Adds the changed bytes to `out`, which is empty.  False: there is nothing that
	 * could be changed so. */
	bool (*make)(struct random *random, const char *bytes, size_t size,
		     struct cv_buf *out);
};

extern const struct mutation mutations[];
