#pragma once
/* What is written beside the artefacts: for a reviewer, for a spreadsheet and for
 * machines.  Same compilation, same bytes. */

#include <stddef.h>

#include "base/table.h"

struct cv_buf;
struct cv_compilation;
struct cv_ctx;

/* A file of the output tree that is no artefact. */
struct cv_report {
	const char *path;
	size_t size;
	char sha256[65];
};

/* review.md: what was asked, what is granted, where it differs and who accepted
 * that, in which order to apply and to back out. */
void cv_review_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
		     struct cv_buf *out);

/* ledger.csv: a line for each row and subject, a column for each target. */
void cv_ledger_csv_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			 struct cv_buf *out);

/* ledger.json: what is not exact, and counts of the rest. */
void cv_ledger_json_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			  struct cv_buf *out);

struct cv_json;

/* The keys of a manifest by which the next run knows the files of the tree: lists of
 * struct cv_artefact and of struct cv_report. */
void cv_manifest_artefacts(const struct cv_table *artefacts, struct cv_json *json);
void cv_manifest_reports(const struct cv_table *reports, struct cv_json *json);

/* manifest.json: the inputs, the artefacts and `reports` (struct cv_report). */
void cv_manifest_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
		       const struct cv_table *reports, struct cv_buf *out);
