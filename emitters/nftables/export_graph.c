/* Chains lead to chains by jumps, gotos and verdict maps.  That a jump is there is all
 * that is looked at, not what its rule asks for before. */
#include "nftables/export_graph.h"

#include <string.h>

#include "base/ctx.h"
#include "nftables/export.h"

static struct cv_nft_node *node_of(struct cv_nft_graph *graph, const char *id)
{
	struct cv_nft_node *node;

	HASH_FIND_STR(graph->nodes, id, node);
	if (node)
		return node;
	node = CV_NEW(graph->arena, struct cv_nft_node);
	node->id = id;
	HASH_ADD_KEYPTR(hh, graph->nodes, node->id, strlen(node->id), node);
	return node;
}

/* Names of maps begin with `@` here, as where they are referred to. */
static struct cv_nft_node *node_named(struct cv_nft_graph *graph, const json_t *body,
				      const char *mark, const char *name)
{
	const char *family = cv_nft_text(body, "family");
	const char *table = cv_nft_text(body, "table");

	return node_of(graph,
		       cv_arena_format(graph->arena, "%s %s\n%s%s", family ? family : "",
				       table ? table : "", mark, name));
}

struct cv_nft_node *cv_nft_graph_chain(struct cv_nft_graph *graph, const char *table,
				       const char *name)
{
	const char *id = cv_arena_format(graph->arena, "%s\n%s", table, name);
	struct cv_nft_node *node;

	HASH_FIND_STR(graph->nodes, id, node);
	return node;
}

static void add_edge(struct cv_nft_graph *graph, struct cv_nft_node *from,
		     struct cv_nft_node *to)
{
	struct cv_nft_edge *edge = CV_NEW(graph->arena, struct cv_nft_edge);

	edge->to = to;
	edge->next = from->edges;
	from->edges = edge;
}

/* Statements by which a packet may end in a way that is not seen: targets of xtables,
 * programs behind a queue, what netlink has no name for here. */
static unsigned doing_of(const char *key, const json_t *value)
{
	static const char *const unseen[] = {"xt", "queue", "synproxy"};
	static const char *const harmless[] = {
		"match",   "limit", "quota",        "connlimit", "meta",   "ct",
		"notrack", "masq",  "nat",          "redir",     "dynset", "objref",
		"fib",     "hash",  "rt",           "numgen",    "exthdr", "payload",
		"socket",  "osf",   "xfrm",         "dup",       "last",   "inner",
		"tproxy",  "fwd",   "flow_offload",
	};

	if (strcmp(key, "drop") == 0 || strcmp(key, "reject") == 0)
		return CV_NFT_DROPS;
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (strcmp(key, unseen[i]) == 0)
			return CV_NFT_MAY_DROP;
	if (strcmp(key, "unknown") != 0 || !json_is_string(value))
		return 0;
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		if (strcmp(json_string_value(value), harmless[i]) == 0)
			return 0;
	return CV_NFT_MAY_DROP;
}

/* Every verdict, and every reference to a set or map; jansson bounds the depth. */
static void find_targets(struct cv_nft_graph *graph, struct cv_nft_node *from,
			 const json_t *body, const json_t *value)
{
	const char *text = json_string_value(value), *key;
	json_t *member;
	size_t i;

	if (text && *text == '@')
		add_edge(graph, from, node_named(graph, body, "", text));
	json_array_foreach(value, i, member) find_targets(graph, from, body, member);
	json_object_foreach((json_t *)value, key, member)
	{
		const char *target = cv_nft_text(member, "target");

		from->does |= doing_of(key, member);
		if (target && (strcmp(key, "jump") == 0 || strcmp(key, "goto") == 0))
			add_edge(graph, from, node_named(graph, body, "", target));
		else
			find_targets(graph, from, body, member);
	}
}

/* Only chains of these types let packets through or not, and only of these families
 * such as ours. */
static unsigned hook_of(const json_t *chain)
{
	const char *type = cv_nft_text(chain, "type"), *hook = cv_nft_text(chain, "hook");
	const char *family = cv_nft_text(chain, "family");

	if (!type || !hook || (strcmp(type, "filter") && strcmp(type, "route")) ||
	    !family ||
	    (strcmp(family, "inet") && strcmp(family, "ip") && strcmp(family, "ip6")))
		return 0;
	for (unsigned i = 0; i < CV_NFT_LISTS; i++)
		if (strcmp(cv_nft_lists[i], hook) == 0)
			return 1u << i;
	return 1u << CV_NFT_OTHER_HOOK;
}

static const char *copy_of(const struct cv_nft_graph *graph, const json_t *body,
			   const char *key)
{
	const char *text = cv_nft_text(body, key);

	return cv_arena_text(graph->arena, text ? text : "");
}

static void add_chain(struct cv_nft_graph *graph, const json_t *body, size_t place)
{
	const char *name = cv_nft_text(body, "name"), *policy;
	struct cv_nft_node *node;

	if (!name)
		return;
	policy = cv_nft_text(body, "policy");
	node = node_named(graph, body, "", name);
	node->family = copy_of(graph, body, "family");
	node->table = copy_of(graph, body, "table");
	node->name = copy_of(graph, body, "name");
	node->place = place;
	node->hook = hook_of(body);
	node->drops_rest = policy && strcmp(policy, "drop") == 0;
	node->priority = json_integer_value(json_object_get(body, "prio"));
}

