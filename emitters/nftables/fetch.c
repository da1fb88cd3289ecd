/* Dumps the ruleset, and writes it down once all of it is there.
 *
 * Messages are kept as they came: a set's elements may come before the rule whose set
 * they are, and a dump is void when somebody changed the ruleset meanwhile. */
#include "nftables/fetch.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "base/buf.h"
#include "nftables/fetch_parts.h"

enum { COMMENT_OF_RULE = 0 };

struct fetching {
	struct cv_ctx ctx; /* whose arena is emptied before each look */
	bool whole;
	struct cv_table tables, chains, sets, rules; /* of const struct nlmsghdr * */
	struct cv_fetch_set *by_id;
	struct cv_table in_order; /* of struct cv_fetch_set * */
};

struct collecting {
	struct cv_arena *arena;
	struct cv_table *messages;
};

static bool collect(const struct nlmsghdr *message, void *data)
{
	const struct collecting *to = data;

	*CV_ADD(to->arena, to->messages, const struct nlmsghdr *) =
		(const struct nlmsghdr *)(const void *)cv_arena_copy(
			to->arena, (const char *)message, message->nlmsg_len);
	return true;
}

static bool dump(struct cv_netlink *link, struct fetching *fetching, int type,
		 struct cv_table *messages)
{
	const struct cv_netlink_question question = {.type = type};
	struct collecting to = {fetching->ctx.arena, messages};

	return cv_netlink_dump(link, &question, collect, &to);
}

static uint8_t family_of(const struct nlmsghdr *message)
{
	const struct nfgenmsg *head = mnl_nlmsg_get_payload(message);

	return head->nfgen_family;
}

static struct cv_fetch_set *add_set(struct fetching *fetching,
				    const struct nlmsghdr *message)
{
	struct cv_arena *arena = fetching->ctx.arena;
	struct cv_fetch_set *set = CV_NEW(arena, struct cv_fetch_set);

	cv_netlink_sort(cv_netlink_of_message(message), set->parts, NFTA_SET_MAX + 1);
	set->family = family_of(message);
	set->flags = cv_netlink_u32(set->parts[NFTA_SET_FLAGS]);
	set->key = cv_netlink_u32(set->parts[NFTA_SET_KEY_TYPE]);
	set->id = cv_fetch_set_id(&fetching->ctx, set->family, set->parts[NFTA_SET_TABLE],
				  set->parts[NFTA_SET_NAME]);
	HASH_ADD_KEYPTR(hh, fetching->by_id, set->id, strlen(set->id), set);
	*CV_ADD(arena, &fetching->in_order, struct cv_fetch_set *) = set;
	return set;
}

static bool dump_elements(struct cv_netlink *link, struct fetching *fetching)
{
	for (size_t i = 0; i < fetching->sets.count; i++) {
		struct cv_fetch_set *set = add_set(
			fetching, *CV_AT(&fetching->sets, const struct nlmsghdr *, i));
		const struct cv_netlink_question question = {
			.type = NFT_MSG_GETSETELEM,
			.family = set->family,
			.table = cv_netlink_text(&fetching->ctx,
						 set->parts[NFTA_SET_TABLE]),
			.name = cv_netlink_text(&fetching->ctx,
						set->parts[NFTA_SET_NAME]),
		};
		struct collecting to = {fetching->ctx.arena, &set->elements};

		if (!fetching->whole && !(set->flags & (NFT_SET_MAP | NFT_SET_TIMEOUT)))
			continue;
		if (cv_netlink_dump(link, &question, collect, &to))
			continue;
		/* A set that is gone by now is a change, and so no fault. */
		if (link->error == ENOENT)
			link->error = EINTR;
		return false;
	}
	return true;
}

static void forget(struct fetching *fetching)
{
	const struct cv_ctx ctx = fetching->ctx;
	const bool whole = fetching->whole;

	HASH_CLEAR(hh, fetching->by_id);
	cv_arena_reset(ctx.arena);
	*fetching = (struct fetching){.ctx = ctx, .whole = whole};
}

static bool look(struct cv_netlink *link, void *data)
{
	struct fetching *fetching = data;

	forget(fetching);
	return dump(link, fetching, NFT_MSG_GETTABLE, &fetching->tables) &&
	       dump(link, fetching, NFT_MSG_GETCHAIN, &fetching->chains) &&
	       dump(link, fetching, NFT_MSG_GETSET, &fetching->sets) &&
	       dump_elements(link, fetching) &&
	       dump(link, fetching, NFT_MSG_GETRULE, &fetching->rules);
}

/* ---- writing ---- */

static const char *family_name(uint8_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_ARP:
		return "arp";
	case NFPROTO_BRIDGE:
		return "bridge";
	case NFPROTO_NETDEV:
		return "netdev";
	default:
		return "?";
	}
}

static const char *hook_name(uint8_t family, uint32_t hook)
{
	static const char *const inet[] = {"prerouting", "input",       "forward",
					   "output",     "postrouting", "ingress"};
	static const char *const arp[] = {"input", "output", "forward"};
	static const char *const netdev[] = {"ingress", "egress"};

	if (family == NFPROTO_ARP)
		return hook < 3 ? arp[hook] : "?";
	if (family == NFPROTO_NETDEV)
		return hook < 2 ? netdev[hook] : "?";
	return hook < 6 ? inet[hook] : "?";
}

static void begin(struct cv_json *json, const char *kind, uint8_t family)
{
	cv_json_begin_object(json, true);
	cv_json_key(json, kind);
	cv_json_begin_object(json, true);
	cv_json_member(json, "family", family_name(family));
}

static void end(struct cv_json *json)
{
	cv_json_end_object(json);
	cv_json_end_object(json);
}

