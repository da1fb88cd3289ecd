/* The socket and what goes over it.
 *
 * Everything is answered within sendto(), as nf_tables works in the sender's own
 * context; so answers to a batch are read until there are none, without waiting.
 * Dumps come in pieces, and between two of them the ruleset may change: the kernel
 * then sets NLM_F_DUMP_INTR, or only the generation tells. */
#include "nftables/netlink_talk.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/ctx.h"

enum {
	ROOM = 1 << 16,         /* for what is received at once; dumps send 32 KiB */
	RECEIVE_ROOM = 8 << 20, /* of the socket: an error message for each element */
	TRIES = 20,             /* of a dump while others change the ruleset */
};

static ssize_t send_to_kernel(struct cv_netlink *link, const struct iovec *pieces,
			      size_t count)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	const struct msghdr message = {
		.msg_name = &kernel,
		.msg_namelen = sizeof kernel,
		.msg_iov = (struct iovec *)(uintptr_t)pieces,
		.msg_iovlen = count,
	};

	return sendmsg(mnl_socket_get_fd(link->socket), &message, 0);
}

static bool fail(struct cv_netlink *link)
{
	link->error = errno;
	return false;
}

static void set_option(const struct cv_netlink *link, int option, int value)
{
	setsockopt(mnl_socket_get_fd(link->socket), SOL_SOCKET, option, &value,
		   sizeof value);
}

/* The forced option needs CAP_NET_ADMIN of the first user namespace; the other one
 * is bounded by net.core.rmem_max and wmem_max.  Neither failing does harm here: a
 * buffer that is too small is noticed when it is used. */
static void raise_buffer(const struct cv_netlink *link, int option, int forced, int value)
{
	set_option(link, option, value);
	set_option(link, forced, value);
}

bool cv_netlink_open(struct cv_ctx *ctx, struct cv_netlink *link)
{
	int yes = 1;

	*link = (struct cv_netlink){.ctx = ctx, .send = send_to_kernel};
	link->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!link->socket || mnl_socket_bind(link->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail(link);
	/* Without them a complaint only names its message; kernels before 4.12 have
	 * none. */
	mnl_socket_setsockopt(link->socket, NETLINK_CAP_ACK, &yes, sizeof yes);
	mnl_socket_setsockopt(link->socket, NETLINK_EXT_ACK, &yes, sizeof yes);
	raise_buffer(link, SO_RCVBUF, SO_RCVBUFFORCE, RECEIVE_ROOM);
	link->room = cv_arena_array(ctx->arena, 1, ROOM);
	return true;
}

void cv_netlink_close(struct cv_netlink *link)
{
	if (link->socket)
		mnl_socket_close(link->socket);
	link->socket = NULL;
}

const char *cv_netlink_words(struct cv_ctx *ctx, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return "not permitted: run as root or with CAP_NET_ADMIN";
	case EEXIST:
		return "it is there already, or overlaps what is";
	case ENOENT:
		return "what it is about is not there, or this kernel has no such thing";
	case EBUSY:
		return "it is in use by a rule that is not ours";
	case ENFILE:
		return "the set is full";
	case ERESTART:
		return "somebody changed the ruleset meanwhile";
	case EAGAIN:
		return "somebody keeps changing the ruleset";
	case EOPNOTSUPP:
		return "this kernel cannot do that, or not to what is there";
	case EMSGSIZE:
		return "too long for one message: run as root, or raise "
		       "net.core.wmem_max";
	case ENOBUFS:
		return "the kernel had more to say than there was room for";
	case EPROTONOSUPPORT:
		return "this kernel has no nf_tables";
	default:
		return cv_arena_text(ctx->arena, strerror(error));
	}
}

const char *cv_netlink_why(const struct cv_netlink *link)
{
	return cv_netlink_words(link->ctx, link->error);
}

struct cv_netlink_list cv_netlink_of_message(const struct nlmsghdr *message)
{
	const size_t skip = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));

	return (struct cv_netlink_list){
		(const char *)message + skip,
		message->nlmsg_len > skip ? message->nlmsg_len - skip : 0,
	};
}

struct cv_netlink_list cv_netlink_of_nest(const struct nlattr *nest)
{
	if (!nest)
		return (struct cv_netlink_list){NULL, 0};
	return (struct cv_netlink_list){mnl_attr_get_payload(nest),
					mnl_attr_get_payload_len(nest)};
}

const struct nlattr *cv_netlink_next(struct cv_netlink_list *list)
{
	const struct nlattr *attribute = (const struct nlattr *)(const void *)list->at;
	size_t size;

	if (list->left < sizeof *attribute || attribute->nla_len < sizeof *attribute ||
	    attribute->nla_len > list->left)
		return NULL;
	size = NLMSG_ALIGN((size_t)attribute->nla_len);
	if (size > list->left)
		size = list->left;
	list->at += size;
	list->left -= size;
	return attribute;
}

