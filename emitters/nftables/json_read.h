#pragma once
/* What the files that read libnftables JSON share, beside what they share with those
 * that read the text. */

#include "base/buf.h"
#include "nftables/json_facts.h"
#include "nftables/read.h"

/* A text that must stand next, in quotes. */
bool cv_nft_json_expect_quoted(struct cv_nft_reader *reader, const char *text);

/* A name, and a comment, in quotes; NULL, having failed.  Neither has escapes: a comment
 * that needs one makes `nft list ruleset` print what nft cannot load. */
const char *cv_nft_json_name(struct cv_nft_reader *reader);
const char *cv_nft_json_note(struct cv_nft_reader *reader, struct cv_ctx *texts);

/* Lists of addresses, one of them a line, up to and with the bracket that closes them;
 * lists of ports in one line.  They must be in order and as short as they can be.
 * NULL, having failed.  The scratch is theirs to overwrite. */
const struct cv_addresses *cv_nft_json_addresses(struct cv_nft_reader *reader,
						 uint8_t family, struct cv_buf *scratch);
const struct cv_ports *cv_nft_json_ports(struct cv_nft_reader *reader,
					 struct cv_buf *scratch);

/* The elements of a map that leads to chains beside another, each behind the gap. */
bool cv_nft_json_ways(struct cv_nft_reader *reader, const char *gap,
		      struct cv_nft_reader_ways *ways);

/* The key that an element has, and what it may hold. */
struct cv_nft_json_key {
	uint8_t family;
	unsigned parts; /* enum cv_nft_part, and the ends */
	bool exact;     /* single values only */
};

/* An element, into the members of the flow that the key has, and its note. */
bool cv_nft_json_element(struct cv_nft_reader *reader, const struct cv_nft_json_key *key,
			 struct cv_entry *flow);

/* All rules, chain by chain, each behind its comma. */
bool cv_nft_json_rules(struct cv_nft_reader *reader);
