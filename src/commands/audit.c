/* audit: what a live product shows, in a file or on this machine, against the plan for
 * it.  Nothing is written, and the export is never quoted: it may hold secrets. */
#include "commands/commands.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/limits.h"
#include "commands/audit_report.h"
#include "commands/compilation.h"
#include "commands/explain_parts.h"
#include "model/live.h"
#include "read/load.h"

static const struct cv_span nowhere;

#define LIVE_NAME "this machine"

/* Names for a message, each once. */
struct names {
	const char **items;
	size_t count;
};

static void add_name(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return;
	names->items[names->count++] = name;
}

static const char *joined(struct cv_ctx *ctx, const struct names *names)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; i < names->count; i++)
		cv_buf_format(&out, "%s%s", i ? ", " : "", names->items[i]);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static struct names target_names(struct cv_ctx *ctx, const struct cv_site *site)
{
	struct names names = {
		CV_NEW_ARRAY(ctx->arena, site->targets.count + 1, const char *), 0};

	for (size_t i = 0; i < site->targets.count; i++)
		add_name(&names,
			 CV_AT(&site->targets, struct cv_target_use, i)->target->name);
	return names;
}

static bool can_fetch(const struct cv_target *target)
{
	return target->live && target->live->fetch;
}

/* The target can be read from an export, or with --live from this machine. */
static bool check_target(struct cv_ctx *ctx, const struct cv_request *request,
			 const struct cv_target *target)
{
	struct names names = {NULL, 0};
	size_t count = 0;

	if (!target->read_export)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "the target %s cannot be audited: carveout reads no "
			       "export of it",
			       target->name);
	if (!request->live || can_fetch(target))
		return true;
	while (cv_targets[count])
		count++;
	names.items = CV_NEW_ARRAY(ctx->arena, count + 1, const char *);
	for (size_t i = 0; i < count; i++)
		if (cv_targets[i]->read_export && can_fetch(cv_targets[i]))
			add_name(&names, cv_targets[i]->name);
	return cv_find(ctx, CV_F_USAGE, nowhere,
		       "the target %s cannot be read from this machine, only %s can; "
		       "audit an export of it",
		       target->name, joined(ctx, &names));
}

static const struct cv_target *choose_target(struct cv_ctx *ctx,
					     const struct cv_request *request,
					     const struct cv_site *site)
{
	const struct names names = target_names(ctx, site);
	struct cv_finding *finding;

	for (size_t i = 0; i < site->targets.count; i++) {
		const struct cv_target *target =
			CV_AT(&site->targets, struct cv_target_use, i)->target;

		if (strcmp(target->name, request->targets) != 0)
			continue;
		return check_target(ctx, request, target) ? target : NULL;
	}
	finding = cv_find_more(ctx, CV_F_USAGE, nowhere,
			       "this site has no target `%s`; it has %s",
			       request->targets, joined(ctx, &names));
	cv_suggest(ctx, finding, request->targets, names.items, names.count);
	return NULL;
}

static bool unknown_subject(struct cv_ctx *ctx, const struct cv_request *request,
			    const struct cv_target *target, const struct names *names)
{
	struct cv_finding *finding;

	if (!names->count)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "the target %s has no subject in this site", target->name);
	if (!request->subject)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "the target %s has the subjects %s; name one with -s",
			       target->name, joined(ctx, names));
	finding = cv_find_more(ctx, CV_F_USAGE, nowhere,
			       "the target %s has no subject `%s`; it has %s",
			       target->name, request->subject, joined(ctx, names));
	cv_suggest(ctx, finding, request->subject, names->items, names->count);
	return false;
}

/* The plan of -t and -s: without -s the site's, or the only one. */
static const struct cv_plan *choose_plan(struct cv_ctx *ctx,
					 const struct cv_request *request,
					 const struct cv_compilation *compilation)
{
	const struct cv_table *plans = &compilation->plans;
	const struct cv_target *target = choose_target(ctx, request, compilation->site);
	struct names names = {CV_NEW_ARRAY(ctx->arena, plans->count + 1, const char *),
			      0};
	const struct cv_plan *last = NULL;

	if (!target)
		return NULL;
	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (plan->use->target != target)
			continue;
		if (request->subject ? strcmp(plan->subject->name, request->subject) == 0
				     : plan->subject->kind == CV_SUBJECT_SITE)
			return plan;
		add_name(&names, plan->subject->name);
		last = plan;
	}
	if (!request->subject && names.count == 1)
		return last;
	unknown_subject(ctx, request, target, &names);
	return NULL;
}

