/* Maps to chains beside others as messages, and in the normal form. */
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>

#include "netlink_fixture.h"
#include "nftables/netlink_expression.h"
#include "nftables/netlink_talk.h"

#define CHAIN "cv-s-forward"
#define MAPS 4

/* A file with those elements in the maps of IPv4, each with its rule where it has any. */
static const char *with_ways(struct world *world, const char *exact, const char *ranges)
{
	static const char *const suffixes[MAPS] = {
		"4-exact { type ipv4_addr : verdict",
		"4-ranges { type ipv4_addr : verdict; flags interval",
		"6-exact { type ipv6_addr : verdict",
		"6-ranges { type ipv6_addr : verdict; flags interval"};
	const char *const filled[] = {exact, ranges};
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_buf_text(&out, HEAD);
	for (unsigned i = 0; i < CV_NFT_BESIDE; i++)
		cv_buf_format(&out,
			      "add chain inet filter " CHAIN "-class-%02u\n"
			      "flush chain inet filter " CHAIN "-class-%02u\n",
			      i, i);
	for (size_t i = 0; i < MAPS; i++)
		cv_buf_format(&out,
			      "add map inet filter " CHAIN "-ways-%s; }\n"
			      "flush map inet filter " CHAIN "-ways-%.*s\n",
			      suffixes[i], (int)strcspn(suffixes[i], " "), suffixes[i]);
	for (size_t i = 0; i < 2; i++)
		if (*filled[i])
			cv_buf_format(
				&out,
				"add element inet filter " CHAIN "-ways-%.*s {\n%s}\n",
				(int)strcspn(suffixes[i], " "), suffixes[i], filled[i]);
	for (size_t i = 0; i < 2; i++)
		if (*filled[i])
			cv_buf_format(&out,
				      "add rule inet filter " CHAIN
				      " ip saddr vmap @" CHAIN "-ways-%.*s\n",
				      (int)strcspn(suffixes[i], " "), suffixes[i]);
	text = cv_arena_text(world->ctx.arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

#define TO(number) " : jump " CHAIN "-class-" number ",\n"

/* All elements of the batch, as `KEY>CHAIN ` in hex, or `KEY) ` for an end. */
static const char *elements_of(struct world *world, const struct cv_batch *batch)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; i < batch->messages.count; i++) {
		const struct nlattr *parts[NFTA_SET_ELEM_LIST_MAX + 1], *element;
		const struct nlmsghdr *message =
			(const void *)(batch->bytes.data +
				       *CV_AT(&batch->messages, size_t, i));
		struct cv_netlink_list list;

		if (message->nlmsg_type !=
		    (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM))
			continue;
		cv_netlink_sort(cv_netlink_of_message(message), parts,
				NFTA_SET_ELEM_LIST_MAX + 1);
		list = cv_netlink_of_nest(parts[NFTA_SET_ELEM_LIST_ELEMENTS]);
		while ((element = cv_netlink_next(&list))) {
			const struct nlattr *inside[NFTA_SET_ELEM_MAX + 1];
			const struct nlattr *key[NFTA_DATA_MAX + 1];
			const uint8_t *bytes;
			struct cv_expression_way way;

			cv_netlink_sort(cv_netlink_of_nest(element), inside,
					NFTA_SET_ELEM_MAX + 1);
			cv_netlink_sort(cv_netlink_of_nest(inside[NFTA_SET_ELEM_KEY]),
					key, NFTA_DATA_MAX + 1);
			bytes = mnl_attr_get_payload(key[NFTA_DATA_VALUE]);
			for (size_t b = 0; b < 4; b++)
				cv_buf_format(&out, "%02x", bytes[b]);
			way = cv_expressions_verdict(&world->ctx,
						     inside[NFTA_SET_ELEM_DATA]);
			if (way.chain)
				assert_int_equal(way.verdict, NFT_JUMP);
			cv_buf_format(&out, "%s ",
				      way.chain ? strrchr(way.chain, '-') : ")");
			assert_int_equal(!way.chain,
					 cv_netlink_u32(inside[NFTA_SET_ELEM_FLAGS]) &
						 NFT_SET_ELEM_INTERVAL_END);
		}
	}
	text = cv_arena_text(world->ctx.arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static void test_elements_jump_in_the_order_of_their_keys(void **state)
{
	struct world world;
	struct cv_batch batch;

	(void)state;
	open_world(&world);
	batch = batch_of(
		&world,
		with_ways(&world, "\t10.0.0.9" TO("01") "\t10.0.0.1" TO("02"), ""),
		".new");
	assert_string_equal(elements_of(&world, &batch),
			    "0a000001-02.new 0a000009-01.new ");
	assert_false(world.policy.ranges);
	cv_batch_close(&batch);
	close_world(&world);
}

/* Where the next begins there is no end before it, and none behind the last address. */
static void test_ranges_may_touch(void **state)
{
	struct world world;
	struct cv_batch batch;

	(void)state;
	open_world(&world);
	batch = batch_of(&world,
			 with_ways(&world, "",
				   "\t10.0.2.0/24" TO("00") "\t255.255.255.0/24" TO(
					   "00") "\t10.0.1.0/24" TO("01")),
			 "");
	assert_string_equal(elements_of(&world, &batch),
			    "00000000) 0a000100-01 0a000200-00 0a000300) ffffff00-00 ");
	assert_true(world.policy.ranges);
	cv_batch_close(&batch);
	batch = batch_of(&world, with_ways(&world, "", "\t0.0.0.0/1" TO("00")), "");
	assert_string_equal(elements_of(&world, &batch), "00000000-00 80000000) ");
	cv_batch_close(&batch);
	close_world(&world);
}

static void test_normal_sees_where_maps_lead(void **state)
{
	static const char one[] = "\t10.0.0.1" TO("01"),
			  ranges[] = "\t10.1.0.0/24" TO("02");
	static const char *const others[][2] = {
		{"\t10.0.0.1" TO("02"), ranges},
		{"\t10.0.0.2" TO("01"), ranges},
		{"\t10.0.0.1" TO("01") "\t10.0.0.3" TO("01"), ranges},
		{"", ranges},
		{one, "\t10.1.0.0/25" TO("02")},
		{one, "\t10.1.0.0/24" TO("03")},
		{one, ""},
	};
	struct world world;

	(void)state;
	open_world(&world);
	for (int side = 0; side < CV_LIVE_SIDES; side++)
		assert_null(difference(&world, with_ways(&world, one, ranges),
				       cv_live_sides[side],
				       with_ways(&world, one, ranges)));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_non_null(
			difference(&world, with_ways(&world, one, ranges), "",
				   with_ways(&world, others[i][0], others[i][1])));
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements_jump_in_the_order_of_their_keys),
		cmocka_unit_test(test_ranges_may_touch),
		cmocka_unit_test(test_normal_sees_where_maps_lead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