static void put_metainfo(struct cv_json *json)
{
	cv_json_begin_object(json, true);
	cv_json_key(json, "metainfo");
	cv_json_begin_object(json, true);
	cv_json_member_number(json, "json_schema_version", 1);
	end(json);
}

static void put_table(struct cv_json *json, const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_TABLE_MAX + 1];
	uint32_t flags;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_TABLE_MAX + 1);
	flags = cv_netlink_u32(parts[NFTA_TABLE_FLAGS]);
	begin(json, "table", family_of(message));
	cv_fetch_member(json, "name", parts[NFTA_TABLE_NAME]);
	if (flags) {
		cv_json_key(json, "flags");
		cv_json_begin_list(json, true);
		for (uint32_t bit = 1; flags; flags &= ~bit, bit <<= 1)
			if (flags & bit)
				cv_json_text(json, bit == NFT_TABLE_F_DORMANT ? "dormant"
						   : bit == 2                 ? "owner"
						   : bit == 4                 ? "persist"
									      : "?");
		cv_json_end_list(json);
	}
	end(json);
}

static void put_chain(struct cv_json *json, const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_CHAIN_MAX + 1], *hook[NFTA_HOOK_MAX + 1];
	const uint8_t family = family_of(message);

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_CHAIN_MAX + 1);
	begin(json, "chain", family);
	cv_fetch_member(json, "table", parts[NFTA_CHAIN_TABLE]);
	cv_fetch_member(json, "name", parts[NFTA_CHAIN_NAME]);
	if (parts[NFTA_CHAIN_HOOK]) {
		cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_CHAIN_HOOK]), hook,
				NFTA_HOOK_MAX + 1);
		cv_fetch_member(json, "type", parts[NFTA_CHAIN_TYPE]);
		cv_json_member(
			json, "hook",
			hook_name(family, cv_netlink_u32(hook[NFTA_HOOK_HOOKNUM])));
		cv_json_key(json, "prio");
		cv_json_integer(json, (int32_t)cv_netlink_u32(hook[NFTA_HOOK_PRIORITY]));
		cv_json_member(json, "policy",
			       cv_netlink_u32(parts[NFTA_CHAIN_POLICY]) == NF_ACCEPT
				       ? "accept"
				       : "drop");
	}
	end(json);
}

static void put_set(struct fetching *fetching, struct cv_json *json,
		    const struct cv_fetch_set *set)
{
	if (set->flags & NFT_SET_ANONYMOUS)
		return;
	begin(json, set->flags & (NFT_SET_MAP | NFT_SET_OBJECT) ? "map" : "set",
	      set->family);
	cv_fetch_member(json, "name", set->parts[NFTA_SET_NAME]);
	cv_fetch_member(json, "table", set->parts[NFTA_SET_TABLE]);
	cv_fetch_put_set(&fetching->ctx, json, set);
	end(json);
}

static void put_rule(struct fetching *fetching, struct cv_json *json,
		     const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_RULE_MAX + 1];
	struct cv_table statements = {0};
	const uint8_t family = family_of(message);

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_RULE_MAX + 1);
	cv_fetch_statements(&fetching->ctx, family, parts[NFTA_RULE_TABLE],
			    parts[NFTA_RULE_EXPRESSIONS], fetching->by_id, &statements);
	begin(json, "rule", family);
	cv_fetch_member(json, "table", parts[NFTA_RULE_TABLE]);
	cv_fetch_member(json, "chain", parts[NFTA_RULE_CHAIN]);
	cv_fetch_comment(json, parts[NFTA_RULE_USERDATA], COMMENT_OF_RULE);
	cv_json_key(json, "expr");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < statements.count; i++) {
		const struct cv_fetch_statement *statement =
			CV_AT(&statements, struct cv_fetch_statement, i);

		if (!statement->dead)
			cv_fetch_put_statement(&fetching->ctx, json, statement);
	}
	cv_json_end_list(json);
	end(json);
}

static void put_all(struct fetching *fetching, struct cv_buf *out)
{
	struct cv_json json;

	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_key(&json, "nftables");
	cv_json_begin_list(&json, false);
	put_metainfo(&json);
	for (size_t i = 0; i < fetching->tables.count; i++)
		put_table(&json, *CV_AT(&fetching->tables, const struct nlmsghdr *, i));
	for (size_t i = 0; i < fetching->in_order.count; i++)
		put_set(fetching, &json,
			*CV_AT(&fetching->in_order, struct cv_fetch_set *, i));
	for (size_t i = 0; i < fetching->chains.count; i++)
		put_chain(&json, *CV_AT(&fetching->chains, const struct nlmsghdr *, i));
	for (size_t i = 0; i < fetching->rules.count; i++)
		put_rule(fetching, &json,
			 *CV_AT(&fetching->rules, const struct nlmsghdr *, i));
	cv_json_end_list(&json);
	cv_json_end_object(&json);
}

bool cv_nft_fetch(struct cv_ctx *ctx, bool whole, struct cv_buf *out,
		  const char **why_out)
{
	struct fetching fetching = {.ctx = *ctx, .whole = whole};
	struct cv_netlink link;
	uint32_t generation;
	bool ok;

	fetching.ctx.arena = cv_arena_open();
	ok = cv_netlink_open(ctx, &link) &&
	     cv_netlink_snapshot(&link, look, &fetching, &generation);
	if (ok)
		put_all(&fetching, out);
	else
		*why_out = cv_netlink_why(&link);
	cv_netlink_close(&link);
	HASH_CLEAR(hh, fetching.by_id);
	cv_arena_close(fetching.ctx.arena);
	return ok;
}
