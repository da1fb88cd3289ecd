/* Exclusions against each other: one that a wider one covers, two that differ only in
 * case, one that stands for a 32-bit folder without its twin.  Never pair by pair: they
 * are sorted, so that what may cover a path lies on a stack, or looked up. */
#include "resolve/lint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/hash_table.h"
#include "base/numbers.h"
#include "resolve/internal.h"

enum {
	MOST_PATTERNS = 8,           /* with wildcards that one path is held against */
	MOST_PATTERN_WORK = 1 << 24, /* bytes times bytes, of a whole compile */
};

/* An exclusion as one that may be covered, or a pattern as one that may cover: that
 * stands where the part without wildcards ends. */
struct item {
	const struct cv_exclusion *exclusion;
	size_t number; /* among the exclusions */
	const char *text;
	bool is_pattern;
};

/* A program's name alone, which covers it in any folder. */
struct bare {
	UT_hash_handle hh;
	const struct cv_exclusion *exclusion;
	char key[];
};

struct covering {
	struct cv_lint *lint;
	struct bare *bare;
	struct item *items;
	size_t count;
	const struct cv_exclusion **by; /* what covers each exclusion, by number */
	const struct item **folders, **patterns; /* stacks */
	size_t folder_count, pattern_count;
	size_t work;
};

static char separator_of(const struct cv_exclusion *exclusion)
{
	return exclusion->group->platform == CV_WINDOWS ? '\\' : '/';
}

/* What covers a file does nothing for a program. */
static bool is_program(const struct cv_exclusion *exclusion)
{
	return exclusion->kind == CV_KIND_PROCESS;
}

/* As text, but a separator comes before all else, so that what lies in a folder comes
 * right behind it. */
static int compare_paths(const char *a, const char *b, char separator)
{
	int x, y;

	while (*a && *a == *b)
		a++, b++;
	x = *a == separator ? 1 : (unsigned char)*a;
	y = *b == separator ? 1 : (unsigned char)*b;
	return (x > y) - (x < y);
}

/* Of one path the widest comes first. */
static int width(const struct cv_exclusion *exclusion)
{
	return (exclusion->reach == CV_REACH_TREE) * 4 + exclusion->children * 2 +
	       !exclusion->arguments;
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = cv_lint_compare_groups(a->exclusion, b->exclusion);

	if (!order)
		order = is_program(a->exclusion) - is_program(b->exclusion);
	if (!order)
		order = compare_paths(a->text, b->text, separator_of(a->exclusion));
	if (!order)
		order = b->is_pattern - a->is_pattern;
	if (!order)
		order = width(b->exclusion) - width(a->exclusion);
	return order ? order : (a->number > b->number) - (a->number < b->number);
}

/* Whether `path` is the folder, or lies in it. */
static bool is_below(const struct item *folder, const struct item *path)
{
	const size_t size = strlen(folder->text);

	if (strcmp(folder->exclusion->group->name, path->exclusion->group->name) != 0 ||
	    is_program(folder->exclusion) != is_program(path->exclusion) ||
	    strncmp(folder->text, path->text, size) != 0)
		return false;
	return path->text[size] == '\0' ||
	       path->text[size] == separator_of(path->exclusion) ||
	       (size && path->text[size - 1] == separator_of(path->exclusion));
}

/* `inner` is the same path as `outer` or lies below it. */
static bool covers(const struct item *outer, const struct item *inner)
{
	const struct cv_exclusion *a = outer->exclusion, *b = inner->exclusion;
	const char *rest = inner->text + strlen(outer->text);

	if (b->children && !a->children)
		return false;
	if (*rest == '\0')
		return a->kind == b->kind && a->reach >= b->reach;
	if (a->kind != CV_KIND_FOLDER)
		return false;
	if (a->reach == CV_REACH_TREE)
		return true;
	rest += *rest == separator_of(b);
	return b->kind == CV_KIND_FILE && !strchr(rest, separator_of(b)) &&
	       !strstr(rest, "**");
}

static bool pattern_covers(struct covering *all, const struct item *outer,
			   const struct item *inner)
{
	const struct cv_exclusion *a = outer->exclusion, *b = inner->exclusion;
	const size_t head = strlen(outer->text);
	const size_t work = (strlen(a->value) - head) * (strlen(b->value) - head);

	if (a == b || (b->children && !a->children) || a->arguments ||
	    all->work + work > MOST_PATTERN_WORK)
		return false;
	all->work += work;
	return cv_pattern_inside(a->group->platform, b->value, b->reach, a->value,
				 a->reach) == CV_ANSWER_YES;
}

