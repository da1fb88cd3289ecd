/* Allocators that give memory or do not come back. */
#include "commands/memory.h"

#include <jansson.h>
#include <libxml/xmlmemory.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

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
