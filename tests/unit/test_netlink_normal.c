/* The normal form: equal for what means the same, different for anything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter/nf_tables.h>

#include "netlink_fixture.h"

#define A "\t10.0.0.1 . 10.1.0.1 . 6 . 443 comment \"a\",\n"
#define B "\t10.0.0.2 . 10.1.0.1 . 6 . 443 comment \"b\",\n"
#define C "\t10.0.0.3 . 10.1.0.1 . 6 . 443 comment \"c\",\n"

static void test_normal_does_not_know_the_order_of_elements(void **state)
{
	char one[65], two[65], three[65];
	struct cv_normal normal;
	struct world world;

	(void)state;
	open_world(&world);
	assert_null(difference(&world, with_elements(&world, 16, A B C), "",
			       with_elements(&world, 16, A B C)));
	normal = normal_of(&world, with_elements(&world, 16, A B C), "");
	cv_normal_digest(&normal, one);
	cv_normal_close(&normal);
	normal = normal_of(&world, with_elements(&world, 16, C A B), ".new");
	cv_normal_digest(&normal, two);
	cv_normal_close(&normal);
	normal = normal_of(&world, with_elements(&world, 16, A B), "");
	cv_normal_digest(&normal, three);
	cv_normal_close(&normal);
	assert_string_equal(one, two);
	assert_string_not_equal(one, three);
	close_world(&world);
}

static void test_normal_sees_elements_sizes_and_comments(void **state)
{
	static const char *const others[] = {
		A B,
		A B "\t10.0.0.3 . 10.1.0.1 . 6 . 444 comment \"c\",\n",
		A B "\t10.0.0.3 . 10.1.0.1 . 6 . 443 comment \"d\",\n",
		A B "\t10.0.0.3 . 10.1.0.1 . 6 . 443,\n",
		A B C "\t10.0.0.4 . 10.1.0.1 . 6 . 443,\n",
	};
	struct world world;
	const char *why;

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		why = difference(&world, with_elements(&world, 16, A B C), "",
				 with_elements(&world, 16, others[i]));
		assert_non_null(why);
		assert_non_null(
			strstr(why, "an element of the set cv-s-forward-4-exact"));
	}
	why = difference(&world, with_elements(&world, 16, A), "",
			 with_elements(&world, 32, A));
	assert_non_null(why);
	assert_non_null(strstr(why, "the set cv-s-forward-4-exact"));
	close_world(&world);
}

static void test_normal_of_a_side_is_that_of_what_it_stands_for(void **state)
{
	struct world world;

	(void)state;
	open_world(&world);
	assert_null(difference(&world, with_elements(&world, 16, A B), ".new",
			       with_elements(&world, 16, A B)));
	close_world(&world);
}

#define CLASS(sources) \
	HEAD "add rule inet filter cv-s-forward ip saddr {\n" sources \
	     "} ip daddr . meta l4proto . th dport {\n\t10.1.0.1 . 6 . 443,\n} counter " \
	     "accept\n"

static void test_normal_sees_into_sets_without_names(void **state)
{
	struct world world;
	const char *why;

	(void)state;
	open_world(&world);
	assert_null(difference(&world, CLASS("\t10.0.0.1,\n\t10.0.0.3,\n"), ".alt",
			       CLASS("\t10.0.0.1,\n\t10.0.0.3,\n")));
	why = difference(&world, CLASS("\t10.0.0.1,\n\t10.0.0.3,\n"), "",
			 CLASS("\t10.0.0.1,\n\t10.0.0.4,\n"));
	assert_non_null(why);
	assert_non_null(strstr(why, "of the set cv-s-forward 1 1"));
	/* A hash and intervals that hold the same addresses are two things. */
	assert_non_null(difference(&world, CLASS("\t10.0.0.0,\n\t10.0.1.0,\n"), "",
				   CLASS("\t10.0.0.0,\n\t10.0.1.0/31,\n")));
	close_world(&world);
}