static char *bare_key(struct covering *all, const struct item *item)
{
	return cv_arena_format(
		all->lint->memory, "%s %s", item->exclusion->group->name,
		cv_path_base(item->exclusion->group->platform, item->text));
}

/* Of one name the one that covers the programs that it starts, too. */
static void add_bare(struct covering *all, const struct item *item)
{
	const char *key;
	struct bare *bare;
	size_t size;

	if (item->exclusion->arguments || !cv_path_is_bare(item->text))
		return;
	key = bare_key(all, item);
	size = strlen(key);
	HASH_FIND(hh, all->bare, key, size, bare);
	if (!bare) {
		bare = cv_arena_array(all->lint->memory, sizeof *bare + size + 1, 1);
		memcpy(bare->key, key, size);
		HASH_ADD_KEYPTR(hh, all->bare, bare->key, size, bare);
	}
	if (!bare->exclusion || item->exclusion->children)
		bare->exclusion = item->exclusion;
}

static const struct cv_exclusion *find_bare(struct covering *all,
					    const struct item *inner)
{
	const char *key;
	struct bare *bare;

	if (!all->bare || !is_program(inner->exclusion) || cv_path_is_bare(inner->text))
		return NULL;
	key = bare_key(all, inner);
	HASH_FIND_STR(all->bare, key, bare);
	return bare && (bare->exclusion->children || !inner->exclusion->children)
		       ? bare->exclusion
		       : NULL;
}

static const struct cv_exclusion *find_wider(struct covering *all,
					     const struct item *inner)
{
	for (size_t i = all->folder_count; i-- > 0;)
		if (covers(all->folders[i], inner))
			return all->folders[i]->exclusion;
	for (size_t i = all->pattern_count, n = 0; i-- > 0 && n < MOST_PATTERNS; n++)
		if (pattern_covers(all, all->patterns[i], inner))
			return all->patterns[i]->exclusion;
	return find_bare(all, inner);
}

static void walk(struct covering *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct item *item = &all->items[i];

		while (all->folder_count &&
		       !is_below(all->folders[all->folder_count - 1], item))
			all->folder_count--;
		while (all->pattern_count &&
		       !is_below(all->patterns[all->pattern_count - 1], item))
			all->pattern_count--;
		if (item->is_pattern) {
			all->patterns[all->pattern_count++] = item;
			continue;
		}
		all->by[item->number] = find_wider(all, item);
		/* Whatever a covered one covers is covered by the wider one. */
		if (!all->by[item->number] && !item->exclusion->arguments)
			all->folders[all->folder_count++] = item;
	}
}

static void add_items(struct covering *all, const struct cv_exclusion *exclusion,
		      size_t number)
{
	const char separator = separator_of(exclusion);
	const char *text = all->lint->folded[number];
	const char *wildcard;
	char *head;

	all->items[all->count++] = (struct item){exclusion, number, text, false};
	add_bare(all, &all->items[all->count - 1]);
	wildcard = strpbrk(text, "*?");
	if (!wildcard)
		return;
	while (wildcard > text && *wildcard != separator)
		wildcard--;
	head = cv_arena_copy(all->lint->memory, text, (size_t)(wildcard - text));
	all->items[all->count++] = (struct item){exclusion, number, head, true};
}

/* A page that lists a folder and a file in it in one row wants both said. */
static void report_covered(struct covering *all, const struct cv_exclusion *inner,
			   const struct cv_exclusion *outer)
{
	struct cv_ctx *ctx = all->lint->ctx;
	const char *detail = cv_arena_format(
		ctx->arena, "`%s` is excluded already by `%s` of %s", inner->value,
		outer->value, cv_row_name(ctx, outer->rows.items[0]));

	for (size_t i = 0; i < inner->rows.count; i++)
		if (!cv_lint_has_row(&outer->rows, inner->rows.items[i]))
			cv_lint_row(all->lint, CV_F_COVERED_ENTRY, inner->rows.items[i],
				    detail);
}

