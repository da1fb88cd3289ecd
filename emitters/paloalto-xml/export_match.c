/* Sets of a flow against sets of a rule, and the zones of both.  Nothing is cut here: the
 * questions are asked of every rule. */
#include "paloalto-xml/export_match.h"

#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "paloalto-xml/options.h"

/* The first range of the set that does not end before the address. */
static size_t find_range(const struct cv_addresses *set, struct cv_address address)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (cv_address_compare(set->ranges[middle].last, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum cv_paloalto_match cv_paloalto_in_set(const struct cv_addresses *flow,
					  const struct cv_addresses *set)
{
	bool some = false, all = true;

	for (size_t i = 0; set && i < flow->count; i++) {
		const size_t at = find_range(set, flow->ranges[i].first);
		const bool touches =
			at < set->count && cv_address_compare(set->ranges[at].first,
							      flow->ranges[i].last) <= 0;

		some |= touches;
		all &= touches &&
		       cv_address_compare(set->ranges[at].first, flow->ranges[i].first) <=
			       0 &&
		       cv_address_compare(set->ranges[at].last, flow->ranges[i].last) >=
			       0;
	}
	return !set || !some ? CV_PALOALTO_NONE_OF_IT
	       : all         ? CV_PALOALTO_ALL_OF_IT
			     : CV_PALOALTO_PART_OF_IT;
}

enum cv_paloalto_match cv_paloalto_in_ports(const struct cv_ports *flow,
					    const struct cv_ports *set)
{
	bool some = false, all = true;

	for (size_t i = 0; i < flow->count; i++) {
		bool whole = false;

		for (size_t n = 0; n < set->count; n++) {
			if (set->ranges[n].first > flow->ranges[i].last ||
			    set->ranges[n].last < flow->ranges[i].first)
				continue;
			some = true;
			whole |= set->ranges[n].first <= flow->ranges[i].first &&
				 set->ranges[n].last >= flow->ranges[i].last;
		}
		all &= whole;
	}
	return !some ? CV_PALOALTO_NONE_OF_IT
	       : all ? CV_PALOALTO_ALL_OF_IT
		     : CV_PALOALTO_PART_OF_IT;
}

static bool names_zone(const struct cv_paloalto_node *zones, const char *zone)
{
	for (const struct cv_paloalto_node *member = zones->first; member;
	     member = member->next)
		if (strcmp(member->text, "any") == 0 ||
		    (zone && strcmp(member->text, zone) == 0))
			return true;
	return false;
}

enum cv_paloalto_match cv_paloalto_zone_match(const struct cv_paloalto_node *zones,
					      const struct cv_paloalto_zone_set *own)
{
	size_t named = 0;

	if (!zones || names_zone(zones, NULL))
		return CV_PALOALTO_ALL_OF_IT; /* an intrazone rule has no zones to go to
					       */
	for (size_t i = 0; i < own->count; i++)
		named += names_zone(zones, own->names[i]);
	return own->count && named == own->count ? CV_PALOALTO_ALL_OF_IT
	       : own->count && !named            ? CV_PALOALTO_NONE_OF_IT
						 : CV_PALOALTO_MAYBE;
}

enum cv_paloalto_match cv_paloalto_same_zone(const struct cv_paloalto_zone_set *from,
					     const struct cv_paloalto_zone_set *to)
{
	bool shared = false;

	if (!from->count || !to->count)
		return CV_PALOALTO_MAYBE;
	for (size_t i = 0; i < from->count; i++)
		for (size_t n = 0; n < to->count; n++)
			shared |= strcmp(from->names[i], to->names[n]) == 0;
	if (!shared)
		return CV_PALOALTO_NONE_OF_IT;
	return from->count == 1 && to->count == 1 ? CV_PALOALTO_ALL_OF_IT
						  : CV_PALOALTO_MAYBE;
}

static void add_zone(struct cv_paloalto_zone_set *zones, const char *name)
{
	if (zones->count < CV_PALOALTO_END_ZONES)
		zones->names[zones->count] = name;
	zones->count++;
}

/* The zones around the addresses of an end, where they hold all of them. */
static bool zones_around(struct cv_ctx *ctx, const struct cv_paloalto_options *options,
			 const struct cv_addresses *set,
			 struct cv_paloalto_zone_set *zones_out)
{
	const struct cv_paloalto_zone *zones =
		options ? options->rules.zones.items : NULL;
	const struct cv_addresses *all = NULL;

	for (size_t i = 0; zones && set && i < options->rules.zones.count; i++) {
		bool in = false;

		for (size_t n = 0; n < zones[i].addresses.count; n++) {
			const struct cv_addresses *around = cv_paloalto_addresses_read(
				ctx, zones[i].addresses.items[n].text);

			if (!around || around->family != set->family)
				continue;
			in |= cv_paloalto_in_set(set, around) != CV_PALOALTO_NONE_OF_IT;
			all = cv_addresses_union(ctx, all, around);
		}
		if (in)
			add_zone(zones_out, zones[i].name.text);
	}
	if (all && cv_paloalto_in_set(set, all) == CV_PALOALTO_ALL_OF_IT)
		return true;
	zones_out->count = 0;
	return false;
}

static struct cv_paloalto_zone_set
all_zones_of(struct cv_ctx *ctx, const struct cv_paloalto_options *options,
	     const struct cv_party *party, const struct cv_addresses *set, bool source)
{
	const struct cv_texts *all = !options ? NULL
				     : source ? &options->rules.from
					      : &options->rules.to;
	struct cv_paloalto_zone_set zones = {.count = 0};

	if (party->zone) {
		add_zone(&zones, party->zone);
		return zones;
	}
	if (zones_around(ctx, options, set, &zones))
		return zones;
	for (size_t i = 0; all && i < all->count; i++) {
		if (strcmp(all->items[i].text, "any") == 0)
			return (struct cv_paloalto_zone_set){.count = 0};
		add_zone(&zones, all->items[i].text);
	}
	return zones;
}

/* Of an end in more zones than are kept nothing is known. */
struct cv_paloalto_zone_set
cv_paloalto_zones_of_end(struct cv_ctx *ctx, const struct cv_paloalto_options *options,
			 const struct cv_party *party, const struct cv_addresses *set,
			 bool source)
{
	struct cv_paloalto_zone_set zones =
		all_zones_of(ctx, options, party, set, source);

	if (zones.count > CV_PALOALTO_END_ZONES)
		zones.count = 0;
	return zones;
}
