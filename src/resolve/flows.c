/* Port rows to flows: ends, protocols, ports, address families, and one flow for
 * all rows that ask for the same. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/numbers.h"
#include "resolve/flow_asking.h"

/* The pass's own state. */
struct flows {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct cv_arena *scratch;          /* of one row */
	struct cv_flow_asking asking;      /* for the policy's flows */
	struct cv_numbers names;           /* of the policy's names of parties */
	const struct cv_addresses *all[2]; /* addresses of each family */
	const struct cv_profile *profile;  /* of the last row, and its families */
	bool families[2];
};

/* One row with everything but its ends worked out. */
struct wanted {
	const struct cv_port_row *row;
	struct cv_service said;
	const struct cv_service *service; /* the same, of all flows */
	size_t made;                      /* flows so far */
};

static void add_flow(struct flows *flows, struct wanted *wanted,
		     const struct cv_ends *ends)
{
	cv_flow_ask(&flows->asking, ends, wanted->service, &wanted->row->row);
	wanted->made++;
}

/* Each prefix that the site wrote for `from`, with the part of `to` inside it. */
static void add_subnets(struct flows *flows, struct wanted *wanted, struct cv_ends ends)
{
	const struct cv_texts *texts = &ends.from->setting->addresses;
	const struct cv_addresses *to = ends.to->addresses[ends.family == 6];

	if (texts->count == 0)
		texts = &ends.from->setting->pinned.addresses;
	for (size_t i = 0; i < texts->count; i++) {
		struct cv_range range;
		const char *why;
		uint8_t found;

		if (!cv_range_parse(texts->items[i].text, &found, &range, &why) ||
		    found != ends.family)
			continue;
		ends.source = cv_addresses_one(flows->ctx, found, range);
		ends.destination = cv_addresses_cut(flows->ctx, ends.source, to);
		if (ends.destination)
			add_flow(flows, wanted, &ends);
	}
}

static bool without_address(struct flows *flows, const struct wanted *wanted,
			    const struct cv_party *party)
{
	struct cv_finding *finding = cv_find_more(
		flows->ctx, CV_F_PARTY_WITHOUT_ADDRESS,
		party->setting ? party->setting->name.at : wanted->row->row.at,
		"the party `%s` has no addresses, which %s needs", party->name,
		cv_row_name(flows->ctx, &wanted->row->row));

	finding->help = cv_arena_format(flows->ctx->arena,
					"parties:\n  %s: {addresses: []}", party->name);
	return false;
}

static bool has_addresses(const struct cv_party *party)
{
	return party->addresses[0] || party->addresses[1];
}

/* Without prefixes there is nothing to pair, and a flow between all of both ends is
 * not what the row asks for. */
static bool without_subnets(struct flows *flows, const struct wanted *wanted,
			    const struct cv_party *party)
{
	return cv_find(flows->ctx, CV_F_PARTY_WITHOUT_ADDRESS, wanted->row->row.at,
		       "the party `%s` has no networks of its own, which the scope %s of "
		       "%s needs",
		       party->name, cv_port_more(wanted->row)->scope.text,
		       cv_row_name(flows->ctx, &wanted->row->row));
}

/* One direction of one pair of ends. */
static bool add_pair(struct flows *flows, struct wanted *wanted,
		     const struct cv_party *from, const struct cv_party *to)
{
	const bool same_subnet = cv_port_more(wanted->row)->scope.text != NULL;
	const int protocol = wanted->service->protocol;
	struct cv_ends ends = {.from = from, .to = to};

	if (!has_addresses(from) && from->names.count == 0)
		return without_address(flows, wanted, from);
	if (!has_addresses(to) && to->names.count == 0)
		return without_address(flows, wanted, to);
	if (same_subnet && (from->anyone || !has_addresses(from)))
		return without_subnets(flows, wanted, from);
	if (same_subnet && !has_addresses(to))
		return without_subnets(flows, wanted, to);
	if (!has_addresses(from) || !has_addresses(to)) {
		add_flow(flows, wanted, &ends);
		return true;
	}
	for (int f = 0; f < 2; f++) {
		/* ICMP is of IPv4 and ICMPv6 of IPv6 only. */
		if (!flows->families[f] || !from->addresses[f] || !to->addresses[f] ||
		    (protocol == 1 && f == 1) || (protocol == 58 && f == 0))
			continue;
		ends.family = f ? 6 : 4;
		if (same_subnet) {
			add_subnets(flows, wanted, ends);
			continue;
		}
		ends.source = from->addresses[f];
		ends.destination = to->addresses[f];
		add_flow(flows, wanted, &ends);
	}
	return true;
}

