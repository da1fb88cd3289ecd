/* Variables of a user in a path.  A page that says %APPDATA% means whoever sits at the
 * machine; the product that reads it runs as SYSTEM, or as root, and has none of that
 * (Microsoft, "Configure and validate exclusions based on file extension and folder
 * location": %APPDATA% lies below C:\Windows\system32\config\systemprofile there). */
#include "model/pattern.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/value.h"

/* What stands for it on a machine, for all users. */
struct variable {
	const char *name, *instead;
};

static const struct variable windows[] = {
	{"%LOCALAPPDATA%", "C:\\Users\\*\\AppData\\Local"},
	{"%APPDATA%", "C:\\Users\\*\\AppData\\Roaming"},
	{"%USERPROFILE%", "C:\\Users\\*"},
	{"%HOMEDRIVE%%HOMEPATH%", "C:\\Users\\*"},
	{"%HOMEDRIVE%", "C:"},
	{"%HOMEPATH%", "C:\\Users\\*"},
	{"%USERNAME%", "*"},
	{"%TEMP%", "C:\\Users\\*\\AppData\\Local\\Temp"},
	{"%TMP%", "C:\\Users\\*\\AppData\\Local\\Temp"},
	{"$env:LOCALAPPDATA", "C:\\Users\\*\\AppData\\Local"},
	{"$env:APPDATA", "C:\\Users\\*\\AppData\\Roaming"},
	{"$env:USERPROFILE", "C:\\Users\\*"},
	{"$env:USERNAME", "*"},
	{"$env:TEMP", "C:\\Users\\*\\AppData\\Local\\Temp"},
	{"$env:TMP", "C:\\Users\\*\\AppData\\Local\\Temp"},
	{"$HOME", "C:\\Users\\*"},
	{"~", "C:\\Users\\*"},
	{NULL, NULL},
};

static const struct variable linux_ones[] = {
	{"$HOME", "/home/*"},
	{"$USER", "*"},
	{"$LOGNAME", "*"},
	{"$TMPDIR", "/tmp"},
	{"$XDG_CONFIG_HOME", "/home/*/.config"},
	{"$XDG_CACHE_HOME", "/home/*/.cache"},
	{"$XDG_DATA_HOME", "/home/*/.local/share"},
	{"$XDG_RUNTIME_DIR", "/run/user/*"},
	{"~", "/home/*"},
	{NULL, NULL},
};

static const struct variable macos[] = {
	{"$HOME", "/Users/*"}, {"$USER", "*"},    {"$LOGNAME", "*"},
	{"$TMPDIR", "/tmp"},   {"~", "/Users/*"}, {NULL, NULL},
};

static const struct variable *const variables[CV_PLATFORM_COUNT] = {
	[CV_WINDOWS] = windows, [CV_LINUX] = linux_ones, [CV_MACOS] = macos};

static bool is_end(enum cv_platform platform, char c)
{
	return c == '\0' || c == '/' || (c == '\\' && platform == CV_WINDOWS);
}

/* Whether the variable stands at `at`: a tilde begins the path and may have a name behind
 * it, a dollar begins a part and is one, percent signs are their own ends. */
static size_t size_at(enum cv_platform platform, const struct variable *variable,
		      const char *path, const char *at)
{
	const size_t size = strlen(variable->name);
	const bool same = platform == CV_WINDOWS
				  ? strncasecmp(at, variable->name, size) == 0
				  : strncmp(at, variable->name, size) == 0;

	if (!same)
		return 0;
	if (*at == '%')
		return size;
	if (*at == '~' && platform != CV_WINDOWS)
		return at == path ? strcspn(at, "/") : 0;
	if (*at == '~')
		return at == path && is_end(platform, at[size]) ? size : 0;
	return (at == path || is_end(platform, at[-1])) && is_end(platform, at[size])
		       ? size
		       : 0;
}

static const struct variable *find(enum cv_platform platform, const char *path,
				   const char **at_out, size_t *size_out)
{
	for (const char *at = path; (at = strpbrk(at, "%$~")); at++)
		for (const struct variable *known = variables[platform]; known->name;
		     known++) {
			*size_out = size_at(platform, known, path, at);
			*at_out = at;
			if (*size_out)
				return known;
		}
	return NULL;
}

const char *cv_path_user_variable(enum cv_platform platform, const char *path,
				  size_t *size_out)
{
	const char *at;

	return find(platform, path, &at, size_out) ? at : NULL;
}

static bool is_whole(const char *path)
{
	return path[0] == '/' || (path[0] == 'C' && path[1] == ':');
}

/* The path with all of them written out. */
static const char *written_out(struct cv_ctx *ctx, enum cv_platform platform,
			       const char *path)
{
	struct cv_buf buf = CV_BUF_INIT;
	const struct variable *known;
	const char *whole, *at, *rest = path;
	size_t size;

	while ((known = find(platform, rest, &at, &size))) {
		/* A whole folder leaves nothing of what stands before it. */
		buf.size = is_whole(known->instead) ? 0 : buf.size;
		if (!is_whole(known->instead))
			cv_buf_add(&buf, rest, (size_t)(at - rest));
		/* Of one user, and not of all. */
		if (*at == '~' && size > 1)
			cv_buf_format(&buf, "%.*s%.*s", (int)strlen(known->instead) - 1,
				      known->instead, (int)size - 1, at + 1);
		else
			cv_buf_text(&buf, known->instead);
		rest = at + size;
	}
	cv_buf_text(&buf, rest);
	whole = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return whole;
}

bool cv_find_user_variable(struct cv_ctx *ctx, struct cv_span at, const char *about,
			   enum cv_platform platform, const char *path,
			   const char *variable, size_t size)
{
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_USER_VARIABLE, at,
		"%s: %s is a user's, and what reads it runs as %s, whose own it would be",
		about, cv_shown_part(ctx, variable, size),
		platform == CV_WINDOWS ? "SYSTEM" : "root");

	finding->hint = cv_arena_format(ctx->arena, "write `%s`, for every user",
					cv_shown(ctx, written_out(ctx, platform, path)));
	return false;
}
