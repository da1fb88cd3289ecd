/* From a list of entries to chains with rules and sets with elements.
 *
 * The entries may come from a plan or from the reader of a file; both have every
 * chain, set and rule, but in another order.  Rules stand as facts.h says; a class is
 * where the first of its flows stands. */
#include "nftables/live_policy.h"

#include <linux/netfilter.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "nftables/group.h"

static const uint32_t hooks[CV_NFT_LISTS] = {NF_INET_FORWARD, NF_INET_LOCAL_IN,
					     NF_INET_LOCAL_OUT};

bool cv_live_say(struct cv_live_work *work, bool error, const struct cv_entry *entry,
		 const char *format, ...)
{
	struct cv_live_remark *remark =
		CV_ADD(work->ctx->arena, &work->remarks, struct cv_live_remark);
	va_list args;

	va_start(args, format);
	remark->text = cv_arena_vformat(work->ctx->arena, format, args);
	va_end(args);
	remark->error = error;
	remark->entry = entry;
	return false;
}

static bool is_one_address(struct cv_range range)
{
	return cv_address_compare(range.first, range.last) == 0;
}

bool cv_live_has_ranges(const struct cv_addresses *addresses)
{
	for (size_t i = 0; addresses && i < addresses->count; i++)
		if (!is_one_address(addresses->ranges[i]))
			return true;
	return false;
}

bool cv_live_has_port_ranges(const struct cv_ports *ports)
{
	for (size_t i = 0; ports && i < ports->count; i++)
		if (ports->ranges[i].first != ports->ranges[i].last)
			return true;
	return false;
}

/* What becomes a set of ranges, and not a comparison, in a rule. */
static bool is_interval_set(const struct cv_entry *flow)
{
	return (flow->source && flow->source->count > 1 &&
		cv_live_has_ranges(flow->source)) ||
	       (flow->destination && flow->destination->count > 1 &&
		cv_live_has_ranges(flow->destination)) ||
	       (flow->ports && flow->ports->count > 1 &&
		cv_live_has_port_ranges(flow->ports)) ||
	       (flow->more->source_ports && flow->more->source_ports->count > 1 &&
		cv_live_has_port_ranges(flow->more->source_ports));
}

static bool add_chain(struct cv_live_work *work, struct cv_live_policy *policy,
		      const struct cv_entry *entry)
{
	static const char family[] = "inet ";
	struct cv_live_chain *chain = &policy->chains[policy->chain_count];
	const char *end = entry->more->name ? strrchr(entry->more->name, '-') : NULL;

	if (!end || !entry->more->value || policy->chain_count == CV_NFT_LISTS ||
	    strncmp(entry->more->value, family, sizeof family - 1) != 0 ||
	    (policy->table &&
	     strcmp(policy->table, entry->more->value + sizeof family - 1) != 0))
		return cv_live_say(work, true, entry, "no chain of ours");
	policy->table = entry->more->value + sizeof family - 1;
	*chain = (struct cv_live_chain){
		.entry = entry, .name = entry->more->name, .list = end + 1};
	for (size_t i = 0; i < CV_NFT_LISTS; i++)
		if (strcmp(cv_nft_lists[i], chain->list) == 0)
			chain->hook = hooks[i];
	if (!chain->hook)
		return cv_live_say(work, true, entry, "no chain of ours");
	if (!policy->trial)
		policy->trial = cv_arena_format(work->ctx->arena, "%.*s-trial",
						(int)(end - entry->more->name),
						entry->more->name);
	policy->chain_count++;
	return true;
}

static struct cv_live_chain *chain_by_name(struct cv_live_policy *policy,
					   const char *name)
{
	for (size_t i = 0; name && i < policy->chain_count; i++)
		if (strcmp(policy->chains[i].name, name) == 0)
			return &policy->chains[i];
	return NULL;
}

static struct cv_live_chain *beside_by_name(struct cv_live_policy *policy,
					    const char *name)
{
	for (size_t i = 0; name && i < policy->beside_count; i++)
		if (policy->beside[i].name == name ||
		    strcmp(policy->beside[i].name, name) == 0)
			return &policy->beside[i];
	return NULL;
}

