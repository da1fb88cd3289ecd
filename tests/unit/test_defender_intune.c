/* Defender's lists as values of Intune: what is emitted reads back as it was, each value
 * is the union of what was there and what the rows ask for, no byte changes unseen, and
 * Python's csv gives each cell back. */
#include "csv_quote.h"
#include "defender/intune.h"
#include "hostile_fixture.h"
#include "lists_fixture.h"

extern const struct cv_target cv_target_defender_intune;

static struct cv_intune_shown shown;

static int set_up(void **state)
{
	struct lists *f = lists_open(&cv_target_defender_intune);
	struct cv_base *base = CV_ADD(f->ctx.arena, &f->use.bases, struct cv_base);

	memset(&shown, 0, sizeof shown);
	for (int i = 0; i < CV_INTUNE_SETTINGS; i++)
		shown.is_shown[i] = true;
	base->content = &shown;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	lists_close(*state);
	return 0;
}

static void put(struct lists *f, int setting, const char *value)
{
	CV_ADD(f->ctx.arena, &shown.items[setting], struct cv_intune_item)->value = value;
}

static void fill_plain(struct lists *f)
{
	put(f, 0, "C:\\Their, own");
	put(f, 0, "c:\\SHARED");
	put(f, 1, "log");
	lists_add(f, "ExclusionPath", "C:\\Caf\xc3\xa9, \"x\"", "a/b#exclusions/a (c)");
	lists_add(f, "ExclusionPath", "C:\\Shared", "a/b#exclusions/b");
	lists_add(f, "ExclusionPath", "C:\\z", NULL);
	lists_add(f, "ExclusionExtension", ".log", NULL);
	lists_add(f, "ExclusionProcess", "C:\\X\\y.exe", "a/b#exclusions/c");
	lists_arrange(f);
}

/* All forms that hold something. */
static void check_forms(struct lists *f, bool every_byte)
{
	for (const struct cv_form *form = f->target->forms; form->name; form++) {
		size_t count;

		lists_entries(f, form, &count);
		if (form->if_any && count == 0)
			continue;
		lists_emit(f, form);
		if (!lists_prove(f, form, f->out.data, f->out.size))
			fail_msg("%s does not read back", form->name);
		if (every_byte)
			lists_every_byte(f, form);
	}
}

static void test_intune_reads_back(void **state)
{
	fill_plain(*state);
	check_forms(*state, false);
}

static void test_intune_every_byte_counts(void **state)
{
	fill_plain(*state);
	check_forms(*state, true);
}

static const char *value_in(const struct lists *f, const char *list)
{
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&f->plan.entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_SETTING && strcmp(entry->list, list) == 0)
			return entry->more->value;
	}
	return NULL;
}

static void test_intune_value_is_the_union(void **state)
{
	struct lists *f = *state;

	fill_plain(f);
	assert_string_equal(value_in(f, "ExcludedPaths"),
			    "C:\\Their, own|c:\\SHARED|C:\\Caf\xc3\xa9, \"x\"|C:\\z");
	assert_string_equal(value_in(f, "ExcludedPaths before"),
			    "C:\\Their, own|c:\\SHARED");
	assert_string_equal(value_in(f, "ExcludedExtensions"), "log");
	assert_string_equal(value_in(f, "ExcludedProcesses"), "C:\\X\\y.exe");
	assert_string_equal(value_in(f, "ExcludedProcesses before"), "");
}

static void test_intune_reads_back_hostile_values(void **state)
{
	static const char *const keys[] = {"ExclusionPath", "ExclusionProcess",
					   "ExclusionExtension"};
	struct cv_buf buf = CV_BUF_INIT;
	uint64_t random = 20261123;
	struct lists *f = *state;

	for (size_t i = 0; i < 600; i++) {
		const char *value = hostile_next(&random, &buf);

		if (!*value || strchr(value, '|'))
			continue;
		value = cv_arena_text(f->ctx.arena, value);
		if (i % 5 == 0)
			put(f, (int)(i % 3), value);
		else
			lists_add(f, keys[i % 3], value,
				  i % 2 ? "a/b#exclusions/c" : NULL);
	}
	lists_arrange(f);
	check_forms(f, false);
	cv_buf_deinit(&buf);
}

/* It would become two entries. */
static void test_intune_refuses_the_separator(void **state)
{
	struct lists *f = *state;

	lists_add(f, "ExclusionPath", "C:\\a|C:\\", NULL);
	lists_arrange(f);
	lists_emit(f, f->target->forms);
	assert_false(lists_prove(f, f->target->forms, f->out.data, f->out.size));
}

/* One column, by Python's csv. */
static void test_csv_quote_is_read_back_by_python(void **state)
{
	static const char command[] =
		"/usr/bin/python3 -c 'import csv, sys\n"
		"csv.field_size_limit(1 << 30)\n"
		"for row in csv.reader(open(sys.argv[1], newline=\"\", "
		"encoding=\"utf-8\"), "
		"strict=True):\n"
		"    sys.stdout.buffer.write(bytes(1).join(x.encode() for x in row) + "
		"bytes(1))'";
	struct cv_buf table = CV_BUF_INIT, want = CV_BUF_INIT, got = CV_BUF_INIT;
	struct cv_buf buf = CV_BUF_INIT;
	uint64_t random = 4711;

	(void)state;
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		const char *value = hostile_next(&random, &buf);

		cv_buf_text(&table, "x,");
		cv_csv_quote(&table, value);
		cv_buf_text(&table, ",x\n");
		cv_buf_add(&want, "x", 2);
		cv_buf_add(&want, value, strlen(value) + 1);
		cv_buf_add(&want, "x", 2);
	}
	hostile_run(command, &table, &got);
	assert_same_bytes(&got, &want);
	cv_buf_deinit(&table);
	cv_buf_deinit(&want);
	cv_buf_deinit(&got);
	cv_buf_deinit(&buf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_intune_reads_back),
		TEST(test_intune_every_byte_counts),
		TEST(test_intune_value_is_the_union),
		TEST(test_intune_reads_back_hostile_values),
		TEST(test_intune_refuses_the_separator),
		cmocka_unit_test(test_csv_quote_is_read_back_by_python),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
