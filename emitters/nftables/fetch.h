#pragma once
/* What the kernel holds, as `nft -j list ruleset` would print it. */

#include <stdbool.h>

struct cv_buf;
struct cv_ctx;

/* Tables, chains, sets, maps with their elements, and rules, all of one generation of
 * the ruleset; an object a line.  Handles are left out, and numbers stand where nft has
 * names for protocols and for types of ICMP.  What is not known of a rule stands as
 * {"unknown": NAME}.  Without `whole`, elements only of maps, which may say where a
 * packet goes on, and of sets with a timeout, which may decide whether it does so still.
 * False with *why_out, in the context's arena. */
bool cv_nft_fetch(struct cv_ctx *ctx, bool whole, struct cv_buf *out,
		  const char **why_out);
