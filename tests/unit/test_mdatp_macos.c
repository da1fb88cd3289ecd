/* Defender on macOS: what is emitted reads back as it was, whatever the values hold, no
 * byte of an artefact changes unseen, and Python's plistlib gives each value back. */
#include "base/digest.h"
#include "base/utf8.h"
#include "hostile_fixture.h"
#include "lists_fixture.h"
#include "xml_quote.h"

extern const struct cv_target cv_target_mdatp_macos;

static int set_up(void **state)
{
	*state = lists_open(&cv_target_mdatp_macos);
	return 0;
}

static int tear_down(void **state)
{
	lists_close(*state);
	return 0;
}

static void fill_plain(struct lists *f)
{
	lists_head(f, "carveout 0.1.0: site hq--x, group clients");
	lists_add(f, "folder", "/Library/caf\xc3\xa9/it's & <x> \"y\"/", "a/b--c (c)");
	lists_add(f, "file", "/opt/\xf0\x9f\x98\x80", "a/b#exclusions/b");
	lists_add(f, "process", "/opt/x", NULL);
	lists_add(f, "process", "helper", "a/b#exclusions/c");
	lists_add(f, "extension", ".log", NULL);
	lists_arrange(f);
}

static void test_mdatp_macos_reads_back(void **state)
{
	fill_plain(*state);
	lists_check(*state);
}

static void test_mdatp_macos_reads_back_nothing(void **state)
{
	lists_arrange(*state);
	lists_check(*state);
}

static bool is_xml(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' ||
	       (c >= ' ' && c != 0xFFFE && c != 0xFFFF);
}

/* What XML can hold of a text; U+FFFD for the rest. */
static void add_held(struct cv_buf *out, const char *text)
{
	const size_t size = strlen(text);
	char utf8[4];
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);

		cv_buf_add(out, utf8, cv_utf8_encode(is_xml(c) ? c : 0xFFFD, utf8));
	}
}

static void test_mdatp_macos_reads_back_hostile_values(void **state)
{
	static const char *const lists[] = {"folder", "file", "process", "extension"};
	struct cv_buf buf = CV_BUF_INIT, held = CV_BUF_INIT;
	uint64_t random = 20261123;
	struct lists *f = *state;

	for (size_t i = 0; i < 3000; i++) {
		held.size = 0;
		add_held(&held, hostile_next(&random, &buf));
		lists_add(f, lists[i % 4],
			  cv_arena_text(f->ctx.arena, cv_buf_string(&held)),
			  i % 2 ? "a/b#exclusions/c" : NULL);
	}
	lists_arrange(f);
	lists_check(f);
	cv_buf_deinit(&buf);
	cv_buf_deinit(&held);
}

static void test_mdatp_macos_every_byte_counts(void **state)
{
	struct lists *f = *state;

	fill_plain(f);
	for (const struct cv_form *form = f->target->forms; form->name; form++)
		lists_every_byte(f, form);
}

/* A comment that could not be written as it is must not pass the proof. */
static void test_mdatp_macos_refuses_odd_comments(void **state)
{
	static const char *const odd[] = {"a\n-->", "a\rb", "caf\xc3\xa9", "a\tb"};
	struct lists *f = *state;

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		f->plan.entries = (struct cv_table){0};
		lists_add(f, "file", "/opt/x", odd[i]);
		lists_arrange(f);
		lists_emit(f, f->target->forms);
		assert_false(lists_prove(f, f->target->forms, f->out.data, f->out.size));
	}
}

/* By Python's uuid.uuid5(uuid.NAMESPACE_URL, ...). */
static void test_uuid_of_name_is_that_of_the_standard(void **state)
{
	char uuid[37];

	(void)state;
	cv_uuid_of_name("http://www.example.com/", uuid);
	assert_string_equal(uuid, "FCDE3C85-2270-590F-9E7C-EE003D65E0E2");
	cv_uuid_of_name("", uuid);
	assert_string_equal(uuid, "1B4DB7EB-4057-5DDF-91E0-36DEC72071F5");
	cv_uuid_of_name("carveout.hq.clients", uuid);
	assert_string_equal(uuid, "7D7EF0E7-4987-5436-9B95-762BC21221D4");
}

/* A property list of one array of strings, by plistlib. */
static void test_xml_quote_is_read_back_by_plistlib(void **state)
{
	static const char command[] =
		"/usr/bin/python3 -c 'import plistlib, sys\n"
		"for text in plistlib.load(open(sys.argv[1], \"rb\")):\n"
		"    sys.stdout.buffer.write(text.encode() + bytes(1))'";
	struct cv_buf list = CV_BUF_INIT, want = CV_BUF_INIT, got = CV_BUF_INIT;
	struct cv_buf buf = CV_BUF_INIT;
	uint64_t random = 4711;

	(void)state;
	cv_buf_text(&list, "<plist version=\"1.0\"><array>\n");
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		const char *value = hostile_next(&random, &buf);

		cv_buf_text(&list, "<string>");
		cv_xml_quote(&list, value, strlen(value));
		cv_buf_text(&list, "</string>\n");
		add_held(&want, value);
		cv_buf_char(&want, '\0');
	}
	cv_buf_text(&list, "</array></plist>\n");
	hostile_run(command, &list, &got);
	assert_same_bytes(&got, &want);
	cv_buf_deinit(&list);
	cv_buf_deinit(&want);
	cv_buf_deinit(&got);
	cv_buf_deinit(&buf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mdatp_macos_reads_back),
		TEST(test_mdatp_macos_reads_back_nothing),
		TEST(test_mdatp_macos_reads_back_hostile_values),
		TEST(test_mdatp_macos_every_byte_counts),
		TEST(test_mdatp_macos_refuses_odd_comments),
		cmocka_unit_test(test_uuid_of_name_is_that_of_the_standard),
		cmocka_unit_test(test_xml_quote_is_read_back_by_plistlib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
