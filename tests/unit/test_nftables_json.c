/* nftables as libnftables JSON: what each entry becomes, that it is proved, that no text
 * breaks out of its place, and that nothing but our own spelling is taken. */
#include "nftables_json_fixture.h"

static void test_json_every_shape_is_proved(void **state)
{
	struct fixture f;

	(void)state;
	for (int whole = 0; whole < 2; whole++) {
		open_sample(&f, whole ? CV_SUBJECT_SITE : CV_SUBJECT_GROUP);
		check_plan(&f, whole ? "gateway" : "host");
		close_plan(&f);
	}
}

static void test_json_is_deterministic(void **state)
{
	struct fixture a, b;

	(void)state;
	open_sample(&a, CV_SUBJECT_SITE);
	open_sample(&b, CV_SUBJECT_SITE);
	emit_json(&a, TEXT);
	emit_json(&b, TEXT);
	assert_string_equal(a.out.data, b.out.data);
	close_plan(&a);
	close_plan(&b);
}

static void test_json_no_flows_empty_the_chain(void **state)
{
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_PARTY);
	arrange(&f);
	check_plan(&f, "none");
	assert_null(strstr(f.out.data, "elem"));
	assert_null(strstr(f.out.data, "rule"));
	close_plan(&f);
}

/* One element a line, and each of the shapes of a value. */
static void test_json_spells_elements(void **state)
{
	static const char *const lines[] = {
		"\n            {\"elem\": {\"val\": {\"concat\": [\"10.0.0.1\", "
		"\"10.0.0.2\", 6, 443]}, \"comment\": \"a/b#ports/https\"}},\n",
		"{\"concat\": [{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, "
		"\"10.0.0.2\", 6, 443]}",
		"{\"concat\": [{\"range\": [\"10.2.0.1\", \"10.2.0.9\"]}, "
		"{\"prefix\": {\"addr\": \"0.0.0.0\", \"len\": 0}}, 6, "
		"{\"range\": [1, 65535]}]}",
		"\n            {\"concat\": [{\"prefix\": {\"addr\": \"10.0.0.0\", "
		"\"len\": 24}}, \"10.0.0.2\", 0]}\n",
		"{\"concat\": [\"2001:db8::1\", \"2001:db8::2\", 128]}",
		"{\"concat\": [\"10.0.0.1\", \"10.0.0.2\", 17, 123, 123]}",
		"\"flags\": [\"interval\"]",
		"\"size\": 16",
		"\"right\": \"@cv-hq-forward-4-exact\"",
	};
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	emit_json(&f, TEXT);
	for (size_t i = 0; i < COUNT(lines); i++)
		assert_non_null(strstr(f.out.data, lines[i]));
	close_plan(&f);
}

static size_t occurrences(const struct fixture *f, const char *text)
{
	size_t count = 0;

	for (const char *at = f->out.data; (at = strstr(at, text)); at++)
		count++;
	return count;
}

static void test_json_classes_and_rules_of_their_own(void **state)
{
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	add_classes(&f, "forward");
	add_flow(&f, &gateway[0]);
	add_flow(&f, &gateway[2]);
	arrange(&f);
	check_plan(&f, "classes");
	/* Nine classes, four flows by themselves, two sets. */
	assert_int_equal(occurrences(&f, "\"rule\": {"), 15);
	assert_int_equal(occurrences(&f, "{\"concat\": [{\"payload\": {\"protocol\": "
					 "\"ip\", \"field\": \"daddr\"}}"),
			 6);
	assert_non_null(strstr(
		f.out.data,
		"            {\"match\": {\"op\": \"==\", \"left\": {\"payload\": "
		"{\"protocol\": \"th\", \"field\": \"dport\"}}, \"right\": {\"set\": "
		"[1, 3, {\"range\": [5000, 65535]}]}}},\n"));
	close_plan(&f);
}

