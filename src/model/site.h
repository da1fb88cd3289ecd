#pragma once
/* The admin's deployment: what the compile is for. */

#include "model/profile.h"
#include "model/value.h"

struct cv_node;
struct cv_target;

struct cv_profile_ref {
	struct cv_text name; /* an id, a path, `ID@sha256:HEX`; NULL text when inline */
	const struct cv_node *inlined;
};

struct cv_place_setting {
	struct cv_text name;
	struct cv_text paths[3]; /* by enum cv_platform */
};

struct cv_group_row {
	struct cv_text name, platform;
	struct cv_texts roles;
	struct cv_map os, versions;
	struct cv_text edition, arch, drive, party;
	struct cv_texts features;
	bool has_features;        /* `features: []` differs from none said */
	struct cv_records places; /* of cv_place_setting */
	struct cv_map parameters;
	struct cv_span at;
};

struct cv_pin {
	struct cv_texts addresses;
	struct cv_text on;
};

struct cv_party_setting {
	struct cv_text name;
	struct cv_texts addresses, fqdn;
	struct cv_pin pinned;
	struct cv_text zone;
};

struct cv_fill {
	struct cv_text row;
	const struct cv_node *set;
	struct cv_text reason, by, source;
	struct cv_span at;
};

struct cv_acceptance {
	struct cv_texts row;
	struct cv_text finding;
	struct cv_texts target;
	struct cv_text of, reason, by, ticket, until;
	struct cv_span at;
};

/* A live export that the site names as what is there already. */
struct cv_base {
	struct cv_text group;           /* whose it is; NULL text: of all subjects */
	const struct cv_source *source; /* never quoted */
	const void *content;            /* what the target's `read_base` made of it */
};

/* One member of `targets:`. */
struct cv_target_use {
	struct cv_text name;
	const struct cv_target *target;
	const void *options;    /* the target's own struct */
	struct cv_texts groups; /* none said: all that it can serve */
	enum cv_flag gateway;
	struct cv_texts hosts;      /* groups or parties */
	const struct cv_node *base; /* the key as it stands */
	struct cv_table bases;      /* of struct cv_base: what it leads to */
};

struct cv_site {
	const struct cv_source *source;
	struct cv_text format, name, edition, drive, dynamic_ports;
	struct cv_records profiles; /* of cv_profile_ref */
	struct cv_map editions;     /* `edition` may be a map from profile to edition */
	struct cv_map versions, parameters, inventory;
	struct cv_texts ip, features, classes;
	struct cv_records groups, parties, places, fills, accepts;
	const struct cv_node *target_node;
	struct cv_table targets; /* of cv_target_use, in the order of the target list */
	struct cv_span at;
};
