#pragma once
/* Sets and their elements as messages: those of a policy by name, and those that a
 * rule has for itself. */

#include "nftables/netlink_write.h"

/* What sets without a name are called in messages; the kernel makes a number of %d. */
#define CV_BATCH_ANONYMOUS "__set%d"

/* nft's numbers of types, for its listings: src/datatype.h there. */
enum cv_batch_type {
	CV_BATCH_FAMILY = 2,
	CV_BATCH_IPV4 = 7,
	CV_BATCH_IPV6 = 8,
	CV_BATCH_PROTOCOL = 12,
	CV_BATCH_SERVICE = 13,
	CV_BATCH_ICMP = 14,
	CV_BATCH_ICMPV6 = 29,
};

/* Values of one field, each in the bytes of its width, network order; ascending. */
struct cv_batch_values {
	enum cv_batch_type type;
	uint32_t width;
	bool ranged; /* some are more than one value */
	size_t count;
	uint8_t (*first)[16], (*last)[16];
	/* Of a verdict map: the chain that each jumps to; or NULL.  Only there may one
	 * begin right behind another. */
	const char **chains;
	const struct cv_entry **entries; /* of each, for complaints; or NULL */
};

/* `what`, and `entry` where no entries are given, are for complaints; returns the set's
 * number. */
uint32_t cv_batch_add_values(struct cv_batch *batch, const struct cv_batch_values *values,
			     const char *what, const struct cv_entry *entry);

/* The elements of a class: what its source may reach. */
uint32_t cv_batch_add_class(struct cv_batch *batch, const struct cv_live_rule *class,
			    const char *what);

/* A map of the policy, made where it is not there, with what it is to hold and nothing
 * else; the suffix stands behind its name and those of the chains that it leads to. */
void cv_batch_add_map(struct cv_batch *batch, const struct cv_live_map *map,
		      const char *suffix);

/* A named set of the policy. */
void cv_batch_add_named(struct cv_batch *batch, const struct cv_live_set *set,
			const char *suffix);

/* The set whose elements are the time that is left of a trial; its number. */
uint32_t cv_batch_add_trial_set(struct cv_batch *batch, const char *name,
				unsigned seconds);

/* Bytes of an address, and the address in network order. */
uint32_t cv_batch_address_size(uint8_t family);
void cv_batch_put_address(uint8_t *out, uint8_t family, struct cv_address address);
