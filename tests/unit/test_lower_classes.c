/* The forms in which flows go into a packet filter: tuples, source classes and rules of
 * their own; which of them is chosen, and that each is proved. */
#include "resolve_world.h"

#include <stdlib.h>

#include "base/limits.h"
#include "prove/ledger.h"
#include "prove/prove.h"
#include "proved_plan.h"

struct planned {
	struct world world;
	struct cv_target target;
	struct cv_target_use use;
	struct cv_subject subject;
	struct cv_plan plan;
};

/* The plan of a gateway's chain as such a target would have it, without names. */
static bool try_steered(struct planned *planned, size_t most_rules, size_t most_steered,
			const char *profile, const char *site)
{
	struct world *world = &planned->world;

	memset(planned, 0, sizeof *planned);
	world_open(world, profile, site);
	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	planned->target = (struct cv_target){
		.name = "t",
		.can = {.subjects = CV_SUBJECT_SITE | CV_SUBJECT_HOST,
			.flows = CV_FLOWS_ELEMENTS,
			.source_ports = true,
			.icmp = true,
			.other_protocols = true,
			.most_rules = most_rules,
			.most_steered = most_steered},
	};
	planned->use.target = &planned->target;
	planned->use.name.text = "t";
	planned->subject = (struct cv_subject){.kind = CV_SUBJECT_SITE, .name = "s"};
	return cv_lower(&world->ctx, &world->policy, &planned->use, &planned->subject,
			&planned->plan);
}

static bool try_plan(struct planned *planned, size_t most_rules, const char *profile,
		     const char *site)
{
	return try_steered(planned, most_rules, 0, profile, site);
}

static void plan_for(struct planned *planned, size_t most_rules, const char *profile,
		     const char *site)
{
	struct cv_ledger ledger = {0};

	if (!try_plan(planned, most_rules, profile, site) ||
	    !prove_plan(&planned->world.ctx, &planned->plan))
		fail_msg("%s", findings_of(&planned->world));
	judge_plan(&planned->world.ctx, &planned->world.policy, &planned->plan, &ledger);
	for (size_t i = 0; i < ledger.judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger.judgements, struct cv_judgement, i);

		const enum cv_verdict verdict = cv_judged_as(&ledger, judgement)->verdict;

		if (verdict != CV_EXACT && verdict != CV_SPLIT)
			fail_msg("%s is %s",
				 cv_policy_row(&planned->world.policy, judgement->row)
					 ->id.text,
				 cv_verdict_names[verdict]);
	}
}

static bool is_flow(const struct cv_entry *entry)
{
	return entry->kind == CV_ENTRY_FLOW;
}

/* Entries that go into named sets; entries that are rules, or parts of rules. */
static size_t count_of(const struct planned *planned, bool own_rule)
{
	size_t count = 0;

	for (size_t i = 0; i < planned->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&planned->plan.entries, struct cv_entry, i);

		count += is_flow(entry) && entry->own_rule == own_rule;
	}
	return count;
}

static const char *words_of(struct planned *planned)
{
	struct world *world = &planned->world;

	world->words.size = 0;
	for (size_t i = 0; i < planned->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&planned->plan.entries, struct cv_entry, i);

		if (!is_flow(entry))
			continue;
		cv_buf_text(&world->words, entry->own_rule ? "rule " : "");
		cv_buf_text(&world->words, cv_entry_words(&world->ctx, entry));
		add_rows(&world->words, &entry->rows);
	}
	return world->words.size ? cv_buf_string(&world->words) : "";
}

static void assert_entries(struct planned *planned, const char *wanted)
{
	assert_string_equal(words_of(planned), wanted);
	world_close(&planned->world);
}

/* `NAME: {addresses: [10.NET.0.0, 10.NET.0.2, ...]}`: hosts that are no neighbours. */
static void add_hosts(struct cv_buf *site, const char *name, int net, int count)
{
	cv_buf_format(site, "  %s: {addresses: [", name);
	for (int i = 0; i < count; i++)
		cv_buf_format(site, "%s10.%d.%d.%d", i ? ", " : "", net, i * 2 / 256,
			      i * 2 % 256);
	cv_buf_text(site, "]}\n");
}

