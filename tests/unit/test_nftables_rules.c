/* Classes, rules of their own and mode enforce as text: they read back as they were, no
 * byte of them can change unseen, and no note breaks out of its place. */
#include "nftables_fixture.h"
#include "prove/prove.h"

static void test_forms_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * MODES; i++) {
		const enum cv_subject_kind kind =
			i & 1 ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE;
		const enum mode mode = (enum mode)(i / 2);

		for (int form = TEXT; form <= UNDO; form++) {
			const char *error = NULL, *name;
			struct fixture f;

			open_full(&f, kind, mode);
			emit(&f, form);
			name = cv_arena_format(f.ctx.arena, "%s-%s%s", mode_names[mode],
					       f.subject.name,
					       cv_target_nftables.forms[form].suffix);
			if (!holds(&f, form, f.out.data, f.out.size, &error))
				fail_msg("%s: %s", name, error ? error : "differs");
			save(&f, name);
			close_plan(&f);
		}
	}
}

static void test_proof_takes_each_form(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * MODES; i++) {
		struct fixture f;

		open_full(&f, i & 1 ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE,
			  (enum mode)(i / 2));
		for (int form = TEXT; form <= UNDO; form++) {
			emit(&f, form);
			if (!cv_prove_bytes(&f.ctx, &f.plan,
					    &cv_target_nftables.forms[form], "hq",
					    f.out.data, f.out.size))
				fail_msg("%s",
					 (*CV_AT(&f.ctx.findings, struct cv_finding *, 0))
						 ->text);
		}
		close_plan(&f);
	}
}

/* From the first of the lines that begin with `from` on. */
static void check_lines(struct fixture *f, const char *from, const char *lines)
{
	const char *at = strstr(f->out.data, from);

	assert_non_null(at);
	if (strncmp(at, lines, strlen(lines)) != 0)
		fail_msg("not as wanted: %.*s", (int)strlen(lines), at);
}

static void test_classes_share_a_rule(void **state)
{
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, INCLUDE);
	emit(&f, TEXT);
	check_lines(&f, "add rule inet filter cv-hq-forward ip saddr {",
		    "add rule inet filter cv-hq-forward ip saddr {\n"
		    "\t10.0.0.1,\n"
		    "\t10.0.1.0/24,\n"
		    "} ip daddr . meta l4proto . th dport {\n"
		    "\t10.1.0.1 . 6 . 443 comment \"class\",\n"
		    "\t10.1.0.1 . 17 . 443 comment \"quic\",\n"
		    "\t10.1.0.2 . 6 . 444,\n"
		    "} counter accept\n"
		    "add rule inet filter cv-hq-forward ip saddr {\n"
		    "\t10.0.0.1,\n"
		    "\t10.0.1.0/24,\n"
		    "} ip daddr . meta l4proto . th dport {\n"
		    "\t10.1.0.0/16 . 6 . 8000-8010 comment \"r\",\n"
		    "} counter accept\n"
		    "add rule inet filter cv-hq-forward ip saddr {\n"
		    "\t10.0.0.1,\n"
		    "\t10.0.2.1-10.0.2.9,\n"
		    "} ip daddr . meta l4proto . th dport {\n");
	check_lines(&f, "add rule inet filter cv-hq-forward meta l4proto 58 ip6 saddr {",
		    "add rule inet filter cv-hq-forward meta l4proto 58 ip6 saddr {\n"
		    "\t2001:db8::1,\n"
		    "\t2001:db8:1::/48,\n"
		    "} ip6 daddr . icmpv6 type {\n"
		    "\t2001:db8:2::/64 . 128 comment \"echo of six\",\n"
		    "} counter accept\n");
	close_plan(&f);
}

