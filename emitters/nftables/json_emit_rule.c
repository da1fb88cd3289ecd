/* The rules of a chain as libnftables JSON, in the order that facts.h gives them.  One
 * expression a line; where a rule holds addresses or elements, one of them a line. */
#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "nftables/json_write.h"

static void begin_rule(struct cv_nft_json_writer *writer, const char *chain,
		       const char *comment)
{
	cv_nft_json_begin_command(writer, "add", "rule", false);
	cv_json_member(&writer->json, "chain", chain);
	if (comment)
		cv_json_member(&writer->json, "comment", comment);
	cv_json_key(&writer->json, "expr");
	cv_json_begin_list(&writer->json, false);
}

/* `{"WORD": null}` */
static void put_bare(struct cv_nft_json_writer *writer, const char *word)
{
	cv_json_begin_object(&writer->json, true);
	cv_json_member(&writer->json, word, NULL);
	cv_json_end_object(&writer->json);
}

static void end_rule(struct cv_nft_json_writer *writer, bool counts, const char *verdict)
{
	if (counts)
		put_bare(writer, "counter");
	put_bare(writer, verdict);
	cv_json_end_list(&writer->json);
	cv_nft_json_end_command(writer);
}

/* `{"BASE": {"key": "KEY"}}` */
static void put_keyed(struct cv_nft_json_writer *writer, const char *base,
		      const char *key)
{
	struct cv_json *json = &writer->json;

	cv_json_begin_object(json, true);
	cv_json_key(json, base);
	cv_json_begin_object(json, true);
	cv_json_member(json, "key", key);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

static void put_field(struct cv_nft_json_writer *writer, const struct cv_nft_field *field)
{
	struct cv_json *json = &writer->json;

	if (!field->protocol) {
		put_keyed(writer, "meta", field->field);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "payload");
	cv_json_begin_object(json, true);
	cv_json_member(json, "protocol", field->protocol);
	cv_json_member(json, "field", field->field);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

/* Several fields at once, as in the key of a set. */
static void put_fields(struct cv_nft_json_writer *writer, uint8_t family, unsigned parts)
{
	struct cv_json *json = &writer->json;

	cv_json_begin_object(json, true);
	cv_json_key(json, "concat");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < CV_NFT_FIELDS; i++)
		if (cv_nft_fields[family == 6][i].part & parts)
			put_field(writer, &cv_nft_fields[family == 6][i]);
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* The left side comes next, then put_right(), the right side and end_match(). */
static void begin_match(struct cv_nft_json_writer *writer, const char *operation,
			bool on_one_line)
{
	struct cv_json *json = &writer->json;

	cv_json_begin_object(json, on_one_line);
	cv_json_key(json, "match");
	cv_json_begin_object(json, on_one_line);
	cv_json_member(json, "op", operation);
	cv_json_key(json, "left");
}

static void put_right(struct cv_nft_json_writer *writer)
{
	cv_json_key(&writer->json, "right");
}

static void end_match(struct cv_nft_json_writer *writer)
{
	cv_json_end_object(&writer->json);
	cv_json_end_object(&writer->json);
}

/* The right side is an anonymous set. */
static void begin_members(struct cv_nft_json_writer *writer, bool on_one_line)
{
	put_right(writer);
	cv_json_begin_object(&writer->json, on_one_line);
	cv_json_key(&writer->json, "set");
	cv_json_begin_list(&writer->json, on_one_line);
}

static void end_members(struct cv_nft_json_writer *writer)
{
	cv_json_end_list(&writer->json);
	cv_json_end_object(&writer->json);
	end_match(writer);
}

static void match_protocol(struct cv_nft_json_writer *writer, int protocol)
{
	begin_match(writer, "==", true);
	put_keyed(writer, "meta", cv_nft_l4proto);
	put_right(writer);
	cv_json_number(&writer->json, (uint64_t)protocol);
	end_match(writer);
}

static void match_family(struct cv_nft_json_writer *writer, uint8_t family)
{
	begin_match(writer, "==", true);
	put_keyed(writer, "meta", cv_nft_nfproto);
	put_right(writer);
	cv_json_text(&writer->json, cv_nft_nfproto_values[family == 6]);
	end_match(writer);
}

static void match_addresses(struct cv_nft_json_writer *writer,
			    const struct cv_nft_field *field,
			    const struct cv_addresses *addresses)
{
	begin_match(writer, "==", false);
	put_field(writer, field);
	begin_members(writer, false);
	for (size_t i = 0; i < addresses->count; i++)
		cv_nft_json_put_range(writer, addresses->family, addresses->ranges[i]);
	end_members(writer);
}

static void match_ports(struct cv_nft_json_writer *writer,
			const struct cv_nft_field *field, const struct cv_ports *ports)
{
	begin_match(writer, "==", true);
	put_field(writer, field);
	begin_members(writer, true);
	for (size_t i = 0; i < ports->count; i++)
		cv_nft_json_put_port_range(writer, ports->ranges[i]);
	end_members(writer);
}

static void match_types(struct cv_nft_json_writer *writer,
			const struct cv_nft_field *field,
			const struct cv_entry *const *flows, size_t count)
{
	begin_match(writer, "==", true);
	put_field(writer, field);
	begin_members(writer, true);
	for (size_t i = 0; i < count; i++)
		cv_json_number(&writer->json, (uint64_t)flows[i]->icmp_type);
	end_members(writer);
}

static void put_opening(struct cv_nft_json_writer *writer, const struct cv_entry *entry)
{
	struct cv_json *json = &writer->json;

	for (size_t i = 0; i < CV_NFT_OPENINGS; i++) {
		const struct cv_nft_json_opening *opening = &cv_nft_json_openings[i];

		if (!entry->value || strcmp(entry->value, cv_nft_openings[i]) != 0)
			continue;
		begin_rule(writer, entry->name, NULL);
		begin_match(writer, opening->operation, true);
		put_keyed(writer, opening->base, opening->key);
		put_right(writer);
		if (opening->values[1])
			cv_json_begin_list(json, true);
		for (size_t n = 0; n < 2 && opening->values[n]; n++)
			cv_json_text(json, opening->values[n]);
		if (opening->values[1])
			cv_json_end_list(json);
		end_match(writer);
		end_rule(writer, opening->counts, opening->verdict);
	}
}

/* `MATCH @SET counter accept`: what a set is asked for hangs on its name. */
static void put_set_rule(struct cv_nft_json_writer *writer, const struct cv_entry *entry)
{
	const char *at = entry->value ? strchr(entry->value, '@') : NULL;
	const char *end = at ? strchr(at, ' ') : NULL;
	const char *reference =
		end ? cv_arena_copy(writer->emission->ctx->arena, at, (size_t)(end - at))
		    : NULL;
	const struct cv_nft_shape *shape =
		reference ? cv_nft_json_shape(reference) : NULL;

	if (!shape)
		return;
	begin_rule(writer, entry->name, NULL);
	if (shape->protocol != CV_NO_PROTOCOL)
		match_protocol(writer, shape->protocol);
	begin_match(writer, "==", true);
	put_fields(writer, shape->family,
		   shape->parts | CV_NFT_SOURCE | CV_NFT_DESTINATION);
	put_right(writer);
	cv_json_text(&writer->json, reference);
	end_match(writer);
	end_rule(writer, true, "accept");
}

/* A rule over whole sets, for flows that differ in their ICMP types only. */
static void put_whole(struct cv_nft_json_writer *writer, const char *chain,
		      const struct cv_entry *const *flows, size_t count)
{
	const struct cv_entry *flow = flows[0];
	const struct cv_nft_field *fields = cv_nft_fields[flow->family == 6];

	begin_rule(writer, chain, flow->note);
	if (flow->source)
		match_addresses(writer, &fields[0], flow->source);
	if (flow->destination)
		match_addresses(writer, &fields[1], flow->destination);
	if (!flow->source && !flow->destination)
		match_family(writer, flow->family);
	if (flow->protocol != CV_NO_PROTOCOL)
		match_protocol(writer, flow->protocol);
	if (flow->source_ports)
		match_ports(writer, &fields[3], flow->source_ports);
	if (flow->ports)
		match_ports(writer, &fields[4], flow->ports);
	if (flow->icmp_type != CV_NO_ICMP_TYPE)
		match_types(writer, &fields[5], flows, count);
	end_rule(writer, true, "accept");
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

static bool is_flow_of(const struct cv_entry *entry, const char *name, const char *list)
{
	return entry->kind == CV_ENTRY_FLOW && cv_nft_json_is_named(entry, name) &&
	       entry->list && strcmp(entry->list, list) == 0;
}

static void put_baseline(struct cv_nft_json_writer *writer, const char *chain,
			 const char *list)
{
	const struct cv_emission *emission = writer->emission;
	const struct cv_entry *const *entries = emission->entries;

	for (size_t i = 0, next; i < emission->count; i = next) {
		next = i + 1;
		if (!is_flow_of(entries[i], CV_NFT_BASELINE, list))
			continue;
		while (next < emission->count &&
		       is_flow_of(entries[next], CV_NFT_BASELINE, list) &&
		       is_next_type(entries[next - 1], entries[next]))
			next++;
		put_whole(writer, chain, &entries[i], next - i);
	}
}

static bool is_exact(const struct cv_entry *flow)
{
	const struct cv_range to = flow->destination->ranges[0];
	const struct cv_ports *ports[2] = {flow->source_ports, flow->ports};

	for (size_t i = 0; i < 2; i++)
		if (ports[i] && ports[i]->ranges[0].first != ports[i]->ranges[0].last)
			return false;
	return to.first.high == to.last.high && to.first.low == to.last.low;
}

/* Of one chain, both. */
static bool is_one_class(const struct cv_entry *a, const struct cv_entry *b)
{
	return a->family == b->family && a->source == b->source &&
	       cv_nft_json_parts_of(a) == cv_nft_json_parts_of(b) &&
	       is_exact(a) == is_exact(b) &&
	       (a->icmp_type == CV_NO_ICMP_TYPE || a->protocol == b->protocol);
}

static void put_class(struct cv_nft_json_writer *writer, const char *chain,
		      const char *list, const struct cv_entry *first)
{
	const struct cv_emission *emission = writer->emission;
	const unsigned parts = cv_nft_json_parts_of(first) & ~(unsigned)CV_NFT_SOURCE;

	begin_rule(writer, chain, NULL);
	if (first->icmp_type != CV_NO_ICMP_TYPE)
		match_protocol(writer, first->protocol);
	match_addresses(writer, &cv_nft_fields[first->family == 6][0], first->source);
	begin_match(writer, "==", false);
	put_fields(writer, first->family, parts);
	begin_members(writer, false);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *flow = emission->entries[i];

		if (is_flow_of(flow, CV_NFT_CLASS, list) && is_one_class(first, flow))
			cv_nft_json_put_element(writer, flow, parts);
	}
	end_members(writer);
	end_rule(writer, true, "accept");
}

/* The first flow of each class stands for it; classes are few, their flows are not. */
static void put_classes(struct cv_nft_json_writer *writer, const char *chain,
			const char *list)
{
	const struct cv_emission *emission = writer->emission;
	const struct cv_entry **firsts = CV_NEW_ARRAY(
		emission->ctx->arena, emission->count, const struct cv_entry *);
	size_t count = 0;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *flow = emission->entries[i];
		size_t n = count;

		if (!is_flow_of(flow, CV_NFT_CLASS, list))
			continue;
		while (n && !is_one_class(firsts[n - 1], flow))
			n--;
		if (!n)
			firsts[count++] = flow;
	}
	for (size_t i = 0; i < count; i++)
		put_class(writer, chain, list, firsts[i]);
}

static void put_closing(struct cv_nft_json_writer *writer, const struct cv_entry *entry)
{
	if (!entry->value || strcmp(entry->value, cv_nft_closing) != 0)
		return;
	begin_rule(writer, entry->name, NULL);
	if (entry->destination)
		match_addresses(writer, &cv_nft_fields[entry->family == 6][1],
				entry->destination);
	end_rule(writer, true, "drop");
}

static void
put_settings(struct cv_nft_json_writer *writer, const char *list, const char *chain,
	     void (*put)(struct cv_nft_json_writer *, const struct cv_entry *))
{
	const struct cv_emission *emission = writer->emission;

	for (size_t i = 0; i < emission->count; i++)
		if (cv_nft_is_setting(emission->entries[i], list) &&
		    cv_nft_json_is_named(emission->entries[i], chain))
			put(writer, emission->entries[i]);
}

/* The list of a chain's flows, by how its name ends. */
static const char *list_of(const char *chain)
{
	const char *end = strrchr(chain, '-');

	return end ? end + 1 : "";
}

void cv_nft_json_put_rules(struct cv_nft_json_writer *writer, const char *chain)
{
	const struct cv_emission *emission = writer->emission;
	const char *list = list_of(chain);

	put_settings(writer, "opening", chain, put_opening);
	put_baseline(writer, chain, list);
	put_settings(writer, "rule", chain, put_set_rule);
	put_classes(writer, chain, list);
	for (size_t i = 0; i < emission->count; i++)
		if (is_flow_of(emission->entries[i], CV_NFT_OWN, list))
			put_whole(writer, chain, &emission->entries[i], 1);
	put_settings(writer, "closing", chain, put_closing);
}
