#pragma once
/* Path patterns in the neutral dialect: `*` inside a segment, `**` any number of
 * whole segments, none too, `?` one character; the platform decides separator and
 * case.  Segments are kept as text between separators; a pattern is always absolute
 * and normal, or a program's name alone. */

#include <stdbool.h>
#include <stddef.h>

#include "base/source.h"

struct cv_ctx;

enum cv_platform { CV_WINDOWS, CV_LINUX, CV_MACOS, CV_PLATFORM_COUNT };

/* "windows", "linux", "macos" */
extern const char *const cv_platform_names[CV_PLATFORM_COUNT + 1];

/* What a `subject path` covers. */
enum cv_reach {
	CV_REACH_ITSELF,   /* the file, or the program */
	CV_REACH_CHILDREN, /* the files right in the folder */
	CV_REACH_TREE,     /* everything below the folder */
};

/* What a native text may mean beyond the neutral patterns: a wide pattern is a pattern
 * with these in it, which no normal path can hold.  Of what takes a pattern only
 * cv_path_has_wildcard and the functions of cv_pattern_ take wide ones. */
#define CV_WIDE_ANY "\001"    /* any characters, separators too, or none */
#define CV_WIDE_STAR "\002"   /* that, or `*`: which of them is not known */
#define CV_WIDE_ONE "\003"    /* one character, which may be a separator */
#define CV_WIDE_MAYBE "\004"  /* one character inside a segment, or none */
#define CV_WIDE_BYTE "\005"   /* one byte inside a segment: `?` for ASCII only */
#define CV_WIDE_VOLUME "\006" /* at the start, on Windows: any drive or share */
#define CV_WIDE_CASELESS \
	"\007" /* at the very start: upper and lower case are one, on Linux too */

/* Wildcards of neutral and wide patterns. */
#define CV_WILDCARDS "*?\001\002\003\004\005\006\007"

bool cv_pattern_is_wide(const char *pattern);

/* A program's name alone, and no wide pattern without a separator. */
bool cv_pattern_is_bare(const char *pattern);

enum cv_answer { CV_ANSWER_NO, CV_ANSWER_YES, CV_ANSWER_UNKNOWN };

/* Checks a whole path of `platform` and brings it into the one spelling: slashes
 * turned the platform's way, no doubled or trailing separator, the drive letter in
 * upper case.  Environment variables come only from the platform's fixed list.  On
 * refusal NULL, with *why_out ("the path is not absolute") and the place of the
 * offending bytes in *bad_out, *bad_size_out (may be the whole).  A path that has that
 * spelling is returned itself. */
const char *cv_path_normal(struct cv_ctx *ctx, enum cv_platform platform,
			   const char *path, const char **why_out, const char **bad_out,
			   size_t *bad_size_out);

/* The same for a program's name alone (`7za`), which stands for the program of that name
 * in any folder.  Such a name is a pattern without a separator; it has no wildcards. */
const char *cv_path_bare(struct cv_ctx *ctx, enum cv_platform platform, const char *name,
			 const char **why_out, const char **bad_out,
			 size_t *bad_size_out);

/* Whether a text is a name alone: no separator, no drive, no variable in front. */
bool cv_path_is_bare(const char *text);

/* The first variable of a user in a path as it was written (%APPDATA%, ~, $HOME), or
 * NULL.  The product that reads it runs as SYSTEM or root and not as that user. */
const char *cv_path_user_variable(enum cv_platform platform, const char *path,
				  size_t *size_out);

/* Reports such a variable of `size` bytes, with how to write the path instead; false.
 * `about` begins the message. */
bool cv_find_user_variable(struct cv_ctx *ctx, struct cv_span at, const char *about,
			   enum cv_platform platform, const char *path,
			   const char *variable, size_t size);

bool cv_path_has_wildcard(const char *path);

/* Case folded for comparing: ASCII on Windows and macOS, as is on Linux. */
const char *cv_path_folded(struct cv_ctx *ctx, enum cv_platform platform,
			   const char *path);

/* The last segment. */
const char *cv_path_base(enum cv_platform platform, const char *path);

/* Whether every file that (inner, inner_reach) covers is covered by (outer,
 * outer_reach).  Bounded work; UNKNOWN is never to be taken for YES. */
enum cv_answer cv_pattern_inside(enum cv_platform platform, const char *inner,
				 enum cv_reach inner_reach, const char *outer,
				 enum cv_reach outer_reach);
