#pragma once
/* What nft and the kernel want, and the shapes that our sets have.  The emitter
 * and the reader share this and nothing else: data only, no code that writes or
 * parses. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/target.h"
#include "model/value.h"

/* Its keys in the site.  Texts that were not given are NULL and mean the defaults. */
struct cv_nft_options {
	struct cv_text mode;  /* `include` */
	struct cv_text table; /* family and name */
};

#define CV_NFT_TABLE "inet filter"

enum {
	CV_NFT_LONGEST_NAME = 255,    /* of a table, chain or set; 256 is ERANGE */
	CV_NFT_LONGEST_COMMENT = 128, /* of an element */
	CV_NFT_LEAST_SIZE = 16,       /* of a hash set; sizes are powers of two */
	CV_NFT_LISTS = 3,
	CV_NFT_SHAPES = 16,
};

/* What the key of a shape holds behind the two addresses, in this order. */
enum cv_nft_part {
	CV_NFT_PROTOCOL = 1,
	CV_NFT_SOURCE_PORT = 2,
	CV_NFT_PORT = 4,
	CV_NFT_ICMP_TYPE = 8,
};

/* A kind of set.  The name of a set ends in its shape's suffix, so that a name
 * always means one key and one set of flags: an `add set` with other flags under a
 * name that the kernel holds fails with EEXIST. */
struct cv_nft_shape {
	const char *suffix;
	uint8_t family;
	bool exact;              /* a hash of single values; else ranges */
	unsigned parts;          /* enum cv_nft_part */
	int protocol;            /* the one that its rule asks for, or -1 */
	const char *declaration; /* type and flags */
	const char *match;       /* the rule's expression, up to the set */
};

extern const struct cv_nft_shape cv_nft_shapes[CV_NFT_SHAPES];

/* "forward", "input", "output": the hooks, and how the names of our chains end. */
extern const char *const cv_nft_lists[CV_NFT_LISTS];

/* What a rule does with what its set holds. */
extern const char cv_nft_verdict[];

/* Words of nft's grammar that cannot name a table; NULL-terminated. */
extern const char *const cv_nft_keywords[];

/* arrange.c, emit.c, read.c, export.c: what the target's table points at. */
bool cv_nft_arrange(struct cv_ctx *ctx, struct cv_plan *plan);
void cv_nft_emit(const struct cv_emission *emission);
void cv_nft_emit_undo(const struct cv_emission *emission);
bool cv_nft_read(struct cv_reading *reading);
bool cv_nft_read_undo(struct cv_reading *reading);
bool cv_nft_read_export(struct cv_export_reading *reading);
