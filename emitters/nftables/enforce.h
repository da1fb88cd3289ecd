#pragma once
/* What mode enforce adds to a plan. */

#include "nftables/facts.h"

/* Whether every party to protect is there and has addresses; else reported. */
bool cv_nft_enforce_check(struct cv_ctx *ctx, const struct cv_plan *plan);

/* The entries of a chain of ours that is a base chain: its hook, what comes before any
 * row and what drops.  `list` is of cv_nft_lists.  False: reported. */
bool cv_nft_enforce_chain(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
			  const char *chain);

/* Lines for the head of the artefact. */
void cv_nft_enforce_advice(struct cv_ctx *ctx, struct cv_plan *plan,
			   void (*add)(struct cv_ctx *ctx, struct cv_plan *plan,
				       const char *line));
