/* Names and what they refer to: one hash table for each kind, so that a table of a
 * million rows is checked in one pass. */
#include "read/check.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "base/limits.h"

enum { MOST_WORDS = 1000 }; /* looked at for "did you mean" */

struct cv_name {
	UT_hash_handle hh;
	struct cv_text text;
	size_t number;
};

bool cv_names_add(struct cv_arena *arena, struct cv_names *names, struct cv_text name,
		  size_t number, size_t *other_out, struct cv_span *also_out)
{
	const size_t size = strlen(name.text);
	struct cv_name *found;

	HASH_FIND(hh, names->all, name.text, size, found);
	if (found) {
		*other_out = found->number;
		*also_out = found->text.at;
		return false;
	}
	found = CV_NEW(arena, struct cv_name);
	found->text = name;
	found->number = number;
	HASH_ADD_KEYPTR(hh, names->all, found->text.text, size, found);
	return true;
}

bool cv_names_find(const struct cv_names *names, const char *text, size_t size,
		   size_t *number_out)
{
	struct cv_name *found;

	HASH_FIND(hh, names->all, text, size, found);
	if (found)
		*number_out = found->number;
	return found != NULL;
}

void cv_names_close(struct cv_names *names)
{
	HASH_CLEAR(hh, names->all);
}

const char *cv_names_nearest(struct cv_ctx *ctx, struct cv_names *names, const char *word)
{
	const char **words;
	size_t count = 0;

	/* More than are printed would be work for nobody. */
	if (names->hints++ >= CV_MAX_FINDINGS)
		return NULL;
	words = CV_NEW_ARRAY(ctx->arena, MOST_WORDS, const char *);
	for (const struct cv_name *name = names->all; name && count < MOST_WORDS;
	     name = name->hh.next)
		words[count++] = name->text.text;
	return cv_nearest(word, words, count);
}
