/* The lists to paste: which list a value stands in, and what the reader refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "neutral_world.h"

#define HEAD \
	"Lists for the text boxes of a console: paste the lines below a heading, " \
	"without it.\n" \
	"`*` is something inside a name, `**` any depth, `?` one character: look " \
	"whether " \
	"the console\n" \
	"means the same, and what it does for a process.\n" \
	"Rows, versions, reasons and dates stand in the CSV file beside this one.\n"

static void add(struct world *w, enum cv_kind kind, const char *value, bool tree,
		bool children)
{
	struct cv_entry *entry =
		add_exclusion(w, kind, value, add_row(w, CV_EXCLUSIONS, "a", "Main"));

	asked_by(entry)->reach = tree ? CV_REACH_TREE : CV_REACH_CHILDREN;
	asked_by(entry)->children = children;
}

static const struct cv_form *paste(void)
{
	return form_named(&cv_target_csv, "paste");
}

static void test_each_value_stands_in_the_list_of_its_kind(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	w.group.platform = CV_LINUX;
	add(&w, CV_KIND_SIGNER, "Xwx, Inc.", false, false);
	add(&w, CV_KIND_SHA256, "00ff", false, false);
	add(&w, CV_KIND_EXTENSION, ".xwx", false, false);
	add(&w, CV_KIND_FILE, "/a b/c.db", false, false);
	add(&w, CV_KIND_FILE, "/a/c.db ", false, false);
	add(&w, CV_KIND_FILE, "/a/\xe3\x80\x80", false, false);
	add(&w, CV_KIND_FILE, "/a/**/?.log", false, true);
	add(&w, CV_KIND_FOLDER, "/a/flat", false, false);
	add(&w, CV_KIND_FOLDER, "/a/*/deep", true, false);
	add(&w, CV_KIND_FOLDER, "/a", true, false);
	add(&w, CV_KIND_PROCESS, "/a/main", false, true);
	add(&w, CV_KIND_PROCESS, "main", false, false);
	add(&w, CV_KIND_PROCESS, "/a/two", false, false);
	add(&w, CV_KIND_PROCESS, "/a/one", false, false);
	arrange(&w, &cv_target_csv);
	assert_emits(&w, paste(),
		     HEAD "\nprocess (2)\n/a/two\n/a/one\n"
			  "\nprocess, and what it starts (1)\n/a/main\n"
			  "\nprocess, a name alone in any folder (1)\nmain\n"
			  "\nfolder with all below it (1)\n/a\n"
			  "\nfolder with all below it, with wildcards (1)\n/a/*/deep\n"
			  "\nfolder, its own files only (1)\n/a/flat\n"
			  "\nfile (1)\n/a b/c.db\n"
			  "\nfile, with a blank at an end, which a text box may cut off "
			  "(2)\n/a/c.db \n/a/\xe3\x80\x80\n"
			  "\nfile, with wildcards, and what it starts (1)\n/a/**/?.log\n"
			  "\nextension (1)\n.xwx\n"
			  "\nsha256 (1)\n00ff\n"
			  "\nsigner (1)\nXwx, Inc.\n");
	close_world(&w);
}

/* What a row cannot hold, since no path, name or digest may: it is never written as
 * another line or two, but refused by the proof. */
static void test_what_is_no_line_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"/a\n",
		"\n/a",
		"/a\n/b",
		"/a\n\nfile (1)\n/b",
		"/a\r",
		"/a\r\n/b",
		"/a\t",
		"/a\v/b",
		"/a\f/b",
		"/a\x1c/b",
		"/a\x7f",
		"/a\xc2\x85/b",
		"/a\xe2\x80\xa8/b",
		"/a\xe2\x80\xa9/b",
		"/a\xe2\x80\x8b",
		"/a\xe2\x80\xae",
		"\xef\xbb\xbf/a",
		"/a\xff",
		"/a\xc0\xaf",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct cv_buf out = CV_BUF_INIT;
		const char *error;
		struct world w;

		open_world(&w);
		w.group.platform = CV_LINUX;
		add(&w, CV_KIND_PROCESS, "/x", false, false);
		add(&w, CV_KIND_FILE, bad[i], false, false);
		arrange(&w, &cv_target_csv);
		emit(&w, paste(), &out);
		if (proves(&w, paste(), cv_buf_string(&out), out.size, &error))
			fail_msg("a line that is none is taken:\n%s", out.data);
		cv_buf_deinit(&out);
		close_world(&w);
	}
}