static bool add_directions(struct flows *flows, struct wanted *wanted,
			   const struct cv_party *from, const struct cv_party *to)
{
	const char *initiates = cv_port_more(wanted->row)->initiates.text;
	const bool both = initiates && strcmp(initiates, "either") == 0;
	const bool back = initiates && strcmp(initiates, "to") == 0;
	bool ok = true;

	if (!back)
		ok = add_pair(flows, wanted, from, to);
	if (back || (both && from != to))
		ok = add_pair(flows, wanted, to, from) && ok;
	return ok;
}

/* `any`, `dynamic`, `${parameter}`, a number or a range; NULL: an error was reported. */
static const struct cv_ports *item_ports(struct flows *flows, const struct cv_row *row,
					 const struct cv_text *text)
{
	struct cv_ctx *ctx = flows->ctx;
	const char *value = cv_with_parameters(ctx, flows->policy, row, NULL, *text);
	const struct cv_ports *ports = NULL;
	const char *why, *bad;
	size_t bad_size;

	if (!value)
		return NULL;
	if (cv_text_is(value, "dynamic")) {
		value = flows->policy->site->dynamic_ports.text;
		if (!value) {
			cv_find(ctx, CV_F_MISSING_SETTING, text->at,
				"the site must say its `dynamic-ports`: %s needs them",
				cv_row_name(ctx, row));
			return NULL;
		}
	}
	if (cv_text_is(value, "any"))
		return cv_ports_all(ctx);
	if (!cv_ports_parse(ctx, value, &ports, &why, &bad, &bad_size)) {
		cv_find(ctx, *value ? CV_F_BAD_PORT : CV_F_EMPTY_PORT, text->at,
			"the port `%s` of %s: %s", value, cv_row_name(ctx, row), why);
		return NULL;
	}
	return ports;
}

/* All sets as one, made once: a list may be long. */
static const struct cv_ports *join_ports(struct cv_ctx *ctx,
					 const struct cv_ports *const *sets, size_t count)
{
	const struct cv_ports *joined;
	struct cv_port_range *ranges;
	size_t all = 0, filled = 0;

	if (count <= 1)
		return count ? sets[0] : NULL;
	for (size_t i = 0; i < count; i++)
		all += sets[i]->count;
	ranges = calloc(all, sizeof *ranges);
	if (!ranges)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		memcpy(ranges + filled, sets[i]->ranges, sets[i]->count * sizeof *ranges);
		filled += sets[i]->count;
	}
	joined = cv_ports_make(ctx, ranges, all);
	free(ranges);
	return joined;
}

static bool ports_of(struct flows *flows, const struct cv_row *row, struct cv_texts texts,
		     const struct cv_ports **ports_out)
{
	const struct cv_ports *local[8], **sets = local;
	bool ok = true;

	if (texts.count > sizeof local / sizeof *local)
		sets = CV_NEW_ARRAY(flows->scratch, texts.count, const struct cv_ports *);
	for (size_t i = 0; ok && i < texts.count; i++) {
		sets[i] = item_ports(flows, row, &texts.items[i]);
		ok = sets[i] != NULL;
	}
	*ports_out = ok ? join_ports(flows->ctx, sets, texts.count) : NULL;
	return ok;
}

/* Whether both the site and the product use the family. */
static bool uses_family(const struct cv_site *site, const struct cv_profile *profile,
			const char *word)
{
	return (site->ip.count == 0 || cv_texts_hold(&site->ip, word)) &&
	       (profile->ip.count == 0 || cv_texts_hold(&profile->ip, word));
}

/* The families of the row's profile, which mostly is that of the row before. */
static bool find_families(struct flows *flows, const struct cv_row *row)
{
	if (flows->profile != row->profile) {
		const struct cv_site *site = flows->policy->site;

		flows->profile = row->profile;
		flows->families[0] = uses_family(site, row->profile, "4");
		flows->families[1] = uses_family(site, row->profile, "6");
	}
	return flows->families[0] || flows->families[1] ||
	       cv_find(flows->ctx, CV_F_ADDRESS_FAMILY, row->at,
		       "%s supports no address family that this site uses",
		       row->profile->id.text);
}

/* `tcp+udp` is two protocols. */
static size_t protocols_of(const char *word, int protocols_out[2])
{
	if (cv_text_is(word, "tcp+udp")) {
		protocols_out[0] = cv_protocol_number("tcp");
		protocols_out[1] = cv_protocol_number("udp");
		return 2;
	}
	protocols_out[0] = cv_protocol_number(word);
	return 1;
}

/* With the service complete. */
static bool add_service(struct flows *flows, struct wanted *wanted,
			const struct cv_party *from, const struct cv_party *to,
			int icmp_type)
{
	wanted->said.icmp_type = (int16_t)icmp_type;
	wanted->service = cv_flow_service(&flows->asking, &wanted->said);
	return add_directions(flows, wanted, from, to);
}

