#pragma once
/* How libnftables spells in JSON what facts.h has in nft's own words.  The emitter and
 * the reader share this and nothing else: data only. */

#include <stdbool.h>
#include <stdint.h>

#include "nftables/facts.h"

/* The ends of a flow, beside enum cv_nft_part. */
enum { CV_NFT_SOURCE = 16, CV_NFT_DESTINATION = 32 };

enum { CV_NFT_FIELDS = 6 };

/* What a packet is asked for. */
struct cv_nft_field {
	unsigned part;        /* enum cv_nft_part, or an end */
	const char *type;     /* of a set's key */
	const char *protocol; /* of a payload; NULL: `field` is a key of meta */
	const char *field;
};

/* By family (4, then 6) and in the order of a set's key. */
extern const struct cv_nft_field cv_nft_fields[2][CV_NFT_FIELDS];

/* What rules ask for by meta alone, as the words of its key and value. */
extern const char cv_nft_l4proto[];
extern const char cv_nft_nfproto[];
extern const char *const cv_nft_nfproto_values[2]; /* by family */

/* A rule that opens a chain: OPERATION on BASE KEY, then counter, then verdict. */
struct cv_nft_json_opening {
	const char *operation, *base, *key;
	const char *values[2]; /* one is a value, two are a list */
	bool counts;
	const char *verdict;
};

extern const struct cv_nft_json_opening cv_nft_json_openings[CV_NFT_OPENINGS];

/* json_emit.c, json_read.c: what the target's table points at. */
void cv_nft_json_emit(const struct cv_emission *emission);
void cv_nft_json_emit_undo(const struct cv_emission *emission);
bool cv_nft_json_read(struct cv_reading *reading);
bool cv_nft_json_read_undo(struct cv_reading *reading);
