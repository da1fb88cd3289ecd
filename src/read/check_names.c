/* Names and what they refer to: one hash table for each kind, so that a table of a
 * million rows is checked in one pass. */
#include "read/check.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/limits.h"

enum { MOST_WORDS = 1000 }; /* looked at for "did you mean" */

struct name {
	struct cv_text text;
	size_t size, number;
};

static const struct name *find(const struct cv_names *names, uint32_t hash,
			       const char *text, size_t size)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&names->by_text, hash, &at)) != CV_NO_NUMBER) {
		const struct name *name = CV_AT(&names->all, struct name, number);

		if (name->size == size && memcmp(name->text.text, text, size) == 0)
			return name;
	}
	return NULL;
}

bool cv_names_add(struct cv_arena *arena, struct cv_names *names, struct cv_text name,
		  size_t number, size_t *other_out, struct cv_span *also_out)
{
	const size_t size = strlen(name.text);
	const uint32_t hash = (uint32_t)cv_hash(name.text, size);
	const struct name *other = find(names, hash, name.text, size);

	if (other) {
		*other_out = other->number;
		*also_out = other->text.at;
		return false;
	}
	cv_numbers_add(&names->by_text, hash, (uint32_t)names->all.count);
	*CV_ADD(arena, &names->all, struct name) = (struct name){name, size, number};
	return true;
}

bool cv_names_find(const struct cv_names *names, const char *text, size_t size,
		   size_t *number_out)
{
	const struct name *found = find(names, (uint32_t)cv_hash(text, size), text, size);

	if (found)
		*number_out = found->number;
	return found != NULL;
}

void cv_names_close(struct cv_names *names)
{
	cv_numbers_deinit(&names->by_text);
}

const char *cv_names_nearest(struct cv_ctx *ctx, struct cv_names *names, const char *word)
{
	const char **words;
	size_t count = 0;

	/* More than are printed would be work for nobody. */
	if (names->hints++ >= CV_MAX_FINDINGS)
		return NULL;
	words = CV_NEW_ARRAY(ctx->arena, MOST_WORDS, const char *);
	for (; count < names->all.count && count < MOST_WORDS; count++)
		words[count] = CV_AT(&names->all, struct name, count)->text.text;
	return cv_nearest(word, words, count);
}
