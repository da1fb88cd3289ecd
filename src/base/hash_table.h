#pragma once
/* uthash, with our own end where there is no memory: left to itself it ends the
 * program with code 255 and no word. */

#include "base/arena.h"

#define uthash_fatal(message) cv_out_of_memory()
#include <uthash.h>
