/* Flows that open much: nearly all ports, or a large part of the Internet. */
#include "resolve/lint.h"

#include "base/ctx.h"
#include "model/sets.h"

enum { NEARLY_ALL = 60000 }; /* ports; 1024-65535 are 64512 */

static size_t count_ports(const struct cv_ports *ports)
{
	size_t count = 0;

	for (size_t i = 0; ports && i < ports->count; i++)
		count += (size_t)(ports->ranges[i].last - ports->ranges[i].first) + 1;
	return count;
}

static void lint_ports(struct cv_lint *lint, const struct cv_flow *flow)
{
	const size_t count = count_ports(flow->service->ports);

	if (count < NEARLY_ALL)
		return;
	cv_lint_rows(lint, CV_F_ANY_PORT, &flow->rows,
		     count == 65535
			     ? "it opens every port"
			     : cv_arena_format(lint->ctx->arena,
					       "it opens %zu of 65535 ports", count));
}

/* What is not the Internet: private, shared, loopback and link-local addresses, and
 * what is no unicast (RFC 1918, 6598, 1122, 3927, 1112; RFC 4193, 4291). */
static const char *const inside[] = {
	"10.0.0.0/8",    "100.64.0.0/10",  "127.0.0.0/8", "169.254.0.0/16",
	"172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3", "fc00::/7",
	"fe80::/10",     "ff00::/8",
};

enum { INSIDE = sizeof inside / sizeof *inside };

static const struct cv_addresses *inside_of(struct cv_ctx *ctx, uint8_t family)
{
	struct cv_range ranges[INSIDE];
	size_t count = 0;

	for (size_t i = 0; i < INSIDE; i++) {
		const char *why;
		uint8_t found;

		if (cv_range_parse(inside[i], &found, &ranges[count], &why) &&
		    found == family)
			count++;
	}
	return cv_addresses_make(ctx, family, ranges, count);
}

/* More than a network of 2^24 addresses, or of 2^112 in IPv6. */
static bool is_wide(struct cv_ctx *ctx, const struct cv_addresses *set)
{
	const struct cv_addresses *outside =
		set ? cv_addresses_minus(ctx, set, inside_of(ctx, set->family)) : NULL;
	uint64_t size = 0;

	for (size_t i = 0; outside && i < outside->count; i++) {
		const struct cv_range *range = &outside->ranges[i];
		const uint64_t more = set->family == 4
					      ? range->last.low - range->first.low + 1
					      : range->last.high - range->first.high;

		size += more;
	}
	return size > (set && set->family == 4 ? (uint64_t)1 << 24 : (uint64_t)1 << 48);
}

/* All addresses of a family are the finding anyone, which says more. */
static bool is_internet(struct cv_ctx *ctx, const struct cv_party *party)
{
	for (int f = 0; f < 2; f++)
		if (party->addresses[f] == cv_addresses_all(ctx, f ? 6 : 4))
			return false;
	return is_wide(ctx, party->addresses[0]) || is_wide(ctx, party->addresses[1]);
}

static void lint_party(struct cv_lint *lint, const struct cv_flow *flow,
		       const struct cv_party *party)
{
	cv_lint_rows(lint, CV_F_INTERNET_FLOW, &flow->rows,
		     cv_arena_format(lint->ctx->arena,
				     "the addresses of `%s` are a large part of the "
				     "Internet",
				     party->name));
}

/* Of parties there are few, so each is looked at once. */
void cv_lint_flows(struct cv_lint *lint)
{
	const struct cv_policy *policy = lint->policy;
	const struct cv_party **wide = CV_NEW_ARRAY(lint->memory, policy->parties.count,
						    const struct cv_party *);
	size_t count = 0;

	for (size_t i = 0; i < policy->parties.count; i++) {
		const struct cv_party *party =
			CV_AT(&policy->parties, struct cv_party, i);

		if (is_internet(lint->ctx, party))
			wide[count++] = party;
	}
	for (size_t i = 0; i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		lint_ports(lint, flow);
		for (size_t w = 0; w < count; w++)
			if (flow->ends->from == wide[w] || flow->ends->to == wide[w])
				lint_party(lint, flow, wide[w]);
		cv_arena_reset(lint->scratch);
	}
}
