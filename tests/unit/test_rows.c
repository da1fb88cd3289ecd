/* Sets of rows, and lists that become one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "resolve/internal.h"

enum { MOST = 8 };

/* Rows by their ordinals, and a list of some of them. */
struct world {
	struct cv_row rows[MOST];
	const struct cv_row *room[MOST];
};

/* `count` of the digits, each a row. */
static struct cv_rows rows_of(struct world *world, const struct cv_row **items,
			      const char *digits)
{
	size_t count = 0;

	for (; digits[count]; count++) {
		struct cv_row *row = &world->rows[digits[count] - '0'];

		row->ordinal = (uint32_t)(digits[count] - '0');
		items[count] = row;
	}
	return cv_rows_of(items, count);
}

static void check(const char *const *sets, bool in_order, const char *all)
{
	struct world world = {.room = {NULL}};
	struct cv_rows rows = {.items = world.room};
	bool was_in_order = true;

	for (; *sets; sets++) {
		const struct cv_row *items[MOST];

		was_in_order = cv_rows_append(&rows, rows_of(&world, items, *sets)) &&
			       was_in_order;
	}
	assert_int_equal(was_in_order, in_order);
	cv_rows_sort(&rows);
	assert_int_equal(rows.count, strlen(all));
	for (size_t i = 0; i < rows.count; i++)
		assert_int_equal(rows.items[i]->ordinal, all[i] - '0');
	assert_int_equal(rows.last, rows.count ? all[rows.count - 1] - '0' : 0);
}

static void test_appended_rows_are_a_set_in_the_end(void **state)
{
	(void)state;
	check((const char *const[]){NULL}, true, "");
	check((const char *const[]){"0", NULL}, true, "0");
	check((const char *const[]){"0", "0", "01", "14", NULL}, true, "014");
	check((const char *const[]){"01", "0", "4", NULL}, false, "014");
	check((const char *const[]){"15", "3", NULL}, false, "135");
	check((const char *const[]){"5", "3", "5", "3", NULL}, false, "35");
	check((const char *const[]){"157", "0", NULL}, false, "0157");
}

/* A set may be another's, and its items are not written to. */
static void test_a_set_is_left_as_it_is(void **state)
{
	struct world world;
	const struct cv_row *items[MOST];
	struct cv_rows rows = rows_of(&world, items, "246");
	const struct cv_row *const before[] = {items[0], items[1], items[2]};

	(void)state;
	cv_rows_sort(&rows);
	assert_ptr_equal(rows.items, items);
	assert_int_equal(rows.count, 3);
	assert_memory_equal(items, before, sizeof before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appended_rows_are_a_set_in_the_end),
		cmocka_unit_test(test_a_set_is_left_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
