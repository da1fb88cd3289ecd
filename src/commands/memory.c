#include "commands/memory.h"

#include <malloc.h>

#include "base/library.h"

/* Bytes: what the heap grows by, what of its end may lie idle, and from where on a block
 * is one of its own (32 MiB is the most that glibc takes). */
enum { HEAP_STEP = 4 << 20, HEAP_IDLE = 1 << 30, HEAP_BLOCK = 32 << 20 };

void cv_memory_keep(void)
{
	mallopt(M_TOP_PAD, HEAP_STEP);
	mallopt(M_TRIM_THRESHOLD, HEAP_IDLE);
	mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK);
}

void cv_memory_release(void)
{
	cv_library_xml_end();
}
