#include "base/memory.h"

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
void *cv_memory_give(size_t size)
{
	return given(malloc(size ? size : 1));
}

void *cv_memory_give_more(void *old, size_t size)
{
	return given(realloc(old, size ? size : 1));
}

char *cv_memory_give_text(const char *text)
{
	return given(strdup(text));
}
