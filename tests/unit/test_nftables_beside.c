/* Chains beside others and the maps that lead there, as text and as JSON: they read back
 * as they were, no byte or line of them can change unseen, and what is none of ours is
 * refused by what is wrong with it. */
#include "nftables_json_fixture.h"

static const struct rule_sample classes[] = {
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.1", 6, -1, "443", NULL, "a"},
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.1", 6, -1, "8000-8010", NULL, "a"},
	{"forward", "10.0.0.3,10.0.0.5", "10.1.0.1", 6, -1, "443", NULL, "b"},
	{"forward", "2001:db8::1,2001:db8:1::/48", "2001:db8:2::1", 6, -1, "443", NULL,
	 "c"},
	{"forward", "10.0.0.1,10.0.3.0", "10.1.0.2", 17, -1, "53", NULL, "not aside"},
	{"input", "10.0.0.1,10.0.1.0/24", "10.1.0.1", 6, -1, "443", NULL, "in"},
	{"output", "10.1.0.1,10.1.0.3", "10.0.1.0/24", 6, -1, "443", NULL, "out"},
};

enum { FORWARD = 5, STEERED = 4 }; /* of classes[] */

static void open_aside(struct fixture *f, enum cv_subject_kind kind, enum mode mode)
{
	const size_t first = kind == CV_SUBJECT_SITE ? 0 : FORWARD;
	const size_t end = kind == CV_SUBJECT_SITE ? FORWARD : COUNT(classes);

	open_mode(f, kind, mode);
	f->options.baseline.count = mode == INCLUDE ? 0 : 1;
	add_head(f, "head");
	for (size_t i = first; i < end; i++)
		add_rule(f, &classes[i])->steered = i != STEERED;
	assert_true(cv_target_nftables.arrange(&f->ctx, &f->plan));
}

static void test_forms_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * MODES; i++) {
		const enum cv_subject_kind kind =
			i & 1 ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE;
		const enum mode mode = (enum mode)(i / 2);
		const char *error = NULL;
		struct fixture f;

		open_aside(&f, kind, mode);
		for (int form = TEXT; form <= UNDO; form++) {
			emit(&f, form);
			if (!holds(&f, form, f.out.data, f.out.size, &error))
				fail_msg("%s: %s", mode_names[mode],
					 error ? error : "differs");
		}
		f.use.target = &cv_target_nftables_json;
		check_plan(&f, cv_arena_format(f.ctx.arena, "aside-%s-%d",
					       mode_names[mode], i & 1));
		close_plan(&f);
	}
}

#define WAYS "cv-hq-forward-ways-"
#define FILL "add element inet filter " WAYS
#define RULE "add rule inet filter cv-hq-forward "
#define CLASS(number) "add chain inet filter cv-hq-forward-class-" number "\n"
#define EMPTY(number) "flush chain inet filter cv-hq-forward-class-" number "\n"
#define EXACT_4 \
	"add map inet filter " WAYS "4-exact { type ipv4_addr : verdict; }\n" \
	"flush map inet filter " WAYS "4-exact\n"
#define TO_01 " : jump cv-hq-forward-class-01,\n"
#define TO_14 " : jump cv-hq-forward-class-14,\n"

static void test_addresses_lead_to_one_chain_each(void **state)
{
	static const char wanted[] = FILL
		"4-exact {\n"
		"\t10.0.0.3" TO_01 "\t10.0.0.5" TO_01 "\t10.0.0.1" TO_14 "}\n" FILL
		"4-ranges {\n"
		"\t10.0.1.0/24" TO_14 "}\n" FILL "6-exact {\n"
		"\t2001:db8::1 : jump cv-hq-forward-class-03,\n"
		"}\n" FILL "6-ranges {\n"
		"\t2001:db8:1::/48 : jump cv-hq-forward-class-03,\n"
		"}\n" RULE "ip saddr vmap @" WAYS "4-exact\n" RULE "ip saddr vmap @" WAYS
		"4-ranges\n" RULE "ip6 saddr vmap @" WAYS "6-exact\n" RULE
		"ip6 saddr vmap @" WAYS "6-ranges\n" RULE "ip saddr {\n";
	struct fixture f;
	const char *at;

	(void)state;
	open_aside(&f, CV_SUBJECT_SITE, INCLUDE);
	emit(&f, TEXT);
	at = strstr(f.out.data, FILL);
	assert_non_null(at);
	if (strncmp(at, wanted, strlen(wanted)) != 0)
		fail_msg("not as wanted: %.*s", (int)strlen(wanted), at);
	close_plan(&f);
}

