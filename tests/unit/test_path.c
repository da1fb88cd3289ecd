/* Paths in their one spelling, and the words and places of what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

static void assert_path(struct cv_ctx *ctx, enum cv_platform platform, const char *path,
			const char *normal)
{
	const char *why = NULL, *bad, *got, *again;
	size_t size;

	got = cv_path_normal(ctx, platform, path, &why, &bad, &size);
	if (!got)
		fail_msg("%s: %s", path, why);
	assert_string_equal(got, normal);
	again = cv_path_normal(ctx, platform, got, &why, &bad, &size);
	if (!again)
		fail_msg("%s, made of %s: %s", got, path, why);
	/* It has that spelling. */
	assert_ptr_equal(again, got);
}

static void test_path_windows_has_one_spelling(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_path(ctx, CV_WINDOWS, "C:\\", "C:\\");
	assert_path(ctx, CV_WINDOWS, "c:/", "C:\\");
	assert_path(ctx, CV_WINDOWS, "c:\\\\", "C:\\");
	assert_path(ctx, CV_WINDOWS, "d:\\Tanium\\Tanium Client\\",
		    "D:\\Tanium\\Tanium Client");
	assert_path(ctx, CV_WINDOWS, "C:/Program Files (x86)//a/\\b",
		    "C:\\Program Files (x86)\\a\\b");
	assert_path(ctx, CV_WINDOWS, "C:\\a*\\**\\?x.e'e", "C:\\a*\\**\\?x.e'e");
	assert_path(ctx, CV_WINDOWS, "C:\\*\\**", "C:\\*\\**");
	assert_path(ctx, CV_WINDOWS, "\\\\server\\share", "\\\\server\\share");
	assert_path(ctx, CV_WINDOWS, "//server/share/", "\\\\server\\share");
	assert_path(ctx, CV_WINDOWS, "\\\\server\\\\C$\\a", "\\\\server\\C$\\a");
	assert_path(ctx, CV_WINDOWS, "%programfiles%\\a", "%ProgramFiles%\\a");
	assert_path(ctx, CV_WINDOWS, "%PROGRAMFILES(X86)%/a/", "%ProgramFiles(x86)%\\a");
	assert_path(ctx, CV_WINDOWS, "%ProgramData%", "%ProgramData%");
	assert_path(ctx, CV_WINDOWS, "%ProgramData%\\", "%ProgramData%");
	assert_path(ctx, CV_WINDOWS, "%systemdrive%", "%SystemDrive%\\");
	assert_path(ctx, CV_WINDOWS, "%SystemDrive%\\", "%SystemDrive%\\");
	assert_path(ctx, CV_WINDOWS, "C:\\100% sure\\50%\\%\\%%",
		    "C:\\100% sure\\50%\\%\\%%");
	assert_path(ctx, CV_WINDOWS, "C:\\[a]{b}\\$x`;#&'", "C:\\[a]{b}\\$x`;#&'");
	assert_path(ctx, CV_WINDOWS, "C:\\ a\\.b\\..c\\nulls\\com\\com10",
		    "C:\\ a\\.b\\..c\\nulls\\com\\com10");
	assert_path(ctx, CV_WINDOWS, "C:\\\xC3\xBC\\\xE3\x80\x80",
		    "C:\\\xC3\xBC\\\xE3\x80\x80");
}

static void test_path_unix_has_one_spelling(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_path(ctx, CV_LINUX, "/", "/");
	assert_path(ctx, CV_LINUX, "//", "/");
	assert_path(ctx, CV_LINUX, "/a", "/a");
	assert_path(ctx, CV_LINUX, "//opt///app/", "/opt/app");
	assert_path(ctx, CV_LINUX, "/opt/App/*.so/**/a?c", "/opt/App/*.so/**/a?c");
	assert_path(ctx, CV_LINUX, "/a\\b/$HOME/${x}/%TEMP%/<>|\":;'",
		    "/a\\b/$HOME/${x}/%TEMP%/<>|\":;'");
	assert_path(ctx, CV_MACOS, "/Library/a. /con/nul.", "/Library/a. /con/nul.");
	assert_path(ctx, CV_MACOS, "/Applications/A.app/...", "/Applications/A.app/...");
}

static void assert_no_path(struct cv_ctx *ctx, enum cv_platform platform,
			   const char *path, const char *bad, const char *why)
{
	const char *said = NULL, *where = NULL;
	size_t size = 0;

	if (cv_path_normal(ctx, platform, path, &said, &where, &size))
		fail_msg("%s was taken", path);
	assert_string_equal(said, why);
	if (size != strlen(bad) || memcmp(where, bad, size) != 0)
		fail_msg("%s: not %s but %.*s", path, bad, (int)size, where);
	assert_in_range((uintptr_t)where, (uintptr_t)path,
			(uintptr_t)path + strlen(path));
}