static bool add_protocol(struct flows *flows, struct wanted *wanted,
			 const struct cv_party *from, const struct cv_party *to,
			 int protocol)
{
	const struct cv_port_row *row = wanted->row;
	const struct cv_texts types = cv_few_texts(&cv_port_more(row)->icmp_type);
	const bool icmp = protocol == 1 || protocol == 58;
	bool ok = true;

	if (cv_protocol_has_ports(protocol) != (wanted->said.ports != NULL))
		return cv_find(flows->ctx, CV_F_PORT_NOT_ALLOWED, row->row.at,
			       wanted->said.ports ? "%s: protocol %s has no ports"
						  : "%s: protocol %s needs a port",
			       cv_row_name(flows->ctx, &row->row),
			       cv_few_texts(&row->protocol).items[0].text);
	wanted->said.protocol = (int16_t)protocol;
	if (!icmp || types.count == 0)
		return add_service(flows, wanted, from, to, CV_NO_ICMP_TYPE);
	for (size_t i = 0; i < types.count; i++)
		ok = add_service(flows, wanted, from, to,
				 (int)strtol(types.items[i].text, NULL, 10)) &&
		     ok;
	return ok;
}

static bool add_ends(struct flows *flows, struct wanted *wanted,
		     const struct cv_party *from, const struct cv_party *to)
{
	const struct cv_texts words = cv_few_texts(&wanted->row->protocol);
	bool ok = true;

	for (size_t i = 0; i < words.count; i++) {
		const struct cv_text *word = &words.items[i];
		int protocols[2];
		const size_t count = protocols_of(word->text, protocols);

		/* 0 and 255: a plan that holds no protocol lets all of them through. */
		if (protocols[0] == CV_NO_PROTOCOL)
			return cv_find(flows->ctx, CV_F_BAD_PROTOCOL, word->at,
				       "%s: no protocol has the number %s",
				       cv_row_name(flows->ctx, &wanted->row->row),
				       word->text);
		for (size_t p = 0; p < count; p++)
			ok = add_protocol(flows, wanted, from, to, protocols[p]) && ok;
	}
	return ok;
}

/* `anyone` opens a door to all, and so does a party that is 0.0.0.0/0; a reviewer has
 * to say so. */
static bool is_anyone(const struct flows *flows, const struct cv_party *party)
{
	return party->anyone || party->addresses[0] == flows->all[0] ||
	       party->addresses[1] == flows->all[1];
}

static void note_anyone(struct flows *flows, const struct cv_port_row *row,
			const struct cv_party *from, const struct cv_party *to)
{
	const char *given = cv_port_more(row)->initiates.text;
	const char *initiates = given ? given : "from";
	const bool back = strcmp(initiates, "to") == 0;
	const bool from_any = is_anyone(flows, back ? to : from);
	const bool to_any = is_anyone(flows, back ? from : to);
	struct cv_risk *risk;

	if (!from_any && !to_any)
		return;
	risk = CV_ADD(flows->ctx->arena, &flows->policy->risks, struct cv_risk);
	risk->code = CV_F_ANYONE;
	risk->row = &row->row;
	if ((from_any && to_any) || strcmp(initiates, "either") == 0)
		risk->detail = "from any address and to any address";
	else
		risk->detail = from_any ? "from any address" : "to any address";
	risk->says = " opens a flow ";
}

/* A flow belongs to no computer, so there is nothing that a place could mean. */
static bool program_of(struct flows *flows, const struct cv_port_row *row,
		       const char **program_out)
{
	struct cv_ctx *ctx = flows->ctx;
	const struct cv_text program = cv_port_more(row)->program;
	const char *value, *why, *bad;
	enum cv_platform platform;
	size_t bad_size;

	*program_out = NULL;
	if (!program.text)
		return true;
	value = cv_with_parameters(ctx, flows->policy, &row->row, NULL, program);
	if (!value)
		return false;
	if (strchr(value, '<'))
		return cv_find(ctx, CV_F_BAD_PATH, program.at,
			       "%s: the program of a flow must be a whole path, without "
			       "a place",
			       cv_row_name(ctx, &row->row));
	platform = value[0] == '/' ? CV_LINUX : CV_WINDOWS;
	bad = cv_path_user_variable(platform, value, &bad_size);
	if (bad)
		return cv_find_user_variable(ctx, program.at,
					     cv_arena_format(ctx->arena,
							     "the program of %s",
							     cv_row_name(ctx, &row->row)),
					     platform, value, bad, bad_size);
	value = cv_path_normal(ctx, platform, value, &why, &bad, &bad_size);
	if (!value)
		return cv_find(ctx, CV_F_BAD_PATH, program.at, "the program of %s: %s",
			       cv_row_name(ctx, &row->row), why);
	*program_out = cv_intern_text(ctx, value);
	return true;
}

