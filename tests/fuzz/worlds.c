/* Sites that were compiled, so that a target's readers have options and plans. */
#include <string.h>

#include "commands/compilation.h"
#include "commands/options.h"
#include "fuzz.h"
#include "model/sets.h"
#include "prove/prove.h"

enum {
	MOST_PLANS = 256,
	MOST_RUNS = 20000, /* then all is made anew: what is interned is never freed */
};

struct world_plan {
	const struct cv_plan *plan;
	const char *site;
};

static struct {
	struct cv_ctx ctx;
	const char *list;
	const struct cv_target *target;
	struct world_plan plans[MOST_PLANS];
	size_t count, runs;
} worlds;

static void add_site(const char *path)
{
	const struct cv_request request = {.profiles = "profiles"};
	struct cv_compilation *compilation =
		CV_NEW(worlds.ctx.arena, struct cv_compilation);
	struct cv_source *source = cv_source_read(&worlds.ctx, path, (struct cv_span){0});

	if (!source || !cv_compilation_make(&worlds.ctx, &request, source, compilation)) {
		fprintf(stderr, "%s does not compile\n", path);
		exit(2);
	}
	for (size_t i = 0; i < compilation->plans.count; i++) {
		const struct cv_plan *plan =
			CV_AT(&compilation->plans, struct cv_plan, i);

		if (plan->use->target == worlds.target && worlds.count < MOST_PLANS)
			worlds.plans[worlds.count++] = (struct world_plan){plan, path};
	}
}

static void load(void)
{
	const size_t size = strlen(worlds.target->name);
	FILE *file = fopen(worlds.list, "r");
	char line[4096];

	cv_ctx_open(&worlds.ctx);
	memcpy(worlds.ctx.today, "2026-11-23", sizeof worlds.ctx.today);
	worlds.count = worlds.runs = 0;
	while (file && fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, worlds.target->name, size) == 0 && line[size] == '\t')
			add_site(cv_arena_text(worlds.ctx.arena, line + size + 1));
	}
	if (!file || worlds.count == 0) {
		fprintf(stderr, "no site of %s in %s\n", worlds.target->name,
			worlds.list);
		exit(2);
	}
	fclose(file);
}

void fuzz_worlds_open(const char *list, const struct cv_target *target)
{
	worlds.list = list;
	worlds.target = target;
	load();
}

static void unload(void)
{
	cv_sets_close(&worlds.ctx);
	cv_ctx_close(&worlds.ctx);
}

const struct cv_plan *fuzz_plan(unsigned number)
{
	return worlds.plans[number % worlds.count].plan;
}

size_t fuzz_plan_count(void)
{
	return worlds.count;
}

const char *fuzz_plan_site(size_t number)
{
	return worlds.plans[number].site;
}

struct cv_ctx fuzz_scratch_open(void)
{
	struct cv_ctx scratch;

	if (++worlds.runs > MOST_RUNS) {
		unload();
		load();
	}
	scratch = cv_scratch_open(&worlds.ctx);
	scratch.findings = (struct cv_table){0};
	scratch.sources = (struct cv_table){0};
	scratch.errors = 0;
	return scratch;
}

void fuzz_scratch_close(struct cv_ctx *scratch)
{
	cv_arena_close(scratch->arena);
}

bool fuzz_has_form(const struct cv_plan *plan, const struct cv_form *form)
{
	return form->subjects & plan->subject->kind ||
	       (form->subjects & CV_SUBJECT_HOST && plan->subject->party);
}

void fuzz_emit(struct cv_ctx *ctx, const struct cv_plan *plan, const struct cv_form *form,
	       struct cv_buf *out)
{
	struct cv_emission emission = {
		.ctx = ctx, .plan = plan, .options = plan->use->options, .out = out};
	bool any = false;

	emission.entries = cv_form_entries(ctx, plan, form, &emission.count);
	for (size_t i = 0; i < emission.count; i++)
		any = any || emission.entries[i]->kind != CV_ENTRY_HEADER;
	if (any || !form->if_any)
		form->emit(&emission);
}

void fuzz_prove(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const struct cv_form *form = plan->use->target->forms;

	for (; form->name; form++) {
		struct cv_buf bytes = CV_BUF_INIT;

		if (!fuzz_has_form(plan, form))
			continue;
		fuzz_emit(ctx, plan, form, &bytes);
		if (bytes.size && !cv_prove_bytes(ctx, plan, form, form->suffix,
						  cv_buf_string(&bytes), bytes.size)) {
			const struct cv_finding *finding =
				*CV_AT(&ctx->findings, struct cv_finding *,
				       ctx->findings.count - 1);

			fprintf(stderr, "%s %s: %s\n", plan->use->target->name,
				form->name, finding->text);
			FUZZ_FAIL("every artefact is proved");
		}
		cv_buf_deinit(&bytes);
	}
}
