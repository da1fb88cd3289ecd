/* compile: every artefact is emitted, proved, hashed and written one after the
 * other; the tree is swapped in when all of them, the reports and the manifest are
 * there. */
#include "commands/commands.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "commands/artefact_lines.h"
#include "commands/compilation.h"
#include "commands/reports.h"
#include "commands/summary.h"
#include "commands/tree.h"
#include "prove/prove.h"
#include "read/load.h"

struct writing {
	struct cv_ctx *ctx;
	const struct cv_request *request;
	struct cv_compilation *compilation;
	struct cv_tree *tree;
	struct cv_table reports; /* of struct cv_report */
};

static const struct cv_span nowhere;

/* What `-t` may name, for a message. */
static const char *target_names(struct cv_ctx *ctx, const struct cv_site *site)
{
	struct cv_buf names = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; i < site->targets.count; i++)
		cv_buf_format(
			&names, "%s%s", i ? ", " : "",
			CV_AT(&site->targets, struct cv_target_use, i)->target->name);
	text = cv_arena_text(ctx->arena, cv_buf_string(&names));
	cv_buf_deinit(&names);
	return text;
}

static bool names_target(const char *list, const char *name)
{
	const size_t size = strlen(name);

	for (;; list++) {
		const size_t word = strcspn(list, ",");

		if (word == size && memcmp(list, name, size) == 0)
			return true;
		list += word;
		if (!*list)
			return false;
	}
}

static bool is_chosen(const struct cv_request *request, const struct cv_target *target)
{
	return !request->targets || names_target(request->targets, target->name);
}

static bool unknown_target(struct cv_ctx *ctx, const struct cv_site *site,
			   const char *name)
{
	const size_t count = site->targets.count;
	const char **names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_USAGE, nowhere, "this site has no target `%s`; it has %s", name,
		target_names(ctx, site));

	for (size_t i = 0; i < count; i++)
		names[i] = CV_AT(&site->targets, struct cv_target_use, i)->target->name;
	cv_suggest(ctx, finding, name, names, count);
	return false;
}

/* Every name that -t gives must be a target of the site. */
static bool check_targets(struct cv_ctx *ctx, const struct cv_request *request,
			  const struct cv_site *site)
{
	const char *list = request->targets;
	bool ok = true;

	while (list) {
		const size_t size = strcspn(list, ",");
		const char *name = cv_arena_copy(ctx->arena, list, size);
		bool known = false;

		for (size_t i = 0; i < site->targets.count; i++)
			known |= strcmp(CV_AT(&site->targets, struct cv_target_use, i)
						->target->name,
					name) == 0;
		if (!known)
			ok = unknown_target(ctx, site, name);
		list = list[size] ? list + size + 1 : NULL;
	}
	return ok;
}

/* A file on its way into the tree, piece by piece. */
struct filing {
	struct cv_drain drain;
	struct cv_tree *tree; /* NULL: a dry run */
	const char *path;
	struct cv_sha256 *sha; /* NULL: nothing came so far, and there is no file */
	size_t size;
	bool ok;
};

static void file_piece(struct cv_drain *drain, const char *bytes, size_t size)
{
	struct filing *filing = (struct filing *)drain;

	if (!filing->sha) {
		filing->sha = cv_sha256_open();
		filing->ok =
			!filing->tree || cv_tree_begin_file(filing->tree, filing->path);
	}
	filing->size += size;
	cv_sha256_add(filing->sha, bytes, size);
	if (filing->tree)
		filing->ok = filing->ok && cv_tree_write(filing->tree, bytes, size);
}

static struct filing begin_filing(const struct writing *writing, const char *path)
{
	return (struct filing){.drain = {file_piece},
			       .tree = writing->request->dry_run ? NULL : writing->tree,
			       .path = path};
}

/* False: reported, now or before. */
static bool end_filing(struct filing *filing, char sha256[65])
{
	cv_sha256_close(filing->sha, sha256);
	return !filing->tree || (filing->ok && cv_tree_end_file(filing->tree));
}

/* In the final bytes: those of the file, or in a dry run those that it would have. */
static bool prove(struct cv_ctx *ctx, const struct cv_artefact *artefact,
		  const struct filing *filing, const struct cv_buf *bytes,
		  struct cv_passing passing)
{
	passing.bytes = cv_buf_string(bytes);
	passing.size = filing->size;
	if (filing->tree) {
		passing.bytes = cv_tree_read_back(filing->tree, filing->size);
		passing.passed = cv_tree_passed;
		passing.passer = filing->tree;
	}
	return passing.bytes && cv_prove_passing(ctx, artefact->plan, artefact->form,
						 artefact->path, &passing);
}

/* What a form holds is made for the proof, and the emitter gets the same. */
static bool write_planned(struct writing *writing, const struct cv_plan *plan,
			  const struct cv_form *form, const struct cv_passing *passing)
{
	struct cv_ctx *ctx = writing->ctx;
	const char *path = cv_form_path(ctx, plan, form);
	struct filing filing = begin_filing(writing, path);
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_artefact *artefact;
	size_t entries;
	bool ok;

	bytes.drain = filing.tree ? &filing.drain : NULL;
	if (!cv_form_emit(ctx, plan, form, passing->planned, passing->count, &bytes,
			  &entries))
		return true;
	file_piece(&filing.drain, cv_buf_string(&bytes), bytes.size);
	artefact =
		CV_ADD(ctx->arena, &writing->compilation->artefacts, struct cv_artefact);
	*artefact = (struct cv_artefact){.path = path,
					 .plan = plan,
					 .form = form,
					 .entries = entries,
					 .size = filing.size};
	ok = prove(ctx, artefact, &filing, &bytes, *passing);
	ok = end_filing(&filing, artefact->sha256) && ok;
	cv_buf_deinit(&bytes);
	return ok;
}

