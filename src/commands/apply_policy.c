/* From the argument of apply to the entries that are to be loaded, for the one target
 * that can be loaded into a running system. */
#include "commands/apply_policy.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/artefact_lines.h"
#include "commands/compilation.h"
#include "commands/explain_parts.h"
#include "commands/options.h"
#include "prove/prove.h"
#include "read/load.h"

static const struct cv_span nowhere;

/* The first that is no undo: what it holds is what the product holds. */
static const struct cv_form *loaded_form(const struct cv_target *target)
{
	const struct cv_form *form = target->forms;

	while (form->name && form->undo)
		form++;
	return form->name ? form : NULL;
}

static bool can_load(const struct cv_target *target)
{
	return target->live && loaded_form(target);
}

static void count_flows(struct cv_apply_policy *policy)
{
	for (size_t i = 0; i < policy->count; i++)
		policy->flows += policy->entries[i]->kind == CV_ENTRY_FLOW &&
				 policy->entries[i]->operation == CV_ADD;
}

/* ---- a site ---- */

static const char *joined(struct cv_ctx *ctx, const char *const *names, size_t count)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; i < count; i++)
		cv_buf_format(&out, "%s%s", i ? ", " : "", names[i]);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static bool unknown_subject(struct cv_ctx *ctx, const struct cv_request *request,
			    const char *const *names, size_t count)
{
	struct cv_finding *finding;

	if (!count)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "%s has no target that can be loaded into this machine",
			       request->arguments[0]);
	if (!request->subject)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "%s has the subjects %s; name the one that this machine "
			       "is with -s",
			       request->arguments[0], joined(ctx, names, count));
	finding = cv_find_more(
		ctx, CV_F_USAGE, nowhere, "%s has no subject `%s` to load; it has %s",
		request->arguments[0], request->subject, joined(ctx, names, count));
	cv_suggest(ctx, finding, request->subject, names, count);
	return false;
}

/* As with audit: without -s the site's own, or the only one. */
static const struct cv_plan *choose_plan(struct cv_ctx *ctx,
					 const struct cv_request *request,
					 const struct cv_compilation *compilation)
{
	const struct cv_table *plans = &compilation->plans;
	const char **names = CV_NEW_ARRAY(ctx->arena, plans->count + 1, const char *);
	const struct cv_plan *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (!can_load(plan->use->target) ||
		    !cv_form_serves(loaded_form(plan->use->target), plan->subject))
			continue;
		if (request->subject ? strcmp(plan->subject->name, request->subject) == 0
				     : plan->subject->kind == CV_SUBJECT_SITE)
			return plan;
		names[count++] = plan->subject->name;
		last = plan;
	}
	if (!request->subject && count == 1)
		return last;
	unknown_subject(ctx, request, names, count);
	return NULL;
}

static bool prove(struct cv_ctx *ctx, struct cv_apply_policy *policy)
{
	const struct cv_plan *plan = &policy->plan;
	const char *path = cv_form_path(ctx, plan, policy->form);
	struct cv_buf bytes = CV_BUF_INIT;
	size_t entries;
	bool ok;

	cv_form_write(ctx, plan, policy->form, &bytes, &entries);
	ok = cv_prove_bytes(ctx, plan, policy->form, path, cv_buf_string(&bytes),
			    bytes.size);
	policy->bytes = cv_arena_copy(ctx->arena, cv_buf_string(&bytes), bytes.size);
	policy->size = bytes.size;
	cv_buf_deinit(&bytes);
	return ok;
}

static bool read_site(struct cv_ctx *ctx, const struct cv_request *request,
		      struct cv_source *source, struct cv_apply_policy *policy)
{
	struct cv_compilation *compilation = CV_NEW(ctx->arena, struct cv_compilation);
	const struct cv_plan *plan;

	if (!cv_compilation_make(ctx, request, source, compilation))
		return false;
	/* What compile warns of is not what was asked here. */
	cv_explain_hush(ctx);
	plan = choose_plan(ctx, request, compilation);
	if (!plan)
		return false;
	policy->target = plan->use->target;
	policy->form = loaded_form(policy->target);
	policy->options = plan->use->options;
	policy->subject = plan->subject->name;
	policy->plan = *plan;
	policy->entries = cv_form_entries(ctx, plan, policy->form, &policy->count);
	return prove(ctx, policy);
}

/* ---- an artefact ---- */

