/* Messages for the kernel: what is in them, how long they are, and whether a place in
 * them leads back to its entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "netlink_fixture.h"
#include "nftables/netlink_set.h"
#include "nftables/netlink_talk.h"

enum { MANY = 5000 };

static int type_of(const struct nlmsghdr *message)
{
	return message->nlmsg_type - (NFNL_SUBSYS_NFTABLES << 8);
}

static const struct nlmsghdr *message_at(const struct cv_batch *batch, size_t i)
{
	return (const struct nlmsghdr *)(const void *)(batch->bytes.data +
						       *CV_AT(&batch->messages, size_t,
							      i));
}

static struct cv_netlink_list elements_of(const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_SET_ELEM_LIST_MAX + 1];

	cv_netlink_sort(cv_netlink_of_message(message), parts,
			NFTA_SET_ELEM_LIST_MAX + 1);
	return cv_netlink_of_nest(parts[NFTA_SET_ELEM_LIST_ELEMENTS]);
}

/* Value of the element's key, and its flags. */
static const uint8_t *key_of(const struct nlattr *element, uint32_t *flags_out)
{
	const struct nlattr *parts[NFTA_SET_ELEM_MAX + 1], *data[NFTA_DATA_MAX + 1];

	cv_netlink_sort(cv_netlink_of_nest(element), parts, NFTA_SET_ELEM_MAX + 1);
	cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_SET_ELEM_KEY]), data,
			NFTA_DATA_MAX + 1);
	assert_non_null(data[NFTA_DATA_VALUE]);
	*flags_out = cv_netlink_u32(parts[NFTA_SET_ELEM_FLAGS]);
	return mnl_attr_get_payload(data[NFTA_DATA_VALUE]);
}

static char *many_lines(struct world *world)
{
	struct cv_buf lines = CV_BUF_INIT;
	char *text;

	for (unsigned i = 0; i < MANY; i++)
		cv_buf_format(&lines,
			      "\t10.0.%u.%u . 10.1.0.1 . 6 . 443 comment \"n%u\",\n",
			      i / 250, i % 250, i);
	text = cv_arena_text(world->ctx.arena, cv_buf_string(&lines));
	cv_buf_deinit(&lines);
	return text;
}

static void test_elements_fill_messages_and_lead_back(void **state)
{
	struct world world;
	struct cv_batch batch;
	size_t seen = 0, lists = 0;

	(void)state;
	open_world(&world);
	batch = batch_of(&world, with_elements(&world, 8192, many_lines(&world)), "");
	for (size_t i = 0; i < batch.messages.count; i++) {
		const struct nlmsghdr *message = message_at(&batch, i);
		struct cv_netlink_list list = elements_of(message);
		const struct nlattr *element;

		assert_int_equal(message->nlmsg_seq, 1 + i);
		if (type_of(message) != NFT_MSG_NEWSETELEM)
			continue;
		lists++;
		assert_true(list.left <= 65535);
		while ((element = cv_netlink_next(&list))) {
			const size_t offset =
				(size_t)((const char *)element - (const char *)message);
			const struct cv_batch_mark *mark =
				cv_batch_mark_at(&batch, message->nlmsg_seq, offset);
			uint32_t flags;
			const uint8_t *key = key_of(element, &flags);
			char note[16];

			assert_non_null(mark);
			assert_non_null(mark->entry);
			snprintf(note, sizeof note, "n%u", key[2] * 250u + key[3]);
			assert_string_equal(mark->entry->note, note);
			seen++;
		}
		assert_int_equal(list.left, 0);
	}
	assert_int_equal(seen, MANY);
	assert_true(lists > 1);
	assert_null(cv_batch_mark_at(&batch, 0, 0));
	assert_null(cv_batch_mark_at(&batch, 1 + (uint32_t)batch.messages.count, 0));
	cv_batch_close(&batch);
	close_world(&world);
}

