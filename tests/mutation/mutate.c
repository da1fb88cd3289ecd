/* Changes artefacts in memory, hands each change to the proof, and counts which it
 * does not notice.
 *
 *     mutate PROFILES COUNT OUT SITE...
 *
 * Each artefact of each site gets COUNT mutants.  A line for each artefact and kind of
 * change goes to standard output: path, target, form, kind, caught, survived.  What
 * survived goes to the folder OUT as NUMBER/mutant and NUMBER/original, with NUMBER/path,
 * so that another program may judge whether the two mean the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/compilation.h"
#include "commands/options.h"
#include "model/sets.h"
#include "mutants.h"
#include "prove/prove.h"

enum { MOST_KINDS = 32 };

struct run {
	struct cv_ctx ctx;
	size_t count;    /* mutants of an artefact */
	const char *out; /* where survivors go */
	size_t survivors;
	const char *site;
};

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "mutate: %s %s: %s\n", what, name, strerror(errno));
	exit(2);
}

static void put_file(const struct run *run, const char *name, const char *bytes,
		     size_t size)
{
	struct cv_buf path = CV_BUF_INIT;
	FILE *file;

	cv_buf_format(&path, "%s/%zu", run->out, run->survivors);
	if (mkdir(cv_buf_string(&path), 0700) != 0 && errno != EEXIST)
		fail("cannot make", cv_buf_string(&path));
	cv_buf_format(&path, "/%s", name);
	file = fopen(cv_buf_string(&path), "wb");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		fail("cannot write", cv_buf_string(&path));
	cv_buf_deinit(&path);
}

/* Whether the proof takes the bytes.  Its findings are thrown away. */
static bool is_proved(const struct run *run, const struct cv_plan *plan,
		      const struct cv_form *form, const char *path,
		      const struct cv_buf *bytes)
{
	struct cv_ctx probe = run->ctx;
	bool ok;

	probe.arena = cv_arena_open();
	probe.findings = (struct cv_table){0};
	ok = cv_prove_bytes(&probe, plan, form, path, cv_buf_string(bytes), bytes->size);
	cv_arena_close(probe.arena);
	return ok;
}

static void keep(struct run *run, const char *path, const char *kind,
		 const struct cv_buf *original, const struct cv_buf *mutant)
{
	struct cv_buf words = CV_BUF_INIT;

	run->survivors++;
	cv_buf_format(&words, "%s\n%s\n%s\n", run->site, path, kind);
	put_file(run, "path", words.data, words.size);
	put_file(run, "original", cv_buf_string(original), original->size);
	put_file(run, "mutant", cv_buf_string(mutant), mutant->size);
	cv_buf_deinit(&words);
}

/* FNV-1a: every artefact has mutants of its own, whatever comes before it. */
static uint64_t seed_of(const char *site, const char *path)
{
	uint64_t seed = 14695981039346656037u;

	for (const char *text = site; text; text = text == site ? path : NULL)
		for (const char *c = text; *c; c++)
			seed = (seed ^ (unsigned char)*c) * 1099511628211u;
	return seed | 1;
}

static bool is_same(const struct cv_buf *a, const struct cv_buf *b)
{
	return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

static void mutate_all(struct run *run, const struct cv_plan *plan,
		       const struct cv_form *form, const char *path,
		       const struct cv_buf *bytes)
{
	struct random random = {seed_of(run->site, path)};
	size_t caught[MOST_KINDS] = {0}, survived[MOST_KINDS] = {0}, kinds = 0;

	while (mutations[kinds].name)
		kinds++;
	for (size_t i = 0; i < run->count; i++) {
		const size_t kind = i % kinds;
		struct cv_buf mutant = CV_BUF_INIT;

		if (!mutations[kind].make(&random, bytes->data, bytes->size, &mutant) ||
		    is_same(bytes, &mutant)) {
			cv_buf_deinit(&mutant);
			continue;
		}
		if (is_proved(run, plan, form, path, &mutant)) {
			survived[kind]++;
			keep(run, path, mutations[kind].name, bytes, &mutant);
		} else {
			caught[kind]++;
		}
		cv_buf_deinit(&mutant);
	}
	for (size_t kind = 0; kind < kinds; kind++)
		printf("%s\t%s\t%s\t%s\t%zu\t%zu\n", path, plan->use->target->name,
		       form->name, mutations[kind].name, caught[kind], survived[kind]);
}

/* As compile writes it. */
static void mutate_form(struct run *run, const struct cv_plan *plan,
			const struct cv_form *form)
{
	const char *path =
		cv_arena_format(run->ctx.arena, "%s/%s%s", plan->use->target->name,
				plan->subject->name, form->suffix);
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_ctx scratch = cv_scratch_open(&run->ctx);
	struct cv_emission emission = {.ctx = &scratch,
				       .plan = plan,
				       .options = plan->use->options,
				       .out = &bytes};
	bool any = false;

	emission.entries = cv_form_entries(&scratch, plan, form, &emission.count);
	for (size_t i = 0; i < emission.count; i++)
		any = any || emission.entries[i]->kind != CV_ENTRY_HEADER;
	if (any || !form->if_any)
		form->emit(&emission);
	cv_arena_close(scratch.arena);
	if (bytes.size && !is_proved(run, plan, form, path, &bytes)) {
		fprintf(stderr, "mutate: %s of %s is not proved as it is\n", path,
			run->site);
		exit(1);
	}
	if (bytes.size)
		mutate_all(run, plan, form, path, &bytes);
	cv_buf_deinit(&bytes);
}

static void mutate_plan(struct run *run, const struct cv_plan *plan)
{
	const struct cv_subject *subject = plan->subject;

	for (const struct cv_form *form = plan->use->target->forms; form->name; form++)
		if (form->subjects & subject->kind ||
		    (form->subjects & CV_SUBJECT_HOST && subject->party))
			mutate_form(run, plan, form);
}

static void mutate_site(struct run *run, const char *profiles)
{
	struct cv_request request = {.profiles = profiles};
	const struct cv_compilation *compilation;
	struct cv_source *source;
	bool ok;

	cv_ctx_open(&run->ctx);
	memcpy(run->ctx.today, "2026-11-23", sizeof run->ctx.today);
	source = cv_source_read(&run->ctx, run->site, (struct cv_span){0});
	compilation = CV_NEW(run->ctx.arena, struct cv_compilation);
	ok = source && cv_compilation_make(&run->ctx, &request, source,
					   (struct cv_compilation *)compilation);
	if (!ok)
		fprintf(stderr, "mutate: %s does not compile\n", run->site);
	for (size_t i = 0; ok && i < compilation->plans.count; i++)
		mutate_plan(run, CV_AT(&compilation->plans, struct cv_plan, i));
	cv_sets_close(&run->ctx);
	cv_ctx_close(&run->ctx);
	if (!ok)
		exit(1);
}

int main(int argc, char **argv)
{
	struct run run = {.survivors = 0};

	if (argc < 5) {
		fprintf(stderr, "usage: mutate PROFILES COUNT OUT SITE...\n");
		return 2;
	}
	run.count = strtoul(argv[2], NULL, 10);
	run.out = argv[3];
	for (int i = 4; i < argc; i++) {
		run.site = argv[i];
		mutate_site(&run, argv[1]);
	}
	return 0;
}
