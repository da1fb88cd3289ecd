/* Eight bytes at a time, each mixed in by two multiplications: after one, the upper bits
 * of a difference would still be known without the seed.  The seed is where the kernel
 * has put the program. */
#include "base/hash.h"

#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
	hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
	return hash ^ hash >> 32;
}

uint64_t cv_hash(const void *data, size_t size)
{
	const char *bytes = data;
	uint64_t hash = mix((uint64_t)(uintptr_t)&cv_hash, size), word;

	for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
		memcpy(&word, bytes, sizeof word);
		hash = mix(hash, word);
	}
	if (size == 0)
		return hash;
	word = 0;
	memcpy(&word, bytes, size);
	return mix(hash, word);
}
