#include "base/finding.h"

#include <stdint.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"

const struct cv_finding_kind cv_finding_kinds[CV_F_COUNT] = {
#define CV_FINDING(id, name, severity, fault, meaning) \
	[CV_F_##id] = {name, meaning, CV_##severity, CV_FAULT_##fault},
#include "base/findings.def"
#undef CV_FINDING
};

enum cv_code cv_code_by_name(const char *name)
{
	for (int code = 0; code < CV_F_COUNT; code++)
		if (strcmp(cv_finding_kinds[code].name, name) == 0)
			return (enum cv_code)code;
	return CV_F_COUNT;
}

static void count_error(struct cv_ctx *ctx, enum cv_code code)
{
	static const int exits[] = {
		[CV_FAULT_INPUT] = 1, [CV_FAULT_WORLD] = 2, [CV_FAULT_OURS] = 3};
	const int code_exit = exits[cv_finding_kinds[code].fault];

	ctx->errors++;
	if (ctx->worst < code_exit)
		ctx->worst = code_exit;
}

static struct cv_finding *record(struct cv_ctx *ctx, enum cv_code code, struct cv_span at,
				 const char *format, va_list args)
{
	struct cv_finding *finding = CV_NEW(ctx->arena, struct cv_finding);

	finding->code = code;
	finding->severity = cv_finding_kinds[code].severity;
	if (ctx->strict && finding->severity == CV_WARNING)
		finding->severity = CV_ERROR;
	finding->at = at;
	finding->text = cv_arena_vformat(ctx->arena, format, args);
	finding->order = ctx->findings.count;
	*CV_ADD(ctx->arena, &ctx->findings, struct cv_finding *) = finding;
	if (finding->severity == CV_ERROR)
		count_error(ctx, code);
	return finding;
}

void cv_finding_raise(struct cv_ctx *ctx, struct cv_finding *finding)
{
	if (finding->severity == CV_ERROR)
		return;
	finding->severity = CV_ERROR;
	count_error(ctx, finding->code);
}

void cv_finding_settle(struct cv_ctx *ctx, struct cv_finding *finding)
{
	const bool was_error = finding->severity == CV_ERROR;

	finding->severity = CV_NOTE;
	if (!was_error)
		return;
	ctx->errors = 0;
	ctx->worst = 0;
	for (size_t i = 0; i < ctx->findings.count; i++) {
		const struct cv_finding *other =
			*CV_AT(&ctx->findings, struct cv_finding *, i);

		if (other->severity == CV_ERROR)
			count_error(ctx, other->code);
	}
}

bool cv_find(struct cv_ctx *ctx, enum cv_code code, struct cv_span at, const char *format,
	     ...)
{
	va_list args;

	va_start(args, format);
	record(ctx, code, at, format, args);
	va_end(args);
	return false;
}

struct cv_finding *cv_find_more(struct cv_ctx *ctx, enum cv_code code, struct cv_span at,
				const char *format, ...)
{
	struct cv_finding *finding;
	va_list args;

	va_start(args, format);
	finding = record(ctx, code, at, format, args);
	va_end(args);
	return finding;
}

struct cv_finding_mark cv_finding_mark(const struct cv_ctx *ctx)
{
	return (struct cv_finding_mark){ctx->findings.count, ctx->errors, ctx->worst};
}

const char *cv_finding_forget(struct cv_ctx *ctx, struct cv_finding_mark mark)
{
	const char *first = NULL;

	if (ctx->findings.count > mark.count)
		first = (*CV_AT(&ctx->findings, struct cv_finding *, mark.count))->text;
	ctx->findings.count = mark.count;
	ctx->errors = mark.errors;
	ctx->worst = mark.worst;
	return first;
}

size_t cv_error_count(const struct cv_ctx *ctx)
{
	return ctx->errors;
}

int cv_exit_code(const struct cv_ctx *ctx)
{
	return ctx->worst;
}

/* Damerau's distance (a swap of neighbours is one step), case folded, for
 * words of up to 63 bytes. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][64], la = strlen(a), lb = strlen(b);
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	if (la > 63 || lb > 63)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		last[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			const char x = (char)(a[i - 1] | 32), y = (char)(b[j - 1] | 32);
			size_t best = last[j - 1] + (x != y);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x == (b[j - 2] | 32) &&
			    y == (a[i - 2] | 32) && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[lb];
}

const char *cv_nearest(const char *word, const char *const *words, size_t count)
{
	const size_t size = strlen(word);
	size_t best = size < 2 ? 1 : size < 4 ? 2 : size / 3 + 1;
	const char *found = NULL;

	/* A number beside another is no slip of the pen. */
	if (word[strspn(word, "0123456789.")] == '\0')
		return NULL;

	for (size_t i = 0; i < count && words[i]; i++) {
		const size_t far = distance(word, words[i]);

		if (far < best) {
			best = far;
			found = words[i];
		}
	}
	return found;
}

void cv_suggest(struct cv_ctx *ctx, struct cv_finding *finding, const char *word,
		const char *const *words, size_t count)
{
	const char *near = cv_nearest(word, words, count);

	if (near)
		finding->hint = cv_arena_format(ctx->arena, "did you mean %s?", near);
}
