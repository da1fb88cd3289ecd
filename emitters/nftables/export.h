#pragma once
/* What the files that read `nft -j list ruleset` share. */

#include <jansson.h>

#include "export_json.h"
#include "model/sets.h"
#include "nftables/export_graph.h"
#include "nftables/facts.h"

/* What a packet can be asked for. */
enum cv_nft_side {
	CV_NFT_SIDE_FAMILY,
	CV_NFT_SIDE_SOURCE,
	CV_NFT_SIDE_DESTINATION,
	CV_NFT_SIDE_PROTOCOL,
	CV_NFT_SIDE_SOURCE_PORT,
	CV_NFT_SIDE_PORT,
	CV_NFT_SIDE_ICMP_TYPE,
};

/* The left of a match: {"payload": {"protocol": "tcp", "field": "dport"}} or
 * {"meta": {"key": "l4proto"}}.  nft asks for family and protocol besides, and does
 * not list that. */
struct cv_nft_field {
	const char *header; /* NULL: meta */
	const char *name;
	enum cv_nft_side side;
	uint8_t family; /* 4, 6, or 0: both */
	int protocol;   /* or CV_NO_PROTOCOL: all */
};

/* The field that this is, or NULL. */
const struct cv_nft_field *cv_nft_field_of(const json_t *left);

/* Whether a field is the one that our own sets ask for in that place of their key:
 * 0 and 1 are the addresses, then come the parts of the shape. */
bool cv_nft_field_fits(const struct cv_nft_field *field, const struct cv_nft_shape *shape,
		       size_t place);

/* A value, prefix or range of the field as numbers of its side; port 0, which no set of
 * ports can hold, is left out.  False where it is none. */
bool cv_nft_value_read(const struct cv_nft_field *field, const json_t *value,
		       struct cv_range *range_out);

/* The element's value, without its comment and counter; NULL for one that is there for
 * a while only, or that says more. */
const json_t *cv_nft_element_value(const json_t *element);

/* Names that nft writes in place of numbers; -1 for others. */
int cv_nft_protocol_of(const char *name);
int cv_nft_icmp_type_of(uint8_t family, const char *name);

/* A chain of the plan. */
struct cv_nft_chain {
	const char *name, *list;     /* of cv_nft_lists */
	const struct cv_entry *base; /* that the plan wants, or NULL */
	const json_t *object;        /* NULL: not in the export */
	size_t place;
	bool seen;
	bool idle; /* no base chain leads to it */
	/* Behind the names of the chain and the sets that are in force instead: "" */
	const char *suffix;
	bool on_trial; /* they are for a while */
	bool withheld; /* no rule is in force */
	/* What the rules up to here did: let flows through, dropped some of what is left,
	 * decided about all of it. */
	bool grants, guarded, closed;
	bool passes_rest; /* closed by letting it through */
	/* Of a chain beside another: that one, and what it sends here, IPv4 and IPv6. */
	const struct cv_nft_chain *of;
	const struct cv_addresses *from[2];
};

/* A set of the plan, also one that it removes. */
struct cv_nft_set {
	const char *name;
	const struct cv_nft_chain *chain;
	const struct cv_nft_shape *shape;
	const json_t *object; /* NULL: not in the export */
	size_t place;
	unsigned used; /* by rules of ours: a bit a chain of the plan */
};

/* A map of the plan. */
struct cv_nft_known_map {
	const char *name;
	const struct cv_nft_chain *chain;
	const struct cv_nft_map *shape;
	const json_t *object; /* NULL: not in the export */
};

enum cv_nft_kind { CV_NFT_CHAIN, CV_NFT_RULE, CV_NFT_SET, CV_NFT_MAP };

/* A chain, rule, set or map of the plan's table. */
struct cv_nft_object {
	enum cv_nft_kind kind;
	size_t place;
	json_t *root;
	const json_t *body;
};

struct cv_nft_export {
	struct cv_export_reading *reading;
	const char *table; /* of the plan: "inet filter" */
	struct cv_nft_chain chains[CV_NFT_LISTS];
	size_t chain_count;
	struct cv_nft_chain beside[CV_NFT_LISTS * CV_NFT_BESIDE]; /* beside those */
	size_t beside_count;
	struct cv_nft_set sets[CV_NFT_LISTS * CV_NFT_SHAPES];
	size_t set_count;
	struct cv_nft_known_map maps[CV_NFT_LISTS * CV_NFT_MAPS];
	size_t map_count;
	struct cv_table objects; /* of struct cv_nft_object */
	struct cv_nft_graph graph;
	bool dormant; /* the plan's table is switched off */
};

/* Takes table, chains, sets, maps and chains beside from the plan; the names stay the
 * plan's. */
void cv_nft_plan_read(struct cv_nft_export *export);

/* The chain of the plan with that name (NULL: none), or NULL. */
struct cv_nft_chain *cv_nft_chain_of(struct cv_nft_export *export, const char *name);

/* The set of ours that stands under that name (NULL: none), or NULL. */
struct cv_nft_set *cv_nft_set_of(struct cv_nft_export *export, const char *name);

/* The chain beside one of ours that stands under that name now, or NULL. */
struct cv_nft_chain *cv_nft_beside_of_rule(struct cv_nft_export *export,
					   const char *name);

/* Adds a setting of ours to the entries. */
struct cv_entry *cv_nft_setting_add(struct cv_nft_export *export, const char *list,
				    const char *name, size_t place);

/* Follows what leads the rules of the plan's chains: export_lead.c. */
void cv_nft_lead_read(struct cv_nft_export *export);

/* Whether the rule is what a trial left that is over. */
bool cv_nft_lead_is_over(const struct cv_nft_export *export,
			 const struct cv_nft_object *rule);

/* The member as text, or NULL. */
const char *cv_nft_text(const json_t *object, const char *key);

/* Printf into the arena, then cv_export_unknown(). */
void cv_nft_unknown(const struct cv_nft_export *export, size_t place, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/* Reads a rule of a chain of ours.  False: the export holds too much. */
bool cv_nft_rule_read(struct cv_nft_export *export, struct cv_nft_chain *chain,
		      const struct cv_nft_object *rule);

/* What leads from a chain to those beside it by a verdict map: export_map.c. */
struct cv_nft_steps {
	const struct cv_nft_known_map *map; /* NULL: one without a name */
	uint8_t family;
	struct cv_table items; /* private */
};

/* Of {"key": ..., "data": ...} in a rule of the chain.  False where it leads anywhere
 * else, or by anything but the source, or is a map of another's. */
bool cv_nft_steps_read(struct cv_nft_export *export, const struct cv_nft_chain *chain,
		       const json_t *vmap, struct cv_nft_steps *steps_out);

/* Adds it to what comes to these chains; of a map of ours, that a rule looks into it. */
void cv_nft_steps_follow(struct cv_nft_export *export, const struct cv_nft_chain *chain,
			 const struct cv_nft_steps *steps, size_t place);

/* A map of the export: where it is ours, what it is and where it leads. */
void cv_nft_map_read(struct cv_nft_export *export, const struct cv_nft_object *object);

/* What declares a set or a map, as cv_nft_arrange() says it. */
const char *cv_nft_declaration_of(struct cv_ctx *ctx, const json_t *set);

/* Says which chains of ours no base chain leads to, or one of another hook, and which
 * other base chains decide about the same packets. */
void cv_nft_reach_read(struct cv_nft_export *export);

/* Whether packets come from the chain to one of ours. */
bool cv_nft_leads_to_ours(struct cv_nft_export *export, struct cv_nft_node *node);
