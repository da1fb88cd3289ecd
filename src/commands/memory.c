#include "commands/memory.h"

#include <malloc.h>

#include "base/library.h"

/* Bytes: what the heap grows by, what of its end may lie idle, and from where on a block
 * is one of its own, which grows without a copy and is gone when it is freed: those are
 * artefacts and reports as they are written. */
enum { HEAP_STEP = 4 << 20, HEAP_IDLE = 1 << 30, HEAP_BLOCK = 4 << 20 };

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