/* One row from so many sources to so many destinations. */
static void plan_product(struct planned *planned, size_t most_rules, int sources,
			 int destinations)
{
	struct cv_buf site = CV_BUF_INIT;

	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, "A", 1, sources);
	add_hosts(&site, "B", 2, destinations);
	plan_for(planned, most_rules,
		 "    parties: {A: {}, B: {}}\n"
		 "    ports:\n"
		 "      - {id: r, from: A, to: B, port: '443', protocol: tcp}\n",
		 cv_buf_string(&site));
	cv_buf_deinit(&site);
}

static void assert_product(size_t most_rules, int sources, int destinations,
			   size_t tuples, size_t reached)
{
	struct planned planned;

	plan_product(&planned, most_rules, sources, destinations);
	assert_int_equal(count_of(&planned, false), tuples);
	assert_int_equal(count_of(&planned, true), reached);
	world_close(&planned.world);
}

/* Two sources and d destinations: 2 d tuples, or 2 + d and 16 for the rule. */
static void test_class_is_chosen_where_it_saves_elements(void **state)
{
	(void)state;
	assert_product(64, 2, 17, 34, 0);
	assert_product(64, 2, 18, 36, 0); /* as many: the set needs no rule */
	assert_product(64, 2, 19, 0, 19);
	assert_product(64, 19, 2, 0, 2);
	assert_product(64, 400, 400, 0, 400);
}

static void test_class_needs_sources_to_share(void **state)
{
	(void)state;
	assert_product(64, 1, 400, 400, 0);
}

static void test_no_class_without_rules(void **state)
{
	(void)state;
	assert_product(0, 40, 40, 1600, 0);
}

static void test_class_holds_its_sources(void **state)
{
	struct planned planned;

	(void)state;
	plan_product(&planned, 64, 19, 2);
	assert_entries(&planned, "rule forward 4 10.1.0.0,10.1.0.2,10.1.0.4,10.1.0.6 and "
				 "15 more -> 10.2.0.0 tcp 443 <- r\n"
				 "rule forward 4 10.1.0.0,10.1.0.2,10.1.0.4,10.1.0.6 and "
				 "15 more -> 10.2.0.2 tcp 443 <- r\n");
}

/* As tuples there would be more than any set may hold. */
static void test_class_of_a_product_that_is_too_large(void **state)
{
	struct planned planned;
	struct cv_buf site = CV_BUF_INIT;

	(void)state;
	assert_product(64, 1500, 1500, 0, 1500);
	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, "A", 1, 1500);
	add_hosts(&site, "B", 2, 1500);
	assert_false(try_plan(&planned, 0,
			      "    parties: {A: {}, B: {}}\n"
			      "    ports:\n"
			      "      - {id: r, from: A, to: B, port: '443', "
			      "protocol: tcp}\n",
			      cv_buf_string(&site)));
	assert_findings(&planned.world,
			"too-many-pieces: t for s: v/p#ports/r brings the "
			"elements to more than 2000000\n");
	world_close(&planned.world);
	cv_buf_deinit(&site);
}