static bool add_beside(struct cv_live_work *work, struct cv_live_policy *policy,
		       const struct cv_entry *entry)
{
	const size_t of = entry->more->name ? cv_nft_beside_of(entry->more->name) : 0;

	for (size_t i = 0; of && i < policy->chain_count; i++) {
		const char *chain = policy->chains[i].name;
		const size_t size = strlen(chain);

		if (size != of || strncmp(chain, entry->more->name, size) != 0 ||
		    policy->beside_count == CV_NFT_LISTS * CV_NFT_BESIDE)
			continue;
		policy->beside[policy->beside_count++] =
			(struct cv_live_chain){.entry = entry,
					       .name = entry->more->name,
					       .list = policy->chains[i].list};
		return true;
	}
	return cv_live_say(work, true, entry, "no chain beside one of ours");
}

static struct cv_live_chain *chain_by_list(struct cv_live_policy *policy,
					   const char *list)
{
	for (size_t i = 0; list && i < policy->chain_count; i++)
		if (strcmp(policy->chains[i].list, list) == 0)
			return &policy->chains[i];
	return NULL;
}

/* `type filter hook forward priority -5; policy drop` */
static bool add_base(struct cv_live_work *work, struct cv_live_policy *policy,
		     const struct cv_entry *entry)
{
	struct cv_live_chain *chain = chain_by_name(policy, entry->more->name);
	char hook[16] = "", verdict[16] = "";
	int priority = 0;

	if (!chain || !entry->more->value ||
	    sscanf(entry->more->value, "type filter hook %15s priority %d; policy %15s",
		   hook, &priority, verdict) != 3 ||
	    strcmp(hook, chain->list) != 0 ||
	    (strcmp(verdict, "drop") != 0 && strcmp(verdict, "accept") != 0))
		return cv_live_say(work, true, entry, "no base chain of ours");
	chain->base = true;
	chain->priority = priority;
	chain->drops = strcmp(verdict, "drop") == 0;
	policy->enforces = true;
	return true;
}

const struct cv_live_set *cv_live_set_by_name(const struct cv_live_policy *policy,
					      const char *name, size_t size)
{
	for (size_t i = 0; i < policy->set_count; i++)
		if (strlen(policy->sets[i].name) == size &&
		    memcmp(policy->sets[i].name, name, size) == 0)
			return &policy->sets[i];
	return NULL;
}

static bool add_set(struct cv_live_work *work, struct cv_live_policy *policy,
		    const struct cv_entry *entry)
{
	struct cv_live_set *set = &policy->sets[policy->set_count];
	const char *size =
		entry->more->value ? strstr(entry->more->value, "; size ") : NULL;

	*set = (struct cv_live_set){.entry = entry, .name = entry->more->name};
	for (size_t i = 0; entry->more->name && i < policy->chain_count; i++) {
		const size_t length = strlen(policy->chains[i].name);

		if (strncmp(entry->more->name, policy->chains[i].name, length) != 0)
			continue;
		for (size_t n = 0; n < CV_NFT_SHAPES; n++)
			if (strcmp(entry->more->name + length, cv_nft_shapes[n].suffix) ==
			    0)
				set->shape = &cv_nft_shapes[n];
	}
	if (!set->shape || policy->set_count == CV_NFT_LISTS * CV_NFT_SHAPES ||
	    (size && sscanf(size, "; size %u", &set->size) != 1))
		return cv_live_say(work, true, entry, "no set of ours");
	policy->set_count++;
	return true;
}

static struct cv_live_map *map_by_name(struct cv_live_policy *policy, const char *name)
{
	for (size_t i = 0; name && i < policy->map_count; i++)
		if (strcmp(policy->maps[i].name, name) == 0)
			return &policy->maps[i];
	return NULL;
}

static bool add_map(struct cv_live_work *work, struct cv_live_policy *policy,
		    const struct cv_entry *entry)
{
	struct cv_live_map *map = &policy->maps[policy->map_count];
	const struct cv_nft_map *shape = cv_nft_map_by_name(entry->more->name);

	for (size_t i = 0; shape && i < policy->chain_count; i++) {
		const char *chain = policy->chains[i].name;
		const size_t size = strlen(chain);

		if (strncmp(entry->more->name, chain, size) != 0 ||
		    strcmp(entry->more->name + size, shape->suffix) != 0 ||
		    policy->map_count == CV_NFT_LISTS * CV_NFT_MAPS)
			continue;
		*map = (struct cv_live_map){
			.entry = entry, .shape = shape, .name = entry->more->name};
		policy->map_count++;
		return true;
	}
	return cv_live_say(work, true, entry, "no map of ours");
}

static bool add_way(struct cv_live_work *work, struct cv_live_policy *policy,
		    const struct cv_entry *way)
{
	struct cv_live_map *map = map_by_name(policy, way->more->name);

	if (!map || !way->source || way->source->family != map->shape->family ||
	    !beside_by_name(policy, way->more->value))
		return cv_live_say(work, true, way, "a way to no chain of ours");
	policy->ranges |= !map->shape->exact;
	*CV_ADD(work->ctx->arena, &map->ways, const struct cv_entry *) = way;
	return true;
}

