/* A plan's entries as one transaction for `nft -f`.
 *
 * The order is what makes it safe to load again: the chains are flushed before the
 * sets go, since a set that a rule uses is EBUSY; a set is added before it is
 * deleted, since deleting what is not there fails; then it comes back with its
 * elements.  Adding under the same name works because a name fixes type and flags
 * (sizes may differ).  One element a line, because nft quotes the whole line of an
 * element that the kernel refuses. */
#include <string.h>

#include "base/buf.h"
#include "model/plan.h"
#include "nftables/facts.h"

/* Writes the text but for bytes that would end the comment, the string or the line
 * that it stands in.  Lowering lets no such byte through; should one come, it is
 * missing from what the proof reads back, and nothing is written. */
static void put_text(struct cv_buf *out, const char *text, const char *refused)
{
	while (*text) {
		size_t clean = 0;

		while (text[clean] >= ' ' && text[clean] <= '~' &&
		       !strchr(refused, text[clean]))
			clean++;
		cv_buf_add(out, text, clean);
		text += clean;
		if (*text)
			text++;
	}
}

static void put(struct cv_buf *out, const char *text)
{
	put_text(out, text ? text : "", "\"\\");
}

static bool is_setting(const struct cv_entry *entry, const char *list)
{
	return entry->kind == CV_ENTRY_SETTING && entry->list &&
	       strcmp(entry->list, list) == 0;
}

/* `VERB inet filter NAME` */
static void put_verb(struct cv_buf *out, const char *verb, const char *table,
		     const char *name)
{
	cv_buf_text(out, verb);
	cv_buf_char(out, ' ');
	put(out, table);
	cv_buf_char(out, ' ');
	put(out, name);
}

static void put_headers(const struct cv_emission *emission)
{
	struct cv_buf *out = emission->out;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_HEADER)
			continue;
		cv_buf_char(out, '#');
		if (entry->value && *entry->value) {
			cv_buf_char(out, ' ');
			put_text(out, entry->value, "");
		}
		cv_buf_char(out, '\n');
	}
	cv_buf_char(out, '\n');
}

/* The table of the first chain; all chains lie in one. */
static const char *table_of(const struct cv_emission *emission)
{
	for (size_t i = 0; i < emission->count; i++)
		if (is_setting(emission->entries[i], "chain"))
			return emission->entries[i]->value;
	return "";
}

static void put_chains(const struct cv_emission *emission, const char *table)
{
	struct cv_buf *out = emission->out;

	cv_buf_text(out, "add table ");
	put(out, table);
	cv_buf_char(out, '\n');
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (!is_setting(entry, "chain"))
			continue;
		put_verb(out, "add chain", entry->value, entry->name);
		cv_buf_char(out, '\n');
		put_verb(out, "flush chain", entry->value, entry->name);
		cv_buf_char(out, '\n');
	}
}

/* What the load before this one left, of every shape. */
static void put_removals(const struct cv_emission *emission, const char *table)
{
	struct cv_buf *out = emission->out;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (!is_setting(entry, "set"))
			continue;
		put_verb(out, "add set", table, entry->name);
		cv_buf_text(out, " { ");
		put(out, entry->value);
		cv_buf_text(out, "; }\n");
		put_verb(out, "delete set", table, entry->name);
		cv_buf_char(out, '\n');
	}
}

static void put_ports(struct cv_buf *out, const struct cv_ports *ports)
{
	cv_buf_text(out, " . ");
	cv_ports_format(out, ports);
}

/* Numbers only: names of protocols and ports depend on /etc/protocols and
 * /etc/services of the machine that loads the file. */
static void put_element(struct cv_buf *out, const struct cv_entry *flow)
{
	cv_buf_char(out, '\t');
	cv_range_format(out, flow->family, flow->source->ranges[0]);
	cv_buf_text(out, " . ");
	cv_range_format(out, flow->family, flow->destination->ranges[0]);
	cv_buf_text(out, " . ");
	if (flow->icmp_type >= 0)
		cv_buf_number(out, (uint64_t)flow->icmp_type);
	else
		cv_buf_number(out, (uint64_t)flow->protocol);
	if (flow->source_ports)
		put_ports(out, flow->source_ports);
	if (flow->ports)
		put_ports(out, flow->ports);
	if (flow->note) {
		cv_buf_text(out, " comment \"");
		put(out, flow->note);
		cv_buf_char(out, '"');
	}
	cv_buf_text(out, ",\n");
}

static void put_set(const struct cv_emission *emission, const char *table,
		    const struct cv_entry *set)
{
	struct cv_buf *out = emission->out;

	put_verb(out, "add set", table, set->name);
	cv_buf_text(out, " { ");
	put(out, set->value);
	cv_buf_text(out, "; elements = {\n");
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *flow = emission->entries[i];

		if (flow->kind == CV_ENTRY_FLOW && flow->name &&
		    strcmp(flow->name, set->name) == 0)
			put_element(out, flow);
	}
	/* `} }` on one line is a syntax error in nft 1.0.6. */
	cv_buf_text(out, "}\n}\n");
}

/* The rules, each line behind `mark`. */
static void put_rules(const struct cv_emission *emission, const char *table,
		      const char *mark)
{
	struct cv_buf *out = emission->out;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (!is_setting(entry, "rule"))
			continue;
		cv_buf_text(out, mark);
		put_verb(out, "add rule", table, entry->name);
		cv_buf_char(out, ' ');
		put(out, entry->value);
		cv_buf_char(out, '\n');
	}
}

void cv_nft_emit(const struct cv_emission *emission)
{
	const char *table = table_of(emission);

	put_headers(emission);
	put_chains(emission, table);
	put_removals(emission, table);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (is_setting(entry, "set") && entry->operation == CV_ADD)
			put_set(emission, table, entry);
	}
	put_rules(emission, table, "");
}

/* The chains stay, empty, since the admin's base chain may jump to them. */
void cv_nft_emit_undo(const struct cv_emission *emission)
{
	const char *table = table_of(emission);

	put_headers(emission);
	put_chains(emission, table);
	put_removals(emission, table);
	put_rules(emission, table, "# gone with the flush: ");
}
