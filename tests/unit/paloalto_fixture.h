#pragma once
/* A plan of a PAN-OS target and the way through its forms, for its tests.  That of
 * another target than the configuration's defines PALOALTO_TARGET, and FORMS. */

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
#include "model/sets.h"
#include "model/target.h"
#include "paloalto-xml/options.h"

#ifndef PALOALTO_TARGET
#define PALOALTO_TARGET cv_target_paloalto_xml
enum { CONFIG, LOAD, UNDO, API, API_UNDO, REQUESTS, FORMS };
#endif

extern const struct cv_target PALOALTO_TARGET;

static const struct cv_target *const target = &PALOALTO_TARGET;

/* What a value could try to leave its quotes with. */
static const char *const hostile[] = {
	"'",
	"\"",
	"`x`",
	"$(reboot)",
	"a;b|c&d",
	"<entry name=\"x\"/>",
	"</entry>",
	"]]>",
	"<![CDATA[x]]>",
	"<!-- x -->",
	"-->",
	"<?x y?>",
	"&amp;",
	"&#60;",
	"&lt",
	"&x;",
	"%s%n",
	"#x",
	"a\nb",
	"a\ndelete service other",
	"a\r\nb",
	"a\tb",
	"\x01\x1f\x7f",
	" ",
	"",
	"'] | //x['",
	"../x",
	"\xe2\x80\x98\xe2\x80\x9b\xe2\x80\x9c\xe2\x80\x9e",
	"a\xe2\x80\xa8z\xe2\x80\x8b", /* U+2028, U+200B */
	"Caf\xc3\xa9 \xf0\x9f\x98\x80",
	"\xef\xbf\xbe\xef\xbf\xbf",
	"any",
	"none",
	"service-http",
	"-x",
	"_x",
	".x",
	"x y",
};

enum { HOSTILE_COUNT = sizeof hostile / sizeof hostile[0], LONG = 10000 };

struct fixture {
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_target_use use;
	struct cv_paloalto_options options;
	struct cv_plan plan;
	struct cv_buf out[FORMS];
};

static inline void open_fixture(struct fixture *f, const char *site)
{
	memset(f, 0, sizeof *f);
	cv_ctx_open(&f->ctx);
	f->site.name.text = site;
	f->policy.site = &f->site;
	f->subject = (struct cv_subject){.kind = CV_SUBJECT_SITE, .name = site};
	f->use = (struct cv_target_use){.target = target, .options = &f->options};
	f->plan = (struct cv_plan){
		.policy = &f->policy, .use = &f->use, .subject = &f->subject};
}

static inline void close_context(struct cv_ctx *ctx)
{
	cv_sets_close(ctx);
	cv_ctx_close(ctx);
}

static inline void close_fixture(struct fixture *f)
{
	for (size_t form = 0; form < FORMS; form++)
		cv_buf_deinit(&f->out[form]);
	close_context(&f->ctx);
}

static inline const struct cv_ports *ports(struct fixture *f, const char *text)
{
	const struct cv_ports *set;
	const char *why, *bad;
	size_t size;

	if (!text)
		return NULL;
	assert_true(cv_ports_parse(&f->ctx, text, &set, &why, &bad, &size));
	return set;
}

/* A service as the lowering hands it over, of a row of its own. */
static inline struct cv_entry *add(struct fixture *f, int protocol,
				   const struct cv_ports *set, const char *sources,
				   const char *note)
{
	struct cv_entry *entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_OBJECT);
	struct cv_row *row = CV_NEW(f->ctx.arena, struct cv_row);
	const struct cv_row **rows;

	row->ordinal = (uint32_t)f->plan.entries.count;
	entry->list = "service";
	entry->protocol = cv_entry_number(protocol);
	entry->ports = set;
	entry->more->source_ports = ports(f, sources);
	entry->note = note;
	rows = CV_NEW(f->ctx.arena, const struct cv_row *);
	*rows = row;
	entry->rows = cv_rows_of(rows, 1);
	return entry;
}

static inline void arrange(struct fixture *f)
{
	assert_true(target->arrange(&f->ctx, &f->plan));
}

static inline bool is_list(const struct cv_entry *entry, const char *list)
{
	return entry->list && strcmp(entry->list, list) == 0;
}

/* The object of that list at `index`, or NULL. */
static inline struct cv_entry *object(struct fixture *f, const char *list, size_t index)
{
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		struct cv_entry *entry = CV_AT(&f->plan.entries, struct cv_entry, i);

		if (is_list(entry, list) && index-- == 0)
			return entry;
	}
	return NULL;
}

static inline size_t count_list(struct fixture *f, const char *list)
{
	size_t count = 0;

	while (object(f, list, count))
		count++;
	return count;
}

static inline bool holds(size_t form, const struct cv_entry *entry)
{
	const char *const *lists = target->forms[form].lists;

	if (!(target->forms[form].kinds & entry->kind))
		return false;
	while (lists && *lists && !is_list(entry, *lists))
		lists++;
	return !lists || *lists;
}

