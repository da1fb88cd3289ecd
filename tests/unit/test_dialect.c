/* Dialects: what is written is read back as the same pattern and reach, and what a
 * dialect cannot say is refused in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/ctx.h"
#include "model/dialect.h"

/* As Defender's folder list: a plain path is the tree, `\*` the files in it. */
static const struct cv_dialect plain = {
	.name = "plain",
	.one_segment = true,
	.one_character = true,
	.most_wildcards = 6,
	.longest = 60,
	.tree_suffix = "",
	.children_suffix = "\\*",
	.refused = "\";",
};

/* A neutral list: all is said, the reach in a column of its own. */
static const struct cv_dialect neutral = {
	.name = "neutral",
	.one_segment = true,
	.any_depth = true,
	.one_character = true,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "",
	.children_suffix = "",
};

/* Suffixes for both, with wildcards that stand nowhere else. */
static const struct cv_dialect starred = {
	.name = "starred",
	.one_segment = true,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "/**",
	.children_suffix = "/*",
};

/* A folder ends with its separator; no wildcards, no files of a folder alone. */
static const struct cv_dialect slashed = {
	.name = "slashed",
	.tree_suffix = "\\",
};

/* As `plain`, but a folder's last part may hold a wildcard. */
static const struct cv_dialect loose = {
	.name = "loose",
	.one_segment = true,
	.one_character = true,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "",
	.children_suffix = "\\*",
};

/* A regular expression that is tried on files and folders, anchored only where it says
 * so. */
static const struct cv_spelling regex_spellings[] = {
	{"(/[^/]+)*", "/**", false},       {"[^/]*", "*", false},
	{".*", CV_WIDE_ANY, false},        {"[^/]", CV_WIDE_BYTE, false},
	{"[[.number-sign.]]", "#", false}, {NULL, NULL, false},
};

static const struct cv_dialect regex = {
	.name = "regex",
	.spellings = regex_spellings,
	.escaped = "\\.()+[]{}^$|?*",
	.escape = '\\',
	.before = "^",
	.file_suffix = "$",
	.tree_suffix = "/",
	.wildcard_in_base_of_folder = true,
	.prunes = true,
	.refused = "#",
};

/* Begins with: what has no separator at its end is also the beginning of names. */
static const struct cv_dialect begins = {
	.name = "begins",
	.tree_suffix = "/",
	.open_end = true,
	.refused_at_ends = " ",
};

/* Without a drive, in ASCII. */
static const struct cv_dialect volumeless = {
	.name = "volumeless",
	.one_segment = true,
	.any_depth = true,
	.volume = {"", CV_WIDE_VOLUME "\\", false},
	.anywhere = {"**\\", CV_WIDE_VOLUME "\\**\\", false},
	.tree_suffix = "\\**",
	.no_variables = true,
	.no_network = true,
	.ascii = true,
	.longest_characters = 20,
};

/* As Defender's programs on Linux: a `*` as the last character is all below, and what
 * begins with a dash would be an option. */
static const struct cv_spelling deep_spellings[] = {
	{"*", CV_WIDE_ANY, true},
	{NULL, NULL, false},
};

static const struct cv_dialect deep = {
	.name = "deep",
	.one_segment = true,
	.one_character = true,
	.spellings = deep_spellings,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "/",
	.refused_first = "-",
	.bare_name = true,
};

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

static void assert_written(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			   enum cv_platform platform, const char *pattern,
			   enum cv_reach reach, const char *native)
{
	const char *why = NULL;
	const char *got = cv_dialect_write(ctx, dialect, platform, pattern, reach, &why);

	if (!got)
		fail_msg("%s in %s: %s", pattern, dialect->name, why);
	assert_string_equal(got, native);
}

static void assert_not_written(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			       enum cv_platform platform, const char *pattern,
			       enum cv_reach reach, const char *why)
{
	const char *said = NULL;
	const char *got = cv_dialect_write(ctx, dialect, platform, pattern, reach, &said);

	if (got)
		fail_msg("%s in %s: %s", pattern, dialect->name, got);
	assert_string_equal(said, why);
}

