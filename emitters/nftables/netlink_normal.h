#pragma once
/* The normal form of chains, sets, elements and rules, made from messages: those of a
 * batch of ours, or those of a dump.  What means the same is the same in it: handles,
 * counters, the order of elements and the names of sets without a name are gone. */

#include "base/buf.h"
#include "base/table.h"
#include "nftables/live_policy.h"

struct nlmsghdr;

struct cv_normal {
	struct cv_ctx *ctx;
	struct cv_buf bytes;   /* the items', one behind the other */
	struct cv_buf items;   /* of struct cv_normal_item */
	struct cv_table names; /* of struct cv_normal_name */
};

struct cv_normal_item {
	uint64_t hash;
	size_t offset, size;
};

/* A chain or set by the name that messages call it by, and by what it is: a name
 * without the suffix of a side, or `CHAIN 3 1` for a set of the chain's third rule. */
struct cv_normal_name {
	const char *given, *is;
	uint32_t id;   /* in a batch; 0 in dumps */
	uint64_t hash; /* of `is` */
	size_t rules;  /* of a chain: seen so far */
};

void cv_normal_open(struct cv_ctx *ctx, struct cv_normal *normal);
void cv_normal_close(struct cv_normal *normal);
void cv_normal_reset(struct cv_normal *normal);

/* What a policy's chains and sets are called with that suffix.  Messages about other
 * names are not taken. */
void cv_normal_know(struct cv_normal *normal, const struct cv_live_policy *policy,
		    const char *suffix);

/* A chain: as it is to be, or as the message says it is. */
void cv_normal_add_chain(struct cv_normal *normal, const struct cv_live_chain *chain);
void cv_normal_take_chain(struct cv_normal *normal, const struct nlmsghdr *message);

/* Rules before sets, and sets before elements: a set without a name is known by the
 * rule that uses it. */
void cv_normal_take_rule(struct cv_normal *normal, const struct nlmsghdr *message);
void cv_normal_take_set(struct cv_normal *normal, const struct nlmsghdr *message);
void cv_normal_take_elements(struct cv_normal *normal, const struct nlmsghdr *message);

/* All rules, sets and elements of a batch's bytes. */
void cv_normal_take_batch(struct cv_normal *normal, const struct cv_buf *bytes);

/* Whether the name is that of a chain or set that is taken. */
struct cv_normal_name *cv_normal_name(const struct cv_normal *normal, const char *given,
				      uint32_t id);

/* The first thing in which the two differ, in words; NULL: they are equal.  Sorts
 * both. */
const char *cv_normal_difference(struct cv_normal *wanted, struct cv_normal *found);

/* SHA-256 over all, in hex.  Sorts it. */
void cv_normal_digest(struct cv_normal *normal, char out[65]);
