#pragma once
/* From a neutral pattern to a target's spelling and back.  The two directions share
 * the target's table and nothing else, so that each can prove the other. */

#include <stdbool.h>

#include "model/pattern.h"
#include "model/target.h"

struct cv_ctx;
struct cv_exclusion;

/* A path with the variable of the dialect's table that it begins with, in whatever case,
 * written out; or the path itself. */
const char *cv_dialect_expanded(struct cv_ctx *ctx, const struct cv_dialect *dialect,
				const char *path);

/* The native text of a normal pattern (cv_path_normal), in the arena; or NULL where
 * the dialect cannot say it, with *why_out ("at most 6 wildcards are allowed, the path
 * has 7").  A wildcard or a drive comes out wider only where the table has nothing but
 * a wider spelling; what the text means is what cv_dialect_read says of it. */
const char *cv_dialect_write(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			     enum cv_platform platform, const char *pattern,
			     enum cv_reach reach, const char **why_out);

/* What a native text means: a normal pattern, or a wide one (model/pattern.h).  In a
 * list of folders the suffix decides the reach, and a text without one covers the whole
 * tree where that is the dialect's way; in other lists the reach is CV_REACH_ITSELF.
 * False where the text is no value of the dialect, or means what no pattern says. */
bool cv_dialect_read(struct cv_ctx *ctx, const struct cv_dialect *dialect,
		     enum cv_platform platform, const char *native, bool is_folder_list,
		     const char **pattern_out, enum cv_reach *reach_out);

/* A folder with all below it, limited to what one program opens; the dialect has
 * `only_for`.  NULL and *why_out as above. */
const char *
cv_dialect_write_only_for(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			  enum cv_platform platform, const struct cv_exclusion *folder,
			  const struct cv_exclusion *program, const char **why_out);

/* As cv_dialect_read.  Where the text is limited to one program, *program_out is that
 * program as a neutral pattern, else NULL. */
bool cv_dialect_read_only_for(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			      enum cv_platform platform, const char *native,
			      bool is_folder_list, const char **program_out,
			      const char **pattern_out, enum cv_reach *reach_out);
