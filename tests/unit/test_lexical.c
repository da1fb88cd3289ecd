#include "read_fixture.h"

#include "base/buf.h"
#include "base/limits.h"
#include "model/lexical.h"

/* A value, and the name of the finding that it gives, or NULL where it is taken. */
struct check {
	const char *value, *code;
};

static void check_all(const struct cv_lexical *lexical, const struct check *checks,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = checks[i].value;
		struct fixture fixture;
		struct cv_text text;
		bool ok;

		fixture_open(&fixture, "t", value, strlen(value));
		text = (struct cv_text){value, cv_span(1, 0, strlen(value))};
		ok = lexical->check(&fixture.ctx, text);
		if (ok != !checks[i].code)
			fail_msg("`%s` is %s", value, ok ? "taken" : "refused");
		if (!ok)
			assert_string_equal(
				cv_finding_kinds[fixture_finding(&fixture, 0)->code].name,
				checks[i].code);
		assert_int_equal(fixture.ctx.findings.count, !ok);
		fixture_close(&fixture);
	}
}

#define CHECK_ALL(lexical, checks) \
	check_all(lexical, checks, sizeof(checks) / sizeof *(checks))

static void test_ports_are_exact(void **state)
{
	static const struct check checks[] = {
		{"1", NULL},
		{"65535", NULL},
		{"443,8443", NULL},
		{"443, 8443", NULL},
		{"2500-3300", NULL},
		{"any", NULL},
		{"dynamic", NULL},
		{"${direct-connect-port}", NULL},
		{"443,${other}", NULL},
		{"", "empty-port"},
		{"  ", "empty-port"},
		{"\xC2\xA0", "empty-port"},
		{"0", "bad-port"},
		{"65536", "bad-port"},
		{"70000", "bad-port"},
		{"99999999999999999999", "bad-port"},
		{"08", "bad-port"},
		{"+80", "bad-port"},
		{"-80", "bad-port"},
		{"80-", "bad-port"},
		{"80-70", "bad-port"},
		{"1-2-3", "bad-port"},
		{"1e3", "bad-port"},
		{"0x50", "bad-port"},
		{"80.0", "bad-port"},
		{"80,", "bad-port"},
		{",80", "bad-port"},
		{"80 443", "bad-port"},
		{"80;443", "bad-port"},
		{"http", "bad-port"},
		{"ANY", "bad-port"},
		{"any,80", "bad-port"},
		{"*", "bad-port"},
		{"\xEF\xBC\x98\xEF\xBC\x90", "bad-port"},
		{"80\n", "bad-port"},
		{"${", "bad-port"},
		{"${}", "bad-port"},
		{"${a}b}", "bad-port"},
		{"List here", "template-leftover"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_ports, checks);
}

static void test_ports_point_at_the_item(void **state)
{
	static const char bytes[] = "x: '443, 08, 80'\n";
	struct fixture fixture;
	const struct cv_text text = {"443, 08, 80", {1, 13, 3}};

	(void)state;
	fixture_open(&fixture, "t", bytes, sizeof bytes - 1);
	assert_false(cv_lex_ports.check(&fixture.ctx, text));
	assert_found(&fixture, 0, "bad-port", 1, 10);
	assert_text(&fixture, 0, "`08` is not a port: ");
	assert_int_equal(fixture_finding(&fixture, 0)->at.length, 2);
	fixture_close(&fixture);
}

static void test_ports_words_have_hints(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "t", "Any * dynmic", 12);
	cv_lex_ports.check(&fixture.ctx, (struct cv_text){"Any", {1, 3, 0}});
	assert_hint(&fixture, 0, "did you mean any?");
	cv_lex_ports.check(&fixture.ctx, (struct cv_text){"*", {1, 1, 4}});
	assert_hint(&fixture, 1, "did you mean any?");
	cv_lex_ports.check(&fixture.ctx, (struct cv_text){"dynmic", {1, 6, 6}});
	assert_hint(&fixture, 2, "did you mean dynamic?");
	fixture_close(&fixture);
}

static void test_protocols(void **state)
{
	static const struct check checks[] = {
		{"tcp", NULL},
		{"tcp+udp", NULL},
		{"icmpv6", NULL},
		{"0", NULL},
		{"255", NULL},
		{"50", NULL},
		{"256", "bad-protocol"},
		{"06", "bad-protocol"},
		{"TCP", "bad-protocol"},
		{"", "bad-protocol"},
		{"tcp,udp", "bad-protocol"},
		{"https", "bad-protocol"},
		{"-1", "bad-protocol"},
		{"List here", "template-leftover"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_protocol, checks);
}

static void test_protocol_has_a_hint(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "t", "TCP", 3);
	cv_lex_protocol.check(&fixture.ctx, (struct cv_text){"TCP", {1, 3, 0}});
	assert_hint(&fixture, 0, "did you mean tcp?");
	fixture_close(&fixture);
}

