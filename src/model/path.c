/* One spelling for each path.  What a vendor's page holds is copied by hand and
 * from browsers, so everything that a careful eye would miss is refused by name:
 * invisible characters, blanks that are none, dots at a segment's end. */
#include "model/pattern.h"

#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"

const char *const cv_platform_names[CV_PLATFORM_COUNT + 1] = {"windows", "linux", "macos",
							      NULL};

enum { ROOM = 512 }; /* bytes; most paths are shorter */

/* A path under check: what was written, what comes of it, what was wrong. */
struct path {
	struct cv_ctx *ctx;
	enum cv_platform platform;
	const char *rest; /* not yet taken */
	char *out;
	size_t size;
	const char *why, *bad;
	size_t bad_size;
};

static bool refuse(struct path *path, const char *bad, size_t size, const char *why)
{
	path->bad = bad;
	path->bad_size = size;
	path->why = why;
	return false;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool same_folded(const char *text, size_t size, const char *word)
{
	for (size_t i = 0; i < size; i++)
		if (word[i] == '\0' || lower(text[i]) != lower(word[i]))
			return false;
	return word[size] == '\0';
}

static bool is_separator(enum cv_platform platform, char c)
{
	return c == '/' || (c == '\\' && platform == CV_WINDOWS);
}

/* Blanks that look like the usual one; pages in HTML are full of U+00A0.  The
 * ideographic blank U+3000 is wide enough to be seen. */
static bool is_odd_blank(uint32_t character)
{
	return cv_is_blank(character) && character != ' ' && character != 0x3000;
}

/* What all platforms take: most of all characters. */
static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '"' && c != '|';
}

static bool check_characters(struct path *path, const char *text)
{
	const size_t size = strlen(text);
	char name[12];
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const char *what = NULL;
		uint32_t c;

		length = 1;
		if (is_plain(text[at]))
			continue;
		c = cv_utf8_decode(text + at, size - at, &length);
		if (c == 0)
			return refuse(path, text + at, length, "the path is not UTF-8");
		if (cv_is_control(c))
			what = "a control character";
		else if (cv_is_invisible(c))
			what = "an invisible character";
		else if (is_odd_blank(c))
			what = "a blank that is not the usual one";
		if (what) {
			cv_character_name(c, name);
			return refuse(path, text + at, length,
				      cv_arena_format(path->ctx->arena,
						      "the path holds %s, %s", name,
						      what));
		}
		if (path->platform == CV_WINDOWS &&
		    (c == '<' || c == '>' || c == '"' || c == '|'))
			return refuse(path, text + at, length,
				      cv_arena_format(path->ctx->arena,
						      "a Windows path cannot hold %c",
						      (int)c));
	}
	return true;
}

/* CON, COM1 and the like name a device wherever they stand, with any extension
 * too (Microsoft, "Naming Files, Paths, and Namespaces"). */
