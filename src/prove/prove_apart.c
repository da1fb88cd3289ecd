/* The proof that no two elements of one set overlap: a kernel refuses a set of ranges in
 * which two do, and who reads a packet's element wants to find all of its rows there.
 * Elements are sorted by set and divided where nothing reaches over, on one side after
 * the other; what hangs together on every side is swept along one of them. */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "prove/apart.h"

enum { SOURCE, DESTINATION, PORTS, SOURCE_PORTS, SIDES };

/* Divisions within each other; behind that a group is swept as it is. */
enum { MOST_DIVISIONS = 32 };

/* An element as a box; a side that it does not have is 0 to 0. */
struct element {
	struct cv_range sides[SIDES];
	const struct cv_entry *entry;
};

struct pair {
	const struct cv_entry *a, *b;
};

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		cv_out_of_memory();
	return memory;
}

static bool is_one(const struct cv_addresses *set)
{
	return cv_address_compare(set->ranges[0].first, set->ranges[0].last) == 0;
}

static bool is_one_port(const struct cv_ports *set)
{
	return !set || set->ranges[0].first == set->ranges[0].last;
}

static bool is_narrow(const struct cv_ports *set)
{
	return !set || (set->count == 1 &&
			set->ranges[0].last - set->ranges[0].first < CV_WIDE_PORTS);
}

static bool is_class(const struct cv_entry *entry)
{
	return entry->own_rule && entry->source->count > 1;
}

bool cv_entry_is_element(const struct cv_entry *entry)
{
	if (entry->kind != CV_ENTRY_FLOW || cv_origin(entry)->baseline ||
	    !entry->source || !entry->destination || entry->destination->count != 1 ||
	    (entry->ports && entry->ports->count != 1) ||
	    (entry->more->source_ports && entry->more->source_ports->count != 1))
		return false;
	if (entry->own_rule)
		return entry->source->count > 1 && is_narrow(entry->ports) &&
		       is_narrow(entry->more->source_ports);
	return entry->source->count == 1;
}

bool cv_element_is_exact(const struct cv_entry *entry)
{
	return (is_class(entry) || is_one(entry->source)) && is_one(entry->destination) &&
	       is_one_port(entry->ports) && is_one_port(entry->more->source_ports);
}

int cv_elements_compare(const struct cv_entry *a, const struct cv_entry *b)
{
	const int numbers[][2] = {
		{a->family, b->family},
		{a->protocol, b->protocol},
		{a->icmp_type, b->icmp_type},
		{a->ports != NULL, b->ports != NULL},
		{a->more->source_ports != NULL, b->more->source_ports != NULL},
		{cv_element_is_exact(a), cv_element_is_exact(b)},
	};
	/* Sets are one when they are equal; which comes first does not matter. */
	const uintptr_t source = a->own_rule ? (uintptr_t)a->source : 0;
	const uintptr_t other = b->own_rule ? (uintptr_t)b->source : 0;
	int order = cv_text_compare(a->list, b->list);

	if (!order)
		order = cv_text_compare(a->more->name, b->more->name);
	for (size_t i = 0; !order && i < sizeof numbers / sizeof *numbers; i++)
		order = numbers[i][0] < numbers[i][1]   ? -1
			: numbers[i][0] > numbers[i][1] ? 1
							: 0;
	return order ? order : source < other ? -1 : source > other;
}

static int compare_side(const void *left, const void *right, int side)
{
	return cv_address_compare(((const struct element *)left)->sides[side].first,
				  ((const struct element *)right)->sides[side].first);
}

/* qsort has no room for the side, so there is a comparison for each. */
static int by_source(const void *left, const void *right)
{
	return compare_side(left, right, SOURCE);
}

static int by_destination(const void *left, const void *right)
{
	return compare_side(left, right, DESTINATION);
}

static int by_ports(const void *left, const void *right)
{
	return compare_side(left, right, PORTS);
}

static int by_source_ports(const void *left, const void *right)
{
	return compare_side(left, right, SOURCE_PORTS);
}

