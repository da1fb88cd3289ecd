#pragma once
/* The review page in three files: what the compile did (review.c), what the profiles
 * leave to people (review_page.c), and the order of the files (review_order.c). */

#include <stddef.h>

struct cv_buf;
struct cv_compilation;
struct cv_ctx;
struct cv_row;

struct cv_review {
	struct cv_ctx *ctx;
	const struct cv_compilation *compilation;
	struct cv_buf *out;
	const char *columns; /* of a table that has no line yet; else NULL */
};

/* Why a row does not apply anywhere; NULL: it does, or nothing is said of it. */
const char *cv_review_why_not(const struct cv_review *review, const struct cv_row *row);

/* A heading with a blank line before and behind. */
void cv_review_heading(struct cv_review *review, const char *heading);

/* Begins a table whose columns stand between bars: "Row|For".  Its head is written
 * with its first line; where none comes, the table is the word "None." */
void cv_review_table(struct cv_review *review, const char *columns);

/* The cells of a line, quoted; NULL is an empty cell. */
void cv_review_line(struct cv_review *review, const char *const *cells, size_t count);

#define CV_REVIEW_LINE(review, ...) \
	cv_review_line((review), (const char *const[]){__VA_ARGS__}, \
		       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Parties whose addresses are those that a name had on a day. */
void cv_review_pins(struct cv_review *review);

/* Filled holes, holes that do no harm, requirements and role tables. */
void cv_review_holes(struct cv_review *review);
void cv_review_requirements(struct cv_review *review);
void cv_review_roles(struct cv_review *review);

/* The order to apply and to back out. */
void cv_review_order(struct cv_review *review);
