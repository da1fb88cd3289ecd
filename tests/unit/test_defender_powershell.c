/* The Defender scripts: what is emitted reads back as it was, whatever the values
 * hold, and no byte of a script can change unseen.  With CV_ARTEFACTS set to a
 * folder, the scripts are written there with what their lists must hold, for
 * tests/powershell/run, where a PowerShell grammar judges them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"
#include "model/target.h"
#include "defender/facts.h"

extern const struct cv_target cv_target_defender_powershell;

static const struct cv_target *const target = &cv_target_defender_powershell;

static const char *const list_names[] = {"ExclusionPath", "ExclusionExtension",
					 "ExclusionProcess", NULL};

enum { SCRIPT, PASTE, DETECT, REMEDIATE, UNDO };

/* What a value could try to leave its quotes with. */
static const char *const hostile[] = {
	"C:\\Program Files\\X\\y.exe",
	"C:\\O'Brien\\x",
	"'",
	"''",
	"'; Remove-Item C:\\ -Recurse #",
	"C:\\x\"y",
	"C:\\x`y`",
	"$(Get-Date)",
	"$env:TEMP; ${x} @x @(1) @{}",
	"C:\\a;b&c|d<e>f%g%{}()[]",
	"#> <# #Requires -Version 99",
	"C:\\O\xe2\x80\x99"
	"Brien; Remove-Item C:\\ #",                        /* U+2019 */
	"\xe2\x80\x98\xe2\x80\x99\xe2\x80\x9a\xe2\x80\x9b", /* U+2018 to U+201B */
	"\xe2\x80\x9c\xe2\x80\x9d\xe2\x80\x9ex",            /* U+201C to U+201E */
	"a\xe2\x80\x93"
	"b\xe2\x80\x94 c\xe2\x80\x95", /* dashes that start a parameter */
	"C:\\Caf\xc3\xa9\\x",
	"\xc3\xa9",
	"\xc3\xa9'\xc3\xa9",
	"C:\\\xf0\x9f\x98\x80\\x",      /* U+1F600, two UTF-16 units */
	"\xf4\x8f\xbf\xbf\xef\xbf\xbd", /* U+10FFFF, U+FFFD */
	"a\nRemove-Item C:\\\nb",
	"a\r\n)\r\nexit\r\n",
	"a\rb\tc\x01\x1f\x7f",
	"a\xc2\x85"
	"b\xc2\xa0", /* U+0085, U+00A0 */
	"a\xe2\x80\xa8"
	"b\xe2\x80\xa9", /* U+2028, U+2029 */
	"a\xe2\x80\x8b"
	"b\xef\xbb\xbf", /* U+200B, U+FEFF */
	"') # x",
	"' + [char]0x0041 + '",
	"[char]0x0041",
	"C:\\x # tanium/core#exclusions/y",
	"C:\\x\\:{PathType:folder,Process:\"a.exe\"}",
	" ",
	"",
};

enum { HOSTILE_COUNT = sizeof hostile / sizeof hostile[0], LONG = 10000 };

struct fixture {
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_target_use use;
	struct cv_plan plan;
	struct cv_buf out;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	cv_ctx_open(&f->ctx);
	f->site.name.text = "hq";
	f->policy.site = &f->site;
	f->subject = (struct cv_subject){.kind = CV_SUBJECT_GROUP, .name = "windows"};
	f->use.target = target;
	f->plan = (struct cv_plan){
		.policy = &f->policy, .use = &f->use, .subject = &f->subject};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cv_buf_deinit(&f->out);
	cv_ctx_close(&f->ctx);
	free(f);
	return 0;
}

static void add_exclusion(struct fixture *f, const char *list, const char *value,
			  const char *note)
{
	struct cv_entry *entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_EXCLUSION);
	struct cv_origin *origin = cv_origin_make(&f->ctx, entry);

	entry->list = list;
	entry->more->value = value;
	entry->note = note;
	origin->native = target->can.lists;
	while (origin->native->name && strcmp(origin->native->name, list) != 0)
		origin->native++;
}

static void add_header(struct fixture *f, const char *value)
{
	cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_HEADER)->more->value = value;
}

static void arrange(struct fixture *f)
{
	assert_true(target->arrange(&f->ctx, &f->plan));
}

