#pragma once
/* Ids for the rows of a draft. */

struct cv_ctx;
struct cv_draft;
struct cv_profile;

/* Gives an id to every row of ports, exclusions and URLs that has none, unique in its
 * table and apart from those of `older` (may be NULL).  An id is made of what the row
 * says (the last part of its path, or from, to and port); rows of one id get what tells
 * them apart as well: kind, device, version, folder, edition.  Only rows that nothing
 * tells apart are numbered, so that an id seldom hangs on where its row stands. */
void cv_draft_name_rows(struct cv_ctx *ctx, struct cv_draft *draft,
			const struct cv_profile *older);