static int (*const orders[SIDES])(const void *, const void *) = {
	by_source,
	by_destination,
	by_ports,
	by_source_ports,
};

static bool overlap(const struct element *a, const struct element *b)
{
	for (int i = 0; i < SIDES; i++)
		if (cv_address_compare(a->sides[i].last, b->sides[i].first) < 0 ||
		    cv_address_compare(b->sides[i].last, a->sides[i].first) < 0)
			return false;
	return true;
}

/* How many pairs overlap on the side, whatever they do on the others: what a sweep along
 * it would have to look at.  `ends` has room for all. */
static double pairs_on(struct element *elements, size_t count, int side,
		       struct element *ends)
{
	double pairs = 0;
	size_t ended = 0;

	for (size_t i = 0; i < count; i++)
		ends[i].sides[side].first = elements[i].sides[side].last;
	qsort(ends, count, sizeof *ends, orders[side]);
	qsort(elements, count, sizeof *elements, orders[side]);
	for (size_t i = 0; i < count; i++) {
		while (ended < i && cv_address_compare(ends[ended].sides[side].first,
						       elements[i].sides[side].first) < 0)
			ended++;
		pairs += (double)(i - ended);
	}
	return pairs;
}

/* Compares each with those that have not ended where it begins. */
static bool sweep(struct element *elements, size_t count, struct pair *pair_out)
{
	struct element *ends = calloc(count, sizeof *ends);
	const struct element **active = calloc(count, sizeof *active);
	double fewest = 0;
	size_t reaching = 0;
	bool apart = true;
	int side = -1;

	if (!ends || !active)
		cv_out_of_memory();
	for (int i = 0; i < SIDES; i++) {
		const double pairs = pairs_on(elements, count, i, ends);

		if (side < 0 || pairs < fewest) {
			side = i;
			fewest = pairs;
		}
	}
	qsort(elements, count, sizeof *elements, orders[side]);
	for (size_t i = 0; i < count && apart; i++) {
		size_t kept = 0;

		for (size_t a = 0; a < reaching && apart; a++) {
			if (cv_address_compare(active[a]->sides[side].last,
					       elements[i].sides[side].first) < 0)
				continue;
			active[kept++] = active[a];
			apart = !overlap(active[a], &elements[i]);
			*pair_out = (struct pair){active[a]->entry, elements[i].entry};
		}
		reaching = kept;
		active[reaching++] = &elements[i];
	}
	free(ends);
	free(active);
	return apart;
}

/* Divides elements on `side`; `same` counts the sides that did not divide them. */
static bool are_apart(struct element *elements, size_t count, int side, int same,
		      int depth, struct pair *pair_out)
{
	size_t start = 0;
	struct cv_address reach;

	if (count < 2)
		return true;
	if (same == SIDES || depth == MOST_DIVISIONS)
		return sweep(elements, count, pair_out);
	qsort(elements, count, sizeof *elements, orders[side]);
	reach = elements[0].sides[side].last;
	for (size_t i = 1; i <= count; i++) {
		const struct cv_range *range =
			i < count ? &elements[i].sides[side] : NULL;
		const bool whole = i - start == count;

		if (range && cv_address_compare(range->first, reach) <= 0) {
			if (cv_address_compare(range->last, reach) > 0)
				reach = range->last;
			continue;
		}
		if (!are_apart(elements + start, i - start, (side + 1) % SIDES,
			       whole ? same + 1 : 0, whole ? depth : depth + 1, pair_out))
			return false;
		start = i;
		if (range)
			reach = range->last;
	}
	return true;
}

static struct cv_range port_range(const struct cv_ports *ports)
{
	if (!ports)
		return (struct cv_range){{0, 0}, {0, 0}};
	return (struct cv_range){{0, ports->ranges[0].first}, {0, ports->ranges[0].last}};
}

static struct element element_of(const struct cv_entry *entry)
{
	struct element element = {.entry = entry};

