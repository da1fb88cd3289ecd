/* Exports of Windows Firewall: how Windows spells what a rule is about, what is ours, and
 * bytes that are no export. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/policy.h"
#include "windows-firewall/facts.h"

#define RULE(more) \
	"{\"rules\": [{\"Name\": \"carveout.hq.web.in.tcp.1\", \"Group\": \"\", " \
	"\"Enabled\": \"True\", \"Action\": \"Allow\", \"Direction\": \"Inbound\", " \
	"\"Profile\": \"Domain\", \"EdgeTraversalPolicy\": \"Block\"" more \
	"}], \"profiles\": []}"

struct fixture {
	struct cv_ctx ctx;
	struct cv_policy policy;
	struct cv_plan plan;
	struct cv_export_reading reading;
};

static void add_setting(struct fixture *f, const char *list, const char *value)
{
	struct cv_entry *entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_SETTING);

	entry->list = list;
	entry->more->value = value;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct cv_range one = {{0, 0x0A000101}, {0, 0x0A000101}};
	struct cv_entry *entry;

	assert_non_null(f);
	cv_ctx_open(&f->ctx);
	f->plan.policy = &f->policy;
	entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_FLOW);
	entry->list = CV_WINFW_INPUT;
	entry->family = 4;
	entry->source = cv_addresses_all(&f->ctx, 4);
	entry->destination = cv_addresses_one(&f->ctx, 4, one);
	entry->protocol = 6;
	entry->ports = cv_ports_all(&f->ctx);
	entry->more->program = "C:\\Acme\\a.exe";
	add_setting(f, CV_WINFW_GROUP, "carveout hq web");
	add_setting(f, CV_WINFW_PREFIX, "carveout.hq.web.");
	add_setting(f, CV_WINFW_PROFILE, "Domain");
	add_setting(f, CV_WINFW_OUTBOUND, "Allow");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cv_sets_close(&f->ctx);
	cv_ctx_close(&f->ctx);
	free(f);
	return 0;
}

static bool read_bytes(struct fixture *f, const char *bytes, size_t size)
{
	bool fine;

	f->reading = (struct cv_export_reading){
		.ctx = &f->ctx,
		.bytes = cv_arena_copy(f->ctx.arena, bytes, size),
		.size = size,
		.plan = &f->plan};
	fine = cv_winfw_read_export(&f->reading);
	assert_true(fine == !f->reading.error);
	return fine;
}

static size_t count_read(struct fixture *f, const char *text)
{
	assert_true(read_bytes(f, text, strlen(text)));
	return f->reading.entries.count;
}

static const struct cv_entry *entry_at(struct fixture *f, size_t index)
{
	return CV_AT(&f->reading.entries, struct cv_entry, index);
}

static void assert_source(struct fixture *f, const char *addresses, const char *wanted)
{
	struct cv_buf text = CV_BUF_INIT, shown = CV_BUF_INIT;

	cv_buf_format(&text,
		      RULE(", \"Protocol\": \"TCP\", \"LocalAddress\": \"10.0.1.1\", "
			   "\"RemoteAddress\": %s"),
		      addresses);
	assert_int_equal(count_read(f, cv_buf_string(&text)), *wanted ? 1 : 0);
	assert_int_equal(f->reading.unknown.count, *wanted ? 0 : 1);
	for (size_t i = 0; *wanted && i < entry_at(f, 0)->source->count; i++) {
		cv_buf_text(&shown, i ? " " : "");
		cv_range_format(&shown, 4, entry_at(f, 0)->source->ranges[i]);
	}
	if (*wanted)
		assert_string_equal(cv_buf_string(&shown), wanted);
	cv_buf_deinit(&text);
	cv_buf_deinit(&shown);
}

static void test_winfw_export_reads_addresses(void **state)
{
	struct fixture *f = *state;

	assert_source(f, "\"10.0.0.0/255.0.0.0\"", "10.0.0.0/8");
	assert_source(f, "[\"10.0.0.0/8\"]", "10.0.0.0/8");
	assert_source(f, "[\"10.1.2.3/255.255.0.0\", \"10.9.0.1\"]",
		      "10.1.0.0/16 10.9.0.1");
	assert_source(f, "\"10.0.0.1/255.255.255.255\"", "10.0.0.1");
	assert_source(f, "\"10.0.0.1-10.0.0.3\"", "10.0.0.1-10.0.0.3");
	assert_source(f, "\"0.0.0.0/0.0.0.0\"", "0.0.0.0/0");
	assert_source(f, "\"Any\"", "0.0.0.0/0");
	assert_source(f, "\"any\"", "0.0.0.0/0");
	assert_source(f, "[]", "0.0.0.0/0");
	assert_source(f, "null", "0.0.0.0/0");
	assert_source(f, "\"LocalSubnet\"", "");
	assert_source(f, "[\"10.0.0.1\", \"DNS\"]", "");
	assert_source(f, "\"10.0.0.0/255.0.255.0\"", "");
	assert_source(f, "\"10.0.0.0/33\"", "");
	assert_source(f, "\"10.0.0.9-10.0.0.1\"", "");
	assert_source(f, "\"2001:db8::/255.0.0.0\"", "");
	assert_source(f, "[7]", "");
	assert_source(f, "7", "");
	assert_source(f, "[\"Any\", 7]", "");
}

static void test_winfw_export_keeps_families_apart(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(count_read(f, RULE(", \"Protocol\": \"Any\"")), 2);
	assert_int_equal(entry_at(f, 0)->family, 4);
	assert_int_equal(entry_at(f, 1)->family, 6);
	assert_int_equal(entry_at(f, 0)->protocol, -1);
	assert_int_equal(count_read(f, RULE(", \"Protocol\": \"TCP\", \"LocalAddress\": "
					    "\"10.0.0.1\", \"RemoteAddress\": "
					    "\"2001:db8::1\"")),
			 0);
	assert_int_equal(f->reading.unknown.count, 0);
	assert_int_equal(count_read(f, RULE(", \"Protocol\": \"TCP\", \"RemoteAddress\": "
					    "\"2001:db8::/32\"")),
			 1);
	assert_int_equal(entry_at(f, 0)->family, 6);
}

static void test_winfw_export_reads_services(void **state)
{
	struct fixture *f = *state;

	count_read(f, RULE(", \"Protocol\": \"tcp\", \"LocalPort\": [\"443\", "
			   "\"8000-8010\"], \"RemotePort\": \"Any\""));
	assert_int_equal(entry_at(f, 0)->ports->count, 2);
	assert_null(entry_at(f, 0)->more->source_ports);
	/* An ICMP rule is shown with a local port all the same. */
	count_read(f, RULE(", \"Protocol\": \"ICMPv4\", \"LocalPort\": \"RPC\", "
			   "\"IcmpType\": [\"8\", \"13:*\"]"));
	assert_int_equal(f->reading.unknown.count, 0);
	assert_int_equal(entry_at(f, 0)->icmp_type, 8);
	assert_int_equal(entry_at(f, 1)->icmp_type, 13);
	assert_int_equal(count_read(f, RULE(", \"Protocol\": \"TCP\", \"LocalPort\": "
					    "\"RPC\"")),
			 0);
	assert_int_equal(f->reading.unknown.count, 1);
	assert_int_equal(count_read(f, RULE(", \"Protocol\": \"ICMPv4\", \"IcmpType\": "
					    "\"3:4\"")),
			 0);
	count_read(f, RULE(", \"Protocol\": \"47\""));
	assert_int_equal(entry_at(f, 0)->protocol, 47);
	assert_int_equal(count_read(f, RULE(", \"Protocol\": \"GRE\"")), 0);
	assert_int_equal(count_read(f, RULE(", \"Protocol\": 6")), 0);
	count_read(f,
		   RULE(", \"Protocol\": \"TCP\", \"Program\": \"c:\\\\acme\\\\A.EXE\""));
	assert_string_equal(entry_at(f, 0)->more->program, "C:\\Acme\\a.exe");
}