static bool is_state(const json_t *left)
{
	const char *key = cv_nft_text(json_object_get(left, "ct"), "key");

	return key && strcmp(key, "state") == 0;
}

static bool is_invalid(const json_t *value)
{
	return json_is_string(value) && strcmp(json_string_value(value), "invalid") == 0;
}

/* What drops broken packets only drops nothing of anybody's flows. */
static bool is_about_invalid(const json_t *statements)
{
	const json_t *statement;
	size_t i;

	json_array_foreach(statements, i, statement)
	{
		const json_t *match = json_object_get(statement, "match");
		const char *op = cv_nft_text(match, "op");

		if (op && (strcmp(op, "in") == 0 || strcmp(op, "==") == 0) &&
		    is_state(json_object_get(match, "left")) &&
		    is_invalid(json_object_get(match, "right")))
			return true;
	}
	return false;
}

static void add_statement(struct cv_nft_graph *graph, struct cv_nft_node *from,
			  const json_t *body, const json_t *statement)
{
	const json_t *vmap = json_object_get(statement, "vmap");
	const json_t *elements = json_object_get(json_object_get(vmap, "data"), "set");
	const json_t *element;
	size_t i;

	if (!elements || !is_state(json_object_get(vmap, "key"))) {
		find_targets(graph, from, body, statement);
		return;
	}
	json_array_foreach(elements, i, element)
	{
		if (!is_invalid(json_array_get(element, 0)))
			find_targets(graph, from, body, element);
	}
}

static void add_rule(struct cv_nft_graph *graph, const json_t *body)
{
	const json_t *statements = json_object_get(body, "expr");
	const char *chain = cv_nft_text(body, "chain");
	const json_t *statement;
	size_t i;

	if (!chain || is_about_invalid(statements))
		return;
	json_array_foreach(statements, i, statement)
		add_statement(graph, node_named(graph, body, "", chain), body, statement);
}

static void add_table(struct cv_nft_graph *graph, const json_t *body)
{
	const json_t *flags = json_object_get(body, "flags");
	const char *first = json_string_value(
		json_is_array(flags) ? json_array_get(flags, 0) : flags);
	const char *family = cv_nft_text(body, "family");
	const char *name = cv_nft_text(body, "name");

	if (first && family && name && strcmp(first, "dormant") == 0)
		*CV_ADD(graph->arena, &graph->dormant, const char *) =
			cv_arena_format(graph->arena, "%s %s\n", family, name);
}

void cv_nft_graph_add(struct cv_nft_graph *graph, const char *kind, const json_t *body,
		      size_t place)
{
	const char *name = cv_nft_text(body, "name");

	if (strcmp(kind, "table") == 0)
		add_table(graph, body);
	else if (strcmp(kind, "chain") == 0)
		add_chain(graph, body, place);
	else if (strcmp(kind, "rule") == 0)
		add_rule(graph, body);
	else if (strcmp(kind, "map") == 0 && name)
		find_targets(graph, node_named(graph, body, "@", name), body,
			     json_object_get(body, "elem"));
}

void cv_nft_graph_close(struct cv_nft_graph *graph)
{
	HASH_CLEAR(hh, graph->nodes);
}

static bool is_dormant(const struct cv_nft_graph *graph, const struct cv_nft_node *node)
{
	for (size_t i = 0; i < graph->dormant.count; i++) {
		const char *table = *CV_AT(&graph->dormant, const char *, i);

		if (strncmp(node->id, table, strlen(table)) == 0)
			return true;
	}
	return false;
}

/* Each hook is passed on over an edge once. */
static void pass_on(struct cv_nft_node **waiting, struct cv_nft_node *node,
		    unsigned hooks)
{
	if ((node->hooks | hooks) == node->hooks)
		return;
	node->hooks |= hooks;
	if (node->stamp)
		return;
	node->stamp = 1;
	node->next = *waiting;
	*waiting = node;
}

void cv_nft_graph_settle(struct cv_nft_graph *graph)
{
	struct cv_nft_node *waiting = NULL;

	for (struct cv_nft_node *node = graph->nodes; node; node = node->hh.next) {
		if (is_dormant(graph, node))
			node->hook = 0;
		pass_on(&waiting, node, node->hook);
	}
	while (waiting) {
		struct cv_nft_node *node = waiting;

		waiting = node->next;
		node->stamp = 0;
		for (const struct cv_nft_edge *edge = node->edges; edge;
		     edge = edge->next)
			pass_on(&waiting, edge->to, node->hooks);
	}
}

unsigned cv_nft_graph_walk(struct cv_nft_graph *graph, struct cv_nft_node *from,
			   unsigned *does_out)
{
	struct cv_nft_node *waiting = from;
	const unsigned stamp = ++graph->stamp;

	*does_out = 0;
	from->stamp = stamp;
	from->next = NULL;
	while (waiting) {
		struct cv_nft_node *node = waiting;

		waiting = node->next;
		*does_out |= node->does;
		for (const struct cv_nft_edge *edge = node->edges; edge;
		     edge = edge->next) {
			if (edge->to->stamp == stamp)
				continue;
			edge->to->stamp = stamp;
			edge->to->next = waiting;
			waiting = edge->to;
		}
	}
	return stamp;
}
