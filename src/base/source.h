#pragma once
/* Input files.  Every finding can show the line that it is about: their bytes stay in
 * memory until the end, but for those of large files, which are read again. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cv_ctx;

enum {
	CV_FILE_BITS = 12,
	CV_LENGTH_BITS = 20,
	CV_MAX_LENGTH = (1 << CV_LENGTH_BITS) - 1
};

/* A place in a source: the number of its file, from 1, and 0 for no place at all.
 * Line and column are found when it is printed.  There is one for every value of every
 * row, so that it is kept small: what is longer than CV_MAX_LENGTH is told by its
 * beginning. */
struct cv_span {
	unsigned file : CV_FILE_BITS, length : CV_LENGTH_BITS; /* length in bytes */
	uint32_t offset;                                       /* in bytes */
};

/* `length` bytes of the source with that number, from `offset` on.  No inline function:
 * what bit fields are made of is then copied as a whole, and not waited for. */
struct cv_span cv_span(uint32_t file, size_t offset, size_t length);

struct cv_source {
	const char *name; /* as the user wrote it; "-" is standard input */
	const char *text; /* NUL-terminated behind `size` bytes; NULL once released */
	size_t size;
	uint32_t id;
	bool quotable;   /* false for exports: they may hold secrets */
	char sha256[65]; /* lower-case hex of the bytes as read */
	char *block;     /* what holds the text, to be freed, or NULL */
	int file;        /* still open, so that it can be read again, or -1 */
	uint32_t *lines; /* offsets of line starts, made when first asked for */
	size_t line_count;
};

struct cv_place {
	size_t line, column; /* from 1; the column counts characters */
	const char *text;    /* the line's start in the source */
	size_t size;         /* bytes of the line without its end */
	size_t column_byte;  /* bytes from the line's start to the place */
};

/* Reads a whole file ("-" is standard input), up to CV_MAX_FILE bytes.  A file
 * that cannot be read is the finding cannot-read (exit 2) and NULL; `at` is the
 * place that names the file, or {0}. */
struct cv_source *cv_source_read(struct cv_ctx *ctx, const char *name, struct cv_span at);

/* The same of a file that is open, and stays so; less than 0 is one that could not be
 * opened, for the reason in errno. */
struct cv_source *cv_source_read_from(struct cv_ctx *ctx, const char *name, int file,
				      struct cv_span at);

/* The same for an export: up to `most` bytes, and never quoted.  One that was read
 * before under this name is not read again. */
struct cv_source *cv_source_read_export(struct cv_ctx *ctx, const char *name,
					struct cv_span at, size_t most);

/* Frees the bytes of a large regular file, which stays open: who wants them later asks
 * cv_source_text().  Those of others stay.  To be called by whoever had it read, when
 * nothing points into them any more. */
void cv_source_release(struct cv_source *source);

/* The bytes, read again where they were released.  NULL where the file does not hold
 * them any more: they are those that were read at first, or none. */
const char *cv_source_text(struct cv_source *source);

/* Frees what a source holds outside of the arena. */
void cv_source_close(struct cv_source *source);

/* Takes bytes that are already in memory (tests, artefacts under proof); they
 * must outlive the context.  Beyond CV_MAX_FILES there are no places in it. */
struct cv_source *cv_source_from_bytes(struct cv_ctx *ctx, const char *name,
				       const char *text, size_t size);

/* The source with that number, or NULL for 0. */
struct cv_source *cv_source_by_id(const struct cv_ctx *ctx, uint32_t id);

/* False where the span has no place, or its file has changed since it was released. */
bool cv_source_place(struct cv_ctx *ctx, struct cv_span span, struct cv_place *place_out);
