/* Addresses, ports and versions as sets, against counting in a small universe. */
#include <string.h>

#include "fuzz.h"
#include "model/sets.h"
#include "model/version.h"

enum { POINTS = 60 }; /* of the universe: bits of a number */

static const uint64_t everything = ((uint64_t)1 << POINTS) - 1;

/* Where the universe begins: at the ends of both families, and between two halves. */
static const struct {
	uint8_t family;
	struct cv_address first;
} universes[] = {
	{4, {0, 0}},
	{4, {0, 0x0A0000E0}},
	{4, {0, 0xFFFFFFFF - POINTS + 1}},
	{6, {0, 0}},
	{6, {0x20010DB800000000, UINT64_MAX - 30}},
	{6, {UINT64_MAX, UINT64_MAX - POINTS + 1}},
};

static struct cv_address moved(struct cv_address address, unsigned steps)
{
	address.low += steps;
	address.high += address.low < steps;
	return address;
}

static bool holds(struct cv_range range, struct cv_address address)
{
	return cv_address_compare(range.first, address) <= 0 &&
	       cv_address_compare(address, range.last) <= 0;
}

/* The points of the universe that the set has. */
static uint64_t bits_of(unsigned universe, const struct cv_addresses *set)
{
	uint64_t bits = 0;

	for (size_t i = 0; set && i < set->count; i++) {
		const struct cv_range range = set->ranges[i];

		FUZZ_CHECK(cv_address_compare(range.first, range.last) <= 0);
		if (i) {
			struct cv_address next = set->ranges[i - 1].last;

			FUZZ_CHECK(cv_address_next(set->family, &next));
			FUZZ_CHECK(cv_address_compare(next, range.first) < 0);
		}
		for (unsigned at = 0; at < POINTS; at++)
			if (holds(range, moved(universes[universe].first, at)))
				bits |= (uint64_t)1 << at;
	}
	FUZZ_CHECK(!set == !bits);
	return bits;
}

static uint64_t bits_between(unsigned first, unsigned last)
{
	return (everything >> (POINTS - 1 - last)) & ~(((uint64_t)1 << first) - 1);
}

static const struct cv_addresses *take_addresses(struct cv_ctx *ctx, unsigned universe,
						 struct fuzz_input *input,
						 uint64_t *bits_out)
{
	struct cv_range ranges[8];
	const unsigned count = fuzz_below(input, 9);

	*bits_out = 0;
	for (unsigned i = 0; i < count; i++) {
		const unsigned first = fuzz_below(input, POINTS);
		const unsigned last = first + fuzz_below(input, POINTS - first);

		ranges[i] = (struct cv_range){moved(universes[universe].first, first),
					      moved(universes[universe].first, last)};
		*bits_out |= bits_between(first, last);
	}
	return cv_addresses_make(ctx, universes[universe].family, ranges, count);
}

/* Written out and read, and as prefixes. */
static void check_ranges(unsigned universe, const struct cv_addresses *set)
{
	for (size_t i = 0; set && i < set->count; i++) {
		const struct cv_range range = set->ranges[i];
		struct cv_range read, prefixes[254];
		struct cv_buf text = CV_BUF_INIT;
		const char *why;
		uint8_t family;
		size_t count;

		cv_range_format(&text, set->family, range);
		FUZZ_CHECK(cv_range_parse(cv_buf_string(&text), &family, &read, &why));
		FUZZ_CHECK(family == set->family);
		FUZZ_CHECK(memcmp(&read, &range, sizeof range) == 0);
		cv_buf_deinit(&text);
		count = cv_range_prefixes(set->family, range, prefixes, 254);
		FUZZ_CHECK(count && count <= 254);
		FUZZ_CHECK((cv_range_prefix(set->family, range) >= 0) == (count == 1));
		for (unsigned at = 0; at < POINTS; at++) {
			const struct cv_address point =
				moved(universes[universe].first, at);
			size_t found = 0;

			for (size_t n = 0; n < count; n++)
				found += holds(prefixes[n], point);
			FUZZ_CHECK(found == holds(range, point));
		}
		for (size_t n = 0; n < count; n++)
			FUZZ_CHECK(cv_range_prefix(set->family, prefixes[n]) >= 0);
	}
}

