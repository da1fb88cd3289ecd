/* What the columns say about the rows that an entry comes from.  Most entries come
 * from one row; those that do not may come from very many, so words that occur twice
 * are found by sorting. */
#include "arrange.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/row_name.h"
#include "model/target.h"

struct word {
	const char *text;
	size_t order;
};

struct words {
	struct word *items;
	size_t count;
};

static struct words words_for(struct cv_ctx *ctx, size_t most)
{
	return (struct words){CV_NEW_ARRAY(ctx->arena, most, struct word), 0};
}

/* Nothing said is no word. */
static void add_word(struct words *words, const char *text)
{
	if (!text || !*text)
		return;
	words->items[words->count] = (struct word){text, words->count};
	words->count++;
}

static int by_text(const void *one, const void *other)
{
	const struct word *a = one, *b = other;
	const int order = strcmp(a->text, b->text);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *one, const void *other)
{
	const struct word *a = one, *b = other;

	return (a->order > b->order) - (a->order < b->order);
}

static void drop_repeated(struct words *words)
{
	size_t kept = 0;

	qsort(words->items, words->count, sizeof *words->items, by_text);
	for (size_t i = 0; i < words->count; i++)
		if (!kept || strcmp(words->items[kept - 1].text, words->items[i].text))
			words->items[kept++] = words->items[i];
	words->count = kept;
	qsort(words->items, kept, sizeof *words->items, by_order);
}

static const char *join(struct cv_ctx *ctx, struct words *words, const char *separator)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	if (words->count > 1)
		drop_repeated(words);
	if (words->count == 0)
		return "";
	if (words->count == 1)
		return words->items[0].text;
	for (size_t i = 0; i < words->count; i++) {
		cv_buf_text(&out, i ? separator : "");
		cv_buf_text(&out, words->items[i].text);
	}
	text = cv_arena_copy(ctx->arena, cv_buf_string(&out), out.size);
	cv_buf_deinit(&out);
	return text;
}

/* What `say` says of the rows, which may be NULL, each word once. */
static const char *said_of(struct cv_ctx *ctx, const struct cv_rows *rows,
			   const char *(*say)(struct cv_ctx *, const struct cv_row *),
			   const char *separator)
{
	struct words words;

	if (rows->count == 1) {
		const char *text = say(ctx, rows->items[0]);

		return text ? text : "";
	}
	words = words_for(ctx, rows->count);
	for (size_t i = 0; i < rows->count; i++)
		add_word(&words, say(ctx, rows->items[i]));
	return join(ctx, &words, separator);
}

const char *cv_neutral_ids(struct cv_ctx *ctx, const struct cv_rows *rows)
{
	return said_of(ctx, rows, cv_row_name, " ");
}

static const char *product_of(struct cv_ctx *ctx, const struct cv_row *row)
{
	(void)ctx;
	return row->profile->id.text;
}

const char *cv_neutral_products(struct cv_ctx *ctx, const struct cv_rows *rows)
{
	return said_of(ctx, rows, product_of, " ");
}

static const char *purpose_of(struct cv_ctx *ctx, const struct cv_row *row)
{
	(void)ctx;
	return cv_row_more(row)->purpose.text;
}

const char *cv_neutral_purposes(struct cv_ctx *ctx, const struct cv_rows *rows)
{
	return said_of(ctx, rows, purpose_of, "; ");
}

static const struct cv_source_note *cited(const struct cv_row *row)
{
	const struct cv_records *notes = &row->profile->sources;

	for (size_t i = 0; row->source.text && i < notes->count; i++) {
		const struct cv_source_note *note =
			(const struct cv_source_note *)notes->items + i;

		if (note->key.text && strcmp(note->key.text, row->source.text) == 0)
			return note;
	}
	return NULL;
}