/* By the name's beginning, or by the group. */
static void test_winfw_export_tells_ours(void **state)
{
	static const char rule[] = "{\"rules\": [{\"Name\": \"%s\", \"Group\": \"%s\", "
				   "\"Enabled\": \"True\", "
				   "\"Action\": \"Allow\", \"Direction\": \"Outbound\", "
				   "\"Profile\": \"Any\", "
				   "\"Protocol\": \"UDP\"}], \"profiles\": []}";
	static const char *const names[][2] = {{"carveout.hq.web.x", ""},
					       {"CARVEOUT.hq.WEB.x", "other"},
					       {"x", "carveout hq web"},
					       {"carveout.hq.web2.x", ""},
					       {"carveout.hq.web", "carveout hq web2"},
					       {"x", ""}};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct cv_buf text = CV_BUF_INIT;

		cv_buf_format(&text, rule, names[i][0], names[i][1]);
		/* In the plan's profile and in the two others, for both families. */
		assert_int_equal(count_read(f, cv_buf_string(&text)), i < 3 ? 4 : 0);
		cv_buf_deinit(&text);
	}
}

static void test_winfw_export_refuses(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"{}",
		"null",
		"{\"rules\": {}}",
		"{\"rules\": [], \"rules\": []}",
		"{\"rules\": [}",
		"{\"rules\": []} x",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(read_bytes(f, wrong[i], strlen(wrong[i])));
}

/* An end too early is noticed; any other change does no harm but to what is read. */
static void test_winfw_export_takes_any_bytes(void **state)
{
	static const char export[] = RULE(
		", \"Protocol\": \"TCP\", \"LocalPort\": [\"443\"], \"RemoteAddress\": "
		"[\"10.0.0.0/255.0.0.0\", \"2001:db8::/32\"], \"IcmpType\": \"8:*\"");
	struct fixture *f = *state;
	char changed[sizeof export];

	for (size_t at = 0; at + 1 < sizeof export; at++)
		assert_false(read_bytes(f, export, at));
	for (size_t at = 0; at + 1 < sizeof export; at++) {
		for (int byte = 0; byte < 256; byte += 5) {
			memcpy(changed, export, sizeof export);
			changed[at] = (char)byte;
			read_bytes(f, changed, sizeof export - 1);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_winfw_export_reads_addresses),
		TEST(test_winfw_export_keeps_families_apart),
		TEST(test_winfw_export_reads_services),
		TEST(test_winfw_export_tells_ours),
		TEST(test_winfw_export_refuses),
		TEST(test_winfw_export_takes_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
