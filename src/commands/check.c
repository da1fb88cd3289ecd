/* check: what compile would find, and what the products require besides. */
#include "commands/commands.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/check_explain.h"
#include "commands/compilation.h"
#include "commands/print.h"
#include "commands/requirements.h"
#include "read/load.h"

static const struct cv_span nowhere;

static void check_site(struct cv_ctx *ctx, const struct cv_request *request,
		       struct cv_source *source)
{
	struct cv_compilation *compilation = CV_NEW(ctx->arena, struct cv_compilation);

	cv_compilation_make(ctx, request, source, compilation);
	if (compilation->site)
		cv_requirements_check(ctx, compilation);
}

/* Adds how many rows a profile has. */
static void check_profile(struct cv_ctx *ctx, const struct cv_request *request,
			  struct cv_source *source, struct cv_buf *out)
{
	const struct cv_load load = {.ctx = ctx,
				     .targets = cv_targets,
				     .profile_directory = request->profiles};
	const struct cv_profile *profile = cv_load_profile(&load, source, source->name);

	if (!profile)
		return;
	cv_profile_check_paths(ctx, profile);
	cv_requirements_open(ctx, profile);
	cv_buf_text(out, "; ");
	cv_count_words(out, profile->rows[CV_PORTS].count, "port row", "port rows");
	cv_buf_text(out, ", ");
	cv_count_words(out, profile->rows[CV_EXCLUSIONS].count, "exclusion row",
		       "exclusion rows");
	cv_buf_text(out, ", ");
	cv_count_words(out, profile->rows[CV_URLS].count, "URL row", "URL rows");
}

static void check_file(struct cv_ctx *ctx, const struct cv_request *request,
		       const char *name, struct cv_buf *out)
{
	const size_t from = ctx->findings.count, errors = cv_error_count(ctx);
	struct cv_source *source = cv_source_read(ctx, name, nowhere);
	struct cv_buf rows = CV_BUF_INIT, totals = CV_BUF_INIT;

	if (source && cv_document_kind(source) == CV_DOCUMENT_PROFILE)
		check_profile(ctx, request, source, &rows);
	else if (source)
		check_site(ctx, request, source);
	cv_print_line(out, name);
	cv_buf_text(out, ": ");
	if (cv_error_count(ctx) == errors)
		cv_buf_text(out, "ok");
	if (cv_print_totals(ctx, from, &totals))
		cv_buf_format(out, "%s%s", cv_error_count(ctx) == errors ? ", " : "",
			      cv_buf_string(&totals));
	cv_buf_format(out, "%s\n", cv_buf_string(&rows));
	cv_buf_deinit(&rows);
	cv_buf_deinit(&totals);
}

void cv_check_run(struct cv_ctx *ctx, const struct cv_request *request,
		  struct cv_buf *out)
{
	if (request->finding && !cv_explain_finding(ctx, request->finding, out))
		return;
	for (size_t i = 0; i < request->argument_count; i++)
		check_file(ctx, request, request->arguments[i], out);
	if (request->quiet && !request->finding)
		cv_buf_deinit(out);
}
