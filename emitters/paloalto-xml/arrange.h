#pragma once
/* What the files that arrange a plan share.  Names and order come from what an object
 * is and from hashes of that, so that one row more renames and moves nothing else. */

#include "base/table.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"

struct cv_paloalto_work {
	struct cv_ctx *ctx;
	struct cv_arena *aside;  /* of what is gone once all entries are there */
	struct cv_arena *listed; /* of those entries, gone once they are in order */
	struct cv_table lowered; /* of struct cv_entry: those of the generic lowering,
				    whose room the plan takes again in the end */
	struct cv_plan *plan;    /* what was arranged so far */
	const struct cv_paloalto_options *options;
	struct cv_paloalto_names names;
	const struct cv_attribute *tagged; /* the one of our tag; NULL: no object */
	struct cv_entry *services;         /* sorted, with names */
	size_t service_count;
};

/* An object that needs a name: what it is called where nothing is in the way, and all
 * that it is, which tells it from others whose words are the same. */
struct cv_paloalto_naming {
	enum cv_paloalto_list_id list;
	const char *words, *identity;
	const char *name; /* what comes out */
};

/* An empty entry at the end of what was arranged so far. */
struct cv_entry *cv_paloalto_entry_add(const struct cv_paloalto_work *work,
				       enum cv_entry_kind kind);

/* Gives each a name that its list takes: prefix and words; where that is too long, or
 * where two that differ would have one name, with a hash of the identity behind. */
void cv_paloalto_name_all(const struct cv_paloalto_work *work,
			  struct cv_paloalto_naming **items, size_t count);

/* ASCII without what PAN-OS or its command line would take amiss, at most `limit` of
 * it; NULL when nothing is left.  What is so already is not copied. */
const char *cv_paloalto_plain(struct cv_ctx *ctx, const char *text, size_t limit);

/* `first` and the notes, each once, as far as `limit` has room, and how many more there
 * are; plain. */
const char *cv_paloalto_notes_join(struct cv_ctx *ctx, const char *first,
				   const char *const *notes, size_t count, size_t limit);

/* An object at the plan's end, with our tag behind `count` attributes, which it takes
 * over; they need room for one more. */
struct cv_entry *cv_paloalto_object_add(const struct cv_paloalto_work *work,
					enum cv_paloalto_list_id list, const char *name,
					struct cv_attribute *attributes, size_t count);

/* The group of that name, or, where it has more members than `most`, one of groups.
 * What it names stands before it.  False: reported. */
bool cv_paloalto_group_add(const struct cv_paloalto_work *work,
			   enum cv_paloalto_list_id list, const char *name,
			   const char *const *members, size_t count, size_t most,
			   const char *note);

/* The zones of one end of a rule; NULL: reported.  `set` is NULL where the end is known
 * by its names only. */
const struct cv_texts *cv_paloalto_zones_of(const struct cv_paloalto_work *work,
					    bool source, const struct cv_party *party,
					    const struct cv_addresses *set);

/* Joins the flows (struct cv_entry *) into rules with their addresses and groups, and
 * adds all of them to the plan.  False: reported. */
bool cv_paloalto_rules_add(const struct cv_paloalto_work *work,
			   const struct cv_table *flows);

/* Sorts the URLs (struct cv_entry *) into categories and adds both.  False: reported. */
bool cv_paloalto_categories_add(const struct cv_paloalto_work *work,
				const struct cv_table *urls);

/* The commands that load what the plan holds, and those that move its rules. */
void cv_paloalto_steps_add(struct cv_ctx *ctx, struct cv_plan *plan);

/* Says which limit of the platform the plan breaks; false: reported. */
bool cv_paloalto_check_counts(const struct cv_paloalto_work *work);