static void test_rules_alone_say_whole_sets(void **state)
{
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, INCLUDE);
	emit(&f, TEXT);
	check_lines(&f, "} ip daddr {",
		    "} ip daddr {\n"
		    "\t10.1.0.1,\n"
		    "\t10.1.0.3,\n"
		    "} meta l4proto 6 th dport { 1025-65535 } counter accept comment "
		    "\"wide\"\n"
		    "add rule inet filter cv-hq-forward ip saddr {\n"
		    "\t10.0.0.1,\n"
		    "} ip daddr {\n"
		    "\t10.1.0.1,\n"
		    "} meta l4proto 6 th dport { 1-1024, 2000-65535 } counter accept\n"
		    "add rule inet filter cv-hq-forward ip saddr {\n"
		    "\t0.0.0.0/0,\n"
		    "} ip daddr {\n"
		    "\t10.1.0.1,\n"
		    "} meta l4proto 17 th sport { 1024-65535 } th dport { 53 } counter "
		    "accept comment \"dns\"\n");
	assert_non_null(strstr(f.out.data, "} meta l4proto 1 icmp type { 8 } counter "
					   "accept comment \"types\"\n"));
	assert_non_null(
		strstr(f.out.data, "} meta l4proto 51 counter accept comment \"\"\n"));
	close_plan(&f);
}

static void test_base_chains_open_and_close(void **state)
{
	struct fixture f;

	(void)state;
	open_enforcing(&f, CV_SUBJECT_GROUP, true);
	add_flow(&f, &host[1]);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	emit(&f, TEXT);
	check_lines(&f, "add table",
		    "add table inet cv-hq.linux\n"
		    "add chain inet cv-hq.linux cv-hq.linux-input { type filter hook "
		    "input priority -5; policy drop; }\n"
		    "flush chain inet cv-hq.linux cv-hq.linux-input\n");
	check_lines(&f, "add rule",
		    "add rule inet cv-hq.linux cv-hq.linux-input ct state "
		    "established,related counter accept\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input ct state invalid "
		    "counter drop\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input iif lo accept\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input meta nfproto ipv6 meta "
		    "l4proto 58 icmpv6 type { 133, 134, 135, 136 } counter accept "
		    "comment \"baseline: neighbour discovery\"\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input meta nfproto ipv6 meta "
		    "l4proto 58 icmpv6 type { 130, 131, 132, 143 } counter accept "
		    "comment \"baseline: multicast listeners\"\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input meta nfproto ipv4 meta "
		    "l4proto 1 icmp type { 3, 11, 12 } counter accept comment "
		    "\"baseline: ICMP errors\"\n");
	check_lines(&f, "add rule inet cv-hq.linux cv-hq.linux-input ip saddr {",
		    "add rule inet cv-hq.linux cv-hq.linux-input ip saddr {\n"
		    "\t10.9.0.0/24,\n"
		    "} meta l4proto 6 th dport { 22 } counter accept comment "
		    "\"baseline: management\"\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input ip saddr . ip daddr . "
		    "meta l4proto . th dport @cv-hq.linux-input-4-exact counter accept\n"
		    "add rule inet cv-hq.linux cv-hq.linux-input counter drop\n"
		    "add rule inet cv-hq.linux cv-hq.linux-output ct state "
		    "established,related counter accept\n");
	close_plan(&f);
}

static void test_listed_parties_are_closed_one_by_one(void **state)
{
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, LISTED);
	emit(&f, TEXT);
	assert_non_null(
		strstr(f.out.data, "hook forward priority -5; policy accept; }\n"));
	check_lines(&f, "add rule inet cv-hq cv-hq-forward ip daddr {",
		    "add rule inet cv-hq cv-hq-forward ip daddr {\n"
		    "\t10.1.0.1,\n"
		    "\t10.1.0.3,\n"
		    "} counter drop\n"
		    "add rule inet cv-hq cv-hq-forward ip6 daddr {\n"
		    "\t2001:db8:2::1,\n"
		    "} counter drop\n");
	emit(&f, UNDO);
	check_lines(&f, "add table",
		    "add table inet cv-hq\n"
		    "delete table inet cv-hq\n"
		    "# gone with the table: add chain inet cv-hq cv-hq-forward { type "
		    "filter hook forward priority -5; policy accept; }\n"
		    "# gone with the table: add set inet cv-hq cv-hq-forward-4-exact { ");
	check_lines(&f,
		    "# gone with the table: add rule inet cv-hq cv-hq-forward ip daddr",
		    "# gone with the table: add rule inet cv-hq cv-hq-forward ip daddr "
		    "{\n"
		    "# gone with the table: \t10.1.0.1,\n"
		    "# gone with the table: \t10.1.0.3,\n"
		    "# gone with the table: } counter drop\n");
	close_plan(&f);
}

