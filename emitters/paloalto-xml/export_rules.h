#pragma once
/* The security rules of an export, in the order in which they are asked, and what they
 * do with a flow. */

#include <stdbool.h>

#include "paloalto-xml/export.h"

struct cv_flow;

/* What a name leads to: addresses, or services. */
struct cv_paloalto_meaning {
	const struct cv_addresses *sets[2]; /* IPv4, IPv6; NULL: none */
	const char *const *names;           /* host names in lower case, sorted */
	size_t name_count;
	const struct cv_paloalto_port_set *services;
	size_t service_count;
	const char *doubt; /* why it may be more, or less; or NULL */
};

struct cv_paloalto_port_set {
	int protocol;
	const struct cv_ports *ports, *source_ports; /* the latter NULL: any */
};

struct cv_paloalto_rule_end {
	const struct cv_paloalto_meaning *meaning;
	bool any, negated;
};

enum cv_paloalto_rule_type {
	CV_PALOALTO_UNIVERSAL,
	CV_PALOALTO_INTRAZONE,
	CV_PALOALTO_INTERZONE
};

struct cv_paloalto_rule {
	const struct cv_paloalto_object *object; /* NULL: what the export does not show */
	const char *name;                        /* in words for a message */
	bool lets_through;
	bool either; /* may let through and may stop: lets_through says nothing */
	enum cv_paloalto_rule_type type;
	const struct cv_paloalto_node *from, *to; /* zones; NULL: none said */
	struct cv_paloalto_rule_end source, destination;
	bool any_service;
	/* No port outside of these is let through or stopped: most rules are for other
	 * ports than a flow's, which shows here without a look at their services. */
	uint16_t first_port, last_port;
	const struct cv_paloalto_meaning *services;
	const char *doubt; /* what else has to hold, which is not judged; or NULL */
};

struct cv_paloalto_policy {
	struct cv_paloalto_config *config;
	struct cv_table rules; /* of struct cv_paloalto_rule; none that is disabled */
	bool shown;            /* whether the export shows any rulebase of the scope */
	bool intrazone, interzone; /* whether the defaults let through */
};

/* Puts the rules in their order and follows all names in them. */
void cv_paloalto_policy_read(struct cv_paloalto_config *config,
			     struct cv_paloalto_policy *policy);

/* What an object leads to.  Never NULL; a group that holds itself and one that nests
 * too deeply are doubts. */
const struct cv_paloalto_meaning *
cv_paloalto_meaning_of(struct cv_paloalto_config *config,
		       struct cv_paloalto_object *object);

/* What the members of an element lead to, but for `any`. */
const struct cv_paloalto_meaning *
cv_paloalto_members_meaning(struct cv_paloalto_config *config,
			    const struct cv_paloalto_node *around,
			    enum cv_paloalto_space space);

/* The doubt of a service that is no object, and may have no ports. */
extern const char cv_paloalto_ports_of_applications[];

/* Adds what rules of ours let through to the reading's entries. */
void cv_paloalto_add_grants(struct cv_paloalto_policy *policy);

/* Says of every flow of the plan's policy what the rules do with it (passages of the
 * reading), where they are shown. */
void cv_paloalto_judge_flows(struct cv_paloalto_policy *policy);

/* Remarks objects of ours that no rule leads to. */
void cv_paloalto_find_unused(struct cv_paloalto_config *config);

/* A name as a message may show it: as it is where it is plain, else NULL. */
const char *cv_paloalto_plain_name(const char *name);
