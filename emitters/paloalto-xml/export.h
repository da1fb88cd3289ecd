#pragma once
/* What the files of the export's reader share.  It reads what a live product shows, and
 * has nothing in common with the readers of our own artefacts. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "model/plan.h"
#include "paloalto-xml/facts.h"

struct cv_export_reading;
struct cv_paloalto_meaning;

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

enum { CV_PALOALTO_ASIDE = 1 << 20 };

/* Where objects stand: a virtual system, a device group, or what all of them share. */
struct cv_paloalto_level {
	enum cv_paloalto_scope_kind
		kind;            /* of Panorama's shared one CV_PALOALTO_SHARED */
	const char *name;        /* "" of the shared one */
	const char *parent_name; /* of a device group, as the export says; or NULL */
	const struct cv_paloalto_level *parent; /* NULL: there is none above it */
	/* How far above the scope it is, whose own is 0: rules of the scope see what
	 * stands in it.  CV_PALOALTO_ASIDE: they do not. */
	unsigned distance;
	bool below; /* its rules see what stands in the scope */
	bool whole; /* stands there itself, so that a list that does not is empty */
};

struct cv_paloalto_listing {
	enum cv_paloalto_list_id list;
	const struct cv_paloalto_level *level;
	enum cv_paloalto_rulebase rulebase; /* of rules */
	bool defaults; /* rules that the product has anyway, as somebody changed them */
	const struct cv_paloalto_node *node;
};

struct cv_paloalto_tree {
	struct cv_table levels;                   /* of struct cv_paloalto_level */
	struct cv_table listings;                 /* of struct cv_paloalto_listing */
	struct cv_paloalto_level *scope, *shared; /* may be the same */
	bool config;                              /* a whole configuration */
	bool panorama, firewall;                  /* holds what only one of them has */
	bool ranked;  /* says which device group is above which */
	bool managed; /* of a firewall to which Panorama pushes more than stands there */
	size_t managed_at;
	/* The first element, wherever it stands, that holds a key or a password's hash;
	 * or NULL. */
	const char *secret;
	size_t secret_at;
};

/* Finds the lists of the scope and of all levels that have to do with it.  False:
 * `error` is set. */
bool cv_paloalto_export_parse(struct cv_export_reading *reading,
			      struct cv_paloalto_tree *tree);

/* Which level is above which.  False: `error` is set. */
bool cv_paloalto_levels_settle(struct cv_export_reading *reading,
			       struct cv_paloalto_tree *tree);

/* Whether the bytes were an export of the scope at all.  False: `error` is set. */
bool cv_paloalto_export_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_tree *tree);

/* Whether it is known what stands in this list of the scope. */
bool cv_paloalto_shows(const struct cv_paloalto_tree *tree,
		       enum cv_paloalto_list_id list);

struct cv_paloalto_object {
	enum cv_paloalto_list_id list;
	const struct cv_paloalto_level *level;
	enum cv_paloalto_rulebase rulebase; /* of a rule */
	bool understood;                    /* false: nothing of what it means is known */
	const struct cv_paloalto_node *node;
	int protocol;                                /* of a service */
	const struct cv_ports *ports, *source_ports; /* the same */
	enum cv_paloalto_address_kind kind;          /* of an address */
	const struct cv_addresses *addresses;        /* the same; NULL of a host name */
	const char *value;                           /* of an address, as it stands */
	const char *note;
	struct cv_table members; /* of const struct cv_paloalto_node *: of a group, of a
				    category */
	bool tagged;             /* carries the tag */
	bool ours, walked;
	size_t number;                             /* among all objects */
	const struct cv_paloalto_meaning *meaning; /* once it was followed */
	bool busy;                                 /* while it is */
	bool used, used_aside; /* by a rule; only by one that is disabled */
};

/* What the entries of a listing are, added to the table (of struct
 * cv_paloalto_object); what they lack goes to the reading's unknown. */
void cv_paloalto_objects_read(struct cv_export_reading *reading,
			      const struct cv_paloalto_listing *listing, const char *tag,
			      struct cv_table *objects);

/* Whether two objects of one space mean the same, whatever they are called: what is
 * not understood means nothing that is known. */
bool cv_paloalto_same_meaning(const struct cv_paloalto_object *a,
			      const struct cv_paloalto_object *b);

/* Lists what an object of ours holds that no object of ours should. */
void cv_paloalto_object_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_object *object);

bool cv_paloalto_is_group(enum cv_paloalto_list_id list);

/* What an address or a member of a rule's ends says in itself: an address, a network
 * (host bits do not count) or a range.  NULL: none of them. */
const struct cv_addresses *cv_paloalto_addresses_read(struct cv_ctx *ctx,
						      const char *text);

/* A port list as PAN-OS has it.  False: it is none. */
bool cv_paloalto_ports_read(struct cv_ctx *ctx, const char *text,
			    const struct cv_ports **ports_out);

/* All objects of an export, by name. */
struct cv_paloalto_config {
	struct cv_export_reading *reading;
	struct cv_paloalto_tree tree;
	struct cv_table objects; /* of struct cv_paloalto_object, as they stand */
	/* By space and name; those of one name from the scope upwards, then the others.
	 */
	struct cv_paloalto_object **sorted;
	size_t sorted_count;
	size_t copies; /* what following groups has cost */
};

/* Parses, checks and reads.  False: `error` of the reading is set. */
bool cv_paloalto_config_load(struct cv_paloalto_config *config, const char *tag);

/* Those that are called so in a space: the first, and how many; none: the end. */
struct cv_paloalto_object *const *
cv_paloalto_named(const struct cv_paloalto_config *config, enum cv_paloalto_space space,
		  const char *name, size_t *count_out);

/* What a name means in the rules of the scope: that of the nearest level; NULL: nothing
 * there is called so.  `doubted_out` (may be NULL): another level has another thing of
 * that name, and which one counts hangs on settings and on what kind of things they
 * are. */
struct cv_paloalto_object *cv_paloalto_meant(const struct cv_paloalto_config *config,
					     enum cv_paloalto_space space,
					     const char *name, bool *doubted_out);

/* What a rule says, as attributes of an entry of the plan (struct cv_attribute), added to
 * the table: those that a plan has, and behind them what no plan of ours asks for. */
void cv_paloalto_rule_attributes(struct cv_ctx *ctx, const struct cv_paloalto_node *rule,
				 struct cv_table *attributes);

void cv_paloalto_unknown(struct cv_export_reading *reading, size_t place,
			 const char *what);