/* Rows that each would be too few by themselves share a class by their sources. */
static void test_class_gathers_rows_of_one_source(void **state)
{
	struct planned planned;
	struct cv_buf site = CV_BUF_INIT;

	(void)state;
	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, "A", 1, 4);
	add_hosts(&site, "B", 2, 4);
	add_hosts(&site, "C", 3, 4);
	add_hosts(&site, "D", 1, 4); /* the same addresses as A */
	plan_for(&planned, 64,
		 "    parties: {A: {}, B: {}, C: {}, D: {}}\n"
		 "    ports:\n"
		 "      - {id: r1, from: A, to: B, port: '80', protocol: tcp}\n"
		 "      - {id: r2, from: D, to: C, port: '80', protocol: udp}\n"
		 "      - {id: r3, from: D, to: B, port: '80', protocol: tcp}\n"
		 "      - {id: r4, from: B, to: C, port: '80', protocol: tcp}\n",
		 cv_buf_string(&site));
	/* 3 times 4 reached, of which 4 are asked for twice; B has only 16 tuples. */
	assert_int_equal(count_of(&planned, true), 8);
	assert_int_equal(count_of(&planned, false), 16);
	assert_non_null(strstr(words_of(&planned), "-> 10.2.0.0 tcp 80 <- r1 r3\n"));
	assert_non_null(strstr(words_of(&planned), "-> 10.3.0.0 udp 80 <- r2\n"));
	world_close(&planned.world);
	cv_buf_deinit(&site);
}

/* ---- more candidates than rules ---- */

static void plan_many(struct planned *planned, size_t most_rules, bool turned)
{
	static const char *const rows[] = {
		"      - {id: small, from: A, to: D, port: '443', protocol: tcp}\n",
		"      - {id: large, from: B, to: D, port: '443', protocol: tcp}\n",
		"      - {id: equal, from: C, to: D, port: '443', protocol: tcp}\n",
	};
	struct cv_buf profile = CV_BUF_INIT, site = CV_BUF_INIT;

	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, turned ? "C" : "A", turned ? 3 : 1, 10);
	add_hosts(&site, "B", 2, 12);
	add_hosts(&site, turned ? "A" : "C", turned ? 1 : 3, 10);
	add_hosts(&site, "D", 4, 10);
	cv_buf_text(&profile, "    parties: {A: {}, B: {}, C: {}, D: {}}\n    ports:\n");
	for (int i = 0; i < 3; i++)
		cv_buf_text(&profile, rows[turned ? 2 - i : i]);
	plan_for(planned, most_rules, cv_buf_string(&profile), cv_buf_string(&site));
	cv_buf_deinit(&profile);
	cv_buf_deinit(&site);
}

/* The source of the first entry that is a rule, and how many are. */
static void assert_chosen(size_t most_rules, bool turned, const char *first, size_t rules)
{
	struct planned planned;
	const char *found;

	plan_many(&planned, most_rules, turned);
	found = strstr(words_of(&planned), "rule forward 4 ");
	assert_int_equal(count_of(&planned, true), 10 * rules);
	if (rules)
		assert_memory_equal(found + sizeof "rule forward 4 " - 1, first,
				    strlen(first));
	world_close(&planned.world);
}

static void test_most_saving_rules_win(void **state)
{
	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		assert_chosen(1, turned, "10.2.0.0", 1);
		/* Of the two that save the same, the one whose addresses come first. */
		assert_chosen(2, turned, "10.1.0.0", 2);
		assert_chosen(3, turned, "10.1.0.0", 3);
		assert_chosen(64, turned, "10.1.0.0", 3);
	}
}

static const struct cv_entry *rule_from(const struct planned *planned, unsigned host)
{
	const struct cv_address first = {0, 0x0a000000u + host};

	for (size_t i = 0; i < planned->plan.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&planned->plan.entries, struct cv_entry, i);

		if (is_flow(entry) && entry->own_rule &&
		    cv_address_compare(entry->source->ranges[0].first, first) == 0)
			return entry;
	}
	return NULL;
}

