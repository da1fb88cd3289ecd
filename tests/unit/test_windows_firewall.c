/* The scripts of windows-firewall: what is emitted reads back as it was, whatever the
 * values hold, no byte of a script can change unseen, and a rule's name hangs on nothing
 * but what the rule lets through.  With CV_ARTEFACTS set to a folder, the scripts are
 * written below it in windows-firewall/, for tests/powershell/run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"
#include "model/target.h"
#include "prove/prove.h"
#include "windows-firewall/facts.h"

extern const struct cv_target cv_target_windows_firewall;

static const struct cv_target *const target = &cv_target_windows_firewall;

enum { SCRIPT, PASTE, UNDO, EXPORT, FORMS };

/* What a program or a note could try to leave its quotes with. */
static const char *const hostile[] = {
	"C:\\Program Files\\X\\y.exe",
	"C:\\O'Brien\\x.exe",
	"'",
	"''; Remove-NetFirewallRule #",
	"C:\\x`y`$(Get-Date)",
	"$env:TEMP; ${x} @x @(1) @{}",
	"C:\\a;b&c,d%e%{}()[]",
	"#> <# #Requires -Version 99",
	"C:\\O\xe2\x80\x99"
	"Brien; Remove-NetFirewallRule #",                  /* U+2019 */
	"\xe2\x80\x98\xe2\x80\x99\xe2\x80\x9a\xe2\x80\x9b", /* U+2018 to U+201B */
	"\xe2\x80\x9c\xe2\x80\x9d\xe2\x80\x9ex",            /* U+201C to U+201E */
	"a\xe2\x80\x93"
	"b", /* U+2013, a dash */
	"C:\\Caf\xc3\xa9\\\xf0\x9f\x98\x80.exe",
	"a\n    }\n)\nexit\n",
	"a\r\n    }\r\n)\r\nexit\r\n",
	"a\xe2\x80\xa8"
	"b\xe2\x80\xa9", /* U+2028, U+2029 */
	"' + [char]0x0041 + '",
	"x'\r\n        Program = 'y",
};

enum { HOSTILE_COUNT = sizeof hostile / sizeof hostile[0], LONG = 10000 };

struct fixture {
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_party parties[2];
	struct cv_winfw_options options;
	struct cv_text profiles[2];
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
	f->parties[0].slug = "client";
	f->parties[1].slug = "server";
	f->subject = (struct cv_subject){
		.kind = CV_SUBJECT_GROUP, .name = "servers", .party = &f->parties[1]};
	f->profiles[0].text = "private";
	f->profiles[1].text = "domain";
	f->options.profile.items = f->profiles;
	f->options.profile.count = 2;
	f->options.direction.text = "both";
	f->options.default_outbound.text = "block";
	f->use.target = target;
	f->use.options = &f->options;
	f->plan = (struct cv_plan){
		.policy = &f->policy, .use = &f->use, .subject = &f->subject};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cv_buf_deinit(&f->out);
	cv_sets_close(&f->ctx);
	cv_ctx_close(&f->ctx);
	free(f);
	return 0;
}

/* Addresses of one family, divided by blanks. */
static const struct cv_addresses *addresses(struct fixture *f, const char *text)
{
	struct cv_range ranges[8];
	char copy[512], *word, *rest = copy;
	size_t count = 0;
	const char *why;
	uint8_t family = 0;

	snprintf(copy, sizeof copy, "%s", text);
	while ((word = strtok_r(rest, " ", &rest))) {
		if (!cv_range_parse(word, &family, &ranges[count++], &why))
			fail_msg("%s: %s", word, why);
	}
	return cv_addresses_make(&f->ctx, family, ranges, count);
}

static const struct cv_ports *ports(struct fixture *f, const char *text)
{
	const struct cv_ports *set;
	const char *why, *bad;
	size_t size;

	assert_true(cv_ports_parse(&f->ctx, text, &set, &why, &bad, &size));
	return set;
}

static struct cv_entry *add_flow(struct fixture *f, const char *list, const char *source,
				 const char *destination, int protocol, const char *open)
{
	struct cv_entry *entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_FLOW);
	struct cv_flow *flow = CV_NEW(f->ctx.arena, struct cv_flow);
	struct cv_ends *ends = CV_NEW(f->ctx.arena, struct cv_ends);

	ends->from = &f->parties[0];
	ends->to = &f->parties[1];
	flow->ends = ends;
	entry->list = list;
	entry->source = addresses(f, source);
	entry->destination = addresses(f, destination);
	entry->family = entry->source->family;
	entry->protocol = cv_entry_number(protocol);
	entry->ports = open ? ports(f, open) : NULL;
	cv_origin_make(&f->ctx, entry)->flow = flow;
	entry->note = "vendor/product#ports/a (page)";
	return entry;
}