static void fill_plain(struct fixture *f)
{
	add_header(f, "carveout 0.1.0: site hq, group windows");
	add_exclusion(f, "ExclusionPath", "C:\\Caf\xc3\xa9\\\xf0\x9f\x98\x80\\O'x",
		      "tanium/core#exclusions/a (requirements)");
	add_exclusion(f, "ExclusionProcess", "C:\\X\\y.exe", "tanium/core#exclusions/b");
	add_exclusion(f, "ExclusionProcess", "C:\\X\\z.exe", NULL);
	add_exclusion(f, "ExclusionExtension", ".log", "");
	arrange(f);
}

/* A value of 10,000 characters, every other one outside ASCII. */
static const char *long_value(struct fixture *f)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *value;

	for (size_t i = 0; i < LONG / 2; i++)
		cv_buf_text(&buf, "'\xe2\x80\x99");
	value = cv_arena_text(f->ctx.arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return value;
}

static void fill_hostile(struct fixture *f)
{
	char *plain = cv_arena_array(f->ctx.arena, LONG + 1, 1);

	memset(plain, 'x', LONG);
	add_header(f, "# ' \" $(x) `n <# #> SIG # Begin signature block");
	add_header(f, "");
	for (size_t i = 0; i < HOSTILE_COUNT; i++) {
		add_exclusion(f, "ExclusionPath", hostile[i], "a#exclusions/b (c)");
		add_exclusion(f, "ExclusionProcess", hostile[i], "#> '; exit <# ` $(x)");
	}
	add_exclusion(f, "ExclusionExtension", plain, plain);
	add_exclusion(f, "ExclusionExtension", long_value(f), NULL);
	arrange(f);
}

static bool is_in_lists(const struct cv_form *form, const struct cv_entry *entry)
{
	bool is_in = !form->lists || entry->kind == CV_ENTRY_HEADER;

	for (size_t i = 0; !is_in && form->lists[i]; i++)
		is_in = strcmp(form->lists[i], entry->list) == 0;
	return is_in;
}

/* What the form holds of the plan: in an undo all but its head are removals. */
static const struct cv_entry **entries_of(struct fixture *f, const struct cv_form *form,
					  size_t *count_out)
{
	const size_t count = f->plan.entries.count;
	const struct cv_entry **entries =
		CV_NEW_ARRAY(f->ctx.arena, count, const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < count; i++) {
		struct cv_entry *entry = cv_entry_copy(
			&f->ctx, CV_AT(&f->plan.entries, struct cv_entry, i));

		if (!(entry->kind & form->kinds) || !is_in_lists(form, entry))
			continue;
		if (form->undo && entry->kind != CV_ENTRY_HEADER)
			entry->operation = CV_REMOVE;
		entries[(*count_out)++] = entry;
	}
	return entries;
}

static void emit(struct fixture *f, int form)
{
	size_t count;
	const struct cv_entry **entries = entries_of(f, &target->forms[form], &count);
	const struct cv_emission emission = {
		.ctx = &f->ctx,
		.plan = &f->plan,
		.entries = entries,
		.count = count,
		.out = &f->out,
	};

	f->out.size = 0;
	target->forms[form].emit(&emission);
}

static int by_entry(const void *a, const void *b)
{
	return cv_entry_compare(*(const struct cv_entry *const *)a,
				*(const struct cv_entry *const *)b);
}

/* Whether the bytes are understood and hold just what the form holds of the plan. */
static bool proves(struct fixture *f, int form, const char *bytes, size_t size)
{
	struct cv_ctx ctx;
	struct cv_reading reading = {.ctx = &ctx, .bytes = bytes, .size = size};
	const struct cv_entry **want, **got;
	size_t count;
	bool same;

	cv_ctx_open(&ctx);
	want = entries_of(f, &target->forms[form], &count);
	same = target->forms[form].read(&reading);
	assert_true(same == !reading.error);
	assert_true(reading.error_at <= size);
	same = same && reading.entries.count == count;
	if (same) {
		got = CV_NEW_ARRAY(ctx.arena, count + 1, const struct cv_entry *);
		for (size_t i = 0; i < count; i++)
			got[i] = CV_AT(&reading.entries, struct cv_entry, i);
		qsort(want, count, sizeof *want, by_entry);
		qsort(got, count, sizeof *got, by_entry);
		for (size_t i = 0; i < count; i++)
			same = same && cv_entry_compare(want[i], got[i]) == 0;
	}
	cv_ctx_close(&ctx);
	return same;
}

static bool is_ascii_with_crlf(const struct cv_buf *buf)
{
	for (size_t i = 0; i < buf->size; i++) {
		const char c = buf->data[i];

		if (c == '\r'   ? buf->data[i + 1] != '\n'
		    : c == '\n' ? i == 0 || buf->data[i - 1] != '\r'
				: c < ' ' || c > '~')
			return false;
	}
	return buf->size > 1 && buf->data[buf->size - 1] == '\n';
}

