#pragma once
/* The file of -o: what stands there, and what takes its place. */

#include <stdbool.h>
#include <stddef.h>

struct cv_ctx;
struct cv_source;

/* What stands there, into *older_out; NULL where nothing does.  Only a profile may.
 * False: reported, it is not touched. */
bool cv_import_open_file(struct cv_ctx *ctx, const char *path,
			 struct cv_source **older_out);

/* Puts the bytes there, whole or not at all; a link is followed.  False: reported. */
bool cv_import_put_file(struct cv_ctx *ctx, const char *path, const char *bytes,
			size_t size);
