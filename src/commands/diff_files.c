/* The change as artefacts.  What is written of a form hangs on what it does to what is
 * there already (enum cv_change); each file is emitted from a plan of just its entries
 * and proved like any other. */
#include "commands/diff_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/json.h"
#include "commands/artefact_lines.h"
#include "commands/commands.h"
#include "commands/reports.h"
#include "commands/tree.h"
#include "model/target.h"
#include "prove/audit.h"
#include "prove/prove.h"

/* In which order the files are to be used: nothing that is needed is missing in
 * between, and nothing is deleted that something else still names. */
enum step { STEP_ADD, STEP_TRIM, STEP_REMOVE, STEP_READ, STEP_COUNT };

static const char *const step_words[STEP_COUNT] = {
	"what comes", "what others no longer name", "what goes",
	"lists, for what is kept by hand"};

#define CHANGES "changes.txt"

struct written {
	const char *path, *summary;
	enum step step;
	size_t entries;
};

struct writing {
	struct cv_diff *diff;
	struct cv_tree *tree;
	struct cv_table artefacts; /* of struct cv_artefact */
	struct cv_table reports;   /* of struct cv_report */
	struct cv_table written;   /* of struct written */
};

/* A plan of these entries only, with the head and the settings of the whole. */
static struct cv_plan *part_of(struct cv_ctx *ctx, const struct cv_plan *whole,
			       const struct cv_table *entries, const char *head)
{
	struct cv_plan *part = CV_NEW(ctx->arena, struct cv_plan);

	*part = *whole;
	part->entries = part->losses = (struct cv_table){0};
	for (size_t i = 0; i < whole->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&whole->entries, struct cv_entry, i);

		if (entry->kind & (CV_ENTRY_HEADER | CV_ENTRY_SETTING))
			*CV_ADD(ctx->arena, &part->entries, struct cv_entry) = *entry;
	}
	cv_plan_add(ctx, part, CV_ENTRY_HEADER)->more->value = head;
	for (size_t i = 0; i < entries->count; i++)
		*CV_ADD(ctx->arena, &part->entries, struct cv_entry) =
			**CV_AT(entries, const struct cv_entry *, i);
	return part;
}

static bool has_attribute(const struct cv_entry *entry, const struct cv_attribute *wanted)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, wanted->name) == 0 &&
		    strcmp(entry->more->attributes[i].value, wanted->value) == 0)
			return true;
	return false;
}

/* Objects that stay, each with the attributes that it lost. */
static struct cv_table lost_attributes(struct cv_ctx *ctx,
				       const struct cv_plan_change *change)
{
	struct cv_table lost = {0};

	for (size_t i = 0; i < change->changed.count; i++) {
		const struct cv_target *target = change->before->use->target;
		const struct cv_object_change *object =
			CV_AT(&change->changed, struct cv_object_change, i);
		struct cv_attribute *attributes =
			CV_NEW_ARRAY(ctx->arena, object->before->more->attribute_count,
				     struct cv_attribute);
		struct cv_entry *entry;
		size_t count = 0;

		for (size_t a = 0; a < object->before->more->attribute_count; a++) {
			const struct cv_attribute *attribute =
				&object->before->more->attributes[a];

			if (cv_is_granting(target, attribute->name) &&
			    !has_attribute(object->after, attribute))
				attributes[count++] = *attribute;
		}
		if (!count)
			continue;
		entry = cv_entry_copy(ctx, object->before);
		entry->more->attributes = attributes;
		entry->more->attribute_count = (uint32_t)count;
		*CV_ADD(ctx->arena, &lost, const struct cv_entry *) = entry;
	}
	return lost;
}

/* Of the form's entries those that do something: no head and no settings. */
static size_t count_done(const struct cv_plan *plan, const struct cv_form *form)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		count += (entry->kind & form->kinds &
			  ~(unsigned)(CV_ENTRY_HEADER | CV_ENTRY_SETTING)) != 0;
	}
	return count;
}

