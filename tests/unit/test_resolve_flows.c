/* From port rows and a site's parties to flows: ends, families, directions, ports,
 * and what must not become a flow. */
#include "resolve_world.h"

#define PARTIES \
	"    parties:\n" \
	"      Client: {aliases: [Clients]}\n" \
	"      Server: {}\n" \
	"      Cloud: {external: true}\n" \
	"    parameters: {web: {default: \"8080\", type: ports}}\n" \
	"    features: [mail]\n" \
	"    ports:\n"

#define ADDRESSES \
	"parties:\n" \
	"  Client: {addresses: [10.0.1.0/24, 10.0.2.0/24, \"2001:db8:1::/64\"]}\n" \
	"  Server: {addresses: [10.9.0.1, \"2001:db8:9::1\"]}\n"

/* Both ends have one IPv4 address. */
#define SIMPLE "parties: {Client: {addresses: 10.1.0.1}, Server: {addresses: 10.9.0.1}}\n"

static void check_flows(const char *rows, const char *site, const char *wanted)
{
	struct world world;

	world_open(&world, rows, site);
	assert_flows(&world, wanted);
	assert_findings(&world, "");
	world_close(&world);
}

static void test_flow_in_each_family(void **state)
{
	static const char rows[] = PARTIES
		"      - {id: a, from: Client, to: Server, port: 443, protocol: tcp}\n";

	(void)state;
	check_flows(rows, ADDRESSES,
		    "10.0.1.0-10.0.2.255 -> 10.9.0.1 6 443 <- a\n"
		    "2001:db8:1::/64 -> 2001:db8:9::1 6 443 <- a\n");
	check_flows(rows,
		    "parties: {Client: {addresses: [10.0.0.1, \"2001:db8::1\"]}, "
		    "Server: {addresses: \"2001:db8:9::1\"}}\n",
		    "2001:db8::1 -> 2001:db8:9::1 6 443 <- a\n");
	/* What the site or the product leaves out is left out. */
	check_flows(rows, "ip: [4]\n" SIMPLE, "10.1.0.1 -> 10.9.0.1 6 443 <- a\n");
	check_flows(
		"    ip: [6]\n" PARTIES
		"      - {id: a, from: Client, to: Server, port: 443, protocol: tcp}\n",
		ADDRESSES, "2001:db8:1::/64 -> 2001:db8:9::1 6 443 <- a\n");
}

static void test_flow_without_a_common_family_stops(void **state)
{
	static const char rows[] = PARTIES
		"      - {id: a, from: Client, to: Server, port: 443, protocol: tcp}\n";

	(void)state;
	assert_stops(
		rows,
		"parties: {Client: {addresses: 10.0.0.1}, "
		"Server: {addresses: \"2001:db8::1\"}}\n",
		"empty-row: v/p#ports/a applies and yields nothing: its ends have no "
		"address family in common\n");
	assert_stops(
		"    ip: [6]\n" PARTIES
		"      - {id: a, from: Client, to: Server, port: 443, protocol: tcp}\n",
		"ip: [4]\n" SIMPLE,
		"address-family: v/p supports no address family that this site uses\n");
	assert_stops(
		rows,
		"ip: [6]\nparties: {Client: {addresses: 10.0.0.1}, "
		"Server: {addresses: \"2001:db8::1\"}}\n",
		"address-family: `10.0.0.1` is IPv4, which `ip:` of this site leaves "
		"out\n");
}

static void test_who_initiates(void **state)
{
	(void)state;
	check_flows(PARTIES
		    "      - {id: f, from: Client, to: Server, port: 1, protocol: tcp, "
		    "initiates: from}\n"
		    "      - {id: t, from: Client, to: Server, port: 2, protocol: tcp, "
		    "initiates: to}\n"
		    "      - {id: e, from: Client, to: Server, port: 3, protocol: tcp, "
		    "initiates: either}\n"
		    /* Its own peer: one flow says both directions. */
		    "      - {id: s, from: Client, to: Client, port: 4, protocol: tcp, "
		    "initiates: either}\n",
		    SIMPLE,
		    "10.1.0.1 -> 10.9.0.1 6 1 <- f\n"
		    "10.9.0.1 -> 10.1.0.1 6 2 <- t\n"
		    "10.1.0.1 -> 10.9.0.1 6 3 <- e\n"
		    "10.9.0.1 -> 10.1.0.1 6 3 <- e\n"
		    "10.1.0.1 -> 10.1.0.1 6 4 <- s\n");
}