static void arrange(struct fixture *f)
{
	assert_true(target->arrange(&f->ctx, &f->plan));
}

static void fill_plain(struct fixture *f)
{
	add_flow(f, "input", "10.0.0.0/24 10.0.2.7-10.0.2.9", "10.0.1.1", 6,
		 "443,8000-8010");
	add_flow(f, "output", "10.0.1.1", "192.0.2.0/25", 17, "53")->more->source_ports =
		ports(f, "1024-65535");
	add_flow(f, "input", "0.0.0.0/0", "0.0.0.0-0.0.0.9", 6, "1-65535");
	add_flow(f, "input", "::/0", "2001:db8::1 2001:db8:0:1::/64 fe80::-fe80::5", 6,
		 "1");
	add_flow(f, "input", "1:2:3:4:5:6:7:8 1:0:0:2::", "::2-::4 0:1::", 58, NULL)
		->icmp_type = 128;
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 1, NULL);
	add_flow(f, "output", "10.0.1.1", "10.0.0.1", 47, NULL);
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1")->more->program =
		"C:\\O'Brien\\caf\xc3\xa9.exe";
	arrange(f);
}

static void fill_hostile(struct fixture *f)
{
	char *plain = cv_arena_array(f->ctx.arena, LONG + 1, 1);

	memset(plain, 'x', LONG);
	for (size_t i = 0; i < HOSTILE_COUNT; i++) {
		struct cv_entry *entry =
			add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1");

		entry->more->program = hostile[i];
		entry->note = hostile[HOSTILE_COUNT - 1 - i];
	}
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1")->more->program = plain;
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1")->note = plain;
	arrange(f);
}

/* What the form holds of the plan. */
static const struct cv_entry **entries_of(struct fixture *f, struct cv_arena *arena,
					  const struct cv_form *form, size_t *count_out)
{
	const size_t count = f->plan.entries.count;
	const struct cv_entry **entries =
		CV_NEW_ARRAY(arena, count, const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < count; i++) {
		struct cv_entry *entry = cv_entry_copy(
			&f->ctx, CV_AT(&f->plan.entries, struct cv_entry, i));

		if (!(entry->kind & form->kinds) ||
		    (form->undo && entry->kind == CV_ENTRY_SETTING &&
		     strcmp(entry->list, CV_WINFW_GROUP) != 0))
			continue;
		if (form->undo && entry->kind != CV_ENTRY_HEADER) {
			entry->operation = CV_REMOVE;
			form->strip(entry);
		}
		entries[(*count_out)++] = entry;
	}
	return entries;
}

static void emit(struct fixture *f, int form)
{
	size_t count;
	const struct cv_entry **entries =
		entries_of(f, f->ctx.arena, &target->forms[form], &count);
	const struct cv_emission emission = {
		.ctx = &f->ctx,
		.plan = &f->plan,
		.entries = entries,
		.count = count,
		.options = &f->options,
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
	struct cv_ctx scratch = cv_scratch_open(&f->ctx);
	struct cv_reading reading = {.ctx = &scratch,
				     .bytes = cv_arena_copy(scratch.arena, bytes, size),
				     .size = size};
	const struct cv_entry **want, **got;
	size_t count;
	bool same;

	want = entries_of(f, scratch.arena, &target->forms[form], &count);
	same = target->forms[form].read(&reading);
	assert_true(same == !reading.error);
	assert_true(reading.error_at <= size);
	same = same && reading.entries.count == count;
	if (same) {
		got = CV_NEW_ARRAY(scratch.arena, count + 1, const struct cv_entry *);
		for (size_t i = 0; i < count; i++)
			got[i] = CV_AT(&reading.entries, struct cv_entry, i);
		qsort(want, count, sizeof *want, by_entry);
		qsort(got, count, sizeof *got, by_entry);
		for (size_t i = 0; i < count; i++)
			same = same && cv_entry_compare(want[i], got[i]) == 0;
	}
	cv_arena_close(scratch.arena);
	return same;
}

static bool is_ascii_with_crlf(const struct cv_buf *buf)
{
	for (size_t i = 0; i < buf->size; i++) {
		const char c = buf->data[i];

		if (c == '\r'   ? buf->data[i + 1] != '\n'
		    : c == '\n' ? i == 0 || buf->data[i - 1] != '\r'
				: c < ' ' || c > '~' || c == '"')
			return false;
	}
	return buf->size > 1 && buf->data[buf->size - 1] == '\n';
}

static void write_file(const char *folder, const char *name, const char *suffix,
		       const struct cv_buf *bytes)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/windows-firewall", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/windows-firewall/%s%s", folder, name, suffix);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes->data, 1, bytes->size, file), bytes->size);
	assert_int_equal(fclose(file), 0);
}

