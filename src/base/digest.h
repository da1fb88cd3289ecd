#pragma once
/* SHA-256, through nettle. */

#include <stddef.h>

/* Lower-case hex with a NUL: 65 bytes. */
void cv_sha256_hex(const void *data, size_t size, char out[65]);
