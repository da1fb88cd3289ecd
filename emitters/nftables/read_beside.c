/* Chains beside others, as the readers of the text and of JSON find them: which there
 * are, what leads to them, and that it leads all that a class there has for its sources.
 */
#include "nftables/read.h"

#include <string.h>

#include "base/ctx.h"

static struct cv_nft_reader_beside *beside_of(struct cv_nft_reader *reader,
					      const char *name)
{
	for (size_t i = 0; i < reader->beside_count; i++)
		if (strcmp(reader->beside[i].chain.name, name) == 0)
			return &reader->beside[i];
	return NULL;
}

/* The one that has to come next: the next number, or the first of a later chain. */
static bool is_next(const struct cv_nft_reader *reader, const char *name,
		    const struct cv_nft_reader_chain **of_out)
{
	const size_t number = reader->beside_count % CV_NFT_BESIDE;
	const struct cv_nft_reader_chain *last =
		reader->beside_count ? reader->beside[reader->beside_count - 1].of : NULL;

	for (size_t i = 0; i < reader->chain_count; i++) {
		const struct cv_nft_reader_chain *chain = &reader->chains[i];
		const char *wanted = cv_arena_format(reader->reading->ctx->arena,
						     "%s" CV_NFT_BESIDE_MARK "%02zu",
						     chain->name, number);

		*of_out = chain;
		if (strcmp(name, wanted) == 0)
			return number ? chain == last : !last || chain > last;
	}
	return false;
}

bool cv_nft_reader_know_beside(struct cv_nft_reader *reader, const char *name)
{
	struct cv_nft_reader_beside *beside = &reader->beside[reader->beside_count];
	const struct cv_nft_reader_chain *of;

	if (reader->beside_count == CV_NFT_LISTS * CV_NFT_BESIDE ||
	    !is_next(reader, name, &of))
		return cv_nft_fail(reader, "not the chain that stands beside here");
	*beside = (struct cv_nft_reader_beside){.chain = {.name = name, .list = of->list},
						.of = of};
	reader->beside_count++;
	return true;
}

bool cv_nft_reader_all_beside(struct cv_nft_reader *reader)
{
	return reader->beside_count % CV_NFT_BESIDE == 0 ||
	       cv_nft_fail(reader, "some of the chains beside a chain are missing");
}

struct cv_nft_reader_map *cv_nft_reader_know_map(struct cv_nft_reader *reader,
						 const char *name)
{
	const size_t number = reader->map_count;
	const size_t group = number / CV_NFT_MAPS * CV_NFT_BESIDE;
	struct cv_nft_reader_map *map = &reader->maps[number];

	if (group < reader->beside_count) {
		map->shape = &cv_nft_maps[number % CV_NFT_MAPS];
		map->of = reader->beside[group].of;
		map->name = cv_arena_format(reader->reading->ctx->arena, "%s%s",
					    map->of->name, map->shape->suffix);
		map->filled = map->ruled = false;
		if (strcmp(map->name, name) == 0) {
			reader->map_count++;
			return map;
		}
	}
	cv_nft_fail(reader, "not the map that stands here");
	return NULL;
}

bool cv_nft_reader_all_maps(struct cv_nft_reader *reader)
{
	return reader->map_count * CV_NFT_BESIDE == reader->beside_count * CV_NFT_MAPS ||
	       cv_nft_fail(reader, "some of the maps to the chains beside are missing");
}

struct cv_nft_reader_map *cv_nft_reader_map_of(struct cv_nft_reader *reader,
					       const char *name)
{
	for (size_t i = 0; i < reader->map_count; i++)
		if (strcmp(reader->maps[i].name, name) == 0)
			return &reader->maps[i];
	return NULL;
}

bool cv_nft_reader_rule_map(struct cv_nft_reader *reader, struct cv_nft_reader_map *map,
			    const struct cv_nft_reader_chain *chain)
{
	if (map->ruled || !map->filled)
		return cv_nft_fail(reader, "not a map that waits for its rule");
	if (map->of != chain)
		return cv_nft_fail(reader,
				   "the rule stands in another chain than its map's");
	for (const struct cv_nft_reader_map *later = map + 1;
	     later < reader->maps + reader->map_count; later++)
		if (later->ruled)
			return cv_nft_fail(reader,
					   "the rule stands behind that of a later map");
	map->ruled = true;
	return true;
}

bool cv_nft_reader_begin_ways(struct cv_nft_reader *reader, const char *name,
			      struct cv_nft_reader_ways *ways_out)
{
	struct cv_nft_reader_map *map = cv_nft_reader_map_of(reader, name);

