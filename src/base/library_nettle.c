/* nettle: digests. */
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "base/library.h"

#define WHAT "digests of files and names"

static struct cv_library nettle = {.file = CV_NETTLE, .what = WHAT};

CV_LIBRARY_NOTE(note, CV_NETTLE, WHAT);

CV_LIBRARY_PROCEDURE(nettle, nettle_sha256_init, (struct sha256_ctx * sha), (sha))
CV_LIBRARY_PROCEDURE(nettle, nettle_sha256_update,
		     (struct sha256_ctx * sha, size_t size, const uint8_t *data),
		     (sha, size, data))
CV_LIBRARY_PROCEDURE(nettle, nettle_sha256_digest,
		     (struct sha256_ctx * sha, size_t size, uint8_t *out),
		     (sha, size, out))
CV_LIBRARY_PROCEDURE(nettle, nettle_sha1_init, (struct sha1_ctx * sha), (sha))
CV_LIBRARY_PROCEDURE(nettle, nettle_sha1_update,
		     (struct sha1_ctx * sha, size_t size, const uint8_t *data),
		     (sha, size, data))
CV_LIBRARY_PROCEDURE(nettle, nettle_sha1_digest,
		     (struct sha1_ctx * sha, size_t size, uint8_t *out), (sha, size, out))