static void test_dialect_writes_reach_as_suffix(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_written(ctx, &plain, CV_WINDOWS, "C:\\a", CV_REACH_ITSELF, "C:\\a");
	assert_written(ctx, &plain, CV_WINDOWS, "C:\\a", CV_REACH_TREE, "C:\\a");
	assert_written(ctx, &plain, CV_WINDOWS, "C:\\a", CV_REACH_CHILDREN, "C:\\a\\*");
	assert_written(ctx, &plain, CV_WINDOWS, "C:\\", CV_REACH_CHILDREN, "C:\\*");
	assert_written(ctx, &plain, CV_WINDOWS, "\\\\s\\x", CV_REACH_CHILDREN,
		       "\\\\s\\x\\*");
	assert_written(ctx, &plain, CV_WINDOWS, "C:\\a\\b*.x?", CV_REACH_ITSELF,
		       "C:\\a\\b*.x?");
	assert_written(ctx, &starred, CV_LINUX, "/", CV_REACH_TREE, "/**");
	assert_written(ctx, &starred, CV_LINUX, "/a", CV_REACH_TREE, "/a/**");
	assert_written(ctx, &starred, CV_LINUX, "/a/*", CV_REACH_CHILDREN, "/a/*/*");
	assert_written(ctx, &slashed, CV_WINDOWS, "C:\\a", CV_REACH_TREE, "C:\\a\\");
	assert_written(ctx, &slashed, CV_WINDOWS, "C:\\", CV_REACH_TREE, "C:\\");
}

static void test_dialect_refuses_with_reason(void **state)
{
	static const char long_path[] =
		"C:\\0123456789\\0123456789\\0123456789\\0123456789\\0123456789\\123";
	static const char base[] = "the last part of a folder cannot hold a wildcard";
	struct cv_ctx *ctx = *state;

	assert_not_written(ctx, &plain, CV_WINDOWS, "C:\\**\\a", CV_REACH_ITSELF,
			   "`**` for any depth cannot be written");
	assert_not_written(ctx, &starred, CV_LINUX, "/a?", CV_REACH_ITSELF,
			   "`?` for one character cannot be written");
	assert_not_written(ctx, &starred, CV_LINUX, "/**/a", CV_REACH_TREE,
			   "`**` for any depth cannot be written");
	assert_not_written(ctx, &slashed, CV_WINDOWS, "C:\\*\\a", CV_REACH_TREE,
			   "`*` inside a part of the path cannot be written");
	assert_not_written(ctx, &slashed, CV_WINDOWS, "C:\\a", CV_REACH_CHILDREN,
			   "only folders with all below them can be written");
	assert_not_written(ctx, &(struct cv_dialect){.name = "files"}, CV_LINUX, "/a",
			   CV_REACH_CHILDREN, "a folder cannot be written");
	assert_not_written(ctx, &(struct cv_dialect){.name = "files"}, CV_LINUX, "/a",
			   CV_REACH_TREE, "a folder with all below it cannot be written");
	assert_not_written(ctx, &plain, CV_WINDOWS, "C:\\a\\b*", CV_REACH_TREE, base);
	assert_not_written(ctx, &plain, CV_WINDOWS, "C:\\a\\*", CV_REACH_CHILDREN, base);
	assert_not_written(ctx, &loose, CV_WINDOWS, "C:\\a\\*", CV_REACH_TREE,
			   "written so, only files right in the folder are meant");
	assert_written(ctx, &loose, CV_WINDOWS, "C:\\a\\b*", CV_REACH_TREE, "C:\\a\\b*");
	assert_written(ctx, &plain, CV_WINDOWS, "C:\\*\\*\\*\\*\\*\\*", CV_REACH_ITSELF,
		       "C:\\*\\*\\*\\*\\*\\*");
	assert_not_written(ctx, &plain, CV_WINDOWS, "C:\\*\\?*\\*\\*\\*\\*",
			   CV_REACH_ITSELF,
			   "at most 6 wildcards are allowed, the path has 7");
	assert_not_written(ctx, &plain, CV_WINDOWS, "C:\\*\\*\\*\\*\\*\\*\\a",
			   CV_REACH_CHILDREN,
			   "at most 6 wildcards are allowed, the path has 7");
	assert_not_written(
		ctx, &plain, CV_WINDOWS, "%windir%\\*\\*\\*\\*\\*\\*", CV_REACH_ITSELF,
		"at most 6 wildcards and variables are allowed, the path has 7");
	assert_int_equal(strlen(long_path), 61);
	assert_not_written(ctx, &plain, CV_WINDOWS, long_path, CV_REACH_TREE,
			   "at most 60 bytes are allowed, the path has 61");
	assert_not_written(ctx, &plain, CV_WINDOWS, "C:\\a;b", CV_REACH_TREE,
			   "the character ; cannot be written");
}

