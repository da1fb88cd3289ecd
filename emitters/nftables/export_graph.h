#pragma once
/* All chains and verdict maps of an export, whoever's they are, and which lead to
 * which. */

#include <jansson.h>

#include "base/hash_table.h"
#include "nftables/facts.h"

struct cv_arena;
struct cv_nft_export;

/* What a chain may do with a packet besides letting it go on, as bits. */
enum {
	CV_NFT_DROPS = 1,
	CV_NFT_MAY_DROP = 2, /* by something that is not understood */
};

enum { CV_NFT_OTHER_HOOK = CV_NFT_LISTS }; /* bits 0 to 2 are those of cv_nft_lists */

struct cv_nft_edge {
	struct cv_nft_node *to;
	struct cv_nft_edge *next;
};

/* A chain, or a map. */
struct cv_nft_node {
	const char *id;                    /* family, table, name */
	const char *family, *table, *name; /* of a chain */
	size_t place;
	unsigned hook; /* a bit: of a base chain that lets packets through or not; or 0 */
	bool drops_rest; /* its policy */
	int64_t priority;
	unsigned does;  /* CV_NFT_DROPS, ... */
	unsigned hooks; /* whose packets come here */
	unsigned stamp; /* private */
	struct cv_nft_edge *edges;
	struct cv_nft_node *next; /* private */
	UT_hash_handle hh;
};

struct cv_nft_graph {
	struct cv_arena *arena;
	struct cv_nft_node *nodes;
	struct cv_table dormant; /* of const char *: family and table */
	unsigned stamp;
};

/* Adds a table, chain, rule or map; other objects are passed over. */
void cv_nft_graph_add(struct cv_nft_graph *graph, const char *kind, const json_t *body,
		      size_t place);
void cv_nft_graph_close(struct cv_nft_graph *graph);

/* The chain, or NULL.  `table`: family and name. */
struct cv_nft_node *cv_nft_graph_chain(struct cv_nft_graph *graph, const char *table,
				       const char *name);

/* Passes the hooks on along the edges. */
void cv_nft_graph_settle(struct cv_nft_graph *graph);

/* Everything that is reached from a chain gets the next stamp, which is returned; and
 * what all of that does is put together in *does_out. */
unsigned cv_nft_graph_walk(struct cv_nft_graph *graph, struct cv_nft_node *from,
			   unsigned *does_out);