/* A is apart from all; B and C share an address; D has a range around E's; F is A's. */
static void test_classes_that_have_their_sources_alone_stand_aside(void **state)
{
	static const char parties[] =
		"parties:\n"
		"  A: {addresses: [10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7]}\n"
		"  B: {addresses: [10.0.1.0, 10.0.1.2, 10.0.1.4, 10.0.1.9]}\n"
		"  C: {addresses: [10.0.1.1, 10.0.1.5, 10.0.1.7, 10.0.1.9]}\n"
		"  D: {addresses: [10.0.2.0/24, 10.0.4.0, 10.0.4.2, 10.0.4.4]}\n"
		"  E: {addresses: [10.0.2.9, 10.0.5.0, 10.0.5.2, 10.0.5.4]}\n";
	static const char profile[] =
		"    parties: {A: {}, B: {}, C: {}, D: {}, E: {}, T: {}}\n"
		"    ports:\n"
		"      - {id: a, from: A, to: T, port: '443', protocol: tcp}\n"
		"      - {id: b, from: B, to: T, port: '443', protocol: tcp}\n"
		"      - {id: c, from: C, to: T, port: '444', protocol: tcp}\n"
		"      - {id: d, from: D, to: T, port: '443', protocol: tcp}\n"
		"      - {id: e, from: E, to: T, port: '444', protocol: tcp}\n"
		"      - {id: f, from: A, to: T, port: '445', source-port: '53', "
		"protocol: udp}\n";
	static const struct {
		unsigned host;
		bool steered;
	} wanted[] = {{1, true},
		      {0x100, false},
		      {0x101, false},
		      {0x200, false},
		      {0x209, false}};
	struct cv_buf site = CV_BUF_INIT;
	struct planned planned;

	(void)state;
	cv_buf_text(&site, parties);
	add_hosts(&site, "T", 9, 20);
	for (size_t aside = 0; aside < 3; aside++) {
		const size_t rules = aside ? 64 : 6;

		if (!try_steered(&planned, rules, aside, profile, cv_buf_string(&site)) ||
		    !prove_plan(&planned.world.ctx, &planned.plan))
			fail_msg("%s", findings_of(&planned.world));
		assert_int_equal(count_of(&planned, true), 6 * 20);
		for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
			const struct cv_entry *rule = rule_from(&planned, wanted[i].host);

			assert_non_null(rule);
			assert_int_equal(rule->steered, aside && wanted[i].steered);
		}
		world_close(&planned.world);
	}
	cv_buf_deinit(&site);
}

/* Two sources and d destinations: 2 d tuples, or 16 for the rule with 2 and d, and 2 more
 * for what leads there. */
static void test_class_stands_aside_where_that_saves_elements(void **state)
{
	static const struct {
		int destinations;
		bool is_class, steered;
	} wanted[] = {{18, false, false},
		      {19, true, false},
		      {20, true, false},
		      {21, true, true}};

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct cv_buf site = CV_BUF_INIT;
		const struct cv_entry *rule;
		struct planned planned;

		cv_buf_text(&site, "parties:\n");
		add_hosts(&site, "A", 1, 2);
		add_hosts(&site, "B", 2, wanted[i].destinations);
		if (!try_steered(&planned, 64, 64,
				 "    parties: {A: {}, B: {}}\n"
				 "    ports:\n"
				 "      - {id: r, from: A, to: B, port: '443', "
				 "protocol: tcp}\n",
				 cv_buf_string(&site)))
			fail_msg("%s", findings_of(&planned.world));
		rule = rule_from(&planned, 0x10000);
		assert_int_equal(rule != NULL, wanted[i].is_class);
		assert_int_equal(rule && rule->steered, wanted[i].steered);
		world_close(&planned.world);
		cv_buf_deinit(&site);
	}
}

/* Ranges and single values are two rules of a class. */
static void test_class_with_ranges_counts_twice(void **state)
{
	static const char profile[] =
		"    parties: {A: {}, B: {}}\n"
		"    ports:\n"
		"      - {id: r, from: A, to: B, port: '443,1000-1010', protocol: tcp}\n";

	(void)state;
	for (size_t most_rules = 1; most_rules <= 2; most_rules++) {
		struct planned planned;
		struct cv_buf site = CV_BUF_INIT;

		cv_buf_text(&site, "parties:\n");
		add_hosts(&site, "A", 1, 10);
		add_hosts(&site, "B", 2, 10);
		plan_for(&planned, most_rules, profile, cv_buf_string(&site));
		assert_int_equal(count_of(&planned, true), most_rules == 2 ? 20 : 0);
		assert_int_equal(count_of(&planned, false), most_rules == 2 ? 0 : 200);
		world_close(&planned.world);
		cv_buf_deinit(&site);
	}
}

