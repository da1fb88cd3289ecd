/* URL rows to URLs of the site, one for all rows that ask for the same. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/field.h"

/* What makes two URLs the same; texts are interned, so it is compared as bytes. */
struct key {
	const struct cv_party *from;
	const struct cv_ports *ports;
	const char *scheme, *pattern;
};

struct slot {
	UT_hash_handle hh;
	struct key key;
	struct cv_url *url;
};

/* The pass's own state. */
struct urls {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct slot *slots;
};

static void add_url(struct urls *urls, const struct cv_url_row *row,
		    const struct cv_party *from, const struct cv_text *text,
		    const struct cv_ports *ports)
{
	struct cv_ctx *ctx = urls->ctx;
	const char *rest = strstr(text->text, "://");
	struct key key = {.from = from, .ports = ports};
	struct slot *slot;

	if (rest)
		key.scheme = cv_intern(ctx, text->text, (size_t)(rest - text->text));
	key.pattern = cv_intern_text(ctx, rest ? rest + 3 : text->text);
	HASH_FIND(hh, urls->slots, &key, sizeof key, slot);
	if (!slot) {
		slot = CV_NEW(ctx->arena, struct slot);
		slot->key = key;
		slot->url = CV_ADD(ctx->arena, &urls->policy->urls, struct cv_url);
		*slot->url = (struct cv_url){.from = from,
					     .scheme = key.scheme,
					     .pattern = key.pattern,
					     .ports = ports};
		HASH_ADD(hh, urls->slots, key, sizeof slot->key, slot);
	}
	cv_rows_add(ctx, &slot->url->rows, &row->row);
}

/* One pattern, with parameters put in, for each party that calls it. */
static bool add_pattern(struct urls *urls, const struct cv_url_row *row,
			struct cv_text pattern, const struct cv_ports *ports)
{
	const struct cv_texts parties = cv_few_texts(&row->from);
	struct cv_ctx *ctx = urls->ctx;
	const char *published = pattern.text;

	pattern.text = cv_with_parameters(ctx, urls->policy, &row->row, NULL, pattern);
	if (!pattern.text ||
	    (pattern.text != published && !cv_lex_url.check(ctx, pattern)))
		return false;
	if (parties.count == 0)
		add_url(urls, row, NULL, &pattern, ports);
	for (size_t i = 0; i < parties.count; i++) {
		const struct cv_party *from =
			cv_party_by_name(ctx, urls->policy, parties.items[i]);

		if (!from)
			return false;
		add_url(urls, row, from, &pattern, ports);
	}
	return true;
}

static bool row_urls(struct urls *urls, const struct cv_url_row *row)
{
	const struct cv_texts words = cv_few_texts(&row->ports);
	const struct cv_texts patterns = cv_few_texts(&row->url);
	struct cv_ctx *ctx = urls->ctx;
	const struct cv_ports *ports = NULL, *one;
	const char *why, *bad, *value;
	size_t bad_size;

	for (size_t i = 0; i < words.count; i++) {
		value = cv_with_parameters(ctx, urls->policy, &row->row, NULL,
					   words.items[i]);
		if (!value)
			return false;
		if (!cv_ports_parse(ctx, value, &one, &why, &bad, &bad_size))
			return cv_find(ctx, CV_F_BAD_PORT, words.items[i].at,
				       "the port `%s` of %s: %s", value,
				       cv_row_name(ctx, &row->row), why);
		ports = cv_ports_union(ctx, ports, one);
	}
	for (size_t u = 0; u < patterns.count; u++)
		if (!add_pattern(urls, row, patterns.items[u], ports))
			return false;
	return true;
}

bool cv_pass_urls(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct urls urls = {ctx, policy, NULL};
	bool ok = true;

	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *as = cv_used_as(policy, use);

		if (as->applies && as->table == CV_URLS)
			ok = row_urls(&urls, (const struct cv_url_row *)cv_policy_row(
						     policy, use->row)) &&
			     ok;
	}
	HASH_CLEAR(hh, urls.slots);
	return ok;
}
