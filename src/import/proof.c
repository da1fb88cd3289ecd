/* Written, read, compared: nothing goes out that a reader would take otherwise. */
#include "import/proof.h"

#include "base/ctx.h"
#include "import/flat.h"
#include "model/profile.h"
#include "model/sets.h"
#include "read/load.h"

static const struct cv_span nowhere;

/* The first error that the reader has, with its place. */
static const char *refusal(struct cv_ctx *ctx, struct cv_ctx *reader)
{
	for (size_t i = 0; i < reader->findings.count; i++) {
		const struct cv_finding *finding =
			*CV_AT(&reader->findings, struct cv_finding *, i);
		struct cv_place place = {0};

		if (cv_finding_kinds[finding->code].severity != CV_ERROR)
			continue;
		cv_source_place(reader, finding->at, &place);
		return cv_arena_format(ctx->arena, "line %zu: %s", place.line,
				       finding->text);
	}
	return "it is no profile";
}

bool cv_import_prove(struct cv_ctx *ctx, const char *name, const char *text, size_t size,
		     const struct cv_flat *want)
{
	struct cv_ctx reader;
	const struct cv_load load = {.ctx = &reader};
	const struct cv_profile *profile;
	const char *what;
	struct cv_flat got;

	cv_ctx_open(&reader);
	profile = cv_load_profile(&load, cv_source_from_bytes(&reader, name, text, size),
				  name);
	if (!profile) {
		what = refusal(ctx, &reader);
	} else {
		cv_flat_of_profile(&reader, profile, &got);
		what = cv_flat_difference(&reader, want, &got);
		if (what)
			what = cv_arena_text(ctx->arena, what);
	}
	if (reader.sets)
		cv_sets_close(&reader);
	cv_ctx_close(&reader);
	return !what || cv_find(ctx, CV_F_PROOF_FAILED, nowhere,
				"the profile that import made does not read back: %s; "
				"nothing was written",
				what);
}
