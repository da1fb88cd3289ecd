/* The commands for a file that was imported.  The mode is merge and nothing else:
 * replace would wipe the site's own objects out of a list.  A merge only adds; what an
 * older load left in our own groups and rules is emptied first. */
#include "paloalto-xml/arrange.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"

/* `devices/entry[@name='localhost.localdomain']/vsys/entry[@name='vsys1']/service` */
static const char *path_of(const struct cv_paloalto_work *work,
			   enum cv_paloalto_list_id list)
{
	const struct cv_paloalto_options *options = work->options;
	const struct cv_paloalto_step *step =
		cv_paloalto_scopes[cv_paloalto_scope_kind(options)].path;
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (; step->element; step++) {
		cv_buf_text(&out, step->element);
		if (step->name)
			cv_buf_format(&out, "[@name='%s']",
				      *step->name ? step->name
						  : cv_paloalto_scope(options));
		cv_buf_char(&out, '/');
	}
	if (list == CV_PALOALTO_RULE)
		cv_buf_format(&out, "%s/", cv_paloalto_rulebase(options));
	for (size_t i = 0; cv_paloalto_lists[list].path[i]; i++)
		cv_buf_format(&out, "%s%s", i ? "/" : "",
			      cv_paloalto_lists[list].path[i]);
	text = cv_arena_text(work->ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static struct cv_entry *add_step(const struct cv_paloalto_work *work, const char *list)
{
	struct cv_entry *step = cv_plan_add(work->ctx, work->plan, CV_ENTRY_STEP);

	step->list = list;
	return step;
}

/* What the step says that empties the fields of an object: the same for all of a list. */
struct clearing {
	struct cv_attribute attributes[1 + CV_PALOALTO_FIELDS];
	uint32_t count; /* 0: nothing of such an object is emptied */
};

static struct clearing *clearings_of(struct cv_arena *arena)
{
	struct clearing *all =
		CV_NEW_ARRAY(arena, CV_PALOALTO_LIST_COUNT, struct clearing);

	for (const struct cv_paloalto_field *field = cv_paloalto_fields; field->attribute;
	     field++) {
		struct clearing *clearing = &all[field->list];

		if (!clearing->count)
			clearing->attributes[clearing->count++] = (struct cv_attribute){
				CV_PALOALTO_LIST, cv_paloalto_lists[field->list].name};
		clearing->attributes[clearing->count++] =
			(struct cv_attribute){CV_PALOALTO_FIELD, field->field};
	}
	return all;
}

/* Only what is ours, and backwards, as in an undo: what names goes before what is named.
 * `count` entries are not steps. */
static void add_clears(const struct cv_paloalto_work *work, size_t count)
{
	const struct clearing *clearings = clearings_of(work->ctx->arena);

	for (size_t i = count; i-- > 0;) {
		const struct cv_entry *entry =
			CV_AT(&work->plan->entries, struct cv_entry, i);
		const struct clearing *clearing;
		struct cv_entry *step;

		if (entry->kind != CV_ENTRY_OBJECT || entry->reused)
			continue;
		clearing = &clearings[cv_paloalto_list_table(entry->list)];
		if (!clearing->count)
			continue;
		step = add_step(work, CV_PALOALTO_CLEAR);
		step->more->name = entry->more->name;
		step->more->attributes = clearing->attributes;
		step->more->attribute_count = clearing->count;
	}
}

static void add_load(const struct cv_paloalto_work *work, enum cv_paloalto_list_id list)
{
	struct cv_arena *arena = work->ctx->arena;
	const char *file = cv_arena_format(arena, "%s.xml", work->plan->subject->name);
	const char *path = path_of(work, list);
	struct cv_entry *step = add_step(work, CV_PALOALTO_LOAD);
	/* From begins below /config, to begins with it: PAN-OS CLI quick start,
	 * "xpath location formats". */
	const char *paths = cv_arena_format(
		arena, "from-xpath %s to-xpath /config/%s mode merge", path, path);

	if (cv_paloalto_release(work->options)->file_first)
		step->more->value = cv_arena_format(
			arena, "load config partial from %s %s", file, paths);
	else
		step->more->value = cv_arena_format(
			arena, "load config partial %s from %s", paths, file);
}

static void add_move(const struct cv_paloalto_work *work, const char *rule,
		     const char *where, const char *anchor)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(work->ctx->arena, 2, struct cv_attribute);
	struct cv_entry *step = add_step(work, CV_PALOALTO_MOVE);

	attributes[0] = (struct cv_attribute){CV_PALOALTO_WHERE, where};
	attributes[1] = (struct cv_attribute){CV_PALOALTO_ANCHOR, anchor};
	step->more->name = rule;
	step->more->attributes = attributes;
	step->more->attribute_count = 2;
}

/* Each before the anchor, one after the other, or the first behind it and each of the
 * others behind the one before: either way they stand in the plan's order, however
 * often the commands are given. */
static void add_moves(const struct cv_paloalto_work *work)
{
	const size_t count = work->plan->entries.count;
	const struct cv_paloalto_rules *said = &work->options->rules;
	const char *where = said->before.text ? "before" : "after";
	const char *anchor = said->before.text ? said->before.text : said->after.text;

	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry =
			CV_AT(&work->plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_OBJECT ||
		    cv_paloalto_list_table(entry->list) != CV_PALOALTO_RULE)
			continue;
		add_move(work, entry->more->name, where, anchor);
		if (!said->before.text)
			anchor = entry->more->name;
	}
}

void cv_paloalto_moves_add(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_paloalto_work work = {
		.ctx = ctx, .plan = plan, .options = plan->use->options};

	if (cv_paloalto_has_rules(work.options))
		add_moves(&work);
}

void cv_paloalto_steps_add(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_paloalto_work all = {
		.ctx = ctx, .plan = plan, .options = plan->use->options};
	const struct cv_paloalto_work *work = &all;
	const size_t count = work->plan->entries.count;
	bool held[CV_PALOALTO_LIST_COUNT] = {false};

	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry =
			CV_AT(&work->plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_OBJECT)
			held[cv_paloalto_list_table(entry->list)] = true;
	}
	add_clears(work, count);
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
		if (held[list])
			add_load(work, (enum cv_paloalto_list_id)list);
	cv_paloalto_moves_add(ctx, plan);
}
