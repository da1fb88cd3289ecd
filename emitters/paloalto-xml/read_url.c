/* What an entry of a URL category means, byte by byte. */
#include "paloalto-xml/url.h"

#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool cv_paloalto_is_url(const char *value, const char *pattern)
{
	if (strncmp(pattern, "http://", 7) == 0)
		pattern += 7;
	else if (strncmp(pattern, "https://", 8) == 0)
		pattern += 8;
	while (*value && *value != '/' && lower(*pattern) == *value) {
		pattern++;
		value++;
	}
	/* The host ends on both sides at once; a port is no part of an entry. */
	if (*value != '/' || (*pattern && *pattern != ':' && *pattern != '/'))
		return false;
	while (*pattern && *pattern != '/')
		pattern++;
	return strcmp(value, *pattern ? pattern : "/") == 0;
}
