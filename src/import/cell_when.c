/* Cells that say for whom a row is: versions, architectures, "optional".  What looks like
 * a condition and is none that a profile can hold is open; other words are a remark. */
#include "import/cells.h"

#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/texts.h"
#include "model/version.h"

enum { MOST_WORDS = 48 };

struct words {
	const char *items[MOST_WORDS]; /* in lower case */
	size_t count;
	bool too_many;
};

static bool is_version(const char *word)
{
	size_t digits;

	if (!isdigit((unsigned char)*word))
		return false;
	do {
		digits = strspn(word, "0123456789");
		word += digits;
		if (digits && *word == '.' && word[1] == 'x' && word[2] == '\0')
			return true;
	} while (digits && *word == '.' && *++word);
	return digits && *word == '\0';
}

/* Words in lower case; `,` and `+` stand alone. */
static void cut_words(struct cv_ctx *ctx, const char *text, struct words *out)
{
	out->count = 0;
	out->too_many = false;
	for (const char *p = text; *p;) {
		size_t size = strcspn(p, " \n,+()");
		char *word;

		if (size == 0 && (*p == ',' || *p == '+'))
			size = 1;
		if (size == 0) {
			p++;
			continue;
		}
		if (out->count == MOST_WORDS) {
			out->too_many = true;
			return;
		}
		word = cv_arena_copy(ctx->arena, p, size);
		for (char *c = word; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		out->items[out->count++] = word;
		p += size;
	}
}

static const char *word_at(const struct words *words, size_t i)
{
	return i < words->count ? words->items[i] : "";
}

static bool are(const struct words *words, size_t i, const char *first,
		const char *second)
{
	return strcmp(word_at(words, i), first) == 0 &&
	       (!second || strcmp(word_at(words, i + 1), second) == 0);
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static const char *const newer[] = {"later", "newer",   "higher", "above",
				    "up",    "greater", NULL};
static const char *const older[] = {"older",    "earlier", "below", "lower",
				    "previous", "prior",   NULL};

/* One comparison from word *i on, with what stands before and behind the number. */
static bool read_term(struct cv_ctx *ctx, const struct words *words, size_t *i,
		      const char **out)
{
	const char *sign = "";
	size_t at = *i;
	const char *version;

	if (are(words, at, "up", "to")) {
		sign = "<=";
		at += 2;
	} else if (are(words, at, "before", NULL)) {
		sign = "<";
		at++;
	} else if (are(words, at, "prior", "to")) {
		sign = "<";
		at += 2;
	} else if (are(words, at, "from", NULL) || are(words, at, "since", NULL)) {
		sign = ">=";
		at++;
	}
	version = word_at(words, at);
	if (!*sign && strspn(version, "<>=")) {
		const size_t size = strspn(version, "<>=");

		sign = cv_arena_copy(ctx->arena, version, size);
		version += size;
	}
	if (!is_version(version))
		return false;
	at++;
	if (are(words, at, "+", NULL) ||
	    ((are(words, at, "or", NULL) || are(words, at, "and", NULL)) &&
	     is_one_of(word_at(words, at + 1), newer))) {
		if (*sign)
			return false;
		sign = ">=";
		at += are(words, at, "+", NULL) ? 1 : 2;
	} else if ((are(words, at, "or", NULL) || are(words, at, "and", NULL)) &&
		   is_one_of(word_at(words, at + 1), older)) {
		if (*sign)
			return false;
		sign = "<=";
		at += 2;
	}
	if (*sign && strchr(version, 'x')) /* ">=7.x": of which end? */
		return false;
	*out = cv_arena_format(ctx->arena, "%s%s", sign, version);
	*i = at;
	return true;
}

/* `with the exception of 7.2.314.3518`, `except 7.3` */
static bool read_exception(struct cv_ctx *ctx, const struct words *words, size_t *i,
			   const char **constraint)
{
	size_t at = *i;

	if (are(words, at, "with", "the") && are(words, at + 2, "exception", "of"))
		at += 4;
	else if (are(words, at, "except", NULL) || are(words, at, "excluding", NULL))
		at += 1U + are(words, at + 1, "for", NULL);
	else
		return true;
	if (!is_version(word_at(words, at)))
		return false;
	*constraint =
		cv_arena_format(ctx->arena, "%s,!=%s", *constraint, word_at(words, at));
	*i = at + 1;
	return true;
}

/* Comparisons from word *i on, alternatives of each other. */
static bool read_constraint(struct cv_ctx *ctx, const struct words *words, size_t *i,
			    const char **out)
{
	struct cv_versions versions;
	const char *all = NULL, *why;

	for (;;) {
		const char *term = NULL;

		if (!read_term(ctx, words, i, &term) ||
		    !read_exception(ctx, words, i, &term))
			return false;
		all = all ? cv_arena_format(ctx->arena, "%s or %s", all, term) : term;
		if (!are(words, *i, ",", NULL) && !are(words, *i, "or", NULL) &&
		    !are(words, *i, "and", NULL))
			break;
		++*i;
	}
	*out = all;
	return cv_versions_parse(ctx, all, &versions, &why) && versions.count;
}

enum cv_told cv_cell_constraint(struct cv_ctx *ctx, const char *text,
				const char **constraint_out, const char **why_out)
{
	struct words words;
	size_t i = 0;
	bool digits = false;

	*constraint_out = *why_out = NULL;
	cut_words(ctx, text, &words);
	for (size_t k = 0; k < words.count; k++)
		digits = digits ||
			 is_version(words.items[k] + strspn(words.items[k], "<>="));
	if (!digits)
		return CV_TOLD_NOT;
	if (!words.too_many && read_constraint(ctx, &words, &i, constraint_out) &&
	    i == words.count)
		return CV_TOLD;
	*constraint_out = NULL;
	*why_out = "words beside the version that a constraint cannot hold";
	return CV_TOLD_OPEN;
}

/* Words that make a condition of the sentence that they stand in. */
static const char *const conditional[] = {
	"if",      "when",      "only",     "unless",  "except",      "without",
	"version", "versions",  "ltsr",     "older",   "later",       "newer",
	"earlier", "prior",     "+",        "install", "deployments", "deployment",
	"not",     "otherwise", "doesn\'t", "don\'t",  "never",       NULL};

static bool is_conditional(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (is_one_of(words->items[i], conditional) ||
		    is_version(words->items[i]) || strspn(words->items[i], "<>="))
			return true;
	return false;
}

/* The key of conditions that a noun stands for: clients -> client. */
static const char *key_of(struct cv_ctx *ctx, const char *noun)
{
	static const char *const known[] = {"client", "agent", "server", "console", NULL};
	const size_t size = strlen(noun);
	const char *one = size && noun[size - 1] == 's'
				  ? cv_arena_copy(ctx->arena, noun, size - 1)
				  : noun;

	return is_one_of(one, known) ? one : NULL;
}

static void add_part(struct cv_told_when *out, const char *key, const char *value)
{
	out->parts[out->count].key = key;
	out->parts[out->count++].value = value;
}

/* `x64 systems only`, `32-bit` */
static bool read_arch(const struct words *words, struct cv_told_when *out)
{
	static const struct {
		const char *word, *arch;
	} arches[] = {{"x64", "x86_64"},   {"64-bit", "x86_64"}, {"x86_64", "x86_64"},
		      {"x86", "x86"},      {"32-bit", "x86"},    {"arm64", "arm64"},
		      {"aarch64", "arm64"}};
	static const char *const fillers[] = {"systems",  "system", "only", "on",
					      "machines", "os",     NULL};
	const char *arch = NULL;

	for (size_t i = 0; i < words->count; i++) {
		const char *found = NULL;

		for (size_t k = 0; k < sizeof arches / sizeof *arches; k++)
			if (strcmp(words->items[i], arches[k].word) == 0)
				found = arches[k].arch;
		if ((found && arch) || (!found && !is_one_of(words->items[i], fillers)))
			return false;
		arch = found ? found : arch;
	}
	if (arch)
		add_part(out, "arch", arch);
	return arch != NULL;
}

/* `7.2.x clients`, `clients 7.2 or later`, `version 7.2` (of nobody says what) */
static bool read_versions(struct cv_ctx *ctx, const struct words *words,
			  struct cv_told_when *out)
{
	const char *key = NULL, *constraint = NULL;
	size_t i = 0;

	if (key_of(ctx, word_at(words, i)))
		key = key_of(ctx, word_at(words, i++));
	if (are(words, i, "version", NULL) || are(words, i, "versions", NULL))
		i++;
	if (!read_constraint(ctx, words, &i, &constraint))
		return false;
	if (!key && key_of(ctx, word_at(words, i)))
		key = key_of(ctx, word_at(words, i++));
	if (are(words, i, "only", NULL))
		i++;
	if (i != words->count)
		return false;
	add_part(out, key, constraint);
	return true;
}

enum cv_told cv_cell_when(struct cv_ctx *ctx, const char *text, struct cv_told_when *out)
{
	struct words words;

	memset(out, 0, sizeof *out);
	cut_words(ctx, text, &words);
	if (words.count == 1 && are(&words, 0, "optional", NULL)) {
		out->optional = true;
		return CV_TOLD;
	}
	if (words.count == 1 && are(&words, 0, "required", NULL))
		return CV_TOLD;
	if (!words.too_many &&
	    (read_arch(&words, out) || read_versions(ctx, &words, out))) {
		if (out->parts[0].key)
			return CV_TOLD;
		out->why = "a version, and no word of whose it is";
		return CV_TOLD_OPEN;
	}
	out->count = 0;
	if (is_conditional(&words) || words.too_many) {
		out->why = "a condition that a profile has no word for yet";
		return CV_TOLD_OPEN;
	}
	out->remark = text;
	return CV_TOLD;
}

bool cv_cell_limits(struct cv_ctx *ctx, const char *text)
{
	static const char *const limiting[] = {"not",   "otherwise", "doesn't", "don't",
					       "never", "unless",    NULL};
	struct words words;

	cut_words(ctx, text, &words);
	for (size_t i = 0; i < words.count; i++)
		if (is_one_of(words.items[i], limiting))
			return true;
	return false;
}
