/* Risks of a row itself, whatever the target: findings that an acceptance may cover.
 * The rules are in the other lint files; never_exclude.def is what they are held
 * against. */
#include "resolve/lint.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/target.h"
#include "resolve/internal.h"

/* What was noted already, so that a row that several groups use is told of once. */
struct cv_lint_note {
	UT_hash_handle hh;
	char key[];
};

/* How many details a row has of one finding.  Compared as bytes, so its key has no
 * padding. */
struct cv_lint_count {
	UT_hash_handle hh;
	struct {
		uint32_t ordinal, code;
		const struct cv_target *target;
	} key;
	const struct cv_row *row;
	size_t count;
};

/* Details of one finding that are told of one row: what comes behind is counted.  An
 * acceptance holds all of the row by its digest in any case. */
enum { MOST_DETAILS = 20 };

static size_t count_detail(struct cv_lint *lint, enum cv_code code,
			   const struct cv_row *row, const struct cv_target *target)
{
	struct cv_lint_count wanted = {.key = {row->ordinal, (uint32_t)code, target}};
	struct cv_lint_count *found;

	HASH_FIND(hh, lint->counts, &wanted.key, sizeof wanted.key, found);
	if (!found) {
		found = CV_NEW(lint->memory, struct cv_lint_count);
		found->key = wanted.key;
		found->row = row;
		HASH_ADD(hh, lint->counts, key, sizeof found->key, found);
	}
	return ++found->count;
}

/* Whether the finding hangs on rows beside the one that it is of. */
static bool is_of_others(enum cv_code code)
{
	return code == CV_F_COVERED_ENTRY || code == CV_F_CASE_TWINS ||
	       code == CV_F_NO_32_BIT_TWIN || code == CV_F_SHADOWED_ROW ||
	       code == CV_F_OVERLAPPING_ROW || code == CV_F_PREFIX_TRAP;
}

static void add_risk(struct cv_lint *lint, enum cv_code code, const struct cv_row *row,
		     const struct cv_target *target, const char *detail)
{
	struct cv_risk *risk =
		CV_ADD(lint->ctx->arena, &lint->policy->risks, struct cv_risk);

	risk->code = code;
	risk->row = row;
	risk->target = target;
	risk->detail = detail;
	risk->of_others = is_of_others(code);
	risk->text = cv_arena_format(lint->ctx->arena, "%s%s%s: %s",
				     cv_row_name(lint->ctx, row), target ? " in " : "",
				     target ? target->name : "", detail);
}

static void add_more(struct cv_lint *lint)
{
	for (const struct cv_lint_count *count = lint->counts; count;
	     count = count->hh.next)
		if (count->count > MOST_DETAILS)
			add_risk(lint, (enum cv_code)count->key.code, count->row,
				 count->key.target,
				 cv_arena_format(lint->ctx->arena,
						 "the same of %zu more of its values",
						 count->count - MOST_DETAILS));
}

void cv_lint_row_in(struct cv_lint *lint, enum cv_code code, const struct cv_row *row,
		    const struct cv_target *target, const char *detail)
{
	const char *key =
		cv_arena_format(lint->scratch, "%u %d %s %s", (unsigned)row->ordinal,
				(int)code, target ? target->name : "", detail);
	const size_t size = strlen(key);
	struct cv_lint_note *note;

	HASH_FIND(hh, lint->notes, key, size, note);
	if (note)
		return;
	note = cv_arena_array(lint->memory, sizeof *note + size + 1, 1);
	memcpy(note->key, key, size);
	HASH_ADD_KEYPTR(hh, lint->notes, note->key, size, note);
	if (count_detail(lint, code, row, target) <= MOST_DETAILS)
		add_risk(lint, code, row, target, detail);
}

void cv_lint_row(struct cv_lint *lint, enum cv_code code, const struct cv_row *row,
		 const char *detail)
{
	cv_lint_row_in(lint, code, row, NULL, detail);
}

void cv_lint_rows(struct cv_lint *lint, enum cv_code code, const struct cv_rows *rows,
		  const char *detail)
{
	for (size_t i = 0; i < rows->count; i++)
		cv_lint_row(lint, code, rows->items[i], detail);
}

bool cv_lint_has_row(const struct cv_rows *rows, const struct cv_row *row)
{
	size_t low = 0, high = rows->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (rows->items[middle]->ordinal < row->ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return low < rows->count && rows->items[low] == row;
}

static void lint_recursive(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	for (size_t i = 0; i < exclusion->rows.count; i++) {
		const struct cv_row *row = exclusion->rows.items[i];

		if (((const struct cv_exclusion_row *)row)->recursive == CV_UNSET)
			cv_lint_row(lint, CV_F_ASSUMED_RECURSIVE, row,
				    "taken with all subfolders, which the page does not "
				    "say");
	}
}

static void lint_exclusion(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	switch (exclusion->kind) {
	case CV_KIND_PROCESS:
		cv_lint_program(lint, exclusion);
		break;
	case CV_KIND_FOLDER:
		lint_recursive(lint, exclusion);
		break;
	case CV_KIND_EXTENSION:
		cv_lint_extension(lint, exclusion);
		return;
	case CV_KIND_SIGNER:
		cv_lint_signer(lint, exclusion);
		return;
	case CV_KIND_FILE:
		break;
	case CV_KIND_COMMAND:
	case CV_KIND_SHA256:
	case CV_KIND_TLS_INSPECTION:
	case CV_KIND_COUNT:
		return;
	}
	cv_lint_version(lint, exclusion);
	/* A name alone lies anywhere, and that is said. */
	if (!cv_path_is_bare(exclusion->value))
		cv_lint_location(lint, exclusion);
}

/* Rows that were published and are not any more, or only until a day that is past. */
static void lint_old_rows(struct cv_lint *lint)
{
	for (size_t i = 0; i < lint->policy->rows.count; i++) {
		const struct cv_row *row =
			*CV_AT(&lint->policy->rows, const struct cv_row *, i);
		const struct cv_row_more *more = cv_row_more(row);

		if (more->status.text && strcmp(more->status.text, "withdrawn") == 0)
			cv_lint_row(lint, CV_F_WITHDRAWN_ROW, row,
				    "the vendor has withdrawn it, so nothing comes of "
				    "it");
		else if (more->until.text &&
			 strcmp(more->until.text, lint->ctx->today) < 0)
			cv_lint_row(lint, CV_F_EXPIRED_ROW, row,
				    cv_arena_format(lint->ctx->arena,
						    "it was needed until %s, so nothing "
						    "comes of it",
						    more->until.text));
	}
}

bool cv_pass_lint(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct cv_lint lint = {.ctx = ctx, .policy = policy};

	lint.memory = cv_arena_open();
	lint.scratch = cv_arena_open();
	cv_never_open(&lint);
	for (size_t i = 0; i < policy->exclusions.count; i++) {
		lint_exclusion(&lint, CV_AT(&policy->exclusions, struct cv_exclusion, i));
		cv_arena_reset(lint.scratch);
	}
	cv_lint_covered(&lint);
	cv_lint_twins(&lint);
	cv_lint_prefixes(&lint);
	cv_lint_flows(&lint);
	cv_lint_shadowed(&lint);
	lint_old_rows(&lint);
	cv_lint_targets(&lint);
	add_more(&lint);
	cv_never_close(&lint);
	HASH_CLEAR(hh, lint.counts);
	HASH_CLEAR(hh, lint.notes);
	cv_arena_close(lint.scratch);
	cv_arena_close(lint.memory);
	return true;
}
