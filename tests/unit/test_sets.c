/* Sets against bitmaps: whatever the arithmetic says is held against the plain
 * way of counting every port or address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/sets.h"

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_sets_close(*state);
	cv_sets_close(*state);
	cv_ctx_close(*state);
	return 0;
}

/* xorshift, so that a failure comes back on every machine. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void assert_range(const char *text, const char *written)
{
	struct cv_buf out = CV_BUF_INIT;
	struct cv_range range, again;
	uint8_t family, family_again;
	const char *why;

	if (!cv_range_parse(text, &family, &range, &why))
		fail_msg("%s: %s", text, why);
	cv_range_format(&out, family, range);
	assert_string_equal(cv_buf_string(&out), written);
	if (!cv_range_parse(cv_buf_string(&out), &family_again, &again, &why))
		fail_msg("%s, written of %s: %s", cv_buf_string(&out), text, why);
	assert_int_equal(family, family_again);
	assert_memory_equal(&range, &again, sizeof range);
	cv_buf_deinit(&out);
}

static void test_range_reads_and_writes(void **state)
{
	(void)state;
	assert_range("10.0.0.1", "10.0.0.1");
	assert_range("0.0.0.0", "0.0.0.0");
	assert_range("255.255.255.255", "255.255.255.255");
	assert_range("10.0.0.1/32", "10.0.0.1");
	assert_range("10.0.0.0/8", "10.0.0.0/8");
	assert_range("0.0.0.0/0", "0.0.0.0/0");
	assert_range("10.0.0.0-10.0.0.255", "10.0.0.0/24");
	assert_range("10.0.0.0-10.0.0.254", "10.0.0.0-10.0.0.254");
	assert_range("10.0.0.1-10.0.0.2", "10.0.0.1-10.0.0.2");
	assert_range("10.0.0.1-10.0.0.1", "10.0.0.1");
	assert_range("::", "::");
	assert_range("::/0", "::/0");
	assert_range("::1", "::1");
	assert_range("1::", "1::");
	assert_range("2001:DB8::A", "2001:db8::a");
	assert_range("2001:db8:0:0:0:0:0:1", "2001:db8::1");
	assert_range("2001:0db8::0001", "2001:db8::1");
	assert_range("2001:db8::/32", "2001:db8::/32");
	assert_range("2001:db8::1/128", "2001:db8::1");
	assert_range("2001:db8::-2001:db8::ff", "2001:db8::/120");
	assert_range("2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::ff");
	assert_range("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
	assert_range("1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221");
	assert_range("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
	/* RFC 5952, 4.2: one group is not shortened, the longest run is, the first of
	 * equals. */
	assert_range("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7");
	assert_range("1:0:0:2:0:0:0:3", "1:0:0:2::3");
	assert_range("1:0:0:2:3:0:0:4", "1::2:3:0:0:4");
	assert_range("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6");
	assert_range("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::");
}

static void assert_no_range(const char *text, const char *why)
{
	struct cv_range range;
	const char *said = NULL;
	uint8_t family;

	if (cv_range_parse(text, &family, &range, &said))
		fail_msg("%s was taken", text);
	assert_string_equal(said, why);
}

