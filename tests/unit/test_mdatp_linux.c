/* Defender on Linux: what is emitted reads back as it was, whatever the values hold, no
 * byte of an artefact changes unseen, and a real shell gives each value back. */
#include "hostile_fixture.h"
#include "lists_fixture.h"
#include "mdatp/write.h"

extern const struct cv_target cv_target_mdatp_linux;

static int set_up(void **state)
{
	*state = lists_open(&cv_target_mdatp_linux);
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
	lists_add(f, "folder", "/opt/caf\xc3\xa9/it's \\ \"x\"/", "a/b#exclusions/a (c)");
	lists_add(f, "file", "/opt/x", "a/b#exclusions/b");
	lists_add(f, "process", "/opt/x", NULL);
	lists_add(f, "process", "helper", "a/b#exclusions/c");
	lists_add(f, "extension", ".log", NULL);
	lists_arrange(f);
}

static void test_mdatp_linux_reads_back(void **state)
{
	fill_plain(*state);
	lists_check(*state);
}

static void test_mdatp_linux_reads_back_nothing(void **state)
{
	lists_arrange(*state);
	lists_check(*state);
}

/* Values that no path may hold, too. */
static void test_mdatp_linux_reads_back_hostile_values(void **state)
{
	static const char *const lists[] = {"folder", "file", "process", "extension"};
	struct cv_buf buf = CV_BUF_INIT;
	uint64_t random = 20261123;
	struct lists *f = *state;

	for (size_t i = 0; i < 2000; i++)
		lists_add(f, lists[i % 4],
			  cv_arena_text(f->ctx.arena, hostile_next(&random, &buf)),
			  "a/b#exclusions/c");
	for (size_t i = 0; i < HOSTILE_PIECES; i++)
		lists_add(f, "file", hostile_pieces[i], NULL);
	lists_arrange(f);
	lists_check(f);
	cv_buf_deinit(&buf);
}

static void test_mdatp_linux_every_byte_counts(void **state)
{
	struct lists *f = *state;

	fill_plain(f);
	for (const struct cv_form *form = f->target->forms; form->name; form++)
		lists_every_byte(f, form);
}

/* An entry without its scope would blind EDR, too. */
static void test_mdatp_linux_refuses_another_scope(void **state)
{
	struct lists *f = *state;
	const struct cv_form *form = f->target->forms;
	const char *scopes;

	fill_plain(f);
	lists_emit(f, form);
	scopes = strstr(f->out.data, ", \"scopes\": [\"epp\"]");
	assert_non_null(scopes);
	lists_notice(f, form, (size_t)(scopes - f->out.data), 19, "", 0);
	lists_notice(f, form, (size_t)(scopes - f->out.data), 19,
		     ", \"scopes\": [\"global\"]", 22);
	lists_notice(f, form, (size_t)(scopes - f->out.data), 19, ", \"scopes\": []", 14);
}

/* A comment that could not be written as it is must not pass the proof. */
static void test_mdatp_linux_refuses_odd_comments(void **state)
{
	static const char *const odd[] = {"a\nrm -rf /", "a\rb", "caf\xc3\xa9", "a\tb"};
	struct lists *f = *state;

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		f->plan.entries = (struct cv_table){0};
		lists_add(f, "file", "/opt/x", odd[i]);
		lists_arrange(f);
		lists_emit(f, &f->target->forms[1]);
		assert_null(strstr(f->out.data, "\nrm"));
		assert_false(
			lists_prove(f, &f->target->forms[1], f->out.data, f->out.size));
	}
}

/* `printf '%s\0' VALUE` for each, by the shell of the system and by dash. */
static void test_sh_quote_is_read_back_by_a_shell(void **state)
{
	static const char *const shells[] = {"sh", "dash"};
	struct cv_buf script = CV_BUF_INIT, want = CV_BUF_INIT, buf = CV_BUF_INIT;
	uint64_t random = 4711;

	(void)state;
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		const char *value = hostile_next(&random, &buf);

		cv_buf_text(&script, "printf '%s\\0' ");
		cv_sh_quote(&script, value);
		cv_buf_char(&script, '\n');
		cv_buf_add(&want, value, strlen(value) + 1);
	}
	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
		struct cv_buf got = CV_BUF_INIT;

		hostile_run(shells[i], &script, &got);
		assert_same_bytes(&got, &want);
		cv_buf_deinit(&got);
	}
	cv_buf_deinit(&script);
	cv_buf_deinit(&want);
	cv_buf_deinit(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mdatp_linux_reads_back, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_mdatp_linux_reads_back_nothing,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_mdatp_linux_reads_back_hostile_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mdatp_linux_every_byte_counts,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mdatp_linux_refuses_another_scope,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mdatp_linux_refuses_odd_comments,
						set_up, tear_down),
		cmocka_unit_test(test_sh_quote_is_read_back_by_a_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
