/* Messages into items that can be sorted and compared.
 *
 * An item is a kind, what it belongs to, and its content; elements are the many, so
 * they are kept short: the hash of their set's name, flags, key, end of key, comment, and
 * of a map where it leads.
 * Expressions are brought into one spelling by netlink_expression.c. */
#include "nftables/netlink_normal.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/digest.h"
#include "nftables/netlink_expression.h"
#include "nftables/netlink_set.h"
#include "nftables/netlink_talk.h"

enum kind { CHAIN = 'c', SET = 's', ELEMENT = 'e', RULE = 'r' };

enum { LONGEST_ELEMENT = 1024 };

/* Of this run only; equal bytes are compared besides.  8 bytes at a time: there may be
 * a hundred thousand elements. */
static uint64_t hash_of(const char *bytes, size_t size)
{
	uint64_t hash = size;

	while (size) {
		const size_t part = size < 8 ? size : 8;
		uint64_t word = 0;

		memcpy(&word, bytes, part);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 32;
		bytes += part;
		size -= part;
	}
	return hash;
}

void cv_normal_open(struct cv_ctx *ctx, struct cv_normal *normal)
{
	*normal = (struct cv_normal){.ctx = ctx};
}

void cv_normal_close(struct cv_normal *normal)
{
	cv_buf_deinit(&normal->bytes);
	cv_buf_deinit(&normal->items);
}

void cv_normal_reset(struct cv_normal *normal)
{
	normal->bytes.size = normal->items.size = 0;
	normal->names = (struct cv_table){0};
}

static struct cv_normal_name *add_name(struct cv_normal *normal, const char *given,
				       uint32_t id, const char *is)
{
	struct cv_normal_name *name =
		CV_ADD(normal->ctx->arena, &normal->names, struct cv_normal_name);

	name->given = given;
	name->id = id;
	name->is = is;
	name->hash = hash_of(is, strlen(is));
	return name;
}

struct cv_normal_name *cv_normal_name(const struct cv_normal *normal, const char *given,
				      uint32_t id)
{
	for (size_t i = 0; given && i < normal->names.count; i++) {
		struct cv_normal_name *name =
			CV_AT(&normal->names, struct cv_normal_name, i);

		if ((!name->id || name->id == id) && strcmp(name->given, given) == 0)
			return name;
	}
	return NULL;
}

void cv_normal_know(struct cv_normal *normal, const struct cv_live_policy *policy,
		    const char *suffix)
{
	for (size_t i = 0; i < policy->chain_count; i++)
		add_name(normal,
			 cv_arena_format(normal->ctx->arena, "%s%s",
					 policy->chains[i].name, suffix),
			 0, policy->chains[i].name);
	for (size_t i = 0; i < policy->beside_count; i++)
		add_name(normal,
			 cv_arena_format(normal->ctx->arena, "%s%s",
					 policy->beside[i].name, suffix),
			 0, policy->beside[i].name);
	for (size_t i = 0; i < policy->map_count; i++)
		add_name(normal,
			 cv_arena_format(normal->ctx->arena, "%s%s", policy->maps[i].name,
					 suffix),
			 0, policy->maps[i].name);
	for (size_t i = 0; i < policy->set_count; i++)
		add_name(normal,
			 cv_arena_format(normal->ctx->arena, "%s%s", policy->sets[i].name,
					 suffix),
			 0, policy->sets[i].name);
}

/* An item begins with its kind and the hash of what it belongs to. */
static size_t begin_item(struct cv_normal *normal, enum kind kind, uint64_t of)
{
	const size_t start = normal->bytes.size;

	cv_buf_char(&normal->bytes, (char)kind);
	cv_buf_add(&normal->bytes, (const char *)&of, sizeof of);
	return start;
}