static bool is_device(const char *segment, size_t size)
{
	static const char *const names[] = {"con", "prn",    "aux",
					    "nul", "conin$", "conout$"};
	static const char *const digits[] = {"1", "2",        "3",        "4",
					     "5", "6",        "7",        "8",
					     "9", "\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};
	const char *dot = memchr(segment, '.', size);

	if (dot)
		size = (size_t)(dot - segment);
	while (size > 0 && segment[size - 1] == ' ')
		size--;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (same_folded(segment, size, names[i]))
			return true;
	if (size < 4 ||
	    (!same_folded(segment, 3, "com") && !same_folded(segment, 3, "lpt")))
		return false;
	for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
		if (strlen(digits[i]) == size - 3 &&
		    memcmp(segment + 3, digits[i], size - 3) == 0)
			return true;
	return false;
}

/* The first %NAME% of a segment, or NULL: a single percent sign is a file name's. */
static const char *find_variable(const char *segment, size_t size, size_t *size_out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_()";

	for (size_t at = 0; at < size; at++) {
		size_t name;

		if (segment[at] != '%')
			continue;
		name = strspn(segment + at + 1, letters);
		if (name > 0 && at + name + 1 < size && segment[at + name + 1] == '%') {
			*size_out = name + 2;
			return segment + at;
		}
	}
	return NULL;
}

static bool check_windows_segment(struct path *path, const char *segment, size_t size)
{
	const char last = segment[size - 1];
	const char *bad;

	if (last == '.' || last == ' ')
		return refuse(path, segment, size,
			      last == '.' ? "Windows drops a dot at the end of a name"
					  : "Windows drops a blank at the end of a name");
	bad = memchr(segment, ':', size);
	if (bad)
		return refuse(path, bad, 1,
			      "a colon stands only behind the drive letter");
	if (is_device(segment, size))
		return refuse(path, segment, size,
			      "Windows takes this name for a device, not for a file");
	bad = find_variable(segment, size, &size);
	if (bad)
		return refuse(path, bad, size,
			      "an environment variable stands only at the start");
	return true;
}

static bool check_segment(struct path *path, const char *segment, size_t size)
{
	if ((size == 1 && segment[0] == '.') ||
	    (size == 2 && segment[0] == '.' && segment[1] == '.'))
		return refuse(path, segment, size, "the path holds . or ..");
	for (size_t i = 1; i < size && size > 2; i++)
		if (segment[i] == '*' && segment[i - 1] == '*')
			return refuse(path, segment, size,
				      "** stands only as a whole part of a path");
	return path->platform != CV_WINDOWS || check_windows_segment(path, segment, size);
}

static void add(struct path *path, const char *text, size_t size)
{
	memcpy(path->out + path->size, text, size);
	path->size += size;
}

/* Bytes up to the next separator or the end. */
static size_t segment_size(enum cv_platform platform, const char *text)
{
	return strcspn(text, platform == CV_WINDOWS ? "\\/" : "/");
}

static bool take_variable(struct path *path, const char *text)
{
	static const char *const variables[] = {
		"%ProgramFiles%", "%ProgramFiles(x86)%",
		"%ProgramData%",  "%ALLUSERSPROFILE%",
		"%SystemRoot%",   "%windir%",
		"%SystemDrive%",  "%PUBLIC%",
	};
	const size_t segment = segment_size(CV_WINDOWS, text);
	const char *end = memchr(text + 1, '%', segment > 0 ? segment - 1 : 0);
	const size_t size = end ? (size_t)(end + 1 - text) : segment;
	size_t of_user;

	if (!end)
		return refuse(path, text, segment, "the path is not absolute");
	if (cv_path_user_variable(CV_WINDOWS, text, &of_user) == text)
		return refuse(path, text, of_user,
			      "a variable of a user: a service account has other "
			      "folders");
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (!same_folded(text, size, variables[i]))
			continue;
		if (size != segment)
			return refuse(path, text, segment,
				      "a separator is missing behind the variable");
		add(path, variables[i], size);
		path->rest = text + size;
		return true;
	}
	return refuse(path, text, size,
		      "an environment variable that is not one of %ProgramFiles%, "
		      "%ProgramFiles(x86)%, %ProgramData%, %ALLUSERSPROFILE%, "
		      "%SystemRoot%, %windir%, %SystemDrive% and %PUBLIC%");
}

/* `\\server\share` */
static bool take_network(struct path *path, const char *text)
{
	add(path, "\\", 1);
	path->rest = text + 1;
	for (int part = 0; part < 2; part++) {
		const char *segment = path->rest + (*path->rest != '\0');
		size_t size;

		while (part > 0 && is_separator(CV_WINDOWS, *segment))
			segment++;
		size = segment_size(CV_WINDOWS, segment);
		if (part == 0 && size == 1 && (*segment == '?' || *segment == '.'))
			return refuse(path, text, size + 2,
				      "paths that begin with \\\\?\\ or \\\\.\\ are not "
				      "allowed");
		if (size == 0)
			return refuse(
				path, text, strlen(text),
				"a network path is \\\\server\\share and what is in "
				"it");
		for (size_t i = 0; i < size; i++)
			if (segment[i] == '*' || segment[i] == '?')
				return refuse(path, segment, size,
					      "a wildcard stands for the server or the "
					      "share");
		if (!check_segment(path, segment, size))
			return false;
		add(path, "\\", 1);
		add(path, segment, size);
		path->rest = segment + size;
	}
	return true;
}

static bool take_windows_head(struct path *path, const char *text)
{
	char drive;

	if (text[0] == '%')
		return take_variable(path, text);
	if (is_separator(CV_WINDOWS, text[0])) {
		if (is_separator(CV_WINDOWS, text[1]))
			return take_network(path, text);
		return refuse(path, text, strlen(text), "the path has no drive letter");
	}
	if (text[0] == '*' || text[0] == '?')
		return refuse(path, text, segment_size(CV_WINDOWS, text),
			      "a wildcard stands for the drive");
	drive = (char)(lower(text[0]) & ~32);
	if (drive < 'A' || drive > 'Z' || text[1] != ':')
		return refuse(path, text, strlen(text), "the path is not absolute");
	if (!is_separator(CV_WINDOWS, text[2]))
		return refuse(path, text, 2, "a separator is missing behind the drive");
	add(path, &drive, 1);
	add(path, ":", 1);
	path->rest = text + 2;
	return true;
}

