/* The readers of the nftables target: what is emitted reads back as it was, and no
 * byte of a file can change unseen. */
#include "nftables_fixture.h"

static void test_forms_read_back(void **state)
{
	static const struct {
		enum cv_subject_kind kind;
		int form;
		const char *name;
	} cases[] = {
		{CV_SUBJECT_SITE, TEXT, "hq.nft"},
		{CV_SUBJECT_SITE, UNDO, "hq.undo.nft"},
		{CV_SUBJECT_GROUP, TEXT, "linux.nft"},
		{CV_SUBJECT_GROUP, UNDO, "linux.undo.nft"},
	};
	const char *error;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;

		open_sample(&f, cases[i].kind);
		emit(&f, cases[i].form);
		if (!holds(&f, cases[i].form, f.out.data, f.out.size, &error))
			fail_msg("%s: %s", cases[i].name, error ? error : "differs");
		save(&f, cases[i].name);
		close_plan(&f);
	}
}

/* Bytes of a side are held against those of the element before: the one may go on where
 * the other ends, and the family may change. */
static void test_sides_that_begin_alike_are_told_apart(void **state)
{
	static const struct sample alike[] = {
		{"forward", "10.0.0.1", "10.0.0.1", 6, -1, {1, 1}, {0}, "a"},
		{"forward", "10.0.0.1", "10.0.0.10", 6, -1, {1, 1}, {0}, "b"},
		{"forward", "10.0.0.10", "10.0.0.1", 6, -1, {1, 1}, {0}, "c"},
		{"forward", "10.0.0.100", "10.0.0.100", 6, -1, {1, 1}, {0}, "d"},
		{"forward", "10.0.0.0-10.0.0.2", "10.0.0.0/8", 6, -1, {1, 1}, {0}, "e"},
		{"forward", "10.0.0.0-10.0.0.20", "10.0.0.0", 6, -1, {1, 1}, {0}, "f"},
		{"forward", "10.0.0.0/30", "10.0.0.0/30", 6, -1, {1, 1}, {0}, "g"},
		{"forward", "1::", "1::", 6, -1, {1, 1}, {0}, "h"},
		{"forward", "1::1", "1::", 6, -1, {1, 1}, {0}, "i"},
		{"forward", "1::", "1::1", 6, -1, {1, 1}, {0}, "j"},
	};
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	for (size_t i = 0; i < COUNT(alike); i++)
		add_flow(&f, &alike[i]);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	emit(&f, TEXT);
	if (!holds(&f, TEXT, f.out.data, f.out.size, &error))
		fail_msg("%s", error ? error : "differs");
	close_plan(&f);
}