static void check_addresses(struct cv_ctx *ctx, struct fuzz_input *input)
{
	const unsigned universe = fuzz_below(input, sizeof universes / sizeof *universes);
	uint64_t a_bits, b_bits;
	const struct cv_addresses *a = take_addresses(ctx, universe, input, &a_bits);
	const struct cv_addresses *b = take_addresses(ctx, universe, input, &b_bits);

	FUZZ_CHECK(bits_of(universe, a) == a_bits);
	FUZZ_CHECK(bits_of(universe, b) == b_bits);
	FUZZ_CHECK((a == b) == (a_bits == b_bits));
	FUZZ_CHECK(bits_of(universe, cv_addresses_union(ctx, a, b)) == (a_bits | b_bits));
	FUZZ_CHECK(bits_of(universe, cv_addresses_cut(ctx, a, b)) == (a_bits & b_bits));
	FUZZ_CHECK(bits_of(universe, cv_addresses_minus(ctx, a, b)) ==
		   (a_bits & ~b_bits));
	check_ranges(universe, a);
}

/* ---- ports ---- */

static uint64_t port_bits(unsigned first_port, const struct cv_ports *set)
{
	uint64_t bits = 0;

	for (size_t i = 0; set && i < set->count; i++) {
		FUZZ_CHECK(set->ranges[i].first <= set->ranges[i].last);
		FUZZ_CHECK(!i || set->ranges[i - 1].last + 1 < set->ranges[i].first);
		FUZZ_CHECK(set->ranges[i].first >= first_port);
		FUZZ_CHECK(set->ranges[i].last < first_port + POINTS);
		bits |= bits_between(set->ranges[i].first - first_port,
				     set->ranges[i].last - first_port);
	}
	FUZZ_CHECK(!set == !bits);
	return bits;
}

static const struct cv_ports *take_ports(struct cv_ctx *ctx, unsigned first_port,
					 struct fuzz_input *input, uint64_t *bits_out)
{
	struct cv_port_range ranges[8];
	const unsigned count = fuzz_below(input, 9);

	*bits_out = 0;
	for (unsigned i = 0; i < count; i++) {
		const unsigned first = fuzz_below(input, POINTS);
		const unsigned last = first + fuzz_below(input, POINTS - first);

		ranges[i] = (struct cv_port_range){(uint16_t)(first_port + first),
						   (uint16_t)(first_port + last)};
		*bits_out |= bits_between(first, last);
	}
	return cv_ports_make(ctx, ranges, count);
}

static void check_ports(struct cv_ctx *ctx, struct fuzz_input *input)
{
	static const unsigned firsts[] = {1, 1000, 65536 - POINTS};
	const unsigned first = firsts[fuzz_below(input, 3)];
	uint64_t a_bits, b_bits;
	const struct cv_ports *a = take_ports(ctx, first, input, &a_bits);
	const struct cv_ports *b = take_ports(ctx, first, input, &b_bits);
	const struct cv_ports *read;
	struct cv_buf text = CV_BUF_INIT;
	const char *why, *bad;
	size_t bad_size;

	FUZZ_CHECK(port_bits(first, a) == a_bits);
	FUZZ_CHECK((a == b) == (a_bits == b_bits));
	FUZZ_CHECK(port_bits(first, cv_ports_union(ctx, a, b)) == (a_bits | b_bits));
	FUZZ_CHECK(port_bits(first, cv_ports_cut(ctx, a, b)) == (a_bits & b_bits));
	FUZZ_CHECK(port_bits(first, cv_ports_minus(ctx, a, b)) == (a_bits & ~b_bits));
	if (!a)
		return;
	cv_ports_format(&text, a);
	FUZZ_CHECK(
		cv_ports_parse(ctx, cv_buf_string(&text), &read, &why, &bad, &bad_size));
	FUZZ_CHECK(read == a);
	cv_buf_deinit(&text);
}

