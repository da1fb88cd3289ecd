#pragma once
/* What the files of the lint pass share: how a risk is noted, and the list of what no
 * exclusion should name. */

#include "base/arena.h"
#include "base/numbers.h"
#include "model/policy.h"

struct cv_addresses;
struct cv_ctx;
struct cv_never_lists;
struct cv_target;

struct cv_lint {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct cv_arena *memory;       /* until the pass ends */
	struct cv_arena *scratch;      /* for one exclusion */
	struct cv_table notes, counts; /* private */
	struct cv_numbers note_numbers, count_numbers;
	struct cv_never_lists *never;
	/* By the number of an exclusion: its value, case folded as the platform does. */
	const char **folded;
};

/* Letters of ASCII, in place. */
void cv_lint_fold(char *text);

/* By the names of their groups. */
int cv_lint_compare_groups(const struct cv_exclusion *a, const struct cv_exclusion *b);

/* A risk of the row itself, once for each detail and so often at most; the rest of one
 * row is counted in a last one.  `detail` lies in the compile arena. */
void cv_lint_row(struct cv_lint *lint, enum cv_code code, const struct cv_row *row,
		 const char *detail);

/* The same, of the row in a target. */
void cv_lint_row_in(struct cv_lint *lint, enum cv_code code, const struct cv_row *row,
		    const struct cv_target *target, const char *detail);

/* The same for all rows of an entry. */
void cv_lint_rows(struct cv_lint *lint, enum cv_code code, const struct cv_rows *rows,
		  const char *detail);

/* Whether a set of rows holds that row. */
bool cv_lint_has_row(const struct cv_rows *rows, const struct cv_row *row);

/* The kinds of never_exclude.def, which tells what each is. */
enum cv_never_kind {
	CV_NEVER_FOLDER,
	CV_NEVER_SYSTEM,
	CV_NEVER_VENDOR,
	CV_NEVER_WRITABLE,
	CV_NEVER_PERHAPS,
	CV_NEVER_SHARED,
	CV_NEVER_PROCESS,
	CV_NEVER_INTERPRETER,
	CV_NEVER_EXTENSION,
	CV_NEVER_EXECUTABLE,
	CV_NEVER_SIGNER,
};

struct cv_never {
	unsigned platforms; /* 1 << enum cv_platform */
	enum cv_never_kind kind;
	const char *value;
	unsigned owner;
};

/* "Microsoft's list" */
const char *cv_never_owner(const struct cv_never *never);

/* A path as the rules about folders see it: case folded as the platform does, without
 * drive, with variables put in, both folders of programs as one. */
struct cv_lint_path {
	const char **segments;
	size_t count;
	bool is_network; /* below \\server\share */
	bool is_all;     /* a last part that stands for everything was taken off */
};

void cv_lint_path_read(struct cv_arena *arena, enum cv_platform platform,
		       const char *value, struct cv_lint_path *path_out);

/* How a path may stand to a folder of the list. */
enum {
	CV_NEVER_AT = 1,     /* it is the folder */
	CV_NEVER_AROUND = 2, /* it is the folder, or one that holds it */
	CV_NEVER_INSIDE = 4, /* it is the folder or in it, or may be */
};

/* The ways in which the path may stand to a folder. */
unsigned cv_lint_path_ways(const struct cv_lint_path *path,
			   const struct cv_lint_path *folder);

/* Normalizes the list; lint->memory must be open.  Close frees the index. */
void cv_never_open(struct cv_lint *lint);
void cv_never_close(struct cv_lint *lint);

/* The first folder of that kind to which the path stands in that way, or NULL. */
const struct cv_never *cv_never_folder(const struct cv_lint *lint,
				       enum cv_platform platform, enum cv_never_kind kind,
				       const struct cv_lint_path *path, unsigned way);

/* A program by its base name (PROCESS, else INTERPRETER), or NULL. */
const struct cv_never *cv_never_program(const struct cv_lint *lint,
					enum cv_platform platform, const char *base);

/* `.exe` (EXECUTABLE or EXTENSION), or NULL. */
const struct cv_never *cv_never_extension(const struct cv_lint *lint,
					  const char *extension);

/* A signer's name that holds a word of the list, or NULL. */
const struct cv_never *cv_never_signer(const char *name);

/* The rules, each about one thing. */
void cv_lint_location(struct cv_lint *lint, const struct cv_exclusion *exclusion);
void cv_lint_program(struct cv_lint *lint, const struct cv_exclusion *exclusion);
void cv_lint_extension(struct cv_lint *lint, const struct cv_exclusion *exclusion);
void cv_lint_signer(struct cv_lint *lint, const struct cv_exclusion *exclusion);
void cv_lint_version(struct cv_lint *lint, const struct cv_exclusion *exclusion);

/* Exclusions against each other: covered, twins by case, twins of 32-bit folders, one
 * whose text is how another begins. */
void cv_lint_covered(struct cv_lint *lint);
void cv_lint_twins(struct cv_lint *lint);
void cv_lint_prefixes(struct cv_lint *lint);

/* What the chosen targets make of exclusions, and where they write. */
void cv_lint_targets(struct cv_lint *lint);

/* A process, folder or file, which are patterns; the rest is not. */
bool cv_lint_is_path(const struct cv_exclusion *exclusion);

/* Flows: too many ports, too much of the Internet, rows that open nothing new. */
void cv_lint_flows(struct cv_lint *lint);
void cv_lint_shadowed(struct cv_lint *lint);

/* Which sets of addresses of the flows with these numbers lie in which, by a sweep over
 * all.  Of a set so deep in others that more than a few ranges lie around its first one,
 * only the innermost are told.  Close frees the index; the rest lies in lint->memory. */
struct cv_arounds;
struct cv_arounds *cv_arounds_open(struct cv_lint *lint, const uint32_t *flows,
				   size_t count);
void cv_arounds_close(struct cv_arounds *arounds);

/* How many sets hold all of `set`, itself apart; NULL has none. */
size_t cv_sets_around(const struct cv_arounds *arounds, const struct cv_addresses *set,
		      const struct cv_addresses *const **sets_out);