/* Each prefix as the site wrote it, with itself only: no client reaches the others'
 * subnets. */
static void test_same_subnet_pairs_prefixes_with_themselves(void **state)
{
	(void)state;
	check_flows(PARTIES "      - {id: p, from: Client, to: Client, port: 17472, "
			    "protocol: tcp, initiates: either, scope: same-subnet}\n",
		    ADDRESSES,
		    "10.0.1.0/24 -> 10.0.1.0/24 6 17472 <- p\n"
		    "10.0.2.0/24 -> 10.0.2.0/24 6 17472 <- p\n"
		    "2001:db8:1::/64 -> 2001:db8:1::/64 6 17472 <- p\n");
	/* Between two parties: the server's addresses inside the client's prefixes. */
	check_flows(PARTIES "      - {id: p, from: Client, to: Server, port: 1, "
			    "protocol: tcp, scope: same-subnet}\n",
		    "parties:\n"
		    "  Client: {addresses: [10.0.1.0/24, 10.0.2.0/24]}\n"
		    "  Server: {addresses: [10.0.1.9, 10.0.7.9]}\n",
		    "10.0.1.0/24 -> 10.0.1.9 6 1 <- p\n");
	assert_stops(
		PARTIES "      - {id: p, from: Client, to: Server, port: 1, "
			"protocol: tcp, scope: same-subnet}\n",
		SIMPLE,
		"empty-row: v/p#ports/p applies and yields nothing: its ends have no "
		"address family in common\n");
}

static void test_ports_of_all_spellings(void **state)
{
	(void)state;
	check_flows(
		PARTIES
		"      - {id: list, from: Client, to: Server, port: [443, "
		"\"8000-8010,80\", "
		"\"81\"], protocol: tcp}\n"
		"      - {id: any, from: Client, to: Server, port: any, protocol: udp}\n"
		"      - {id: dyn, from: Client, to: Server, port: dynamic, protocol: "
		"tcp}\n"
		"      - {id: par, from: Client, to: Server, port: [\"${web}\", "
		"\"9000\"], "
		"protocol: tcp}\n"
		"      - {id: src, from: Client, to: Server, port: 53, source-port: 53, "
		"protocol: tcp+udp}\n",
		"dynamic-ports: 49152-65535\n" SIMPLE,
		"10.1.0.1 -> 10.9.0.1 6 80-81,443,8000-8010 <- list\n"
		"10.1.0.1 -> 10.9.0.1 17 1-65535 <- any\n"
		"10.1.0.1 -> 10.9.0.1 6 49152-65535 <- dyn\n"
		"10.1.0.1 -> 10.9.0.1 6 8080,9000 <- par\n"
		"10.1.0.1 -> 10.9.0.1 6 53 (53) <- src\n"
		"10.1.0.1 -> 10.9.0.1 17 53 (53) <- src\n");
	assert_stops(
		PARTIES "      - {id: dyn, from: Client, to: Server, port: dynamic, "
			"protocol: tcp}\n",
		SIMPLE,
		"missing-setting: the site must say its `dynamic-ports`: v/p#ports/dyn "
		"needs them\n");
}

static void test_parameters_of_the_site(void **state)
{
	static const char rows[] = PARTIES "      - {id: a, from: Client, to: Server, "
					   "port: \"${web}\", protocol: tcp}\n";

	(void)state;
	check_flows(rows, "parameters: {web: \"81,82\"}\n" SIMPLE,
		    "10.1.0.1 -> 10.9.0.1 6 81-82 <- a\n");
	check_flows(rows, "parameters: {web: \"81\", \"v/p:web\": \"83\"}\n" SIMPLE,
		    "10.1.0.1 -> 10.9.0.1 6 83 <- a\n");
	assert_stops(
		rows, "parameters: {wep: \"81\"}\n" SIMPLE,
		"unknown-parameter: no profile of this site has the parameter `wep`\n");
}

