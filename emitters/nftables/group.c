/* Which entries make one rule, and which shape an element has.
 *
 * Every form puts the same entries into the same rules: what is loaded as text, as JSON
 * or by netlink must come out alike.  The readers do not ask here: they take the rules as
 * they find them. */
#include "nftables/group.h"

#include <string.h>

bool cv_nft_is_setting(const struct cv_entry *entry, const char *list)
{
	return entry->kind == CV_ENTRY_SETTING && entry->list &&
	       strcmp(entry->list, list) == 0;
}

bool cv_nft_is_flow(const struct cv_entry *entry, const char *name, const char *list)
{
	return entry->kind == CV_ENTRY_FLOW && entry->name &&
	       strcmp(entry->name, name) == 0 &&
	       (!list || (entry->list && strcmp(entry->list, list) == 0));
}

size_t cv_nft_beside_of(const char *chain)
{
	const size_t size = strlen(chain);

	return size > CV_NFT_BESIDE_TAIL && strncmp(chain + size - CV_NFT_BESIDE_TAIL,
						    CV_NFT_BESIDE_MARK,
						    sizeof CV_NFT_BESIDE_MARK - 1) == 0
		       ? size - CV_NFT_BESIDE_TAIL
		       : 0;
}

/* A chain beside another is named as its flows are; a class elsewhere is of a list. */
bool cv_nft_is_class_of(const struct cv_entry *flow, const char *chain)
{
	if (flow->kind != CV_ENTRY_FLOW)
		return false;
	return cv_nft_beside_of(chain)
		       ? cv_nft_is_flow(flow, chain, NULL)
		       : cv_nft_is_flow(flow, CV_NFT_CLASS, cv_nft_list_of(chain));
}

unsigned cv_nft_place_beside(const struct cv_addresses *source)
{
	const struct cv_address lowest = source->ranges[0].first;
	uint64_t hash = source->family;

	hash = (hash ^ lowest.high) * 0x9e3779b97f4a7c15u;
	hash ^= hash >> 32;
	hash = (hash ^ lowest.low) * 0x9e3779b97f4a7c15u;
	return (unsigned)(hash >> 32) % CV_NFT_BESIDE;
}

const struct cv_nft_map *cv_nft_map_by_name(const char *name)
{
	const size_t size = name ? strlen(name) : 0;

	for (size_t i = 0; i < CV_NFT_MAPS; i++) {
		const size_t tail = strlen(cv_nft_maps[i].suffix);

		if (size > tail && strcmp(name + size - tail, cv_nft_maps[i].suffix) == 0)
			return &cv_nft_maps[i];
	}
	return NULL;
}

const char *cv_nft_list_of(const char *chain)
{
	const char *end = strrchr(chain, '-');

	return end ? end + 1 : "";
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether `next` differs from `flow` in the type only, and comes behind it. */
static bool is_next_type(const struct cv_entry *flow, const struct cv_entry *next)
{
	return flow->icmp_type >= 0 && flow->icmp_type < next->icmp_type &&
	       flow->family == next->family && flow->protocol == next->protocol &&
	       flow->source == next->source && flow->destination == next->destination &&
	       flow->ports == next->ports && flow->source_ports == next->source_ports &&
	       is_same_text(flow->note, next->note);
}

size_t cv_nft_baseline_rule(const struct cv_entry *const *entries, size_t count,
			    const char *list)
{
	size_t size = 0;

	while (size < count && cv_nft_is_flow(entries[size], CV_NFT_BASELINE, list) &&
	       (size == 0 || is_next_type(entries[size - 1], entries[size])))
		size++;
	return size;
}

bool cv_nft_is_one_port(const struct cv_ports *ports)
{
	return !ports ||
	       (ports->count == 1 && ports->ranges[0].first == ports->ranges[0].last);
}

static bool is_one_address(const struct cv_addresses *addresses)
{
	return addresses->count == 1 &&
	       cv_address_compare(addresses->ranges[0].first,
				  addresses->ranges[0].last) == 0;
}

/* What the key of its element holds behind the addresses. */
static unsigned parts_of(const struct cv_entry *flow)
{
	const unsigned parts =
		flow->icmp_type == CV_NO_ICMP_TYPE ? CV_NFT_PROTOCOL : CV_NFT_ICMP_TYPE;

	return parts | (flow->source_ports ? CV_NFT_SOURCE_PORT : 0u) |
	       (flow->ports ? CV_NFT_PORT : 0u);
}

static const struct cv_nft_shape *find_shape(const struct cv_entry *flow, bool exact)
{
	const unsigned parts = parts_of(flow);

	for (size_t i = 0; i < CV_NFT_SHAPES; i++) {
		const struct cv_nft_shape *shape = &cv_nft_shapes[i];

		if (shape->family == flow->family && shape->exact == exact &&
		    shape->parts == parts &&
		    (shape->protocol == CV_NO_PROTOCOL ||
		     shape->protocol == flow->protocol))
			return shape;
	}
	return NULL;
}

/* Single values only, the source aside. */
static bool is_exact(const struct cv_entry *flow)
{
	return is_one_address(flow->destination) && cv_nft_is_one_port(flow->ports) &&
	       cv_nft_is_one_port(flow->source_ports);
}

const struct cv_nft_shape *cv_nft_set_shape(const struct cv_entry *flow)
{
	if (!flow->source || !flow->destination)
		return NULL;
	return find_shape(flow, is_one_address(flow->source) && is_exact(flow));
}

const struct cv_nft_shape *cv_nft_class_shape(const struct cv_entry *flow)
{
	if (!flow->source || !flow->destination)
		return NULL;
	return find_shape(flow, is_exact(flow));
}