/* What people write: what is taken comes out in a spelling that is taken, too. */
static void check_texts(struct cv_ctx *ctx, struct fuzz_input *input)
{
	const char *text = fuzz_text(input, ctx->arena), *why = NULL, *bad = NULL;
	const struct cv_ports *ports, *again;
	struct cv_range range, read;
	struct cv_buf out = CV_BUF_INIT;
	uint8_t family, family_again;
	size_t bad_size = 0;

	if (cv_range_parse(text, &family, &range, &why)) {
		FUZZ_CHECK(cv_address_compare(range.first, range.last) <= 0);
		cv_range_format(&out, family, range);
		FUZZ_CHECK(
			cv_range_parse(cv_buf_string(&out), &family_again, &read, &why));
		FUZZ_CHECK(family_again == family);
		FUZZ_CHECK(memcmp(&range, &read, sizeof range) == 0);
	} else {
		FUZZ_CHECK(why);
	}
	cv_buf_deinit(&out);
	if (cv_ports_parse(ctx, text, &ports, &why, &bad, &bad_size)) {
		cv_ports_format(&out, ports);
		FUZZ_CHECK(cv_ports_parse(ctx, cv_buf_string(&out), &again, &why, &bad,
					  &bad_size));
		FUZZ_CHECK(ports == again);
	} else {
		FUZZ_CHECK(why && bad >= text && bad + bad_size <= text + strlen(text));
	}
	cv_buf_deinit(&out);
}