/* `carveout VERSION: TARGET for SUBJECT of site SITE`, as lowering writes it. */
static const char *subject_of(struct cv_ctx *ctx, const struct cv_table *entries)
{
	static const char before[] = " for ", behind[] = " of site ";
	const struct cv_entry *head =
		entries->count ? CV_AT(entries, struct cv_entry, 0) : NULL;
	const char *at, *end;

	if (!head || head->kind != CV_ENTRY_HEADER || !head->more->value)
		return NULL;
	at = strstr(head->more->value, before);
	end = at ? strstr(at, behind) : NULL;
	if (!end)
		return NULL;
	at += sizeof before - 1;
	/* It becomes a part of a path. */
	if (end <= at ||
	    strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-") != (size_t)(end - at))
		return NULL;
	return cv_arena_copy(ctx->arena, at, (size_t)(end - at));
}

static bool is_undo(struct cv_ctx *ctx, const struct cv_source *source,
		    const struct cv_target *target)
{
	for (const struct cv_form *form = target->forms; form->name; form++) {
		struct cv_reading reading = {
			.ctx = ctx, .bytes = source->text, .size = source->size};

		if (form->undo && form->read(&reading))
			return true;
	}
	return false;
}

static bool not_understood(struct cv_ctx *ctx, const struct cv_source *source,
			   const struct cv_target *target,
			   const struct cv_reading *reading)
{
	const struct cv_span at = cv_span(source->id, reading->error_at, 0);
	struct cv_finding *finding;

	if (is_undo(ctx, source, target))
		return cv_find(ctx, CV_F_NOT_AN_ARTEFACT, at,
			       "this is an undo of %s, and no policy that could be in "
			       "force; it is loaded without apply",
			       target->name);
	finding = cv_find_more(
		ctx, CV_F_NOT_AN_ARTEFACT, at,
		"neither a site nor an artefact of %s that is understood to its end: %s",
		target->name, reading->error ? reading->error : "not understood");

	if (cv_document_kind(source) == CV_DOCUMENT_NEITHER && reading->error_at == 0)
		finding->hint = "a site has the key `carveout: site/1`";
	return false;
}

static bool read_artefact(struct cv_ctx *ctx, const struct cv_request *request,
			  const struct cv_source *source, struct cv_apply_policy *policy)
{
	const struct cv_target *target = policy->target;
	struct cv_reading reading = {
		.ctx = ctx, .bytes = source->text, .size = source->size};
	const struct cv_entry **entries;

	if (request->subject)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "-s is for a site; the artefact %s is of one subject",
			       source->name);
	policy->form = loaded_form(target);
	if (!policy->form->read(&reading))
		return not_understood(ctx, source, target, &reading);
	policy->bytes = source->text;
	policy->size = source->size;
	policy->subject = subject_of(ctx, &reading.entries);
	policy->plan.entries = reading.entries;
	policy->count = reading.entries.count;
	entries = CV_NEW_ARRAY(ctx->arena, policy->count + 1, const struct cv_entry *);
	for (size_t i = 0; i < policy->count; i++)
		entries[i] = CV_AT(&policy->plan.entries, struct cv_entry, i);
	policy->entries = entries;
	return true;
}

static const struct cv_target *live_target(void)
{
	for (size_t i = 0; cv_targets[i]; i++)
		if (can_load(cv_targets[i]))
			return cv_targets[i];
	return NULL;
}

bool cv_apply_policy_read(struct cv_ctx *ctx, const struct cv_request *request,
			  struct cv_apply_policy *policy_out)
{
	struct cv_source *source = cv_source_read(ctx, request->arguments[0], nowhere);
	bool ok;

	*policy_out = (struct cv_apply_policy){.source = source, .target = live_target()};
	if (!source)
		return false;
	if (!policy_out->target)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "no target of this program can be loaded into a machine");
	switch (cv_document_kind(source)) {
	case CV_DOCUMENT_PROFILE:
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "%s is a profile; a site or an artefact can be applied",
			       source->name);
	case CV_DOCUMENT_SITE:
		ok = read_site(ctx, request, source, policy_out);
		break;
	default:
		ok = read_artefact(ctx, request, source, policy_out);
		break;
	}
	if (ok)
		count_flows(policy_out);
	return ok;
}

struct cv_span cv_apply_place(const struct cv_apply_policy *policy,
			      const struct cv_entry *entry)
{
	if (!entry)
		return nowhere;
	if (policy->plan.policy)
		return entry->rows.count ? entry->rows.items[0]->at : nowhere;
	return cv_span(policy->source->id, entry->more->place, 0);
}

static void put_word(struct cv_buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./+-@:,";

	if (*word && strspn(word, plain) == strlen(word)) {
		cv_buf_text(out, word);
		return;
	}
	cv_buf_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			cv_buf_text(out, "'\\''");
		else
			cv_buf_char(out, *word);
	}
	cv_buf_char(out, '\'');
}

const char *cv_apply_command(struct cv_ctx *ctx, const struct cv_request *request,
			     const char *step)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_buf_text(&out, "carveout apply ");
	put_word(&out, request->arguments[0]);
	if (request->subject) {
		cv_buf_text(&out, " -s ");
		put_word(&out, request->subject);
	}
	cv_buf_format(&out, "%s%s", *step ? " " : "", step);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}