	if (!map)
		return cv_nft_fail(reader, "elements of no map of ours");
	for (const struct cv_nft_reader_map *later = map;
	     later < reader->maps + reader->map_count; later++)
		if (later->filled)
			return cv_nft_fail(reader, "the maps are not filled in order");
	map->filled = true;
	*ways_out = (struct cv_nft_reader_ways){.map = map};
	return true;
}

/* All that leads to the last chain is known. */
static bool end_way(struct cv_nft_reader *reader, struct cv_nft_reader_ways *ways)
{
	const struct cv_nft_reader_map *map = ways->map;
	struct cv_ctx *ctx = reader->reading->ctx;
	const int six = map->shape->family == 6;
	const size_t count = ways->ranges.count;
	const struct cv_addresses *from;
	struct cv_range *ranges;
	struct cv_entry *entry;

	if (!ways->to)
		return true;
	ranges = CV_NEW_ARRAY(ctx->arena, count, struct cv_range);
	for (size_t i = 0; i < count; i++)
		ranges[i] = *CV_AT(&ways->ranges, struct cv_range, i);
	from = cv_addresses_make(ctx, map->shape->family, ranges, count);
	for (size_t i = 0; i < reader->beside_count; i++) {
		const struct cv_nft_reader_beside *other = &reader->beside[i];

		if (other->of == map->of && other->from[six] &&
		    cv_addresses_cut(ctx, from, other->from[six]))
			return cv_nft_fail(reader, "an address that leads to two chains");
	}
	ways->to->from[six] = cv_addresses_union(ctx, ways->to->from[six], from);
	entry = cv_nft_add_setting(reader, ways->place, "way", map->name,
				   ways->to->chain.name);
	entry->family = map->shape->family;
	entry->source = from;
	return true;
}

static bool begin_way(struct cv_nft_reader *reader, struct cv_nft_reader_ways *ways,
		      size_t place, const char *name)
{
	struct cv_nft_reader_beside *to = beside_of(reader, name);

	if (!to || to->of != ways->map->of)
		return cv_nft_fail(reader, "a jump to no chain beside the map's");
	if (ways->to && to < ways->to)
		return cv_nft_fail(reader, "the jumps are not in their chains' order");
	if (!end_way(reader, ways))
		return false;
	ways->to = to;
	ways->place = place;
	ways->ranges = (struct cv_table){0};
	return true;
}

bool cv_nft_reader_add_way(struct cv_nft_reader *reader, struct cv_nft_reader_ways *ways,
			   size_t place, struct cv_range range, const char *name)
{
	const bool single = cv_address_compare(range.first, range.last) == 0;
	struct cv_address before = range.first;

	if (single != ways->map->shape->exact)
		return cv_nft_fail(reader,
				   single ? "a single address in a map of ranges"
					  : "a range in a map of single addresses");
	if ((!ways->to || strcmp(ways->to->chain.name, name) != 0) &&
	    !begin_way(reader, ways, place, name))
		return false;
	if (ways->ranges.count) {
		const struct cv_range *last =
			CV_AT(&ways->ranges, struct cv_range, ways->ranges.count - 1);

		if (!cv_address_before(&before) ||
		    cv_address_compare(last->last, before) >= 0)
			return cv_nft_fail(reader,
					   "the addresses are not in their order");
	}
	*CV_ADD(reader->reading->ctx->arena, &ways->ranges, struct cv_range) = range;
	return true;
}

bool cv_nft_reader_end_ways(struct cv_nft_reader *reader, struct cv_nft_reader_ways *ways)
{
	if (!ways->to)
		return cv_nft_fail(reader, "expected an address");
	return end_way(reader, ways);
}

bool cv_nft_reader_end_maps(struct cv_nft_reader *reader)
{
	for (size_t i = 0; i < reader->map_count; i++)
		if (reader->maps[i].filled && !reader->maps[i].ruled)
			return cv_nft_fail(reader, "a map has no rule");
	return true;
}

bool cv_nft_reader_add_class(struct cv_nft_reader *reader,
			     const struct cv_nft_reader_chain *chain,
			     const struct cv_addresses *source)
{
	struct cv_nft_reader_beside *beside = beside_of(reader, chain->name);
	const struct cv_addresses *from;

	if (!beside)
		return true;
	from = beside->from[source->family == 6];
	if (!from || cv_addresses_minus(reader->reading->ctx, source, from))
		return cv_nft_fail(reader, "a class whose sources do not come to it");
	return true;
}

bool cv_nft_reader_is_beside(const struct cv_nft_reader *reader,
			     const struct cv_nft_reader_chain *chain)
{
	return chain >= &reader->beside[0].chain &&
	       chain <= &reader->beside[CV_NFT_LISTS * CV_NFT_BESIDE - 1].chain;
}
