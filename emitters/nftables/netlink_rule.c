/* Sets and rules, spelled as nft 1.0.6 spells them, so that what was loaded over
 * netlink and what was loaded as text are the same in the kernel and in a listing.
 *
 * That includes what nft makes of `{ }` in a rule: a set without a name for several
 * values, a hash when all are single, half-open intervals when one is a range; for one
 * value no set at all but a comparison, of the first bytes where a prefix ends with a
 * byte.  Concatenations stay sets. */
#include "nftables/netlink_rule.h"

#include <arpa/inet.h>
#include <stdio.h> /* the next one needs it */

#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "base/ctx.h"
#include "nftables/group.h"
#include "nftables/netlink_set.h"

const char *const cv_live_sides[CV_LIVE_SIDES] = {".new", ".alt"};

enum {
	ICMPV6 = 58,
	LOOPBACK = 1, /* the index of lo in every network namespace */
	SOURCE_PORT = 0,
	PORT = 2,  /* offsets in the headers of tcp, udp and sctp */
	WORDS = 4, /* slots of a whole register */
};

struct rule {
	struct cv_batch *batch;
	struct nftnl_rule *object;
	const char *chain, *suffix;
	const struct cv_entry *entry;
	bool family_known;
};

/* The slot-th word of the registers, by the name that the kernel's dumps use. */
static uint32_t slot_register(uint32_t slot)
{
	return slot % WORDS ? NFT_REG32_00 + slot : NFT_REG_1 + slot / WORDS;
}

static struct rule open_rule(struct cv_batch *batch, const char *chain,
			     const char *suffix, const struct cv_entry *entry)
{
	struct rule rule = {.batch = batch, .suffix = suffix, .entry = entry};

	rule.chain = cv_arena_format(batch->ctx->arena, "%s%s", chain, suffix);
	rule.object = nftnl_rule_alloc();
	if (!rule.object)
		cv_out_of_memory();
	return rule;
}

static void close_rule(struct rule *rule, bool first, const char *comment)
{
	cv_batch_add_rule(rule->batch, rule->object, rule->chain, first, comment,
			  rule->entry);
}

static struct nftnl_expr *add(struct rule *rule, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (!expr)
		cv_out_of_memory();
	nftnl_rule_add_expr(rule->object, expr);
	return expr;
}

static void set_bytes(struct nftnl_expr *expr, uint16_t type, const void *data,
		      uint32_t size)
{
	if (nftnl_expr_set(expr, type, data, size) < 0)
		cv_out_of_memory();
}

static void add_meta(struct rule *rule, uint32_t key, uint32_t slot)
{
	struct nftnl_expr *expr = add(rule, "meta");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, slot_register(slot));
}

static void add_payload(struct rule *rule, uint32_t base, uint32_t offset, uint32_t size,
			uint32_t slot)
{
	struct nftnl_expr *expr = add(rule, "payload");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, slot_register(slot));
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, size);
}

static void add_compare(struct rule *rule, uint32_t operation, const void *data,
			uint32_t size)
{
	struct nftnl_expr *expr = add(rule, "cmp");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, operation);
	set_bytes(expr, NFTNL_EXPR_CMP_DATA, data, size);
}

static void add_mask(struct rule *rule, const void *mask, uint32_t size)
{
	static const uint8_t zero[16];
	struct nftnl_expr *expr = add(rule, "bitwise");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, size);
	set_bytes(expr, NFTNL_EXPR_BITWISE_MASK, mask, size);
	set_bytes(expr, NFTNL_EXPR_BITWISE_XOR, zero, size);
}

static struct nftnl_expr *add_lookup(struct rule *rule, const char *set, uint32_t id)
{
	struct nftnl_expr *expr = add(rule, "lookup");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	if (nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, set) < 0)
		cv_out_of_memory();
	if (id)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SET_ID, id);
	return expr;
}

static void add_verdict(struct rule *rule, int verdict, const char *chain)
{
	struct nftnl_expr *expr = add(rule, "immediate");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdict);
	if (chain && nftnl_expr_set_str(expr, NFTNL_EXPR_IMM_CHAIN, chain) < 0)
		cv_out_of_memory();
}

static void add_family(struct rule *rule, uint8_t family)
{
	const uint8_t number = family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;

	if (rule->family_known)
		return;
	rule->family_known = true;
	add_meta(rule, NFT_META_NFPROTO, 0);
	add_compare(rule, NFT_CMP_EQ, &number, sizeof number);
}