static void test_range_refuses_with_reason(void **state)
{
	static const char four[] = "an IPv4 address is four numbers from 0 to 255";
	static const char zeros[] =
		"the numbers of an IPv4 address have no leading zeros";
	static const char group[] =
		"a group of an IPv6 address is one to four hex digits";
	static const char eight[] = "an IPv6 address has eight groups";
	static const char colon[] =
		"an IPv6 address neither begins nor ends with a single colon";
	static const char mapped[] =
		"an IPv4-mapped IPv6 address is ambiguous: write the IPv4 address";

	(void)state;
	assert_no_range("", "an address is missing");
	assert_no_range("10.0.0", four);
	assert_no_range("10.0.0.1.2", four);
	assert_no_range("10.0.0.256", four);
	assert_no_range("10.0.0.1000", four);
	assert_no_range("10.0.0.", four);
	assert_no_range(".10.0.0.1", four);
	assert_no_range("10..0.1", four);
	assert_no_range("0x0a.0.0.1", four);
	assert_no_range("167772161", four);
	assert_no_range("+1.0.0.1", four);
	assert_no_range("10.0.0.-1", four);
	assert_no_range("any", four);
	assert_no_range("010.0.0.1", zeros);
	assert_no_range("10.0.0.00", zeros);
	assert_no_range(" 10.0.0.1", "a blank stands in the address");
	assert_no_range("10.0.0.1 - 10.0.0.2", "a blank stands in the address");
	assert_no_range("10.0.0.1/33",
			"a prefix length of IPv4 is a number from 0 to 32");
	assert_no_range("10.0.0.0/", "a prefix length of IPv4 is a number from 0 to 32");
	assert_no_range("10.0.0.0/+8",
			"a prefix length of IPv4 is a number from 0 to 32");
	assert_no_range("10.0.0.0/255.0.0.0",
			"a prefix length of IPv4 is a number from 0 to 32");
	assert_no_range("10.0.0.0/08", "a prefix length has no leading zeros");
	assert_no_range("10.0.0.1/8", "host bits are set under /8");
	assert_no_range("10.0.0.1/31", "host bits are set under /31");
	assert_no_range("10.0.0.1/0", "host bits are set under /0");
	assert_no_range("2001:db8::1/64", "host bits are set under /64");
	assert_no_range("2001:db8::1/127", "host bits are set under /127");
	assert_no_range("2001:db8::/129",
			"a prefix length of IPv6 is a number from 0 to 128");
	assert_no_range("10.0.0.2-10.0.0.1",
			"the range descends: write the lower address first");
	assert_no_range("10.0.0.1-", "an address is missing");
	assert_no_range("10.0.0.1-9", four);
	assert_no_range("10.0.0.0-10.0.0.8/29",
			"the end of a range has no prefix length");
	assert_no_range("10.0.0.1-2001:db8::1",
			"both ends of a range must be of one family");
	assert_no_range("fe80::1%eth0", "zone ids such as %eth0 are not allowed");
	assert_no_range("[::1]", group);
	assert_no_range(":", colon);
	assert_no_range(":1:2:3:4:5:6:7", colon);
	assert_no_range("1:2:3:4:5:6:7:", colon);
	assert_no_range("1:::2", group);
	assert_no_range("1::2::3", "`::` may stand only once in an address");
	assert_no_range("12345::", group);
	assert_no_range("g::", group);
	assert_no_range("1:2:3:4:5:6:7", eight);
	assert_no_range("1:2:3:4:5:6:7:8:9", eight);
	assert_no_range("1:2:3:4:5:6:7:1.2.3.4", eight);
	assert_no_range("1:2:3:4:5:1.2.3.4", eight);
	assert_no_range("1:2:3:4:5:6:7:8::", "`::` stands for no group");
	assert_no_range("1:2:3:4::5:6:7:8", "`::` stands for no group");
	assert_no_range("::1.2.3", four);
	assert_no_range("::1.2.3.04", zeros);
	assert_no_range("::1.2.3.4:5", four);
	assert_no_range("::ffff:10.0.0.1", mapped);
	assert_no_range("::ffff:a00:1", mapped);
	assert_no_range("::ffff:0:0/96", mapped);
	assert_no_range("::-::ffff:0:1", mapped);
}

/* A set of bits 0 to 255 as a set of ports 1 to 256. */
static const struct cv_ports *ports_of(struct cv_ctx *ctx, const bool bits[256])
{
	struct cv_port_range ranges[256];
	size_t count = 0;

	for (uint16_t i = 0; i < 256; i++)
		if (bits[i])
			ranges[count++] = (struct cv_port_range){(uint16_t)(i + 1),
								 (uint16_t)(i + 1)};
	return cv_ports_make(ctx, ranges, count);
}

