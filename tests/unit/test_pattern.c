/* Whether one pattern lies inside another, held against all paths of a small world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/pattern.h"

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

/* Short names for the tables below. */
enum { SELF = CV_REACH_ITSELF, CHILD = CV_REACH_CHILDREN, TREE = CV_REACH_TREE };
enum { NO = CV_ANSWER_NO, YES = CV_ANSWER_YES, OPEN = CV_ANSWER_UNKNOWN };

static void assert_inside(enum cv_platform platform, const char *inner, int inner_reach,
			  const char *outer, int outer_reach, int answer)
{
	const enum cv_answer got =
		cv_pattern_inside(platform, inner, (enum cv_reach)inner_reach, outer,
				  (enum cv_reach)outer_reach);

	if ((int)got != answer)
		fail_msg("%s (%d) in %s (%d): %d", inner, inner_reach, outer, outer_reach,
			 (int)got);
}

static void test_pattern_inside_knows_platforms(void **state)
{
	(void)state;
	assert_inside(CV_WINDOWS, "C:\\Foo\\BAR.exe", SELF, "C:\\foo", TREE, YES);
	assert_inside(CV_LINUX, "/Foo/a", SELF, "/foo", TREE, NO);
	assert_inside(CV_MACOS, "/Foo/a", SELF, "/foo", TREE, YES);
	assert_inside(CV_WINDOWS, "C:\\foobar\\a", SELF, "C:\\foo", TREE, NO);
	assert_inside(CV_WINDOWS, "C:\\foo", SELF, "C:\\foo", TREE, NO);
	assert_inside(CV_WINDOWS, "C:\\foo\\a\\b", SELF, "C:\\foo", CHILD, NO);
	assert_inside(CV_WINDOWS, "C:\\foo", CHILD, "C:\\foo", TREE, YES);
	assert_inside(CV_WINDOWS, "C:\\foo", TREE, "C:\\foo", CHILD, NO);
	assert_inside(CV_WINDOWS, "C:\\foo", TREE, "C:\\", TREE, YES);
	assert_inside(CV_WINDOWS, "C:\\", TREE, "C:\\", TREE, YES);
	assert_inside(CV_WINDOWS, "D:\\foo", TREE, "C:\\", TREE, NO);
	assert_inside(CV_WINDOWS, "C:\\", CHILD, "C:\\*", SELF, YES);
	assert_inside(CV_LINUX, "/**", SELF, "/", TREE, NO);
	assert_inside(CV_LINUX, "/*/**", SELF, "/", TREE, YES);
	assert_inside(CV_LINUX, "/a/b", TREE, "/a/**/b/**", SELF, YES);
	assert_inside(CV_LINUX, "/a/\xC3\xBC", SELF, "/a/?", SELF, YES);
	assert_inside(CV_LINUX, "/a/\xC3\xBC", SELF, "/a/??", SELF, NO);
	assert_inside(CV_WINDOWS, "\\\\s\\x\\a", SELF, "\\\\S\\x", TREE, YES);
	assert_inside(CV_WINDOWS, "\\\\s\\y\\a", SELF, "\\\\s\\x", TREE, NO);
	/* One symbol for all characters that nobody names. */
	assert_inside(CV_LINUX, "/*?", SELF, "/?*", SELF, YES);
	assert_inside(CV_LINUX, "/*a", SELF, "/?*", SELF, YES);
	assert_inside(CV_LINUX, "/a*b", SELF, "/?*?", SELF, YES);
	assert_inside(CV_LINUX, "/a*", SELF, "/?*?", SELF, NO);
}

