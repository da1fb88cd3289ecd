/* From the texts of a row to an entry.  There is one spelling for each value: sets
 * stand in ascending order with nothing left to merge, numbers have no leading zero,
 * so that no two texts give the same entry. */
#include "read.h"

#include <string.h>

#include "base/ctx.h"
#include "columns.h"

enum { LONGEST_RANGE = 100 }; /* two IPv6 addresses and a hyphen take 79 bytes */

struct row {
	struct cv_reading *reading;
	struct cv_entry *entry;
	struct cv_attribute attributes[CV_NEUTRAL_COLUMNS]; /* as many as the entry has */
	size_t place;
};

/* A cell that stays. */
static const char *kept(const struct row *row, const char *text)
{
	return *text ? cv_arena_text(cv_reading_texts(row->reading)->arena, text) : "";
}

bool cv_neutral_refuse(struct cv_reading *reading, size_t at, const char *why)
{
	reading->error = why;
	reading->error_at = at;
	return false;
}

static bool fail(const struct row *row, const char *why)
{
	return cv_neutral_refuse(row->reading, row->place, why);
}

/* Digits up to `most`; the end of them, or NULL. */
static const char *digits(const char *text, unsigned most, unsigned *number_out)
{
	unsigned number = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9'; at++) {
		number = number * 10 + (unsigned)(*at - '0');
		if (number > most)
			return NULL;
	}
	*number_out = number;
	return at == text || (*text == '0' && at - text > 1) ? NULL : at;
}

static bool read_number(const char *text, unsigned most, int16_t *number_out)
{
	unsigned number;
	const char *end = digits(text, most, &number);

	if (!end || *end)
		return false;
	*number_out = cv_entry_number((int)number);
	return true;
}

static bool read_family(struct row *row, const char *text)
{
	if (*text && strcmp(text, "4") && strcmp(text, "6"))
		return fail(row, "the address family is not 4 or 6");
	row->entry->family = (uint8_t)(*text ? *text - '0' : 0);
	return true;
}

static bool read_protocol(struct row *row, const char *text)
{
	int16_t number;

	if (strcmp(text, cv_neutral_any) == 0)
		return true; /* -1 stands there */
	if (!read_number(text, 255, &number))
		number = cv_entry_number(cv_protocol_number(text));
	else if (cv_protocol_name(number))
		return fail(row, "a protocol that has a word stands as a number");
	if (number < 0)
		return fail(row, "the protocol is not known");
	row->entry->protocol = number;
	return true;
}

static bool read_icmp_type(struct row *row, const char *text)
{
	if (*text && !read_number(text, 255, &row->entry->icmp_type))
		return fail(row, "the ICMP type is not a number");
	return true;
}

static size_t items_of(const char *text, char separator)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == separator;
	return count;
}

static bool read_ports(struct row *row, const char *text,
		       const struct cv_ports **ports_out)
{
	struct cv_ctx *ctx = row->reading->ctx;
	struct cv_port_range *ranges;
	size_t count = 0;
	unsigned before = 0; /* the last port so far */

	if (!*text)
		return true;
	ranges = CV_NEW_ARRAY(cv_reading_texts(row->reading)->arena, items_of(text, ','),
			      struct cv_port_range);
	for (;; text++) {
		unsigned first, last;
		bool is_range;

		text = digits(text, 65535, &first);
		last = first;
		is_range = text && *text == '-';
		if (is_range)
			text = digits(text + 1, 65535, &last);
		if (!text || first == 0 || (*text && *text != ',') ||
		    (is_range && first == last))
			return fail(row, "the ports are not a list of ports and ranges");
		if (last < first || (count && first <= before + 1))
			return fail(row, "the ports are not ascending or not merged");
		ranges[count++] = (struct cv_port_range){(uint16_t)first, (uint16_t)last};
		before = last;
		if (!*text)
			break;
	}
	*ports_out = cv_ports_make(ctx, ranges, count);
	return true;
}

/* A zero in an IPv6 address that could be left out: in front of a group, or as a
 * group beside `::`. */
static bool has_idle_zero(const char *text)
{
	for (const char *at = text; *at; at++) {
		const bool begins = at == text || at[-1] == ':' || at[-1] == '-';

		if (*at != '0' || !begins)
			continue;
		if (strspn(at + 1, "0123456789abcdef") || strncmp(at + 1, "::", 2) == 0)
			return true;
		if (at - text > 1 && at[-1] == ':' && at[-2] == ':')
			return true;
	}
	return false;
}

/* An address alone, a prefix where the range is one, else first-last; IPv6 in lower
 * case and without idle zeros. */
static bool is_spelled(const char *text, uint8_t family, struct cv_range range)
{
	const bool one = cv_address_compare(range.first, range.last) == 0;
	const bool prefix = !one && cv_range_prefix(family, range) >= 0;

	if (!!strchr(text, '/') != prefix || !!strchr(text, '-') != (!one && !prefix))
		return false;
	return !strpbrk(text, "ABCDEF") && (family == 4 || !has_idle_zero(text));
}

