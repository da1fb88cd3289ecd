/* Reads our own libnftables JSON back, byte by byte, and knows nothing else of it.
 *
 * The commands come in one order: the table, chains that are flushed, sets that are
 * added and deleted, sets with their elements, rules.  A file in another order could
 * load and still mean something else, so another order is an error. */
#include <string.h>

#include "base/ctx.h"
#include "nftables/json_read.h"

/* How each but the first command begins and a command over several lines goes on. */
#define NEXT ",\n    "
#define LONG "{\n      \"add\": {\n        "
#define WITHIN "\n          "
#define FAMILY "inet " /* how the plan names a table */
#define LONG_END "\n        }\n      }\n    }"

static bool read_head(struct cv_nft_reader *reader)
{
	const char *name;

	if (!cv_nft_expect(reader, "{\n  \"nftables\": [\n    "
				   "{\"metainfo\": {\"json_schema_version\": 1}}") ||
	    !cv_nft_expect(reader, NEXT) ||
	    !cv_nft_expect(reader,
			   "{\"add\": {\"table\": {\"family\": \"inet\", \"name\": "))
		return false;
	name = cv_nft_json_name(reader);
	if (!name)
		return false;
	reader->table = cv_arena_format(reader->reading->ctx->arena, FAMILY "%s", name);
	return cv_nft_expect(reader, "}}}");
}

static const char *table_name(const struct cv_nft_reader *reader)
{
	return reader->table + sizeof FAMILY - 1;
}

/* `"family": "inet", "table": ...` and what goes before the next member. */
static bool expect_table(struct cv_nft_reader *reader, const char *gap)
{
	return cv_nft_expect(reader, "\"family\": \"inet\",") &&
	       cv_nft_expect(reader, gap) && cv_nft_expect(reader, "\"table\": ") &&
	       cv_nft_json_expect_quoted(reader, table_name(reader)) &&
	       cv_nft_expect(reader, ",") && cv_nft_expect(reader, gap);
}

/* `{"VERB": {"KIND": {...}}}` of something that is known already. */
static bool expect_command(struct cv_nft_reader *reader, const char *start,
			   const char *name)
{
	return cv_nft_expect(reader, NEXT) && cv_nft_expect(reader, start) &&
	       expect_table(reader, " ") && cv_nft_expect(reader, "\"name\": ") &&
	       cv_nft_json_expect_quoted(reader, name) && cv_nft_expect(reader, "}}}");
}

/* A chain's list is its hook's name. */
static bool read_base(struct cv_nft_reader *reader, size_t place,
		      const struct cv_nft_reader_chain *chain)
{
	const char *policy = "drop";
	const char *sign;
	size_t priority;

	if (!cv_nft_expect(reader, ", \"type\": \"filter\", \"hook\": ") ||
	    !cv_nft_json_expect_quoted(reader, chain->list) ||
	    !cv_nft_expect(reader, ", \"prio\": "))
		return false;
	sign = cv_nft_take(reader, "-") ? "-" : "";
	if (!cv_nft_take_number(reader, INT16_MAX, &priority))
		return false;
	if (*sign && priority == 0)
		return cv_nft_fail(reader, "a sign before zero");
	if (!cv_nft_take(reader, ", \"policy\": \"drop\"")) {
		policy = "accept";
		if (!cv_nft_expect(reader, ", \"policy\": \"accept\""))
			return false;
	}
	cv_nft_add_setting(
		reader, place, "base", chain->name,
		cv_arena_format(reader->reading->ctx->arena,
				"type filter hook %s priority %s%zu; policy %s",
				chain->list, sign, priority, policy));
	return true;
}

/* The name of a chain that is added, or NULL, having failed. */
static const char *read_name(struct cv_nft_reader *reader, size_t *place_out)
{
	if (!cv_nft_expect(reader, NEXT))
		return NULL;
	*place_out = cv_nft_here(reader);
	if (!cv_nft_expect(reader, "{\"add\": {\"chain\": {") ||
	    !expect_table(reader, " ") || !cv_nft_expect(reader, "\"name\": "))
		return NULL;
	return cv_nft_json_name(reader);
}