static void end_item(struct cv_normal *normal, size_t start)
{
	struct cv_normal_item item = {.offset = start};

	item.size = normal->bytes.size - start;
	item.hash = hash_of(normal->bytes.data + start, item.size);
	cv_buf_add(&normal->items, (const char *)&item, sizeof item);
}

static void put_chain(struct cv_normal *normal, const struct cv_normal_name *name,
		      const char *type, uint32_t hook, int32_t priority, bool drops)
{
	const size_t start = begin_item(normal, CHAIN, name->hash);

	if (type)
		cv_buf_format(&normal->bytes, "%s type %s hook %u priority %d policy %s",
			      name->is, type, hook, priority, drops ? "drop" : "accept");
	else
		cv_buf_text(&normal->bytes, name->is);
	end_item(normal, start);
}

void cv_normal_add_chain(struct cv_normal *normal, const struct cv_live_chain *chain)
{
	const struct cv_normal_name *name = cv_normal_name(normal, chain->name, 0);

	if (name)
		put_chain(normal, name, chain->base ? "filter" : NULL, chain->hook,
			  chain->priority, chain->drops);
}

void cv_normal_take_chain(struct cv_normal *normal, const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_CHAIN_MAX + 1], *hook[NFTA_HOOK_MAX + 1];
	const struct cv_normal_name *name;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_CHAIN_MAX + 1);
	cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_CHAIN_HOOK]), hook,
			NFTA_HOOK_MAX + 1);
	name = cv_normal_name(normal,
			      cv_netlink_text(normal->ctx, parts[NFTA_CHAIN_NAME]), 0);
	if (name)
		put_chain(normal, name,
			  cv_netlink_text(normal->ctx, parts[NFTA_CHAIN_TYPE]),
			  cv_netlink_u32(hook[NFTA_HOOK_HOOKNUM]),
			  (int32_t)cv_netlink_u32(hook[NFTA_HOOK_PRIORITY]),
			  cv_netlink_u32(parts[NFTA_CHAIN_POLICY]) == NF_DROP);
}

/* The comment in somebody's user data; its size with the NUL, 0 for none. */
static size_t comment_of(const struct nlattr *data, const char **comment_out)
{
	const uint8_t *at = data ? mnl_attr_get_payload(data) : NULL;
	size_t left = data ? mnl_attr_get_payload_len(data) : 0;

	while (left >= 2 && left - 2 >= at[1]) {
		if (at[0] == 0) {
			*comment_out = (const char *)at + 2;
			return at[1];
		}
		left -= 2u + at[1];
		at += 2u + at[1];
	}
	return 0;
}

/* The rule that is being taken. */
struct taken_rule {
	struct cv_normal *normal;
	struct cv_normal_name *chain;
	size_t sets; /* without a name, so far */
};

/* The set that a rule looks into, by what it is.  One without a name is known from
 * here on. */
static const char *name_of_lookup(void *data, const char *given, uint32_t id)
{
	struct taken_rule *rule = data;
	struct cv_normal *normal = rule->normal;
	struct cv_normal_name *name = cv_normal_name(normal, given, id);

	if (!name && strncmp(given, "__", 2) == 0)
		name = add_name(normal, given, id,
				cv_arena_format(normal->ctx->arena, "%s %zu %zu",
						rule->chain->is, rule->chain->rules,
						++rule->sets));
	return name ? name->is : given;
}

/* Where a rule goes on: a side chain is the same as what it stands in for. */
static const char *name_of_chain(void *data, const char *given)
{
	const struct taken_rule *rule = data;
	const struct cv_normal_name *name = cv_normal_name(rule->normal, given, 0);

	return name ? name->is : given;
}

