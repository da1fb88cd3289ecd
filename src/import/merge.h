#pragma once
/* The next edition of a page over an older profile: what the profile says
 * besides stays, byte by byte. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"

struct cv_buf;
struct cv_ctx;
struct cv_draft;
struct cv_load;
struct cv_merge;
struct cv_profile;
struct cv_source;

/* What was done, for a summary. */
struct cv_merge_counts {
	size_t same, added, changed, withdrawn, back;
};

/* Reads the older profile.  NULL: reported. */
struct cv_merge *cv_merge_open(const struct cv_load *load, struct cv_source *source);

const struct cv_profile *cv_merge_profile(const struct cv_merge *merge);

/* Pairs the rows of the draft with those of the profile, and gives paired ones
 * their ids; others keep theirs.  A row is another's next edition where all is
 * the same; or where it is the only one that differs from it in one respect:
 * the condition, the port, or a path that ends in the same name.  Draft and
 * profile name places, parties and parameters differently at times, which does
 * not count; an open field of the draft fits whatever was filled in by hand. */
void cv_merge_pair(struct cv_merge *merge, struct cv_draft *draft);

/* Puts what was filled in by hand into the open fields of paired rows, and says so in
 * notes. */
void cv_merge_keep(struct cv_merge *merge, struct cv_draft *draft);

/* Edits the older profile into what the draft means, after cv_merge_pair and
 * with ids for all rows, and reads it back.  Each row that was added, changed,
 * withdrawn or is back is reported as a note, and said in a line of `lines_out`
 * (of const char *). False: reported, nothing may be written. */
bool cv_merge_write(struct cv_merge *merge, const struct cv_draft *draft,
		    struct cv_buf *out, struct cv_merge_counts *counts_out,
		    struct cv_table *lines_out);
