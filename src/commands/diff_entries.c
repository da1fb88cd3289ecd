/* Plans entry by entry, by what an entry grants: not by its notes or the columns that
 * only say more of it, which differ from group to group. */
#include "commands/diff_parts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/pattern.h"
#include "model/target.h"
#include "prove/audit.h"
#include "prove/prove.h"

/* An entry, and what of it is granted.  Its value there is in the one spelling of its
 * platform: what differs in case alone is the same to the product, and an undo of the
 * one would take both away. */
struct item {
	const struct cv_entry *entry;
	struct cv_entry granted;
};

enum { GRANTING = CV_ENTRY_FLOW | CV_ENTRY_OBJECT | CV_ENTRY_EXCLUSION | CV_ENTRY_URL };

bool cv_diff_concerns(const struct cv_side *side, const struct cv_subject *subject)
{
	return !side->subject || strcmp(side->subject, subject->name) == 0;
}

int cv_diff_compare_subjects(const struct cv_side *a, const struct cv_subject *x,
			     const struct cv_side *b, const struct cv_subject *y)
{
	if (a->subject && b->subject)
		return 0; /* one on each side */
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->kind == CV_SUBJECT_SITE ? 0 : strcmp(x->name, y->name);
}

static int compare_numbers(int a, int b)
{
	return a < b ? -1 : a > b;
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* What a list that means what the row means says in columns. */
static int compare_asked(const struct cv_exclusion *a, const struct cv_exclusion *b)
{
	int order = compare_numbers((int)a->kind, (int)b->kind);

	if (!order)
		order = compare_numbers((int)a->reach, (int)b->reach);
	return order ? order : compare_numbers(a->children, b->children);
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	const int order = cv_entry_compare(&a->granted, &b->granted);

	if (order || !cv_origin(a->entry)->exclusion || !cv_origin(b->entry)->exclusion ||
	    cv_origin(a->entry)->native->effect != CV_EFFECT_AS_ASKED)
		return order;
	return compare_asked(cv_origin(a->entry)->exclusion,
			     cv_origin(b->entry)->exclusion);
}

static const char *folded(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	if (!cv_origin(entry)->exclusion || !entry->more->value ||
	    cv_origin(entry)->exclusion->kind > CV_KIND_EXTENSION)
		return entry->more->value;
	return cv_path_folded(ctx, cv_origin(entry)->exclusion->group->platform,
			      entry->more->value);
}

static struct cv_entry granted_by(struct cv_ctx *ctx, const struct cv_target *target,
				  const struct cv_entry *entry)
{
	struct cv_attribute *attributes = CV_NEW_ARRAY(
		ctx->arena, entry->more->attribute_count, struct cv_attribute);
	struct cv_entry granted = *cv_entry_copy(ctx, entry);

	granted.more->value = folded(ctx, entry);
	granted.note = NULL;
	if (entry->kind != CV_ENTRY_OBJECT)
		granted.more->name = NULL; /* of the set that happens to hold a flow */
	granted.more->attributes = attributes;
	granted.more->attribute_count = 0;
	/* The columns of an exclusion are compared as what they were made from. */
	for (size_t i = 0;
	     !cv_origin(entry)->exclusion && i < entry->more->attribute_count; i++)
		if (cv_is_granting(target, entry->more->attributes[i].name))
			attributes[granted.more->attribute_count++] =
				entry->more->attributes[i];
	return granted;
}

static struct item *items_of(struct cv_ctx *ctx, const struct cv_plan *plan,
			     size_t *count_out)
{
	const size_t most = plan ? plan->entries.count : 0;
	struct item *items = CV_NEW_ARRAY(ctx->arena, most, struct item);

	*count_out = 0;
	for (size_t i = 0; i < most; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind & GRANTING)
			items[(*count_out)++] = (struct item){
				entry, granted_by(ctx, plan->use->target, entry)};
	}
	if (*count_out)
		qsort(items, *count_out, sizeof *items, compare_items);
	return items;
}