/* `Threat Response requirements (requirements, 2026-11-23) tanium/...#ports/cloud` */
static const char *source_of(struct cv_ctx *ctx, const struct cv_row *row)
{
	const struct cv_source_note *note = cited(row);
	const char *title = row->profile->title.text;
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	if (note && note->title.text)
		title = note->title.text;
	if (!title)
		title = row->profile->id.text;
	cv_buf_text(&out, title ? title : "");
	if (note) {
		cv_buf_text(&out, " (");
		cv_buf_text(&out, note->key.text);
		cv_buf_text(&out, note->retrieved.text ? ", " : "");
		cv_buf_text(&out, note->retrieved.text ? note->retrieved.text : "");
		cv_buf_char(&out, ')');
	}
	cv_buf_char(&out, ' ');
	cv_row_name_add(&out, row);
	text = cv_arena_copy(ctx->arena, out.data, out.size);
	cv_buf_deinit(&out);
	return text;
}

const char *cv_neutral_sources(struct cv_ctx *ctx, const struct cv_rows *rows)
{
	return said_of(ctx, rows, source_of, "; ");
}

/* A counting sort: the risks of a row keep the order in which they were found. */
void cv_neutral_index_risks(struct cv_ctx *ctx, const struct cv_plan *plan,
			    struct cv_neutral_risk_index *index_out)
{
	const struct cv_table *risks = &plan->policy->risks;
	struct cv_neutral_risk_index index = {0};

	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_row *row = CV_AT(risks, struct cv_risk, i)->row;

		if (row && row->ordinal >= index.ordinals)
			index.ordinals = (size_t)row->ordinal + 1;
	}
	index.risks = CV_NEW_ARRAY(ctx->arena, risks->count + 1, const struct cv_risk *);
	index.first = CV_NEW_ARRAY(ctx->arena, index.ordinals + 2, size_t);
	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_row *row = CV_AT(risks, struct cv_risk, i)->row;

		if (row)
			index.first[row->ordinal + 2]++;
	}
	for (size_t i = 2; i < index.ordinals + 2; i++)
		index.first[i] += index.first[i - 1];
	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);

		if (risk->row)
			index.risks[index.first[risk->row->ordinal + 1]++] = risk;
	}
	*index_out = index;
}

/* Days as YYYY-MM-DD are in order as texts. */
static bool ends_before(const struct cv_acceptance *one,
			const struct cv_acceptance *other)
{
	return !other || strcmp(one->until.text, other->until.text) < 0;
}

static const char *said_or_empty(const struct cv_text *text)
{
	return text->text ? text->text : "";
}

static size_t count_risks(const struct cv_neutral_risk_index *index,
			  const struct cv_rows *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (cv_rows_ordinal(rows, i) < index->ordinals)
			count += index->first[cv_rows_ordinal(rows, i) + 1] -
				 index->first[cv_rows_ordinal(rows, i)];
	return count;
}

struct cv_neutral_risks cv_neutral_risks(struct cv_ctx *ctx,
					 const struct cv_neutral_risk_index *index,
					 const struct cv_rows *rows)
{
	static const char *const severities[] = {"note", "warning", "error"};
	struct cv_neutral_risks said = {"", "", "", "", ""};
	const size_t count = count_risks(index, rows);
	const struct cv_acceptance *first = NULL;
	struct words lints;
	int worst = -1;

	if (count == 0)
		return said;
	lints = words_for(ctx, count);
	for (size_t i = 0; i < rows->count; i++) {
		const uint32_t ordinal = cv_rows_ordinal(rows, i);

		if (ordinal >= index->ordinals)
			continue;
		for (size_t n = index->first[ordinal]; n < index->first[ordinal + 1];
		     n++) {
			const struct cv_risk *risk = index->risks[n];
			const struct cv_finding_kind *kind =
				&cv_finding_kinds[risk->code];

			/* A row more must change no line of the others; and what a
			 * target makes of a row is judged only after this. */
			if (risk->target || risk->of_others)
				continue;
			add_word(&lints, kind->name);
			if ((int)kind->severity > worst)
				worst = (int)kind->severity;
			if (risk->accepted && ends_before(risk->accepted, first))
				first = risk->accepted;
		}
	}
	/* All three of one acceptance: a ticket beside another's day would mislead. */
	if (first) {
		said.ticket = said_or_empty(&first->ticket);
		said.owner = said_or_empty(&first->by);
		said.expires = first->until.text;
	}
	said.lints = join(ctx, &lints, " ");
	said.risk = worst < 0 ? "" : severities[worst];
	return said;
}