static void assert_read(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			enum cv_platform platform, const char *native,
			bool is_folder_list, const char *pattern, enum cv_reach reach)
{
	enum cv_reach got_reach;
	const char *got;

	if (!cv_dialect_read(ctx, dialect, platform, native, is_folder_list, &got,
			     &got_reach))
		fail_msg("%s in %s", native, dialect->name);
	assert_string_equal(got, pattern);
	assert_int_equal(got_reach, reach);
}

static void test_dialect_reads_suffix_as_reach(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_read(ctx, &plain, CV_WINDOWS, "C:\\a", true, "C:\\a", CV_REACH_TREE);
	assert_read(ctx, &plain, CV_WINDOWS, "c:/a/", true, "C:\\a", CV_REACH_TREE);
	assert_read(ctx, &plain, CV_WINDOWS, "C:\\a\\*", true, "C:\\a",
		    CV_REACH_CHILDREN);
	assert_read(ctx, &plain, CV_WINDOWS, "C:\\a\\*", false, "C:\\a\\*",
		    CV_REACH_ITSELF);
	assert_read(ctx, &plain, CV_WINDOWS, "C:\\*", true, "C:\\", CV_REACH_CHILDREN);
	assert_read(ctx, &plain, CV_WINDOWS, "C:\\a\\b*\\*", false, "C:\\a\\b*\\*",
		    CV_REACH_ITSELF);
	assert_read(ctx, &starred, CV_LINUX, "/**", true, "/", CV_REACH_TREE);
	assert_read(ctx, &starred, CV_LINUX, "/a/**", true, "/a", CV_REACH_TREE);
	assert_read(ctx, &starred, CV_LINUX, "/a/*", true, "/a", CV_REACH_CHILDREN);
	/* Without its sign a folder is only itself. */
	assert_read(ctx, &starred, CV_LINUX, "/a", true, "/a", CV_REACH_ITSELF);
	assert_read(ctx, &slashed, CV_WINDOWS, "C:\\a\\", true, "C:\\a", CV_REACH_TREE);
	assert_read(ctx, &slashed, CV_WINDOWS, "C:\\", true, "C:\\", CV_REACH_TREE);
	assert_read(ctx, &slashed, CV_WINDOWS, "C:\\a", true, "C:\\a", CV_REACH_ITSELF);
}

static void assert_not_read(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			    enum cv_platform platform, const char *native)
{
	enum cv_reach reach;
	const char *pattern;

	if (cv_dialect_read(ctx, dialect, platform, native, true, &pattern, &reach))
		fail_msg("%s in %s: %s", native, dialect->name, pattern);
}

static void test_dialect_does_not_read_what_it_cannot_say(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_not_read(ctx, &plain, CV_WINDOWS, "");
	assert_not_read(ctx, &plain, CV_WINDOWS, "a.exe");
	assert_not_read(ctx, &plain, CV_WINDOWS, "?:\\a");
	assert_not_read(ctx, &plain, CV_WINDOWS, "%TEMP%\\a");
	assert_not_read(ctx, &plain, CV_WINDOWS, "C:\\**\\a");
	assert_not_read(ctx, &plain, CV_WINDOWS, "C:\\a\\b*");
	assert_not_read(ctx, &plain, CV_WINDOWS, "C:\\a\\b*\\*");
	assert_not_read(ctx, &plain, CV_WINDOWS, "C:\\*\\*\\*\\*\\*\\*\\*");
	assert_not_read(ctx, &plain, CV_WINDOWS, "%windir%\\*\\*\\*\\*\\*\\a\\*");
	assert_not_read(ctx, &plain, CV_WINDOWS, "C:\\a;b");
	assert_not_read(
		ctx, &plain, CV_WINDOWS,
		"C:\\0123456789\\0123456789\\0123456789\\0123456789\\0123456789\\123");
	assert_not_read(ctx, &starred, CV_LINUX, "/a?/**");
	assert_not_read(ctx, &starred, CV_LINUX, "/**/a/**");
	assert_not_read(ctx, &slashed, CV_WINDOWS, "C:\\*\\a\\");
	assert_not_read(ctx, &slashed, CV_WINDOWS, "C:\\a\xE2\x80\x8B\\");
}

