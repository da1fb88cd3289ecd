/* The nftables text: what is emitted reads back as it was, whatever notes and head
 * lines hold, and no byte of a file can change unseen.  With CV_ARTEFACTS set to a
 * folder, the files are written there for tests/kernel/nftables.sh, where a kernel
 * judges them. */
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
#include "model/plan.h"
#include "model/policy.h"
#include "model/target.h"
#include "nftables/facts.h"

extern const struct cv_target cv_target_nftables;

enum { TEXT, UNDO };

struct fixture {
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_target_use use;
	struct cv_nft_options options;
	struct cv_plan plan;
	struct cv_buf out;
};

struct sample {
	const char *list, *source, *destination;
	int protocol, icmp_type;
	uint16_t ports[2], source_ports[2]; /* first is 0: none */
	const char *note;
};

/* At least one for each shape. */
static const struct sample gateway[] = {
	{"forward", "10.0.0.1", "10.0.0.2", 6, -1, {443, 443}, {0}, "a/b#ports/https"},
	{"forward", "10.0.0.1", "10.0.0.2", 17, -1, {443, 443}, {0}, "a/b#ports/quic"},
	{"forward", "10.0.0.0/8", "10.0.0.2", 6, -1, {443, 443}, {0}, "one prefix"},
	{"forward", "10.1.0.1", "10.1.0.2", 132, -1, {1000, 2000}, {0}, "ports"},
	{"forward", "10.2.0.1-10.2.0.9", "0.0.0.0/0", 6, -1, {1, 65535}, {0}, "wide"},
	{"forward", "10.0.0.1", "10.0.0.2", 17, -1, {123, 123}, {123, 123}, "ntp"},
	{"forward", "10.0.0.1", "10.0.0.2", 17, -1, {53, 53}, {1024, 65535}, "dns"},
	{"forward", "10.0.0.1", "10.0.0.2", 50, -1, {0}, {0}, "esp"},
	{"forward", "10.0.0.0/24", "10.0.0.2", 51, -1, {0}, {0}, "ah"},
	{"forward", "10.0.0.1", "10.0.0.2", 1, 8, {0}, {0}, "echo"},
	{"forward", "10.0.0.0/24", "10.0.0.2", 1, 0, {0}, {0}, NULL},
	{"forward", "10.0.0.1", "10.0.0.3", 1, -1, {0}, {0}, "all of icmp"},
	{"forward", "2001:db8::1", "2001:db8::2", 6, -1, {443, 443}, {0}, "six"},
	{"forward", "2001:db8::/32", "2001:db8::2-2001:db8::9", 6, -1, {22, 22}, {0}, ""},
	{"forward", "2001:db8::1", "2001:db8::2", 17, -1, {123, 123}, {123, 123}, "n"},
	{"forward", "::/0", "2001:db8::2", 17, -1, {123, 124}, {123, 123}, "n"},
	{"forward", "2001:db8::1", "2001:db8::2", 50, -1, {0}, {0}, "esp"},
	{"forward", "2001:db8::/64", "2001:db8::2", 50, -1, {0}, {0}, "esp"},
	{"forward", "2001:db8::1", "2001:db8::2", 58, 128, {0}, {0}, "echo"},
	{"forward", "2001:db8::/64", "2001:db8::2", 58, 129, {0}, {0}, "reply"},
};