static struct cv_live_rule *add_rule(struct cv_live_work *work,
				     struct cv_live_chain *chain,
				     enum cv_live_rule_kind kind,
				     const struct cv_entry *entry)
{
	struct cv_live_rule *rule =
		CV_ADD(work->ctx->arena, &chain->rules, struct cv_live_rule);

	rule->kind = kind;
	rule->entry = entry;
	return rule;
}

static void add_flow(struct cv_live_work *work, struct cv_live_rule *rule,
		     const struct cv_entry *flow)
{
	if (rule->count == rule->capacity) {
		const size_t capacity = rule->capacity ? rule->capacity * 4 : 4;
		const struct cv_entry **flows =
			CV_NEW_ARRAY(work->ctx->arena, capacity, const struct cv_entry *);

		if (rule->count)
			memcpy(flows, rule->flows, rule->count * sizeof *flows);
		rule->flows = flows;
		rule->capacity = capacity;
	}
	rule->flows[rule->count++] = flow;
}

/* Whole sets: of the baseline several flows may be one rule, else each is one. */
static bool add_flows(struct cv_live_work *work, struct cv_live_policy *policy,
		      const char *name)
{
	for (size_t i = 0, count; i < work->count; i += count) {
		const struct cv_entry *const *flows = &work->entries[i];
		struct cv_live_chain *chain;
		struct cv_live_rule *rule;

		count = 1;
		if (!cv_nft_is_flow(flows[0], name, NULL))
			continue;
		chain = chain_by_list(policy, flows[0]->list);
		if (!chain)
			return cv_live_say(work, true, flows[0], "of no chain of ours");
		if (strcmp(name, CV_NFT_BASELINE) == 0)
			count = cv_nft_baseline_rule(flows, work->count - i, chain->list);
		rule = add_rule(work, chain, CV_LIVE_FLOWS, flows[0]);
		for (size_t n = 0; n < count; n++) {
			policy->ranges |= is_interval_set(flows[n]);
			add_flow(work, rule, flows[n]);
		}
	}
	return true;
}

static struct cv_live_rule *class_rule(struct cv_live_chain *chain,
				       const struct cv_nft_shape *shape,
				       const struct cv_addresses *source)
{
	for (size_t i = 0; i < chain->rules.count; i++) {
		struct cv_live_rule *rule = CV_AT(&chain->rules, struct cv_live_rule, i);

		if (rule->kind == CV_LIVE_CLASS && rule->shape == shape &&
		    rule->entry->source == source)
			return rule;
	}
	return NULL;
}

static bool add_classes(struct cv_live_work *work, struct cv_live_policy *policy)
{
	for (size_t i = 0; i < work->count; i++) {
		const struct cv_entry *flow = work->entries[i];
		const struct cv_nft_shape *shape;
		struct cv_live_chain *chain;
		struct cv_live_rule *rule;

		chain = flow->kind == CV_ENTRY_FLOW
				? beside_by_name(policy, flow->more->name)
				: NULL;
		if (!chain && !cv_nft_is_flow(flow, CV_NFT_CLASS, NULL))
			continue;
		if (!chain)
			chain = chain_by_list(policy, flow->list);
		shape = cv_nft_class_shape(flow);
		if (!chain || !shape)
			return cv_live_say(work, true, flow, "of no class of ours");
		policy->ranges |= !shape->exact || is_interval_set(flow);
		rule = class_rule(chain, shape, flow->source);
		if (!rule) {
			rule = add_rule(work, chain, CV_LIVE_CLASS, flow);
			rule->shape = shape;
		}
		add_flow(work, rule, flow);
	}
	return true;
}

static bool fill_setting(struct cv_live_work *work, struct cv_live_policy *policy,
			 struct cv_live_rule *rule)
{
	const struct cv_entry *entry = rule->entry;
	const char *at = entry->more->value ? strchr(entry->more->value, '@') : NULL;