static void add_protocol(struct rule *rule, int protocol)
{
	const uint8_t number = (uint8_t)protocol;

	add_meta(rule, NFT_META_L4PROTO, 0);
	add_compare(rule, NFT_CMP_EQ, &number, sizeof number);
}

/* The address's place in the header: network + 12 and 16, or 8 and 24. */
static void load_address(struct rule *rule, uint8_t family, bool source, uint32_t size,
			 uint32_t slot)
{
	const uint32_t offset = family == 4 ? (source ? 12 : 16) : (source ? 8 : 24);

	add_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, size, slot);
}

/* One range: an address, a prefix, or from here to there. */
static void match_address(struct rule *rule, uint8_t family, bool source,
			  struct cv_range range)
{
	const uint32_t size = cv_batch_address_size(family);
	const int prefix = cv_range_prefix(family, range);
	uint8_t first[16], last[16], mask[16] = {0};

	cv_batch_put_address(first, family, range.first);
	cv_batch_put_address(last, family, range.last);
	if (prefix > 0 && prefix % 8 == 0) {
		load_address(rule, family, source, (uint32_t)prefix / 8, 0);
		add_compare(rule, NFT_CMP_EQ, first, (uint32_t)prefix / 8);
		return;
	}
	load_address(rule, family, source, size, 0);
	if (prefix >= 0) {
		for (uint32_t i = 0; i < size; i++)
			mask[i] = (uint8_t) ~(first[i] ^ last[i]);
		add_mask(rule, mask, size);
		add_compare(rule, NFT_CMP_EQ, first, size);
	} else {
		add_compare(rule, NFT_CMP_GTE, first, size);
		add_compare(rule, NFT_CMP_LTE, last, size);
	}
}

/* The words by which complaints name the rule's sets. */
static const char *set_words(const struct rule *rule)
{
	return cv_arena_format(rule->batch->ctx->arena, "a set of the chain %s",
			       rule->chain);
}

/* Looks the register up in a set of those values, of which there are several. */
static void match_values(struct rule *rule, const struct cv_batch_values *values)
{
	add_lookup(
		rule, CV_BATCH_ANONYMOUS,
		cv_batch_add_values(rule->batch, values, set_words(rule), rule->entry));
}

static struct cv_batch_values make_values(const struct rule *rule,
					  enum cv_batch_type type, uint32_t width,
					  size_t count)
{
	return (struct cv_batch_values){
		.type = type,
		.width = width,
		.count = count,
		.first = cv_arena_array(rule->batch->ctx->arena, count, 16),
		.last = cv_arena_array(rule->batch->ctx->arena, count, 16),
	};
}

static void match_addresses(struct rule *rule, bool source,
			    const struct cv_addresses *addresses)
{
	const uint8_t family = addresses->family;
	struct cv_batch_values values;

	add_family(rule, family);
	if (addresses->count == 1) {
		match_address(rule, family, source, addresses->ranges[0]);
		return;
	}
	values = make_values(rule, family == 4 ? CV_BATCH_IPV4 : CV_BATCH_IPV6,
			     cv_batch_address_size(family), addresses->count);
	values.ranged = cv_live_has_ranges(addresses);
	for (size_t i = 0; i < addresses->count; i++) {
		cv_batch_put_address(values.first[i], family, addresses->ranges[i].first);
		cv_batch_put_address(values.last[i], family, addresses->ranges[i].last);
	}
	load_address(rule, family, source, cv_batch_address_size(family), 0);
	match_values(rule, &values);
}

static void match_ports(struct rule *rule, uint32_t offset, const struct cv_ports *ports)
{
	struct cv_batch_values values =
		make_values(rule, CV_BATCH_SERVICE, 2, ports->count);

	values.ranged = cv_live_has_port_ranges(ports);
	for (size_t i = 0; i < ports->count; i++) {
		const uint16_t first = htons(ports->ranges[i].first),
			       last = htons(ports->ranges[i].last);

		memcpy(values.first[i], &first, sizeof first);
		memcpy(values.last[i], &last, sizeof last);
	}
	add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, offset, 2, 0);
	if (ports->count > 1) {
		match_values(rule, &values);
	} else if (!values.ranged) {
		add_compare(rule, NFT_CMP_EQ, values.first[0], 2);
	} else {
		add_compare(rule, NFT_CMP_GTE, values.first[0], 2);
		add_compare(rule, NFT_CMP_LTE, values.last[0], 2);
	}
}

