#pragma once
/* Live exports that are read line by line. */

#include "export_text.h"

struct cv_export_lines {
	struct cv_export_reading *reading;
	struct cv_export_text text;
	size_t at;    /* of the line that comes next */
	size_t start; /* of the one handed out last */
};

/* For exports of exclusions alone.  False with the error set. */
bool cv_export_lines_open(struct cv_export_lines *lines,
			  struct cv_export_reading *reading);

/* The next line, without its line feed, in the arena; NULL: there is none. */
char *cv_export_line(struct cv_export_lines *lines);

/* Without blanks and tabs at its ends, and without a CR there; changes the text. */
char *cv_export_trimmed(char *line);

/* The place of the line handed out last. */
size_t cv_export_line_place(struct cv_export_lines *lines);

/* An exclusion that stands in the line handed out last. */
struct cv_entry *cv_export_exclusion(struct cv_export_lines *lines, const char *list,
				     const char *value);

/* Something that is not ours keeps from its effect what the export shows; `what` quotes
 * nothing. */
void cv_export_overruled(struct cv_export_reading *reading, size_t place,
			 const char *what);

/* Something in that line is not understood. */
void cv_export_odd_line(struct cv_export_lines *lines, const char *what);