/* All behind the head. */
static bool take_segments(struct path *path)
{
	const char *const separator = path->platform == CV_WINDOWS ? "\\" : "/";
	size_t count = 0;

	while (*path->rest) {
		size_t size;

		if (is_separator(path->platform, *path->rest)) {
			path->rest++;
			continue;
		}
		size = segment_size(path->platform, path->rest);
		if (!check_segment(path, path->rest, size))
			return false;
		add(path, separator, 1);
		add(path, path->rest, size);
		path->rest += size;
		count++;
	}
	/* A root keeps its separator; other folders have none at the end. */
	if (count == 0 &&
	    (path->size <= 2 || same_folded(path->out, path->size, "%SystemDrive%")))
		add(path, separator, 1);
	return true;
}

/* A list in one cell would be one long name, and so would a program with arguments. */
static bool check_bare(struct path *path, const char *name)
{
	const size_t size = strlen(name), plain = strcspn(name, ",;*?");

	if (!cv_path_is_bare(name))
		return refuse(path, name, size, "the path is not absolute");
	if (!check_characters(path, name))
		return false;
	if (name[plain])
		return refuse(path, name + plain, 1,
			      name[plain] == ',' || name[plain] == ';'
				      ? "a program's name without its folder cannot be "
					"told from a list"
				      : "a program's name without its folder cannot "
					"hold a wildcard");
	if (*name == ' ' || name[size - 1] == ' ')
		return refuse(path, name, size, "the name begins or ends with a blank");
	return check_segment(path, name, size);
}

const char *cv_path_bare(struct cv_ctx *ctx, enum cv_platform platform, const char *name,
			 const char **why_out, const char **bad_out, size_t *bad_size_out)
{
	struct path path = {.ctx = ctx, .platform = platform, .rest = name};

	if (check_bare(&path, name))
		return cv_arena_text(ctx->arena, name);
	*why_out = path.why;
	*bad_out = path.bad;
	*bad_size_out = path.bad_size;
	return NULL;
}

bool cv_path_is_bare(const char *text)
{
	return text[0] != '\0' && text[0] != '%' && !strpbrk(text, "\\/:");
}

const char *cv_path_normal(struct cv_ctx *ctx, enum cv_platform platform,
			   const char *text, const char **why_out, const char **bad_out,
			   size_t *bad_size_out)
{
	struct path path = {.ctx = ctx, .platform = platform, .rest = text};
	char room[ROOM];
	const size_t most = strlen(text) + 2;
	bool ok;

	path.out = most <= sizeof room ? room : cv_arena_array(ctx->arena, most, 1);
	if (text[0] == '\0')
		ok = refuse(&path, text, 0, "the path is empty");
	else if (!check_characters(&path, text))
		ok = false;
	else if (platform == CV_WINDOWS)
		ok = take_windows_head(&path, text);
	else
		ok = text[0] == '/' ||
		     refuse(&path, text, strlen(text), "the path is not absolute");
	if (ok && take_segments(&path)) {
		if (path.size == most - 2 && memcmp(path.out, text, path.size) == 0)
			return text;
		return cv_arena_copy(ctx->arena, path.out, path.size);
	}
	*why_out = path.why;
	*bad_out = path.bad;
	*bad_size_out = path.bad_size;
	return NULL;
}

bool cv_path_has_wildcard(const char *path)
{
	return strpbrk(path, CV_WILDCARDS) != NULL;
}

const char *cv_path_folded(struct cv_ctx *ctx, enum cv_platform platform,
			   const char *path)
{
	char *folded;

	if (platform == CV_LINUX)
		return path;
	folded = cv_arena_text(ctx->arena, path);
	for (char *c = folded; *c; c++)
		*c = lower(*c);
	return folded;
}

const char *cv_path_base(enum cv_platform platform, const char *path)
{
	const char *last = strrchr(path, platform == CV_WINDOWS ? '\\' : '/');

	return last ? last + 1 : path;
}