static void open_enforced(struct fixture *f, enum cv_subject_kind kind, bool all)
{
	static struct cv_text everything[] = {{"all", {0}}};
	static struct cv_text some[] = {{"Server", {0}}};
	static const char *const texts[] = {"10.1.0.0/16", "10.3.0.1", NULL};
	static const char *const texts_6[] = {"2001:db8:9::/48", NULL};
	struct cv_party *party;
	uint8_t family;

	open_plan(f, kind);
	party = cv_table_add(f->ctx.arena, &f->policy.parties, sizeof *party);
	party->name = "Server";
	party->addresses[0] = many_addresses(&f->ctx, texts, &family);
	party->addresses[1] = many_addresses(&f->ctx, texts_6, &family);
	enforce(f, all ? everything : some, 1);
	if (kind == CV_SUBJECT_SITE) {
		add_flow(f, &gateway[0]);
		add_flow(f, &gateway[13]);
		add_classes(f, "forward");
	} else {
		for (size_t i = 0; i < COUNT(host); i++)
			add_flow(f, &host[i]);
		add_classes(f, "input");
		add_classes(f, "output");
	}
	arrange(f);
}

static void test_json_mode_enforce_is_proved(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct fixture f;

		open_enforced(&f, i & 1 ? CV_SUBJECT_SITE : CV_SUBJECT_GROUP, i & 2);
		check_plan(&f, cv_arena_format(f.ctx.arena, "enforce-%d", i));
		assert_non_null(strstr(f.out.data, "\"prio\": -5, \"policy\": "));
		assert_non_null(strstr(f.out.data, "{\"drop\": null}"));
		close_plan(&f);
	}
}

/* The admin's table is never deleted; ours goes, and may not stay half. */
static void test_json_undo_deletes_no_table_but_ours(void **state)
{
	static const char farewell[] = ",\n    {\"delete\": {\"table\": {\"family\": "
				       "\"inet\", \"name\": \"cv-hq\"}}}";
	struct fixture f;
	char *at;

	(void)state;
	open_enforced(&f, CV_SUBJECT_SITE, true);
	emit_json(&f, UNDO);
	at = strstr(f.out.data, farewell);
	assert_non_null(at);
	memmove(at, at + strlen(farewell), strlen(at + strlen(farewell)) + 1);
	assert_false(proves(&f, UNDO, f.out.data, strlen(f.out.data)));
	close_plan(&f);

	open_sample(&f, CV_SUBJECT_SITE);
	emit_json(&f, UNDO);
	assert_null(strstr(f.out.data, "{\"delete\": {\"table\""));
	f.out.size -= strlen("\n  ]\n}\n");
	cv_buf_text(&f.out, ",\n    {\"delete\": {\"table\": {\"family\": \"inet\", "
			    "\"name\": \"filter\"}}}\n  ]\n}\n");
	assert_false(proves(&f, UNDO, f.out.data, f.out.size));
	close_plan(&f);
}

/* What a note could try to leave its place with; `fits`: it may stand there. */
static const struct {
	const char *text;
	bool fits;
} hostile[] = {
	{"", true},
	{"'", true},
	{"\"", false},
	{"x\"}}, {\"elem\": {\"val\": \"", false},
	{"\\", false},
	{"ends in a backslash \\", false},
	{"\\\" \\u0022", false},
	{"`id` $(id) ${x} $x", true},
	{"a; flush ruleset", true},
	{"}]}}, {\"flush\": {\"ruleset\": null}}", false},
	{"} ] } # | & < > % ]]>", true},
	{"@cv-hq-forward-4-exact", true},
	{"a\nflush ruleset", false},
	{"a\r\nflush ruleset", false},
	{"a\tb\x01\x1b\x7f", false},
	{"\xe2\x80\x98\xe2\x80\x9c\xe2\x80\x9d", false}, /* U+2018, U+201C, U+201D */
	{"a\xe2\x80\xa8"
	 "b",
	 false},                  /* U+2028 */
	{"a\xe2\x80\x8b", false}, /* U+200B */
	{"a\xc2\x85", false},     /* U+0085 */
	{" leading and trailing ", true},
	{"baseline: none", true},
};

