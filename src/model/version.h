#pragma once
/* Versions and constraints on them, as sets of half-open intervals: "7.4.x" is
 * [7.4, 7.5).  Compared number by number; missing numbers are 0. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

struct cv_ctx;
struct cv_buf;

struct cv_version {
	uint32_t parts[CV_MAX_VERSION_PARTS];
};

struct cv_version_interval {
	struct cv_version from, to; /* from <= v < to */
};

struct cv_versions {
	size_t count;                      /* 0 is the empty set */
	struct cv_version_interval *items; /* ascending, disjoint, not adjacent */
};

/* `7.2.314.3476` */
bool cv_version_parse(const char *text, struct cv_version *version_out);
int cv_version_compare(const struct cv_version *a, const struct cv_version *b);

/* `7.2.x`, `7.2.314.3476`, `>=7.4.1`, `>`, `<`, `<=`, `!=`; a comma is "and", the
 * word `or` is "or" and binds weaker.  On refusal *why_out says what is wrong.  A
 * constraint that nothing meets parses to the empty set. */
bool cv_versions_parse(struct cv_ctx *ctx, const char *text,
		       struct cv_versions *versions_out, const char **why_out);

struct cv_versions cv_versions_cut(struct cv_ctx *ctx, const struct cv_versions *a,
				   const struct cv_versions *b);
struct cv_versions cv_versions_union(struct cv_ctx *ctx, const struct cv_versions *a,
				     const struct cv_versions *b);
bool cv_versions_inside(const struct cv_versions *inner, const struct cv_versions *outer);
bool cv_versions_meet(const struct cv_versions *a, const struct cv_versions *b);
