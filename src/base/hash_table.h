#pragma once
/* uthash with a hash of our own, and with our own end where there is no memory: left to
 * itself it ends the program with code 255 and no word. */

#include "base/arena.h"
#include "base/hash.h"

#define HASH_FUNCTION(key, size, hash) ((hash) = (unsigned)cv_hash((key), (size)))
#define uthash_fatal(message) cv_out_of_memory()
#include <uthash.h>
