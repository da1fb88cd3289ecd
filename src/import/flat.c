/* Flattens structs by their field tables, drafts by their keys, and compares. */
#include "import/flat.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/profile.h"
#include "read/load.h"

struct flattening {
	struct cv_ctx *ctx;
	struct cv_table *flat;
};

static struct cv_draft_field *add(const struct flattening *to, const char *key)
{
	struct cv_draft_field *field =
		CV_ADD(to->ctx->arena, to->flat, struct cv_draft_field);

	field->key = cv_intern_text(to->ctx, key);
	return field;
}

static void add_texts(const struct flattening *to, const char *key, struct cv_texts texts)
{
	add(to, key)->values = texts;
}

static void add_text(const struct flattening *to, const char *key, const char *text)
{
	struct cv_text *item;

	if (!text)
		return;
	item = CV_NEW(to->ctx->arena, struct cv_text);
	item->text = text;
	add_texts(to, key, (struct cv_texts){item, 1});
}

static void add_hole(const struct flattening *to, const char *key, const char *words)
{
	add(to, key)->hole = words;
}

static const char *join(const struct flattening *to, const char *prefix, const char *key)
{
	return *prefix ? cv_arena_format(to->ctx->arena, "%s.%s", prefix, key) : key;
}

static void add_map(const struct flattening *to, const char *key,
		    const struct cv_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		add_text(to, join(to, key, map->items[i].key.text),
			 map->items[i].value.text);
}

/* Alternatives behind the first are told by their number: a draft has none. */
static void add_when(const struct flattening *to, const char *key,
		     const struct cv_when *when)
{
	for (size_t i = 0; i < when->count; i++) {
		const struct cv_condition *condition = &when->items[i];
		const char *prefix =
			i ? cv_arena_format(to->ctx->arena, "%s|%zu", key, i + 1) : key;

		for (size_t p = 0; p < condition->count; p++) {
			const struct cv_part *part = &condition->parts[p];
			const char *name = join(to, prefix, part->key.text);

			add_texts(to,
				  part->os.text ? join(to, name, part->os.text) : name,
				  part->values);
		}
	}
}

static void flatten(const struct flattening *to, const struct cv_fields *fields,
		    const char *record, const char *prefix);

static void add_records(const struct flattening *to, const struct cv_field *field,
			const char *key, const struct cv_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		const char *record = (const char *)records->items + i * field->sub->size;
		const char *name =
			field->type == CV_FIELD_NAMED
				? join(to, key, ((const struct cv_text *)record)->text)
				: cv_arena_format(to->ctx->arena, "%s.%zu", key, i + 1);

		/* A name that says nothing else is there all the same. */
		if (field->type == CV_FIELD_NAMED)
			add_texts(to, name, (struct cv_texts){NULL, 0});
		flatten(to, field->sub, record, name);
	}
}

static void add_field(const struct flattening *to, const struct cv_field *field,
		      const void *at, const char *key)
{
	if (!at)
		return;
	switch (field->type) {
	case CV_FIELD_TEXT:
		add_text(to, key, ((const struct cv_text *)at)->text);
		break;
	case CV_FIELD_TEXTS:
	case CV_FIELD_FEW:
		if (cv_field_texts(field, at).count)
			add_texts(to, key, cv_field_texts(field, at));
		break;
	case CV_FIELD_FLAG:
		if (*(const enum cv_flag *)at != CV_UNSET)
			add_text(to, key,
				 *(const enum cv_flag *)at == CV_YES ? "true" : "false");
		break;
	case CV_FIELD_MAP:
		add_map(to, key, at);
		break;
	case CV_FIELD_WHEN:
		add_when(to, key, at);
		break;
	case CV_FIELD_RECORD:
		flatten(to, field->sub, at, key);
		break;
	case CV_FIELD_RECORDS:
	case CV_FIELD_NAMED:
		add_records(to, field, key, at);
		break;
	case CV_FIELD_NODE:
	case CV_FIELD_TABLE:
		break;
	}
}

static void flatten(const struct flattening *to, const struct cv_fields *fields,
		    const char *record, const char *prefix)
{
	for (const struct cv_field *field = fields->fields; field->key; field++)
		add_field(to, field, cv_field_at(field, record),
			  join(to, prefix, field->key));
	for (const struct cv_hole *hole = cv_fields_hole(fields, record); hole;
	     hole = hole->next)
		add_hole(to, join(to, prefix, hole->field->key), hole->words);
}

