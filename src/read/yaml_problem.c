/* libyaml's messages are about its own states.  Those that an admin meets, quotes
 * that do not end, tabs, backslashes in double quotes, stars without quotes, are told
 * as what they are; the rest keeps libyaml's words and gets the place. */
#include "read/yaml_problem.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/value.h"

enum { LONGEST_KEY_OF_LIBYAML = 1024 };

struct translation {
	struct cv_ctx *ctx;
	const struct cv_source *source;
	const struct cv_yaml_problem *problem;
};

static struct cv_span span_at(const struct translation *t, size_t at, size_t size)
{
	if (at > t->source->size)
		at = t->source->size;
	if (size > t->source->size - at)
		size = t->source->size - at;
	return cv_span(t->source->id, at, size);
}

static bool says(const char *text, const char *part)
{
	return text && strstr(text, part);
}

static bool is_tab(const struct translation *t)
{
	return t->source->text[t->problem->at] == '\t' ||
	       says(t->problem->problem, "found a tab character");
}

static bool is_unended_quote(const struct translation *t)
{
	return says(t->problem->context, "quoted scalar") &&
	       says(t->problem->problem, "unexpected");
}

static bool is_escape(const struct translation *t)
{
	return says(t->problem->context, "parsing a quoted scalar");
}

static bool is_alias(const struct translation *t)
{
	return says(t->problem->context, "scanning an alias") ||
	       says(t->problem->context, "scanning an anchor");
}

static bool is_first_character(const struct translation *t)
{
	return says(t->problem->problem, "cannot start any token");
}

/* The key or text that ends at the problem passes what libyaml takes for a key. */
static bool is_long_key(const struct translation *t)
{
	const char *text = t->source->text;
	const size_t at = t->problem->at;
	size_t line = at;

	if (says(t->problem->context, "simple key")) {
		const char *key = text + t->problem->context_at;

		return strcspn(key, "\n") > LONGEST_KEY_OF_LIBYAML;
	}
	if (text[at] != ':')
		return false;
	while (line && text[line - 1] != '\n')
		line--;
	return at - line > LONGEST_KEY_OF_LIBYAML;
}

static bool is_no_key(const struct translation *t)
{
	return says(t->problem->context, "simple key");
}

static bool is_second_value(const struct translation *t)
{
	return says(t->problem->problem, "mapping values are not allowed");
}

static bool is_behind_end(const struct translation *t)
{
	return says(t->problem->problem, "<document start>");
}

static bool is_unclosed(const struct translation *t)
{
	return says(t->problem->context, "flow mapping") ||
	       says(t->problem->context, "flow sequence");
}

static struct cv_finding *tell_tab(const struct translation *t)
{
	return cv_find_more(t->ctx, CV_F_SYNTAX, span_at(t, t->problem->at, 1),
			    "a tab in the indentation; use blanks");
}

static struct cv_finding *tell_unended_quote(const struct translation *t)
{
	return cv_find_more(t->ctx, CV_F_SYNTAX, span_at(t, t->problem->context_at, 1),
			    "the quote that begins here does not end");
}

/* The problem's place is the backslash, or the digits behind its letter. */
static struct cv_finding *tell_escape(const struct translation *t)
{
	const char *text = t->source->text;
	size_t at = t->problem->at < t->source->size ? t->problem->at : t->source->size;
	struct cv_finding *finding;

	while (at > t->problem->context_at && text[at] != '\\')
		at--;
	if (says(t->problem->problem, "invalid Unicode")) {
		const size_t rest = t->source->size - at;

		finding = cv_find_more(
			t->ctx, CV_F_SYNTAX, span_at(t, at, rest < 6 ? rest : 6),
			"surrogate pairs (\\ud83d\\ude00) are not taken; write "
			"the character itself");
		return finding;
	}
	finding = cv_find_more(t->ctx, CV_F_SINGLE_QUOTES, span_at(t, at, 2),
			       "`%s` is no escape that may stand in double quotes",
			       cv_shown_part(t->ctx, text + at, 2));
	finding->hint =
		t->problem->json ? "write \\\\ for a backslash" : "use single quotes";
	return finding;
}

static struct cv_finding *tell_first_character(const struct translation *t)
{
	const char c =
		t->source->text[is_alias(t) ? t->problem->context_at : t->problem->at];
	struct cv_finding *finding = cv_find_more(
		t->ctx, CV_F_SYNTAX,
		span_at(t, is_alias(t) ? t->problem->context_at : t->problem->at, 1),
		"a value cannot begin with `%c` unless it is quoted", c);