/* A party without a flow has fallen away, whatever the others of its list got. */
static bool check_reached(struct flows *flows, const struct wanted *wanted,
			  struct cv_texts ends, const bool *reached)
{
	bool ok = true;

	for (size_t i = 0; i < ends.count; i++)
		if (!reached[i])
			ok = cv_find(flows->ctx, CV_F_EMPTY_ROW, wanted->row->row.at,
				     "%s applies and yields nothing for `%s`: it shares "
				     "no address family with the other end",
				     cv_row_name(flows->ctx, &wanted->row->row),
				     ends.items[i].text);
	return ok;
}

static uint32_t hash_of(const char *name)
{
	return (uint32_t)cv_hash(name, strlen(name));
}

static void index_names(struct flows *flows)
{
	const struct cv_policy *policy = flows->policy;

	for (size_t i = 0; i < policy->party_name_count; i++)
		cv_numbers_add(&flows->names, hash_of(policy->party_names[i].name),
			       (uint32_t)i);
}

/* By its name or an alias; NULL: reported.  Each row asks twice. */
static const struct cv_party *party_of(const struct flows *flows, struct cv_text name)
{
	const uint32_t hash = hash_of(name.text);
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&flows->names, hash, &at)) != CV_NO_NUMBER)
		if (strcmp(flows->policy->party_names[number].name, name.text) == 0)
			return flows->policy->party_names[number].party;
	return cv_party_by_name(flows->ctx, flows->policy, name);
}

static bool add_all_ends(struct flows *flows, struct wanted *wanted)
{
	const struct cv_port_row *row = wanted->row;
	const struct cv_texts sources = cv_few_texts(&row->from);
	const struct cv_texts destinations = cv_few_texts(&row->to);
	bool *from_reached = CV_NEW_ARRAY(flows->scratch, sources.count, bool);
	bool *to_reached = CV_NEW_ARRAY(flows->scratch, destinations.count, bool);
	bool ok = true;

	for (size_t i = 0; i < sources.count; i++) {
		const struct cv_party *from = party_of(flows, sources.items[i]);

		for (size_t j = 0; j < destinations.count; j++) {
			const struct cv_party *to =
				party_of(flows, destinations.items[j]);
			const size_t before = wanted->made;

			if (!from || !to)
				return false;
			note_anyone(flows, row, from, to);
			ok = add_ends(flows, wanted, from, to) && ok;
			if (wanted->made > before)
				from_reached[i] = to_reached[j] = true;
		}
	}
	/* In one network with itself only, a list says who may and not who must. */
	if (!ok || wanted->made == 0 || cv_port_more(row)->scope.text)
		return ok;
	return check_reached(flows, wanted, sources, from_reached) &&
	       check_reached(flows, wanted, destinations, to_reached);
}

static bool row_flows(struct flows *flows, const struct cv_port_row *row)
{
	struct wanted wanted = {.row = row};
	bool ok = find_families(flows, &row->row);

	ok = ports_of(flows, &row->row, cv_few_texts(&row->ports), &wanted.said.ports) &&
	     ok;
	ok = ports_of(flows, &row->row, cv_few_texts(&cv_port_more(row)->source_ports),
		      &wanted.said.source_ports) &&
	     ok;
	ok = program_of(flows, row, &wanted.said.program) && ok;
	if (!ok || !add_all_ends(flows, &wanted))
		return false;
	return wanted.made ||
	       cv_find(flows->ctx, CV_F_EMPTY_ROW, row->row.at,
		       "%s applies and yields nothing: its ends have no address "
		       "family in common",
		       cv_row_name(flows->ctx, &row->row));
}

bool cv_pass_flows(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct flows flows = {
		.ctx = ctx,
		.policy = policy,
		.scratch = cv_arena_open(),
		.all = {cv_addresses_all(ctx, 4), cv_addresses_all(ctx, 6)},
	};
	bool ok = true;

	index_names(&flows);
	cv_flow_asking_open(&flows.asking, ctx, policy);
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *as = cv_used_as(policy, use);

		if (!as->applies || as->table != CV_PORTS)
			continue;
		ok = row_flows(&flows, (const struct cv_port_row *)cv_policy_row(
					       policy, use->row)) &&
		     ok;
		cv_arena_reset(flows.scratch);
	}
	cv_flow_asking_close(&flows.asking);
	cv_numbers_deinit(&flows.names);
	cv_arena_close(flows.scratch);
	return ok;
}
