/* Expressions and elements as the kernel sends them, back to what nft says of them.  That
 * real ones come out right is shown in tests/kernel/live.sh; here stand those that nft
 * does not make, and broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>

#include "base/buf.h"
#include "nftables/fetch_parts.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { ROOM = 8192 };

/* A message that is being made, with one nest around all of it. */
struct making {
	struct cv_ctx ctx;
	char room[ROOM];
	struct nlmsghdr *message;
	struct nlattr *all, *expression, *data;
};

static void open_making(struct making *m, uint16_t type)
{
	struct nfgenmsg *more;

	memset(m, 0, sizeof *m);
	cv_ctx_open(&m->ctx);
	m->message = mnl_nlmsg_put_header(m->room);
	more = mnl_nlmsg_put_extra_header(m->message, sizeof *more);
	more->nfgen_family = NFPROTO_INET;
	m->all = mnl_attr_nest_start(m->message, type);
}

static void begin(struct making *m, const char *name)
{
	m->expression = mnl_attr_nest_start(m->message, NFTA_LIST_ELEM);
	mnl_attr_put_strz(m->message, NFTA_EXPR_NAME, name);
	m->data = mnl_attr_nest_start(m->message, NFTA_EXPR_DATA);
}

static void end(struct making *m)
{
	mnl_attr_nest_end(m->message, m->data);
	mnl_attr_nest_end(m->message, m->expression);
}

static void number(struct making *m, uint16_t type, uint32_t value)
{
	mnl_attr_put_u32(m->message, type, htonl(value));
}

static void value(struct making *m, uint16_t type, const char *bytes, size_t size)
{
	struct nlattr *nest = mnl_attr_nest_start(m->message, type);

	mnl_attr_put(m->message, NFTA_DATA_VALUE, size, bytes);
	mnl_attr_nest_end(m->message, nest);
}

static void meta(struct making *m, uint32_t key)
{
	begin(m, "meta");
	number(m, NFTA_META_KEY, key);
	number(m, NFTA_META_DREG, NFT_REG_1);
	end(m);
}

static void payload(struct making *m, uint32_t base, uint32_t offset, uint32_t size)
{
	begin(m, "payload");
	number(m, NFTA_PAYLOAD_DREG, NFT_REG_1);
	number(m, NFTA_PAYLOAD_BASE, base);
	number(m, NFTA_PAYLOAD_OFFSET, offset);
	number(m, NFTA_PAYLOAD_LEN, size);
	end(m);
}

static void compare(struct making *m, uint32_t reg, uint32_t op, const char *bytes,
		    size_t size)
{
	begin(m, "cmp");
	number(m, NFTA_CMP_SREG, reg);
	number(m, NFTA_CMP_OP, op);
	value(m, NFTA_CMP_DATA, bytes, size);
	end(m);
}

static void mask(struct making *m, const char *bits, const char *flips, size_t size)
{
	begin(m, "bitwise");
	number(m, NFTA_BITWISE_SREG, NFT_REG_1);
	number(m, NFTA_BITWISE_DREG, NFT_REG_1);
	number(m, NFTA_BITWISE_LEN, (uint32_t)size);
	value(m, NFTA_BITWISE_MASK, bits, size);
	value(m, NFTA_BITWISE_XOR, flips, size);
	end(m);
}

