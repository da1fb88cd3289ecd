#pragma once
/* Plans for the tests of the neutral lists, built by hand. */
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
#include "model/target.h"
#include "prove/prove.h"

extern const struct cv_target cv_target_csv, cv_target_json;

/* A small site: one profile, one group, two parties with addresses and one that is
 * only a name. */
struct world {
	struct cv_ctx ctx;
	struct cv_source_note source;
	struct cv_pair versions[2], said[2];
	struct cv_profile profile;
	struct cv_text roles[2], names[2];
	struct cv_group_row group_row;
	struct cv_site site;
	struct cv_group group;
	struct cv_subject subject, site_subject;
	struct cv_party server, client, cloud;
	struct cv_policy policy;
	struct cv_target_use use;
	struct cv_plan plan;
	uint32_t rows;
};

static inline struct cv_text text(const char *value)
{
	return (struct cv_text){.text = value};
}

static inline const struct cv_addresses *addresses(struct world *w, const char *words)
{
	const struct cv_addresses *set = NULL;
	char *copy = cv_arena_text(w->ctx.arena, words), *rest = NULL;

	for (char *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		struct cv_range range;
		const char *why;
		uint8_t family;

		assert_true(cv_range_parse(word, &family, &range, &why));
		set = cv_addresses_union(&w->ctx, set,
					 cv_addresses_one(&w->ctx, family, range));
	}
	return set;
}

static inline const struct cv_ports *ports(struct world *w, const char *words)
{
	const struct cv_ports *set;
	const char *why, *bad;
	size_t size;

	assert_true(cv_ports_parse(&w->ctx, words, &set, &why, &bad, &size));
	return set;
}

static inline void open_world(struct world *w)
{
	memset(w, 0, sizeof *w);
	cv_ctx_open(&w->ctx);
	w->source = (struct cv_source_note){.key = text("reqs"),
					    .title = text("Xwx requirements"),
					    .url = text("https://example.com"),
					    .retrieved = text("2026-11-23")};
	w->versions[0] = (struct cv_pair){text("client"), text("Xwx Client")};
	w->versions[1] = (struct cv_pair){text("server"), text("Xwx Server")};
	w->profile.id = text("acme/xwx");
	w->profile.title = text("Xwx");
	w->profile.sources = (struct cv_records){&w->source, 1};
	w->profile.versions = (struct cv_map){w->versions, 2};
	w->roles[0] = text("endpoint");
	w->roles[1] = text("module-server");
	w->group_row.name = text("windows");
	w->group_row.roles = (struct cv_texts){w->roles, 2};
	w->group_row.arch = text("x86_64");
	w->group_row.versions = (struct cv_map){w->said, 1};
	w->said[0] = (struct cv_pair){text("client"), text("7.4.9.1046")};
	w->group = (struct cv_group){.row = &w->group_row, .name = "windows"};
	w->subject = (struct cv_subject){CV_SUBJECT_GROUP, "windows", &w->group, NULL};
	w->site_subject = (struct cv_subject){CV_SUBJECT_SITE, "hq", NULL, NULL};
	w->server = (struct cv_party){.name = "Module Server", .zone = "servers"};
	w->server.addresses[0] = addresses(w, "10.20.30.5 10.20.31.0/24");
	w->server.addresses[1] = addresses(w, "2001:db8:30::5");
	w->client = (struct cv_party){.name = "Client"};
	w->client.addresses[0] = addresses(w, "10.9.0.0/16 10.8.0.1-10.8.0.3");
	w->client.addresses[1] =
		addresses(w, "2001:db8:0:9::/64 2001:db8:a::2-2001:db8:a::9");
	w->names[0] = text("tenant.example.com");
	w->names[1] = text("api.example.com");
	w->cloud = (struct cv_party){.name = "Cloud", .zone = "untrust"};
	w->cloud.names = (struct cv_texts){w->names, 2};
	w->policy.site = &w->site;
	w->plan.policy = &w->policy;
	w->plan.use = &w->use;
	w->plan.subject = &w->subject;
}

static inline void close_world(struct world *w)
{
	cv_sets_close(&w->ctx);
	cv_ctx_close(&w->ctx);
}

static inline struct cv_row *add_row(struct world *w, enum cv_table_kind table,
				     const char *id, const char *purpose)
{
	struct cv_row *row = CV_NEW(w->ctx.arena, struct cv_row);

	row->table = table;
	row->profile = &w->profile;
	row->ordinal = w->rows++;
	row->number = w->rows & CV_ROW_NUMBERS;
	row->id = text(id);
	row->more = (struct cv_row_more *)CV_NEW(w->ctx.arena, struct cv_port_more);
	row->more->purpose = text(purpose);
	row->source = text("reqs");
	return row;
}

static inline struct cv_rows rows_of(struct world *w, const struct cv_row *one,
				     const struct cv_row *other)
{
	const struct cv_row **items =
		CV_NEW_ARRAY(w->ctx.arena, 2, const struct cv_row *);

	items[0] = one;
	items[1] = other;
	return cv_rows_of(items, other ? 2 : 1);
}