static const struct cv_addresses *addresses_of(struct cv_ctx *ctx, uint8_t family,
					       struct cv_address base,
					       const bool bits[256])
{
	struct cv_range ranges[256];
	size_t count = 0;

	/* Backwards, so that sorting is asked for. */
	for (size_t i = 256; i-- > 0;) {
		const struct cv_address at = {base.high, base.low + i};

		if (bits[i])
			ranges[count++] = (struct cv_range){at, at};
	}
	return cv_addresses_make(ctx, family, ranges, count);
}

static void assert_normal(const struct cv_addresses *set)
{
	for (size_t i = 0; set && i < set->count; i++) {
		struct cv_address before = set->ranges[i].first;

		assert_true(cv_address_compare(before, set->ranges[i].last) <= 0);
		if (i == 0)
			continue;
		assert_true(cv_address_before(&before));
		assert_true(cv_address_compare(set->ranges[i - 1].last, before) < 0);
	}
}

/* Bits in runs of random length, sometimes none or all. */
static void fill(bool bits[256], uint32_t *seed)
{
	bool value = next_random(seed) & 1;
	const uint32_t longest = 1 + next_random(seed) % 80;

	for (size_t i = 0; i < 256; value = !value)
		for (uint32_t run = 1 + next_random(seed) % longest; run && i < 256;
		     run--)
			bits[i++] = value;
	if (next_random(seed) % 50 == 0)
		memset(bits, next_random(seed) & 1, 256 * sizeof *bits);
}

static void combine(const bool a[256], const bool b[256], bool both[256],
		    bool either[256], bool rest[256])
{
	for (size_t i = 0; i < 256; i++) {
		both[i] = a[i] && b[i];
		either[i] = a[i] || b[i];
		rest[i] = a[i] && !b[i];
	}
}

static void test_ports_agree_with_bitmap(void **state)
{
	struct cv_ctx *ctx = *state;
	bool a[256], b[256], both[256], either[256], rest[256];
	uint32_t seed = 1;

	for (int round = 0; round < 3000; round++) {
		const struct cv_ports *x, *y;

		fill(a, &seed);
		fill(b, &seed);
		combine(a, b, both, either, rest);
		x = ports_of(ctx, a);
		y = ports_of(ctx, b);
		assert_ptr_equal(cv_ports_union(ctx, x, y), ports_of(ctx, either));
		assert_ptr_equal(cv_ports_cut(ctx, x, y), ports_of(ctx, both));
		assert_ptr_equal(cv_ports_minus(ctx, x, y), ports_of(ctx, rest));
		for (size_t i = 1; x && i < x->count; i++)
			assert_true(x->ranges[i - 1].last + 1 < x->ranges[i].first);
	}
}

static void check_addresses(struct cv_ctx *ctx, uint8_t family, struct cv_address base)
{
	bool a[256], b[256], both[256], either[256], rest[256];
	uint32_t seed = 7;

	for (int round = 0; round < 1500; round++) {
		const struct cv_addresses *x, *y;

		fill(a, &seed);
		fill(b, &seed);
		combine(a, b, both, either, rest);
		x = addresses_of(ctx, family, base, a);
		y = addresses_of(ctx, family, base, b);
		assert_normal(x);
		assert_normal(cv_addresses_minus(ctx, x, y));
		assert_ptr_equal(cv_addresses_union(ctx, x, y),
				 addresses_of(ctx, family, base, either));
		assert_ptr_equal(cv_addresses_cut(ctx, x, y),
				 addresses_of(ctx, family, base, both));
		assert_ptr_equal(cv_addresses_minus(ctx, x, y),
				 addresses_of(ctx, family, base, rest));
	}
}

static void test_addresses_agree_with_bitmap(void **state)
{
	check_addresses(*state, 4, (struct cv_address){0, 0x0A000000});
	/* Both ends of each family, where there is no one less and no one more. */
	check_addresses(*state, 4, (struct cv_address){0, 0});
	check_addresses(*state, 4, (struct cv_address){0, UINT32_MAX - 255});
	check_addresses(*state, 6, (struct cv_address){0, 0});
	check_addresses(*state, 6, (struct cv_address){UINT64_MAX, UINT64_MAX - 255});
	check_addresses(*state, 6, (struct cv_address){0x20010DB8, 0});
}

