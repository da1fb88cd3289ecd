/* What `nft -j list ruleset` prints, read back.  The files under data/ were printed by
 * nft 1.0.6: nft-gateway.json after the sample plan was loaded into an admin's table,
 * nft-rules.json with sets and rules of other hands in our chain. */
#include "export_nftables_fixture.h"

static void test_a_loaded_plan_reads_back_as_it_is(void **state)
{
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	source = file_of(&f, "nft-gateway.json");
	assert_true(read_bytes(&f, source->text, source->size, &reading));
	assert_true(is_plan(&f, &reading));
	assert_int_equal(reading.unknown.count, 0);
	assert_int_equal(reading.shows, CV_ENTRY_SETTING | CV_ENTRY_FLOW);
	close_plan(&f);
}

static void test_what_changes_in_the_kernel_is_seen(void **state)
{
	/* In the file: behind `mark`, `from` becomes `to`. */
	static const struct {
		const char *mark, *from, *to;
	} changes[] = {
		{"forward-4-exact\"", "10.0.0.1", "10.0.0.3"},
		{"forward-4-exact\"", "443", "444"},
		{"forward-4-exact\"", "\"size\": 16", "\"size\": 17"},
		{"forward-4-exact\"", "\"size\": 16", "\"timeout\": 9, \"size\": 16"},
		{"forward-4-ranges\"", "\"len\": 8", "\"len\": 9"},
		{"forward-4-ranges\"", "1000", "999"},
		{"forward-4-ranges\"", "\"interval\"", "\"interval\", \"timeout\""},
		{"forward-4-exact-icmp\"", "echo-request", "echo-reply"},
		{"forward-6-exact-icmp\"", "echo-request", "packet-too-big"},
		{"forward-4-exact-proto\"", "\"esp\"", "\"ah\""},
		{"\"chain\": \"cv-hq-forward\"", "{\"accept\": null}",
		 "{\"drop\": null}"},
		{"\"chain\": \"cv-hq-forward\"", "\"==\"", "\"!=\""},
		{"\"chain\": \"cv-hq-forward\"", "saddr", "daddr"},
		{"\"chain\": \"cv-hq-forward\"", "@cv-hq-forward", "@cv-hq-backward"},
		{"\"chain\": \"cv-hq-forward\"", "{\"accept\": null}",
		 "{\"limit\": {\"rate\": 5}}, {\"accept\": null}"},
		{"\"chain\": \"cv-hq-forward\"", "\"expr\": [",
		 "\"expr\": [" MATCH(SADDR, "\"10.0.0.1\"") ", "},
		{"\"chain\": \"cv-hq-forward\"", "\"expr\": [",
		 "\"expr\": [" MATCH(L4PROTO, "\"tcp\"") ", "},
		{"@cv-hq-forward-4-exact-icmp", "}}", "}}, " MATCH(L4PROTO, "\"tcp\"")},
		{"\"chain\": \"cv-hq-forward\"", "\"th\"", "\"tcp\""},
		{"\"chain\": \"cv-hq-forward\"", "\"ip\"", "\"ip6\""},
		{"\"chain\": \"cv-hq-forward\"", "\"saddr\"", "\"saddr\", \"x\": 1"},
		{"\"goto\"", "cv-hq-forward", "services"},
		{"\"table\"", "\"handle\": ", "\"flags\": [\"dormant\"], \"handle\": "},
	};
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	source = file_of(&f, "nft-gateway.json");
	for (size_t i = 0; i < COUNT(changes); i++) {
		assert_true(read_text(&f,
				      replaced(&f, source->text, changes[i].mark,
					       changes[i].from, changes[i].to),
				      &reading));
		if (is_plan(&f, &reading) && reading.unknown.count == 0)
			fail_msg("not seen: %s for %s", changes[i].to, changes[i].from);
	}
	close_plan(&f);
}

