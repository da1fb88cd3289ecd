#pragma once
/* A context, bytes as a source, and what was found in them at which place. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/ctx.h"
#include "base/finding.h"
#include "model/sets.h"

struct fixture {
	struct cv_ctx ctx;
	struct cv_source *source;
};

static inline void fixture_open(struct fixture *fixture, const char *name,
				const char *bytes, size_t size)
{
	cv_ctx_open(&fixture->ctx);
	/* A copy of just that size, so that AddressSanitizer sees a step over its end. */
	fixture->source = cv_source_from_bytes(
		&fixture->ctx, name, cv_arena_copy(fixture->ctx.arena, bytes, size),
		size);
}

static inline void fixture_close(struct fixture *fixture)
{
	if (fixture->ctx.sets)
		cv_sets_close(&fixture->ctx);
	cv_ctx_close(&fixture->ctx);
}

static inline struct cv_finding *fixture_finding(struct fixture *fixture, size_t number)
{
	if (number >= fixture->ctx.findings.count)
		fail_msg("only %zu findings", fixture->ctx.findings.count);
	return *CV_AT(&fixture->ctx.findings, struct cv_finding *, number);
}

/* The finding with that number has that name and place. */
static inline void assert_found(struct fixture *fixture, size_t number, const char *code,
				size_t line, size_t column)
{
	const struct cv_finding *finding = fixture_finding(fixture, number);
	struct cv_place place;

	if (strcmp(cv_finding_kinds[finding->code].name, code) != 0)
		fail_msg("%s (%s), not %s", cv_finding_kinds[finding->code].name,
			 finding->text, code);
	assert_true(cv_source_place(&fixture->ctx, finding->at, &place));
	if (place.line != line || place.column != column)
		fail_msg("%s at %zu:%zu, not %zu:%zu", finding->text, place.line,
			 place.column, line, column);
}

static inline void assert_text(struct fixture *fixture, size_t number, const char *part)
{
	const struct cv_finding *finding = fixture_finding(fixture, number);

	if (!strstr(finding->text, part))
		fail_msg("\"%s\" does not say \"%s\"", finding->text, part);
}

static inline void assert_hint(struct fixture *fixture, size_t number, const char *part)
{
	const struct cv_finding *finding = fixture_finding(fixture, number);

	if (!finding->hint || !strstr(finding->hint, part))
		fail_msg("hint \"%s\" does not say \"%s\"",
			 finding->hint ? finding->hint : "", part);
}

static inline void assert_also(struct fixture *fixture, size_t number, const char *text,
			       size_t line, size_t column)
{
	const struct cv_finding *finding = fixture_finding(fixture, number);
	struct cv_place place;

	assert_string_equal(finding->also_text, text);
	assert_true(cv_source_place(&fixture->ctx, finding->also, &place));
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
}