static void test_path_windows_head_is_refused(void **state)
{
	static const char drive[] = "the path has no drive letter";
	static const char relative[] = "the path is not absolute";
	static const char network[] =
		"a network path is \\\\server\\share and what is in it";
	static const char device[] =
		"paths that begin with \\\\?\\ or \\\\.\\ are not allowed";
	static const char wild[] = "a wildcard stands for the drive";
	static const char share[] = "a wildcard stands for the server or the share";
	static const char behind[] = "a separator is missing behind the drive";
	struct cv_ctx *ctx = *state;

	assert_no_path(ctx, CV_WINDOWS, "", "", "the path is empty");
	assert_no_path(ctx, CV_WINDOWS, "/", "/", drive);
	assert_no_path(ctx, CV_WINDOWS, "\\", "\\", drive);
	assert_no_path(ctx, CV_WINDOWS, "\\Program Files\\a", "\\Program Files\\a",
		       drive);
	assert_no_path(ctx, CV_WINDOWS, "\\??\\C:\\a", "\\??\\C:\\a", drive);
	assert_no_path(ctx, CV_WINDOWS, "a\\b", "a\\b", relative);
	assert_no_path(ctx, CV_WINDOWS, "ab:\\b", "ab:\\b", relative);
	assert_no_path(ctx, CV_WINDOWS, "1:\\b", "1:\\b", relative);
	assert_no_path(ctx, CV_WINDOWS, "\xC3\xA9:\\b", "\xC3\xA9:\\b", relative);
	assert_no_path(ctx, CV_WINDOWS, "C:", "C:", behind);
	assert_no_path(ctx, CV_WINDOWS, "C:a", "C:", behind);
	assert_no_path(ctx, CV_WINDOWS, "*:\\a", "*:", wild);
	assert_no_path(ctx, CV_WINDOWS, "?:\\a", "?:", wild);
	assert_no_path(ctx, CV_WINDOWS, "**\\a", "**", wild);
	assert_no_path(ctx, CV_WINDOWS, "\\\\?\\C:\\a", "\\\\?", device);
	assert_no_path(ctx, CV_WINDOWS, "//./pipe", "//.", device);
	assert_no_path(ctx, CV_WINDOWS, "\\\\", "\\\\", network);
	assert_no_path(ctx, CV_WINDOWS, "\\\\server", "\\\\server", network);
	assert_no_path(ctx, CV_WINDOWS, "\\\\server\\", "\\\\server\\", network);
	assert_no_path(ctx, CV_WINDOWS, "\\\\\\server\\a", "\\\\\\server\\a", network);
	assert_no_path(ctx, CV_WINDOWS, "\\\\*\\share\\a", "*", share);
	assert_no_path(ctx, CV_WINDOWS, "\\\\server\\s?\\a", "s?", share);
}

static void test_path_windows_variable_is_refused(void **state)
{
	static const char unknown[] =
		"an environment variable that is not one of %ProgramFiles%, "
		"%ProgramFiles(x86)%, %ProgramData%, %ALLUSERSPROFILE%, %SystemRoot%, "
		"%windir%, %SystemDrive% and %PUBLIC%";
	static const char inside[] = "an environment variable stands only at the start";
	static const char of_user[] =
		"a variable of a user: a service account has other folders";
	struct cv_ctx *ctx = *state;

	assert_no_path(ctx, CV_WINDOWS, "%temp%\\a", "%temp%", of_user);
	assert_no_path(ctx, CV_WINDOWS, "%LOCALAPPDATA%", "%LOCALAPPDATA%", of_user);
	assert_no_path(ctx, CV_WINDOWS, "%OWN%\\a", "%OWN%", unknown);
	assert_no_path(ctx, CV_WINDOWS, "%%\\a", "%%", unknown);
	assert_no_path(ctx, CV_WINDOWS, "%windir%x\\a", "%windir%x",
		       "a separator is missing behind the variable");
	assert_no_path(ctx, CV_WINDOWS, "%windir\\a%", "%windir",
		       "the path is not absolute");
	assert_no_path(ctx, CV_WINDOWS, "%", "%", "the path is not absolute");
	assert_no_path(ctx, CV_WINDOWS, "C:\\%USERNAME%\\a", "%USERNAME%", inside);
	assert_no_path(ctx, CV_WINDOWS, "%windir%\\a%windir%", "%windir%", inside);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a%%b%c", "%b%", inside);
}

