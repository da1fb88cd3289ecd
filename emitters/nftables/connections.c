/* The connections of a running kernel, by netlink: sock_diag for TCP with an end here,
 * conntrack for what is passed on and for protocols without a state of their own.
 *
 * Only what is whole counts: an established connection, or a flow that was answered.
 * A knock on a closed port is nobody's loss. */
#include "nftables/connections.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/inet_diag.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>

#include "base/ctx.h"
#include "nftables/facts.h"

enum {
	ROOM = 32768, /* bytes of one answer; the kernel makes none longer */
	TRIES = 5,    /* of a dump that was interrupted by a change */
	PORTS = 65536,
	QUESTION = 256,  /* bytes of one, and to spare */
	ATTRIBUTES = 32, /* of one level; what a later kernel adds is not asked for */
	FORWARD = 0,     /* places in cv_nft_lists */
	INPUT = 1,
	OUTPUT = 2,
};

/* An address of this machine, or one that all in a network hear. */
struct local {
	uint8_t family;
	bool broadcast;
	struct cv_address address;
};

struct looking {
	struct cv_ctx *ctx;
	struct cv_table *connections;
	struct cv_table locals; /* of struct local */
	bool *listens;          /* by port */
	char *room;
};

static struct cv_address address_of(uint8_t family, const void *bytes)
{
	const unsigned char *at = bytes;
	struct cv_address address = {0, 0};

	for (size_t i = 0; i < (family == 4 ? 4 : 16); i++) {
		address.high = address.high << 8 | address.low >> 56;
		address.low = address.low << 8 | at[i];
	}
	return address;
}

/* IPv4 in the clothes of IPv6, as a socket for both families has it. */
static void unmap(uint8_t *family, struct cv_address *address)
{
	if (*family != 6 || address->high != 0 || address->low >> 32 != 0xFFFF)
		return;
	*family = 4;
	address->low &= 0xFFFFFFFF;
}

static void add_local(struct looking *looking, const struct sockaddr *of, bool broadcast)
{
	struct local *local;

	if (!of || (of->sa_family != AF_INET && of->sa_family != AF_INET6))
		return;
	local = CV_ADD(looking->ctx->arena, &looking->locals, struct local);
	local->broadcast = broadcast;
	local->family = of->sa_family == AF_INET ? 4 : 6;
	if (local->family == 4)
		local->address = address_of(
			4, &((const struct sockaddr_in *)(const void *)of)->sin_addr);
	else
		local->address = address_of(
			6, &((const struct sockaddr_in6 *)(const void *)of)->sin6_addr);
}

static bool find_locals(struct looking *looking)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
		add_local(looking, at->ifa_addr, false);
		if (at->ifa_flags & IFF_BROADCAST)
			add_local(looking, at->ifa_broadaddr, true);
	}
	freeifaddrs(all);
	return true;
}

static bool is_local(const struct looking *looking, uint8_t family,
		     struct cv_address address, bool broadcast)
{
	for (size_t i = 0; i < looking->locals.count; i++) {
		const struct local *local = CV_AT(&looking->locals, struct local, i);

		if (local->family == family && local->broadcast == broadcast &&
		    cv_address_compare(local->address, address) == 0)
			return true;
	}
	return !broadcast && family == 4 && address.low >> 24 == 127;
}

/* To many at once: nobody waits for a connection there. */
static bool is_for_many(const struct looking *looking, uint8_t family,
			struct cv_address address)
{
	if (family == 6)
		return address.high >> 56 == 0xFF;
	/* An interface without a broadcast address has its own in that place. */
	return address.low >= 0xE0000000 || (is_local(looking, 4, address, true) &&
					     !is_local(looking, 4, address, false));
}

