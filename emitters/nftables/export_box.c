/* From matches to flows in the plan's terms: an entry for each family, protocol and
 * ICMP type.  What a rule does not ask for becomes what the plan would say of it: all
 * addresses of the family, all ports of a protocol that has ports, no protocol. */
#include "nftables/export_box.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/plan.h"
#include "model/target.h"

enum { NUMBERS = 256 };

static bool has(const struct cv_nft_bits *bits, unsigned number)
{
	return bits->words[number / 64] >> number % 64 & 1;
}

static bool is_full(const struct cv_nft_bits *bits)
{
	return (bits->words[0] & bits->words[1] & bits->words[2] & bits->words[3]) ==
	       UINT64_MAX;
}

struct cv_nft_box cv_nft_box_all(void)
{
	struct cv_nft_box box = {.families = {true, true}};

	memset(&box.protocols, 0xff, sizeof box.protocols);
	memset(&box.types, 0xff, sizeof box.types);
	return box;
}

static struct cv_nft_bits bits_of(const struct cv_range *values, size_t count)
{
	struct cv_nft_bits bits = {{0}};

	for (size_t i = 0; i < count; i++)
		for (uint64_t n = values[i].first.low; n <= values[i].last.low; n++)
			bits.words[n / 64] |= (uint64_t)1 << n % 64;
	return bits;
}

static void narrow_bits(struct cv_nft_box *box, struct cv_nft_bits *bits,
			struct cv_nft_bits wanted)
{
	uint64_t any = 0;

	for (size_t i = 0; i < 4; i++) {
		bits->words[i] &= wanted.words[i];
		any |= bits->words[i];
	}
	if (!any)
		box->nothing = true;
}

static void narrow_addresses(struct cv_ctx *ctx, struct cv_nft_box *box,
			     const struct cv_addresses **side, uint8_t family,
			     const struct cv_range *values, size_t count)
{
	const struct cv_addresses *set = cv_addresses_make(ctx, family, values, count);

	if (*side && (*side)->family != family)
		set = NULL;
	*side = *side && set ? cv_addresses_cut(ctx, *side, set) : set;
	if (!*side)
		box->nothing = true;
}

static void narrow_ports(struct cv_ctx *ctx, struct cv_nft_box *box,
			 const struct cv_ports **side, const struct cv_range *values,
			 size_t count)
{
	struct cv_port_range *ranges =
		CV_NEW_ARRAY(ctx->arena, count, struct cv_port_range);
	const struct cv_ports *set;

	for (size_t i = 0; i < count; i++)
		ranges[i] = (struct cv_port_range){(uint16_t)values[i].first.low,
						   (uint16_t)values[i].last.low};
	set = cv_ports_make(ctx, ranges, count);
	*side = *side && set ? cv_ports_cut(ctx, *side, set) : set;
	if (!*side)
		box->nothing = true;
}

static void narrow_families(struct cv_nft_box *box, bool four, bool six)
{
	box->families[0] = box->families[0] && four;
	box->families[1] = box->families[1] && six;
	if (!box->families[0] && !box->families[1])
		box->nothing = true;
}

/* What nft asks for besides, so that the field is where it looks. */
static void narrow_context(struct cv_nft_box *box, const struct cv_nft_field *field)
{
	struct cv_range one = {{0, 0}, {0, 0}};

	if (field->family)
		narrow_families(box, field->family == 4, field->family == 6);
	if (field->protocol == CV_NO_PROTOCOL)
		return;
	one.first.low = one.last.low = (uint64_t)field->protocol;
	narrow_bits(box, &box->protocols, bits_of(&one, 1));
}

