#pragma once
/* The frame of a JSON export: its outer objects and lists are stepped through here,
 * each value inside goes to jansson by itself.  So everything has a place, which
 * jansson does not tell, and a big export is never one tree. */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "export_text.h"

enum { CV_FRAME_DEPTH = 4 }; /* of lists and objects that are open at once */

struct cv_frame {
	struct cv_export_reading *reading;
	struct cv_export_text text;
	const char *at, *end;
	unsigned depth;
	char closing[CV_FRAME_DEPTH]; /* `]` or `}` */
	bool filled[CV_FRAME_DEPTH];
};

/* A part of the text. */
struct cv_slice {
	const char *text;
	size_t size;
};

/* Decodes the export.  False with the error set. */
bool cv_frame_open(struct cv_frame *frame, struct cv_export_reading *reading);

/* Enters the list (`[`) or object (`{`) that stands next; false with the error set
 * where none stands. */
bool cv_frame_enter(struct cv_frame *frame, char bracket);

/* Whether this stands next. */
bool cv_frame_stands(struct cv_frame *frame, char c);

/* Whether one more item stands in the list, or member in the object, whose key then
 * is stepped over and is in *key_out, between its quotes and as it is written (NULL
 * for a list).  Steps over the closing bracket when there is none.  False with the
 * error set, too, where the text is no JSON. */
bool cv_frame_next(struct cv_frame *frame, struct cv_slice *key_out);

/* Steps over the value that stands next.  Whether it is well formed is seen when it
 * is loaded. */
bool cv_frame_value(struct cv_frame *frame, struct cv_slice *value_out);

/* The same, and loads it; NULL with the error set.  The caller owns the tree.  Keys
 * that stand twice are refused. */
json_t *cv_frame_load(struct cv_frame *frame, size_t *place_out);

/* Whether nothing is left; false with the error set where something is, or where
 * an error was set before. */
bool cv_frame_close(struct cv_frame *frame);

/* Whether the key is this one; a key with escapes is not. */
bool cv_slice_is(struct cv_slice slice, const char *text);

size_t cv_frame_place(struct cv_frame *frame, const char *at);
