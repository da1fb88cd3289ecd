/* Which hooks' packets come to our chains: from base chains along jumps, gotos and
 * verdict maps.  That a jump is there is all that is looked at, not what its rule asks
 * for before. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/ctx.h"
#include "model/target.h"
#include "nftables/export.h"

enum { OTHER_HOOK = CV_NFT_LISTS }; /* bits 0 to 2 are those of cv_nft_lists */

struct node;

struct edge {
	struct node *to;
	struct edge *next;
};

/* A chain, or a map by its name with `@` before it. */
struct node {
	const char *name;
	unsigned hooks; /* whose packets come here */
	bool waits;
	struct edge *edges;
	struct node *next; /* that waits */
	UT_hash_handle hh;
};

struct graph {
	struct cv_arena *arena;
	struct node *nodes, *waiting;
};

static struct node *node_of(struct graph *graph, const char *name)
{
	struct node *node;

	HASH_FIND_STR(graph->nodes, name, node);
	if (node)
		return node;
	node = CV_NEW(graph->arena, struct node);
	node->name = name;
	HASH_ADD_KEYPTR(hh, graph->nodes, name, strlen(name), node);
	return node;
}

static void add_edge(struct graph *graph, struct node *from, const char *to)
{
	struct edge *edge = CV_NEW(graph->arena, struct edge);

	edge->to = node_of(graph, to);
	edge->next = from->edges;
	from->edges = edge;
}

/* Every verdict that names a chain, and every reference to a set or map; jansson
 * bounds the depth. */
static void find_targets(struct graph *graph, struct node *from, const json_t *value)
{
	const char *text = json_string_value(value), *key;
	json_t *member;
	size_t i;

	if (text && *text == '@')
		add_edge(graph, from, text);
	json_array_foreach(value, i, member) find_targets(graph, from, member);
	json_object_foreach((json_t *)value, key, member)
	{
		const char *target = cv_nft_text(member, "target");

		if (target && (strcmp(key, "jump") == 0 || strcmp(key, "goto") == 0))
			add_edge(graph, from, target);
		else
			find_targets(graph, from, member);
	}
}

/* Only chains of these types let packets through or not. */
static unsigned hook_of(const json_t *chain)
{
	const char *type = cv_nft_text(chain, "type"), *hook = cv_nft_text(chain, "hook");

	if (!type || !hook || (strcmp(type, "filter") && strcmp(type, "route")))
		return 0;
	for (unsigned i = 0; i < CV_NFT_LISTS; i++)
		if (strcmp(cv_nft_lists[i], hook) == 0)
			return 1u << i;
	return 1u << OTHER_HOOK;
}

/* Each hook is passed on over an edge once. */
static void pass_on(struct graph *graph, struct node *node, unsigned hooks)
{
	if ((node->hooks | hooks) == node->hooks)
		return;
	node->hooks |= hooks;
	if (node->waits)
		return;
	node->waits = true;
	node->next = graph->waiting;
	graph->waiting = node;
}

static void pass_all(struct graph *graph)
{
	while (graph->waiting) {
		struct node *node = graph->waiting;

		graph->waiting = node->next;
		node->waits = false;
		for (const struct edge *edge = node->edges; edge; edge = edge->next)
			pass_on(graph, edge->to, node->hooks);
	}
}

static void add_object(struct graph *graph, const struct cv_nft_object *object)
{
	const char *name = cv_nft_text(object->body, "name");

	switch (object->kind) {
	case CV_NFT_CHAIN:
		if (name)
			pass_on(graph, node_of(graph, name), hook_of(object->body));
		break;
	case CV_NFT_RULE:
		name = cv_nft_text(object->body, "chain");
		if (name)
			find_targets(graph, node_of(graph, name),
				     json_object_get(object->body, "expr"));
		break;
	case CV_NFT_MAP:
		if (name)
			find_targets(graph,
				     node_of(graph,
					     cv_arena_format(graph->arena, "@%s", name)),
				     json_object_get(object->body, "elem"));
		break;
	case CV_NFT_SET:
		break;
	}
}

static void judge(struct cv_nft_export *export, struct cv_nft_chain *chain,
		  unsigned hooks)
{
	unsigned own = 0;

	for (unsigned i = 0; i < CV_NFT_LISTS; i++)
		if (strcmp(chain->list, cv_nft_lists[i]) == 0)
			own = 1u << i;
	chain->idle = !hooks;
	if (!hooks)
		cv_nft_unknown(export, 0, "nothing jumps to %s: it has no effect",
			       chain->name);
	else if (!(hooks & own))
		cv_nft_unknown(export, 0,
			       "no base chain of hook %s jumps to %s, only one of "
			       "another hook",
			       chain->list, chain->name);
	else if (hooks & ~own)
		cv_nft_unknown(export, 0,
			       "a base chain of another hook than %s jumps to %s, too",
			       chain->list, chain->name);
}

static bool is_idle(const struct cv_nft_export *export, const char *list)
{
	for (size_t i = 0; i < export->chain_count; i++)
		if (strcmp(export->chains[i].list, list) == 0)
			return export->chains[i].idle;
	return false;
}

/* What no packet comes to is not granted, whatever stands there. */
static void drop_idle_flows(struct cv_nft_export *export)
{
	struct cv_export_reading *reading = export->reading;
	struct cv_table kept = {0};

	for (size_t i = 0; i < reading->entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_FLOW || !is_idle(export, entry->list))
			*CV_ADD(reading->ctx->arena, &kept, struct cv_entry) = *entry;
	}
	reading->entries = kept;
}

void cv_nft_reach_read(struct cv_nft_export *export)
{
	struct graph graph = {.arena = export->reading->ctx->arena};

	for (size_t i = 0; i < export->objects.count; i++)
		add_object(&graph, CV_AT(&export->objects, struct cv_nft_object, i));
	pass_all(&graph);
	for (size_t i = 0; i < export->chain_count; i++)
		if (export->chains[i].seen)
			judge(export, &export->chains[i],
			      node_of(&graph, export->chains[i].name)->hooks);
	HASH_CLEAR(hh, graph.nodes);
	drop_idle_flows(export);
}
