/* Every dialect against all paths of a small world: a pattern is written and read back,
 * and what the model says of both must be so for each path.  What a native text covers
 * is told by matchers of the test's own, and by the C library's regular expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "dialect_tables.h"
#include "model/dialect.h"

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_ctx_close(*state);
	return 0;
}

/* ---- what a native value covers ---- */

/* A value, and a path of the world. */
struct question {
	const struct glob *glob;
	const char *native;
	bool is_folder, is_wide; /* what is not published, for or against us */
	const char *path;
};

static struct glob glob_of(const struct question *question)
{
	struct glob glob = *question->glob;

	if (!question->is_wide && glob.star == UNSURE)
		glob.star = SEGMENT;
	else if (glob.star == UNSURE)
		glob.star = CROSSING;
	return glob;
}

/* The whole value is a glob; at the end two stars are something below. */
static bool by_glob(const struct question *question)
{
	const struct glob glob = glob_of(question);
	const size_t size = strlen(question->native);
	char text[256];

	snprintf(text, sizeof text, "%s", question->native);
	if (question->is_folder && size >= 3 && text[size - 3] == glob.separator &&
	    strcmp(text + size - 2, "**") == 0)
		snprintf(text + size - 1, sizeof text - size, "%c**", glob.separator);
	return glob_matches(&glob, text, question->path);
}

/* The same without the drive. */
static bool by_glob_of_volume(const struct question *question)
{
	char text[256];
	struct question inner = *question;

	snprintf(text, sizeof text, "\\%s", question->native);
	inner.native = text;
	inner.path += 2;
	return by_glob(&inner);
}

/* `**\` before a name is any folder of any drive. */
static bool by_glob_anywhere(const struct question *question)
{
	return strncmp(question->native, "**\\", 3) == 0 ? by_glob_of_volume(question)
							 : by_glob(question);
}

/* A folder ends with its separator and has all below it. */
static bool by_mark(const struct question *question)
{
	const struct glob glob = glob_of(question);
	const size_t size = strlen(question->native);
	char folder[64];

	if (size == 0 || question->native[size - 1] != glob.separator)
		return glob_matches(&glob, question->native, question->path);
	for (size_t i = 0; question->path[i]; i++) {
		if (question->path[i] != glob.separator || !question->path[i + 1])
			continue;
		snprintf(folder, sizeof folder, "%.*s", (int)(i + 1), question->path);
		if (glob_matches(&glob, question->native, folder))
			return true;
	}
	return false;
}

/* A folder ends with its separator and has its own files only. */
static bool by_mark_of_files(const struct question *question)
{
	const struct glob glob = glob_of(question);
	const size_t size = strlen(question->native);
	char folder[128];

	if (size == 0 || question->native[size - 1] != glob.separator)
		return glob_matches(&glob, question->native, question->path);
	snprintf(folder, sizeof folder, "%.*s",
		 (int)(strrchr(question->path, glob.separator) + 1 - question->path),
		 question->path);
	return glob_matches(&glob, question->native, folder);
}

/* The path itself, or as a folder all below; `\*` at the end is what is right in it. */
static bool by_prefix(const struct question *question)
{
	const struct glob glob = glob_of(question);
	const size_t size = strlen(question->native);
	struct question inner = *question;
	char text[256];

	if (!question->is_folder || (size > 2 && question->native[size - 1] == '*'))
		return glob_matches(&glob, question->native, question->path);
	snprintf(text, sizeof text, "%s%s", question->native,
		 question->native[size - 1] == '\\' ? "" : "\\");
	inner.native = text;
	return by_mark(&inner);
}

/* A folder without its separator, with all below it. */
static bool by_prefix_of_folder(const struct question *question)
{
	const size_t size = strlen(question->native);

	if (strcmp(question->native, "/") == 0)
		return true;
	return strncmp(question->path, question->native, size) == 0 &&
	       question->path[size] == '/';
}

static bool same(const struct question *question, const char *path, size_t size)
{
	return (question->glob->folds ? strncasecmp : strncmp)(path, question->native,
							       size) == 0;
}

/* All that begins so. */
static bool by_beginning(const struct question *question)
{
	return same(question, question->path, strlen(question->native));
}

/* All that ends so. */
static bool by_ending(const struct question *question)
{
	const size_t size = strlen(question->native), all = strlen(question->path);

	return all >= size && same(question, question->path + all - size, size);
}

