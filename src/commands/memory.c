/* Allocators that give memory or do not come back. */
#include "commands/memory.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Bytes: what the heap grows by, what of its end may lie idle, and from where on a block
 * is one of its own (32 MiB is the most that glibc takes). */
enum { HEAP_STEP = 4 << 20, HEAP_IDLE = 1 << 30, HEAP_BLOCK = 32 << 20 };

static void *given(void *room)
{
	if (!room)
		cv_out_of_memory();
	return room;
}

/* A size of 0 may yield NULL, which is no failure. */
static void *give(size_t size)
{
	return given(malloc(size ? size : 1));
}

static void *give_more(void *old, size_t size)
{
	return given(realloc(old, size ? size : 1));
}

static char *give_text(const char *text)
{
	return given(strdup(text));
}

void cv_memory_guard(void)
{
	json_set_alloc_funcs(give, free);
	xmlMemSetup(free, give, give_more, give_text);
}

void cv_memory_keep(void)
{
	mallopt(M_TOP_PAD, HEAP_STEP);
	mallopt(M_TRIM_THRESHOLD, HEAP_IDLE);
	mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK);
}

void cv_memory_release(void)
{
	xmlCleanupParser();
}
