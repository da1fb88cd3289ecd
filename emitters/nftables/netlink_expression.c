/* Expressions of nf_tables, from their attributes into one spelling.
 *
 * nft 1.0.6 writes a range as two comparisons, 1.1.3 as one; 1.0.6 swaps the bytes of
 * the protocol in keys of ranges, which is one byte, so nothing happens; the kernel adds
 * attributes that we left at their defaults.  Whoever loaded the rules, they must come
 * out equal where they mean the same. */
#include "nftables/netlink_expression.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "nftables/netlink_talk.h"

enum { MOST_PARTS = 24 }; /* more than any expression has attributes */

struct expressions {
	struct cv_ctx *ctx;
	struct cv_buf *out;
	const struct cv_expression_names *names;
};

/* The value inside of a nested data attribute, as hex. */
static void put_data(struct expressions *to, const struct nlattr *data)
{
	const struct nlattr *parts[NFTA_DATA_MAX + 1], *value;
	const uint8_t *bytes;

	cv_netlink_sort(cv_netlink_of_nest(data), parts, NFTA_DATA_MAX + 1);
	value = parts[NFTA_DATA_VALUE];
	bytes = value ? mnl_attr_get_payload(value) : NULL;
	cv_buf_char(to->out, ' ');
	for (size_t i = 0; value && i < mnl_attr_get_payload_len(value); i++)
		cv_buf_format(to->out, "%02x", bytes[i]);
}

static void put_compare(struct expressions *to, uint32_t reg, uint32_t operation,
			const struct nlattr *data)
{
	cv_buf_format(to->out, "cmp %u %u", reg, operation);
	put_data(to, data);
}

static void put_cmp(struct expressions *to, const struct nlattr **parts)
{
	put_compare(to, cv_netlink_u32(parts[NFTA_CMP_SREG]),
		    cv_netlink_u32(parts[NFTA_CMP_OP]), parts[NFTA_CMP_DATA]);
}

static void put_range(struct expressions *to, const struct nlattr **parts)
{
	const uint32_t reg = cv_netlink_u32(parts[NFTA_RANGE_SREG]);

	if (cv_netlink_u32(parts[NFTA_RANGE_OP]) != NFT_RANGE_EQ)
		cv_buf_text(to->out, "not ");
	put_compare(to, reg, NFT_CMP_GTE, parts[NFTA_RANGE_FROM_DATA]);
	cv_buf_char(to->out, ';');
	put_compare(to, reg, NFT_CMP_LTE, parts[NFTA_RANGE_TO_DATA]);
}

static void put_meta(struct expressions *to, const struct nlattr **parts)
{
	cv_buf_format(to->out, "meta %u > %u < %u", cv_netlink_u32(parts[NFTA_META_KEY]),
		      cv_netlink_u32(parts[NFTA_META_DREG]),
		      cv_netlink_u32(parts[NFTA_META_SREG]));
}

static void put_payload(struct expressions *to, const struct nlattr **parts)
{
	cv_buf_format(to->out, "payload %u %u %u > %u < %u",
		      cv_netlink_u32(parts[NFTA_PAYLOAD_BASE]),
		      cv_netlink_u32(parts[NFTA_PAYLOAD_OFFSET]),
		      cv_netlink_u32(parts[NFTA_PAYLOAD_LEN]),
		      cv_netlink_u32(parts[NFTA_PAYLOAD_DREG]),
		      cv_netlink_u32(parts[NFTA_PAYLOAD_SREG]));
}

static void put_bitwise(struct expressions *to, const struct nlattr **parts)
{
	cv_buf_format(to->out, "bitwise %u %u > %u %u",
		      cv_netlink_u32(parts[NFTA_BITWISE_OP]),
		      cv_netlink_u32(parts[NFTA_BITWISE_SREG]),
		      cv_netlink_u32(parts[NFTA_BITWISE_DREG]),
		      cv_netlink_u32(parts[NFTA_BITWISE_LEN]));
	put_data(to, parts[NFTA_BITWISE_MASK]);
	put_data(to, parts[NFTA_BITWISE_XOR]);
	put_data(to, parts[NFTA_BITWISE_DATA]);
}

static void put_byteorder(struct expressions *to, const struct nlattr **parts)
{
	const uint32_t length = cv_netlink_u32(parts[NFTA_BYTEORDER_LEN]);

	if (length < cv_netlink_u32(parts[NFTA_BYTEORDER_SIZE]))
		return;
	cv_buf_format(to->out, "byteorder %u > %u %u %u %u",
		      cv_netlink_u32(parts[NFTA_BYTEORDER_SREG]),
		      cv_netlink_u32(parts[NFTA_BYTEORDER_DREG]),
		      cv_netlink_u32(parts[NFTA_BYTEORDER_OP]), length,
		      cv_netlink_u32(parts[NFTA_BYTEORDER_SIZE]));
}

static void put_lookup(struct expressions *to, const struct nlattr **parts)
{
	const char *given = cv_netlink_text(to->ctx, parts[NFTA_LOOKUP_SET]);

	cv_buf_format(to->out, "lookup %u > %u flags %u %s",
		      cv_netlink_u32(parts[NFTA_LOOKUP_SREG]),
		      cv_netlink_u32(parts[NFTA_LOOKUP_DREG]),
		      cv_netlink_u32(parts[NFTA_LOOKUP_FLAGS]),
		      to->names->set(to->names->data, given ? given : "",
				     cv_netlink_u32(parts[NFTA_LOOKUP_SET_ID])));
}