/* A small plan, since every byte of its files is read a dozen times. */
static void open_small(struct fixture *f, int form)
{
	open_plan(f, CV_SUBJECT_SITE);
	add_head(f, "head");
	add_flow(f, &gateway[2]);
	add_flow(f, &gateway[9]);
	add_flow(f, &gateway[13]);
	assert_true(cv_target_nftables.arrange(&f->ctx, &f->plan));
	emit(f, form);
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

/* Each byte replaced by another, taken away, or with one before it: the file is not
 * understood, or it says something else. */
static void test_every_byte_counts(void **state)
{
	static const char bytes[] = "0a \n;\x80"; /* and its NUL */

	(void)state;
	for (int form = TEXT; form <= UNDO; form++) {
		size_t size = 1;

		for (size_t at = 0; at <= size; at++) {
			struct fixture
				f; /* anew, since what is read stays in its arena */
			char next;

			open_small(&f, form);
			size = f.out.size;
			for (size_t i = 0; i < sizeof bytes; i++) {
				check_change(&f, form, at, 0, &bytes[i], 1);
				if (at < size && f.out.data[at] != bytes[i])
					check_change(&f, form, at, 1, &bytes[i], 1);
			}
			if (at < size) {
				next = (char)(f.out.data[at] + 1);
				check_change(&f, form, at, 1, &next, 1);
				check_change(&f, form, at, 0, &f.out.data[at], 1);
				check_change(&f, form, at, 1, "", 0);
			}
			close_plan(&f);
		}
	}
}

/* Whole lines lost, doubled or out of their order. */
static void test_every_line_counts(void **state)
{
	(void)state;
	for (int form = TEXT; form <= UNDO; form++) {
		const char *line, *error;
		struct fixture f;

		open_sample(&f, CV_SUBJECT_GROUP);
		emit(&f, form);
		for (line = f.out.data; *line; line = strchr(line, '\n') + 1) {
			const size_t before = (size_t)(line - f.out.data);
			const size_t size = (size_t)(strchr(line, '\n') + 1 - line);
			struct cv_buf out = CV_BUF_INIT;

			cv_buf_add(&out, f.out.data, before);
			cv_buf_text(&out, line + size);
			if (holds(&f, form, out.data, out.size, &error))
				fail_msg("a lost line was not seen: %.60s", line);
			out.size = 0;
			cv_buf_add(&out, f.out.data, before + size);
			cv_buf_text(&out, line);
			if (holds(&f, form, out.data, out.size, &error))
				fail_msg("a doubled line was not seen: %.60s", line);
			out.size = 0;
			cv_buf_add(&out, f.out.data, before);
			cv_buf_text(&out, line + size);
			cv_buf_add(&out, line, size);
			if (line[size] && *line != '#' &&
			    strncmp(line, "add rule", 8) != 0 &&
			    holds(&f, form, out.data, out.size, &error))
				fail_msg("a moved line was not seen: %.60s", line);
			cv_buf_deinit(&out);
		}
		close_plan(&f);
	}
}

static void test_truncated_files_are_refused(void **state)
{
	const char *error;
	struct fixture f;

	(void)state;
	for (int form = TEXT; form <= UNDO; form++) {
		open_sample(&f, CV_SUBJECT_SITE);
		emit(&f, form);
		for (size_t size = 0; size < f.out.size; size++) {
			char *bytes = malloc(size + 1); /* so that a step over is seen */

			assert_non_null(bytes);
			memcpy(bytes, f.out.data, size);
			bytes[size] = '\0';
			assert_false(holds(&f, form, bytes, size, &error));
			free(bytes);
		}
		close_plan(&f);
	}
}

#define EXACT_4 "type ipv4_addr . ipv4_addr . inet_proto . inet_service"

static const struct {
	const char *from, *to, *error;
} wrong[] = {
	{"add table inet filter", "add table ip filter", "expected `inet `"},
	{"add chain inet filter cv-", "add chain inet filter xx-",
	 "not the name of a chain of ours"},
	{"flush chain", "flush set", "expected `flush chain`"},
	{"flush chain inet filter cv-hq", "flush chain inet filter cv-hr",
	 "expected `cv-hq.linux-input`"},
	{"delete set inet filter", "delete set inet nat", "expected `inet filter`"},
	{"input-4-exact { type", "input-4-other { type", "not the name of a set of ours"},
	{"input-4-ranges { type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags",
	 "input-4-ranges { type ipv4_addr . ipv4_addr . inet_proto . inet_service; size",
	 "expected `type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags "
	 "interval`"},
	{"size 16; elements", "size 32; elements",
	 "the set was deleted with another declaration"},
	{"\t10.0.0.1 ", "\t10.0.0.0/31 ", "a set of single values holds a range"},
	{"\t10.0.0.0/8 ", "\t10.0.0.0-10.255.255.255 ",
	 "the address is not in its shortest form"},
	{"\t10.0.0.1 ", "\t2001:db8::1 ", "an address of the other family"},
	{" 6 . 443", " 256 . 443", "expected a number within its bounds"},
	{" 6 . 443", " 6 . 0", "not a port or a range of ports"},
	{" 6 . 443", " 6 . 65536", "expected a number within its bounds"},
	{" 6 . 443", " 6 . 443-444", "a set of single values holds a range"},
	{"comment \"https\"", "comment \"a\\b\"", "a byte that cannot stand here"},
	{"}\n}\n", "} }\n", "expected `}`"},
	{"add rule inet filter cv-hq.linux-input ip saddr",
	 "add rule inet filter cv-hq.linux-output ip saddr",
	 "the rule stands in another chain than its set's"},
	{"th dport @", "th sport @",
	 "expected `ip saddr . ip daddr . meta l4proto . th dport`"},
	{"-input-4-exact counter accept", "-input-4-ranges counter accept",
	 "not a set that waits for its rule"},
	{"counter accept", "counter drop", "expected `counter accept`"},
	{"add rule inet filter cv-hq.linux-output ip6 saddr . ip6 daddr . meta l4proto . "
	 "th dport @cv-hq.linux-output-6-exact counter accept\n",
	 "", "a set has no rule"},
	{"add set inet filter cv-hq.linux-input-4-ranges {",
	 "add set inet filter cv-hq.linux-input-4-exact { " EXACT_4 "; size 16; }\n"
	 "delete set inet filter cv-hq.linux-input-4-exact\n"
	 "add set inet filter cv-hq.linux-input-4-ranges {",
	 "the set was deleted before"},
};

static void test_reader_says_what_is_wrong(void **state)
{
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_GROUP);
	emit(&f, TEXT);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const char *at = strstr(f.out.data, wrong[i].from), *error = NULL;
		struct cv_buf out = CV_BUF_INIT;

		if (!at)
			fail_msg("not in the file: %s", wrong[i].from);
		cv_buf_add(&out, f.out.data, (size_t)(at - f.out.data));
		cv_buf_text(&out, wrong[i].to);
		cv_buf_text(&out, at + strlen(wrong[i].from));
		assert_false(holds(&f, TEXT, out.data, out.size, &error));
		assert_non_null(error);
		assert_string_equal(error, wrong[i].error);
		cv_buf_deinit(&out);
	}
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_read_back),
		cmocka_unit_test(test_sides_that_begin_alike_are_told_apart),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_every_line_counts),
		cmocka_unit_test(test_truncated_files_are_refused),
		cmocka_unit_test(test_reader_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
