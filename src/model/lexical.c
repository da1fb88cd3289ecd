/* What a scalar must look like, one check for each kind: names, dates, versions,
 * paths.  Those of the network are in lexical_net.c.  A check looks at the text alone;
 * whether a name is known is asked later. */
#include "model/lexical.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/pattern.h"
#include "model/version.h"

const char cv_lexical_digits[] = "0123456789";
const char cv_lexical_hex[] = "0123456789abcdefABCDEF";
const char cv_lexical_word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789_-";

bool cv_lexical_is_made_of(const char *text, const char *allowed)
{
	return text[0] && text[strspn(text, allowed)] == '\0';
}

bool cv_lexical_is_list(const char *text, const char *allowed, size_t size)
{
	for (;; text++) {
		const size_t length = strcspn(text, ",");

		if (length == 0 || (size && length != size) ||
		    strspn(text, allowed) < length)
			return false;
		text += length;
		if (!*text)
			return true;
	}
}

static bool is_segment_end(char c)
{
	return c == '\0' || c == '/' || c == '\\' || c == '"';
}

/* `ProductName` as a whole part of a path, or as the whole value. */
static const char *bare_product(const char *text)
{
	static const char word[] = "ProductName";

	for (const char *at = text; (at = strstr(at, word)); at++)
		if ((at == text || is_segment_end(at[-1])) &&
		    is_segment_end(at[sizeof word - 1]))
			return at;
	return NULL;
}

bool cv_lexical_is_leftover(struct cv_ctx *ctx, struct cv_text value)
{
	static const char *const marks[] = {"<OtherProductName>", "<ProductName>",
					    "<version>"};
	const char *found = NULL;
	size_t size = 0;
	struct cv_finding *finding;

	if (strcasecmp(value.text, "list here") == 0) {
		found = value.text;
		size = strlen(found);
	}
	for (size_t i = 0; !found && i < sizeof marks / sizeof *marks; i++) {
		found = strstr(value.text, marks[i]);
		size = strlen(marks[i]);
	}
	if (!found) {
		found = bare_product(value.text);
		size = strlen("ProductName");
	}
	if (!found)
		return false;
	finding = cv_find_more(ctx, CV_F_TEMPLATE_LEFTOVER,
			       cv_text_part(ctx, &value, found, size),
			       "`%s` is a leftover of the page's template",
			       cv_shown_part(ctx, found, size));
	finding->hint = "write the value, or {hole: \"words of the page\"}";
	return true;
}

/* The first character that nobody sees or that turns the writing round. */
static bool check_visible(struct cv_ctx *ctx, enum cv_code code, struct cv_text value)
{
	const size_t size = strlen(value.text);
	char name[12];
	size_t length;

	for (size_t at = cv_utf8_printable(value.text, size); at < size; at += length) {
		const uint32_t c = cv_utf8_decode(value.text + at, size - at, &length);

		if (!cv_is_control(c) && !cv_is_invisible(c))
			continue;
		cv_character_name(c, name);
		return cv_find(ctx, code,
			       cv_text_part(ctx, &value, value.text + at, length),
			       "`%s` holds %s, %s", cv_shown(ctx, value.text), name,
			       cv_is_control(c) ? "a control character"
						: "an invisible character");
	}
	return true;
}

static bool check_title(struct cv_ctx *ctx, struct cv_text value)
{
	const size_t size = strlen(value.text);

	if (size == 0)
		return cv_find(ctx, CV_F_BAD_VALUE, value.at, "a name is empty");
	if (size > CV_MAX_NAME)
		return cv_find(ctx, CV_F_TOO_LONG, value.at,
			       "a name of %zu bytes; names have at most %d", size,
			       CV_MAX_NAME);
	if (cv_lexical_is_leftover(ctx, value) ||
	    !check_visible(ctx, CV_F_BAD_VALUE, value))
		return false;
	if (cv_is_blank_at_end(value.text))
		return cv_find(ctx, CV_F_BAD_VALUE, value.at,
			       "the name `%s` begins or ends with a blank",
			       cv_shown(ctx, value.text));
	return true;
}

static bool check_note(struct cv_ctx *ctx, struct cv_text value)
{
	return !cv_lexical_is_leftover(ctx, value);
}

static bool is_id(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!(text[i] >= 'a' && text[i] <= 'z') &&
		    !(text[i] >= '0' && text[i] <= '9') && text[i] != '-')
			return false;
	return size && text[0] != '-';
}

