/* Attributes as they come from outside: whole ones, and others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/netlink.h>

#include "base/ctx.h"
#include "nftables/netlink_talk.h"

/* Bytes of their own, so that a byte behind them is noticed. */
static struct cv_netlink_list list_of(const void *bytes, size_t size, char **room)
{
	*room = malloc(size ? size : 1);
	assert_non_null(*room);
	memcpy(*room, bytes, size);
	return (struct cv_netlink_list){*room, size};
}

static size_t count(struct cv_netlink_list list)
{
	size_t number = 0;

	while (cv_netlink_next(&list))
		number++;
	return number;
}

static void test_attributes_end_where_they_are_not_whole(void **state)
{
	/* Lengths 8, 5 (padded to 8) and 8. */
	static const uint16_t bytes[] = {8, 1, 0xaaaa, 0xbbbb, 5, 2, 7, 0, 8, 3, 1, 1};
	char *room;

	(void)state;
	for (size_t size = 0; size <= sizeof bytes; size++) {
		const size_t wanted = size >= 24 ? 3 : size >= 13 ? 2 : size >= 8 ? 1 : 0;
		struct cv_netlink_list list = list_of(bytes, size, &room);

		assert_int_equal(count(list), wanted);
		free(room);
	}
}

static void test_attributes_with_a_false_length_are_none(void **state)
{
	static const uint16_t lengths[] = {0, 1, 3, 9, 0xffff};
	char *room;

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		const uint16_t bytes[] = {lengths[i], 1, 0, 0};
		struct cv_netlink_list list = list_of(bytes, sizeof bytes, &room);

		assert_int_equal(count(list), 0);
		free(room);
	}
}

static void test_attributes_of_unknown_types_are_left_out(void **state)
{
	static const uint16_t bytes[] = {4, 1, 4, 77, 4, 2 | NLA_F_NESTED, 4, 1};
	const struct nlattr *by_type[3];
	char *room;

	(void)state;
	cv_netlink_sort(list_of(bytes, sizeof bytes, &room), by_type, 3);
	assert_null(by_type[0]);
	assert_ptr_equal(by_type[1], room + 12); /* the last one */
	assert_ptr_equal(by_type[2], room + 8);
	free(room);
}

static void test_numbers_that_are_short_are_zero(void **state)
{
	static const uint8_t whole[] = {8, 0, 1, 0, 1, 2, 3, 4};
	static const uint8_t half[] = {6, 0, 1, 0, 1, 2, 0, 0};
	char *room;
	struct cv_netlink_list list = list_of(whole, sizeof whole, &room);
	const struct nlattr *attribute = cv_netlink_next(&list);

	(void)state;
	assert_int_equal(cv_netlink_u32(attribute), 0x01020304);
	assert_int_equal(cv_netlink_u64(attribute), 0);
	free(room);
	list = list_of(half, sizeof half, &room);
	attribute = cv_netlink_next(&list);
	assert_int_equal(cv_netlink_u32(attribute), 0);
	assert_int_equal(cv_netlink_u32(NULL), 0);
	free(room);
}

static void test_texts_need_no_end(void **state)
{
	static const uint8_t bytes[] = {7, 0, 1, 0, 'a', 'b', 'c'};
	struct cv_ctx ctx;
	char *room;
	struct cv_netlink_list list = list_of(bytes, sizeof bytes, &room);
	const struct nlattr *attribute = cv_netlink_next(&list);

	(void)state;
	cv_ctx_open(&ctx);
	assert_non_null(attribute);
	assert_string_equal(cv_netlink_text(&ctx, attribute), "abc");
	assert_true(cv_netlink_text_is(attribute, "abc"));
	assert_false(cv_netlink_text_is(attribute, "ab"));
	assert_false(cv_netlink_text_is(attribute, "abcd"));
	assert_null(cv_netlink_text(&ctx, NULL));
	assert_false(cv_netlink_text_is(NULL, ""));
	cv_ctx_close(&ctx);
	free(room);
}

static void test_message_without_attributes_has_none(void **state)
{
	struct {
		struct nlmsghdr head;
		uint32_t more;
	} message = {.head = {.nlmsg_len = 0}};

	(void)state;
	for (uint32_t size = 0; size <= sizeof message; size++) {
		message.head.nlmsg_len = size;
		assert_int_equal(count(cv_netlink_of_message(&message.head)), 0);
	}
	assert_int_equal(count(cv_netlink_of_nest(NULL)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes_end_where_they_are_not_whole),
		cmocka_unit_test(test_attributes_with_a_false_length_are_none),
		cmocka_unit_test(test_attributes_of_unknown_types_are_left_out),
		cmocka_unit_test(test_numbers_that_are_short_are_zero),
		cmocka_unit_test(test_texts_need_no_end),
		cmocka_unit_test(test_message_without_attributes_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
