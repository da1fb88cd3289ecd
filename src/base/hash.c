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

static uint64_t word_at(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return word;
}

/* All of 1 to 7 bytes in one word, some of them twice. */
static uint64_t short_word(const unsigned char *bytes, size_t size)
{
	uint32_t first, last;

	if (size < sizeof first)
		return (uint64_t)bytes[0] | (uint64_t)bytes[size / 2] << 8 |
		       (uint64_t)bytes[size - 1] << 16;
	memcpy(&first, bytes, sizeof first);
	memcpy(&last, bytes + size - sizeof last, sizeof last);
	return (uint64_t)last << 32 | first;
}

uint64_t cv_hash(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t hash = mix((uint64_t)(uintptr_t)&cv_hash, size);

	if (size == 0)
		return hash;
	if (size < sizeof(uint64_t))
		return mix(hash, short_word(bytes, size));
	for (size_t at = 0; at + sizeof(uint64_t) < size; at += sizeof(uint64_t))
		hash = mix(hash, word_at(bytes + at));
	/* The last eight bytes, of which some may have been mixed in before. */
	return mix(hash, word_at(bytes + size - sizeof(uint64_t)));
}