/* All elements of the n-th set, as `KEY` or `KEY)` for an end, in hex. */
static char *shown(struct world *world, const struct cv_batch *batch, size_t n,
		   size_t width)
{
	struct cv_buf out = CV_BUF_INIT;
	char *text;

	for (size_t i = 0; i < batch->messages.count; i++) {
		struct cv_netlink_list list = elements_of(message_at(batch, i));
		const struct nlattr *element;

		if (type_of(message_at(batch, i)) != NFT_MSG_NEWSETELEM || n-- != 0)
			continue;
		while ((element = cv_netlink_next(&list))) {
			uint32_t flags;
			const uint8_t *key = key_of(element, &flags);

			for (size_t b = 0; b < width; b++)
				cv_buf_format(&out, "%02x", key[b]);
			cv_buf_text(&out, flags & NFT_SET_ELEM_INTERVAL_END ? ") " : " ");
		}
	}
	text = cv_arena_text(world->ctx.arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static const char own_rule[] = HEAD
	"add rule inet filter cv-s-forward ip saddr {\n"
	"\t0.0.0.0/1,\n\t192.0.2.0/24,\n\t255.255.255.255,\n} meta l4proto 6 th sport "
	"{ 67, 100-200 } th dport { 1, 60000-65535 } counter accept comment \"own\"\n";

static void test_intervals_are_half_open(void **state)
{
	struct world world;
	struct cv_batch batch;

	(void)state;
	open_world(&world);
	batch = batch_of(&world, own_rule, "");
	/* Nothing is before the first address, and nothing behind the last. */
	assert_string_equal(shown(&world, &batch, 0, 4),
			    "00000000 80000000) c0000200 c0000300) ffffffff ");
	assert_string_equal(shown(&world, &batch, 1, 2), "0000) 0043 0044) 0064 00c9) ");
	assert_string_equal(shown(&world, &batch, 2, 2), "0000) 0001 0002) ea60 ");
	assert_true(world.policy.ranges);
	cv_batch_close(&batch);
	close_world(&world);
}

static void test_comments_are_cut_where_the_kernel_would_refuse(void **state)
{
	const struct nlattr *parts[NFTA_SET_ELEM_MAX + 1];
	struct cv_batch_element element = {.length = 4};
	struct cv_batch_elements elements = {.set = "s", .what = "the set s"};
	struct cv_netlink_list list;
	struct cv_batch batch;
	struct world world;
	char *note;

	(void)state;
	open_world(&world);
	note = CV_NEW_ARRAY(world.ctx.arena, 10001, char);
	memset(note, 'x', 10000);
	element.comment = note;
	cv_batch_open(&world.ctx, &batch, "t", 1);
	elements.batch = &batch;
	cv_batch_element(&elements, &element, NULL);
	cv_batch_end_elements(&elements);
	list = elements_of(message_at(&batch, 0));
	cv_netlink_sort(cv_netlink_of_nest(cv_netlink_next(&list)), parts,
			NFTA_SET_ELEM_MAX + 1);
	assert_int_equal(mnl_attr_get_payload_len(parts[NFTA_SET_ELEM_USERDATA]),
			 2 + CV_NFT_LONGEST_COMMENT + 1);
	cv_batch_close(&batch);
	close_world(&world);
}

static void test_entries_that_are_none_of_ours_are_refused(void **state)
{
	static const char *const values[] = {"ip filter", "filter", ""};
	struct cv_entry_more more = {.name = "cv-s-forward"};
	struct cv_entry entry = {
		.kind = CV_ENTRY_SETTING, .list = "chain", .more = &more};
	const struct cv_entry *entries[] = {&entry};
	struct cv_live_policy policy;
	struct world world;

	(void)state;
	open_world(&world);
	world.work =
		(struct cv_live_work){.ctx = &world.ctx, .entries = entries, .count = 1};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		entry.more->value = values[i];
		assert_false(cv_live_policy_make(&world.work, &policy));
		assert_int_equal(world.work.remarks.count, i + 1);
	}
	entry.more->value = "inet filter";
	entry.more->name = "cv-s-sideways";
	assert_false(cv_live_policy_make(&world.work, &policy));
	entry.more->name = "cv-s-forward";
	assert_true(cv_live_policy_make(&world.work, &policy));
	assert_string_equal(policy.trial, "cv-s-trial");
	world.work.count = 0;
	assert_false(cv_live_policy_make(&world.work, &policy));
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements_fill_messages_and_lead_back),
		cmocka_unit_test(test_intervals_are_half_open),
		cmocka_unit_test(test_comments_are_cut_where_the_kernel_would_refuse),
		cmocka_unit_test(test_entries_that_are_none_of_ours_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
