#pragma once
/* The expressions of a rule in one spelling. */

#include <stdbool.h>
#include <stdint.h>

struct cv_buf;
struct cv_ctx;
struct nlattr;

/* What sets and chains are, by how an expression calls them. */
struct cv_expression_names {
	const char *(*set)(void *data, const char *given, uint32_t id);
	const char *(*chain)(void *data, const char *given);
	void *data;
};

/* Writes the list's expressions: a counter without its values, a range as two
 * comparisons, nothing for what does nothing; one that we do not know, byte by byte. */
void cv_expressions_put(struct cv_ctx *ctx, struct cv_buf *out, const struct nlattr *list,
			const struct cv_expression_names *names);

/* A rule that only goes somewhere: its first verdict.  `set` is what it looks into
 * before, or NULL; false where there is anything else in front of the verdict but
 * loads. */
struct cv_expression_way {
	int verdict;
	const char *chain, *set; /* or NULL */
};

/* The verdict inside of a nested data attribute; `chain` is NULL where it names none. */
struct cv_expression_way cv_expressions_verdict(struct cv_ctx *ctx,
						const struct nlattr *data);

bool cv_expressions_way(struct cv_ctx *ctx, const struct nlattr *list,
			struct cv_expression_way *way_out);
