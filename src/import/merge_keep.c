/* What the page leaves open and the profile has from somebody's hand. */
#include "import/merge_parts.h"

#include <string.h>

#include "base/ctx.h"

static void say_kept(struct cv_merge *merge, const struct cv_old_row *older,
		     const char *key)
{
	cv_find(merge->ctx, CV_F_IMPORT_KEPT, older->row->at,
		"%s keeps `%s` as it is in the profile; the page leaves it open",
		cv_merge_name(merge, older), cv_shown(merge->ctx, key));
}

/* A condition is open as a whole, and filled in by its parts. */
static bool keep_when(struct cv_merge *merge, struct cv_new_row *now)
{
	const struct cv_table *flat = &now->older->flat;
	bool kept = false;

	for (size_t i = 0; i < flat->count; i++) {
		const struct cv_draft_field *was = CV_AT(flat, struct cv_draft_field, i);

		if (strncmp(was->key, "when|", 5) == 0)
			return false;
	}
	for (size_t i = 0; i < flat->count; i++) {
		const struct cv_draft_field *was = CV_AT(flat, struct cv_draft_field, i);

		if (strncmp(was->key, "when.", 5) != 0 ||
		    cv_key_kind(was->key) != CV_KEY_WHEN)
			continue;
		cv_draft_add(merge->ctx, now->row, was->key, now->row->at)->values =
			was->values;
		kept = true;
	}
	return kept;
}

static void keep_row(struct cv_merge *merge, struct cv_new_row *now,
		     struct cv_table *places)
{
	struct cv_table *fields = &now->row->fields;
	const size_t count = fields->count;

	for (size_t i = 0; i < count; i++) {
		struct cv_draft_field *field = CV_AT(fields, struct cv_draft_field, i);
		const struct cv_draft_field *was =
			cv_flat_find(&now->older->flat, field->key);

		if (!field->hole || (was && was->hole))
			continue;
		if (strcmp(field->key, "when") == 0 ? !keep_when(merge, now) : !was)
			continue;
		if (was)
			field->values = was->values;
		field->hole = NULL;
		say_kept(merge, now->older, field->key);
		*CV_ADD(merge->ctx->arena, places, struct cv_span) = field->at;
	}
}

void cv_merge_keep(struct cv_merge *merge, struct cv_draft *draft)
{
	struct cv_table places = {0};

	for (int section = 0; section < CV_MERGED_SECTIONS; section++)
		for (size_t i = 0; i < merge->rows[section].count; i++) {
			struct cv_new_row *now =
				CV_AT(&merge->rows[section], struct cv_new_row, i);

			if (now->older)
				keep_row(merge, now, &places);
		}
	cv_draft_answered(merge->ctx, draft, &places);
}
