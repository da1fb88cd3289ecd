/* Requirements, systems and roles: they have no ids and are never withdrawn, so that
 * import says what to change, and leaves the change to a hand. */
#include "import/merge_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/write.h"
#include "read/load.h"

/* A row of either side. */
struct listed {
	const char *name; /* what it is about: rows of one name are one row */
	struct cv_table fields;
	struct cv_span at;
	bool found;
};

static const char *said(const struct cv_table *fields, const char *key)
{
	const struct cv_draft_field *field = cv_flat_find(fields, key);

	if (!field)
		return "";
	if (field->hole)
		return field->hole;
	return field->values.count ? field->values.items[0].text : "";
}

static const char *name_of(struct cv_ctx *ctx, enum cv_section section, const char *table,
			   const struct cv_table *fields)
{
	if (section == CV_SECTION_REQUIRES)
		return cv_arena_format(ctx->arena, "%s%s", said(fields, "component"),
				       strcmp(said(fields, "optional"), "true") == 0
					       ? " (optional)"
					       : "");
	if (section == CV_SECTION_SUPPORTS)
		return said(fields, "system");
	return cv_arena_format(ctx->arena, "%s, %s%s%s", table, said(fields, "type"),
			       *said(fields, "type") ? ", " : "",
			       said(fields, "permission"));
}

static struct cv_texts one(struct cv_ctx *ctx, const char *text)
{
	struct cv_text *item = CV_NEW(ctx->arena, struct cv_text);

	item->text = text;
	return (struct cv_texts){item, 1};
}

/* A struct of the profile as the row of a draft would say it. */
static void add_old(struct cv_merge *merge, enum cv_section section, const char *table,
		    const void *record, struct cv_span at, struct cv_table *all)
{
	struct listed *listed = CV_ADD(merge->ctx->arena, all, struct listed);
	struct cv_table flat = {0};

	cv_flat_add(merge->ctx, cv_section_fields(section), record, "", &flat);
	for (size_t i = 0; i < flat.count; i++) {
		struct cv_draft_field field = *CV_AT(&flat, struct cv_draft_field, i);
		const size_t size = strlen(field.key);

		if (strncmp(field.key, "grants.", 7) == 0) {
			if (!field.values.count)
				continue;
			field.key = cv_arena_copy(merge->ctx->arena, field.key,
						  size - strlen(".grants"));
		}
		*CV_ADD(merge->ctx->arena, &listed->fields, struct cv_draft_field) =
			field;
	}
	if (section == CV_SECTION_SUPPORTS)
		cv_flat_set(
			merge->ctx, &listed->fields, "system",
			one(merge->ctx, ((const struct cv_support *)record)->name.text),
			NULL);
	listed->at = at;
	listed->name = name_of(merge->ctx, section, table, &listed->fields);
}

static void take_old(struct cv_merge *merge, enum cv_section section,
		     struct cv_table *all)
{
	const struct cv_profile *profile = merge->profile;
	const struct cv_requirement *requires = profile->requires.items;
	const struct cv_support *supports = profile->supports.items;
	const struct cv_permissions *tables = profile->permissions.items;

	for (size_t i = 0; section == CV_SECTION_REQUIRES && i < profile->requires.count;
	     i++)
		add_old(merge, section, "", &requires[i], requires[i].at, all);
	for (size_t i = 0; section == CV_SECTION_SUPPORTS && i < profile->supports.count;
	     i++)
		add_old(merge, section, "", &supports[i], supports[i].name.at, all);
	for (size_t t = 0;
	     section == CV_SECTION_PERMISSIONS && t < profile->permissions.count; t++) {
		const struct cv_permission_row *rows = tables[t].rows.items;
		const char *source = tables[t].source.text;

		if (source && strcmp(source, merge->draft->source_key) != 0)
			continue;
		for (size_t i = 0; i < tables[t].rows.count; i++)
			add_old(merge, section, tables[t].title.text, &rows[i],
				rows[i].at, all);
	}
}