/* What a form holds, as the lead of the proof hands it to the emitter. */
static inline const struct cv_entry **entries_of(struct fixture *f, size_t form,
						 size_t *count_out)
{
	const struct cv_table *all = &f->plan.entries;
	const struct cv_entry **entries =
		CV_NEW_ARRAY(f->ctx.arena, all->count, const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < all->count; i++) {
		struct cv_entry *entry =
			cv_entry_copy(&f->ctx, CV_AT(all, struct cv_entry, i));

		if (!holds(form, entry))
			continue;
		if (target->forms[form].undo)
			entry->operation = CV_REMOVE;
		if (target->forms[form].strip)
			target->forms[form].strip(entry);
		entries[(*count_out)++] = entry;
	}
	return entries;
}

static inline const char *emit(struct fixture *f, size_t form)
{
	struct cv_emission emission = {.ctx = &f->ctx, .plan = &f->plan};

	cv_buf_deinit(&f->out[form]);
	emission.entries = entries_of(f, form, &emission.count);
	emission.options = f->use.options;
	emission.out = &f->out[form];
	target->forms[form].emit(&emission);
	return cv_buf_string(&f->out[form]);
}

/* Reads into `reader`, another context, so that it can be closed after each try. */
static inline bool read_form(struct fixture *f, size_t form, const char *bytes,
			     size_t size, struct cv_ctx *ctx, struct cv_reading *reading)
{
	*reading = (struct cv_reading){
		.ctx = ctx, .bytes = bytes, .size = size, .options = f->use.options};
	if (target->forms[form].read(reading)) {
		assert_null(reading->error);
		return true;
	}
	assert_non_null(reading->error);
	assert_true(reading->error_at <= size);
	return false;
}

/* Of each kind the order of the plan, which that of the bytes is, or its reverse in an
 * undo: what a rule lets through is found with the rule.  Sets are interned by context,
 * so those are compared by what they hold. */
static inline bool same_entries(struct fixture *f, size_t form,
				const struct cv_table *read)
{
	static const enum cv_entry_kind kinds[] = {CV_ENTRY_OBJECT, CV_ENTRY_FLOW,
						   CV_ENTRY_URL, CV_ENTRY_STEP};
	size_t count;
	const struct cv_entry **entries = entries_of(f, form, &count);

	if (count != read->count)
		return false;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		size_t next = 0;

		for (size_t i = 0; i < count; i++) {
			const struct cv_entry *entry =
				entries[target->forms[form].undo ? count - 1 - i : i];

			if (entry->kind != kinds[k])
				continue;
			while (next < count &&
			       CV_AT(read, struct cv_entry, next)->kind != kinds[k])
				next++;
			if (next == count ||
			    cv_entry_compare(entry,
					     CV_AT(read, struct cv_entry, next++)) != 0)
				return false;
		}
	}
	return true;
}

/* Whether the bytes are understood and mean just what the plan does. */
static inline bool proves(struct fixture *f, size_t form, const char *bytes, size_t size)
{
	struct cv_reading reading;
	struct cv_ctx ctx;
	bool same;

	cv_ctx_open(&ctx);
	same = read_form(f, form, bytes, size, &ctx, &reading) &&
	       same_entries(f, form, &reading.entries);
	close_context(&ctx);
	return same;
}

static inline void assert_all_prove(struct fixture *f)
{
	for (size_t form = 0; form < FORMS; form++) {
		emit(f, form);
		if (!proves(f, form, f->out[form].data, f->out[form].size))
			fail_msg("%s does not prove:\n%s", target->forms[form].name,
				 f->out[form].data);
	}
}

static inline void usual(struct fixture *f)
{
	add(f, 17, ports(f, "17472"), NULL, "tanium/core#ports/b (requirements)");
	add(f, 6, ports(f, "80,8080"), NULL, "tanium/core#ports/a (vendor's page)");
	add(f, 6, ports(f, "80-8080"), "1024-65535", "tanium/core#ports/c");
	add(f, 6, ports(f, "80-8080"), NULL, "tanium/core#ports/d, tanium/core#ports/e");
	cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_HEADER)->more->value = "carveout for hq";
	arrange(f);
}

/* Every other port. */
static inline const struct cv_ports *odd_ports(struct fixture *f, unsigned from,
					       unsigned to)
{
	struct cv_port_range *ranges =
		CV_NEW_ARRAY(f->ctx.arena, (to - from) / 2 + 1, struct cv_port_range);
	size_t count = 0;

	for (unsigned port = from; port <= to; port += 2, count++)
		ranges[count].first = ranges[count].last = (uint16_t)port;
	return cv_ports_make(&f->ctx, ranges, count);
}

/* Services of one port each, arranged. */
static inline void many(struct fixture *f, unsigned count)
{
	open_fixture(f, "hq");
	for (unsigned i = 0; i < count; i++)
		add(f, 6, odd_ports(f, 2 * i + 1, 2 * i + 1), NULL, NULL);
	arrange(f);
}
