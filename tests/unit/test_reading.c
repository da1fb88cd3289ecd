/* How far the reader of an artefact is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/ctx.h"
#include "model/target.h"

enum { MIB = 1024 * 1024 };

struct taken {
	size_t times, size;
};

static void note_place(void *passer, size_t place)
{
	struct taken *taken = passer;

	assert_true(place > taken->size);
	taken->times++;
	taken->size = place;
}

static void test_readers_tell_how_far_they_are(void **state)
{
	struct cv_reading reading = {.passed = note_place};
	struct taken taken = {0, 0};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	reading.ctx = &ctx;
	reading.passer = &taken;
	for (size_t place = 0; place < (size_t)8 * MIB; place += 1000) {
		cv_reading_begin(&reading, CV_ENTRY_URL, place);
		cv_reading_pass(&reading, place / 2);
	}
	assert_in_range(taken.times, 4, 100);
	assert_in_range(taken.size, 6 * MIB, 8 * MIB);
	reading.passed = NULL;
	cv_reading_pass(&reading, (size_t)100 * MIB);
	assert_true(taken.size <= (size_t)8 * MIB);
	cv_ctx_close(&ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers_tell_how_far_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