void cv_netlink_sort(struct cv_netlink_list list, const struct nlattr **by_type,
		     size_t count)
{
	const struct nlattr *attribute;

	memset(by_type, 0, count * sizeof *by_type);
	while ((attribute = cv_netlink_next(&list)))
		if (mnl_attr_get_type(attribute) < count)
			by_type[mnl_attr_get_type(attribute)] = attribute;
}

uint32_t cv_netlink_u32(const struct nlattr *attribute)
{
	uint32_t number = 0;

	if (attribute && mnl_attr_get_payload_len(attribute) >= sizeof number)
		memcpy(&number, mnl_attr_get_payload(attribute), sizeof number);
	return be32toh(number);
}

uint64_t cv_netlink_u64(const struct nlattr *attribute)
{
	uint64_t number = 0;

	if (attribute && mnl_attr_get_payload_len(attribute) >= sizeof number)
		memcpy(&number, mnl_attr_get_payload(attribute), sizeof number);
	return be64toh(number);
}

const char *cv_netlink_text(struct cv_ctx *ctx, const struct nlattr *attribute)
{
	const char *text;

	if (!attribute)
		return NULL;
	text = mnl_attr_get_payload(attribute);
	return cv_arena_copy(ctx->arena, text,
			     strnlen(text, mnl_attr_get_payload_len(attribute)));
}

bool cv_netlink_text_is(const struct nlattr *attribute, const char *text)
{
	const size_t size = strlen(text);
	size_t length;

	if (!attribute)
		return false;
	length = mnl_attr_get_payload_len(attribute);
	return strnlen(mnl_attr_get_payload(attribute), length) == size &&
	       memcmp(mnl_attr_get_payload(attribute), text, size) == 0;
}

/* Header and family of a message in `room`. */
static struct nlmsghdr *ask(struct cv_netlink *link, char *room, int type, uint16_t flags,
			    uint8_t family)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);
	struct nfgenmsg *more;

	message->nlmsg_type = (uint16_t)((NFNL_SUBSYS_NFTABLES << 8) | type);
	message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	message->nlmsg_seq = ++link->sequence;
	more = mnl_nlmsg_put_extra_header(message, sizeof *more);
	more->nfgen_family = family;
	more->version = NFNETLINK_V0;
	return message;
}

static bool send_message(struct cv_netlink *link, const struct nlmsghdr *message)
{
	const struct iovec piece = {(void *)(uintptr_t)message, message->nlmsg_len};

	return link->send(link, &piece, 1) >= 0 || fail(link);
}

/* Older kernels take no notice of the table or chain that a dump was asked for.  The
 * table is the first attribute of all that we ask for, chain or set the second. */
static bool is_asked(const struct nlmsghdr *message,
		     const struct cv_netlink_question *question)
{
	_Static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 &&
			       NFTA_SET_TABLE == 1 && NFTA_RULE_TABLE == 1 &&
			       NFTA_SET_ELEM_LIST_TABLE == 1 && NFTA_RULE_CHAIN == 2 &&
			       NFTA_SET_ELEM_LIST_SET == 2,
		       "where the names stand");

	const struct nlattr *names[3];

	cv_netlink_sort(cv_netlink_of_message(message), names, 3);
	return (!question->table || cv_netlink_text_is(names[1], question->table)) &&
	       (!question->name || cv_netlink_text_is(names[2], question->name));
}

/* What the kernel sent at once: the dump's end, an error or answers. */
static bool take_answers(struct cv_netlink *link, size_t size,
			 const struct cv_netlink_question *question,
			 cv_netlink_visitor *visit, void *data, bool *done_out)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(void *)link->room;
	int left = (int)size;
	bool ok = true;

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		const int *status = mnl_nlmsg_get_payload(message);

		if (message->nlmsg_seq != link->sequence)
			continue;
		if ((message->nlmsg_flags & NLM_F_DUMP_INTR) && !link->error)
			link->error = EINTR;
		if (message->nlmsg_type == NLMSG_DONE ||
		    message->nlmsg_type == NLMSG_ERROR) {
			*done_out = true;
			if (mnl_nlmsg_get_payload_len(message) >= sizeof *status &&
			    *status && !link->error)
				link->error = *status < 0 ? -*status : *status;
		} else if (ok && !link->error && is_asked(message, question)) {
			ok = visit(message, data);
		}
	}
	return ok;
}