static void test_addresses_cross_the_64_bit_border(void **state)
{
	struct cv_ctx *ctx = *state;
	const struct cv_address low = {5, UINT64_MAX}, high = {6, 0};
	const struct cv_range parts[] = {{high, high}, {low, low}};
	const struct cv_addresses *set = cv_addresses_make(ctx, 6, parts, 2);

	assert_int_equal(set->count, 1);
	assert_ptr_equal(cv_addresses_minus(ctx, set, cv_addresses_one(ctx, 6, parts[0])),
			 cv_addresses_one(ctx, 6, parts[1]));
}

static void test_addresses_take_null_and_other_families(void **state)
{
	struct cv_ctx *ctx = *state;
	const struct cv_addresses *four = cv_addresses_all(ctx, 4);
	const struct cv_addresses *six = cv_addresses_all(ctx, 6);

	assert_null(cv_addresses_make(ctx, 4, NULL, 0));
	assert_ptr_equal(cv_addresses_union(ctx, NULL, four), four);
	assert_ptr_equal(cv_addresses_union(ctx, four, NULL), four);
	assert_null(cv_addresses_union(ctx, NULL, NULL));
	assert_null(cv_addresses_cut(ctx, four, NULL));
	assert_null(cv_addresses_cut(ctx, four, six));
	assert_ptr_equal(cv_addresses_minus(ctx, four, six), four);
	assert_ptr_equal(cv_addresses_minus(ctx, four, NULL), four);
	assert_null(cv_addresses_minus(ctx, NULL, four));
	assert_null(cv_addresses_minus(ctx, four, four));
	assert_ptr_equal(cv_addresses_cut(ctx, four, four), four);
	/* The same numbers in two families are two sets. */
	assert_ptr_not_equal(cv_addresses_one(ctx, 4, (struct cv_range){{0, 1}, {0, 1}}),
			     cv_addresses_one(ctx, 6, (struct cv_range){{0, 1}, {0, 1}}));
}

/* The prefixes lie end to end, are prefixes, and no two neighbours would be one. */
static void check_prefixes(uint8_t family, struct cv_range range)
{
	struct cv_range prefixes[254];
	const size_t count = cv_range_prefixes(family, range, prefixes, 254);

	assert_in_range(count, 1, 254);
	assert_int_equal(cv_address_compare(prefixes[0].first, range.first), 0);
	assert_int_equal(cv_address_compare(prefixes[count - 1].last, range.last), 0);
	for (size_t i = 0; i < count; i++) {
		struct cv_address next = prefixes[i].last;

		assert_true(cv_range_prefix(family, prefixes[i]) >= 0);
		if (i + 1 == count)
			break;
		assert_true(cv_address_next(family, &next));
		assert_int_equal(cv_address_compare(next, prefixes[i + 1].first), 0);
		assert_int_equal(
			cv_range_prefix(family, (struct cv_range){prefixes[i].first,
								  prefixes[i + 1].last}),
			-1);
	}
}

static void test_range_splits_into_prefixes(void **state)
{
	const struct cv_address zero = {0, 0}, top4 = {0, UINT32_MAX};
	const struct cv_address top6 = {UINT64_MAX, UINT64_MAX};
	struct cv_range three[3];
	uint32_t seed = 3;

	(void)state;
	check_prefixes(4, (struct cv_range){zero, top4});
	check_prefixes(6, (struct cv_range){zero, top6});
	check_prefixes(4, (struct cv_range){top4, top4});
	check_prefixes(6, (struct cv_range){{0, 1}, {UINT64_MAX, UINT64_MAX - 1}});
	assert_int_equal(
		cv_range_prefixes(6,
				  (struct cv_range){{0, 1}, {UINT64_MAX, UINT64_MAX - 1}},
				  NULL, 0),
		254);
	assert_int_equal(
		cv_range_prefixes(4, (struct cv_range){{0, 1}, {0, 8}}, three, 3), 4);
	assert_int_equal(three[2].first.low, 4);
	for (uint32_t round = 0; round < 5000; round++) {
		const uint64_t a = next_random(&seed),
			       b = next_random(&seed) >> round % 20;
		const uint64_t end = a + b <= UINT32_MAX ? a + b : UINT32_MAX;

		check_prefixes(4, (struct cv_range){{0, a}, {0, end}});
		check_prefixes(
			6, (struct cv_range){{b, a << 32}, {b + round % 3, end << 32}});
	}
}

