/* import: a published page to a profile, or over the profile of its last edition. */
#include "commands/commands.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/import_file.h"
#include "commands/print.h"
#include "import/answers.h"
#include "import/draft.h"
#include "import/flat.h"
#include "import/ids.h"
#include "import/merge.h"
#include "import/page.h"
#include "import/proof.h"
#include "import/settle.h"
#include "import/write.h"
#include "read/fields_values.h"
#include "read/load.h"

static const struct cv_span nowhere;

struct importing {
	struct cv_ctx *ctx;
	const struct cv_request *request;
	struct cv_source *older_source; /* what stands at -o, or NULL */
	struct cv_merge *merge;         /* with it, or NULL */
	struct cv_answers *answers;
	struct cv_page page;
	struct cv_draft draft;
	struct cv_merge_counts counts;
	struct cv_table lines; /* of const char *: what was done, row by row */
	size_t rows, holes;
};

static bool is_option_right(struct cv_ctx *ctx, const char *option, const char *value,
			    const struct cv_lexical *lexical)
{
	const size_t from = ctx->findings.count;

	if (!value || cv_lexical_check(ctx, lexical, (struct cv_text){value, nowhere}))
		return true;
	for (size_t i = from; i < ctx->findings.count; i++)
		(*CV_AT(&ctx->findings, struct cv_finding *, i))->hint =
			cv_arena_format(ctx->arena, "this is what --%s says", option);
	return false;
}

static bool check_options(struct cv_ctx *ctx, const struct cv_request *request)
{
	bool ok = is_option_right(ctx, "id", request->id, &cv_lex_profile_id);

	ok = is_option_right(ctx, "url", request->url, &cv_lex_url) && ok;
	ok = is_option_right(ctx, "title", request->title, &cv_lex_title) && ok;
	ok = is_option_right(ctx, "source", request->source, &cv_lex_title) && ok;
	return is_option_right(ctx, "retrieved", request->retrieved, &cv_lex_date) && ok;
}

static bool open_older(struct importing *importing)
{
	const struct cv_load load = {.ctx = importing->ctx};

	if (!importing->request->output)
		return true;
	if (!cv_import_open_file(importing->ctx, importing->request->output,
				 &importing->older_source))
		return false;
	if (!importing->older_source)
		return true;
	importing->merge = cv_merge_open(&load, importing->older_source);
	return importing->merge != NULL;
}

/* What nobody asks again: the file of answers, and what the older profile says. */
static bool open_answers(struct importing *importing)
{
	const struct cv_request *request = importing->request;
	struct cv_ctx *ctx = importing->ctx;
	struct cv_source *source;

	if (request->answers) {
		source = cv_source_read(ctx, request->answers, nowhere);
		importing->answers = source ? cv_answers_read(ctx, source) : NULL;
		if (!importing->answers)
			return false;
	} else {
		importing->answers = CV_NEW(ctx->arena, struct cv_answers);
	}
	if (importing->merge)
		cv_answers_of_profile(ctx, cv_merge_profile(importing->merge),
				      request->source, request->url, importing->answers);
	return true;
}

/* The first of them that somebody says. */
static const char *first_of(const char *option, struct cv_text answer, const char *page)
{
	if (option)
		return option;
	return answer.text ? answer.text : page;
}

static void fill_head(struct importing *importing)
{
	const struct cv_request *request = importing->request;
	const struct cv_answers *answers = importing->answers;
	struct cv_draft *draft = &importing->draft;

	draft->id = first_of(request->id, answers->id, NULL);
	draft->title = first_of(request->title, answers->title, NULL);
	draft->source_key = first_of(request->source, answers->source, "page");
	draft->source_title =
		first_of(NULL, answers->source_title, importing->page.title.text);
	draft->url = first_of(request->url, answers->url, importing->page.url.text);
	draft->retrieved =
		first_of(request->retrieved, answers->retrieved, importing->ctx->today);
}

/* Ids are given before answers are filled in, since answers name rows by them, and rows
 * are paired anew behind that, since they say more then. */
static bool fill_draft(struct importing *importing)
{
	struct cv_ctx *ctx = importing->ctx;
	struct cv_draft *draft = &importing->draft;
	const struct cv_profile *older =
		importing->merge ? cv_merge_profile(importing->merge) : NULL;

	cv_draft_settle(ctx, draft);
	cv_draft_name_rows(ctx, draft, NULL);
	if (importing->merge)
		cv_merge_pair(importing->merge, draft);
	cv_draft_name_rows(ctx, draft, older);
	if (!cv_answers_fill(ctx, importing->answers, draft))
		return false;
	cv_draft_settle(ctx, draft);
	if (importing->merge) {
		cv_merge_pair(importing->merge, draft);
		cv_merge_keep(importing->merge, draft);
	}
	cv_draft_name_rows(ctx, draft, older);
	return true;
}

