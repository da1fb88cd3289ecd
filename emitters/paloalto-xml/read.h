#pragma once
/* What the files of this target's readers share. */

#include <stdbool.h>
#include <stddef.h>

#include "model/sets.h"
#include "paloalto-xml/facts.h"

struct cv_entry;
struct cv_reading;
struct cv_table;

/* Sets the reading's error; false. */
bool cv_paloalto_refuse(struct cv_reading *reading, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Holds the objects that were read against what PAN-OS takes: names, the name space
 * that services share with their groups, references, members.  False: refused. */
bool cv_paloalto_check_objects(struct cv_reading *reading);

/* A list of ports in the one spelling: no blanks, ascending, nothing twice and no two
 * ranges that touch, since the set alone would not tell those apart.  False: refused. */
bool cv_paloalto_read_ports(struct cv_reading *reading, size_t at, const char *text,
			    const struct cv_ports **ports_out);

/* Whether a description is one that an object of the list may have.  False: refused. */
bool cv_paloalto_check_text(struct cv_reading *reading, size_t at,
			    enum cv_paloalto_list_id id, const char *text);

/* The objects of one name space, by a hash of their names. */
struct cv_paloalto_named {
	const struct cv_entry **slots; /* NULL: empty */
	size_t mask;
};

/* In the arena; points to the entries.  Returns the first whose name was there before,
 * or NULL. */
const struct cv_entry *cv_paloalto_names_collect(struct cv_ctx *ctx,
						 const struct cv_table *entries,
						 enum cv_paloalto_space space,
						 struct cv_paloalto_named *named);
const struct cv_entry *cv_paloalto_find(const struct cv_paloalto_named *named,
					const char *name);

/* Whether the address is one, in the one spelling.  False: refused. */
bool cv_paloalto_check_address(struct cv_reading *reading, const struct cv_entry *entry);

/* Adds what the rules let through and what the URL categories hold, found by following
 * names through the objects, which have been checked. */
void cv_paloalto_grants_add(struct cv_reading *reading);

/* What an undo took away last: it goes backwards through the lists. */
struct cv_paloalto_undo_order {
	enum cv_paloalto_list_id list;
	const char *name;
};

#define CV_PALOALTO_UNDO_ORDER \
	{ \
		CV_PALOALTO_LIST_COUNT, NULL \
	}

/* Adds a removal to the reading's entries.  False: refused, since what it takes away is
 * still named by what comes later. */
bool cv_paloalto_removal_add(struct cv_reading *reading,
			     struct cv_paloalto_undo_order *order,
			     enum cv_paloalto_list_id list, const char *name,
			     size_t place);
