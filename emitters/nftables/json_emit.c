/* A plan's entries as one transaction for `nft -j -f`: the commands of the text form, in
 * its order and for its reasons, as libnftables JSON.
 *
 * What stands alone in a line is an element, an expression or a command without a list
 * of its own.  JSON has no comments, so the head of the text form has no place here. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "nftables/json_write.h"

static void put_command(struct cv_nft_json_writer *writer, const char *verb,
			const char *kind, const char *name)
{
	cv_nft_json_begin_command(writer, verb, kind, true);
	cv_json_member(&writer->json, "name", name);
	cv_nft_json_end_command(writer);
}

/* The table of the first chain; all chains lie in one. */
static void find_table(struct cv_nft_json_writer *writer)
{
	const struct cv_nft_groups *groups = &writer->groups;

	writer->family = writer->table = "";
	for (size_t i = 0; i < groups->setting_count; i++) {
		const char *value = groups->settings[i]->more->value;
		const char *blank = value ? strchr(value, ' ') : NULL;

		if (!cv_nft_is_setting(groups->settings[i], "chain") || !blank)
			continue;
		writer->family = cv_arena_copy(writer->emission->ctx->arena, value,
					       (size_t)(blank - value));
		writer->table = blank + 1;
		return;
	}
}

/* What makes a base chain of it, from `type T hook H priority N; policy P`. */
static void put_base(struct cv_nft_json_writer *writer, const char *chain)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];
		char type[16], hook[16], policy[16];
		int priority;

		if (!cv_nft_is_setting(entry, "base") ||
		    !cv_nft_json_is_named(entry, chain) || !entry->more->value ||
		    sscanf(entry->more->value,
			   "type %15[a-z] hook %15[a-z] priority %d; policy %15[a-z]",
			   type, hook, &priority, policy) != 4)
			continue;
		cv_json_member(&writer->json, "type", type);
		cv_json_member(&writer->json, "hook", hook);
		cv_json_key(&writer->json, "prio");
		cv_json_integer(&writer->json, priority);
		cv_json_member(&writer->json, "policy", policy);
		return;
	}
}

/* The chains of the list, which are flushed. */
static void put_chains(struct cv_nft_json_writer *writer, const char *list)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (!cv_nft_is_setting(entry, list))
			continue;
		cv_nft_json_begin_command(writer, "add", "chain", true);
		cv_json_member(&writer->json, "name", entry->more->name);
		put_base(writer, entry->more->name);
		cv_nft_json_end_command(writer);
		put_command(writer, "flush", "chain", entry->more->name);
	}
}

/* Maps stay, and are emptied; with an undo they go. */
static void put_maps(struct cv_nft_json_writer *writer, const char *then)
{
	const struct cv_nft_groups *groups = &writer->groups;
	struct cv_json *json = &writer->json;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];
		const struct cv_nft_map *map = cv_nft_map_by_name(entry->more->name);

		if (!cv_nft_is_setting(entry, "map") || !map)
			continue;
		cv_nft_json_begin_command(writer, "add", "map", true);
		cv_json_member(json, "name", entry->more->name);
		cv_json_member(json, "type", cv_nft_fields[map->family == 6][0].type);
		cv_json_member(json, "map", "verdict");
		if (!map->exact) {
			cv_json_key(json, "flags");
			cv_json_begin_list(json, true);
			cv_json_text(json, "interval");
			cv_json_end_list(json);
		}
		cv_nft_json_end_command(writer);
		put_command(writer, then, "map", entry->more->name);
	}
}

/* `["10.0.0.1", {"jump": {"target": ...}}]`, a range a line. */
static void put_way(struct cv_nft_json_writer *writer, const struct cv_entry *way)
{
	struct cv_json *json = &writer->json;

	for (size_t i = 0; i < way->source->count; i++) {
		cv_json_begin_list(json, true);
		cv_nft_json_put_range(writer, way->family, way->source->ranges[i]);
		cv_json_begin_object(json, true);
		cv_json_key(json, "jump");
		cv_json_begin_object(json, true);
		cv_json_member(json, "target", way->more->value);
		cv_json_end_object(json);
		cv_json_end_object(json);
		cv_json_end_list(json);
	}
}

static void end_ways(struct cv_nft_json_writer *writer)
{
	cv_json_end_list(&writer->json);
	cv_nft_json_end_command(writer);
}

/* All of one map stand together. */
static void put_ways(struct cv_nft_json_writer *writer)
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
			cv_nft_json_begin_command(writer, "add", "element", false);
			cv_json_member(&writer->json, "name", map);
			cv_json_key(&writer->json, "elem");
			cv_json_begin_list(&writer->json, false);
		}
		put_way(writer, way);
	}
	if (map)
		end_ways(writer);
}

