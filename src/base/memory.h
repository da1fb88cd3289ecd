#pragma once
/* Allocators for libraries that let theirs be chosen: they give memory or do not come
 * back (cv_out_of_memory).  What they give is for free(). */

#include <stddef.h>

void *cv_memory_give(size_t size);
void *cv_memory_give_more(void *old, size_t size);
char *cv_memory_give_text(const char *text);