static void test_path_windows_segment_is_refused(void **state)
{
	static const char dots[] = "the path holds . or ..";
	static const char dot[] = "Windows drops a dot at the end of a name";
	static const char blank[] = "Windows drops a blank at the end of a name";
	static const char colon[] = "a colon stands only behind the drive letter";
	static const char device[] =
		"Windows takes this name for a device, not for a file";
	static const char deep[] = "** stands only as a whole part of a path";
	struct cv_ctx *ctx = *state;

	assert_no_path(ctx, CV_WINDOWS, "C:\\a\\..\\b", "..", dots);
	assert_no_path(ctx, CV_WINDOWS, "C:\\.\\b", ".", dots);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a.\\b", "a.", dot);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a*.", "a*.", dot);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a \\b", "a ", blank);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a:b", ":", colon);
	assert_no_path(ctx, CV_WINDOWS, "C:\\C:\\b", ":", colon);
	assert_no_path(ctx, CV_WINDOWS, "C:\\con", "con", device);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a\\Nul.tar.gz\\b", "Nul.tar.gz", device);
	assert_no_path(ctx, CV_WINDOWS, "C:\\COM1", "COM1", device);
	assert_no_path(ctx, CV_WINDOWS, "C:\\lpt9 .x", "lpt9 .x", device);
	assert_no_path(ctx, CV_WINDOWS, "C:\\com\xC2\xB2", "com\xC2\xB2", device);
	assert_no_path(ctx, CV_WINDOWS, "\\\\server\\share\\aux", "aux", device);
	assert_no_path(ctx, CV_WINDOWS, "C:\\a**", "a**", deep);
	assert_no_path(ctx, CV_WINDOWS, "C:\\**a\\b", "**a", deep);
	assert_no_path(ctx, CV_WINDOWS, "C:\\***", "***", deep);
	assert_no_path(ctx, CV_WINDOWS, "C:\\<Tanium Client>\\a", "<",
		       "a Windows path cannot hold <");
	assert_no_path(ctx, CV_WINDOWS, "C:\\a|b", "|", "a Windows path cannot hold |");
	assert_no_path(ctx, CV_WINDOWS, "\"C:\\a\"", "\"",
		       "a Windows path cannot hold \"");
}

static void test_path_unix_is_refused(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_no_path(ctx, CV_LINUX, "", "", "the path is empty");
	assert_no_path(ctx, CV_LINUX, "opt/app", "opt/app", "the path is not absolute");
	assert_no_path(ctx, CV_LINUX, "$HOME/a", "$HOME/a", "the path is not absolute");
	assert_no_path(ctx, CV_LINUX, "~/a", "~/a", "the path is not absolute");
	assert_no_path(ctx, CV_LINUX, "C:\\a", "C:\\a", "the path is not absolute");
	assert_no_path(ctx, CV_LINUX, "**/a", "**/a", "the path is not absolute");
	assert_no_path(ctx, CV_MACOS, "/a/../b", "..", "the path holds . or ..");
	assert_no_path(ctx, CV_LINUX, "/a/.", ".", "the path holds . or ..");
	assert_no_path(ctx, CV_LINUX, "/a/b**c", "b**c",
		       "** stands only as a whole part of a path");
}

static void test_path_characters_are_refused_by_name(void **state)
{
	static const struct {
		const char *bytes, *why;
	} bad[] = {
		{"\n", "the path holds U+000A, a control character"},
		{"\t", "the path holds U+0009, a control character"},
		{"\x7F", "the path holds U+007F, a control character"},
		{"\xC2\x85", "the path holds U+0085, a control character"},
		{"\xE2\x80\xA8", "the path holds U+2028, a control character"},
		{"\xEF\xBF\xBF", "the path holds U+FFFF, a control character"},
		{"\xE2\x80\x8B", "the path holds U+200B, an invisible character"},
		{"\xE2\x80\xAE", "the path holds U+202E, an invisible character"},
		{"\xEF\xBB\xBF", "the path holds U+FEFF, an invisible character"},
		{"\xC2\xA0", "the path holds U+00A0, a blank that is not the usual one"},
		{"\xE2\x80\xAF",
		 "the path holds U+202F, a blank that is not the usual one"},
		{"\xC3", "the path is not UTF-8"},
		{"\xC0", "the path is not UTF-8"},
	};
	struct cv_ctx *ctx = *state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_no_path(ctx, CV_WINDOWS,
			       cv_arena_format(ctx->arena, "C:\\a%sb", bad[i].bytes),
			       bad[i].bytes, bad[i].why);
		assert_no_path(ctx, CV_LINUX,
			       cv_arena_format(ctx->arena, "/a/%s", bad[i].bytes),
			       bad[i].bytes, bad[i].why);
	}
}

