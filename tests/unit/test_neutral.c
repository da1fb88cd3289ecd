/* The neutral lists: what stands in their columns, and that it comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "neutral_world.h"

#define EXCLUSION_HEADER \
	"id,product,product_min,product_max,os,arch,role,type,path,match,recursive," \
	"children,engines,signer,sha256,user,reason,source,ticket,owner,expires,risk," \
	"lints\n"
#define HEAD "acme/xwx,7.4.9.1046,7.4.9.1046,windows,x86_64,endpoint module-server,"
#define PAGE "Xwx requirements (reqs, 2026-11-23) acme/xwx#exclusions/"
#define END "\",,,,,\n"

static const char expected_exclusions[] = EXCLUSION_HEADER
	"acme/xwx#exclusions/a," HEAD
	"process,C:\\x\\a.exe,exact,no,yes,onaccess,,,,\"Main, program\",\"" PAGE "a" END
	"acme/xwx#exclusions/b acme/xwx#exclusions/c," HEAD
	"folder,C:\\x\\*\\y,glob,yes,no,,,,,Spool,\"" PAGE "b; " PAGE "c" END
	"acme/xwx#exclusions/c," HEAD "folder,C:\\z,exact,no,no,,,,,Spool,\"" PAGE "c" END
	"acme/xwx#exclusions/c," HEAD "file,,exact,no,no,,,00ff,,Spool,\"" PAGE "c" END
	"acme/xwx#exclusions/c," HEAD "file,,exact,no,no,,\"Xwx, Inc.\",,,Spool,\"" PAGE
	"c" END "acme/xwx#exclusions/c," HEAD
	"extension,.xwx,exact,no,no,,,,,Spool,\"" PAGE "c" END;

static void test_exclusions_stand_in_their_columns(void **state)
{
	struct world w;
	struct cv_entry *entry;

	(void)state;
	open_world(&w);
	entry = add_exclusion(&w, CV_KIND_PROCESS, "C:\\x\\a.exe",
			      add_row(&w, CV_EXCLUSIONS, "a", "Main, program"));
	asked_by(entry)->children = true;
	entry = add_exclusion(&w, CV_KIND_FOLDER, "C:\\x\\*\\y",
			      add_row(&w, CV_EXCLUSIONS, "b", NULL));
	asked_by(entry)->reach = CV_REACH_TREE;
	entry->rows = rows_of(&w, entry->rows.items[0],
			      add_row(&w, CV_EXCLUSIONS, "c", "Spool"));
	entry = add_exclusion(&w, CV_KIND_FOLDER, "C:\\z", entry->rows.items[1]);
	asked_by(entry)->reach = CV_REACH_CHILDREN;
	add_exclusion(&w, CV_KIND_SHA256, "00ff", entry->rows.items[0]);
	add_exclusion(&w, CV_KIND_SIGNER, "Xwx, Inc.", entry->rows.items[0]);
	add_exclusion(&w, CV_KIND_EXTENSION, ".xwx", entry->rows.items[0]);
	arrange(&w, &cv_target_csv);
	assert_emits(&w, form_of(&cv_target_csv, CV_ENTRY_EXCLUSION),
		     expected_exclusions);
	arrange(&w, &cv_target_json);
	assert_proved(&w, form_of(&cv_target_json, CV_ENTRY_EXCLUSION));
	close_world(&w);
}

static const char *cell(const struct cv_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			return entry->more->attributes[i].value;
	fail_msg("no attribute %s", name);
	return NULL;
}

static void test_product_versions_are_those_that_the_site_says(void **state)
{
	static const struct {
		const char *key, *said, *min, *max;
	} cases[] = {
		{"client", "7.4.9.1046", "7.4.9.1046", "7.4.9.1046"},
		{"acme/xwx:client", "7.4.0", "7.4.0", "7.4.0"},
		{"other/one:client", "7.4", "", ""},
		{"client", "7.4.x", "7.4", "<7.5"},
		{"client", ">=7.4.1", "7.4.1", ""},
		{"client", "<7.6", "", "<7.6"},
		{"client", ">=7.2, <=7.4.9", "7.2", "7.4.9"},
		{"client", "7.2.x or 7.3.x", "7.2", "<7.4"},
		{"client", "7.2.x or 7.4.x", "", ""},
		{"nothing", "7.2", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w;
		struct cv_entry *entry;

		open_world(&w);
		w.said[0] = (struct cv_pair){text(cases[i].key), text(cases[i].said)};
		entry = add_exclusion(&w, CV_KIND_FILE, "C:\\x",
				      add_row(&w, CV_EXCLUSIONS, "a", NULL));
		arrange(&w, &cv_target_csv);
		assert_string_equal(cell(entry, "product_min"), cases[i].min);
		assert_string_equal(cell(entry, "product_max"), cases[i].max);
		close_world(&w);
	}
}

/* A group that has a client and a server: the row's condition says which is meant. */
static void test_product_versions_follow_the_condition(void **state)
{
	struct world w;
	struct cv_part part = {.key = {.text = "server"}};
	struct cv_condition all = {&part, 1};
	struct cv_row_more more = {.when = {.items = &all, .count = 1}};
	struct cv_row *row;
	struct cv_entry *both, *one;

	(void)state;
	open_world(&w);
	w.said[1] = (struct cv_pair){text("server"), text("7.5")};
	w.group_row.versions.count = 2;
	both = add_exclusion(&w, CV_KIND_FILE, "C:\\x",
			     add_row(&w, CV_EXCLUSIONS, "a", NULL));
	row = add_row(&w, CV_EXCLUSIONS, "b", NULL);
	row->more = &more;
	one = add_exclusion(&w, CV_KIND_FILE, "C:\\y", row);
	arrange(&w, &cv_target_csv);
	assert_string_equal(cell(both, "product_min"), "");
	assert_string_equal(cell(one, "product_min"), "7.5");
	assert_string_equal(cell(one, "product_max"), "7.5");
	close_world(&w);
}