static void take_new(struct cv_merge *merge, enum cv_section section,
		     struct cv_table *all)
{
	for (size_t b = 0; b < merge->draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&merge->draft->blocks, struct cv_draft_block, b);

		for (size_t i = 0; block->section == section && i < block->rows.count;
		     i++) {
			const struct cv_draft_row *row =
				CV_AT(&block->rows, struct cv_draft_row, i);
			struct listed *listed =
				CV_ADD(merge->ctx->arena, all, struct listed);

			listed->fields = row->fields;
			listed->at = row->at;
			listed->name = name_of(merge->ctx, section, block->caption,
					       &row->fields);
		}
	}
}

/* Whether all that the page says stands in the profile, and what it leaves open may. */
static bool fits(const struct listed *older, const struct listed *now)
{
	for (size_t i = 0; i < now->fields.count; i++) {
		const struct cv_draft_field *is =
			CV_AT(&now->fields, struct cv_draft_field, i);

		if ((is->values.count || is->hole) && strcmp(is->key, "note") != 0 &&
		    !(is->hole && strcmp(is->key, "grants") == 0) &&
		    !cv_merge_fits(cv_flat_find(&older->fields, is->key), is))
			return false;
	}
	for (size_t i = 0; i < older->fields.count; i++) {
		const struct cv_draft_field *was =
			CV_AT(&older->fields, struct cv_draft_field, i);
		const struct cv_draft_field *open = cv_flat_find(&now->fields, "grants");

		if (strcmp(was->key, "note") != 0 && !(open && open->hole) &&
		    !cv_flat_find(&now->fields, was->key))
			return false;
	}
	return true;
}

static const char *row_words(struct cv_merge *merge, enum cv_section section,
			     const struct listed *listed)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;

	cv_write_row_flow(section, &listed->fields, &buf);
	made = cv_shown(merge->ctx, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

static void by_hand(struct cv_merge *merge, enum cv_section section,
		    const struct listed *row, const char *what)
{
	const char *words = row_words(merge, section, row);

	cv_find(merge->ctx, CV_F_IMPORT_BY_HAND, row->at, "%s: %s: %s",
		cv_section_names[section], what, words);
	cv_merge_say(merge, "by hand    %s  %s: %s", cv_section_names[section], what,
		     words);
}

static struct listed *find(const struct cv_table *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++) {
		struct listed *listed = CV_AT(all, struct listed, i);

		if (!listed->found && strcmp(listed->name, name) == 0)
			return listed;
	}
	return NULL;
}

void cv_merge_listed(struct cv_merge *merge, enum cv_section section)
{
	struct cv_table old = {0}, rows = {0};

	take_old(merge, section, &old);
	take_new(merge, section, &rows);
	/* A page that is silent about all of it is another page. */
	if (!rows.count)
		return;
	for (size_t i = 0; i < rows.count; i++) {
		const struct listed *now = CV_AT(&rows, struct listed, i);
		struct listed *older = find(&old, now->name);

		if (!older)
			by_hand(merge, section, now, "the page has besides");
		else if (!fits(older, now))
			by_hand(merge, section, now, "the page says otherwise");
		if (older)
			older->found = true;
	}
	for (size_t i = 0; i < old.count; i++) {
		const struct listed *older = CV_AT(&old, struct listed, i);

		if (!older->found)
			by_hand(merge, section, older, "the page has no longer");
	}
}

void cv_merge_ip(struct cv_merge *merge)
{
	const struct cv_draft_field *is = &merge->draft->ip;
	struct cv_table flat = {0};
	const struct cv_draft_field *was;

	cv_flat_add(merge->ctx, &cv_profile_fields, merge->profile, "", &flat);
	was = cv_flat_find(&flat, "ip");
	if (!is->key || cv_merge_fits(was, is))
		return;
	cv_find(merge->ctx, CV_F_IMPORT_BY_HAND, is->at,
		"`ip` of the profile is not what the page says: %s",
		is->hole ? cv_shown(merge->ctx, is->hole)
			 : cv_shown(merge->ctx, is->values.items[0].text));
	cv_merge_say(merge, "by hand    ip: the page says otherwise");
}
