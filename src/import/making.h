#pragma once
/* What the files that make rows of cells share. */

#include "base/finding.h"
#include "import/cells.h"
#include "import/columns.h"
#include "import/draft.h"
#include "import/page.h"

struct cv_answers;

struct cv_making {
	struct cv_ctx *ctx;
	const struct cv_page *page;
	struct cv_answers *answers; /* or NULL */
	struct cv_draft *draft;
	struct cv_footnotes notes;
	/* The table at hand. */
	struct cv_page_table *table;
	size_t number; /* of the page's tables, from 1 */
	size_t first;  /* row behind the header */
	struct cv_columns columns;
	bool tells_empty;    /* some cell is U+00A0: then a blank one is spanned */
	const char *heading; /* the last one above, or NULL */
	const char *against; /* what above the table says that its rows are not wanted */
	/* What a row of one cell said of those below it. */
	struct cv_text device;
	unsigned kinds;
	struct cv_draft_block *block;
};

/* The cell of a row, never NULL; a blank one is empty or spanned where the page or the
 * answers say which, and has `why` where nobody does. */
const struct cv_cell *cv_making_cell(struct cv_making *making, size_t row, size_t column);

/* The cell in the column of that role; NULL: the table has none. */
const struct cv_cell *cv_making_role(struct cv_making *making, size_t row,
				     enum cv_column role);

/* A new row of the block. */
struct cv_draft_row *cv_making_row(struct cv_making *making, size_t row);

void cv_making_put(struct cv_making *making, struct cv_draft_row *row, const char *key,
		   const char *value, struct cv_span at);

/* A hole with the page's words, and the finding that says why. */
void cv_making_hole(struct cv_making *making, struct cv_draft_row *row, const char *key,
		    const char *words, struct cv_span at, enum cv_code code,
		    const char *why);

/* The finding for what stands in a cell: its own `why`, or that one. */
void cv_making_open(struct cv_making *making, struct cv_draft_row *row, const char *key,
		    const struct cv_cell *cell, const char *why);

/* An end of a flow, or devices: the names in a cell, declared as such.  A cell that may
 * be two names is a hole. */
void cv_making_names(struct cv_making *making, struct cv_draft_row *row, const char *key,
		     const struct cv_cell *cell);

/* Notes and purpose into the row.  A condition that cannot be told makes a hole of `key`,
 * since a row without its condition would grant more than the page. */
void cv_making_notes(struct cv_making *making, struct cv_draft_row *row, size_t number,
		     const char *key);

/* Whether the words say that what follows is not to be opened or excluded. */
bool cv_making_is_against(const char *words);

/* Declares a name once. */
struct cv_draft_name *cv_making_declare(struct cv_making *making, struct cv_table *names,
					const char *name, struct cv_span at);

/* A name without trade marks and glued footnotes; the latter are told. */
const char *cv_making_clean(struct cv_making *making, struct cv_text words);

/* The same of words that are only looked up. */
const char *cv_making_clean_quietly(struct cv_making *making, const char *words);

/* Platform and role of the devices that the rows name; where nothing tells the platform,
 * the rows stand open. */
void cv_making_devices(struct cv_making *making);

/* Makes holes of what is no path on the platform of its row's devices. */
void cv_making_check_paths(struct cv_making *making);

/* One row of the table, by its section. */
void cv_making_ports(struct cv_making *making, size_t row);
void cv_making_exclusion(struct cv_making *making, size_t row);
void cv_making_url(struct cv_making *making, size_t row);
void cv_making_requirement(struct cv_making *making, size_t row);
void cv_making_support(struct cv_making *making, size_t row);
void cv_making_permission(struct cv_making *making, size_t row);

/* A row of requirements whose requirement is prose: said, since a profile has no field
 * for it. */
void cv_making_prose_cell(struct cv_making *making, const struct cv_cell *component,
			  const struct cv_cell *prose);

/* The first line of a cell's words. */
const char *cv_making_first_line(struct cv_making *making, const char *words);

/* What stands outside of tables: URLs and requirements in lists, address families. */
void cv_making_prose(struct cv_making *making);

/* The block of that section for rows outside of tables. */
struct cv_draft_block *cv_making_block(struct cv_making *making, enum cv_section section,
				       const char *caption);
