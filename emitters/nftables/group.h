#pragma once
/* Which entries make one rule, and which shape an element has, as facts.h says: for all
 * that put entries anywhere, in whatever spelling.  Nothing here writes or parses. */

#include "model/plan.h"
#include "nftables/facts.h"

bool cv_nft_is_setting(const struct cv_entry *entry, const char *list);

/* Whether it is a flow of that name, and of that list unless it is NULL. */
bool cv_nft_is_flow(const struct cv_entry *entry, const char *name, const char *list);

/* The bytes of the other chain's name in that of a chain beside it; 0 for other chains.
 */
size_t cv_nft_beside_of(const char *chain);

/* Whether the flow is one of a class whose rule stands in that chain. */
bool cv_nft_is_class_of(const struct cv_entry *flow, const char *chain);

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
