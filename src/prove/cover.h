#pragma once
/* Whether sets of flows cover each other, by exact set arithmetic. */

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"

struct cv_ctx;

/* A product of sets.  A side that is NULL is "all". */
struct cv_space {
	uint8_t family;          /* 0: not carried */
	int protocol, icmp_type; /* or -1: all */
	const struct cv_addresses *source, *destination;
	const struct cv_ports *ports, *source_ports;
	const char *program, *from_name, *to_name; /* compared as they are */
	const char *chain; /* the same: which way it is let through */
};

/* False only where the two have nothing in common; costs a few comparisons. */
bool cv_spaces_touch(const struct cv_space *space, const struct cv_space *other);

enum cv_covered { CV_COVERED_NO, CV_COVERED_YES, CV_COVERED_TOO_MANY };

/* Spaces in the order of their sources, so that those near another are found without
 * looking at all. */
struct cv_shelf {
	struct cv_space *spaces;
	struct cv_address *reach; /* how far any of the spaces up to here goes */
	size_t count;
};

/* Sorts `spaces`, which stay the caller's and must stay as long as the shelf. */
void cv_shelf_make(struct cv_ctx *ctx, struct cv_space *spaces, size_t count,
		   struct cv_shelf *shelf_out);

/* Where on the shelf those lie that may have to do with `space`: from *first_out on, and
 * before *end_out. */
void cv_shelf_near(const struct cv_shelf *shelf, const struct cv_space *space,
		   size_t *first_out, size_t *end_out);

/* Whether `space` lies inside the union of what is on the shelf. */
enum cv_covered cv_shelf_covers(struct cv_ctx *ctx, const struct cv_space *space,
				const struct cv_shelf *shelf);

/* Whether `space` lies inside the union of `others`. */
enum cv_covered cv_space_covered(struct cv_ctx *ctx, const struct cv_space *space,
				 const struct cv_space *others, size_t count);