/* `"name": ..., "type": [...], "size": N` or `"flags": ["interval"]`. */
static void put_declaration(struct cv_nft_json_writer *writer, const struct cv_entry *set)
{
	const struct cv_nft_shape *shape = cv_nft_json_shape(set->more->name);
	const char *size = set->more->value ? strstr(set->more->value, "; size ") : NULL;
	struct cv_json *json = &writer->json;
	unsigned long long room;

	cv_json_member(json, "name", set->more->name);
	if (!shape)
		return;
	cv_json_key(json, "type");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < CV_NFT_FIELDS; i++) {
		const struct cv_nft_field *field = &cv_nft_fields[shape->family == 6][i];

		if (field->part & (CV_NFT_SOURCE | CV_NFT_DESTINATION | shape->parts))
			cv_json_text(json, field->type);
	}
	cv_json_end_list(json);
	if (!shape->exact) {
		cv_json_key(json, "flags");
		cv_json_begin_list(json, true);
		cv_json_text(json, "interval");
		cv_json_end_list(json);
	}
	if (size && sscanf(size, "; size %llu", &room) == 1)
		cv_json_member_number(json, "size", room);
}

/* What the load before this one left, of every shape. */
static void put_removals(struct cv_nft_json_writer *writer)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (!cv_nft_is_setting(entry, "set"))
			continue;
		cv_nft_json_begin_command(writer, "add", "set", true);
		put_declaration(writer, entry);
		cv_nft_json_end_command(writer);
		put_command(writer, "delete", "set", entry->more->name);
	}
}

static void put_set(struct cv_nft_json_writer *writer, const struct cv_entry *set)
{
	const struct cv_nft_flows flows =
		cv_nft_flows_of(&writer->groups, set->more->name, NULL);

	cv_nft_json_begin_command(writer, "add", "set", false);
	put_declaration(writer, set);
	cv_json_key(&writer->json, "elem");
	cv_json_begin_list(&writer->json, false);
	for (size_t i = 0; i < flows.count; i++)
		cv_nft_json_put_element(writer, flows.items[i],
					cv_nft_json_parts_of(flows.items[i]));
	cv_json_end_list(&writer->json);
	cv_nft_json_end_command(writer);
}

static void begin_document(struct cv_nft_json_writer *writer,
			   const struct cv_emission *emission, bool undo)
{
	struct cv_json *json = &writer->json;

	writer->emission = emission;
	writer->groups =
		cv_nft_groups_make(emission->ctx, emission->entries, emission->count);
	find_table(writer);
	cv_json_open(json, emission->out);
	cv_json_begin_object(json, false);
	cv_json_key(json, "nftables");
	cv_json_begin_list(json, false);
	cv_json_begin_object(json, true);
	cv_json_key(json, "metainfo");
	cv_json_begin_object(json, true);
	cv_json_member_number(json, "json_schema_version", 1);
	cv_json_end_object(json);
	cv_json_end_object(json);
	put_command(writer, "add", "table", writer->table);
	put_chains(writer, "chain");
	put_chains(writer, "beside");
	put_maps(writer, undo ? "delete" : "flush");
	put_removals(writer);
}

static void end_document(struct cv_nft_json_writer *writer)
{
	cv_json_end_list(&writer->json);
	cv_json_end_object(&writer->json);
}

void cv_nft_json_emit(const struct cv_emission *emission)
{
	struct cv_nft_json_writer writer;
	const struct cv_nft_groups *groups = &writer.groups;

	begin_document(&writer, emission, false);
	for (size_t i = 0; i < groups->setting_count; i++)
		if (cv_nft_is_setting(groups->settings[i], "set") &&
		    groups->settings[i]->operation == CV_ADD)
			put_set(&writer, groups->settings[i]);
	put_ways(&writer);
	for (size_t i = 0; i < groups->setting_count; i++)
		if (cv_nft_is_setting(groups->settings[i], "chain"))
			cv_nft_json_put_rules(&writer, groups->settings[i]->more->name);
	for (size_t i = 0; i < groups->setting_count; i++)
		if (cv_nft_is_setting(groups->settings[i], "beside"))
			cv_nft_json_put_classes(&writer, groups->settings[i]->more->name);
	end_document(&writer);
}

/* In a table of the admin's the chains stay, empty, since a base chain of the admin's
 * may jump to them; a table of our own goes with all that is in it. */
void cv_nft_json_emit_undo(const struct cv_emission *emission)
{
	struct cv_nft_json_writer writer;
	const struct cv_nft_groups *groups = &writer.groups;
	bool own = false;

	begin_document(&writer, emission, true);
	for (size_t i = 0; i < groups->setting_count; i++)
		own = own || cv_nft_is_setting(groups->settings[i], "base");
	if (own)
		put_command(&writer, "delete", "table", writer.table);
	end_document(&writer);
}
