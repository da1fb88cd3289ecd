/* Base chains of our own: the hook, what has to pass whatever the rows say, and what
 * drops the rest.
 *
 * Replies first, since a connection is asked about once.  Neighbour discovery, reports of
 * multicast listeners and the errors of ICMP always: without the first all of IPv6 stops,
 * behind some switches without the second, too, and without the third large packets
 * vanish.  The drop is a rule of its own and not only the chain's policy,
 * because a new chain's policy comes into force a moment after its rules. */
#include "nftables/enforce.h"

#include <string.h>

#include "base/ctx.h"

enum {
	FORWARD = 1,
	INPUT = 2,
	OUTPUT = 4,
	HOST = INPUT | OUTPUT,
	ALL = FORWARD | HOST,
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	ICMPV6 = 58,
};

/* What the baseline lets through.  Without a word it always does. */
struct part {
	const char *word, *name;
	unsigned chains;
	uint8_t family; /* 0: both */
	int protocol;
	uint16_t source_port, port; /* 0: none */
	int first_type, last_type;  /* of ICMP */
	bool unless_listed; /* in a forward chain only where everything is protected:
			       else it would open what is */
};

/* Types: RFC 792 (3, 11, 12; 8 is echo), RFC 4443 (1 to 4; 128 is echo), RFC 4861 (133
 * to 136), RFC 2710 (130 to 132) and RFC 3810 (143).  Those of multicast listeners must
 * not be dropped at a host (RFC 4890, 4.4.1): neighbours are asked for by multicast, and
 * a switch that looks into reports passes a group on to those only that reported it. IPv4
 * asks for its neighbours by broadcast, so IGMP is a matter of rows.  Ports: IANA. */
static const struct part parts[] = {
	{NULL, "neighbour discovery", HOST, 6, ICMPV6, 0, 0, 133, 136, false},
	{NULL, "multicast listeners", HOST, 6, ICMPV6, 0, 0, 130, 132, false},
	{NULL, "multicast listeners", HOST, 6, ICMPV6, 0, 0, 143, 143, false},
	{NULL, "ICMP errors", ALL, 4, ICMP, 0, 0, 3, 3, false},
	{NULL, "ICMP errors", ALL, 4, ICMP, 0, 0, 11, 12, false},
	{NULL, "ICMP errors", ALL, 6, ICMPV6, 0, 0, 1, 4, false},
	{"icmp", "icmp", ALL, 4, ICMP, 0, 0, 8, 8, false},
	{"icmp", "icmp", ALL, 6, ICMPV6, 0, 0, 128, 128, false},
	{"dns", "dns", FORWARD | OUTPUT, 0, UDP, 0, 53, 0, 0, true},
	{"dns", "dns", FORWARD | OUTPUT, 0, TCP, 0, 53, 0, 0, true},
	{"ntp", "ntp", FORWARD | OUTPUT, 0, UDP, 0, 123, 0, 0, true},
	{"dhcp", "dhcp", OUTPUT, 4, UDP, 68, 67, 0, 0, false},
	{"dhcp", "dhcp", INPUT, 4, UDP, 67, 68, 0, 0, false},
	{"dhcp", "dhcp", OUTPUT, 6, UDP, 546, 547, 0, 0, false},
	{"dhcp", "dhcp", INPUT, 6, UDP, 547, 546, 0, 0, false},
};

static unsigned chain_bit(const char *list)
{
	unsigned bit = 1;

	for (size_t i = 0; strcmp(cv_nft_lists[i], list) != 0; i++)
		bit *= 2;
	return bit;
}

static bool protects_all(const struct cv_nft_options *options)
{
	return strcmp(options->protect.items[0].text, CV_NFT_PROTECT_ALL) == 0;
}

static struct cv_entry *add(struct cv_ctx *ctx, struct cv_plan *plan,
			    enum cv_entry_kind kind, const char *list, const char *name)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, kind);

	entry->list = list;
	entry->more->name = name;
	return entry;
}

