/* What an entry may hold: the vendor's guidelines for URL category exceptions.  A host
 * and what lies under it are two entries, "x" and "any part, x"; a row that means both
 * names both. */
#include "paloalto-xml/url.h"

#include <string.h>

#include "base/ctx.h"
#include "paloalto-xml/facts.h"

/* Beside letters and digits.  A question mark asks for help on the command line, and
 * the caret is a wildcard that no published pattern means. */
static const char plain[] = "._-~/=;+&%,*@:";

static bool is_separator(char c)
{
	return !c || strchr(cv_paloalto_url_separators, c);
}

static const char *problem(const char *entry)
{
	if (strlen(entry) > CV_PALOALTO_URL_MAX)
		return "an entry of a URL category has at most 255 characters";
	for (const char *c = entry; *c; c++) {
		if (!strchr(cv_paloalto_name_first, *c) && !strchr(plain, *c))
			return "an entry of a URL category holds ASCII letters, digits "
			       "and ._-~/=;+&%,*@: only; a host name in other letters is "
			       "written in its xn-- form";
		if (*c != '*')
			continue;
		if ((c > entry && !is_separator(c[-1])) || !is_separator(c[1]))
			return "in a URL category * stands for whole parts only";
		if (c[1] && c[2] == '*')
			return "in a URL category no * follows another";
	}
	return NULL;
}

const char *cv_paloalto_url_spell(struct cv_ctx *ctx, const char *pattern,
				  const char **why_out)
{
	const char *scheme = strstr(pattern, "://");
	const char *host = scheme ? scheme + 3 : pattern;
	const size_t size = strcspn(host, ":/");
	const char *path = strchr(host, '/');
	char *entry =
		cv_arena_format(ctx->arena, "%.*s%s", (int)size, host, path ? path : "/");

	for (size_t i = 0; i < size; i++)
		if (entry[i] >= 'A' && entry[i] <= 'Z')
			entry[i] = (char)(entry[i] - 'A' + 'a');
	*why_out = problem(entry);
	return *why_out ? NULL : entry;
}
