/* From the node of a row to its struct: blocks of rows with common defaults, tables
 * in CSV, and what a row must have besides what its field table says. */
#include "read/rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/node.h"
#include "model/policy.h"
#include "read/fields.h"
#include "read/load.h"

bool cv_rows_is_table(const char *key, enum cv_table_kind *table_out)
{
	for (int table = 0; table < CV_TABLE_COUNT; table++) {
		if (strcmp(key, cv_table_names[table]) != 0)
			continue;
		*table_out = (enum cv_table_kind)table;
		return true;
	}
	return false;
}

static_assert((int)CV_MAX_ROWS <= (int)CV_ROW_NUMBERS, "a row has room for its number");

static bool has_hole(const struct cv_row *row, const char *key)
{
	for (const struct cv_hole *hole = cv_row_more(row)->holes; hole;
	     hole = hole->next)
		if (strcmp(hole->field->key, key) == 0)
			return true;
	return false;
}

/* `tcp+udp` has ports, `esp` has none; a number says by itself. */
static bool has_ports(const char *protocol)
{
	int number = cv_protocol_number(protocol);

	if (cv_text_is(protocol, "tcp+udp"))
		return true;
	if (number < 0)
		number = (int)strtol(protocol, NULL, 10);
	return cv_protocol_has_ports(number);
}

static bool is_icmp(const char *protocol)
{
	const int number = cv_protocol_number(protocol);

	return number == 1 || number == 58 || strcmp(protocol, "1") == 0 ||
	       strcmp(protocol, "58") == 0;
}

static bool refuse_ports(struct cv_ctx *ctx, struct cv_texts ports,
			 const struct cv_text *protocol)
{
	return ports.count == 0 ||
	       cv_find(ctx, CV_F_PORT_NOT_ALLOWED, ports.items[0].at,
		       "the protocol `%s` has no ports; leave the port out",
		       protocol->text);
}

static bool check_port_row(struct cv_ctx *ctx, const struct cv_port_row *row)
{
	const struct cv_texts protocols = cv_few_texts(&row->protocol);
	const struct cv_texts ports = cv_few_texts(&row->ports);
	const struct cv_texts source_ports =
		cv_few_texts(&cv_port_more(row)->source_ports);
	const struct cv_texts types = cv_few_texts(&cv_port_more(row)->icmp_type);
	bool wants_port = protocols.count == 0, ok = true;

	for (size_t i = 0; i < protocols.count; i++) {
		const struct cv_text *protocol = &protocols.items[i];

		if (has_ports(protocol->text))
			wants_port = true;
		else
			ok = refuse_ports(ctx, ports, protocol) &&
			     refuse_ports(ctx, source_ports, protocol) && ok;
		if (types.count && !is_icmp(protocol->text))
			ok = cv_find(ctx, CV_F_BAD_VALUE, types.items[0].at,
				     "`%s` has no ICMP types", protocol->text);
	}
	if (wants_port && ports.count == 0 && !has_hole(&row->row, "port"))
		ok = cv_find(ctx, CV_F_EMPTY_PORT, row->row.at,
			     "the port cell is empty; it is never taken for any");
	return ok;
}

static bool check_exclusion_row(struct cv_ctx *ctx, const struct cv_exclusion_row *row)
{
	for (size_t kind = 0; kind < CV_KIND_COUNT; kind++)
		if (cv_few_texts(&row->values[kind]).count ||
		    has_hole(&row->row, cv_kind_names[kind]))
			return true;
	return cv_find(ctx, CV_F_MISSING_KEY, row->row.at,
		       "an exclusion row needs at least one of process, folder, file, "
		       "extension, command, sha256, signer and tls-inspection");
}

static bool check_url_row(struct cv_ctx *ctx, const struct cv_url_row *row)
{
	const struct cv_texts protocols = cv_few_texts(&row->protocol);

	for (size_t i = 0; i < protocols.count; i++)
		if (!has_ports(protocols.items[i].text))
			return refuse_ports(ctx, cv_few_texts(&row->ports),
					    &protocols.items[i]);
	return true;
}

static bool check_row(struct cv_ctx *ctx, const struct cv_row *row)
{
	for (const struct cv_hole *hole = cv_row_more(row)->holes; hole;
	     hole = hole->next)
		if (strcmp(hole->field->key, "id") == 0)
			return cv_find(
				ctx, CV_F_HOLE_NOT_ALLOWED, hole->at,
				"the id of a row is ours to give, it cannot be a hole");
	switch (row->table) {
	case CV_PORTS:
		return check_port_row(ctx, (const struct cv_port_row *)row);
	case CV_EXCLUSIONS:
		return check_exclusion_row(ctx, (const struct cv_exclusion_row *)row);
	case CV_URLS:
	case CV_TABLE_COUNT:
		break;
	}
	return check_url_row(ctx, (const struct cv_url_row *)row);
}

