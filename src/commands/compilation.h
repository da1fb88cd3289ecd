#pragma once
/* All that a site comes to, before and after its artefacts: what compile and check
 * share, and what the reports are written from. */

#include <stdbool.h>

#include "model/plan.h"
#include "model/policy.h"
#include "model/target.h"
#include "prove/ledger.h"

struct cv_buf;
struct cv_ctx;
struct cv_request;
struct cv_source;

/* One written file of a target. */
struct cv_artefact {
	const char *path; /* TARGET/SUBJECT.EXT, below the output directory */
	const struct cv_plan *plan;
	const struct cv_form *form;
	size_t entries; /* beside those of its head */
	size_t size;
	char sha256[65];
};

struct cv_compilation {
	const struct cv_source *source; /* of the site */
	struct cv_site *site;
	struct cv_table profiles; /* of struct cv_profile * */
	struct cv_policy policy;
	bool resolved;         /* the policy is whole */
	bool planned;          /* and every plan was made */
	struct cv_table plans; /* of struct cv_plan; targets in order, then subjects */
	struct cv_ledger ledger;
	struct cv_table artefacts; /* of struct cv_artefact, plan by plan */
};

/* Loads a site and its profiles, resolves it, makes and judges every plan of every
 * target, and settles what is accepted: all findings that need no artefact.  False:
 * an error was reported, now or before.  `compilation_out` is zeroed first; it lies
 * in the arena of ctx, so nothing has to be freed. */
bool cv_compilation_make(struct cv_ctx *ctx, const struct cv_request *request,
			 struct cv_source *source,
			 struct cv_compilation *compilation_out);

/* Counts of judgements by verdict; those accepted apart. */
struct cv_verdict_counts {
	size_t of[CV_VERDICT_COUNT], accepted;
};

struct cv_verdict_counts cv_count_verdicts(const struct cv_compilation *compilation);

/* A row of the policy by its ordinal; rows are numbered from 0. */
const struct cv_row *cv_compilation_row(const struct cv_compilation *compilation,
					size_t ordinal);

/* The name of an input in reports: the same on every machine.  A site's own file is
 * called by its last component, a file beside it relative to it, a profile by its
 * id, a table of a profile `ID:tables/ports.csv`. */
const char *cv_input_name(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			  const struct cv_source *source);