static inline struct cv_entry *add_exclusion(struct world *w, enum cv_kind kind,
					     const char *value, const struct cv_row *row)
{
	struct cv_exclusion *asked = CV_NEW(w->ctx.arena, struct cv_exclusion);
	struct cv_entry *entry = cv_plan_add(&w->ctx, &w->plan, CV_ENTRY_EXCLUSION);

	asked->group = &w->group;
	asked->kind = kind;
	asked->value = value;
	asked->rows = rows_of(w, row, NULL);
	entry->list = "exclusions";
	entry->more->value = value;
	cv_origin_make(&w->ctx, entry)->exclusion = asked;
	entry->rows = asked->rows;
	return entry;
}

static inline struct cv_exclusion *asked_by(const struct cv_entry *entry)
{
	return (struct cv_exclusion *)cv_origin(entry)->exclusion;
}

static inline struct cv_entry *add_flow(struct world *w, const struct cv_party *from,
					const struct cv_party *to, uint8_t family)
{
	struct cv_flow *flow = CV_NEW(w->ctx.arena, struct cv_flow);
	struct cv_ends *ends = CV_NEW(w->ctx.arena, struct cv_ends);
	struct cv_entry *entry = cv_plan_add(&w->ctx, &w->plan, CV_ENTRY_FLOW);

	ends->from = from;
	ends->to = to;
	flow->ends = ends;
	flow->rows = rows_of(w, add_row(w, CV_PORTS, "p", "Traffic"), NULL);
	cv_origin_make(&w->ctx, entry)->flow = flow;
	entry->rows = flow->rows;
	entry->family = family;
	entry->protocol = 6;
	if (family) {
		entry->source = from->addresses[family == 6];
		entry->destination = to->addresses[family == 6];
	}
	return entry;
}

static inline void add_url(struct world *w, struct cv_url *url)
{
	struct cv_entry *entry = cv_plan_add(&w->ctx, &w->plan, CV_ENTRY_URL);

	url->rows = rows_of(w, add_row(w, CV_URLS, "u", "Updates"), NULL);
	entry->more->value = url->pattern;
	entry->ports = url->ports;
	cv_origin_make(&w->ctx, entry)->url = url;
	entry->rows = url->rows;
}

static inline const struct cv_form *form_of(const struct cv_target *target,
					    enum cv_entry_kind kind)
{
	const struct cv_form *form = target->forms;

	while (form->name && !(form->kinds & kind))
		form++;
	assert_non_null(form->name);
	return form;
}

static inline void arrange(struct world *w, const struct cv_target *target)
{
	w->use.target = target;
	assert_true(target->arrange(&w->ctx, &w->plan));
}

static inline const struct cv_form *form_named(const struct cv_target *target,
					       const char *name)
{
	const struct cv_form *form = target->forms;

	while (form->name && strcmp(form->name, name))
		form++;
	assert_non_null(form->name);
	return form;
}

/* Those of the kinds; NULL at the end. */
static inline const struct cv_entry **entries_of(struct cv_arena *arena,
						 const struct cv_table *table,
						 unsigned kinds, size_t *count_out)
{
	const struct cv_entry **entries =
		CV_NEW_ARRAY(arena, table->count + 1, const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < table->count; i++) {
		const struct cv_entry *entry = CV_AT(table, struct cv_entry, i);

		if (entry->kind & kinds)
			entries[(*count_out)++] = entry;
	}
	return entries;
}

static inline void emit(struct world *w, const struct cv_form *form, struct cv_buf *out)
{
	size_t count;
	const struct cv_entry **entries =
		cv_form_entries(&w->ctx, &w->plan, form, &count);
	const struct cv_emission emission = {&w->ctx, &w->plan, entries,
					     count,   NULL,     out};

	form->emit(&emission);
}

static inline int by_value(const void *a, const void *b)
{
	return cv_entry_compare(*(const struct cv_entry *const *)a,
				*(const struct cv_entry *const *)b);
}

/* Whether the bytes are understood and hold just what the plan does. */
static inline bool proves(struct world *w, const struct cv_form *form, const char *bytes,
			  size_t size, const char **error_out)
{
	struct cv_reading reading = {.ctx = &w->ctx, .bytes = bytes, .size = size};
	const struct cv_entry **wanted, **found;
	size_t wanted_count, found_count;

	*error_out = NULL;
	if (!form->read(&reading)) {
		assert_non_null(reading.error);
		assert_true(reading.error_at <= size);
		*error_out = reading.error;
		return false;
	}
	wanted = cv_form_entries(&w->ctx, &w->plan, form, &wanted_count);
	found = entries_of(w->ctx.arena, &reading.entries, ~0U, &found_count);
	if (wanted_count != found_count)
		return false;
	qsort(wanted, wanted_count, sizeof *wanted, by_value);
	qsort(found, found_count, sizeof *found, by_value);
	for (size_t i = 0; i < found_count; i++)
		if (cv_entry_compare(wanted[i], found[i]))
			return false;
	return true;
}

static inline void assert_proved(struct world *w, const struct cv_form *form)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *error;

	emit(w, form, &out);
	if (!proves(w, form, cv_buf_string(&out), out.size, &error))
		fail_msg("%s: %s\n%s", form->name, error ? error : "differs",
			 cv_buf_string(&out));
	cv_buf_deinit(&out);
}

static inline void assert_emits(struct world *w, const struct cv_form *form,
				const char *expected)
{
	struct cv_buf out = CV_BUF_INIT;

	emit(w, form, &out);
	assert_string_equal(cv_buf_string(&out), expected);
	cv_buf_deinit(&out);
	assert_proved(w, form);
}

static const struct cv_target *const targets[] = {&cv_target_csv, &cv_target_json};