static void test_pattern_inside_a_name_alone(void **state)
{
	(void)state;
	assert_inside(CV_WINDOWS, "C:\\a\\X.exe", SELF, "x.EXE", SELF, YES);
	assert_inside(CV_WINDOWS, "C:\\*\\x.exe", SELF, "x.exe", SELF, YES);
	assert_inside(CV_WINDOWS, "%windir%\\x.exe", SELF, "x.exe", SELF, YES);
	assert_inside(CV_WINDOWS, "\\\\s\\y\\x.exe", SELF, "x.exe", SELF, YES);
	assert_inside(CV_WINDOWS, "C:\\a\\x?exe", SELF, "x.exe", SELF, NO);
	assert_inside(CV_WINDOWS, "C:\\a\\yx.exe", SELF, "x.exe", SELF, NO);
	assert_inside(CV_WINDOWS, "C:\\x.exe\\a", SELF, "x.exe", SELF, NO);
	assert_inside(CV_WINDOWS, "C:\\a\\x.exe", TREE, "x.exe", SELF, NO);
	assert_inside(CV_WINDOWS, "x.exe", SELF, "X.exe", SELF, YES);
	assert_inside(CV_WINDOWS, "x.exe", SELF, "y.exe", SELF, NO);
	assert_inside(CV_WINDOWS, "x.exe", SELF, "C:\\", TREE, NO);
	assert_inside(CV_WINDOWS, "x.exe", SELF, "%SystemDrive%\\", TREE, NO);
	assert_inside(CV_LINUX, "/x", SELF, "x", SELF, YES);
	assert_inside(CV_LINUX, "/a/b/x", SELF, "x", SELF, YES);
	assert_inside(CV_LINUX, "/a/X", SELF, "x", SELF, NO);
	assert_inside(CV_MACOS, "/a/X", SELF, "x", SELF, YES);
	assert_inside(CV_LINUX, "x", SELF, "/", TREE, YES);
	assert_inside(CV_LINUX, "x", SELF, "/**/x", SELF, YES);
	assert_inside(CV_LINUX, "/**/x", SELF, "x", SELF, YES);
	assert_inside(CV_LINUX, "x", SELF, "/*/x", SELF, NO);
	assert_inside(CV_LINUX, "x", SELF, "/a", TREE, NO);
}

/* Short names for what a native text may mean. */
#define W_ANY CV_WIDE_ANY
#define W_STAR CV_WIDE_STAR
#define W_VOLUME CV_WIDE_VOLUME
#define W_CASELESS CV_WIDE_CASELESS

static void test_pattern_inside_wide_patterns(void **state)
{
	(void)state;
	/* What begins so, against what lies in the folder. */
	assert_inside(CV_LINUX, "/opt/app", TREE, "/opt/app" W_ANY, SELF, YES);
	assert_inside(CV_LINUX, "/opt/app" W_ANY, SELF, "/opt/app", TREE, NO);
	assert_inside(CV_LINUX, "/opt/appendix", SELF, "/opt/app" W_ANY, SELF, YES);
	assert_inside(CV_LINUX, "/opt/app/" W_ANY, SELF, "/opt/app", TREE, YES);
	assert_inside(CV_LINUX, "/opt/app", TREE, "/opt/app/" W_ANY, SELF, YES);
	assert_inside(CV_LINUX, "/a" W_ANY "/b", SELF, "/a*/b", SELF, NO);
	assert_inside(CV_LINUX, "/a*/b", SELF, "/a" W_ANY "/b", SELF, YES);
	assert_inside(CV_LINUX, W_ANY "/x", SELF, "/**/x", SELF, YES);
	assert_inside(CV_LINUX, W_ANY, SELF, "/**", SELF, YES);
	assert_inside(CV_LINUX, W_ANY "x", SELF, "/", TREE, YES);
	/* What is not known counts for neither side. */
	assert_inside(CV_LINUX, "/a/*", SELF, "/a/" W_STAR, SELF, YES);
	assert_inside(CV_LINUX, "/a/" W_STAR, SELF, "/a/*", SELF, NO);
	assert_inside(CV_LINUX, "/a/b/c", SELF, "/a/" W_STAR, SELF, NO);
	assert_inside(CV_LINUX, "/a/" W_STAR, SELF, "/a", TREE, YES);
	assert_inside(CV_LINUX, "/a/?", SELF, "/a/" CV_WIDE_BYTE, SELF, NO);
	assert_inside(CV_LINUX, "/a/" CV_WIDE_BYTE, SELF, "/a/?", SELF, YES);
	assert_inside(CV_LINUX, "/a/b", SELF, "/a/" CV_WIDE_BYTE, SELF, YES);
	assert_inside(CV_LINUX, "/a/\xC3\xBC", SELF, "/a/" CV_WIDE_BYTE, SELF, NO);
	assert_inside(CV_LINUX, "/a/b", SELF, "/a/b" CV_WIDE_MAYBE, SELF, YES);
	assert_inside(CV_LINUX, "/a/b?", SELF, "/a/b" CV_WIDE_MAYBE, SELF, YES);
	assert_inside(CV_LINUX, "/a/b" CV_WIDE_MAYBE, SELF, "/a/b?", SELF, NO);
	assert_inside(CV_LINUX, "/a" CV_WIDE_ONE "b", SELF, "/a?b", SELF, NO);
	assert_inside(CV_LINUX, "/a/b", SELF, "/a" CV_WIDE_ONE "b", SELF, YES);
}

