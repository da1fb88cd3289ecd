/* Readers of artefacts, of live exports and of bases, whatever target they are of. */
#include <string.h>

#include <jansson.h>
#include <libxml/parser.h>

#include "fuzz.h"
#include "model/node.h"
#include "model/sets.h"
#include "prove/audit.h"
#include "prove/prove.h"
#include "resolve/resolve.h"

/* Whether the form that is fuzzed is written from its entries alone, and whether its
 * reader comes upon them last one first. */
static enum { NOT_REWRITTEN, FORWARDS, BACKWARDS } rewriting;

static struct cv_reading read_form(struct cv_ctx *ctx, const struct cv_form *form,
				   const struct cv_plan *plan, const char *bytes,
				   size_t size, bool *ok_out)
{
	struct cv_reading reading = {
		.ctx = ctx, .bytes = bytes, .size = size, .options = plan->use->options};

	*ok_out = form->read(&reading);
	if (!*ok_out) {
		FUZZ_CHECK(reading.error);
		FUZZ_CHECK(reading.error_at <= size);
	}
	return reading;
}

static int by_content(const void *left, const void *right)
{
	return cv_entry_compare(*(const struct cv_entry *const *)left,
				*(const struct cv_entry *const *)right);
}

/* In the arena of ctx. */
static const struct cv_entry **list_of(struct cv_ctx *ctx, const struct cv_table *table)
{
	const struct cv_entry **list =
		CV_NEW_ARRAY(ctx->arena, table->count, const struct cv_entry *);

	for (size_t i = 0; i < table->count; i++)
		list[i] = CV_AT(table, struct cv_entry, i);
	return list;
}

static void check_equal(struct cv_ctx *ctx, const struct cv_table *a,
			const struct cv_table *b, bool in_order)
{
	const struct cv_entry **left = list_of(ctx, a), **right = list_of(ctx, b);

	if (!in_order) {
		qsort(left, a->count, sizeof *left, by_content);
		qsort(right, b->count, sizeof *right, by_content);
	}
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (by_content(&left[i], &right[i]) == 0)
			continue;
		fprintf(stderr, "one: %s\nother: %s\n", cv_entry_words(ctx, left[i]),
			cv_entry_words(ctx, right[i]));
		FUZZ_FAIL("the entries are equal");
	}
	if (a->count != b->count) {
		const size_t both = a->count < b->count ? a->count : b->count;

		fprintf(stderr, "only one: %s\n",
			cv_entry_words(ctx, a->count > both ? left[both] : right[both]));
		FUZZ_FAIL("there are as many entries");
	}
}

static void turn_round(const struct cv_entry **list, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		const struct cv_entry *entry = list[i];

		list[i] = list[count - 1 - i];
		list[count - 1 - i] = entry;
	}
}

/* What was read is written again. */
static void rewrite(struct cv_ctx *ctx, const struct cv_form *form,
		    const struct cv_plan *plan, const struct cv_table *entries,
		    struct cv_buf *out)
{
	const struct cv_entry **list = list_of(ctx, entries);
	const struct cv_emission emission = {.ctx = ctx,
					     .plan = plan,
					     .entries = list,
					     .count = entries->count,
					     .options = plan->use->options,
					     .out = out};

	if (rewriting == BACKWARDS)
		turn_round(list, entries->count);
	form->emit(&emission);
}

/* But for the ends of lines: some readers take empty ones, where they mean nothing. */
static size_t bytes_in(const char *text, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += text[i] != '\n';
	return count;
}

/* Then it reads the same, and no byte is missing. */
static void check_rewritten(struct cv_ctx *ctx, const struct cv_form *form,
			    const struct cv_plan *plan, const struct cv_table *entries,
			    const char *original, size_t size)
{
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_reading again;
	bool ok;

	rewrite(ctx, form, plan, entries, &bytes);
	again = read_form(ctx, form, plan, cv_buf_string(&bytes), bytes.size, &ok);
	if (!ok)
		fprintf(stderr, "%s, at byte %zu of what was written again:\n%s\n",
			again.error, again.error_at, cv_buf_string(&bytes));
	FUZZ_CHECK(ok);
	check_equal(ctx, entries, &again.entries, false);
	if (bytes_in(cv_buf_string(&bytes), bytes.size) != bytes_in(original, size)) {
		fprintf(stderr, "read:\n%s\nwritten:\n%s\n", original,
			cv_buf_string(&bytes));
		FUZZ_FAIL("every byte is accounted for");
	}
	cv_buf_deinit(&bytes);
}