static void write_file(const char *folder, const char *name, const char *suffix,
		       const struct cv_buf *bytes)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes->data, 1, bytes->size, file), bytes->size);
	assert_int_equal(fclose(file), 0);
}

/* The values of the three lists, in order: {"ExclusionPath": [...], ...}. */
static void write_expected(struct fixture *f, const char *folder, const char *name,
			   const char *suffix)
{
	struct cv_buf text = CV_BUF_INIT;
	struct cv_json json;

	cv_json_open(&json, &text);
	cv_json_begin_object(&json, false);
	for (size_t l = 0; list_names[l]; l++) {
		cv_json_key(&json, list_names[l]);
		cv_json_begin_list(&json, false);
		for (size_t i = 0; i < f->plan.entries.count; i++) {
			const struct cv_entry *entry =
				CV_AT(&f->plan.entries, struct cv_entry, i);

			if (entry->kind == CV_ENTRY_EXCLUSION &&
			    strcmp(entry->list, list_names[l]) == 0)
				cv_json_text(&json, entry->more->value);
		}
		cv_json_end_list(&json);
	}
	cv_json_end_object(&json);
	write_file(folder, name, suffix, &text);
	cv_buf_deinit(&text);
}

/* Emits, proves and, when asked, writes all forms. */
static void check_all(struct fixture *f, const char *name)
{
	const char *folder = getenv("CV_ARTEFACTS");

	for (int form = SCRIPT; form <= UNDO; form++) {
		emit(f, form);
		assert_true(is_ascii_with_crlf(&f->out));
		assert_true(proves(f, form, f->out.data, f->out.size));
		if (folder) {
			char suffix[64];

			write_file(folder, name, target->forms[form].suffix, &f->out);
			snprintf(suffix, sizeof suffix, "%s.json",
				 target->forms[form].suffix);
			write_expected(f, folder, name, suffix);
		}
	}
}

static void test_defender_reads_back(void **state)
{
	fill_plain(*state);
	check_all(*state, "plain");
}

static void test_defender_reads_back_nothing(void **state)
{
	arrange(*state);
	check_all(*state, "empty");
}

static void test_defender_reads_back_hostile_values(void **state)
{
	fill_hostile(*state);
	check_all(*state, "hostile");
}

static void test_defender_writes_literals(void **state)
{
	struct fixture *f = *state;

	fill_plain(f);
	emit(f, SCRIPT);
	assert_non_null(strstr(f->out.data,
			       "\r\n    ('C:\\Caf' + [char]0x00E9 + '\\' + [char]0xD83D"
			       " + [char]0xDE00 + '\\O''x')"
			       " # tanium/core#exclusions/a (requirements)\r\n"));
	assert_non_null(strstr(f->out.data, "\r\n    'C:\\X\\z.exe'\r\n"));
	assert_non_null(strstr(f->out.data,
			       "$Record = 'HKLM:\\SOFTWARE\\carveout\\hq\\windows'\r\n"));
}

/* A comment that could not be written as it is must not pass the proof. */
static void test_defender_refuses_odd_comments(void **state)
{
	static const char *const odd[] = {"a\r\nexit",   "a\nexit", "a\rexit",
					  "caf\xc3\xa9", "a\tb",    "\x7f"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		for (int header = 0; header < 2; header++) {
			f->plan.entries = (struct cv_table){0};
			if (header)
				add_header(f, odd[i]);
			else
				add_exclusion(f, "ExclusionPath", "C:\\x", odd[i]);
			arrange(f);
			emit(f, SCRIPT);
			assert_true(is_ascii_with_crlf(&f->out));
			assert_null(strstr(f->out.data, "\nexit\r"));
			assert_false(proves(f, SCRIPT, f->out.data, f->out.size));
		}
	}
}

static void test_defender_refuses_bytes_that_are_no_text(void **state)
{
	struct fixture *f = *state;

	add_exclusion(f, "ExclusionPath", "C:\\x\xff\xc0\x80", NULL);
	arrange(f);
	emit(f, SCRIPT);
	assert_true(is_ascii_with_crlf(&f->out));
	assert_false(proves(f, SCRIPT, f->out.data, f->out.size));
}

static void test_defender_refuses_an_unknown_list(void **state)
{
	struct fixture *f = *state;

	add_exclusion(f, "ExclusionIpAddress", "192.0.2.1", NULL);
	arrange(f);
	emit(f, SCRIPT);
	assert_false(proves(f, SCRIPT, f->out.data, f->out.size));
}

