#pragma once
/* URL patterns as entries of a URL category. */

#include <stdbool.h>

struct cv_ctx;

/* `http://www.example.com:443/x` as `www.example.com/x`; without a path a slash ends it,
 * since without one the firewall may take what begins so for the same ("URL category
 * exceptions": an implicit asterisk behind the domain).  NULL: *why_out says what cannot
 * be written. */
const char *cv_paloalto_url_spell(struct cv_ctx *ctx, const char *pattern,
				  const char **why_out);

/* The other way round: whether such an entry is the hosts and paths of the pattern.  A
 * file of its own, which has no code in common with the spelling. */
bool cv_paloalto_is_url(const char *value, const char *pattern);
