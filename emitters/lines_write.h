#pragma once

#include "lines.h"
#include "model/plan.h"

struct cv_buf;
struct cv_emission;

/* Writes the file.  Values in the lines of entries are quoted so, those of settings are
 * names and stand as they are.  What has no spelling is written as a question mark, which
 * the proof then refuses. */
void cv_lines_write(const struct cv_emission *emission, const struct cv_line *lines,
		    enum cv_line_quoting quoting, enum cv_operation operation);

/* The value in that spelling. */
void cv_line_quote(struct cv_buf *out, enum cv_line_quoting quoting, const char *value);
