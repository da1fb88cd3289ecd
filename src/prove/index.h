#pragma once
/* What stands behind each row in a plan.  The proof and the ledger look at one index,
 * since the plan does not change between them. */

#include <stdbool.h>

#include "model/plan.h"

struct cv_arena;
struct cv_beside;
struct cv_exclusion;
struct cv_flow;
struct cv_granted;
struct cv_url;

/* What is known of a port row's flows and the entries that name it: bits.  The proof
 * and the ledger ask the same of the same lists, so that it is asked once. */
enum cv_row_answer {
	CV_ASKED = 1,
	CV_WHOLE = 2,    /* the entries cover all that the row asks for */
	CV_CARRIED = 4,  /* the same, but for what the plan says is lost */
	CV_INSIDE = 8,   /* no entry lies outside all the rows that it names */
	CV_ANSWERS = 15, /* all of them */
};

/* Things of which most often there is one, which needs no room of its own. */
union cv_listed {
	const void *one;
	const void **several; /* in the order of the plan, or of the policy */
};

enum { CV_THING_BITS = 27 };

/* The entries behind a row, and what it became in the policy: a port row flows, and so
 * on.  There is one for each row, so that it is kept small. */
struct cv_behind {
	union cv_listed entries, things;
	uint32_t entry_count;
	uint32_t thing_count : CV_THING_BITS;
	bool is_lost : 1;     /* something of it, for which the plan has a cv_loss */
	unsigned answers : 4; /* enum cv_row_answer; see cv_flows_answers() */
};

static inline const void *cv_listed_at(const union cv_listed *list, size_t count,
				       size_t index)
{
	return count == 1 ? list->one : list->several[index];
}

static inline const struct cv_entry *cv_behind_entry(const struct cv_behind *behind,
						     size_t index)
{
	return cv_listed_at(&behind->entries, behind->entry_count, index);
}

/* What a row became: struct cv_flow of a port row, and so on. */
static inline const void *cv_behind_thing(const struct cv_behind *behind, size_t index)
{
	return cv_listed_at(&behind->things, behind->thing_count, index);
}

static inline const struct cv_flow *cv_behind_flow(const struct cv_behind *behind,
						   size_t index)
{
	return cv_behind_thing(behind, index);
}

static inline const struct cv_exclusion *
cv_behind_exclusion(const struct cv_behind *behind, size_t index)
{
	return cv_behind_thing(behind, index);
}

static inline const struct cv_url *cv_behind_url(const struct cv_behind *behind,
						 size_t index)
{
	return cv_behind_thing(behind, index);
}

/* A row of which something is lost. */
struct cv_lost {
	uint32_t row;    /* its ordinal */
	uint32_t number; /* of the loss in the plan */
};

struct cv_index {
	const struct cv_plan *plan;
	struct cv_behind *rows;        /* by ordinal */
	void *memory;                  /* one block for all lists */
	const struct cv_loss **losses; /* in the order of what they are of */
	struct cv_lost *lost;          /* the same by their rows */
	/* Files and folders of the policy, where a list of the target may leave a
	 * program's own file alone; else NULL. */
	struct cv_beside *beside;
	/* By ordinal: what the entries of an exclusion row mean, read back from their own
	 * values once for the proof and the ledger; NULL: not yet.  In an arena of the
	 * index, like what they point to. */
	struct cv_granted **granted;
	struct cv_arena *arena;
};

/* To be closed by cv_index_close.  The plan must stay as it is until then. */
void cv_index_open(struct cv_index *index, const struct cv_plan *plan);
void cv_index_close(struct cv_index *index);

/* What the plan says of a flow, exclusion or URL that it cannot carry, or NULL. */
const struct cv_loss *cv_loss_of(const struct cv_index *index, const void *thing);

/* Why something of the row is lost, of several the first; or `otherwise`. */
const char *cv_behind_why(const struct cv_index *index, const struct cv_behind *behind,
			  const char *otherwise);

/* Whether the plan's subject has to do with the flow. */
bool cv_flow_concerns(const struct cv_plan *plan, const struct cv_flow *flow);