static bool read_chain(struct cv_nft_reader *reader, bool undo)
{
	struct cv_nft_reader_chain chain = {0};
	size_t place;

	chain.name = read_name(reader, &place);
	if (!chain.name)
		return false;
	chain.list = cv_nft_reader_list_of(chain.name);
	if (!chain.list)
		return cv_nft_fail(reader, "not the name of a chain of ours");
	for (size_t i = 0; i < reader->chain_count; i++)
		if (strcmp(reader->chains[i].list, chain.list) == 0)
			return cv_nft_fail(reader,
					   "a chain of that hook is there already");
	cv_nft_add_setting(reader, place, "chain", chain.name, reader->table);
	if (!undo && cv_nft_stands(reader, ",") && !read_base(reader, place, &chain))
		return false;
	/* Their hooks differ, which bounds their number. */
	reader->chains[reader->chain_count++] = chain;
	return cv_nft_expect(reader, "}}}") &&
	       expect_command(reader, "{\"flush\": {\"chain\": {", chain.name);
}

#define ADD_CHAIN NEXT "{\"add\": {\"chain\": "

static bool read_beside(struct cv_nft_reader *reader)
{
	const char *name;
	size_t place;

	name = read_name(reader, &place);
	if (!name || !cv_nft_reader_know_beside(reader, name))
		return false;
	cv_nft_add_setting(reader, place, "beside", name, reader->table);
	return cv_nft_expect(reader, "}}}") &&
	       expect_command(reader, "{\"flush\": {\"chain\": {", name);
}

/* Whether a chain comes next, and one beside another: by how its name ends the line. */
static bool is_chain_next(const struct cv_nft_reader *reader, bool beside)
{
	static const char close[] = "\"}}},";
	const size_t tail = sizeof close - 1 + CV_NFT_BESIDE_TAIL;
	const char *start = reader->at + sizeof ADD_CHAIN - 1, *end;

	if (!cv_nft_stands(reader, ADD_CHAIN))
		return false;
	end = strchr(start, '\n');
	return (end && (size_t)(end - start) > tail &&
		memcmp(end - tail, CV_NFT_BESIDE_MARK, sizeof CV_NFT_BESIDE_MARK - 1) ==
			0) == beside;
}

static bool read_chains(struct cv_nft_reader *reader, bool undo)
{
	do {
		if (!read_chain(reader, undo))
			return false;
	} while (is_chain_next(reader, false));
	while (is_chain_next(reader, true))
		if (!read_beside(reader))
			return false;
	return cv_nft_reader_all_beside(reader);
}

static bool expect_type(struct cv_nft_reader *reader, const struct cv_nft_shape *shape)
{
	const char *before = "[";

	for (size_t i = 0; i < CV_NFT_FIELDS; i++) {
		const struct cv_nft_field *field = &cv_nft_fields[shape->family == 6][i];

		if (!(field->part & (CV_NFT_SOURCE | CV_NFT_DESTINATION | shape->parts)))
			continue;
		if (!cv_nft_expect(reader, before) ||
		    !cv_nft_json_expect_quoted(reader, field->type))
			return false;
		before = ", ";
	}
	return cv_nft_expect(reader, "]");
}