void cv_nft_box_narrow(struct cv_ctx *ctx, struct cv_nft_box *box,
		       const struct cv_nft_field *field, const struct cv_range *values,
		       size_t count)
{
	struct cv_nft_bits bits;

	narrow_context(box, field);
	switch (field->side) {
	case CV_NFT_SIDE_SOURCE:
		narrow_addresses(ctx, box, &box->source, field->family, values, count);
		break;
	case CV_NFT_SIDE_DESTINATION:
		narrow_addresses(ctx, box, &box->destination, field->family, values,
				 count);
		break;
	case CV_NFT_SIDE_SOURCE_PORT:
		narrow_ports(ctx, box, &box->source_ports, values, count);
		break;
	case CV_NFT_SIDE_PORT:
		narrow_ports(ctx, box, &box->ports, values, count);
		break;
	case CV_NFT_SIDE_PROTOCOL:
		narrow_bits(box, &box->protocols, bits_of(values, count));
		break;
	case CV_NFT_SIDE_ICMP_TYPE:
		narrow_bits(box, &box->types, bits_of(values, count));
		break;
	case CV_NFT_SIDE_FAMILY:
		bits = bits_of(values, count);
		narrow_families(box, has(&bits, 4), has(&bits, 6));
		break;
	}
}

struct adding {
	struct cv_nft_export *export;
	const struct cv_nft_chain *chain;
	const char *name;
	size_t place;
	const struct cv_nft_box *box;
};

/* A protocol with ports whose ports nobody asks for is let through on all of them. */
static bool add_flow(const struct adding *adding, uint8_t family, int protocol, int type)
{
	struct cv_export_reading *reading = adding->export->reading;
	const struct cv_nft_box *box = adding->box;
	const bool baseline = adding->name && strcmp(adding->name, CV_NFT_BASELINE) == 0;
	struct cv_ctx *ctx = reading->ctx;
	struct cv_entry *flow;

	if (reading->entries.count >= CV_MAX_PIECES)
		return cv_export_refuse(reading, adding->place,
					"the export holds more flows than are read");
	flow = cv_entries_add(ctx, &reading->entries, CV_ENTRY_FLOW, adding->place);
	flow->ours = true;
	flow->list = adding->chain->list;
	flow->more->name = adding->name;
	flow->family = family;
	flow->source = box->source;
	flow->destination = box->destination;
	/* A row always has addresses, be they all there are; what is ours need not. */
	if (!flow->source && !baseline)
		flow->source = cv_addresses_all(ctx, family);
	if (!flow->destination && !baseline)
		flow->destination = cv_addresses_all(ctx, family);
	flow->protocol = cv_entry_number(protocol);
	flow->icmp_type = cv_entry_number(type);
	flow->more->source_ports = box->source_ports;
	flow->ports = box->ports;
	if (!flow->ports && cv_protocol_has_ports(protocol))
		flow->ports = cv_ports_all(ctx);
	return true;
}

static bool add_types(const struct adding *adding, uint8_t family, int protocol)
{
	if (is_full(&adding->box->types))
		return add_flow(adding, family, protocol, CV_NO_ICMP_TYPE);
	for (unsigned type = 0; type < NUMBERS; type++)
		if (has(&adding->box->types, type) &&
		    !add_flow(adding, family, protocol, (int)type))
			return false;
	return true;
}

static bool add_protocols(const struct adding *adding, uint8_t family)
{
	if (is_full(&adding->box->protocols))
		return add_types(adding, family, CV_NO_PROTOCOL);
	for (unsigned protocol = 0; protocol < NUMBERS; protocol++)
		if (has(&adding->box->protocols, protocol) &&
		    !add_types(adding, family, (int)protocol))
			return false;
	return true;
}

/* Of a rule beside another chain only what that chain sends there. */
static bool add_beside(const struct adding *adding, uint8_t family)
{
	struct cv_ctx *ctx = adding->export->reading->ctx;
	const struct cv_addresses *from = adding->chain->from[family == 6];
	struct cv_nft_box box = *adding->box;
	struct adding less = *adding;

	less.box = &box;
	if (!box.families[family == 6] || !from)
		return true;
	box.source = box.source ? cv_addresses_cut(ctx, box.source, from) : from;
	return !box.source || add_protocols(&less, family);
}

bool cv_nft_box_add(struct cv_nft_export *export, const struct cv_nft_chain *chain,
		    const char *name, size_t place, const struct cv_nft_box *box)
{
	const struct adding adding = {export, chain, name, place, box};

	if (box->nothing)
		return true;
	if (chain->of)
		return add_beside(&adding, 4) && add_beside(&adding, 6);
	return (!box->families[0] || add_protocols(&adding, 4)) &&
	       (!box->families[1] || add_protocols(&adding, 6));
}