/* A row to be read into, of which what lies beside it has a place for the time being. */
static void begin_row(struct cv_row_reading *reading, struct cv_row *row)
{
	memset(&reading->more, 0, sizeof reading->more);
	row->more = &reading->more.row;
}

/* Keeps what was read beside a row, if anything was. */
static void keep_more(struct cv_row_reading *reading, struct cv_row *row)
{
	static const struct cv_port_more nothing;
	const size_t size = cv_row_more_size(row->table);
	const struct cv_row *last = reading->last;

	if (memcmp(row->more, &nothing, size) == 0) {
		row->more = NULL;
		return;
	}
	if (last && last->table == row->table &&
	    memcmp(row->more, last->more, size) == 0) {
		row->more = last->more;
		return;
	}
	row->more = memcpy(cv_arena_array(reading->ctx->arena, 1, size), row->more, size);
	reading->last = row;
}

/* Both must hold: each alternative of the one with each of the other. */
static bool join_conditions(struct cv_row_reading *reading, const struct cv_when *block,
			    struct cv_when *row)
{
	struct cv_ctx *ctx = reading->ctx;
	const size_t count = block->count * row->count;
	struct cv_when both = {.at = row->at};

	if (count > CV_MAX_ALTERNATIVES)
		return cv_find(
			ctx, CV_F_TOO_LONG, row->at,
			"a condition of more than %d alternatives with those of its "
			"block",
			CV_MAX_ALTERNATIVES);
	/* A short file could ask for any amount of memory. */
	if (reading->joined + count > CV_MAX_JOINED)
		return cv_find(
			ctx, CV_F_TOO_LONG, row->at,
			"the conditions of rows and their blocks make more than %d "
			"alternatives",
			CV_MAX_JOINED);
	reading->joined += count;
	both.items = CV_NEW_ARRAY(ctx->arena, count, struct cv_condition);
	for (size_t i = 0; i < block->count; i++) {
		for (size_t j = 0; j < row->count; j++) {
			const struct cv_condition *a = &block->items[i],
						  *b = &row->items[j];
			struct cv_condition *made = &both.items[both.count++];

			made->count = a->count + b->count;
			made->parts =
				CV_NEW_ARRAY(ctx->arena, made->count, struct cv_part);
			if (a->count)
				memcpy(made->parts, a->parts,
				       a->count * sizeof *a->parts);
			if (b->count)
				memcpy(made->parts + a->count, b->parts,
				       b->count * sizeof *b->parts);
		}
	}
	*row = both;
	return true;
}

/* The condition of the block holds for the row as well. */
static bool add_condition(struct cv_row_reading *reading, const struct cv_when *block,
			  struct cv_row *row)
{
	if (block->count == 0)
		return true;
	if (has_hole(row, "when"))
		return cv_find(
			reading->ctx, CV_F_HOLE_NOT_ALLOWED, row->at,
			"the condition of a row cannot be a hole where its block has "
			"one");
	if (row->more->when.count)
		return join_conditions(reading, block, &row->more->when);
	row->more->when = *block;
	return true;
}

/* A row that was refused stays in the table, so that the numbers of the others are
 * those of the file.  `block` is the condition of the block that it stands in. */
static bool add_row(struct cv_row_reading *reading, enum cv_table_kind table,
		    const struct cv_node *node, const struct cv_when *block)
{
	const struct cv_fields *fields = cv_row_fields(table);
	struct cv_table *rows = &reading->profile->rows[table];
	struct cv_row *row;
	bool sound, ok;

	if (rows->count == CV_MAX_ROWS)
		return cv_find(reading->ctx, CV_F_TOO_LONG, node->at,
			       "a table of more than %d rows", CV_MAX_ROWS);
	row = cv_table_add(reading->ctx->arena, rows, fields->size);
	row->table = table;
	row->profile = reading->profile;
	row->number = (uint32_t)rows->count & CV_ROW_NUMBERS;
	row->at = node->at;
	begin_row(reading, row);
	sound = cv_fields_read(reading->ctx, fields, node, row) &&
		check_row(reading->ctx, row);
	ok = sound && add_condition(reading, block, row);
	keep_more(reading, row);
	if (!sound)
		row->profile = NULL; /* says that it was refused */
	return ok;
}

