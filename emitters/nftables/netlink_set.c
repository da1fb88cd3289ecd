/* Sets and their elements, spelled as nft 1.0.6 spells them.
 *
 * Single values make a hash.  Ranges of one field are half-open intervals; ranges of
 * several fields are elements with two ends each, with the widths of the fields in the
 * set's description. */
#include "nftables/netlink_set.h"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

enum {
	TYPE_BITS = 6, /* of each type in that of a concatenation */
	SLOT = 4,      /* bytes: each field of a key begins with one */
	ICMPV6 = 58,
};

uint32_t cv_batch_address_size(uint8_t family)
{
	return family == 4 ? 4 : 16;
}

void cv_batch_put_address(uint8_t *out, uint8_t family, struct cv_address address)
{
	if (family == 4) {
		const uint32_t number = htonl((uint32_t)address.low);

		memcpy(out, &number, sizeof number);
	} else {
		const uint64_t numbers[2] = {htobe64(address.high), htobe64(address.low)};

		memcpy(out, numbers, sizeof numbers);
	}
}

/* One more; false behind the last value of all. */
static bool next_value(uint8_t *value, uint32_t width)
{
	while (width--)
		if (++value[width])
			return true;
	return false;
}

static bool is_zero(const uint8_t *value, uint32_t width)
{
	while (width--)
		if (value[width])
			return false;
	return true;
}

/* The value's first key, and where the map leads from there. */
static struct cv_batch_element element_of(const struct cv_batch_values *values, size_t i)
{
	struct cv_batch_element element = {.length = values->width};

	memcpy(element.key, values->first[i], values->width);
	if (values->chains)
		element.chain = values->chains[i];
	return element;
}

/* Whether the next interval begins with that value. */
static bool touches(const struct cv_batch_values *values, size_t i, const uint8_t *value)
{
	return i + 1 < values->count &&
	       memcmp(values->first[i + 1], value, values->width) == 0;
}

/* Each interval is an element where it begins and one, marked as an end, behind its
 * last value, unless another begins there; what is before the first is an end, too, as
 * nft has it. */
static size_t put_interval(struct cv_batch_elements *elements,
			   const struct cv_batch_values *values, size_t i,
			   const struct cv_entry *entry)
{
	struct cv_batch_element element = element_of(values, i),
				end = {.length = values->width,
				       .flags = NFT_SET_ELEM_INTERVAL_END};
	size_t written = 1;

	if (i == 0 && !is_zero(values->first[0], values->width)) {
		written++;
		if (elements)
			cv_batch_element(elements, &end, entry);
	}
	memcpy(end.key, values->last[i], values->width);
	element.open = !next_value(end.key, values->width);
	if (elements)
		cv_batch_element(elements, &element, entry);
	if (element.open || touches(values, i, end.key))
		return written;
	if (elements)
		cv_batch_element(elements, &end, entry);
	return written + 1;
}

static void put_values(struct cv_batch_elements *elements,
		       const struct cv_batch_values *values, const struct cv_entry *entry)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct cv_entry *whose =
			values->entries ? values->entries[i] : entry;
		const struct cv_batch_element element = element_of(values, i);

		if (values->ranged)
			put_interval(elements, values, i, whose);
		else
			cv_batch_element(elements, &element, whose);
	}
	cv_batch_end_elements(elements);
}

uint32_t cv_batch_add_values(struct cv_batch *batch, const struct cv_batch_values *values,
			     const char *what, const struct cv_entry *entry)
{
	struct cv_batch_set set = {
		.name = CV_BATCH_ANONYMOUS,
		.flags = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT |
			 (values->ranged ? NFT_SET_INTERVAL : 0u),
		.type = values->type,
		.length = values->width,
		.size = values->ranged ? 0 : values->count,
		.byte_order = CV_BATCH_NETWORK_ORDER,
		.merge = values->ranged,
	};
	struct cv_batch_elements elements = {
		.batch = batch, .set = set.name, .what = what};

	for (size_t i = 0; values->ranged && i < values->count; i++)
		set.size += put_interval(NULL, values, i, NULL);
	elements.id = cv_batch_add_set(batch, &set, what);
	put_values(&elements, values, entry);
	return elements.id;
}

/* One field more of a key. */
static void add_field(struct cv_batch_set *set, uint32_t type, uint32_t size)
{
	set->type = set->type << TYPE_BITS | type;
	set->length += (size + SLOT - 1) / SLOT * SLOT;
	set->fields[set->field_count++] = (uint8_t)size;
}

