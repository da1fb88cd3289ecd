/* The document around the rows: its head, what it declares, its blocks. */
#include "import/write.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/limits.h"
#include "import/flat.h"
#include "import/yaml_text.h"

/* A list takes no more than CV_MAX_LIST; a later edition may add some. */
enum { MOST_ROWS = CV_MAX_LIST - 5536 };

static void put_pair(struct cv_buf *out, size_t indent, const char *key,
		     const char *value, enum cv_quotes quotes)
{
	if (!value)
		return;
	cv_buf_format(out, "%*s%s: ", (int)indent, "", key);
	cv_yaml_put(out, value, quotes);
	cv_buf_char(out, '\n');
}

static void put_list(struct cv_buf *out, const struct cv_texts *texts)
{
	cv_buf_char(out, '[');
	for (size_t i = 0; i < texts->count; i++) {
		cv_buf_text(out, i ? ", " : "");
		cv_yaml_put(out, texts->items[i].text, CV_QUOTES_IF_NEEDED);
	}
	cv_buf_text(out, "]\n");
}

static void put_remarks(struct cv_buf *out, const struct cv_table *remarks, size_t indent)
{
	for (size_t i = 0; i < remarks->count; i++)
		cv_yaml_put_remark(out, *CV_AT(remarks, const char *, i), indent);
}

void cv_write_source(const struct cv_draft *draft, size_t indent, struct cv_buf *out)
{
	cv_buf_format(out, "%*s", (int)indent, "");
	cv_yaml_put(out, draft->source_key, CV_QUOTES_IF_NEEDED);
	cv_buf_text(out, ":\n");
	put_pair(out, indent + 2, "title", draft->source_title, CV_QUOTES_IF_NEEDED);
	put_pair(out, indent + 2, "url", draft->url, CV_QUOTES_ALWAYS);
	put_pair(out, indent + 2, "retrieved", draft->retrieved, CV_QUOTES_ALWAYS);
}

static void put_head(const struct cv_draft *draft, struct cv_buf *out)
{
	cv_buf_text(out,
		    "# Imported from the page that `source` names.  Behind each row "
		    "stands the line or cell\n"
		    "# that it comes from.  What the page leaves open, or says in two "
		    "ways, is a hole with\n"
		    "# its words: {hole: \"words of the page\"}.\n"
		    "carveout: profile/1\n");
	put_pair(out, 0, "id", draft->id, CV_QUOTES_IF_NEEDED);
	put_pair(out, 0, "title", draft->title, CV_QUOTES_IF_NEEDED);
	cv_buf_text(out, "\nsource:\n");
	cv_write_source(draft, 2, out);
	if (draft->versions.count)
		cv_buf_text(out, "\nversions:\n");
	for (size_t i = 0; i < draft->versions.count; i++) {
		const struct cv_pair *pair = CV_AT(&draft->versions, struct cv_pair, i);

		cv_buf_text(out, "  ");
		cv_yaml_put(out, pair->key.text, CV_QUOTES_IF_NEEDED);
		cv_buf_text(out, ": ");
		cv_yaml_put(out, pair->value.text, CV_QUOTES_IF_NEEDED);
		cv_buf_char(out, '\n');
	}
}

static void put_editions(const struct cv_draft *draft, struct cv_buf *out)
{
	if (!draft->editions.count)
		return;
	cv_buf_text(out, "\neditions: [");
	for (size_t i = 0; i < draft->editions.count; i++) {
		cv_buf_text(out, i ? ", " : "");
		cv_yaml_put(out, *CV_AT(&draft->editions, const char *, i),
			    CV_QUOTES_IF_NEEDED);
	}
	cv_buf_text(out, "]\n");
}

static void put_ip(const struct cv_draft *draft, struct cv_buf *out)
{
	if (!draft->ip.key)
		return;
	cv_buf_text(out, "\nip: ");
	if (draft->ip.hole) {
		cv_buf_text(out, "{hole: ");
		cv_yaml_put(out, draft->ip.hole, CV_QUOTES_ALWAYS);
		cv_buf_text(out, "}\n");
		return;
	}
	put_list(out, &draft->ip.values);
}