static const struct sample host[] = {
	{"input", "10.0.0.0/8", "10.0.0.2", 6, -1, {22, 22}, {0}, "ssh"},
	{"input", "10.0.0.1", "10.0.0.2", 6, -1, {443, 443}, {0}, "https"},
	{"output", "10.0.0.2", "10.0.0.1", 6, -1, {443, 443}, {0}, "https"},
	{"output", "2001:db8::2", "2001:db8::1", 6, -1, {443, 443}, {0}, "https"},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const struct cv_addresses *addresses(struct cv_ctx *ctx, const char *text,
					    uint8_t *family_out)
{
	struct cv_range range;
	const char *why;

	assert_true(cv_range_parse(text, family_out, &range, &why));
	return cv_addresses_one(ctx, *family_out, range);
}

static const struct cv_ports *ports(struct cv_ctx *ctx, const uint16_t range[2])
{
	const struct cv_port_range one = {range[0], range[1]};

	return range[0] ? cv_ports_make(ctx, &one, 1) : NULL;
}

static struct cv_entry *add_flow(struct fixture *f, const struct sample *sample)
{
	struct cv_entry *flow = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_FLOW);
	uint8_t family;

	flow->list = sample->list;
	flow->source = addresses(&f->ctx, sample->source, &flow->family);
	flow->destination = addresses(&f->ctx, sample->destination, &family);
	assert_int_equal(family, flow->family);
	flow->protocol = sample->protocol;
	flow->icmp_type = sample->icmp_type;
	flow->ports = ports(&f->ctx, sample->ports);
	flow->source_ports = ports(&f->ctx, sample->source_ports);
	flow->note = sample->note;
	return flow;
}

static void add_head(struct fixture *f, const char *value)
{
	cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_HEADER)->value = value;
}

/* A plan for the site hq, or for its group linux. */
static void open_plan(struct fixture *f, enum cv_subject_kind kind)
{
	memset(f, 0, sizeof *f);
	cv_ctx_open(&f->ctx);
	f->site.name.text = "hq";
	f->policy.site = &f->site;
	f->subject.kind = kind;
	f->subject.name = kind == CV_SUBJECT_SITE ? "hq" : "linux";
	f->use.target = &cv_target_nftables;
	f->use.options = &f->options;
	f->plan.policy = &f->policy;
	f->plan.subject = &f->subject;
	f->plan.use = &f->use;
}

static void close_plan(struct fixture *f)
{
	cv_buf_deinit(&f->out);
	cv_sets_close(&f->ctx);
	cv_ctx_close(&f->ctx);
}

static void open_sample(struct fixture *f, enum cv_subject_kind kind)
{
	const bool whole = kind == CV_SUBJECT_SITE;
	const struct sample *samples = whole ? gateway : host;
	const size_t count = whole ? COUNT(gateway) : COUNT(host);

	open_plan(f, kind);
	add_head(f, "carveout: nftables for hq");
	add_head(f, "");
	for (size_t i = 0; i < count; i++)
		add_flow(f, &samples[i]);
	assert_true(cv_target_nftables.arrange(&f->ctx, &f->plan));
}

/* What the form holds, as the proof will say it. */
static const struct cv_entry **wanted(struct fixture *f, const struct cv_form *form,
				      size_t *count_out)
{
	const struct cv_entry **list = CV_NEW_ARRAY(f->ctx.arena, f->plan.entries.count,
						    const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&f->plan.entries, struct cv_entry, i);

		if (!(form->kinds & entry->kind))
			continue;
		if (form->undo && entry->kind != CV_ENTRY_HEADER) {
			struct cv_entry *copy = CV_NEW(f->ctx.arena, struct cv_entry);

			*copy = *entry;
			copy->operation = CV_REMOVE;
			entry = copy;
		}
		list[(*count_out)++] = entry;
	}
	return list;
}

static void emit(struct fixture *f, int number)
{
	const struct cv_form *form = &cv_target_nftables.forms[number];
	struct cv_emission emission = {
		.ctx = &f->ctx, .plan = &f->plan, .options = &f->options, .out = &f->out};

	emission.entries = wanted(f, form, &emission.count);
	f->out.size = 0;
	form->emit(&emission);
}

static int compare(const void *a, const void *b)
{
	return cv_entry_compare(*(const struct cv_entry *const *)a,
				*(const struct cv_entry *const *)b);
}