static bool write_form(struct writing *writing, const struct cv_plan *plan,
		       const struct cv_form *form)
{
	struct cv_ctx scratch = cv_scratch_open(writing->ctx);
	struct cv_passing passing = {.bytes = NULL};
	bool ok;

	passing.planned = cv_form_entries(&scratch, plan, form, &passing.count);
	ok = write_planned(writing, plan, form, &passing);
	cv_arena_close(scratch.arena);
	return ok;
}

static bool write_artefacts(struct writing *writing)
{
	const struct cv_table *plans = &writing->compilation->plans;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (!is_chosen(writing->request, plan->use->target))
			continue;
		for (const struct cv_form *form = plan->use->target->forms; form->name;
		     form++)
			if (cv_form_serves(form, plan->subject) &&
			    !write_form(writing, plan, form))
				return false;
	}
	return true;
}

static bool write_report(struct writing *writing, const char *path,
			 void (*write)(struct cv_ctx *ctx,
				       const struct cv_compilation *compilation,
				       struct cv_buf *out))
{
	struct filing filing = begin_filing(writing, path);
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_report *report =
		CV_ADD(writing->ctx->arena, &writing->reports, struct cv_report);

	bytes.drain = &filing.drain;
	write(writing->ctx, writing->compilation, &bytes);
	file_piece(&filing.drain, cv_buf_string(&bytes), bytes.size);
	cv_buf_deinit(&bytes);
	report->path = path;
	report->size = filing.size;
	return end_filing(&filing, report->sha256);
}

static bool write_manifest(struct writing *writing)
{
	struct cv_buf bytes = CV_BUF_INIT;
	bool ok;

	cv_manifest_write(writing->ctx, writing->compilation, &writing->reports, &bytes);
	ok = writing->request->dry_run || cv_tree_add(writing->tree, CV_MANIFEST_NAME,
						      cv_buf_string(&bytes), bytes.size);
	cv_buf_deinit(&bytes);
	return ok;
}

static bool write_tree(struct writing *writing)
{
	const bool dry_run = writing->request->dry_run;

	return (dry_run || cv_tree_begin(writing->tree)) && write_artefacts(writing) &&
	       write_report(writing, "ledger.csv", cv_ledger_csv_write) &&
	       write_report(writing, "ledger.json", cv_ledger_json_write) &&
	       write_report(writing, "review.md", cv_review_write) &&
	       write_manifest(writing) && (dry_run || cv_tree_commit(writing->tree));
}

static void note_edited(struct cv_ctx *ctx, const struct cv_tree *tree,
			const char *directory)
{
	const struct cv_table *files = cv_tree_files(tree);

	for (size_t i = 0; i < files->count; i++) {
		const struct cv_tree_file *file = CV_AT(files, struct cv_tree_file, i);

		if (file->edited)
			cv_find(ctx, CV_F_EDITED_FILE, nowhere,
				"%s/%s was edited by hand; the new tree replaces it",
				directory, file->path);
	}
}

static const char *output_directory(struct cv_ctx *ctx, const struct cv_request *request,
				    const struct cv_site *site)
{
	char *directory;
	size_t size;

	if (!request->output)
		return cv_arena_format(ctx->arena, "carveout-%s", site->name.text);
	directory = cv_arena_text(ctx->arena, request->output);
	size = strlen(directory);
	while (size > 1 && directory[size - 1] == '/')
		directory[--size] = '\0';
	return directory;
}

static void write_all(struct cv_ctx *ctx, const struct cv_request *request,
		      struct cv_compilation *compilation, struct cv_buf *out)
{
	const char *directory = output_directory(ctx, request, compilation->site);
	struct writing writing = {
		.ctx = ctx, .request = request, .compilation = compilation};

	writing.tree = cv_tree_open(ctx, directory);
	if (!writing.tree)
		return;
	note_edited(ctx, writing.tree, directory);
	if (write_tree(&writing) && !request->quiet)
		cv_summary_write(request, compilation, &writing.reports, directory,
				 writing.tree, out);
	cv_tree_close(writing.tree);
}

static bool can_compile(struct cv_ctx *ctx, const struct cv_request *request,
			const struct cv_source *source)
{
	if (request->output && strcmp(request->output, "-") == 0)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "a tree cannot go to standard output; name a directory "
			       "with -o");
	if (cv_document_kind(source) == CV_DOCUMENT_PROFILE) {
		cv_find_more(ctx, CV_F_USAGE, nowhere,
			     "%s is a profile; only a site can be compiled", source->name)
			->hint = "carveout check takes profiles, too";
		return false;
	}
	return true;
}

void cv_compile_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out)
{
	struct cv_source *source = cv_source_read(ctx, request->arguments[0], nowhere);
	struct cv_compilation *compilation;

	if (!source || !can_compile(ctx, request, source))
		return;
	compilation = CV_NEW(ctx->arena, struct cv_compilation);
	if (!cv_compilation_make(ctx, request, source, compilation) ||
	    !check_targets(ctx, request, compilation->site))
		return;
	if (compilation->site->targets.count == 0) {
		cv_find(ctx, CV_F_MISSING_SETTING, compilation->site->at,
			"the site names no `targets`, so there is nothing to write");
		return;
	}
	write_all(ctx, request, compilation, out);
}
