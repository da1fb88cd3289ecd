/* One program for all that is fuzzed, with libFuzzer's own main:
 *
 *     fuzz --list                                   what there is
 *     fuzz --fuzz=NAME [--sites=LIST] CORPUS ...    libFuzzer's options behind
 *     fuzz --fuzz=NAME --sites=LIST --seeds=FOLDER  writes artefacts to begin with
 *
 * libFuzzer itself passes over what begins with two hyphens.  It runs in the root of the
 * repository, where LIST says which sites are compiled for a target. */
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <libxml/parser.h>

#include "fuzz.h"

static struct fuzz_job job;

char *fuzz_rest(struct fuzz_input *input, size_t *size_out)
{
	char *text = malloc(input->left + 1);

	if (!text)
		abort();
	if (input->left)
		memcpy(text, input->at, input->left);
	text[input->left] = '\0';
	*size_out = input->left;
	input->left = 0;
	return text;
}

const char *fuzz_text(struct fuzz_input *input, struct cv_arena *arena)
{
	const size_t size = strnlen((const char *)input->at, input->left);
	const char *text = cv_arena_copy(arena, (const char *)input->at, size);
	const size_t taken = size + (size < input->left);

	input->at += taken;
	input->left -= taken;
	return text;
}

/* ---- names ---- */

static void name_of(const struct fuzz_job *of, char name[static 128])
{
	snprintf(name, 128, "%s%s%s%s%s", of->family->name, of->target ? "-" : "",
		 of->target ? of->target->name : "", of->form ? "-" : "",
		 of->form ? of->form->name : "");
}

/* Calls `each` for all jobs until it says true. */
static bool any_job(bool (*each)(const struct fuzz_job *, const void *), const void *user)
{
	for (const struct fuzz_family *family = fuzz_families; family->name; family++) {
		if (family->each == FUZZ_ONE &&
		    each(&(struct fuzz_job){family, NULL, NULL}, user))
			return true;
		for (size_t i = 0; family->each != FUZZ_ONE && cv_targets[i]; i++) {
			const struct cv_target *target = cv_targets[i];
			const struct cv_form *form = target->forms;

			if (((family->each == FUZZ_EACH_EXPORT && target->read_export) ||
			     (family->each == FUZZ_EACH_BASE && target->read_base)) &&
			    each(&(struct fuzz_job){family, target, NULL}, user))
				return true;
			for (; family->each == FUZZ_EACH_FORM && form->name; form++)
				if (each(&(struct fuzz_job){family, target, form}, user))
					return true;
		}
	}
	return false;
}

static bool print_job(const struct fuzz_job *each, const void *user)
{
	char name[128];

	(void)user;
	name_of(each, name);
	printf("%s\t%s\t%s\n", name, each->target ? each->target->name : "",
	       each->form ? each->form->suffix : "");
	return false;
}

static bool choose_job(const struct fuzz_job *each, const void *wanted)
{
	char name[128];

	name_of(each, name);
	if (strcmp(name, wanted) != 0)
		return false;
	job = *each;
	return true;
}

/* ---- seeds ---- */

static void put_seed(const char *folder, size_t number, uint8_t choice, const char *bytes,
		     size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%zu", folder, number);
	file = fopen(path, "wb");
	if (!file || fputc(choice, file) == EOF || fwrite(bytes, 1, size, file) != size ||
	    fclose(file) != 0) {
		perror(path);
		_exit(2);
	}
}

/* What the plans come to: the artefacts of a form, and the bases that they stand beside.
 */
static void write_plan(const char *folder, size_t number)
{
	struct cv_ctx ctx = fuzz_scratch_open();
	const struct cv_plan *plan = fuzz_plan((unsigned)number);
	const struct cv_base *base = job.target->read_base ? cv_plan_base(plan) : NULL;
	struct cv_buf bytes = CV_BUF_INIT;

	if (job.form && fuzz_has_form(plan, job.form))
		fuzz_emit(&ctx, plan, job.form, &bytes);
	else if (!job.form && base && job.family->each == FUZZ_EACH_BASE)
		cv_buf_add(&bytes, base->source->text, base->source->size);
	if (bytes.size)
		put_seed(folder, number, (uint8_t)number, bytes.data, bytes.size);
	cv_buf_deinit(&bytes);
	fuzz_scratch_close(&ctx);
}

/* And for who knows of other files for a site, the number of its first plan. */
static void write_seeds(const char *folder)
{
	for (size_t i = 0; i < fuzz_plan_count(); i++) {
		write_plan(folder, i);
		if (i == 0 || strcmp(fuzz_plan_site(i), fuzz_plan_site(i - 1)) != 0)
			printf("%s\t%zu\n", fuzz_plan_site(i), i);
	}
	fflush(stdout);
}

/* ---- libFuzzer's doors ---- */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *option(const char *argument, const char *name)
{
	const size_t size = strlen(name);

	return strncmp(argument, name, size) == 0 ? argument + size : NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = "", *sites = NULL, *seeds = NULL, *value;

	for (int i = 1; i < *argc; i++) {
		const char *argument = (*argv)[i];

		if (strcmp(argument, "--list") == 0) {
			any_job(print_job, NULL);
			fflush(stdout);
			_exit(0);
		}
		if ((value = option(argument, "--fuzz=")))
			name = value;
		else if ((value = option(argument, "--sites=")))
			sites = value;
		else if ((value = option(argument, "--seeds=")))
			seeds = value;
	}
	if (!any_job(choose_job, name)) {
		fprintf(stderr, "nothing is called `%s`; see --list\n", name);
		_exit(2);
	}
	/* The same way on every run. */
	json_object_seed(1);
	xmlInitParser();
	if (job.target)
		fuzz_worlds_open(sites ? sites : "build/fuzz/seeds/sites", job.target);
	if (seeds) {
		write_seeds(seeds);
		_exit(0);
	}
	if (job.family->open)
		job.family->open(&job);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	job.family->run(&job, &input);
	return 0;
}
