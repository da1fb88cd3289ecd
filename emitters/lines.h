#pragma once
/* Files that are read line by line, as data: fixed lines, and lines that hold the plan's
 * values between two fixed texts.  Emitters write such a file with lines_write.h, readers
 * read it with lines_read.h; the table is all that the two have in common. */

enum cv_line_slot {
	CV_LINE_TEXT,    /* `before`, as it stands */
	CV_LINE_HEADER,  /* a comment for each HEADER entry, behind `before` */
	CV_LINE_SETTING, /* the value of the SETTING entry of `list`, between the two
			    texts */
	CV_LINE_ENTRIES, /* for each EXCLUSION entry of `list`: its note, then its lines
			  */
};

/* What of an entry's value a line holds.  A value with parts has one `*`, inside it. */
enum cv_line_part {
	CV_LINE_WHOLE,
	CV_LINE_NOTHING,
	CV_LINE_HEAD,  /* what stands before the star */
	CV_LINE_TAIL,  /* what stands behind it */
	CV_LINE_TWICE, /* a line for each text that begins like the head and ends like the
			  tail, whatever the case of ASCII letters, but is shorter than
			  both together: longest first; often none */
};

/* What stands around a value, or a part of it; a line each. */
struct cv_line_ends {
	const char *before, *after; /* NULL before ends a list */
};

struct cv_line {
	enum cv_line_slot slot;
	const char *before; /* NULL ends a file; ENTRIES: before a note, NULL: none */
	const char *after;  /* SETTING; ENTRIES: unused */
	const char *list;
	const struct cv_line_ends *ends; /* ENTRIES: the lines of each of them */
	/* ENTRIES: what each of those lines holds; NULL: each the whole value. */
	const enum cv_line_part *parts;
	const char *open, *close; /* ENTRIES: before the first and behind the last, where
				     there is one; NULL: nothing */
};

/* How a value is spelled between the texts. */
enum cv_line_quoting {
	CV_LINE_RAW,   /* as it stands: printable UTF-8 without a line's end */
	CV_LINE_SHELL, /* '...' of a POSIX shell, with quotes and all */
	CV_LINE_XML,   /* character data with & < > and quotes as references */
};