struct wrong {
	const char *from, *to, *error;
};

static const struct wrong wrong_texts[] = {
	{CLASS("00") EMPTY("00"), "", "not the chain that stands beside here"},
	{CLASS("15") EMPTY("15"), "", "some of the chains beside a chain are missing"},
	{CLASS("03") EMPTY("03") CLASS("04") EMPTY("04"),
	 CLASS("04") EMPTY("04") CLASS("03") EMPTY("03"),
	 "not the chain that stands beside here"},
	{EMPTY("15"), EMPTY("15") CLASS("16") EMPTY("16"),
	 "not the chain that stands beside here"},
	{EMPTY("03"), "", "expected `flush chain`"},
	{EMPTY("03"), "delete chain inet filter cv-hq-forward-class-03\n",
	 "expected `flush chain`"},
	{EMPTY("03"), EMPTY("04"), "expected `cv-hq-forward-class-03`"},
	{EXACT_4, "", "not the map that stands here"},
	{EXACT_4, EXACT_4 EXACT_4, "not the map that stands here"},
	{"flush map inet filter " WAYS "4-exact\n", "", "expected `flush map`"},
	{"flush map inet filter " WAYS "4-exact\n",
	 "delete map inet filter " WAYS "4-exact\n", "expected `flush map`"},
	{"flush map inet filter " WAYS "4-exact\n",
	 "flush map inet filter " WAYS "6-exact\n", "expected `" WAYS "4-exact`"},
	{"4-exact { type ipv4_addr : verdict; }",
	 "4-exact { type ipv4_addr : verdict; flags interval; }", "expected `; }`"},
	{"4-exact { type ipv4_addr : verdict; }", "4-exact { type ipv4_addr : mark; }",
	 "expected `type ipv4_addr : verdict`"},
	{"add map inet filter " WAYS "6-ranges { type ipv6_addr : verdict; flags "
	 "interval; }\nflush map inet filter " WAYS "6-ranges\n",
	 "", "some of the maps to the chains beside are missing"},
	{FILL "4-exact {\n", FILL "4-other {\n", "elements of no map of ours"},
	{FILL "4-ranges {\n\t10.0.1.0/24" TO_14 "}\n",
	 FILL "4-exact {\n\t10.0.1.9" TO_14 "}\n", "the maps are not filled in order"},
	{"\t10.0.1.0/24" TO_14, "", "expected an address"},
	{"\t10.0.0.3" TO_01, "\t10.0.0.0/24" TO_01,
	 "a range in a map of single addresses"},
	{"\t10.0.1.0/24" TO_14, "\t10.0.1.9" TO_14,
	 "a single address in a map of ranges"},
	{"\t10.0.0.3" TO_01 "\t10.0.0.5" TO_01, "\t10.0.0.5" TO_01 "\t10.0.0.3" TO_01,
	 "the addresses are not in their order"},
	{"\t10.0.0.3" TO_01 "\t10.0.0.5" TO_01, "\t10.0.0.3" TO_01 "\t10.0.0.3" TO_01,
	 "the addresses are not in their order"},
	{"\t10.0.0.5" TO_01 "\t10.0.0.1" TO_14, "\t10.0.0.1" TO_14 "\t10.0.0.5" TO_01,
	 "the jumps are not in their chains' order"},
	{"\t10.0.0.1" TO_14, "\t10.0.0.5" TO_14, "an address that leads to two chains"},
	{"\t10.0.1.0/24" TO_14, "\t10.0.0.0/24" TO_14,
	 "an address that leads to two chains"},
	{"\t10.0.0.3" TO_01, "\t2001:db8::9" TO_01, "an address of the other family"},
	{"\t10.0.0.3" TO_01, "\t10.0.0.3 : jump cv-hq-forward,\n",
	 "a jump to no chain beside the map's"},
	{"\t10.0.0.3" TO_01, "\t10.0.0.3 : jump admin,\n",
	 "a jump to no chain beside the map's"},
	{"\t10.0.0.3" TO_01, "\t10.0.0.3 : accept,\n", "expected ` : jump `"},
	{"\t10.0.0.3" TO_01, "\t10.0.0.3 : goto cv-hq-forward-class-01,\n",
	 "expected ` : jump `"},
	{"\t10.0.0.1" TO_14, "\t10.0.0.9" TO_14,
	 "a class whose sources do not come to it"},
	{RULE "ip saddr vmap @" WAYS "4-exact\n", "", "a map has no rule"},
	{RULE "ip saddr vmap @" WAYS "4-exact\n",
	 RULE "ip saddr vmap @" WAYS "4-exact\n" RULE "ip saddr vmap @" WAYS "4-exact\n",
	 "not a map that waits for its rule"},
	{RULE "ip saddr vmap @" WAYS "4-exact\n" RULE "ip saddr vmap @" WAYS "4-ranges\n",
	 RULE "ip saddr vmap @" WAYS "4-ranges\n" RULE "ip saddr vmap @" WAYS "4-exact\n",
	 "the rule stands behind that of a later map"},
	{"ip saddr vmap @" WAYS "4-exact", "ip daddr vmap @" WAYS "4-exact",
	 "expected `ip saddr vmap`"},
	{"ip saddr vmap @" WAYS "4-exact\n", "ip saddr vmap @" WAYS "4-exact accept\n",
	 "expected the line's end"},
	{RULE "ip saddr vmap @" WAYS "4-exact\n",
	 "add rule inet filter cv-hq-forward-class-00 ip saddr vmap @" WAYS "4-exact\n",
	 "the rule stands in another chain than its map's"},
	{"add rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "add rule inet filter cv-hq-forward-class-01 ip saddr vmap @" WAYS "4-exact\n"
	 "add rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "not a map that waits for its rule"},
	{"add rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "add rule inet filter cv-hq-forward-class-01 counter drop\n"
	 "add rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "a drop in a chain that is no base chain"},
	{"add rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "add rule inet filter cv-hq-forward-class-01 meta nfproto ipv4 meta l4proto 6 "
	 "counter accept\nadd rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "not a rule of ours"},
	{"add rule inet filter cv-hq-forward-class-01 ip saddr {",
	 "add rule inet filter cv-hq-forward-class-02 ip saddr {",
	 "a class whose sources do not come to it"},
};

static const struct wrong wrong_undos[] = {
	{"delete map inet filter " WAYS "4-exact\n",
	 "flush map inet filter " WAYS "4-exact\n", "expected `delete map`"},
	{"# gone with the flush: " FILL "4-exact {\n", FILL "4-exact {\n",
	 "expected a rule of a chain of ours"},
	{"# gone with the flush: \t10.0.0.3", "\t10.0.0.3",
	 "expected `# gone with the flush: `"},
	{EMPTY("07"), EMPTY("07") "delete chain inet filter cv-hq-forward-class-07\n",
	 "some of the chains beside a chain are missing"},
};

static struct cv_buf replaced(const struct fixture *f, const char *from, const char *to)
{
	const char *at = strstr(f->out.data, from);
	struct cv_buf out = CV_BUF_INIT;

	if (!at)
		fail_msg("not in the file: %s", from);
	cv_buf_add(&out, f->out.data, (size_t)(at - f->out.data));
	cv_buf_text(&out, to);
	cv_buf_text(&out, at + strlen(from));
	return out;
}

static void check_wrong(const struct fixture *f, int form, const struct wrong *wrong)
{
	struct cv_buf out = replaced(f, wrong->from, wrong->to);
	struct cv_reading reading = {
		.ctx = (struct cv_ctx *)&f->ctx, .bytes = out.data, .size = out.size};

	if (cv_target_nftables.forms[form].read(&reading))
		fail_msg("taken: %s", wrong->to);
	if (!reading.error || strcmp(reading.error, wrong->error) != 0)
		fail_msg("%s is refused by: %s", wrong->to, reading.error);
	assert_true(reading.error_at <= out.size);
	cv_buf_deinit(&out);
}

static void test_reader_says_what_is_wrong(void **state)
{
	struct fixture f;

	(void)state;
	open_aside(&f, CV_SUBJECT_SITE, INCLUDE);
	emit(&f, TEXT);
	for (size_t i = 0; i < COUNT(wrong_texts); i++)
		check_wrong(&f, TEXT, &wrong_texts[i]);
	emit(&f, UNDO);
	for (size_t i = 0; i < COUNT(wrong_undos); i++)
		check_wrong(&f, UNDO, &wrong_undos[i]);
	close_plan(&f);
}

/* A file may be of a host with two chains: what is beside the one is not beside the
 * other. */
static void test_chains_beside_are_those_of_one_chain(void **state)
{
	static const struct wrong wrong[] = {
		{" : jump cv-hq.linux-input-class-", " : jump cv-hq.linux-output-class-",
		 "a jump to no chain beside the map's"},
		{"add rule inet filter cv-hq.linux-output ip saddr vmap ",
		 "add rule inet filter cv-hq.linux-input ip saddr vmap ",
		 "the rule stands in another chain than its map's"},
		{"add chain inet filter cv-hq.linux-input-class-00\n",
		 "add chain inet filter cv-hq.linux-output-class-00\n",
		 "expected `cv-hq.linux-output-class-00`"},
	};
	struct fixture f;

	(void)state;
	open_aside(&f, CV_SUBJECT_GROUP, INCLUDE);
	emit(&f, TEXT);
	for (size_t i = 0; i < COUNT(wrong); i++)
		check_wrong(&f, TEXT, &wrong[i]);
	close_plan(&f);
}

/* Bytes that are none, or one of another kind, in every place. */
static void test_every_byte_counts(void **state)
{
	static const char bytes[] = {'0', 'a', '\n', '\0', '\x80'};
	const char *error;
	struct fixture f;

	(void)state;
	for (int form = TEXT; form <= UNDO; form++) {
		open_aside(&f, CV_SUBJECT_SITE, INCLUDE);
		emit(&f, form);
		for (size_t at = 0; at < f.out.size; at++) {
			const char was = f.out.data[at];

			f.out.data[at] = bytes[at % sizeof bytes];
			if (f.out.data[at] != was &&
			    holds(&f, form, f.out.data, f.out.size, &error))
				fail_msg("form %d: not seen at byte %zu", form, at);
			f.out.data[at] = was;
		}
		close_plan(&f);
	}
}

/* A line less, or twice. */
static void check_lines(struct fixture *f, int form, bool json)
{
	const char *error;

	for (const char *line = f->out.data; *line; line = strchr(line, '\n') + 1) {
		const size_t before = (size_t)(line - f->out.data);
		const size_t size = (size_t)(strchr(line, '\n') + 1 - line);

		for (int twice = 0; twice < 2; twice++) {
			struct cv_buf out = CV_BUF_INIT;

			cv_buf_add(&out, f->out.data, before);
			for (int i = 0; i < 2 * twice; i++)
				cv_buf_add(&out, line, size);
			cv_buf_text(&out, line + size);
			if (json ? proves(f, form, out.data, out.size)
				 : holds(f, form, out.data, out.size, &error))
				fail_msg("%s line was not seen: %.60s",
					 twice ? "a doubled" : "a lost", line);
			cv_buf_deinit(&out);
		}
	}
}

static void test_every_line_counts(void **state)
{
	struct fixture f;

	(void)state;
	open_aside(&f, CV_SUBJECT_GROUP, INCLUDE);
	for (int form = TEXT; form <= UNDO; form++) {
		emit(&f, form);
		check_lines(&f, form, false);
	}
	f.use.target = &cv_target_nftables_json;
	for (int form = TEXT; form <= UNDO; form++) {
		emit_json(&f, form);
		check_lines(&f, form, true);
	}
	close_plan(&f);
}

static void test_json_takes_nothing_else(void **state)
{
	static const char *const changes[][2] = {
		{"{\"flush\": {\"chain\": {\"family\": \"inet\", \"table\": \"filter\", "
		 "\"name\": \"cv-hq-forward-class-07\"",
		 "{\"delete\": {\"chain\": {\"family\": \"inet\", \"table\": \"filter\", "
		 "\"name\": \"cv-hq-forward-class-07\""},
		{"cv-hq-forward-class-07", "cv-hq-forward-class-08"},
		{"{\"flush\": {\"map\"", "{\"delete\": {\"map\""},
		{"\"map\": \"verdict\"", "\"map\": \"mark\""},
		{"\"map\": \"verdict\"",
		 "\"map\": \"verdict\", \"flags\": [\"interval\"]"},
		{"\"map\": \"verdict\", \"flags\": [\"interval\"]",
		 "\"map\": \"verdict\""},
		{"\"type\": \"ipv4_addr\", \"map\"", "\"type\": \"ipv6_addr\", \"map\""},
		{"[\"10.0.0.3\", {\"jump\"", "[\"10.0.0.3\", {\"goto\""},
		{"[\"10.0.0.3\", {\"jump\": {\"target\": \"cv-hq-forward-class-01\"",
		 "[\"10.0.0.3\", {\"jump\": {\"target\": \"cv-hq-forward-class-02\""},
		{"[\"10.0.0.3\", ", "[\"10.0.0.4\", "},
		{"[\"10.0.0.3\", ",
		 "[{\"prefix\": {\"addr\": \"10.0.0.2\", \"len\": 31}}, "},
		{"\"elem\": [\n            [\"10.0.0.3\"",
		 "\"elem\": [\n            [\"10.0.0.1\""},
		{"\"field\": \"saddr\"}}, \"data\": \"@",
		 "\"field\": \"daddr\"}}, \"data\": \"@"},
		{"\"protocol\": \"ip\", \"field\": \"saddr\"}}, \"data\": \"@",
		 "\"protocol\": \"ip6\", \"field\": \"saddr\"}}, \"data\": \"@"},
		{"\"data\": \"@" WAYS "4-exact\"", "\"data\": \"@" WAYS "4-ranges\""},
		{"\"data\": \"@" WAYS "4-exact\"", "\"data\": \"" WAYS "4-exact\""},
		{"{\"vmap\": ", "{\"accept\": null},\n            {\"vmap\": "},
		{"\"expr\": [\n            {\"vmap\"",
		 "\"comment\": \"x\",\n          \"expr\": [\n            {\"vmap\""},
	};
	struct fixture f;

	(void)state;
	open_aside(&f, CV_SUBJECT_SITE, INCLUDE);
	f.use.target = &cv_target_nftables_json;
	emit_json(&f, TEXT);
	assert_true(proves(&f, TEXT, f.out.data, f.out.size));
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct cv_buf out = replaced(&f, changes[i][0], changes[i][1]);

		if (proves(&f, TEXT, out.data, out.size))
			fail_msg("`%s` is taken for `%s`", changes[i][1], changes[i][0]);
		cv_buf_deinit(&out);
	}
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_read_back),
		cmocka_unit_test(test_addresses_lead_to_one_chain_each),
		cmocka_unit_test(test_reader_says_what_is_wrong),
		cmocka_unit_test(test_chains_beside_are_those_of_one_chain),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_every_line_counts),
		cmocka_unit_test(test_json_takes_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