static struct cv_batch_set describe(const struct cv_nft_shape *shape, bool source)
{
	const uint32_t address = shape->family == 4 ? CV_BATCH_IPV4 : CV_BATCH_IPV6;
	const uint32_t size = cv_batch_address_size(shape->family);
	struct cv_batch_set set = {.flags = 0};

	if (source)
		add_field(&set, address, size);
	add_field(&set, address, size);
	if (shape->parts & CV_NFT_PROTOCOL)
		add_field(&set, CV_BATCH_PROTOCOL, 1);
	if (shape->parts & CV_NFT_ICMP_TYPE)
		add_field(&set,
			  shape->protocol == ICMPV6 ? CV_BATCH_ICMPV6 : CV_BATCH_ICMP, 1);
	if (shape->parts & CV_NFT_SOURCE_PORT)
		add_field(&set, CV_BATCH_SERVICE, 2);
	if (shape->parts & CV_NFT_PORT)
		add_field(&set, CV_BATCH_SERVICE, 2);
	if (shape->exact)
		set.field_count = 0;
	else
		set.flags = NFT_SET_INTERVAL | NFT_SET_CONCAT;
	return set;
}

static void put_port(struct cv_batch_element *element, const struct cv_ports *ports)
{
	const uint16_t first = htons(ports->ranges[0].first),
		       last = htons(ports->ranges[0].last);

	memcpy(element->key + element->length, &first, sizeof first);
	memcpy(element->end + element->length, &last, sizeof last);
	element->length += SLOT;
}

static void put_range(struct cv_batch_element *element,
		      const struct cv_addresses *addresses)
{
	const uint8_t family = addresses->family;

	cv_batch_put_address(element->key + element->length, family,
			     addresses->ranges[0].first);
	cv_batch_put_address(element->end + element->length, family,
			     addresses->ranges[0].last);
	element->length += cv_batch_address_size(family);
}

static void put_flow(struct cv_batch_elements *elements, const struct cv_nft_shape *shape,
		     const struct cv_entry *flow, bool source)
{
	struct cv_batch_element element = {
		.ranged = !shape->exact,
		.comment = flow->note,
	};

	if (source)
		put_range(&element, flow->source);
	put_range(&element, flow->destination);
	if (shape->parts & (CV_NFT_PROTOCOL | CV_NFT_ICMP_TYPE)) {
		const int number =
			shape->parts & CV_NFT_PROTOCOL ? flow->protocol : flow->icmp_type;

		element.key[element.length] = element.end[element.length] =
			(uint8_t)number;
		element.length += SLOT;
	}
	if (shape->parts & CV_NFT_SOURCE_PORT)
		put_port(&element, flow->more->source_ports);
	if (shape->parts & CV_NFT_PORT)
		put_port(&element, flow->ports);
	cv_batch_element(elements, &element, flow);
}

void cv_batch_add_named(struct cv_batch *batch, const struct cv_live_set *set,
			const char *suffix)
{
	struct cv_batch_set described = describe(set->shape, true);
	struct cv_batch_elements elements = {.batch = batch};

	described.name = cv_arena_format(batch->ctx->arena, "%s%s", set->name, suffix);
	described.size = set->size;
	elements.set = described.name;
	elements.what = cv_arena_format(batch->ctx->arena, "the set %s", described.name);
	elements.id = cv_batch_add_set(batch, &described, elements.what);
	for (size_t i = 0; i < set->count; i++)
		put_flow(&elements, set->shape, set->flows[i], true);
	cv_batch_end_elements(&elements);
}

/* A range of a map's keys, and the way that it is of. */
struct step {
	struct cv_range range;
	const struct cv_entry *way;
};

static int by_first(const void *left, const void *right)
{
	const struct step *a = left, *b = right;

	return cv_address_compare(a->range.first, b->range.first);
}

/* All ranges of the map's ways, ascending. */
static size_t steps_of(struct cv_ctx *ctx, const struct cv_live_map *map,
		       struct step **steps_out)
{
	const struct cv_table *ways = &map->ways;
	struct step *steps;
	size_t count = 0;

