/* An older profile opened for editing, and edited. */
#include "import/merge.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/merge_parts.h"
#include "import/proof.h"
#include "model/node.h"
#include "read/fields.h"
#include "read/load.h"
#include "read/yaml.h"

static const struct cv_span nowhere;

static bool by_hand(struct cv_merge *merge, struct cv_span at, const char *what)
{
	struct cv_finding *finding = cv_find_more(
		merge->ctx, CV_F_IMPORT_BY_HAND, at,
		"%s, and import edits YAML lists only; nothing was written", what);

	finding->hint = "import into a new file and compare the two";
	cv_finding_raise(merge->ctx, finding);
	return false;
}

static void add_old_row(struct cv_merge *merge, enum cv_section section,
			const struct cv_node *node, const struct cv_node *list,
			const struct cv_node *block)
{
	const struct cv_table *rows = &merge->profile->rows[section];
	struct cv_old_row *older =
		CV_ADD(merge->ctx->arena, &merge->old[section], struct cv_old_row);
	const struct cv_fields *fields = cv_row_fields((enum cv_table_kind)section);

	older->section = section;
	older->row = cv_table_at(rows, merge->old[section].count - 1);
	older->node = node;
	older->list = list;
	older->block = block;
	older->withdrawn = cv_row_more(older->row)->status.text != NULL;
	cv_flat_add(merge->ctx, fields, older->row, "", &older->flat);
	cv_merge_fold(merge, &older->flat, &older->folded);
}

static bool find_section(struct cv_merge *merge, enum cv_section section,
			 const struct cv_node *list)
{
	if (list->kind != CV_NODE_LIST)
		return by_hand(merge, list->at,
			       "the rows of this table lie in a CSV file");
	for (const struct cv_node *node = list->first; node; node = node->next) {
		const struct cv_node *rows =
			node->kind == CV_NODE_MAP ? cv_node_member(node, "rows") : NULL;

		if (!rows) {
			add_old_row(merge, section, node, list, NULL);
			continue;
		}
		for (const struct cv_node *row = rows->first; row; row = row->next)
			add_old_row(merge, section, row, rows, node);
	}
	return true;
}

/* What the rows of a block have from it, as a row of that alone would read. */
static void find_block_flats(struct cv_merge *merge, enum cv_section section)
{
	const enum cv_table_kind table = (enum cv_table_kind)section;
	const struct cv_fields *fields = cv_row_fields(table);
	const struct cv_node *block = NULL;
	struct cv_flat_row flat = {{0}};

	for (size_t i = 0; i < merge->old[section].count; i++) {
		struct cv_old_row *older =
			CV_AT(&merge->old[section], struct cv_old_row, i);

		if (older->block && older->block != block) {
			struct cv_node defaults = *older->block;
			const struct cv_node *member = older->block->first;
			struct cv_row *record =
				cv_arena_array(merge->ctx->arena, 1, fields->size);

			record->more = cv_arena_array(merge->ctx->arena, 1,
						      cv_row_more_size(table));
			block = older->block;
			defaults.first = defaults.last = NULL;
			for (; member; member = member->next) {
				struct cv_node *copy;

				if (strcmp(member->key->text, "rows") == 0)
					continue;
				copy = CV_NEW(merge->ctx->arena, struct cv_node);
				*copy = *member;
				copy->next = NULL;
				if (defaults.last)
					defaults.last->next = copy;
				else
					defaults.first = copy;
				defaults.last = copy;
			}
			flat = (struct cv_flat_row){{0}};
			cv_fields_read_partly(merge->ctx, fields, &defaults, record);
			cv_flat_add(merge->ctx, fields, record, "", &flat.fields);
		}
		if (older->block)
			older->block_flat = flat;
	}
}

struct cv_merge *cv_merge_open(const struct cv_load *load, struct cv_source *source)
{
	struct cv_merge *merge = CV_NEW(load->ctx->arena, struct cv_merge);
	struct cv_node *root;
	bool ok = true;