static const struct cv_entry *entry_at(const struct cv_table *entries, size_t index)
{
	return *CV_AT(entries, const struct cv_entry *, index);
}

/* Objects that went and came under one name have changed. */
static void pair_objects(struct cv_ctx *ctx, struct cv_plan_change *change)
{
	const struct cv_table added = change->added, removed = change->removed;
	bool *paired = CV_NEW_ARRAY(ctx->arena, added.count, bool);
	size_t a = 0;

	change->added = change->removed = (struct cv_table){0};
	/* Both in order of kind, list and name. */
	for (size_t r = 0; r < removed.count; r++) {
		const struct cv_entry *before = entry_at(&removed, r);
		int order = -1;

		while (before->kind == CV_ENTRY_OBJECT && a < added.count) {
			const struct cv_entry *after = entry_at(&added, a);

			order = compare_numbers((int)after->kind, (int)before->kind);
			if (!order)
				order = compare_texts(after->list, before->list);
			if (!order)
				order = compare_texts(after->more->name,
						      before->more->name);
			if (order >= 0)
				break;
			a++;
		}
		if (order == 0) {
			paired[a] = true;
			*CV_ADD(ctx->arena, &change->changed, struct cv_object_change) =
				(struct cv_object_change){before, entry_at(&added, a++)};
		} else {
			*CV_ADD(ctx->arena, &change->removed, const struct cv_entry *) =
				before;
		}
	}
	for (a = 0; a < added.count; a++)
		if (!paired[a])
			*CV_ADD(ctx->arena, &change->added, const struct cv_entry *) =
				entry_at(&added, a);
}

static int by_address(const void *left, const void *right)
{
	const struct cv_entry *const *a = left, *const *b = right;
	const uintptr_t x = (uintptr_t)*a, y = (uintptr_t)*b;

	return x < y ? -1 : x > y;
}

/* In an artefact order may matter: what names another stands behind it. */
static void into_plan_order(struct cv_ctx *ctx, const struct cv_plan *plan,
			    struct cv_table *entries)
{
	const struct cv_entry **chosen =
		CV_NEW_ARRAY(ctx->arena, entries->count, const struct cv_entry *);
	const size_t count = entries->count;

	if (!count)
		return;
	for (size_t i = 0; i < count; i++)
		chosen[i] = entry_at(entries, i);
	qsort(chosen, count, sizeof *chosen, by_address);
	*entries = (struct cv_table){0};
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (bsearch(&entry, chosen, count, sizeof *chosen, by_address))
			*CV_ADD(ctx->arena, entries, const struct cv_entry *) = entry;
	}
}

/* Of two entries that grant the same. */
static bool is_restyled(const struct cv_entry *before, const struct cv_entry *after)
{
	struct cv_entry_more old, new;
	struct cv_entry a = {.more = &old}, b = {.more = &new};

	cv_entry_say(&a, before);
	cv_entry_say(&b, after);
	if (a.kind != CV_ENTRY_OBJECT)
		old.name = new.name = NULL;
	return cv_entry_compare(&a, &b) != 0;
}

static void compare_entries(struct cv_ctx *ctx, struct cv_plan_change *change)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	size_t old_count, new_count, o = 0, n = 0;
	const struct item *old_items = items_of(&scratch, change->before, &old_count);
	const struct item *new_items = items_of(&scratch, change->after, &new_count);

	while (o < old_count || n < new_count) {
		const int order = o == old_count ? 1
				  : n == new_count
					  ? -1
					  : compare_items(&old_items[o], &new_items[n]);

		if (order < 0)
			*CV_ADD(ctx->arena, &change->removed, const struct cv_entry *) =
				old_items[o].entry;
		else if (order > 0)
			*CV_ADD(ctx->arena, &change->added, const struct cv_entry *) =
				new_items[n].entry;
		else
			change->restyled +=
				is_restyled(old_items[o].entry, new_items[n].entry);
		o += order <= 0;
		n += order >= 0;
	}
	cv_arena_close(scratch.arena);
	pair_objects(ctx, change);
	into_plan_order(ctx, change->before, &change->removed);
	into_plan_order(ctx, change->after, &change->added);
}