/* A rule of those expressions, in the chain of a file that has no other. */
struct maker {
	struct nftnl_rule *rule;
};

static struct nftnl_expr *put(struct maker *maker, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	assert_non_null(expr);
	nftnl_rule_add_expr(maker->rule, expr);
	return expr;
}

static void put_compare(struct maker *maker, uint32_t operation, uint16_t value)
{
	struct nftnl_expr *expr = put(maker, "cmp");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, operation);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, &value, sizeof value);
}

static void put_compares(struct maker *maker)
{
	put_compare(maker, NFT_CMP_GTE, 5);
	put_compare(maker, NFT_CMP_LTE, 9);
}

static void put_range(struct maker *maker)
{
	static const uint16_t from = 5, to = 9;
	struct nftnl_expr *expr = put(maker, "range");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_OP, NFT_RANGE_EQ);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_FROM_DATA, &from, sizeof from);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_TO_DATA, &to, sizeof to);
}

static void put_swap(struct maker *maker, uint32_t length)
{
	struct nftnl_expr *expr = put(maker, "byteorder");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_OP, NFT_BYTEORDER_HTON);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_LEN, length);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_SIZE, 2);
}

static void put_swap_of_nothing(struct maker *maker)
{
	put_swap(maker, 1);
	put_compares(maker);
}

static void put_real_swap(struct maker *maker)
{
	put_swap(maker, 2);
	put_compares(maker);
}

static void put_counter(struct maker *maker)
{
	put(maker, "counter");
}

static void put_full_counter(struct maker *maker)
{
	nftnl_expr_set_u64(put(maker, "counter"), NFTNL_EXPR_CTR_PACKETS, 77);
}

static void put_limit(struct maker *maker)
{
	nftnl_expr_set_u64(put(maker, "limit"), NFTNL_EXPR_LIMIT_RATE, 5);
}

static void put_other_limit(struct maker *maker)
{
	nftnl_expr_set_u64(put(maker, "limit"), NFTNL_EXPR_LIMIT_RATE, 6);
}

static struct cv_normal rule_of(struct world *world, void (*make)(struct maker *))
{
	struct maker maker = {nftnl_rule_alloc()};
	struct cv_normal normal;
	struct cv_batch batch;

	read_text(world, HEAD);
	assert_true(cv_live_policy_make(&world->work, &world->policy));
	cv_batch_open(&world->ctx, &batch, "filter", 1);
	make(&maker);
	cv_batch_add_rule(&batch, maker.rule, "cv-s-forward", false, NULL, NULL);
	cv_normal_open(&world->ctx, &normal);
	cv_normal_know(&normal, &world->policy, "");
	cv_normal_take_batch(&normal, &batch.bytes);
	cv_batch_close(&batch);
	return normal;
}

static void test_normal_has_one_spelling_of_expressions(void **state)
{
	static const struct {
		void (*left)(struct maker *), (*right)(struct maker *);
		bool equal;
	} pairs[] = {
		{put_compares, put_range, true},
		{put_compares, put_swap_of_nothing, true},
		{put_compares, put_real_swap, false},
		{put_counter, put_full_counter, true},
		{put_counter, put_compares, false},
		{put_limit, put_limit, true},
		{put_limit, put_other_limit, false},
	};
	struct world world;

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct cv_normal left = rule_of(&world, pairs[i].left);
		struct cv_normal right = rule_of(&world, pairs[i].right);
		const char *why = cv_normal_difference(&left, &right);

		if ((why == NULL) != pairs[i].equal)
			fail_msg("pair %zu: %s", i, why ? why : "equal");
		cv_normal_close(&left);
		cv_normal_close(&right);
	}
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_does_not_know_the_order_of_elements),
		cmocka_unit_test(test_normal_sees_elements_sizes_and_comments),
		cmocka_unit_test(test_normal_of_a_side_is_that_of_what_it_stands_for),
		cmocka_unit_test(test_normal_sees_into_sets_without_names),
		cmocka_unit_test(test_normal_has_one_spelling_of_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