static void test_range_prefix_is_exact(void **state)
{
	(void)state;
	assert_int_equal(cv_range_prefix(4, (struct cv_range){{0, 0}, {0, UINT32_MAX}}),
			 0);
	assert_int_equal(cv_range_prefix(4, (struct cv_range){{0, 8}, {0, 15}}), 29);
	assert_int_equal(cv_range_prefix(4, (struct cv_range){{0, 4}, {0, 11}}), -1);
	assert_int_equal(cv_range_prefix(4, (struct cv_range){{0, 8}, {0, 14}}), -1);
	assert_int_equal(cv_range_prefix(6, (struct cv_range){{1, 0}, {1, UINT64_MAX}}),
			 64);
	assert_int_equal(cv_range_prefix(6, (struct cv_range){{2, 0}, {3, UINT64_MAX}}),
			 63);
	assert_int_equal(
		cv_range_prefix(6, (struct cv_range){{0, 0}, {UINT64_MAX, UINT64_MAX}}),
		0);
}

static void test_address_steps_stop_at_the_ends(void **state)
{
	struct cv_address at = {0, UINT32_MAX};

	(void)state;
	assert_false(cv_address_next(4, &at));
	assert_int_equal(at.low, UINT32_MAX);
	assert_true(cv_address_next(6, &at));
	at = (struct cv_address){UINT64_MAX, UINT64_MAX};
	assert_false(cv_address_next(6, &at));
	at = (struct cv_address){1, 0};
	assert_true(cv_address_before(&at));
	assert_int_equal(at.high, 0);
	assert_true(at.low == UINT64_MAX);
	at = (struct cv_address){0, 0};
	assert_false(cv_address_before(&at));
}

static void assert_ports(struct cv_ctx *ctx, const char *text, const char *written)
{
	struct cv_buf out = CV_BUF_INIT;
	const struct cv_ports *ports, *again;
	const char *why, *bad;
	size_t size;

	if (!cv_ports_parse(ctx, text, &ports, &why, &bad, &size))
		fail_msg("%s: %s", text, why);
	cv_ports_format(&out, ports);
	assert_string_equal(cv_buf_string(&out), written);
	assert_true(cv_ports_parse(ctx, cv_buf_string(&out), &again, &why, &bad, &size));
	assert_ptr_equal(ports, again);
	cv_buf_deinit(&out);
}

static void test_ports_read_and_write(void **state)
{
	struct cv_ctx *ctx = *state;
	const struct cv_ports *all;
	const char *why, *bad;
	size_t size;

	assert_ports(ctx, "443", "443");
	assert_ports(ctx, "1-65535", "1-65535");
	assert_ports(ctx, "443,8443", "443,8443");
	assert_ports(ctx, "8443, 443", "443,8443");
	assert_ports(ctx, "443,444,445-450,80", "80,443-450");
	assert_ports(ctx, "10-20,15-30,12", "10-30");
	assert_ports(ctx, "80-80", "80");
	assert_ports(ctx, "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37",
		     "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37");
	assert_true(cv_ports_parse(ctx, "1-65535", &all, &why, &bad, &size));
	assert_ptr_equal(all, cv_ports_all(ctx));
}

static void assert_no_ports(struct cv_ctx *ctx, const char *text, const char *bad,
			    const char *why)
{
	const struct cv_ports *ports;
	const char *said, *where;
	size_t size;

	if (cv_ports_parse(ctx, text, &ports, &said, &where, &size))
		fail_msg("%s was taken", text);
	assert_string_equal(said, why);
	assert_int_equal(size, strlen(bad));
	assert_memory_equal(where, bad, size);
	assert_in_range((uintptr_t)where, (uintptr_t)text,
			(uintptr_t)text + strlen(text));
}