static void put_ct(struct expressions *to, const struct nlattr **parts)
{
	cv_buf_format(to->out, "ct %u > %u < %u", cv_netlink_u32(parts[NFTA_CT_KEY]),
		      cv_netlink_u32(parts[NFTA_CT_DREG]),
		      cv_netlink_u32(parts[NFTA_CT_SREG]));
	/* One byte, where there is one: of which direction. */
	if (parts[NFTA_CT_DIRECTION] &&
	    mnl_attr_get_payload_len(parts[NFTA_CT_DIRECTION]))
		cv_buf_format(to->out, " of %u",
			      mnl_attr_get_u8(parts[NFTA_CT_DIRECTION]));
}

struct cv_expression_way cv_expressions_verdict(struct cv_ctx *ctx,
						const struct nlattr *data)
{
	const struct nlattr *parts[NFTA_DATA_MAX + 1], *verdict[NFTA_VERDICT_MAX + 1];
	struct cv_expression_way way = {.verdict = 0};

	cv_netlink_sort(cv_netlink_of_nest(data), parts, NFTA_DATA_MAX + 1);
	cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_DATA_VERDICT]), verdict,
			NFTA_VERDICT_MAX + 1);
	way.verdict = (int)cv_netlink_u32(verdict[NFTA_VERDICT_CODE]);
	way.chain = cv_netlink_text(ctx, verdict[NFTA_VERDICT_CHAIN]);
	return way;
}

static void put_immediate(struct expressions *to, const struct nlattr **parts)
{
	const struct cv_expression_way way =
		cv_expressions_verdict(to->ctx, parts[NFTA_IMMEDIATE_DATA]);

	cv_buf_format(to->out, "immediate %u",
		      cv_netlink_u32(parts[NFTA_IMMEDIATE_DREG]));
	if (way.chain)
		cv_buf_format(to->out, " verdict %d %s", way.verdict,
			      to->names->chain(to->names->data, way.chain));
	else
		cv_buf_format(to->out, " verdict %d", way.verdict);
	put_data(to, parts[NFTA_IMMEDIATE_DATA]);
}

static void put_counter(struct expressions *to, const struct nlattr **parts)
{
	(void)parts;
	cv_buf_text(to->out, "counter");
}

static const struct {
	const char *name;
	void (*put)(struct expressions *to, const struct nlattr **parts);
} known[] = {
	{"cmp", put_cmp},         {"range", put_range},
	{"meta", put_meta},       {"payload", put_payload},
	{"bitwise", put_bitwise}, {"lookup", put_lookup},
	{"ct", put_ct},           {"immediate", put_immediate},
	{"counter", put_counter}, {"byteorder", put_byteorder},
};

static void put_expression(struct expressions *to, const struct nlattr *expression)
{
	const struct nlattr *parts[NFTA_EXPR_MAX + 1], *inner[MOST_PARTS];
	const char *name;
	size_t before;

	cv_netlink_sort(cv_netlink_of_nest(expression), parts, NFTA_EXPR_MAX + 1);
	name = cv_netlink_text(to->ctx, parts[NFTA_EXPR_NAME]);
	for (size_t i = 0; name && i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_EXPR_DATA]), inner,
				MOST_PARTS);
		before = to->out->size;
		known[i].put(to, inner);
		if (to->out->size > before)
			cv_buf_char(to->out, ';');
		return;
	}
	cv_buf_add(to->out, mnl_attr_get_payload(expression),
		   mnl_attr_get_payload_len(expression));
}

void cv_expressions_put(struct cv_ctx *ctx, struct cv_buf *out, const struct nlattr *list,
			const struct cv_expression_names *names)
{
	struct expressions to = {ctx, out, names};
	struct cv_netlink_list expressions = cv_netlink_of_nest(list);
	const struct nlattr *expression;

	while ((expression = cv_netlink_next(&expressions)))
		put_expression(&to, expression);
}

bool cv_expressions_way(struct cv_ctx *ctx, const struct nlattr *list,
			struct cv_expression_way *way_out)
{
	struct cv_netlink_list expressions = cv_netlink_of_nest(list);
	const struct nlattr *expression, *set = NULL;

	while ((expression = cv_netlink_next(&expressions))) {
		const struct nlattr *parts[NFTA_EXPR_MAX + 1], *inner[MOST_PARTS];

		cv_netlink_sort(cv_netlink_of_nest(expression), parts, NFTA_EXPR_MAX + 1);
		cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_EXPR_DATA]), inner,
				MOST_PARTS);
		if (cv_netlink_text_is(parts[NFTA_EXPR_NAME], "lookup")) {
			set = inner[NFTA_LOOKUP_SET];
		} else if (cv_netlink_text_is(parts[NFTA_EXPR_NAME], "immediate")) {
			*way_out =
				cv_expressions_verdict(ctx, inner[NFTA_IMMEDIATE_DATA]);
			way_out->set = cv_netlink_text(ctx, set);
			return true;
		} else if (!cv_netlink_text_is(parts[NFTA_EXPR_NAME], "meta")) {
			return false;
		}
	}
	return false;
}
