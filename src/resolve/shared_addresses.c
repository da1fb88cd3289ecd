/* A host's artefact holds the flows of one party.  Where a machine's address belongs to
 * another party, too, that one's flows are missing from it, or are dropped by it. */
#include "resolve/resolve.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"

/* What the host's own flows let through to or from a far end. */
struct key {
	const struct cv_addresses *far;
	const struct cv_ports *ports, *source_ports;
	int protocol, icmp_type;
	int outgoing, unused;
};

struct own {
	UT_hash_handle hh;
	struct key key;
	const struct cv_addresses *near;
};

/* Another party that has addresses of the host's. */
struct other {
	const struct cv_party *party;
	const struct cv_addresses *shared[2];
	bool lacks[2]; /* by family: a flow of these that is not the host's, too */
};

struct looking {
	struct cv_ctx *ctx;
	const struct cv_plan *plan;
	struct other *others;
	size_t count;
	struct own *own;
};

static bool is_host(const struct cv_plan *plan)
{
	return (plan->use->target->can.subjects & CV_SUBJECT_HOST) &&
	       plan->subject->party;
}

static bool enforces(const struct cv_target_use *use)
{
	return use->target->enforces && use->target->enforces(use->options);
}

/* Two lists that only let through can both be in a machine's rules; of two that drop the
 * rest, each drops what is the other's. */
static bool has_host_beside(const struct cv_plan *plan, const struct cv_table *plans,
			    const struct cv_party *party)
{
	if (enforces(plan->use))
		return false;
	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *beside = CV_AT(plans, struct cv_plan, i);

		if (beside->use == plan->use && is_host(beside) &&
		    beside->subject->party == party)
			return true;
	}
	return false;
}

/* Parties that have addresses of the host's.  Not those of every address, as `anyone`:
 * no machine is meant by them. */
static void find_others(struct looking *looking, const struct cv_table *plans)
{
	const struct cv_party *host = looking->plan->subject->party;
	const struct cv_table *parties = &looking->plan->policy->parties;

	looking->others = CV_NEW_ARRAY(looking->ctx->arena, parties->count, struct other);
	for (size_t i = 0; i < parties->count; i++) {
		struct other other = {.party = CV_AT(parties, struct cv_party, i)};

		if (other.party == host ||
		    has_host_beside(looking->plan, plans, other.party))
			continue;
		for (int f = 0; f < 2; f++)
			if (other.party->addresses[f] !=
			    cv_addresses_all(looking->ctx, f ? 6 : 4))
				other.shared[f] = cv_addresses_cut(
					looking->ctx, other.party->addresses[f],
					host->addresses[f]);
		if (other.shared[0] || other.shared[1])
			looking->others[looking->count++] = other;
	}
}

static struct key key_of(const struct cv_flow *flow, bool outgoing)
{
	return (struct key){
		.far = outgoing ? flow->ends->destination : flow->ends->source,
		.ports = flow->service->ports,
		.source_ports = flow->service->source_ports,
		.protocol = flow->service->protocol,
		.icmp_type = flow->service->icmp_type,
		.outgoing = outgoing,
	};
}

static const struct cv_addresses *near_of(const struct cv_flow *flow, bool outgoing)
{
	return outgoing ? flow->ends->source : flow->ends->destination;
}

static struct own *find_own(struct own *all, const struct key *key)
{
	struct own *own;

	HASH_FIND(hh, all, key, sizeof *key, own);
	return own;
}

static void add_own(struct looking *looking, const struct cv_flow *flow, bool outgoing)
{
	const struct key key = key_of(flow, outgoing);
	const struct cv_addresses *near = near_of(flow, outgoing);
	struct own *own = find_own(looking->own, &key);

	if (!own) {
		own = CV_NEW(looking->ctx->arena, struct own);
		own->key = key;
		HASH_ADD(hh, looking->own, key, sizeof own->key, own);
	}
	if (own->near != near)
		own->near = cv_addresses_union(looking->ctx, own->near, near);
}

static void index_own(struct looking *looking)
{
	const struct cv_plan *plan = looking->plan;
	const struct cv_table *flows = &plan->policy->flows;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);

		if (flow->ends->family == 0 ||
		    (flow->service->program && !plan->use->target->can.program))
			continue;
		if (flow->ends->from == plan->subject->party)
			add_own(looking, flow, true);
		if (flow->ends->to == plan->subject->party)
			add_own(looking, flow, false);
	}
}

