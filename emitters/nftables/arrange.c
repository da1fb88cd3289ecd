/* From flows to the chains, sets and rules that carry them.
 *
 * Every flow gets the name of its set.  Every shape of every chain is in the plan:
 * a set that no flow needs any more is there as a removal, so that a load leaves
 * nothing behind of the one before it. */
#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "model/version.h"
#include "nftables/enforce.h"
#include "nftables/group.h"

/* A chain of ours, with its sets. */
struct chain {
	const char *list, *name;
	struct {
		const char *name;
		size_t count;
	} sets[CV_NFT_SHAPES];
	bool steers; /* some classes stand aside: */
	struct {
		const char *name;
		const struct cv_addresses *from[2]; /* IPv4, IPv6 */
	} beside[CV_NFT_BESIDE];
};

struct chains {
	struct chain items[CV_NFT_LISTS];
	size_t count;
	const char *table;
	bool enforces;
	bool without_ranges;         /* in sets: the nft that loads the file is too old */
	struct cv_entry_more *named; /* what the flow before was given, or NULL */
};

static bool is_wide(const struct cv_ports *ports)
{
	const struct cv_port_range *last =
		ports ? &ports->ranges[ports->count - 1] : NULL;

	return last && (ports->count > 1 || last->last - last->first >= CV_WIDE_PORTS);
}

/* The number of the shape that holds the flow, or CV_NFT_SHAPES. */
static size_t shape_of(const struct cv_entry *flow)
{
	/* A class has its sources in a set of their own. */
	const struct cv_nft_shape *shape =
		flow->own_rule ? cv_nft_class_shape(flow) : cv_nft_set_shape(flow);

	return shape ? (size_t)(shape - cv_nft_shapes) : CV_NFT_SHAPES;
}

/* The names begin with ours and the site's.  A host's own name stands behind a dot,
 * which no name of a site or a host holds, so that two subjects never share a chain. */
static const char *our_name(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const bool whole = plan->subject->kind == CV_SUBJECT_SITE;

	return cv_arena_format(ctx->arena, "cv-%s%s%s", plan->policy->site->name.text,
			       whole ? "" : ".", whole ? "" : plan->subject->name);
}

static bool name_chain(struct cv_ctx *ctx, const struct cv_plan *plan, const char *list,
		       struct chain *chain)
{
	const struct cv_text site = plan->policy->site->name;

	chain->list = list;
	chain->name = cv_arena_format(ctx->arena, "%s-%s", our_name(ctx, plan), list);
	for (size_t i = 0; i < CV_NFT_SHAPES; i++) {
		const char *name = cv_arena_format(ctx->arena, "%s%s", chain->name,
						   cv_nft_shapes[i].suffix);

		if (strlen(name) > CV_NFT_LONGEST_NAME)
			return cv_find(
				ctx, CV_F_TOO_LONG, site.at,
				"the name of the set %s would have %zu bytes; "
				"nftables takes %d: shorten the name of the site or "
				"of %s",
				name, strlen(name), CV_NFT_LONGEST_NAME,
				plan->subject->name);
		chain->sets[i].name = name;
	}
	return true;
}

static bool name_chains(struct cv_ctx *ctx, const struct cv_plan *plan,
			struct chains *chains)
{
	const bool whole = plan->subject->kind == CV_SUBJECT_SITE;
	const size_t first = whole ? 0 : 1, last = whole ? 0 : CV_NFT_LISTS - 1;

	for (size_t i = first; i <= last; i++)
		if (!name_chain(ctx, plan, cv_nft_lists[i],
				&chains->items[chains->count++]))
			return false;
	return true;
}

/* A rule of its own that is not one for a whole source class. */
static bool is_alone(const struct chains *chains, const struct cv_entry *flow,
		     size_t shape)
{
	const bool exact = cv_nft_shapes[shape].exact;

	if (!flow->own_rule)
		return chains->without_ranges && !exact;
	return flow->destination->count > 1 || is_wide(flow->ports) ||
	       is_wide(flow->more->source_ports) || flow->source->count == 1 ||
	       (chains->without_ranges && !exact);
}

/* The chain beside the flow's own, to which its sources lead from now on. */
static const char *steer(struct cv_ctx *ctx, struct chain *chain,
			 const struct cv_entry *flow)
{
	const unsigned place = cv_nft_place_beside(flow->source);
	const struct cv_addresses **from = &chain->beside[place].from[flow->family == 6];

	for (unsigned i = 0; !chain->steers && i < CV_NFT_BESIDE; i++)
		chain->beside[i].name = cv_arena_format(
			ctx->arena, "%s" CV_NFT_BESIDE_MARK "%02u", chain->name, i);
	chain->steers = true;
	*from = cv_addresses_union(ctx, *from, flow->source);
	return chain->beside[place].name;
}

/* The flows of one set, or rule, stand side by side, and have one `more` for the name. */
static void give_name(struct cv_ctx *ctx, struct chains *chains, struct cv_entry *flow,
		      const char *name)
{
	if (flow->more != CV_NO_MORE) {
		flow->more->name = name;
		return;
	}
	if (!chains->named || chains->named->name != name) {
		chains->named = CV_NEW(ctx->arena, struct cv_entry_more);
		chains->named->name = name;
	}
	flow->more = chains->named;
}