static void test_dialect_of_a_regular_expression(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_written(ctx, &regex, CV_LINUX, "/opt/app", CV_REACH_TREE, "^/opt/app/");
	assert_written(ctx, &regex, CV_LINUX, "/", CV_REACH_TREE, "^/");
	assert_written(ctx, &regex, CV_LINUX, "/a.b/(c) [1]$x", CV_REACH_ITSELF,
		       "^/a\\.b/\\(c\\) \\[1\\]\\$x$");
	assert_written(ctx, &regex, CV_LINUX, "/a/**/*.t?", CV_REACH_ITSELF,
		       "^/a(/[^/]+)*/[^/]*\\.t[^/]$");
	assert_written(ctx, &regex, CV_LINUX, "/a?/b", CV_REACH_TREE, "^/a[^/]/b/");
	assert_not_written(ctx, &regex, CV_LINUX, "/a", CV_REACH_CHILDREN,
			   "only folders with all below them can be written");
	assert_read(ctx, &regex, CV_LINUX, "^/opt/app/", true, "/opt/app", CV_REACH_TREE);
	assert_read(ctx, &regex, CV_LINUX, "^/opt/app", true, "/opt/app" CV_WIDE_ANY,
		    CV_REACH_ITSELF);
	assert_read(ctx, &regex, CV_LINUX, "/app/", true, CV_WIDE_ANY "/app",
		    CV_REACH_TREE);
	assert_read(ctx, &regex, CV_LINUX, "^/a\\$", false, "/a$" CV_WIDE_ANY,
		    CV_REACH_ITSELF);
	assert_read(ctx, &regex, CV_LINUX, "^/a\\\\$", false, "/a\\", CV_REACH_ITSELF);
	/* A folder of such a name is left out with all below it. */
	assert_read(ctx, &regex, CV_LINUX, "^/a/[^/]*\\.t$", false, "/a/*.t/**",
		    CV_REACH_ITSELF);
	assert_not_read(ctx, &regex, CV_LINUX, "^/a.b$");
	assert_not_read(ctx, &regex, CV_LINUX, "^/(a|b)/");
	assert_not_read(ctx, &regex, CV_LINUX, "^/a\\*/");
}

static void test_dialect_of_a_beginning(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_written(ctx, &begins, CV_LINUX, "/opt/app", CV_REACH_TREE, "/opt/app/");
	assert_read(ctx, &begins, CV_LINUX, "/opt/app/", true, "/opt/app", CV_REACH_TREE);
	assert_read(ctx, &begins, CV_LINUX, "/opt/app", true, "/opt/app" CV_WIDE_ANY,
		    CV_REACH_ITSELF);
	assert_not_written(ctx, &begins, CV_LINUX, "/a ", CV_REACH_ITSELF,
			   "a blank at the start or the end cannot be written");
	assert_not_read(ctx, &begins, CV_LINUX, "/a ");
}

