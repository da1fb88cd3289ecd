#pragma once
/* What import makes of a page before it is written: rows in the words of a profile, each
 * field with values or with a hole, and where in the page it comes from. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "model/value.h"

struct cv_ctx;
struct cv_page;

enum cv_section {
	CV_SECTION_PORTS, /* the first three as enum cv_table_kind */
	CV_SECTION_EXCLUSIONS,
	CV_SECTION_URLS,
	CV_SECTION_REQUIRES,
	CV_SECTION_SUPPORTS,
	CV_SECTION_PERMISSIONS,
	CV_SECTION_COUNT
};

/* "ports", "exclusions", ... as the keys of a profile, NULL-terminated. */
extern const char *const cv_section_names[];

struct cv_draft_field {
	/* As the row has it: `from`, `process`; dotted where it nests (`when.client`,
	 * `when.os.rhel`, `grants.Threat Response Administrator`).  A row of supports has
	 * its name as the field `system`.  Fields stand in the order of writing.  A hole
	 * stands for the whole of `when` and of `grants`, with that key. */
	const char *key;
	struct cv_texts values; /* in the words of a profile, each with its place */
	const char *hole;       /* the page's words where it is open; else NULL */
	struct cv_span at;      /* in the page */
};

struct cv_draft_row {
	enum cv_section section;
	const char *id;         /* of ports, exclusions and URLs; unique in its section */
	struct cv_table fields; /* of struct cv_draft_field */
	struct cv_span at;      /* in the page */
	const char *origin;     /* "line 76", "table 2, row 4": for the comment */
	struct cv_table remarks; /* of const char *: what the profile has no field for */
};

/* One table of the page: rows that share an edition. */
struct cv_draft_block {
	enum cv_section section;
	const char *caption;     /* of the page, or NULL; the title of permissions */
	const char *edition;     /* where the page has the table in editions; else NULL */
	struct cv_texts roles;   /* of permissions */
	struct cv_table rows;    /* of struct cv_draft_row */
	struct cv_table remarks; /* of const char * */
};

/* A name that the rows use and the profile declares. */
struct cv_draft_name {
	const char *name;
	const char *platform, *role; /* of a device */
	bool external;               /* of a party */
	const char *remark;          /* what was concluded and from what, or NULL */
	struct cv_span at;
};

struct cv_draft {
	/* What the command line, the answers or an older profile say; NULL: nobody. */
	const char *id, *title, *source_key, *source_title, *url, *retrieved;
	struct cv_table editions; /* of const char * */
	struct cv_table versions; /* of struct cv_pair: client, Tanium Client */
	struct cv_table places, parties, devices; /* of struct cv_draft_name */
	struct cv_draft_field ip;                 /* key NULL: the page does not say */
	struct cv_table blocks;                   /* of struct cv_draft_block */
};

/* The field with that key, or NULL. */
struct cv_draft_field *cv_draft_field(const struct cv_draft_row *row, const char *key);

/* Adds a field with that key and no value, or returns the one that is there. */
struct cv_draft_field *cv_draft_add(struct cv_ctx *ctx, struct cv_draft_row *row,
				    const char *key, struct cv_span at);

/* Makes notes of the warnings at places (of struct cv_span) whose open fields were
 * answered, unless another field that stands there still is open. */
void cv_draft_answered(struct cv_ctx *ctx, const struct cv_draft *draft,
		       const struct cv_table *places);

/* What is decided outside the page: see import/answers.h. */
struct cv_answers;

/* Types the cells of a page and makes rows of them.  Whatever can be read two ways is
 * reported with its place and becomes a hole.  `answers` may be NULL; what they say of
 * the shape of tables is used here, holes are filled by cv_answers_fill.  A page of more
 * rows than CV_MAX_PAGE_ROWS is an error, and nothing is made of it. */
void cv_draft_make(struct cv_ctx *ctx, struct cv_page *page, struct cv_answers *answers,
		   struct cv_draft *draft_out);
