#pragma once
/* For readers of texts whose spelling is fixed. */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Steps over the text that ends with a NUL, where it stands at `*at`, before `end`;
 * false, and no step: another stands there. */
static inline bool cv_take(const char **at, const char *end, const char *text)
{
	const size_t size = strlen(text);

	if ((size_t)(end - *at) < size || memcmp(*at, text, size) != 0)
		return false;
	*at += size;
	return true;
}