static struct cv_entry *add_flow(struct cv_ctx *ctx, struct cv_plan *plan,
				 const char *list, const char *baseline, uint8_t family,
				 int protocol)
{
	struct cv_entry *flow = add(ctx, plan, CV_ENTRY_FLOW, list, CV_NFT_BASELINE);

	flow->family = family;
	flow->protocol = cv_entry_number(protocol);
	cv_origin_make(ctx, flow)->baseline = baseline;
	flow->note = cv_arena_format(ctx->arena, CV_NFT_BASELINE_NOTE "%s", baseline);
	return flow;
}

static const struct cv_ports *one_port(struct cv_ctx *ctx, uint16_t port)
{
	const struct cv_port_range range = {port, port};

	return port ? cv_ports_make(ctx, &range, 1) : NULL;
}

static void add_part(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
		     const struct part *part, uint8_t family)
{
	const bool types = part->protocol == ICMP || part->protocol == ICMPV6;

	for (int type = part->first_type; type <= part->last_type; type++) {
		struct cv_entry *flow =
			add_flow(ctx, plan, list, part->name, family, part->protocol);

		if (types)
			flow->icmp_type = cv_entry_number(type);
		flow->ports = one_port(ctx, part->port);
		flow->more->source_ports = one_port(ctx, part->source_port);
	}
}

static void add_baseline(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
			 const struct cv_nft_options *options)
{
	const unsigned bit = chain_bit(list);
	const bool listed = !protects_all(options);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const struct part *part = &parts[i];

		if (!(part->chains & bit) ||
		    (part->word && !cv_texts_hold(&options->baseline, part->word)) ||
		    (part->unless_listed && listed && bit == FORWARD))
			continue;
		for (uint8_t family = 4; family <= 6; family += 2)
			if (!part->family || part->family == family)
				add_part(ctx, plan, list, part, family);
	}
}

/* The protected addresses of a family; NULL with `all`, or where there are none. */
static const struct cv_addresses *
protected_addresses(struct cv_ctx *ctx, const struct cv_plan *plan, uint8_t family)
{
	const struct cv_nft_options *options = plan->use->options;
	const struct cv_addresses *all = NULL;

	for (size_t i = 0; !protects_all(options) && i < options->protect.count; i++) {
		const struct cv_party *party =
			cv_policy_party(plan->policy, options->protect.items[i].text);

		all = cv_addresses_union(ctx, all, party->addresses[family == 6]);
	}
	return all;
}

/* Management, to a host whatever its address: the address may be one that the site
 * does not tell.  Through a gateway only to what is protected; the rest is open. */
static bool add_management(struct cv_ctx *ctx, struct cv_plan *plan, const char *list)
{
	const struct cv_nft_options *options = plan->use->options;
	const struct cv_nft_management *management = &options->management;
	const char *text =
		management->port.text ? management->port.text : CV_NFT_MANAGEMENT_PORT;
	const struct cv_addresses *from[2] = {NULL, NULL};
	const struct cv_ports *ports;
	const char *why, *bad;
	size_t size;

	if (!cv_ports_parse(ctx, text, &ports, &why, &bad, &size))
		return cv_find(ctx, CV_F_BAD_PORT, management->port.at,
			       "the port of `management` is `%s`: %s", text, why);
	for (size_t i = 0; i < management->from.count; i++) {
		const struct cv_text *value = &management->from.items[i];
		struct cv_range range;
		uint8_t family;

		if (!cv_range_parse(value->text, &family, &range, &why))
			return cv_find(ctx, CV_F_BAD_ADDRESS, value->at, "`%s`: %s",
				       value->text, why);
		from[family == 6] = cv_addresses_union(
			ctx, from[family == 6], cv_addresses_one(ctx, family, range));
	}
	for (uint8_t family = 4; family <= 6; family += 2) {
		const bool gateway = chain_bit(list) == FORWARD;
		const struct cv_addresses *to =
			gateway ? protected_addresses(ctx, plan, family) : NULL;
		struct cv_entry *flow;

		if (!from[family == 6] || (gateway && !to && !protects_all(options)))
			continue;
		flow = add_flow(ctx, plan, list, "management", family, TCP);
		flow->source = from[family == 6];
		flow->destination = to;
		flow->ports = ports;
	}
	return true;
}

