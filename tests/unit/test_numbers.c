/* Numbers by hashes: what was added is found, all of it and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/numbers.h"

static void test_numbers_nothing_is_in_an_empty_table(void **state)
{
	const struct cv_numbers numbers = {0};
	size_t at = 7;

	(void)state;
	assert_int_equal(cv_numbers_next(&numbers, 7, &at), CV_NO_NUMBER);
}

static void test_numbers_of_one_hash_are_all_found(void **state)
{
	struct cv_numbers numbers = {0};
	size_t at = UINT32_MAX;

	(void)state;
	/* The last slot and the one behind it, which is the first. */
	cv_numbers_add(&numbers, UINT32_MAX, 3);
	cv_numbers_add(&numbers, UINT32_MAX - 1024, 4);
	cv_numbers_add(&numbers, UINT32_MAX, 0);
	assert_int_equal(cv_numbers_next(&numbers, UINT32_MAX, &at), 3);
	assert_int_equal(cv_numbers_next(&numbers, UINT32_MAX, &at), 0);
	assert_int_equal(cv_numbers_next(&numbers, UINT32_MAX, &at), CV_NO_NUMBER);
	at = 5;
	assert_int_equal(cv_numbers_next(&numbers, 5, &at), CV_NO_NUMBER);
	cv_numbers_deinit(&numbers);
}

static uint32_t hash_of(uint32_t number)
{
	return number / 2 * 0x9E3779B9u;
}

static void test_numbers_are_found_when_the_table_has_grown(void **state)
{
	enum { COUNT = 10000 };
	struct cv_numbers numbers = {0};

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++)
		cv_numbers_add(&numbers, hash_of(i), i);
	for (uint32_t i = 0; i < COUNT; i++) {
		const uint32_t hash = hash_of(i);
		size_t at = hash;
		uint32_t number, found = 0;

		while ((number = cv_numbers_next(&numbers, hash, &at)) != CV_NO_NUMBER) {
			assert_int_equal(number / 2, i / 2);
			found++;
		}
		assert_int_equal(found, 2);
	}
	cv_numbers_deinit(&numbers);
}

/* Room makes the table larger before or after numbers are in it, and nothing is lost. */
static void test_numbers_are_found_when_room_was_made(void **state)
{
	struct cv_numbers numbers = {0};
	size_t capacity;

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		cv_numbers_add(&numbers, i * 1024, i);
	cv_numbers_reserve(&numbers, 5000);
	capacity = numbers.capacity;
	cv_numbers_reserve(&numbers, 10);
	for (uint32_t i = 10; i < 5000; i++)
		cv_numbers_add(&numbers, i * 1024, i);
	assert_int_equal(numbers.capacity, capacity);
	for (uint32_t i = 0; i < 5000; i++) {
		size_t at = i * 1024;

		assert_int_equal(cv_numbers_next(&numbers, i * 1024, &at), i);
		assert_int_equal(cv_numbers_next(&numbers, i * 1024, &at), CV_NO_NUMBER);
	}
	cv_numbers_deinit(&numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_nothing_is_in_an_empty_table),
		cmocka_unit_test(test_numbers_of_one_hash_are_all_found),
		cmocka_unit_test(test_numbers_are_found_when_the_table_has_grown),
		cmocka_unit_test(test_numbers_are_found_when_room_was_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