/* Sends the question and hands out the answers; false with errno set. */
static bool dump(struct looking *looking, int bus, struct nlmsghdr *question,
		 mnl_cb_t visit)
{
	struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	int state = MNL_CB_OK, error;
	unsigned port;

	if (!socket)
		return false;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, question, question->nlmsg_len) < 0)
		state = MNL_CB_ERROR;
	port = mnl_socket_get_portid(socket);
	while (state > MNL_CB_STOP) {
		const ssize_t size = mnl_socket_recvfrom(socket, looking->room, ROOM);

		if (size < 0 && errno == EINTR)
			continue;
		state = size < 0 ? MNL_CB_ERROR
				 : mnl_cb_run(looking->room, (size_t)size,
					      question->nlmsg_seq, port, visit, looking);
	}
	error = errno;
	mnl_socket_close(socket);
	errno = error;
	return state == MNL_CB_STOP;
}

/* Once more where the kernel says that its list changed meanwhile; what was seen twice
 * does no harm to whoever asks whether it would be cut. */
static bool dump_whole(struct looking *looking, int bus, struct nlmsghdr *question,
		       mnl_cb_t visit)
{
	const size_t count = looking->connections->count;

	for (int i = 0; i < TRIES; i++) {
		looking->connections->count = count;
		if (dump(looking, bus, question, visit))
			return true;
		if (errno != EINTR)
			return false;
	}
	return true;
}

static struct cv_live_connection *add_connection(struct looking *looking, uint8_t family,
						 int protocol, size_t list)
{
	struct cv_live_connection *connection = CV_ADD(
		looking->ctx->arena, looking->connections, struct cv_live_connection);

	connection->family = family;
	connection->protocol = protocol;
	connection->list = cv_nft_lists[list];
	return connection;
}

static int visit_listener(const struct nlmsghdr *message, void *data)
{
	const struct inet_diag_msg *socket = mnl_nlmsg_get_payload(message);
	struct looking *looking = data;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof *socket)
		looking->listens[ntohs(socket->id.idiag_sport)] = true;
	return MNL_CB_OK;
}

static int visit_socket(const struct nlmsghdr *message, void *data)
{
	const struct inet_diag_msg *socket = mnl_nlmsg_get_payload(message);
	struct looking *looking = data;
	struct cv_live_connection *connection;
	struct cv_address here, there;
	uint8_t family, other;
	uint16_t near, far;
	bool came_in;

	if (mnl_nlmsg_get_payload_len(message) < sizeof *socket)
		return MNL_CB_OK;
	family = socket->idiag_family == AF_INET ? 4 : 6;
	here = address_of(family, socket->id.idiag_src);
	there = address_of(family, socket->id.idiag_dst);
	other = family;
	unmap(&family, &here);
	unmap(&other, &there);
	if (family != other || is_local(looking, family, there, false))
		return MNL_CB_OK;
	near = ntohs(socket->id.idiag_sport);
	far = ntohs(socket->id.idiag_dport);
	came_in = looking->listens[near];
	connection =
		add_connection(looking, family, IPPROTO_TCP, came_in ? INPUT : OUTPUT);
	connection->source = came_in ? there : here;
	connection->source_port = came_in ? far : near;
	connection->destination = came_in ? here : there;
	connection->port = came_in ? near : far;
	return MNL_CB_OK;
}

static bool ask_sockets(struct looking *looking, uint8_t family, uint32_t states,
			mnl_cb_t visit)
{
	_Alignas(struct nlmsghdr) char bytes[QUESTION];
	struct nlmsghdr *question;
	struct inet_diag_req_v2 *body;

	memset(bytes, 0, sizeof bytes);
	question = mnl_nlmsg_put_header(bytes);
	question->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	question->nlmsg_seq = 1;
	body = mnl_nlmsg_put_extra_header(question, sizeof *body);
	body->sdiag_family = family;
	body->sdiag_protocol = IPPROTO_TCP;
	body->idiag_states = states;
	return dump_whole(looking, NETLINK_SOCK_DIAG, question, visit);
}

/* A kernel without IPv6 has no sockets of it. */
static bool look_at_sockets(struct looking *looking)
{
	const uint32_t listening = 1u << TCP_LISTEN, whole = 1u << TCP_ESTABLISHED;

	if (!ask_sockets(looking, AF_INET, listening, visit_listener))
		return false;
	ask_sockets(looking, AF_INET6, listening, visit_listener);
	if (!ask_sockets(looking, AF_INET, whole, visit_socket))
		return false;
	ask_sockets(looking, AF_INET6, whole, visit_socket);
	return true;
}