static void test_path_takes_long_values(void **state)
{
	struct cv_ctx *ctx = *state;
	char *path = cv_arena_array(ctx->arena, 10001, 1);

	memset(path, 'x', 10000);
	path[0] = '/';
	assert_path(ctx, CV_LINUX, path, path);
	for (size_t i = 0; i < 10000; i += 2)
		path[i] = '/';
	assert_path(ctx, CV_MACOS, path, path);
}

static void test_path_parts(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_string_equal(cv_path_base(CV_WINDOWS, "C:\\a\\b.exe"), "b.exe");
	assert_string_equal(cv_path_base(CV_WINDOWS, "C:\\a/b"), "a/b");
	assert_string_equal(cv_path_base(CV_WINDOWS, "C:\\"), "");
	assert_string_equal(cv_path_base(CV_WINDOWS, "%ProgramData%"), "%ProgramData%");
	assert_string_equal(cv_path_base(CV_LINUX, "/a\\b"), "a\\b");
	assert_string_equal(cv_path_folded(ctx, CV_WINDOWS, "C:\\A\xC3\x84z"),
			    "c:\\a\xC3\x84z");
	assert_string_equal(cv_path_folded(ctx, CV_MACOS, "/A"), "/a");
	assert_string_equal(cv_path_folded(ctx, CV_LINUX, "/A"), "/A");
	assert_true(cv_path_has_wildcard("/a?"));
	assert_true(cv_path_has_wildcard("/*"));
	assert_false(cv_path_has_wildcard("/[a]"));
	assert_string_equal(cv_platform_names[CV_MACOS], "macos");
}

static void assert_bare(struct cv_ctx *ctx, enum cv_platform platform, const char *name,
			const char *bad, const char *why)
{
	const char *said = NULL, *where = NULL, *got;
	size_t size = 0;

	got = cv_path_bare(ctx, platform, name, &said, &where, &size);
	if (!why) {
		if (!got)
			fail_msg("%s: %s", name, said);
		assert_string_equal(got, name);
		assert_true(cv_path_is_bare(got));
		return;
	}
	if (got)
		fail_msg("%s was taken", name);
	assert_string_equal(said, why);
	if (size != strlen(bad) || memcmp(where, bad, size) != 0)
		fail_msg("%s: not %s but %.*s", name, bad, (int)size, where);
}

static void test_path_of_a_name_alone(void **state)
{
	static const char relative[] = "the path is not absolute";
	static const char list[] =
		"a program's name without its folder cannot be told from a list";
	static const char wild[] =
		"a program's name without its folder cannot hold a wildcard";
	struct cv_ctx *ctx = *state;

	assert_bare(ctx, CV_WINDOWS, "TaniumClient.exe", NULL, NULL);
	assert_bare(ctx, CV_WINDOWS, "Tanium Client.exe", NULL, NULL);
	assert_bare(ctx, CV_LINUX, "7za", NULL, NULL);
	assert_bare(ctx, CV_MACOS, "\xC3\xBC'$(x)`#", NULL, NULL);
	assert_bare(ctx, CV_LINUX, "/7za", "/7za", relative);
	assert_bare(ctx, CV_WINDOWS, "bin\\a.exe", "bin\\a.exe", relative);
	assert_bare(ctx, CV_LINUX, "C:a", "C:a", relative);
	assert_bare(ctx, CV_WINDOWS, "%x%", "%x%", relative);
	assert_bare(ctx, CV_WINDOWS, "", "", relative);
	assert_bare(ctx, CV_WINDOWS, "a.exe,b.exe", ",", list);
	assert_bare(ctx, CV_LINUX, "a;b", ";", list);
	assert_bare(ctx, CV_WINDOWS, "*.exe", "*", wild);
	assert_bare(ctx, CV_LINUX, "7z?", "?", wild);
	assert_bare(ctx, CV_LINUX, "..", "..", "the path holds . or ..");
	assert_bare(ctx, CV_LINUX, " a", " a", "the name begins or ends with a blank");
	assert_bare(ctx, CV_LINUX, "a ", "a ", "the name begins or ends with a blank");
	assert_bare(ctx, CV_LINUX, "a\nb", "\n",
		    "the path holds U+000A, a control character");
	assert_bare(ctx, CV_LINUX, "a\xE2\x80\x8B", "\xE2\x80\x8B",
		    "the path holds U+200B, an invisible character");
	assert_bare(ctx, CV_WINDOWS, "NUL", "NUL",
		    "Windows takes this name for a device, not for a file");
	assert_bare(ctx, CV_WINDOWS, "a.", "a.",
		    "Windows drops a dot at the end of a name");
	assert_bare(ctx, CV_WINDOWS, "a\"b", "\"", "a Windows path cannot hold \"");
	assert_false(cv_path_is_bare("%ProgramFiles%"));
	assert_false(cv_path_is_bare("C:\\"));
	assert_false(cv_path_is_bare("/a"));
}