void cv_normal_take_rule(struct cv_normal *normal, const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_RULE_MAX + 1];
	struct taken_rule rule = {.normal = normal};
	struct cv_expression_names names = {name_of_lookup, name_of_chain, &rule};
	const char *comment = NULL;
	size_t start, size;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_RULE_MAX + 1);
	rule.chain = cv_normal_name(
		normal, cv_netlink_text(normal->ctx, parts[NFTA_RULE_CHAIN]), 0);
	if (!rule.chain)
		return;
	rule.chain->rules++;
	start = begin_item(normal, RULE, rule.chain->hash);
	cv_buf_add(&normal->bytes, (const char *)&rule.chain->rules,
		   sizeof rule.chain->rules);
	cv_expressions_put(normal->ctx, &normal->bytes, parts[NFTA_RULE_EXPRESSIONS],
			   &names);
	size = comment_of(parts[NFTA_RULE_USERDATA], &comment);
	cv_buf_char(&normal->bytes, '#');
	cv_buf_add(&normal->bytes, comment, size);
	end_item(normal, start);
}

void cv_normal_take_set(struct cv_normal *normal, const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_SET_MAX + 1], *desc[NFTA_SET_DESC_MAX + 1];
	const struct nlattr *field;
	const struct cv_normal_name *name;
	struct cv_netlink_list fields;
	uint32_t flags;
	size_t start;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_SET_MAX + 1);
	name = cv_normal_name(normal, cv_netlink_text(normal->ctx, parts[NFTA_SET_NAME]),
			      cv_netlink_u32(parts[NFTA_SET_ID]));
	if (!name)
		return;
	cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_SET_DESC]), desc,
			NFTA_SET_DESC_MAX + 1);
	flags = cv_netlink_u32(parts[NFTA_SET_FLAGS]);
	start = begin_item(normal, SET, name->hash);
	cv_buf_format(&normal->bytes, "%s flags %x type %x length %u timeout %llu",
		      name->is, flags, cv_netlink_u32(parts[NFTA_SET_KEY_TYPE]),
		      cv_netlink_u32(parts[NFTA_SET_KEY_LEN]),
		      (unsigned long long)cv_netlink_u64(parts[NFTA_SET_TIMEOUT]));
	if (flags & NFT_SET_MAP)
		cv_buf_format(&normal->bytes, " data %x",
			      cv_netlink_u32(parts[NFTA_SET_DATA_TYPE]));
	/* That of a set without a name is how many elements it was made of. */
	if (!(flags & NFT_SET_ANONYMOUS))
		cv_buf_format(&normal->bytes, " size %u",
			      cv_netlink_u32(desc[NFTA_SET_DESC_SIZE]));
	fields = cv_netlink_of_nest(desc[NFTA_SET_DESC_CONCAT]);
	while ((field = cv_netlink_next(&fields))) {
		const struct nlattr *length[NFTA_SET_FIELD_MAX + 1];

		cv_netlink_sort(cv_netlink_of_nest(field), length,
				NFTA_SET_FIELD_MAX + 1);
		cv_buf_format(&normal->bytes, " %u",
			      cv_netlink_u32(length[NFTA_SET_FIELD_LEN]));
	}
	end_item(normal, start);
}

/* The value inside of a key. */
static const struct nlattr *value_of(const struct nlattr *key)
{
	const struct nlattr *parts[NFTA_DATA_MAX + 1];

	cv_netlink_sort(cv_netlink_of_nest(key), parts, NFTA_DATA_MAX + 1);
	return parts[NFTA_DATA_VALUE];
}

static char *put_part(char *at, const char *end, const void *data, size_t size)
{
	if (size > 255 || (size_t)(end - at) < size + 1)
		size = 0;
	*at++ = (char)size;
	if (size)
		memcpy(at, data, size);
	return at + size;
}

static char *put_value(char *at, const char *end, const struct nlattr *value)
{
	return put_part(at, end, value ? mnl_attr_get_payload(value) : NULL,
			value ? mnl_attr_get_payload_len(value) : 0);
}