/* The script with the byte at `at` replaced by `bytes`. */
static void assert_noticed(struct fixture *f, int form, size_t at, const char *bytes,
			   size_t count)
{
	struct cv_buf changed = CV_BUF_INIT;

	cv_buf_add(&changed, f->out.data, at);
	cv_buf_add(&changed, bytes, count);
	cv_buf_add(&changed, f->out.data + at + 1, f->out.size - at - 1);
	assert_false(proves(f, form, changed.data, changed.size));
	cv_buf_deinit(&changed);
}

/* Any byte changed, taken away or with another beside it, and any end too early:
 * refused, or the entries come out different. */
static void test_defender_every_byte_counts(void **state)
{
	struct fixture *f = *state;

	fill_plain(f);
	for (int form = SCRIPT; form <= UNDO; form++) {
		/* All of the script; what others share with it is not tried as often. */
		const size_t step = form == SCRIPT ? 1 : 5;

		emit(f, form);
		for (size_t at = 0; at < f->out.size; at += step) {
			const char c = f->out.data[at];

			assert_noticed(f, form, at, (char[]){(char)(c ^ 1)}, 1);
			assert_noticed(f, form, at, (char[]){(char)(c ^ 32)}, 1);
			assert_noticed(f, form, at, "", 1);
			assert_noticed(f, form, at, "", 0);
			assert_noticed(f, form, at, (char[]){c, ' '}, 2);
			assert_noticed(f, form, at, (char[]){c, '\''}, 2);
			assert_noticed(f, form, at, (char[]){c, '\n'}, 2);
			assert_false(proves(f, form, f->out.data, at));
		}
	}
}

/* Other spellings of the same value are not ours. */
static void test_defender_takes_one_spelling(void **state)
{
	static const char *const odd[] = {
		"('C:\\x')",
		"('C:\\x' + '\\y')",
		"('C:\\x' + [char]0x00e9)",
		"('C:\\x' + [char]0x0041)",
		"('C:\\x' + [char]0x0000)",
		"('C:\\x' + [char]0x00E9 + '')",
		"('C:\\x' + [char]0xD83D)",
		"('C:\\x' + [char]0xD83D + [char]0x0041)",
		"('C:\\x' + [char]0xDE00)",
		"('C:\\x' + [char]0xE9)",
		"([char]0x00E9 + 'x')",
		"('C:\\x' + [char]0x00E9",
		"\"C:\\x\"",
		"C:\\x",
		"'C:\\x' ",
		"'C:\\x'; exit",
		"'C:\\x', 'C:\\y'",
		"'C:\\x",
	};
	struct fixture *f = *state;
	struct cv_buf changed = CV_BUF_INIT;
	const char *place;

	add_exclusion(f, "ExclusionPath", "C:\\place", NULL);
	arrange(f);
	emit(f, SCRIPT);
	place = strstr(f->out.data, "'C:\\place'");
	assert_non_null(place);
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		struct cv_reading reading = {.ctx = &f->ctx};

		changed.size = 0;
		cv_buf_add(&changed, f->out.data, (size_t)(place - f->out.data));
		cv_buf_text(&changed, odd[i]);
		cv_buf_text(&changed, place + strlen("'C:\\place'"));
		reading.bytes = changed.data;
		reading.size = changed.size;
		assert_false(target->forms[SCRIPT].read(&reading));
		assert_non_null(reading.error);
	}
	cv_buf_deinit(&changed);
}

/* An addition is not a removal: no reader takes another form's script. */
static void test_defender_tells_its_forms_apart(void **state)
{
	struct fixture *f = *state;

	fill_plain(f);
	for (int form = SCRIPT; form <= UNDO; form++) {
		emit(f, form);
		for (int other = SCRIPT; other <= UNDO; other++)
			assert_true(proves(f, other, f->out.data, f->out.size) ==
				    (other == form));
		assert_true(!strstr(f->out.data, "Add-MpPreference @") ==
			    (form == DETECT || form == UNDO));
		assert_true(!strstr(f->out.data, "Remove-MpPreference @") ==
			    (form == DETECT));
		assert_null(strstr(f->out.data, "Set-MpPreference"));
		assert_true(!strstr(f->out.data, "\nexit ") == (form == PASTE));
	}
}

