/* The nftables target: how flows become chains, sets and rules, that no text breaks
 * out of its place, and what its options allow. */
#include "nftables_fixture.h"

static void test_emit_is_deterministic(void **state)
{
	struct fixture a, b;

	(void)state;
	open_sample(&a, CV_SUBJECT_SITE);
	open_sample(&b, CV_SUBJECT_SITE);
	emit(&a, TEXT);
	emit(&b, TEXT);
	assert_string_equal(a.out.data, b.out.data);
	close_plan(&a);
	close_plan(&b);
}

static const struct cv_entry *find_setting(struct fixture *f, const char *list,
					   const char *name)
{
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&f->plan.entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_SETTING && strcmp(entry->list, list) == 0 &&
		    strcmp(entry->more->name, name) == 0)
			return entry;
	}
	fail_msg("no %s %s in the plan", list, name);
	return NULL;
}

static void test_arrange_names_chains_and_sets(void **state)
{
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	assert_string_equal(find_setting(&f, "chain", "cv-hq-forward")->more->value,
			    "inet filter");
	assert_string_equal(find_setting(&f, "set", "cv-hq-forward-4-exact")->more->value,
			    "type ipv4_addr . ipv4_addr . inet_proto . inet_service; "
			    "size 16");
	assert_string_equal(find_setting(&f, "rule", "cv-hq-forward")->more->value,
			    "ip saddr . ip daddr . meta l4proto . th dport "
			    "@cv-hq-forward-4-exact counter accept");
	assert_string_equal(CV_AT(&f.plan.entries, struct cv_entry, 4)->more->name,
			    "cv-hq-forward-4-ranges");
	close_plan(&f);

	open_sample(&f, CV_SUBJECT_GROUP);
	find_setting(&f, "chain", "cv-hq.linux-input");
	find_setting(&f, "set", "cv-hq.linux-output-6-exact");
	close_plan(&f);
}

/* A set that no flow needs is there as a removal: a load leaves nothing behind of the
 * one before it. */
static void test_arrange_removes_every_other_set(void **state)
{
	size_t added = 0, removed = 0;
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	add_flow(&f, &gateway[0]);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	for (size_t i = 0; i < CV_NFT_SHAPES; i++) {
		const char *name = cv_arena_format(f.ctx.arena, "cv-hq-forward%s",
						   cv_nft_shapes[i].suffix);

		if (find_setting(&f, "set", name)->operation == CV_ADD)
			added++;
		else
			removed++;
	}
	assert_int_equal(added, 1);
	assert_int_equal(removed, CV_NFT_SHAPES - 1);
	emit(&f, TEXT);
	assert_true(holds(&f, TEXT, f.out.data, f.out.size, &error));
	assert_non_null(strstr(f.out.data, "\ndelete set inet filter "
					   "cv-hq-forward-6-ranges-icmp\n"));
	save(&f, "one.nft");
	close_plan(&f);
}

static void test_no_flows_empty_the_chain(void **state)
{
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_PARTY);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	for (int form = TEXT; form <= UNDO; form++) {
		emit(&f, form);
		assert_true(holds(&f, form, f.out.data, f.out.size, &error));
		assert_null(strstr(f.out.data, "elements"));
		save(&f, form == TEXT ? "none.nft" : "none.undo.nft");
	}
	close_plan(&f);
}

static void test_sizes_are_powers_of_two(void **state)
{
	static const struct {
		size_t count;
		const char *value;
	} cases[] = {{1, "; size 16"},
		     {16, "; size 16"},
		     {17, "; size 32"},
		     {33, "; size 64"},
		     {5000, "; size 8192"}};
	const char *error;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;

		open_plan(&f, CV_SUBJECT_SITE);
		for (size_t n = 0; n < cases[i].count; n++) {
			struct sample sample = gateway[0];
			struct cv_entry *flow;

			sample.ports[0] = sample.ports[1] = (uint16_t)(n + 1);
			flow = add_flow(&f, &sample);
			flow->note = cv_arena_format(f.ctx.arena, "row %zu", n);
		}
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		assert_non_null(strstr(
			find_setting(&f, "set", "cv-hq-forward-4-exact")->more->value,
			cases[i].value));
		emit(&f, TEXT);
		assert_true(holds(&f, TEXT, f.out.data, f.out.size, &error));
		save(&f, cv_arena_format(f.ctx.arena, "size-%zu.nft", cases[i].count));
		close_plan(&f);
	}
}