static void add_risk(struct world *w, struct cv_risk risk)
{
	*CV_ADD(w->ctx.arena, &w->policy.risks, struct cv_risk) = risk;
}

static void test_risks_of_a_row_and_their_acceptances_are_told(void **state)
{
	static const struct cv_acceptance first = {.by = {.text = "secops"},
						   .ticket = {.text = "CHG-2"},
						   .until = {.text = "2027-06-30"}};
	static const struct cv_acceptance second = {.by = {.text = "secops"},
						    .ticket = {.text = "CHG-1"},
						    .until = {.text = "2027-01-31"}};
	static const struct cv_acceptance bare = {.by = {.text = "netops"},
						  .until = {.text = "2027-01-30"}};
	static const struct cv_acceptance foreign = {.by = {.text = "netops"},
						     .ticket = {.text = "CHG-3"},
						     .until = {.text = "2026-12-31"}};
	struct world w;
	struct cv_row *risky, *other;
	struct cv_entry *entry, *plain, *without, *alone;

	(void)state;
	open_world(&w);
	other = add_row(&w, CV_EXCLUSIONS, "a", NULL);
	risky = add_row(&w, CV_EXCLUSIONS, "b", NULL);
	plain = add_exclusion(&w, CV_KIND_FILE, "C:\\x",
			      add_row(&w, CV_EXCLUSIONS, "c", NULL));
	entry = add_exclusion(&w, CV_KIND_FILE, "C:\\y", risky);
	entry->rows = rows_of(&w, other, risky);
	without = add_exclusion(&w, CV_KIND_FILE, "C:\\z",
				add_row(&w, CV_EXCLUSIONS, "d", NULL));
	without->rows = rows_of(&w, risky, without->rows.items[0]);
	alone = add_exclusion(&w, CV_KIND_FILE, "C:\\w", other);
	add_risk(&w, (struct cv_risk){.code = CV_F_INTERPRETER,
				      .row = risky,
				      .accepted = &second});
	add_risk(&w, (struct cv_risk){.code = CV_F_EXTENSION,
				      .row = without->rows.items[1],
				      .accepted = &bare});
	add_risk(&w, (struct cv_risk){.code = CV_F_VERSION_IN_PATH,
				      .row = other,
				      .accepted = &first});
	add_risk(&w, (struct cv_risk){.code = CV_F_INTERPRETER, .row = other});
	add_risk(&w, (struct cv_risk){.code = CV_F_WIDER,
				      .row = risky,
				      .target = &cv_target_csv,
				      .subject = &w.subject,
				      .accepted = &foreign});
	add_risk(&w, (struct cv_risk){.code = CV_F_CASE_TWINS,
				      .row = other,
				      .of_others = true,
				      .accepted = &foreign});
	arrange(&w, &cv_target_csv);
	assert_string_equal(cell(entry, "lints"), "version-in-path interpreter");
	assert_string_equal(cell(entry, "risk"), "warning");
	assert_string_equal(cell(entry, "ticket"), "CHG-1");
	assert_string_equal(cell(entry, "owner"), "secops");
	assert_string_equal(cell(entry, "expires"), "2027-01-31");
	assert_string_equal(cell(alone, "ticket"), "CHG-2");
	assert_string_equal(cell(alone, "expires"), "2027-06-30");
	assert_string_equal(cell(without, "ticket"), "");
	assert_string_equal(cell(without, "owner"), "netops");
	assert_string_equal(cell(without, "expires"), "2027-01-30");
	assert_string_equal(cell(plain, "lints"), "");
	assert_string_equal(cell(plain, "risk"), "");
	assert_string_equal(cell(plain, "owner"), "");
	assert_proved(&w, form_of(&cv_target_csv, CV_ENTRY_EXCLUSION));
	close_world(&w);
}

