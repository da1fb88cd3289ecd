#include "base/ctx.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct cv_string {
	const void *note;
	size_t size;
	char text[];
};

/* Where a string may stand; `string` is NULL where none does. */
struct slot {
	uint64_t hash;
	struct cv_string *string;
};

struct cv_strings {
	struct cv_arena *arena; /* of the compile, whatever arena a caller works in */
	struct slot *slots;     /* a power of two of them, at most half of them taken */
	size_t capacity, count;
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
	free(ctx->strings->slots);
	for (size_t i = 0; i < ctx->sources.count; i++)
		cv_source_close(*CV_AT(&ctx->sources, struct cv_source *, i));
	cv_arena_close(ctx->arena);
	memset(ctx, 0, sizeof *ctx);
}

struct cv_asking cv_ctx_ask(struct cv_ctx *ctx, struct cv_arena *scratch)
{
	const struct cv_asking asking = {ctx->arena, ctx->findings, ctx->errors,
					 ctx->worst};

	assert(ctx->sets);
	cv_arena_reset(scratch);
	ctx->arena = scratch;
	/* Room that the list got meanwhile would lie there, too. */
	ctx->findings = (struct cv_table){0};
	return asking;
}

void cv_ctx_asked(struct cv_ctx *ctx, const struct cv_asking *asking)
{
	ctx->arena = asking->arena;
	ctx->findings = asking->findings;
	ctx->errors = asking->errors;
	ctx->worst = asking->worst;
}

/* The slot of that string, or the free one where it belongs. */
static struct slot *slot_of(const struct cv_strings *strings, uint64_t hash,
			    const char *text, size_t size)
{
	for (size_t at = (size_t)hash;; at++) {
		struct slot *slot = &strings->slots[at & (strings->capacity - 1)];

		if (!slot->string ||
		    (slot->hash == hash && slot->string->size == size &&
		     (size == 0 || memcmp(slot->string->text, text, size) == 0)))
			return slot;
	}
}

static void grow(struct cv_strings *strings)
{
	struct cv_strings more = *strings;

	more.capacity = strings->capacity ? 2 * strings->capacity : 1024;
	more.slots = calloc(more.capacity, sizeof *more.slots);
	if (!more.slots)
		cv_out_of_memory();
	for (size_t i = 0; i < strings->capacity; i++) {
		const struct slot *slot = &strings->slots[i];
		size_t at = (size_t)slot->hash;

		if (!slot->string)
			continue;
		/* No two are equal, so that none has to be looked at. */
		while (more.slots[at & (more.capacity - 1)].string)
			at++;
		more.slots[at & (more.capacity - 1)] = *slot;
	}
	free(strings->slots);
	*strings = more;
}

const char *cv_intern(struct cv_ctx *ctx, const char *text, size_t size)
{
	struct cv_strings *strings = ctx->strings;
	const uint64_t hash = cv_hash(text, size);
	struct slot *slot;

	if (2 * strings->count >= strings->capacity)
		grow(strings);
	slot = slot_of(strings, hash, text, size);
	if (!slot->string) {
		slot->hash = hash;
		slot->string = cv_arena_array(strings->arena,
					      sizeof *slot->string + size + 1, 1);
		slot->string->size = size;
		if (size)
			memcpy(slot->string->text, text, size);
		strings->count++;
	}
	return slot->string->text;
}

const char *cv_intern_text(struct cv_ctx *ctx, const char *text)
{
	return cv_intern(ctx, text, strlen(text));
}

const void **cv_intern_note(const char *interned)
{
	/* The one place that takes the const away again: the text stays as it is. */
	char *text = (char *)(uintptr_t)interned;

	return &((struct cv_string *)(void *)(text - offsetof(struct cv_string, text)))
			->note;
}