void cv_flat_add(struct cv_ctx *ctx, const struct cv_fields *fields, const void *record,
		 const char *prefix, struct cv_table *flat)
{
	const struct flattening to = {ctx, flat};

	flatten(&to, fields, record, prefix);
}

void cv_flat_of_profile(struct cv_ctx *ctx, const struct cv_profile *profile,
			struct cv_flat *flat_out)
{
	*flat_out = (struct cv_flat){{0}, {{0}}};
	cv_flat_add(ctx, &cv_profile_fields, profile, "", &flat_out->fields);
	for (int table = 0; table < CV_TABLE_COUNT; table++) {
		const struct cv_table *rows = &profile->rows[table];

		for (size_t i = 0; i < rows->count; i++) {
			struct cv_flat_row *row = CV_ADD(
				ctx->arena, &flat_out->rows[table], struct cv_flat_row);

			cv_flat_add(ctx, cv_row_fields((enum cv_table_kind)table),
				    cv_table_at(rows, i), "", &row->fields);
		}
	}
}

const struct cv_fields *cv_section_fields(enum cv_section section)
{
	const struct cv_field *field = cv_profile_fields.fields;

	while (strcmp(field->key, cv_section_names[section]) != 0)
		field++;
	if (section != CV_SECTION_PERMISSIONS)
		return field->sub;
	for (field = field->sub->fields; strcmp(field->key, "rows") != 0;)
		field++;
	return field->sub;
}

const struct cv_field *cv_section_field(enum cv_section section, const char *key)
{
	const size_t size = strcspn(key, ".");

	for (const struct cv_field *field = cv_section_fields(section)->fields;
	     field->key; field++)
		if (strlen(field->key) == size && memcmp(field->key, key, size) == 0)
			return field;
	return NULL;
}

const struct cv_lexical *cv_section_lexical(enum cv_section section, const char *key)
{
	const struct cv_field *field = cv_section_field(section, key);
	const char *dot = strchr(key, '.');

	if (section == CV_SECTION_SUPPORTS && strcmp(key, "system") == 0)
		return &cv_lex_title;
	if (!field)
		return NULL;
	if (field->type == CV_FIELD_NAMED)
		return field->sub->fields[0].lexical;
	if (field->type != CV_FIELD_WHEN || !dot)
		return field->lexical;
	if (strcmp(dot, ".arch") == 0)
		return &cv_lex_arch;
	if (strcmp(dot, ".edition") == 0 || strcmp(dot, ".feature") == 0)
		return &cv_lex_id;
	return &cv_lex_constraint;
}

static void add_name(const struct flattening *to, const char *section,
		     const struct cv_draft_name *name)
{
	const char *key = join(to, section, name->name);

	add_texts(to, key, (struct cv_texts){NULL, 0});
	add_text(to, join(to, key, "platform"), name->platform);
	add_text(to, join(to, key, "role"), name->role);
	if (name->external)
		add_text(to, join(to, key, "external"), "true");
}

static void add_names(const struct flattening *to, const char *section,
		      const struct cv_table *names)
{
	for (size_t i = 0; i < names->count; i++)
		add_name(to, section, CV_AT(names, struct cv_draft_name, i));
}

static void add_source(const struct flattening *to, const struct cv_draft *draft)
{
	const char *key = join(to, "source", draft->source_key);

	add_texts(to, key, (struct cv_texts){NULL, 0});
	add_text(to, join(to, key, "title"), draft->source_title);
	add_text(to, join(to, key, "url"), draft->url);
	add_text(to, join(to, key, "retrieved"), draft->retrieved);
}

static void add_head(const struct flattening *to, const struct cv_draft *draft)
{
	add_text(to, "carveout", "profile/1");
	add_text(to, "id", draft->id);
	add_text(to, "title", draft->title);
	add_source(to, draft);
	for (size_t i = 0; i < draft->versions.count; i++) {
		const struct cv_pair *pair = CV_AT(&draft->versions, struct cv_pair, i);

		add_text(to, join(to, "versions", pair->key.text), pair->value.text);
	}
	if (draft->editions.count) {
		struct cv_texts texts = {CV_NEW_ARRAY(to->ctx->arena,
						      draft->editions.count,
						      struct cv_text),
					 draft->editions.count};

		for (size_t i = 0; i < texts.count; i++)
			texts.items[i].text = *CV_AT(&draft->editions, const char *, i);
		add_texts(to, "editions", texts);
	}
	if (draft->ip.key && draft->ip.hole)
		add_hole(to, "ip", draft->ip.hole);
	else if (draft->ip.key)
		add_texts(to, "ip", draft->ip.values);
	add_names(to, "places", &draft->places);
	add_names(to, "parties", &draft->parties);
	add_names(to, "devices", &draft->devices);
}

