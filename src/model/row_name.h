#pragma once
/* How a row is called, into a buffer: see cv_row_name(). */

struct cv_buf;
struct cv_row;

void cv_row_name_add(struct cv_buf *out, const struct cv_row *row);
