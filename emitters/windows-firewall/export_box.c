/* What one rule of an export is about: addresses, ports, protocol and program.  Filters
 * that are not looked at only make a rule narrower, since all of them must match. */
#include "windows-firewall/export.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "model/policy.h"

enum { MOST_VALUES = 100000 }; /* of one list */

const char *cv_winfw_text(const json_t *rule, const char *key)
{
	return json_string_value(json_object_get(rule, key));
}

static bool is_any(const char *text)
{
	return !text || !*text || strcasecmp(text, CV_WINFW_ANY) == 0;
}

/* A list of texts, or one text.  What is no text counts, and is not understood. */
static size_t value_count(const json_t *value)
{
	if (json_is_array(value))
		return json_array_size(value);
	return value && !json_is_null(value);
}

static const char *value_at(const json_t *value, size_t index)
{
	return json_string_value(json_is_array(value) ? json_array_get(value, index)
						      : value);
}

static bool list_is_any(const json_t *value)
{
	for (size_t i = 0; i < value_count(value); i++)
		if (!value_at(value, i) || !is_any(value_at(value, i)))
			return false;
	return true;
}

/* Whole digits up to `most`. */
static bool number_of(const char *text, size_t size, unsigned long most,
		      unsigned long *number_out)
{
	*number_out = 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9' || *number_out > most)
			return false;
		*number_out = *number_out * 10 + (unsigned long)(text[i] - '0');
	}
	return size > 0 && *number_out <= most;
}

/* ---- addresses ---- */

/* The bits of `255.255.0.0` or of digits; false where it is neither. */
static bool prefix_of(const char *mask, unsigned most, unsigned *bits_out)
{
	struct cv_range range;
	unsigned long number;
	const char *why;
	uint8_t family;

	if (number_of(mask, strlen(mask), most, &number)) {
		*bits_out = (unsigned)number;
		return true;
	}
	if (!cv_range_parse(mask, &family, &range, &why) || family != 4 || most != 32)
		return false;
	for (*bits_out = 0; *bits_out < 32; ++*bits_out)
		if (!(range.first.low >> (31 - *bits_out) & 1))
			break;
	return *bits_out == 32 || (range.first.low & (UINT32_MAX >> *bits_out)) == 0;
}

static void keep_bits(uint64_t *first, uint64_t *last, unsigned width, unsigned bits)
{
	const uint64_t all = width == 64 ? UINT64_MAX : UINT32_MAX;
	const uint64_t host = bits >= width ? 0 : all >> bits;

	*first &= ~host;
	*last = *first | host;
}

/* An address with a prefix length or a mask; host bits are no matter to Windows. */
static bool network_of(const char *text, uint8_t *family_out, struct cv_range *range_out)
{
	const char *slash = strchr(text, '/'), *why;
	char address[64];
	unsigned bits;

	if ((size_t)(slash - text) >= sizeof address)
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (strchr(address, '-') ||
	    !cv_range_parse(address, family_out, range_out, &why) ||
	    !prefix_of(slash + 1, *family_out == 4 ? 32 : 128, &bits))
		return false;
	if (*family_out == 4) {
		keep_bits(&range_out->first.low, &range_out->last.low, 32, bits);
		return true;
	}
	keep_bits(&range_out->first.high, &range_out->last.high, 64, bits);
	keep_bits(&range_out->first.low, &range_out->last.low, 64,
		  bits > 64 ? bits - 64 : 0);
	return true;
}

static void take_all(struct cv_ctx *ctx, const struct cv_addresses *sets_out[2])
{
	sets_out[0] = cv_addresses_all(ctx, 4);
	sets_out[1] = cv_addresses_all(ctx, 6);
}

/* A keyword such as LocalSubnet may be any address, but is not all of them. */
static void read_addresses(struct cv_ctx *ctx, const json_t *value,
			   struct cv_winfw_box *box,
			   const struct cv_addresses *sets_out[2])
{
	const size_t count = value_count(value);
	struct cv_range *ranges[2];
	size_t counts[2] = {0, 0};

	if (list_is_any(value)) {
		take_all(ctx, sets_out);
		return;
	}
	for (int f = 0; f < 2; f++)
		ranges[f] = CV_NEW_ARRAY(ctx->arena, count, struct cv_range);
	for (size_t i = 0; i < count; i++) {
		const char *text = value_at(value, i), *why;
		struct cv_range range;
		uint8_t family;

		if (!text ||
		    !(strchr(text, '/') ? network_of(text, &family, &range)
					: cv_range_parse(text, &family, &range, &why))) {
			box->unknown = "an address that is a keyword or not understood";
			take_all(ctx, sets_out);
			return;
		}
		ranges[family == 6][counts[family == 6]++] = range;
	}
	for (int f = 0; f < 2; f++)
		sets_out[f] = cv_addresses_make(ctx, f ? 6 : 4, ranges[f], counts[f]);
}

/* ---- ports, protocol, types ---- */

static bool port_range_of(const char *text, struct cv_port_range *range_out)
{
	const char *dash = strchr(text, '-');
	const size_t size = dash ? (size_t)(dash - text) : strlen(text);
	unsigned long first, last;

	if (!number_of(text, size, 65535, &first))
		return false;
	last = first;
	if (dash && !number_of(dash + 1, strlen(dash + 1), 65535, &last))
		return false;
	if (last < first || last == 0)
		return false;
	*range_out =
		(struct cv_port_range){(uint16_t)(first ? first : 1), (uint16_t)last};
	return true;
}