/* A row below requires, supports or permissions.  A map that is set in part, as
 * `grants`, has the names of its members as keys of their own. */
static void add_listed_row(const struct flattening *to, enum cv_section section,
			   const char *prefix, const struct cv_draft_row *row)
{
	if (section == CV_SECTION_SUPPORTS)
		add_texts(to, prefix, (struct cv_texts){NULL, 0});
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);
		const char *key = join(to, prefix, field->key);

		if (section == CV_SECTION_SUPPORTS && strcmp(field->key, "system") == 0)
			continue;
		if (field->hole) {
			add_hole(to, key, field->hole);
			continue;
		}
		if (strncmp(field->key, "grants.", 7) == 0) {
			add_texts(to, key, (struct cv_texts){NULL, 0});
			key = join(to, key, "grants");
		}
		if (field->values.count)
			add_texts(to, key, field->values);
	}
}

static const char *row_prefix(const struct flattening *to, enum cv_section section,
			      const struct cv_draft_row *row, const char *table,
			      size_t number)
{
	const struct cv_draft_field *system = cv_draft_field(row, "system");

	if (section == CV_SECTION_SUPPORTS)
		return join(to, "supports",
			    system && system->values.count ? system->values.items[0].text
							   : "");
	if (section == CV_SECTION_REQUIRES)
		return cv_arena_format(to->ctx->arena, "requires.%zu", number);
	return cv_arena_format(to->ctx->arena, "%s.rows.%zu", table, number);
}

static void add_listed_block(const struct flattening *to, const struct cv_draft *draft,
			     const struct cv_draft_block *block, size_t *numbers)
{
	const char *table = "";

	if (block->section == CV_SECTION_PERMISSIONS) {
		table = cv_arena_format(to->ctx->arena, "permissions.%zu",
					++numbers[CV_SECTION_PERMISSIONS]);
		add_text(to, join(to, table, "title"), block->caption);
		add_text(to, join(to, table, "source"), draft->source_key);
		if (block->roles.count)
			add_texts(to, join(to, table, "roles"), block->roles);
		numbers[CV_SECTION_COUNT] = 0;
	}
	for (size_t i = 0; i < block->rows.count; i++) {
		const struct cv_draft_row *row =
			CV_AT(&block->rows, struct cv_draft_row, i);
		const size_t number = ++numbers[block->section == CV_SECTION_REQUIRES
							? CV_SECTION_REQUIRES
							: CV_SECTION_COUNT];

		add_listed_row(to, block->section,
			       row_prefix(to, block->section, row, table, number), row);
	}
}

void cv_flat_of_row(struct cv_ctx *ctx, const struct cv_draft *draft,
		    const struct cv_draft_block *block, const struct cv_draft_row *row,
		    struct cv_flat_row *flat_out)
{
	const struct flattening to = {ctx, &flat_out->fields};
	bool open = false;

	*flat_out = (struct cv_flat_row){{0}};
	add_text(&to, "id", row->id);
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		open = open || (field->hole && strcmp(field->key, "when") == 0);
		if (field->hole)
			add_hole(&to, field->key, field->hole);
		else if (field->values.count)
			add_texts(&to, field->key, field->values);
	}
	if (block->edition && !open)
		add_text(&to, "when.edition", block->edition);
	if (!cv_flat_find(to.flat, "source"))
		add_text(&to, "source", draft->source_key);
}

void cv_flat_of_draft(struct cv_ctx *ctx, const struct cv_draft *draft,
		      struct cv_flat *flat_out)
{
	const struct flattening to = {ctx, &flat_out->fields};
	size_t numbers[CV_SECTION_COUNT + 1] = {0};

	*flat_out = (struct cv_flat){{0}, {{0}}};
	add_head(&to, draft);
	for (size_t b = 0; b < draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		if (block->section > CV_SECTION_URLS) {
			add_listed_block(&to, draft, block, numbers);
			continue;
		}
		for (size_t i = 0; i < block->rows.count; i++)
			cv_flat_of_row(ctx, draft, block,
				       CV_AT(&block->rows, struct cv_draft_row, i),
				       CV_ADD(ctx->arena, &flat_out->rows[block->section],
					      struct cv_flat_row));
	}
}