/* Whether the bytes are understood and say what the plan says. */
static bool holds(struct fixture *f, int number, const char *bytes, size_t size,
		  const char **error_out)
{
	const struct cv_form *form = &cv_target_nftables.forms[number];
	struct cv_reading reading = {
		.ctx = &f->ctx, .bytes = bytes, .size = size, .options = &f->options};
	const struct cv_entry **plan, **read;
	size_t count;
	bool same;

	plan = wanted(f, form, &count);
	same = form->read(&reading);
	*error_out = reading.error;
	assert_true(same == !reading.error);
	assert_true(reading.error_at <= size);
	if (!same || reading.entries.count != count)
		return false;
	read = CV_NEW_ARRAY(f->ctx.arena, count, const struct cv_entry *);
	for (size_t i = 0; i < count; i++)
		read[i] = CV_AT(&reading.entries, struct cv_entry, i);
	qsort(plan, count, sizeof *plan, compare);
	qsort(read, count, sizeof *read, compare);
	for (size_t i = 0; same && i < count; i++)
		same = cv_entry_compare(plan[i], read[i]) == 0;
	return same;
}

static void save(const struct fixture *f, const char *name)
{
	const char *folder = getenv("CV_ARTEFACTS");
	char path[4096];
	FILE *file;

	if (!folder)
		return;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(f->out.data, 1, f->out.size, file), f->out.size);
	assert_int_equal(fclose(file), 0);
}

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

static void test_emit_is_deterministic(void **state)
{
	struct fixture a, b;

	(void)state;
	open_sample(&a, CV_SUBJECT_SITE);
	open_sample(&b, CV_SUBJECT_SITE);
	emit(&a, TEXT);
	emit(&b, TEXT);
	assert_string_equal(a.out.data, b.out.data);
	close_plan(&a);
	close_plan(&b);
}

static const struct cv_entry *find_setting(struct fixture *f, const char *list,
					   const char *name)
{
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&f->plan.entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_SETTING && strcmp(entry->list, list) == 0 &&
		    strcmp(entry->name, name) == 0)
			return entry;
	}
	fail_msg("no %s %s in the plan", list, name);
	return NULL;
}

static void test_arrange_names_chains_and_sets(void **state)
{
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	assert_string_equal(find_setting(&f, "chain", "cv-hq-forward")->value,
			    "inet filter");
	assert_string_equal(find_setting(&f, "set", "cv-hq-forward-4-exact")->value,
			    "type ipv4_addr . ipv4_addr . inet_proto . inet_service; "
			    "size 16");
	assert_string_equal(find_setting(&f, "rule", "cv-hq-forward")->value,
			    "ip saddr . ip daddr . meta l4proto . th dport "
			    "@cv-hq-forward-4-exact counter accept");
	assert_string_equal(CV_AT(&f.plan.entries, struct cv_entry, 4)->name,
			    "cv-hq-forward-4-ranges");
	close_plan(&f);

	open_sample(&f, CV_SUBJECT_GROUP);
	find_setting(&f, "chain", "cv-hq.linux-input");
	find_setting(&f, "set", "cv-hq.linux-output-6-exact");
	close_plan(&f);
}

/* A set that no flow needs is there as a removal: a load leaves nothing behind of the
 * one before it. */
static void test_arrange_removes_every_other_set(void **state)
{
	size_t added = 0, removed = 0;
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	add_flow(&f, &gateway[0]);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	for (size_t i = 0; i < CV_NFT_SHAPES; i++) {
		const char *name = cv_arena_format(f.ctx.arena, "cv-hq-forward%s",
						   cv_nft_shapes[i].suffix);

		if (find_setting(&f, "set", name)->operation == CV_ADD)
			added++;
		else
			removed++;
	}
	assert_int_equal(added, 1);
	assert_int_equal(removed, CV_NFT_SHAPES - 1);
	emit(&f, TEXT);
	assert_true(holds(&f, TEXT, f.out.data, f.out.size, &error));
	assert_non_null(strstr(f.out.data, "\ndelete set inet filter "
					   "cv-hq-forward-6-ranges-icmp\n"));
	save(&f, "one.nft");
	close_plan(&f);
}