static struct other *find_other(struct looking *looking, const struct cv_party *party)
{
	for (size_t i = 0; i < looking->count; i++)
		if (looking->others[i].party == party)
			return &looking->others[i];
	return NULL;
}

/* What the host would send or receive as the other party. */
static void look_at(struct looking *looking, const struct cv_flow *flow, bool outgoing)
{
	struct other *other =
		find_other(looking, outgoing ? flow->ends->from : flow->ends->to);
	const int f = flow->ends->family == 6;
	const struct cv_addresses *near = near_of(flow, outgoing);
	const struct key key = key_of(flow, outgoing);
	const struct own *own;

	if (!other || !other->shared[f] || other->lacks[f])
		return;
	near = near == other->party->addresses[f]
		       ? other->shared[f]
		       : cv_addresses_cut(looking->ctx, near, other->shared[f]);
	own = find_own(looking->own, &key);
	other->lacks[f] =
		cv_addresses_minus(looking->ctx, near, own ? own->near : NULL) != NULL;
}

static void look_at_all(struct looking *looking)
{
	const struct cv_table *flows = &looking->plan->policy->flows;
	const struct cv_target_use *use = looking->plan->use;
	const bool open = use->target->sending_is_open &&
			  use->target->sending_is_open(use->options);

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);

		if (flow->ends->family == 0)
			continue;
		if (!open)
			look_at(looking, flow, true);
		look_at(looking, flow, false);
	}
}

/* Where the site names the host. */
static struct cv_span place_of(const struct cv_plan *plan)
{
	const struct cv_texts *hosts = &plan->use->hosts;

	for (size_t i = 0; i < hosts->count; i++) {
		const struct cv_text *name = &hosts->items[i];
		const struct cv_group *group = cv_policy_group(plan->policy, name->text);

		if (group == plan->subject->group &&
		    (group ||
		     cv_policy_party(plan->policy, name->text) == plan->subject->party))
			return name->at;
	}
	return plan->use->name.at;
}

/* "10.20.1.7 is", "10.20.1.0/24 and 2 more are" */
static const char *addresses_words(struct cv_ctx *ctx, const struct other *other)
{
	const int first = other->lacks[0] ? 0 : 1;
	size_t count = 0;
	struct cv_buf words = CV_BUF_INIT;
	const char *text;

	for (int f = 0; f < 2; f++)
		count += other->lacks[f] ? other->shared[f]->count : 0;
	cv_range_format(&words, other->shared[first]->family,
			other->shared[first]->ranges[0]);
	if (count > 1)
		cv_buf_format(&words, " and %zu more are", count - 1);
	else
		cv_buf_text(&words, " is");
	text = cv_arena_text(ctx->arena, cv_buf_string(&words));
	cv_buf_deinit(&words);
	return text;
}

static void report(const struct looking *looking, const struct other *other)
{
	const struct cv_target_use *use = looking->plan->use;
	struct cv_ctx *ctx = looking->ctx;
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_SHARED_ADDRESSES, place_of(looking->plan),
		"%s for %s: %s also of the party `%s`, whose flows are not in it",
		use->name.text, looking->plan->subject->name, addresses_words(ctx, other),
		other->party->name);

	if (other->party->setting) {
		finding->also = other->party->setting->name.at;
		finding->also_text = "the other party's addresses are set here";
	}
	if (!enforces(use)) {
		finding->help = cv_arena_format(
			ctx->arena,
			"take them out of one of the two parties, or put `%s` under "
			"`hosts`, too, and\nload both files on a machine that is both",
			other->party->name);
		return;
	}
	finding->help =
		"load the file on none of these machines, since it drops what it does "
		"not let through: take\nthem out of one of the two parties, and name a "
		"group under `hosts` for each kind of machine";
}

void cv_shared_addresses(struct cv_ctx *ctx, const struct cv_table *plans)
{
	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);
		struct looking looking = {.ctx = ctx, .plan = plan};

		if (!is_host(plan))
			continue;
		find_others(&looking, plans);
		if (looking.count == 0)
			continue;
		index_own(&looking);
		look_at_all(&looking);
		HASH_CLEAR(hh, looking.own);
		for (size_t o = 0; o < looking.count; o++)
			if (looking.others[o].lacks[0] || looking.others[o].lacks[1])
				report(&looking, &looking.others[o]);
	}
}