static bool write_file(struct writing *writing, const struct cv_plan *plan,
		       const struct cv_form *form, const char *path, enum step step)
{
	struct cv_ctx *ctx = writing->diff->ctx;
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_artefact *artefact;
	struct written *written;
	size_t entries;
	bool ok;

	if (!cv_form_write(ctx, plan, form, &bytes, &entries))
		return true;
	ok = cv_prove_bytes(ctx, plan, form, path, cv_buf_string(&bytes), bytes.size) &&
	     cv_tree_add(writing->tree, path, cv_buf_string(&bytes), bytes.size);
	artefact = CV_ADD(ctx->arena, &writing->artefacts, struct cv_artefact);
	*artefact = (struct cv_artefact){.path = path,
					 .plan = plan,
					 .form = form,
					 .entries = entries,
					 .size = bytes.size};
	cv_sha256_hex(cv_buf_string(&bytes), bytes.size, artefact->sha256);
	cv_buf_deinit(&bytes);
	written = CV_ADD(ctx->arena, &writing->written, struct written);
	*written = (struct written){path, form->summary, step, count_done(plan, form)};
	return ok;
}

static const char *named_path(struct cv_ctx *ctx, const struct cv_plan *plan,
			      const struct cv_form *form, const char *word)
{
	return cv_arena_format(ctx->arena, "%s/%s.%s%s", plan->use->target->name,
			       plan->subject->name, word, form->suffix);
}

/* What a part of a plan is, for its head. */
static const char *head_of(struct writing *writing, const struct cv_plan *other,
			   const char *does)
{
	struct cv_ctx *ctx = writing->diff->ctx;

	if (!other)
		return "a change: all of it";
	return cv_arena_format(ctx->arena, "a change: only what %s of site %s %s",
			       other->subject->name, other->policy->site->name.text,
			       does);
}

static bool write_added(struct writing *writing, const struct cv_plan_change *change,
			const struct cv_form *form, const char *path, enum step step)
{
	const char *head = head_of(writing, change->before, "did not have");

	return !change->added.count ||
	       write_file(
		       writing,
		       part_of(writing->diff->ctx, change->after, &change->added, head),
		       form, path, step);
}

static bool write_removed(struct writing *writing, const struct cv_plan_change *change,
			  const struct cv_form *form, const char *path, enum step step)
{
	const char *head = head_of(writing, change->after, "no longer has");

	return !change->removed.count ||
	       write_file(writing,
			  part_of(writing->diff->ctx, change->before, &change->removed,
				  head),
			  form, path, step);
}

/* All of the new plan, or of one that nothing takes the place of all of the old. */
static bool write_whole(struct writing *writing, const struct cv_plan_change *change,
			const struct cv_form *form)
{
	struct cv_ctx *ctx = writing->diff->ctx;

	if (!form->undo && change->after)
		return write_file(writing, change->after, form,
				  cv_form_path(ctx, change->after, form), STEP_ADD);
	if (form->undo && change->before && (!change->after || change->renamed))
		return write_file(writing, change->before, form,
				  cv_form_path(ctx, change->before, form), STEP_REMOVE);
	return true;
}

static bool write_trim(struct writing *writing, const struct cv_plan_change *change,
		       const struct cv_form *form)
{
	struct cv_ctx *ctx = writing->diff->ctx;
	const struct cv_table lost = lost_attributes(ctx, change);

	return !lost.count ||
	       write_file(writing,
			  part_of(ctx, change->before, &lost,
				  head_of(writing, change->after, "no longer has")),
			  form, cv_form_path(ctx, change->before, form), STEP_TRIM);
}

