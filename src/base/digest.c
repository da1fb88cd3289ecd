#include "base/digest.h"

#include <string.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>

void cv_sha256_hex(const void *data, size_t size, char out[65])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, size, data);
	sha256_digest(&sha, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[64] = '\0';
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
