#pragma once
/* Which entries make one rule, and which shape an element has, as facts.h says: for all
 * that put entries anywhere, in whatever spelling.  Nothing here writes or parses. */

#include "model/plan.h"
#include "nftables/facts.h"

bool cv_nft_is_setting(const struct cv_entry *entry, const char *list);

/* Whether it is a flow of that name, and of that list unless it is NULL. */
bool cv_nft_is_flow(const struct cv_entry *entry, const char *name, const char *list);

/* The flows of one name and list, in the plan's order. */
struct cv_nft_flows {
	const char *name, *list;
	const struct cv_entry **items;
	size_t count;
};

/* A form's entries by what they go into, so that each is looked at once and not for
 * every chain and set. */
struct cv_nft_groups {
	const struct cv_entry **settings; /* in the plan's order */
	size_t setting_count;
	struct cv_nft_flows *flows; /* in the order of the first of each */
	size_t flow_count;
};

/* In the arena of `ctx`; points to the entries. */
struct cv_nft_groups cv_nft_groups_make(struct cv_ctx *ctx,
					const struct cv_entry *const *entries,
					size_t count);

/* The flows of that name, and of that list unless it is NULL; there may be none. */
struct cv_nft_flows cv_nft_flows_of(const struct cv_nft_groups *groups, const char *name,
				    const char *list);

/* The flows of one class and shape, which make one rule: all have the source of the
 * first. */
struct cv_nft_class {
	const struct cv_nft_shape *shape;
	const struct cv_entry **items;
	size_t count;
};

/* The classes whose rules stand in that chain (struct cv_nft_class), in the order of the
 * first flow of each.  A flow without a shape is in none: it is not written, and so not
 * proved. */
struct cv_table cv_nft_classes_of(struct cv_ctx *ctx, const struct cv_nft_groups *groups,
				  const char *chain);

/* The bytes of the other chain's name in that of a chain beside it; 0 for other chains.
 */
size_t cv_nft_beside_of(const char *chain);

/* Which of the chains beside its own a class stands in. */
unsigned cv_nft_place_beside(const struct cv_addresses *source);

/* Which of the maps it is, by how its name ends; NULL for another's name, or none. */
const struct cv_nft_map *cv_nft_map_by_name(const char *name);

/* Which of the lists a chain is of, by how its name ends; "" for no name of ours. */
const char *cv_nft_list_of(const char *chain);

/* How many of the entries, from the first on, make one rule of the list's baseline: flows
 * that differ in their ICMP type only.  0 when the first is none of them. */
size_t cv_nft_baseline_rule(const struct cv_entry *const *entries, size_t count,
			    const char *list);

/* Whether it says one port, or nothing of ports (NULL). */
bool cv_nft_is_one_port(const struct cv_ports *ports);

/* The shape of the set that holds the flow, or NULL for none. */
const struct cv_nft_shape *cv_nft_set_shape(const struct cv_entry *flow);

/* The same for a flow of a class, whose source is no part of the key.  Flows of one chain
 * that have one shape and one source make one rule. */
const struct cv_nft_shape *cv_nft_class_shape(const struct cv_entry *flow);
