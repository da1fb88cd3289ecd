#pragma once
/* The three questions of explain, in a file each, and what they share. */

#include <stdbool.h>
#include <stddef.h>

#include "commands/compilation.h"
#include "model/policy.h"

struct cv_buf;
struct cv_ctx;

struct cv_explain {
	struct cv_ctx *ctx;
	const struct cv_compilation *compilation;
	const char *subject; /* of -s, or NULL */
	struct cv_buf *out;
};

/* --row: from the page to the lines of the artefacts.  Works on a site that does not
 * resolve, as far as it got. */
void cv_explain_row(struct cv_explain *explain, const char *name);

/* --flow and --path: whether it is granted, where, and else what comes nearest.
 * False: reported as `usage`.  *granted_out: all of it is. */
bool cv_explain_flow(struct cv_explain *explain, const char *text, bool *granted_out);
bool cv_explain_path(struct cv_explain *explain, const char *path, bool *granted_out);

/* Which entries of a plan are meant. */
struct cv_wanted {
	bool (*is_wanted)(const struct cv_wanted *wanted, const struct cv_entry *entry);
	const void *data;
	bool with_undo; /* lines that take the entry away again, too */
};

/* Adds `nftables/hq.nft:63: LINE` for each line that holds a wanted entry, behind
 * `indent`.  Returns how many. */
size_t cv_explain_lines(struct cv_explain *explain, const struct cv_plan *plan,
			const struct cv_wanted *wanted, const char *indent);

/* Whether the rows hold the row. */
bool cv_explain_names(const struct cv_rows *rows, const struct cv_row *row);

/* The judgement of a row for a plan's target and subject, or NULL. */
const struct cv_judgement *cv_explain_judgement(const struct cv_explain *explain,
						const struct cv_row *row,
						const struct cv_plan *plan);

/* Adds `wider: the whole program is excluded (accepted by secops ...)`. */
void cv_explain_verdict(struct cv_explain *explain, const struct cv_judgement *judgement);

/* The verdicts for the plan of those of the rows (by ordinal) that its entries do not
 * carry as they are. */
void cv_explain_doubts(struct cv_explain *explain, const struct cv_plan *plan,
		       const bool *rows);

/* Adds a whole line of text from the input, in a form that is safe to show. */
void cv_explain_say(struct cv_explain *explain, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Why a row does not apply to a group (or, NULL, to the site); NULL where it does or
 * where nothing is said. */
const char *cv_explain_why_not(const struct cv_explain *explain, const struct cv_row *row,
			       const struct cv_group *group);

/* The findings of a compile that only compile and check are asked for: all below
 * severity error. */
void cv_explain_hush(struct cv_ctx *ctx);