static void test_no_flows_empty_the_chain(void **state)
{
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_PARTY);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	for (int form = TEXT; form <= UNDO; form++) {
		emit(&f, form);
		assert_true(holds(&f, form, f.out.data, f.out.size, &error));
		assert_null(strstr(f.out.data, "elements"));
		save(&f, form == TEXT ? "none.nft" : "none.undo.nft");
	}
	close_plan(&f);
}

static void test_sizes_are_powers_of_two(void **state)
{
	static const struct {
		size_t count;
		const char *value;
	} cases[] = {{1, "; size 16"},
		     {16, "; size 16"},
		     {17, "; size 32"},
		     {33, "; size 64"},
		     {5000, "; size 8192"}};
	const char *error;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;

		open_plan(&f, CV_SUBJECT_SITE);
		for (size_t n = 0; n < cases[i].count; n++) {
			struct sample sample = gateway[0];
			struct cv_entry *flow;

			sample.ports[0] = sample.ports[1] = (uint16_t)(n + 1);
			flow = add_flow(&f, &sample);
			flow->note = cv_arena_format(f.ctx.arena, "row %zu", n);
		}
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		assert_non_null(
			strstr(find_setting(&f, "set", "cv-hq-forward-4-exact")->value,
			       cases[i].value));
		emit(&f, TEXT);
		assert_true(holds(&f, TEXT, f.out.data, f.out.size, &error));
		save(&f, cv_arena_format(f.ctx.arena, "size-%zu.nft", cases[i].count));
		close_plan(&f);
	}
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
	{"\t10.0.0.1 ", "\t2001:db8::1 ", "expected an address of the set's family"},
	{" 6 . 443", " 256 . 443", "expected a number within its bounds"},
	{" 6 . 443", " 6 . 0", "not a port or a range of ports"},
	{" 6 . 443", " 6 . 65536", "expected a number within its bounds"},
	{" 6 . 443", " 6 . 443-444", "expected `,`"},
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

/* What a note or a head line could try to leave its place with. */
static const struct {
	const char *text;
	bool note, head; /* may stand there as it is */
} hostile[] = {
	{"'", true, true},
	{"\"", false, true},
	{"x\", 1.2.3.4 . 5.6.7.8 . 6 . 22 comment \"", false, true},
	{"\\", false, true},
	{"ends in a backslash \\", false, true},
	{"`id` $(id) ${x} $x", true, true},
	{"a; flush ruleset", true, true},
	{"} } # | & < > % ]]>", true, true},
	{"a\nflush ruleset", false, false},
	{"a\r\nflush ruleset", false, false},
	{"a\tb\x01\x1b\x7f", false, false},
	{"\xe2\x80\x98\xe2\x80\x9c\xe2\x80\x9d", false,
	 false}, /* U+2018, U+201C, U+201D */
	{"a\xe2\x80\xa8"
	 "flush ruleset",
	 false, false},                  /* U+2028 */
	{"a\xe2\x80\x8b", false, false}, /* U+200B */
	{"a\xc2\x85", false, false},     /* U+0085 */
	{"\xff\xfe", false, false},
	{"include \"/etc/passwd\"", false, true},
	{"#", true, true},
	{" leading and trailing ", true, true},
};

/* Statements of an output, comments aside, whatever the strings hold. */
static size_t statements(const struct cv_buf *out)
{
	size_t count = 0;

	for (const char *line = out->data; *line; line = strchr(line, '\n') + 1)
		count += *line != '#' && *line != '\n';
	return count;
}

/* Every quote is one of a pair that holds a note, and nothing else is in the file but
 * printable ASCII. */
static void check_quoting(const struct cv_buf *out)
{
	for (const char *line = out->data; *line; line = strchr(line, '\n') + 1) {
		size_t quotes = 0;

		for (const char *at = line; *at != '\n'; at++) {
			assert_true((*at >= ' ' && *at <= '~') ||
				    (*at == '\t' && at == line));
			quotes += *at == '"';
		}
		assert_true(*line == '#' || quotes == 0 ||
			    (*line == '\t' && quotes == 2));
	}
}