static void test_what_other_versions_of_nft_write_is_the_same(void **state)
{
	/* Single flags as text, table comments, other flags, counters of elements. */
	static const struct {
		const char *mark, *from, *to;
	} changes[] = {
		{"forward-4-ranges\"", "[\"interval\"]", "\"interval\""},
		{"forward-4-exact\"", "\"udp\"", "17"},
		{"forward-4-exact-icmp\"", "\"echo-request\"", "8"},
		{"forward-4-exact\"", "\"comment\": ",
		 "\"counter\": {\"packets\": 1, \"bytes\": 60}, \"comment\": "},
		{"\"table\"", "\"handle\": ", "\"comment\": \"x\", \"handle\": "},
		{"\"table\"", "\"handle\": ", "\"flags\": [\"owner\"], \"handle\": "},
		{"\"metainfo\"", "1.0.6", "1.1.3"},
		{"@cv-hq-forward-4-exact-icmp", "}}", "}}, " MATCH(L4PROTO, "\"icmp\"")},
		{"@cv-hq-forward-6-exact-icmp", "}}", "}}, " MATCH(L4PROTO, "58")},
		{"{\"table\"", "{\"table\"", "\r\n\t {\"table\""},
		{"\"chain\": \"cv-hq-forward\"", "{\"counter\"",
		 "{\"log\": null}, {\"counter\""},
	};
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	source = file_of(&f, "nft-gateway.json");
	for (size_t i = 0; i < COUNT(changes); i++) {
		assert_true(read_text(&f,
				      replaced(&f, source->text, changes[i].mark,
					       changes[i].from, changes[i].to),
				      &reading));
		if (!is_plan(&f, &reading) || reading.unknown.count)
			fail_msg("not the same: %s", changes[i].to);
	}
	close_plan(&f);
}

/* What the rules of nft-rules.json let through, in their order. */
static const char *const by_hand[] = {
	"forward cv-hq-forward-4-exact 4 10.0.0.1 -> 10.0.0.2 tcp 443",
	"forward cv-hq-forward-6-ranges 6 ::ffff:a00:0/120 -> ::/0 tcp 1-65535",
	"forward cv-hq-forward-6-ranges 6 ::ffff:a00:0/120 -> ::/0 protocol 7 "
	"1-65535",
	"forward cv-hq-forward-6-ranges 6 ::ffff:a00:0/120 -> ::/0 protocol 8 "
	"1-65535",
	"forward cv-hq-forward-4-ranges-icmp 4 12.0.0.0/8 -> 10.0.0.1 icmp",
	"forward cv-hq-forward-4-ranges-icmp 4 13.0.0.0/8 -> 10.0.0.1 icmp type "
	"3",
	"forward cv-hq-forward-4-ranges-icmp 4 13.0.0.0/8 -> 10.0.0.1 icmp type "
	"4",
	"forward cv-hq-forward-4-ranges-icmp 4 13.0.0.0/8 -> 10.0.0.1 icmp type "
	"5",
	"forward 4 10.0.0.1 -> 0.0.0.0/0 tcp 22",
	"forward 4 10.0.0.0/8 -> 0.0.0.0/0 tcp 22,80-90",
	"forward 4 10.0.0.0/8,11.0.0.1-11.0.0.9,12.0.0.1 -> 1.1.1.1-1.1.1.3 udp "
	"1-20",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0 tcp 53",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0 udp 53",
	"forward 6 ::/0 -> ::/0 tcp 53",
	"forward 6 ::/0 -> ::/0 udp 53",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0 tcp 1-65535",
	"forward 6 ::/0 -> ::/0 tcp 1-65535",
	"forward 6 ::/0 -> ::/0 tcp 1-65535",
	"forward 6 ::/0 -> ::/0 protocol 7",
	"forward 6 ::/0 -> ::/0 protocol 8",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0 protocol 47",
	"forward 4 10.0.0.1 -> 0.0.0.0/0 tcp 22",
	"forward 4 10.0.0.2 -> 0.0.0.0/0 tcp 80-81",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0 22",
	"forward 6 ::/0 -> ::/0 22",
	"forward 6 ::1 -> ::/0 tcp 5 from ports 1024-65535",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0 icmp type 8",
	"forward 6 ::/0 -> ::/0 icmpv6 type 133",
	"forward 6 ::/0 -> ::/0 icmpv6 type 134",
	"forward 6 ::/0 -> ::/0 icmpv6 type 200",
	"forward 4 0.0.0.0/0 -> 0.0.0.0/0",
	"forward 6 ::/0 -> ::/0",
};

