#pragma once
/* Records of CSV and of its kin with another delimiter (RFC 4180), through libcsv, with
 * the place of every cell. */

#include <stdbool.h>
#include <stddef.h>

#include "base/source.h"

struct cv_ctx;

struct cv_record_cell {
	const char *text; /* without its quotes, NUL-terminated, in a scratch arena */
	size_t size, offset, length; /* what libcsv made of it; its bytes in the source */
};

struct cv_record {
	/* None of them where there are more than CV_MAX_COLUMNS. */
	const struct cv_record_cell *cells;
	size_t count;
	struct cv_span at; /* of its first line */
};

/* Each says whether to go on. */
struct cv_record_sink {
	char delimiter;
	bool (*record)(void *user, const struct cv_record *record);
	bool (*blank)(void *user, size_t offset); /* a line without cells; may be NULL */
	bool (*refused)(void *user); /* a record was wrong, which is reported */
	void *user;
};

/* Trims nothing.  Records that are wrong in their quotes are reported and left out; the
 * bytes must have been checked. */
void cv_records_read(struct cv_ctx *ctx, const struct cv_source *source,
		     const struct cv_record_sink *sink);
