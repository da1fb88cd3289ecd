/* Rows of ports. */
#include <string.h>

#include "base/ctx.h"
#include "import/making.h"
#include "import/texts.h"
#include "model/field.h"

/* What the cells of one published row say of the protocol and its ports: parts that each
 * become a row of the profile. */
struct part {
	struct cv_port_group group;
	const struct cv_cell *open; /* the cell, where its ports are not told */
	const char *why;
};

struct service {
	struct part parts[16];
	size_t count;
	const char *remark;
};

static bool same_ports(const struct cv_texts *a, const struct cv_texts *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].text, b->items[i].text) != 0)
			return false;
	return true;
}

/* A cell has at most eight protocols, and a row two cells of ports. */
static void add_part(struct service *service, struct part part)
{
	if (service->count < sizeof service->parts / sizeof *service->parts)
		service->parts[service->count++] = part;
}

/* `53/tcp, 53/udp`: one row with both protocols. */
static void add_group(struct cv_making *making, struct service *service,
		      struct cv_port_group group)
{
	for (size_t i = 0; i < service->count; i++) {
		struct cv_port_group *one = &service->parts[i].group;

		if (!one->protocol || !group.protocol || group.ports.count == 0 ||
		    !same_ports(&one->ports, &group.ports))
			continue;
		if (strcmp(one->protocol, group.protocol) != 0)
			one->protocol = cv_arena_format(making->ctx->arena, "%s+%s",
							one->protocol, group.protocol);
		return;
	}
	add_part(service, (struct part){.group = group});
}

/* `protocol` is that of the column, or NULL. */
static void read_ports(struct cv_making *making, const struct cv_cell *cell,
		       const char *protocol, struct service *service)
{
	struct cv_told_ports ports;
	const enum cv_told told = cv_cell_ports(making->ctx, cell->words.text,
						cell->words.at, making->notes, &ports);
	const char *why = cell->why ? cell->why : told == CV_TOLD ? NULL : ports.why;

	if (!why && told != CV_TOLD)
		why = "it is no list of ports";
	for (size_t i = 0; !why && protocol && i < ports.count; i++)
		if (ports.groups[i].protocol &&
		    strcmp(protocol, ports.groups[i].protocol) != 0)
			why = "it names another protocol than its column";
	if (why) {
		add_part(service, (struct part){{.protocol = protocol}, cell, why});
		return;
	}
	service->remark = ports.remark;
	for (size_t i = 0; i < ports.count; i++) {
		struct cv_port_group group = ports.groups[i];

		group.protocol = group.protocol ? group.protocol : protocol;
		add_group(making, service, group);
	}
}

static bool is_dash(const char *words)
{
	return strcmp(words, "--") == 0 || strcmp(words, "-") == 0;
}

/* Columns headed TCP and UDP hold the ports of each. */
static void read_protocol_columns(struct cv_making *making, size_t number,
				  struct service *service)
{
	static const struct {
		enum cv_column column;
		const char *protocol;
	} columns[] = {{CV_COLUMN_TCP, "tcp"}, {CV_COLUMN_UDP, "udp"}};

	for (size_t i = 0; i < 2; i++) {
		const struct cv_cell *cell =
			cv_making_role(making, number, columns[i].column);

		if (cell &&
		    (cell->why || (*cell->words.text && !is_dash(cell->words.text))))
			read_ports(making, cell, columns[i].protocol, service);
	}
}

/* Where no cell names ports there is one part all the same, without any. */
static void read_service(struct cv_making *making, size_t number, struct service *service)
{
	static const enum cv_column columns[] = {CV_COLUMN_INBOUND, CV_COLUMN_PORT};
	const struct cv_cell *port = NULL;

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		const struct cv_cell *cell = cv_making_role(making, number, columns[i]);

		if (cell && (*cell->words.text || cell->why))
			read_ports(making, cell, NULL, service);
		port = cell ? cell : port;
	}
	if (service->count == 0)
		read_protocol_columns(making, number, service);
	if (service->count == 0)
		add_part(service, (struct part){.open = port});
}

static bool is_portless(const char *protocol)
{
	static const char *const ported[] = {"tcp", "udp", "tcp+udp", "udp+tcp", "sctp"};

	for (size_t i = 0; i < sizeof ported / sizeof *ported; i++)
		if (strcmp(protocol, ported[i]) == 0)
			return false;
	return true;
}

