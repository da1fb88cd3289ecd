#pragma once
/* How objects are spelled on the command line: tables and numbers that the emitter and
 * the reader share, beside those of paloalto-xml/facts.h.  No code that writes or reads
 * belongs here. */

#include <stdbool.h>

#include "paloalto-xml/facts.h"

enum {
	/* Lines of a block.  A paste of more than 30 to 40 loses some unless scripting
	 * mode is on: IS, README. */
	CV_SET_BLOCK_MAX = 40,
	CV_SET_BLOCK_MIN = 24, /* ours: before that no line ends a block */
	CV_SET_RENEWAL = 2,    /* lines that no block ends with: see cv_set_renewal */
};

/* What needs no quotes: characters of names, and those of addresses and URLs that were
 * seen without them (IS, loadable_configs; batfish, testconfigs). */
extern const char cv_set_plain[];

#define CV_SET_COMMAND "set"
#define CV_SET_DELETE "delete"
#define CV_SET_MOVE "move"
#define CV_SET_PROTOCOL "protocol"
#define CV_SET_PORT "port"
#define CV_SET_SOURCE_PORT "source-port"
#define CV_SET_TYPE "type"
#define CV_SET_URL_LIST "URL List" /* the type of a category; the schema's default */

/* What stands for an attribute of an entry of that list. */
struct cv_set_field {
	enum cv_paloalto_list_id list; /* CV_PALOALTO_LIST_COUNT ends the table */
	const char *attribute;         /* as the plan calls it */
	const char *word, *inner;      /* one word, or two; else inner is NULL */
	bool many;                     /* members of a list, a line each */
};

/* In the order of a plan's attributes. */
extern const struct cv_set_field cv_set_fields_table[];

/* `set` adds members to a list and takes none away, so what an older load left there
 * has to go first.  A delete of what is not there is an error, which would make the
 * errors of a paste worthless: so one line makes sure that it is there. */
enum cv_set_renewal {
	CV_SET_KEEP, /* every field is a single value, or tags, to which others may add */
	CV_SET_LIST, /* the list of members, found by `field`: the object stays, since a
			rule may use it */
	CV_SET_WHOLE, /* the object: nothing names a rule, and some of its lists must hold
			 `any` alone */
};

/* In the plan a CV_ENTRY_STEP behind all objects: name: the object's, value: its
 * list's. */
#define CV_SET_RENEW "renew"

struct cv_set_list {
	enum cv_set_renewal renewal;
	const char *field; /* of CV_SET_LIST the list's word, of CV_SET_WHOLE a field that
			      may be set alone */
};

extern const struct cv_set_list cv_set_lists[CV_PALOALTO_LIST_COUNT];
