/* The elements of HTML, and the bounds of tags that libxml2 does not have. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/page_html.h"

struct element {
	const char *name;
	enum cv_html_role role;
};

/* In the order of their names.  Those that are not here and that HTML 4 has are inline.
 * Elements of HTML 5: https://html.spec.whatwg.org/multipage/indices.html. */
static const struct element elements[] = {
	{"address", CV_HTML_BLOCK},    {"article", CV_HTML_BLOCK},
	{"aside", CV_HTML_BLOCK},      {"audio", CV_HTML_SKIPPED},
	{"b", CV_HTML_EMPHASIS},       {"bdi", CV_HTML_INLINE},
	{"blockquote", CV_HTML_BLOCK}, {"body", CV_HTML_BLOCK},
	{"br", CV_HTML_BREAK},         {"button", CV_HTML_BUTTON},
	{"canvas", CV_HTML_PICTURE},   {"caption", CV_HTML_CAPTION},
	{"center", CV_HTML_BLOCK},     {"data", CV_HTML_INLINE},
	{"datalist", CV_HTML_SKIPPED}, {"dd", CV_HTML_ITEM},
	{"del", CV_HTML_STRUCK},       {"details", CV_HTML_BLOCK},
	{"dialog", CV_HTML_BLOCK},     {"dir", CV_HTML_LIST},
	{"div", CV_HTML_BLOCK},        {"dl", CV_HTML_LIST},
	{"dt", CV_HTML_ITEM},          {"em", CV_HTML_EMPHASIS},
	{"embed", CV_HTML_PICTURE},    {"fieldset", CV_HTML_BLOCK},
	{"figcaption", CV_HTML_BLOCK}, {"figure", CV_HTML_BLOCK},
	{"footer", CV_HTML_BLOCK},     {"form", CV_HTML_BLOCK},
	{"h1", CV_HTML_HEADING},       {"h2", CV_HTML_HEADING},
	{"h3", CV_HTML_HEADING},       {"h4", CV_HTML_HEADING},
	{"h5", CV_HTML_HEADING},       {"h6", CV_HTML_HEADING},
	{"header", CV_HTML_BLOCK},     {"hgroup", CV_HTML_BLOCK},
	{"hr", CV_HTML_BLOCK},         {"i", CV_HTML_EMPHASIS},
	{"iframe", CV_HTML_SKIPPED},   {"img", CV_HTML_PICTURE},
	{"input", CV_HTML_PICTURE},    {"legend", CV_HTML_BLOCK},
	{"li", CV_HTML_ITEM},          {"link", CV_HTML_LINK},
	{"main", CV_HTML_BLOCK},       {"mark", CV_HTML_INLINE},
	{"math", CV_HTML_SKIPPED},     {"menu", CV_HTML_LIST},
	{"meter", CV_HTML_INLINE},     {"nav", CV_HTML_BLOCK},
	{"object", CV_HTML_PICTURE},   {"ol", CV_HTML_LIST},
	{"option", CV_HTML_SKIPPED},   {"output", CV_HTML_INLINE},
	{"p", CV_HTML_BLOCK},          {"picture", CV_HTML_INLINE},
	{"pre", CV_HTML_PRE},          {"progress", CV_HTML_INLINE},
	{"rp", CV_HTML_INLINE},        {"rt", CV_HTML_INLINE},
	{"ruby", CV_HTML_INLINE},      {"s", CV_HTML_STRUCK},
	{"script", CV_HTML_SKIPPED},   {"search", CV_HTML_BLOCK},
	{"section", CV_HTML_BLOCK},    {"select", CV_HTML_SKIPPED},
	{"slot", CV_HTML_INLINE},      {"source", CV_HTML_INLINE},
	{"strike", CV_HTML_STRUCK},    {"strong", CV_HTML_EMPHASIS},
	{"style", CV_HTML_SKIPPED},    {"summary", CV_HTML_BLOCK},
	{"sup", CV_HTML_SUP},          {"svg", CV_HTML_SKIPPED},
	{"table", CV_HTML_TABLE},      {"tbody", CV_HTML_GROUP},
	{"td", CV_HTML_CELL},          {"template", CV_HTML_SKIPPED},
	{"textarea", CV_HTML_SKIPPED}, {"tfoot", CV_HTML_GROUP},
	{"th", CV_HTML_HEADER_CELL},   {"thead", CV_HTML_HEAD},
	{"time", CV_HTML_INLINE},      {"title", CV_HTML_TITLE},
	{"tr", CV_HTML_ROW},           {"track", CV_HTML_INLINE},
	{"ul", CV_HTML_LIST},          {"video", CV_HTML_SKIPPED},
	{"wbr", CV_HTML_INLINE},
};

static int compare(const void *name, const void *element)
{
	return strcmp(name, ((const struct element *)element)->name);
}

enum cv_html_role cv_html_role(const char *name)
{
	const struct element *element =
		bsearch(name, elements, sizeof elements / sizeof *elements,
			sizeof *elements, compare);

	if (element)
		return element->role;
	/* Elements that a page defines itself have a hyphen, those of other languages a
	 * colon. */
	return strpbrk(name, "-:") || htmlTagLookup((const xmlChar *)name)
		       ? CV_HTML_INLINE
		       : CV_HTML_UNKNOWN;
}

/* ---- bounds ---- */