/* Both ports: they stand side by side, and nft compares two single ones at once. */
static void match_transport(struct rule *rule, const struct cv_entry *flow)
{
	uint16_t both[2];

	if (flow->more->source_ports && flow->ports &&
	    cv_nft_is_one_port(flow->more->source_ports) &&
	    cv_nft_is_one_port(flow->ports)) {
		both[0] = htons(flow->more->source_ports->ranges[0].first);
		both[1] = htons(flow->ports->ranges[0].first);
		add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, SOURCE_PORT, sizeof both,
			    0);
		add_compare(rule, NFT_CMP_EQ, both, sizeof both);
		return;
	}
	if (flow->more->source_ports)
		match_ports(rule, SOURCE_PORT, flow->more->source_ports);
	if (flow->ports)
		match_ports(rule, PORT, flow->ports);
}

static void match_types(struct rule *rule, const struct cv_entry *const *flows,
			size_t count)
{
	struct cv_batch_values values = make_values(
		rule, flows[0]->protocol == ICMPV6 ? CV_BATCH_ICMPV6 : CV_BATCH_ICMP, 1,
		count);

	for (size_t i = 0; i < count; i++)
		values.first[i][0] = values.last[i][0] = (uint8_t)flows[i]->icmp_type;
	add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, 0);
	if (count > 1)
		match_values(rule, &values);
	else
		add_compare(rule, NFT_CMP_EQ, values.first[0], 1);
}

static void end_rule(struct rule *rule, bool counted, int verdict, const char *comment)
{
	if (counted)
		add(rule, "counter");
	add_verdict(rule, verdict, NULL);
	close_rule(rule, false, comment);
}

/* A key's fields, each in its slots.  `parts` of the shape; the source may be left out.
 */
static void load_key(struct rule *rule, const struct cv_nft_shape *shape, bool source)
{
	const uint32_t size = cv_batch_address_size(shape->family);
	uint32_t slot = 0;

	if (source) {
		load_address(rule, shape->family, true, size, slot);
		slot += size / 4;
	}
	load_address(rule, shape->family, false, size, slot);
	slot += size / 4;
	if (shape->parts & CV_NFT_PROTOCOL)
		add_meta(rule, NFT_META_L4PROTO, slot++);
	if (shape->parts & CV_NFT_ICMP_TYPE)
		add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, slot++);
	if (shape->parts & CV_NFT_SOURCE_PORT)
		add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, SOURCE_PORT, 2, slot++);
	if (shape->parts & CV_NFT_PORT)
		add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, PORT, 2, slot++);
}

static void add_lookup_rule(struct rule *rule, const struct cv_live_set *set)
{
	const struct cv_nft_shape *shape = set->shape;

	if (shape->protocol >= 0)
		add_protocol(rule, shape->protocol);
	add_family(rule, shape->family);
	load_key(rule, shape, true);
	/* Without a number: the set has its name in this same batch. */
	add_lookup(
		rule,
		cv_arena_format(rule->batch->ctx->arena, "%s%s", set->name, rule->suffix),
		0);
	end_rule(rule, true, NF_ACCEPT, NULL);
}

static void add_class_rule(struct rule *rule, const struct cv_live_rule *class)
{
	const struct cv_nft_shape *shape = class->shape;

	if (shape->protocol >= 0)
		add_protocol(rule, shape->protocol);
	match_addresses(rule, true, class->entry->source);
	load_key(rule, shape, false);
	add_lookup(rule, CV_BATCH_ANONYMOUS,
		   cv_batch_add_class(rule->batch, class, set_words(rule)));
	end_rule(rule, true, NF_ACCEPT, NULL);
}

static void add_map_rule(struct rule *rule, const struct cv_live_map *map)
{
	const uint8_t family = map->shape->family;

	add_family(rule, family);
	load_address(rule, family, true, cv_batch_address_size(family), 0);
	/* Without a number: the map has its name in this same batch. */
	nftnl_expr_set_u32(add_lookup(rule,
				      cv_arena_format(rule->batch->ctx->arena, "%s%s",
						      map->name, rule->suffix),
				      0),
			   NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
	close_rule(rule, false, NULL);
}

static void add_flow_rule(struct rule *rule, const struct cv_live_rule *own)
{
	const struct cv_entry *flow = own->entry;

	if (flow->source)
		match_addresses(rule, true, flow->source);
	if (flow->destination)
		match_addresses(rule, false, flow->destination);
	add_family(rule, flow->family);
	add_protocol(rule, flow->protocol);
	match_transport(rule, flow);
	if (flow->icmp_type >= 0)
		match_types(rule, own->flows, own->count);
	end_rule(rule, true, NF_ACCEPT, flow->note);
}

/* Marks of connection tracking and the number of an interface stand in the order of
 * this machine, not of the network. */
static void add_state(struct rule *rule, uint32_t states)
{
	static const uint32_t zero;
	struct nftnl_expr *expr = add(rule, "ct");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, NFT_CT_STATE);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_DREG, NFT_REG_1);
	add_mask(rule, &states, sizeof states);
	add_compare(rule, NFT_CMP_NEQ, &zero, sizeof zero);
}

