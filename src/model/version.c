/* Constraints as sets of half-open intervals.  A single version is the interval up
 * to the next one in the last number, "not" is two intervals, "and" cuts, "or"
 * unites; so what two rows have in common is arithmetic and not guessing. */
#include "model/version.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

/* No number of a version is this large, so it can stand for "without end". */
enum { LAST = CV_MAX_VERSION_PARTS - 1 };

static struct cv_version endless(void)
{
	struct cv_version version;

	for (size_t i = 0; i < CV_MAX_VERSION_PARTS; i++)
		version.parts[i] = UINT32_MAX;
	return version;
}

int cv_version_compare(const struct cv_version *a, const struct cv_version *b)
{
	for (size_t i = 0; i < CV_MAX_VERSION_PARTS; i++)
		if (a->parts[i] != b->parts[i])
			return a->parts[i] < b->parts[i] ? -1 : 1;
	return 0;
}

/* What stands in a constraint: numbers, and how many; a series ends with `x`. */
struct spelled {
	struct cv_version version;
	size_t count;
	bool is_series;
};

static bool parse_number(const char *text, size_t size, uint32_t *number_out)
{
	uint64_t number = 0;

	if (size == 0)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (unsigned)(text[i] - '0');
		if (number >= UINT32_MAX)
			return false;
	}
	*number_out = (uint32_t)number;
	return true;
}

static bool parse_spelled(const char *text, size_t size, struct spelled *out,
			  const char **why_out)
{
	*out = (struct spelled){0};
	*why_out = "a version is missing";
	if (size == 0)
		return false;
	for (size_t at = 0;; at++) {
		const char *dot = memchr(text + at, '.', size - at);
		const size_t end = dot ? (size_t)(dot - text) : size;

		*why_out = "nothing may follow the x of a series";
		if (out->is_series)
			return false;
		if (end - at == 1 && text[at] == 'x') {
			out->is_series = true;
		} else {
			*why_out = "a version has at most six numbers";
			if (out->count == CV_MAX_VERSION_PARTS)
				return false;
			*why_out = "a version is numbers and dots, as 7.2.314, or a "
				   "series, as 7.2.x";
			if (!parse_number(text + at, end - at,
					  &out->version.parts[out->count]))
				return false;
			out->count++;
		}
		at = end;
		if (!dot)
			break;
	}
	*why_out = "a series has at most five numbers before its x";
	return !out->is_series || out->count < CV_MAX_VERSION_PARTS;
}

bool cv_version_parse(const char *text, struct cv_version *version_out)
{
	struct spelled spelled;
	const char *why;

	if (!parse_spelled(text, strlen(text), &spelled, &why) || spelled.is_series)
		return false;
	*version_out = spelled.version;
	return true;
}

/* The versions that are meant: one, or all of the series. */
static struct cv_version_interval meant(const struct spelled *spelled)
{
	struct cv_version_interval interval = {spelled->version, spelled->version};

	if (!spelled->is_series)
		interval.to.parts[LAST]++;
	else if (spelled->count > 0)
		interval.to.parts[spelled->count - 1]++;
	else
		interval.to = endless();
	return interval;
}

static int compare_from(const void *a, const void *b)
{
	const struct cv_version_interval *x = a, *y = b;

	return cv_version_compare(&x->from, &y->from);
}

/* Sorts, drops the empty and joins what touches. */
static void normalise(struct cv_versions *versions)
{
	struct cv_version_interval *items = versions->items;
	size_t kept = 0;

	if (versions->count > 1)
		qsort(items, versions->count, sizeof *items, compare_from);
	for (size_t i = 0; i < versions->count; i++) {
		if (cv_version_compare(&items[i].from, &items[i].to) >= 0)
			continue;
		if (kept > 0 &&
		    cv_version_compare(&items[i].from, &items[kept - 1].to) <= 0) {
			if (cv_version_compare(&items[kept - 1].to, &items[i].to) < 0)
				items[kept - 1].to = items[i].to;
			continue;
		}
		items[kept++] = items[i];
	}
	versions->count = kept;
}

struct cv_versions cv_versions_cut(struct cv_ctx *ctx, const struct cv_versions *a,
				   const struct cv_versions *b)
{
	struct cv_versions both = {0, NULL};
	size_t i = 0, j = 0;

	both.items =
		CV_NEW_ARRAY(ctx->arena, a->count + b->count, struct cv_version_interval);
	while (i < a->count && j < b->count) {
		struct cv_version_interval *out = &both.items[both.count];

		*out = a->items[i];
		if (cv_version_compare(&out->from, &b->items[j].from) < 0)
			out->from = b->items[j].from;
		if (cv_version_compare(&out->to, &b->items[j].to) > 0)
			out->to = b->items[j].to;
		if (cv_version_compare(&out->from, &out->to) < 0)
			both.count++;
		if (cv_version_compare(&a->items[i].to, &b->items[j].to) < 0)
			i++;
		else
			j++;
	}
	return both;
}