/* The protocol of one group: its own, or that of the protocol cell. */
static void put_protocol(struct cv_making *making, struct cv_draft_row *row,
			 size_t number, const struct cv_port_group *group)
{
	const struct cv_cell *cell = cv_making_role(making, number, CV_COLUMN_PROTOCOL);
	struct cv_told_words told = {0};
	const enum cv_told is = cell ? cv_cell_protocol(making->ctx, cell->words.text,
							cell->words.at, &told)
				     : CV_TOLD_NOT;

	if (cell && (cell->why || (*cell->words.text && is != CV_TOLD))) {
		cv_making_open(making, row, "protocol", cell,
			       told.why ? told.why : "it names no protocol");
		return;
	}
	if (is == CV_TOLD && group->protocol &&
	    !strstr(cv_texts_joined(making->ctx, &told.values, "+"), group->protocol)) {
		cv_making_open(making, row, "protocol", cell,
			       "the port cell names another protocol");
		return;
	}
	if (group->protocol) {
		cv_making_put(making, row, "protocol",
			      strcmp(group->protocol, "udp+tcp") == 0 ? "tcp+udp"
								      : group->protocol,
			      row->at);
		return;
	}
	if (is != CV_TOLD) {
		cv_making_hole(making, row, "protocol",
			       cell ? "an empty cell" : "the table names no protocol",
			       cell ? cell->words.at : row->at, CV_F_EMPTY_CELL,
			       "a row says nothing without it");
		return;
	}
	for (size_t i = 0; i < told.values.count; i++)
		cv_making_put(making, row, "protocol", told.values.items[i].text,
			      told.values.items[i].at);
}

static bool needs_port(const struct cv_draft_row *row)
{
	const struct cv_draft_field *protocol = cv_draft_field(row, "protocol");

	for (size_t i = 0; protocol && i < protocol->values.count; i++)
		if (is_portless(protocol->values.items[i].text))
			return false;
	return true;
}

static void put_ports(struct cv_making *making, struct cv_draft_row *row,
		      const struct part *part)
{
	const struct cv_texts *ports = &part->group.ports;
	const bool needed = needs_port(row);

	if (part->why) {
		cv_making_open(making, row, "port", part->open, part->why);
	} else if (ports->count && !needed) {
		cv_making_hole(making, row, "port",
			       cv_texts_joined(making->ctx, ports, ", "), row->at,
			       CV_F_OPEN_CELL, "its protocol has no ports");
	} else if (ports->count == 0 && needed) {
		cv_making_hole(making, row, "port",
			       part->open ? "an empty cell" : "the row names no port",
			       part->open ? part->open->words.at : row->at,
			       CV_F_EMPTY_CELL, "it is never taken for any port");
	}
	for (size_t i = 0; needed && i < ports->count; i++)
		cv_making_put(making, row, "port", ports->items[i].text,
			      ports->items[i].at);
}

static void no_end(struct cv_making *making, struct cv_draft_row *row, const char *key)
{
	cv_making_hole(making, row, key,
		       strcmp(key, "from") == 0 ? "the table names no source"
						: "the table names no destination",
		       row->at, CV_F_EMPTY_CELL, "a row says nothing without it");
}

/* `Client --> Distribution point` above a table that has ports only. */
static bool put_heading_ends(struct cv_making *making, struct cv_draft_row *row)
{
	static const char *const arrows[] = {
		" <--> ", " <-> ", " --> ", " -> ", " \xE2\x86\x92 ", " \xE2\x86\x94 "};
	const char *words =
		making->block->caption ? making->block->caption : making->heading;

	for (size_t i = 0; words && i < sizeof arrows / sizeof *arrows; i++) {
		const char *at = strstr(words, arrows[i]);
		struct cv_cell from = {.kind = CV_CELL_WORDS}, to = from;
		const char *way, *why;

		if (!at)
			continue;
		from.words = (struct cv_text){
			cv_arena_copy(making->ctx->arena, words, (size_t)(at - words)),
			row->at};
		to.words = (struct cv_text){at + strlen(arrows[i]), row->at};
		cv_making_names(making, row, "from", &from);
		cv_making_names(making, row, "to", &to);
		if (cv_cell_direction(making->ctx,
				      cv_arena_copy(making->ctx->arena, at + 1,
						    strlen(arrows[i]) - 2),
				      &way, &why) == CV_TOLD_OPEN)
			cv_making_hole(making, row, "initiates", words, row->at,
				       CV_F_OPEN_CELL, why);
		return true;
	}
	return false;
}

