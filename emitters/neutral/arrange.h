#pragma once
/* From what the generic lowering gives to the columns of the neutral lists. */

#include <stdbool.h>
#include <stddef.h>

struct cv_ctx;
struct cv_group_row;
struct cv_plan;
struct cv_risk;
struct cv_rows;
struct cv_site;

/* Sets list and attributes of every entry, in the order of the columns.
 *
 * `spreadsheet`: spreadsheets run a cell that begins with = + - @ or a tab, quoted
 * or not, so words for people that begin so get a ' in front, as CWE-1236 advises:
 * nothing compares them with anything.  What a console takes as it stands (a path, a
 * digest, a port) is never changed; a path cannot begin so, and a signer that does
 * is reported and refused. */
bool cv_neutral_arrange(struct cv_ctx *ctx, struct cv_plan *plan, bool spreadsheet);

/* The risks of a policy by the ordinal of their row, so that asking for those of a
 * row costs nothing in a policy of a million rows. */
struct cv_neutral_risk_index {
	const struct cv_risk **risks; /* grouped by row */
	size_t *first; /* of ordinal i: from first[i] to before first[i + 1] */
	size_t ordinals;
};

void cv_neutral_index_risks(struct cv_ctx *ctx, const struct cv_plan *plan,
			    struct cv_neutral_risk_index *index_out);

/* What is to be said about rows, each word once, in the order of the rows; "" for
 * nothing.  In the arena of ctx. */
const char *cv_neutral_ids(struct cv_ctx *ctx, const struct cv_rows *rows);
const char *cv_neutral_products(struct cv_ctx *ctx, const struct cv_rows *rows);
const char *cv_neutral_purposes(struct cv_ctx *ctx, const struct cv_rows *rows);
const char *cv_neutral_sources(struct cv_ctx *ctx, const struct cv_rows *rows);

/* The lowest and the highest version of the product that a group may have: of the
 * version names that conditions of the rows ask for, else of all of their profiles
 * that the group speaks of.  Both "" unless all of them say the same one interval. */
void cv_neutral_versions(struct cv_ctx *ctx, const struct cv_site *site,
			 const struct cv_group_row *group, const struct cv_rows *rows,
			 const char **min_out, const char **max_out);

/* What the columns of these names say; the acceptances are those that cv_accept_rows()
 * found. */
struct cv_neutral_risks {
	const char *ticket, *owner, *expires, *risk, *lints;
};

struct cv_neutral_risks cv_neutral_risks(struct cv_ctx *ctx,
					 const struct cv_neutral_risk_index *index,
					 const struct cv_rows *rows);
