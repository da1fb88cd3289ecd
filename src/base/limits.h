#pragma once
/* Every bound that input can run into, in one place.  Each has a golden case
 * with the message that it gives. */

enum {
	CV_MAX_DEPTH = 32,         /* nesting of maps and lists in a document */
	CV_MAX_NAME = 200,         /* bytes of an id, a name, a key */
	CV_MAX_SCALAR = 32767,     /* bytes of one value; a Windows path is no longer */
	CV_MAX_ROWS = 4000000,     /* rows of one published table */
	CV_MAX_FINDINGS = 100,     /* findings of one kind that are printed */
	CV_MAX_STANZAS = 1000,     /* open fields that import prints to be answered */
	CV_MAX_LIST = 65536,       /* items of one list or map outside the tables */
	CV_MAX_VERSION_PARTS = 6,  /* numbers of a version */
	CV_MAX_VERSION_TERMS = 64, /* comparisons of a version constraint */
	CV_MAX_NODES = 4000000,    /* values of a document outside its tables; of a row */
	CV_MAX_COLUMNS = 256,      /* cells of one CSV record */
	CV_MAX_ALTERNATIVES = 64,  /* maps of one `when`, with those of its block */
	CV_MAX_JOINED = 1000000,   /* such maps of all rows with those of their blocks */
	CV_MAX_ERRORS = 10000,     /* of one file; behind them it is read no further */
	CV_MAX_PIECES = 2000000,   /* boxes that one cut may make */
	CV_MAX_PIECE_ROWS = 4000000,   /* rows that these boxes name, all together */
	CV_MAX_PATTERN_STEPS = 200000, /* work on one pattern question, then "unknown" */
	CV_MAX_PAGE_BYTES = 1 << 25,   /* of a published page: 32 MiB */
	CV_MAX_PAGE_BLOCKS = 1000000, /* its headings, paragraphs, items, tables, lines */
	CV_MAX_PAGE_CELLS = 1000000,  /* of all its tables, each span laid out */
	CV_MAX_PAGE_ROWS = 65536,     /* rows of all its tables together */
	CV_MAX_PAGE_DEPTH = 256,      /* nesting of tags */
	CV_MAX_PAGE_TABLES = 8,       /* tables inside of tables */
	CV_MAX_PAGE_TAG = 1000000,    /* bytes of one tag; less than CV_MAX_LENGTH */
	CV_MAX_PAGE_ATTRIBUTES = 128, /* of one tag */
	CV_MAX_COLUMN_SPAN = 1000,    /* as in HTML */
	CV_MAX_ROW_SPAN = 65534,      /* as in HTML */
};

/* Files of one run; a unit test has its message. */
#define CV_MAX_FILES 4095
#define CV_MAX_FILE ((size_t)1 << 30) /* bytes of one input file */
#define CV_MAX_BASE ((size_t)1 << 28) /* bytes of one `base` of a target */