/* All that begins like what stands before the star, ends like what stands behind it, and
 * has room for both; or the one text itself. */
static bool by_both(const struct question *question)
{
	const char *const star = strchr(question->native, '*');
	struct question end = *question;

	if (!star)
		return by_mark(question);
	end.native = star + 1;
	return strlen(question->path) + 1 >= strlen(question->native) &&
	       same(question, question->path, (size_t)(star - question->native)) &&
	       by_ending(&end);
}

static const char *base_of(const struct question *question)
{
	return strrchr(question->path, question->glob->separator) + 1;
}

/* A name alone is that of a file in any folder. */
static bool by_name(const struct question *question)
{
	const struct glob glob = glob_of(question);

	return glob_matches(&glob, question->native,
			    strchr(question->native, glob.separator) ? question->path
								     : base_of(question));
}

static bool by_name_or_prefix(const struct question *question)
{
	return strchr(question->native, '\\') ? by_prefix(question) : by_name(question);
}

/* The one compiled last serves a whole world. */
static bool regex_matches(const char *regex, const char *path, int flags)
{
	static char last[512];
	static regex_t compiled;

	if (strcmp(last, regex) != 0) {
		if (last[0])
			regfree(&compiled);
		snprintf(last, sizeof last, "%s", regex);
		if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB | flags) != 0)
			fail_msg("no regular expression: %s", regex);
	}
	return regexec(&compiled, path, 0, NULL, 0) == 0;
}

/* Anywhere in the path of the file, or of a folder that it lies in, whose separator does
 * not count where it may be the end as well. */
static bool by_pruning_regex(const struct question *question)
{
	const char *end = strstr(question->native, "(/|$)");
	static const char number_sign[] = "[[.number-sign.]]";
	char regex[512] = "", path[128];

	/* The C library knows no such name, and has no need of one. */
	for (const char *c = question->native; *c && c != end; c++) {
		const bool is_sign = strncmp(c, number_sign, strlen(number_sign)) == 0;

		strncat(regex, is_sign ? "#" : c, 1);
		c += is_sign ? strlen(number_sign) - 1 : 0;
	}
	strcat(regex, end ? "/" : "");
	if (regex_matches(regex, question->path, 0))
		return true;
	/* A folder row's own folder is no file. */
	for (size_t i = 1; !question->is_folder && question->path[i]; i++) {
		if (question->path[i] != '/')
			continue;
		snprintf(path, sizeof path, "%.*s", (int)i, question->path);
		if (regex_matches(regex, path, 0) && strpbrk(regex, "[*"))
			return true;
	}
	return false;
}

/* Over the whole path, as the kernel names the volume. */
static bool by_device_regex(const struct question *question)
{
	char regex[512], path[128];

	snprintf(regex, sizeof regex, "^(%s)$", question->native);
	snprintf(path, sizeof path, "\\Device\\HarddiskVolume1%s", question->path + 2);
	return regex_matches(regex, path, REG_ICASE);
}

static bool by_path_regex(const struct question *question)
{
	char regex[512];

	snprintf(regex, sizeof regex, "^(%s)$", question->native);
	return regex_matches(regex, question->path,
			     question->glob->folds ? REG_ICASE : 0);
}

/* ---- the dialects ---- */

struct sample {
	const struct cv_dialect *dialect;
	enum cv_platform platform;
	struct glob glob;
	bool (*covers)(const struct question *question);
	bool has_folders;
};

#define BACK '\\'

/* Those of the targets, by the names that their tables give them.  A neutral list means
 * what the row means, in columns; an extension is no path. */
struct known {
	const char *name;
	struct glob glob;
	bool (*covers)(const struct question *question); /* NULL: none is asked */
};