/* ---- wide ranges ---- */

static void check_wide(size_t most_rules, const char *row, const char *wanted)
{
	struct planned planned;
	struct cv_buf profile = CV_BUF_INIT;

	cv_buf_format(&profile,
		      "    parties: {A: {}, B: {}, C: {}}\n"
		      "    ports:\n%s",
		      row);
	plan_for(&planned, most_rules, cv_buf_string(&profile),
		 "parties:\n"
		 "  A: {addresses: [10.1.0.1, 10.1.0.3]}\n"
		 "  B: {addresses: [10.2.0.0/24, 10.2.1.1]}\n"
		 "  C: {addresses: [10.2.0.0/24, 10.2.1.1]}\n");
	cv_buf_deinit(&profile);
	assert_entries(&planned, wanted);
}

static void test_wide_range_is_a_rule_over_whole_sets(void **state)
{
	(void)state;
	check_wide(64, "      - {id: r, from: A, to: B, port: '1-1025', protocol: tcp}\n",
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 tcp 1-1025 "
		   "<- r\n");
	/* One port less goes into the set. */
	check_wide(64, "      - {id: r, from: A, to: B, port: '1-1024', protocol: tcp}\n",
		   "forward 4 10.1.0.1 -> 10.2.0.0/24 tcp 1-1024 <- r\n"
		   "forward 4 10.1.0.1 -> 10.2.1.1 tcp 1-1024 <- r\n"
		   "forward 4 10.1.0.3 -> 10.2.0.0/24 tcp 1-1024 <- r\n"
		   "forward 4 10.1.0.3 -> 10.2.1.1 tcp 1-1024 <- r\n");
}

static void test_wide_range_leaves_the_rest_of_its_flow(void **state)
{
	(void)state;
	check_wide(64,
		   "      - {id: r, from: A, to: B, port: '22,2000-4000', protocol: "
		   "tcp}\n",
		   "forward 4 10.1.0.1 -> 10.2.1.1 tcp 22 <- r\n"
		   "forward 4 10.1.0.3 -> 10.2.1.1 tcp 22 <- r\n"
		   "forward 4 10.1.0.1 -> 10.2.0.0/24 tcp 22 <- r\n"
		   "forward 4 10.1.0.3 -> 10.2.0.0/24 tcp 22 <- r\n"
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 tcp "
		   "2000-4000 <- r\n");
}

static void test_wide_ranges_on_both_sides(void **state)
{
	(void)state;
	check_wide(64,
		   "      - {id: r, from: A, to: B, port: '22,2000-4000', source-port: "
		   "'53,1024-65535', protocol: udp}\n",
		   "forward 4 10.1.0.1 -> 10.2.1.1 udp 22 from ports 53 <- r\n"
		   "forward 4 10.1.0.3 -> 10.2.1.1 udp 22 from ports 53 <- r\n"
		   "forward 4 10.1.0.1 -> 10.2.0.0/24 udp 22 from ports 53 <- r\n"
		   "forward 4 10.1.0.3 -> 10.2.0.0/24 udp 22 from ports 53 <- r\n"
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 udp 22 "
		   "from ports 1024-65535 <- r\n"
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 udp "
		   "2000-4000 from ports 53,1024-65535 <- r\n");
}

/* B and C have the same addresses. */
static void test_equal_wide_ranges_are_one_rule(void **state)
{
	(void)state;
	check_wide(64,
		   "      - {id: r1, from: A, to: B, port: '3000-9000', protocol: tcp}\n"
		   "      - {id: r2, from: A, to: C, port: '3000-9000', protocol: tcp}\n"
		   "      - {id: r3, from: A, to: C, port: '3000-9000', protocol: udp}\n",
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 tcp "
		   "3000-9000 <- r1 r2\n"
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 udp "
		   "3000-9000 <- r3\n");
}

