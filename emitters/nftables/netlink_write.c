/* Batches of messages for nf_tables.
 *
 * Every message notes where it begins, and every element where it stands, so that a
 * complaint of the kernel finds its way back to the entry: it names the message by
 * its sequence number and the attribute by its offset in there. */
#include "nftables/netlink_write.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "base/ctx.h"

enum {
	SMALL = 4096,        /* room for a message without elements */
	MOST_LIST = 65535,   /* bytes of a nested list: its length has 16 bits */
	MOST_ELEMENT = 1024, /* bytes of one element, with a chain's name, and to spare */
	ATTRIBUTE = 4,       /* bytes of an attribute's head */
};

void cv_batch_open(struct cv_ctx *ctx, struct cv_batch *batch, const char *table,
		   uint32_t first)
{
	*batch = (struct cv_batch){.ctx = ctx, .table = table, .sequence = first};
}

void cv_batch_close(struct cv_batch *batch)
{
	cv_buf_deinit(&batch->bytes);
}

static void mark(struct cv_batch *batch, const struct cv_entry *entry, const char *what)
{
	struct cv_batch_mark *mark_at =
		CV_ADD(batch->ctx->arena, &batch->marks, struct cv_batch_mark);

	mark_at->offset = batch->bytes.size;
	mark_at->entry = entry;
	mark_at->what = what;
}

/* A message at the end of the bytes, not counted in before end_message(). */
static struct nlmsghdr *begin_message(struct cv_batch *batch, int type, int flags,
				      uint8_t family, uint16_t resource)
{
	struct nlmsghdr *message =
		mnl_nlmsg_put_header(cv_buf_room(&batch->bytes, SMALL));
	struct nfgenmsg *more;

	*CV_ADD(batch->ctx->arena, &batch->messages, size_t) = batch->bytes.size;
	message->nlmsg_type = (uint16_t)type;
	message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	message->nlmsg_seq = batch->sequence + (uint32_t)batch->messages.count - 1;
	more = mnl_nlmsg_put_extra_header(message, sizeof *more);
	more->nfgen_family = family;
	more->version = NFNETLINK_V0;
	more->res_id = htons(resource);
	return message;
}

static struct nlmsghdr *begin_nft(struct cv_batch *batch, int type, int flags)
{
	return begin_message(batch, (NFNL_SUBSYS_NFTABLES << 8) | type, flags,
			     NFPROTO_INET, 0);
}

static void end_message(struct cv_batch *batch, const struct nlmsghdr *message)
{
	batch->bytes.size += message->nlmsg_len;
}

void cv_batch_begin(struct cv_batch *batch, uint32_t generation)
{
	struct nlmsghdr *message = begin_message(batch, NFNL_MSG_BATCH_BEGIN, 0,
						 AF_UNSPEC, NFNL_SUBSYS_NFTABLES);

	mnl_attr_put_u32(message, NFNL_BATCH_GENID, htonl(generation));
	end_message(batch, message);
}

void cv_batch_end(struct cv_batch *batch)
{
	end_message(batch, begin_message(batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC,
					 NFNL_SUBSYS_NFTABLES));
}

void cv_batch_acknowledge(struct cv_batch *batch)
{
	const size_t offset = *CV_AT(&batch->messages, size_t, batch->messages.count - 1);
	struct nlmsghdr *message =
		(struct nlmsghdr *)(void *)(batch->bytes.data + offset);

	message->nlmsg_flags |= NLM_F_ACK;
}