static void test_pattern_inside_volumes_and_case(void **state)
{
	(void)state;
	assert_inside(CV_WINDOWS, "D:\\a\\b", SELF, W_VOLUME "\\a", TREE, YES);
	assert_inside(CV_WINDOWS, "\\\\s\\x\\a\\b", SELF, W_VOLUME "\\a", TREE, YES);
	assert_inside(CV_WINDOWS, "C:\\b\\a\\b", SELF, W_VOLUME "\\a", TREE, NO);
	assert_inside(CV_WINDOWS, W_VOLUME "\\a", SELF, "C:\\a", SELF, NO);
	assert_inside(CV_WINDOWS, W_VOLUME "\\a\\b", SELF, W_VOLUME "\\A", TREE, YES);
	assert_inside(CV_WINDOWS, "C:\\b\\a", SELF, W_ANY "\\a", SELF, YES);
	assert_inside(CV_WINDOWS, "C:\\b\\xa", SELF, W_ANY "\\a", SELF, NO);
	assert_inside(CV_WINDOWS, "C:\\b\\xa", SELF, W_ANY "a", SELF, YES);
	assert_inside(CV_WINDOWS, "a.exe", SELF, W_ANY "\\a.exe", SELF, YES);
	assert_inside(CV_WINDOWS, W_ANY "\\a.exe", SELF, "a.exe", SELF, YES);
	assert_inside(CV_WINDOWS, W_VOLUME "\\**\\a.exe", SELF, "A.exe", SELF, YES);
	assert_inside(CV_WINDOWS, W_VOLUME "\\a.exe", SELF, "a.exe", SELF, YES);
	assert_inside(CV_WINDOWS, "a.exe", SELF, W_VOLUME "\\a.exe", SELF, NO);
	assert_inside(CV_WINDOWS, "C:" W_ANY, SELF, "C:\\**", SELF, YES);
	/* Where the product tells no case apart, and Linux does. */
	assert_inside(CV_LINUX, "/Opt/A", SELF, W_CASELESS "/opt", TREE, YES);
	assert_inside(CV_LINUX, W_CASELESS "/opt/a", SELF, "/opt", TREE, NO);
	assert_inside(CV_LINUX, W_CASELESS "/1/2", SELF, "/1", TREE, YES);
	assert_inside(CV_LINUX, W_CASELESS "/opt/a", SELF, W_CASELESS "/OPT", TREE, YES);
	assert_inside(CV_LINUX, W_CASELESS "/opt/a", SELF, "/**", SELF, YES);
	assert_inside(CV_MACOS, W_CASELESS "/opt/a", SELF, "/OPT", TREE, YES);
}

static void test_pattern_inside_leaves_variables_open(void **state)
{
	(void)state;
	assert_inside(CV_WINDOWS, "%windir%\\a", SELF, "%WINDIR%", TREE, YES);
	assert_inside(CV_WINDOWS, "%windir%\\a", SELF, "%windir%\\b", SELF, NO);
	assert_inside(CV_WINDOWS, "%windir%\\a", SELF, "%SystemRoot%", TREE, OPEN);
	assert_inside(CV_WINDOWS, "%windir%\\a", SELF, "C:\\", TREE, OPEN);
	assert_inside(CV_WINDOWS, "C:\\Windows\\a", SELF, "%windir%", TREE, OPEN);
	assert_inside(CV_WINDOWS, "%SystemDrive%\\a", SELF, "%SystemDrive%\\", TREE, YES);
	assert_inside(CV_LINUX, "/%a%/x", SELF, "/%b%/x", SELF, NO);
}