static bool check_id(struct cv_ctx *ctx, struct cv_text value)
{
	const size_t size = strlen(value.text);

	if (size > CV_MAX_NAME)
		return cv_find(ctx, CV_F_TOO_LONG, value.at,
			       "a name of %zu bytes; names have at most %d", size,
			       CV_MAX_NAME);
	if (is_id(value.text, size))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "`%s` is no name of this kind: lower-case letters, digits and "
		       "hyphens, of which the first is no hyphen",
		       cv_shown(ctx, value.text));
}

static bool check_profile_id(struct cv_ctx *ctx, struct cv_text value)
{
	const size_t vendor = strcspn(value.text, "/");

	if (strlen(value.text) <= CV_MAX_NAME && is_id(value.text, vendor) &&
	    value.text[vendor] == '/' &&
	    is_id(value.text + vendor + 1, strlen(value.text + vendor + 1)))
		return true;
	return cv_find(
		ctx, CV_F_BAD_VALUE, value.at,
		"`%s` is no profile id: vendor/product in lower-case letters, digits "
		"and hyphens",
		cv_shown(ctx, value.text));
}

static unsigned number(const char *digits, size_t size)
{
	unsigned all = 0;

	while (size--)
		all = all * 10 + (unsigned)(*digits++ - '0');
	return all;
}

static bool is_date(const char *text)
{
	static const unsigned lengths[] = {31, 28, 31, 30, 31, 30,
					   31, 31, 30, 31, 30, 31};
	unsigned year, month, day, last;

	if (strlen(text) != 10 || strspn(text, cv_lexical_digits) != 4 ||
	    text[4] != '-' || strspn(text + 5, cv_lexical_digits) != 2 ||
	    text[7] != '-' || strspn(text + 8, cv_lexical_digits) != 2)
		return false;
	year = number(text, 4);
	month = number(text + 5, 2);
	day = number(text + 8, 2);
	if (month < 1 || month > 12)
		return false;
	last = lengths[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		last++;
	return day >= 1 && day <= last;
}

static bool check_date(struct cv_ctx *ctx, struct cv_text value)
{
	if (is_date(value.text))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "`%s` is no day of the calendar, written as 2026-11-23",
		       cv_shown(ctx, value.text));
}

static bool check_version(struct cv_ctx *ctx, struct cv_text value)
{
	struct cv_version version;

	if (cv_lexical_is_leftover(ctx, value))
		return false;
	if (cv_version_parse(value.text, &version))
		return true;
	return cv_find(ctx, CV_F_BAD_VERSION, value.at,
		       "`%s` is no version: at most %d numbers with dots between them",
		       cv_shown(ctx, value.text), CV_MAX_VERSION_PARTS);
}

static bool check_constraint(struct cv_ctx *ctx, struct cv_text value)
{
	struct cv_versions versions;
	const char *why = "";

	if (cv_lexical_is_leftover(ctx, value))
		return false;
	if (!cv_versions_parse(ctx, value.text, &versions, &why))
		return cv_find(ctx, CV_F_BAD_VERSION, value.at,
			       "`%s` is no version or constraint: %s",
			       cv_shown(ctx, value.text), why);
	if (versions.count == 0)
		return cv_find(ctx, CV_F_IMPOSSIBLE_VERSION, value.at,
			       "no version can meet `%s`", cv_shown(ctx, value.text));
	return true;
}

static bool check_hex(struct cv_ctx *ctx, struct cv_text value, size_t least, size_t most,
		      const char *what)
{
	const size_t size = strlen(value.text);

	if (size >= least && size <= most &&
	    cv_lexical_is_made_of(value.text, cv_lexical_hex))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at, "`%s` is not %s",
		       cv_shown(ctx, value.text), what);
}

static bool check_sha256(struct cv_ctx *ctx, struct cv_text value)
{
	return check_hex(ctx, value, 64, 64, "a SHA-256: 64 hex digits");
}

static bool check_digest(struct cv_ctx *ctx, struct cv_text value)
{
	return check_hex(ctx, value, 20, 64, "a digest: 20 to 64 hex digits");
}

static bool check_drive(struct cv_ctx *ctx, struct cv_text value)
{
	const char first = (char)(value.text[0] | 32);

	if (first >= 'a' && first <= 'z' && strcmp(value.text + 1, ":") == 0)
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "`%s` is no drive: a letter and a colon, as 'C:'",
		       cv_shown(ctx, value.text));
}

/* A compound one (.vbk.tmp) is a fact of some pages; targets that cannot say so
 * refuse it. */
