#pragma once
/* Writing to a file or a pipe. */

#include <stdbool.h>
#include <stddef.h>

/* All of the bytes; false with errno set where that cannot be. */
bool cv_write_all(int file, const char *bytes, size_t size);