static void test_pattern_inside_is_bounded(void **state)
{
	struct cv_ctx *ctx = *state;
	char *inner = cv_arena_array(ctx->arena, 10001, 1);
	char *outer = cv_arena_array(ctx->arena, 10001, 1);

	/* "has an a 40 places before its end" needs 2 to the 40 sets. */
	strcpy(inner, "/*a*a*a*a*");
	strcpy(outer, "/*a????????????????????????????????????????");
	assert_inside(CV_LINUX, inner, SELF, outer, SELF, NO);
	strcpy(inner, "/b*a");
	for (size_t i = 0; i < 40; i++)
		strcat(inner, "?");
	assert_inside(CV_LINUX, inner, SELF, outer, SELF, OPEN);
	/* What is the same needs none. */
	assert_inside(CV_LINUX, outer, SELF, outer, SELF, YES);
	/* Long but plain. */
	memset(inner, 'x', 10000);
	inner[0] = '/';
	assert_inside(CV_LINUX, inner, SELF, inner, SELF, YES);
	assert_inside(CV_LINUX, inner, TREE, inner, CHILD, NO);
	memset(outer, '*', 10000);
	for (size_t i = 0; i < 10000; i += 2)
		outer[i] = '/';
	assert_int_not_equal(
		cv_pattern_inside(CV_LINUX, outer, CV_REACH_TREE, inner, CV_REACH_TREE),
		YES);
}

/* The small world: all paths of one to `depth` segments of one or two letters. */
struct world {
	char (*paths)[16];
	size_t count;
};

enum { ROOM = 40000 };

static void add_path(struct world *world, size_t folder, char first, char second)
{
	const char end[] = {'/', first, second, '\0'};
	const size_t size = strlen(world->paths[folder]);
	char *path = world->paths[world->count++];

	assert_true(world->count <= ROOM && size + sizeof end <= sizeof *world->paths);
	memcpy(path, world->paths[folder], size);
	memcpy(path + size, end, sizeof end);
}

static void grow(struct world *world, const char *letters, size_t from, int depth)
{
	const size_t end = world->count;

	for (size_t i = from; i < end; i++) {
		for (const char *x = letters; *x; x++) {
			add_path(world, i, *x, '\0');
			for (const char *y = letters; *y; y++)
				add_path(world, i, *x, *y);
		}
	}
	if (depth > 1)
		grow(world, letters, end, depth - 1);
}

static struct world make_world(const char *letters, int depth)
{
	struct world world = {calloc(ROOM, sizeof *world.paths), 1};

	assert_non_null(world.paths);
	grow(&world, letters, 0, depth);
	/* The first is the empty beginning. */
	return world;
}

/* The plain way: the pattern's segments by recursion, letter by letter. */
static bool matches(const char *pattern, const char *path)
{
	if (pattern[0] == '\0')
		return path[0] == '\0';
	if (pattern[0] == '/' && strncmp(pattern, "/**", 3) == 0) {
		if (matches(pattern + 3, path))
			return true;
		if (path[0] != '/')
			return false;
		path += 1 + strcspn(path + 1, "/");
		return matches(pattern, path);
	}
	/* No segment of a path is empty, so a lonely star takes a letter or more. */
	if (pattern[0] == '*')
		return matches(pattern + 1, path) ||
		       (path[0] && path[0] != '/' && matches(pattern, path + 1));
	if (pattern[0] == '?' ? !path[0] || path[0] == '/' : path[0] != pattern[0])
		return false;
	return matches(pattern + 1, path + 1);
}

