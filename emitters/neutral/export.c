/* From a row of a list that came back to an entry in the plan's terms.  Sets may stand
 * in any order and overlap; words are taken as they are, since the plan's are.
 *
 * A row is ours when its column `id` names a published row. */
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "export_text.h"
#include "model/plan.h"

const struct cv_neutral *const cv_neutral_tables[CV_NEUTRAL_TABLES] = {
	&cv_neutral_exclusions,
	&cv_neutral_flows,
	&cv_neutral_urls,
};

/* The ends of a flow are attributes where one of them has no address. */
const char *const cv_neutral_granting[] = {
	"type", "match", "recursive", "children",   "engines",         "signer", "sha256",
	"from", "to",    "scheme",    "source_end", "destination_end", NULL,
};

size_t cv_neutral_column(const struct cv_neutral *table, const char *name, size_t size)
{
	size_t i = 0;

	while (i < table->count && (strlen(table->columns[i].name) != size ||
				    memcmp(table->columns[i].name, name, size) != 0))
		i++;
	return i;
}

static bool grants(const struct cv_column *column)
{
	if (column->cell != CV_CELL_ATTRIBUTE)
		return true;
	for (size_t i = 0; cv_neutral_granting[i]; i++)
		if (strcmp(cv_neutral_granting[i], column->name) == 0)
			return true;
	return false;
}

const char *cv_neutral_lacking(const struct cv_neutral *table, const char *const *cells)
{
	for (size_t i = 0; i < table->count; i++)
		if (!cells[i] && grants(&table->columns[i]))
			return table->columns[i].name;
	return NULL;
}

struct row {
	struct cv_ctx *ctx;
	struct cv_entry entry;
	struct cv_entry_more more;
	struct cv_attribute attributes[CV_NEUTRAL_COLUMNS];
};

static bool read_number(const char *text, int16_t *number_out)
{
	const size_t size = strlen(text);

	if (size == 0)
		return true;
	if (size > 3 || strspn(text, "0123456789") != size || atoi(text) > 255)
		return false;
	*number_out = cv_entry_number(atoi(text));
	return true;
}

static bool read_family(struct row *row, const char *text)
{
	if (*text && strcmp(text, "4") != 0 && strcmp(text, "6") != 0)
		return false;
	row->entry.family = (uint8_t)(*text ? *text - '0' : 0);
	return true;
}

static bool read_protocol(struct row *row, const char *text)
{
	if (strcmp(text, cv_neutral_any) == 0)
		return true;
	row->entry.protocol = cv_entry_number(cv_protocol_number(text));
	return row->entry.protocol >= 0 ||
	       (*text && read_number(text, &row->entry.protocol) &&
		row->entry.protocol >= 0);
}

static bool read_ports(struct row *row, const char *text,
		       const struct cv_ports **ports_out)
{
	const char *why, *bad;
	size_t bad_size;

	if (strcmp(text, cv_neutral_any) == 0)
		*ports_out = cv_ports_all(row->ctx);
	else if (*text)
		return cv_ports_parse(row->ctx, text, ports_out, &why, &bad, &bad_size);
	return true;
}

static bool read_addresses(struct row *row, const char *text,
			   const struct cv_addresses **set_out)
{
	static const char between[] = " ,;\n";
	struct cv_range *ranges;
	size_t count = 0;
	char *copy, *rest = NULL;

	if (strcmp(text, cv_neutral_any) == 0)
		return true; /* the plan says so with no set at all */
	copy = cv_arena_text(row->ctx->arena, text);
	ranges = CV_NEW_ARRAY(row->ctx->arena, strlen(text) / 2 + 1, struct cv_range);
	for (char *word = strtok_r(copy, between, &rest); word;
	     word = strtok_r(NULL, between, &rest)) {
		const char *why;
		uint8_t family;

		if (!cv_range_parse(word, &family, &ranges[count++], &why) ||
		    family != row->entry.family)
			return false;
	}
	*set_out = cv_addresses_make(row->ctx, row->entry.family, ranges, count);
	return *set_out != NULL;
}

