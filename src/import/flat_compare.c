/* Whether two flat documents say the same. */
#include "import/flat.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

struct cv_draft_field *cv_flat_find(const struct cv_table *fields, const char *key)
{
	for (size_t i = 0; i < fields->count; i++) {
		struct cv_draft_field *field = CV_AT(fields, struct cv_draft_field, i);

		if (strcmp(field->key, key) == 0)
			return field;
	}
	return NULL;
}

void cv_flat_set(struct cv_ctx *ctx, struct cv_table *fields, const char *key,
		 struct cv_texts values, const char *hole)
{
	struct cv_draft_field *field = cv_flat_find(fields, key);

	if (!field) {
		field = CV_ADD(ctx->arena, fields, struct cv_draft_field);
		field->key = cv_intern_text(ctx, key);
	}
	field->values = values;
	field->hole = hole;
	/* One that was taken away stays as an empty key, which no comparison sees. */
	if (!values.count && !hole)
		field->key = "";
}

bool cv_flat_same_field(const struct cv_draft_field *a, const struct cv_draft_field *b)
{
	if ((a->hole != NULL) != (b->hole != NULL) || a->values.count != b->values.count)
		return false;
	if (a->hole)
		return strcmp(a->hole, b->hole) == 0;
	for (size_t i = 0; i < a->values.count; i++)
		if (strcmp(a->values.items[i].text, b->values.items[i].text) != 0)
			return false;
	return true;
}

static int compare_keys(const void *left, const void *right)
{
	const struct cv_draft_field *a = *(const struct cv_draft_field *const *)left;
	const struct cv_draft_field *b = *(const struct cv_draft_field *const *)right;

	return strcmp(a->key, b->key);
}

static const struct cv_draft_field **
sorted(struct cv_ctx *ctx, const struct cv_table *fields, size_t *count_out)
{
	const struct cv_draft_field **all =
		CV_NEW_ARRAY(ctx->arena, fields->count, const struct cv_draft_field *);

	*count_out = 0;
	for (size_t i = 0; i < fields->count; i++) {
		const struct cv_draft_field *field =
			CV_AT(fields, struct cv_draft_field, i);

		if (*field->key)
			all[(*count_out)++] = field;
	}
	qsort(all, *count_out, sizeof *all, compare_keys);
	return all;
}

static const char *field_words(struct cv_ctx *ctx, const struct cv_draft_field *field)
{
	if (field->hole)
		return cv_arena_format(ctx->arena, "a hole `%s`",
				       cv_shown(ctx, field->hole));
	return cv_arena_format(
		ctx->arena, "`%s`%s",
		field->values.count ? cv_shown(ctx, field->values.items[0].text) : "",
		field->values.count > 1 ? " and others" : "");
}

static const char *compare_tables(struct cv_ctx *ctx, const char *where,
				  const struct cv_table *want, const struct cv_table *got)
{
	const struct cv_draft_field **a, **b;
	size_t count, other;

	a = sorted(ctx, want, &count);
	b = sorted(ctx, got, &other);
	for (size_t i = 0; i < count || i < other; i++) {
		const int order = i == count   ? 1
				  : i == other ? -1
					       : strcmp(a[i]->key, b[i]->key);

		if (order)
			return cv_arena_format(
				ctx->arena, "%s%s%s", where,
				cv_shown(ctx, order < 0 ? a[i]->key : b[i]->key),
				order < 0 ? " is lost" : " was not asked for");
		if (!cv_flat_same_field(a[i], b[i]))
			return cv_arena_format(ctx->arena, "%s%s is %s, not %s", where,
					       cv_shown(ctx, a[i]->key),
					       field_words(ctx, b[i]),
					       field_words(ctx, a[i]));
	}
	return NULL;
}

const char *cv_flat_difference(struct cv_ctx *ctx, const struct cv_flat *want,
			       const struct cv_flat *got)
{
	const char *what = compare_tables(ctx, "", &want->fields, &got->fields);

	for (int table = 0; !what && table <= CV_SECTION_URLS; table++) {
		const struct cv_table *a = &want->rows[table], *b = &got->rows[table];

		if (a->count != b->count)
			return cv_arena_format(ctx->arena, "%s has %zu rows, not %zu",
					       cv_section_names[table], b->count,
					       a->count);
		for (size_t i = 0; !what && i < a->count; i++)
			what = compare_tables(ctx,
					      cv_arena_format(ctx->arena, "%s/%zu ",
							      cv_section_names[table],
							      i + 1),
					      &CV_AT(a, struct cv_flat_row, i)->fields,
					      &CV_AT(b, struct cv_flat_row, i)->fields);
	}
	return what;
}
