#pragma once
/* A hash for tables in memory.  It differs from run to run, so that no file can be
 * written whose values all meet in one slot: nothing may be listed in its order. */

#include <stddef.h>
#include <stdint.h>

/* Of `size` bytes; `data` may be NULL where there are none. */
uint64_t cv_hash(const void *data, size_t size);