/* `"family": ..., "size": N`, and before each but the first member the gap. */
static bool read_declaration(struct cv_nft_reader *reader, const char *gap,
			     struct cv_nft_reader_set *set)
{
	if (!expect_table(reader, gap))
		return false;
	set->place = cv_nft_here(reader);
	set->name = cv_nft_expect(reader, "\"name\": ") ? cv_nft_json_name(reader) : NULL;
	if (!set->name || !cv_nft_reader_know_set(reader, set) ||
	    !cv_nft_expect(reader, ",") || !cv_nft_expect(reader, gap) ||
	    !cv_nft_expect(reader, "\"type\": ") || !expect_type(reader, set->shape))
		return false;
	set->value = set->shape->declaration;
	if (!set->shape->exact)
		return cv_nft_expect(reader, ",") && cv_nft_expect(reader, gap) &&
		       cv_nft_expect(reader, "\"flags\": [\"interval\"]");
	if (!cv_nft_stands(reader, ",\n          \"size\"") &&
	    !cv_nft_stands(reader, ", \"size\""))
		return true;
	if (!cv_nft_expect(reader, ",") || !cv_nft_expect(reader, gap) ||
	    !cv_nft_expect(reader, "\"size\": ") ||
	    !cv_nft_take_number(reader, SIZE_MAX / 16, &set->size))
		return false;
	set->value = cv_arena_format(reader->reading->ctx->arena, "%s; size %zu",
				     set->value, set->size);
	return true;
}

/* Maps that are made sure of and emptied, or with an undo deleted. */
static bool read_maps(struct cv_nft_reader *reader, bool undo)
{
	const char *then = undo ? "{\"delete\": {\"map\": {" : "{\"flush\": {\"map\": {";

	while (cv_nft_stands(reader, NEXT "{\"add\": {\"map\": {")) {
		const struct cv_nft_reader_map *map;
		const char *name;
		size_t place;

		if (!cv_nft_expect(reader, NEXT "{\"add\": {\"map\": {") ||
		    !expect_table(reader, " "))
			return false;
		place = cv_nft_here(reader);
		name = cv_nft_expect(reader, "\"name\": ") ? cv_nft_json_name(reader)
							   : NULL;
		map = name ? cv_nft_reader_know_map(reader, name) : NULL;
		if (!map || !cv_nft_expect(reader, ", \"type\": ") ||
		    !cv_nft_json_expect_quoted(
			    reader, cv_nft_fields[map->shape->family == 6][0].type) ||
		    !cv_nft_expect(reader, ", \"map\": \"verdict\"") ||
		    (!map->shape->exact &&
		     !cv_nft_expect(reader, ", \"flags\": [\"interval\"]")) ||
		    !cv_nft_expect(reader, "}}}") || !expect_command(reader, then, name))
			return false;
		cv_nft_add_setting(reader, place, "map", name, map->shape->declaration);
	}
	return cv_nft_reader_all_maps(reader);
}

static bool read_ways(struct cv_nft_reader *reader)
{
	struct cv_nft_reader_ways ways;
	const char *name;

	if (!cv_nft_expect(reader, NEXT LONG "\"element\": {" WITHIN) ||
	    !expect_table(reader, WITHIN) || !cv_nft_expect(reader, "\"name\": "))
		return false;
	name = cv_nft_json_name(reader);
	return name && cv_nft_reader_begin_ways(reader, name, &ways) &&
	       cv_nft_expect(reader, "," WITHIN "\"elem\": [") &&
	       cv_nft_json_ways(reader, WITHIN "  ", &ways) &&
	       cv_nft_expect(reader, WITHIN "]" LONG_END);
}

/* Sets that are made sure of and deleted, whatever stood there before. */
static bool read_removals(struct cv_nft_reader *reader)
{
	while (cv_nft_stands(reader, NEXT "{\"add\": {\"set\": ")) {
		struct cv_nft_reader_set set = {0};

		if (!cv_nft_expect(reader, NEXT "{\"add\": {\"set\": {") ||
		    !read_declaration(reader, " ", &set) ||
		    !cv_nft_expect(reader, "}}}") ||
		    !expect_command(reader, "{\"delete\": {\"set\": {", set.name))
			return false;
		if (cv_nft_reader_set_of(reader, set.name))
			return cv_nft_fail(reader, "the set was deleted before");
		/* cv_nft_reader_know_set() and the line above bound their number. */
		reader->sets[reader->set_count++] = set;
	}
	return true;
}