static void test_hostile_texts_never_break_out(void **state)
{
	size_t plain = 0;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(hostile); i++) {
		const bool in_note = i & 1;
		const char *error;
		struct fixture f;

		open_plan(&f, CV_SUBJECT_SITE);
		add_head(&f, in_note ? "head" : hostile[i / 2].text);
		add_flow(&f, &gateway[0])->note = in_note ? hostile[i / 2].text : "note";
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		emit(&f, TEXT);
		check_quoting(&f.out);
		if (!plain)
			plain = statements(&f.out);
		assert_int_equal(statements(&f.out), plain);
		/* What had to be left out is missing in the proof. */
		assert_int_equal(holds(&f, TEXT, f.out.data, f.out.size, &error),
				 in_note ? hostile[i / 2].note : hostile[i / 2].head);
		save(&f, cv_arena_format(f.ctx.arena, "hostile-%zu.nft", i));
		close_plan(&f);
	}
}

static void test_notes_up_to_the_limit(void **state)
{
	char note[CV_NFT_LONGEST_COMMENT + 2];

	(void)state;
	for (size_t size = 127; size < sizeof note; size++) {
		const char *error;
		struct fixture f;

		memset(note, 'x', size);
		note[size] = '\0';
		open_plan(&f, CV_SUBJECT_SITE);
		add_flow(&f, &gateway[0])->note = note;
		assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
		emit(&f, TEXT);
		assert_int_equal(holds(&f, TEXT, f.out.data, f.out.size, &error),
				 size <= CV_NFT_LONGEST_COMMENT);
		if (size == CV_NFT_LONGEST_COMMENT)
			save(&f, "note-128.nft");
		close_plan(&f);
	}
}

static const char *last_finding(const struct cv_ctx *ctx, enum cv_code *code_out)
{
	const struct cv_finding *finding;

	assert_true(ctx->findings.count > 0);
	finding = *CV_AT(&ctx->findings, struct cv_finding *, ctx->findings.count - 1);
	*code_out = finding->code;
	return finding->text;
}

static void test_names_over_the_limit_are_refused(void **state)
{
	char name[251];
	enum cv_code code;
	struct fixture f;

	(void)state;
	/* cv-NAME-forward-4-ranges-sport has 24 bytes more than NAME. */
	for (size_t size = 231; size <= 233; size++) {
		memset(name, 'a', size);
		name[size] = '\0';
		open_plan(&f, CV_SUBJECT_SITE);
		f.site.name.text = name;
		f.subject.name = name;
		add_flow(&f, &gateway[2]);
		if (cv_target_nftables.arrange(&f.ctx, &f.plan)) {
			assert_true(size + strlen("cv--forward-4-ranges-sport") <=
				    CV_NFT_LONGEST_NAME);
		} else {
			assert_true(size + strlen("cv--forward-4-ranges-sport") >
				    CV_NFT_LONGEST_NAME);
			last_finding(&f.ctx, &code);
			assert_int_equal(code, CV_F_TOO_LONG);
		}
		close_plan(&f);
	}
}

/* The lowering never makes these; should it, nothing may be dropped. */
static void test_flows_without_a_shape_are_refused(void **state)
{
	static const struct sample samples[] = {
		{"forward",
		 "2001:db8::1",
		 "2001:db8::2",
		 1,
		 8,
		 {0},
		 {0},
		 "ICMP over IPv6"},
		{"forward",
		 "10.0.0.1",
		 "10.0.0.2",
		 58,
		 128,
		 {0},
		 {0},
		 "ICMPv6 over IPv4"},
		{"forward",
		 "10.0.0.1",
		 "10.0.0.2",
		 6,
		 -1,
		 {0},
		 {1, 2},
		 "source port only"},
		{"input", "10.0.0.1", "10.0.0.2", 6, -1, {1, 2}, {0}, "not of a gateway"},
	};
	enum cv_code code;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct fixture f;

		open_plan(&f, CV_SUBJECT_SITE);
		add_flow(&f, &samples[i]);
		assert_false(cv_target_nftables.arrange(&f.ctx, &f.plan));
		last_finding(&f.ctx, &code);
		assert_int_equal(code, CV_F_PROOF_FAILED);
		close_plan(&f);
	}
}