void cv_write_name(const struct cv_draft_name *name, struct cv_buf *out)
{
	const char *between = "";

	cv_buf_char(out, '{');
	if (name->platform) {
		cv_buf_text(out, "platform: ");
		cv_yaml_put(out, name->platform, CV_QUOTES_IF_NEEDED);
		between = ", ";
	}
	if (name->role) {
		cv_buf_format(out, "%srole: ", between);
		cv_yaml_put(out, name->role, CV_QUOTES_IF_NEEDED);
		between = ", ";
	}
	if (name->external)
		cv_buf_format(out, "%sexternal: true", between);
	cv_buf_char(out, '}');
}

static void put_names(const char *key, const struct cv_table *names, struct cv_buf *out)
{
	if (names->count)
		cv_buf_format(out, "\n%s:\n", key);
	for (size_t i = 0; i < names->count; i++) {
		const struct cv_draft_name *name = CV_AT(names, struct cv_draft_name, i);

		if (name->remark)
			cv_yaml_put_remark(out, name->remark, 2);
		cv_buf_text(out, "  ");
		cv_yaml_put(out, name->name, CV_QUOTES_IF_NEEDED);
		cv_buf_text(out, ": ");
		cv_write_name(name, out);
		cv_buf_char(out, '\n');
	}
}

/* The fields of a row as they are written below its block's. */
static void row_fields(struct cv_ctx *ctx, const struct cv_draft_row *row,
		       struct cv_table *fields_out)
{
	struct cv_text *id;

	*fields_out = (struct cv_table){0};
	if (row->id) {
		id = CV_NEW(ctx->arena, struct cv_text);
		id->text = row->id;
		cv_flat_set(ctx, fields_out, "id", (struct cv_texts){id, 1}, NULL);
	}
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		if (field->values.count || field->hole ||
		    strncmp(field->key, "grants.", 7) == 0)
			*CV_ADD(ctx->arena, fields_out, struct cv_draft_field) = *field;
	}
}

static bool is_open(const struct cv_draft_row *row)
{
	const struct cv_draft_field *when = cv_draft_field(row, "when");

	return when && when->hole;
}

static void put_row(struct cv_ctx *ctx, const struct cv_draft_row *row, size_t indent,
		    struct cv_buf *out)
{
	struct cv_table fields;

	put_remarks(out, &row->remarks, indent);
	row_fields(ctx, row, &fields);
	cv_write_row(row->section, &fields, indent, row->origin, out);
}

static void put_block_head(const struct cv_draft *draft,
			   const struct cv_draft_block *block, bool open,
			   struct cv_buf *out)
{
	const char *first = "- ";

	if (block->edition && open) {
		cv_buf_text(out, "  # The next rows stand in the table of the edition ");
		cv_yaml_put(out, block->edition, CV_QUOTES_IF_NEEDED);
		cv_buf_text(out, ".\n");
	} else if (block->edition) {
		cv_buf_text(out, "  - when: {edition: ");
		cv_yaml_put(out, block->edition, CV_QUOTES_IF_NEEDED);
		cv_buf_text(out, "}\n");
		first = "  ";
	}
	cv_buf_format(out, "  %ssource: ", first);
	cv_yaml_put(out, draft->source_key, CV_QUOTES_IF_NEEDED);
	cv_buf_text(out, "\n    rows:\n");
}

void cv_write_block(struct cv_ctx *ctx, const struct cv_draft *draft,
		    const struct cv_draft_block *block, struct cv_buf *out)
{
	if (block->caption)
		cv_yaml_put_remark(out, block->caption, 2);
	put_remarks(out, &block->remarks, 2);
	for (size_t i = 0; i < block->rows.count; i++) {
		const struct cv_draft_row *row =
			CV_AT(&block->rows, struct cv_draft_row, i);
		const bool open = block->edition && is_open(row);

		if (i % MOST_ROWS == 0 ||
		    (block->edition &&
		     open != is_open(CV_AT(&block->rows, struct cv_draft_row, i - 1))))
			put_block_head(draft, block, open, out);
		put_row(ctx, row, 6, out);
	}
}

