/* Which entries make one rule, and which shape an element has.
 *
 * Every form puts the same entries into the same rules: what is loaded as text, as JSON
 * or by netlink must come out alike.  The readers do not ask here: they take the rules as
 * they find them. */
#include "nftables/group.h"

#include <string.h>

#include "base/ctx.h"

bool cv_nft_is_setting(const struct cv_entry *entry, const char *list)
{
	return entry->kind == CV_ENTRY_SETTING && entry->list &&
	       strcmp(entry->list, list) == 0;
}

bool cv_nft_is_flow(const struct cv_entry *entry, const char *name, const char *list)
{
	return entry->kind == CV_ENTRY_FLOW && entry->more->name &&
	       strcmp(entry->more->name, name) == 0 &&
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

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* The group of the flow, which is mostly that of the flow before it; a new one where
 * there is none. */
static size_t group_of(struct cv_ctx *ctx, struct cv_table *groups, size_t last,
		       const struct cv_entry *flow)
{
	struct cv_nft_flows *group;

	for (size_t i = 0, at = last; i < groups->count; i++, at++) {
		if (at == groups->count)
			at = 0;
		group = CV_AT(groups, struct cv_nft_flows, at);
		if (is_same_text(group->name, flow->more->name) &&
		    is_same_text(group->list, flow->list))
			return at;
	}
	group = CV_ADD(ctx->arena, groups, struct cv_nft_flows);
	group->name = flow->more->name;
	group->list = flow->list;
	return groups->count - 1;
}

/* Room for the entries of each kind and group, and how many groups there are. */
static void make_room(struct cv_ctx *ctx, const struct cv_table *found, size_t settings,
		      struct cv_nft_groups *groups)
{
	struct cv_arena *arena = ctx->arena;

	groups->settings = CV_NEW_ARRAY(arena, settings, const struct cv_entry *);
	groups->flows = CV_NEW_ARRAY(arena, found->count, struct cv_nft_flows);
	groups->flow_count = found->count;
	for (size_t i = 0; i < found->count; i++) {
		struct cv_nft_flows *flows = &groups->flows[i];

		*flows = *CV_AT(found, struct cv_nft_flows, i);
		flows->items = CV_NEW_ARRAY(arena, flows->count, const struct cv_entry *);
		flows->count = 0;
	}
}

struct cv_nft_groups cv_nft_groups_make(struct cv_ctx *ctx,
					const struct cv_entry *const *entries,
					size_t count)
{
	struct cv_nft_groups groups = {.settings = NULL};
	size_t settings = 0, last = 0;
	struct cv_table found = {0};

	for (size_t i = 0; i < count; i++) {
		settings += entries[i]->kind == CV_ENTRY_SETTING;
		if (entries[i]->kind != CV_ENTRY_FLOW)
			continue;
		last = group_of(ctx, &found, last, entries[i]);
		CV_AT(&found, struct cv_nft_flows, last)->count++;
	}
	make_room(ctx, &found, settings, &groups);
	for (size_t i = 0; i < count; i++) {
		struct cv_nft_flows *flows;

		if (entries[i]->kind == CV_ENTRY_SETTING)
			groups.settings[groups.setting_count++] = entries[i];
		if (entries[i]->kind != CV_ENTRY_FLOW)
			continue;
		last = group_of(ctx, &found, last, entries[i]);
		flows = &groups.flows[last];
		flows->items[flows->count++] = entries[i];
	}
	return groups;
}

struct cv_nft_flows cv_nft_flows_of(const struct cv_nft_groups *groups, const char *name,
				    const char *list)
{
	for (size_t i = 0; i < groups->flow_count; i++)
		if (is_same_text(groups->flows[i].name, name) &&
		    (!list || is_same_text(groups->flows[i].list, list)))
			return groups->flows[i];
	return (struct cv_nft_flows){.count = 0};
}

/* A chain beside another is named as its flows are; a class elsewhere is of a list. */
static struct cv_nft_flows class_flows(const struct cv_nft_groups *groups,
				       const char *chain)
{
	return cv_nft_beside_of(chain)
		       ? cv_nft_flows_of(groups, chain, NULL)
		       : cv_nft_flows_of(groups, CV_NFT_CLASS, cv_nft_list_of(chain));
}

/* Takes the class of the first flow out of the flows; all of a source stand together. */
static void take_class(const struct cv_entry **flows, size_t count,
		       struct cv_nft_class *class)
{
	const struct cv_addresses *source = flows[0]->source;

	for (size_t i = 0; i < count && (!flows[i] || flows[i]->source == source); i++) {
		if (!flows[i] || cv_nft_class_shape(flows[i]) != class->shape)
			continue;
		class->items[class->count++] = flows[i];
		flows[i] = NULL;
	}
}

struct cv_table cv_nft_classes_of(struct cv_ctx *ctx, const struct cv_nft_groups *groups,
				  const char *chain)
{
	const struct cv_nft_flows flows = class_flows(groups, chain);
	const struct cv_entry **left =
		CV_NEW_ARRAY(ctx->arena, flows.count, const struct cv_entry *);
	const struct cv_entry **items =
		CV_NEW_ARRAY(ctx->arena, flows.count, const struct cv_entry *);
	struct cv_table classes = {0};

	if (flows.count)
		memcpy(left, flows.items, flows.count * sizeof *left);
	for (size_t i = 0; i < flows.count; i++) {
		const struct cv_nft_shape *shape =
			left[i] ? cv_nft_class_shape(left[i]) : NULL;
		struct cv_nft_class *class;

		if (!shape)
			continue;
		class = CV_ADD(ctx->arena, &classes, struct cv_nft_class);
		*class = (struct cv_nft_class){shape, items, 0};
		take_class(left + i, flows.count - i, class);
		items += class->count;
	}
	return classes;
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

/* Whether `next` differs from `flow` in the type only, and comes behind it. */
static bool is_next_type(const struct cv_entry *flow, const struct cv_entry *next)
{
	return flow->icmp_type >= 0 && flow->icmp_type < next->icmp_type &&
	       flow->family == next->family && flow->protocol == next->protocol &&
	       flow->source == next->source && flow->destination == next->destination &&
	       flow->ports == next->ports &&
	       flow->more->source_ports == next->more->source_ports &&
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

	return parts | (flow->more->source_ports ? CV_NFT_SOURCE_PORT : 0u) |
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
	       cv_nft_is_one_port(flow->more->source_ports);
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