/* The bytes of the live product, asked for by its target. */
static struct cv_source *fetch_actual(struct cv_ctx *ctx, const struct cv_target *target)
{
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_source *actual = NULL;
	const char *why = NULL;

	if (target->live->fetch(ctx, true, &bytes, &why)) {
		actual = cv_source_from_bytes(
			ctx, LIVE_NAME,
			cv_arena_copy(ctx->arena, cv_buf_string(&bytes), bytes.size),
			bytes.size);
		actual->quotable = false;
	} else {
		cv_find(ctx, CV_F_CANNOT_READ, nowhere, "%s of " LIVE_NAME ": %s",
			target->name, why ? why : "it does not say why");
	}
	cv_buf_deinit(&bytes);
	return actual;
}

/* Reads the export without a look at its bytes: the target's reader decodes them. */
static struct cv_source *read_actual(struct cv_ctx *ctx, const struct cv_request *request,
				     struct cv_export_reading *reading)
{
	const struct cv_target *target = reading->plan->use->target;
	struct cv_source *actual =
		request->live ? fetch_actual(ctx, target)
			      : cv_source_read_export(ctx, request->arguments[1], nowhere,
						      CV_MAX_FILE);
	struct cv_finding *finding;
	struct cv_span at;

	if (!actual)
		return NULL;
	reading->bytes = actual->text;
	reading->size = actual->size;
	if (target->read_export(reading))
		return actual;
	at = cv_span(actual->id, reading->error_at, 0);
	finding = cv_find_more(ctx, CV_F_NOT_AN_EXPORT, at, "no export of %s: %s",
			       target->name,
			       reading->error ? reading->error : "not understood");
	if (target->export_command)
		finding->hint =
			cv_arena_format(ctx->arena, "wanted: %s", target->export_command);
	return NULL;
}

static size_t count_granting(const struct cv_table *entries, unsigned shows)
{
	const unsigned granting =
		CV_ENTRY_FLOW | CV_ENTRY_OBJECT | CV_ENTRY_EXCLUSION | CV_ENTRY_URL;
	size_t count = 0;

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		count += entry->operation == CV_ADD && entry->kind & granting & shows;
	}
	return count;
}

/* What such an export does not hold at all is not missing in it. */
static void compare(struct cv_audit_report *report)
{
	const struct cv_export_reading *reading = report->reading;
	const unsigned shows = reading->shows ? reading->shows : ~0U;
	struct cv_ctx *ctx = report->ctx;
	struct cv_table drift = {0};

	cv_audit(ctx, report->plan, &reading->entries, report->only_ours, &drift);
	for (size_t i = 0; i < drift.count; i++) {
		const struct cv_drift *one = CV_AT(&drift, struct cv_drift, i);

		if (one->kind == CV_DRIFT_MISSING && !(one->planned->kind & shows))
			continue;
		report->of[one->kind]++;
		*CV_ADD(ctx->arena, &report->drift, struct cv_drift) = *one;
	}
	report->planned = count_granting(&report->plan->entries, shows);
	report->found = count_granting(&reading->entries, ~0U);
}

static void find_drift(const struct cv_audit_report *report)
{
	const size_t unknown = report->reading->unknown.count;
	struct cv_buf counts = CV_BUF_INIT;

	cv_audit_counts(report, &counts);
	if (report->drift.count)
		cv_find(report->ctx, CV_F_DRIFT, nowhere,
			"%s is not what the policy asks of %s for %s: %s",
			report->actual->name, report->plan->use->target->name,
			report->plan->subject->name, cv_buf_string(&counts));
	if (unknown)
		cv_find(report->ctx, CV_F_NOT_UNDERSTOOD, nowhere,
			"%s holds %zu %s that carveout does not understand; what %s "
			"is not compared",
			report->actual->name, unknown, unknown == 1 ? "thing" : "things",
			unknown == 1 ? "it grants" : "they grant");
	cv_buf_deinit(&counts);
}

