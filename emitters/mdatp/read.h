#pragma once
/* What the readers of this folder share. */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "mdatp/facts.h"

/* Where a reader stands in an artefact. */
struct cv_mdatp_cursor {
	struct cv_reading *reading;
	const char *at, *end;
	enum cv_operation operation;
	struct cv_buf value; /* of the literal read last */
};

/* Sets the error at the cursor; false. */
bool cv_mdatp_fail(struct cv_mdatp_cursor *cursor, const char *why);

/* Whether the text stands here; steps over it if so. */
bool cv_mdatp_take(struct cv_mdatp_cursor *cursor, const char *text);

/* The same where it has to stand, with the end of its line. */
bool cv_mdatp_take_line(struct cv_mdatp_cursor *cursor, const char *text);

/* A SETTING of that list behind the fixed text: `read` has its value, up to the end of
 * the line.  NULL: refused; `why` where more stands in the line. */
struct cv_entry *cv_mdatp_take_setting(struct cv_mdatp_cursor *cursor, const char *before,
				       const char *list,
				       bool (*read)(struct cv_mdatp_cursor *),
				       const char *why);

/* The literal read last, for the entry under way. */
const char *cv_mdatp_value(const struct cv_mdatp_cursor *cursor);

/* Reads an artefact with `read_lines`, which takes the lines of `lines`; `why` where
 * something stands behind them. */
bool cv_mdatp_read_all(struct cv_reading *reading, enum cv_operation operation,
		       bool (*read_lines)(struct cv_mdatp_cursor *, const void *),
		       const void *lines, const char *why);

/* The rest of the line, which must be printable ASCII, and its end. */
bool cv_mdatp_read_comment(struct cv_mdatp_cursor *cursor, const char **text_out);

/* Begins an entry; what was read for the one before is gone. */
struct cv_entry *cv_mdatp_add(struct cv_mdatp_cursor *cursor, enum cv_entry_kind kind);

/* The element of exclusionSettings.exclusions that stands here into the entry; steps
 * over it.  False with the error set where anything else stands. */
bool cv_mdatp_read_json(struct cv_mdatp_cursor *cursor, struct cv_entry *entry);
