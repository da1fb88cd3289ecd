/* Rules that are not ours, or not where they must be: the reader says what is wrong. */
#include "nftables_fixture.h"

struct wrong {
	const char *from, *to, *error;
};

static void check_wrong(const struct fixture *f, int form, const struct wrong *wrong)
{
	const char *at = strstr(f->out.data, wrong->from);
	struct cv_buf out = CV_BUF_INIT;
	struct cv_reading reading = {.ctx = (struct cv_ctx *)&f->ctx};

	if (!at)
		fail_msg("not in the file: %s", wrong->from);
	cv_buf_add(&out, f->out.data, (size_t)(at - f->out.data));
	cv_buf_text(&out, wrong->to);
	cv_buf_text(&out, at + strlen(wrong->from));
	reading.bytes = out.data;
	reading.size = out.size;
	if (cv_target_nftables.forms[form].read(&reading))
		fail_msg("taken: %s", wrong->to);
	assert_non_null(reading.error);
	assert_string_equal(reading.error, wrong->error);
	/* In the line of the change, or behind it. */
	while (at > f->out.data && at[-1] != '\n')
		at--;
	if (reading.error_at < (size_t)(at - f->out.data) || reading.error_at > out.size)
		fail_msg("%s: at byte %zu", reading.error, reading.error_at);
	cv_buf_deinit(&out);
}

#define RULE "add rule inet cv-hq cv-hq-forward "

static const struct wrong wrong_texts[] = {
	{"add chain inet cv-hq cv-hq-forward { type filter hook forward priority -5; "
	 "policy accept; }",
	 "add chain inet cv-hq cv-hq-forward", "not a rule of ours"},
	{"hook forward", "hook input",
	 "expected `type filter hook forward priority -5; policy `"},
	{"priority -5", "priority 0",
	 "expected `type filter hook forward priority -5; policy `"},
	{"policy accept", "policy drop", "expected `ct state invalid counter drop`"},
	{"policy accept", "policy queue", "expected `accept`"},
	{"add table inet cv-hq\n", "add table inet cv\n", "expected ` `"},
	{RULE "ct state established,related counter accept\n", "",
	 "expected `ct state established,related counter accept`"},
	{RULE "ct state established,related counter accept\n",
	 RULE "ct state established,related counter accept\n" RULE
	      "ct state invalid counter drop\n",
	 "not a rule of ours"},
	{RULE "ct state established,related counter accept\n",
	 RULE "ct state established,related counter accept\n" RULE "iif lo accept\n",
	 "not a rule of ours"},
	{"icmp type { 3, 11, 12 }", "icmp type { 3, 12, 11 }",
	 "the types are not in their order"},
	{"icmp type { 3, 11, 12 }", "icmp type { 3, 11, 11, 12 }",
	 "the types are not in their order"},
	{"icmp type { 3, 11, 12 }", "icmpv6 type { 3, 11, 12 }",
	 "expected `counter accept`"},
	{"meta nfproto ipv4", "meta nfproto ipv5", "not a rule of ours"},
	{"meta l4proto 1 icmp", "meta l4proto 17 icmp", "expected `counter accept`"},
	{"comment \"baseline: ICMP errors\"", "comment \"ICMP errors\"",
	 "more than one type in a rule of a row"},
	{"comment \"baseline: management\"", "comment \"management\"",
	 "the rule stands behind one that it has to precede"},
	{RULE "ip saddr . ip daddr",
	 RULE "ip daddr {\n\t10.1.0.1,\n} counter drop\n" RULE "ip saddr . ip daddr",
	 "the rule stands behind one that it has to precede"},
	{"\t10.0.0.1,\n\t10.0.1.0/24,\n", "\t10.0.1.0/24,\n\t10.0.0.1,\n",
	 "the addresses are not in their order"},
	{"\t10.0.0.1,\n\t10.0.1.0/24,\n", "\t10.0.0.1,\n\t10.0.0.2,\n",
	 "the addresses are not in their order"},
	{"\t10.0.0.1,\n\t10.0.1.0/24,\n", "\t10.0.0.1,\n\t10.0.0.1,\n",
	 "the addresses are not in their order"},
	{"\t10.0.0.1,\n\t10.0.1.0/24,\n", "\t10.0.0.1,\n\t10.0.1.0-10.0.1.255,\n",
	 "the address is not in its shortest form"},
	{"\t10.0.0.1,\n\t10.0.1.0/24,\n", "", "expected an address"},
	{"\t10.0.0.1,\n\t10.0.1.0/24,\n", "\t2001:db8::1,\n",
	 "an address of the other family"},
	{"} ip daddr . meta l4proto . th dport", "} ip6 daddr . meta l4proto . th dport",
	 "not the key of a class"},
	{"} ip daddr . meta l4proto . th dport", "} ip daddr . meta l4proto . th sport",
	 "not the key of a class"},
	{"\t10.1.0.1 . 6 . 443 comment \"class\",\n", "", "expected an element"},
	{"\t10.1.0.1 . 6 . 443 comment \"class\",\n",
	 "\t10.1.0.1 . 6 . 443 comment \"class\",\n\t10.1.0.1 . 6 . 445-446,\n",
	 "single values and ranges in one rule"},
	{"\t10.1.0.0/16 . 6 . 8000-8010 comment \"r\",\n", "\t10.1.0.9 . 6 . 8000,\n",
	 "the class has a rule already"},
	{". 8000-8010", ". 8000-8000", "a port written as a range"},
	{". 8000-8010", ". 8010-8000", "not a port or a range of ports"},
	{"} counter accept", "} counter drop", "expected `counter accept`"},
	{"meta l4proto 58 ip6 saddr", "ip6 saddr", "not the key of a class"},
	{"meta l4proto 58 ip6 saddr", "meta l4proto 17 ip6 saddr",
	 "not the key of a class"},
	{"th dport { 1-1024, 2000-65535 }", "th dport { 2000-65535, 1-1024 }",
	 "the ports are not in their order"},
	{"th dport { 1-1024, 2000-65535 }", "th dport { 1-1024, 1025-65535 }",
	 "the ports are not in their order"},
	{"th dport { 1-1024, 2000-65535 }", "th dport { 1-1024, 2000-65536 }",
	 "expected a number within its bounds"},
	{"th dport { 1-1024, 2000-65535 }", "th dport { }",
	 "expected a number within its bounds"},
	{"th sport { 1024-65535 } th dport { 53 }",
	 "th dport { 53 } th sport { 1024-65535 }", "expected `counter accept`"},
	{"} ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} meta",
	 "} ip6 daddr {\n\t2001:db8::1,\n} meta", "ends of two families"},
	{"icmp type { 8 } counter accept comment \"types\"",
	 "icmp type { 8, 9 } counter accept comment \"types\"",
	 "more than one type in a rule of a row"},
	{RULE "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n" RULE
	      "ip6 daddr {\n\t2001:db8:2::1,\n} counter drop\n",
	 "", "a base chain without its closing"},
	{RULE "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n",
	 RULE "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n" RULE
	      "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n",
	 "the chain is closed already"},
	{RULE "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n",
	 RULE "ip6 daddr {\n\t2001:db8::9,\n} counter drop\n" RULE
	      "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n",
	 "the chain is closed already"},
	{RULE "ip daddr {\n\t10.1.0.1,\n\t10.1.0.3,\n} counter drop\n",
	 RULE "counter drop\n", "another drop than the chain's policy says"},
	{RULE "ip6 daddr {\n\t2001:db8:2::1,\n} counter drop\n",
	 RULE "ip6 daddr {\n\t2001:db8:2::1,\n} counter drop\n"
	      "add rule inet cv-hq cv-hq-input counter drop\n",
	 "expected a rule of a chain of ours"},
};

