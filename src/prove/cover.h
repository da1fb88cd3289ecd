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
};

enum cv_covered { CV_COVERED_NO, CV_COVERED_YES, CV_COVERED_TOO_MANY };

/* Whether `space` lies inside the union of `others`. */
enum cv_covered cv_space_covered(struct cv_ctx *ctx, const struct cv_space *space,
				 const struct cv_space *others, size_t count);