	merge->ctx = load->ctx;
	merge->source = source;
	merge->profile = cv_load_profile(load, source, source->name);
	if (!merge->profile || !cv_yaml_read(load->ctx, source, NULL, &root))
		return NULL;
	merge->root = root;
	merge->edits = (struct cv_edits){.ctx = load->ctx, .source = source};
	if (cv_edit_is_flow(&merge->edits, root)) {
		by_hand(merge, cv_span(source->id, root->at.offset, 1),
			"the older profile is JSON");
		return NULL;
	}
	for (int section = 0; section < CV_MERGED_SECTIONS; section++) {
		const struct cv_node *list =
			cv_node_member(root, cv_section_names[section]);

		if (list && !find_section(merge, (enum cv_section)section, list))
			ok = false;
		else
			find_block_flats(merge, (enum cv_section)section);
	}
	return ok ? merge : NULL;
}

const struct cv_profile *cv_merge_profile(const struct cv_merge *merge)
{
	return merge->profile;
}

const char *cv_merge_name(struct cv_merge *merge, const struct cv_old_row *older)
{
	const char *section = cv_section_names[older->section];

	if (older->row->id.text)
		return cv_arena_format(merge->ctx->arena, "%s/%s", section,
				       older->row->id.text);
	return cv_arena_format(merge->ctx->arena, "%s/%u", section,
			       (unsigned)older->row->number);
}

void cv_merge_say(struct cv_merge *merge, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*CV_ADD(merge->ctx->arena, merge->lines, const char *) =
		cv_arena_vformat(merge->ctx->arena, format, args);
	va_end(args);
}

/* Ids, and what was filled in since they were paired. */
static void refresh(struct cv_merge *merge, const struct cv_draft *draft)
{
	for (int section = 0; section < CV_MERGED_SECTIONS; section++)
		for (size_t i = 0; i < merge->rows[section].count; i++) {
			struct cv_new_row *now =
				CV_AT(&merge->rows[section], struct cv_new_row, i);
			struct cv_flat_row flat;

			cv_flat_of_row(merge->ctx, draft, now->block, now->row, &flat);
			now->flat = flat.fields;
			cv_merge_fold(merge, &now->flat, &now->folded);
		}
}

bool cv_merge_write(struct cv_merge *merge, const struct cv_draft *draft,
		    struct cv_buf *out, struct cv_merge_counts *counts_out,
		    struct cv_table *lines_out)
{
	const size_t errors = cv_error_count(merge->ctx);

	*counts_out = (struct cv_merge_counts){0};
	*lines_out = (struct cv_table){0};
	merge->draft = draft;
	merge->counts = counts_out;
	merge->lines = lines_out;
	refresh(merge, draft);
	cv_flat_of_profile(merge->ctx, merge->profile, &merge->want);
	cv_merge_head(merge);
	for (int section = 0; section < CV_MERGED_SECTIONS; section++) {
		for (size_t i = 0; i < merge->old[section].count; i++) {
			struct cv_old_row *older =
				CV_AT(&merge->old[section], struct cv_old_row, i);

			if (older->now)
				cv_merge_change(merge, older);
			else if (older->ours && !older->withdrawn)
				cv_merge_withdraw(merge, older);
		}
		cv_merge_insert(merge, (enum cv_section)section);
	}
	if (cv_error_count(merge->ctx) > errors)
		return false;
	cv_merge_ip(merge);
	for (int section = CV_MERGED_SECTIONS; section < CV_SECTION_COUNT; section++)
		cv_merge_listed(merge, (enum cv_section)section);
	if (!cv_edits_apply(&merge->edits, out))
		return cv_find(merge->ctx, CV_F_PROOF_FAILED, nowhere,
			       "two edits of %s overlap; nothing was written",
			       merge->source->name);
	return cv_import_prove(merge->ctx, merge->source->name, cv_buf_string(out),
			       out->size, &merge->want);
}