static bool option_holds(struct cv_ctx *ctx, const char *key, const char *value)
{
	const struct cv_field *field = cv_target_nftables.options->fields;

	while (strcmp(field->key, key) != 0)
		field++;
	return field->lexical->check(ctx, (struct cv_text){value, {0}});
}

static void test_options_are_checked(void **state)
{
	static const struct {
		const char *key, *value, *text; /* NULL: allowed */
	} cases[] = {
		{"mode", "include", NULL},
		{"mode", "enforce", "mode is `enforce`; only `include` is there yet"},
		{"table", "inet filter", NULL},
		{"table", "inet my_fw.a/b-2", NULL},
		{"table", "ip filter",
		 "table is `ip filter`; it must be of the family inet, which holds IPv4 "
		 "and "
		 "IPv6, as in `inet filter`"},
		{"table", "filter",
		 "table is `filter`; it must be of the family inet, which holds IPv4 and "
		 "IPv6, as in `inet filter`"},
		{"table", "inet  filter",
		 "table is `inet  filter`; the name must begin with a letter and hold "
		 "letters, digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet filter; flush ruleset",
		 "table is `inet filter; flush ruleset`; the name must begin with a "
		 "letter "
		 "and hold letters, digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet 2x",
		 "table is `inet 2x`; the name must begin with a letter and hold "
		 "letters, "
		 "digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet ",
		 "table is `inet `; the name must begin with a letter and hold letters, "
		 "digits, `_`, `.`, `/` and `-` only"},
		{"table", "inet log",
		 "table is `inet log`; `log` is a word of nft's grammar and cannot name "
		 "a "
		 "table"},
	};
	enum cv_code code;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cv_ctx ctx;

		cv_ctx_open(&ctx);
		assert_int_equal(option_holds(&ctx, cases[i].key, cases[i].value),
				 !cases[i].text);
		if (cases[i].text)
			assert_string_equal(last_finding(&ctx, &code), cases[i].text);
		cv_ctx_close(&ctx);
	}
}

static void test_table_option_is_used(void **state)
{
	const char *error;
	struct fixture f;

	(void)state;
	open_plan(&f, CV_SUBJECT_SITE);
	f.options.table.text = "inet my_fw";
	add_flow(&f, &gateway[0]);
	assert_true(cv_target_nftables.arrange(&f.ctx, &f.plan));
	emit(&f, TEXT);
	assert_non_null(strstr(f.out.data, "\nadd table inet my_fw\n"));
	assert_null(strstr(f.out.data, "inet filter"));
	assert_true(holds(&f, TEXT, f.out.data, f.out.size, &error));
	save(&f, "table.nft");
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_read_back),
		cmocka_unit_test(test_emit_is_deterministic),
		cmocka_unit_test(test_arrange_names_chains_and_sets),
		cmocka_unit_test(test_arrange_removes_every_other_set),
		cmocka_unit_test(test_no_flows_empty_the_chain),
		cmocka_unit_test(test_sizes_are_powers_of_two),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_every_line_counts),
		cmocka_unit_test(test_truncated_files_are_refused),
		cmocka_unit_test(test_reader_says_what_is_wrong),
		cmocka_unit_test(test_hostile_texts_never_break_out),
		cmocka_unit_test(test_notes_up_to_the_limit),
		cmocka_unit_test(test_names_over_the_limit_are_refused),
		cmocka_unit_test(test_flows_without_a_shape_are_refused),
		cmocka_unit_test(test_options_are_checked),
		cmocka_unit_test(test_table_option_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