static bool read_elements(struct cv_nft_reader *reader, struct cv_nft_reader_set *set)
{
	const struct cv_nft_json_key key = {
		.family = set->shape->family,
		.parts = CV_NFT_SOURCE | CV_NFT_DESTINATION | set->shape->parts,
		.exact = set->shape->exact,
	};

	do {
		struct cv_entry *flow;

		if (!cv_nft_expect(reader, WITHIN "  "))
			return false;
		flow = cv_nft_add_read(reader, CV_ENTRY_FLOW, cv_nft_here(reader));
		flow->list = set->chain->list;
		flow->more->name = set->name;
		flow->family = set->shape->family;
		flow->protocol = cv_entry_number(set->shape->protocol);
		if (!cv_nft_json_element(reader, &key, flow))
			return false;
		set->count++;
	} while (cv_nft_take(reader, ","));
	return cv_nft_expect(reader, WITHIN "]");
}

/* Sets as they are to be; each was deleted before, and declared the same way. */
static bool read_set(struct cv_nft_reader *reader)
{
	struct cv_nft_reader_set declared = {0}, *set;

	if (!cv_nft_expect(reader, NEXT LONG "\"set\": {" WITHIN) ||
	    !read_declaration(reader, WITHIN, &declared))
		return false;
	set = cv_nft_reader_set_of(reader, declared.name);
	if (!set || set->filled)
		return cv_nft_fail(reader, "the set was not deleted before");
	if (strcmp(set->value, declared.value) != 0)
		return cv_nft_fail(reader,
				   "the set was deleted with another declaration");
	set->filled = true;
	set->place = declared.place;
	if (!cv_nft_expect(reader, "," WITHIN "\"elem\": [") ||
	    !read_elements(reader, set))
		return false;
	if (set->shape->exact && set->size < set->count)
		return cv_nft_fail(reader, "the set is smaller than what it holds");
	return cv_nft_expect(reader, LONG_END);
}

/* The table of our own goes, and with it what made base chains of its chains. */
static bool read_farewell(struct cv_nft_reader *reader)
{
	static const char start[] = NEXT "{\"delete\": {\"table\": {";
	const size_t place = cv_nft_here(reader) + sizeof NEXT - 1;

	if (!cv_nft_stands(reader, start))
		return true;
	if (!cv_nft_expect(reader, start) ||
	    !cv_nft_expect(reader, "\"family\": \"inet\", \"name\": ") ||
	    !cv_nft_json_expect_quoted(reader, table_name(reader)) ||
	    !cv_nft_expect(reader, "}}}"))
		return false;
	for (size_t i = 0; i < reader->chain_count; i++)
		cv_nft_add_setting(reader, place, "base", reader->chains[i].name, NULL);
	return true;
}

static bool read_document(struct cv_nft_reader *reader, bool undo)
{
	if (!read_head(reader) || !read_chains(reader, undo) ||
	    !read_maps(reader, undo) || !read_removals(reader))
		return false;
	if (undo && !read_farewell(reader))
		return false;
	while (!undo && cv_nft_stands(reader, NEXT LONG "\"set\": "))
		if (!read_set(reader))
			return false;
	while (!undo && cv_nft_stands(reader, NEXT LONG "\"element\": "))
		if (!read_ways(reader))
			return false;
	if (!undo && !cv_nft_json_rules(reader))
		return false;
	if (!cv_nft_expect(reader, "\n  ]\n}\n"))
		return false;
	if (reader->at != reader->end)
		return cv_nft_fail(reader, "something stands behind the end");
	return cv_nft_add_sets(reader);
}

static bool read_form(struct cv_reading *reading, bool undo)
{
	struct cv_nft_reader reader = {
		.reading = reading,
		.at = reading->bytes,
		.end = reading->bytes + reading->size,
		.operation = undo ? CV_REMOVE : CV_ADD,
	};

	return read_document(&reader, undo);
}

bool cv_nft_json_read(struct cv_reading *reading)
{
	return read_form(reading, false);
}

bool cv_nft_json_read_undo(struct cv_reading *reading)
{
	return read_form(reading, true);
}