/* The bytes with `put` (of `size` bytes) for the `gone` bytes at `at`. */
static void check_change(struct fixture *f, int form, size_t at, size_t gone,
			 const char *put, size_t size)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *error;

	cv_buf_add(&out, f->out.data, at);
	cv_buf_add(&out, put, size);
	cv_buf_add(&out, f->out.data + at + gone, f->out.size - at - gone);
	if (holds(f, form, out.data, out.size, &error))
		fail_msg("%02x for %zu bytes at %zu was not seen: %.60s",
			 size ? (unsigned char)*put : 0, gone, at, f->out.data + at);
	cv_buf_deinit(&out);
}

/* Behind the head and the sets, which other tests look at, where there are rules. */
static size_t first_byte(const struct fixture *f, int form)
{
	const char *rule = strstr(f->out.data, "add rule ");

	return form == TEXT && rule ? (size_t)(rule - f->out.data) : 0;
}

static size_t change_at(enum cv_subject_kind kind, enum mode mode, int form, size_t at)
{
	static const char bytes[] = "0a \n;\x80"; /* and its NUL */
	struct fixture f; /* anew, since what is read stays in its arena */
	size_t size;

	open_kinds(&f, kind, mode, form);
	size = f.out.size;
	if (at < first_byte(&f, form))
		at = size + 1;
	for (size_t i = 0; at <= size && i < sizeof bytes; i++) {
		check_change(&f, form, at, 0, &bytes[i], 1);
		if (at < size && f.out.data[at] != bytes[i])
			check_change(&f, form, at, 1, &bytes[i], 1);
	}
	if (at < size) {
		const char next = (char)(f.out.data[at] + 1);

		check_change(&f, form, at, 1, &next, 1);
		check_change(&f, form, at, 0, &f.out.data[at], 1);
		check_change(&f, form, at, 1, "", 0);
	}
	close_plan(&f);
	return size;
}

static void test_every_byte_counts(void **state)
{
	static const struct {
		enum cv_subject_kind kind;
		enum mode mode;
		int form;
	} cases[] = {
		{CV_SUBJECT_SITE, INCLUDE, TEXT},
		{CV_SUBJECT_SITE, LISTED, TEXT},
		{CV_SUBJECT_GROUP, ALL, TEXT},
		{CV_SUBJECT_SITE, LISTED, UNDO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t at = 0, size = 1; at <= size; at++)
			size = change_at(cases[i].kind, cases[i].mode, cases[i].form, at);
}

static void test_truncated_files_are_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * MODES; i++) {
		const char *error;
		struct fixture f;

		open_kinds(&f, CV_SUBJECT_SITE, (enum mode)(i / 2), i & 1);
		for (size_t size = 0; size < f.out.size; size++) {
			char *bytes = malloc(size + 1); /* so that a step over is seen */

			assert_non_null(bytes);
			memcpy(bytes, f.out.data, size);
			bytes[size] = '\0';
			assert_false(holds(&f, i & 1, bytes, size, &error));
			free(bytes);
		}
		close_plan(&f);
	}
}

/* What a note could try to leave its place with. */
static const struct {
	const char *text;
	bool stands; /* may stand there as it is */
} hostile[] = {
	{"'", true},
	{"\"", false},
	{"x\" accept; flush ruleset; #", false},
	{"x\",\n} counter accept\nflush ruleset", false},
	{"\\", false},
	{"ends in a backslash \\", false},
	{"`id` $(id) ${x} $x @cv-hq-forward-4-exact", true},
	{"a; flush ruleset", true},
	{"} } # | & < > % ]]> {", true},
	{"a\nflush ruleset", false},
	{"a\r\nflush ruleset", false},
	{"a\tb\x01\x1b\x7f", false},
	{"\xe2\x80\x98\xe2\x80\x9c\xe2\x80\x9d", false}, /* U+2018, U+201C, U+201D */
	{"a\xe2\x80\xa8"
	 "flush ruleset",
	 false},                  /* U+2028 */
	{"a\xe2\x80\x8b", false}, /* U+200B */
	{"\xff\xfe", false},
	{"include \"/etc/passwd\"", false},
	{" leading and trailing ", true},
};

