/* A plan's entries as one transaction for `nft -f`.
 *
 * The order is what makes it safe to load again: the chains are flushed before the
 * sets go, since a set that a rule uses is EBUSY; a set is added before it is
 * deleted, since deleting what is not there fails; then it comes back with its
 * elements.  Adding under the same name works because a name fixes type and flags
 * (sizes may differ).  Maps are emptied and filled, for the reason that facts.h gives.
 * A base chain stays registered all the while: no packet passes by it.  One element a
 * line, because nft quotes the whole line of an element that the kernel refuses. */
#include "nftables/emit.h"

#include <string.h>

#include "base/ahead.h"
#include "base/utf8.h"

/* What is not ASCII that prints is left out, and what would end a text. */
static char *copy_text(char *to, const char *text, size_t left, bool quoted)
{
	for (;;) {
		const size_t clean = quoted ? cv_utf8_plain(text, left, '"', '\\')
					    : cv_utf8_printable(text, left);

		to = mempcpy(to, text, clean);
		if (clean == left)
			return to;
		text += clean + 1;
		left -= clean + 1;
	}
}

static void put_text(struct cv_buf *out, const char *text, bool quoted)
{
	const size_t size = strlen(text);

	cv_buf_written(out, copy_text(cv_buf_room(out, size), text, size, quoted));
}

void cv_nft_put(struct cv_buf *out, const char *text)
{
	put_text(out, text ? text : "", true);
}

void cv_nft_put_verb(struct cv_nft_writer *writer, const char *verb, const char *name)
{
	cv_buf_text(writer->out, writer->mark);
	cv_buf_text(writer->out, verb);
	cv_buf_char(writer->out, ' ');
	cv_nft_put(writer->out, writer->table);
	cv_buf_char(writer->out, ' ');
	cv_nft_put(writer->out, name);
}

static void put_headers(struct cv_nft_writer *writer)
{
	const struct cv_emission *emission = writer->emission;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_HEADER)
			continue;
		cv_buf_char(writer->out, '#');
		if (entry->more->value && *entry->more->value) {
			cv_buf_char(writer->out, ' ');
			put_text(writer->out, entry->more->value, false);
		}
		cv_buf_char(writer->out, '\n');
	}
	cv_buf_char(writer->out, '\n');
}

/* `VERB table inet filter` */
static void put_table(struct cv_nft_writer *writer, const char *verb)
{
	cv_buf_text(writer->out, verb);
	cv_buf_text(writer->out, " table ");
	cv_nft_put(writer->out, writer->table);
	cv_buf_char(writer->out, '\n');
}

/* The first setting of the list, of any name where that is NULL; or NULL. */
static const struct cv_entry *setting_of(const struct cv_nft_groups *groups,
					 const char *list, const char *name)
{
	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (cv_nft_is_setting(entry, list) &&
		    (!name || strcmp(entry->more->name, name) == 0))
			return entry;
	}
	return NULL;
}

/* A base chain says its hook each time: that a chain of the name is there already with
 * the same hook is no error, and its policy becomes the one said. */
static void put_chain(struct cv_nft_writer *writer, const struct cv_entry *chain)
{
	const struct cv_entry *base =
		setting_of(&writer->groups, "base", chain->more->name);

	cv_nft_put_verb(writer, "add chain", chain->more->name);
	if (base) {
		cv_buf_text(writer->out, " { ");
		cv_nft_put(writer->out, base->more->value);
		cv_buf_text(writer->out, "; }");
	}
	cv_buf_char(writer->out, '\n');
}

/* Whether the chains of the list are flushed where they are said to be there. */
static void put_list(struct cv_nft_writer *writer, const char *list, bool flush)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (!cv_nft_is_setting(entry, list))
			continue;
		put_chain(writer, entry);
		if (!flush)
			continue;
		cv_nft_put_verb(writer, "flush chain", entry->more->name);
		cv_buf_char(writer->out, '\n');
	}
}

/* `VERB inet filter NAME { type ...; }` */
static void put_declaration(struct cv_nft_writer *writer, const char *verb,
			    const struct cv_entry *entry)
{
	cv_nft_put_verb(writer, verb, entry->more->name);
	cv_buf_text(writer->out, " { ");
	cv_nft_put(writer->out, entry->more->value);
	cv_buf_text(writer->out, "; }\n");
}

/* Chains beside others come behind them. */
static void put_chains(struct cv_nft_writer *writer, bool flush)
{
	put_list(writer, "chain", flush);
	put_list(writer, "beside", flush);
}

/* Maps stay, so that no packet misses them; what is in them goes.  With an undo they go
 * themselves. */
static void put_maps(struct cv_nft_writer *writer, const char *then)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (!cv_nft_is_setting(entry, "map"))
			continue;
		put_declaration(writer, "add map", entry);
		if (!then)
			continue;
		cv_nft_put_verb(writer, then, entry->more->name);
		cv_buf_char(writer->out, '\n');
	}
}

/* Every set, of every shape; where they are deleted, what the load before this one left
 * goes with them. */
static void put_declarations(struct cv_nft_writer *writer, bool remove)
{
	const struct cv_nft_groups *groups = &writer->groups;

	for (size_t i = 0; i < groups->setting_count; i++) {
		const struct cv_entry *entry = groups->settings[i];

		if (!cv_nft_is_setting(entry, "set"))
			continue;
		put_declaration(writer, "add set", entry);
		if (!remove)
			continue;
		cv_nft_put_verb(writer, "delete set", entry->more->name);
		cv_buf_char(writer->out, '\n');
	}
}

void cv_nft_put_note(struct cv_buf *out, const char *note)
{
	if (!note)
		return;
	cv_buf_text(out, " comment \"");
	cv_nft_put(out, note);
	cv_buf_char(out, '"');
}