struct scan {
	struct cv_parts *parts;
	const char *text, *end;
};

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static struct cv_span place(const struct scan *scan, const char *at)
{
	return cv_parts_at(scan->parts, (size_t)(at - scan->parts->source->text), 1);
}

/* NULL, so that a step may end with it. */
static const char *tell_open(struct scan *scan, const char *at, const char *what)
{
	scan->parts->full = true;
	cv_find(scan->parts->ctx, CV_F_PAGE_UNREADABLE, place(scan, at),
		"the %s that begins here does not end", what);
	return NULL;
}

static const char *tell_large(struct scan *scan, const char *tag, int most,
			      const char *what)
{
	scan->parts->full = true;
	cv_find(scan->parts->ctx, CV_F_PAGE_TOO_LARGE, place(scan, tag),
		"a tag of more than %d %s", most, what);
	return NULL;
}

/* Behind the attribute at `at`, or NULL: a quote is open at the end. */
static const char *skip_attribute(const struct scan *scan, const char *at)
{
	const char *start = at;
	char quote;

	while (at < scan->end && !is_blank(*at) && *at != '=' && *at != '>')
		at++;
	while (at < scan->end && is_blank(*at))
		at++;
	if (at == scan->end || *at != '=')
		return at;
	for (at++; at < scan->end && is_blank(*at);)
		at++;
	quote = at < scan->end ? *at : '\0';
	if (quote == '"' || quote == '\'') {
		at = memchr(at + 1, quote, (size_t)(scan->end - at) - 1);
		return at ? at + 1 : NULL;
	}
	while (at < scan->end && !is_blank(*at) && *at != '>')
		at++;
	return at > start ? at : at + 1;
}

/* Behind the tag that begins at `tag`, or NULL: reported. */
static const char *skip_tag(struct scan *scan, const char *tag)
{
	const char *at = tag + 1;
	size_t attributes = 0;

	while (at < scan->end && !is_blank(*at) && *at != '>')
		at++;
	for (;;) {
		while (at && at < scan->end && is_blank(*at))
			at++;
		if (!at || at >= scan->end)
			return tell_open(scan, tag, "tag");
		if (*at == '>')
			break;
		if (++attributes > CV_MAX_PAGE_ATTRIBUTES)
			return tell_large(scan, tag, CV_MAX_PAGE_ATTRIBUTES,
					  "attributes");
		at = skip_attribute(scan, at);
	}
	return at - tag > CV_MAX_PAGE_TAG
		       ? tell_large(scan, tag, CV_MAX_PAGE_TAG, "bytes")
		       : at + 1;
}

/* Behind a script or a style sheet whose tag is `tag`, where `at` is behind that. */
static const char *skip_raw(struct scan *scan, const char *tag, const char *at)
{
	static const char *const raw[] = {"script", "style"};

	for (size_t i = 0; i < sizeof raw / sizeof *raw; i++) {
		const size_t size = strlen(raw[i]);

		if ((size_t)(scan->end - tag) <= size + 1 ||
		    strncasecmp(tag + 1, raw[i], size) != 0 ||
		    !(is_blank(tag[size + 1]) || tag[size + 1] == '>'))
			continue;
		while ((at = memchr(at, '<', (size_t)(scan->end - at)))) {
			if ((size_t)(scan->end - at) >= size + 2 && at[1] == '/' &&
			    strncasecmp(at + 2, raw[i], size) == 0)
				return at;
			at++;
		}
		return tell_open(scan, tag, raw[i]);
	}
	return at;
}

/* As libxml2 and browsers have it: `<!-->` and `--!>` end comments, too. */
static const char *skip_comment(struct scan *scan, const char *comment)
{
	const char *at = comment + 4;

	if (scan->end - at >= 1 && *at == '>')
		return at + 1;
	if (scan->end - at >= 2 && memcmp(at, "->", 2) == 0)
		return at + 2;
	for (; (at = memchr(at, '-', (size_t)(scan->end - at))); at++) {
		if (scan->end - at >= 3 && memcmp(at, "-->", 3) == 0)
			return at + 3;
		if (scan->end - at >= 4 && memcmp(at, "--!>", 4) == 0)
			return at + 4;
	}
	return tell_open(scan, comment, "comment");
}

/* `</p>`, `<!DOCTYPE html>`, `<?xml?>`: all up to the next `>` is part of them. */
static const char *skip_other(struct scan *scan, const char *tag)
{
	const char *end = memchr(tag, '>', (size_t)(scan->end - tag));

	return end ? end + 1 : tell_open(scan, tag, "tag");
}

bool cv_html_check_tags(struct cv_parts *parts, size_t start, size_t size)
{
	struct scan scan = {parts, parts->source->text + start,
			    parts->source->text + start + size};
	const char *at = scan.text;

	while (at && (at = memchr(at, '<', (size_t)(scan.end - at)))) {
		const char *tag = at;
		const size_t left = (size_t)(scan.end - at);

		if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
			at = skip_comment(&scan, at);
		} else if (left > 1 && is_letter(at[1])) {
			at = skip_tag(&scan, at);
			at = at ? skip_raw(&scan, tag, at) : NULL;
		} else if (left > 1 && strchr("/!?", at[1])) {
			at = skip_other(&scan, at);
		} else {
			at++;
		}
	}
	return !parts->full;
}
