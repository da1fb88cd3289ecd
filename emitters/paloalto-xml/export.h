#pragma once
/* What the files of the export's reader share.  It reads what a live firewall shows,
 * and has nothing in common with the readers of our own artefacts. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "model/plan.h"
#include "paloalto-xml/facts.h"

struct cv_export_reading;

/* An element inside one of the lists that are read.  Nothing else of an export is kept:
 * what stands around them holds secrets. */
struct cv_paloalto_node {
	const char *element;
	const char *name; /* the attribute, or NULL */
	const char *text; /* of an element without elements; never NULL */
	size_t place;     /* of its tag */
	bool odd;         /* an attribute that is not known, or text beside elements */
	struct cv_paloalto_node *first, *last, *next;
};

/* The lists that are read. */
static inline bool cv_paloalto_is_exported(int list)
{
	return list == CV_PALOALTO_TAG || list == CV_PALOALTO_SERVICE ||
	       list == CV_PALOALTO_SERVICE_GROUP;
}

struct cv_paloalto_listing {
	enum cv_paloalto_list_id list;
	bool shared; /* not the list of the scope, but one that its names may mean */
	const struct cv_paloalto_node *node;
};

struct cv_paloalto_tree {
	struct cv_table listings; /* of struct cv_paloalto_listing */
	bool scope;  /* the scope itself stands there, so a list that does not is empty */
	bool config; /* a whole configuration */
	bool panorama; /* not of a firewall */
	/* The first element, wherever it stands, that holds a key or a password's hash;
	 * or NULL. */
	const char *secret;
	size_t secret_at;
};

/* Finds the lists.  False: reported. */
bool cv_paloalto_export_parse(struct cv_export_reading *reading,
			      struct cv_paloalto_tree *tree);

/* Whether the bytes were an export of the scope at all.  False: `error` is set. */
bool cv_paloalto_export_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_tree *tree);

struct cv_paloalto_object {
	enum cv_paloalto_list_id list;
	bool shared;
	bool understood; /* false: a service of which nothing below is known */
	const struct cv_paloalto_node *node;
	int protocol;
	const struct cv_ports *ports, *source_ports;
	const char *note;
	struct cv_table members; /* of const struct cv_paloalto_node * */
	bool tagged;             /* carries the tag */
	bool ours, walked;
};

/* What the entries of a listing are, added to the table (of struct
 * cv_paloalto_object); what they lack goes to the reading's unknown. */
void cv_paloalto_objects_read(struct cv_export_reading *reading,
			      const struct cv_paloalto_listing *listing, const char *tag,
			      struct cv_table *objects);

/* Lists what an object of ours holds that no object of ours should. */
void cv_paloalto_object_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_object *object);

void cv_paloalto_unknown(struct cv_export_reading *reading, size_t place,
			 const char *what);
