/* Versions and constraints; random constraints are held against an evaluation of
 * their parts one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/version.h"

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_ctx_close(*state);
	return 0;
}

static struct cv_versions parse(struct cv_ctx *ctx, const char *text)
{
	struct cv_versions versions = {0, NULL};
	const char *why;

	if (!cv_versions_parse(ctx, text, &versions, &why))
		fail_msg("%s: %s", text, why);
	return versions;
}

static bool holds(struct cv_ctx *ctx, const char *constraint, const char *version)
{
	const struct cv_versions outer = parse(ctx, constraint),
				 inner = parse(ctx, version);

	/* A single version is inside exactly when it meets. */
	assert_int_equal(cv_versions_inside(&inner, &outer),
			 cv_versions_meet(&inner, &outer));
	return cv_versions_inside(&inner, &outer);
}

static void test_version_compares_number_by_number(void **state)
{
	struct cv_version a, b;

	(void)state;
	assert_true(cv_version_parse("7.2", &a));
	assert_true(cv_version_parse("7.2.0.0", &b));
	assert_int_equal(cv_version_compare(&a, &b), 0);
	assert_true(cv_version_parse("7.10", &b));
	assert_true(cv_version_compare(&a, &b) < 0);
	assert_true(cv_version_compare(&b, &a) > 0);
	/* Releases named by date: Ubuntu 22.04 is before 22.10. */
	assert_true(cv_version_parse("22.04", &a));
	assert_true(cv_version_parse("22.10", &b));
	assert_true(cv_version_compare(&a, &b) < 0);
	assert_true(cv_version_parse("1.2.3.4.5.6", &a));
	assert_true(cv_version_parse("4294967294", &a));
}

static void test_version_refuses_other_than_numbers(void **state)
{
	static const char *const bad[] = {"",
					  ".",
					  "7.",
					  "7..2",
					  ".7",
					  "7.2.x",
					  "x",
					  "v7",
					  "7.2a",
					  "-7",
					  "7 ",
					  "7.2-1",
					  "7,2",
					  "7.2\n",
					  "1.2.3.4.5.6.7",
					  "4294967295",
					  "99999999999999999999"};
	struct cv_version version;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (cv_version_parse(bad[i], &version))
			fail_msg("%s was taken", bad[i]);
}

static void test_constraint_series_covers_its_versions(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_true(holds(ctx, "7.2.x", "7.2"));
	assert_true(holds(ctx, "7.2.x", "7.2.314.3518"));
	assert_true(holds(ctx, "7.2.x", "7.2.4294967294"));
	assert_true(holds(ctx, "7.2.x", "7.2.99.x"));
	assert_false(holds(ctx, "7.2.x", "7.3"));
	assert_false(holds(ctx, "7.2.x", "7.20"));
	assert_false(holds(ctx, "7.2.x", "7.1.9"));
	assert_true(holds(ctx, "7.x", "7.99"));
	assert_true(holds(ctx, "x", "0"));
	assert_true(holds(ctx, "x", "4294967294.1"));
}

static void test_constraint_comparisons(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_true(holds(ctx, "7.2.314.3476", "7.2.314.3476"));
	assert_true(holds(ctx, "7.2", "7.2.0.0"));
	assert_false(holds(ctx, "7.2", "7.2.0.0.0.1"));
	assert_true(holds(ctx, ">=7.4.1.1955", "7.4.1.1955"));
	assert_false(holds(ctx, ">=7.4.1.1955", "7.4.1.1954"));
	assert_false(holds(ctx, ">7.4", "7.4"));
	assert_true(holds(ctx, ">7.4", "7.4.0.0.0.1"));
	assert_true(holds(ctx, "<7.6", "7.5.99"));
	assert_false(holds(ctx, "<7.6", "7.6"));
	assert_true(holds(ctx, "<=7.6", "7.6"));
	assert_false(holds(ctx, "<=7.6", "7.6.1"));
	assert_false(holds(ctx, "!=7.2.314.3518", "7.2.314.3518"));
	assert_true(holds(ctx, "!=7.2.314.3518", "7.2.314.3519"));
	assert_false(holds(ctx, "!=7.2.x", "7.2.314.3518"));
	assert_true(holds(ctx, "!=7.2.x", "7.3"));
	assert_true(holds(ctx, "!=7.2.x", "7.1.99"));
	assert_true(holds(ctx, ">= 7.4 , < 7.6", "7.5"));
	assert_false(holds(ctx, ">=7.4,<7.6", "7.6"));
	assert_true(holds(ctx, "6.x or 7.x", "6.9"));
	assert_true(holds(ctx, "6.x or 7.x", "7.9"));
	assert_false(holds(ctx, "6.x or 7.x", "8"));
	/* "or" binds weaker than a comma. */
	assert_true(holds(ctx, "5.x or >=7.2,<7.4", "5.1"));
	assert_false(holds(ctx, "5.x or >=7.2,<7.4", "7.4"));
}