static void test_dialect_without_a_drive(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_written(ctx, &volumeless, CV_WINDOWS, "C:\\a\\b", CV_REACH_ITSELF, "a\\b");
	assert_written(ctx, &volumeless, CV_WINDOWS, "C:\\", CV_REACH_TREE, "**");
	assert_written(ctx, &volumeless, CV_WINDOWS, "x.exe", CV_REACH_ITSELF,
		       "**\\x.exe");
	assert_not_written(ctx, &volumeless, CV_WINDOWS, "%windir%\\a", CV_REACH_ITSELF,
			   "an environment variable cannot be written");
	assert_not_written(ctx, &volumeless, CV_WINDOWS, "\\\\s\\x\\a", CV_REACH_ITSELF,
			   "a network path cannot be written");
	assert_not_written(ctx, &volumeless, CV_WINDOWS, "C:\\\xC3\xBC", CV_REACH_ITSELF,
			   "only ASCII can be written");
	assert_not_written(ctx, &volumeless, CV_WINDOWS, "C:\\a\\**", CV_REACH_ITSELF,
			   "written so, all below the folder is meant");
	assert_not_written(ctx, &volumeless, CV_WINDOWS, "C:\\12345678901234567890a",
			   CV_REACH_ITSELF,
			   "at most 20 characters are allowed, the path has 21");
	assert_read(ctx, &volumeless, CV_WINDOWS, "a\\**", true, CV_WIDE_VOLUME "\\a",
		    CV_REACH_TREE);
	assert_read(ctx, &volumeless, CV_WINDOWS, "**\\x.exe", false,
		    CV_WIDE_VOLUME "\\**\\x.exe", CV_REACH_ITSELF);
	assert_not_read(ctx, &volumeless, CV_WINDOWS, "C:\\a\\**");
	assert_not_read(ctx, &volumeless, CV_WINDOWS, "a\\b:c");
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void make_pattern(char out[128], enum cv_platform platform, uint32_t *seed)
{
	static const char *const heads[] = {"C:", "D:", "\\\\server\\share",
					    "%ProgramData%", "%SystemDrive%"};
	static const char *const parts[] = {"a",  "B c",      "*",   "**",  "?",
					    "a*", "x?y.*",    "[",   "(1)", "$x",
					    "'",  "\xC3\xBC", "100%"};
	const bool is_windows = platform == CV_WINDOWS;
	uint32_t count = next_random(seed) % 5;

	strcpy(out, is_windows ? heads[next_random(seed) % 5] : "");
	if (count == 0 && (!is_windows || strlen(out) == 2 || out[1] == 'S'))
		strcat(out, is_windows ? "\\" : "/");
	for (; count > 0; count--) {
		strcat(out, is_windows ? "\\" : "/");
		strcat(out, parts[next_random(seed) % (sizeof parts / sizeof *parts)]);
	}
}

/* How many were written; each of them must come back. */
static size_t check_round_trips(struct cv_ctx *ctx, const struct cv_dialect *dialect,
				enum cv_platform platform)
{
	uint32_t seed = 17;
	size_t written = 0;

	for (int round = 0; round < 4000; round++) {
		const enum cv_reach reach = (enum cv_reach)(next_random(&seed) % 3);
		const char *native, *why = NULL, *pattern;
		enum cv_reach got, want = reach;
		char made[128];

		make_pattern(made, platform, &seed);
		native = cv_dialect_write(ctx, dialect, platform, made, reach, &why);
		if (!native) {
			assert_non_null(why);
			continue;
		}
		written++;
		if (!cv_dialect_read(ctx, dialect, platform, native,
				     reach != CV_REACH_ITSELF, &pattern, &got))
			fail_msg("%s (%d) as %s in %s", made, (int)reach, native,
				 dialect->name);
		/* Where one spelling does for both, a column says which. */
		if (reach == CV_REACH_CHILDREN &&
		    strcmp(dialect->tree_suffix, dialect->children_suffix) == 0)
			want = CV_REACH_TREE;
		if (strcmp(pattern, made) != 0 || got != want)
			fail_msg("%s (%d) as %s in %s: %s (%d)", made, (int)reach, native,
				 dialect->name, pattern, (int)got);
	}
	return written;
}

static void test_dialect_reads_back_what_it_wrote(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_in_range(check_round_trips(ctx, &plain, CV_WINDOWS), 1000, 3900);
	assert_in_range(check_round_trips(ctx, &loose, CV_WINDOWS), 1000, 3900);
	assert_in_range(check_round_trips(ctx, &slashed, CV_WINDOWS), 500, 3900);
	assert_in_range(check_round_trips(ctx, &starred, CV_LINUX), 1000, 3900);
	assert_int_equal(check_round_trips(ctx, &neutral, CV_WINDOWS), 4000);
	assert_int_equal(check_round_trips(ctx, &neutral, CV_MACOS), 4000);
}

/* Written as paths, in whatever case they stand, and read as the same paths. */
static void test_dialect_writes_variables_out(void **state)
{
	static const struct cv_variable variables[] = {
		{"%ProgramFiles%", "C:\\Program Files"},
		{"%SystemDrive%", "C:"},
		{NULL, NULL}};
	static const struct cv_dialect dialect = {.name = "paths",
						  .one_segment = true,
						  .tree_suffix = "",
						  .children_suffix = "\\*",
						  .variables = variables};
	static const char *const pairs[][2] = {
		{"%ProgramFiles%\\V", "C:\\Program Files\\V"},
		{"%programfiles%\\V\\*\\x", "C:\\Program Files\\V\\*\\x"},
		{"%ProgramFiles%", "C:\\Program Files"},
		{"%SystemDrive%\\V", "C:\\V"},
		{"%SystemDrive%\\", "C:\\"},
		{"%ProgramFiles(x86)%\\V", "%ProgramFiles(x86)%\\V"},
		{"C:\\%ProgramFiles%\\V", "C:\\%ProgramFiles%\\V"},
	};
	struct cv_ctx *ctx = *state;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const char *why, *native, *pattern;
		enum cv_reach reach;

		assert_string_equal(cv_dialect_expanded(ctx, &dialect, pairs[i][0]),
				    pairs[i][1]);
		if (pairs[i][0][0] != '%')
			continue;
		native = cv_dialect_write(ctx, &dialect, CV_WINDOWS, pairs[i][0],
					  CV_REACH_TREE, &why);
		assert_non_null(native);
		assert_string_equal(native, pairs[i][1]);
		assert_true(cv_dialect_read(ctx, &dialect, CV_WINDOWS, pairs[i][0], true,
					    &pattern, &reach));
		assert_string_equal(pattern, pairs[i][1]);
	}
}