/* What a note or a head line could try to leave its place with. */
static const struct {
	const char *text;
	bool note, head; /* may stand there as it is */
} hostile[] = {
	{"'", true, true},
	{"\"", false, true},
	{"x\", 1.2.3.4 . 5.6.7.8 . 6 . 22 comment \"", false, true},
	{"\\", false, true},
	{"ends in a backslash \\", false, true},
	{"`id` $(id) ${x} $x", true, true},
	{"a; flush ruleset", true, true},
	{"} } # | & < > % ]]>", true, true},
	{"a\nflush ruleset", false, false},
	{"a\r\nflush ruleset", false, false},
	{"a\tb\x01\x1b\x7f", false, false},
	{"\xe2\x80\x98\xe2\x80\x9c\xe2\x80\x9d", false,
	 false}, /* U+2018, U+201C, U+201D */
	{"a\xe2\x80\xa8"
	 "flush ruleset",
	 false, false},                  /* U+2028 */
	{"a\xe2\x80\x8b", false, false}, /* U+200B */
	{"a\xc2\x85", false, false},     /* U+0085 */
	{"\xff\xfe", false, false},
	{"include \"/etc/passwd\"", false, true},
	{"#", true, true},
	{" leading and trailing ", true, true},
};

/* Statements of an output, comments aside, whatever the strings hold. */
static size_t statements(const struct cv_buf *out)
{
	size_t count = 0;

	for (const char *line = out->data; *line; line = strchr(line, '\n') + 1)
		count += *line != '#' && *line != '\n';
	return count;
}

/* Every quote is one of a pair that holds a note, and nothing else is in the file but
 * printable ASCII. */
static void check_quoting(const struct cv_buf *out)
{
	for (const char *line = out->data; *line; line = strchr(line, '\n') + 1) {
		size_t quotes = 0;

		for (const char *at = line; *at != '\n'; at++) {
			assert_true((*at >= ' ' && *at <= '~') ||
				    (*at == '\t' && at == line));
			quotes += *at == '"';
		}
		assert_true(*line == '#' || quotes == 0 ||
			    (*line == '\t' && quotes == 2));
	}
}

static void test_hostile_texts_never_break_out(void **state)
{
	size_t plain = 0;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(hostile); i++) {
		const bool in_note = i & 1;
		const char *error;
		struct fixture f;

		open_plan(&f, CV_SUBJECT_SITE);
		add_head(&f, in_note ? "head" : hostile[i / 2].text);
		add_flow(&f, &gateway[0])->note = in_note ? hostile[i / 2].text : "note";
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		emit(&f, TEXT);
		check_quoting(&f.out);
		if (!plain)
			plain = statements(&f.out);
		assert_int_equal(statements(&f.out), plain);
		/* What had to be left out is missing in the proof. */
		assert_int_equal(holds(&f, TEXT, f.out.data, f.out.size, &error),
				 in_note ? hostile[i / 2].note : hostile[i / 2].head);
		save(&f, cv_arena_format(f.ctx.arena, "hostile-%zu.nft", i));
		close_plan(&f);
	}
}

static void test_notes_up_to_the_limit(void **state)
{
	char note[CV_NFT_LONGEST_COMMENT + 2];

	(void)state;
	for (size_t size = 127; size < sizeof note; size++) {
		const char *error;
		struct fixture f;

		memset(note, 'x', size);
		note[size] = '\0';
		open_plan(&f, CV_SUBJECT_SITE);
		add_flow(&f, &gateway[0])->note = note;
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		emit(&f, TEXT);
		assert_int_equal(holds(&f, TEXT, f.out.data, f.out.size, &error),
				 size <= CV_NFT_LONGEST_COMMENT);
		if (size == CV_NFT_LONGEST_COMMENT)
			save(&f, "note-128.nft");
		close_plan(&f);
	}
}

static const char *last_finding(const struct cv_ctx *ctx, enum cv_code *code_out)
{
	const struct cv_finding *finding;

	assert_true(ctx->findings.count > 0);
	finding = *CV_AT(&ctx->findings, struct cv_finding *, ctx->findings.count - 1);
	*code_out = finding->code;
	return finding->text;
}

static void test_names_over_the_limit_are_refused(void **state)
{
	char name[251];
	enum cv_code code;
	struct fixture f;

	(void)state;
	/* cv-NAME-forward-4-ranges-sport has 24 bytes more than NAME. */
	for (size_t size = 231; size <= 233; size++) {
		memset(name, 'a', size);
		name[size] = '\0';
		open_plan(&f, CV_SUBJECT_SITE);
		f.site.name.text = name;
		f.subject.name = name;
		add_flow(&f, &gateway[2]);
		if (cv_target_nftables.arrange(&f.ctx, &f.plan)) {
			assert_true(size + strlen("cv--forward-4-ranges-sport") <=
				    CV_NFT_LONGEST_NAME);
		} else {
			assert_true(size + strlen("cv--forward-4-ranges-sport") >
				    CV_NFT_LONGEST_NAME);
			last_finding(&f.ctx, &code);
			assert_int_equal(code, CV_F_TOO_LONG);
		}
		close_plan(&f);
	}
}

