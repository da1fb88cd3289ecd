#pragma once
/* SHA-256, and UUIDs of names, through nettle. */

#include <stdbool.h>
#include <stddef.h>

/* Lower-case hex with a NUL: 65 bytes. */
void cv_sha256_hex(const void *data, size_t size, char out[65]);

/* The same of bytes that come one after the other; close frees it. */
struct cv_sha256;
struct cv_sha256 *cv_sha256_open(void);
void cv_sha256_add(struct cv_sha256 *sha, const void *data, size_t size);
void cv_sha256_close(struct cv_sha256 *sha, char out[65]);

/* The same of all that is left to read of a file, piece by piece; false with errno, EFBIG
 * where that is more than `most` bytes. */
bool cv_sha256_file(int file, size_t most, char out[65]);

/* The name-based UUID of RFC 4122, version 5, of a name in the name space of URLs, in
 * upper case with a NUL: 37 bytes.  The same name always gives the same. */
void cv_uuid_of_name(const char *name, char out[37]);