/* One party and on which side it stands. */
static void put_party(struct cv_making *making, struct cv_draft_row *row, size_t number,
		      const struct cv_cell *party)
{
	const struct cv_cell *cell = cv_making_role(making, number, CV_COLUMN_DIRECTION);
	const char *way = NULL, *why = NULL;

	/* A column for each direction: the gap in one of them is all that tells. */
	if (!cell && cv_making_role(making, number, CV_COLUMN_INBOUND) &&
	    !cv_making_role(making, number, CV_COLUMN_PORT))
		way = "inbound";
	if (cell && (cell->why || cv_cell_direction(making->ctx, cell->words.text, &way,
						    &why) != CV_TOLD))
		way = NULL;
	if (way && strcmp(way, "inbound") == 0) {
		no_end(making, row, "from");
		cv_making_names(making, row, "to", party);
	} else if (way && strcmp(way, "outbound") == 0) {
		cv_making_names(making, row, "from", party);
		no_end(making, row, "to");
	} else {
		const char *words =
			!*party->words.text ? "an empty cell"
			: cell && *cell->words.text
				? cv_arena_format(making->ctx->arena, "%s; %s",
						  party->words.text, cell->words.text)
				: party->words.text;

		why = why ? why
			  : "nothing says whether it is the source or the destination";
		cv_making_hole(making, row, "from", words, row->at, CV_F_OPEN_CELL, why);
		cv_making_hole(making, row, "to", words, row->at, CV_F_OPEN_CELL, why);
	}
}

/* A direction beside two ends. */
static void put_direction(struct cv_making *making, struct cv_draft_row *row,
			  size_t number)
{
	const struct cv_cell *cell = cv_making_role(making, number, CV_COLUMN_DIRECTION);
	const char *way, *why;
	enum cv_told told;

	if (!cell || (!*cell->words.text && !cell->why))
		return;
	told = cv_cell_direction(making->ctx, cell->words.text, &way, &why);
	if (told == CV_TOLD && !cell->why && strcmp(way, "from") == 0)
		return;
	if (told == CV_TOLD && !cell->why && strcmp(way, "to") == 0)
		cv_making_put(making, row, "initiates", "to", cell->words.at);
	else
		cv_making_open(making, row, "initiates", cell,
			       why ? why : "beside two ends it does not say of which");
}

static void put_ends(struct cv_making *making, struct cv_draft_row *row, size_t number)
{
	const struct cv_cell *from = cv_making_role(making, number, CV_COLUMN_FROM);
	const struct cv_cell *to = cv_making_role(making, number, CV_COLUMN_TO);
	const struct cv_cell *party = cv_making_role(making, number, CV_COLUMN_PARTY);

	if (!from && !to && party) {
		put_party(making, row, number, party);
		return;
	}
	if (!from && !to && put_heading_ends(making, row))
		return;
	if (from)
		cv_making_names(making, row, "from", from);
	else
		no_end(making, row, "from");
	if (to)
		cv_making_names(making, row, "to", to);
	else
		no_end(making, row, "to");
	put_direction(making, row, number);
}

static void put_source_port(struct cv_making *making, struct cv_draft_row *row,
			    size_t number)
{
	const struct cv_cell *cell =
		cv_making_role(making, number, CV_COLUMN_SOURCE_PORT);
	struct cv_told_ports ports;
	enum cv_told told;

	if (!cell || (!*cell->words.text && !cell->why))
		return;
	told = cv_cell_ports(making->ctx, cell->words.text, cell->words.at, making->notes,
			     &ports);
	if (cell->why || told != CV_TOLD || ports.count != 1) {
		cv_making_open(making, row, "source-port", cell,
			       ports.why ? ports.why : "it is no list of ports");
		return;
	}
	for (size_t i = 0; i < ports.groups[0].ports.count; i++)
		cv_making_put(making, row, "source-port",
			      ports.groups[0].ports.items[i].text, cell->words.at);
}

static void put_program(struct cv_making *making, struct cv_draft_row *row, size_t number)
{
	const struct cv_cell *cell = cv_making_role(making, number, CV_COLUMN_PROGRAM);
	struct cv_texts values[CV_KIND_COUNT];
	const char *why;

	if (!cell || (!*cell->words.text && !cell->why))
		return;
	if (!cell->why &&
	    cv_cell_exclusion(making->ctx, cell->words.text, cell->words.at,
			      1U << CV_KIND_PROCESS, values, &why) == CV_TOLD &&
	    values[CV_KIND_PROCESS].count == 1)
		cv_making_put(making, row, "program",
			      values[CV_KIND_PROCESS].items[0].text, cell->words.at);
	else
		cv_making_open(making, row, "program", cell, "it is no one program");
}

void cv_making_ports(struct cv_making *making, size_t number)
{
	struct service service = {0};

	read_service(making, number, &service);
	for (size_t i = 0; i < service.count; i++) {
		struct cv_draft_row *row = cv_making_row(making, number);

		put_ends(making, row, number);
		/* The protocol decides whether there are ports; the port stands first. */
		cv_draft_add(making->ctx, row, "port", row->at);
		put_protocol(making, row, number, &service.parts[i].group);
		put_ports(making, row, &service.parts[i]);
		put_source_port(making, row, number);
		put_program(making, row, number);
		cv_making_notes(making, row, number, "from");
		if (service.remark && !cv_draft_field(row, "purpose") &&
		    !cv_words_refused(making->ctx, &cv_lex_note, service.remark))
			cv_making_put(making, row, "purpose", service.remark, row->at);
	}
}
