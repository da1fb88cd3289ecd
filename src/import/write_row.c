/* Rows as maps, in braces or over several lines. */
#include "import/write.h"

#include <string.h>

#include "base/buf.h"
#include "import/flat.h"
#include "import/yaml_text.h"

enum { WIDTH = 140 }; /* a table reads best with a row a line */

static enum cv_quotes quotes_of(enum cv_section section, const char *key)
{
	const struct cv_field *field = cv_section_field(section, key);

	if (!field || !(field->flags & CV_FIELD_EXACT))
		return CV_QUOTES_IF_NEEDED;
	return field->lexical == &cv_lex_path ? CV_QUOTES_SINGLE : CV_QUOTES_ALWAYS;
}

static bool is_flag(enum cv_section section, const struct cv_draft_field *field)
{
	const struct cv_field *known = cv_section_field(section, field->key);

	return known && known->type == CV_FIELD_FLAG && field->values.count;
}

void cv_write_value(enum cv_section section, const struct cv_draft_field *field,
		    struct cv_buf *out)
{
	const enum cv_quotes quotes = quotes_of(section, field->key);

	if (field->hole) {
		cv_buf_text(out, "{hole: ");
		cv_yaml_put(out, field->hole, CV_QUOTES_ALWAYS);
		cv_buf_char(out, '}');
		return;
	}
	if (is_flag(section, field)) {
		cv_buf_text(out, field->values.items[0].text);
		return;
	}
	if (field->values.count == 1 && strncmp(field->key, "grants.", 7) != 0) {
		cv_yaml_put(out, field->values.items[0].text, quotes);
		return;
	}
	cv_buf_char(out, '[');
	for (size_t i = 0; i < field->values.count; i++) {
		cv_buf_text(out, i ? ", " : "");
		cv_yaml_put(out, field->values.items[i].text, quotes);
	}
	cv_buf_char(out, ']');
}

static const struct cv_draft_field *at(const struct cv_table *fields, size_t number)
{
	return CV_AT(fields, struct cv_draft_field, number);
}

/* How much of a key names its member in the map that `prefix` stands for: under `when`
 * systems lie one deeper, what is granted may have dots in its name. */
static size_t member_size(const char *key, const char *prefix)
{
	const char *rest = key + strlen(prefix);

	if (*prefix == '\0')
		return strcspn(key, ".");
	if (strcmp(prefix, "when.") == 0 && strncmp(rest, "os.", 3) == 0)
		return 2;
	return strlen(rest);
}

static bool has_prefix(const char *key, const char *prefix)
{
	return *key && strncmp(key, prefix, strlen(prefix)) == 0;
}

/* Whether a field before this one has begun the same member. */
static bool is_begun(const struct cv_table *fields, size_t number, const char *prefix,
		     size_t size)
{
	const size_t before = strlen(prefix);
	const char *name = at(fields, number)->key + before;

	for (size_t i = 0; i < number; i++) {
		const char *key = at(fields, i)->key;

		if (has_prefix(key, prefix) && member_size(key, prefix) == size &&
		    memcmp(key + before, name, size) == 0)
			return true;
	}
	return false;
}

/* The value of the member that field `number` begins. */
static void put_member(enum cv_section section, const struct cv_table *fields,
		       size_t number, const char *prefix, struct cv_buf *out)
{
	const struct cv_draft_field *field = at(fields, number);
	const size_t before = strlen(prefix), size = member_size(field->key, prefix);
	struct cv_buf deeper = CV_BUF_INIT;

	if (field->key[before + size] == '\0') {
		cv_write_value(section, field, out);
		return;
	}
	cv_buf_add(&deeper, field->key, before + size + 1);
	cv_write_group(section, fields, cv_buf_string(&deeper), out);
	cv_buf_deinit(&deeper);
}

static void put_key(const struct cv_draft_field *field, const char *prefix,
		    struct cv_buf *out)
{
	struct cv_buf name = CV_BUF_INIT;

	cv_buf_add(&name, field->key + strlen(prefix), member_size(field->key, prefix));
	cv_yaml_put(out, cv_buf_string(&name), CV_QUOTES_IF_NEEDED);
	cv_buf_text(out, ": ");
	cv_buf_deinit(&name);
}

/* The next field from `number` on that begins a member under the prefix; their count
 * where there is none. */
