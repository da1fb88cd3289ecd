/* Eight bytes at a time: each is mixed in by a multiplication whose upper half comes
 * down again.  The seed is what the kernel gives every process (getauxval(3)). */
#include "base/hash.h"

#include <string.h>
#include <sys/auxv.h>

static uint64_t seed(void)
{
	const char *random = (const char *)getauxval(AT_RANDOM);
	uint64_t value = 0;

	if (random)
		memcpy(&value, random, sizeof value);
	return value;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
	return hash ^ hash >> 32;
}

uint64_t cv_hash(const void *data, size_t size)
{
	const char *bytes = data;
	uint64_t hash = mix(seed(), size), word = 0;

	for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
		memcpy(&word, bytes, sizeof word);
		hash = mix(hash, word);
	}
	word = 0;
	if (size)
		memcpy(&word, bytes, size);
	return mix(mix(hash, word), seed());
}
