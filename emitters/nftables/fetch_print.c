/* Statements as nft writes them in JSON. */
#include <libmnl/libmnl.h>

#include "nftables/fetch_parts.h"

static void put_operand(struct cv_json *json, const struct cv_fetch_operand *operand)
{
	static const char *const kinds[] = {[CV_FETCH_META] = "meta",
					    [CV_FETCH_CT] = "ct",
					    [CV_FETCH_PAYLOAD] = "payload"};

	if (operand->source == CV_FETCH_UNKNOWN) {
		cv_fetch_unknown(json, operand->name);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, kinds[operand->source]);
	cv_json_begin_object(json, true);
	if (operand->source == CV_FETCH_PAYLOAD) {
		cv_json_member(json, "protocol", operand->header);
		cv_json_member(json, "field", operand->name);
	} else {
		cv_json_member(json, "key", operand->name);
	}
	cv_json_end_object(json);
	cv_json_end_object(json);
}

static void put_left(struct cv_json *json, const struct cv_fetch_statement *statement)
{
	if (statement->left_count == 1) {
		put_operand(json, &statement->left[0]);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "concat");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < statement->left_count; i++)
		put_operand(json, &statement->left[i]);
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* A set without a name as its elements. */
static void put_set(struct cv_ctx *ctx, struct cv_json *json,
		    const struct cv_fetch_set *set)
{
	const char *name;

	if (!(set->flags & NFT_SET_ANONYMOUS)) {
		name = cv_netlink_text(ctx, set->parts[NFTA_SET_NAME]);
		name = cv_arena_format(ctx->arena, "@%s", name ? name : "");
		cv_fetch_text(json, name, strlen(name));
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "set");
	cv_fetch_put_elements(ctx, json, set);
	cv_json_end_object(json);
}

static void put_right(struct cv_ctx *ctx, struct cv_json *json,
		      const struct cv_fetch_statement *statement)
{
	const struct cv_fetch_operand *left = &statement->left[0];

	switch (statement->right) {
	case CV_FETCH_ONE:
		cv_fetch_value(json, left->type, statement->data, left->swapped);
		break;
	case CV_FETCH_SPAN:
		cv_fetch_range(json, left->type, statement->data, statement->last,
			       left->swapped, true);
		break;
	case CV_FETCH_FRONT:
		cv_fetch_prefix(json, left->type, statement->data, statement->length);
		break;
	case CV_FETCH_ANY:
		cv_fetch_value(json, left->type, statement->data, left->swapped);
		break;
	case CV_FETCH_SET:
		put_set(ctx, json, statement->set);
		break;
	case CV_FETCH_NOTHING:
		cv_json_text(json, NULL);
		break;
	}
}

static void put_match(struct cv_ctx *ctx, struct cv_json *json,
		      const struct cv_fetch_statement *statement)
{
	const bool is_vmap = statement->kind == CV_FETCH_VMAP;

	cv_json_begin_object(json, true);
	cv_json_key(json, is_vmap ? "vmap" : "match");
	cv_json_begin_object(json, true);
	if (!is_vmap)
		cv_json_member(json, "op", statement->op);
	cv_json_key(json, is_vmap ? "key" : "left");
	put_left(json, statement);
	cv_json_key(json, is_vmap ? "data" : "right");
	put_right(ctx, json, statement);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

void cv_fetch_put_counter(struct cv_json *json, const struct nlattr *const *parts)
{
	cv_json_key(json, "counter");
	cv_json_begin_object(json, true);
	cv_json_member_number(json, "packets",
			      cv_netlink_u64(parts[NFTA_COUNTER_PACKETS]));
	cv_json_member_number(json, "bytes", cv_netlink_u64(parts[NFTA_COUNTER_BYTES]));
	cv_json_end_object(json);
}

static unsigned short_of(const struct nlattr *attribute)
{
	const unsigned char *bytes = attribute ? mnl_attr_get_payload(attribute) : NULL;

	return bytes && mnl_attr_get_payload_len(attribute) >= 2
		       ? (unsigned)cv_fetch_number(bytes, 2, false)
		       : 0;
}

/* The level is `warn` where none is said; nft does not show it. */
static void put_log(struct cv_json *json, const struct nlattr *const *parts)
{
	static const char *const levels[] = {"emerg",  "alert", "crit",  "err",  "warn",
					     "notice", "info",  "debug", "audit"};
	const uint32_t level = cv_netlink_u32(parts[NFTA_LOG_LEVEL]);
	const uint32_t flags = cv_netlink_u32(parts[NFTA_LOG_FLAGS]);
	const bool has_level = parts[NFTA_LOG_LEVEL] && level != NFT_LOGLEVEL_WARNING &&
			       level < sizeof levels / sizeof *levels;

	cv_json_begin_object(json, true);
	cv_json_key(json, "log");
	if (!parts[NFTA_LOG_PREFIX] && !parts[NFTA_LOG_GROUP] && !has_level && !flags) {
		cv_json_text(json, NULL);
		cv_json_end_object(json);
		return;
	}
	cv_json_begin_object(json, true);
	cv_fetch_member(json, "prefix", parts[NFTA_LOG_PREFIX]);
	if (parts[NFTA_LOG_GROUP])
		cv_json_member_number(json, "group", short_of(parts[NFTA_LOG_GROUP]));
	if (has_level)
		cv_json_member(json, "level", levels[level]);
	if (flags)
		cv_json_member_number(json, "flags", flags);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

static void put_reject(struct cv_json *json, const struct cv_fetch_statement *statement)
{
	const struct nlattr *code = statement->parts[NFTA_REJECT_ICMP_CODE];
	const uint32_t type = cv_netlink_u32(statement->parts[NFTA_REJECT_TYPE]);

	cv_json_begin_object(json, true);
	cv_json_key(json, "reject");
	cv_json_begin_object(json, true);
	if (type == NFT_REJECT_TCP_RST) {
		cv_json_member(json, "type", "tcp reset");
	} else {
		cv_json_member(json, "type",
			       type == NFT_REJECT_ICMPX_UNREACH ? "icmpx"
			       : statement->family == 6         ? "icmpv6"
								: "icmp");
		if (code && mnl_attr_get_payload_len(code))
			cv_json_member_number(
				json, "expr",
				*(const unsigned char *)mnl_attr_get_payload(code));
	}
	cv_json_end_object(json);
	cv_json_end_object(json);
}

void cv_fetch_put_statement(struct cv_ctx *ctx, struct cv_json *json,
			    const struct cv_fetch_statement *statement)
{
	switch (statement->kind) {
	case CV_FETCH_MATCH:
	case CV_FETCH_VMAP:
		put_match(ctx, json, statement);
		break;
	case CV_FETCH_COUNTER:
		cv_json_begin_object(json, true);
		cv_fetch_put_counter(json, statement->parts);
		cv_json_end_object(json);
		break;
	case CV_FETCH_LOG:
		put_log(json, statement->parts);
		break;
	case CV_FETCH_REJECT:
		put_reject(json, statement);
		break;
	case CV_FETCH_END:
		cv_fetch_verdict(json, statement->verdict);
		break;
	case CV_FETCH_OTHER:
		cv_fetch_unknown(json, statement->unknown);
		break;
	}
}