/* Whether the form is written from what its reader gives back and no more, which the
 * plans' own artefacts tell. */
static bool is_whole(const struct cv_form *form)
{
	for (size_t i = 0; i < fuzz_plan_count(); i++) {
		struct cv_ctx ctx = fuzz_scratch_open();
		const struct cv_plan *plan = fuzz_plan((unsigned)i);
		struct cv_buf bytes = CV_BUF_INIT, again = CV_BUF_INIT;
		struct cv_reading reading;
		bool same = true, ok;

		if (fuzz_has_form(plan, form))
			fuzz_emit(&ctx, plan, form, &bytes);
		if (bytes.size) {
			reading =
				read_form(&ctx, form, plan, bytes.data, bytes.size, &ok);
			FUZZ_CHECK(ok);
			rewrite(&ctx, form, plan, &reading.entries, &again);
			same = again.size == bytes.size &&
			       memcmp(again.data, bytes.data, bytes.size) == 0;
		}
		cv_buf_deinit(&bytes);
		cv_buf_deinit(&again);
		fuzz_scratch_close(&ctx);
		if (!same)
			return false;
	}
	return true;
}

void fuzz_open_form(const struct fuzz_job *job)
{
	for (rewriting = FORWARDS; rewriting <= BACKWARDS; rewriting++)
		if (is_whole(job->form))
			return;
	rewriting = NOT_REWRITTEN;
	fprintf(stderr, "%s %s: more than its entries is written\n", job->target->name,
		job->form->name);
}

static bool ends_with(const struct cv_form *form, const char *ending)
{
	const size_t size = strlen(form->suffix), end = strlen(ending);

	return size >= end && strcmp(form->suffix + size - end, ending) == 0;
}

