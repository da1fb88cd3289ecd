/* From a site's source to its settled ledger; nothing is written here. */
#include "commands/compilation.h"

#include <string.h>

#include "base/ctx.h"
#include "commands/options.h"
#include "prove/prove.h"
#include "read/load.h"
#include "resolve/resolve.h"

/* What is judged is proved. */
static bool prove_and_judge(struct cv_ctx *ctx, struct cv_compilation *compilation,
			    const struct cv_plan *plan)
{
	struct cv_index index;
	bool ok;

	cv_index_open(&index, plan);
	ok = cv_prove_plan(ctx, &index);
	if (ok)
		cv_judge(ctx, &compilation->policy, &index, &compilation->ledger);
	cv_index_close(&index);
	return ok;
}

/* Goes on after a plan that failed, so that one run reports all of them. */
static void make_plans(struct cv_ctx *ctx, struct cv_compilation *compilation,
		       const struct cv_target_use *use)
{
	struct cv_table subjects = {0};

	if (!cv_subjects(ctx, &compilation->policy, use, &subjects))
		return;
	for (size_t i = 0; i < subjects.count; i++) {
		const struct cv_subject *subject = CV_AT(&subjects, struct cv_subject, i);
		struct cv_plan plan = {0};

		if (cv_lower(ctx, &compilation->policy, use, subject, &plan) &&
		    prove_and_judge(ctx, compilation, &plan))
			*CV_ADD(ctx->arena, &compilation->plans, struct cv_plan) = plan;
	}
}

bool cv_compilation_make(struct cv_ctx *ctx, const struct cv_request *request,
			 struct cv_source *source, struct cv_compilation *compilation_out)
{
	const struct cv_load load = {.ctx = ctx,
				     .targets = cv_targets,
				     .profile_directory = request->profiles};
	struct cv_compilation *made = compilation_out;
	struct cv_site *site = NULL;
	const size_t errors = cv_error_count(ctx);

	*made = (struct cv_compilation){.source = source};
	if (!cv_load_site(&load, source, &site, &made->profiles))
		return false;
	made->site = site;
	if (!cv_resolve(ctx, made->site, &made->profiles, &made->policy))
		return false;
	made->resolved = true;
	cv_accept_rows(ctx, &made->policy);
	for (size_t i = 0; i < made->site->targets.count; i++)
		make_plans(ctx, made,
			   CV_AT(&made->site->targets, struct cv_target_use, i));
	made->planned = cv_error_count(ctx) == errors;
	cv_judge_unreached(ctx, &made->policy, &made->ledger);
	/* With a plan missing, acceptances that it would have used look unused. */
	if (made->planned)
		cv_settle(ctx, &made->policy, &made->ledger);
	cv_shared_addresses(ctx, &made->plans);
	return cv_error_count(ctx) == errors;
}

struct cv_verdict_counts cv_count_verdicts(const struct cv_compilation *compilation)
{
	const struct cv_table *judged = &compilation->ledger.judged;
	const struct cv_table *risks = &compilation->policy.risks;
	struct cv_verdict_counts counts = {0};

	for (size_t i = 0; i < judged->count; i++) {
		const struct cv_judged *as = CV_AT(judged, struct cv_judged, i);

		counts.of[as->verdict] += as->count;
	}
	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);

		/* One of a subject is a verdict. */
		counts.accepted += risk->subject && risk->accepted;
	}
	return counts;
}

const struct cv_row *cv_compilation_row(const struct cv_compilation *compilation,
					size_t ordinal)
{
	return *CV_AT(&compilation->policy.rows, const struct cv_row *, ordinal);
}

/* Bytes of the directory part of a path, its slash included. */
static size_t directory_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

static bool is_below(const char *path, const struct cv_source *source)
{
	const size_t size = directory_size(source->name);

	return strncmp(path, source->name, size) == 0;
}

const char *cv_input_name(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			  const struct cv_source *source)
{
	const struct cv_source *site = compilation->source;
	const struct cv_profile *nearest = NULL;

	if (source == site)
		return source->name + directory_size(source->name);
	for (size_t i = 0; i < compilation->profiles.count; i++) {
		const struct cv_profile *profile =
			*CV_AT(&compilation->profiles, struct cv_profile *, i);

		if (source == profile->source)
			return profile->id.text;
		if (profile->source != site && is_below(source->name, profile->source) &&
		    (!nearest || directory_size(profile->source->name) >
					 directory_size(nearest->source->name)))
			nearest = profile;
	}
	/* Both directories can hold it when one lies in the other: the deeper owns it. */
	if (nearest &&
	    (!is_below(source->name, site) ||
	     directory_size(nearest->source->name) > directory_size(site->name)))
		return cv_arena_format(ctx->arena, "%s:%s", nearest->id.text,
				       source->name +
					       directory_size(nearest->source->name));
	if (is_below(source->name, site))
		return source->name + directory_size(site->name);
	return source->name + directory_size(source->name);
}