static void test_rules_by_hand_are_read_or_said_not_to_be(void **state)
{
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;
	size_t count = 0, unread = 0;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	source = file_of(&f, "nft-rules.json");
	assert_true(read_bytes(&f, source->text, source->size, &reading));
	for (size_t i = 0; i < reading.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading.entries, struct cv_entry, i);

		assert_true(entry->ours);
		if (entry->kind != CV_ENTRY_FLOW)
			continue;
		assert_true(count < COUNT(by_hand));
		assert_string_equal(entry_at(&f, &reading, i), by_hand[count++]);
	}
	assert_int_equal(count, COUNT(by_hand));

	assert_string_equal(unknown_at(&reading, 0),
			    "a chain cv-hq-forward in another table than inet filter: "
			    "what it accepts is accepted there still");
	assert_string_equal(unknown_at(&reading, 1),
			    "1 of the elements of cv-hq-forward-4-exact");
	for (size_t i = 0; i < reading.unknown.count; i++)
		unread += strncmp(unknown_at(&reading, i), "a rule of cv-hq-forward ",
				  24) == 0;
	/* Of 32 rules 17 let something through, one counts, and the last drops the rest.
	 */
	assert_int_equal(unread, 13);
	assert_string_equal(unknown_at(&reading, reading.unknown.count - 1),
			    "no base chain of hook forward jumps to cv-hq-forward, only "
			    "one of another hook");
	close_plan(&f);
}

static void test_settings_show_what_differs(void **state)
{
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;
	bool seen = false;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	source = file_of(&f, "nft-rules.json");
	assert_true(read_bytes(&f, source->text, source->size, &reading));
	for (size_t i = 0; i < reading.entries.count; i++)
		seen |= strcmp(entry_at(&f, &reading, i),
			       "set cv-hq-forward-4-exact type ipv4_addr . ipv4_addr . "
			       "inet_proto . inet_service; flags timeout; size 32") == 0;
	assert_true(seen);

	/* Words that are not nft's are not shown. */
	assert_true(read_text(&f,
			      replaced(&f, source->text, "forward-4-exact\"", "ipv4_addr",
				       "S3cret value"),
			      &reading));
	assert_string_equal(entry_at(&f, &reading, 0),
			    "set cv-hq-forward-4-exact type ? . ipv4_addr . inet_proto . "
			    "inet_service; flags timeout; size 32");
	close_plan(&f);
}

static void test_a_chain_that_nothing_jumps_to_grants_nothing(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	assert_true(read_text(&f, HEAD OURS RULE("cv-hq-forward", ACCEPT) END, &reading));
	assert_int_equal(reading.entries.count, 1); /* the chain */
	assert_true(read_text(&f,
			      HEAD OURS RULE("cv-hq-forward", ACCEPT) BASE("a", "forward")
				      RULE("a", JUMP("cv-hq-forward")) END,
			      &reading));
	assert_int_equal(reading.entries.count, 3); /* and all of IPv4 and IPv6 */
	close_plan(&f);
}

static void test_it_is_told_what_comes_to_our_chain(void **state)
{
	static const struct {
		const char *text, *told; /* NULL: nothing */
	} cases[] = {
		{HEAD OURS END, "nothing jumps to cv-hq-forward: it has no effect"},
		{HEAD OURS CHAIN("a") RULE("a", JUMP("cv-hq-forward")) END,
		 "nothing jumps to cv-hq-forward: it has no effect"},
		{HEAD OURS BASE("a", "forward") RULE("a", JUMP("cv-hq-forward")) END,
		 NULL},
		{HEAD OURS BASE("a", "forward") RULE("a", JUMP("b"))
			 RULE("b", JUMP("c") "," JUMP("a"))
				 RULE("c", JUMP("b") "," JUMP("cv-hq-forward")) END,
		 NULL},
		{HEAD OURS BASE("a", "forward")
			 RULE("a", "{\"vmap\": {\"key\": " SADDR
				   ", \"data\": \"@m\"}}") ", "
							   "{\"map\": {" TABLE
							   "\"name\": \"m\", \"elem\": "
							   "[[\"10.0.0.1\", "
							   "{\"goto\": {\"target\": "
							   "\"cv-hq-forward\"}}]]}}" END,
		 NULL},
		{HEAD OURS BASE("a", "input") RULE("a", JUMP("cv-hq-forward")) END,
		 "no base chain of hook forward jumps to cv-hq-forward, only one of "
		 "another hook"},
		{HEAD OURS BASE("a", "input") RULE("a", JUMP("cv-hq-forward"))
			 BASE("b", "forward") RULE("b", JUMP("cv-hq-forward")) END,
		 "a base chain of another hook than forward jumps to cv-hq-forward, "
		 "too"},
		{HEAD BASE("cv-hq-forward", "forward") END, NULL},
		{HEAD END, NULL},
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(read_text(&f, cases[i].text, &reading));
		assert_int_equal(reading.unknown.count, cases[i].told != NULL);
		if (cases[i].told)
			assert_string_equal(unknown_at(&reading, 0), cases[i].told);
	}
	close_plan(&f);
}

