#pragma once
/* Plans for the tests of the nftables target: made, written, read back and compared.
 * With CV_ARTEFACTS set to a folder, files are saved there for
 * tests/kernel/nftables.sh, where a kernel judges them. */

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

/* What mode enforce needs to be told. */
struct enforcing {
	struct cv_text protect, baseline[4], management;
	struct cv_party server;
};

struct fixture {
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_target_use use;
	struct cv_nft_options options;
	struct enforcing enforcing;
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

/* A flow that gets a rule of its own: sets of addresses and of ports, as in
 * `10.0.0.1,10.1.0.0/16` and `67,100-200`; NULL: none. */
struct rule_sample {
	const char *list, *source, *destination;
	int protocol, icmp_type;
	const char *ports, *source_ports, *note;
};

/* Classes and rules alone, of each shape. */
static const struct rule_sample own_rules[] = {
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.1", 6, -1, "443", NULL, "class"},
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.1", 17, -1, "443", NULL, "quic"},
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.0/16", 6, -1, "8000-8010", NULL, "r"},
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.2", 6, -1, "444", NULL, NULL},
	{"forward", "10.0.0.1,10.0.2.1-10.0.2.9", "10.1.0.2", 6, -1, "444", NULL, "s"},
	{"forward", "10.0.0.1,10.0.2.0", "10.1.0.2", 17, -1, "123", "123", "ntp"},
	{"forward", "10.0.0.1,10.0.2.0", "10.1.0.2", 50, -1, NULL, NULL, "esp"},
	{"forward", "10.0.0.1,10.0.2.0", "10.1.0.2", 1, 8, NULL, NULL, "echo"},
	{"forward", "10.0.0.1,10.0.2.0", "10.1.0.0/24", 1, 0, NULL, NULL, "reply"},
	{"forward", "2001:db8::1,2001:db8:1::/48", "2001:db8:2::1", 6, -1, "443", NULL,
	 "class of six"},
	{"forward", "2001:db8::1,2001:db8:1::/48", "2001:db8:2::/64", 58, 128, NULL, NULL,
	 "echo of six"},
	{"forward", "10.0.0.1,10.0.1.0/24", "10.1.0.1,10.1.0.3", 6, -1, "1025-65535",
	 NULL, "wide"},
	{"forward", "10.0.0.1", "10.1.0.1", 6, -1, "1-1024,2000-65535", NULL, NULL},
	{"forward", "0.0.0.0/0", "10.1.0.1", 17, -1, "53", "1024-65535", "dns"},
	{"forward", "2001:db8::/32", "2001:db8:2::1,2001:db8:2::3-2001:db8:2::5", 132, -1,
	 "1-65535", NULL, "wide of six"},
	{"forward", "10.0.0.1,10.0.2.0", "10.1.0.1,10.1.0.3", 1, 8, NULL, NULL, "types"},
	{"forward", "10.0.0.1,10.0.2.0", "10.1.0.1,10.1.0.3", 51, -1, NULL, NULL, ""},
};

static const struct rule_sample host_rules[] = {
	{"input", "10.0.0.1,10.0.1.0/24", "10.0.0.2", 6, -1, "443", NULL, "in"},
	{"input", "10.0.0.1,10.0.1.0/24", "10.0.0.2", 6, -1, "1024-65535", NULL,
	 "wide in"},
	{"output", "10.0.0.2,10.0.0.4", "10.1.0.2", 6, -1, "443", NULL, "out"},
	{"output", "10.0.0.2,10.0.0.4", "10.1.0.0/24", 6, -1, "443", NULL, "ranges out"},
	{"output", "2001:db8::2", "::/0", 17, -1, "33434-65535", NULL, "wide out"},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static inline const struct cv_addresses *addresses(struct cv_ctx *ctx, const char *text,
						   uint8_t *family_out)
{
	struct cv_range range;
	const char *why;

	assert_true(cv_range_parse(text, family_out, &range, &why));
	return cv_addresses_one(ctx, *family_out, range);
}

static inline const struct cv_ports *ports(struct cv_ctx *ctx, const uint16_t range[2])
{
	const struct cv_port_range one = {range[0], range[1]};

	return range[0] ? cv_ports_make(ctx, &one, 1) : NULL;
}

static inline struct cv_entry *add_flow(struct fixture *f, const struct sample *sample)
{
	struct cv_entry *flow = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_FLOW);
	uint8_t family;

	flow->list = sample->list;
	flow->source = addresses(&f->ctx, sample->source, &flow->family);
	flow->destination = addresses(&f->ctx, sample->destination, &family);
	assert_int_equal(family, flow->family);
	flow->protocol = cv_entry_number(sample->protocol);
	flow->icmp_type = cv_entry_number(sample->icmp_type);
	flow->ports = ports(&f->ctx, sample->ports);
	flow->more->source_ports = ports(&f->ctx, sample->source_ports);
	flow->note = sample->note;
	return flow;
}

static inline const struct cv_addresses *address_set(struct cv_ctx *ctx, const char *text,
						     uint8_t *family_out)
{
	const struct cv_addresses *all = NULL;

	while (text) {
		const char *end = strchr(text, ',');
		const size_t size = end ? (size_t)(end - text) : strlen(text);

		all = cv_addresses_union(ctx, all,
					 addresses(ctx,
						   cv_arena_copy(ctx->arena, text, size),
						   family_out));
		text = end ? end + 1 : NULL;
	}
	return all;
}

static inline const struct cv_ports *port_set(struct cv_ctx *ctx, const char *text)
{
	const struct cv_ports *all = NULL;
	const char *why, *bad;
	size_t size;

	if (text)
		assert_true(cv_ports_parse(ctx, text, &all, &why, &bad, &size));
	return all;
}

static inline struct cv_entry *add_rule(struct fixture *f,
					const struct rule_sample *sample)
{
	struct cv_entry *flow = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_FLOW);