/* Beside the rule the other row's elements stand whole. */
static void test_wide_range_cuts_no_other_row(void **state)
{
	(void)state;
	check_wide(64,
		   "      - {id: r1, from: A, to: B, port: any, protocol: tcp}\n"
		   "      - {id: r2, from: A, to: C, port: '80-90', protocol: tcp}\n",
		   "forward 4 10.1.0.1 -> 10.2.0.0/24 tcp 80-90 <- r2\n"
		   "forward 4 10.1.0.1 -> 10.2.1.1 tcp 80-90 <- r2\n"
		   "forward 4 10.1.0.3 -> 10.2.0.0/24 tcp 80-90 <- r2\n"
		   "forward 4 10.1.0.3 -> 10.2.1.1 tcp 80-90 <- r2\n"
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 tcp "
		   "1-65535 <- r1\n");
}

static void test_wide_ranges_beyond_the_rules_are_elements(void **state)
{
	static const char rows[] =
		"      - {id: r1, from: A, to: B, port: '3000-9000', protocol: tcp}\n"
		"      - {id: r2, from: B, to: A, port: '3000-9000', protocol: udp}\n";

	(void)state;
	check_wide(1, rows,
		   "forward 4 10.2.0.0/24 -> 10.1.0.1 udp 3000-9000 <- r2\n"
		   "forward 4 10.2.0.0/24 -> 10.1.0.3 udp 3000-9000 <- r2\n"
		   "forward 4 10.2.1.1 -> 10.1.0.1 udp 3000-9000 <- r2\n"
		   "forward 4 10.2.1.1 -> 10.1.0.3 udp 3000-9000 <- r2\n"
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 tcp "
		   "3000-9000 <- r1\n");
	check_wide(2, rows,
		   "rule forward 4 10.1.0.1,10.1.0.3 -> 10.2.0.0/24,10.2.1.1 tcp "
		   "3000-9000 <- r1\n"
		   "rule forward 4 10.2.0.0/24,10.2.1.1 -> 10.1.0.1,10.1.0.3 udp "
		   "3000-9000 <- r2\n");
}

/* ---- overlap ---- */

/* Two rows of one class overlap and are cut; a row from one of its sources to the same
 * is no element of it and stays whole. */
static void test_class_is_cut_only_within_itself(void **state)
{
	struct planned planned;
	struct cv_buf site = CV_BUF_INIT;

	(void)state;
	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, "A", 1, 40);
	cv_buf_text(&site, "  H: {addresses: 10.1.0.2}\n"
			   "  B: {addresses: 10.2.0.0/24}\n"
			   "  C: {addresses: 10.2.0.0/25}\n");
	plan_for(&planned, 64,
		 "    parties: {A: {}, B: {}, C: {}, H: {}}\n"
		 "    ports:\n"
		 "      - {id: r1, from: A, to: B, port: '100-200', protocol: tcp}\n"
		 "      - {id: r2, from: A, to: C, port: '150-250', protocol: tcp}\n"
		 "      - {id: r3, from: H, to: B, port: '120-220', protocol: tcp}\n",
		 cv_buf_string(&site));
	cv_buf_deinit(&site);
#define CLASS "rule forward 4 10.1.0.0,10.1.0.2,10.1.0.4,10.1.0.6 and 36 more -> "
	assert_entries(&planned,
		       "forward 4 10.1.0.2 -> 10.2.0.0/24 tcp 120-220 <- r3\n" CLASS
		       "10.2.0.0/25 tcp 100-149 <- r1\n" CLASS
		       "10.2.0.0/25 tcp 150-200 <- r1 r2\n" CLASS
		       "10.2.0.0/25 tcp 201-250 <- r2\n" CLASS
		       "10.2.0.128/25 tcp 100-200 <- r1\n");
}

/* ---- shapes ---- */

