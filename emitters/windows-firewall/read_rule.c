/* One rule of a script: its keys in their order, and what it lets through. */
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "windows-firewall/facts.h"
#include "windows-firewall/read.h"

/* Both ends of a rule as they stand. */
struct rule {
	struct cv_entry *entry;
	bool sent;
	const struct cv_winfw_protocol *protocol; /* or NULL: a number */
	const struct cv_addresses *local, *remote;
	const struct cv_ports *local_ports, *remote_ports;
};

struct cv_entry *cv_winfw_reader_add(struct cv_winfw_reader *reader,
				     enum cv_entry_kind kind)
{
	struct cv_reading *reading = reader->script.reading;
	struct cv_entry *entry =
		cv_entries_add(reading->ctx, &reading->entries, kind,
			       (size_t)(reader->script.at - reading->bytes));

	entry->operation = reader->operation;
	return entry;
}

static bool fail(struct cv_winfw_reader *reader, const char *why)
{
	return cv_powershell_fail(&reader->script, why);
}

bool cv_winfw_read_end(struct cv_winfw_reader *reader)
{
	return cv_powershell_take(&reader->script, "\r\n") ||
	       fail(reader, "something stands behind the value");
}

static bool take_key(struct cv_winfw_reader *reader, const char *key)
{
	return (cv_powershell_take(&reader->script, CV_WINFW_INDENT CV_WINFW_INDENT) &&
		cv_powershell_take(&reader->script, key) &&
		cv_powershell_take(&reader->script, " = ")) ||
	       fail(reader, "another key must stand here");
}

static bool read_text(struct cv_winfw_reader *reader, const char *key,
		      const char **value_out)
{
	return take_key(reader, key) &&
	       cv_powershell_read_literal(&reader->script, value_out) &&
	       cv_winfw_read_end(reader);
}

/* The items of a list: one in the line, or several, a line each. */
static bool read_list(struct cv_winfw_reader *reader, const char *key,
		      struct cv_table *items_out)
{
	struct cv_arena *arena = reader->script.reading->ctx->arena;
	const char *item;

	if (!take_key(reader, key))
		return false;
	if (!cv_powershell_take(&reader->script, "@("))
		return fail(reader, "a list must stand here");
	if (!cv_powershell_take(&reader->script, "\r\n")) {
		if (!cv_powershell_read_literal(&reader->script, &item))
			return false;
		*CV_ADD(arena, items_out, const char *) = item;
		return (cv_powershell_take(&reader->script, ")") ||
			fail(reader, "the list does not end")) &&
		       cv_winfw_read_end(reader);
	}
	while (cv_powershell_take(&reader->script,
				  CV_WINFW_INDENT CV_WINFW_INDENT CV_WINFW_INDENT)) {
		if (!cv_powershell_read_literal(&reader->script, &item) ||
		    !cv_winfw_read_end(reader))
			return false;
		*CV_ADD(arena, items_out, const char *) = item;
	}
	if (items_out->count < 2)
		return fail(reader, "a short list stands in one line");
	return (cv_powershell_take(&reader->script,
				   CV_WINFW_INDENT CV_WINFW_INDENT ")") ||
		fail(reader, "the list does not end")) &&
	       cv_winfw_read_end(reader);
}

/* ---- numbers ---- */

/* Digits without a leading zero, up to `most`; behind them, or NULL. */
static const char *read_number(const char *text, unsigned most, unsigned *number_out)
{
	unsigned number = 0;
	const char *c = text;

	for (; *c >= '0' && *c <= '9' && number <= most; c++)
		number = number * 10 + (unsigned)(*c - '0');
	if (c == text || number > most || (*text == '0' && c - text > 1))
		return NULL;
	*number_out = number;
	return c;
}

static bool read_port_range(const char *item, struct cv_port_range *range_out)
{
	unsigned first, last;
	const char *rest = read_number(item, 65535, &first);

	if (!rest || first == 0)
		return false;
	last = first;
	if (*rest == '-') {
		rest = read_number(rest + 1, 65535, &last);
		if (!rest || last <= first)
			return false;
	}
	*range_out = (struct cv_port_range){(uint16_t)first, (uint16_t)last};
	return *rest == '\0';
}