static bool covers(const char *pattern, enum cv_reach reach, const char *path)
{
	char whole[64];
	const char *rest;

	if (reach == CV_REACH_ITSELF)
		return matches(pattern, path);
	/* Some folder on the way to the file matches. */
	for (rest = strrchr(path, '/'); rest; rest = NULL) {
		memcpy(whole, path, (size_t)(rest - path));
		whole[rest - path] = '\0';
		for (;;) {
			char *last;

			if (matches(strcmp(pattern, "/") == 0 ? "" : pattern, whole))
				return true;
			last = strrchr(whole, '/');
			if (reach == CV_REACH_CHILDREN || !last)
				return false;
			*last = '\0';
		}
	}
	return false;
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* One to three segments out of a small stock. */
static void make_pattern(char out[32], uint32_t *seed)
{
	static const char *const stock[] = {"a",  "b",  "*",   "?",  "**", "a*",
					    "*a", "?a", "a?",  "*?", "ab", "??",
					    "**", "b*", "*b*", "a*b"};
	const uint32_t segments = 1 + next_random(seed) % 3;

	out[0] = '\0';
	for (uint32_t i = 0; i < segments; i++) {
		strcat(out, "/");
		strcat(out, stock[next_random(seed) % (sizeof stock / sizeof *stock)]);
	}
}

static bool is_inside_world(const struct world *world, const char *inner,
			    enum cv_reach inner_reach, const char *outer,
			    enum cv_reach outer_reach)
{
	for (size_t i = 1; i < world->count; i++)
		if (covers(inner, inner_reach, world->paths[i]) &&
		    !covers(outer, outer_reach, world->paths[i]))
			return false;
	return true;
}

static void add_letters(char *path, size_t least, size_t most, uint32_t *seed)
{
	size_t size = strlen(path),
	       count = least + next_random(seed) % (most - least + 1);

	while (count-- > 0)
		path[size++] = "abc"[next_random(seed) % 3];
	path[size] = '\0';
}

/* Some path that the pattern covers, whatever its depth. */
static void make_path(char path[64], const char *pattern, enum cv_reach reach,
		      uint32_t *seed)
{
	uint32_t more = reach == CV_REACH_ITSELF ? 0 : 1;

	path[0] = '\0';
	for (const char *c = pattern; *c; c++) {
		const bool is_alone =
			(c == pattern || c[-1] == '/') && (c[1] == '/' || c[1] == '\0');

		if (strncmp(c, "/**", 3) == 0) {
			for (uint32_t n = next_random(seed) % 3; n > 0; n--)
				add_letters(strcat(path, "/"), 1, 2, seed);
			c += 2;
		} else if (*c == '*') {
			add_letters(path, is_alone, 3, seed);
		} else if (*c == '?') {
			add_letters(path, 1, 1, seed);
		} else {
			strncat(path, c, 1);
		}
	}
	if (reach == CV_REACH_TREE)
		more += next_random(seed) % 3;
	for (; more > 0; more--)
		add_letters(strcat(path, "/"), 1, 2, seed);
}

/* A path that shows that one pattern is not inside the other. */
static bool find_witness(const char *inner, enum cv_reach inner_reach, const char *outer,
			 enum cv_reach outer_reach, int tries, uint32_t *seed)
{
	char path[64];

	while (tries-- > 0) {
		make_path(path, inner, inner_reach, seed);
		if (!covers(inner, inner_reach, path))
			fail_msg("the test itself: %s is no %s (%d)", path, inner,
				 (int)inner_reach);
		if (!covers(outer, outer_reach, path))
			return true;
	}
	return false;
}

/* The patterns know a and b; the world has a letter more, as worlds do.  YES must
 * hold for every path, NO must have a witness. */
static void test_pattern_inside_agrees_with_small_world(void **state)
{
	const struct world world = make_world("abc", 3);
	size_t answers[3] = {0};
	uint32_t seed = 42;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		const enum cv_reach inner_reach = (enum cv_reach)(next_random(&seed) % 3);
		const enum cv_reach outer_reach = (enum cv_reach)(next_random(&seed) % 3);
		enum cv_answer answer;
		char inner[32], outer[32];

		make_pattern(inner, &seed);
		make_pattern(outer, &seed);
		answer = cv_pattern_inside(CV_LINUX, inner, inner_reach, outer,
					   outer_reach);
		answers[answer]++;
		if (answer == CV_ANSWER_YES &&
		    (!is_inside_world(&world, inner, inner_reach, outer, outer_reach) ||
		     find_witness(inner, inner_reach, outer, outer_reach, 300, &seed)))
			fail_msg("yes for %s (%d) in %s (%d)", inner, (int)inner_reach,
				 outer, (int)outer_reach);
		if (answer == CV_ANSWER_NO &&
		    is_inside_world(&world, inner, inner_reach, outer, outer_reach) &&
		    !find_witness(inner, inner_reach, outer, outer_reach, 20000, &seed))
			fail_msg("no for %s (%d) in %s (%d)", inner, (int)inner_reach,
				 outer, (int)outer_reach);
	}
	print_message("no %zu, yes %zu, unknown %zu\n", answers[CV_ANSWER_NO],
		      answers[CV_ANSWER_YES], answers[CV_ANSWER_UNKNOWN]);
	assert_in_range(answers[CV_ANSWER_YES], 100, 2000);
	assert_in_range(answers[CV_ANSWER_UNKNOWN], 0, 20);
	free(world.paths);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pattern_inside_knows_platforms),
		TEST(test_pattern_inside_a_name_alone),
		TEST(test_pattern_inside_wide_patterns),
		TEST(test_pattern_inside_volumes_and_case),
		TEST(test_pattern_inside_leaves_variables_open),
		TEST(test_pattern_inside_is_bounded),
		TEST(test_pattern_inside_agrees_with_small_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
