/* Bytes that grow, numbers in them, and how they are given away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static void test_buf_grows_and_stays_terminated(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;

	(void)state;
	assert_string_equal(cv_buf_string(&buf), "");
	cv_buf_add(&buf, NULL, 0);
	assert_string_equal(cv_buf_string(&buf), "");
	cv_buf_number(&buf, 0);
	cv_buf_char(&buf, ' ');
	cv_buf_number(&buf, UINT64_MAX);
	cv_buf_format(&buf, " %s", "x");
	assert_string_equal(cv_buf_string(&buf), "0 18446744073709551615 x");
	for (size_t i = buf.size; i < 100000; i++) {
		cv_buf_char(&buf, 'y');
		assert_int_equal(buf.data[buf.size], 0);
	}
	cv_buf_add(&buf, "a\0b", 3);
	assert_int_equal(buf.size, 100003);
	assert_memory_equal(buf.data + 100000, "a\0b", 4);
	cv_buf_deinit(&buf);
	cv_buf_text(&buf, "again");
	assert_string_equal(cv_buf_string(&buf), "again");
	cv_buf_deinit(&buf);
}

static void test_numbers_have_all_of_their_digits(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	char wanted[21], written[20];

	(void)state;
	for (uint64_t number = 1; number;
	     number = number > UINT64_MAX / 10 ? 0 : number * 10) {
		for (uint64_t near = number - 1; near <= number + 1; near++) {
			const size_t size =
				(size_t)(cv_number_write(written, near) - written);

			snprintf(wanted, sizeof wanted, "%" PRIu64, near);
			assert_int_equal(size, strlen(wanted));
			assert_memory_equal(written, wanted, size);
			cv_buf_number(&buf, near);
			assert_string_equal(cv_buf_string(&buf), wanted);
			buf.size = 0;
		}
	}
	cv_buf_deinit(&buf);
}

/* A drain that keeps what it gets. */
struct kept {
	struct cv_drain drain;
	struct cv_buf bytes;
	size_t times;
};

static void keep(struct cv_drain *drain, const char *bytes, size_t size)
{
	struct kept *kept = (struct kept *)drain;

	cv_buf_add(&kept->bytes, bytes, size);
	kept->times++;
}

static void test_buf_gives_away_what_is_much(void **state)
{
	struct kept kept = {.drain = {keep}, .bytes = CV_BUF_INIT};
	struct cv_buf buf = CV_BUF_INIT, all = CV_BUF_INIT;

	(void)state;
	buf.drain = &kept.drain;
	for (size_t i = 0; i < 100000; i++) {
		cv_buf_number(&buf, i);
		cv_buf_drain(&buf);
		cv_buf_number(&all, i);
	}
	assert_in_range(kept.times, 2, 20);
	keep(&kept.drain, buf.data, buf.size);
	assert_string_equal(cv_buf_string(&kept.bytes), cv_buf_string(&all));
	cv_buf_deinit(&kept.bytes);
	cv_buf_deinit(&buf);
	cv_buf_drain(&all);
	assert_int_equal(all.size, 488890);
	cv_buf_deinit(&all);
}

static void test_buf_takes_ascii_and_marks_the_rest(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;

	(void)state;
	cv_buf_ascii(&buf, "");
	assert_string_equal(cv_buf_string(&buf), "");
	cv_buf_ascii(&buf, "\xC3\xBC ~\t\x7F");
	assert_string_equal(cv_buf_string(&buf), "?? ~??");
	cv_buf_ascii(&buf, "a longer text, with a\nline");
	assert_string_equal(cv_buf_string(&buf), "?? ~??a longer text, with a?line");
	cv_buf_deinit(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_grows_and_stays_terminated),
		cmocka_unit_test(test_numbers_have_all_of_their_digits),
		cmocka_unit_test(test_buf_gives_away_what_is_much),
		cmocka_unit_test(test_buf_takes_ascii_and_marks_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
