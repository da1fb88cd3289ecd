#pragma once
/* A plan of exclusions made by hand, and a target's forms before it: what is emitted
 * reads back, and no byte of it changes unseen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"
#include "model/target.h"

struct lists {
	const struct cv_target *target;
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_target_use use;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_plan plan;
	struct cv_buf out;
};

static inline struct lists *lists_open(const struct cv_target *target)
{
	struct lists *f = calloc(1, sizeof *f);

	assert_non_null(f);
	cv_ctx_open(&f->ctx);
	f->target = target;
	f->site.name.text = "hq";
	f->use.target = target;
	f->policy.site = &f->site;
	f->subject = (struct cv_subject){.kind = CV_SUBJECT_GROUP, .name = "clients"};
	f->plan = (struct cv_plan){
		.policy = &f->policy, .use = &f->use, .subject = &f->subject};
	return f;
}

static inline void lists_close(struct lists *f)
{
	cv_buf_deinit(&f->out);
	cv_ctx_close(&f->ctx);
	free(f);
}

static inline void lists_add(struct lists *f, const char *list, const char *value,
			     const char *note)
{
	struct cv_entry *entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_EXCLUSION);

	entry->list = list;
	entry->more->value = value;
	entry->note = note;
}

static inline void lists_head(struct lists *f, const char *value)
{
	cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_HEADER)->more->value = value;
}

static inline void lists_arrange(struct lists *f)
{
	assert_true(f->target->arrange(&f->ctx, &f->plan));
}

static inline bool lists_holds(const struct cv_form *form, const struct cv_entry *entry)
{
	if (!(entry->kind & form->kinds))
		return false;
	if (entry->kind == CV_ENTRY_HEADER || !entry->list)
		return true;
	for (size_t i = 0; form->lists; i++) {
		if (!form->lists[i])
			return false;
		if (strcmp(form->lists[i], entry->list) == 0)
			break;
	}
	return !form->list || strcmp(form->list, entry->list) == 0;
}

/* What the form holds of the plan, as the proof sees it. */
static inline const struct cv_entry **
lists_entries(struct lists *f, const struct cv_form *form, size_t *count_out)
{
	const struct cv_entry **entries = CV_NEW_ARRAY(
		f->ctx.arena, f->plan.entries.count + 1, const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		struct cv_entry *entry = cv_entry_copy(
			&f->ctx, CV_AT(&f->plan.entries, struct cv_entry, i));

		if (!lists_holds(form, entry))
			continue;
		if (form->undo && entry->kind != CV_ENTRY_HEADER)
			entry->operation = CV_REMOVE;
		if (form->strip && entry->kind != CV_ENTRY_HEADER)
			form->strip(entry);
		entries[(*count_out)++] = entry;
	}
	return entries;
}

static inline void lists_emit(struct lists *f, const struct cv_form *form)
{
	size_t count;
	const struct cv_entry **entries = lists_entries(f, form, &count);
	const struct cv_emission emission = {.ctx = &f->ctx,
					     .plan = &f->plan,
					     .entries = entries,
					     .count = count,
					     .options = f->use.options,
					     .out = &f->out};

	f->out.size = 0;
	form->emit(&emission);
}

static inline int lists_by_entry(const void *a, const void *b)
{
	return cv_entry_compare(*(const struct cv_entry *const *)a,
				*(const struct cv_entry *const *)b);
}

/* Whether the bytes are understood and hold just what the form holds of the plan. */
static inline bool lists_prove(struct lists *f, const struct cv_form *form,
			       const char *bytes, size_t size)
{
	struct cv_ctx ctx;
	struct cv_reading reading = {
		.ctx = &ctx, .bytes = bytes, .size = size, .options = f->use.options};
	const struct cv_entry **want, **got;
	size_t count;
	bool same;

	cv_ctx_open(&ctx);
	want = lists_entries(f, form, &count);
	same = form->read(&reading);
	assert_true(same == !reading.error);
	assert_true(reading.error_at <= size);
	same = same && reading.entries.count == count;
	if (same) {
		got = CV_NEW_ARRAY(ctx.arena, count + 1, const struct cv_entry *);
		for (size_t i = 0; i < count; i++)
			got[i] = CV_AT(&reading.entries, struct cv_entry, i);
		qsort(want, count, sizeof *want, lists_by_entry);
		qsort(got, count, sizeof *got, lists_by_entry);
		for (size_t i = 0; i < count; i++)
			same = same && cv_entry_compare(want[i], got[i]) == 0;
	}
	cv_ctx_close(&ctx);
	return same;
}

/* Each form of the target is emitted and reads back. */
static inline void lists_check(struct lists *f)
{
	for (const struct cv_form *form = f->target->forms; form->name; form++) {
		lists_emit(f, form);
		if (!lists_prove(f, form, f->out.data, f->out.size))
			fail_msg("%s does not read back", form->name);
	}
}

/* The artefact with `taken` bytes at `at` replaced by `bytes`: a copy that ends with a
 * NUL, as readers are promised. */
static inline void lists_notice(struct lists *f, const struct cv_form *form, size_t at,
				size_t taken, const char *bytes, size_t count)
{
	struct cv_buf changed = CV_BUF_INIT;

	cv_buf_add(&changed, f->out.data, at);
	cv_buf_add(&changed, bytes, count);
	cv_buf_add(&changed, f->out.data + at + taken, f->out.size - at - taken);
	if ((changed.size != f->out.size ||
	     memcmp(changed.data, f->out.data, changed.size) != 0) &&
	    lists_prove(f, form, cv_buf_string(&changed), changed.size))
		fail_msg("%s: a change at %zu is not noticed", form->name, at);
	cv_buf_deinit(&changed);
}

/* Any byte changed, taken away or with another beside it, and any end too early:
 * refused, or the entries come out different. */
static inline void lists_every_byte(struct lists *f, const struct cv_form *form)
{
	lists_emit(f, form);
	for (size_t at = 0; at < f->out.size; at++) {
		const char c = f->out.data[at];

		lists_notice(f, form, at, 1, (char[]){(char)(c ^ 1)}, 1);
		lists_notice(f, form, at, 1, (char[]){(char)(c ^ 32)}, 1);
		lists_notice(f, form, at, 1, "", 1);
		lists_notice(f, form, at, 1, "", 0);
		lists_notice(f, form, at, 0, " ", 1);
		lists_notice(f, form, at, 0, "'", 1);
		lists_notice(f, form, at, 0, "\n", 1);
		lists_notice(f, form, at, f->out.size - at, "", 0);
	}
	lists_notice(f, form, f->out.size, 0, "\n", 1);
}