static void add_opening_rule(struct rule *rule, enum cv_nft_opening_kind kind)
{
	static const uint32_t lo = LOOPBACK;

	switch (kind) {
	case CV_NFT_REPLIES:
		add_state(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED) |
					NF_CT_STATE_BIT(IP_CT_RELATED));
		end_rule(rule, true, NF_ACCEPT, NULL);
		break;
	case CV_NFT_INVALID:
		add_state(rule, NF_CT_STATE_INVALID_BIT);
		end_rule(rule, true, NF_DROP, NULL);
		break;
	default:
		add_meta(rule, kind == CV_NFT_TO_LO ? NFT_META_OIF : NFT_META_IIF, 0);
		add_compare(rule, NFT_CMP_EQ, &lo, sizeof lo);
		end_rule(rule, false, NF_ACCEPT, NULL);
	}
}

static void add_one_rule(struct cv_batch *batch, const struct cv_live_chain *chain,
			 const struct cv_live_rule *wanted, const char *suffix)
{
	struct rule rule = open_rule(batch, chain->name, suffix, wanted->entry);

	switch (wanted->kind) {
	case CV_LIVE_OPENING:
		add_opening_rule(&rule, wanted->opening);
		break;
	case CV_LIVE_FLOWS:
		add_flow_rule(&rule, wanted);
		break;
	case CV_LIVE_LOOKUP:
		add_lookup_rule(&rule, wanted->set);
		break;
	case CV_LIVE_MAP:
		add_map_rule(&rule, wanted->map);
		break;
	case CV_LIVE_CLASS:
		add_class_rule(&rule, wanted);
		break;
	case CV_LIVE_CLOSING:
		if (wanted->entry->destination)
			match_addresses(&rule, false, wanted->entry->destination);
		end_rule(&rule, true, NF_DROP, NULL);
		break;
	}
}

static void add_rules(struct cv_batch *batch, const struct cv_live_chain *chain,
		      const char *suffix)
{
	for (size_t i = 0; i < chain->rules.count; i++)
		add_one_rule(batch, chain, CV_AT(&chain->rules, struct cv_live_rule, i),
			     suffix);
}

void cv_batch_add_policy(struct cv_batch *batch, const struct cv_live_policy *policy,
			 const char *suffix)
{
	for (size_t i = 0; i < policy->map_count; i++)
		cv_batch_add_map(batch, &policy->maps[i], suffix);
	for (size_t i = 0; i < policy->set_count; i++)
		if (policy->sets[i].entry->operation == CV_ADD)
			cv_batch_add_named(batch, &policy->sets[i], suffix);
	for (size_t i = 0; i < policy->chain_count; i++)
		add_rules(batch, &policy->chains[i], suffix);
	for (size_t i = 0; i < policy->beside_count; i++)
		add_rules(batch, &policy->beside[i], suffix);
}

void cv_batch_add_verdicts(struct cv_batch *batch, const struct cv_live_policy *policy,
			   const char *suffix)
{
	for (size_t i = 0; i < policy->chain_count; i++) {
		const struct cv_live_chain *chain = &policy->chains[i];
		struct rule rule;

		if (!chain->base)
			continue;
		rule = open_rule(batch, chain->name, suffix, NULL);
		end_rule(&rule, false, chain->drops ? NF_DROP : NF_ACCEPT, NULL);
	}
}

void cv_batch_add_goto(struct cv_batch *batch, const char *chain, const char *to,
		       const char *comment)
{
	struct rule rule = open_rule(batch, chain, "", NULL);

	add_verdict(&rule, NFT_GOTO, to);
	close_rule(&rule, false, comment);
}

void cv_batch_add_return(struct cv_batch *batch, const char *chain)
{
	struct rule rule = open_rule(batch, chain, "", NULL);

	add_verdict(&rule, NFT_RETURN, NULL);
	close_rule(&rule, false, NULL);
}

void cv_batch_add_trial_rule(struct cv_batch *batch, const char *chain, const char *trial,
			     uint32_t id, const char *to, const char *comment)
{
	struct rule rule = open_rule(batch, chain, "", NULL);

	add_meta(&rule, NFT_META_NFPROTO, 0);
	add_lookup(&rule, trial, id);
	add_verdict(&rule, NFT_GOTO, to);
	close_rule(&rule, true, comment);
}