struct cv_versions cv_versions_union(struct cv_ctx *ctx, const struct cv_versions *a,
				     const struct cv_versions *b)
{
	struct cv_versions both = {a->count + b->count, NULL};

	both.items = CV_NEW_ARRAY(ctx->arena, both.count, struct cv_version_interval);
	if (a->count)
		memcpy(both.items, a->items, a->count * sizeof *a->items);
	if (b->count)
		memcpy(both.items + a->count, b->items, b->count * sizeof *b->items);
	normalise(&both);
	return both;
}

bool cv_versions_inside(const struct cv_versions *inner, const struct cv_versions *outer)
{
	for (size_t i = 0, j = 0; i < inner->count; i++) {
		while (j < outer->count &&
		       cv_version_compare(&outer->items[j].to, &inner->items[i].to) < 0)
			j++;
		if (j == outer->count ||
		    cv_version_compare(&outer->items[j].from, &inner->items[i].from) > 0)
			return false;
	}
	return true;
}

bool cv_versions_meet(const struct cv_versions *a, const struct cv_versions *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		if (cv_version_compare(&a->items[i].to, &b->items[j].from) <= 0)
			i++;
		else if (cv_version_compare(&b->items[j].to, &a->items[i].from) <= 0)
			j++;
		else
			return true;
	}
	return false;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

/* The operator at `text`, "" for none; longer ones first. */
static const char *find_operator(const char *text)
{
	static const char *const operators[] = {">=", "<=", "!=", ">", "<"};

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (strncmp(text, operators[i], strlen(operators[i])) == 0)
			return operators[i];
	return "";
}

/* One comparison as one or two intervals. */
static bool parse_comparison(const char *text, size_t size,
			     struct cv_version_interval intervals[2], size_t *count_out,
			     const char **why_out)
{
	const char *sign = find_operator(text);
	const char *start = skip_blanks(text + strlen(sign));
	const size_t skipped = (size_t)(start - text);
	struct cv_version_interval is;
	struct spelled spelled;

	if (!parse_spelled(start, size > skipped ? size - skipped : 0, &spelled, why_out))
		return false;
	*why_out = "a series stands alone or behind !=, not behind < or >";
	if (spelled.is_series && sign[0] != '\0' && sign[0] != '!')
		return false;
	is = meant(&spelled);
	*count_out = 1;
	intervals[0] = is;
	if (sign[0] == '!') {
		intervals[0] = (struct cv_version_interval){{{0}}, is.from};
		intervals[1] = (struct cv_version_interval){is.to, endless()};
		*count_out = 2;
	} else if (sign[0] == '>') {
		intervals[0].from = sign[1] ? is.from : is.to;
		intervals[0].to = endless();
	} else if (sign[0] == '<') {
		intervals[0].from = (struct cv_version){{0}};
		intervals[0].to = sign[1] ? is.to : is.from;
	}
	return true;
}

/* How many bytes stand before the next comma, the next blank that a word follows,
 * or the end. */
static size_t comparison_size(const char *text)
{
	const size_t sign = strlen(find_operator(text));
	const size_t blanks = (size_t)(skip_blanks(text + sign) - text);

	return blanks + strcspn(text + blanks, " ,");
}

bool cv_versions_parse(struct cv_ctx *ctx, const char *text,
		       struct cv_versions *versions_out, const char **why_out)
{
	struct cv_version_interval any = {{{0}}, endless()};
	const struct cv_versions all = {1, &any};
	struct cv_versions sum = {0, NULL}, term = all;
	const char *at = skip_blanks(text);

	for (size_t terms = 1;; terms++) {
		struct cv_version_interval intervals[2];
		struct cv_versions one = {0, intervals};
		const size_t size = comparison_size(at);

		*why_out = "a constraint has too many parts";
		if (terms > CV_MAX_VERSION_TERMS)
			return false;
		if (!parse_comparison(at, size, intervals, &one.count, why_out))
			return false;
		normalise(&one);
		term = cv_versions_cut(ctx, &term, &one);
		at = skip_blanks(at + size);
		if (*at == ',') {
			at = skip_blanks(at + 1);
			continue;
		}
		sum = cv_versions_union(ctx, &sum, &term);
		if (*at == '\0')
			break;
		*why_out = "between two versions stands a comma (and) or the word or";
		if (strncmp(at, "or", 2) != 0 || (at[2] != ' ' && at[2] != '\0'))
			return false;
		at = skip_blanks(at + 2);
		term = all;
	}
	*versions_out = sum;
	return true;
}