static void test_dates_are_days_of_the_calendar(void **state)
{
	static const struct check checks[] = {
		{"2026-11-23", NULL},        {"2024-02-29", NULL},
		{"2000-02-29", NULL},        {"2026-02-29", "bad-value"},
		{"1900-02-29", "bad-value"}, {"2026-04-31", "bad-value"},
		{"2026-13-01", "bad-value"}, {"2026-00-01", "bad-value"},
		{"2026-01-00", "bad-value"}, {"2026-1-1", "bad-value"},
		{"23.11.2026", "bad-value"}, {"2026-11-23T00:00", "bad-value"},
		{"", "bad-value"},           {"2026-11-2x", "bad-value"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_date, checks);
}

static void test_names(void **state)
{
	static const struct check ids[] = {
		{"a", NULL},          {"7za-exe", NULL},   {"", "bad-value"},
		{"-a", "bad-value"},  {"A", "bad-value"},  {"a_b", "bad-value"},
		{"a/b", "bad-value"}, {"..", "bad-value"}, {"a\n", "bad-value"},
	};
	static const struct check profiles[] = {
		{"tanium/core", NULL},    {"a/b-2", NULL},
		{"tanium", "bad-value"},  {"tanium/", "bad-value"},
		{"/core", "bad-value"},   {"a/b/c", "bad-value"},
		{"../core", "bad-value"}, {"Tanium/core", "bad-value"},
		{"a/-b", "bad-value"},
	};
	static const struct check titles[] = {
		{"Module Server", NULL},
		{"M\xC3\xBCnchen", NULL},
		{"Level 3", NULL},
		{"", "bad-value"},
		{" a", "bad-value"},
		{"a ", "bad-value"},
		{"a\xC2\xA0", "bad-value"},
		{"\xC2\xA0"
		 "a",
		 "bad-value"},
		{"a\nb", "bad-value"},
		{"a\xE2\x80\x8B"
		 "b",
		 "bad-value"},
		{"a\xE2\x80\xAE"
		 "b",
		 "bad-value"},
		{"a\xE2\x80\xA8"
		 "b",
		 "bad-value"},
		{"<OtherProductName>", "template-leftover"},
		{"list here", "template-leftover"},
		{"ProductName", "template-leftover"},
		{"<version>", "template-leftover"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_id, ids);
	CHECK_ALL(&cv_lex_profile_id, profiles);
	CHECK_ALL(&cv_lex_title, titles);
}

static void test_names_have_a_longest(void **state)
{
	struct check check = {NULL, NULL};
	struct cv_buf buf = CV_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < CV_MAX_NAME; i++)
		cv_buf_char(&buf, 'a');
	check.value = cv_buf_string(&buf);
	check_all(&cv_lex_id, &check, 1);
	check_all(&cv_lex_title, &check, 1);
	cv_buf_char(&buf, 'a');
	check = (struct check){cv_buf_string(&buf), "too-long"};
	check_all(&cv_lex_id, &check, 1);
	check_all(&cv_lex_title, &check, 1);
	cv_buf_deinit(&buf);
}

static void test_paths_before_their_platform(void **state)
{
	static const struct check checks[] = {
		{"<Tanium Client>\\TaniumCX.exe", NULL},
		{"\"<Module Server>\\x\\node.exe\" service.js", NULL},
		{"/opt/' \" ` $(x); # % | & b", NULL},
		{"C:\\ProductNames\\x", NULL},
		{"C:\\MyProductName\\x", NULL},
		{"", "bad-path"},
		{"/a\tb", "bad-path"},
		{"/a\nb", "bad-path"},
		{"/a\x7F"
		 "b",
		 "bad-path"},
		{"/a\xC2\x85"
		 "b",
		 "bad-path"},
		{"/a\xE2\x80\xA8"
		 "b",
		 "bad-path"},
		{"/a\xE2\x80\x8B"
		 "b",
		 "bad-path"},
		{"/a\xE2\x80\xAE"
		 "b",
		 "bad-path"},
		{"/a\xEF\xBB\xBF"
		 "b",
		 "bad-path"},
		{"<Tanium Client/x", "bad-path"},
		{"<>/x", "bad-path"},
		{"<a<b>/x", "bad-path"},
		{"/opt/ProductName/x", "template-leftover"},
		{"C:\\x\\ProductName", "template-leftover"},
		{"\"<Module Server>\\services\\ProductName\\node.exe\" service.js",
		 "template-leftover"},
		{"<ProductName>\\x", "template-leftover"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_path, checks);
}

static void test_versions_and_constraints(void **state)
{
	static const struct check versions[] = {
		{"7.2.314.3476", NULL},
		{"7", NULL},
		{"", "bad-version"},
		{"7.4.x", "bad-version"},
		{">=7", "bad-version"},
		{"7..2", "bad-version"},
		{"1.2.3.4.5.6.7", "bad-version"},
		{"<version>", "template-leftover"},
	};
	static const struct check constraints[] = {
		{"7.2.x", NULL},
		{">=7.4.1.1955", NULL},
		{"6.x or 7.x", NULL},
		{">=7.2,!=7.2.314.3518", NULL},
		{"", "bad-version"},
		{"7.2 or later", "bad-version"},
		{"latest", "bad-version"},
		{">=7.6,<7.2", "impossible-version"},
		{"<version>", "template-leftover"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_version, versions);
	CHECK_ALL(&cv_lex_constraint, constraints);
}

static void test_hosts(void **state)
{
	static const struct check checks[] = {
		{"example.com", NULL},
		{"localhost", NULL},
		{"a_b.example", NULL},
		{"m\xC3\xBCnchen.example", NULL},
		{"", "bad-host-name"},
		{"*.example.com", "bad-host-name"},
		{"example.com.", "bad-host-name"},
		{"a..b", "bad-host-name"},
		{"-a.b", "bad-host-name"},
		{"a-.b", "bad-host-name"},
		{"10.0.0.1", "bad-host-name"},
		{"a b.c", "bad-host-name"},
		{"a/b", "bad-host-name"},
		{"a\xE2\x80\x8B.b", "bad-host-name"},
		{"\xEF\xBD\x81.b", "bad-host-name"},
		{"M\xC3\x9CNCHEN.example", "bad-host-name"},
		{"a'.b", "bad-host-name"},
	};
	struct cv_buf buf = CV_BUF_INIT;
	struct check longest;

	(void)state;
	CHECK_ALL(&cv_lex_host, checks);
	for (size_t i = 0; i < 64; i++)
		cv_buf_char(&buf, 'a');
	longest = (struct check){cv_buf_string(&buf), "bad-host-name"};
	check_all(&cv_lex_host, &longest, 1);
	buf.size = 0;
	for (size_t i = 0; i < 126; i++)
		cv_buf_text(&buf, "a.");
	cv_buf_text(&buf, "bc");
	longest.value = cv_buf_string(&buf);
	check_all(&cv_lex_host, &longest, 1);
	cv_buf_deinit(&buf);
}

static void test_urls(void **state)
{
	static const struct check checks[] = {
		{"*.example.com", NULL},
		{"https://*.example.com/path?x=1&y=%20", NULL},
		{"http://host:8080", NULL},
		{"content.*.example.com/", NULL},
		{"", "bad-url"},
		{"*", "bad-url"},
		{"*.*", "bad-url"},
		{"*cdn.example.net", "bad-url"},
		{"ftp://example.com", "bad-url"},
		{"https://", "bad-url"},
		{"example.com:0", "bad-url"},
		{"example.com:80-90", "bad-url"},
		{"example.com:", "bad-url"},
		{"example.com/a b", "bad-url"},
		{"example.com/'", "bad-url"},
		{"example.com/\"", "bad-url"},
		{"example.com/\xE2\x80\x99", "bad-url"},
		{"example.com/<tenant>", "bad-url"},
		{"user@example.com", "bad-url"},
		{"List here", "template-leftover"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_url, checks);
}

static void test_small_ones(void **state)
{
	static const struct check drives[] = {
		{"C:", NULL},          {"d:", NULL},      {"C", "bad-value"},
		{"C:\\", "bad-value"}, {"", "bad-value"}, {"1:", "bad-value"},
		{"[:", "bad-value"},
	};
	static const struct check extensions[] = {
		{".log", NULL},         {"log", NULL},          {".vbk.tmp", NULL},
		{"", "bad-value"},      {".", "bad-value"},     {"..", "bad-value"},
		{"*.log", "bad-value"}, {"a/b", "bad-value"},   {"a'b", "bad-value"},
		{"a ", "bad-value"},    {".log.", "bad-value"},
	};
	static const struct check digests[] = {
		{"3f9a1c0be27d44e1908c", NULL},
		{"3f9a1c0be27d44e1908", "bad-value"},
		{"3f9a1c0be27d44e1908g", "bad-value"},
		{"", "bad-value"},
	};
	static const struct check types[] = {
		{"0", NULL},         {"255", NULL},         {"256", "bad-value"},
		{"08", "bad-value"}, {"echo", "bad-value"},
	};
	static const struct check findings[] = {{"wider", NULL}, {"widder", "bad-value"}};
	static const struct check addresses[] = {
		{"10.0.0.0/8", NULL},
		{"2001:db8::/32", NULL},
		{"10.0.0.1/33", "bad-address"},
		{"example.com", "bad-address"},
		{"", "bad-address"},
	};

	(void)state;
	CHECK_ALL(&cv_lex_drive, drives);
	CHECK_ALL(&cv_lex_extension, extensions);
	CHECK_ALL(&cv_lex_digest, digests);
	CHECK_ALL(&cv_lex_icmp_type, types);
	CHECK_ALL(&cv_lex_finding, findings);
	CHECK_ALL(&cv_lex_address, addresses);
}

static void test_hostile_values_end_quickly(void **state)
{
	static const struct cv_lexical *const all[] = {
		&cv_lex_id,         &cv_lex_title,   &cv_lex_ports,  &cv_lex_protocol,
		&cv_lex_constraint, &cv_lex_version, &cv_lex_date,   &cv_lex_address,
		&cv_lex_host,       &cv_lex_url,     &cv_lex_sha256, &cv_lex_drive,
		&cv_lex_extension,  &cv_lex_path,    &cv_lex_digest,
	};
	static const char *const pieces[] = {
		"1",  ",",     "1,", "a.", "<", "<a>", "${", "\xE2\x80\x8B",
		"*.", "x or ", "-",  "'",  "::"};
	struct cv_buf buf = CV_BUF_INIT;

	(void)state;
	for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
		buf.size = 0;
		while (buf.size < 10000)
			cv_buf_text(&buf, pieces[p]);
		for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
			struct fixture fixture;

			fixture_open(&fixture, "t", buf.data, buf.size);
			all[i]->check(
				&fixture.ctx,
				(struct cv_text){buf.data, cv_span(1, 0, buf.size)});
			fixture_close(&fixture);
		}
	}
	cv_buf_deinit(&buf);
}

static void test_shown_names_what_nobody_sees(void **state)
{
	struct fixture fixture;
	char text[201];

	(void)state;
	fixture_open(&fixture, "t", "", 0);
	assert_string_equal(cv_shown(&fixture.ctx, "a\xE2\x80\x8B"
						   "b\n\xC2\xA0"),
			    "a<U+200B>b<U+000A><U+00A0>");
	memset(text, 1, 200);
	text[200] = '\0';
	assert_int_equal(strlen(cv_shown(&fixture.ctx, text)), 80 * 8 + 3);
	fixture_close(&fixture);
}

static void test_lists_hold_nothing_else(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		bool good;
	} cases[] = {
		{"1", 0, true},    {"1,22,333", 0, true}, {"12,34", 2, true},
		{"", 0, false},    {",", 0, false},       {"1,", 0, false},
		{",1", 0, false},  {"1,,2", 0, false},    {"1, 2", 0, false},
		{"1 ", 0, false},  {"1\n", 0, false},     {"a", 0, false},
		{"1;2", 0, false}, {"1,$(id)", 0, false}, {"12,345", 2, false},
		{"1", 2, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (cv_lexical_is_list(cases[i].text, cv_lexical_digits, cases[i].size) !=
		    cases[i].good)
			fail_msg("`%s`", cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_hold_nothing_else),
		cmocka_unit_test(test_ports_are_exact),
		cmocka_unit_test(test_ports_point_at_the_item),
		cmocka_unit_test(test_ports_words_have_hints),
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_protocol_has_a_hint),
		cmocka_unit_test(test_dates_are_days_of_the_calendar),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_have_a_longest),
		cmocka_unit_test(test_paths_before_their_platform),
		cmocka_unit_test(test_versions_and_constraints),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_small_ones),
		cmocka_unit_test(test_hostile_values_end_quickly),
		cmocka_unit_test(test_shown_names_what_nobody_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