static bool read_range(struct row *row, const char *text, size_t size,
		       struct cv_range *range_out)
{
	char copy[LONGEST_RANGE + 1];
	const char *why;
	uint8_t family;

	if (size > LONGEST_RANGE)
		return fail(row, "an address is too long");
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (!cv_range_parse(copy, &family, range_out, &why))
		return fail(row, why);
	if (family != row->entry->family)
		return fail(row, "an address is of another family than its row");
	if (!is_spelled(copy, family, *range_out))
		return fail(row, "an address is not spelled in the one way");
	return true;
}

/* Whether something lies between two ranges. */
static bool is_apart(uint8_t family, struct cv_range low, struct cv_range high)
{
	return cv_address_next(family, &low.last) &&
	       cv_address_compare(low.last, high.first) < 0;
}

static bool read_addresses(struct row *row, const char *text,
			   const struct cv_addresses **set_out)
{
	struct cv_ctx *ctx = row->reading->ctx;
	const uint8_t family = row->entry->family;
	struct cv_range *ranges;
	size_t count = 0;

	if (strcmp(text, cv_neutral_any) == 0)
		return true;
	ranges = CV_NEW_ARRAY(cv_reading_texts(row->reading)->arena, items_of(text, ' '),
			      struct cv_range);
	for (;; text++) {
		const size_t size = strcspn(text, " ");

		if (!read_range(row, text, size, &ranges[count]))
			return false;
		if (count && !is_apart(family, ranges[count - 1], ranges[count]))
			return fail(row, "the addresses are not ascending or not merged");
		count++;
		text += size;
		if (!*text)
			break;
	}
	*set_out = cv_addresses_make(ctx, family, ranges, count);
	return true;
}

static bool read_attribute(struct row *row, const struct cv_column *column,
			   const char *text)
{
	row->attributes[row->entry->more->attribute_count++] = (struct cv_attribute){
		column->attribute ? column->attribute : column->name, kept(row, text)};
	return true;
}

static bool read_cell(struct row *row, const struct cv_column *column, const char *text)
{
	struct cv_entry *entry = row->entry;

	switch (column->cell) {
	case CV_CELL_ATTRIBUTE:
		return read_attribute(row, column, text);
	case CV_CELL_VALUE:
		entry->more->value = kept(row, text);
		return true;
	case CV_CELL_FAMILY:
		return read_family(row, text);
	case CV_CELL_SOURCE:
		return entry->family ? read_addresses(row, text, &entry->source)
				     : read_attribute(row, column, text);
	case CV_CELL_DESTINATION:
		return entry->family ? read_addresses(row, text, &entry->destination)
				     : read_attribute(row, column, text);
	case CV_CELL_PROTOCOL:
		return read_protocol(row, text);
	case CV_CELL_ICMP_TYPE:
		return read_icmp_type(row, text);
	case CV_CELL_PORTS:
		return read_ports(row, text, &entry->ports);
	case CV_CELL_SOURCE_PORTS:
		return read_ports(row, text, &entry->more->source_ports);
	case CV_CELL_PROGRAM:
		entry->more->program = *text ? kept(row, text) : NULL;
		return true;
	}
	return fail(row, "a column of no known kind");
}

/* A digest or a signer stands in its own column and nowhere else. */
static bool settle_value(struct row *row)
{
	struct cv_entry *entry = row->entry;

	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *one = &row->attributes[i];

		if ((strcmp(one->name, "signer") && strcmp(one->name, "sha256")) ||
		    !*one->value)
			continue;
		if (*entry->more->value)
			return fail(row, "two of path, signer and digest in one row");
		entry->more->value = one->value;
	}
	return *entry->more->value ? true : fail(row, "a row without a value");
}

static void take_attributes(const struct row *row)
{
	const size_t count = row->entry->more->attribute_count;
	struct cv_attribute *attributes = CV_NEW_ARRAY(
		cv_reading_texts(row->reading)->arena, count, struct cv_attribute);

	for (size_t i = 0; i < count; i++)
		attributes[i] = row->attributes[i];
	row->entry->more->attributes = attributes;
}

bool cv_neutral_read_cells(struct cv_reading *reading, const struct cv_neutral *table,
			   const char *const *cells, size_t place)
{
	struct row row;

	row.reading = reading;
	row.place = place;
	row.entry = cv_reading_begin(reading, table->kind, place);
	row.entry->list = table->list;
	for (size_t i = 0; i < table->count; i++)
		if (!read_cell(&row, &table->columns[i], cells[i]))
			return false;
	take_attributes(&row);
	if (table->kind != CV_ENTRY_FLOW && !settle_value(&row))
		return false;
	cv_reading_end(reading);
	return true;
}