static bool place_flow(struct cv_ctx *ctx, struct chains *chains, struct cv_entry *flow)
{
	const size_t shape = shape_of(flow);

	for (size_t i = 0; i < chains->count && shape < CV_NFT_SHAPES; i++) {
		struct chain *chain = &chains->items[i];

		if (!flow->list || strcmp(chain->list, flow->list) != 0)
			continue;
		if (is_alone(chains, flow, shape)) {
			give_name(ctx, chains, flow, CV_NFT_OWN);
			return true;
		}
		if (flow->own_rule) {
			give_name(ctx, chains, flow,
				  flow->steered ? steer(ctx, chain, flow) : CV_NFT_CLASS);
			return true;
		}
		give_name(ctx, chains, flow, chain->sets[shape].name);
		chain->sets[shape].count++;
		return true;
	}
	return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
		       "nftables has no set for %s", cv_entry_words(ctx, flow));
}

static struct cv_entry *add_setting(struct cv_ctx *ctx, struct cv_plan *plan,
				    const char *list, const char *name, const char *value)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	entry->list = list;
	entry->more->name = name;
	entry->more->value = value;
	return entry;
}

/* Room for elements, rounded up so that one row more seldom changes the line. */
static size_t rounded_size(size_t count)
{
	size_t size = CV_NFT_LEAST_SIZE;

	while (size < count)
		size *= 2;
	return size;
}

static void add_set(struct cv_ctx *ctx, struct cv_plan *plan, const struct chain *chain,
		    size_t number)
{
	const struct cv_nft_shape *shape = &cv_nft_shapes[number];
	const char *value = shape->declaration;
	const size_t count = chain->sets[number].count;
	struct cv_entry *entry;

	if (count && shape->exact)
		value = cv_arena_format(ctx->arena, "%s; size %zu", value,
					rounded_size(count));
	entry = add_setting(ctx, plan, "set", chain->sets[number].name, value);
	if (!count)
		entry->operation = CV_REMOVE;
}

/* The single addresses of a set, or what else there is; NULL: none. */
static const struct cv_addresses *
part_of(struct cv_ctx *ctx, const struct cv_addresses *addresses, bool single)
{
	struct cv_range *ranges;
	size_t count = 0;

	if (!addresses)
		return NULL;
	ranges = CV_NEW_ARRAY(ctx->arena, addresses->count, struct cv_range);
	for (size_t i = 0; i < addresses->count; i++) {
		const struct cv_range range = addresses->ranges[i];

		if ((cv_address_compare(range.first, range.last) == 0) == single)
			ranges[count++] = range;
	}
	return count ? cv_addresses_make(ctx, addresses->family, ranges, count) : NULL;
}

/* A map with what leads by it to the chains beside, and the rule that looks into it. */
static void add_map(struct cv_ctx *ctx, struct cv_plan *plan, const struct chain *chain,
		    const struct cv_nft_map *map)
{
	const char *name = cv_arena_format(ctx->arena, "%s%s", chain->name, map->suffix);
	bool filled = false;

	add_setting(ctx, plan, "map", name, map->declaration);
	for (size_t i = 0; i < CV_NFT_BESIDE; i++) {
		const struct cv_addresses *from =
			part_of(ctx, chain->beside[i].from[map->family == 6], map->exact);
		struct cv_entry *way;

		if (!from)
			continue;
		way = add_setting(ctx, plan, "way", name, chain->beside[i].name);
		way->family = map->family;
		way->source = from;
		filled = true;
	}
	if (filled)
		add_setting(ctx, plan, "rule", chain->name,
			    cv_arena_format(ctx->arena, "%s @%s", map->match, name));
}

static void add_beside(struct cv_ctx *ctx, struct cv_plan *plan,
		       const struct chains *chains, const struct chain *chain)
{
	for (size_t i = 0; i < CV_NFT_BESIDE; i++)
		add_setting(ctx, plan, "beside", chain->beside[i].name, chains->table);
	for (size_t i = 0; i < CV_NFT_MAPS; i++)
		add_map(ctx, plan, chain, &cv_nft_maps[i]);
}

static bool add_chain(struct cv_ctx *ctx, struct cv_plan *plan,
		      const struct chains *chains, const struct chain *chain)
{
	add_setting(ctx, plan, "chain", chain->name, chains->table);
	/* An nft that knows no ranges there refuses a set for them, be it empty. */
	for (size_t i = 0; i < CV_NFT_SHAPES; i++)
		if (cv_nft_shapes[i].exact || !chains->without_ranges)
			add_set(ctx, plan, chain, i);
	for (size_t i = 0; i < CV_NFT_SHAPES; i++)
		if (chain->sets[i].count)
			add_setting(ctx, plan, "rule", chain->name,
				    cv_arena_format(ctx->arena, "%s @%s %s",
						    cv_nft_shapes[i].match,
						    chain->sets[i].name, cv_nft_verdict));
	if (chain->steers)
		add_beside(ctx, plan, chains, chain);
	return !chains->enforces ||
	       cv_nft_enforce_chain(ctx, plan, chain->list, chain->name);
}