	finding->hint = "use single quotes";
	return finding;
}

static struct cv_finding *tell_long_key(const struct translation *t)
{
	const bool at_key = is_no_key(t);

	return cv_find_more(
		t->ctx, CV_F_TOO_LONG,
		span_at(t, at_key ? t->problem->context_at : t->problem->at, 1),
		"the key that %s here is too long: keys have at most %d bytes",
		at_key ? "begins" : "ends", CV_MAX_NAME);
}

static struct cv_finding *tell_no_key(const struct translation *t)
{
	const char *text = t->source->text + t->problem->context_at;

	return cv_find_more(t->ctx, CV_F_SYNTAX,
			    span_at(t, t->problem->context_at, strcspn(text, " \r\n")),
			    "a `:` must stand behind the key that begins here");
}

static struct cv_finding *tell_second_value(const struct translation *t)
{
	struct cv_finding *finding = cv_find_more(
		t->ctx, CV_F_SYNTAX, span_at(t, t->problem->at, 1),
		"a value with a `:` before a blank or a line's end must be quoted, and a "
		"map "
		"that begins a new line must be indented like its neighbours");

	finding->hint = "use single quotes";
	return finding;
}

static struct cv_finding *tell_behind_end(const struct translation *t)
{
	return cv_find_more(t->ctx, CV_F_SYNTAX, span_at(t, t->problem->at, 1),
			    "something stands behind the end of the document");
}

/* Most often the value was meant to go on behind the `#`, or the file was cut off. */
static struct cv_finding *tell_unclosed(const struct translation *t)
{
	const char *text = t->source->text, *rest = text + t->problem->at;
	const bool list = text[t->problem->context_at] == '[';
	struct cv_finding *finding;

	if (!t->problem->comment_at && rest[strspn(rest, " \t\r\n")] == '\0')
		return cv_find_more(
			t->ctx, CV_F_SYNTAX, span_at(t, t->problem->context_at, 1),
			"the %s that begins here does not end", list ? "list" : "map");
	if (t->problem->comment_at) {
		finding = cv_find_more(
			t->ctx, CV_F_SYNTAX, span_at(t, t->problem->comment_at, 1),
			"a ` #` begins a comment, and behind it a `,` or `%c` "
			"is missing",
			list ? ']' : '}');
		finding->hint = "use single quotes if it is part of the value";
	} else {
		finding = cv_find_more(t->ctx, CV_F_SYNTAX, span_at(t, t->problem->at, 1),
				       "%s", t->problem->problem);
	}
	finding->also = span_at(t, t->problem->context_at, 1);
	finding->also_text = t->source->text[finding->also.offset] == '['
				     ? "in the list that begins here"
				     : "in the map that begins here";
	return finding;
}

bool cv_yaml_problem(struct cv_ctx *ctx, const struct cv_source *source,
		     const struct cv_yaml_problem *problem)
{
	/* In this order: the first that fits. */
	static const struct {
		bool (*fits)(const struct translation *t);
		struct cv_finding *(*tell)(const struct translation *t);
	} tellings[] = {
		{is_long_key, tell_long_key},
		{is_tab, tell_tab},
		{is_unended_quote, tell_unended_quote},
		{is_escape, tell_escape},
		{is_alias, tell_first_character},
		{is_first_character, tell_first_character},
		{is_no_key, tell_no_key},
		{is_second_value, tell_second_value},
		{is_behind_end, tell_behind_end},
		{is_unclosed, tell_unclosed},
	};
	const struct translation t = {ctx, source, problem};
	struct cv_finding *finding = NULL;

	for (size_t i = 0; !finding && i < sizeof tellings / sizeof *tellings; i++)
		if (tellings[i].fits(&t))
			finding = tellings[i].tell(&t);
	if (!finding)
		finding = cv_find_more(ctx, CV_F_SYNTAX, span_at(&t, problem->at, 1),
				       "%s%s%s", problem->problem,
				       problem->context ? ", " : "",
				       problem->context ? problem->context : "");
	if (finding->at.offset == problem->comment_at)
		return false;
	if (problem->comment_at && !finding->also_text) {
		finding->also = span_at(&t, problem->comment_at, 1);
		finding->also_text =
			"a ` #` begins a comment; use single quotes if it is "
			"part of the value";
	} else if (problem->comment_at) {
		finding->hint = "a ` #` before it begins a comment; use single quotes";
	}
	return false;
}
