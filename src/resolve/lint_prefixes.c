/* Exclusions of a group of which one is how another begins, though not a folder around
 * it: /opt/app and /opt/appendix.  Sorted by their bytes, what begins with a path comes
 * right behind it, so that the paths with which one begins lie on a stack. */
#include "resolve/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "resolve/internal.h"

struct item {
	const struct cv_exclusion *exclusion;
	size_t number;
	const char *text; /* case folded as the platform does */
};

/* A path without wildcards on the stack, and which others begin with it: the first, how
 * many, and how the last goes on up to the end of that part. */
struct open {
	const struct item *item;
	size_t size;
	const struct cv_exclusion *first;
	size_t count;
	const char *last;
	size_t last_size;
};

/* What is excluded as a file is in another list than programs. */
static bool is_program(const struct item *item)
{
	return item->exclusion->kind == CV_KIND_PROCESS;
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = cv_lint_compare_groups(a->exclusion, b->exclusion);

	if (!order)
		order = is_program(a) - is_program(b);
	if (!order)
		order = strcmp(a->text, b->text);
	return order ? order : (a->number > b->number) - (a->number < b->number);
}

static bool begins(const struct open *open, const struct item *item)
{
	return open->item->exclusion->group == item->exclusion->group &&
	       is_program(open->item) == is_program(item) &&
	       strncmp(open->item->text, item->text, open->size) == 0;
}

static bool is_separator(const struct item *item, char c)
{
	return c == (item->exclusion->group->platform == CV_WINDOWS ? '\\' : '/');
}

/* A row that asks for both is not caught by surprise. */
static bool asks_for_both(const struct cv_exclusion *shorter,
			  const struct cv_exclusion *longer)
{
	for (size_t i = 0; i < shorter->rows.count; i++)
		if (!cv_lint_has_row(&longer->rows, shorter->rows.items[i]))
			return false;
	return true;
}

/* Of many paths below one folder only the first counts. */
static void hold_against(struct open *open, const struct item *item)
{
	const char *rest = item->text + open->size;
	size_t size = 0;

	if (is_separator(item, *rest) || *rest == '*' || *rest == '?' ||
	    asks_for_both(open->item->exclusion, item->exclusion))
		return;
	while (rest[size] && !is_separator(item, rest[size]))
		size++;
	if (open->last && open->last_size == size && memcmp(open->last, rest, size) == 0)
		return;
	open->last = rest;
	open->last_size = size;
	if (open->count++ == 0)
		open->first = item->exclusion;
}

static void report(struct cv_lint *lint, const struct open *open)
{
	struct cv_ctx *ctx = lint->ctx;
	const char *more = "", *detail;

	if (open->count == 0)
		return;
	if (open->count > 1)
		more = cv_arena_format(lint->scratch, " (and of %zu more)",
				       open->count - 1);
	detail = cv_arena_format(ctx->arena,
				 "`%s` is also the beginning of `%s` of %s%s; a product "
				 "that compares no more takes the one for the other",
				 open->item->exclusion->value, open->first->value,
				 cv_row_name(ctx, open->first->rows.items[0]), more);
	for (size_t i = 0; i < open->item->exclusion->rows.count; i++)
		if (!cv_lint_has_row(&open->first->rows,
				     open->item->exclusion->rows.items[i]))
			cv_lint_row(lint, CV_F_PREFIX_TRAP,
				    open->item->exclusion->rows.items[i], detail);
}

/* Whether a path can be mistaken for how others begin: not a root, which begins all, and
 * not a name alone. */
static bool can_begin(const struct item *item, size_t size)
{
	return size && !is_separator(item, item->text[size - 1]) &&
	       !cv_path_has_wildcard(item->text) && !cv_path_is_bare(item->text);
}

static void walk(struct cv_lint *lint, const struct item *items, size_t count)
{
	struct open *stack = CV_NEW_ARRAY(lint->memory, count, struct open);
	size_t depth = 0;

	for (size_t i = 0; i < count; i++) {
		const size_t size = strlen(items[i].text);

		while (depth && !begins(&stack[depth - 1], &items[i]))
			report(lint, &stack[--depth]);
		/* The same path as something else. */
		if (depth && stack[depth - 1].size == size)
			continue;
		if (depth)
			hold_against(&stack[depth - 1], &items[i]);
		if (can_begin(&items[i], size))
			stack[depth++] = (struct open){.item = &items[i], .size = size};
		cv_arena_reset(lint->scratch);
	}
	while (depth)
		report(lint, &stack[--depth]);
}

void cv_lint_prefixes(struct cv_lint *lint)
{
	const struct cv_table *table = &lint->policy->exclusions;
	struct item *items = CV_NEW_ARRAY(lint->memory, table->count, struct item);
	size_t count = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(table, struct cv_exclusion, i);

		if (cv_lint_is_path(exclusion))
			items[count++] = (struct item){exclusion, i, lint->folded[i]};
	}
	if (count)
		qsort(items, count, sizeof *items, compare_items);
	walk(lint, items, count);
}