static const struct wrong wrong_includes[] = {
	{"add rule inet filter cv-hq-forward ip saddr {",
	 "add rule inet filter cv-hq-forward counter drop\n"
	 "add rule inet filter cv-hq-forward ip saddr {",
	 "a drop in a chain that is no base chain"},
	{"add rule inet filter cv-hq-forward ip saddr {",
	 "add rule inet filter cv-hq-forward ct state established,related counter "
	 "accept\nadd rule inet filter cv-hq-forward ip saddr {",
	 "not a rule of ours"},
	{"add rule inet filter cv-hq-forward ip saddr {",
	 "add rule inet filter cv-hq-forward meta nfproto ipv4 meta l4proto 17 th dport "
	 "{ 53 } counter accept comment \"baseline: dns\"\n"
	 "add rule inet filter cv-hq-forward ip saddr {",
	 "a baseline in a chain that is no base chain"},
	{"add chain inet filter cv-hq-forward\n",
	 "add chain inet filter cv-hq-forward { type filter hook forward priority -5; "
	 "policy drop; }\n",
	 "a base chain in a table of another name"},
};

static const struct wrong wrong_undos[] = {
	{"delete table inet cv-hq\n", "", "expected `add chain`"},
	{"delete table inet cv-hq\n# gone with the table: add chain inet cv-hq "
	 "cv-hq-forward { type filter hook forward priority -5; policy accept; }\n",
	 "add chain inet cv-hq cv-hq-forward { type filter hook forward priority -5; "
	 "policy accept; }\nflush chain inet cv-hq cv-hq-forward\n",
	 "base chains stay"},
	{"delete table inet cv-hq\n", "delete table inet filter\n",
	 "expected `inet cv-hq`"},
	{" { type filter hook forward priority -5; policy accept; }", "",
	 "a table goes that is not ours alone"},
	{"# gone with the table: add rule inet cv-hq cv-hq-forward ip daddr {",
	 "add rule inet cv-hq cv-hq-forward ip daddr {",
	 "a base chain without its closing"},
	{"# gone with the table: \t10.1.0.1,", "\t10.1.0.1,",
	 "expected `# gone with the table: `"},
	{"# gone with the table: add rule inet cv-hq cv-hq-forward ip daddr {",
	 "# gone with the table: add rule inet cv-hq cv-hq-forward meta nfproto ipv4 "
	 "meta l4proto 6 counter accept\n"
	 "# gone with the table: add rule inet cv-hq cv-hq-forward ip daddr {",
	 "an undo that names a flow"},
};