static void test_dialect_of_a_name_alone(void **state)
{
	static const char why[] = "a program's name without its folder cannot be written";
	struct cv_dialect named = plain;
	struct cv_ctx *ctx = *state;
	const char *pattern;
	enum cv_reach reach;

	named.bare_name = true;
	assert_not_written(ctx, &plain, CV_WINDOWS, "a.exe", CV_REACH_ITSELF, why);
	assert_written(ctx, &named, CV_WINDOWS, "a.exe", CV_REACH_ITSELF, "a.exe");
	assert_not_written(ctx, &named, CV_WINDOWS, "a;b", CV_REACH_ITSELF,
			   "the character ; cannot be written");
	assert_read(ctx, &named, CV_WINDOWS, "a.exe", false, "a.exe", CV_REACH_ITSELF);
	assert_false(cv_dialect_read(ctx, &plain, CV_WINDOWS, "a.exe", false, &pattern,
				     &reach));
	/* A folder has no name alone, and a name alone has no wildcards. */
	assert_not_read(ctx, &named, CV_WINDOWS, "a.exe");
	assert_false(cv_dialect_read(ctx, &named, CV_WINDOWS, "*.exe", false, &pattern,
				     &reach));
	assert_read(ctx, &named, CV_WINDOWS, "C:\\a.exe", false, "C:\\a.exe",
		    CV_REACH_ITSELF);
}

/* A star may stand where the name would need a letter to be a variable's. */
static void test_dialect_of_a_star_in_a_would_be_variable(void **state)
{
	static const struct cv_spelling spellings[] = {{"*", CV_WIDE_ANY, false},
						       {NULL, NULL, false}};
	static const struct cv_dialect anything = {.name = "anything",
						   .spellings = spellings};
	struct cv_ctx *ctx = *state;

	assert_written(ctx, &anything, CV_WINDOWS, "C:\\a\\%*b%", CV_REACH_ITSELF,
		       "C:\\a\\%*b%");
	assert_read(ctx, &anything, CV_WINDOWS, "C:\\a\\%*b%", false,
		    "C:\\a\\%" CV_WIDE_ANY "b%", CV_REACH_ITSELF);
	assert_not_read(ctx, &anything, CV_WINDOWS, "C:\\a\\%c*%b%");
}