bool cv_lint_is_path(const struct cv_exclusion *exclusion)
{
	return exclusion->kind == CV_KIND_PROCESS || exclusion->kind == CV_KIND_FOLDER ||
	       exclusion->kind == CV_KIND_FILE;
}

void cv_lint_covered(struct cv_lint *lint)
{
	const struct cv_table *table = &lint->policy->exclusions;
	struct covering all = {.lint = lint};

	all.items = CV_NEW_ARRAY(lint->memory, 2 * table->count, struct item);
	all.by = CV_NEW_ARRAY(lint->memory, table->count, const struct cv_exclusion *);
	all.folders = CV_NEW_ARRAY(lint->memory, table->count, const struct item *);
	all.patterns = CV_NEW_ARRAY(lint->memory, table->count, const struct item *);
	for (size_t i = 0; i < table->count; i++)
		if (cv_lint_is_path(CV_AT(table, struct cv_exclusion, i)))
			add_items(&all, CV_AT(table, struct cv_exclusion, i), i);
	if (all.count)
		qsort(all.items, all.count, sizeof *all.items, compare_items);
	walk(&all);
	for (size_t i = 0; i < table->count; i++)
		if (all.by[i])
			report_covered(&all, CV_AT(table, struct cv_exclusion, i),
				       all.by[i]);
	HASH_CLEAR(hh, all.bare);
}

/* The first exclusion of each group, kind and path, whatever its case. */
struct twins {
	struct cv_lint *lint;
	struct cv_numbers numbers; /* of those, in the table of the policy */
};

static uint32_t hash_of_twin(const struct cv_lint *lint,
			     const struct cv_exclusion *exclusion, const char *value)
{
	const uint64_t rest[] = {(uint64_t)exclusion->kind, (uintptr_t)exclusion->group};
	const size_t size = strlen(value);
	char *folded = cv_arena_copy(lint->scratch, value, size);

	cv_lint_fold(folded);
	return (uint32_t)(cv_hash(folded, size) ^ cv_hash(rest, sizeof rest));
}

/* The first exclusion of that value and of the group and kind of this one, or NULL. */
static const struct cv_exclusion *find_twin(const struct twins *twins,
					    const struct cv_exclusion *exclusion,
					    const char *value, uint32_t hash)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&twins->numbers, hash, &at)) != CV_NO_NUMBER) {
		const struct cv_exclusion *other = CV_AT(&twins->lint->policy->exclusions,
							 struct cv_exclusion, number);

		if (other->group == exclusion->group && other->kind == exclusion->kind &&
		    strcasecmp(other->value, value) == 0)
			return other;
	}
	return NULL;
}

/* A row that lists both means both. */
static void report_case(struct cv_lint *lint, const struct cv_exclusion *exclusion,
			const struct cv_exclusion *other)
{
	struct cv_ctx *ctx = lint->ctx;
	const char *detail = cv_arena_format(
		ctx->arena,
		"`%s` differs only in case from `%s` of %s; on %s these are two",
		exclusion->value, other->value, cv_row_name(ctx, other->rows.items[0]),
		cv_platform_names[exclusion->group->platform]);

	for (size_t i = 0; i < exclusion->rows.count; i++)
		if (!cv_lint_has_row(&other->rows, exclusion->rows.items[i]))
			cv_lint_row(lint, CV_F_CASE_TWINS, exclusion->rows.items[i],
				    detail);
}

/* The value of a row that stands in an entry, as published; NULL where no one value of
 * it does. */
static const char *published(const struct cv_row *row, enum cv_kind kind)
{
	const struct cv_texts texts =
		cv_few_texts(&((const struct cv_exclusion_row *)row)->values[kind]);

	return texts.count == 1 ? texts.items[0].text : NULL;
}

/* Where case counts for nothing the twins are one entry of several rows. */
static void lint_merged(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	struct cv_ctx *ctx = lint->ctx;
	const struct cv_row *first = exclusion->rows.items[0];
	const char *value = published(first, exclusion->kind);

	for (size_t i = 1; value && i < exclusion->rows.count; i++) {
		const struct cv_row *row = exclusion->rows.items[i];
		const char *other = published(row, exclusion->kind);

		if (!other || strcmp(value, other) == 0 || strcasecmp(value, other) != 0)
			continue;
		cv_lint_row(lint, CV_F_CASE_TWINS, row,
			    cv_arena_format(
				    ctx->arena,
				    "differs only in case from %s; on %s these are one",
				    cv_row_name(ctx, first),
				    cv_platform_names[exclusion->group->platform]));
	}
}