/* "Any", or ranges in order that do not touch. */
static bool read_ports(struct cv_winfw_reader *reader, const char *key,
		       const struct cv_ports **ports_out)
{
	struct cv_ctx *ctx = reader->script.reading->ctx;
	struct cv_table items = {0};
	struct cv_port_range *ranges;

	*ports_out = NULL;
	if (!read_list(reader, key, &items))
		return false;
	if (items.count == 1 &&
	    strcmp(*CV_AT(&items, const char *, 0), CV_WINFW_ANY) == 0)
		return true;
	ranges = CV_NEW_ARRAY(ctx->arena, items.count, struct cv_port_range);
	for (size_t i = 0; i < items.count; i++)
		if (!read_port_range(*CV_AT(&items, const char *, i), &ranges[i]))
			return fail(reader, "not a port or a range of ports");
	*ports_out = cv_ports_make(ctx, ranges, items.count);
	for (size_t i = 0; i < items.count; i++)
		if ((*ports_out)->count != items.count ||
		    (*ports_out)->ranges[i].first != ranges[i].first)
			return fail(reader, "ports are out of order, or touch");
	return true;
}

static bool read_types(struct cv_winfw_reader *reader, int16_t *type_out)
{
	struct cv_table items = {0};
	const char *item, *rest;
	unsigned number;

	if (!read_list(reader, "IcmpType", &items))
		return false;
	item = *CV_AT(&items, const char *, 0);
	if (items.count != 1)
		return fail(reader, "more than one type of ICMP");
	if (strcmp(item, CV_WINFW_ANY) == 0)
		return true;
	rest = read_number(item, 255, &number);
	if (!rest || *rest)
		return fail(reader, "not a type of ICMP");
	*type_out = cv_entry_number((int)number);
	return true;
}

static bool read_protocol(struct cv_winfw_reader *reader, struct rule *rule)
{
	const struct cv_winfw_protocol *protocol = cv_winfw_protocols;
	const char *word, *rest;
	unsigned number;

	if (!read_text(reader, "Protocol", &word))
		return false;
	for (; protocol->word; protocol++) {
		if (strcmp(protocol->word, word) != 0)
			continue;
		rule->protocol = protocol;
		rule->entry->protocol = cv_entry_number(protocol->number);
		return true;
	}
	rest = read_number(word, 255, &number);
	if (!rest || *rest || cv_winfw_facts_protocol((int)number))
		return fail(reader, "not a protocol, or one that has a word");
	rule->entry->protocol = cv_entry_number((int)number);
	return true;
}

/* ---- addresses ---- */

static bool is_zero(struct cv_address address)
{
	return address.high == 0 && address.low == 0;
}

/* Where the longest run of zero groups begins, the first of equal ones, and how long it
 * is; one group is no run. */
static unsigned find_gap(const unsigned groups[8], unsigned *size_out)
{
	unsigned best = 8;

	*size_out = 1;
	for (unsigned i = 0; i < 8; i++) {
		unsigned run = 0;

		while (i + run < 8 && groups[i + run] == 0)
			run++;
		if (run > *size_out) {
			best = i;
			*size_out = run;
		}
	}
	return best;
}

/* An IPv6 address has many spellings, and one that is the shortest usual one (RFC 5952);
 * of IPv4 cv_range_parse() takes but one. */
static bool is_shortest(struct cv_address address, const char *text, size_t size)
{
	char spelled[40];
	unsigned groups[8], gap_size, at = 0;
	unsigned gap;

	for (unsigned i = 0; i < 8; i++)
		groups[i] = (i < 4 ? address.high : address.low) >> (48 - i % 4 * 16) &
			    0xFFFF;
	gap = find_gap(groups, &gap_size);
	for (unsigned i = 0; i < 8; i++) {
		if (i == gap) {
			at += (unsigned)snprintf(spelled + at, sizeof spelled - at, "::");
			i += gap_size - 1;
			continue;
		}
		at += (unsigned)snprintf(spelled + at, sizeof spelled - at, "%s%x",
					 at && spelled[at - 1] != ':' ? ":" : "",
					 groups[i]);
	}
	return at == size && memcmp(spelled, text, size) == 0;
}

static bool is_spelled(uint8_t family, const struct cv_range *range, const char *item)
{
	const size_t ends = strcspn(item, "-/");

	return family == 4 ||
	       (is_shortest(range->first, item, ends) &&
		(item[ends] != '-' ||
		 is_shortest(range->last, item + ends + 1, strlen(item + ends + 1))));
}

/* One address as it is, a network, and a range that is none.  What begins with the
 * unspecified address is no network to Windows. */