static void check_all(struct fixture *f, const char *name)
{
	const char *folder = getenv("CV_ARTEFACTS");

	for (int form = 0; form < FORMS; form++) {
		emit(f, form);
		assert_true(is_ascii_with_crlf(&f->out));
		assert_true(proves(f, form, f->out.data, f->out.size));
		if (folder)
			write_file(folder, name, target->forms[form].suffix, &f->out);
	}
}

static void test_winfw_reads_back(void **state)
{
	fill_plain(*state);
	check_all(*state, "plain");
}

static void test_winfw_reads_back_nothing(void **state)
{
	arrange(*state);
	check_all(*state, "empty");
}

static void test_winfw_reads_back_hostile_values(void **state)
{
	fill_hostile(*state);
	check_all(*state, "hostile");
}

/* Windows takes no network of length 0, and no `|` and no leading `@` in words. */
static void test_winfw_spells_for_windows(void **state)
{
	struct fixture *f = *state;

	fill_plain(f);
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "2")->note = "@a|b";
	arrange(f);
	emit(f, SCRIPT);
	assert_null(strstr(f->out.data, "/0'"));
	assert_non_null(strstr(f->out.data, "= @('0.0.0.0-255.255.255.255')\r\n"));
	assert_non_null(strstr(f->out.data, "= @('0.0.0.0-0.0.0.9')\r\n"));
	assert_non_null(strstr(f->out.data,
			       "@('::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')\r\n"));
	assert_non_null(strstr(f->out.data, "Description = '_a_b'\r\n"));
	assert_non_null(strstr(f->out.data, "Profile = 'Domain,Private'\r\n"));
}

static const char *name_of(struct fixture *f, size_t index)
{
	return CV_AT(&f->plan.entries, struct cv_entry, index)->more->name;
}

/* The name of a flow that differs from the first in one thing, or in none. */
static void test_winfw_names_by_content(void **state)
{
	struct fixture *f = *state;
	struct cv_entry *entry;

	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1");
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1")->note = "other rows";
	add_flow(f, "output", "10.0.0.1", "10.0.1.1", 6, "1");
	add_flow(f, "input", "10.0.0.2", "10.0.1.1", 6, "1");
	add_flow(f, "input", "10.0.0.1", "10.0.1.2", 6, "1");
	add_flow(f, "input", "10.0.1.1", "10.0.0.1", 6, "1");
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 17, "1");
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "2");
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1")->more->program = "C:\\x";
	add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "1")->more->source_ports =
		ports(f, "1");
	entry = add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "2");
	entry->ports = ports(f, "1");
	entry->more->source_ports = ports(f, "2");
	entry = add_flow(f, "input", "10.0.0.1", "10.0.1.1", 6, "2");
	entry->more->source_ports = ports(f, "1");
	arrange(f);
	assert_string_equal(name_of(f, 0), name_of(f, 1));
	for (size_t i = 1; i < 12; i++)
		for (size_t j = i + 1; j < 12; j++)
			assert_string_not_equal(name_of(f, i), name_of(f, j));
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(strspn(name_of(f, i), "abcdefghijklmnopqrstuvwxyz"
						       "0123456789.-"),
				 strlen(name_of(f, i)));
}

/* The script with the byte at `at` replaced by `bytes`. */
static void assert_noticed(struct fixture *f, int form, size_t at, const char *bytes,
			   size_t count)
{
	struct cv_buf changed = CV_BUF_INIT;

	cv_buf_add(&changed, f->out.data, at);
	cv_buf_add(&changed, bytes, count);
	cv_buf_add(&changed, f->out.data + at + 1, f->out.size - at - 1);
	assert_false(proves(f, form, cv_buf_string(&changed), changed.size));
	cv_buf_deinit(&changed);
}

/* Any byte changed, taken away or with another beside it: refused, or the entries come
 * out different.  Of the fixed text, which is compared as it is, every fifth is enough.
 */
