/* Writes a script: the fixed lines, and the plan's values in their slots. */
#include <string.h>

#include "base/buf.h"
#include "powershell_quote.h"
#include "windows-firewall/facts.h"

static void end_line(struct cv_buf *out)
{
	cv_buf_add(out, "\r\n", 2);
}

static void write_header(const struct cv_emission *emission, const char *before)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_HEADER)
			continue;
		cv_buf_text(emission->out, before);
		cv_powershell_quote_comment(emission->out, entry->more->value);
		end_line(emission->out);
	}
}

static void write_setting(const struct cv_emission *emission,
			  const struct cv_winfw_line *line)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_SETTING ||
		    strcmp(entry->list, line->list) != 0)
			continue;
		cv_buf_text(emission->out, line->text);
		cv_powershell_quote(emission->out, entry->more->value);
		end_line(emission->out);
	}
}

/* ---- a rule ---- */

static void open_key(struct cv_buf *out, const char *key)
{
	cv_buf_text(out, CV_WINFW_INDENT CV_WINFW_INDENT);
	cv_buf_text(out, key);
	cv_buf_text(out, " = ");
}

static void write_text(struct cv_buf *out, const char *key, const char *value)
{
	open_key(out, key);
	cv_powershell_quote(out, value);
	end_line(out);
}

/* One value stands in the line, several have a line each. */
static void open_list(struct cv_buf *out, const char *key, size_t count)
{
	open_key(out, key);
	cv_buf_text(out, "@(");
	if (count > 1)
		end_line(out);
}

static void write_item(struct cv_buf *out, size_t count, const char *value)
{
	if (count > 1)
		cv_buf_text(out, CV_WINFW_INDENT CV_WINFW_INDENT CV_WINFW_INDENT);
	cv_powershell_quote(out, value);
	if (count > 1)
		end_line(out);
}

static void close_list(struct cv_buf *out, size_t count)
{
	if (count > 1)
		cv_buf_text(out, CV_WINFW_INDENT CV_WINFW_INDENT);
	cv_buf_char(out, ')');
	end_line(out);
}

static bool is_one(const struct cv_range *range)
{
	return range->first.high == range->last.high &&
	       range->first.low == range->last.low;
}

/* A network needs a mask that is not empty, and one of IPv6 should not begin with the
 * unspecified address (MS-FASP, FW_IPV4_SUBNET and FW_IPV6_SUBNET): such are ranges. */
static bool must_be_range(const struct cv_range *range)
{
	return range->first.high == 0 && range->first.low == 0 && !is_one(range);
}

static void write_range(struct cv_buf *out, uint8_t family, struct cv_range range)
{
	if (!must_be_range(&range)) {
		cv_range_format(out, family, range);
		return;
	}
	cv_address_format(out, family, range.first);
	cv_buf_char(out, '-');
	cv_address_format(out, family, range.last);
}

static void write_addresses(struct cv_buf *out, const char *key,
			    const struct cv_addresses *set)
{
	struct cv_buf text = CV_BUF_INIT;

	open_list(out, key, set->count);
	for (size_t i = 0; i < set->count; i++) {
		text.size = 0;
		write_range(&text, set->family, set->ranges[i]);
		write_item(out, set->count, cv_buf_string(&text));
	}
	close_list(out, set->count);
	cv_buf_deinit(&text);
}

static void write_ports(struct cv_buf *out, const char *key, const struct cv_ports *ports)
{
	const size_t count = ports ? ports->count : 1;
	struct cv_buf text = CV_BUF_INIT;

	open_list(out, key, count);
	for (size_t i = 0; ports && i < count; i++) {
		const struct cv_port_range *range = &ports->ranges[i];

		text.size = 0;
		cv_buf_number(&text, range->first);
		if (range->last > range->first)
			cv_buf_format(&text, "-%u", (unsigned)range->last);
		write_item(out, count, cv_buf_string(&text));
	}
	if (!ports)
		write_item(out, count, CV_WINFW_ANY);
	close_list(out, count);
	cv_buf_deinit(&text);
}