static void find_remarks(const struct cv_audit_report *report)
{
	const struct cv_table *remarks = &report->reading->remarks;

	for (size_t i = 0; i < remarks->count; i++) {
		const struct cv_export_remark *remark =
			CV_AT(remarks, struct cv_export_remark, i);

		cv_find(report->ctx, remark->code, nowhere, "%s: %s",
			report->actual->name, remark->text);
	}
}

/* What the flows of the policy come to behind the rules that the export shows; false
 * where any of them is stopped. */
static bool find_passages(const struct cv_audit_report *report)
{
	const struct cv_table *all = &report->reading->passages;
	size_t of[CV_PASSAGE_COUNT] = {0};

	for (size_t i = 0; i < all->count; i++)
		of[CV_AT(all, struct cv_passage, i)->kind]++;
	if (of[CV_PASSAGE_STOPPED] || of[CV_PASSAGE_PARTLY])
		cv_find(report->ctx, CV_F_FLOW_STOPPED, nowhere,
			"the rules in %s stop %zu of %zu flows of the policy, and parts "
			"of %zu more",
			report->actual->name, of[CV_PASSAGE_STOPPED], all->count,
			of[CV_PASSAGE_PARTLY]);
	if (of[CV_PASSAGE_UNDECIDED])
		cv_find(report->ctx, CV_F_FLOW_UNDECIDED, nowhere,
			"whether the rules in %s let %zu of %zu flows of the policy "
			"through hangs on what is not judged",
			report->actual->name, of[CV_PASSAGE_UNDECIDED], all->count);
	return !of[CV_PASSAGE_STOPPED] && !of[CV_PASSAGE_PARTLY];
}

static void audit(struct cv_ctx *ctx, const struct cv_request *request,
		  const struct cv_plan *plan, struct cv_buf *out)
{
	struct cv_export_reading reading = {
		.ctx = ctx, .options = plan->use->options, .plan = plan};
	struct cv_audit_report report = {.ctx = ctx,
					 .plan = plan,
					 .reading = &reading,
					 .only_ours = request->only_ours,
					 .live = request->live};

	bool passes;

	report.actual = read_actual(ctx, request, &reading);
	if (!report.actual)
		return;
	compare(&report);
	find_drift(&report);
	find_remarks(&report);
	passes = find_passages(&report);
	if (request->quiet && !report.drift.count && passes)
		return;
	if (request->format == CV_FORMAT_JSON)
		cv_audit_json(&report, out);
	else
		cv_audit_text(&report, out);
}

static bool check_request(struct cv_ctx *ctx, const struct cv_request *request)
{
	const char *site = request->arguments[0];
	const char *actual = request->argument_count > 1 ? request->arguments[1] : NULL;

	if (request->live && actual)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--live takes the place of ACTUAL: leave `%s` or --live "
			       "away",
			       actual);
	if (!request->live && !actual)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "carveout audit needs ACTUAL, or --live to read this "
			       "machine");
	if (!request->targets)
		return cv_find(
			ctx, CV_F_USAGE, nowhere,
			"carveout audit needs -t TARGET: what %s",
			actual ? cv_arena_format(ctx->arena, "%s is an export of", actual)
			       : "to read of this machine");
	if (strchr(request->targets, ','))
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "carveout audit takes one target, not `%s`",
			       request->targets);
	if (actual && strcmp(site, "-") == 0 && strcmp(actual, "-") == 0)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "SITE and ACTUAL cannot both be standard input");
	return true;
}

void cv_audit_run(struct cv_ctx *ctx, const struct cv_request *request,
		  struct cv_buf *out)
{
	struct cv_compilation *compilation;
	const struct cv_plan *plan;
	struct cv_source *source;

	if (!check_request(ctx, request))
		return;
	source = cv_source_read(ctx, request->arguments[0], nowhere);
	if (!source)
		return;
	if (cv_document_kind(source) == CV_DOCUMENT_PROFILE) {
		cv_find(ctx, CV_F_USAGE, nowhere,
			"%s is a profile; only a site can be held against an export",
			source->name);
		return;
	}
	compilation = CV_NEW(ctx->arena, struct cv_compilation);
	if (!cv_compilation_make(ctx, request, source, compilation))
		return;
	/* What compile warns of is not what was asked here. */
	cv_explain_hush(ctx);
	plan = choose_plan(ctx, request, compilation);
	if (plan)
		audit(ctx, request, plan, out);
}
