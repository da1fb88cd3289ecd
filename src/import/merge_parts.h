#pragma once
/* What the files of merge share. */

#include <stdbool.h>

#include "import/draft.h"
#include "import/edits.h"
#include "import/flat.h"
#include "import/merge.h"
#include "model/profile.h"

enum { CV_MERGED_SECTIONS = CV_SECTION_URLS + 1 };

/* A row of the draft. */
struct cv_new_row {
	const struct cv_draft_block *block;
	struct cv_draft_row *row;
	struct cv_table flat;   /* as meant; of struct cv_draft_field */
	struct cv_table folded; /* for comparing: names and parameters as one */
	struct cv_old_row *older;
	/* Where it is put, if it is new: behind or before that row, in this order. */
	struct cv_old_row *anchor;
	bool before;
	struct cv_new_row *next;
};

/* A row of the older profile. */
struct cv_old_row {
	enum cv_section section;
	const struct cv_row *row;
	const struct cv_node *node, *list, *block; /* block: NULL outside of one */
	struct cv_table flat, folded;
	struct cv_flat_row block_flat; /* the defaults of its block */
	bool ours;                     /* it comes from the page */
	bool withdrawn;
	struct cv_new_row *now;
	struct cv_new_row *first_before, *first_behind; /* new rows that it anchors */
	struct cv_new_row *last_before, *last_behind;
};

struct cv_merge {
	struct cv_ctx *ctx;
	struct cv_source *source;
	const struct cv_profile *profile;
	const struct cv_node *root;
	struct cv_edits edits;
	struct cv_flat want;                      /* what the edited profile must say */
	struct cv_table old[CV_MERGED_SECTIONS];  /* of struct cv_old_row */
	struct cv_table rows[CV_MERGED_SECTIONS]; /* of struct cv_new_row */
	const struct cv_draft *draft;
	struct cv_merge_counts *counts;
	struct cv_table *lines;
};

/* What a key of a row is to a merge. */
enum cv_key_kind {
	CV_KEY_OWN,  /* id, status, until, source: never the page's */
	CV_KEY_ENDS, /* from, to, device: another one is another row */
	CV_KEY_WHEN,
	CV_KEY_VALUE, /* what is excluded, a URL */
	CV_KEY_PORTS,
	CV_KEY_SOFT, /* stays where the page does not say it */
};

enum cv_key_kind cv_key_kind(const char *key);

/* Whether both say the same once folded, or the new one leaves open what the
 * old has. */
bool cv_merge_fits(const struct cv_draft_field *older, const struct cv_draft_field *now);

/* The edges of a merge: rows of the profile with their nodes.  False: reported.
 */
bool cv_merge_find_rows(struct cv_merge *merge);

/* Folds values: aliases of places and parties become their names, parameters
 * their defaults. */
void cv_merge_fold(const struct cv_merge *merge, const struct cv_table *flat,
		   struct cv_table *folded_out);

/* Declares in the profile what the draft names and it does not know yet, and
 * the day on which the page was read. */
void cv_merge_head(struct cv_merge *merge);

/* Edits of rows that are paired, and of those that the page has no longer. */
void cv_merge_change(struct cv_merge *merge, struct cv_old_row *older);
void cv_merge_withdraw(struct cv_merge *merge, struct cv_old_row *older);

/* Puts new rows in, and completes what is wanted of the section. */
void cv_merge_insert(struct cv_merge *merge, enum cv_section section);

/* Says where requirements, systems or roles are others in the page. */
void cv_merge_listed(struct cv_merge *merge, enum cv_section section);

/* And where the address families are. */
void cv_merge_ip(struct cv_merge *merge);

/* `exclusions/tpython-27` */
const char *cv_merge_name(struct cv_merge *merge, const struct cv_old_row *older);

/* A line for the reader of what was done. */
void cv_merge_say(struct cv_merge *merge, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
