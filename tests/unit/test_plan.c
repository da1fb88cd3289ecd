/* Entries: their order is total and sees each member that the proof compares, and
 * no other; their words are fit for a terminal.  Also names of rows and protocols. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"

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
	cv_ctx_close(*state);
	return 0;
}

static const struct cv_addresses *addresses(struct cv_ctx *ctx, const char *text)
{
	struct cv_range range;
	const char *why;
	uint8_t family;

	if (!cv_range_parse(text, &family, &range, &why))
		fail_msg("%s: %s", text, why);
	return cv_addresses_one(ctx, family, range);
}

static const struct cv_ports *ports(struct cv_ctx *ctx, const char *text)
{
	const struct cv_ports *set;
	const char *why, *bad;
	size_t size;

	if (!cv_ports_parse(ctx, text, &set, &why, &bad, &size))
		fail_msg("%s: %s", text, why);
	return set;
}

static void test_plan_adds_empty_entries(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_plan plan = {0};
	struct cv_table entries = {0};
	struct cv_entry *first = cv_plan_add(ctx, &plan, CV_ENTRY_FLOW), *read;

	for (int i = 0; i < 5000; i++)
		cv_plan_add(ctx, &plan, CV_ENTRY_URL);
	assert_int_equal(plan.entries.count, 5001);
	assert_ptr_equal(CV_AT(&plan.entries, struct cv_entry, 0), first);
	assert_int_equal(first->kind, CV_ENTRY_FLOW);
	assert_int_equal(first->operation, CV_ADD);
	assert_int_equal(first->protocol, CV_NO_PROTOCOL);
	assert_int_equal(first->icmp_type, CV_NO_ICMP_TYPE);
	assert_null(first->list);
	read = cv_entries_add(ctx, &entries, CV_ENTRY_FLOW, 77);
	assert_int_equal(read->more->place, 77);
	assert_int_equal(cv_entry_compare(first, read), 0);
}

static void test_entry_order_sees_each_member(void **state)
{
	static const struct cv_attribute one[] = {{"a", "1"}, {"b", "2"}};
	static const struct cv_attribute other[] = {{"a", "1"}, {"b", "3"}};
	static const struct cv_attribute bare[] = {{"a", NULL}};
	struct cv_ctx *ctx = *state;
	const struct cv_entry none = {.kind = CV_ENTRY_FLOW,
				      .protocol = -1,
				      .icmp_type = -1,
				      .more = CV_NO_MORE};
	struct cv_entry_more beside[32] = {{0}};
	struct cv_entry all[32];
	size_t count = 0;

	/* Each differs from `none`, and from the one before, in one member. */
#define DIFFERS(member, what) (all[count].member = (what), count++)
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		all[i] = none;
		all[i].more = &beside[i];
	}
	DIFFERS(kind, CV_ENTRY_FLOW);
	DIFFERS(kind, CV_ENTRY_URL);
	DIFFERS(operation, CV_REMOVE);
	DIFFERS(list, "");
	DIFFERS(list, "a");
	DIFFERS(more->name, "a");
	DIFFERS(more->value, "a");
	DIFFERS(more->value, "A");
	DIFFERS(family, 4);
	DIFFERS(source, addresses(ctx, "10.0.0.0/8"));
	DIFFERS(source, addresses(ctx, "10.0.0.0/9"));
	DIFFERS(source, addresses(ctx, "::a00:0"));
	DIFFERS(source, addresses(ctx, "0.0.0.9"));
	DIFFERS(source, addresses(ctx, "::9"));
	DIFFERS(destination, addresses(ctx, "10.0.0.0/8"));
	DIFFERS(protocol, 6);
	DIFFERS(icmp_type, 0);
	DIFFERS(ports, ports(ctx, "80"));
	DIFFERS(ports, ports(ctx, "80-81"));
	DIFFERS(ports, ports(ctx, "80,82"));
	DIFFERS(more->source_ports, ports(ctx, "80"));
	DIFFERS(more->program, "a");
	DIFFERS(note, "a");