const struct cv_batch_mark *cv_batch_mark_at(const struct cv_batch *batch,
					     uint32_t sequence, size_t offset)
{
	size_t low = 0, high = batch->marks.count;

	if (sequence < batch->sequence ||
	    sequence - batch->sequence >= batch->messages.count)
		return NULL;
	offset += *CV_AT(&batch->messages, size_t, sequence - batch->sequence);
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (CV_AT(&batch->marks, struct cv_batch_mark, middle)->offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? CV_AT(&batch->marks, struct cv_batch_mark, low - 1) : NULL;
}

/* Flags of zero, as nft sends them: the table is to be awake. */
void cv_batch_add_table(struct cv_batch *batch)
{
	struct nlmsghdr *message;

	mark(batch, NULL,
	     cv_arena_format(batch->ctx->arena, "the table %s", batch->table));
	message = begin_nft(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	mnl_attr_put_strz(message, NFTA_TABLE_NAME, batch->table);
	mnl_attr_put_u32(message, NFTA_TABLE_FLAGS, 0);
	end_message(batch, message);
}

void cv_batch_remove_table(struct cv_batch *batch)
{
	struct nlmsghdr *message;

	mark(batch, NULL,
	     cv_arena_format(batch->ctx->arena, "the table %s", batch->table));
	message = begin_nft(batch, NFT_MSG_DELTABLE, 0);
	mnl_attr_put_strz(message, NFTA_TABLE_NAME, batch->table);
	end_message(batch, message);
}

static struct nlmsghdr *begin_chain(struct cv_batch *batch, int type, int flags,
				    const char *name)
{
	struct nlmsghdr *message;

	mark(batch, NULL, cv_arena_format(batch->ctx->arena, "the chain %s", name));
	message = begin_nft(batch, type, flags);
	mnl_attr_put_strz(message, NFTA_CHAIN_TABLE, batch->table);
	mnl_attr_put_strz(message, NFTA_CHAIN_NAME, name);
	return message;
}

static void put_policy(struct nlmsghdr *message, bool drops)
{
	mnl_attr_put_u32(message, NFTA_CHAIN_POLICY, htonl(drops ? NF_DROP : NF_ACCEPT));
}

void cv_batch_add_chain(struct cv_batch *batch, const char *name,
			const struct cv_live_chain *base, bool drops)
{
	struct nlmsghdr *message =
		begin_chain(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, name);

	if (base) {
		struct nlattr *hook = mnl_attr_nest_start(message, NFTA_CHAIN_HOOK);

		mnl_attr_put_u32(message, NFTA_HOOK_HOOKNUM, htonl(base->hook));
		mnl_attr_put_u32(message, NFTA_HOOK_PRIORITY,
				 htonl((uint32_t)base->priority));
		mnl_attr_nest_end(message, hook);
		mnl_attr_put_strz(message, NFTA_CHAIN_TYPE, "filter");
		put_policy(message, drops);
	}
	end_message(batch, message);
}

void cv_batch_set_policy(struct cv_batch *batch, const char *name, bool drops)
{
	struct nlmsghdr *message = begin_chain(batch, NFT_MSG_NEWCHAIN, 0, name);

	put_policy(message, drops);
	end_message(batch, message);
}

void cv_batch_remove_chain(struct cv_batch *batch, const char *name)
{
	end_message(batch, begin_chain(batch, NFT_MSG_DELCHAIN, 0, name));
}

static void remove_rules(struct cv_batch *batch, const char *chain, uint64_t handle)
{
	struct nlmsghdr *message;

	mark(batch, NULL,
	     cv_arena_format(batch->ctx->arena, "the rules of the chain %s", chain));
	message = begin_nft(batch, NFT_MSG_DELRULE, 0);
	mnl_attr_put_strz(message, NFTA_RULE_TABLE, batch->table);
	mnl_attr_put_strz(message, NFTA_RULE_CHAIN, chain);
	if (handle)
		mnl_attr_put_u64(message, NFTA_RULE_HANDLE, htobe64(handle));
	end_message(batch, message);
}

void cv_batch_flush_chain(struct cv_batch *batch, const char *chain)
{
	remove_rules(batch, chain, 0);
}

void cv_batch_remove_rule(struct cv_batch *batch, const char *chain, uint64_t handle)
{
	remove_rules(batch, chain, handle);
}

void cv_batch_remove_set(struct cv_batch *batch, const char *name)
{
	struct nlmsghdr *message;

	mark(batch, NULL, cv_arena_format(batch->ctx->arena, "the set %s", name));
	message = begin_nft(batch, NFT_MSG_DELSET, 0);
	mnl_attr_put_strz(message, NFTA_SET_TABLE, batch->table);
	mnl_attr_put_strz(message, NFTA_SET_NAME, name);
	end_message(batch, message);
}

void cv_batch_flush_map(struct cv_batch *batch, const char *name)
{
	struct nlmsghdr *message;

	mark(batch, NULL, cv_arena_format(batch->ctx->arena, "the map %s", name));
	message = begin_nft(batch, NFT_MSG_DELSETELEM, 0);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, batch->table);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, name);
	end_message(batch, message);
}

/* How many elements, and with ranges the fields of the key. */
static void put_description(struct nlmsghdr *message, const struct cv_batch_set *set)
{
	struct nlattr *description = mnl_attr_nest_start(message, NFTA_SET_DESC);

	if (set->size)
		mnl_attr_put_u32(message, NFTA_SET_DESC_SIZE, htonl((uint32_t)set->size));
	if (set->field_count) {
		struct nlattr *fields =
			mnl_attr_nest_start(message, NFTA_SET_DESC_CONCAT);

		for (size_t i = 0; i < set->field_count; i++) {
			struct nlattr *field =
				mnl_attr_nest_start(message, NFTA_LIST_ELEM);

			mnl_attr_put_u32(message, NFTA_SET_FIELD_LEN,
					 htonl(set->fields[i]));
			mnl_attr_nest_end(message, field);
		}
		mnl_attr_nest_end(message, fields);
	}
	mnl_attr_nest_end(message, description);
}