/* What the other form should hold is left out, so that the proof fails. */
static void test_defender_writes_no_removal_as_an_addition(void **state)
{
	struct fixture *f = *state;

	add_exclusion(f, "ExclusionPath", "C:\\added", NULL);
	add_exclusion(f, "ExclusionPath", "C:\\removed", NULL);
	CV_AT(&f->plan.entries, struct cv_entry, 1)->operation = CV_REMOVE;
	arrange(f);
	emit(f, SCRIPT);
	assert_non_null(strstr(f->out.data, "'C:\\added'"));
	assert_null(strstr(f->out.data, "'C:\\removed'"));
	assert_false(proves(f, SCRIPT, f->out.data, f->out.size));
}

static size_t count_of(const struct cv_plan *plan, enum cv_entry_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->entries.count; i++)
		count += CV_AT(&plan->entries, struct cv_entry, i)->kind == kind;
	return count;
}

static void test_defender_says_what_a_process_costs(void **state)
{
	struct fixture *f = *state;

	add_exclusion(f, "ExclusionExtension", ".x", NULL);
	arrange(f);
	assert_int_equal(count_of(&f->plan, CV_ENTRY_HEADER), 0);
	assert_int_equal(count_of(&f->plan, CV_ENTRY_SETTING), 2);
	f->plan.entries = (struct cv_table){0};
	add_exclusion(f, "ExclusionProcess", "C:\\x.exe", NULL);
	arrange(f);
	assert_int_equal(count_of(&f->plan, CV_ENTRY_HEADER), 1);
	emit(f, SCRIPT);
	assert_non_null(strstr(f->out.data, "#   ExclusionProcess: network protection"));
	f->plan.entries = (struct cv_table){0};
	add_exclusion(f, "ExclusionPath", "C:\\x", NULL);
	arrange(f);
	emit(f, PASTE);
	assert_non_null(strstr(f->out.data, "#   ExclusionPath: subfolders of a folder"));
}

/* The lists that an exclusion of the kind goes into, as "ExclusionPath+...". */
static void assert_lists(const char *reading, enum cv_kind kind, const char *wanted)
{
	const struct cv_group group = {.platform = CV_WINDOWS};
	const struct cv_exclusion exclusion = {.group = &group, .kind = kind};
	const struct cv_defender_options chosen = {.process_rows = {.text = reading}};
	const struct cv_target_use use = {.target = target, .options = &chosen};
	const struct cv_list *list = NULL;
	const char *why = NULL;
	struct cv_buf names = CV_BUF_INIT;

	while ((list = cv_list_next(&use, &exclusion, list, &why)))
		cv_buf_format(&names, "%s%s%s", names.size ? "+" : "", list->name,
			      list->per_program ? " per program" : "");
	assert_string_equal(names.size ? cv_buf_string(&names) : "none", wanted);
	cv_buf_deinit(&names);
}

static void test_defender_lists_take_their_kinds(void **state)
{
	(void)state;
	assert_lists("files-opened", CV_KIND_FOLDER, "ExclusionPath");
	assert_lists("files-opened", CV_KIND_FILE, "ExclusionPath");
	assert_lists("files-opened", CV_KIND_EXTENSION, "ExclusionExtension");
	assert_lists("files-opened", CV_KIND_PROCESS, "ExclusionProcess");
	assert_lists("files-opened", CV_KIND_COMMAND, "none");
	assert_lists("files-opened", CV_KIND_SHA256, "none");
	assert_lists("files-opened", CV_KIND_SIGNER, "none");
	assert_lists("files-opened", CV_KIND_TLS_INSPECTION, "none");
	assert_lists("image", CV_KIND_PROCESS, "ExclusionPath");
	assert_lists("image", CV_KIND_FOLDER, "ExclusionPath");
	assert_lists("both", CV_KIND_PROCESS, "ExclusionPath+ExclusionProcess");
	assert_lists("contextual", CV_KIND_PROCESS, "none");
	assert_lists("contextual", CV_KIND_FOLDER, "ExclusionPath per program");
	assert_lists("contextual", CV_KIND_FILE, "ExclusionPath");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defender_reads_back),
		TEST(test_defender_reads_back_nothing),
		TEST(test_defender_reads_back_hostile_values),
		TEST(test_defender_writes_literals),
		TEST(test_defender_refuses_odd_comments),
		TEST(test_defender_refuses_bytes_that_are_no_text),
		TEST(test_defender_refuses_an_unknown_list),
		TEST(test_defender_every_byte_counts),
		TEST(test_defender_takes_one_spelling),
		TEST(test_defender_tells_its_forms_apart),
		TEST(test_defender_writes_no_removal_as_an_addition),
		TEST(test_defender_says_what_a_process_costs),
		TEST(test_defender_lists_take_their_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