#define OUTPUT "add chain inet cv-hq.linux cv-hq.linux-output"

static const struct wrong wrong_hosts[] = {
	{OUTPUT " { type filter hook output priority -5; policy drop; }", OUTPUT,
	 "a base chain beside one that is none"},
	{OUTPUT " {", "add chain inet cv-hq.linux cv-hr.linux-input {",
	 "the chain is there already"},
	{"output priority -5; policy drop", "output priority -5; policy accept",
	 "expected `oif lo accept`"},
	{"add rule inet cv-hq.linux cv-hq.linux-input ct state invalid counter drop\n",
	 "", "expected `ct state invalid counter drop`"},
	{"cv-hq.linux-input iif lo accept", "cv-hq.linux-input oif lo accept",
	 "expected `iif lo accept`"},
	{"cv-hq.linux-input counter drop", "cv-hq.linux-input counter accept",
	 "not a rule of ours"},
	{"add rule inet cv-hq.linux cv-hq.linux-input counter drop\n", "",
	 "a base chain without its closing"},
	{"add rule inet cv-hq.linux cv-hq.linux-output counter drop\n",
	 "add rule inet cv-hq.linux cv-hq.linux-output counter drop\n"
	 "add rule inet cv-hq.linux cv-hq.linux-input counter drop\n",
	 "expected a rule of a chain of ours"},
	{"add rule inet cv-hq.linux cv-hq.linux-output counter drop\n",
	 "add rule inet cv-hq.linux cv-hq.linux-output counter drop\n"
	 "add rule inet cv-hq.linux cv-hq.linux-output counter drop\n",
	 "the chain is closed already"},
};

static void test_reader_says_what_is_wrong(void **state)
{
	struct fixture f;

	(void)state;
	open_kinds(&f, CV_SUBJECT_SITE, LISTED, TEXT);
	for (size_t i = 0; i < COUNT(wrong_texts); i++)
		check_wrong(&f, TEXT, &wrong_texts[i]);
	emit(&f, UNDO);
	for (size_t i = 0; i < COUNT(wrong_undos); i++)
		check_wrong(&f, UNDO, &wrong_undos[i]);
	close_plan(&f);
	open_kinds(&f, CV_SUBJECT_SITE, INCLUDE, TEXT);
	for (size_t i = 0; i < COUNT(wrong_includes); i++)
		check_wrong(&f, TEXT, &wrong_includes[i]);
	close_plan(&f);
	open_kinds(&f, CV_SUBJECT_GROUP, ALL, TEXT);
	for (size_t i = 0; i < COUNT(wrong_hosts); i++)
		check_wrong(&f, TEXT, &wrong_hosts[i]);
	close_plan(&f);
}

/* An undo that deletes a table must never be that of an admin's table. */
static void test_undo_deletes_no_table_of_another_name(void **state)
{
	struct fixture f;
	const char *error;

	(void)state;
	open_kinds(&f, CV_SUBJECT_SITE, LISTED, UNDO);
	for (char *at = f.out.data; (at = strstr(at, "inet cv-hq")); at++)
		memcpy(at, "inet filte", strlen("inet filte"));
	assert_false(holds(&f, UNDO, f.out.data, f.out.size, &error));
	assert_string_equal(error, "a base chain in a table of another name");
	close_plan(&f);
}

/* A file may be anyone's: `apply` takes one. */
static void test_more_classes_than_a_chain_has_are_refused(void **state)
{
	struct cv_buf out = CV_BUF_INIT;
	const size_t most = (size_t)CV_NFT_MOST_RULES * CV_NFT_SHAPES;

	(void)state;
	for (size_t count = most; count <= most + 1; count++) {
		struct cv_reading reading = {0};
		struct cv_ctx ctx;

		out.size = 0;
		cv_buf_text(&out, "\nadd table inet x\nadd chain inet x cv-a-input\n"
				  "flush chain inet x cv-a-input\n");
		for (size_t i = 0; i < count; i++)
			cv_buf_format(&out,
				      "add rule inet x cv-a-input ip saddr {\n"
				      "\t10.0.%zu.%zu,\n\t10.9.0.1,\n} ip daddr . meta "
				      "l4proto {\n\t10.0.0.1 . 50,\n} counter accept\n",
				      i / 100, i % 100);
		cv_ctx_open(&ctx);
		reading.ctx = &ctx;
		reading.bytes = out.data;
		reading.size = out.size;
		assert_int_equal(cv_target_nftables.forms[TEXT].read(&reading),
				 count == most);
		if (count > most)
			assert_string_equal(reading.error,
					    "more classes than a chain may have");
		cv_sets_close(&ctx);
		cv_ctx_close(&ctx);
	}
	cv_buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader_says_what_is_wrong),
		cmocka_unit_test(test_undo_deletes_no_table_of_another_name),
		cmocka_unit_test(test_more_classes_than_a_chain_has_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
