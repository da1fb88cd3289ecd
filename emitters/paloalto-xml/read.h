#pragma once
/* What the files of this target's readers share. */

#include <stdbool.h>
#include <stddef.h>

#include "base/numbers.h"
#include "base/table.h"
#include "model/sets.h"
#include "paloalto-xml/facts.h"

struct cv_attribute;
struct cv_entry;
struct cv_reading;

/* Bytes of an artefact, without a NUL behind them. */
struct cv_paloalto_stretch {
	const char *at;
	size_t size;
};

bool cv_paloalto_is_word(struct cv_paloalto_stretch stretch, const char *word);

/* The same as a text of the entry under way. */
const char *cv_paloalto_text_of(struct cv_reading *reading,
				struct cv_paloalto_stretch stretch);

/* Sets the reading's error; false. */
bool cv_paloalto_refuse(struct cv_reading *reading, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A list of ports in the one spelling: no blanks, ascending, nothing twice and no two
 * ranges that touch, since the set alone would not tell those apart.  False: refused. */
bool cv_paloalto_read_ports(struct cv_reading *reading, size_t at, const char *text,
			    const struct cv_ports **ports_out);

/* Whether a description is one that an object of the list may have.  False: refused. */
bool cv_paloalto_check_text(struct cv_reading *reading, size_t at,
			    enum cv_paloalto_list_id id, const char *text);

/* What is kept of an object: what later ones need that name it. */
struct cv_paloalto_object {
	enum cv_paloalto_list_id list : 8;
	bool ours : 1;       /* has a tag or a description */
	bool host_names : 1; /* an address that is one, or a group with one in it */
	int protocol;        /* of a service */
	const char *name;
	size_t place, size; /* of its bytes; size: of our XML only */
	union {
		const struct cv_ports *ports[2]; /* of a service; the source's second */
		const struct cv_addresses *sets[2]; /* of an address or a group of them:
						       IPv4, IPv6 */
	};
	const char *value;                               /* of an address */
	const struct cv_paloalto_object *const *members; /* of a group */
	size_t member_count;
};

/* Where an object may name others. */
enum cv_paloalto_naming_id {
	CV_PALOALTO_NAMES_TAG,
	CV_PALOALTO_NAMES_MEMBER,
	CV_PALOALTO_NAMES_SOURCE,
	CV_PALOALTO_NAMES_DESTINATION,
	CV_PALOALTO_NAMES_SERVICE,
	CV_PALOALTO_NAMES_COUNT
};

/* The objects that were read so far; to be closed. */
struct cv_paloalto_objects {
	struct cv_reading *reading;
	struct cv_table all; /* of struct cv_paloalto_object, as they came */
	struct cv_numbers spaces[CV_PALOALTO_SPACE_COUNT]; /* by their names */
	/* Of the object under way, of const struct cv_paloalto_object *; their room
	 * serves all. */
	struct cv_table named[CV_PALOALTO_NAMES_COUNT];
	const struct cv_paloalto_object **reached; /* services of a rule */
	size_t reached_room, reached_count;
};

void cv_paloalto_objects_close(struct cv_paloalto_objects *objects);

/* Holds an object that was read whole against what PAN-OS takes: its name, the name space
 * that services share with their groups, what it names, which must have been read before.
 * Then the reading gets what a rule lets through or a URL category holds, as entries, so
 * that the entry of the object must not be used any more.  NULL: refused. */
struct cv_paloalto_object *cv_paloalto_object_take(struct cv_paloalto_objects *objects,
						   const struct cv_entry *entry);

/* Keeps what the address is, in the one spelling.  False: refused. */
bool cv_paloalto_address_read(struct cv_reading *reading, const struct cv_entry *entry,
			      const struct cv_attribute *value,
			      struct cv_paloalto_object *object);

/* What a group comes to, from its members. */
void cv_paloalto_group_read(struct cv_paloalto_objects *objects,
			    struct cv_paloalto_object *object);

/* Adds what the rule lets through, found by following names. */
void cv_paloalto_grants_add(struct cv_paloalto_objects *objects,
			    const struct cv_paloalto_object *rule);

/* What an undo took away last: it goes backwards through the lists. */
struct cv_paloalto_undo_order {
	enum cv_paloalto_list_id list;
	char name[CV_PALOALTO_TAG_MAX + 1];
};

#define CV_PALOALTO_UNDO_ORDER \
	{ \
		CV_PALOALTO_LIST_COUNT, "" \
	}

/* Adds a removal to the reading's entries.  False: refused, since what it takes away is
 * still named by what comes later. */
bool cv_paloalto_removal_add(struct cv_reading *reading,
			     struct cv_paloalto_undo_order *order,
			     enum cv_paloalto_list_id list,
			     struct cv_paloalto_stretch name, size_t place);

/* Adds the step that moves a rule. */
void cv_paloalto_move_add(struct cv_reading *reading, size_t place,
			  struct cv_paloalto_stretch rule,
			  struct cv_paloalto_stretch where,
			  struct cv_paloalto_stretch anchor);