/* Each shape of key may be a class, and they do not mix. */
static void test_class_of_each_shape(void **state)
{
	static const char *const shapes[] = {
		"port: '443', protocol: tcp",
		"port: '443', source-port: '123', protocol: udp",
		"protocol: esp",
		"protocol: icmp, icmp-type: '8'",
	};
	struct planned planned;
	struct cv_buf profile = CV_BUF_INIT, site = CV_BUF_INIT;

	(void)state;
	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, "A", 1, 20);
	add_hosts(&site, "B", 2, 3);
	cv_buf_text(&profile, "    parties: {A: {}, B: {}}\n    ports:\n");
	for (int i = 0; i < 4; i++)
		cv_buf_format(&profile, "      - {id: r%d, from: A, to: B, %s}\n", i,
			      shapes[i]);
	plan_for(&planned, 64, cv_buf_string(&profile), cv_buf_string(&site));
	assert_int_equal(count_of(&planned, true), 12);
	assert_int_equal(count_of(&planned, false), 0);
	world_close(&planned.world);
	/* A rule for each. */
	plan_for(&planned, 3, cv_buf_string(&profile), cv_buf_string(&site));
	assert_int_equal(count_of(&planned, true), 9);
	assert_int_equal(count_of(&planned, false), 60);
	world_close(&planned.world);
	cv_buf_deinit(&profile);
	cv_buf_deinit(&site);
}

/* A host has as many rules in each of its chains. */
static void test_rules_are_counted_by_chain(void **state)
{
	struct planned planned;
	struct cv_buf site = CV_BUF_INIT;
	struct cv_plan plan;
	size_t rules = 0;

	(void)state;
	cv_buf_text(&site, "parties:\n");
	add_hosts(&site, "A", 1, 10);
	add_hosts(&site, "B", 2, 10);
	plan_for(&planned, 1,
		 "    parties: {A: {}, B: {}}\n"
		 "    ports:\n"
		 "      - {id: r1, from: A, to: B, port: '443', protocol: tcp}\n"
		 "      - {id: r2, from: B, to: A, port: '80', protocol: tcp}\n",
		 cv_buf_string(&site));
	assert_int_equal(count_of(&planned, true), 10);
	assert_int_equal(count_of(&planned, false), 100);
	planned.subject =
		(struct cv_subject){.kind = CV_SUBJECT_PARTY,
				    .name = "a",
				    .party = cv_policy_party(&planned.world.policy, "A")};
	assert_true(cv_lower(&planned.world.ctx, &planned.world.policy, &planned.use,
			     &planned.subject, &plan));
	for (size_t i = 0; i < plan.entries.count; i++)
		rules += CV_AT(&plan.entries, struct cv_entry, i)->own_rule;
	assert_int_equal(rules, 20);
	assert_true(prove_plan(&planned.world.ctx, &plan));
	world_close(&planned.world);
	cv_buf_deinit(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_class_is_chosen_where_it_saves_elements),
		cmocka_unit_test(test_class_needs_sources_to_share),
		cmocka_unit_test(test_no_class_without_rules),
		cmocka_unit_test(test_class_holds_its_sources),
		cmocka_unit_test(test_class_of_a_product_that_is_too_large),
		cmocka_unit_test(test_class_gathers_rows_of_one_source),
		cmocka_unit_test(test_most_saving_rules_win),
		cmocka_unit_test(test_classes_that_have_their_sources_alone_stand_aside),
		cmocka_unit_test(test_class_stands_aside_where_that_saves_elements),
		cmocka_unit_test(test_class_with_ranges_counts_twice),
		cmocka_unit_test(test_wide_range_is_a_rule_over_whole_sets),
		cmocka_unit_test(test_wide_range_leaves_the_rest_of_its_flow),
		cmocka_unit_test(test_wide_ranges_on_both_sides),
		cmocka_unit_test(test_equal_wide_ranges_are_one_rule),
		cmocka_unit_test(test_wide_range_cuts_no_other_row),
		cmocka_unit_test(test_wide_ranges_beyond_the_rules_are_elements),
		cmocka_unit_test(test_class_is_cut_only_within_itself),
		cmocka_unit_test(test_class_of_each_shape),
		cmocka_unit_test(test_rules_are_counted_by_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
