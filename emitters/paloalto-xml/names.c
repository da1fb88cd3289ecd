/* What objects are called.  A name never hangs on what else there is, but for those of
 * two objects that would share one. */
#include "paloalto-xml/arrange.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/numbers.h"
#include "base/utf8.h"

enum {
	HASH = 8,       /* hex digits behind a name that was cut */
	LONG_HASH = 24, /* behind one that another shares */
	BUCKET = 3,     /* what stands behind the name of a group in a group of groups */
};

/* A site's name may be longer than a prefix: the hash keeps two such sites apart. */
static const char *prefix_of(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const struct cv_paloalto_options *options = plan->use->options;
	const char *name = plan->policy->site->name.text;
	char hash[65];

	if (options && options->prefix.text && *options->prefix.text)
		return options->prefix.text;
	if (strlen(name) <= CV_PALOALTO_PREFIX_MAX)
		return name;
	cv_sha256_hex(name, strlen(name), hash);
	return cv_arena_format(ctx->arena, "%.*s-%.*s", CV_PALOALTO_PREFIX_MAX - HASH - 1,
			       name, HASH, hash);
}

struct cv_paloalto_names cv_paloalto_names_of(struct cv_ctx *ctx,
					      const struct cv_plan *plan)
{
	const char *prefix = prefix_of(ctx, plan);

	return (struct cv_paloalto_names){
		.prefix = cv_paloalto_is_unprefixed(plan->use->options)
				  ? ""
				  : cv_arena_format(ctx->arena, "%s-", prefix),
		.tag = cv_arena_format(ctx->arena, "carveout-%s", prefix),
		.group = cv_arena_format(ctx->arena, "%s-services", prefix),
	};
}

/* Whether cv_paloalto_plain() leaves it as it is. */
static bool is_plain(const char *text, size_t limit)
{
	const size_t size = strcspn(text, cv_paloalto_text_refused);

	return size && size <= limit && !text[size] &&
	       cv_utf8_printable(text, size) == size && text[0] != ' ' &&
	       text[size - 1] != ' ' && !strstr(text, "  ");
}

static const char *make_plain(char *plain, size_t limit)
{
	const size_t size = strlen(plain);
	size_t length, filled = 0;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(plain + at, size - at, &length);
		const char ascii = c <= ' ' || c == 0x7F ? ' ' : c < 0x80 ? (char)c : '_';

		/* Bytes that are not UTF-8 decode as 0 and become a blank. */
		if (strchr(cv_paloalto_text_refused, ascii))
			continue;
		if (ascii != ' ' || (filled && plain[filled - 1] != ' '))
			plain[filled++] = ascii;
	}
	if (filled > limit) {
		filled = limit;
		memcpy(plain + filled - 3, "...", 3);
	}
	while (filled && plain[filled - 1] == ' ')
		filled--;
	plain[filled] = '\0';
	return filled ? plain : NULL;
}

const char *cv_paloalto_plain(struct cv_ctx *ctx, const char *text, size_t limit)
{
	if (text && is_plain(text, limit))
		return text;
	return make_plain(cv_arena_text(ctx->arena, text ? text : ""), limit);
}

enum { MORE = 24 }; /* characters of ", 123456789 more" at most */

const char *cv_paloalto_notes_join(struct cv_ctx *ctx, const char *first,
				   const char *const *notes, size_t count, size_t limit)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *last = NULL, *text;
	size_t left = 0;

	cv_buf_text(&out, first);
	for (size_t i = 0; i < count; i++) {
		const char *note = notes[i] ? notes[i] : "";

		if (!*note || (last && strcmp(last, note) == 0))
			continue;
		if (left || out.size + strlen(note) + MORE > limit)
			left++;
		else
			cv_buf_format(&out, "%s%s", last ? ", " : "", note);
		last = note;
	}
	if (left)
		cv_buf_format(&out, ", %zu more", left);
	text = cv_paloalto_plain(ctx, cv_arena_text(ctx->arena, cv_buf_string(&out)),
				 limit);
	cv_buf_deinit(&out);
	return text;
}