/* What no path holds must not look like a value that grants nothing. */
static void test_dialect_reads_no_empty_segment(void **state)
{
	static const struct cv_spelling spellings[] = {{"*", CV_WIDE_ANY, false},
						       {NULL, NULL, false}};
	static const struct cv_dialect ends = {
		.name = "ends",
		.spellings = spellings,
		.anywhere = {"\\", CV_WIDE_VOLUME "\\**\\", false},
		.no_network = true};
	static const struct cv_dialect anything = {.name = "anything",
						   .spellings = spellings};
	struct cv_ctx *ctx = *state;

	assert_read(ctx, &ends, CV_WINDOWS, "\\a", false, CV_WIDE_VOLUME "\\**\\a",
		    CV_REACH_ITSELF);
	assert_not_read(ctx, &ends, CV_WINDOWS, "\\\\s\\x\\a");
	assert_not_written(ctx, &ends, CV_WINDOWS, "\\\\s\\x\\a", CV_REACH_ITSELF,
			   "a network path cannot be written");
	assert_read(ctx, &anything, CV_WINDOWS, "\\\\s\\x\\*", false,
		    "\\\\s\\x\\" CV_WIDE_ANY, CV_REACH_ITSELF);
	assert_not_read(ctx, &anything, CV_WINDOWS, "C:\\a\\\\*");
	assert_not_read(ctx, &anything, CV_LINUX, "/a//*");
}

static void test_dialect_of_a_star_that_is_all_below(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_written(ctx, &deep, CV_LINUX, "/a", CV_REACH_TREE, "/a/");
	assert_written(ctx, &deep, CV_LINUX, "/a/*", CV_REACH_TREE, "/a/*/");
	assert_written(ctx, &deep, CV_LINUX, "/a/*.log", CV_REACH_ITSELF, "/a/*.log");
	assert_written(ctx, &deep, CV_LINUX, "/a/*/b", CV_REACH_ITSELF, "/a/*/b");
	/* Wider, which what it reads back as says. */
	assert_written(ctx, &deep, CV_LINUX, "/a/b*", CV_REACH_ITSELF, "/a/b*");
	assert_read(ctx, &deep, CV_LINUX, "/a/b*", false, "/a/b" CV_WIDE_ANY,
		    CV_REACH_ITSELF);
	assert_read(ctx, &deep, CV_LINUX, "/a/*/", true, "/a/*", CV_REACH_TREE);
	assert_not_written(ctx, &deep, CV_LINUX, "/**", CV_REACH_ITSELF,
			   "written so, a name in any folder is meant");
}

static void test_dialect_of_what_nothing_may_begin_with(void **state)
{
	static const char why[] = "the character - at the start cannot be written";
	struct cv_ctx *ctx = *state;
	const char *pattern;
	enum cv_reach reach;

	assert_not_written(ctx, &deep, CV_LINUX, "-rf", CV_REACH_ITSELF, why);
	assert_written(ctx, &deep, CV_LINUX, "a-rf-", CV_REACH_ITSELF, "a-rf-");
	assert_written(ctx, &deep, CV_LINUX, "/-rf", CV_REACH_ITSELF, "/-rf");
	assert_false(
		cv_dialect_read(ctx, &deep, CV_LINUX, "-rf", false, &pattern, &reach));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dialect_writes_reach_as_suffix),
		TEST(test_dialect_refuses_with_reason),
		TEST(test_dialect_reads_suffix_as_reach),
		TEST(test_dialect_does_not_read_what_it_cannot_say),
		TEST(test_dialect_reads_back_what_it_wrote),
		TEST(test_dialect_of_a_name_alone),
		TEST(test_dialect_writes_variables_out),
		TEST(test_dialect_of_a_star_in_a_would_be_variable),
		TEST(test_dialect_reads_no_empty_segment),
		TEST(test_dialect_of_a_star_that_is_all_below),
		TEST(test_dialect_of_what_nothing_may_begin_with),
		TEST(test_dialect_of_a_regular_expression),
		TEST(test_dialect_of_a_beginning),
		TEST(test_dialect_without_a_drive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
