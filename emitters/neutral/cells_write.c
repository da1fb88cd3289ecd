/* The cells of an entry as text.  What a cell may mean when it is empty stands in
 * columns.h; an address cell is never empty, since that reads as "anywhere". */
#include "write.h"

#include <string.h>

#include "base/buf.h"
#include "columns.h"

static void empty(struct cv_buf *out)
{
	out->size = 0;
	if (out->data)
		out->data[0] = '\0';
}

static const char *attribute(struct cv_neutral_cells *cells,
			     const struct cv_column *column)
{
	const struct cv_entry *entry = cells->entry;
	const struct cv_attribute *next = &entry->more->attributes[cells->attribute];
	const char *name = column->attribute ? column->attribute : column->name;

	if (cells->attribute == entry->more->attribute_count || strcmp(next->name, name))
		return ""; /* the proof will say so */
	cells->attribute++;
	return next->value;
}

static const char *addresses(struct cv_buf *out, const struct cv_addresses *set)
{
	if (!set)
		return cv_neutral_any;
	for (size_t i = 0; i < set->count; i++) {
		if (i)
			cv_buf_char(out, ' ');
		cv_range_format(out, set->family, set->ranges[i]);
	}
	return cv_buf_string(out);
}

static const char *number(struct cv_buf *out, int value)
{
	if (value >= 0)
		cv_buf_number(out, (uint64_t)value);
	return cv_buf_string(out);
}

static const char *protocol(struct cv_buf *out, int value)
{
	const char *name = value < 0 ? cv_neutral_any : cv_protocol_name(value);

	return name ? name : number(out, value);
}

static const char *ports(struct cv_buf *out, const struct cv_ports *set)
{
	if (set)
		cv_ports_format(out, set);
	return cv_buf_string(out);
}

/* A value that stands in a column of its own does not stand in the path, too. */
static const char *value(const struct cv_entry *entry)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *one = &entry->more->attributes[i];

		if ((strcmp(one->name, "signer") == 0 ||
		     strcmp(one->name, "sha256") == 0) &&
		    *one->value)
			return "";
	}
	return entry->more->value;
}

const char *cv_neutral_next_cell(struct cv_neutral_cells *cells)
{
	const struct cv_column *column = &cells->table->columns[cells->column++];
	const struct cv_entry *entry = cells->entry;
	struct cv_buf *out = cells->scratch;

	empty(out);
	switch (column->cell) {
	case CV_CELL_ATTRIBUTE:
		return attribute(cells, column);
	case CV_CELL_VALUE:
		return value(entry);
	case CV_CELL_FAMILY:
		return number(out, entry->family ? (int)entry->family : -1);
	case CV_CELL_SOURCE:
		return entry->family ? addresses(out, entry->source)
				     : attribute(cells, column);
	case CV_CELL_DESTINATION:
		return entry->family ? addresses(out, entry->destination)
				     : attribute(cells, column);
	case CV_CELL_PROTOCOL:
		return protocol(out, entry->protocol);
	case CV_CELL_ICMP_TYPE:
		return number(out, entry->icmp_type);
	case CV_CELL_PORTS:
		return ports(out, entry->ports);
	case CV_CELL_SOURCE_PORTS:
		return ports(out, entry->more->source_ports);
	case CV_CELL_PROGRAM:
		return entry->more->program ? entry->more->program : "";
	}
	return "";
}