static bool read_range(const char *item, uint8_t *family_out, struct cv_range *range_out)
{
	const char kind = item[strcspn(item, "-/")];
	const char *why;

	if (!cv_range_parse(item, family_out, range_out, &why) ||
	    !is_spelled(*family_out, range_out, item))
		return false;
	if (cv_address_compare(range_out->first, range_out->last) == 0)
		return kind == '\0';
	return kind ==
	       (cv_range_prefix(*family_out, *range_out) < 0 || is_zero(range_out->first)
			? '-'
			: '/');
}

static bool read_addresses(struct cv_winfw_reader *reader, const char *key,
			   const struct cv_addresses **set_out)
{
	struct cv_ctx *ctx = reader->script.reading->ctx;
	struct cv_table items = {0};
	struct cv_range *ranges;
	uint8_t family = 0, found;

	if (!read_list(reader, key, &items))
		return false;
	ranges = CV_NEW_ARRAY(ctx->arena, items.count, struct cv_range);
	for (size_t i = 0; i < items.count; i++) {
		if (!read_range(*CV_AT(&items, const char *, i), &found, &ranges[i]))
			return fail(reader, "not an address, a network or a range");
		if (i && found != family)
			return fail(reader, "addresses of two families");
		family = found;
	}
	*set_out = cv_addresses_make(ctx, family, ranges, items.count);
	for (size_t i = 0; i < items.count; i++)
		if ((*set_out)->count != items.count ||
		    cv_address_compare((*set_out)->ranges[i].first, ranges[i].first) != 0)
			return fail(reader, "addresses are out of order, or touch");
	return true;
}

/* ---- the rule ---- */

static bool read_direction(struct cv_winfw_reader *reader, struct rule *rule)
{
	const char *word;

	if (!read_text(reader, "Direction", &word))
		return false;
	rule->sent = strcmp(word, "Outbound") == 0;
	if (!rule->sent && strcmp(word, "Inbound") != 0)
		return fail(reader, "not a direction");
	rule->entry->list = rule->sent ? CV_WINFW_OUTPUT : CV_WINFW_INPUT;
	return true;
}

static bool read_ends(struct cv_winfw_reader *reader, struct rule *rule)
{
	const struct cv_winfw_protocol *protocol = rule->protocol;

	if (!read_addresses(reader, "LocalAddress", &rule->local) ||
	    !read_addresses(reader, "RemoteAddress", &rule->remote))
		return false;
	if (rule->local->family != rule->remote->family)
		return fail(reader, "ends of two families");
	if (protocol && protocol->has_ports &&
	    (!read_ports(reader, "LocalPort", &rule->local_ports) ||
	     !read_ports(reader, "RemotePort", &rule->remote_ports)))
		return false;
	return !protocol || !protocol->has_types ||
	       read_types(reader, &rule->entry->icmp_type);
}

static void set_ends(const struct rule *rule)
{
	struct cv_entry *entry = rule->entry;

	entry->family = rule->local->family;
	entry->source = rule->sent ? rule->local : rule->remote;
	entry->destination = rule->sent ? rule->remote : rule->local;
	entry->ports = rule->sent ? rule->remote_ports : rule->local_ports;
	entry->more->source_ports = rule->sent ? rule->local_ports : rule->remote_ports;
}

bool cv_winfw_read_rule(struct cv_winfw_reader *reader)
{
	struct cv_arena *arena = reader->script.reading->ctx->arena;
	struct rule rule = {.entry = cv_winfw_reader_add(reader, CV_ENTRY_FLOW)};
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(arena, CV_WINFW_ATTRIBUTES, struct cv_attribute);

	rule.entry->more->attributes = attributes;
	rule.entry->more->attribute_count = CV_WINFW_ATTRIBUTES;
	attributes[0].name = CV_WINFW_DISPLAY;
	attributes[1].name = CV_WINFW_PROFILE;
	if (!read_text(reader, "Name", &rule.entry->more->name) ||
	    !read_text(reader, "DisplayName", &attributes[0].value) ||
	    !read_text(reader, "Description", &rule.entry->note) ||
	    !read_direction(reader, &rule) ||
	    !read_text(reader, "Profile", &attributes[1].value) ||
	    !read_protocol(reader, &rule) || !read_ends(reader, &rule))
		return false;
	set_ends(&rule);
	if (cv_powershell_take(&reader->script, CV_WINFW_INDENT "}\r\n"))
		return true;
	return read_text(reader, "Program", &rule.entry->more->program) &&
	       (cv_powershell_take(&reader->script, CV_WINFW_INDENT "}\r\n") ||
		fail(reader, "the rule does not end"));
}