static bool has_rows(struct importing *importing)
{
	for (size_t b = 0; b < importing->draft.blocks.count; b++)
		importing->rows +=
			CV_AT(&importing->draft.blocks, struct cv_draft_block, b)
				->rows.count;
	return importing->rows ||
	       cv_find(importing->ctx, CV_F_IMPORT_EMPTY, nowhere,
		       "%s has no row of ports, exclusions, URLs, requirements or "
		       "permissions that was understood; nothing was written",
		       importing->page.source->name);
}

/* All holes at once, in the form in which they are answered. */
static void report_open(struct importing *importing)
{
	struct cv_buf stanza = CV_BUF_INIT;
	struct cv_finding *finding;

	cv_buf_text(&stanza, "holes:\n");
	importing->holes = cv_answers_open(&importing->draft, &stanza);
	if (importing->holes) {
		finding = cv_find_more(
			importing->ctx, CV_F_IMPORT_LEFT, nowhere,
			"%zu %s left open; what is known of them belongs into the file "
			"of --answers",
			importing->holes,
			importing->holes == 1 ? "field is" : "fields are");
		finding->help = cv_arena_copy(importing->ctx->arena, stanza.data,
					      stanza.size - 1);
	}
	cv_buf_deinit(&stanza);
}

static bool make_profile(struct importing *importing, struct cv_buf *profile)
{
	struct cv_ctx *ctx = importing->ctx;
	struct cv_flat want;

	if (importing->merge)
		return cv_merge_write(importing->merge, &importing->draft, profile,
				      &importing->counts, &importing->lines);
	cv_draft_write(ctx, &importing->draft, profile);
	cv_flat_of_draft(ctx, &importing->draft, &want);
	return cv_import_prove(ctx, "the profile", profile->data, profile->size, &want);
}

static void print_counts(const struct importing *importing, struct cv_buf *out)
{
	const struct cv_merge_counts *counts = &importing->counts;

	if (!importing->merge) {
		cv_count_words(out, importing->rows, "row", "rows");
		cv_buf_text(out, ", ");
		cv_count_words(out, importing->holes, "hole", "holes");
		return;
	}
	cv_count_words(out, counts->added, "row", "rows");
	cv_buf_format(out, " added, %zu changed, %zu withdrawn, %zu back, %zu as before",
		      counts->changed, counts->withdrawn, counts->back, counts->same);
}

static void print_summary(const struct importing *importing, bool changed,
			  struct cv_buf *out)
{
	const struct cv_request *request = importing->request;

	if (request->quiet)
		return;
	for (size_t i = 0; i < importing->lines.count; i++) {
		cv_print_line(out, *CV_AT(&importing->lines, const char *, i));
		cv_buf_char(out, '\n');
	}
	cv_print_line(out, request->output ? request->output : "the profile");
	cv_buf_text(out, ": ");
	if (!changed)
		cv_buf_text(out, "unchanged, ");
	else if (request->dry_run)
		cv_buf_text(out, "not written, ");
	print_counts(importing, out);
	cv_buf_char(out, '\n');
}

/* Standard output, or the file and what was done. */
static void hand_out(struct importing *importing, const struct cv_buf *profile,
		     struct cv_buf *out)
{
	const struct cv_request *request = importing->request;
	const struct cv_source *older = importing->older_source;
	const bool changed = !older || older->size != profile->size ||
			     memcmp(older->text, profile->data, profile->size) != 0;

	if (!request->output && !request->dry_run) {
		cv_buf_add(out, profile->data, profile->size);
		return;
	}
	if (changed && !request->dry_run &&
	    !cv_import_put_file(importing->ctx, request->output, profile->data,
				profile->size))
		return;
	print_summary(importing, changed, out);
}

void cv_import_run(struct cv_ctx *ctx, const struct cv_request *request,
		   struct cv_buf *out)
{
	struct importing importing = {.ctx = ctx, .request = request};
	struct cv_buf profile = CV_BUF_INIT;
	struct cv_source *source;

	if (!check_options(ctx, request) || !open_older(&importing) ||
	    !open_answers(&importing))
		return;
	source = cv_source_read(ctx, request->arguments[0], nowhere);
	if (!source ||
	    !cv_page_read(ctx, source, (enum cv_page_form)request->form, &importing.page))
		return;
	cv_draft_make(ctx, &importing.page, importing.answers, &importing.draft);
	fill_head(&importing);
	if (has_rows(&importing) && fill_draft(&importing) &&
	    cv_draft_check(ctx, &importing.draft) && make_profile(&importing, &profile)) {
		report_open(&importing);
		hand_out(&importing, &profile, out);
	}
	cv_buf_deinit(&profile);
}