static void test_protocols_without_ports(void **state)
{
	(void)state;
	check_flows(
		PARTIES
		"      - {id: ping, from: Client, to: Server, protocol: [icmp, icmpv6]}\n"
		"      - {id: echo, from: Client, to: Server, protocol: icmp, icmp-type: "
		"[8, 13]}\n"
		"      - {id: esp, from: Client, to: Server, protocol: [esp, \"112\"]}\n",
		"parties: {Client: {addresses: [10.1.0.1, \"2001:db8::1\"]}, "
		"Server: {addresses: [10.9.0.1, \"2001:db8::9\"]}}\n",
		/* ICMP is of IPv4 and ICMPv6 of IPv6 only. */
		"10.1.0.1 -> 10.9.0.1 1 <- ping\n"
		"2001:db8::1 -> 2001:db8::9 58 <- ping\n"
		"10.1.0.1 -> 10.9.0.1 1/8 <- echo\n"
		"10.1.0.1 -> 10.9.0.1 1/13 <- echo\n"
		"10.1.0.1 -> 10.9.0.1 50 <- esp\n"
		"2001:db8::1 -> 2001:db8::9 50 <- esp\n"
		"10.1.0.1 -> 10.9.0.1 112 <- esp\n"
		"2001:db8::1 -> 2001:db8::9 112 <- esp\n");
}

/* One flow for all rows that ask for the same, however each spells it. */
static void test_equal_flows_are_one(void **state)
{
	(void)state;
	check_flows(
		PARTIES
		"      - {id: a, from: Client, to: Server, port: [443, 80], protocol: "
		"tcp}\n"
		"      - {id: b, from: Clients, to: Server, port: \"80,443\", protocol: "
		"tcp}\n"
		"      - {id: c, from: Server, to: Client, port: [80, 443], protocol: "
		"tcp, "
		"initiates: to}\n"
		"      - {id: d, from: Client, to: Server, port: 443, protocol: tcp}\n"
		"      - {id: e, from: [Client, Clients], to: Server, port: 443, "
		"protocol: "
		"tcp+udp}\n",
		SIMPLE,
		"10.1.0.1 -> 10.9.0.1 6 80,443 <- a b c\n"
		"10.1.0.1 -> 10.9.0.1 6 443 <- d e\n"
		"10.1.0.1 -> 10.9.0.1 17 443 <- e\n");
}

static void test_aliases_and_lists_of_parties(void **state)
{
	(void)state;
	check_flows(PARTIES
		    "      - {id: a, from: [Clients, Server], to: [Server, Cloud], "
		    "port: 1, protocol: tcp}\n",
		    "parties:\n"
		    "  Clients: {addresses: 10.1.0.1}\n"
		    "  Server: {addresses: 10.9.0.1}\n"
		    "  Cloud: {addresses: 203.0.113.1-203.0.113.4}\n",
		    "10.1.0.1 -> 10.9.0.1 6 1 <- a\n"
		    "10.1.0.1 -> 203.0.113.1-203.0.113.4 6 1 <- a\n"
		    "10.9.0.1 -> 10.9.0.1 6 1 <- a\n"
		    "10.9.0.1 -> 203.0.113.1-203.0.113.4 6 1 <- a\n");
}

static void test_parties_that_are_only_names(void **state)
{
	static const char rows[] = PARTIES
		"      - {id: a, from: Client, to: Cloud, port: 443, protocol: tcp}\n";

	(void)state;
	check_flows(rows,
		    "parties: {Client: {addresses: 10.1.0.1}, "
		    "Cloud: {fqdn: tenant.example.com}}\n",
		    "Client -> Cloud 6 443 <- a\n");
	check_flows(rows,
		    "parties: {Client: {addresses: 10.1.0.1}, Cloud: {fqdn: "
		    "tenant.example.com, pinned: {addresses: 203.0.113.9, \"on\": "
		    "\"2026-11-20\"}}}\n",
		    "10.1.0.1 -> 203.0.113.9 6 443 <- a\n");
	assert_stops(rows, "parties: {Client: {addresses: 10.1.0.1}}\n",
		     "party-without-address: the party `Cloud` has no addresses, which "
		     "v/p#ports/a needs\n");
	assert_stops(
		rows, SIMPLE "groups: [{name: g, platform: linux, party: Laptop}]\n",
		"unknown-party: group `g` is the party `Laptop`, which no profile or "
		"site defines\n");
}

/* Anyone is written out, and a reviewer has to see it. */
static void test_anyone_is_a_risk_of_the_row(void **state)
{
	const struct cv_risk *risk;
	struct cv_buf text = CV_BUF_INIT;
	struct world world;

	(void)state;
	world_open(&world,
		   PARTIES "      - {id: a, from: anyone, to: Server, port: 443, "
			   "protocol: tcp}\n",
		   "ip: [4]\n" SIMPLE);
	assert_flows(&world, "0.0.0.0/0 -> 10.9.0.1 6 443 <- a\n");
	assert_int_equal(world.policy.risks.count, 1);
	risk = CV_AT(&world.policy.risks, struct cv_risk, 0);
	assert_int_equal(risk->code, CV_F_ANYONE);
	assert_string_equal(risk->detail, "from any address");
	cv_risk_text_add(&text, risk);
	assert_non_null(
		strstr(cv_buf_string(&text), "#ports/a opens a flow from any address"));
	cv_buf_deinit(&text);
	world_close(&world);
}

