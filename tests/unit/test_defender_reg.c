/* Defender's policy keys: what is emitted reads back as it was, whatever the values hold,
 * no byte of a file changes unseen, and what the quoting writes is what a parser of the
 * published format gives back. */
#include "base/utf8.h"
#include "defender/reg_write.h"
#include "hostile_fixture.h"
#include "lists_fixture.h"

extern const struct cv_target cv_target_defender_reg;

static int set_up(void **state)
{
	*state = lists_open(&cv_target_defender_reg);
	return 0;
}

static int tear_down(void **state)
{
	lists_close(*state);
	return 0;
}

static void fill_plain(struct lists *f)
{
	lists_head(f, "carveout 0.1.0: site hq, group clients");
	lists_add(f, "ExclusionPath", "C:\\Caf\xc3\xa9\\\xf0\x9f\x98\x80\\O'x",
		  "a/b#exclusions/a (c)");
	lists_add(f, "ExclusionPath",
		  "C:\\x\\:{PathType:folder,Process:\"C:\\y\\z.exe\"}",
		  "a/b#exclusions/b");
	lists_add(f, "ExclusionPath", "C:\\z", NULL);
	lists_add(f, "ExclusionProcess", "C:\\X\\y.exe", "a/b#exclusions/c");
	lists_add(f, "ExclusionExtension", ".log", NULL);
	lists_arrange(f);
}

static void test_reg_reads_back(void **state)
{
	fill_plain(*state);
	lists_check(*state);
}

static void test_reg_reads_back_nothing(void **state)
{
	lists_arrange(*state);
	lists_check(*state);
}

static bool has_control(const char *text)
{
	size_t length, size = strlen(text);

	for (size_t at = 0; at < size; at += length)
		if (cv_is_control(cv_utf8_decode(text + at, size - at, &length)))
			return true;
	return false;
}

static void test_reg_reads_back_hostile_values(void **state)
{
	static const char *const keys[] = {"ExclusionPath", "ExclusionProcess",
					   "ExclusionExtension"};
	struct cv_buf buf = CV_BUF_INIT;
	uint64_t random = 20261123;
	struct lists *f = *state;

	for (size_t i = 0; i < 4000; i++) {
		const char *value = hostile_next(&random, &buf);

		if (!has_control(value))
			lists_add(f, keys[i % 3], cv_arena_text(f->ctx.arena, value),
				  i % 2 ? "a/b#exclusions/c" : NULL);
	}
	lists_arrange(f);
	lists_check(f);
	cv_buf_deinit(&buf);
}

/* There is no way to write them, and a line end would begin another line. */
static void test_reg_refuses_control_characters(void **state)
{
	static const char *const odd[] = {"C:\\a\r\n[-HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n",
					  "a\nb",
					  "a\rb",
					  "a\tb",
					  "a\x7f",
					  "a\xe2\x80\xa8"
					  "b",
					  "a\xc2\x85"
					  "b"};
	struct lists *f = *state;

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		f->plan.entries = (struct cv_table){0};
		lists_add(f, "ExclusionPath", odd[i], NULL);
		lists_arrange(f);
		for (const struct cv_form *form = f->target->forms; form->name; form++) {
			lists_emit(f, form);
			assert_null(memmem(f->out.data, f->out.size, "\n\0[\0-\0", 6));
			assert_false(lists_prove(f, form, f->out.data, f->out.size));
		}
	}
}

static void test_reg_every_byte_counts(void **state)
{
	struct lists *f = *state;

	fill_plain(f);
	for (const struct cv_form *form = f->target->forms; form->name; form++)
		lists_every_byte(f, form);
}

/* An undo takes away values only. */
static void test_reg_undo_deletes_no_key_and_no_switch(void **state)
{
	struct lists *f = *state;
	struct cv_buf text = CV_BUF_INIT;

	fill_plain(f);
	lists_emit(f, &f->target->forms[1]);
	for (size_t i = 2; i < f->out.size; i += 2)
		cv_buf_char(&text, f->out.data[i + 1] ? '?' : f->out.data[i]);
	assert_null(strstr(cv_buf_string(&text), "[-"));
	assert_null(strstr(cv_buf_string(&text), "dword"));
	assert_null(strstr(cv_buf_string(&text), "Exclusions_"));
	assert_non_null(strstr(cv_buf_string(&text), "\r\n\"C:\\\\z\"=-\r\n"));
	cv_buf_deinit(&text);
}

/* The format in the vendor's words: between double quotes, a backslash before each
 * backslash and each double quote. */
static void test_reg_quote_reads_back(void **state)
{
	struct cv_buf quoted = CV_BUF_INIT, buf = CV_BUF_INIT;
	uint64_t random = 4711;

	(void)state;
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		const char *value = hostile_next(&random, &buf), *at;
		struct cv_buf got = CV_BUF_INIT;

		quoted.size = 0;
		cv_reg_quote(&quoted, value);
		at = cv_buf_string(&quoted);
		assert_int_equal(*at++, '"');
		for (; *at != '"'; at++) {
			at += *at == '\\';
			assert_true((unsigned char)*at >= ' ');
			cv_buf_char(&got, *at);
		}
		assert_int_equal(at[1], '\0');
		if (!has_control(value))
			assert_same_bytes(&got, &buf);
		else
			assert_non_null(strstr(cv_buf_string(&got), "\xef\xbf\xbd"));
		cv_buf_deinit(&got);
	}
	cv_buf_deinit(&quoted);
	cv_buf_deinit(&buf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reg_reads_back),
		TEST(test_reg_reads_back_nothing),
		TEST(test_reg_reads_back_hostile_values),
		TEST(test_reg_refuses_control_characters),
		TEST(test_reg_every_byte_counts),
		TEST(test_reg_undo_deletes_no_key_and_no_switch),
		cmocka_unit_test(test_reg_quote_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
