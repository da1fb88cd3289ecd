/* The page of a finding as text. */
#include "commands/check_explain.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/finding_page.h"

enum { LABEL = 11, WIDTH = 80 }; /* columns */

static const struct cv_span nowhere;

static bool unknown(struct cv_ctx *ctx, const char *name)
{
	const char *names[CV_F_COUNT];
	struct cv_finding *finding;

	for (int i = 0; i < CV_F_COUNT; i++)
		names[i] = cv_finding_kinds[i].name;
	finding =
		cv_find_more(ctx, CV_F_USAGE, nowhere, "there is no finding `%s`", name);
	cv_suggest(ctx, finding, name, names, CV_F_COUNT);
	if (!finding->hint)
		finding->hint = "docs/findings.md lists them";
	return false;
}

/* A label, and words beside it in lines of their own. */
static void add_part(struct cv_buf *out, const char *label, const char *words)
{
	size_t column = LABEL;

	cv_buf_format(out, "%-*s", LABEL, label);
	while (*words) {
		const size_t size = strcspn(words, " ");

		if (column > LABEL && column + size + 1 > WIDTH) {
			cv_buf_format(out, "\n%*s", LABEL, "");
			column = LABEL;
		} else if (column > LABEL) {
			cv_buf_char(out, ' ');
			column++;
		}
		cv_buf_add(out, words, size);
		column += size;
		words += size;
		words += strspn(words, " ");
	}
	cv_buf_char(out, '\n');
}

static const char *accept_words(struct cv_ctx *ctx, enum cv_code code)
{
	const struct cv_finding_kind *kind = &cv_finding_kinds[code];
	const bool target = cv_finding_pages[code].accept == CV_ACCEPT_TARGET;

	if (cv_finding_pages[code].accept == CV_ACCEPT_NO)
		return "it cannot be accepted";
	return cv_arena_format(ctx->arena,
			       "in the site: accept: [{row: \"PROFILE#TABLE/ID\", "
			       "finding: %s,%s of: \"...\", reason: ..., by: ..., until: "
			       "\"YYYY-MM-DD\"}]; compile says which digest `of` must be",
			       kind->name, target ? " target: TARGET," : "");
}

bool cv_explain_finding(struct cv_ctx *ctx, const char *name, struct cv_buf *out)
{
	static const char *const severities[] = {"note", "warning", "error"};
	const enum cv_code code = cv_code_by_name(name);
	const struct cv_finding_page *page;

	if (code == CV_F_COUNT)
		return unknown(ctx, name);
	page = &cv_finding_pages[code];
	cv_buf_format(out, "%s (%s)\n\n", name,
		      severities[cv_finding_kinds[code].severity]);
	add_part(out, "Meaning", cv_finding_kinds[code].meaning);
	add_part(out, "Why", page->why);
	if (*page->source)
		add_part(out, "Source", page->source);
	add_part(out, "To fix", page->fix);
	add_part(out, "To accept", accept_words(ctx, code));
	return true;
}