#undef DIFFERS
	all[count].more->attributes = one;
	all[count++].more->attribute_count = 2;
	all[count].more->attributes = other;
	all[count++].more->attribute_count = 2;
	all[count].more->attributes = one;
	all[count++].more->attribute_count = 1;
	all[count].more->attributes = bare;
	all[count++].more->attribute_count = 1;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			const int order = cv_entry_compare(&all[i], &all[j]);
			const int back = cv_entry_compare(&all[j], &all[i]);

			if ((order == 0) != (i == j) || (order < 0) != (back > 0))
				fail_msg("%zu and %zu: %d, %d", i, j, order, back);
			for (size_t k = 0; order < 0 && k < count; k++)
				if (cv_entry_compare(&all[j], &all[k]) < 0)
					assert_true(cv_entry_compare(&all[i], &all[k]) <
						    0);
		}
	}
}

static void test_entry_order_puts_nothing_first(void **state)
{
	const struct cv_entry none = {.kind = CV_ENTRY_FLOW, .more = CV_NO_MORE},
			      empty = {.kind = CV_ENTRY_FLOW,
				       .list = "",
				       .more = CV_NO_MORE};
	struct cv_entry set = none;

	assert_true(cv_entry_compare(&none, &empty) < 0);
	set.ports = cv_ports_all(*state);
	assert_true(cv_entry_compare(&none, &set) < 0);
	set = none;
	set.source = cv_addresses_all(*state, 4);
	assert_true(cv_entry_compare(&none, &set) < 0);
}

static void test_entry_order_hangs_on_content_not_on_memory(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_entry low = {.kind = CV_ENTRY_FLOW, .more = CV_NO_MORE}, high = low;

	high.source = addresses(ctx, "10.0.0.2");
	low.source = addresses(ctx, "10.0.0.1");
	assert_true(cv_entry_compare(&low, &high) < 0);
	low.source = addresses(ctx, "10.0.0.3");
	assert_true(cv_entry_compare(&low, &high) > 0);
	/* Numbers and not text: 9 is before 10. */
	low.source = high.source = NULL;
	high.ports = ports(ctx, "10");
	low.ports = ports(ctx, "9");
	assert_true(cv_entry_compare(&low, &high) < 0);
}

static void test_entry_order_ignores_what_is_not_compared(void **state)
{
	const struct cv_row row = {.ordinal = 7};
	struct cv_entry_more beside = {.place = 9};
	struct cv_entry a = {.kind = CV_ENTRY_FLOW, .list = "x", .more = CV_NO_MORE},
			b = a;
	char list[] = "x";

	(void)state;
	b.list = list;
	b.more = &beside;
	b.rows = cv_rows_of(&(const struct cv_row *){&row}, 1);
	beside.origin = &(struct cv_origin){.flow = &(struct cv_flow){0},
					    .exclusion = &(struct cv_exclusion){0}};
	assert_int_equal(cv_entry_compare(&a, &b), 0);
}

static void test_entry_words(void **state)
{
	static const struct cv_attribute attributes[] = {{"recursive", "yes"},
							 {"note", NULL}};
	struct cv_ctx *ctx = *state;
	struct cv_entry_more of_flow = {0};
	struct cv_entry_more of_other = {.value = "C:\\a\n\xE2\x80\xAE\xFF",
					 .attributes = attributes,
					 .attribute_count = 2};
	struct cv_entry flow = {.kind = CV_ENTRY_FLOW,
				.list = "forward",
				.family = 4,
				.source = addresses(ctx, "10.0.0.1"),
				.destination = addresses(ctx, "10.0.0.2"),
				.protocol = 6,
				.icmp_type = -1,
				.ports = ports(ctx, "443"),
				.more = &of_flow};
	struct cv_entry other = {.kind = CV_ENTRY_EXCLUSION,
				 .operation = CV_REMOVE,
				 .list = "ExclusionPath",
				 .protocol = -1,
				 .icmp_type = -1,
				 .more = &of_other};
	char value[300];

	assert_string_equal(cv_entry_words(ctx, &flow),
			    "forward 4 10.0.0.1 -> 10.0.0.2 tcp 443");
	flow.destination = NULL;
	of_flow.source_ports = ports(ctx, "1,3,5,7,9,11");
	of_flow.program = "/a";
	assert_string_equal(
		cv_entry_words(ctx, &flow),
		"forward 4 10.0.0.1 -> any tcp 443 from ports 1,3,5,7 and 2 more "
		"program /a");
	flow = (struct cv_entry){.kind = CV_ENTRY_FLOW,
				 .protocol = 99,
				 .icmp_type = 8,
				 .more = CV_NO_MORE};
	assert_string_equal(cv_entry_words(ctx, &flow), "protocol 99 type 8");
	assert_string_equal(cv_entry_words(ctx, &other),
			    "remove ExclusionPath C:\\a<U+000A><U+202E><not UTF-8> "
			    "recursive=yes note=");
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	of_other = (struct cv_entry_more){.value = value};
	other = (struct cv_entry){.kind = CV_ENTRY_HEADER,
				  .protocol = -1,
				  .icmp_type = -1,
				  .more = &of_other};
	assert_int_equal(strlen(cv_entry_words(ctx, &other)), strlen("header ...") + 200);
}

