/* Small accessors of drafts. */
#include "import/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

const char *const cv_section_names[] = {"ports",    "exclusions",  "urls", "requires",
					"supports", "permissions", NULL};

struct cv_draft_field *cv_draft_field(const struct cv_draft_row *row, const char *key)
{
	for (size_t i = 0; i < row->fields.count; i++) {
		struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		if (strcmp(field->key, key) == 0)
			return field;
	}
	return NULL;
}

struct cv_draft_field *cv_draft_add(struct cv_ctx *ctx, struct cv_draft_row *row,
				    const char *key, struct cv_span at)
{
	struct cv_draft_field *field = cv_draft_field(row, key);

	if (field)
		return field;
	field = CV_ADD(ctx->arena, &row->fields, struct cv_draft_field);
	field->key = cv_intern_text(ctx, key);
	field->at = at;
	return field;
}

static int compare_spans(const void *left, const void *right)
{
	const struct cv_span *a = left, *b = right;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->file < b->file ? -1 : a->file > b->file;
}

/* The places, sorted, and a mark for each that is still asked about. */
struct answered {
	struct cv_span *spans;
	bool *open;
	size_t count;
};

static bool *mark_of(const struct answered *answered, const struct cv_span *at)
{
	const struct cv_span *found =
		at->file ? bsearch(at, answered->spans, answered->count, sizeof *at,
				   compare_spans)
			 : NULL;

	return found ? &answered->open[found - answered->spans] : NULL;
}

static void mark_open(const struct answered *answered, const struct cv_draft_row *row)
{
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);
		bool *mark = field->hole ? mark_of(answered, &field->at) : NULL;

		if (mark)
			*mark = true;
	}
}

void cv_draft_answered(struct cv_ctx *ctx, const struct cv_draft *draft,
		       const struct cv_table *places)
{
	struct answered answered = {
		CV_NEW_ARRAY(ctx->arena, places->count, struct cv_span),
		CV_NEW_ARRAY(ctx->arena, places->count, bool), 0};

	for (size_t i = 0; i < places->count; i++)
		answered.spans[i] = *CV_AT(places, struct cv_span, i);
	qsort(answered.spans, places->count, sizeof *answered.spans, compare_spans);
	for (size_t i = 0; i < places->count; i++)
		if (!answered.count || compare_spans(&answered.spans[answered.count - 1],
						     &answered.spans[i]) != 0)
			answered.spans[answered.count++] = answered.spans[i];
	for (size_t b = 0; b < draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		for (size_t i = 0; i < block->rows.count; i++)
			mark_open(&answered, CV_AT(&block->rows, struct cv_draft_row, i));
	}
	for (size_t i = 0; i < ctx->findings.count; i++) {
		struct cv_finding *finding =
			*CV_AT(&ctx->findings, struct cv_finding *, i);
		const bool *open = mark_of(&answered, &finding->at);

		if (open && !*open &&
		    cv_finding_kinds[finding->code].severity == CV_WARNING)
			cv_finding_settle(ctx, finding);
	}
}