static void test_a_rule_that_nothing_can_meet_lets_nothing_through(void **state)
{
	static const char *const matches[] = {
		MATCH(SADDR, "\"10.0.0.1\"") "," MATCH(SADDR, "\"10.0.0.2\""),
		MATCH(SADDR, "{\"set\": []}"),
		MATCH(SADDR, "\"10.0.0.1\"") "," MATCH(SADDR6, "\"::1\""),
		MATCH(SADDR6, "\"::1\"") "," MATCH(NFPROTO, "\"ipv4\""),
		MATCH(DPORT, "22") "," MATCH(DPORT, "23"),
		MATCH(DPORT, "22") "," MATCH(L4PROTO, "\"udp\""),
		MATCH(L4PROTO, "\"udp\"") "," MATCH(L4PROTO, "\"tcp\""),
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	for (size_t i = 0; i < COUNT(matches); i++) {
		assert_true(read_text(
			&f,
			cv_arena_format(f.ctx.arena,
					HEAD OURS RULE("cv-hq-forward", "%s," ACCEPT) END,
					matches[i]),
			&reading));
		assert_int_equal(reading.entries.count, 1); /* the chain */
		assert_int_equal(reading.unknown.count, 1); /* no jump */
	}
	close_plan(&f);
}

static void test_what_stands_twice_is_said(void **state)
{
	static const char set[] = ", {\"set\": {" TABLE
				  "\"name\": \"cv-hq-forward-4-exact\", \"type\": []}}";
	static const char rule[] =
		RULE("cv-hq-forward",
		     MATCH("{\"concat\": [" SADDR "," DADDR "," L4PROTO "," TH_DPORT "]}",
			   "\"@cv-hq-forward-4-exact\"") "," ACCEPT);
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	assert_true(read_text(&f,
			      cv_arena_format(f.ctx.arena, HEAD OURS OURS "%s%s%s%s" END,
					      rule, rule, set, set),
			      &reading));
	assert_string_equal(unknown_at(&reading, 0), "a second chain cv-hq-forward");
	assert_string_equal(unknown_at(&reading, 1),
			    "a second set cv-hq-forward-4-exact");
	assert_string_equal(
		unknown_at(&reading, 2),
		"a rule of cv-hq-forward looks into cv-hq-forward-4-exact, as "
		"one before it does");
	assert_true(read_text(&f, cv_arena_format(f.ctx.arena, HEAD OURS "%s" END, rule),
			      &reading));
	assert_string_equal(unknown_at(&reading, 0),
			    "a rule of cv-hq-forward looks into cv-hq-forward-4-exact, "
			    "which is not in the export");
	close_plan(&f);
}

static void test_the_chains_of_a_host_are_apart(void **state)
{
	static const char text[] =
		HEAD CHAIN("cv-hq.linux-input") CHAIN("cv-hq.linux-output")
			BASE("a", "input") RULE("a", JUMP("cv-hq.linux-input"))
				BASE("b", "output") RULE("b", JUMP("cv-hq.linux-output"))
					RULE("cv-hq.linux-input",
					     MATCH(SADDR, "\"10.0.0.1\"") "," ACCEPT)
						RULE("cv-hq.linux-output", ACCEPT)
							RULE("cv-hq.other-output", ACCEPT)
								END;
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_GROUP);
	assert_true(read_text(&f, text, &reading));
	assert_int_equal(reading.entries.count, 5);
	assert_string_equal(entry_at(&f, &reading, 0), "input 4 10.0.0.1 -> 0.0.0.0/0");
	assert_string_equal(entry_at(&f, &reading, 1), "output 4 0.0.0.0/0 -> 0.0.0.0/0");
	assert_string_equal(entry_at(&f, &reading, 2), "output 6 ::/0 -> ::/0");
	assert_string_equal(entry_at(&f, &reading, 3),
			    "chain cv-hq.linux-input inet filter");
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_loaded_plan_reads_back_as_it_is),
		cmocka_unit_test(test_what_changes_in_the_kernel_is_seen),
		cmocka_unit_test(test_what_other_versions_of_nft_write_is_the_same),
		cmocka_unit_test(test_rules_by_hand_are_read_or_said_not_to_be),
		cmocka_unit_test(test_settings_show_what_differs),
		cmocka_unit_test(test_a_chain_that_nothing_jumps_to_grants_nothing),
		cmocka_unit_test(test_it_is_told_what_comes_to_our_chain),
		cmocka_unit_test(test_a_rule_that_nothing_can_meet_lets_nothing_through),
		cmocka_unit_test(test_what_stands_twice_is_said),
		cmocka_unit_test(test_the_chains_of_a_host_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