void fuzz_run_sets(const struct fuzz_job *job, struct fuzz_input *input)
{
	static void (*const checks[])(struct cv_ctx *, struct fuzz_input *) = {
		check_addresses, check_ports, check_texts};
	struct cv_ctx ctx;

	(void)job;
	cv_ctx_open(&ctx);
	checks[fuzz_below(input, 3)](&ctx, input);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

/* ---- versions ---- */

/* The naive reading of a constraint that was taken: is this version meant? */
static bool term_holds(const char *term, size_t size, const struct cv_version *version)
{
	static const char *const signs[] = {">=", "<=", "!=", ">", "<", "=", ""};
	unsigned sign = 0;
	struct cv_version wanted;
	char text[256];
	bool is_open = false;
	int order;

	while (size && *term == ' ')
		term++, size--;
	while (size && term[size - 1] == ' ')
		size--;
	while (strncmp(term, signs[sign], strlen(signs[sign])) != 0)
		sign++;
	term += strlen(signs[sign]);
	size -= strlen(signs[sign]);
	while (size && *term == ' ')
		term++, size--;
	snprintf(text, sizeof text, "%.*s", (int)size, term);
	if (strcmp(text, "x") == 0)
		return sign != 2;
	if (size > 2 && strcmp(text + size - 2, ".x") == 0) {
		is_open = true;
		text[size - 2] = '\0';
	}
	FUZZ_CHECK(cv_version_parse(text, &wanted));
	if (is_open) {
		size_t parts = 1;
		bool same;

		for (const char *c = text; *c; c++)
			parts += *c == '.';
		same = memcmp(wanted.parts, version->parts,
			      parts * sizeof *wanted.parts) == 0;
		FUZZ_CHECK(sign >= 5 || sign == 2);
		return sign == 2 ? !same : same;
	}
	order = memcmp(&wanted, version, sizeof wanted) == 0 ? 0 : 1;
	for (size_t i = 0; order && i < CV_MAX_VERSION_PARTS; i++)
		if (version->parts[i] != wanted.parts[i]) {
			order = version->parts[i] < wanted.parts[i] ? -1 : 1;
			break;
		}
	switch (sign) {
	case 0:
		return order >= 0;
	case 1:
		return order <= 0;
	case 2:
		return order != 0;
	case 3:
		return order > 0;
	case 4:
		return order < 0;
	default:
		return order == 0;
	}
}

static bool is_or(const char *text)
{
	return strncmp(text, " or ", 4) == 0;
}

static bool naive_holds(const char *text, const struct cv_version *version)
{
	bool any = false, all = true;
	const char *term = text;

	for (const char *c = text;; c++) {
		if (*c && *c != ',' && !is_or(c))
			continue;
		all = all && term_holds(term, (size_t)(c - term), version);
		if (!*c || *c != ',') {
			any = any || all;
			all = true;
		}
		if (!*c)
			return any;
		term = *c == ',' ? c + 1 : c + 3;
	}
}

static bool is_in(const struct cv_versions *versions, const struct cv_version *version)
{
	for (size_t i = 0; i < versions->count; i++)
		if (cv_version_compare(&versions->items[i].from, version) <= 0 &&
		    cv_version_compare(version, &versions->items[i].to) < 0)
			return true;
	return false;
}

static void check_version(struct cv_ctx *ctx, const struct cv_versions sets[2],
			  const char *const texts[2], const struct cv_version *version)
{
	const struct cv_versions both = cv_versions_cut(ctx, &sets[0], &sets[1]);
	const struct cv_versions either = cv_versions_union(ctx, &sets[0], &sets[1]);
	bool in[2];

	for (int i = 0; i < 2; i++) {
		in[i] = is_in(&sets[i], version);
		FUZZ_CHECK(in[i] == naive_holds(texts[i], version));
	}
	FUZZ_CHECK(is_in(&both, version) == (in[0] && in[1]));
	FUZZ_CHECK(is_in(&either, version) == (in[0] || in[1]));
	FUZZ_CHECK(!in[0] || in[1] || !cv_versions_inside(&sets[0], &sets[1]));
	FUZZ_CHECK(!in[0] || !in[1] || cv_versions_meet(&sets[0], &sets[1]));
}

/* No number of a version is the largest. */
static bool is_version(const struct cv_version *version)
{
	for (size_t i = 0; i < CV_MAX_VERSION_PARTS; i++)
		if (version->parts[i] == UINT32_MAX)
			return false;
	return true;
}

/* Versions near those that the sets begin and end with. */
static void check_near(struct cv_ctx *ctx, const struct cv_versions sets[2],
		       const char *const texts[2], struct cv_version version)
{
	for (size_t part = 0; part < CV_MAX_VERSION_PARTS; part++) {
		const uint32_t number = version.parts[part];

		for (int step = -1; step <= 1; step++) {
			version.parts[part] = number + (uint32_t)step;
			if ((number || step >= 0) && is_version(&version))
				check_version(ctx, sets, texts, &version);
		}
		version.parts[part] = number;
	}
}

void fuzz_run_versions(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_versions sets[2];
	const char *texts[2], *why = NULL;
	struct cv_ctx ctx;
	bool ok = true;

	(void)job;
	cv_ctx_open(&ctx);
	for (int i = 0; i < 2; i++) {
		texts[i] = fuzz_text(input, ctx.arena);
		if (!cv_versions_parse(&ctx, texts[i], &sets[i], &why)) {
			FUZZ_CHECK(why);
			ok = false;
		}
	}
	for (int i = 0; ok && i < 2; i++) {
		for (size_t n = 0; n < sets[i].count; n++) {
			FUZZ_CHECK(cv_version_compare(&sets[i].items[n].from,
						      &sets[i].items[n].to) < 0);
			FUZZ_CHECK(!n || cv_version_compare(&sets[i].items[n - 1].to,
							    &sets[i].items[n].from) < 0);
			check_near(&ctx, sets, texts, sets[i].items[n].from);
			check_near(&ctx, sets, texts, sets[i].items[n].to);
		}
	}
	cv_ctx_close(&ctx);
}
