#pragma once
/* Header cells: what each column of a table holds, and which kind of table it is. */

#include <stdbool.h>
#include <stddef.h>

#include "import/draft.h"

struct cv_ctx;

enum cv_column {
	CV_COLUMN_OTHER, /* of words that are no header that is known */
	CV_COLUMN_FROM,
	CV_COLUMN_TO,
	CV_COLUMN_PARTY, /* the end that a direction or an inbound port is about */
	CV_COLUMN_PORT,
	CV_COLUMN_INBOUND,
	CV_COLUMN_SOURCE_PORT,
	CV_COLUMN_PROTOCOL,
	CV_COLUMN_TCP,
	CV_COLUMN_UDP,
	CV_COLUMN_DIRECTION,
	CV_COLUMN_PROGRAM,
	CV_COLUMN_PURPOSE,
	CV_COLUMN_NOTE,
	CV_COLUMN_CONDITION, /* a note that is a condition whatever its words are */
	CV_COLUMN_DEVICE,
	CV_COLUMN_TYPE,
	CV_COLUMN_VALUE,
	CV_COLUMN_PROCESS,
	CV_COLUMN_FOLDER,
	CV_COLUMN_FILE,
	CV_COLUMN_EXTENSION,
	CV_COLUMN_URL,
	CV_COLUMN_COMPONENT,
	CV_COLUMN_VERSION,
	CV_COLUMN_SYSTEM,
	CV_COLUMN_PERMISSION,
	CV_COLUMN_PERMISSION_TYPE,
	CV_COLUMN_ROLE,
	CV_COLUMN_ENABLES,
	CV_COLUMN_ROLE_GRANTS, /* a role's own column of a table of permissions */
};

enum { CV_COLUMNS_MOST = 64, CV_CUTS_MOST = 8 };

struct cv_columns {
	enum cv_section section; /* CV_SECTION_COUNT: no table that is known */
	size_t count;
	enum cv_column roles[CV_COLUMNS_MOST];
	const char *words[CV_COLUMNS_MOST]; /* of the header cells */
};

/* By the words of the header cells. */
void cv_columns_tell(struct cv_ctx *ctx, const char *const *words, size_t count,
		     struct cv_columns *out);

/* The same for a line of text whose cells nothing parts: every way in which header words
 * that are known cut it, of more columns first; at most CV_CUTS_MOST.  Returns how many:
 * none, where it is no header line. */
size_t cv_columns_cut(struct cv_ctx *ctx, const char *line, struct cv_columns *out);

/* The column with that role, or `count`. */
size_t cv_columns_find(const struct cv_columns *columns, enum cv_column role);

/* Whether no role has two columns, but for prose and the grants of roles. */
bool cv_columns_once_each(const struct cv_columns *columns);

/* Whether the row says nothing without that cell. */
bool cv_column_is_required(enum cv_section section, enum cv_column role);
