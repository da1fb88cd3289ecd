#pragma once
/* What the readers of live exports share: the encodings that an export comes in, and
 * the two ways of saying that something is not understood. */

#include <stdbool.h>
#include <stddef.h>

struct cv_export_reading;

/* An export as UTF-8, NUL-terminated behind `size`, without a byte-order mark. */
struct cv_export_text {
	const char *text;
	size_t size;
	size_t skipped;            /* private: bytes of the mark */
	bool wide;                 /* private: it was UTF-16 */
	size_t known, known_place; /* private: the last place that was asked for */
};

/* UTF-8 with or without a byte-order mark as it is; UTF-16 with one (`>` of Windows
 * PowerShell writes it) is decoded into the arena.  False with the error set where
 * the bytes are neither, or hold a NUL. */
bool cv_export_text_open(struct cv_export_reading *reading,
			 struct cv_export_text *text_out);

/* The place in the export's own bytes of one in the text.  Asking in ascending order
 * costs one pass over the text in all. */
size_t cv_export_text_place(struct cv_export_text *text, size_t offset);

/* Sets reading->error; false.  The texts must quote nothing of the export. */
bool cv_export_refuse(struct cv_export_reading *reading, size_t place, const char *why);

void cv_export_unknown(struct cv_export_reading *reading, size_t place, const char *what);
