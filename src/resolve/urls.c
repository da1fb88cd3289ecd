/* URL rows to URLs of the site. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"

static struct cv_url *find_url(struct cv_policy *policy, const struct cv_url *wanted)
{
	for (size_t i = 0; i < policy->urls.count; i++) {
		struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		if (url->from == wanted->from && url->ports == wanted->ports &&
		    (url->scheme
			     ? wanted->scheme && strcmp(url->scheme, wanted->scheme) == 0
			     : !wanted->scheme) &&
		    strcmp(url->pattern, wanted->pattern) == 0)
			return url;
	}
	return NULL;
}

static void add_url(struct cv_ctx *ctx, struct cv_policy *policy,
		    const struct cv_url_row *row, const struct cv_party *from,
		    const struct cv_text *text, const struct cv_ports *ports)
{
	const char *rest = strstr(text->text, "://");
	struct cv_url wanted = {.from = from, .pattern = text->text, .ports = ports};
	struct cv_url *url;

	if (rest) {
		wanted.scheme = cv_arena_copy(ctx->arena, text->text,
					      (size_t)(rest - text->text));
		wanted.pattern = rest + 3;
	}
	url = find_url(policy, &wanted);
	if (!url) {
		url = CV_ADD(ctx->arena, &policy->urls, struct cv_url);
		*url = wanted;
	}
	cv_rows_add(ctx, &url->rows, &row->row);
}

static bool row_urls(struct cv_ctx *ctx, struct cv_policy *policy,
		     const struct cv_use *use)
{
	const struct cv_url_row *row = (const struct cv_url_row *)use->row;
	const struct cv_ports *ports = NULL, *one;
	const char *why, *bad, *value;
	size_t bad_size;

	for (size_t i = 0; i < row->ports.count; i++) {
		value = cv_with_parameters(ctx, policy, &row->row, NULL,
					   row->ports.items[i]);
		if (!value)
			return false;
		if (!cv_ports_parse(ctx, value, &one, &why, &bad, &bad_size))
			return cv_find(ctx, CV_F_BAD_PORT, row->ports.items[i].at,
				       "the port `%s` of %s: %s", value,
				       cv_row_name(ctx, &row->row), why);
		ports = cv_ports_union(ctx, ports, one);
	}
	for (size_t u = 0; u < row->url.count; u++) {
		if (row->from.count == 0)
			add_url(ctx, policy, row, NULL, &row->url.items[u], ports);
		for (size_t i = 0; i < row->from.count; i++) {
			const struct cv_party *from =
				cv_party_by_name(ctx, policy, row->from.items[i]);

			if (!from)
				return false;
			add_url(ctx, policy, row, from, &row->url.items[u], ports);
		}
	}
	return true;
}

bool cv_pass_urls(struct cv_ctx *ctx, struct cv_policy *policy)
{
	return cv_each_use(ctx, policy, CV_URLS, row_urls);
}