#define FLOW_HEADER \
	"id,from,to,family,source,destination,protocol,source_ports,ports,icmp_type," \
	"program,from_names,to_names,zone_from,zone_to,purpose,source_document\n"
#define FLOW_SOURCE "Traffic,\"Xwx requirements (reqs, 2026-11-23) acme/xwx#ports/p\"\n"

/* An end that is only a name stands with its names where addresses would: an empty
 * cell would be read as anywhere. */
static void test_flows_stand_in_their_columns(void **state)
{
	struct world w;
	struct cv_entry *entry;

	(void)state;
	open_world(&w);
	w.plan.subject = &w.site_subject;
	entry = add_flow(&w, &w.client, &w.server, 4);
	entry->ports = ports(&w, "443,8000-8010");
	entry = add_flow(&w, &w.server, &w.client, 6);
	entry->protocol = 58;
	entry->icmp_type = 0;
	entry = add_flow(&w, &w.server, &w.cloud, 0);
	entry->ports = ports(&w, "1-65535");
	entry->more->source_ports = ports(&w, "123");
	entry->more->program = "C:\\x\\a,b.exe";
	entry = add_flow(&w, &w.cloud, &w.client, 4);
	entry->protocol = 99;
	arrange(&w, &cv_target_csv);
	assert_emits(
		&w, form_of(&cv_target_csv, CV_ENTRY_FLOW),
		FLOW_HEADER
		"acme/xwx#ports/p,Client,Module Server,4,10.8.0.1-10.8.0.3 10.9.0.0/16,"
		"10.20.30.5 "
		"10.20.31.0/24,tcp,,\"443,8000-8010\",,,,,,servers," FLOW_SOURCE
		"acme/xwx#ports/p,Module Server,Client,6,2001:db8:30::5,"
		"2001:db8:0:9::/64 "
		"2001:db8:a::2-2001:db8:a::9,icmpv6,,,0,,,,servers,," FLOW_SOURCE
		"acme/xwx#ports/p,Module Server,Cloud,,10.20.30.5 10.20.31.0/24 "
		"2001:db8:30::5,tenant.example.com api.example.com,tcp,123,1-65535,,"
		"\"C:\\x\\a,b.exe\",,tenant.example.com "
		"api.example.com,servers,untrust," FLOW_SOURCE
		"acme/xwx#ports/p,Cloud,Client,4,any,10.8.0.1-10.8.0.3 10.9.0.0/16,99,,,"
		",,tenant.example.com api.example.com,,untrust,," FLOW_SOURCE);
	arrange(&w, &cv_target_json);
	assert_proved(&w, form_of(&cv_target_json, CV_ENTRY_FLOW));
	close_world(&w);
}

static void test_urls_stand_in_their_columns(void **state)
{
	struct world w;
	struct cv_url with = {.pattern = "*.example.com/x", .scheme = "https"};
	struct cv_url without = {.pattern = "example.org"};

	(void)state;
	open_world(&w);
	w.plan.subject = &w.site_subject;
	with.from = without.from = &w.server;
	with.ports = ports(&w, "443,8443");
	add_url(&w, &with);
	add_url(&w, &without);
	arrange(&w, &cv_target_json);
	assert_emits(
		&w, form_of(&cv_target_json, CV_ENTRY_URL),
		"{\n  \"format\": \"urls\",\n  \"version\": 1,\n  \"rows\": [\n"
		"    {\"id\": \"acme/xwx#urls/u\", \"from\": \"Module Server\", "
		"\"scheme\": \"https\", \"url\": \"*.example.com/x\", "
		"\"ports\": \"443,8443\", \"purpose\": \"Updates\", \"source_document\": "
		"\"Xwx requirements (reqs, 2026-11-23) acme/xwx#urls/u\"},\n"
		"    {\"id\": \"acme/xwx#urls/u\", \"from\": \"Module Server\", "
		"\"scheme\": \"\", \"url\": \"example.org\", "
		"\"ports\": \"\", \"purpose\": \"Updates\", \"source_document\": "
		"\"Xwx requirements (reqs, 2026-11-23) acme/xwx#urls/u\"}\n  ]\n}\n");
	arrange(&w, &cv_target_csv);
	assert_proved(&w, form_of(&cv_target_csv, CV_ENTRY_URL));
	close_world(&w);
}