static const char *comment_of(json_t *document, bool in_rule)
{
	const size_t count = json_array_size(json_object_get(document, "nftables"));
	const char *comment = NULL;

	for (size_t i = 0; i < count && !comment; i++) {
		json_t *command =
			json_array_get(json_object_get(document, "nftables"), i);

		if (in_rule)
			json_unpack(command, "{s:{s:{s:s}}}", "add", "rule", "comment",
				    &comment);
		else
			json_unpack(command, "{s:{s:{s:[{s:{s:s}}]}}}", "add", "set",
				    "elem", "elem", "comment", &comment);
	}
	return comment;
}

static void test_json_hostile_notes_never_break_out(void **state)
{
	static const char *const one[] = {"10.0.0.1", NULL};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(hostile); i++) {
		const bool in_rule = i & 1;
		/* A row's note that looks like one of the baseline is refused. */
		const bool fits =
			hostile[i / 2].fits &&
			!(in_rule && strncmp(hostile[i / 2].text, "base", 4) == 0);
		struct fixture f;
		json_t *document;

		open_plan(&f, CV_SUBJECT_SITE);
		if (in_rule)
			add_own(&f, "forward", one, one, 6, "1-65535",
				hostile[i / 2].text);
		else
			add_flow(&f, &gateway[0])->note = hostile[i / 2].text;
		arrange(&f);
		emit_json(&f, TEXT);
		assert_int_equal(proves(&f, TEXT, f.out.data, f.out.size), fits);
		/* Whatever the proof says of it, it is one string of JSON. */
		document =
			json_loadb(f.out.data, f.out.size, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(document);
		assert_string_equal(comment_of(document, in_rule), hostile[i / 2].text);
		assert_int_equal(json_array_size(json_object_get(document, "nftables")),
				 2 + 2 + 2 * CV_NFT_SHAPES + (in_rule ? 1 : 2));
		json_decref(document);
		if (fits)
			check_plan(&f, cv_arena_format(f.ctx.arena, "hostile-%zu", i));
		close_plan(&f);
	}
}

static void test_json_hostile_names_are_refused(void **state)
{
	static const char *const lists[] = {"chain", "set", "rule"};

	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++)
		for (size_t n = 0; n < COUNT(lists); n++) {
			struct fixture f;
			json_t *document;

			open_plan(&f, CV_SUBJECT_SITE);
			add_flow(&f, &gateway[0]);
			arrange(&f);
			for (size_t e = 0; e < f.plan.entries.count; e++) {
				struct cv_entry *entry =
					CV_AT(&f.plan.entries, struct cv_entry, e);

				if (entry->list && strcmp(entry->list, lists[n]) == 0)
					entry->more->name = hostile[i].text;
			}
			emit_json(&f, TEXT);
			document = json_loadb(f.out.data, f.out.size,
					      JSON_REJECT_DUPLICATES, NULL);
			assert_non_null(document);
			json_decref(document);
			assert_false(proves(&f, TEXT, f.out.data, f.out.size));
			close_plan(&f);
		}
}

static void test_json_notes_up_to_the_limit(void **state)
{
	char *note = calloc(1, 10001);

	(void)state;
	assert_non_null(note);
	for (size_t size = 127; size <= 10000; size = size == 129 ? 10000 : size + 1) {
		struct fixture f;

		memset(note, 'x', size);
		open_plan(&f, CV_SUBJECT_SITE);
		add_flow(&f, &gateway[0])->note = note;
		arrange(&f);
		emit_json(&f, TEXT);
		assert_int_equal(proves(&f, TEXT, f.out.data, f.out.size),
				 size <= CV_NFT_LONGEST_COMMENT);
		if (size == CV_NFT_LONGEST_COMMENT)
			check_plan(&f, "note-128");
		close_plan(&f);
	}
	free(note);
}

static struct cv_buf replaced(const struct fixture *f, const char *find, const char *by)
{
	const char *at = strstr(f->out.data, find);
	struct cv_buf bytes = CV_BUF_INIT;

	if (!at)
		fail_msg("`%s` is not there", find);
	cv_buf_add(&bytes, f->out.data, (size_t)(at - f->out.data));
	cv_buf_text(&bytes, by);
	cv_buf_text(&bytes, at + strlen(find));
	return bytes;
}

/* Spellings that nft would take as the same, or as something else, and that are none of
 * ours. */