static void append(struct cv_node *map, struct cv_arena *arena,
		   const struct cv_node *member)
{
	struct cv_node *copy = CV_NEW(arena, struct cv_node);

	*copy = *member;
	copy->next = NULL;
	if (map->last)
		map->last->next = copy;
	else
		map->first = copy;
	map->last = copy;
	map->count++;
}

/* The block without its rows. */
static struct cv_node *defaults_of(struct cv_row_reading *reading,
				   const struct cv_node *block)
{
	struct cv_node *defaults = CV_NEW(reading->scratch, struct cv_node);

	defaults->kind = CV_NODE_MAP;
	defaults->at = block->at;
	for (const struct cv_node *member = block->first; member; member = member->next)
		if (strcmp(member->key->text, "rows") != 0)
			append(defaults, reading->scratch, member);
	return defaults;
}

/* Without the condition, which the row's own does not replace. */
static struct cv_node *merge(struct cv_row_reading *reading, const struct cv_node *row,
			     const struct cv_node *defaults)
{
	struct cv_node *merged = CV_NEW(reading->scratch, struct cv_node);

	merged->kind = CV_NODE_MAP;
	merged->at = row->at;
	for (const struct cv_node *member = row->first; member; member = member->next)
		append(merged, reading->scratch, member);
	for (const struct cv_node *member = defaults->first; member;
	     member = member->next)
		if (!cv_node_member(row, member->key->text) &&
		    strcmp(member->key->text, "when") != 0)
			append(merged, reading->scratch, member);
	return merged;
}

/* Reads the defaults once by themselves, so that what is wrong with them is told
 * once.  *when_out is the block's condition. */
static bool check_defaults(struct cv_row_reading *reading, enum cv_table_kind table,
			   const struct cv_node *defaults, struct cv_when *when_out)
{
	const struct cv_fields *fields = cv_row_fields(table);
	const struct cv_node *id = cv_node_member(defaults, "id");
	const struct cv_node *when = cv_node_member(defaults, "when");
	struct cv_row *row = cv_arena_array(reading->scratch, 1, fields->size);
	bool ok = true;

	if (id)
		ok = cv_find(reading->ctx, CV_F_UNKNOWN_KEY, id->key->at,
			     "a block of rows has no `id`: its rows have");
	if (when && when->kind == CV_NODE_MAP && cv_node_member(when, "hole"))
		ok = cv_find(reading->ctx, CV_F_HOLE_NOT_ALLOWED, when->at,
			     "the condition of a block cannot be a hole");
	begin_row(reading, row);
	ok = cv_fields_read_partly(reading->ctx, fields, defaults, row) && ok;
	*when_out = row->more->when;
	return ok;
}

static bool add_block_row(struct cv_row_reading *reading, enum cv_table_kind table,
			  const struct cv_node *node, const struct cv_node *defaults,
			  const struct cv_when *when)
{
	if (node->kind == CV_NODE_MAP)
		node = merge(reading, node, defaults);
	return add_row(reading, table, node, when);
}

/* Tells what is wrong with a row that is not kept. */
static void look_at(struct cv_row_reading *reading, enum cv_table_kind table,
		    const struct cv_node *node)
{
	const struct cv_fields *fields = cv_row_fields(table);
	struct cv_row *row = cv_arena_array(reading->scratch, 1, fields->size);

	begin_row(reading, row);
	cv_fields_read_partly(reading->ctx, fields, node, row);
}

static bool add_block(struct cv_row_reading *reading, enum cv_table_kind table,
		      const struct cv_node *block)
{
	const struct cv_node *rows = cv_node_member(block, "rows");
	const struct cv_node *defaults = defaults_of(reading, block);
	struct cv_when when = {0};
	const bool sound = check_defaults(reading, table, defaults, &when);
	bool ok = sound;

	if (rows->kind != CV_NODE_LIST)
		return cv_find(reading->ctx, CV_F_WRONG_TYPE, rows->at,
			       "`rows` of a block must be a list of maps");
	for (const struct cv_node *row = rows->first; row; row = row->next) {
		/* What is wrong with the defaults was told; the row alone is still
		 * looked at. */
		if (sound)
			ok = add_block_row(reading, table, row, defaults, &when) && ok;
		else
			look_at(reading, table, row);
	}
	return ok;
}

bool cv_rows_add_node(struct cv_row_reading *reading, enum cv_table_kind table,
		      const struct cv_node *node)
{
	const struct cv_when always = {0};
	bool ok;

	if (node->kind == CV_NODE_MAP && cv_node_member(node, "rows"))
		ok = add_block(reading, table, node);
	else
		ok = add_row(reading, table, node, &always);
	cv_arena_reset(reading->scratch);
	return ok;
}
