/* Chunks in a list; the newest gives, the rest only wait to be freed.  Under
 * AddressSanitizer every object is a chunk of its own, so that a step over an
 * object's end is seen. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
enum { CHUNK = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { CHUNK = 0 };
#else
enum { CHUNK = 64 * 1024 };
#endif
#else
enum { CHUNK = 64 * 1024 };
#endif

/* The first is small, since many arenas are opened for a few texts only. */
enum { FIRST = CHUNK / 32 };

struct chunk {
	struct chunk *next;
	size_t size, used;
	alignas(max_align_t) char data[];
};

struct cv_arena {
	struct chunk *chunks;
	size_t held;
};

void cv_out_of_memory(void)
{
	fputs("carveout: out of memory\n", stderr);
	exit(3);
}

struct cv_arena *cv_arena_open(void)
{
	struct cv_arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		cv_out_of_memory();
	return arena;
}

static void free_chunks(struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void cv_arena_close(struct cv_arena *arena)
{
	if (!arena)
		return;
	free_chunks(arena->chunks);
	free(arena);
}

void cv_arena_reset(struct cv_arena *arena)
{
	struct chunk *keep = arena->chunks;

	if (!keep)
		return;
	free_chunks(keep->next);
	keep->next = NULL;
	if (keep->size > CHUNK || CHUNK == 0) {
		free(keep);
		arena->chunks = NULL;
		arena->held = 0;
		return;
	}
	memset(keep->data, 0, keep->used);
	keep->used = 0;
	arena->held = keep->size;
}

static struct chunk *add_chunk(struct cv_arena *arena, size_t size)
{
	struct chunk *chunk = calloc(1, sizeof *chunk + size);

	if (!chunk)
		cv_out_of_memory();
	chunk->size = size;
	arena->held += size;
	/* A large object must not hide the room that is left in the newest chunk. */
	if (size > CHUNK && arena->chunks) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
	} else {
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	return chunk;
}

/* As much again as there is, up to a whole chunk. */
static size_t next_size(const struct cv_arena *arena)
{
	if (arena->held > CHUNK)
		return CHUNK;
	return arena->held > FIRST ? arena->held : FIRST;
}

static void *give(struct cv_arena *arena, size_t size, size_t align)
{
	struct chunk *chunk = arena->chunks;
	/* An alignment is a power of two. */
	size_t at = chunk ? (chunk->used + align - 1) & ~(align - 1) : 0;

	if (!chunk || chunk->size < at || chunk->size - at < size) {
		const size_t next = next_size(arena);

		chunk = add_chunk(arena, size > next ? size : next);
		at = chunk->used;
	}
	chunk->used = at + size;
	return chunk->data + at;
}

void *cv_arena_array(struct cv_arena *arena, size_t count, size_t size)
{
	size_t all, align;

	if (__builtin_mul_overflow(count, size, &all) || all > SIZE_MAX / 2)
		cv_out_of_memory();
	/* A type's alignment divides its size. */
	align = all % alignof(max_align_t) ? alignof(uint64_t) : alignof(max_align_t);
	return give(arena, all, align);
}

char *cv_arena_room(struct cv_arena *arena, size_t size)
{
	if (size >= SIZE_MAX / 2)
		cv_out_of_memory();
	return give(arena, size + 1, 1);
}

char *cv_arena_copy(struct cv_arena *arena, const char *text, size_t size)
{
	char *copy = cv_arena_room(arena, size);

	if (size)
		memcpy(copy, text, size);
	return copy;
}

char *cv_arena_text(struct cv_arena *arena, const char *text)
{
	return cv_arena_copy(arena, text, strlen(text));
}

char *cv_arena_vformat(struct cv_arena *arena, const char *format, va_list args)
{
	char small[256]; /* most are, and are formatted only once */
	va_list again;
	int size;
	char *text;

	va_copy(again, args);
	size = vsnprintf(small, sizeof small, format, args);
	if (size < 0)
		cv_out_of_memory();
	if ((size_t)size < sizeof small) {
		text = cv_arena_copy(arena, small, (size_t)size);
	} else {
		text = cv_arena_room(arena, (size_t)size);
		vsnprintf(text, (size_t)size + 1, format, again);
	}
	va_end(again);
	return text;
}

char *cv_arena_format(struct cv_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = cv_arena_vformat(arena, format, args);
	va_end(args);
	return text;
}

size_t cv_arena_held(const struct cv_arena *arena)
{
	return arena->held;
}