static void put_permissions(struct cv_ctx *ctx, const struct cv_draft *draft,
			    const struct cv_draft_block *block, struct cv_buf *out)
{
	put_remarks(out, &block->remarks, 2);
	cv_buf_text(out, "  - title: ");
	cv_yaml_put(out, block->caption, CV_QUOTES_IF_NEEDED);
	cv_buf_char(out, '\n');
	put_pair(out, 4, "source", draft->source_key, CV_QUOTES_IF_NEEDED);
	if (block->roles.count)
		cv_buf_text(out, "    roles:\n");
	for (size_t i = 0; i < block->roles.count; i++) {
		cv_buf_text(out, "      - ");
		cv_yaml_put(out, block->roles.items[i].text, CV_QUOTES_IF_NEEDED);
		cv_buf_char(out, '\n');
	}
	if (block->rows.count)
		cv_buf_text(out, "    rows:\n");
	for (size_t i = 0; i < block->rows.count; i++)
		put_row(ctx, CV_AT(&block->rows, struct cv_draft_row, i), 6, out);
}

static void put_support(struct cv_ctx *ctx, const struct cv_draft_row *row,
			struct cv_buf *out)
{
	struct cv_table fields;
	struct cv_draft_field *system, *version;

	put_remarks(out, &row->remarks, 2);
	row_fields(ctx, row, &fields);
	system = cv_flat_find(&fields, "system");
	cv_buf_text(out, "  ");
	cv_yaml_put(out, system->values.items[0].text, CV_QUOTES_IF_NEEDED);
	cv_buf_text(out, ": ");
	system->key = "";
	version = cv_flat_find(&fields, "version");
	if (version && !version->hole && fields.count == 2)
		cv_write_value(CV_SECTION_SUPPORTS, version, out);
	else
		cv_write_row_flow(CV_SECTION_SUPPORTS, &fields, out);
	cv_buf_text(out, row->origin ? "  " : "");
	if (row->origin)
		cv_yaml_put_comment(out, row->origin);
	cv_buf_char(out, '\n');
}

static void put_listed(struct cv_ctx *ctx, const struct cv_draft_block *block,
		       struct cv_buf *out)
{
	if (block->caption)
		cv_yaml_put_remark(out, block->caption, 2);
	put_remarks(out, &block->remarks, 2);
	for (size_t i = 0; i < block->rows.count; i++) {
		const struct cv_draft_row *row =
			CV_AT(&block->rows, struct cv_draft_row, i);

		if (block->section == CV_SECTION_SUPPORTS)
			put_support(ctx, row, out);
		else
			put_row(ctx, row, 2, out);
	}
}

static void put_section(struct cv_ctx *ctx, const struct cv_draft *draft,
			enum cv_section section, struct cv_buf *out)
{
	bool begun = false;

	for (size_t b = 0; b < draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		if (block->section != section ||
		    (!block->rows.count && section != CV_SECTION_PERMISSIONS))
			continue;
		if (!begun)
			cv_buf_format(out, "\n%s:\n", cv_section_names[section]);
		else if (section == CV_SECTION_PERMISSIONS || block->edition)
			cv_buf_char(out, '\n');
		begun = true;
		if (section <= CV_SECTION_URLS)
			cv_write_block(ctx, draft, block, out);
		else if (section == CV_SECTION_PERMISSIONS)
			put_permissions(ctx, draft, block, out);
		else
			put_listed(ctx, block, out);
	}
}

void cv_draft_write(struct cv_ctx *ctx, const struct cv_draft *draft, struct cv_buf *out)
{
	static const enum cv_section order[] = {
		CV_SECTION_REQUIRES,   CV_SECTION_SUPPORTS, CV_SECTION_PORTS,
		CV_SECTION_EXCLUSIONS, CV_SECTION_URLS,     CV_SECTION_PERMISSIONS};

	put_head(draft, out);
	put_editions(draft, out);
	put_ip(draft, out);
	put_names("places", &draft->places, out);
	put_names("parties", &draft->parties, out);
	put_names("devices", &draft->devices, out);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		put_section(ctx, draft, order[i], out);
}
