#pragma once
/* For one target and subject: the entries that its artefacts hold, in neutral
 * terms.  A form's reader gives the same struct back, so the proof compares two
 * lists of entries. */

#include "base/ahead.h"
#include "base/table.h"
#include "model/policy.h"

struct cv_ctx;
struct cv_list;
struct cv_target_use;

/* Bits, so that a form can say which it holds. */
enum cv_entry_kind {
	CV_ENTRY_HEADER = 1,     /* a line of the artefact's head; value */
	CV_ENTRY_SETTING = 2,    /* a chain, a set, a hook: list, name, value */
	CV_ENTRY_FLOW = 4,       /* list (chain), the box */
	CV_ENTRY_OBJECT = 8,     /* a named object: list, name, value or box, members */
	CV_ENTRY_EXCLUSION = 16, /* list, value */
	CV_ENTRY_URL = 32,       /* list, value, ports */
	CV_ENTRY_STEP = 64,      /* a command to give, in order: list, value */
};

enum cv_operation { CV_ADD, CV_REMOVE };

struct cv_attribute {
	const char *name, *value; /* "recursive", "yes" */
};

/* What of the policy an entry of a plan carries: one of a flow, an exclusion and a URL,
 * or a rule of ours. */
struct cv_origin {
	const struct cv_flow *flow; /* the first of those merged */
	const struct cv_exclusion *exclusion;
	const struct cv_exclusion *only_for; /* of a folder: it is left alone only for
						this program; NULL: for all */
	const struct cv_list *native;        /* the target's list of the exclusion */
	const struct cv_url *url;
	const char *baseline; /* a rule of ours that no row asks for, by the word that the
				 ledger shows: "management"; NULL: of a row */
};

/* What few entries of a table of flows have, and most others. */
struct cv_entry_more {
	/* What the proof compares, too. */
	const struct cv_ports *source_ports; /* NULL: not carried, any */
	const char *program;
	const char *name;  /* of an object, a set, ... */
	const char *value; /* in the target's own dialect, unquoted */
	const struct cv_attribute
		*attributes; /* in the target's column or element order */
	uint32_t attribute_count;

	/* Of the plan only; NULL: nothing is said of it; see cv_origin(). */
	struct cv_origin *origin;

	size_t place; /* of the readers only: byte offset in the artefact or export */
};

/* There may be as many as rows, several times over: small members lie together. */
struct cv_entry {
	/* What the proof compares, all of it, with what lies beside.  Texts that are
	 * absent are NULL.  Sets are interned and compared by identity.  Most of the box
	 * comes first: the proof goes from entry to entry for it, by rows. */
	enum cv_entry_kind kind : 8;
	enum cv_operation operation : 8;
	uint8_t family; /* 4, 6, or 0 */

	/* Of the readers only. */
	bool ours : 1; /* in an export: carries our tag, table, chain, set or comment */

	/* Of the plan only. */
	bool reused : 1;   /* the base has it just so: to load it again changes nothing,
			      and no undo takes it away */
	bool own_rule : 1; /* CV_FLOWS_ELEMENTS: of a source class, or of a wide range of
			      ports; else an element of a set */
	bool steered : 1;  /* with own_rule: of a source class that stands aside */

	/* Compared, again. */
	int16_t protocol, icmp_type; /* or -1 */
	const char *list;            /* chain, native or object list */
	const struct cv_addresses *source, *destination; /* NULL: not carried */
	const struct cv_ports *ports;                    /* NULL: not carried, any */
	const char *note; /* rows and source, as the artefact shows it */

	/* Never NULL.  Of one entry; or of all that say the same, as CV_NO_MORE and
	 * that of a set's elements, and then not written to.  A copy shares it until it
	 * is given its own. */
	struct cv_entry_more *more;

	/* Of the plan only. */
	struct cv_rows rows; /* those that it comes from; none: ours */
};

/* A protocol or a type of ICMP as an entry keeps it.  They have eight bits: whatever is
 * larger is read as the number of none, and never as that of another. */
static inline int16_t cv_entry_number(int number)
{
	return number >= -1 && number < INT16_MAX ? (int16_t)number : INT16_MAX;
}

/* Of all entries that have nothing beside them. */
extern const struct cv_entry_more cv_no_more;
#define CV_NO_MORE ((struct cv_entry_more *)&cv_no_more)

/* A row that the target cannot carry at all, and why. */
struct cv_loss {
	const struct cv_row *row;
	const char *why;
	const void *of; /* the flow, exclusion or URL of the policy */
};

struct cv_plan {
	const struct cv_policy *policy;
	const struct cv_target_use *use;
	const struct cv_subject *subject;
	struct cv_table entries; /* of struct cv_entry */
	struct cv_table losses;  /* of struct cv_loss */
};

/* What the entry carries, all of it NULL where nothing is said. */
extern const struct cv_origin cv_no_origin;
static inline const struct cv_origin *cv_origin(const struct cv_entry *entry)
{
	return entry->more->origin ? entry->more->origin : &cv_no_origin;
}

/* The same to be filled in, made where there is none; copies of an entry share it. */
struct cv_origin *cv_origin_make(struct cv_ctx *ctx, struct cv_entry *entry);

/* An empty entry of that kind at the plan's end, with its own `more`: protocol and
 * icmp_type are -1. */
struct cv_entry *cv_plan_add(struct cv_ctx *ctx, struct cv_plan *plan,
			     enum cv_entry_kind kind);

/* The same with CV_NO_MORE. */
struct cv_entry *cv_plan_add_bare(struct cv_ctx *ctx, struct cv_plan *plan,
				  enum cv_entry_kind kind);

/* Makes the entry say what another does, in its own `more`. */
void cv_entry_say(struct cv_entry *entry, const struct cv_entry *like);

/* A copy that has its own `more`, so that it may say other things. */
struct cv_entry *cv_entry_copy(struct cv_ctx *ctx, const struct cv_entry *entry);

/* What the site names as the base of the plan's target and subject, or NULL. */
const struct cv_base *cv_plan_base(const struct cv_plan *plan);

/* The next entry, from the one numbered *at on, that such a base has already; NULL: none
 * is left.  *at begins as 0, and is left behind it. */
const struct cv_entry *cv_plan_next_reused(const struct cv_plan *plan, size_t *at);

/* For readers: the same, at a list's end, with its place in the bytes. */
struct cv_entry *cv_entries_add(struct cv_ctx *ctx, struct cv_table *entries,
				enum cv_entry_kind kind, size_t place);

/* A total order over what the proof compares; 0 when equal.  Places, rows and the
 * other members that are not compared do not count. */
int cv_entry_compare(const struct cv_entry *a, const struct cv_entry *b);

/* For a loop over many: that the entry will be looked at, up to its note. */
static inline void cv_entry_await(const struct cv_entry *entry)
{
	cv_await(entry);
	cv_await(&entry->note);
}

/* The entry in words, for a message: `forward 4 10.0.0.1 -> 10.0.0.2 tcp 443`. */
const char *cv_entry_words(struct cv_ctx *ctx, const struct cv_entry *entry);
