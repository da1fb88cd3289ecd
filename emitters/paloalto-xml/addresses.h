#pragma once
/* Addresses and their groups, for the ends of rules. */

#include "paloalto-xml/arrange.h"

/* One address object.  What it is stands in its text: "10.0.0.0/8". */
struct cv_paloalto_address {
	struct cv_paloalto_naming naming;
	enum cv_paloalto_address_kind kind;
	const char *text;
};

/* What one party has of one family, or, where the family is 0, its host names. */
struct cv_paloalto_end {
	struct cv_paloalto_naming naming; /* of the group */
	const struct cv_party *party;
	const struct cv_addresses *set; /* NULL: names */
	struct cv_paloalto_address **items;
	size_t count;
	bool is_group;                   /* else a rule names the one object itself */
	const struct cv_texts *zones[2]; /* as a destination, as a source; NULL: nobody
					    asked so far */
};

struct cv_paloalto_addresses {
	const struct cv_paloalto_work *work;
	struct address_slot *slots; /* by text */
	struct end_slot *ends;      /* by party and set */
};

/* The end for that, made when it is new. */
struct cv_paloalto_end *cv_paloalto_end_of(struct cv_paloalto_addresses *all,
					   const struct cv_party *party,
					   const struct cv_addresses *set);

/* What a rule names for the end, once all have names. */
const char *cv_paloalto_end_name(const struct cv_paloalto_end *end);

/* Why no address object can be made of a host name, or NULL. */
const char *cv_paloalto_fqdn_problem(struct cv_ctx *ctx, const char *name);

/* Collects what needs a name: pointers to struct cv_paloalto_naming. */
void cv_paloalto_addresses_collect(const struct cv_paloalto_addresses *all,
				   struct cv_table *namings);

/* Adds the objects and the groups to the plan, sorted.  False: reported. */
bool cv_paloalto_addresses_add(struct cv_paloalto_addresses *all);

/* Frees the indexes; what they led to lies in the arena. */
void cv_paloalto_addresses_close(struct cv_paloalto_addresses *all);

/* A set as one word of a name: a network where it is one, else a hash. */
const char *cv_paloalto_set_word(struct cv_ctx *ctx, const struct cv_addresses *set);