static void test_ports_refuse_with_reason_and_place(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_no_ports(ctx, "", "", "a port is missing");
	assert_no_ports(ctx, "443,", "443,", "a port is missing");
	assert_no_ports(ctx, ",443", ",443", "a port is missing");
	assert_no_ports(ctx, "443,,80", "443,,80", "a port is missing");
	assert_no_ports(ctx, "80-", "80-", "a port is missing");
	assert_no_ports(ctx, "0", "0", "ports begin at 1");
	assert_no_ports(ctx, "0-65535", "0-65535", "ports begin at 1");
	assert_no_ports(ctx, "443,65536", "65536", "ports end at 65535");
	assert_no_ports(ctx, "99999999999999999999", "99999999999999999999",
			"ports end at 65535");
	assert_no_ports(ctx, "08", "08", "a port has no leading zero");
	assert_no_ports(ctx, "00", "00", "a port has no leading zero");
	assert_no_ports(ctx, "+80", "+80", "a port has no sign");
	assert_no_ports(ctx, "-80", "-80", "a port has no sign");
	assert_no_ports(ctx, "80--90", "80--90", "a port has no sign");
	assert_no_ports(ctx, "80-70", "80-70",
			"the range descends: write the lower port first");
	assert_no_ports(ctx, "1e3", "1e3", "a port is digits only");
	assert_no_ports(ctx, "0x50", "0x50", "a port is digits only");
	assert_no_ports(ctx, "1-2-3", "1-2-3", "a port is digits only");
	assert_no_ports(ctx, "any", "any", "a port is digits only");
	assert_no_ports(ctx, "*", "*", "a port is digits only");
	assert_no_ports(ctx, "List here", "List here", "a port is digits only");
	assert_no_ports(ctx, " 443", " 443", "a port is digits only");
	assert_no_ports(ctx, "443 ", "443 ", "a port is digits only");
	assert_no_ports(ctx, "443 ,80", "443 ", "a port is digits only");
	assert_no_ports(ctx, "443,  80", " 80", "a port is digits only");
	assert_no_ports(ctx, "80 - 90", "80 - 90", "a port is digits only");
	assert_no_ports(ctx, "443\n", "443\n", "a port is digits only");
	assert_no_ports(ctx,
			"80\xE2\x80\x93"
			"90",
			"80\xE2\x80\x93"
			"90",
			"a port is digits only");
}

static void test_interning_many_sets_is_quick(void **state)
{
	struct cv_ctx *ctx = *state;
	const clock_t start = clock();
	const struct cv_addresses *first = NULL;

	for (int pass = 0; pass < 2; pass++) {
		for (uint64_t i = 0; i < 200000; i++) {
			const struct cv_range one = {{0, i * 7919}, {0, i * 7919}};
			const struct cv_addresses *set = cv_addresses_one(ctx, 4, one);

			if (i == 0 && pass == 0)
				first = set;
			if (i == 0)
				assert_ptr_equal(set, first);
		}
	}
	print_message("200,000 sets made and found again: %.3f s\n",
		      (double)(clock() - start) / CLOCKS_PER_SEC);
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
}

static void test_sets_stay_when_index_is_closed(void **state)
{
	struct cv_ctx *ctx = *state;
	const struct cv_ports *ports = cv_ports_all(ctx);

	cv_sets_close(ctx);
	assert_int_equal(ports->ranges[0].last, 65535);
	assert_ptr_not_equal(cv_ports_all(ctx), ports);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_range_reads_and_writes),
		TEST(test_range_refuses_with_reason),
		TEST(test_ports_agree_with_bitmap),
		TEST(test_addresses_agree_with_bitmap),
		TEST(test_addresses_cross_the_64_bit_border),
		TEST(test_addresses_take_null_and_other_families),
		TEST(test_range_splits_into_prefixes),
		TEST(test_range_prefix_is_exact),
		TEST(test_address_steps_stop_at_the_ends),
		TEST(test_ports_read_and_write),
		TEST(test_ports_refuse_with_reason_and_place),
		TEST(test_interning_many_sets_is_quick),
		TEST(test_sets_stay_when_index_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