	for (size_t i = 0; i < ways->count; i++)
		count += (*CV_AT(ways, const struct cv_entry *, i))->source->count;
	steps = CV_NEW_ARRAY(ctx->arena, count + 1, struct step);
	count = 0;
	for (size_t i = 0; i < ways->count; i++) {
		const struct cv_entry *way = *CV_AT(ways, const struct cv_entry *, i);

		for (size_t n = 0; n < way->source->count; n++)
			steps[count++] = (struct step){way->source->ranges[n], way};
	}
	qsort(steps, count, sizeof *steps, by_first);
	*steps_out = steps;
	return count;
}

static void put_steps(struct cv_batch_elements *elements, const struct cv_live_map *map,
		      const char *suffix)
{
	struct cv_arena *arena = elements->batch->ctx->arena;
	const uint8_t family = map->shape->family;
	struct cv_batch_values values = {.ranged = !map->shape->exact};
	struct step *steps;

	values.width = cv_batch_address_size(family);
	values.count = steps_of(elements->batch->ctx, map, &steps);
	values.first = cv_arena_array(arena, values.count + 1, 16);
	values.last = cv_arena_array(arena, values.count + 1, 16);
	values.chains = CV_NEW_ARRAY(arena, values.count + 1, const char *);
	values.entries = CV_NEW_ARRAY(arena, values.count + 1, const struct cv_entry *);
	for (size_t i = 0; i < values.count; i++) {
		cv_batch_put_address(values.first[i], family, steps[i].range.first);
		cv_batch_put_address(values.last[i], family, steps[i].range.last);
		values.entries[i] = steps[i].way;
		values.chains[i] =
			cv_arena_format(arena, "%s%s", steps[i].way->more->value, suffix);
	}
	put_values(elements, &values, NULL);
}

/* One that is there stays, since it is the same, and is emptied first: what is looked up
 * just then finds what was there before, or what is there now. */
void cv_batch_add_map(struct cv_batch *batch, const struct cv_live_map *map,
		      const char *suffix)
{
	const struct cv_batch_set set = {
		.name = cv_arena_format(batch->ctx->arena, "%s%s", map->name, suffix),
		.flags = NFT_SET_MAP | (map->shape->exact ? 0u : NFT_SET_INTERVAL),
		.type = map->shape->family == 4 ? CV_BATCH_IPV4 : CV_BATCH_IPV6,
		.length = cv_batch_address_size(map->shape->family),
		.byte_order = CV_BATCH_NETWORK_ORDER,
		.stays = true,
	};
	struct cv_batch_elements elements = {.batch = batch, .set = set.name};

	elements.what = cv_arena_format(batch->ctx->arena, "the map %s", set.name);
	elements.id = cv_batch_add_set(batch, &set, elements.what);
	cv_batch_flush_map(batch, set.name);
	put_steps(&elements, map, suffix);
}

uint32_t cv_batch_add_class(struct cv_batch *batch, const struct cv_live_rule *class,
			    const char *what)
{
	struct cv_batch_set set = describe(class->shape, false);
	struct cv_batch_elements elements = {.batch = batch, .what = what};

	set.name = elements.set = CV_BATCH_ANONYMOUS;
	set.flags |= NFT_SET_ANONYMOUS | NFT_SET_CONSTANT;
	set.size = class->count;
	set.merge = !class->shape->exact;
	elements.id = cv_batch_add_set(batch, &set, what);
	for (size_t i = 0; i < class->count; i++)
		put_flow(&elements, class->shape, class->flows[i], false);
	cv_batch_end_elements(&elements);
	return elements.id;
}

uint32_t cv_batch_add_trial_set(struct cv_batch *batch, const char *name,
				unsigned seconds)
{
	static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};
	const struct cv_batch_set set = {
		.name = name,
		.flags = NFT_SET_TIMEOUT,
		.type = CV_BATCH_FAMILY,
		.length = 1,
		.byte_order = CV_BATCH_HOST_ORDER,
	};
	struct cv_batch_elements elements = {.batch = batch, .set = name};

	elements.what = cv_arena_format(batch->ctx->arena, "the set %s", name);
	elements.id = cv_batch_add_set(batch, &set, elements.what);
	for (size_t i = 0; i < sizeof families; i++) {
		struct cv_batch_element element = {
			.length = 1,
			.timeout = (uint64_t)seconds * 1000,
		};

		element.key[0] = families[i];
		cv_batch_element(&elements, &element, NULL);
	}
	cv_batch_end_elements(&elements);
	return elements.id;
}
