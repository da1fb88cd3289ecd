/* Whether one pattern lies inside another, against all paths of a small world: a yes
 * must never be wrong. */
#include "model/pattern.h"

#include <string.h>

#include "fuzz.h"

/* ---- a matcher of its own, by plain recursion over characters ---- */

struct matcher {
	char separator;
	bool folds;
	bool is_outer; /* what is not known of a wildcard counts for what is asked */
};

static char fold(const struct matcher *matcher, char c)
{
	return matcher->folds && c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static size_t character_size(const char *text)
{
	size_t size = *text != '\0';

	while (size && ((unsigned char)text[size] & 0xC0) == 0x80)
		size++;
	return size;
}

static bool matches(const struct matcher *matcher, const char *pattern, const char *path);

/* `rest` behind any number of characters. */
static bool matches_run(const struct matcher *matcher, const char *rest, const char *path,
			bool crosses)
{
	for (;; path += character_size(path)) {
		if (matches(matcher, rest, path))
			return true;
		if (!*path || (*path == matcher->separator && !crosses))
			return false;
	}
}

/* Behind whole segments, none too. */
static bool matches_deep(const struct matcher *matcher, const char *rest,
			 const char *path)
{
	const char separator = matcher->separator;

	while (!matches(matcher, rest, path)) {
		if (path[0] != separator || !path[1] || path[1] == separator)
			return false;
		for (path++; *path && *path != separator; path++)
			;
	}
	return true;
}

/* One character, and whether a separator will do. */
static bool matches_one(const struct matcher *matcher, const char *rest, const char *path,
			bool crosses)
{
	return *path && (crosses || *path != matcher->separator) &&
	       matches(matcher, rest, path + character_size(path));
}

static bool matches(const struct matcher *matcher, const char *pattern, const char *path)
{
	const char separator = matcher->separator;

	switch (*pattern) {
	case '\0':
		return !*path;
	case '*':
		return matches_run(matcher, pattern + 1, path, false);
	case '?':
		return matches_one(matcher, pattern + 1, path, false);
	case '\001':
		return matches_run(matcher, pattern + 1, path, true);
	case '\002': /* `*` at least, anything at most */
		return matches_run(matcher, pattern + 1, path, !matcher->is_outer);
	case '\003':
		return matches_one(matcher, pattern + 1, path, true);
	case '\004':
		return matches(matcher, pattern + 1, path) ||
		       matches_one(matcher, pattern + 1, path, false);
	case '\005':
		return (unsigned char)*path < 0x80 &&
		       matches_one(matcher, pattern + 1, path, false);
	default:
		break;
	}
	if (pattern[0] == separator && pattern[1] == '*' && pattern[2] == '*')
		return matches_deep(matcher, pattern + 3, path);
	return fold(matcher, *pattern) == fold(matcher, *path) &&
	       matches(matcher, pattern + 1, path + 1);
}

/* Bytes of a drive or a share. */
static size_t head_size(const char *path)
{
	const char *end;

	if (path[0] != '\\')
		return 2;
	end = strchr(path + 2, '\\');
	return end ? (size_t)(end + 1 - path) + strcspn(end + 1, "\\") : strlen(path);
}

static bool matches_whole(enum cv_platform platform, const char *pattern,
			  const char *path, bool is_outer)
{
	struct matcher matcher = {platform == CV_WINDOWS ? '\\' : '/',
				  platform != CV_LINUX, is_outer};
	const bool is_root = path[platform == CV_WINDOWS ? head_size(path) : 0] == '\0';
	const char *base;
	char root[16];

	if (*pattern == CV_WIDE_CASELESS[0]) {
		matcher.folds = true;
		pattern++;
	}
	if (cv_pattern_is_bare(pattern)) {
		base = strrchr(path, matcher.separator);
		return base && matches(&matcher, pattern, base + 1);
	}
	if (platform == CV_WINDOWS && *pattern == CV_WIDE_VOLUME[0]) {
		path += head_size(path);
		pattern++;
	}
	/* The model takes a drive or a share for one thing, which no pattern splits. */
	if (platform == CV_WINDOWS && *pattern == CV_WIDE_ANY[0] && !is_outer)
		path += head_size(path);
	if (matches(&matcher, pattern, path))
		return true;
	/* A root is spelled with its separator; whether a wildcard behind that may be
	 * none there is not known. */
	if (!is_root || (!is_outer && cv_pattern_is_wide(pattern)))
		return false;
	snprintf(root, sizeof root, "%s%c", path, matcher.separator);
	return matches(&matcher, pattern, root);
}

static bool covers(enum cv_platform platform, const char *pattern, enum cv_reach reach,
		   const char *path, bool is_outer)
{
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	const size_t head = platform == CV_WINDOWS ? head_size(path) : 0;
	char folder[128];

	if (reach == CV_REACH_ITSELF)
		return matches_whole(platform, pattern, path, is_outer);
	snprintf(folder, sizeof folder, "%s", path);
	while (strlen(folder) > head) {
		*strrchr(folder, separator) = '\0';
		if (matches_whole(platform, pattern, folder, is_outer))
			return true;
		if (reach == CV_REACH_CHILDREN)
			return false;
	}
	return false;
}

/* ---- patterns and paths out of an input ---- */

static const char *const letters[] = {"a", "A", "b", "\xC3\xBC"};

/* Every byte adds a separator, a letter or a wildcard. */
static void take_pattern(enum cv_platform platform, struct fuzz_input *input,
			 char out[static 64])
{
	static const char *const heads[][6] = {
		{"C:", "D:", "\\\\s\\x", CV_WIDE_VOLUME, CV_WIDE_ANY, ""},
		{"", "", CV_WIDE_CASELESS, CV_WIDE_CASELESS, CV_WIDE_ANY, ""},
		{"", "", "", CV_WIDE_CASELESS, CV_WIDE_ANY, ""},
	};
	static const char *const parts[] = {
		"a",         "A",          "b",           "\xC3\xBC",    "*",
		"?",         "/",          "/",           "/",           "/**",
		CV_WIDE_ANY, CV_WIDE_STAR, CV_WIDE_ONE,   CV_WIDE_MAYBE, CV_WIDE_BYTE,
		"/a",        "/*",         CV_WIDE_MAYBE, "/**/a",       "/?",
	};
	const unsigned count = fuzz_below(input, 10);
	const unsigned head = fuzz_below(input, 6);
	char *c;

	strcpy(out, heads[platform][head]);
	c = out + strlen(out);
	for (unsigned i = 0; i < count; i++)
		strcat(out, parts[fuzz_below(input, sizeof parts / sizeof *parts)]);
	for (; *c; c++)
		if (*c == '/' && platform == CV_WINDOWS)
			*c = '\\';
}

/* Behind a drive, a share or what stands for any of them; "" where none stands. */
static const char *behind_head(const char *pattern)
{
	if (*pattern == CV_WIDE_VOLUME[0])
		return pattern + 1;
	if (strncmp(pattern, "C:", 2) == 0 || strncmp(pattern, "D:", 2) == 0)
		return pattern + 2;
	return strncmp(pattern, "\\\\s\\x", 5) == 0 ? pattern + 5 : "";
}

/* Whether it is one that paths and dialects come to. */
static bool is_pattern(enum cv_platform platform, const char *pattern)
{
	static struct cv_ctx ctx;
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	const char *why, *bad, *normal;
	size_t bad_size;
	char text[80];
	bool fine;

	if (!*pattern)
		return false;
	cv_ctx_open(&ctx);
	if (!cv_pattern_is_wide(pattern)) {
		normal = cv_path_is_bare(pattern)
				 ? cv_path_bare(&ctx, platform, pattern, &why, &bad,
						&bad_size)
				 : cv_path_normal(&ctx, platform, pattern, &why, &bad,
						  &bad_size);
		fine = normal && strcmp(normal, pattern) == 0;
		cv_ctx_close(&ctx);
		return fine;
	}
	cv_ctx_close(&ctx);
	/* Of a wide one: a head, no empty segment, two stars as a whole segment only. */
	pattern += *pattern == CV_WIDE_CASELESS[0];
	if (platform == CV_WINDOWS && *pattern != CV_WIDE_ANY[0])
		pattern = behind_head(pattern);
	snprintf(text, sizeof text, "%s", pattern);
	for (char *c = text; *c; c++) {
		if (c[0] == separator && (c[1] == separator || !c[1]))
			return false;
		if (c[0] == '*' && c[1] == '*' &&
		    (c == text || c[-1] != separator || (c[2] && c[2] != separator)))
			return false;
	}
	return *pattern == separator || *pattern == CV_WIDE_ANY[0];
}

/* Calls for each path of one to three segments of one or two letters. */
struct question {
	enum cv_platform platform;
	char inner[64], outer[64];
	enum cv_reach inner_reach, outer_reach;
};

static void check_path(const struct question *question, const char *path)
{
	if (covers(question->platform, question->inner, question->inner_reach, path,
		   false) &&
	    !covers(question->platform, question->outer, question->outer_reach, path,
		    true)) {
		fprintf(stderr, "%s: %s (%d) is not inside %s (%d): %s\n",
			cv_platform_names[question->platform], question->inner,
			question->inner_reach, question->outer, question->outer_reach,
			path);
		FUZZ_FAIL("yes is never wrong");
	}
}

static void check_below(const struct question *question, const char *folder, int depth)
{
	char path[64];

	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 5; j++) {
			snprintf(path, sizeof path, "%s%c%s%s", folder,
				 question->platform == CV_WINDOWS ? '\\' : '/',
				 letters[i], j < 4 ? letters[j] : "");
			check_path(question, path);
			/* Of folders only those that are told apart by a pattern. */
			if (depth > 1 && (j == 4 || i + j == 2))
				check_below(question, path, depth - 1);
		}
}

void fuzz_run_patterns(const struct fuzz_job *job, struct fuzz_input *input)
{
	static const char *const heads[] = {"C:", "D:", "\\\\s\\x", NULL};
	struct question question;

	(void)job;
	question.platform = (enum cv_platform)fuzz_below(input, CV_PLATFORM_COUNT);
	question.inner_reach = (enum cv_reach)fuzz_below(input, 3);
	question.outer_reach = (enum cv_reach)fuzz_below(input, 3);
	take_pattern(question.platform, input, question.inner);
	take_pattern(question.platform, input, question.outer);
	if (!is_pattern(question.platform, question.inner) ||
	    !is_pattern(question.platform, question.outer))
		return;
	if (cv_pattern_inside(question.platform, question.inner, question.inner_reach,
			      question.outer, question.outer_reach) != CV_ANSWER_YES)
		return;
	if (question.platform != CV_WINDOWS)
		check_below(&question, "", 3);
	for (size_t i = 0; question.platform == CV_WINDOWS && heads[i]; i++)
		check_below(&question, heads[i], 3);
}
