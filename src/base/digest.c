#include "base/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "base/arena.h"

enum { PIECE = 64 * 1024 }; /* bytes of a file that are read at once */

struct cv_sha256 {
	struct sha256_ctx state;
};

static void end_sha256(struct sha256_ctx *sha, char out[65])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[SHA256_DIGEST_SIZE];

	sha256_digest(sha, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[64] = '\0';
}

void cv_sha256_hex(const void *data, size_t size, char out[65])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, size, data);
	end_sha256(&sha, out);
}

struct cv_sha256 *cv_sha256_open(void)
{
	struct cv_sha256 *sha = malloc(sizeof *sha);

	if (!sha)
		cv_out_of_memory();
	sha256_init(&sha->state);
	return sha;
}

void cv_sha256_add(struct cv_sha256 *sha, const void *data, size_t size)
{
	sha256_update(&sha->state, size, data);
}

void cv_sha256_close(struct cv_sha256 *sha, char out[65])
{
	end_sha256(&sha->state, out);
	free(sha);
}

bool cv_sha256_file(int file, size_t most, char out[65])
{
	unsigned char *piece = malloc(PIECE);
	struct sha256_ctx sha;
	size_t size = 0;
	ssize_t got;

	if (!piece)
		cv_out_of_memory();
	sha256_init(&sha);
	while ((got = read(file, piece, PIECE)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || (size_t)got > most - size)
			break;
		sha256_update(&sha, (size_t)got, piece);
		size += (size_t)got;
	}
	free(piece);
	if (got > 0)
		errno = EFBIG;
	end_sha256(&sha, out);
	return got == 0;
}

void cv_uuid_of_name(const char *name, char out[37])
{
	/* RFC 4122, appendix C: 6ba7b811-9dad-11d1-80b4-00c04fd430c8. */
	static const unsigned char urls[16] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad,
					       0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0,
					       0x4f, 0xd4, 0x30, 0xc8};
	static const char hex[] = "0123456789ABCDEF";
	unsigned char digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha;
	size_t at = 0;

	sha1_init(&sha);
	sha1_update(&sha, sizeof urls, urls);
	sha1_update(&sha, strlen(name), (const unsigned char *)name);
	sha1_digest(&sha, sizeof digest, digest);
	digest[6] = (unsigned char)((digest[6] & 0x0F) | 0x50);
	digest[8] = (unsigned char)((digest[8] & 0x3F) | 0x80);
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = hex[digest[i] >> 4];
		out[at++] = hex[digest[i] & 15];
	}
	out[at] = '\0';
}
