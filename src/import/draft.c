/* Small accessors of drafts. */
#include "import/draft.h"

#include <string.h>

#include "base/ctx.h"

const char *const cv_section_names[] = {"ports",    "exclusions",  "urls", "requires",
					"supports", "permissions", NULL};

struct cv_draft_field *cv_draft_field(const struct cv_draft_row *row, const char *key)
{
	for (size_t i = 0; i < row->fields.count; i++) {
		struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		if (strcmp(field->key, key) == 0)
			return field;
	}
	return NULL;
}

struct cv_draft_field *cv_draft_add(struct cv_ctx *ctx, struct cv_draft_row *row,
				    const char *key, struct cv_span at)
{
	struct cv_draft_field *field = cv_draft_field(row, key);

	if (field)
		return field;
	field = CV_ADD(ctx->arena, &row->fields, struct cv_draft_field);
	field->key = cv_intern_text(ctx, key);
	field->at = at;
	return field;
}
