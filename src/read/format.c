/* Looks for the key `carveout` in bytes that nobody has checked yet: at the start of a
 * line in YAML, at the outermost level in JSON. */
#include "read/format.h"

#include <string.h>

#include "base/ctx.h"
#include "read/load.h"

static const char key[] = "carveout";

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* The value behind a key that ends at `at`. */
static bool value_at(const struct cv_source *source, size_t at, struct cv_span *at_out)
{
	const char *text = source->text;
	size_t size;

	at += is_quote(text[at]);
	at += strspn(text + at, " \t");
	if (text[at] != ':')
		return false;
	at++;
	at += strspn(text + at, " \t\r\n");
	at += is_quote(text[at]);
	size = strspn(text + at, "abcdefghijklmnopqrstuvwxyz0123456789/.-");
	*at_out = cv_span(source->id, at, size);
	return true;
}

static bool is_key_at(const char *text, size_t at)
{
	return strncmp(text + at, key, sizeof key - 1) == 0;
}

static bool peek_yaml(const struct cv_source *source, size_t at, struct cv_span *at_out)
{
	const char *text = source->text, *line;

	while (at < source->size) {
		const size_t name = at + is_quote(text[at]);

		if (is_key_at(text, name) &&
		    value_at(source, name + sizeof key - 1, at_out))
			return true;
		line = memchr(text + at, '\n', source->size - at);
		if (!line)
			break;
		at = (size_t)(line + 1 - text);
	}
	return false;
}

/* Behind the quote that ends the string which begins at `at`. */
static size_t string_end(const struct cv_source *source, size_t at)
{
	const char *text = source->text;

	for (at++; at < source->size && text[at] != '"'; at++)
		at += text[at] == '\\';
	return at < source->size ? at + 1 : source->size;
}

static bool peek_braces(const struct cv_source *source, size_t at, struct cv_span *at_out)
{
	const char *text = source->text;
	size_t depth = 0;

	while (at < source->size) {
		const char c = text[at];
		const size_t name = at + is_quote(c);

		if (depth == 1 && is_key_at(text, name) &&
		    value_at(source, name + sizeof key - 1, at_out))
			return true;
		if (c == '"') {
			at = string_end(source, at);
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= depth && (c == '}' || c == ']');
		at++;
	}
	return false;
}

bool cv_format_peek(const struct cv_source *source, struct cv_span *at_out)
{
	const char *text = source->text;
	size_t at = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	const size_t first = at + strspn(text + at, " \t\r\n");

	return text[first] == '{' ? peek_braces(source, first, at_out)
				  : peek_yaml(source, at, at_out);
}

bool cv_format_check(struct cv_ctx *ctx, struct cv_text format, const char *wanted)
{
	const size_t kind = strcspn(wanted, "/");
	static const char *const kinds[] = {"site", "profile", "answers"};
	struct cv_finding *finding;

	if (strcmp(format.text, wanted) == 0)
		return true;
	if (strncmp(format.text, wanted, kind + 1) == 0)
		return cv_find(
			ctx, CV_F_BAD_VALUE, format.at,
			"`%s` is a format that this carveout does not know; it reads "
			"%s",
			cv_shown(ctx, format.text), wanted);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const size_t size = strlen(kinds[i]);

		if (strncmp(format.text, kinds[i], size) == 0 && format.text[size] == '/')
			return cv_find(ctx, CV_F_BAD_VALUE, format.at,
				       "this is %s%s, and %s%.*s is wanted here",
				       *kinds[i] == 'a' ? "a file of " : "a ", kinds[i],
				       *wanted == 'a' ? "a file of " : "a ", (int)kind,
				       wanted);
	}
	finding = cv_find_more(ctx, CV_F_BAD_VALUE, format.at,
			       "`carveout` must be %s, not `%s`", wanted,
			       cv_shown(ctx, format.text));
	finding->hint = cv_arena_format(ctx->arena, "as carveout: %s", wanted);
	return false;
}

bool cv_format_is_other(struct cv_ctx *ctx, const struct cv_source *source,
			const char *wanted)
{
	struct cv_text found;

	if (!cv_format_peek(source, &found.at))
		return false;
	found.text = cv_arena_copy(ctx->arena, source->text + found.at.offset,
				   found.at.length);
	return strchr(found.text, '/') && !cv_format_check(ctx, found, wanted);
}

enum cv_document cv_document_kind(const struct cv_source *source)
{
	const char *format;
	struct cv_span at;

	if (!cv_format_peek(source, &at))
		return CV_DOCUMENT_NEITHER;
	format = source->text + at.offset;
	if (strncmp(format, "profile/", 8) == 0)
		return CV_DOCUMENT_PROFILE;
	return strncmp(format, "site/", 5) == 0 ? CV_DOCUMENT_SITE : CV_DOCUMENT_NEITHER;
}