static void test_a_list_without_rows_is_read_back(void **state)
{
	static const unsigned kinds[] = {CV_ENTRY_EXCLUSION, CV_ENTRY_FLOW, CV_ENTRY_URL};
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t t = 0; t < 2; t++)
		for (size_t i = 0; i < 3; i++)
			assert_proved(&w, form_of(targets[t], kinds[i]));
	assert_emits(&w, form_of(&cv_target_json, CV_ENTRY_EXCLUSION),
		     "{\n  \"format\": \"edr-exclusions\",\n  \"version\": 1,\n"
		     "  \"rows\": []\n}\n");
	close_world(&w);
}

static void test_words_that_a_spreadsheet_would_run_are_made_text(void **state)
{
	static const char *const bad[] = {
		"=cmd|' /C calc'!A0",
		"+1",
		"-1",
		"@SUM(A1)",
		"\t=1",
		"  =1",
		"\r=1",
		"\n=1",
		"\xef\xbc\x9d(1)",
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct cv_entry *entry;
		char expected[40];

		open_world(&w);
		entry = add_exclusion(&w, CV_KIND_FILE, "C:\\x",
				      add_row(&w, CV_EXCLUSIONS, "a", bad[i]));
		arrange(&w, &cv_target_csv);
		snprintf(expected, sizeof expected, "'%s", bad[i]);
		assert_string_equal(cell(entry, "reason"), expected);
		assert_proved(&w, form_of(&cv_target_csv, CV_ENTRY_EXCLUSION));
		arrange(&w, &cv_target_json);
		assert_string_equal(cell(entry, "reason"), bad[i]);
		close_world(&w);
	}
}

/* A signer cannot be changed, so it is refused; a program can hold it. */
static void test_a_signer_that_a_spreadsheet_would_run_is_refused(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	add_exclusion(&w, CV_KIND_SIGNER, "=cmd|' /C calc'!A0",
		      add_row(&w, CV_EXCLUSIONS, "a", NULL));
	assert_false(cv_target_csv.arrange(&w.ctx, &w.plan));
	assert_int_equal(cv_error_count(&w.ctx), 1);
	assert_true(cv_target_json.arrange(&w.ctx, &w.plan));
	assert_proved(&w, form_of(&cv_target_json, CV_ENTRY_EXCLUSION));
	close_world(&w);
}

static const char *const hostile[] = {
	"\"",
	"\"\"",
	"a\"b",
	"'",
	"`",
	",",
	",,",
	"\n",
	"\r",
	"\r\n",
	"a\nb,c\n",
	" a",
	"a ",
	"\ta",
	"a\t",
	" ",
	"]]>",
	"$(reboot)",
	";",
	"#",
	"%PATH%",
	"|",
	"&",
	"<a>",
	"\\",
	"\\\"",
	"\\n",
	"\\u0041",
	"{}",
	"[",
	"//",
	"\x01\x1f\x7f",
	"=cmd|' /C calc'!A0",
	"\xe2\x80\x98\xe2\x80\x9b\xe2\x80\x9c\xe2\x80\x9e",
	"\xe2\x80\xa8\xe2\x80\xa9",
	"\xe2\x80\x8b",
	"\xc2\x85",
	"\xf0\x9f\x98\x80",
	"any",
	"null",
};

static void test_hostile_values_come_back_as_they_are(void **state)
{
	static char longest[10001];
	struct world w;

	(void)state;
	memset(longest, '"', sizeof longest - 1);
	open_world(&w);
	for (size_t i = 0; i <= sizeof hostile / sizeof *hostile; i++) {
		const char *bad =
			i < sizeof hostile / sizeof *hostile ? hostile[i] : longest;

		add_exclusion(&w, CV_KIND_FILE, bad,
			      add_row(&w, CV_EXCLUSIONS, bad, bad));
		add_exclusion(&w, CV_KIND_SHA256, bad,
			      add_row(&w, CV_EXCLUSIONS, bad, bad));
		add_flow(&w, &w.client, &w.server, 4)->more->program = bad;
	}
	for (size_t t = 0; t < 2; t++) {
		arrange(&w, targets[t]);
		assert_proved(&w, form_of(targets[t], CV_ENTRY_EXCLUSION));
		assert_proved(&w, form_of(targets[t], CV_ENTRY_FLOW));
	}
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exclusions_stand_in_their_columns),
		cmocka_unit_test(test_product_versions_are_those_that_the_site_says),
		cmocka_unit_test(test_product_versions_follow_the_condition),
		cmocka_unit_test(test_risks_of_a_row_and_their_acceptances_are_told),
		cmocka_unit_test(test_flows_stand_in_their_columns),
		cmocka_unit_test(test_urls_stand_in_their_columns),
		cmocka_unit_test(test_a_list_without_rows_is_read_back),
		cmocka_unit_test(test_words_that_a_spreadsheet_would_run_are_made_text),
		cmocka_unit_test(test_a_signer_that_a_spreadsheet_would_run_is_refused),
		cmocka_unit_test(test_hostile_values_come_back_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
