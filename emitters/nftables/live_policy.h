#pragma once
/* The entries of a form, sorted into the chains, sets and rules that the kernel is to
 * have. */

#include "model/live.h"
#include "nftables/facts.h"

/* A named set; one that no flow needs has no flows. */
struct cv_live_set {
	const struct cv_entry *entry;
	const struct cv_nft_shape *shape;
	const char *name;
	uint32_t size; /* 0: none said */
	const struct cv_entry **flows;
	size_t count;
};

/* A map that leads to chains beside one; it may be empty. */
struct cv_live_map {
	const struct cv_entry *entry;
	const struct cv_nft_map *shape;
	const char *name;
	struct cv_table ways; /* of const struct cv_entry * */
};

enum cv_live_rule_kind {
	CV_LIVE_OPENING,
	CV_LIVE_FLOWS, /* baseline and own: whole sets; several differ in ICMP type */
	CV_LIVE_LOOKUP,
	CV_LIVE_MAP, /* looks into one */
	CV_LIVE_CLASS,
	CV_LIVE_CLOSING,
};

struct cv_live_rule {
	enum cv_live_rule_kind kind;
	const struct cv_entry *entry; /* the setting, or the first of the flows */
	enum cv_nft_opening_kind opening;
	const struct cv_live_set *set;    /* LOOKUP */
	const struct cv_nft_shape *shape; /* CLASS */
	const struct cv_live_map *map;    /* MAP */
	const struct cv_entry **flows;    /* FLOWS, CLASS */
	size_t count, capacity;
};

struct cv_live_chain {
	const struct cv_entry *entry;
	const char *name, *list;
	bool base; /* then: */
	uint32_t hook;
	int32_t priority;
	bool drops;            /* its policy */
	struct cv_table rules; /* of struct cv_live_rule, in their order */
};

struct cv_live_policy {
	const char *table; /* of the family inet */
	struct cv_live_chain chains[CV_NFT_LISTS];
	size_t chain_count;
	/* Those beside them. */
	struct cv_live_chain beside[CV_NFT_LISTS * CV_NFT_BESIDE];
	size_t beside_count;
	struct cv_live_map maps[CV_NFT_LISTS * CV_NFT_MAPS];
	size_t map_count;
	struct cv_live_set sets[CV_NFT_LISTS * CV_NFT_SHAPES];
	size_t set_count;
	const char *trial; /* the name of the set that holds a trial */
	bool enforces;     /* has base chains: the table is our own */
	bool ranges;       /* some set is no hash: see live_change.c */
};

/* False with a remark when the entries are none of ours. */
bool cv_live_policy_make(struct cv_live_work *work, struct cv_live_policy *policy_out);

/* Whether a set of these addresses or ports has ranges, and so is no hash. */
bool cv_live_has_ranges(const struct cv_addresses *addresses);
bool cv_live_has_port_ranges(const struct cv_ports *ports);

/* The set of that name, or NULL. */
const struct cv_live_set *cv_live_set_by_name(const struct cv_live_policy *policy,
					      const char *name, size_t size);

/* A remark; false, so that a step may end with it when it is an error. */
bool cv_live_say(struct cv_live_work *work, bool error, const struct cv_entry *entry,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
