/* Risks of a row itself, whatever the target: findings that an acceptance may cover.
 * The rules are in the other lint files; never_exclude.def is what they are held
 * against. */
#include "resolve/lint.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "model/target.h"
#include "resolve/internal.h"

void cv_lint_fold(char *text)
{
	for (; *text; text++)
		*text = (char)(*text >= 'A' && *text <= 'Z' ? *text | 32 : *text);
}

int cv_lint_compare_groups(const struct cv_exclusion *a, const struct cv_exclusion *b)
{
	return a->group == b->group ? 0 : strcmp(a->group->name, b->group->name);
}

/* What was noted already, so that a row that several groups use is told of once. */
struct note {
	const struct cv_row *row;
	const struct cv_target *target;
	const char *detail;
	enum cv_code code;
};

/* How many details a row has of one finding. */
struct count {
	const struct cv_row *row;
	const struct cv_target *target;
	enum cv_code code;
	size_t details;
};

/* Details of one finding that are told of one row: what comes behind is counted.  An
 * acceptance holds all of the row by its digest in any case. */
enum { MOST_DETAILS = 20 };

static uint32_t hash_of(enum cv_code code, const struct cv_row *row,
			const struct cv_target *target)
{
	const struct {
		const struct cv_target *target;
		uint32_t ordinal, code;
	} key = {target, row->ordinal, (uint32_t)code};

	return (uint32_t)cv_hash(&key, sizeof key);
}

static bool is_noted(const struct cv_lint *lint, const struct note *note, uint32_t hash)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&lint->note_numbers, hash, &at)) !=
	       CV_NO_NUMBER) {
		const struct note *other = CV_AT(&lint->notes, struct note, number);

		if (other->row == note->row && other->code == note->code &&
		    other->target == note->target &&
		    strcmp(other->detail, note->detail) == 0)
			return true;
	}
	return false;
}

/* Whether it was not noted before. */
static bool add_note(struct cv_lint *lint, const struct note *note, uint32_t hash)
{
	hash ^= (uint32_t)cv_hash(note->detail, strlen(note->detail));
	if (is_noted(lint, note, hash))
		return false;
	cv_numbers_add(&lint->note_numbers, hash, (uint32_t)lint->notes.count);
	*CV_ADD(lint->memory, &lint->notes, struct note) = *note;
	return true;
}

static size_t count_detail(struct cv_lint *lint, enum cv_code code,
			   const struct cv_row *row, const struct cv_target *target,
			   uint32_t hash)
{
	struct count *count;
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&lint->count_numbers, hash, &at)) !=
	       CV_NO_NUMBER) {
		count = CV_AT(&lint->counts, struct count, number);
		if (count->row == row && count->code == code && count->target == target)
			return ++count->details;
	}
	cv_numbers_add(&lint->count_numbers, hash, (uint32_t)lint->counts.count);
	count = CV_ADD(lint->memory, &lint->counts, struct count);
	*count = (struct count){row, target, code, 1};
	return count->details;
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
	risk->says = ": ";
	risk->of_others = is_of_others(code);
}

static void add_more(struct cv_lint *lint)
{
	for (size_t i = 0; i < lint->counts.count; i++) {
		const struct count *count = CV_AT(&lint->counts, struct count, i);

		if (count->details > MOST_DETAILS)
			add_risk(lint, count->code, count->row, count->target,
				 cv_arena_format(lint->ctx->arena,
						 "the same of %zu more of its values",
						 count->details - MOST_DETAILS));
	}
}

void cv_lint_row_in(struct cv_lint *lint, enum cv_code code, const struct cv_row *row,
		    const struct cv_target *target, const char *detail)
{
	const struct note note = {row, target, detail, code};
	const uint32_t hash = hash_of(code, row, target);

	if (add_note(lint, &note, hash) &&
	    count_detail(lint, code, row, target, hash) <= MOST_DETAILS)
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

/* What cv_lint::folded says. */
static const char **fold_values(struct cv_arena *memory, const struct cv_table *table)
{
	const char **folded = CV_NEW_ARRAY(memory, table->count, const char *);

	for (size_t i = 0; i < table->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(table, struct cv_exclusion, i);
		char *value;

		folded[i] = exclusion->value;
		if (exclusion->group->platform == CV_LINUX)
			continue;
		folded[i] = value = cv_arena_text(memory, exclusion->value);
		cv_lint_fold(value);
	}
	return folded;
}

bool cv_pass_lint(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct cv_lint lint = {.ctx = ctx, .policy = policy};

	lint.memory = cv_arena_open();
	lint.scratch = cv_arena_open();
	lint.folded = fold_values(lint.memory, &policy->exclusions);
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
	cv_numbers_deinit(&lint.count_numbers);
	cv_numbers_deinit(&lint.note_numbers);
	cv_arena_close(lint.scratch);
	cv_arena_close(lint.memory);
	return true;
}