static bool write_form(struct writing *writing, const struct cv_plan_change *change,
		       const struct cv_form *form)
{
	struct cv_ctx *ctx = writing->diff->ctx;
	const struct cv_plan *before = change->before, *after = change->after;

	switch (form->change) {
	case CV_CHANGE_NONE:
		break;
	case CV_CHANGE_WHOLE:
		return write_whole(writing, change, form);
	case CV_CHANGE_ENTRIES:
		if (form->undo)
			return !before || write_removed(writing, change, form,
							cv_form_path(ctx, before, form),
							STEP_REMOVE);
		return !after || write_added(writing, change, form,
					     cv_form_path(ctx, after, form), STEP_ADD);
	case CV_CHANGE_RECORD:
		if (!form->undo)
			return !after ||
			       write_file(writing, after, form,
					  cv_form_path(ctx, after, form), STEP_ADD);
		return !before || (after && !change->renamed) ||
		       write_removed(writing, change, form,
				     cv_form_path(ctx, before, form), STEP_REMOVE);
	case CV_CHANGE_LIST:
		return (!after ||
			write_added(writing, change, form,
				    named_path(ctx, after, form, "add"), STEP_READ)) &&
		       (!before || write_removed(writing, change, form,
						 named_path(ctx, before, form, "remove"),
						 STEP_READ));
	case CV_CHANGE_ATTRIBUTES:
		return write_trim(writing, change, form);
	}
	return true;
}

/* With nothing else changed, notes alone are no reason to touch a product. */
static bool is_change(const struct cv_plan_change *change)
{
	return change->added.count || change->removed.count || change->changed.count ||
	       change->settings || change->anew;
}

static bool serves(const struct cv_form *form, const struct cv_plan_change *change)
{
	return form->change == CV_CHANGE_ATTRIBUTES ||
	       (change->before && cv_form_serves(form, change->before->subject)) ||
	       (change->after && cv_form_serves(form, change->after->subject));
}

static bool write_plan(struct writing *writing, const struct cv_plan_change *change)
{
	const struct cv_plan *plan = change->after ? change->after : change->before;

	for (const struct cv_form *form = plan->use->target->forms; form->name; form++)
		if (serves(form, change) && !write_form(writing, change, form))
			return false;
	return true;
}

static bool write_artefacts(struct writing *writing)
{
	const struct cv_table *plans = &writing->diff->plans;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan_change *change =
			CV_AT(plans, struct cv_plan_change, i);

		if (is_change(change) && !write_plan(writing, change))
			return false;
	}
	return true;
}

static void add_inputs(struct cv_diff *diff, const struct cv_side *side, const char *key,
		       struct cv_json *json)
{
	cv_json_key(json, key);
	cv_json_begin_object(json, false);
	cv_json_member(json, "site", side->compilation->site->name.text);
	cv_json_member(json, "subject", side->subject);
	cv_json_key(json, "inputs");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < side->source_count; i++) {
		const struct cv_source *source = *CV_AT(
			&diff->ctx->sources, struct cv_source *, side->first_source + i);

		cv_json_begin_object(json, true);
		cv_json_member(json, "name",
			       cv_input_name(diff->ctx, side->compilation, source));
		cv_json_member_number(json, "bytes", source->size);
		cv_json_member(json, "sha256", source->sha256);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
	cv_json_end_object(json);
}

static void make_manifest(const struct writing *writing, struct cv_buf *out)
{
	struct cv_diff *diff = writing->diff;
	struct cv_json json;

	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", CV_MANIFEST_FORMAT);
	cv_json_member(&json, "version", CV_VERSION);
	cv_json_member(&json, "today", diff->ctx->today);
	add_inputs(diff, &diff->before, "old", &json);
	add_inputs(diff, &diff->after, "new", &json);
	cv_manifest_artefacts(&writing->artefacts, &json);
	cv_manifest_reports(&writing->reports, &json);
	cv_json_end_object(&json);
}

static bool write_report(struct writing *writing, const char *path,
			 const struct cv_buf *bytes)
{
	struct cv_report *report =
		CV_ADD(writing->diff->ctx->arena, &writing->reports, struct cv_report);

	report->path = path;
	report->size = bytes->size;
	cv_sha256_hex(cv_buf_string(bytes), bytes->size, report->sha256);
	return cv_tree_add(writing->tree, path, cv_buf_string(bytes), bytes->size);
}

