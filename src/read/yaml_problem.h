#pragma once
/* What libyaml says about a document that it cannot parse, in our words. */

#include <stdbool.h>
#include <stddef.h>

struct cv_ctx;
struct cv_source;

struct cv_yaml_problem {
	const char *problem;   /* libyaml's text; never NULL */
	const char *context;   /* what it was doing, or NULL */
	size_t at, context_at; /* byte offsets in the source */
	size_t comment_at;     /* of a `#` that ended the last plain value, or 0 */
	bool json;
};

/* Reports it; false. */
bool cv_yaml_problem(struct cv_ctx *ctx, const struct cv_source *source,
		     const struct cv_yaml_problem *problem);