/* For the listings of nft only: in what order the bytes of a key stand. */
static void put_set_data(struct nlmsghdr *message, const struct cv_batch_set *set)
{
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);

	if (!data ||
	    !nftnl_udata_put_u32(data, NFTNL_UDATA_SET_KEYBYTEORDER, set->byte_order) ||
	    (set->flags & NFT_SET_MAP &&
	     !nftnl_udata_put_u32(data, NFTNL_UDATA_SET_DATABYTEORDER, 0)) ||
	    (set->merge && !nftnl_udata_put_u32(data, NFTNL_UDATA_SET_MERGE_ELEMENTS, 1)))
		cv_out_of_memory();
	mnl_attr_put(message, NFTA_SET_USERDATA, nftnl_udata_buf_len(data),
		     nftnl_udata_buf_data(data));
	nftnl_udata_buf_free(data);
}

uint32_t cv_batch_add_set(struct cv_batch *batch, const struct cv_batch_set *set,
			  const char *what)
{
	const uint32_t id = batch->sequence + ++batch->sets;
	struct nlmsghdr *message;

	mark(batch, NULL, what);
	message = begin_nft(batch, NFT_MSG_NEWSET,
			    NLM_F_CREATE | (set->stays ? 0 : NLM_F_EXCL));
	mnl_attr_put_strz(message, NFTA_SET_TABLE, batch->table);
	mnl_attr_put_strz(message, NFTA_SET_NAME, set->name);
	mnl_attr_put_u32(message, NFTA_SET_FLAGS, htonl(set->flags));
	mnl_attr_put_u32(message, NFTA_SET_KEY_TYPE, htonl(set->type));
	mnl_attr_put_u32(message, NFTA_SET_KEY_LEN, htonl(set->length));
	if (set->flags & NFT_SET_MAP) {
		mnl_attr_put_u32(message, NFTA_SET_DATA_TYPE, htonl(NFT_DATA_VERDICT));
		mnl_attr_put_u32(message, NFTA_SET_DATA_LEN, 0);
	}
	mnl_attr_put_u32(message, NFTA_SET_ID, htonl(id));
	if (set->size || set->field_count)
		put_description(message, set);
	put_set_data(message, set);
	end_message(batch, message);
	return id;
}

static void open_list(struct cv_batch_elements *elements)
{
	struct cv_batch *batch = elements->batch;
	struct nlmsghdr *message =
		begin_nft(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *list;

	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, batch->table);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, elements->set);
	mnl_attr_put_u32(message, NFTA_SET_ELEM_LIST_SET_ID, htonl(elements->id));
	list = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	elements->message = batch->bytes.size;
	elements->list =
		batch->bytes.size + (size_t)((const char *)list - (const char *)message);
	end_message(batch, message);
}

void cv_batch_end_elements(struct cv_batch_elements *elements)
{
	struct cv_buf *bytes = &elements->batch->bytes;
	struct nlmsghdr *message;
	struct nlattr *list;

	if (!elements->list)
		return;
	message = (struct nlmsghdr *)(void *)(bytes->data + elements->message);
	list = (struct nlattr *)(void *)(bytes->data + elements->list);
	message->nlmsg_len = (uint32_t)(bytes->size - elements->message);
	list->nla_len = (uint16_t)(bytes->size - elements->list);
	elements->list = 0;
}

/* An attribute at `at` with its payload, padded; the byte behind it. */
static char *put_attribute(char *at, int type, const void *data, size_t size)
{
	const uint16_t head[2] = {(uint16_t)(ATTRIBUTE + size), (uint16_t)type};
	const size_t padded = NLMSG_ALIGN(size);

	memcpy(at, head, ATTRIBUTE);
	memset(at + ATTRIBUTE + padded - (padded - size ? 4 : 0), 0,
	       padded - size ? 4 : 0);
	memcpy(at + ATTRIBUTE, data, size);
	return at + ATTRIBUTE + padded;
}

/* The head of what lies from behind it up to `end`; the end. */
static char *close_nest(char *at, int type, char *end)
{
	const uint16_t head[2] = {(uint16_t)(end - at), (uint16_t)(type | NLA_F_NESTED)};

	memcpy(at, head, ATTRIBUTE);
	return end;
}