/* Lines of rules, whatever the strings hold. */
static size_t lines_of(const struct cv_buf *out)
{
	size_t count = 0;

	for (const char *line = out->data; *line; line = strchr(line, '\n') + 1)
		count++;
	return count;
}

static void check_bytes(const struct cv_buf *out)
{
	for (const char *line = out->data; *line; line = strchr(line, '\n') + 1) {
		size_t quotes = 0;

		for (const char *at = line; *at != '\n'; at++) {
			assert_true((*at >= ' ' && *at <= '~') ||
				    (*at == '\t' && at == line));
			quotes += *at == '"';
		}
		assert_true(quotes == 0 || quotes == 2);
	}
}

static void test_hostile_notes_never_break_out(void **state)
{
	static const size_t samples[] = {0, 2, 8, 12, 13, 15}; /* classes, then alone */
	size_t plain[COUNT(samples)] = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(hostile) * COUNT(samples); i++) {
		const size_t which = i % COUNT(samples), text = i / COUNT(samples);
		struct rule_sample sample = own_rules[samples[which]];
		const char *error;
		struct fixture f;

		sample.note = hostile[text].text;
		open_enforcing(&f, CV_SUBJECT_SITE, true);
		add_rule(&f, &sample);
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		emit(&f, TEXT);
		check_bytes(&f.out);
		if (!plain[which])
			plain[which] = lines_of(&f.out);
		assert_int_equal(lines_of(&f.out), plain[which]);
		/* What had to be left out is missing in the proof. */
		assert_int_equal(holds(&f, TEXT, f.out.data, f.out.size, &error),
				 hostile[text].stands);
		save(&f, cv_arena_format(f.ctx.arena, "hostile-rule-%zu.nft", i));
		close_plan(&f);
	}
}

/* A row's note that passes for the baseline's is not proved. */
static void test_notes_of_rows_never_pass_for_the_baseline(void **state)
{
	struct rule_sample sample = own_rules[13];
	const char *error;
	struct fixture f;

	(void)state;
	sample.note = CV_NFT_BASELINE_NOTE "dns";
	open_enforcing(&f, CV_SUBJECT_SITE, true);
	add_rule(&f, &sample);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	emit(&f, TEXT);
	assert_false(holds(&f, TEXT, f.out.data, f.out.size, &error));
	close_plan(&f);
}

static void test_long_notes_are_refused(void **state)
{
	char note[10001];

	(void)state;
	memset(note, 'x', sizeof note - 1);
	note[sizeof note - 1] = '\0';
	for (size_t i = 0; i < 4; i++) {
		struct rule_sample sample = own_rules[i & 1 ? 13 : 0];
		const char *error = NULL;
		struct fixture f;

		if (i & 2)
			note[CV_NFT_LONGEST_COMMENT] = '\0';
		sample.note = note;
		open_enforcing(&f, CV_SUBJECT_SITE, true);
		add_rule(&f, &sample);
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		emit(&f, TEXT);
		assert_int_equal(holds(&f, TEXT, f.out.data, f.out.size, &error),
				 (i & 2) != 0);
		if (i & 2)
			save(&f, i & 1 ? "note-own.nft" : "note-class.nft");
		else
			assert_string_equal(error,
					    "the comment is longer than nft takes");
		close_plan(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_read_back),
		cmocka_unit_test(test_proof_takes_each_form),
		cmocka_unit_test(test_classes_share_a_rule),
		cmocka_unit_test(test_rules_alone_say_whole_sets),
		cmocka_unit_test(test_base_chains_open_and_close),
		cmocka_unit_test(test_listed_parties_are_closed_one_by_one),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_truncated_files_are_refused),
		cmocka_unit_test(test_hostile_notes_never_break_out),
		cmocka_unit_test(test_notes_of_rows_never_pass_for_the_baseline),
		cmocka_unit_test(test_long_notes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