static bool add_attribute(struct row *row, const struct cv_column *column,
			  const char *text)
{
	row->attributes[row->entry.more->attribute_count++] = (struct cv_attribute){
		column->attribute ? column->attribute : column->name, text};
	return true;
}

static bool read_cell(struct row *row, const struct cv_column *column, const char *text)
{
	struct cv_entry *entry = &row->entry;

	switch (column->cell) {
	case CV_CELL_ATTRIBUTE:
		return add_attribute(row, column, text);
	case CV_CELL_VALUE:
		entry->more->value = text;
		return true;
	case CV_CELL_FAMILY:
		return read_family(row, text);
	case CV_CELL_SOURCE:
		return entry->family ? read_addresses(row, text, &entry->source)
				     : add_attribute(row, column, text);
	case CV_CELL_DESTINATION:
		return entry->family ? read_addresses(row, text, &entry->destination)
				     : add_attribute(row, column, text);
	case CV_CELL_PROTOCOL:
		return read_protocol(row, text);
	case CV_CELL_ICMP_TYPE:
		return read_number(text, &entry->icmp_type);
	case CV_CELL_PORTS:
		return read_ports(row, text, &entry->ports);
	case CV_CELL_SOURCE_PORTS:
		return read_ports(row, text, &entry->more->source_ports);
	case CV_CELL_PROGRAM:
		entry->more->program = *text ? text : NULL;
		return true;
	}
	return false;
}

/* The value of an exclusion is its path, or else its signer or digest; its type is one
 * of four words. */
static bool settle(struct row *row)
{
	static const char *const types[] = {"process", "folder", "file", "extension"};
	struct cv_entry *entry = &row->entry;
	bool known = entry->kind != CV_ENTRY_EXCLUSION;

	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *one = &row->attributes[i];

		for (size_t n = 0; n < sizeof types / sizeof *types; n++)
			known |= strcmp(one->name, "type") == 0 &&
				 strcmp(one->value, types[n]) == 0;
		if ((strcmp(one->name, "signer") != 0 &&
		     strcmp(one->name, "sha256") != 0) ||
		    !*one->value)
			continue;
		if (*entry->more->value)
			return false;
		entry->more->value = one->value;
	}
	return known && (entry->kind == CV_ENTRY_FLOW || *entry->more->value);
}

/* Each family's flow stands in the order of the columns, family before addresses. */
static bool read_cells(struct row *row, const struct cv_neutral *table,
		       const char *const *cells)
{
	for (size_t i = 0; i < table->count; i++)
		if (!read_cell(row, &table->columns[i], cells[i] ? cells[i] : ""))
			return false;
	return settle(row);
}

void cv_neutral_export_row(struct cv_export_reading *reading,
			   const struct cv_neutral *table, const char *const *cells,
			   size_t place)
{
	struct row row = {.ctx = reading->ctx};
	struct cv_attribute *attributes;
	struct cv_entry *entry;

	row.entry = (struct cv_entry){.kind = table->kind,
				      .list = table->list,
				      .protocol = CV_NO_PROTOCOL,
				      .icmp_type = CV_NO_ICMP_TYPE,
				      .more = &row.more,
				      .ours = cells[0] && strchr(cells[0], '#')};
	if (!read_cells(&row, table, cells)) {
		cv_export_unknown(reading, place,
				  "a row with a cell that says nothing that is known");
		return;
	}
	attributes = CV_NEW_ARRAY(reading->ctx->arena, row.entry.more->attribute_count,
				  struct cv_attribute);
	memcpy(attributes, row.attributes,
	       row.entry.more->attribute_count * sizeof *attributes);
	row.entry.more->attributes = attributes;
	row.more.place = place;
	entry = cv_entries_add(reading->ctx, &reading->entries, table->kind, place);
	cv_entry_say(entry, &row.entry);
}