/* The lowering never makes these; should it, nothing may be dropped. */
static void test_flows_without_a_shape_are_refused(void **state)
{
	static const struct sample samples[] = {
		{"forward",
		 "2001:db8::1",
		 "2001:db8::2",
		 1,
		 8,
		 {0},
		 {0},
		 "ICMP over IPv6"},
		{"forward",
		 "10.0.0.1",
		 "10.0.0.2",
		 58,
		 128,
		 {0},
		 {0},
		 "ICMPv6 over IPv4"},
		{"forward",
		 "10.0.0.1",
		 "10.0.0.2",
		 6,
		 -1,
		 {0},
		 {1, 2},
		 "source port only"},
		{"input", "10.0.0.1", "10.0.0.2", 6, -1, {1, 2}, {0}, "not of a gateway"},
	};
	enum cv_code code;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct fixture f;

		open_plan(&f, CV_SUBJECT_SITE);
		add_flow(&f, &samples[i]);
		assert_false(cv_target_nftables.arrange(&f.ctx, &f.plan));
		last_finding(&f.ctx, &code);
		assert_int_equal(code, CV_F_PROOF_FAILED);
		close_plan(&f);
	}
}

static bool option_holds(struct cv_ctx *ctx, const char *key, const char *value)
{
	const struct cv_field *field = cv_target_nftables.options->fields;

	while (strcmp(field->key, key) != 0)
		field++;
	return field->lexical->check(ctx, (struct cv_text){value, {0}});
}

static void test_options_are_checked(void **state)
{
	static const struct {
		const char *key, *value, *text; /* NULL: allowed */
	} cases[] = {
		{"table", "inet filter", NULL},
		{"table", "inet my_fw.a/b-2", NULL},
		{"table", "ip filter",
		 "table is `ip filter`; it must be of the family inet, which holds IPv4 "
		 "and "
		 "IPv6, as in `inet filter`"},
		{"table", "filter",
		 "table is `filter`; it must be of the family inet, which holds IPv4 and "
		 "IPv6, as in `inet filter`"},
		{"table", "inet  filter",
		 "table is `inet  filter`; the name must begin with a letter and hold "
		 "letters, digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet filter; flush ruleset",
		 "table is `inet filter; flush ruleset`; the name must begin with a "
		 "letter "
		 "and hold letters, digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet 2x",
		 "table is `inet 2x`; the name must begin with a letter and hold "
		 "letters, "
		 "digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet ",
		 "table is `inet `; the name must begin with a letter and hold letters, "
		 "digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet log",
		 "table is `inet log`; `log` is a word of nft's grammar and cannot name "
		 "a "
		 "table"},
	};
	enum cv_code code;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cv_ctx ctx;

		cv_ctx_open(&ctx);
		assert_int_equal(option_holds(&ctx, cases[i].key, cases[i].value),
				 !cases[i].text);
		if (cases[i].text)
			assert_string_equal(last_finding(&ctx, &code), cases[i].text);
		cv_ctx_close(&ctx);
	}
}

static void test_table_option_is_used(void **state)
{
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	f.options.table.text = "inet my_fw";
	add_flow(&f, &gateway[0]);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	emit(&f, TEXT);
	assert_non_null(strstr(f.out.data, "\nadd table inet my_fw\n"));
	assert_null(strstr(f.out.data, "inet filter"));
	assert_true(holds(&f, TEXT, f.out.data, f.out.size, &error));
	save(&f, "table.nft");
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emit_is_deterministic),
		cmocka_unit_test(test_arrange_names_chains_and_sets),
		cmocka_unit_test(test_arrange_removes_every_other_set),
		cmocka_unit_test(test_no_flows_empty_the_chain),
		cmocka_unit_test(test_sizes_are_powers_of_two),
		cmocka_unit_test(test_hostile_texts_never_break_out),
		cmocka_unit_test(test_notes_up_to_the_limit),
		cmocka_unit_test(test_names_over_the_limit_are_refused),
		cmocka_unit_test(test_flows_without_a_shape_are_refused),
		cmocka_unit_test(test_options_are_checked),
		cmocka_unit_test(test_table_option_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