static void test_holes_of_port_rows(void **state)
{
	static const char rows[] = "    ip: {hole: \"IPv4 / IPv4 and IPv6\"}\n" PARTIES
				   "      - {id: a, from: Client, to: {hole: \"an empty "
				   "cell\"}, port: {hole: "
				   "\"List here\"}, protocol: tcp}\n"
				   "      - {id: off, from: {hole: x}, to: {hole: y}, "
				   "port: 1, protocol: tcp, "
				   "when: {feature: mail}}\n";

	(void)state;
	assert_stops(
		rows, SIMPLE,
		"hole: v/p#ports/a needs `to`, which the page leaves open: \"an empty "
		"cell\"\n"
		"hole: v/p#ports/a needs `port`, which the page leaves open: \"List "
		"here\"\n"
		"hole: v/p#ip needs `ip`, which the page leaves open: \"IPv4 / IPv4 and "
		"IPv6\"\n");
	check_flows(
		rows,
		SIMPLE
		"fill:\n"
		"  - {row: \"v/p#ports/a\", set: {to: Server, port: 443}, reason: r}\n"
		"  - {row: \"v/p#ip\", set: {ip: 4}, reason: r}\n",
		"10.1.0.1 -> 10.9.0.1 6 443 <- a\n");
	/* Without a port row that applies, the families of the product do not matter. */
	check_flows(
		"    ip: {hole: \"IPv4 / IPv4 and IPv6\"}\n" PARTIES
		"      - {id: off, from: {hole: x}, to: {hole: y}, port: 1, protocol: "
		"tcp, when: {feature: mail}}\n",
		SIMPLE, "");
}

/* What hangs on machines holds for the site where it holds for one of its groups. */
static void test_conditions_of_flows(void **state)
{
	static const char rows[] =
		"    versions: {client: Client}\n"
		"    devices: {PC: {platform: linux, role: pc}}\n" PARTIES
		"      - {id: mail, from: Client, to: Server, port: 25, protocol: tcp, "
		"when: {feature: mail}}\n"
		"      - {id: old, from: Client, to: Server, port: 72, protocol: tcp, "
		"when: {client: \"7.2.x\"}}\n"
		"      - {id: new, from: Client, to: Server, port: 74, protocol: tcp, "
		"when: {client: \"7.4.x\"}}\n"
		"      - {id: gone, from: Client, to: Server, port: 1, protocol: tcp, "
		"status: withdrawn}\n";
	struct world world;

	(void)state;
	world_open(&world, rows,
		   SIMPLE "groups: [{name: a, platform: linux, features: [mail], "
			  "versions: {client: \"7.4.1\"}}]\n");
	assert_flows(&world, "10.1.0.1 -> 10.9.0.1 6 25 <- mail\n"
			     "10.1.0.1 -> 10.9.0.1 6 74 <- new\n");
	world_close(&world);
	world_open(&world, rows,
		   SIMPLE
		   "groups:\n"
		   "  - {name: a, platform: linux, versions: {client: \"7.4.1\"}}\n"
		   "  - {name: b, platform: linux, versions: {client: \"7.2.1\"}}\n");
	assert_flows(&world, "10.1.0.1 -> 10.9.0.1 6 72 <- old\n"
			     "10.1.0.1 -> 10.9.0.1 6 74 <- new\n");
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow_in_each_family),
		cmocka_unit_test(test_flow_without_a_common_family_stops),
		cmocka_unit_test(test_who_initiates),
		cmocka_unit_test(test_same_subnet_pairs_prefixes_with_themselves),
		cmocka_unit_test(test_ports_of_all_spellings),
		cmocka_unit_test(test_parameters_of_the_site),
		cmocka_unit_test(test_protocols_without_ports),
		cmocka_unit_test(test_equal_flows_are_one),
		cmocka_unit_test(test_aliases_and_lists_of_parties),
		cmocka_unit_test(test_parties_that_are_only_names),
		cmocka_unit_test(test_anyone_is_a_risk_of_the_row),
		cmocka_unit_test(test_holes_of_port_rows),
		cmocka_unit_test(test_conditions_of_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