static int by_content(const void *left, const void *right)
{
	return cv_entry_compare(*(const struct cv_entry *const *)left,
				*(const struct cv_entry *const *)right);
}

static const struct cv_entry **settings_of(struct cv_ctx *ctx, const struct cv_plan *plan,
					   size_t *count_out)
{
	const struct cv_entry **settings =
		CV_NEW_ARRAY(ctx->arena, plan->entries.count, const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind & (CV_ENTRY_SETTING | CV_ENTRY_STEP))
			settings[(*count_out)++] = entry;
	}
	if (*count_out)
		qsort(settings, *count_out, sizeof *settings, by_content);
	return settings;
}

static bool settings_differ(struct cv_ctx *ctx, const struct cv_plan *before,
			    const struct cv_plan *after)
{
	size_t count, other;
	const struct cv_entry **x = settings_of(ctx, before, &count);
	const struct cv_entry **y = settings_of(ctx, after, &other);

	for (size_t i = 0; i < count && count == other; i++)
		if (by_content(&x[i], &y[i]) != 0)
			return true;
	return count != other;
}

static const char *site_name(const struct cv_plan *plan)
{
	return plan->policy->site->name.text;
}

/* Whether a form of the target takes the place of what it left before. */
static bool is_whole(const struct cv_target *target)
{
	for (const struct cv_form *form = target->forms; form->name; form++)
		if (form->change == CV_CHANGE_WHOLE)
			return true;
	return false;
}

static bool grants(const struct cv_plan *plan)
{
	for (size_t i = 0; i < plan->entries.count; i++)
		if (CV_AT(&plan->entries, struct cv_entry, i)->kind & GRANTING)
			return true;
	return false;
}

static void compare_plans(struct cv_diff *diff, const struct cv_plan *before,
			  const struct cv_plan *after)
{
	struct cv_plan_change change = {.before = before, .after = after};

	if (before && after) {
		change.renamed = strcmp(site_name(before), site_name(after)) != 0 ||
				 strcmp(before->subject->name, after->subject->name) != 0;
		/* Names of their own make other settings, which is no news. */
		change.settings =
			!change.renamed && settings_differ(diff->ctx, before, after);
	}
	compare_entries(diff->ctx, &change);
	change.anew = change.renamed && is_whole(after->use->target) && grants(after);
	if (change.added.count || change.removed.count || change.changed.count ||
	    change.restyled || change.settings || change.anew)
		*CV_ADD(diff->ctx->arena, &diff->plans, struct cv_plan_change) = change;
}

const struct cv_plan *cv_diff_plan_of(const struct cv_side *there,
				      const struct cv_target *target,
				      const struct cv_side *side,
				      const struct cv_subject *subject)
{
	const struct cv_table *plans = &there->compilation->plans;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (plan->use->target == target &&
		    cv_diff_concerns(there, plan->subject) &&
		    cv_diff_compare_subjects(side, subject, there, plan->subject) == 0)
			return plan;
	}
	return NULL;
}

static const struct cv_plan *counterpart(const struct cv_side *side,
					 const struct cv_side *there,
					 const struct cv_plan *plan)
{
	return cv_diff_plan_of(there, plan->use->target, side, plan->subject);
}

/* The new plans in their order, then those that are gone. */
void cv_diff_plans(struct cv_diff *diff)
{
	const struct cv_side *before = &diff->before, *after = &diff->after;
	const struct cv_table *plans = &after->compilation->plans;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (cv_diff_concerns(after, plan->subject))
			compare_plans(diff, counterpart(after, before, plan), plan);
	}
	plans = &before->compilation->plans;
	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (cv_diff_concerns(before, plan->subject) &&
		    !counterpart(before, after, plan))
			compare_plans(diff, plan, NULL);
	}
}