static void test_json_takes_one_spelling_only(void **state)
{
	static const char *const changes[][2] = {
		{"{\n  \"nftables\"", "{\n \"nftables\""},
		{"{\n  \"nftables\"", "{\n  \"nftables\": [], \"nftables\""},
		{"\"json_schema_version\": 1", "\"json_schema_version\": 2"},
		{"\"family\": \"inet\"", "\"family\": \"ip\""},
		{"{\"flush\": {\"chain\"", "{\"delete\": {\"chain\""},
		{"\"prio\": -5", "\"prio\": -05"},
		{"\"prio\": -5", "\"prio\": -0"},
		{"\"prio\": -5", "\"prio\": \"-5\""},
		{"\"hook\": \"input\"", "\"hook\": \"output\""},
		{"\"type\": \"filter\"", "\"type\": \"route\""},
		{"\"policy\": \"drop\"", "\"policy\": \"accept\""},
		{"\"size\": 16", "\"size\": 016"},
		{"\"size\": 16", "\"size\": 8"},
		{"\"flags\": [\"interval\"]", "\"flags\": \"interval\""},
		{"\"inet_service\"]", "\"inet_service\", \"inet_service\"]"},
		{"\"len\": 24}", "\"len\": 25}"},
		{"{\"prefix\": {\"addr\": \"10.0.1.0\", \"len\": 24}}",
		 "{\"range\": [\"10.0.1.0\", \"10.0.1.255\"]}"},
		{"{\"prefix\": {\"addr\": \"10.0.1.0\", \"len\": 24}}",
		 "\"10.0.1.0/24\""},
		{"\"10.0.0.1\"", "{\"prefix\": {\"addr\": \"10.0.0.1\", \"len\": 32}}"},
		{"\"10.0.0.1\"", "{\"range\": [\"10.0.0.1\", \"10.0.0.1\"]}"},
		{"\"10.0.0.1\"", "\"10.0.0.01\""},
		{"\"10.0.0.1\"", "\"10.0.0.1-10.0.0.2\""},
		{"\"10.0.0.1\"", "\"localhost\""},
		{"\"10.0.0.1\"", "\"\\u0031\""},
		{"\"2001:db8::1\"", "\"2001:DB8::1\""},
		{"\"2001:db8::1\"", "\"2001:db8:0::1\""},
		{"6, 443]", "6, \"443\"]"},
		{"6, 443]", "\"tcp\", 443]"},
		{"6, 443]", "6, 443.0]"},
		{"6, 443]", "6, {\"range\": [443, 443]}]"},
		{"{\"range\": [8000, 8100]}", "\"8000-8100\""},
		{"\"op\": \"==\"", "\"op\": \"!=\""},
		{"\"op\": \"in\"", "\"op\": \"==\""},
		{"[\"established\", \"related\"]", "[\"related\", \"established\"]"},
		{"\"iif\"", "\"iifname\""},
		{"{\"counter\": null}", "{\"counter\": {}}"},
		{"{\"accept\": null}", "{\"drop\": null}"},
		{"{\"drop\": null}", "{\"accept\": null}"},
		{"{\"drop\": null}", "{\"return\": null}"},
		{"\"right\": \"@cv-hq.linux-input-4-exact\"",
		 "\"right\": \"@cv-hq.linux-input-4-ranges\""},
		{"\"right\": 1}}", "\"right\": 2}}"},
		{"\"right\": \"ipv6\"", "\"right\": \"ipv4\""},
		{"\"field\": \"saddr\"", "\"field\": \"daddr\""},
		{"\"field\": \"dport\"", "\"field\": \"sport\""},
		{"\"protocol\": \"th\"", "\"protocol\": \"tcp\""},
		{"\"chain\": \"cv-hq.linux-input\"", "\"chain\": \"cv-hq.linux-output\""},
		{"\"comment\": \"baseline: ", "\"comment\": \""},
		{"\"comment\": ", "\"handle\": 1, \"comment\": "},
		{"\n  ]\n}\n", "\n  ]\n}"},
		{"\n  ]\n}\n", "\n  ]\n}\n\n"},
		{"\n  ]\n}\n", ",\n    {\"flush\": {\"ruleset\": null}}\n  ]\n}\n"},
	};
	struct fixture f;

	(void)state;
	open_enforced(&f, CV_SUBJECT_GROUP, true);
	emit_json(&f, TEXT);
	assert_true(proves(&f, TEXT, f.out.data, f.out.size));
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct cv_buf bytes = replaced(&f, changes[i][0], changes[i][1]);

		if (proves(&f, TEXT, bytes.data, bytes.size))
			fail_msg("`%s` is taken for `%s`", changes[i][1], changes[i][0]);
		cv_buf_deinit(&bytes);
	}
	close_plan(&f);
}

