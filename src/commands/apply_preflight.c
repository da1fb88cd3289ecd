/* Each connection is one point; the flows of a policy are spaces.  A connection that
 * stands goes on under any policy that lets replies through: what counts is whether its
 * first packet would come in again. */
#include "commands/apply_preflight.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "prove/audit_spaces.h"
#include "prove/flow_spaces.h"
#include "prove/prove.h"

enum { TCP = 6, MANAGEMENT_PORT = 22, LONGEST_END = 64 };

static const char management[] = "management", inbound[] = "input";
static const char baseline_note[] = "baseline: ";
static const struct cv_span nowhere;

/* ---- whose connection is whose ---- */

struct end {
	uint8_t family;
	struct cv_address address;
	uint16_t port;
};

/* `ADDRESS PORT`, as sshd writes both ends; takes what it read. */
static bool take_end(const char **text, struct end *end)
{
	char address[LONGEST_END];
	const size_t size = strcspn(*text, " ");
	struct cv_range range;
	const char *why;
	char *rest;
	long port;

	if (!size || size >= sizeof address)
		return false;
	memcpy(address, *text, size);
	address[size] = '\0';
	address[strcspn(address, "%")] = '\0'; /* the interface of a link-local one */
	/* IPv4 over a socket for both families. */
	if (!cv_range_parse(strncmp(address, "::ffff:", 7) == 0 && strchr(address, '.')
				    ? address + 7
				    : address,
			    &end->family, &range, &why) ||
	    cv_address_compare(range.first, range.last) != 0)
		return false;
	end->address = range.first;
	port = strtol(*text + size, &rest, 10);
	if (rest == *text + size || port < 1 || port > 65535)
		return false;
	end->port = (uint16_t)port;
	*text = rest + strspn(rest, " ");
	return true;
}

static bool is_session(const struct cv_live_connection *connection,
		       const struct end *client, const struct end *server)
{
	return connection->protocol == TCP && connection->family == client->family &&
	       strcmp(connection->list, inbound) == 0 &&
	       connection->source_port == client->port &&
	       connection->port == server->port &&
	       cv_address_compare(connection->source, client->address) == 0 &&
	       cv_address_compare(connection->destination, server->address) == 0;
}

static bool mark_session(struct cv_preflight *preflight)
{
	const struct cv_table *connections = preflight->connections;
	const char *text = preflight->session;
	struct end client, server;
	bool found = false;

	if (!text || !take_end(&text, &client) || !take_end(&text, &server))
		return false;
	for (size_t i = 0; i < connections->count; i++) {
		struct cv_live_connection *connection =
			CV_AT(connections, struct cv_live_connection, i);

		connection->admin = is_session(connection, &client, &server);
		found |= connection->admin;
	}
	return found;
}

/* An artefact tells it by the rule's comment only. */
static bool is_management(const struct cv_entry *entry)
{
	const size_t size = sizeof baseline_note - 1;

	if (entry->kind != CV_ENTRY_FLOW || entry->protocol != TCP || !entry->ports)
		return false;
	if (cv_origin(entry)->baseline)
		return strcmp(cv_origin(entry)->baseline, management) == 0;
	return !entry->rows.count && entry->note &&
	       strncmp(entry->note, baseline_note, size) == 0 &&
	       strcmp(entry->note + size, management) == 0;
}

static bool holds_port(const struct cv_ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->ranges[i].first <= port && port <= ports->ranges[i].last)
			return true;
	return false;
}

static bool is_to_management(const struct cv_apply_policy *policy,
			     const struct cv_live_connection *connection)
{
	bool named = false;

	if (connection->protocol != TCP || strcmp(connection->list, inbound) != 0)
		return false;
	for (size_t i = 0; i < policy->count; i++) {
		if (!is_management(policy->entries[i]))
			continue;
		named = true;
		if (holds_port(policy->entries[i]->ports, connection->port))
			return true;
	}
	return !named && connection->port == MANAGEMENT_PORT;
}

