#pragma once
/* How a flow lies to what a rule asks for: all of it, a part, nothing, or not known. */

#include <stdbool.h>
#include <stddef.h>

#include "paloalto-xml/export_rules.h"

struct cv_paloalto_options;
struct cv_party;

enum cv_paloalto_match {
	CV_PALOALTO_NONE_OF_IT,
	CV_PALOALTO_PART_OF_IT,
	CV_PALOALTO_ALL_OF_IT,
	CV_PALOALTO_MAYBE
};

enum { CV_PALOALTO_END_ZONES = 16 };

/* The zones in which an end lies, or each of which it may; none: not known. */
struct cv_paloalto_zone_set {
	const char *names[CV_PALOALTO_END_ZONES];
	size_t count;
};

/* `set` may be NULL: nothing. */
enum cv_paloalto_match cv_paloalto_in_set(const struct cv_addresses *flow,
					  const struct cv_addresses *set);
enum cv_paloalto_match cv_paloalto_in_ports(const struct cv_ports *flow,
					    const struct cv_ports *set);

/* The zones of an end: the party's own, those of its addresses (`set`, or NULL), or
 * those that the site names for all rules. */
struct cv_paloalto_zone_set
cv_paloalto_zones_of_end(struct cv_ctx *ctx, const struct cv_paloalto_options *options,
			 const struct cv_party *party, const struct cv_addresses *set,
			 bool source);

/* Of the members of a rule's element; NULL: the rule has none. */
enum cv_paloalto_match cv_paloalto_zone_match(const struct cv_paloalto_node *zones,
					      const struct cv_paloalto_zone_set *own);

/* Whether both ends lie in one zone: all, none, or it is not known. */
enum cv_paloalto_match cv_paloalto_same_zone(const struct cv_paloalto_zone_set *from,
					     const struct cv_paloalto_zone_set *to);