	element.sides[SOURCE] =
		entry->source->ranges[0]; /* of a class: for all the same */
	element.sides[DESTINATION] = entry->destination->ranges[0];
	element.sides[PORTS] = port_range(entry->ports);
	element.sides[SOURCE_PORTS] = port_range(entry->more->source_ports);
	return element;
}

static bool overlapping(struct cv_ctx *ctx, const struct cv_plan *plan,
			const struct pair *pair)
{
	return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
		       "%s for %s: two elements of one set overlap: %s, and %s",
		       plan->use->target->name, plan->subject->name,
		       cv_entry_words(ctx, pair->a), cv_entry_words(ctx, pair->b));
}

/* Elements of one set that stand side by side in the plan: most do. */
struct run {
	const struct cv_entry *first;
	size_t at, count;
};

struct runs {
	struct run *items;
	size_t count, capacity;
};

static int by_set(const void *left, const void *right)
{
	return cv_elements_compare(((const struct run *)left)->first,
				   ((const struct run *)right)->first);
}

static void begin_run(struct runs *runs, const struct cv_entry *first, size_t at)
{
	if (runs->count == runs->capacity) {
		runs->capacity = runs->capacity * 2 + 64;
		runs->items = realloc(runs->items, runs->capacity * sizeof *runs->items);
		if (!runs->items)
			cv_out_of_memory();
	}
	runs->items[runs->count++] = (struct run){first, at, 0};
}

/* The elements of a plan, set by set. */
static struct runs runs_of(const struct cv_plan *plan)
{
	struct runs runs = {NULL, 0, 0};
	bool goes_on = false;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (!cv_entry_is_element(entry)) {
			goes_on = false;
			continue;
		}
		if (!goes_on ||
		    cv_elements_compare(runs.items[runs.count - 1].first, entry) != 0)
			begin_run(&runs, entry, i);
		runs.items[runs.count - 1].count++;
		goes_on = true;
	}
	if (runs.count)
		qsort(runs.items, runs.count, sizeof *runs.items, by_set);
	return runs;
}

static bool is_before(const struct element *a, const struct element *b)
{
	int order = 0;

	for (int side = 0; side < SIDES && !order; side++)
		order = compare_side(a, b, side);
	return order < 0;
}

/* Whether each element is single values and comes after the one before it: then no two
 * are the same, and single values overlap in no other way.  Mostly plans list them so. */
static bool is_ascending(const struct cv_plan *plan, const struct run *run)
{
	struct element last, next;
	bool ascending = cv_element_is_exact(run->first);

	last = element_of(run->first);
	for (size_t i = 1; i < run->count && ascending; i++) {
		next = element_of(CV_AT(&plan->entries, struct cv_entry, run->at + i));
		ascending = is_before(&last, &next);
		last = next;
	}
	return ascending;
}

/* Whether the elements of the runs, all of one set, are apart. */
static bool is_set_apart(const struct cv_plan *plan, const struct run *runs, size_t count,
			 struct pair *pair_out)
{
	struct element *elements;
	size_t total = 0;
	bool apart;

	if (count == 1 && is_ascending(plan, runs))
		return true;
	for (size_t r = 0; r < count; r++)
		total += runs[r].count;
	elements = allocate(total, sizeof *elements);
	total = 0;
	for (size_t r = 0; r < count; r++)
		for (size_t i = 0; i < runs[r].count; i++)
			elements[total++] = element_of(
				CV_AT(&plan->entries, struct cv_entry, runs[r].at + i));
	apart = are_apart(elements, total, SOURCE, 0, 0, pair_out);
	free(elements);
	return apart;
}

bool cv_prove_apart(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	struct runs runs = runs_of(plan);
	struct pair pair = {NULL, NULL};
	bool ok = true;
	size_t end;

	for (size_t start = 0; ok && start < runs.count; start = end) {
		for (end = start + 1; end < runs.count; end++)
			if (by_set(&runs.items[start], &runs.items[end]) != 0)
				break;
		if (!is_set_apart(plan, runs.items + start, end - start, &pair))
			ok = overlapping(ctx, plan, &pair);
	}
	free(runs.items);
	return ok;
}