bool cv_netlink_dump(struct cv_netlink *link, const struct cv_netlink_question *question,
		     cv_netlink_visitor *visit, void *data)
{
	const uint16_t flags = question->type == NFT_MSG_GETGEN ? NLM_F_ACK : NLM_F_DUMP;
	char *room = cv_arena_array(link->ctx->arena, 1, 1024);
	struct nlmsghdr *message =
		ask(link, room, question->type, flags, question->family);
	bool done = false, ok = true;

	if (question->table)
		mnl_attr_put_strz_check(message, 1024, 1, question->table);
	if (question->name)
		mnl_attr_put_strz_check(message, 1024, 2, question->name);
	link->error = 0;
	if (!send_message(link, message))
		return false;
	/* To the very end, whatever happens: the next answers must not be mixed with
	 * these. */
	while (!done) {
		const ssize_t size = mnl_socket_recvfrom(link->socket, link->room, ROOM);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail(link);
		ok = take_answers(link, (size_t)size, question, visit, data, &done) && ok;
	}
	return ok && !link->error;
}

static bool take_generation(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *parts[NFTA_GEN_MAX + 1];
	uint32_t *generation = data;

	cv_netlink_sort(cv_netlink_of_message(message), parts, NFTA_GEN_MAX + 1);
	*generation = cv_netlink_u32(parts[NFTA_GEN_ID]);
	return true;
}

bool cv_netlink_generation(struct cv_netlink *link, uint32_t *generation_out)
{
	const struct cv_netlink_question question = {.type = NFT_MSG_GETGEN};

	return cv_netlink_dump(link, &question, take_generation, generation_out);
}

bool cv_netlink_snapshot(struct cv_netlink *link, cv_netlink_look *look, void *data,
			 uint32_t *generation_out)
{
	for (int i = 0; i < TRIES; i++) {
		uint32_t before = 0, after = 0;

		if (!cv_netlink_generation(link, &before))
			return false;
		if (!look(link, data)) {
			if (link->error != EINTR)
				return false;
			continue;
		}
		if (!cv_netlink_generation(link, &after))
			return false;
		if (before == after) {
			*generation_out = after;
			return true;
		}
	}
	link->error = EAGAIN;
	return false;
}

/* One complaint, or an ACK, which is a complaint without an error. */
static void take_fault(struct cv_netlink *link, const struct nlmsghdr *message,
		       struct cv_table *faults, bool *acked)
{
	const struct nlmsgerr *answer = mnl_nlmsg_get_payload(message);
	size_t skip = sizeof *answer;
	struct cv_netlink_list list;
	const struct nlattr *parts[NLMSGERR_ATTR_MAX + 1];
	struct cv_netlink_fault *fault;

	if (mnl_nlmsg_get_payload_len(message) < sizeof *answer)
		return;
	if (answer->error == 0) {
		*acked = true;
		return;
	}
	fault = CV_ADD(link->ctx->arena, faults, struct cv_netlink_fault);
	fault->error = -answer->error;
	fault->sequence = answer->msg.nlmsg_seq;
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		skip += answer->msg.nlmsg_len - sizeof answer->msg;
	if (skip > mnl_nlmsg_get_payload_len(message))
		return;
	list.at = (const char *)answer + skip;
	list.left = mnl_nlmsg_get_payload_len(message) - skip;
	cv_netlink_sort(list, parts, NLMSGERR_ATTR_MAX + 1);
	fault->text = cv_netlink_text(link->ctx, parts[NLMSGERR_ATTR_MSG]);
	/* Of this machine, not of the network. */
	fault->offset = ntohl(cv_netlink_u32(parts[NLMSGERR_ATTR_OFFS]));
}

/* All that is there; false when some was lost. */
static bool take_faults(struct cv_netlink *link, struct cv_table *faults, bool *acked)
{
	bool whole = true;

	for (;;) {
		const ssize_t size = recv(mnl_socket_get_fd(link->socket), link->room,
					  ROOM, MSG_DONTWAIT);
		const struct nlmsghdr *message =
			(const struct nlmsghdr *)(void *)link->room;
		int left = (int)size;

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0 && errno == ENOBUFS) {
			whole = false;
			continue;
		}
		if (size < 0)
			return whole;
		for (; mnl_nlmsg_ok(message, left);
		     message = mnl_nlmsg_next(message, &left))
			if (message->nlmsg_type == NLMSG_ERROR)
				take_fault(link, message, faults, acked);
	}
}

bool cv_netlink_batch(struct cv_netlink *link, const struct iovec *pieces, size_t count,
		      struct cv_table *faults)
{
	/* The kernel books more than the bytes; it also doubles what it is asked for. */
	size_t wanted = 4096;
	bool acked = false, whole;

	for (size_t i = 0; i < count; i++)
		wanted += pieces[i].iov_len;
	raise_buffer(link, SO_SNDBUF, SO_SNDBUFFORCE,
		     wanted > INT32_MAX / 2 ? INT32_MAX / 2 : (int)wanted);
	link->error = 0;
	if (link->send(link, pieces, count) < 0)
		return fail(link);
	whole = take_faults(link, faults, &acked);
	if (faults->count)
		link->error = CV_AT(faults, struct cv_netlink_fault, 0)->error;
	else if (!acked)
		link->error = whole ? EPROTO : ENOBUFS;
	return !link->error;
}