static void add_twin(struct twins *twins, const struct cv_exclusion *exclusion,
		     size_t number)
{
	const uint32_t hash = hash_of_twin(twins->lint, exclusion, exclusion->value);
	const struct cv_exclusion *twin =
		find_twin(twins, exclusion, exclusion->value, hash);

	if (!twin)
		cv_numbers_add(&twins->numbers, hash, (uint32_t)number);
	else if (exclusion->group->platform == CV_LINUX &&
		 strcmp(exclusion->value, twin->value) != 0)
		report_case(twins->lint, exclusion, twin);
}

/* The same path below the other folder of programs, or NULL. */
static const char *other_bits(struct cv_arena *arena, const char *value)
{
	static const struct {
		size_t at; /* behind the drive, or not */
		const char *name, *other;
	} folders[] = {
		{0, "%ProgramFiles(x86)%\\", "%ProgramFiles%\\"},
		{0, "%ProgramFiles%\\", "%ProgramFiles(x86)%\\"},
		{2, "\\Program Files (x86)\\", "\\Program Files\\"},
		{2, "\\Program Files\\", "\\Program Files (x86)\\"},
	};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		const size_t at = folders[i].at, size = strlen(folders[i].name);

		if (strlen(value) > at &&
		    strncasecmp(value + at, folders[i].name, size) == 0)
			return cv_arena_format(arena, "%.*s%s%s", (int)at, value,
					       folders[i].other, value + at + size);
	}
	return NULL;
}

/* Whether the page names the folder itself: a place has its own path for each
 * architecture, and so has a row with a condition. */
static bool names_folder(const struct cv_row *row)
{
	const struct cv_exclusion_row *published_row =
		(const struct cv_exclusion_row *)row;
	const struct cv_when *when = &cv_row_more(row)->when;

	for (size_t c = 0; c < when->count; c++)
		for (size_t p = 0; p < when->items[c].count; p++)
			if (strcmp(when->items[c].parts[p].key.text, "arch") == 0)
				return false;
	for (int kind = 0; kind < CV_KIND_COUNT; kind++) {
		const struct cv_texts values = cv_few_texts(&published_row->values[kind]);

		for (size_t i = 0; i < values.count; i++)
			if (strcasestr(values.items[i].text, "Program Files") ||
			    strcasestr(values.items[i].text, "%ProgramFiles"))
				return true;
	}
	return false;
}

static void lint_bits(const struct twins *twins, const struct cv_exclusion *exclusion)
{
	const struct cv_text *arch = &exclusion->group->row->arch;
	struct cv_lint *lint = twins->lint;
	const char *other = other_bits(lint->scratch, exclusion->value), *detail;

	/* A 32-bit Windows has one folder only. */
	if (!other || (arch->text && strcmp(arch->text, "x86") == 0) ||
	    find_twin(twins, exclusion, other, hash_of_twin(lint, exclusion, other)))
		return;
	detail = cv_arena_format(lint->ctx->arena, "`%s` is there, `%s` is not",
				 exclusion->value, other);
	for (size_t i = 0; i < exclusion->rows.count; i++)
		if (names_folder(exclusion->rows.items[i]))
			cv_lint_row(lint, CV_F_NO_32_BIT_TWIN, exclusion->rows.items[i],
				    detail);
}

void cv_lint_twins(struct cv_lint *lint)
{
	const struct cv_table *table = &lint->policy->exclusions;
	struct twins twins = {.lint = lint};

	for (size_t i = 0; i < table->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(table, struct cv_exclusion, i);

		if (!cv_lint_is_path(exclusion))
			continue;
		add_twin(&twins, exclusion, i);
		if (exclusion->group->platform != CV_LINUX)
			lint_merged(lint, exclusion);
		cv_arena_reset(lint->scratch);
	}
	for (size_t i = 0; i < table->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(table, struct cv_exclusion, i);

		if (cv_lint_is_path(exclusion) &&
		    exclusion->group->platform == CV_WINDOWS)
			lint_bits(&twins, exclusion);
		cv_arena_reset(lint->scratch);
	}
	cv_numbers_deinit(&twins.numbers);
}