void cv_preflight_mark(struct cv_preflight *preflight)
{
	const struct cv_table *connections = preflight->connections;

	preflight->session_found = mark_session(preflight);
	for (size_t i = 0; !preflight->session_found && i < connections->count; i++) {
		struct cv_live_connection *connection =
			CV_AT(connections, struct cv_live_connection, i);

		connection->admin = is_to_management(preflight->policy, connection);
	}
}

/* ---- what a policy lets in ---- */

/* The flows of a list of entries, to be asked often. */
struct flows {
	struct cv_piece *pieces;
	size_t count;
	struct cv_piece_index index;
};

static void add_flow(struct flows *flows, const struct cv_entry *entry, uint8_t family)
{
	struct cv_space *space = &flows->pieces[flows->count++].space;

	*space = cv_entry_sides(entry);
	space->family = family;
	space->chain = entry->list;
}

static void add_entry(struct flows *flows, const struct cv_entry *entry)
{
	if (entry->kind != CV_ENTRY_FLOW || entry->operation != CV_ADD)
		return;
	if (entry->family != 6)
		add_flow(flows, entry, 4);
	if (entry->family != 4)
		add_flow(flows, entry, 6);
}

static struct flows new_flows(struct cv_ctx *scratch, size_t most)
{
	/* An entry without a family is of both. */
	return (struct flows){
		.pieces = CV_NEW_ARRAY(scratch->arena, 2 * most + 1, struct cv_piece)};
}

static struct flows flows_of(struct cv_ctx *scratch, const struct cv_apply_policy *policy)
{
	struct flows flows = new_flows(scratch, policy->count);

	for (size_t i = 0; i < policy->count; i++)
		add_entry(&flows, policy->entries[i]);
	cv_piece_index_make(scratch, flows.pieces, flows.count, &flows.index);
	return flows;
}

static struct flows flows_in_force(struct cv_ctx *scratch,
				   const struct cv_preflight *preflight)
{
	const struct cv_table *entries =
		preflight->in_force ? preflight->in_force(preflight->data) : NULL;
	struct flows flows = new_flows(scratch, entries ? entries->count : 0);

	for (size_t i = 0; entries && i < entries->count; i++)
		add_entry(&flows, CV_AT(entries, struct cv_entry, i));
	cv_piece_index_make(scratch, flows.pieces, flows.count, &flows.index);
	return flows;
}

static bool let_in(struct flows *flows, const struct cv_live_connection *connection)
{
	const struct cv_range from = {connection->source, connection->source},
			      to = {connection->destination, connection->destination};
	const struct cv_port_range there = {connection->source_port,
					    connection->source_port},
				   here = {connection->port, connection->port};
	const struct cv_addresses source = {connection->family, 1, &from},
				  destination = {connection->family, 1, &to};
	const struct cv_ports source_port = {1, &there}, port = {1, &here};
	const struct cv_space point = {.family = connection->family,
				       .protocol = connection->protocol,
				       .icmp_type = CV_NO_ICMP_TYPE,
				       .source = &source,
				       .destination = &destination,
				       .ports = &port,
				       .source_ports = &source_port,
				       .chain = connection->list};

	if (!flows->count)
		return false;
	cv_piece_index_search(&flows->index, &point);
	return flows->index.hit_count > 0;
}

/* ---- what is said of those that would be cut ---- */

static void put_address(struct cv_buf *out, uint8_t family, struct cv_address address,
			uint16_t port)
{
	if (family == 6 && port)
		cv_buf_char(out, '[');
	cv_address_format(out, family, address);
	if (family == 6 && port)
		cv_buf_char(out, ']');
	if (port)
		cv_buf_format(out, ":%u", port);
}

