#pragma once
/* uthash with a hash of our own, and with our own end where there is no memory: left to
 * itself it ends the program with code 255 and no word. */

#include "base/arena.h"
#include "base/hash.h"

#define HASH_FUNCTION(key, size, hash) ((hash) = (unsigned)cv_hash((key), (size)))
#define uthash_fatal(message) cv_out_of_memory()
#include <uthash.h>

/* How long a chain grows before the table does.  Each link of a chain lies elsewhere in
 * memory: uthash's own 10 costs a large table more than the room of shorter ones. */
#undef HASH_BKT_CAPACITY_THRESH
#define HASH_BKT_CAPACITY_THRESH 7U
