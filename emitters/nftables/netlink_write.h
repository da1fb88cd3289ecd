#pragma once
/* Messages for nf_tables, side by side, as a batch or a part of one.
 *
 * What has few of its kind is built with libnftnl; elements are written attribute by
 * attribute, since a hundred thousand objects would cost more than all the rest. */

#include "base/buf.h"
#include "nftables/live_policy.h"

struct nftnl_rule;

struct cv_batch {
	struct cv_ctx *ctx;
	const char *table;
	struct cv_buf bytes;
	struct cv_table messages; /* of size_t: where each begins */
	struct cv_table marks;    /* of struct cv_batch_mark, ascending */
	uint32_t sequence;        /* of the first message */
	uint32_t sets;            /* numbers given to sets so far */
};

/* From this byte on it is about that. */
struct cv_batch_mark {
	size_t offset;
	const struct cv_entry *entry; /* or NULL */
	const char *what;             /* `the set cv-hq-forward-4-exact` */
};

/* `first` is the sequence number of its first message. */
void cv_batch_open(struct cv_ctx *ctx, struct cv_batch *batch, const char *table,
		   uint32_t first);
void cv_batch_close(struct cv_batch *batch);

/* The frame.  The end makes a transaction of it; without, the kernel only checks. */
void cv_batch_begin(struct cv_batch *batch, uint32_t generation);
void cv_batch_end(struct cv_batch *batch);

/* Asks that the last message be acknowledged. */
void cv_batch_acknowledge(struct cv_batch *batch);

/* The mark of what the message with that number holds at that offset; or NULL. */
const struct cv_batch_mark *cv_batch_mark_at(const struct cv_batch *batch,
					     uint32_t sequence, size_t offset);

void cv_batch_add_table(struct cv_batch *batch);
void cv_batch_remove_table(struct cv_batch *batch);

/* `base` has the hook, or is NULL for a chain that is only jumped to. */
void cv_batch_add_chain(struct cv_batch *batch, const char *name,
			const struct cv_live_chain *base, bool drops);
void cv_batch_set_policy(struct cv_batch *batch, const char *name, bool drops);
void cv_batch_remove_chain(struct cv_batch *batch, const char *name);

void cv_batch_flush_chain(struct cv_batch *batch, const char *chain);
void cv_batch_remove_rule(struct cv_batch *batch, const char *chain, uint64_t handle);
void cv_batch_remove_set(struct cv_batch *batch, const char *name);
void cv_batch_flush_map(struct cv_batch *batch, const char *name);

enum { CV_BATCH_HOST_ORDER = 1, CV_BATCH_NETWORK_ORDER = 2 };

/* A set; its number in the batch, by which rules and elements find it. */
struct cv_batch_set {
	const char *name; /* `__set%d`: one without a name, of a rule */
	uint32_t flags, type, length;
	size_t size; /* 0: none */
	uint8_t fields[8];
	size_t field_count;  /* of a concatenation of ranges */
	uint32_t byte_order; /* of the key, for nft's listing; 0: of a concatenation */
	bool merge;          /* nft's mark of anonymous sets of ranges */
	bool stays;          /* one that is there already will do, if it is the same */
	/* With NFT_SET_MAP among the flags it is a map whose values are verdicts. */
};

uint32_t cv_batch_add_set(struct cv_batch *batch, const struct cv_batch_set *set,
			  const char *what);

/* Elements of one set, in as many messages as they take. */
struct cv_batch_element {
	uint8_t key[64], end[64]; /* fields in slots of 4 bytes, network order */
	uint32_t length;          /* of each */
	bool ranged;              /* has an end */
	uint32_t flags;
	bool open;           /* an interval up to the end of all values */
	uint64_t timeout;    /* milliseconds; 0: none */
	const char *chain;   /* of a map: where to jump; or NULL */
	const char *comment; /* or NULL */
};

struct cv_batch_elements {
	struct cv_batch *batch;
	const char *set, *what; /* its name; the words of its marks */
	uint32_t id;
	size_t message, list; /* offsets; 0: none open */
};

void cv_batch_element(struct cv_batch_elements *elements,
		      const struct cv_batch_element *element,
		      const struct cv_entry *entry);
void cv_batch_end_elements(struct cv_batch_elements *elements);

/* Adds a rule at the chain's end, or before all others, and frees it. */
void cv_batch_add_rule(struct cv_batch *batch, struct nftnl_rule *rule, const char *chain,
		       bool first, const char *comment, const struct cv_entry *entry);
