/* Which hooks' packets come to our chains, and who else decides about them: a packet
 * has to pass every base chain of its hook, so that ours let through only what all the
 * others do, too. */
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "nftables/export.h"

enum { LONGEST_SHOWN = 64 }; /* bytes of a name that is no name of ours */

static void judge(struct cv_nft_export *export, struct cv_nft_chain *chain)
{
	const struct cv_nft_node *node =
		cv_nft_graph_chain(&export->graph, export->table, chain->name);
	const unsigned hooks = node ? node->hooks : 0;
	unsigned own = 0;

	for (unsigned i = 0; i < CV_NFT_LISTS; i++)
		if (strcmp(chain->list, cv_nft_lists[i]) == 0)
			own = 1u << i;
	chain->idle = !hooks;
	export->reading->no_effect |= !(hooks & own);
	if (!hooks && export->dormant)
		return;
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

/* ---- other base chains ---- */

static bool is_plain(const char *name)
{
	return *name && strlen(name) <= LONGEST_SHOWN &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_./-") == strlen(name);
}

static const char *shown(const char *name)
{
	return is_plain(name) ? name : "(an odd name)";
}

static void remark(struct cv_nft_export *export, enum cv_code code, size_t place,
		   const char *text)
{
	struct cv_export_reading *reading = export->reading;

	*CV_ADD(reading->ctx->arena, &reading->remarks, struct cv_export_remark) =
		(struct cv_export_remark){code, place, text};
}

/* Of the hook, and leading to a chain of ours, or one of ours itself: the first, or
 * NULL; with how many there are. */
static const struct cv_nft_node *ours_on(struct cv_nft_export *export, unsigned hook,
					 size_t *count_out)
{
	const struct cv_nft_node *first = NULL;

	*count_out = 0;
	for (struct cv_nft_node *node = export->graph.nodes; node; node = node->hh.next) {
		if (node->hook != hook || !cv_nft_leads_to_ours(export, node))
			continue;
		if (!first)
			first = node;
		++*count_out;
	}
	return first;
}

bool cv_nft_leads_to_ours(struct cv_nft_export *export, struct cv_nft_node *node)
{
	unsigned does;
	const unsigned stamp = cv_nft_graph_walk(&export->graph, node, &does);

	for (size_t i = 0; i < export->chain_count; i++) {
		const struct cv_nft_node *own = cv_nft_graph_chain(
			&export->graph, export->table, export->chains[i].name);

		if (own && own->stamp == stamp)
			return true;
	}
	return false;
}

/* When a base chain has its turn; ours may be reached from more than one. */
static const char *turn_of(struct cv_nft_export *export, const struct cv_nft_node *node)
{
	struct cv_arena *arena = export->reading->ctx->arena;
	size_t count;
	const struct cv_nft_node *own = ours_on(export, node->hook, &count);
	const long long priority = (long long)node->priority;

	if (count != 1)
		return cv_arena_format(arena, "at priority %lld", priority);
	if (own->priority == node->priority)
		return cv_arena_format(arena,
				       "at priority %lld, as ours, in an order that "
				       "changes",
				       priority);
	return cv_arena_format(arena, "at priority %lld, %s ours at %lld", priority,
			       node->priority < own->priority ? "before" : "after",
			       (long long)own->priority);
}

static const char *list_of(unsigned hook)
{
	for (unsigned i = 0; i < CV_NFT_LISTS; i++)
		if (hook == 1u << i)
			return cv_nft_lists[i];
	return "?";
}

/* The families of the flows that are to come through. */
static bool concerns_us(const struct cv_nft_export *export,
			const struct cv_nft_node *node)
{
	const struct cv_table *entries = &export->reading->plan->entries;
	const uint8_t family = strcmp(node->family, "ip") == 0    ? 4
			       : strcmp(node->family, "ip6") == 0 ? 6
								  : 0;

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_FLOW && entry->operation == CV_ADD &&
		    (!family || !entry->family || entry->family == family))
			return true;
	}
	return false;
}

static bool is_second_enforcer(const struct cv_nft_node *node)
{
	return strcmp(node->family, "inet") == 0 && strncmp(node->table, "cv-", 3) == 0;
}

static const char *effect_of(const struct cv_nft_node *node, unsigned does)
{
	if (node->drops_rest)
		return "its policy is drop: what it does not accept is dropped, "
		       "whatever our chains let through";
	if (does & CV_NFT_DROPS)
		return "a rule there drops, whatever our chains let through";
	if (does & CV_NFT_MAY_DROP)
		return "it has rules that carveout does not understand, and that may "
		       "drop";
	return "it drops nothing";
}

static void judge_other(struct cv_nft_export *export, struct cv_nft_node *node)
{
	const bool in_our_table =
		strncmp(node->id, export->table, strlen(export->table)) == 0 &&
		node->id[strlen(export->table)] == '\n';
	struct cv_arena *arena = export->reading->ctx->arena;
	enum cv_code code = CV_F_BESIDE_OURS;
	const char *where;
	unsigned does;

	if (cv_nft_leads_to_ours(export, node))
		return;
	cv_nft_graph_walk(&export->graph, node, &does);
	where = cv_arena_format(arena, "the chain %s of the table %s %s, on hook %s %s",
				shown(node->name), node->family, shown(node->table),
				list_of(node->hook), turn_of(export, node));
	if (is_second_enforcer(node) && !in_our_table) {
		remark(export, CV_F_SECOND_ENFORCER, node->place,
		       cv_arena_format(arena,
				       "%s: a second table of ours that enforces; only "
				       "what both let through passes",
				       where));
		return;
	}
	if (!concerns_us(export, node))
		return;
	if (node->drops_rest || does)
		code = CV_F_OVERRULED;
	remark(export, code, node->place,
	       cv_arena_format(arena, "%s: %s", where, effect_of(node, does)));
}

static unsigned own_hooks(const struct cv_nft_export *export)
{
	unsigned hooks = 0;

	for (size_t i = 0; i < export->chain_count; i++)
		for (unsigned n = 0; n < CV_NFT_LISTS; n++)
			if (strcmp(export->chains[i].list, cv_nft_lists[n]) == 0)
				hooks |= 1u << n;
	return hooks;
}

static void note_trial(struct cv_nft_export *export)
{
	for (size_t i = 0; i < export->chain_count; i++)
		if (export->chains[i].on_trial) {
			remark(export, CV_F_ON_TRIAL, export->chains[i].place,
			       "what is in force is on trial: when its time is up, the "
			       "old policy is back");
			return;
		}
}

void cv_nft_reach_read(struct cv_nft_export *export)
{
	const unsigned hooks = own_hooks(export);

	cv_nft_graph_settle(&export->graph);
	for (size_t i = 0; i < export->chain_count; i++)
		if (export->chains[i].seen)
			judge(export, &export->chains[i]);
	drop_idle_flows(export);
	note_trial(export);
	for (struct cv_nft_node *node = export->graph.nodes; node; node = node->hh.next)
		if (node->hook & hooks)
			judge_other(export, node);
}