/* One direction of a tracked connection. */
struct tuple {
	uint8_t family, protocol;
	struct cv_address source, destination;
	uint16_t source_port, port;
};

/* The attributes of one level by their type. */
struct level {
	const struct nlattr *of[ATTRIBUTES];
};

static int gather(const struct nlattr *attribute, void *data)
{
	const uint16_t type = mnl_attr_get_type(attribute);
	struct level *level = data;

	if (type < ATTRIBUTES)
		level->of[type] = attribute;
	return MNL_CB_OK;
}

static struct level below(const struct nlattr *nest)
{
	struct level level = {{NULL}};

	if (nest)
		mnl_attr_parse_nested(nest, gather, &level);
	return level;
}

/* What the attribute holds, or NULL where it is not there or too short. */
static const void *bytes_of(const struct level *level, unsigned type, size_t size)
{
	const struct nlattr *attribute = level->of[type];

	return attribute && mnl_attr_get_payload_len(attribute) >= size
		       ? mnl_attr_get_payload(attribute)
		       : NULL;
}

static uint16_t port_of(const struct level *level, unsigned type)
{
	const void *bytes = bytes_of(level, type, 2);
	uint16_t port = 0;

	if (bytes)
		memcpy(&port, bytes, sizeof port);
	return ntohs(port);
}

/* Without a family where the kernel gives no such direction. */
static struct tuple read_tuple(const struct nlattr *nest)
{
	const struct level all = below(nest), ends = below(all.of[CTA_TUPLE_IP]),
			   protocol = below(all.of[CTA_TUPLE_PROTO]);
	const void *number = bytes_of(&protocol, CTA_PROTO_NUM, 1);
	const void *from = bytes_of(&ends, CTA_IP_V4_SRC, 4);
	const void *to = bytes_of(&ends, CTA_IP_V4_DST, 4);
	struct tuple tuple = {.family = 4};

	if (!from || !to) {
		from = bytes_of(&ends, CTA_IP_V6_SRC, 16);
		to = bytes_of(&ends, CTA_IP_V6_DST, 16);
		tuple.family = 6;
	}
	if (!from || !to || !number)
		return (struct tuple){0};
	tuple.source = address_of(tuple.family, from);
	tuple.destination = address_of(tuple.family, to);
	tuple.protocol = *(const uint8_t *)number;
	tuple.source_port = port_of(&protocol, CTA_PROTO_SRC_PORT);
	tuple.port = port_of(&protocol, CTA_PROTO_DST_PORT);
	return tuple;
}

/* Of other protocols than TCP there is no such state. */
static bool is_established(const struct nlattr *information)
{
	const struct level all = below(information),
			   tcp = below(all.of[CTA_PROTOINFO_TCP]);
	const uint8_t *state = bytes_of(&tcp, CTA_PROTOINFO_TCP_STATE, 1);

	return !state || *state == TCP_CONNTRACK_ESTABLISHED;
}

/* `there` is who opened it, and `back` how its answers come. */
static void add_tracked(struct looking *looking, const struct tuple *there,
			const struct tuple *back)
{
	const bool from_here = is_local(looking, there->family, there->source, false);
	const bool to_here = is_local(looking, back->family, back->source, false);
	const size_t list = from_here ? OUTPUT : to_here ? INPUT : FORWARD;
	struct cv_live_connection *connection;

	/* Pings are no connections; TCP with an end here is among the sockets. */
	if (there->protocol == IPPROTO_ICMP || there->protocol == IPPROTO_ICMPV6 ||
	    (list != FORWARD && there->protocol == IPPROTO_TCP) ||
	    (from_here && to_here) ||
	    is_for_many(looking, there->family, there->destination))
		return;
	connection = add_connection(looking, there->family, there->protocol, list);
	connection->source = there->source;
	connection->source_port = there->source_port;
	connection->destination = back->source;
	connection->port = back->source_port;
}