/* The entries would be the same ones, or nft would read another key. */
static void test_json_takes_one_spelling_of_classes(void **state)
{
	static const char *const changes[][2] = {
		{"[1, 3, {\"range\": [5000, 65535]}]",
		 "[3, 1, {\"range\": [5000, 65535]}]"},
		{"[1, 3, {\"range\": [5000, 65535]}]",
		 "[1, 3, {\"range\": [5000, 6000]}, {\"range\": [6001, 65535]}]"},
		{"{\"meta\": {\"key\": \"l4proto\"}}, {\"payload\": {\"protocol\": "
		 "\"th\", \"field\": \"dport\"}}",
		 "{\"payload\": {\"protocol\": \"th\", \"field\": \"dport\"}}, "
		 "{\"meta\": {\"key\": \"l4proto\"}}"},
		{"\"10.0.0.1\",\n                    {\"prefix\": {\"addr\": "
		 "\"10.0.1.0\", \"len\": 24}}",
		 "{\"prefix\": {\"addr\": \"10.0.1.0\", \"len\": 24}},\n"
		 "                    \"10.0.0.1\""},
	};
	static const char last[] = "{\"concat\": [\"10.1.0.1\", 17, 443]}";
	static const char first[] = "{\"elem\": {\"val\": {\"concat\": [{\"prefix\"";
	struct fixture f;
	struct cv_buf bytes;
	const char *from, *to;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	add_classes(&f, "forward");
	arrange(&f);
	emit_json(&f, TEXT);
	for (size_t i = 0; i < COUNT(changes); i++) {
		bytes = replaced(&f, changes[i][0], changes[i][1]);
		if (proves(&f, TEXT, bytes.data, bytes.size))
			fail_msg("`%s` is taken for `%s`", changes[i][1], changes[i][0]);
		cv_buf_deinit(&bytes);
	}
	/* Single values and ranges in one rule. */
	from = strstr(f.out.data, last) + strlen(last);
	to = strstr(from, first);
	bytes = (struct cv_buf)CV_BUF_INIT;
	cv_buf_add(&bytes, f.out.data, (size_t)(from - f.out.data));
	cv_buf_text(&bytes, ",\n                    ");
	cv_buf_text(&bytes, to);
	assert_false(proves(&f, TEXT, bytes.data, bytes.size));
	cv_buf_deinit(&bytes);
	close_plan(&f);
}

static void test_json_sets_have_room_for_what_they_hold(void **state)
{
	struct fixture f;

	(void)state;
	for (size_t count = 16; count <= 17; count++) {
		open_plan(&f, CV_SUBJECT_SITE);
		for (size_t i = 1; i <= count; i++) {
			struct sample sample = gateway[0];

			sample.ports[0] = sample.ports[1] = (uint16_t)i;
			add_flow(&f, &sample);
		}
		arrange(&f);
		for (size_t i = 0; i < f.plan.entries.count; i++) {
			struct cv_entry *entry =
				CV_AT(&f.plan.entries, struct cv_entry, i);

			if (entry->list && strcmp(entry->list, "set") == 0 &&
			    entry->operation == CV_ADD)
				entry->more->value =
					cv_arena_format(f.ctx.arena, "%s; size 16",
							cv_nft_shapes[0].declaration);
		}
		emit_json(&f, TEXT);
		assert_int_equal(proves(&f, TEXT, f.out.data, f.out.size), count == 16);
		close_plan(&f);
	}
}

