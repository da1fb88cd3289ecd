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

		if (!entry->more->value ||
		    strcmp(entry->more->value, cv_nft_openings[i]) != 0)
			continue;
		begin_rule(writer, entry->more->name, NULL);
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

/* `MATCH @MAP`: `{"vmap": {"key": ..., "data": "@MAP"}}` */
static void put_map_rule(struct cv_nft_json_writer *writer, const struct cv_entry *entry,
			 const struct cv_nft_map *map, const char *reference)
{
	struct cv_json *json = &writer->json;

	begin_rule(writer, entry->more->name, NULL);
	cv_json_begin_object(json, true);
	cv_json_key(json, "vmap");
	cv_json_begin_object(json, true);
	cv_json_key(json, "key");
	put_field(writer, &cv_nft_fields[map->family == 6][0]);
	cv_json_member(json, "data", reference);
	cv_json_end_object(json);
	cv_json_end_object(json);
	cv_json_end_list(json);
	cv_nft_json_end_command(writer);
}

/* `MATCH @SET counter accept`: what a set is asked for hangs on its name; or of a map. */
static void put_set_rule(struct cv_nft_json_writer *writer, const struct cv_entry *entry)
{
	const char *at = entry->more->value ? strchr(entry->more->value, '@') : NULL;
	const char *reference =
		at ? cv_arena_copy(writer->emission->ctx->arena, at, strcspn(at, " "))
		   : NULL;
	const struct cv_nft_shape *shape =
		reference ? cv_nft_json_shape(reference) : NULL;
	const struct cv_nft_map *map = cv_nft_map_by_name(reference);

	if (map)
		put_map_rule(writer, entry, map, reference);
	if (map || !shape)
		return;
	begin_rule(writer, entry->more->name, NULL);
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
	if (flow->more->source_ports)
		match_ports(writer, &fields[3], flow->more->source_ports);
	if (flow->ports)
		match_ports(writer, &fields[4], flow->ports);
	if (flow->icmp_type != CV_NO_ICMP_TYPE)
		match_types(writer, &fields[5], flows, count);
	end_rule(writer, true, "accept");
}

static void put_baseline(struct cv_nft_json_writer *writer, const char *chain,
			 const char *list)
{
	const struct cv_nft_flows flows =
		cv_nft_flows_of(&writer->groups, CV_NFT_BASELINE, list);

	for (size_t i = 0, count; i < flows.count; i += count) {
		count = cv_nft_baseline_rule(flows.items + i, flows.count - i, list);
		put_whole(writer, chain, flows.items + i, count);
	}
}

static void put_own(struct cv_nft_json_writer *writer, const char *chain,
		    const char *list)
{
	const struct cv_nft_flows flows =
		cv_nft_flows_of(&writer->groups, CV_NFT_OWN, list);

	for (size_t i = 0; i < flows.count; i++)
		put_whole(writer, chain, &flows.items[i], 1);
}

static void put_class(struct cv_nft_json_writer *writer, const char *chain,
		      const struct cv_nft_class *class)
{
	const struct cv_entry *first = class->items[0];
	const unsigned parts = CV_NFT_DESTINATION | class->shape->parts;

	begin_rule(writer, chain, NULL);
	if (class->shape->protocol != CV_NO_PROTOCOL)
		match_protocol(writer, class->shape->protocol);
	match_addresses(writer, &cv_nft_fields[first->family == 6][0], first->source);
	begin_match(writer, "==", false);
	put_fields(writer, first->family, parts);
	begin_members(writer, false);
	for (size_t i = 0; i < class->count; i++)
		cv_nft_json_put_element(writer, class->items[i], parts);
	end_members(writer);
	end_rule(writer, true, "accept");
}

void cv_nft_json_put_classes(struct cv_nft_json_writer *writer, const char *chain)
{
	const struct cv_table classes =
		cv_nft_classes_of(writer->emission->ctx, &writer->groups, chain);

	for (size_t i = 0; i < classes.count; i++)
		put_class(writer, chain, CV_AT(&classes, struct cv_nft_class, i));
}

static void put_closing(struct cv_nft_json_writer *writer, const struct cv_entry *entry)
{
	if (!entry->more->value || strcmp(entry->more->value, cv_nft_closing) != 0)
		return;
	begin_rule(writer, entry->more->name, NULL);
	if (entry->destination)
		match_addresses(writer, &cv_nft_fields[entry->family == 6][1],
				entry->destination);
	end_rule(writer, true, "drop");
}

static void
put_settings(struct cv_nft_json_writer *writer, const char *list, const char *chain,
	     void (*put)(struct cv_nft_json_writer *, const struct cv_entry *))
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++)
		if (cv_nft_is_setting(groups->settings[i], list) &&
		    cv_nft_json_is_named(groups->settings[i], chain))
			put(writer, groups->settings[i]);
}

void cv_nft_json_put_rules(struct cv_nft_json_writer *writer, const char *chain)
{
	const char *list = cv_nft_list_of(chain);

	put_settings(writer, "opening", chain, put_opening);
	put_baseline(writer, chain, list);
	put_settings(writer, "rule", chain, put_set_rule);
	cv_nft_json_put_classes(writer, chain);
	put_own(writer, chain, list);
	put_settings(writer, "closing", chain, put_closing);
}
