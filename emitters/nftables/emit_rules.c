/* The rules of a chain, in the order that they have to stand in: what comes before any
 * row, what looks into the named sets, what has a rule of its own, what drops.
 *
 * Addresses stand one a line, as elements of sets do; a set without a name lives and
 * dies with its rule. */
#include "nftables/emit.h"

#include <string.h>

#include "base/ctx.h"

static void put_rule(struct cv_nft_writer *writer, const char *chain)
{
	cv_nft_put_verb(writer, "add rule", chain);
	cv_buf_char(writer->out, ' ');
}

static const char *header_of(uint8_t family)
{
	return family == 4 ? "ip" : "ip6";
}

/* `ip saddr {`, a range a line, `} ` */
static void put_addresses(struct cv_nft_writer *writer, const char *side,
			  const struct cv_addresses *addresses)
{
	struct cv_buf *out = writer->out;

	cv_buf_format(out, "%s %s {\n", header_of(addresses->family), side);
	for (size_t i = 0; i < addresses->count; i++) {
		cv_buf_text(out, writer->mark);
		cv_buf_char(out, '\t');
		cv_range_format(out, addresses->family, addresses->ranges[i]);
		cv_buf_text(out, ",\n");
	}
	cv_buf_text(out, writer->mark);
	cv_buf_text(out, "} ");
}

/* `th dport { 67, 100-200 } ` */
static void put_ports(struct cv_buf *out, const char *side, const struct cv_ports *ports)
{
	cv_buf_format(out, "th %s { ", side);
	for (size_t i = 0; i < ports->count; i++) {
		const struct cv_port_range range = ports->ranges[i];

		cv_buf_text(out, i ? ", " : "");
		cv_buf_number(out, range.first);
		if (range.last != range.first)
			cv_buf_format(out, "-%u", (unsigned)range.last);
	}
	cv_buf_text(out, " } ");
}

/* Openings and the rules of named sets: the text is the plan's. */
static void put_settings(struct cv_nft_writer *writer, const char *chain,
			 const char *list)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (!cv_nft_is_setting(entry, list) ||
		    strcmp(entry->more->name, chain) != 0)
			continue;
		put_rule(writer, chain);
		if (entry->destination)
			put_addresses(writer, "daddr", entry->destination);
		cv_nft_put(writer->out, entry->more->value);
		cv_buf_char(writer->out, '\n');
	}
}

static void end_ways(struct cv_nft_writer *writer)
{
	cv_buf_text(writer->out, writer->mark);
	cv_buf_text(writer->out, "}\n");
}

/* A range a line: `10.0.0.1 : jump CHAIN,` */
static void put_way(struct cv_nft_writer *writer, const struct cv_entry *way)
{
	struct cv_buf *out = writer->out;

	for (size_t i = 0; i < way->source->count; i++) {
		cv_buf_text(out, writer->mark);
		cv_buf_char(out, '\t');
		cv_range_format(out, way->family, way->source->ranges[i]);
		cv_buf_text(out, " : jump ");
		cv_nft_put(out, way->more->value);
		cv_buf_text(out, ",\n");
	}
}

/* All of one map stand together. */
void cv_nft_put_ways(struct cv_nft_writer *writer)
{
	const struct cv_nft_groups *groups = &writer->groups;
	const char *map = NULL;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *way = groups->settings[i];

		if (!cv_nft_is_setting(way, "way"))
			continue;
		if (!map || strcmp(map, way->more->name) != 0) {
			if (map)
				end_ways(writer);
			map = way->more->name;
			cv_nft_put_verb(writer, "add element", map);
			cv_buf_text(writer->out, " {\n");
		}
		put_way(writer, way);
	}
	if (map)
		end_ways(writer);
}

/* `count` flows that differ in their ICMP type only, as one rule. */
static void put_flows(struct cv_nft_writer *writer, const char *chain,
		      const struct cv_entry *const *flows, size_t count)
{
	const struct cv_entry *flow = flows[0];
	struct cv_buf *out = writer->out;

	put_rule(writer, chain);
	if (flow->source)
		put_addresses(writer, "saddr", flow->source);
	if (flow->destination)
		put_addresses(writer, "daddr", flow->destination);
	if (!flow->source && !flow->destination)
		cv_buf_format(out, "meta nfproto %s ",
			      flow->family == 4 ? "ipv4" : "ipv6");
	cv_buf_format(out, "meta l4proto %d ", flow->protocol);
	if (flow->more->source_ports)
		put_ports(out, "sport", flow->more->source_ports);
	if (flow->ports)
		put_ports(out, "dport", flow->ports);
	if (flow->icmp_type >= 0) {
		cv_buf_format(out, "%s type { ", flow->family == 4 ? "icmp" : "icmpv6");
		for (size_t i = 0; i < count; i++)
			cv_buf_format(out, "%s%d", i ? ", " : "", flows[i]->icmp_type);
		cv_buf_text(out, " } ");
	}
	cv_buf_text(out, cv_nft_verdict);
	cv_nft_put_note(out, flow->note);
	cv_buf_char(out, '\n');
}

static void put_baseline(struct cv_nft_writer *writer, const char *chain)
{
	const char *list = cv_nft_list_of(chain);
	const struct cv_nft_flows flows =
		cv_nft_flows_of(&writer->groups, CV_NFT_BASELINE, list);

	for (size_t i = 0, count; i < flows.count; i += count) {
		count = cv_nft_baseline_rule(flows.items + i, flows.count - i, list);
		put_flows(writer, chain, flows.items + i, count);
	}
}

static void put_own(struct cv_nft_writer *writer, const char *chain)
{
	const struct cv_nft_flows flows =
		cv_nft_flows_of(&writer->groups, CV_NFT_OWN, cv_nft_list_of(chain));

	for (size_t i = 0; i < flows.count; i++)
		put_flows(writer, chain, &flows.items[i], 1);
}

static void put_class(struct cv_nft_writer *writer, const char *chain,
		      const struct cv_nft_class *class)
{
	const struct cv_nft_shape *shape = class->shape;
	struct cv_buf *out = writer->out;

	put_rule(writer, chain);
	if (shape->protocol >= 0)
		cv_buf_format(out, "meta l4proto %d ", shape->protocol);
	put_addresses(writer, "saddr", class->items[0]->source);
	cv_buf_text(out, shape->reach);
	cv_buf_text(out, " {\n");
	cv_nft_put_elements(writer, class->items, class->count, false);
	cv_buf_text(out, "} ");
	cv_buf_text(out, cv_nft_verdict);
	cv_buf_char(out, '\n');
}

void cv_nft_put_classes(struct cv_nft_writer *writer, const char *chain)
{
	const struct cv_table classes =
		cv_nft_classes_of(writer->emission->ctx, &writer->groups, chain);

	for (size_t i = 0; i < classes.count; i++)
		put_class(writer, chain, CV_AT(&classes, struct cv_nft_class, i));
}

void cv_nft_put_rules(struct cv_nft_writer *writer, const char *chain)
{
	put_settings(writer, chain, "opening");
	put_baseline(writer, chain);
	put_settings(writer, chain, "rule");
	cv_nft_put_classes(writer, chain);
	put_own(writer, chain);
	put_settings(writer, chain, "closing");
}