static bool is_zero(const struct nlattr *value)
{
	const char *bytes = value ? mnl_attr_get_payload(value) : NULL;
	const size_t size = value ? mnl_attr_get_payload_len(value) : 0;

	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Where a map leads: a verdict, and a chain by what it is. */
static char *put_way(const struct cv_normal *normal, char *at, const char *end,
		     const struct cv_expression_way *way)
{
	const struct cv_normal_name *name = cv_normal_name(normal, way->chain, 0);
	const char *is = name ? name->is : way->chain;

	*at++ = (char)way->verdict;
	return put_part(at, end, is, strlen(is));
}

static void take_element(struct cv_normal *normal, uint64_t of,
			 const struct nlattr *element)
{
	const struct nlattr *parts[NFTA_SET_ELEM_MAX + 1], *key;
	char room[LONGEST_ELEMENT], *at = room;
	const char *end = room + sizeof room - 2, *comment = NULL;
	struct cv_expression_way way;
	uint32_t flags;
	size_t size;

	cv_netlink_sort(cv_netlink_of_nest(element), parts, NFTA_SET_ELEM_MAX + 1);
	key = value_of(parts[NFTA_SET_ELEM_KEY]);
	flags = cv_netlink_u32(parts[NFTA_SET_ELEM_FLAGS]);
	/* What is before the first interval: some write it, some do not. */
	if ((flags & NFT_SET_ELEM_INTERVAL_END) && is_zero(key))
		return;
	*at++ = ELEMENT;
	memcpy(at, &of, sizeof of);
	at += sizeof of;
	*at++ = (char)flags;
	way = cv_expressions_verdict(normal->ctx, parts[NFTA_SET_ELEM_DATA]);
	/* A counter, a value that leads nowhere, a reference: nothing that we would
	 * write.
	 */
	*at++ = (char)(parts[NFTA_SET_ELEM_EXPR] ||
		       (parts[NFTA_SET_ELEM_DATA] && !way.chain) ||
		       parts[NFTA_SET_ELEM_OBJREF] || parts[NFTA_SET_ELEM_TIMEOUT] ||
		       parts[NFTA_SET_ELEM_EXPRESSIONS]);
	at = put_value(at, end, key);
	at = put_value(at, end, value_of(parts[NFTA_SET_ELEM_KEY_END]));
	size = comment_of(parts[NFTA_SET_ELEM_USERDATA], &comment);
	at = put_part(at, end, comment, size);
	if (way.chain)
		at = put_way(normal, at, end, &way);
	size = normal->bytes.size;
	cv_buf_add(&normal->bytes, room, (size_t)(at - room));
	end_item(normal, size);
}

void cv_normal_take_elements(struct cv_normal *normal, const struct nlmsghdr *message)
{
	const struct nlattr *parts[NFTA_SET_ELEM_LIST_MAX + 1], *element;
	const struct cv_normal_name *name;
	struct cv_netlink_list list;

	cv_netlink_sort(cv_netlink_of_message(message), parts,
			NFTA_SET_ELEM_LIST_MAX + 1);
	name = cv_normal_name(normal,
			      cv_netlink_text(normal->ctx, parts[NFTA_SET_ELEM_LIST_SET]),
			      cv_netlink_u32(parts[NFTA_SET_ELEM_LIST_SET_ID]));
	if (!name)
		return;
	list = cv_netlink_of_nest(parts[NFTA_SET_ELEM_LIST_ELEMENTS]);
	while ((element = cv_netlink_next(&list)))
		take_element(normal, name->hash, element);
}

/* Calls `take` for each message of that type. */
static void take_each(struct cv_normal *normal, const struct cv_buf *bytes, int type,
		      void (*take)(struct cv_normal *, const struct nlmsghdr *))
{
	const int wanted = (NFNL_SUBSYS_NFTABLES << 8) | type;

	for (size_t at = 0; at < bytes->size;) {
		const struct nlmsghdr *message =
			(const struct nlmsghdr *)(const void *)(bytes->data + at);

		if (message->nlmsg_type == wanted)
			take(normal, message);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
}

void cv_normal_take_batch(struct cv_normal *normal, const struct cv_buf *bytes)
{
	take_each(normal, bytes, NFT_MSG_NEWRULE, cv_normal_take_rule);
	take_each(normal, bytes, NFT_MSG_NEWSET, cv_normal_take_set);
	take_each(normal, bytes, NFT_MSG_NEWSETELEM, cv_normal_take_elements);
}

static int compare_items(const struct cv_normal *a, const struct cv_normal_item *left,
			 const struct cv_normal *b, const struct cv_normal_item *right)
{
	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	if (left->size != right->size)
		return left->size < right->size ? -1 : 1;
	return memcmp(a->bytes.data + left->offset, b->bytes.data + right->offset,
		      left->size);
}

static int by_content(const void *left, const void *right, void *data)
{
	return compare_items(data, left, data, right);
}

static const struct cv_normal_item *items_of(const struct cv_normal *normal)
{
	return (const struct cv_normal_item *)(const void *)normal->items.data;
}

static size_t count_of(const struct cv_normal *normal)
{
	return normal->items.size / sizeof(struct cv_normal_item);
}

static void sort(struct cv_normal *normal)
{
	if (normal->items.size)
		qsort_r(normal->items.data, count_of(normal),
			sizeof(struct cv_normal_item), by_content, normal);
}

/* What the item is about, for people. */
static const char *words_of(const struct cv_normal *normal,
			    const struct cv_normal_item *item)
{
	const char *bytes = normal->bytes.data + item->offset, *is = "another";
	uint64_t of;
	size_t number = 0;

	memcpy(&of, bytes + 1, sizeof of);
	for (size_t i = 0; i < normal->names.count; i++) {
		const struct cv_normal_name *name =
			CV_AT(&normal->names, struct cv_normal_name, i);

		if (name->hash == of)
			is = name->is;
	}
	switch ((enum kind)bytes[0]) {
	case CHAIN:
		return cv_arena_format(normal->ctx->arena, "the chain %s", is);
	case SET:
		return cv_arena_format(normal->ctx->arena, "the set %s", is);
	case ELEMENT:
		return cv_arena_format(normal->ctx->arena, "an element of the set %s",
				       is);
	case RULE:
		break;
	}
	memcpy(&number, bytes + 1 + sizeof of, sizeof number);
	return cv_arena_format(normal->ctx->arena, "rule %zu of the chain %s", number,
			       is);
}

const char *cv_normal_difference(struct cv_normal *wanted, struct cv_normal *found)
{
	size_t w = 0, f = 0;

	sort(wanted);
	sort(found);
	while (w < count_of(wanted) || f < count_of(found)) {
		const struct cv_normal_item *left = &items_of(wanted)[w];
		const struct cv_normal_item *right = &items_of(found)[f];
		const int order = w == count_of(wanted) ? 1
				  : f == count_of(found)
					  ? -1
					  : compare_items(wanted, left, found, right);

		if (order < 0)
			return cv_arena_format(wanted->ctx->arena,
					       "%s is not there as wanted",
					       words_of(wanted, left));
		if (order > 0)
			return cv_arena_format(found->ctx->arena, "%s is not wanted so",
					       words_of(found, right));
		w++;
		f++;
	}
	return NULL;
}

void cv_normal_digest(struct cv_normal *normal, char out[65])
{
	struct cv_buf sorted = CV_BUF_INIT;

	sort(normal);
	for (size_t i = 0; i < count_of(normal); i++) {
		const struct cv_normal_item *item = &items_of(normal)[i];

		cv_buf_add(&sorted, (const char *)&item->size, sizeof item->size);
		cv_buf_add(&sorted, normal->bytes.data + item->offset, item->size);
	}
	cv_sha256_hex(cv_buf_string(&sorted), sorted.size, out);
	cv_buf_deinit(&sorted);
}