static int visit_tracked(const struct nlmsghdr *message, void *data)
{
	struct level all = {{NULL}};
	struct tuple there, back;
	const void *bytes;
	uint32_t status = 0;

	if (mnl_attr_parse(message, sizeof(struct nfgenmsg), gather, &all) < 0)
		return MNL_CB_OK;
	there = read_tuple(all.of[CTA_TUPLE_ORIG]);
	back = read_tuple(all.of[CTA_TUPLE_REPLY]);
	bytes = bytes_of(&all, CTA_STATUS, sizeof status);
	if (bytes)
		memcpy(&status, bytes, sizeof status);
	if (ntohl(status) & IPS_SEEN_REPLY && there.family &&
	    there.family == back.family && is_established(all.of[CTA_PROTOINFO]))
		add_tracked(data, &there, &back);
	return MNL_CB_OK;
}

static bool look_at_tracked(struct looking *looking)
{
	_Alignas(struct nlmsghdr) char bytes[QUESTION];
	struct nlmsghdr *question;
	struct nfgenmsg *body;

	memset(bytes, 0, sizeof bytes);
	question = mnl_nlmsg_put_header(bytes);
	question->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	question->nlmsg_seq = 1;
	body = mnl_nlmsg_put_extra_header(question, sizeof *body);
	body->nfgen_family = AF_UNSPEC;
	body->version = NFNETLINK_V0;
	return dump_whole(looking, NETLINK_NETFILTER, question, visit_tracked);
}

bool cv_nft_connections(struct cv_ctx *ctx, struct cv_table *connections,
			const char **why_out)
{
	struct looking looking = {.ctx = ctx, .connections = connections};
	bool sockets, tracked;

	*why_out = NULL;
	looking.listens = CV_NEW_ARRAY(ctx->arena, PORTS, bool);
	looking.room = CV_NEW_ARRAY(ctx->arena, ROOM, char);
	if (!find_locals(&looking)) {
		*why_out = cv_arena_format(
			ctx->arena, "the addresses of this machine: %s", strerror(errno));
		return false;
	}
	sockets = look_at_sockets(&looking);
	if (!sockets)
		*why_out = cv_arena_format(ctx->arena, "TCP connections: %s",
					   strerror(errno));
	tracked = look_at_tracked(&looking);
	if (!tracked)
		*why_out = cv_arena_format(
			ctx->arena,
			"%s%stracked connections, which are those that are passed on: %s",
			*why_out ? *why_out : "", *why_out ? "; " : "", strerror(errno));
	return sockets || tracked;
}

/* ---- what our entries do to them ---- */

static bool is_closing(const struct cv_entry *entry)
{
	return entry->kind == CV_ENTRY_SETTING && entry->operation == CV_ADD &&
	       entry->list && strcmp(entry->list, "closing") == 0;
}

bool cv_nft_entries_enforce(const struct cv_entry *const *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_closing(entries[i]))
			return true;
	return false;
}

/* The names of our chains end in their hook. */
static bool is_of_list(const struct cv_entry *closing, const char *list)
{
	const char *dash = closing->more->name ? strrchr(closing->more->name, '-') : NULL;

	return dash && list && strcmp(dash + 1, list) == 0;
}

static bool holds(const struct cv_addresses *addresses, struct cv_address address)
{
	for (size_t i = 0; addresses && i < addresses->count; i++)
		if (cv_address_compare(addresses->ranges[i].first, address) <= 0 &&
		    cv_address_compare(address, addresses->ranges[i].last) <= 0)
			return true;
	return !addresses;
}

bool cv_nft_entries_drop(const struct cv_entry *const *entries, size_t count,
			 const struct cv_live_connection *connection)
{
	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry = entries[i];

		if (is_closing(entry) && is_of_list(entry, connection->list) &&
		    (!entry->family || entry->family == connection->family) &&
		    holds(entry->destination, connection->destination))
			return true;
	}
	return false;
}
