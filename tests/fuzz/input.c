/* What people write: YAML, JSON and CSV, profiles and sites. */
#include <string.h>

#include "commands/compilation.h"
#include "commands/options.h"
#include "fuzz.h"
#include "model/node.h"
#include "model/sets.h"
#include "read/csv.h"
#include "read/fields.h"
#include "read/load.h"
#include "read/rows.h"
#include "read/yaml.h"

/* Files that an input names are not there. */
#define NOWHERE "build/no-such-folder/"

static void open_ctx(struct cv_ctx *ctx)
{
	cv_ctx_open(ctx);
	memcpy(ctx->today, "2026-11-23", sizeof ctx->today);
}

static void close_ctx(struct cv_ctx *ctx)
{
	for (size_t i = 0; i < ctx->findings.count; i++) {
		const struct cv_finding *finding =
			*CV_AT(&ctx->findings, struct cv_finding *, i);
		struct cv_place place;

		cv_source_place(ctx, finding->at, &place);
		cv_source_place(ctx, finding->also, &place);
	}
	cv_sets_close(ctx);
	cv_ctx_close(ctx);
}

/* ---- YAML and JSON ---- */

static bool same_tree(const struct cv_node *a, const struct cv_node *b)
{
	if (!a || !b)
		return a == b;
	return a->kind == b->kind && a->count == b->count &&
	       a->at.offset == b->at.offset && !a->text == !b->text &&
	       (!a->text || strcmp(a->text, b->text) == 0) && same_tree(a->key, b->key) &&
	       same_tree(a->first, b->first) && same_tree(a->next, b->next);
}

static bool wants_tables(void *user, const char *key)
{
	enum cv_table_kind table;

	(void)user;
	return cv_rows_is_table(key, &table);
}

static bool count_row(void *user, const char *key, const struct cv_node *row)
{
	(void)key;
	(void)row;
	++*(size_t *)user;
	return true;
}

void fuzz_run_yaml(const struct fuzz_job *job, struct fuzz_input *input)
{
	size_t size, rows = 0;
	char *bytes = fuzz_rest(input, &size);
	const struct cv_row_sink sink = {wants_tables, count_row, &rows};
	struct cv_node *first = NULL, *second = NULL, *streamed = NULL;
	struct cv_ctx ctx;
	struct cv_source *source;
	bool ok, ok_streamed;

	(void)job;
	open_ctx(&ctx);
	source = cv_source_from_bytes(&ctx, NOWHERE "input.yaml", bytes, size);
	ok = cv_yaml_read(&ctx, source, NULL, &first);
	FUZZ_CHECK(ok || ctx.errors);
	FUZZ_CHECK(cv_yaml_read(&ctx, source, NULL, &second) == ok);
	FUZZ_CHECK(same_tree(first, second));
	ok_streamed = cv_yaml_read(&ctx, source, &sink, &streamed);
	FUZZ_CHECK(ok == ok_streamed);
	close_ctx(&ctx);
	free(bytes);
}

/* ---- tables ---- */

struct rows {
	struct cv_row_reading reading;
	enum cv_table_kind table;
};

static bool take_row(void *user, const struct cv_node *row)
{
	struct rows *rows = user;

	return cv_rows_add_node(&rows->reading, rows->table, row);
}

/* The first byte chooses the table that the rows are for. */
void fuzz_run_csv(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_ctx ctx;
	struct cv_profile profile = {0};
	struct rows rows = {.table = (enum cv_table_kind)fuzz_below(input, 3)};
	const struct cv_csv_sink sink = {.row = take_row, .user = &rows};
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	bool ok;

	(void)job;
	open_ctx(&ctx);
	rows.reading = (struct cv_row_reading){
		.ctx = &ctx, .profile = &profile, .scratch = cv_arena_open()};
	profile.source = cv_source_from_bytes(&ctx, NOWHERE "input.csv", bytes, size);
	ok = cv_csv_read(&ctx, cv_source_by_id(&ctx, 1), &sink);
	FUZZ_CHECK(ok || ctx.errors);
	cv_arena_close(rows.reading.scratch);
	close_ctx(&ctx);
	free(bytes);
}

/* ---- profiles and sites ---- */

void fuzz_run_profile(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_ctx ctx;
	const struct cv_load load = {
		.ctx = &ctx, .targets = cv_targets, .profile_directory = NOWHERE};
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	struct cv_source *source;

	(void)job;
	open_ctx(&ctx);
	source = cv_source_from_bytes(&ctx, NOWHERE "profile.yaml", bytes, size);
	FUZZ_CHECK(cv_load_profile(&load, source, "profile") || ctx.errors);
	close_ctx(&ctx);
	free(bytes);
}

/* All the way: what compiles is proved. */
void fuzz_run_site(const struct fuzz_job *job, struct fuzz_input *input)
{
	const struct cv_request request = {.profiles = "profiles"};
	struct cv_compilation compilation;
	struct cv_ctx ctx;
	struct cv_source *source;
	size_t size;
	char *bytes = fuzz_rest(input, &size);
	bool ok;

	(void)job;
	open_ctx(&ctx);
	source = cv_source_from_bytes(&ctx, NOWHERE "site.yaml", bytes, size);
	ok = cv_compilation_make(&ctx, &request, source, &compilation);
	FUZZ_CHECK(ok == (ctx.errors == 0));
	for (size_t i = 0; i < ctx.findings.count; i++) {
		const struct cv_finding *finding =
			*CV_AT(&ctx.findings, struct cv_finding *, i);

		if (cv_finding_kinds[finding->code].fault == CV_FAULT_OURS) {
			fprintf(stderr, "%s\n", finding->text);
			FUZZ_FAIL("no fault is ours");
		}
	}
	for (size_t i = 0; ok && i < compilation.plans.count; i++)
		fuzz_prove(&ctx, CV_AT(&compilation.plans, struct cv_plan, i));
	close_ctx(&ctx);
	free(bytes);
}
