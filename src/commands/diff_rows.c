/* Rows by their names, and what a profile says besides them, key by key. */
#include "commands/diff_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/row_text.h"
#include "read/load.h"

struct named_row {
	const char *name;
	const struct cv_row *row;
};

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct named_row *)left)->name,
		      ((const struct named_row *)right)->name);
}

static size_t profile_count(const struct cv_side *side)
{
	return side->profile ? 1 : side->compilation->profiles.count;
}

static const struct cv_profile *profile_at(const struct cv_side *side, size_t index)
{
	return side->profile
		       ? side->profile
		       : *CV_AT(&side->compilation->profiles, struct cv_profile *, index);
}

/* All rows of a side, by name.  Two profiles are compared whatever they are called,
 * so there the name is what stands behind the `#`. */
static struct named_row *sorted_rows(struct cv_ctx *ctx, const struct cv_side *side,
				     size_t *count_out)
{
	struct named_row *rows;
	size_t count = 0;

	for (size_t p = 0; p < profile_count(side); p++)
		for (int table = 0; table < CV_TABLE_COUNT; table++)
			count += profile_at(side, p)->rows[table].count;
	rows = CV_NEW_ARRAY(ctx->arena, count, struct named_row);
	*count_out = count;
	count = 0;
	for (size_t p = 0; p < profile_count(side); p++) {
		const struct cv_profile *profile = profile_at(side, p);

		for (int table = 0; table < CV_TABLE_COUNT; table++)
			for (size_t i = 0; i < profile->rows[table].count; i++) {
				struct named_row *row = &rows[count++];

				row->row = cv_table_at(&profile->rows[table], i);
				row->name = cv_row_name(ctx, row->row);
				if (side->profile)
					row->name = strchr(row->name, '#');
			}
	}
	if (count)
		qsort(rows, count, sizeof *rows, by_name);
	return rows;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_row(struct cv_ctx *ctx, const struct cv_row *a, const struct cv_row *b)
{
	size_t count, other;
	const struct cv_row_line *x = cv_row_lines(ctx, a, &count);
	const struct cv_row_line *y = cv_row_lines(ctx, b, &other);

	if (count != other)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(x[i].key, y[i].key) != 0 || !same_text(x[i].text, y[i].text) ||
		    !same_text(x[i].words, y[i].words))
			return false;
	return true;
}

void cv_diff_rows(struct cv_diff *diff)
{
	struct cv_arena *arena = diff->ctx->arena;
	struct cv_ctx scratch = *diff->ctx;
	struct named_row *old_rows, *new_rows;
	size_t old_count, new_count, o = 0, n = 0;

	if (diff->before.source == diff->after.source)
		return;
	old_rows = sorted_rows(diff->ctx, &diff->before, &old_count);
	new_rows = sorted_rows(diff->ctx, &diff->after, &new_count);
	scratch.arena = cv_arena_open();
	while (o < old_count || n < new_count) {
		const int order = o == old_count   ? 1
				  : n == new_count ? -1
						   : by_name(&old_rows[o], &new_rows[n]);
		const struct cv_row_change change = {order <= 0 ? old_rows[o].row : NULL,
						     order >= 0 ? new_rows[n].row : NULL};

		if (order || !same_row(&scratch, change.before, change.after))
			*CV_ADD(arena, &diff->rows, struct cv_row_change) = change;
		cv_arena_reset(scratch.arena);
		o += order <= 0;
		n += order >= 0;
	}
	cv_arena_close(scratch.arena);
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Two sorted lists of what a key holds. */
static void compare_items(struct cv_diff *diff, const char *profile, const char *key,
			  const char **old_items, size_t old_count,
			  const char **new_items, size_t new_count)
{
	size_t o = 0, n = 0;

	if (old_count)
		qsort(old_items, old_count, sizeof *old_items, by_text);
	if (new_count)
		qsort(new_items, new_count, sizeof *new_items, by_text);
	while (o < old_count || n < new_count) {
		const int order = o == old_count   ? 1
				  : n == new_count ? -1
						   : strcmp(old_items[o], new_items[n]);

		if (order)
			*CV_ADD(diff->ctx->arena, &diff->facts,
				struct cv_fact_change) = (struct cv_fact_change){
				profile, key, order < 0 ? old_items[o] : new_items[n],
				order > 0};
		o += order <= 0;
		n += order >= 0;
	}
}

/* Of profiles that both sides have; of one that only one side has, its rows say
 * enough. */
static void compare_profiles(struct cv_diff *diff, const struct cv_profile *before,
			     const struct cv_profile *after)
{
	for (const struct cv_field *field = cv_profile_fields.fields; field->key;
	     field++) {
		size_t old_count, new_count;
		const char **old_items =
			cv_field_items(diff->ctx, field, before, &old_count);
		const char **new_items =
			cv_field_items(diff->ctx, field, after, &new_count);

		compare_items(diff, after->id.text, field->key, old_items, old_count,
			      new_items, new_count);
	}
}

void cv_diff_facts(struct cv_diff *diff)
{
	if (diff->before.source == diff->after.source)
		return;
	for (size_t n = 0; n < profile_count(&diff->after); n++) {
		const struct cv_profile *after = profile_at(&diff->after, n);

		for (size_t o = 0; o < profile_count(&diff->before); o++) {
			const struct cv_profile *before = profile_at(&diff->before, o);

			if (diff->before.profile ||
			    strcmp(before->id.text, after->id.text) == 0)
				compare_profiles(diff, before, after);
		}
	}
}