static const struct known known[] = {
	{"Defender path", {SEGMENT, PLAIN, SEGMENT, false, false, true, BACK}, by_prefix},
	{"Defender program",
	 {SEGMENT, PLAIN, SEGMENT, false, false, true, BACK},
	 by_name_or_prefix},
	{"Defender extension", {.separator = BACK}, NULL},
	{"mdatp folder", {SEGMENT, PLAIN, SEGMENT, false, true, false, '/'}, by_mark},
	{"mdatp file", {SEGMENT, PLAIN, SEGMENT, false, true, false, '/'}, by_mark},
	{"mdatp process", {SEGMENT, PLAIN, SEGMENT, false, true, false, '/'}, by_name},
	{"mdatp extension", {.separator = '/'}, NULL},
	{"Falcon glob, Windows",
	 {SEGMENT, CROSSING, PLAIN, false, false, true, BACK},
	 by_glob_of_volume},
	{"Falcon glob, Linux and macOS",
	 {SEGMENT, CROSSING, PLAIN, false, false, true, '/'},
	 by_glob},
	{"IOA expression, Windows",
	 {PLAIN, PLAIN, PLAIN, false, false, true, BACK},
	 by_device_regex},
	{"IOA expression, Linux and macOS",
	 {PLAIN, PLAIN, PLAIN, false, false, false, '/'},
	 by_path_regex},
	{"SentinelOne path, Windows",
	 {UNSURE, PLAIN, SEGMENT, false, false, true, BACK},
	 by_mark},
	{"SentinelOne path, Linux and macOS",
	 {UNSURE, PLAIN, SEGMENT, false, false, false, '/'},
	 by_mark},
	{"SentinelOne folder, Windows",
	 {UNSURE, PLAIN, SEGMENT, false, false, true, BACK},
	 by_mark_of_files},
	{"SentinelOne folder, Linux and macOS",
	 {UNSURE, PLAIN, SEGMENT, false, false, false, '/'},
	 by_mark_of_files},
	{"Elastic wildcard, Windows",
	 {CROSSING, PLAIN, CROSSING, false, false, true, BACK},
	 by_glob},
	{"Elastic wildcard, Linux and macOS",
	 {CROSSING, PLAIN, CROSSING, false, false, false, '/'},
	 by_glob},
	{"Sophos path, Windows",
	 {SEGMENT, PLAIN, PLAIN, false, false, true, BACK},
	 by_mark},
	{"Sophos path, Linux and macOS",
	 {UNSURE, PLAIN, SEGMENT, false, false, false, '/'},
	 by_mark},
	{"Sophos process", {PLAIN, PLAIN, PLAIN, false, false, true, BACK}, by_glob},
	{"Trend directory list, Windows",
	 {SEGMENT, PLAIN, PLAIN, false, false, true, BACK},
	 by_mark},
	{"Trend directory list, Linux and macOS",
	 {SEGMENT, PLAIN, PLAIN, false, false, false, '/'},
	 by_mark},
	{"Trend file list, Windows",
	 {PLAIN, PLAIN, PLAIN, false, false, true, BACK},
	 by_name},
	{"Trend file list, Linux and macOS",
	 {PLAIN, PLAIN, PLAIN, false, false, false, '/'},
	 by_name},
	{"Trend process image list, Windows",
	 {PLAIN, PLAIN, PLAIN, false, false, true, BACK},
	 by_glob},
	{"Trend process image list, Linux and macOS",
	 {PLAIN, PLAIN, PLAIN, false, false, false, '/'},
	 by_glob},
	{"Carbon Black path, Windows",
	 {SEGMENT, CROSSING, SEGMENT, true, false, true, BACK},
	 by_glob_anywhere},
	{"Carbon Black path, Linux and macOS",
	 {SEGMENT, CROSSING, SEGMENT, true, false, false, '/'},
	 by_glob},
	{"neutral", {.separator = '/'}, NULL},
	{"audit file", {.separator = '/'}, by_mark},
	{"audit folder", {.separator = '/'}, by_mark},
	{"fapolicyd trust", {.separator = '/'}, by_mark},
	{"fapolicyd file", {.separator = '/'}, by_mark},
	{"fapolicyd folder", {.separator = '/'}, by_beginning},
	{"Sysmon is, Windows", {.folds = true}, by_mark},
	{"Sysmon is, Linux", {.folds = true}, by_mark},
	{"Sysmon end with, Windows", {.folds = true}, by_ending},
	{"Sysmon end with, Linux", {.folds = true}, by_ending},
	{"Sysmon begin with, Windows", {.folds = true}, by_beginning},
	{"Sysmon begin with, Linux", {.folds = true}, by_beginning},
	{"Sysmon begin with and end with, Windows", {.folds = true}, by_both},
	{"Sysmon begin with and end with, Linux", {.folds = true}, by_both},
	{"ClamAV expression", {.separator = '/'}, by_pruning_regex},
	{"clamonacc expression", {.separator = '/'}, by_pruning_regex},
	{"clamonacc folder", {.separator = '/'}, by_prefix_of_folder},
};

/* ---- the world ---- */