static const char *words_of(struct cv_ctx *ctx,
			    const struct cv_live_connection *connection)
{
	const char *protocol = cv_protocol_name(connection->protocol), *text;
	struct cv_buf out = CV_BUF_INIT;

	put_address(&out, connection->family, connection->source,
		    connection->source_port);
	cv_buf_text(&out, " -> ");
	put_address(&out, connection->family, connection->destination, connection->port);
	if (protocol)
		cv_buf_format(&out, " %s", protocol);
	else
		cv_buf_format(&out, " protocol %d", connection->protocol);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static void find_locked_out(const struct cv_preflight *preflight,
			    const struct cv_live_connection *connection)
{
	struct cv_finding *finding = cv_find_more(
		preflight->ctx, CV_F_LOCKS_OUT, nowhere,
		preflight->session_found
			? "the connection over which you work could not be made anew "
			  "under this policy: %s"
			: "a connection that may be the one over which you work could "
			  "not be made anew under this policy: %s",
		words_of(preflight->ctx, connection));

	if (!preflight->session_found)
		finding->hint = "SSH_CONNECTION is not set or names no connection of "
				"this machine; keep it: sudo "
				"--preserve-env=SSH_CONNECTION";
}

/* Who comes from where does not matter for the group. */
static int by_service(const struct cv_live_connection *a,
		      const struct cv_live_connection *b)
{
	int order = strcmp(a->list, b->list);

	if (!order)
		order = a->family - b->family;
	if (!order)
		order = a->protocol - b->protocol;
	if (!order)
		order = cv_address_compare(a->destination, b->destination);
	return order ? order : a->port - b->port;
}

static int by_group(const void *left, const void *right)
{
	const struct cv_live_connection *a = left, *b = right;
	int order = by_service(a, b);

	if (!order)
		order = cv_address_compare(a->source, b->source);
	return order ? order : a->source_port - b->source_port;
}

static void find_cut(const struct cv_preflight *preflight, struct cv_live_connection *cut,
		     size_t count)
{
	struct cv_ctx *ctx = preflight->ctx;

	qsort(cut, count, sizeof *cut, by_group);
	for (size_t i = 0, end; i < count; i = end) {
		const char *words = words_of(ctx, &cut[i]);

		for (end = i + 1; end < count && by_service(&cut[i], &cut[end]) == 0;)
			end++;
		if (end - i == 1)
			cv_find(ctx, CV_F_WOULD_CUT, nowhere,
				"a connection of chain %s would not be let in anew: %s",
				cut[i].list, words);
		else
			cv_find(ctx, CV_F_WOULD_CUT, nowhere,
				"%zu connections of chain %s to the same end would not "
				"be let in anew, as %s",
				end - i, cut[i].list, words);
	}
}

/* Whether it would be cut off, though the policy does not drop it: what is in force lets
 * it in, and the policy does not. */
static bool loses(struct cv_ctx *scratch, const struct cv_preflight *preflight,
		  struct flows **standing, const struct cv_live_connection *connection)
{
	if (!*standing) {
		*standing = CV_NEW(scratch->arena, struct flows);
		**standing = flows_in_force(scratch, preflight);
	}
	return let_in(*standing, connection);
}

void cv_preflight_check(struct cv_preflight *preflight)
{
	const struct cv_apply_policy *policy = preflight->policy;
	const struct cv_table *connections = preflight->connections;
	struct cv_ctx scratch = cv_scratch_open(preflight->ctx);
	struct flows wanted = {.count = 0}, *standing = NULL;
	struct cv_live_connection *cut = CV_NEW_ARRAY(
		scratch.arena, connections->count + 1, struct cv_live_connection);
	size_t count = 0;

	if (connections->count)
		wanted = flows_of(&scratch, policy);
	for (size_t i = 0; i < connections->count; i++) {
		const struct cv_live_connection *connection =
			CV_AT(connections, struct cv_live_connection, i);

		if (let_in(&wanted, connection) ||
		    (!policy->target->live->drops(policy->entries, policy->count,
						  connection) &&
		     !loses(&scratch, preflight, &standing, connection)))
			continue;
		if (connection->admin)
			find_locked_out(preflight, connection);
		else
			cut[count++] = *connection;
	}
	if (count)
		find_cut(preflight, cut, count);
	cv_arena_close(scratch.arena);
}
