#pragma once
/* A streaming JSON writer: one element a line, no tree.  The text is ASCII-safe
 * JSON: control characters, U+2028 and U+2029 are escaped, the rest is UTF-8 as is. */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct cv_json {
	struct cv_buf *out;
	unsigned depth;
	uint64_t filled;  /* bit per depth: something stands there already */
	uint64_t inlined; /* bit per depth: its members share one line */
	bool after_key;
};

void cv_json_open(struct cv_json *json, struct cv_buf *out);

/* Containers.  An inline one keeps its members on one line. */
void cv_json_begin_object(struct cv_json *json, bool on_one_line);
void cv_json_end_object(struct cv_json *json);
void cv_json_begin_list(struct cv_json *json, bool on_one_line);
void cv_json_end_list(struct cv_json *json);

void cv_json_key(struct cv_json *json, const char *key);
void cv_json_text(struct cv_json *json, const char *text); /* NULL writes null */
void cv_json_number(struct cv_json *json, uint64_t number);
void cv_json_integer(struct cv_json *json, int64_t number);
void cv_json_bool(struct cv_json *json, bool value);

/* key and value at once. */
void cv_json_member(struct cv_json *json, const char *key, const char *text);
void cv_json_member_number(struct cv_json *json, const char *key, uint64_t number);

/* A quoted JSON string, the one place that quotes for JSON. */
void cv_json_quote(struct cv_buf *out, const char *text);
