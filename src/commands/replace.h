#pragma once
/* A file that takes the place of another whole. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Writes the bytes to a new file beside `name` in an open directory, and puts it in the
 * place of what stands there: a stop at any instant leaves the one or the other.
 * 0, or errno; *late_out where the new file stands, but may not be on the disk yet. */
int cv_replace_file(int directory, const char *name, const char *bytes, size_t size,
		    mode_t mode, bool *late_out);