static size_t next_member(const struct cv_table *fields, size_t number,
			  const char *prefix)
{
	for (; number < fields->count; number++) {
		const char *key = at(fields, number)->key;

		if (has_prefix(key, prefix) &&
		    !is_begun(fields, number, prefix, member_size(key, prefix)))
			break;
	}
	return number;
}

void cv_write_group(enum cv_section section, const struct cv_table *fields,
		    const char *prefix, struct cv_buf *out)
{
	const char *between = "{";

	for (size_t i = next_member(fields, 0, prefix); i < fields->count;
	     i = next_member(fields, i + 1, prefix)) {
		cv_buf_text(out, between);
		between = ", ";
		put_key(at(fields, i), prefix, out);
		put_member(section, fields, i, prefix, out);
	}
	cv_buf_text(out, *between == '{' ? "{}" : "}");
}

void cv_write_row_flow(enum cv_section section, const struct cv_table *fields,
		       struct cv_buf *out)
{
	cv_write_group(section, fields, "", out);
}

/* The members of a map on lines of their own. */
static void put_lines(enum cv_section section, const struct cv_table *fields,
		      const char *prefix, size_t indent, struct cv_buf *out)
{
	for (size_t i = next_member(fields, 0, prefix); i < fields->count;
	     i = next_member(fields, i + 1, prefix)) {
		cv_buf_format(out, "%*s", (int)indent, "");
		put_key(at(fields, i), prefix, out);
		put_member(section, fields, i, prefix, out);
		cv_buf_char(out, '\n');
	}
}

static void put_list(enum cv_section section, const struct cv_draft_field *field,
		     size_t indent, struct cv_buf *out)
{
	for (size_t i = 0; i < field->values.count; i++) {
		cv_buf_format(out, "%*s- ", (int)indent, "");
		cv_yaml_put(out, field->values.items[i].text,
			    quotes_of(section, field->key));
		cv_buf_char(out, '\n');
	}
}

/* A key of the row and its value, which begins on the next line where it is long. */
static void put_entry(enum cv_section section, const struct cv_table *fields,
		      size_t number, size_t indent, const char *origin,
		      struct cv_buf *out)
{
	const struct cv_draft_field *field = at(fields, number);
	const size_t size = member_size(field->key, "");
	const bool nests = field->key[size] != '\0';
	struct cv_buf value = CV_BUF_INIT, prefix = CV_BUF_INIT;

	put_member(section, fields, number, "", &value);
	cv_buf_add(&prefix, field->key, size + 1);
	put_key(field, "", out);
	if (indent + size + 2 + value.size <= WIDTH ||
	    (!nests && field->values.count < 2)) {
		cv_buf_text(out, cv_buf_string(&value));
	} else {
		out->data[--out->size] = '\0';
	}
	cv_buf_text(out, origin ? "  " : "");
	if (origin)
		cv_yaml_put_comment(out, origin);
	cv_buf_char(out, '\n');
	if (indent + size + 2 + value.size > WIDTH && nests)
		put_lines(section, fields, cv_buf_string(&prefix), indent + 2, out);
	else if (indent + size + 2 + value.size > WIDTH && field->values.count > 1)
		put_list(section, field, indent + 2, out);
	cv_buf_deinit(&value);
	cv_buf_deinit(&prefix);
}

void cv_write_row(enum cv_section section, const struct cv_table *fields, size_t indent,
		  const char *origin, struct cv_buf *out)
{
	struct cv_buf line = CV_BUF_INIT;
	bool first = true;

	cv_write_row_flow(section, fields, &line);
	cv_buf_format(out, "%*s- ", (int)indent, "");
	if (indent + 2 + line.size <= WIDTH) {
		cv_buf_text(out, cv_buf_string(&line));
		cv_buf_text(out, origin ? "  " : "");
		if (origin)
			cv_yaml_put_comment(out, origin);
		cv_buf_char(out, '\n');
		cv_buf_deinit(&line);
		return;
	}
	cv_buf_deinit(&line);
	for (size_t i = next_member(fields, 0, ""); i < fields->count;
	     i = next_member(fields, i + 1, "")) {
		if (!first)
			cv_buf_format(out, "%*s", (int)indent + 2, "");
		put_entry(section, fields, i, indent + 2, first ? origin : NULL, out);
		first = false;
	}
}
