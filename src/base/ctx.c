#include "base/ctx.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

struct cv_string {
	UT_hash_handle hh;
	size_t size;
	char text[];
};

struct cv_strings {
	struct cv_arena *arena; /* of the compile, whatever arena a caller works in */
	struct cv_string *all;
};

void cv_ctx_open(struct cv_ctx *ctx)
{
	memset(ctx, 0, sizeof *ctx);
	ctx->arena = cv_arena_open();
	ctx->strings = CV_NEW(ctx->arena, struct cv_strings);
	ctx->strings->arena = ctx->arena;
	memcpy(ctx->today, "1970-01-01", sizeof ctx->today);
}

void cv_ctx_close(struct cv_ctx *ctx)
{
	HASH_CLEAR(hh, ctx->strings->all);
	for (size_t i = 0; i < ctx->sources.count; i++) {
		struct cv_source *source = *CV_AT(&ctx->sources, struct cv_source *, i);

		free(source->lines);
	}
	cv_arena_close(ctx->arena);
	memset(ctx, 0, sizeof *ctx);
}

const char *cv_intern(struct cv_ctx *ctx, const char *text, size_t size)
{
	struct cv_strings *strings = ctx->strings;
	struct cv_string *found;

	HASH_FIND(hh, strings->all, text, size, found);
	if (found)
		return found->text;
	found = cv_arena_array(strings->arena, sizeof *found + size + 1, 1);
	found->size = size;
	if (size)
		memcpy(found->text, text, size);
	HASH_ADD_KEYPTR(hh, strings->all, found->text, size, found);
	return found->text;
}

const char *cv_intern_text(struct cv_ctx *ctx, const char *text)
{
	return cv_intern(ctx, text, strlen(text));
}