static void add_line(struct cv_ctx *ctx, struct cv_plan *plan, const char *line)
{
	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value = line;
}

static void add_include_advice(struct cv_ctx *ctx, struct cv_plan *plan,
			       const struct chains *chains)
{
	for (size_t i = 0; i < chains->count; i++)
		add_line(
			ctx, plan,
			cv_arena_format(ctx->arena,
					"%s allows nothing until a base chain of hook %s "
					"says: jump %s",
					chains->items[i].name, chains->items[i].list,
					chains->items[i].name));
	add_line(ctx, plan,
		 "that base chain must let replies through before the jump: "
		 "ct state established,related accept");
	add_line(ctx, plan,
		 "IPv6 stops without neighbour discovery: base chains of the hooks input "
		 "and "
		 "output need icmpv6 type { 133, 134, 135, 136 } accept");
}

static bool all_single(const struct cv_addresses *addresses)
{
	bool single = true;

	for (size_t i = 0; addresses && single && i < addresses->count; i++)
		single = cv_address_compare(addresses->ranges[i].first,
					    addresses->ranges[i].last) == 0;
	return single;
}

/* Whether a set of ranges is filled, be it one without a name. */
static bool has_ranges(const struct cv_plan *plan, const struct chains *chains)
{
	bool ranges = false;

	for (size_t i = 0; i < chains->count; i++)
		for (size_t n = 0; n < CV_NFT_SHAPES; n++)
			ranges |=
				chains->items[i].sets[n].count && !cv_nft_shapes[n].exact;
	for (size_t i = 0; !ranges && i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		ranges = (entry->kind == CV_ENTRY_FLOW && entry->own_rule &&
			  !(all_single(entry->source) && all_single(entry->destination) &&
			    cv_nft_is_one_port(entry->ports) &&
			    cv_nft_is_one_port(entry->more->source_ports))) ||
			 (cv_nft_is_setting(entry, "way") && !all_single(entry->source));
	}
	return ranges;
}

/* What the file cannot do by itself.  The lines stand in the undo, too, and must be
 * true there. */
static void add_advice(struct cv_ctx *ctx, struct cv_plan *plan,
		       const struct chains *chains)
{
	if (chains->enforces)
		cv_nft_enforce_advice(ctx, plan, add_line);
	else
		add_include_advice(ctx, plan, chains);
	add_line(ctx, plan,
		 chains->without_ranges
			 ? "a load adds and deletes our sets without ranges first; sets "
			   "with ranges of an older load stay, and nothing looks into "
			   "them"
			 : "a load adds and deletes every set of ours first, so that "
			   "nothing of an older one stays behind");
	add_line(ctx, plan,
		 "protocols are numbers: 1 icmp, 6 tcp, 17 udp, 58 icmpv6, 132 sctp");
	for (size_t i = 0; i < chains->count; i++)
		if (chains->items[i].steers)
			add_line(ctx, plan,
				 cv_arena_format(
					 ctx->arena,
					 "%s" CV_NFT_BESIDE_MARK
					 "NN hold its source classes; a later file that "
					 "has none leaves them there, with nothing that "
					 "leads to them",
					 chains->items[i].name));
	if (!chains->enforces)
		add_line(ctx, plan,
			 "a table that is dormant wakes up when this file is loaded");
	if (has_ranges(plan, chains))
		add_line(
			ctx, plan,
			"at every load sets of ranges are empty for a moment: a new flow "
			"may be lost then; flows that are established are not");
}

static void read_options(struct cv_ctx *ctx, const struct cv_plan *plan,
			 struct chains *chains)
{
	const struct cv_nft_options *options = plan->use ? plan->use->options : NULL;
	struct cv_version since, oldest;

	chains->enforces = cv_nft_enforces(options);
	chains->table = CV_NFT_TABLE;
	if (chains->enforces)
		chains->table =
			cv_arena_format(ctx->arena, "inet %s", our_name(ctx, plan));
	else if (options && options->table.text)
		chains->table = options->table.text;
	chains->without_ranges = options && options->compat.text &&
				 cv_version_parse(options->compat.text, &oldest) &&
				 cv_version_parse(CV_NFT_RANGES_SINCE, &since) &&
				 cv_version_compare(&oldest, &since) < 0;
}

bool cv_nft_arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct chains chains = {.count = 0};

	read_options(ctx, plan, &chains);

	if ((chains.enforces && !cv_nft_enforce_check(ctx, plan)) ||
	    !name_chains(ctx, plan, &chains))
		return false;
	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_FLOW && !place_flow(ctx, &chains, entry))
			return false;
	}
	for (size_t i = 0; i < chains.count; i++)
		if (!add_chain(ctx, plan, &chains, &chains.items[i]))
			return false;
	add_advice(ctx, plan, &chains);
	return true;
}
