#pragma once

#include "lines.h"
#include "model/plan.h"

struct cv_reading;

/* Reads the file back into the reading's entries: every byte of the fixed texts is
 * compared, and a value is taken only in the one spelling that cv_lines_write uses.
 * False with the reading's error set. */
bool cv_lines_read(struct cv_reading *reading, const struct cv_line *lines,
		   enum cv_line_quoting quoting, enum cv_operation operation);