/* What looks like a part of the form, or ends something elsewhere, is only a value. */
static void test_hostile_values_stand_as_they_are(void **state)
{
	static const char *const hostile[] = {
		"file (1)",
		"process (2)",
		"#",
		"# /a",
		"'",
		"\"",
		"]]>",
		"$(reboot)",
		";",
		",",
		"`id`",
		"%PATH%",
		"&&",
		"|",
		"\\",
		"\\n",
		"<a>",
		"=cmd",
		"@",
		"-",
		"\xe2\x80\x98\xe2\x80\x9c",
		"\xf0\x9f\x98\x80",
		"(1)",
		" (1)",
		"*",
		"**",
		"?",
		" ",
		"  x",
		"x  ",
	};
	static char longest[10001];
	struct world w;

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	open_world(&w);
	w.group.platform = CV_LINUX;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		add(&w, CV_KIND_FILE, hostile[i], false, false);
		add(&w, CV_KIND_PROCESS, cv_arena_format(w.ctx.arena, "/%s", hostile[i]),
		    false, i % 2);
		add(&w, CV_KIND_FOLDER, cv_arena_format(w.ctx.arena, "/%s", hostile[i]),
		    i % 2, false);
	}
	add(&w, CV_KIND_FILE, longest, false, false);
	arrange(&w, &cv_target_csv);
	assert_proved(&w, paste());
	close_world(&w);
}

static void assert_read(const char *lists, const char *error)
{
	struct world w;
	struct cv_buf bytes = CV_BUF_INIT;

	open_world(&w);
	cv_buf_format(&bytes, "%s%s", HEAD, lists);

	struct cv_reading reading = {
		.ctx = &w.ctx, .bytes = cv_buf_string(&bytes), .size = bytes.size};

	assert_int_equal(paste()->read(&reading), error == NULL);
	if (error)
		assert_string_equal(reading.error, error);
	cv_buf_deinit(&bytes);
	close_world(&w);
}

static void test_other_spellings_are_refused(void **state)
{
	static const char count[] = "no number of lines behind a heading";
	static const char order[] = "the lists stand in another order";
	static const char blank[] =
		"a line with a blank at an end in another list, or one without in theirs";
	static const struct {
		const char *lists, *error;
	} cases[] = {
		{"\nfile (1)\n/a\n", NULL},
		{"\nfile (1)\n/a", "the last line has no end"},
		{"\nfile (2)\n/a\n", "lines are missing at the end"},
		{"\nfile (1)\n/a\n/b\n", "no empty line before a list"},
		{"file (1)\n/a\n", "no empty line before a list"},
		{"\n", "lines are missing at the end"},
		{"\nfile (0)\n", count},
		{"\nfile (01)\n/a\n", count},
		{"\nfile (1)x\n/a\n", count},
		{"\nfile (1) \n/a\n", count},
		{"\nfile  (1)\n/a\n", count},
		{"\nfile ()\n", count},
		{"\nfile (-1)\n", count},
		{"\nfile (18446744073709551617)\n/a\n", count},
		{"\nfile, and what it starts, with wildcards (1)\n/*\n", count},
		{"\nFile (1)\n/a\n", "no heading of a list"},
		{"\n (1)\n/a\n", "no heading of a list"},
		{"\nfile (1)\n/a\n\nprocess (1)\n/b\n", order},
		{"\nfile (1)\n/a\n\nfile (1)\n/b\n", order},
		{"\nfile (1)\n/a \n", blank},
		{"\nfile, with a blank at an end, which a text box may cut off (1)\n/a\n",
		 blank},
		{"\nfile (1)\n\n", "a line holds what no text box takes"},
		{"\nfile (1)\n/a\r\n", "a line holds what no text box takes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_read(cases[i].lists, cases[i].error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_value_stands_in_the_list_of_its_kind),
		cmocka_unit_test(test_what_is_no_line_is_refused),
		cmocka_unit_test(test_hostile_values_stand_as_they_are),
		cmocka_unit_test(test_other_spellings_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
