/* diff: two sites, two groups or two profiles, held against each other.  Both sites
 * are compiled in one context, so that equal sets of addresses are the same set. */
#include "commands/commands.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/diff_parts.h"
#include "commands/explain_parts.h"
#include "read/load.h"

static const struct cv_span nowhere;

/* -s OLD,NEW, or one name for both. */
static bool read_subjects(struct cv_ctx *ctx, const struct cv_request *request,
			  struct cv_diff *diff)
{
	const char *text = request->subject, *comma;

	if (!text)
		return true;
	comma = strchr(text, ',');
	diff->before.subject = diff->after.subject = text;
	if (!comma)
		return true;
	diff->before.subject = cv_arena_copy(ctx->arena, text, (size_t)(comma - text));
	diff->after.subject = comma + 1;
	return (*diff->before.subject && *diff->after.subject &&
		!strchr(comma + 1, ',')) ||
	       cv_find(ctx, CV_F_USAGE, nowhere,
		       "-s takes one name or two, OLD,NEW, not `%s`", text);
}

static bool read_source(struct cv_ctx *ctx, const char *name, struct cv_side *side)
{
	side->name = name;
	side->first_source = ctx->sources.count;
	side->source = cv_source_read(ctx, name, nowhere);
	return side->source != NULL;
}

/* What a side had been is no matter of today: whether its risks are accepted still,
 * and all that it only warns of, is not asked. */
static void forget_findings(struct cv_ctx *ctx, size_t count, size_t errors, int worst)
{
	ctx->findings.count = count;
	ctx->errors = errors;
	ctx->worst = worst;
}

static bool make_site(struct cv_ctx *ctx, const struct cv_request *request,
		      struct cv_side *side, bool is_old)
{
	struct cv_compilation *compilation = CV_NEW(ctx->arena, struct cv_compilation);
	const size_t count = ctx->findings.count, errors = ctx->errors;
	const int worst = ctx->worst;

	cv_compilation_make(ctx, request, cv_source_by_id(ctx, side->source->id),
			    compilation);
	side->compilation = compilation;
	if (compilation->planned && is_old)
		forget_findings(ctx, count, errors, worst);
	else if (!request->verbose)
		cv_explain_hush(ctx);
	return compilation->planned;
}

static bool make_profile(struct cv_ctx *ctx, const struct cv_request *request,
			 struct cv_side *side)
{
	const struct cv_load load = {.ctx = ctx,
				     .targets = cv_targets,
				     .profile_directory = request->profiles};

	side->profile = cv_load_profile(&load, cv_source_by_id(ctx, side->source->id),
					side->source->name);
	if (!request->verbose)
		cv_explain_hush(ctx);
	return side->profile != NULL;
}

static bool make_side(struct cv_ctx *ctx, const struct cv_request *request,
		      struct cv_side *side, bool is_old)
{
	const bool ok = cv_document_kind(side->source) == CV_DOCUMENT_PROFILE
				? make_profile(ctx, request, side)
				: make_site(ctx, request, side, is_old);

	side->source_count = ctx->sources.count - side->first_source;
	return ok;
}

/* The same file twice is compiled once: two groups of one site, or `-` and `-`. */
static bool make_sides(struct cv_ctx *ctx, const struct cv_request *request,
		       struct cv_diff *diff)
{
	const char *const *names = request->arguments;
	const bool same = strcmp(names[0], names[1]) == 0;
	const char *subject = diff->after.subject;

	if (!read_source(ctx, names[0], &diff->before) ||
	    !make_side(ctx, request, &diff->before, !same))
		return false;
	if (same) {
		diff->after = diff->before;
		diff->after.subject = subject;
		return true;
	}
	if (!read_source(ctx, names[1], &diff->after))
		return false;
	if ((cv_document_kind(diff->after.source) == CV_DOCUMENT_PROFILE) !=
	    (diff->before.profile != NULL))
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "%s is a %s and %s a %s; diff takes two of a kind",
			       names[0], diff->before.profile ? "profile" : "site",
			       names[1], diff->before.profile ? "site" : "profile");
	return make_side(ctx, request, &diff->after, false);
}

static bool check_subject(struct cv_ctx *ctx, const struct cv_side *side)
{
	const struct cv_table *plans = &side->compilation->plans;
	const char **names;
	struct cv_finding *finding;

	if (!side->subject || cv_policy_group(&side->compilation->policy, side->subject))
		return true;
	names = CV_NEW_ARRAY(ctx->arena, plans->count, const char *);
	for (size_t i = 0; i < plans->count; i++) {
		names[i] = CV_AT(plans, struct cv_plan, i)->subject->name;
		if (strcmp(names[i], side->subject) == 0)
			return true;
	}
	finding = cv_find_more(ctx, CV_F_USAGE, nowhere, "%s has no subject `%s`",
			       side->name, side->subject);
	cv_suggest(ctx, finding, side->subject, names, plans->count);
	return false;
}

static bool check_request(struct cv_ctx *ctx, const struct cv_request *request,
			  const struct cv_diff *diff)
{
	if (diff->before.compilation)
		return check_subject(ctx, &diff->before) &&
		       check_subject(ctx, &diff->after);
	if (request->subject)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "a profile has no groups, so -s is of no use here");
	return !request->output ||
	       cv_find(ctx, CV_F_USAGE, nowhere,
		       "only a site has artefacts: with two profiles there is nothing "
		       "for -o to write");
}

void cv_diff_run(struct cv_ctx *ctx, const struct cv_request *request, struct cv_buf *out)
{
	struct cv_diff diff = {.ctx = ctx};
	struct cv_buf text = CV_BUF_INIT;

	if (!read_subjects(ctx, request, &diff) || !make_sides(ctx, request, &diff) ||
	    !check_request(ctx, request, &diff))
		return;
	cv_diff_rows(&diff);
	cv_diff_facts(&diff);
	if (diff.before.compilation) {
		cv_diff_plans(&diff);
		cv_diff_verdicts(&diff);
	}
	cv_diff_text(&diff, &text);
	cv_buf_text(out, cv_buf_string(&text));
	/* What compile would refuse to write is not written in pieces either. */
	if (request->output && cv_error_count(ctx) == 0)
		cv_diff_write(&diff, request->output, &text, out);
	else if (request->output)
		cv_buf_format(out, "nothing was written to %s: the site has errors\n",
			      request->output);
	cv_buf_deinit(&text);
	if (request->quiet)
		cv_buf_deinit(out);
}