/* The variable that is found, and how to write the path instead; NULL: none is. */
static void assert_user(struct cv_ctx *ctx, enum cv_platform platform, const char *path,
			const char *variable, const char *instead)
{
	const char *at;
	size_t size;
	struct cv_finding *finding;

	at = cv_path_user_variable(platform, path, &size);
	if (!variable) {
		if (at)
			fail_msg("%s: %.*s", path, (int)size, at);
		return;
	}
	if (!at || size != strlen(variable) || memcmp(at, variable, size) != 0)
		fail_msg("%s: not %s but %.*s", path, variable, at ? (int)size : 0, at);
	assert_false(cv_find_user_variable(ctx, (struct cv_span){0}, "x", platform, path,
					   at, size));
	finding = *CV_AT(&ctx->findings, struct cv_finding *, ctx->findings.count - 1);
	assert_int_equal(finding->code, CV_F_USER_VARIABLE);
	assert_string_equal(
		finding->hint,
		cv_arena_format(ctx->arena, "write `%s`, for every user", instead));
}

static void test_path_with_a_variable_of_a_user(void **state)
{
	struct cv_ctx *ctx = *state;

	assert_user(ctx, CV_WINDOWS, "%appdata%\\X", "%appdata%",
		    "C:\\Users\\*\\AppData\\Roaming\\X");
	assert_user(ctx, CV_WINDOWS, "%LOCALAPPDATA%/X", "%LOCALAPPDATA%",
		    "C:\\Users\\*\\AppData\\Local/X");
	assert_user(ctx, CV_WINDOWS, "%TEMP%", "%TEMP%",
		    "C:\\Users\\*\\AppData\\Local\\Temp");
	assert_user(ctx, CV_WINDOWS, "%HOMEDRIVE%%HOMEPATH%\\X", "%HOMEDRIVE%%HOMEPATH%",
		    "C:\\Users\\*\\X");
	assert_user(ctx, CV_WINDOWS, "C:\\Users\\%USERNAME%\\X", "%USERNAME%",
		    "C:\\Users\\*\\X");
	assert_user(ctx, CV_WINDOWS, "C:\\$env:TEMP\\x", "$env:TEMP",
		    "C:\\Users\\*\\AppData\\Local\\Temp\\x");
	assert_user(ctx, CV_WINDOWS, "~\\X", "~", "C:\\Users\\*\\X");
	assert_user(ctx, CV_LINUX, "~/x", "~", "/home/*/x");
	assert_user(ctx, CV_LINUX, "~agent/x", "~agent",
		    "/home/"
		    "agent/x");
	assert_user(ctx, CV_MACOS, "$HOME/Library/X", "$HOME", "/Users/*/Library/X");
	assert_user(ctx, CV_LINUX, "/home/$USER/x", "$USER", "/home/*/x");
	assert_user(ctx, CV_LINUX, "/data/$HOME", "$HOME", "/home/*");
	assert_user(ctx, CV_WINDOWS, "%ProgramData%\\%x\\100%", NULL, NULL);
	assert_user(ctx, CV_WINDOWS, "C:\\PROGRA~1\\a~", NULL, NULL);
	assert_user(ctx, CV_WINDOWS, "C:\\a\\$HOMES\\x$HOME", NULL, NULL);
	assert_user(ctx, CV_LINUX, "/opt/a~/~/x", NULL, NULL);
	assert_user(ctx, CV_LINUX, "/opt/$home/$HOMEX/a$HOME", NULL, NULL);
	assert_user(ctx, CV_LINUX, "/opt/%TEMP%", NULL, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_path_windows_has_one_spelling),
		TEST(test_path_unix_has_one_spelling),
		TEST(test_path_windows_head_is_refused),
		TEST(test_path_windows_variable_is_refused),
		TEST(test_path_windows_segment_is_refused),
		TEST(test_path_unix_is_refused),
		TEST(test_path_characters_are_refused_by_name),
		TEST(test_path_takes_long_values),
		TEST(test_path_parts),
		TEST(test_path_of_a_name_alone),
		TEST(test_path_with_a_variable_of_a_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