static void test_constraint_that_cannot_hold_is_empty(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_int_equal(parse(ctx, ">8,<7").count, 0);
	assert_int_equal(parse(ctx, "7.2.x,7.4.x").count, 0);
	assert_int_equal(parse(ctx, "<0").count, 0);
	assert_int_equal(parse(ctx, "!=x").count, 0);
	assert_int_equal(parse(ctx, ">8,<7 or 9.x").count, 1);
}

static void test_constraint_joins_what_touches(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_int_equal(parse(ctx, "7.2.x or 7.3.x").count, 1);
	assert_int_equal(parse(ctx, "7.4.x or 7.2.x").count, 2);
	assert_int_equal(parse(ctx, "<7 or >=7").count, 1);
	assert_int_equal(parse(ctx, "<7 or >7").count, 2);
	assert_true(cv_versions_inside(&(struct cv_versions){0, NULL},
				       &(struct cv_versions){0, NULL}));
}

static void assert_refused(struct cv_ctx *ctx, const char *text, const char *why)
{
	struct cv_versions versions;
	const char *said = NULL;

	if (cv_versions_parse(ctx, text, &versions, &said))
		fail_msg("%s was taken", text);
	assert_string_equal(said, why);
}

static void test_constraint_refuses_with_reason(void **state)
{
	static const char missing[] = "a version is missing";
	static const char numbers[] =
		"a version is numbers and dots, as 7.2.314, or a series, as 7.2.x";
	static const char word[] =
		"between two versions stands a comma (and) or the word or";
	static const char series[] =
		"a series stands alone or behind !=, not behind < or >";
	struct cv_ctx *ctx = *state;
	char many[4 * CV_MAX_VERSION_TERMS + 4] = "1";

	assert_refused(ctx, "", missing);
	assert_refused(ctx, "  ", missing);
	assert_refused(ctx, ">=", missing);
	assert_refused(ctx, "7.2,", missing);
	assert_refused(ctx, ",7.2", missing);
	assert_refused(ctx, "7.2 or", missing);
	assert_refused(ctx, "7.2 or  ", missing);
	assert_refused(ctx, "or 7.2", numbers);
	assert_refused(ctx, "7.2 or or 7.3", numbers);
	assert_refused(ctx, "7.2 and 7.3", word);
	assert_refused(ctx, "7.2 7.3", word);
	assert_refused(ctx, "7.2 or7.3", word);
	assert_refused(ctx, "7.2 || 7.3", word);
	assert_refused(ctx, "7.2 OR 7.3", word);
	assert_refused(ctx, "7.x.1", "nothing may follow the x of a series");
	assert_refused(ctx, "7.x.x", "nothing may follow the x of a series");
	assert_refused(ctx, "x.", "nothing may follow the x of a series");
	assert_refused(ctx, "7.2.*", numbers);
	assert_refused(ctx, "7.2.X", numbers);
	assert_refused(ctx, "7.2.", numbers);
	assert_refused(ctx, "7.2x", numbers);
	assert_refused(ctx, "=7.2", numbers);
	assert_refused(ctx, "==7.2", numbers);
	assert_refused(ctx, "=>7.2", numbers);
	assert_refused(ctx, "~7.2", numbers);
	assert_refused(ctx, ">>7.2", numbers);
	assert_refused(ctx, "7.2-7.4", numbers);
	assert_refused(ctx, "7.2\t", numbers);
	assert_refused(ctx, ">=7.2.x", series);
	assert_refused(ctx, "<x", series);
	assert_refused(ctx, "1.2.3.4.5.6.7", "a version has at most six numbers");
	assert_refused(ctx, "1.2.3.4.5.6.x",
		       "a series has at most five numbers before its x");
	for (size_t i = 0; i < CV_MAX_VERSION_TERMS - 1; i++)
		strcat(many, ",x");
	assert_int_equal(parse(ctx, many).count, 1);
	assert_refused(ctx, strcat(many, ",x"), "a constraint has too many parts");
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* One comparison with what it says about a version of two numbers. */
struct comparison {
	unsigned sign, major, minor, numbers;
	bool is_series;
};

static bool says(const struct comparison *one, unsigned major, unsigned minor)
{
	const unsigned have = major * 10 + minor;
	const unsigned want = one->major * 10 + (one->numbers > 1 ? one->minor : 0);
	const bool in_series = one->numbers == 0 || major == one->major;

	switch (one->sign) {
	case 0:
		return one->is_series ? in_series : have == want;
	case 1:
		return one->is_series ? !in_series : have != want;
	case 2:
		return have >= want;
	case 3:
		return have <= want;
	case 4:
		return have > want;
	default:
		return have < want;
	}
}

static struct comparison make(struct cv_buf *text, uint32_t *seed)
{
	static const char *const signs[] = {"", "!=", ">=", "<=", ">", "<"};
	struct comparison one = {.sign = next_random(seed) % 6,
				 .major = next_random(seed) % 4,
				 .minor = next_random(seed) % 4};

	one.is_series = one.sign < 2 && next_random(seed) % 2;
	one.numbers = one.is_series ? next_random(seed) % 2 : 1 + next_random(seed) % 2;
	cv_buf_text(text, signs[one.sign]);
	if (one.numbers > 0)
		cv_buf_format(text, "%u", one.major);
	if (one.numbers > 1)
		cv_buf_format(text, ".%u", one.minor);
	if (one.is_series)
		cv_buf_text(text, one.numbers ? ".x" : "x");
	return one;
}

static void check_random(struct cv_ctx *ctx, uint32_t *seed)
{
	struct cv_buf text = CV_BUF_INIT;
	bool any[4][4] = {{false}}, all[4][4];
	const uint32_t alternatives = 1 + next_random(seed) % 3;

	for (uint32_t i = 0; i < alternatives; i++) {
		const uint32_t parts = 1 + next_random(seed) % 3;

		memset(all, true, sizeof all);
		if (i > 0)
			cv_buf_text(&text, " or ");
		for (uint32_t part = 0; part < parts; part++) {
			struct comparison one;

			if (part > 0)
				cv_buf_text(&text, ", ");
			one = make(&text, seed);
			for (unsigned v = 0; v < 16; v++)
				all[v / 4][v % 4] &= says(&one, v / 4, v % 4);
		}
		for (unsigned v = 0; v < 16; v++)
			any[v / 4][v % 4] |= all[v / 4][v % 4];
	}
	for (unsigned v = 0; v < 16; v++) {
		char version[8];

		snprintf(version, sizeof version, "%u.%u", v / 4, v % 4);
		if (holds(ctx, cv_buf_string(&text), version) != any[v / 4][v % 4])
			fail_msg("%s and %s", cv_buf_string(&text), version);
	}
	cv_buf_deinit(&text);
}

static void test_constraint_agrees_with_its_parts(void **state)
{
	uint32_t seed = 11;

	for (int round = 0; round < 2000; round++)
		check_random(*state, &seed);
}

/* Sets of single versions 0 to 15 against bitmaps. */
static struct cv_versions of_bits(struct cv_ctx *ctx, unsigned bits)
{
	struct cv_versions all = {0, NULL};

	for (unsigned v = 0; v < 16; v++) {
		char text[8];
		struct cv_versions one;

		snprintf(text, sizeof text, "%u.x", v);
		one = parse(ctx, text);
		if (bits >> v & 1)
			all = cv_versions_union(ctx, &all, &one);
	}
	return all;
}

static void assert_same(const struct cv_versions *a, const struct cv_versions *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_memory_equal(&a->items[i], &b->items[i], sizeof a->items[i]);
}

static void test_versions_agree_with_bitmap(void **state)
{
	struct cv_ctx *ctx = *state;
	uint32_t seed = 5;

	for (int round = 0; round < 1000; round++) {
		const unsigned x = next_random(&seed) & 0xFFFF;
		const unsigned y = next_random(&seed) & (round % 3 ? 0xFFFF : x);
		const struct cv_versions a = of_bits(ctx, x), b = of_bits(ctx, y);
		const struct cv_versions both = cv_versions_cut(ctx, &a, &b);
		const struct cv_versions either = cv_versions_union(ctx, &a, &b);
		const struct cv_versions want_both = of_bits(ctx, x & y);
		const struct cv_versions want_either = of_bits(ctx, x | y);

		assert_same(&both, &want_both);
		assert_same(&either, &want_either);
		assert_int_equal(cv_versions_inside(&b, &a), (y & ~x) == 0);
		assert_int_equal(cv_versions_meet(&a, &b), (x & y) != 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_version_compares_number_by_number),
		TEST(test_version_refuses_other_than_numbers),
		TEST(test_constraint_series_covers_its_versions),
		TEST(test_constraint_comparisons),
		TEST(test_constraint_that_cannot_hold_is_empty),
		TEST(test_constraint_joins_what_touches),
		TEST(test_constraint_refuses_with_reason),
		TEST(test_constraint_agrees_with_its_parts),
		TEST(test_versions_agree_with_bitmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