/* Port 0, which nothing uses, is left out.  NULL: any. */
static const struct cv_ports *read_ports(struct cv_ctx *ctx, const json_t *value,
					 struct cv_winfw_box *box)
{
	const size_t count = value_count(value);
	struct cv_port_range *ranges;

	if (list_is_any(value))
		return NULL;
	ranges = CV_NEW_ARRAY(ctx->arena, count, struct cv_port_range);
	for (size_t i = 0; i < count; i++) {
		const char *text = value_at(value, i);

		if (text && port_range_of(text, &ranges[i]))
			continue;
		box->unknown = "a port that is a keyword or not understood";
		return NULL;
	}
	return cv_ports_make(ctx, ranges, count);
}

static int read_protocol(const json_t *value, struct cv_winfw_box *box)
{
	const struct cv_winfw_protocol *protocol = cv_winfw_protocols;
	const char *text = value_at(value, 0);
	unsigned long number;

	if (list_is_any(value))
		return CV_NO_PROTOCOL;
	if (!text || value_count(value) != 1) {
		box->unknown = "a protocol that is no text";
		return CV_NO_PROTOCOL;
	}
	for (; protocol->word; protocol++)
		if (strcasecmp(protocol->word, text) == 0)
			return protocol->number;
	if (number_of(text, strlen(text), 255, &number))
		return (int)number;
	box->unknown = "a protocol that is not understood";
	return CV_NO_PROTOCOL;
}

/* `8`, and `8:*` or `8:Any`; a code is narrower than any type of a plan. */
static void read_types(struct cv_ctx *ctx, const json_t *value, struct cv_winfw_box *box)
{
	if (list_is_any(value))
		return;
	for (size_t i = 0; i < value_count(value); i++) {
		const char *text = value_at(value, i);
		const size_t size = text ? strcspn(text, ":") : 0;
		unsigned long number;

		if (!text || !number_of(text, size, 255, &number) ||
		    (text[size] && strcmp(text + size, ":*") != 0 &&
		     strcasecmp(text + size, ":any") != 0)) {
			box->unknown = "a type of ICMP that is not understood";
			continue;
		}
		*CV_ADD(ctx->arena, &box->types, int) = (int)number;
	}
}

/* In the spelling of the plan, where it has the program: Windows tells no case apart. */
static const char *read_program(struct cv_winfw_export *export, const char *text)
{
	struct cv_ctx *ctx = export->reading->ctx;
	const struct cv_table *entries = &export->reading->plan->entries;

	if (is_any(text))
		return NULL;
	for (size_t i = 0; i < entries->count; i++) {
		const char *own = CV_AT(entries, struct cv_entry, i)->more->program;

		if (own && strcasecmp(own, text) == 0)
			return own;
	}
	return cv_intern_text(ctx, text);
}

/* What must match besides; the first is enough to tell. */
static const char *limits_of(const json_t *rule)
{
	static const char *const texts[][2] = {
		{"Package", "a package"},          {"Service", "a service"},
		{"InterfaceType", "an interface"}, {"LocalUser", "users"},
		{"RemoteUser", "remote users"},    {"RemoteMachine", "remote computers"},
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!list_is_any(json_object_get(rule, texts[i][0])))
			return texts[i][1];
	return list_is_any(json_object_get(rule, "InterfaceAlias")) ? NULL
								    : "an interface";
}

void cv_winfw_read_box(struct cv_winfw_export *export, const json_t *rule,
		       struct cv_winfw_box *box_out)
{
	struct cv_ctx *ctx = export->reading->ctx;
	const struct cv_winfw_protocol *protocol;
	const char *const lists[] = {"LocalAddress", "RemoteAddress", "LocalPort",
				     "RemotePort", "IcmpType"};

	*box_out = (struct cv_winfw_box){0};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (value_count(json_object_get(rule, lists[i])) > MOST_VALUES)
			box_out->unknown = "a list that is too long";
	if (box_out->unknown) {
		take_all(ctx, box_out->local);
		take_all(ctx, box_out->remote);
		box_out->protocol = CV_NO_PROTOCOL;
		return;
	}
	read_addresses(ctx, json_object_get(rule, "LocalAddress"), box_out,
		       box_out->local);
	read_addresses(ctx, json_object_get(rule, "RemoteAddress"), box_out,
		       box_out->remote);
	box_out->protocol = read_protocol(json_object_get(rule, "Protocol"), box_out);
	protocol = cv_winfw_facts_protocol(box_out->protocol);
	/* What has no meaning for a protocol is shown with any value. */
	if (protocol && protocol->has_ports) {
		box_out->local_ports =
			read_ports(ctx, json_object_get(rule, "LocalPort"), box_out);
		box_out->remote_ports =
			read_ports(ctx, json_object_get(rule, "RemotePort"), box_out);
	}
	if (protocol && protocol->has_types)
		read_types(ctx, json_object_get(rule, "IcmpType"), box_out);
	box_out->program = read_program(export, cv_winfw_text(rule, "Program"));
	box_out->only = limits_of(rule);
}
