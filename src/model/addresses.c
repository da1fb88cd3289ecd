/* Addresses as text and as numbers.  The reading is ours and not inet_pton's, so
 * that a refusal can say why, and because libraries differ on what they let pass
 * (leading zeros that some take for octal, short forms, zone ids). */
#include "model/sets.h"

#include <string.h>

#include "base/buf.h"

bool cv_address_next(uint8_t family, struct cv_address *address)
{
	if (family == 4) {
		if (address->low >= UINT32_MAX)
			return false;
		address->low++;
		return true;
	}
	if (address->low < UINT64_MAX) {
		address->low++;
		return true;
	}
	if (address->high == UINT64_MAX)
		return false;
	address->high++;
	address->low = 0;
	return true;
}

bool cv_address_before(struct cv_address *address)
{
	if (address->low > 0) {
		address->low--;
		return true;
	}
	if (address->high == 0)
		return false;
	address->high--;
	address->low = UINT64_MAX;
	return true;
}

/* The lowest `bits` bits set. */
static struct cv_address low_bits(unsigned bits)
{
	if (bits >= 128)
		return (struct cv_address){UINT64_MAX, UINT64_MAX};
	if (bits > 64)
		return (struct cv_address){((uint64_t)1 << (bits - 64)) - 1, UINT64_MAX};
	if (bits == 64)
		return (struct cv_address){0, UINT64_MAX};
	return (struct cv_address){0, ((uint64_t)1 << bits) - 1};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool parse_ipv4(const char *text, size_t size, struct cv_address *address_out,
		       const char **why_out)
{
	uint64_t address = 0;
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		const size_t start = at;
		unsigned value = 0;

		while (at < size && is_digit(text[at]) && at - start < 3)
			value = value * 10 + (unsigned)(text[at++] - '0');
		*why_out = "an IPv4 address is four numbers from 0 to 255";
		if (at == start || value > 255)
			return false;
		if (at - start > 1 && text[start] == '0') {
			*why_out = "the numbers of an IPv4 address have no leading zeros";
			return false;
		}
		if (part < 3 ? at == size || text[at++] != '.' : at != size)
			return false;
		address = address << 8 | value;
	}
	*address_out = (struct cv_address){0, address};
	return true;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* Groups of an IPv6 address as they are read. */
struct groups {
	unsigned values[8];
	size_t count, gap; /* `gap`: how many stood before the `::` */
	bool has_gap;
};

/* One group of hex digits, or a whole IPv4 address in place of the last two. */
static bool parse_group(const char *text, size_t size, size_t *at, struct groups *groups,
			const char **why_out)
{
	const size_t start = *at;
	unsigned value = 0;

	while (*at < size && hex_value(text[*at]) >= 0 && *at - start < 4)
		value = value << 4 | (unsigned)hex_value(text[(*at)++]);
	if (*at < size && text[*at] == '.') {
		struct cv_address tail;

		if (groups->count > 6) {
			*why_out = "an IPv6 address has eight groups";
			return false;
		}
		if (!parse_ipv4(text + start, size - start, &tail, why_out))
			return false;
		groups->values[groups->count++] = (unsigned)(tail.low >> 16);
		groups->values[groups->count++] = (unsigned)(tail.low & 0xFFFF);
		*at = size;
		return true;
	}
	if (*at == start || (*at < size && text[*at] != ':')) {
		*why_out = "a group of an IPv6 address is one to four hex digits";
		return false;
	}
	groups->values[groups->count++] = value;
	return true;
}

/* What may stand between two groups: `:`, or once `::`, which may also begin or
 * end the address. */
static bool parse_colons(const char *text, size_t size, size_t *at, struct groups *groups,
			 const char **why_out)
{
	const bool doubled = *at + 1 < size && text[*at + 1] == ':';

	*why_out = "an IPv6 address neither begins nor ends with a single colon";
	if (!doubled && (groups->count == 0 || *at + 1 == size))
		return false;
	if (doubled && groups->has_gap) {
		*why_out = "`::` may stand only once in an address";
		return false;
	}
	if (doubled) {
		groups->has_gap = true;
		groups->gap = groups->count;
	}
	*at += doubled ? 2 : 1;
	return true;
}

static bool parse_ipv6(const char *text, size_t size, struct cv_address *address_out,
		       const char **why_out)
{
	struct groups groups = {{0}, 0, 0, false};
	struct cv_address address = {0, 0};
	size_t at = 0, missing;

	while (at < size) {
		if (text[at] == ':' && !parse_colons(text, size, &at, &groups, why_out))
			return false;
		if (at == size)
			break;
		if (groups.count == 8) {
			*why_out = "an IPv6 address has eight groups";
			return false;
		}
		if (!parse_group(text, size, &at, &groups, why_out))
			return false;
	}
	missing = 8 - groups.count;
	if (groups.has_gap ? missing == 0 : missing != 0) {
		*why_out = groups.has_gap ? "`::` stands for no group"
					  : "an IPv6 address has eight groups";
		return false;
	}
	for (size_t i = 0, group = 0; i < 8; i++) {
		const bool in_gap =
			groups.has_gap && i >= groups.gap && i < groups.gap + missing;
		const unsigned value = in_gap ? 0 : groups.values[group++];

		address.high = address.high << 16 | address.low >> 48;
		address.low = address.low << 16 | value;
	}
	*address_out = address;
	return true;
}

static bool parse_address(const char *text, size_t size, uint8_t *family_out,
			  struct cv_address *address_out, const char **why_out)
{
	*why_out = "an address is missing";
	if (size == 0)
		return false;
	*why_out = "a blank stands in the address";
	if (memchr(text, ' ', size) || memchr(text, '\t', size))
		return false;
	*why_out = "zone ids such as %eth0 are not allowed";
	if (memchr(text, '%', size))
		return false;
	if (!memchr(text, ':', size)) {
		*family_out = 4;
		return parse_ipv4(text, size, address_out, why_out);
	}
	*family_out = 6;
	if (!parse_ipv6(text, size, address_out, why_out))
		return false;
	/* Some stacks send it as IPv4, some as IPv6, and a rule sees only one. */
	*why_out = "an IPv4-mapped IPv6 address is ambiguous: write the IPv4 address";
	return address_out->high != 0 || address_out->low >> 32 != 0xFFFF;
}

/* There is no context here that could hold text, hence one literal a length. */
#define HOST_BITS(n) "host bits are set under /" #n
#define TEN_HOST_BITS(t) \
	HOST_BITS(t##0), HOST_BITS(t##1), HOST_BITS(t##2), HOST_BITS(t##3), \
		HOST_BITS(t##4), HOST_BITS(t##5), HOST_BITS(t##6), HOST_BITS(t##7), \
		HOST_BITS(t##8), HOST_BITS(t##9)

static const char *const host_bits[] = {
	TEN_HOST_BITS(),   TEN_HOST_BITS(1), TEN_HOST_BITS(2),  TEN_HOST_BITS(3),
	TEN_HOST_BITS(4),  TEN_HOST_BITS(5), TEN_HOST_BITS(6),  TEN_HOST_BITS(7),
	TEN_HOST_BITS(8),  TEN_HOST_BITS(9), TEN_HOST_BITS(10), TEN_HOST_BITS(11),
	TEN_HOST_BITS(12),
};

static bool parse_prefix(const char *text, uint8_t family, struct cv_range *range,
			 const char **why_out)
{
	const unsigned most = family == 4 ? 32 : 128;
	const size_t size = strlen(text);
	struct cv_address host;
	unsigned length = 0;

	*why_out = family == 4 ? "a prefix length of IPv4 is a number from 0 to 32"
			       : "a prefix length of IPv6 is a number from 0 to 128";
	if (size == 0 || size > 3 || strspn(text, "0123456789") != size)
		return false;
	for (size_t i = 0; i < size; i++)
		length = length * 10 + (unsigned)(text[i] - '0');
	if (length > most)
		return false;
	if (size > 1 && text[0] == '0') {
		*why_out = "a prefix length has no leading zeros";
		return false;
	}
	host = low_bits(most - length);
	if (range->first.high & host.high || range->first.low & host.low) {
		*why_out = host_bits[length];
		return false;
	}
	range->last.high = range->first.high | host.high;
	range->last.low = range->first.low | host.low;
	return true;
}

bool cv_range_parse(const char *text, uint8_t *family_out, struct cv_range *range_out,
		    const char **why_out)
{
	const size_t size = strcspn(text, "/-");
	const char *rest = text + size;
	uint8_t family;

	if (!parse_address(text, size, family_out, &range_out->first, why_out))
		return false;
	range_out->last = range_out->first;
	if (*rest == '\0')
		return true;
	if (*rest++ == '/')
		return parse_prefix(rest, *family_out, range_out, why_out);
	*why_out = "the end of a range has no prefix length";
	if (strchr(rest, '/'))
		return false;
	if (!parse_address(rest, strlen(rest), &family, &range_out->last, why_out))
		return false;
	*why_out = "both ends of a range must be of one family";
	if (family != *family_out)
		return false;
	*why_out = "the range descends: write the lower address first";
	return cv_address_compare(range_out->first, range_out->last) <= 0;
}

static char *write_hex(char *to, unsigned group)
{
	int shift = 12;

	while (shift > 0 && group >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[group >> shift & 15];
	return to;
}

/* RFC 5952: lower case, no leading zeros, `::` for the longest run of two groups
 * of zeros or more, the first of equals. */
static char *write_ipv6(char *to, struct cv_address address)
{
	unsigned groups[8];
	size_t best = 8, best_size = 1;

	for (size_t i = 0; i < 8; i++) {
		const uint64_t half = i < 4 ? address.high : address.low;

		groups[i] = half >> (48 - i % 4 * 16) & 0xFFFF;
	}
	for (size_t i = 0, run = 0; i < 8; i++) {
		run = groups[i] == 0 ? run + 1 : 0;
		if (run > best_size) {
			best_size = run;
			best = i + 1 - run;
		}
	}
	for (size_t i = 0; i < 8; i++) {
		if (i > 0 || i == best)
			*to++ = ':';
		if (i != best) {
			to = write_hex(to, groups[i]);
			continue;
		}
		i += best_size - 1;
		if (i == 7)
			*to++ = ':';
	}
	return to;
}

static char *write_address(char *to, uint8_t family, struct cv_address address)
{
	if (family == 6)
		return write_ipv6(to, address);
	for (int shift = 24; shift >= 0; shift -= 8) {
		to = cv_number_write(to, address.low >> shift & 0xFF);
		if (shift)
			*to++ = '.';
	}
	return to;
}

void cv_address_format(struct cv_buf *out, uint8_t family, struct cv_address address)
{
	cv_buf_written(out,
		       write_address(cv_buf_room(out, CV_RANGE_ROOM), family, address));
}

int cv_range_prefix(uint8_t family, struct cv_range range)
{
	const unsigned most = family == 4 ? 32 : 128;
	const struct cv_address differ = {range.first.high ^ range.last.high,
					  range.first.low ^ range.last.low};
	unsigned bits = 0;

	while (bits < most && cv_address_compare(low_bits(bits), differ) < 0)
		bits++;
	if (cv_address_compare(low_bits(bits), differ) != 0 ||
	    range.first.high & differ.high || range.first.low & differ.low)
		return -1;
	return (int)(most - bits);
}

char *cv_range_write(char *to, uint8_t family, struct cv_range range)
{
	int prefix;

	to = write_address(to, family, range.first);
	if (cv_address_compare(range.first, range.last) == 0)
		return to;
	prefix = cv_range_prefix(family, range);
	*to++ = prefix >= 0 ? '/' : '-';
	return prefix >= 0 ? cv_number_write(to, (uint64_t)prefix)
			   : write_address(to, family, range.last);
}

void cv_range_format(struct cv_buf *out, uint8_t family, struct cv_range range)
{
	cv_buf_written(out,
		       cv_range_write(cv_buf_room(out, CV_RANGE_ROOM), family, range));
}

/* The largest prefix that begins at `first` and does not pass `last`. */
static struct cv_range largest_prefix(uint8_t family, struct cv_address first,
				      struct cv_address last)
{
	const unsigned most = family == 4 ? 32 : 128;
	struct cv_range prefix = {first, first};

	for (unsigned bits = 1; bits <= most; bits++) {
		const struct cv_address host = low_bits(bits);
		const struct cv_address end = {first.high | host.high,
					       first.low | host.low};

		if (first.high & host.high || first.low & host.low ||
		    cv_address_compare(end, last) > 0)
			break;
		prefix.last = end;
	}
	return prefix;
}

size_t cv_range_prefixes(uint8_t family, struct cv_range range, struct cv_range *prefixes,
			 size_t room)
{
	struct cv_address first = range.first;
	size_t count = 0;

	for (;;) {
		const struct cv_range prefix = largest_prefix(family, first, range.last);

		if (count < room)
			prefixes[count] = prefix;
		count++;
		first = prefix.last;
		if (cv_address_compare(first, range.last) >= 0 ||
		    !cv_address_next(family, &first))
			return count;
	}
}