static void add_opening(struct cv_ctx *ctx, struct cv_plan *plan, const char *chain,
			enum cv_nft_opening_kind kind, const char *baseline)
{
	struct cv_entry *entry = add(ctx, plan, CV_ENTRY_SETTING, "opening", chain);

	entry->more->value = cv_nft_openings[kind];
	cv_origin_make(ctx, entry)->baseline = baseline;
}

static void add_closings(struct cv_ctx *ctx, struct cv_plan *plan, const char *chain)
{
	if (protects_all(plan->use->options)) {
		add(ctx, plan, CV_ENTRY_SETTING, "closing", chain)->more->value =
			cv_nft_closing;
		return;
	}
	for (uint8_t family = 4; family <= 6; family += 2) {
		const struct cv_addresses *to = protected_addresses(ctx, plan, family);
		struct cv_entry *entry;

		if (!to)
			continue;
		entry = add(ctx, plan, CV_ENTRY_SETTING, "closing", chain);
		entry->more->value = cv_nft_closing;
		entry->family = family;
		entry->destination = to;
	}
}

bool cv_nft_enforce_check(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const struct cv_nft_options *options = plan->use->options;
	const struct cv_table *parties = &plan->policy->parties;
	bool ok = true;

	for (size_t i = 0; !protects_all(options) && i < options->protect.count; i++) {
		const struct cv_text *name = &options->protect.items[i];
		const struct cv_party *party = cv_policy_party(plan->policy, name->text);
		const char **names;

		if (party && (party->addresses[0] || party->addresses[1]))
			continue;
		ok = false;
		if (party) {
			cv_find(ctx, CV_F_PARTY_WITHOUT_ADDRESS, name->at,
				"the party `%s` is to be protected and has no addresses",
				name->text);
			continue;
		}
		names = CV_NEW_ARRAY(ctx->arena, parties->count, const char *);
		for (size_t n = 0; n < parties->count; n++)
			names[n] = CV_AT(parties, struct cv_party, n)->name;
		cv_suggest(ctx,
			   cv_find_more(ctx, CV_F_UNKNOWN_PARTY, name->at,
					"`protect` names `%s`, which is no party of this "
					"site, and not `all`",
					cv_shown(ctx, name->text)),
			   name->text, names, parties->count);
	}
	return ok;
}

bool cv_nft_enforce_chain(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
			  const char *chain)
{
	const struct cv_nft_options *options = plan->use->options;
	const unsigned bit = chain_bit(list);

	add(ctx, plan, CV_ENTRY_SETTING, "base", chain)->more->value = cv_arena_format(
		ctx->arena, "type filter hook %s priority %d; policy %s", list,
		CV_NFT_PRIORITY, protects_all(options) ? "drop" : "accept");
	add_opening(ctx, plan, chain, CV_NFT_REPLIES, "replies");
	/* Where only some destinations are protected, the rest is let alone whole. */
	if (protects_all(options))
		add_opening(ctx, plan, chain, CV_NFT_INVALID, NULL);
	if (bit == INPUT)
		add_opening(ctx, plan, chain, CV_NFT_FROM_LO, "loopback");
	if (bit == OUTPUT)
		add_opening(ctx, plan, chain, CV_NFT_TO_LO, "loopback");
	add_baseline(ctx, plan, list, options);
	if (bit != OUTPUT && !add_management(ctx, plan, list))
		return false;
	add_closings(ctx, plan, chain);
	return true;
}

void cv_nft_enforce_advice(struct cv_ctx *ctx, struct cv_plan *plan,
			   void (*add_line)(struct cv_ctx *ctx, struct cv_plan *plan,
					    const char *line))
{
	const struct cv_nft_options *options = plan->use->options;

	add_line(ctx, plan,
		 protects_all(options)
			 ? "mode enforce: all traffic of its hooks that no row, "
			   "management or baseline lets through is dropped"
			 : "mode enforce: new traffic to the protected parties that no "
			   "row, management or baseline lets through is dropped");
	add_line(ctx, plan,
		 "what a base chain of another table drops stays dropped: an accept here "
		 "does not overrule it");
	add_line(ctx, plan,
		 "before a load, try the policy: carveout apply FILE --confirm SECONDS "
		 "brings the old one back by itself");
}
