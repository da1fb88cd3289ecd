#pragma once
/* What the fuzz targets share.  Each gets bytes and says with FUZZ_CHECK what must be so
 * whatever they are; that nothing crashes, leaks or takes too long is the sanitizers'
 * and libFuzzer's to see. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"

/* Ends the program; libFuzzer then keeps the input. */
#define FUZZ_FAIL(claim) \
	(fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, claim), abort())

/* The same where a claim is wrong. */
#define FUZZ_CHECK(claim) \
	do { \
		if (!(claim)) \
			FUZZ_FAIL(#claim); \
	} while (0)

/* What is not yet taken of an input. */
struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

/* The next byte; 0 at the end. */
static inline uint8_t fuzz_byte(struct fuzz_input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

/* A number below `below`. */
static inline unsigned fuzz_below(struct fuzz_input *input, unsigned below)
{
	return fuzz_byte(input) % below;
}

/* All that is left, NUL-terminated, in a block just as long; the caller frees it. */
char *fuzz_rest(struct fuzz_input *input, size_t *size_out);

/* What is left up to a NUL, which is stepped over, in the arena. */
const char *fuzz_text(struct fuzz_input *input, struct cv_arena *arena);

/* One thing to fuzz: a family, and where it is one for each of something of a target's
 * table, of which. */
struct fuzz_job {
	const struct fuzz_family *family;
	const struct cv_target *target;
	const struct cv_form *form;
};

enum fuzz_each { FUZZ_ONE, FUZZ_EACH_FORM, FUZZ_EACH_EXPORT, FUZZ_EACH_BASE };

struct fuzz_family {
	const char *name; /* NULL ends the table */
	enum fuzz_each each;
	void (*run)(const struct fuzz_job *job, struct fuzz_input *input);
	void (*open)(const struct fuzz_job *job); /* once before; may be NULL */
};

extern const struct fuzz_family fuzz_families[];

/* ---- sites, for what hangs on a target's options and plans ---- */

/* Compiles the sites that the list names for the target: lines of TARGET, a tab and the
 * path of a site.  Ends the program when one does not compile. */
void fuzz_worlds_open(const char *list, const struct cv_target *target);

/* A plan of the target, whatever the number. */
const struct cv_plan *fuzz_plan(unsigned number);

/* Plans of the target. */
size_t fuzz_plan_count(void);

/* The site that the plan with that number comes of. */
const char *fuzz_plan_site(size_t number);

/* A context to work on the plans with; to be closed.  What it interned is thrown away
 * from time to time, and then plans are others. */
struct cv_ctx fuzz_scratch_open(void);
void fuzz_scratch_close(struct cv_ctx *scratch);

/* The form's artefact of the plan, as compile writes it. */
void fuzz_emit(struct cv_ctx *ctx, const struct cv_plan *plan, const struct cv_form *form,
	       struct cv_buf *out);

/* Whether the plan's subject gets the form. */
bool fuzz_has_form(const struct cv_plan *plan, const struct cv_form *form);

/* That all artefacts of the plan are proved. */
void fuzz_prove(struct cv_ctx *ctx, const struct cv_plan *plan);

/* ---- the families ---- */

void fuzz_open_form(const struct fuzz_job *job);
void fuzz_run_form(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_export(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_base(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_yaml(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_csv(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_page(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_profile(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_site(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_lexicals(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_paths(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_dialects(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_patterns(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_quotes(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_versions(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_sets(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_boxes(const struct fuzz_job *job, struct fuzz_input *input);
void fuzz_run_covers(const struct fuzz_job *job, struct fuzz_input *input);