static void test_row_name(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_profile profile = {.id = {.text = "tanium/threat-response"}};
	struct cv_row row = {.table = CV_EXCLUSIONS, .profile = &profile, .number = 3};

	assert_string_equal(cv_row_name(ctx, &row),
			    "tanium/threat-response#exclusions/3");
	row.id.text = "tpython-27";
	row.table = CV_PORTS;
	assert_string_equal(cv_row_name(ctx, &row),
			    "tanium/threat-response#ports/tpython-27");
	profile.id.text = NULL;
	profile.origin = "./my.yaml";
	assert_string_equal(cv_row_name(ctx, &row), "./my.yaml#ports/tpython-27");
}

static void test_names_are_all_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < CV_TABLE_COUNT; i++)
		assert_non_null(cv_table_names[i]);
	assert_null(cv_table_names[CV_TABLE_COUNT]);
	for (size_t i = 0; i < CV_KIND_COUNT; i++)
		assert_non_null(cv_kind_names[i]);
	assert_null(cv_kind_names[CV_KIND_COUNT]);
	assert_string_equal(cv_kind_names[CV_KIND_TLS_INSPECTION], "tls-inspection");
	assert_string_equal(cv_table_names[CV_URLS], "urls");
}

static void test_protocols(void **state)
{
	static const char *const bad[] = {"",    "TCP", "tcp+udp", "0",  "06",  "255",
					  "256", "-1",  "+6",      "6 ", "any", "1000"};

	(void)state;
	assert_int_equal(cv_protocol_number("tcp"), 6);
	assert_int_equal(cv_protocol_number("icmpv6"), 58);
	assert_int_equal(cv_protocol_number("47"), 47);
	assert_int_equal(cv_protocol_number("254"), 254);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (cv_protocol_number(bad[i]) != CV_NO_PROTOCOL)
			fail_msg("%s was taken", bad[i]);
	for (int i = 0; i < 256; i++)
		if (cv_protocol_name(i))
			assert_int_equal(cv_protocol_number(cv_protocol_name(i)), i);
	assert_null(cv_protocol_name(47));
	assert_null(cv_protocol_name(CV_NO_PROTOCOL));
	assert_true(cv_protocol_has_ports(132));
	assert_false(cv_protocol_has_ports(1));
	assert_false(cv_protocol_has_ports(47));
	assert_false(cv_protocol_has_ports(CV_NO_PROTOCOL));
}

static void test_policy_finds_by_name(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_policy policy = {0};

	CV_ADD(ctx->arena, &policy.parties, struct cv_party)->name = "Module Server";
	CV_ADD(ctx->arena, &policy.parties, struct cv_party)->name = "Zone Server";
	CV_ADD(ctx->arena, &policy.groups, struct cv_group)->name = "linux";
	assert_string_equal(cv_policy_party(&policy, "Zone Server")->name, "Zone Server");
	assert_null(cv_policy_party(&policy, "zone server"));
	assert_string_equal(cv_policy_group(&policy, "linux")->name, "linux");
	assert_null(cv_policy_group(&policy, "Zone Server"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plan_adds_empty_entries),
		TEST(test_entry_order_sees_each_member),
		TEST(test_entry_order_puts_nothing_first),
		TEST(test_entry_order_hangs_on_content_not_on_memory),
		TEST(test_entry_order_ignores_what_is_not_compared),
		TEST(test_entry_words),
		TEST(test_row_name),
		TEST(test_names_are_all_there),
		TEST(test_protocols),
		TEST(test_policy_finds_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