static bool check_extension(struct cv_ctx *ctx, struct cv_text value)
{
	const char *text = value.text[0] == '.' ? value.text + 1 : value.text;
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-~$+.";
	struct cv_finding *finding;

	if (cv_lexical_is_leftover(ctx, value))
		return false;
	if (strlen(text) <= CV_MAX_NAME && text[0] != '.' &&
	    cv_lexical_is_made_of(text, allowed) && text[strlen(text) - 1] != '.')
		return true;
	finding = cv_find_more(ctx, CV_F_BAD_VALUE, value.at,
			       "`%s` is no file name extension: .ext or ext, of letters, "
			       "digits and _-~$+",
			       cv_shown(ctx, value.text));
	if (strncmp(value.text, "*.", 2) == 0)
		finding->hint = cv_arena_format(ctx->arena, "write %s",
						cv_shown(ctx, value.text + 1));
	return false;
}

/* What needs no platform to be refused; the rest waits for the device. */
static bool check_path(struct cv_ctx *ctx, struct cv_text value)
{
	const char *open = strchr(value.text, '<');

	if (value.text[0] == '\0')
		return cv_find(ctx, CV_F_BAD_PATH, value.at, "the path is empty");
	if (cv_lexical_is_leftover(ctx, value) ||
	    !check_visible(ctx, CV_F_BAD_PATH, value))
		return false;
	for (; open; open = strchr(open, '<')) {
		const size_t size = strcspn(open + 1, "<>/\\\"");

		if (open[size + 1] != '>' || size == 0)
			return cv_find(
				ctx, CV_F_BAD_PATH, cv_text_part(ctx, &value, open, 1),
				"a `<` that begins no placeholder, as <Tanium Client>");
		open += size + 2;
	}
	return true;
}

static bool check_finding(struct cv_ctx *ctx, struct cv_text value)
{
	const char *names[CV_F_COUNT];
	struct cv_finding *finding;

	if (cv_code_by_name(value.text) != CV_F_COUNT)
		return true;
	finding = cv_find_more(ctx, CV_F_BAD_VALUE, value.at, "`%s` is no finding",
			       cv_shown(ctx, value.text));
	for (size_t i = 0; i < CV_F_COUNT; i++)
		names[i] = cv_finding_kinds[i].name;
	cv_suggest(ctx, finding, value.text, names, CV_F_COUNT);
	return false;
}

static const char *const arches[] = {"x86", "x86_64", "arm64", NULL};
static const char *const families[] = {"4", "6", NULL};
static const char *const statuses[] = {"withdrawn", NULL};
static const char *const initiators[] = {"from", "to", "either", NULL};
static const char *const scopes[] = {"same-subnet", NULL};
static const char *const classes[] = {"operational", "performance", NULL};
static const char *const parameter_types[] = {"port", "ports", "text", "path", NULL};

/* A comparison of a constraint: an operator and a version or a series. */
#define COMPARISON "(>=|<=|!=|>|<)? *([0-9]+\\.)*([0-9]+|x)"
#define ID "[a-z0-9][a-z0-9-]*"

#define LEXICAL(id, what, function, shape) \
	const struct cv_lexical cv_lex_##id = { \
		.name = what, .check = function, .pattern = shape}
#define WORDS(id, what, list) \
	const struct cv_lexical cv_lex_##id = {.name = what, .words = list}

LEXICAL(id, "an id", check_id, "^" ID "$");
LEXICAL(name, "a name", check_id, "^" ID "$");
LEXICAL(profile_id, "a profile id", check_profile_id, "^" ID "/" ID "$");
LEXICAL(title, "a name", check_title, "^[^ \\t\\u00A0](.*[^ \\t\\u00A0])?$");
LEXICAL(note, "prose", check_note, NULL);
LEXICAL(constraint, "a version constraint", check_constraint,
	"^ *" COMPARISON "(( *, *| +or +)" COMPARISON ")* *$");
LEXICAL(version, "a version", check_version, "^[0-9]+(\\.[0-9]+){0,5}$");
LEXICAL(date, "a date", check_date,
	"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$");
LEXICAL(sha256, "a SHA-256", check_sha256, "^[0-9a-fA-F]{64}$");
LEXICAL(digest, "a digest", check_digest, "^[0-9a-fA-F]{20,64}$");
LEXICAL(drive, "a drive", check_drive, "^[A-Za-z]:$");
LEXICAL(extension, "a file name extension", check_extension,
	"^\\.?[A-Za-z0-9_~$+-][A-Za-z0-9_~$+.-]*$");
LEXICAL(path, "a path", check_path, "^.");
LEXICAL(finding, "a finding", check_finding, "^[a-z0-9-]+$");
WORDS(platform, "a platform", cv_platform_names);
WORDS(arch, "an architecture", arches);
WORDS(family, "an address family", families);
WORDS(status, "a row's status", statuses);
WORDS(initiates, "an end of a flow", initiators);
WORDS(scope, "a scope", scopes);
WORDS(class, "a class of rows", classes);
WORDS(parameter_type, "a parameter's type", parameter_types);