/* A number in words; or the word in its stead where there is none. */
static void write_protocol(struct cv_buf *out, const struct cv_entry *entry)
{
	const struct cv_winfw_protocol *protocol =
		cv_winfw_facts_protocol(entry->protocol);
	struct cv_buf text = CV_BUF_INIT;

	if (protocol)
		cv_buf_text(&text, protocol->word);
	else
		cv_buf_format(&text, "%d", entry->protocol);
	write_text(out, "Protocol", cv_buf_string(&text));
	cv_buf_deinit(&text);
}

static void write_types(struct cv_buf *out, const struct cv_entry *entry)
{
	struct cv_buf text = CV_BUF_INIT;

	if (entry->icmp_type < 0)
		cv_buf_text(&text, CV_WINFW_ANY);
	else
		cv_buf_format(&text, "%d", entry->icmp_type);
	open_list(out, "IcmpType", 1);
	write_item(out, 1, cv_buf_string(&text));
	close_list(out, 1);
	cv_buf_deinit(&text);
}

/* What the flow is from and to is remote and local here, by its way. */
static void write_box(struct cv_buf *out, const struct cv_entry *entry)
{
	const struct cv_winfw_protocol *protocol =
		cv_winfw_facts_protocol(entry->protocol);
	const bool sent = strcmp(entry->list, CV_WINFW_OUTPUT) == 0;

	write_protocol(out, entry);
	write_addresses(out, "LocalAddress", sent ? entry->source : entry->destination);
	write_addresses(out, "RemoteAddress", sent ? entry->destination : entry->source);
	if (protocol && protocol->has_ports) {
		write_ports(out, "LocalPort",
			    sent ? entry->more->source_ports : entry->ports);
		write_ports(out, "RemotePort",
			    sent ? entry->ports : entry->more->source_ports);
	}
	if (protocol && protocol->has_types)
		write_types(out, entry);
	if (entry->more->program)
		write_text(out, "Program", entry->more->program);
}

static void write_rule(struct cv_buf *out, const struct cv_entry *entry)
{
	const bool sent = strcmp(entry->list, CV_WINFW_OUTPUT) == 0;

	cv_buf_text(out, CV_WINFW_INDENT "@{");
	end_line(out);
	write_text(out, "Name", entry->more->name);
	write_text(out, "DisplayName", entry->more->attributes[0].value);
	write_text(out, "Description", entry->note);
	write_text(out, "Direction", sent ? "Outbound" : "Inbound");
	write_text(out, "Profile", entry->more->attributes[1].value);
	write_box(out, entry);
	cv_buf_text(out, CV_WINFW_INDENT "}");
	end_line(out);
}

static void write_rules(const struct cv_emission *emission, enum cv_winfw_slot slot)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_FLOW)
			continue;
		cv_buf_drain(emission->out);
		if (slot == CV_WINFW_RULES) {
			write_rule(emission->out, entry);
			continue;
		}
		cv_buf_text(emission->out, CV_WINFW_INDENT);
		cv_powershell_quote(emission->out, entry->more->name);
		end_line(emission->out);
	}
}

/* ---- scripts ---- */

static void write_line(const struct cv_emission *emission,
		       const struct cv_winfw_line *line, bool is_paste)
{
	switch (line->slot) {
	case CV_WINFW_TEXT:
		if (is_paste && !*line->text)
			break;
		cv_buf_text(emission->out, line->text);
		end_line(emission->out);
		break;
	case CV_WINFW_HEADER:
		write_header(emission, line->text);
		break;
	case CV_WINFW_SETTING:
		write_setting(emission, line);
		break;
	case CV_WINFW_RULES:
	case CV_WINFW_NAMES:
		write_rules(emission, line->slot);
		break;
	}
}

static void write_script(const struct cv_emission *emission,
			 const struct cv_winfw_line *const *sections, bool is_paste)
{
	for (; *sections; sections++)
		for (const struct cv_winfw_line *line = *sections; line->text; line++)
			write_line(emission, line, is_paste);
}

void cv_winfw_emit_script(const struct cv_emission *emission)
{
	write_script(emission, cv_winfw_script, false);
}

void cv_winfw_emit_paste(const struct cv_emission *emission)
{
	write_script(emission, cv_winfw_paste, true);
}

void cv_winfw_emit_undo(const struct cv_emission *emission)
{
	write_script(emission, cv_winfw_undo, false);
}

void cv_winfw_emit_export(const struct cv_emission *emission)
{
	write_script(emission, cv_winfw_export, false);
}