static size_t limit_of(const struct cv_paloalto_work *work, enum cv_paloalto_list_id list)
{
	const size_t limit = cv_paloalto_lists[list].name_limit;
	const size_t rule = cv_paloalto_release(work->options)->rule_name;

	if (list == CV_PALOALTO_RULE && rule < limit)
		return rule;
	return list == CV_PALOALTO_ADDRESS_GROUP || list == CV_PALOALTO_SERVICE_GROUP
		       ? limit - BUCKET
		       : limit;
}

/* The name with `digits` of the hash; 0: with a hash only where it is too long.  It is
 * cut between two of its parts, so that it never shows half a port. */
static const char *fit(const struct cv_paloalto_work *work,
		       const struct cv_paloalto_naming *item, size_t digits)
{
	const struct cv_paloalto_list *list = &cv_paloalto_lists[item->list];
	const size_t limit = limit_of(work, item->list);
	/* A URL category may not begin with a digit, which a prefix may. */
	const char *first = *work->names.prefix ? work->names.prefix : item->words;
	const char *full = cv_arena_format(work->ctx->arena, "%s%s%s",
					   strchr(list->first, *first) ? "" : "u-",
					   work->names.prefix, item->words);
	size_t keep = strlen(full);
	char hash[65];

	if (!digits && keep <= limit)
		return full;
	if (!digits)
		digits = HASH;
	cv_sha256_hex(item->identity, strlen(item->identity), hash);
	if (keep > limit - 1 - digits) {
		keep = limit - 1 - digits;
		while (keep && !strchr("_-.", full[keep]))
			keep--;
	}
	return keep ? cv_arena_format(work->ctx->arena, "%.*s-%.*s", (int)keep, full,
				      (int)digits, hash)
		    : cv_arena_format(work->ctx->arena, "x%.*s", (int)digits, hash);
}

static bool is_same(const struct cv_paloalto_naming *a,
		    const struct cv_paloalto_naming *b)
{
	return cv_paloalto_lists[a->list].space == cv_paloalto_lists[b->list].space &&
	       strcmp(a->name, b->name) == 0;
}

/* Our tag and our group have their names already. */
static bool is_taken(const struct cv_paloalto_work *work,
		     const struct cv_paloalto_naming *item)
{
	const struct cv_paloalto_list *list = &cv_paloalto_lists[item->list];

	for (size_t i = 0; list->reserved[i]; i++)
		if (strcmp(list->reserved[i], item->name) == 0)
			return true;
	return list->space == CV_PALOALTO_SERVICE_SPACE &&
	       strncmp(item->name, work->names.group, strlen(work->names.group)) == 0;
}

/* The number of the first item that was added with the name of that one, or
 * CV_NO_NUMBER. */
static uint32_t find_first(const struct cv_numbers *firsts,
			   struct cv_paloalto_naming *const *items, size_t item,
			   uint32_t hash)
{
	size_t at = hash;
	uint32_t first;

	do
		first = cv_numbers_next(firsts, hash, &at);
	while (first != CV_NO_NUMBER && !is_same(items[first], items[item]));
	return first;
}

void cv_paloalto_name_all(const struct cv_paloalto_work *work,
			  struct cv_paloalto_naming **items, size_t count)
{
	struct cv_numbers firsts = {0}; /* of each name in its space */
	bool *longer = CV_NEW_ARRAY(work->aside, count, bool);

	cv_numbers_reserve(&firsts, count);
	for (size_t i = 0; i < count; i++) {
		uint32_t hash, first;

		items[i]->name = fit(work, items[i], 0);
		longer[i] = is_taken(work, items[i]);
		hash = (uint32_t)cv_hash(items[i]->name, strlen(items[i]->name));
		first = find_first(&firsts, items, i, hash);
		if (first == CV_NO_NUMBER)
			cv_numbers_add(&firsts, hash, (uint32_t)i);
		else
			longer[i] = longer[first] = true;
	}
	cv_numbers_deinit(&firsts);
	for (size_t i = 0; i < count; i++)
		if (longer[i])
			items[i]->name = fit(work, items[i], LONG_HASH);
}