static void check_xml(const char *bytes, size_t size)
{
	xmlDocPtr document =
		xmlReadMemory(bytes, (int)size, NULL, NULL,
			      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	FUZZ_CHECK(document);
	xmlFreeDoc(document);
}

static void check_json(const char *bytes, size_t size)
{
	json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

	FUZZ_CHECK(value);
	json_decref(value);
}

static void check_lines(const char *bytes, size_t size)
{
	const char *const end = bytes + size;

	for (const char *line = bytes, *next; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		FUZZ_CHECK(next);
		check_json(line, (size_t)(next++ - line));
	}
}

/* Our readers know one spelling.  What they take for XML or JSON, those take for it that
 * read all of them. */
static void check_spelling(const struct cv_form *form, const char *bytes, size_t size)
{
	if (ends_with(form, ".xml"))
		check_xml(bytes, size);
	else if (ends_with(form, ".json"))
		check_json(bytes, size);
	else if (ends_with(form, ".ndjson"))
		check_lines(bytes, size);
}

void fuzz_run_form(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_ctx ctx = fuzz_scratch_open();
	const struct cv_plan *plan = fuzz_plan(fuzz_byte(input));
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	struct cv_reading first, second;
	bool ok, ok_again;

	first = read_form(&ctx, job->form, plan, bytes, size, &ok);
	second = read_form(&ctx, job->form, plan, bytes, size, &ok_again);
	FUZZ_CHECK(ok == ok_again);
	if (ok)
		check_equal(&ctx, &first.entries, &second.entries, true);
	if (ok)
		check_spelling(job->form, bytes, size);
	if (ok && rewriting)
		check_rewritten(&ctx, job->form, plan, &first.entries, bytes, size);
	free(bytes);
	fuzz_scratch_close(&ctx);
}

static bool read_export(struct cv_ctx *ctx, const struct cv_plan *plan, bool way_only,
			const char *bytes, size_t size,
			struct cv_export_reading *reading_out)
{
	bool ok;

	*reading_out = (struct cv_export_reading){.ctx = ctx,
						  .bytes = bytes,
						  .size = size,
						  .options = plan->use->options,
						  .plan = plan,
						  .way_only = way_only};
	ok = plan->use->target->read_export(reading_out);
	if (!ok) {
		FUZZ_CHECK(reading_out->error);
		FUZZ_CHECK(reading_out->error_at <= size);
	}
	for (size_t i = 0; i < reading_out->unknown.count; i++)
		FUZZ_CHECK(CV_AT(&reading_out->unknown, struct cv_unknown, i)->place <=
			   size);
	for (size_t i = 0; i < reading_out->remarks.count; i++)
		FUZZ_CHECK(
			CV_AT(&reading_out->remarks, struct cv_export_remark, i)->place <=
			size);
	return ok;
}

/* The first byte chooses the plan, and whether it is asked for the way alone. */
void fuzz_run_export(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_ctx ctx = fuzz_scratch_open();
	const uint8_t choice = fuzz_byte(input);
	const struct cv_plan *plan = fuzz_plan(choice >> 1);
	struct cv_export_reading first, second;
	struct cv_table drift = {0};
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	bool ok;

	(void)job;
	ok = read_export(&ctx, plan, choice & 1, bytes, size, &first);
	FUZZ_CHECK(read_export(&ctx, plan, choice & 1, bytes, size, &second) == ok);
	if (ok) {
		check_equal(&ctx, &first.entries, &second.entries, true);
		FUZZ_CHECK(first.unknown.count == second.unknown.count);
		FUZZ_CHECK(first.remarks.count == second.remarks.count);
		FUZZ_CHECK(first.passages.count == second.passages.count);
		cv_audit(&ctx, plan, &first.entries, false, &drift);
	}
	free(bytes);
	fuzz_scratch_close(&ctx);
}

static bool read_base(struct cv_ctx *ctx, const struct cv_plan *plan, const char *bytes,
		      size_t size, struct cv_base_reading *reading_out)
{
	bool ok;

	*reading_out = (struct cv_base_reading){.ctx = ctx,
						.bytes = bytes,
						.size = size,
						.options = plan->use->options,
						.code = CV_F_NOT_AN_EXPORT};
	ok = plan->use->target->read_base(reading_out);
	if (!ok) {
		FUZZ_CHECK(reading_out->error);
		FUZZ_CHECK(reading_out->error_at <= size);
	}
	return ok;
}

static bool proves(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	struct cv_index index;
	bool ok;

	cv_index_open(&index, plan);
	ok = cv_prove_plan(ctx, &index);
	cv_index_close(&index);
	return ok;
}

/* The plan of the first byte is made once more beside what the bytes say is there, and
 * its artefacts are proved. */
void fuzz_run_base(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_ctx ctx = fuzz_scratch_open();
	const struct cv_plan *plan = fuzz_plan(fuzz_byte(input));
	static const struct cv_node key; /* `base`, where findings point to */
	struct cv_target_use use = *plan->use;
	struct cv_plan beside = {0};
	struct cv_base_reading first, second;
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	bool ok;

	(void)job;
	ok = read_base(&ctx, plan, bytes, size, &first);
	FUZZ_CHECK(read_base(&ctx, plan, bytes, size, &second) == ok);
	if (ok) {
		use.base = &key;
		use.bases = (struct cv_table){0};
		*CV_ADD(ctx.arena, &use.bases, struct cv_base) = (struct cv_base){
			.source = cv_source_from_bytes(&ctx, "base", bytes, size),
			.content = first.content};
		if (cv_lower(&ctx, plan->policy, &use, plan->subject, &beside) &&
		    proves(&ctx, &beside))
			fuzz_prove(&ctx, &beside);
	}
	free(bytes);
	fuzz_scratch_close(&ctx);
}
