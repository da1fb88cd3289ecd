/* Numbers all rows of the compile, finds those with holes, and keeps sets of them. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

bool cv_pass_number_rows(struct cv_ctx *ctx, struct cv_policy *policy)
{
	for (size_t p = 0; p < policy->profiles.count; p++) {
		struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);

		for (int table = 0; table < CV_TABLE_COUNT; table++) {
			for (size_t i = 0; i < profile->rows[table].count; i++) {
				struct cv_row *row =
					cv_table_at(&profile->rows[table], i);

				row->ordinal = (uint32_t)policy->rows.count;
				*CV_ADD(ctx->arena, &policy->rows,
					const struct cv_row *) = row;
				if (cv_row_more(row)->holes)
					*CV_ADD(ctx->arena, &policy->holed,
						const struct cv_row *) = row;
			}
		}
	}
	return true;
}

/* It stands in the list of all rows: most sets are of one row and need no room. */
struct cv_rows cv_rows_one(const struct cv_policy *policy, const struct cv_row *row)
{
	return (struct cv_rows){CV_AT(&policy->rows, const struct cv_row *, row->ordinal),
				1, row->ordinal};
}

void cv_rows_add(struct cv_ctx *ctx, struct cv_rows *rows, const struct cv_row *row)
{
	const size_t count = rows->count;

	if (count && rows->items[count - 1] == row)
		return;
	/* Grows when the count is a power of two, so that no capacity is kept and a
	 * single item, which may be shared, is not written to. */
	if ((count & (count - 1)) == 0) {
		const struct cv_row **items = CV_NEW_ARRAY(
			ctx->arena, count ? count * 2 : 1, const struct cv_row *);

		if (count)
			memcpy(items, rows->items, count * sizeof *items);
		rows->items = items;
	}
	rows->items[rows->count++] = row;
	rows->last = row->ordinal;
}

struct cv_rows cv_rows_union(struct cv_ctx *ctx, struct cv_rows a, struct cv_rows b)
{
	struct cv_rows all = {NULL, 0, 0};
	size_t i = 0, j = 0;

	if (a.count == b.count &&
	    (a.items == b.items ||
	     memcmp(a.items, b.items, a.count * sizeof *a.items) == 0))
		return a;
	while (i < a.count || j < b.count) {
		if (j == b.count ||
		    (i < a.count && a.items[i]->ordinal <= b.items[j]->ordinal))
			cv_rows_add(ctx, &all, a.items[i++]);
		else
			cv_rows_add(ctx, &all, b.items[j++]);
	}
	return all;
}

void cv_rows_join(struct cv_ctx *ctx, struct cv_rows *rows, struct cv_rows more)
{
	if (more.count == 0)
		return;
	if (rows->count == 0 && more.count == 1) {
		*rows = more;
		return;
	}
	if (rows->count && rows->last > cv_rows_ordinal(&more, 0)) {
		*rows = cv_rows_union(ctx, *rows, more);
		return;
	}
	for (size_t i = 0; i < more.count; i++)
		cv_rows_add(ctx, rows, more.items[i]);
}

bool cv_rows_append(struct cv_rows *rows, struct cv_rows more)
{
	bool in_order = true;

	for (size_t i = 0; i < more.count; i++) {
		const uint32_t ordinal = cv_rows_ordinal(&more, i);

		if (rows->count && rows->last == ordinal)
			continue;
		in_order = in_order && (!rows->count || rows->last < ordinal);
		rows->items[rows->count++] = more.items[i];
		rows->last = ordinal;
	}
	return in_order;
}

static int by_ordinal(const void *left, const void *right)
{
	const struct cv_row *a = *(const struct cv_row *const *)left;
	const struct cv_row *b = *(const struct cv_row *const *)right;

	return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static bool is_in_order(const struct cv_rows *rows)
{
	for (size_t i = 1; i < rows->count; i++)
		if (rows->items[i - 1]->ordinal >= rows->items[i]->ordinal)
			return false;
	return true;
}

void cv_rows_sort(struct cv_rows *rows)
{
	size_t kept = 0;

	/* One that is a set may be shared, and is not written to. */
	if (is_in_order(rows))
		return;
	qsort(rows->items, rows->count, sizeof *rows->items, by_ordinal);
	for (size_t i = 0; i < rows->count; i++)
		if (kept == 0 || rows->items[kept - 1] != rows->items[i])
			rows->items[kept++] = rows->items[i];
	*rows = cv_rows_of(rows->items, kept);
}
