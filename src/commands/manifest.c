/* manifest.json: what the tree was made from and what it holds.  The next run reads
 * it to know which files of the directory are its own. */
#include "commands/reports.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/json.h"
#include "commands/compilation.h"
#include "commands/tree.h"

struct input {
	const char *name;
	const struct cv_source *source;
	bool is_site;
};

/* The site first, the rest by name. */
static int compare_inputs(const void *left, const void *right)
{
	const struct input *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	if (a->is_site != b->is_site)
		return a->is_site ? -1 : 1;
	return order ? order
		     : (a->source->id > b->source->id) - (a->source->id < b->source->id);
}

static void write_inputs(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			 struct cv_json *json)
{
	const size_t count = ctx->sources.count;
	struct input *inputs = CV_NEW_ARRAY(ctx->arena, count, struct input);

	for (size_t i = 0; i < count; i++) {
		const struct cv_source *source =
			*CV_AT(&ctx->sources, struct cv_source *, i);

		inputs[i] = (struct input){cv_input_name(ctx, compilation, source),
					   source, source == compilation->source};
	}
	qsort(inputs, count, sizeof *inputs, compare_inputs);
	cv_json_key(json, "inputs");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < count; i++) {
		cv_json_begin_object(json, true);
		cv_json_member(json, "name", inputs[i].name);
		cv_json_member_number(json, "bytes", inputs[i].source->size);
		cv_json_member(json, "sha256", inputs[i].source->sha256);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

void cv_manifest_artefacts(const struct cv_table *artefacts, struct cv_json *json)
{
	cv_json_key(json, "artefacts");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < artefacts->count; i++) {
		const struct cv_artefact *artefact =
			CV_AT(artefacts, struct cv_artefact, i);

		cv_json_begin_object(json, true);
		cv_json_member(json, "path", artefact->path);
		cv_json_member(json, "target", artefact->plan->use->target->name);
		cv_json_member(json, "subject", artefact->plan->subject->name);
		cv_json_member(json, "form", artefact->form->name);
		cv_json_member_number(json, "entries", artefact->entries);
		cv_json_member_number(json, "bytes", artefact->size);
		cv_json_member(json, "sha256", artefact->sha256);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

void cv_manifest_reports(const struct cv_table *reports, struct cv_json *json)
{
	cv_json_key(json, "reports");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < reports->count; i++) {
		const struct cv_report *report = CV_AT(reports, struct cv_report, i);

		cv_json_begin_object(json, true);
		cv_json_member(json, "path", report->path);
		cv_json_member_number(json, "bytes", report->size);
		cv_json_member(json, "sha256", report->sha256);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

static const char *kind_name(enum cv_subject_kind kind)
{
	return kind == CV_SUBJECT_SITE    ? "site"
	       : kind == CV_SUBJECT_GROUP ? "group"
					  : "party";
}

/* Kinds in order, then names: a subject that several targets serve comes once. */
static int compare_subjects(const void *left, const void *right)
{
	const struct cv_subject *a = *(const struct cv_subject *const *)left;
	const struct cv_subject *b = *(const struct cv_subject *const *)right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void write_subjects(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			   struct cv_json *json)
{
	const size_t count = compilation->plans.count;
	const struct cv_subject **subjects =
		CV_NEW_ARRAY(ctx->arena, count, const struct cv_subject *);

	for (size_t i = 0; i < count; i++)
		subjects[i] = CV_AT(&compilation->plans, struct cv_plan, i)->subject;
	if (count)
		qsort(subjects, count, sizeof *subjects, compare_subjects);
	cv_json_key(json, "subjects");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < count; i++) {
		if (i && compare_subjects(&subjects[i - 1], &subjects[i]) == 0)
			continue;
		cv_json_begin_object(json, true);
		cv_json_member(json, "name", subjects[i]->name);
		cv_json_member(json, "kind", kind_name(subjects[i]->kind));
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

static void write_counts(const struct cv_compilation *compilation, struct cv_json *json)
{
	const struct cv_policy *policy = &compilation->policy;
	const struct cv_verdict_counts counts = cv_count_verdicts(compilation);

	cv_json_key(json, "counts");
	cv_json_begin_object(json, false);
	cv_json_member_number(json, "rows", policy->rows.count);
	cv_json_member_number(json, "flows", policy->flows.count);
	cv_json_member_number(json, "exclusions", policy->exclusions.count);
	cv_json_member_number(json, "urls", policy->urls.count);
	cv_json_key(json, "verdicts");
	cv_json_begin_object(json, true);
	for (size_t i = 0; i < CV_VERDICT_COUNT; i++)
		cv_json_member_number(json, cv_verdict_names[i], counts.of[i]);
	cv_json_member_number(json, "accepted", counts.accepted);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

void cv_manifest_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
		       const struct cv_table *reports, struct cv_buf *out)
{
	struct cv_json json;

	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", CV_MANIFEST_FORMAT);
	cv_json_member(&json, "version", CV_VERSION);
	cv_json_member(&json, "site", compilation->site->name.text);
	cv_json_member(&json, "today", ctx->today);
	write_inputs(ctx, compilation, &json);
	write_subjects(ctx, compilation, &json);
	cv_manifest_artefacts(&compilation->artefacts, &json);
	cv_manifest_reports(reports, &json);
	write_counts(compilation, &json);
	cv_json_end_object(&json);
}