	flow->list = sample->list;
	flow->source = address_set(&f->ctx, sample->source, &flow->family);
	flow->destination = address_set(&f->ctx, sample->destination, &flow->family);
	flow->protocol = cv_entry_number(sample->protocol);
	flow->icmp_type = cv_entry_number(sample->icmp_type);
	flow->ports = port_set(&f->ctx, sample->ports);
	flow->more->source_ports = port_set(&f->ctx, sample->source_ports);
	flow->note = sample->note;
	flow->own_rule = true;
	return flow;
}

static inline void add_head(struct fixture *f, const char *value)
{
	cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_HEADER)->more->value = value;
}

/* A plan for the site hq, or for its group linux. */
static inline void open_plan(struct fixture *f, enum cv_subject_kind kind)
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

/* The same in mode enforce, with all of the baseline; what is protected is the party
 * Server, or all. */
static inline void open_enforcing(struct fixture *f, enum cv_subject_kind kind, bool all)
{
	static const char *const words[] = {"dns", "dhcp", "ntp", "icmp"};
	struct enforcing *enforcing = &f->enforcing;
	uint8_t family;

	open_plan(f, kind);
	enforcing->protect.text = all ? CV_NFT_PROTECT_ALL : "Server";
	enforcing->management.text = "10.9.0.0/24";
	for (size_t i = 0; i < COUNT(words); i++)
		enforcing->baseline[i].text = words[i];
	f->options.mode.text = "enforce";
	f->options.protect = (struct cv_texts){&enforcing->protect, 1};
	f->options.baseline = (struct cv_texts){enforcing->baseline, COUNT(words)};
	f->options.management.from = (struct cv_texts){&enforcing->management, 1};
	enforcing->server.name = "Server";
	enforcing->server.addresses[0] =
		address_set(&f->ctx, "10.1.0.1,10.1.0.3", &family);
	enforcing->server.addresses[1] = address_set(&f->ctx, "2001:db8:2::1", &family);
	*CV_ADD(f->ctx.arena, &f->policy.parties, struct cv_party) = enforcing->server;
}

static inline void close_plan(struct fixture *f)
{
	cv_buf_deinit(&f->out);
	cv_sets_close(&f->ctx);
	cv_ctx_close(&f->ctx);
}

static inline void open_sample(struct fixture *f, enum cv_subject_kind kind)
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

/* All that a chain can hold: sets, classes, rules alone. */
static inline void add_samples(struct fixture *f, enum cv_subject_kind kind)
{
	const bool whole = kind == CV_SUBJECT_SITE;
	const size_t count = whole ? COUNT(gateway) : COUNT(host);
	const size_t rule_count = whole ? COUNT(own_rules) : COUNT(host_rules);

	add_head(f, "carveout: nftables for hq");
	for (size_t i = 0; i < count; i++)
		add_flow(f, whole ? &gateway[i] : &host[i]);
	for (size_t i = 0; i < rule_count; i++)
		add_rule(f, whole ? &own_rules[i] : &host_rules[i]);
	assert_true(cv_target_nftables.arrange(&f->ctx, &f->plan));
}

/* Include, enforce with a list of parties, enforce with all. */
enum mode { INCLUDE, LISTED, ALL, MODES };

static const char *const mode_names[MODES] = {"include", "listed", "all"};

static inline void open_mode(struct fixture *f, enum cv_subject_kind kind, enum mode mode)
{
	if (mode == INCLUDE)
		open_plan(f, kind);
	else
		open_enforcing(f, kind, mode == ALL);
}

static inline void open_full(struct fixture *f, enum cv_subject_kind kind, enum mode mode)
{
	open_mode(f, kind, mode);
	add_samples(f, kind);
}

/* What the form holds, as the proof will say it. */
static inline const struct cv_entry **
wanted(struct fixture *f, const struct cv_form *form, size_t *count_out)
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
			struct cv_entry *copy = cv_entry_copy(&f->ctx, entry);

			copy->operation = CV_REMOVE;
			entry = copy;
		}
		list[(*count_out)++] = entry;
	}
	return list;
}

static inline void emit(struct fixture *f, int number)
{
	const struct cv_form *form = &cv_target_nftables.forms[number];
	struct cv_emission emission = {
		.ctx = &f->ctx, .plan = &f->plan, .options = &f->options, .out = &f->out};

	emission.entries = wanted(f, form, &emission.count);
	f->out.size = 0;
	form->emit(&emission);
}

/* A small plan with each kind of rule, since every byte is read a dozen times. */
static inline void open_kinds(struct fixture *f, enum cv_subject_kind kind,
			      enum mode mode, int form)
{
	open_mode(f, kind, mode);
	f->options.baseline.count = mode == INCLUDE ? 0 : 1;
	add_head(f, "head");
	if (kind == CV_SUBJECT_SITE) {
		add_flow(f, &gateway[2]);
		add_rule(f, &own_rules[0]);
		add_rule(f, &own_rules[2]);
		add_rule(f, &own_rules[10]);
		add_rule(f, &own_rules[12]);
		add_rule(f, &own_rules[13]);
		add_rule(f, &own_rules[15]);
	}
	assert_true(cv_target_nftables.arrange(&f->ctx, &f->plan));
	emit(f, form);
}

static inline int compare(const void *a, const void *b)
{
	return cv_entry_compare(*(const struct cv_entry *const *)a,
				*(const struct cv_entry *const *)b);
}

/* Whether the bytes are understood and say what the plan says. */
static inline bool holds(struct fixture *f, int number, const char *bytes, size_t size,
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

static inline void save(const struct fixture *f, const char *name)
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