static void test_winfw_every_byte_counts(void **state)
{
	struct fixture *f = *state;

	fill_plain(f);
	/* The paste block is made of the same lines as the script. */
	for (int form = 0; form < FORMS; form++) {
		const char *values, *end;

		if (form == PASTE)
			continue;
		emit(f, form);
		values = strstr(f->out.data, "\r\n$Group = ");
		end = values ? strstr(values, "\r\n)\r\n") : NULL;
		for (size_t at = 0; at < f->out.size; at++) {
			const char *here = f->out.data + at;
			const bool fixed = !values || here < values || here > end + 4;

			if (!fixed || at % 5 == 0)
				assert_noticed(f, form, at, (char[]){(char)(*here ^ 1)},
					       1);
			if (fixed)
				continue;
			assert_noticed(f, form, at, "", 0);
			assert_noticed(f, form, at, (char[]){(char)(*here ^ 32)}, 1);
			assert_noticed(f, form, at, (char[]){*here, '\''}, 2);
			assert_noticed(f, form, at, (char[]){*here, '0'}, 2);
			assert_false(proves(f, form, f->out.data, at));
		}
	}
}

struct swap {
	const char *from, *to;
};

/* Other spellings of the same, and what means something else. */
static void test_winfw_takes_one_spelling(void **state)
{
	static const struct swap swaps[] = {
		{"'10.0.0.0/24'", "'10.0.0.0-10.0.0.255'"},
		{"'10.0.0.0/24'", "'10.0.0.0/024'"},
		{"'10.0.2.7-10.0.2.9'", "'10.0.2.7/32'"},
		{"@('10.0.1.1')", "@('10.0.1.1/32')"},
		{"@('10.0.1.1')", "@('10.0.1.1', '10.0.1.2')"},
		{"@('10.0.1.1')", "@('Any')"},
		{"@('10.0.1.1')", "@()"},
		{"@('10.0.1.1')", "'10.0.1.1'"},
		{"'0.0.0.0-255.255.255.255'", "'0.0.0.0/0'"},
		{"'2001:db8::1'", "'2001:DB8::1'"},
		{"'2001:db8::1'", "'2001:db8:0::1'"},
		{"'2001:db8:0:1::/64'", "'2001:db8:0:1::0/64'"},
		{"'443'", "'0443'"},
		{"'443'", "'443-443'"},
		{"'8000-8010'", "'8010-8000'"},
		{"'1-65535'", "'Any'"},
		{"Protocol = 'TCP'", "Protocol = '6'"},
		{"Protocol = 'TCP'", "Protocol = 'tcp'"},
		{"Protocol = '47'", "Protocol = '047'"},
		{"IcmpType = @('128')", "IcmpType = @('Any')"},
		{"Direction = 'Inbound'", "Direction = 'Outbound'"},
		{"Profile = 'Domain,Private'", "Profile = 'Any'"},
		{"    @{\r\n", "    @{ \r\n"},
		{"\r\n$Rules = @(\r\n", "\r\n$Rules = @(\r\n    @{}\r\n"},
	};
	struct fixture *f = *state;

	fill_plain(f);
	emit(f, SCRIPT);
	for (size_t i = 0; i < sizeof swaps / sizeof swaps[0]; i++) {
		const char *bytes = cv_buf_string(&f->out);
		const char *found = strstr(bytes, swaps[i].from);
		struct cv_buf changed = CV_BUF_INIT;

		if (!found)
			fail_msg("nothing like %s", swaps[i].from);
		cv_buf_add(&changed, bytes, (size_t)(found - bytes));
		cv_buf_text(&changed, swaps[i].to);
		cv_buf_text(&changed, found + strlen(swaps[i].from));
		if (proves(f, SCRIPT, cv_buf_string(&changed), changed.size))
			fail_msg("%s was not noticed", swaps[i].to);
		cv_buf_deinit(&changed);
	}
}

static void test_winfw_paste_has_no_empty_line(void **state)
{
	struct fixture *f = *state;

	fill_plain(f);
	emit(f, PASTE);
	assert_null(strstr(f->out.data, "\r\n\r\n"));
	assert_null(strstr(f->out.data, "exit"));
	assert_string_equal(f->out.data + f->out.size - 4, "\n}\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_winfw_reads_back),
		TEST(test_winfw_reads_back_nothing),
		TEST(test_winfw_reads_back_hostile_values),
		TEST(test_winfw_spells_for_windows),
		TEST(test_winfw_names_by_content),
		TEST(test_winfw_every_byte_counts),
		TEST(test_winfw_takes_one_spelling),
		TEST(test_winfw_paste_has_no_empty_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
