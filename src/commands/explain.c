/* explain: one question to a site, answered from its policy, its ledger and the
 * artefacts that it would write.  Nothing is written. */
#include "commands/commands.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/explain_parts.h"
#include "read/load.h"

static const struct cv_span nowhere;

static bool check_question(struct cv_ctx *ctx, const struct cv_request *request)
{
	const int questions = (request->flow != NULL) + (request->path != NULL) +
			      (request->row != NULL);

	if (questions != 1)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "carveout explain needs one of --flow, --path and --row, "
			       "and no more");
	if (request->path && !request->subject)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--path needs the group that it is asked for: -s GROUP");
	if (request->flow && request->subject)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--flow is asked of the whole site and takes no -s");
	return true;
}

static struct cv_source *read_site(struct cv_ctx *ctx, const struct cv_request *request)
{
	struct cv_source *source = cv_source_read(ctx, request->arguments[0], nowhere);

	if (!source || cv_document_kind(source) != CV_DOCUMENT_PROFILE)
		return source;
	cv_find(ctx, CV_F_USAGE, nowhere, "%s is a profile; only a site can be explained",
		source->name);
	return NULL;
}

void cv_explain_hush(struct cv_ctx *ctx)
{
	struct cv_table kept = {0};

	for (size_t i = 0; i < ctx->findings.count; i++) {
		struct cv_finding *finding =
			*CV_AT(&ctx->findings, struct cv_finding *, i);

		if (finding->severity == CV_ERROR)
			*CV_ADD(ctx->arena, &kept, struct cv_finding *) = finding;
	}
	ctx->findings = kept;
}

static bool is_subject(const struct cv_compilation *compilation, const char *name)
{
	for (size_t i = 0; i < compilation->plans.count; i++)
		if (strcmp(CV_AT(&compilation->plans, struct cv_plan, i)->subject->name,
			   name) == 0)
			return true;
	return cv_policy_group(&compilation->policy, name) != NULL;
}

static bool unknown_subject(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			    const char *name)
{
	const size_t count = compilation->plans.count;
	const char **names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	struct cv_finding *finding = cv_find_more(ctx, CV_F_USAGE, nowhere,
						  "this site has no subject `%s`", name);

	for (size_t i = 0; i < count; i++)
		names[i] = CV_AT(&compilation->plans, struct cv_plan, i)->subject->name;
	cv_suggest(ctx, finding, name, names, count);
	return false;
}

static void answer(struct cv_explain *explain, const struct cv_request *request)
{
	const struct cv_compilation *compilation = explain->compilation;
	bool granted = true, ok;

	if (request->row && request->subject && compilation->resolved &&
	    !is_subject(compilation, request->subject)) {
		unknown_subject(explain->ctx, compilation, request->subject);
		return;
	}
	if (request->row) {
		cv_explain_row(explain, request->row);
		return;
	}
	/* What does not resolve has no answer; the findings say why. */
	if (!compilation->resolved)
		return;
	ok = request->flow ? cv_explain_flow(explain, request->flow, &granted)
			   : cv_explain_path(explain, request->path, &granted);
	if (ok && !granted && explain->ctx->worst < 1)
		explain->ctx->worst = 1;
}

void cv_explain_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out)
{
	struct cv_compilation *compilation = CV_NEW(ctx->arena, struct cv_compilation);
	struct cv_explain explain = {ctx, compilation, request->subject, out};
	struct cv_source *source;

	if (!check_question(ctx, request))
		return;
	source = read_site(ctx, request);
	if (!source)
		return;
	cv_compilation_make(ctx, request, source, compilation);
	if (!request->verbose)
		cv_explain_hush(ctx);
	if (compilation->site)
		answer(&explain, request);
	if (request->quiet)
		cv_buf_deinit(out);
}
