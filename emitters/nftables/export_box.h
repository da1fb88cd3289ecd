#pragma once
/* What a rule lets through, as a product of sets that each match makes smaller. */

#include "nftables/export.h"

/* A set of small numbers. */
struct cv_nft_bits {
	uint64_t words[4];
};

/* Sides that are NULL are "all". */
struct cv_nft_box {
	bool nothing;
	bool families[2]; /* IPv4, IPv6 */
	const struct cv_addresses *source, *destination;
	struct cv_nft_bits protocols, types;
	const struct cv_ports *source_ports, *ports;
};

/* All there is. */
struct cv_nft_box cv_nft_box_all(void);

/* Leaves of the box what has one of these values in the field. */
void cv_nft_box_narrow(struct cv_ctx *ctx, struct cv_nft_box *box,
		       const struct cv_nft_field *field, const struct cv_range *values,
		       size_t count);

/* Adds the box as flows of the chain; `name` is that of the set, or NULL.  False
 * where the export holds too many. */
bool cv_nft_box_add(struct cv_nft_export *export, const struct cv_nft_chain *chain,
		    const char *name, size_t place, const struct cv_nft_box *box);