static void drop(struct making *m)
{
	struct nlattr *data, *verdict;

	begin(m, "immediate");
	number(m, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = mnl_attr_nest_start(m->message, NFTA_IMMEDIATE_DATA);
	verdict = mnl_attr_nest_start(m->message, NFTA_DATA_VERDICT);
	number(m, NFTA_VERDICT_CODE, NF_DROP);
	mnl_attr_nest_end(m->message, verdict);
	mnl_attr_nest_end(m->message, data);
	end(m);
}

/* What all of that says, and the end. */
static const char *said(struct making *m)
{
	static char text[ROOM];
	struct cv_buf out = CV_BUF_INIT;
	struct cv_table statements = {0};
	struct cv_json json;

	mnl_attr_nest_end(m->message, m->all);
	cv_fetch_statements(&m->ctx, NFPROTO_INET, NULL, m->all, NULL, &statements);
	cv_json_open(&json, &out);
	cv_json_begin_list(&json, true);
	for (size_t i = 0; i < statements.count; i++) {
		const struct cv_fetch_statement *statement =
			CV_AT(&statements, struct cv_fetch_statement, i);

		if (!statement->dead)
			cv_fetch_put_statement(&m->ctx, &json, statement);
	}
	cv_json_end_list(&json);
	assert_true(out.size < sizeof text);
	strcpy(text, cv_buf_string(&out));
	cv_buf_deinit(&out);
	cv_ctx_close(&m->ctx);
	return text;
}

#define IS(left, right) \
	"{\"match\": {\"op\": \"==\", \"left\": " left ", \"right\": " right "}}"
#define META(key) "{\"meta\": {\"key\": \"" key "\"}}"
#define PAYLOAD(header, name) \
	"{\"payload\": {\"protocol\": \"" header "\", \"field\": \"" name "\"}}"
#define UNKNOWN(name) "{\"unknown\": \"" name "\"}"

static void test_a_header_is_named_only_where_it_is_settled(void **state)
{
	struct making m;

	(void)state;
	/* A type of ICMP without a protocol may be anything's first byte. */
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	payload(&m, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x08", 1);
	assert_string_equal(said(&m), "[" IS(UNKNOWN("payload"), "null") "]\n");

	/* An address without a family, too. */
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	payload(&m, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x0a\0\0\1", 4);
	assert_string_equal(said(&m), "[" IS(UNKNOWN("payload"), "null") "]\n");

	/* Not to be IPv6 does not settle that it is IPv4. */
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	meta(&m, NFT_META_NFPROTO);
	compare(&m, NFT_REG_1, NFT_CMP_NEQ, "\x0a", 1);
	payload(&m, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x0a\0\0\1", 4);
	assert_non_null(strstr(said(&m), IS(UNKNOWN("payload"), "null")));

	/* The protocol says what the family does not: ICMP's header in IPv6. */
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	meta(&m, NFT_META_NFPROTO);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x0a", 1);
	meta(&m, NFT_META_L4PROTO);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x01", 1);
	payload(&m, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x08", 1);
	assert_string_equal(
		said(&m),
		"[" IS(META("nfproto"), "\"ipv6\"") ", " IS(META("l4proto"), "1") ", " IS(
			UNKNOWN("payload"), "null") "]\n");
}

static void test_several_fields_at_once_are_told_one_by_one(void **state)
{
	struct making m;

	(void)state;
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	meta(&m, NFT_META_NFPROTO);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x02", 1);
	payload(&m, NFT_PAYLOAD_NETWORK_HEADER, 12, 6);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x0a\0\0\1\x0b\0", 6);
	assert_string_equal(
		said(&m),
		"[" IS(PAYLOAD("ip", "saddr"), "\"10.0.0.1\"") ", " IS(
			PAYLOAD("ip", "daddr"),
			"{\"prefix\": {\"addr\": \"11.0.0.0\", \"len\": 16}}") "]\n");

	/* That the two are not these together is no match of either. */
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	payload(&m, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 4);
	compare(&m, NFT_REG_1, NFT_CMP_NEQ, "\0\1\0\2", 4);
	assert_string_equal(said(&m), "[" IS(UNKNOWN("cmp"), "null") "]\n");
}

static void test_masks_are_prefixes_or_unknown(void **state)
{
	static const struct {
		const char *bits, *flips, *data, *right;
	} cases[] = {
		{"\xff\xf0\0\0", "\0\0\0\0", "\x0a\x10\0\0",
		 "{\"prefix\": {\"addr\": \"10.16.0.0\", \"len\": 12}}"},
		{"\0\0\0\0", "\0\0\0\0", "\0\0\0\0",
		 "{\"prefix\": {\"addr\": \"0.0.0.0\", \"len\": 0}}"},
		{"\xff\0\xff\0", "\0\0\0\0", "\x0a\0\0\0", NULL},
		{"\xff\0\0\0", "\1\0\0\0", "\x0a\0\0\0", NULL},
		/* Bits that the mask takes away: never equal. */
		{"\xff\0\0\0", "\0\0\0\0", "\x0a\0\0\1", NULL},
	};
	struct making m;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text;

		open_making(&m, NFTA_RULE_EXPRESSIONS);
		meta(&m, NFT_META_NFPROTO);
		compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x02", 1);
		payload(&m, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
		mask(&m, cases[i].bits, cases[i].flips, 4);
		compare(&m, NFT_REG_1, NFT_CMP_EQ, cases[i].data, 4);
		text = said(&m);
		assert_non_null(strstr(text, cases[i].right ? cases[i].right
							    : UNKNOWN("bitwise")));
	}
}

static void test_the_unknown_hides_no_verdict(void **state)
{
	struct making m;

	(void)state;
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	meta(&m, NFT_META_L4PROTO);
	begin(&m, "newfangled");
	end(&m);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x06", 1);
	drop(&m);
	assert_string_equal(said(&m),
			    "[" UNKNOWN("newfangled") ", " IS(
				    UNKNOWN("newfangled"), "null") ", "
								   "{\"drop\": null}]\n");

	/* Names that are no words are not shown. */
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	begin(&m, "a\"b");
	end(&m);
	assert_string_equal(said(&m), "[" UNKNOWN("?") "]\n");
}

static void test_odd_registers_and_sizes_do_no_harm(void **state)
{
	static const uint32_t registers[] = {0, 5, 7, 8, 23, 24, UINT32_MAX};
	struct making m;

	(void)state;
	for (size_t i = 0; i < COUNT(registers); i++) {
		open_making(&m, NFTA_RULE_EXPRESSIONS);
		begin(&m, "meta");
		number(&m, NFTA_META_KEY, NFT_META_IIFNAME);
		number(&m, NFTA_META_DREG, registers[i]);
		end(&m);
		compare(&m, registers[i], NFT_CMP_EQ, "0123456789012345678901", 22);
		compare(&m, registers[i], 99, "01", 2);
		compare(&m, registers[i], NFT_CMP_EQ, "", 0);
		mask(&m, "\xff", "\0", 1);
		assert_non_null(strstr(said(&m), "unknown"));
	}
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	payload(&m, NFT_PAYLOAD_TRANSPORT_HEADER, UINT32_MAX, UINT32_MAX);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\0\1", 2);
	assert_string_equal(said(&m), "[" IS(UNKNOWN("payload"), "null") "]\n");
}

/* At any byte: nothing behind the end is read, as sanitizers see. */
static void test_a_rule_that_is_cut_does_no_harm(void **state)
{
	struct making m, cut;
	size_t whole;

	(void)state;
	open_making(&m, NFTA_RULE_EXPRESSIONS);
	meta(&m, NFT_META_NFPROTO);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x02", 1);
	payload(&m, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
	mask(&m, "\xff\xff\0\0", "\0\0\0\0", 4);
	compare(&m, NFT_REG_1, NFT_CMP_EQ, "\x0a\0\0\0", 4);
	drop(&m);
	mnl_attr_nest_end(m.message, m.all);
	whole = m.all->nla_len;
	for (size_t size = 4; size < whole; size++) {
		struct cv_table statements = {0};
		struct cv_buf out = CV_BUF_INIT;
		char *copy = malloc(size);
		struct nlattr head = *m.all;
		struct cv_json json;

		assert_non_null(copy);
		head.nla_len = (uint16_t)size;
		memcpy(copy, m.all, size);
		memcpy(copy, &head, sizeof head);
		open_making(&cut, NFTA_RULE_EXPRESSIONS);
		cv_fetch_statements(&cut.ctx, NFPROTO_INET, NULL,
				    (const struct nlattr *)(const void *)copy, NULL,
				    &statements);
		cv_json_open(&json, &out);
		cv_json_begin_list(&json, true);
		for (size_t i = 0; i < statements.count; i++)
			cv_fetch_put_statement(
				&cut.ctx, &json,
				CV_AT(&statements, struct cv_fetch_statement, i));
		cv_json_end_list(&json);
		cv_buf_deinit(&out);
		free(copy);
		cv_ctx_close(&cut.ctx);
	}
	cv_ctx_close(&m.ctx);
}

/* ---- sets ---- */

struct point {
	const char *bytes;
	bool ends;
};

static const char *set_said(const struct point *points, size_t count, size_t size,
			    uint32_t key)
{
	struct cv_fetch_set set = {.family = NFPROTO_INET,
				   .flags = NFT_SET_INTERVAL | NFT_SET_ANONYMOUS,
				   .key = key};
	static char text[ROOM];
	struct cv_buf out = CV_BUF_INIT;
	struct cv_json json;
	struct making m;

	open_making(&m, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (size_t i = 0; i < count; i++) {
		struct nlattr *nest = mnl_attr_nest_start(m.message, NFTA_LIST_ELEM);

		value(&m, NFTA_SET_ELEM_KEY, points[i].bytes, size);
		if (points[i].ends)
			number(&m, NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
		mnl_attr_nest_end(m.message, nest);
	}
	mnl_attr_nest_end(m.message, m.all);
	*CV_ADD(m.ctx.arena, &set.elements, const struct nlmsghdr *) = m.message;
	cv_json_open(&json, &out);
	cv_fetch_put_elements(&m.ctx, &json, &set);
	assert_true(out.size < sizeof text);
	strcpy(text, cv_buf_string(&out));
	cv_buf_deinit(&out);
	cv_ctx_close(&m.ctx);
	return text;
}

static void test_ranges_end_where_the_next_thing_begins(void **state)
{
	/* In no order: 22, 80-89 and 90-99 side by side, 1024 to the end. */
	static const struct point ports[] = {
		{"\4\0", false},  {"\0\x5a", true},  {"\0\x16", false}, {"\0\0", true},
		{"\0\x64", true}, {"\0\x5a", false}, {"\0\x17", true},  {"\0\x50", false},
	};
	static const struct point addresses[] = {
		{"\x0a\0\0\0", false}, {"\x0b\0\0\0", true}, {"\xff\xff\xff\0", false}};
	static const struct point reversed[] = {{"\x0b\0\0\0", true},
						{"\x0a\0\0\0", true}};

	(void)state;
	assert_string_equal(set_said(ports, COUNT(ports), 2, CV_FETCH_TYPE_SERVICE),
			    "[22, {\"range\": [80, 89]}, {\"range\": [90, 99]}, "
			    "{\"range\": [1024, 65535]}]\n");
	assert_string_equal(
		set_said(addresses, COUNT(addresses), 4, CV_FETCH_TYPE_IP),
		"[{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, "
		"{\"prefix\": {\"addr\": \"255.255.255.0\", \"len\": 24}}]\n");
	assert_string_equal(set_said(reversed, COUNT(reversed), 4, CV_FETCH_TYPE_IP),
			    "[]\n");
}

static void test_keys_of_another_size_or_type_are_unknown(void **state)
{
	static const struct point point[] = {{"\x0a\0\0\0", false}};

	(void)state;
	assert_string_equal(set_said(point, 1, 2, CV_FETCH_TYPE_IP),
			    "[" UNKNOWN("element") "]\n");
	assert_string_equal(set_said(point, 1, 4, 63), "[" UNKNOWN("element") "]\n");
	assert_string_equal(set_said(point, 1, 4, UINT32_MAX),
			    "[" UNKNOWN("element") "]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_header_is_named_only_where_it_is_settled),
		cmocka_unit_test(test_several_fields_at_once_are_told_one_by_one),
		cmocka_unit_test(test_masks_are_prefixes_or_unknown),
		cmocka_unit_test(test_the_unknown_hides_no_verdict),
		cmocka_unit_test(test_odd_registers_and_sizes_do_no_harm),
		cmocka_unit_test(test_a_rule_that_is_cut_does_no_harm),
		cmocka_unit_test(test_ranges_end_where_the_next_thing_begins),
		cmocka_unit_test(test_keys_of_another_size_or_type_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