	if (rule->kind == CV_LIVE_LOOKUP && at && map_by_name(policy, at + 1)) {
		rule->kind = CV_LIVE_MAP;
		rule->map = map_by_name(policy, at + 1);
		return true;
	}
	if (rule->kind == CV_LIVE_LOOKUP) {
		rule->set = at ? cv_live_set_by_name(policy, at + 1, strcspn(at + 1, " "))
			       : NULL;
		return rule->set || cv_live_say(work, true, entry, "no rule of ours");
	}
	if (rule->kind == CV_LIVE_CLOSING) {
		policy->ranges |= is_interval_set(entry);
		return true;
	}
	for (size_t i = 0; i < CV_NFT_OPENINGS; i++) {
		rule->opening = (enum cv_nft_opening_kind)i;
		if (entry->more->value &&
		    strcmp(entry->more->value, cv_nft_openings[i]) == 0)
			return true;
	}
	return cv_live_say(work, true, entry, "no opening of ours");
}

static bool add_settings(struct cv_live_work *work, struct cv_live_policy *policy,
			 const char *list, enum cv_live_rule_kind kind)
{
	for (size_t i = 0; i < work->count; i++) {
		const struct cv_entry *entry = work->entries[i];
		struct cv_live_chain *chain;

		if (!cv_nft_is_setting(entry, list))
			continue;
		chain = chain_by_name(policy, entry->more->name);
		if (!chain)
			return cv_live_say(work, true, entry, "of no chain of ours");
		if (!fill_setting(work, policy, add_rule(work, chain, kind, entry)))
			return false;
	}
	return true;
}

/* The set of a flow, by its name; most have that of the one before. */
static struct cv_live_set *set_of(struct cv_live_policy *policy,
				  const struct cv_entry *flow, struct cv_live_set *before)
{
	if (before && (before->name == flow->more->name ||
		       (flow->more->name && strcmp(before->name, flow->more->name) == 0)))
		return before;
	for (size_t i = 0; flow->more->name && i < policy->set_count; i++)
		if (strcmp(policy->sets[i].name, flow->more->name) == 0)
			return &policy->sets[i];
	return NULL;
}

static bool fill_sets(struct cv_live_work *work, struct cv_live_policy *policy)
{
	struct cv_live_set *set = NULL;

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < work->count; i++) {
			const struct cv_entry *flow = work->entries[i];

			if (flow->kind != CV_ENTRY_FLOW ||
			    cv_nft_is_flow(flow, CV_NFT_BASELINE, NULL) ||
			    cv_nft_is_flow(flow, CV_NFT_CLASS, NULL) ||
			    cv_nft_is_flow(flow, CV_NFT_OWN, NULL) ||
			    beside_by_name(policy, flow->more->name))
				continue;
			set = set_of(policy, flow, set);
			if (!set || !flow->source || !flow->destination)
				return cv_live_say(work, true, flow, "of no set of ours");
			if (round)
				set->flows[set->count] = flow;
			set->count++;
		}
		for (size_t i = 0; round == 0 && i < policy->set_count; i++) {
			set = &policy->sets[i];
			set->flows = CV_NEW_ARRAY(work->ctx->arena, set->count + 1,
						  const struct cv_entry *);
			policy->ranges |= set->count && !set->shape->exact;
			set->count = 0;
		}
	}
	return true;
}

/* All of one list before anything of another that needs it. */
static bool add_each(struct cv_live_work *work, struct cv_live_policy *policy,
		     const char *list,
		     bool (*add)(struct cv_live_work *, struct cv_live_policy *,
				 const struct cv_entry *))
{
	for (size_t i = 0; i < work->count; i++)
		if (cv_nft_is_setting(work->entries[i], list) &&
		    !add(work, policy, work->entries[i]))
			return false;
	return true;
}

bool cv_live_policy_make(struct cv_live_work *work, struct cv_live_policy *policy_out)
{
	*policy_out = (struct cv_live_policy){.table = NULL};
	if (!add_each(work, policy_out, "chain", add_chain) ||
	    !add_each(work, policy_out, "base", add_base) ||
	    !add_each(work, policy_out, "beside", add_beside) ||
	    !add_each(work, policy_out, "map", add_map) ||
	    !add_each(work, policy_out, "way", add_way) ||
	    !add_each(work, policy_out, "set", add_set) || !fill_sets(work, policy_out))
		return false;
	if (!policy_out->chain_count)
		return cv_live_say(work, true, NULL, "there is no chain to put there");
	return add_settings(work, policy_out, "opening", CV_LIVE_OPENING) &&
	       add_flows(work, policy_out, CV_NFT_BASELINE) &&
	       add_settings(work, policy_out, "rule", CV_LIVE_LOOKUP) &&
	       add_classes(work, policy_out) && add_flows(work, policy_out, CV_NFT_OWN) &&
	       add_settings(work, policy_out, "closing", CV_LIVE_CLOSING);
}