static bool write_manifest(struct writing *writing)
{
	struct cv_buf bytes = CV_BUF_INIT;
	bool ok;

	make_manifest(writing, &bytes);
	ok = cv_tree_add(writing->tree, CV_MANIFEST_NAME, cv_buf_string(&bytes),
			 bytes.size);
	cv_buf_deinit(&bytes);
	return ok;
}

/* A plan whose target says of no form what it does to what is there. */
static void say_left_out(const struct writing *writing, struct cv_buf *out)
{
	const struct cv_table *plans = &writing->diff->plans;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan_change *change =
			CV_AT(plans, struct cv_plan_change, i);
		const struct cv_plan *plan =
			change->after ? change->after : change->before;
		const struct cv_form *form = plan->use->target->forms;

		while (form->name && form->change == CV_CHANGE_NONE)
			form++;
		if (!form->name && is_change(change))
			cv_buf_format(out,
				      "%s for %s has no artefact for a change alone: "
				      "compile writes all of it\n",
				      plan->use->target->name, plan->subject->name);
	}
}

static void say_steps(const struct writing *writing, struct cv_buf *out)
{
	size_t number = 0;

	for (int step = 0; step < STEP_COUNT; step++) {
		bool any = false;

		for (size_t i = 0; i < writing->written.count; i++) {
			const struct written *written =
				CV_AT(&writing->written, struct written, i);

			if ((int)written->step != step)
				continue;
			if (!any)
				cv_buf_format(out, "%zu. %s:\n", ++number,
					      step_words[step]);
			any = true;
			cv_buf_format(out, "   %s: %s", written->path, written->summary);
			if (written->entries) {
				cv_buf_text(out, ", ");
				cv_count_words(out, written->entries, "entry", "entries");
			}
			cv_buf_char(out, '\n');
		}
	}
	say_left_out(writing, out);
}

/* A tree of compile's holds all of a site and has no changes.txt. */
static bool is_ours(struct cv_ctx *ctx, const struct cv_tree *tree, const char *directory)
{
	if (!cv_tree_files(tree)->count || cv_tree_file(tree, CHANGES))
		return true;
	cv_find_more(ctx, CV_F_FOREIGN_FILE, (struct cv_span){0},
		     "%s holds what compile wrote, which diff does not replace by a "
		     "change; nothing was touched",
		     directory)
		->hint = "name a new or an empty directory with -o";
	return false;
}

/* The text, and behind it what is to be done. */
static bool write_tree(struct writing *writing, const struct cv_buf *text,
		       struct cv_buf *page)
{
	const bool ok = cv_tree_begin(writing->tree) && write_artefacts(writing);
	struct cv_buf steps = CV_BUF_INIT;

	say_steps(writing, &steps);
	cv_buf_text(page, cv_buf_string(text));
	cv_buf_text(page, steps.size ? "\nto do, in this order:\n" : "");
	cv_buf_text(page, cv_buf_string(&steps));
	cv_buf_deinit(&steps);
	return ok && write_report(writing, CHANGES, page) && write_manifest(writing) &&
	       cv_tree_commit(writing->tree);
}

bool cv_diff_write(struct cv_diff *diff, const char *directory, const struct cv_buf *text,
		   struct cv_buf *out)
{
	struct writing writing = {.diff = diff};
	struct cv_buf page = CV_BUF_INIT;
	bool ok;

	if (strcmp(directory, "-") == 0)
		return cv_find(diff->ctx, CV_F_USAGE, (struct cv_span){0},
			       "a tree cannot go to standard output; name a directory "
			       "with -o");
	writing.tree = cv_tree_open(diff->ctx, directory);
	if (!writing.tree)
		return false;
	ok = is_ours(diff->ctx, writing.tree, directory) &&
	     write_tree(&writing, text, &page);
	if (ok) {
		cv_buf_text(out, cv_buf_string(&page) + text->size);
		cv_buf_format(out, "written to %s, with all of this in " CHANGES "\n",
			      directory);
	}
	cv_tree_close(writing.tree);
	cv_buf_deinit(&page);
	return ok;
}