/* Every byte counts, and so does every line. */
static void test_json_any_change_is_noticed(void **state)
{
	static const char bytes[] = {'0', '9', 'a', '"', ' ', '\n', '\\', '\0', '\xff'};
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_GROUP);
	emit_json(&f, TEXT);
	for (size_t at = 0; at < f.out.size; at++) {
		const char was = f.out.data[at];

		for (size_t n = at % 3; n < sizeof bytes; n += 3) {
			f.out.data[at] = bytes[n];
			assert_int_equal(proves(&f, TEXT, f.out.data, f.out.size),
					 was == bytes[n]);
		}
		f.out.data[at] = was;
		assert_false(proves(&f, TEXT, f.out.data, at));
	}
	close_plan(&f);
}

static void test_json_dropped_and_doubled_lines_are_noticed(void **state)
{
	struct fixture f;

	(void)state;
	open_enforced(&f, CV_SUBJECT_GROUP, false);
	emit_json(&f, TEXT);
	for (const char *line = f.out.data; *line;) {
		const char *end = strchr(line, '\n') + 1;
		const size_t before = (size_t)(line - f.out.data);

		for (int twice = 0; twice < 2; twice++) {
			struct cv_buf bytes = CV_BUF_INIT;

			cv_buf_add(&bytes, f.out.data, before);
			for (int i = 0; i < 2 * twice; i++)
				cv_buf_add(&bytes, line, (size_t)(end - line));
			cv_buf_text(&bytes, end);
			assert_false(proves(&f, TEXT, bytes.data, bytes.size));
			cv_buf_deinit(&bytes);
		}
		line = end;
	}
	close_plan(&f);
}

/* Rules that accept stand before those that drop, whatever the entries are. */
static void test_json_rules_in_another_order_are_refused(void **state)
{
	static const char start[] = ",\n    {\n      \"add\": {\n        \"rule\"";
	struct fixture f;
	const char *first, *second, *last;
	struct cv_buf bytes = CV_BUF_INIT;

	(void)state;
	open_enforced(&f, CV_SUBJECT_SITE, true);
	emit_json(&f, TEXT);
	first = strstr(f.out.data, start);
	second = strstr(first + 1, start);
	last = first;
	for (const char *at = first; (at = strstr(at, start)); at++)
		last = at;
	cv_buf_add(&bytes, f.out.data, (size_t)(first - f.out.data));
	cv_buf_add(&bytes, last,
		   (size_t)(f.out.data + f.out.size - last) - strlen("\n  ]\n}\n"));
	cv_buf_add(&bytes, first, (size_t)(last - first));
	cv_buf_text(&bytes, "\n  ]\n}\n");
	assert_int_equal(bytes.size, f.out.size);
	assert_false(proves(&f, TEXT, bytes.data, bytes.size));
	bytes.size = 0;
	cv_buf_add(&bytes, f.out.data, (size_t)(first - f.out.data));
	cv_buf_add(&bytes, second, (size_t)(last - second));
	cv_buf_add(&bytes, first, (size_t)(second - first));
	cv_buf_text(&bytes, last);
	assert_int_equal(bytes.size, f.out.size);
	assert_false(proves(&f, TEXT, bytes.data, bytes.size));
	cv_buf_deinit(&bytes);
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_every_shape_is_proved),
		cmocka_unit_test(test_json_is_deterministic),
		cmocka_unit_test(test_json_no_flows_empty_the_chain),
		cmocka_unit_test(test_json_spells_elements),
		cmocka_unit_test(test_json_classes_and_rules_of_their_own),
		cmocka_unit_test(test_json_mode_enforce_is_proved),
		cmocka_unit_test(test_json_undo_deletes_no_table_but_ours),
		cmocka_unit_test(test_json_hostile_notes_never_break_out),
		cmocka_unit_test(test_json_hostile_names_are_refused),
		cmocka_unit_test(test_json_notes_up_to_the_limit),
		cmocka_unit_test(test_json_takes_one_spelling_only),
		cmocka_unit_test(test_json_takes_one_spelling_of_classes),
		cmocka_unit_test(test_json_sets_have_room_for_what_they_hold),
		cmocka_unit_test(test_json_any_change_is_noticed),
		cmocka_unit_test(test_json_dropped_and_doubled_lines_are_noticed),
		cmocka_unit_test(test_json_rules_in_another_order_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
