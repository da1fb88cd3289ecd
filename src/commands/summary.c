/* The tree that was written, line by line, and three lines of counts. */
#include "commands/summary.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/commands.h"
#include "commands/compilation.h"
#include "commands/reports.h"
#include "commands/tree.h"

struct summary {
	const struct cv_request *request;
	const struct cv_compilation *compilation;
	const struct cv_table *reports;
	const char *directory;
	const struct cv_tree *tree;
	struct cv_buf *out;
	size_t width; /* of the longest path */
};

/* How a file of the new tree relates to the one that stands. */
static const char *state_of(const struct summary *summary, const char *path,
			    const char *sha256)
{
	const struct cv_tree_file *old = cv_tree_file(summary->tree, path);

	if (!old || old->missing)
		return "new";
	return old->edited || strcmp(old->sha256, sha256) != 0 ? "changed" : "same";
}

static void add_file(const struct summary *summary, const char *path, const char *sha256,
		     const struct cv_artefact *artefact)
{
	struct cv_buf *out = summary->out;

	if (summary->request->dry_run)
		cv_buf_format(out, "%-8s ", state_of(summary, path, sha256));
	cv_buf_format(out, "%s/%s", summary->directory, path);
	if (artefact && artefact->entries) {
		cv_buf_format(out, "%*s", (int)(summary->width - strlen(path) + 2), "");
		cv_count_words(out, artefact->entries, "entry", "entries");
	}
	cv_buf_char(out, '\n');
}

static bool is_written(const struct summary *summary, const char *path)
{
	const struct cv_table *artefacts = &summary->compilation->artefacts;

	for (size_t i = 0; i < summary->reports->count; i++)
		if (strcmp(CV_AT(summary->reports, struct cv_report, i)->path, path) == 0)
			return true;
	for (size_t i = 0; i < artefacts->count; i++)
		if (strcmp(CV_AT(artefacts, struct cv_artefact, i)->path, path) == 0)
			return true;
	return false;
}

/* What was there and is not any more, and what was lost with it. */
static void add_gone(const struct summary *summary)
{
	const struct cv_table *files = cv_tree_files(summary->tree);

	for (size_t i = 0; i < files->count; i++) {
		const struct cv_tree_file *file = CV_AT(files, struct cv_tree_file, i);

		if (!file->missing && !is_written(summary, file->path))
			cv_buf_format(summary->out, "gone     %s/%s\n",
				      summary->directory, file->path);
	}
	for (size_t i = 0; i < files->count; i++) {
		const struct cv_tree_file *file = CV_AT(files, struct cv_tree_file, i);

		if (file->edited)
			cv_buf_format(summary->out,
				      "%s/%s was edited by hand; the edit %s lost\n",
				      summary->directory, file->path,
				      summary->request->dry_run ? "would be" : "is");
	}
}

static void add_files(struct summary *summary)
{
	const struct cv_table *artefacts = &summary->compilation->artefacts;

	for (size_t i = 0; i < artefacts->count; i++) {
		const size_t size = strlen(CV_AT(artefacts, struct cv_artefact, i)->path);

		if (size > summary->width)
			summary->width = size;
	}
	for (size_t i = 0; i < artefacts->count; i++) {
		const struct cv_artefact *artefact =
			CV_AT(artefacts, struct cv_artefact, i);

		add_file(summary, artefact->path, artefact->sha256, artefact);
	}
	for (size_t i = 0; i < summary->reports->count; i++) {
		const struct cv_report *report =
			CV_AT(summary->reports, struct cv_report, i);

		add_file(summary, report->path, report->sha256, NULL);
	}
	if (!summary->request->dry_run)
		cv_buf_format(summary->out, "%s/%s\n", summary->directory,
			      CV_MANIFEST_NAME);
	add_gone(summary);
}

static void add_proved(const struct summary *summary)
{
	const struct cv_table *artefacts = &summary->compilation->artefacts;
	size_t count = 0, entries = 0;

	for (size_t i = 0; i < artefacts->count; i++) {
		const struct cv_artefact *artefact =
			CV_AT(artefacts, struct cv_artefact, i);

		count += artefact->entries > 0;
		entries += artefact->entries;
	}
	cv_buf_text(summary->out, "proved ");
	cv_count_words(summary->out, count, "artefact", "artefacts");
	cv_buf_text(summary->out, ", ");
	cv_count_words(summary->out, entries, "entry", "entries");
	cv_buf_text(summary->out,
		    summary->request->dry_run ? "; nothing was written\n" : "\n");
}

/* What rows ask for of each plan, a row once for each entry that carries it, and how many
 * entries stand for that: one entry may come from many rows. */
static void add_merged(const struct summary *summary)
{
	const struct cv_table *plans = &summary->compilation->plans;
	size_t asked = 0, entries = 0;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		for (size_t n = 0; n < plan->entries.count; n++) {
			const struct cv_entry *entry =
				CV_AT(&plan->entries, struct cv_entry, n);

			asked += entry->rows.count;
			entries += entry->rows.count > 0;
		}
	}
	if (asked == entries)
		return;
	cv_buf_text(summary->out, "merged: rows ask ");
	cv_count_words(summary->out, asked, "time", "times");
	cv_buf_text(summary->out, ", ");
	cv_count_words(summary->out, entries, "entry stands", "entries stand");
	cv_buf_text(summary->out, " for it\n");
}

static void add_verdicts(const struct summary *summary)
{
	const struct cv_verdict_counts counts = cv_count_verdicts(summary->compilation);
	bool first = true;

	for (size_t i = 0; i < CV_VERDICT_COUNT; i++) {
		if (!counts.of[i])
			continue;
		cv_buf_format(summary->out, "%s%zu %s", first ? "verdicts: " : ", ",
			      counts.of[i], cv_verdict_names[i]);
		first = false;
	}
	cv_buf_text(summary->out, first ? "" : "\n");
}

static void add_accepted(const struct summary *summary)
{
	const struct cv_table *risks = &summary->compilation->policy.risks;
	const char *next = NULL;
	size_t count = 0;

	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_acceptance *accepted =
			CV_AT(risks, struct cv_risk, i)->accepted;

		if (!accepted)
			continue;
		count++;
		/* Days as YYYY-MM-DD are in order as texts. */
		if (accepted->until.text &&
		    (!next || strcmp(accepted->until.text, next) < 0))
			next = accepted->until.text;
	}
	if (!count)
		return;
	cv_count_words(summary->out, count, "risk", "risks");
	cv_buf_text(summary->out, " accepted");
	if (next)
		cv_buf_format(summary->out, ", the next ends %s", next);
	cv_buf_char(summary->out, '\n');
}

void cv_summary_write(const struct cv_request *request,
		      const struct cv_compilation *compilation,
		      const struct cv_table *reports, const char *directory,
		      const struct cv_tree *tree, struct cv_buf *out)
{
	struct summary summary = {.request = request,
				  .compilation = compilation,
				  .reports = reports,
				  .directory = directory,
				  .tree = tree,
				  .out = out};

	add_files(&summary);
	add_proved(&summary);
	if (request->verbose)
		add_merged(&summary);
	add_verdicts(&summary);
	add_accepted(&summary);
}