/* What `to` points at is the end of what is written, here and below. */
static char *add(char *to, const char *text)
{
	return mempcpy(to, text, strlen(text));
}

static char *add_side(char *to, struct cv_nft_side *side,
		      const struct cv_addresses *addresses)
{
	if (side->addresses != addresses) {
		side->addresses = addresses;
		side->size = (size_t)(cv_range_write(side->text, addresses->family,
						     addresses->ranges[0]) -
				      side->text);
	}
	return add(mempcpy(to, side->text, side->size), " . ");
}

static char *add_ports(char *to, const struct cv_ports *ports)
{
	const struct cv_port_range range = ports->ranges[0];

	to = cv_number_write(add(to, " . "), range.first);
	return range.first == range.last ? to : cv_number_write(add(to, "-"), range.last);
}

static char *add_note(char *to, const char *note, size_t size)
{
	return add(copy_text(add(to, " comment \""), note, size, true), "\"");
}

/* Numbers only: names of protocols and ports depend on /etc/protocols and
 * /etc/services of the machine that loads the file. */
static void put_element(struct cv_nft_writer *writer, const struct cv_entry *flow,
			bool source)
{
	enum { MOST = 2 * CV_RANGE_ROOM + 64 }; /* bytes of an element but for its note */
	const size_t note = flow->note ? strlen(flow->note) : 0;
	struct cv_buf *out = writer->out;
	char *to = add(cv_buf_room(out, MOST + note), "\t");

	if (source)
		to = add_side(to, &writer->source, flow->source);
	to = add_side(to, &writer->destination, flow->destination);
	to = cv_number_write(
		to, (uint64_t)(flow->icmp_type >= 0 ? flow->icmp_type : flow->protocol));
	if (flow->more->source_ports)
		to = add_ports(to, flow->more->source_ports);
	if (flow->ports)
		to = add_ports(to, flow->ports);
	if (flow->note)
		to = add_note(to, flow->note, note);
	cv_buf_written(out, add(to, ",\n"));
	cv_buf_drain(out);
}

void cv_nft_put_elements(struct cv_nft_writer *writer,
			 const struct cv_entry *const *flows, size_t count, bool source)
{
	for (size_t i = 0; i < count; i++) {
		if (i + 2 * CV_AHEAD < count)
			cv_entry_await(flows[i + 2 * CV_AHEAD]);
		if (i + CV_AHEAD < count)
			cv_await(flows[i + CV_AHEAD]->note);
		put_element(writer, flows[i], source);
	}
}

static void put_set(struct cv_nft_writer *writer, const struct cv_entry *set)
{
	const struct cv_nft_flows flows =
		cv_nft_flows_of(&writer->groups, set->more->name, NULL);

	cv_nft_put_verb(writer, "add set", set->more->name);
	cv_buf_text(writer->out, " { ");
	cv_nft_put(writer->out, set->more->value);
	cv_buf_text(writer->out, "; elements = {\n");
	cv_nft_put_elements(writer, flows.items, flows.count, true);
	/* `} }` on one line is a syntax error in nft 1.0.6. */
	cv_buf_text(writer->out, "}\n}\n");
}

static void put_all_rules(struct cv_nft_writer *writer)
{
	const struct cv_nft_groups *groups = &writer->groups;

	cv_nft_put_ways(writer);
	for (size_t i = 0; i < groups->setting_count; i++)
		if (cv_nft_is_setting(groups->settings[i], "chain"))
			cv_nft_put_rules(writer, groups->settings[i]->more->name);
	for (size_t i = 0; i < groups->setting_count; i++)
		if (cv_nft_is_setting(groups->settings[i], "beside"))
			cv_nft_put_classes(writer, groups->settings[i]->more->name);
}

/* The table of the first chain; all chains lie in one. */
static struct cv_nft_writer open_writer(const struct cv_emission *emission)
{
	struct cv_nft_writer writer = {
		.emission = emission,
		.groups = cv_nft_groups_make(emission->ctx, emission->entries,
					     emission->count),
		.out = emission->out,
		.table = "",
		.mark = "",
	};
	const struct cv_entry *chain = setting_of(&writer.groups, "chain", NULL);

	if (chain)
		writer.table = chain->more->value;
	return writer;
}

void cv_nft_emit(const struct cv_emission *emission)
{
	struct cv_nft_writer writer = open_writer(emission);

	put_headers(&writer);
	put_table(&writer, "add");
	put_chains(&writer, true);
	put_maps(&writer, "flush map");
	put_declarations(&writer, true);
	for (size_t i = 0; i < writer.groups.setting_count; i++) {
		const struct cv_entry *entry = writer.groups.settings[i];

		if (cv_nft_is_setting(entry, "set") && entry->operation == CV_ADD)
			put_set(&writer, entry);
	}
	put_all_rules(&writer);
}

/* In a table of the admin's the chains stay, empty, since a base chain may jump to them,
 * or a map that another file left.  A table of our own goes whole. */
void cv_nft_emit_undo(const struct cv_emission *emission)
{
	struct cv_nft_writer writer = open_writer(emission);
	const bool whole = setting_of(&writer.groups, "base", NULL) != NULL;

	put_headers(&writer);
	put_table(&writer, "add");
	if (whole) {
		put_table(&writer, "delete");
		writer.mark = "# gone with the table: ";
	}
	put_chains(&writer, !whole);
	put_maps(&writer, whole ? NULL : "delete map");
	put_declarations(&writer, !whole);
	if (!whole)
		writer.mark = "# gone with the flush: ";
	put_all_rules(&writer);
}