struct world {
	char (*paths)[24];
	size_t count;
};

enum { ROOM = 4000 };

static void grow(struct world *world, const char *const *parts, char separator,
		 size_t from, int depth)
{
	const size_t end = world->count;

	for (size_t i = from; i < end; i++)
		for (size_t p = 0; parts[p]; p++) {
			assert_true(world->count < ROOM);
			snprintf(world->paths[world->count++], sizeof *world->paths,
				 "%s%c%s", world->paths[i], separator, parts[p]);
		}
	if (depth > 1)
		grow(world, parts, separator, end, depth - 1);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* The first ones are the heads alone, and no paths. */
static struct world make_world(enum cv_platform platform, size_t *first_out)
{
	/* The first six only where case counts. */
	static const char *const parts[] = {"A",
					    "B",
					    "AB",
					    "A.B",
					    "AXB",
					    "#A",
					    "a",
					    "b",
					    "ab",
					    "a.b",
					    "axb",
					    "#a",
					    "\xC3\xBC",
					    "a\xC3\xBC"
					    "b",
					    NULL};
	const char *const *used = platform == CV_LINUX ? parts : parts + 6;
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	struct world world = {calloc(ROOM, sizeof *world.paths), 1};

	assert_non_null(world.paths);
	if (platform == CV_WINDOWS) {
		strcpy(world.paths[0], "C:");
		strcpy(world.paths[1], "D:");
		world.count = 2;
	}
	*first_out = world.count;
	grow(&world, used, separator, 0, 3);
	return world;
}

/* ---- patterns ---- */

/* No longer than what the world has room for. */
static void make_pattern(char out[64], enum cv_platform platform, enum cv_reach reach,
			 uint32_t *seed)
{
	static const char *const stock[] = {"a",   "b",   "a.b", "*",  "**", "?",
					    "a*",  "*b",  "a?b", "#a", "ab", "axb",
					    "a*b", "???", "A",   "*.*"};
	const size_t stock_size = sizeof stock / sizeof *stock;
	const uint32_t count = next_random(seed) % (reach == CV_REACH_ITSELF ? 4 : 3);

	if (next_random(seed) % 12 == 0) {
		strcpy(out, "a.b");
		return;
	}
	strcpy(out, platform == CV_WINDOWS ? "C:" : "");
	for (uint32_t i = 0; i < count || i == 0; i++) {
		strcat(out, platform == CV_WINDOWS ? "\\" : "/");
		if (count > 0)
			strcat(out, stock[next_random(seed) % stock_size]);
	}
}

static bool wanted_covers(const struct sample *sample, const char *pattern,
			  enum cv_reach reach, const char *path)
{
	const bool folds = sample->platform != CV_LINUX;
	const char separator = sample->platform == CV_WINDOWS ? '\\' : '/';
	const struct glob glob = {SEGMENT, CROSSING, SEGMENT,  false,
				  false,   folds,    separator};
	const struct question question = {&glob, pattern, false, false, path};
	const size_t size = strlen(pattern);
	char folder[64];

	if (cv_path_is_bare(pattern))
		return reach == CV_REACH_ITSELF && by_name(&question);
	if (reach == CV_REACH_ITSELF)
		return glob_matches(&glob, pattern, path);
	snprintf(folder, sizeof folder, "%s", path);
	for (char *last; (last = strrchr(folder, separator));) {
		last[pattern[size - 1] == separator &&
		     last == strchr(folder, separator)] = '\0';
		if (glob_matches(&glob, pattern, folder))
			return true;
		*last = '\0';
		if (reach == CV_REACH_CHILDREN)
			break;
	}
	return false;
}

/* ---- the property ---- */

struct counts {
	size_t written, exact, wider, narrower, open;
};

struct made {
	const char *pattern, *native, *meaning;
	enum cv_reach reach, meaning_reach;
};

/* Some text that a wildcard may stand for; often one that leads beyond. */
static void add_some(char path[128], char c, char separator, uint32_t *seed)
{
	static const char *const inside[] = {"", "a", "b", "ab", "A", ".", "x\xC3\xBC"};
	const uint32_t pick = next_random(seed);
	char text[16];

	if (c == '?' || c == CV_WIDE_BYTE[0])
		snprintf(text, sizeof text, "%s", pick % 3 ? "b" : "\xC3\xBC");
	else if (c == CV_WIDE_ONE[0])
		snprintf(text, sizeof text, "%c", pick % 2 ? 'a' : separator);
	else if (c == CV_WIDE_MAYBE[0])
		snprintf(text, sizeof text, "%s", pick % 2 ? "a" : "");
	else if ((c == CV_WIDE_ANY[0] || c == CV_WIDE_STAR[0]) && pick % 2)
		snprintf(text, sizeof text, "%s%ca%s", pick % 4 > 1 ? "b" : "", separator,
			 pick % 8 > 3 ? "b" : "");
	else
		snprintf(text, sizeof text, "%s", inside[pick / 2 % 7]);
	strcat(path, text);
}

/* A path that the pattern may cover, the wide ones too, in any case of its letters. */
static void make_path(char path[128], const struct sample *sample, const char *pattern,
		      enum cv_reach reach, uint32_t *seed)
{
	const bool is_windows = sample->platform == CV_WINDOWS;
	const char separator = sample->glob.separator;
	const bool changes_case = *pattern == CV_WIDE_CASELESS[0];
	char whole[80];

	if (cv_path_is_bare(pattern))
		snprintf(whole, sizeof whole, "%s%cab%c%s", is_windows ? "D:" : "",
			 separator, separator, pattern);
	else
		snprintf(whole, sizeof whole, "%s%s", pattern + changes_case,
			 reach == CV_REACH_TREE       ? is_windows ? "\\**\\*" : "/**/*"
			 : reach == CV_REACH_CHILDREN ? is_windows ? "\\*" : "/*"
						      : "");
	path[0] = '\0';
	for (const char *c = whole; *c; c++) {
		if (*c == separator && c[1] == '*' && c[2] == '*') {
			for (uint32_t n = next_random(seed) % 3; n > 0; n--)
				snprintf(path + strlen(path), 4, "%ca%s", separator,
					 n > 1 ? "b" : "");
			c += 2;
		} else if (*c == CV_WIDE_VOLUME[0] ||
			   (c == whole && *c == CV_WIDE_ANY[0] && is_windows)) {
			strcat(path, next_random(seed) % 2 ? "C:" : "D:");
		} else if (strchr(CV_WILDCARDS, *c)) {
			add_some(path, *c, separator, seed);
		} else {
			strncat(path, c, 1);
		}
	}
	for (char *c = path; changes_case && *c; c++)
		if (*c >= 'a' && *c <= 'z' && next_random(seed) % 4 == 0)
			*c ^= 32;
}

static bool is_path(const struct sample *sample, const char *path)
{
	const char separator = sample->glob.separator;
	const char twice[] = {separator, separator, '\0'};

	return path[sample->platform == CV_WINDOWS ? 2 : 0] == separator &&
	       path[strlen(path) - 1] != separator && !strstr(path, twice);
}

/* What a path says: that the one does not lie in the other. */
static void ask_path(const struct sample *sample, const struct made *made,
		     const char *path, bool *wanted_in, bool *granted_in)
{
	struct question question = {&sample->glob, made->native,
				    made->reach != CV_REACH_ITSELF, false, path};
	const bool wanted = wanted_covers(sample, made->pattern, made->reach, path);

	if (wanted && !sample->covers(&question))
		*wanted_in = false;
	question.is_wide = true;
	if (!wanted && sample->covers(&question))
		*granted_in = false;
}

/* What the world says, and paths beyond it that are made out of both patterns. */
static void ask_world(const struct sample *sample, const struct world *world,
		      size_t first, const struct made *made, bool *wanted_in_out,
		      bool *granted_in_out)
{
	uint32_t seed = 5;
	char path[128];

	*wanted_in_out = *granted_in_out = true;
	for (size_t i = first; i < world->count; i++)
		ask_path(sample, made, world->paths[i], wanted_in_out, granted_in_out);
	for (int tries = 0; tries < 2000; tries++) {
		if (tries % 2)
			make_path(path, sample, made->pattern, made->reach, &seed);
		else
			make_path(path, sample, made->meaning, made->meaning_reach,
				  &seed);
		if (is_path(sample, path))
			ask_path(sample, made, path, wanted_in_out, granted_in_out);
	}
}

static void check(const struct sample *sample, const struct world *world, size_t first,
		  const struct made *made, struct counts *counts)
{
	const enum cv_answer wanted_in =
		cv_pattern_inside(sample->platform, made->pattern, made->reach,
				  made->meaning, made->meaning_reach);
	const enum cv_answer granted_in =
		cv_pattern_inside(sample->platform, made->meaning, made->meaning_reach,
				  made->pattern, made->reach);
	bool is_wanted_in, is_granted_in;

	ask_world(sample, world, first, made, &is_wanted_in, &is_granted_in);
	if ((wanted_in == CV_ANSWER_YES) != is_wanted_in)
		fail_msg("%s: %s (%d) as %s is said %sto be carried",
			 sample->dialect->name, made->pattern, (int)made->reach,
			 made->native, wanted_in == CV_ANSWER_YES ? "" : "not ");
	if ((granted_in == CV_ANSWER_YES) != is_granted_in)
		fail_msg("%s: %s (%d) as %s is said %sto reach beyond it",
			 sample->dialect->name, made->pattern, (int)made->reach,
			 made->native, granted_in == CV_ANSWER_YES ? "not " : "");
	counts->exact += is_wanted_in && is_granted_in;
	counts->wider += !is_granted_in;
	counts->narrower += !is_wanted_in;
}

static void check_dialect(struct cv_ctx *ctx, const struct sample *sample)
{
	struct counts counts = {0};
	uint32_t seed = 7;
	size_t first;
	struct world world = make_world(sample->platform, &first);

	for (int round = 0; round < 200; round++) {
		struct made made;
		const char *why = NULL;
		char pattern[64];

		made.reach = (enum cv_reach)(next_random(&seed) % 3);
		make_pattern(pattern, sample->platform, made.reach, &seed);
		made.pattern = pattern;
		if (cv_path_is_bare(pattern) || !sample->has_folders)
			made.reach = CV_REACH_ITSELF;
		/* A root is no file. */
		if (strlen(pattern) < 4 &&
		    pattern[strlen(pattern) - 1] == sample->glob.separator &&
		    made.reach == CV_REACH_ITSELF)
			continue;
		made.native = cv_dialect_write(ctx, sample->dialect, sample->platform,
					       pattern, made.reach, &why);
		if (!made.native) {
			assert_non_null(why);
			continue;
		}
		counts.written++;
		if (!cv_dialect_read(ctx, sample->dialect, sample->platform, made.native,
				     made.reach != CV_REACH_ITSELF, &made.meaning,
				     &made.meaning_reach))
			fail_msg("%s: %s (%d) as %s is not read back",
				 sample->dialect->name, pattern, (int)made.reach,
				 made.native);
		check(sample, &world, first, &made, &counts);
	}
	print_message("%s: %zu written, %zu exact, %zu wider, %zu narrower\n",
		      sample->dialect->name, counts.written, counts.exact, counts.wider,
		      counts.narrower);
	assert_true(counts.written > 10);
	free(world.paths);
}

static void check_list(struct cv_ctx *ctx, const struct cv_list *list)
{
	const size_t count = sizeof known / sizeof *known;
	size_t k = 0;

	while (k < count && strcmp(known[k].name, list->dialect->name) != 0)
		k++;
	if (k == count)
		fail_msg("the test does not know what the dialect %s covers",
			 list->dialect->name);
	for (int platform = 0; platform < CV_PLATFORM_COUNT; platform++) {
		struct sample sample = {
			list->dialect,   (enum cv_platform)platform,        known[k].glob,
			known[k].covers, list->kinds >> CV_KIND_FOLDER & 1,
		};

		sample.glob.separator = platform == CV_WINDOWS ? BACK : '/';
		sample.glob.folds = sample.glob.folds || platform == CV_MACOS;
		if (known[k].covers && list->platforms >> platform & 1)
			check_dialect(ctx, &sample);
	}
}

/* Whether a list before it, of the target's, asks the same. */
static bool is_asked(const struct cv_list *lists, const struct cv_list *list)
{
	const unsigned folder = 1u << CV_KIND_FOLDER;

	for (; lists < list; lists++)
		if (lists->dialect == list->dialect &&
		    lists->platforms == list->platforms &&
		    (lists->kinds & folder) == (list->kinds & folder))
			return true;
	return false;
}

static void test_dialects_of_targets_say_what_they_mean(void **state)
{
	for (size_t i = 0; cv_targets[i]; i++) {
		const struct cv_list *lists = cv_targets[i]->can.lists;

		for (const struct cv_list *list = lists; list && list->name; list++)
			if (!is_asked(lists, list))
				check_list(*state, list);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dialects_of_targets_say_what_they_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
