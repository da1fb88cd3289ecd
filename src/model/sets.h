#pragma once
/* Addresses and ports as sets.  Sets are interned: two equal sets are one
 * pointer, so that comparing them costs nothing. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cv_ctx;
struct cv_buf;

/* An address of either family, in host order; IPv4 has high 0 and low < 2^32. */
struct cv_address {
	uint64_t high, low;
};

struct cv_range {
	struct cv_address first, last;
};

/* Addresses of one family: ascending, disjoint, not adjacent; never empty. */
struct cv_addresses {
	uint8_t family; /* 4 or 6 */
	size_t count;
	const struct cv_range *ranges;
};

struct cv_port_range {
	uint16_t first, last;
};

/* Ports: ascending, disjoint, not adjacent; never empty. */
struct cv_ports {
	size_t count;
	const struct cv_port_range *ranges;
};

static inline int cv_address_compare(struct cv_address a, struct cv_address b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return a.low < b.low ? -1 : a.low > b.low;
}
/* False at the end of the family. */
bool cv_address_next(uint8_t family, struct cv_address *address);
bool cv_address_before(struct cv_address *address); /* one less; false at zero */

/* `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, the same for IPv6.  Strict:
 * host bits under a prefix, leading zeros, zone ids and the like are refused and
 * *why_out says so ("host bits are set under /8"). */
bool cv_range_parse(const char *text, uint8_t *family_out, struct cv_range *range_out,
		    const char **why_out);

/* Shortest usual form: `10.0.0.1`, `10.0.0.0/8`, else `first-last`. */
void cv_range_format(struct cv_buf *out, uint8_t family, struct cv_range range);
void cv_address_format(struct cv_buf *out, uint8_t family, struct cv_address address);

/* The range as cv_range_format() says it, written to where there is room for so many
 * bytes, without a NUL; returns its end. */
enum { CV_RANGE_ROOM = 80 };
char *cv_range_write(char *to, uint8_t family, struct cv_range range);

/* The prefix length when the range is exactly one prefix, else -1. */
int cv_range_prefix(uint8_t family, struct cv_range range);

/* The interned set of these ranges, which may overlap and be in any order; all
 * of one family.  NULL for no ranges. */
const struct cv_addresses *cv_addresses_make(struct cv_ctx *ctx, uint8_t family,
					     const struct cv_range *ranges, size_t count);
const struct cv_addresses *cv_addresses_one(struct cv_ctx *ctx, uint8_t family,
					    struct cv_range range);
const struct cv_addresses *cv_addresses_all(struct cv_ctx *ctx, uint8_t family);

/* Set arithmetic; NULL stands for the empty set, in and out. */
const struct cv_addresses *cv_addresses_union(struct cv_ctx *ctx,
					      const struct cv_addresses *a,
					      const struct cv_addresses *b);
const struct cv_addresses *cv_addresses_cut(struct cv_ctx *ctx,
					    const struct cv_addresses *a,
					    const struct cv_addresses *b); /* a and b */
const struct cv_addresses *cv_addresses_minus(struct cv_ctx *ctx,
					      const struct cv_addresses *a,
					      const struct cv_addresses *b);

/* The prefixes that make up a range, fewest first to last; returns how many and
 * writes as many as `room` allows (254 is always enough). */
size_t cv_range_prefixes(uint8_t family, struct cv_range range, struct cv_range *prefixes,
			 size_t room);

/* `443`, `2500-3300`, `443,8443`: digits only, no sign, no leading zero, 1-65535,
 * low not above high.  One blank may follow a comma.  `any` is no number: whoever
 * allows it takes cv_ports_all().  On refusal *why_out says what is wrong and
 * *bad_out, *bad_size_out which part. */
bool cv_ports_parse(struct cv_ctx *ctx, const char *text,
		    const struct cv_ports **ports_out, const char **why_out,
		    const char **bad_out, size_t *bad_size_out);
const struct cv_ports *cv_ports_make(struct cv_ctx *ctx,
				     const struct cv_port_range *ranges, size_t count);
const struct cv_ports *cv_ports_all(struct cv_ctx *ctx); /* 1-65535 */
const struct cv_ports *cv_ports_union(struct cv_ctx *ctx, const struct cv_ports *a,
				      const struct cv_ports *b);
const struct cv_ports *cv_ports_cut(struct cv_ctx *ctx, const struct cv_ports *a,
				    const struct cv_ports *b);
const struct cv_ports *cv_ports_minus(struct cv_ctx *ctx, const struct cv_ports *a,
				      const struct cv_ports *b);
/* `443,8000-8010` */
void cv_ports_format(struct cv_buf *out, const struct cv_ports *ports);

/* Frees the index of interned sets; the sets themselves lie in the arena. */
void cv_sets_close(struct cv_ctx *ctx);