/* A key is a value inside of an attribute of the key's. */
static char *put_key(char *at, int type, const uint8_t *key, size_t size)
{
	return close_nest(at, type,
			  put_attribute(at + ATTRIBUTE, NFTA_DATA_VALUE, key, size));
}

/* A verdict inside of data inside of an attribute of the data's. */
static char *put_jump(char *at, const char *chain)
{
	const uint32_t code = htonl((uint32_t)NFT_JUMP);
	char *verdict = at + ATTRIBUTE, *end = verdict + ATTRIBUTE;

	end = put_attribute(end, NFTA_VERDICT_CODE, &code, sizeof code);
	end = put_attribute(end, NFTA_VERDICT_CHAIN, chain,
			    strnlen(chain, CV_NFT_LONGEST_NAME) + 1);
	return close_nest(at, NFTA_SET_ELEM_DATA,
			  close_nest(verdict, NFTA_DATA_VERDICT, end));
}

/* What nft shows of an element: its comment; and, of the last interval of all, that it
 * has no end. */
static char *put_element_data(char *at, const struct cv_batch_element *element)
{
	static const uint32_t open = NFTNL_SET_ELEM_F_INTERVAL_OPEN;
	uint8_t data[256];
	size_t size = 0;

	if (element->comment) {
		const size_t length =
			strnlen(element->comment, CV_NFT_LONGEST_COMMENT) + 1;

		data[size++] = NFTNL_UDATA_SET_ELEM_COMMENT;
		data[size++] = (uint8_t)length;
		memcpy(data + size, element->comment, length - 1);
		size += length;
		data[size - 1] = '\0';
	}
	if (element->open) {
		data[size++] = NFTNL_UDATA_SET_ELEM_FLAGS;
		data[size++] = sizeof open;
		memcpy(data + size, &open, sizeof open);
		size += sizeof open;
	}
	return size ? put_attribute(at, NFTA_SET_ELEM_USERDATA, data, size) : at;
}

static size_t write_element(char *at, const struct cv_batch_element *element)
{
	char *end =
		put_key(at + ATTRIBUTE, NFTA_SET_ELEM_KEY, element->key, element->length);

	if (element->ranged)
		end = put_key(end, NFTA_SET_ELEM_KEY_END, element->end, element->length);
	if (element->chain)
		end = put_jump(end, element->chain);
	if (element->flags) {
		const uint32_t flags = htonl(element->flags);

		end = put_attribute(end, NFTA_SET_ELEM_FLAGS, &flags, sizeof flags);
	}
	if (element->timeout) {
		const uint64_t timeout = htobe64(element->timeout);

		end = put_attribute(end, NFTA_SET_ELEM_TIMEOUT, &timeout, sizeof timeout);
	}
	end = put_element_data(end, element);
	return (size_t)(close_nest(at, NFTA_LIST_ELEM, end) - at);
}

void cv_batch_element(struct cv_batch_elements *elements,
		      const struct cv_batch_element *element,
		      const struct cv_entry *entry)
{
	struct cv_batch *batch = elements->batch;
	char room[MOST_ELEMENT];
	const size_t size = write_element(room, element);

	if (elements->list && batch->bytes.size - elements->list + size > MOST_LIST)
		cv_batch_end_elements(elements);
	if (!elements->list) {
		mark(batch, entry, elements->what);
		open_list(elements);
	}
	mark(batch, entry, elements->what);
	cv_buf_add(&batch->bytes, room, size);
}

void cv_batch_add_rule(struct cv_batch *batch, struct nftnl_rule *rule, const char *chain,
		       bool first, const char *comment, const struct cv_entry *entry)
{
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);
	struct nlmsghdr *message;

	if (comment)
		comment = cv_arena_copy(batch->ctx->arena, comment,
					strnlen(comment, CV_NFT_LONGEST_COMMENT));
	if (!data || nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, batch->table) < 0 ||
	    nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain) < 0 ||
	    (comment && !nftnl_udata_put_strz(data, NFTNL_UDATA_RULE_COMMENT, comment)) ||
	    (comment &&
	     nftnl_rule_set_data(rule, NFTNL_RULE_USERDATA, nftnl_udata_buf_data(data),
				 nftnl_udata_buf_len(data)) < 0))
		cv_out_of_memory();
	mark(batch, entry,
	     cv_arena_format(batch->ctx->arena, "a rule of the chain %s", chain));
	message = begin_nft(batch, NFT_MSG_NEWRULE,
			    NLM_F_CREATE | (first ? 0 : NLM_F_APPEND));
	nftnl_rule_nlmsg_build_payload(message, rule);
	end_message(batch, message);
	nftnl_udata_buf_free(data);
	nftnl_rule_free(rule);
}
