/* What `nft -j list ruleset` prints of policies in mode enforce, on trial, and of what
 * stands beside them.  nft-enforce-gateway.json and nft-enforce-host.json were printed by
 * nft 1.0.6 after the sample plans were loaded. */
#include "export_nftables_fixture.h"

static struct cv_table added(struct fixture *f, const struct cv_export_reading *reading)
{
	struct cv_table all = without_notes(f, &reading->entries);

	for (size_t i = 0; i < all.count; i++) {
		struct cv_entry *entry = CV_AT(&all, struct cv_entry, i);

		assert_true(entry->ours);
		/* A rule alone is told from one by hand by its comment only. */
		if (entry->kind == CV_ENTRY_FLOW && entry->more->name &&
		    strcmp(entry->more->name, CV_NFT_OWN) == 0)
			entry->more->name = NULL;
	}
	return all;
}

/* Whether what is in force is what the plan adds. */
static bool is_in_force(struct fixture *f, const struct cv_export_reading *reading)
{
	struct cv_export_reading planned = {.entries = f->plan.entries};
	const struct cv_table there = added(f, reading);
	const struct cv_entry **a, **b;
	struct cv_table wanted;

	for (size_t i = 0; i < f->plan.entries.count; i++)
		CV_AT(&f->plan.entries, struct cv_entry, i)->ours = true;
	wanted = added(f, &planned);
	a = sorted(f, &wanted);
	b = sorted(f, &there);
	if (wanted.count != there.count)
		return false;
	for (size_t i = 0; i < wanted.count; i++)
		if (cv_entry_compare(a[i], b[i]) != 0)
			return false;
	return true;
}

static const struct {
	const char *file;
	enum cv_subject_kind kind;
	enum mode mode;
} loaded[] = {
	{"nft-enforce-gateway.json", CV_SUBJECT_SITE, ALL},
	{"nft-enforce-host.json", CV_SUBJECT_GROUP, LISTED},
};

static void test_a_loaded_plan_reads_back_as_it_is(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < COUNT(loaded); i++) {
		const struct cv_source *source;

		open_full(&f, loaded[i].kind, loaded[i].mode);
		source = file_of(&f, loaded[i].file);
		assert_true(read_bytes(&f, source->text, source->size, &reading));
		assert_int_equal(reading.unknown.count, 0);
		assert_int_equal(reading.remarks.count, 0);
		assert_true(is_in_force(&f, &reading));
		close_plan(&f);
	}
}

static void test_what_changes_in_the_kernel_is_seen(void **state)
{
	/* In the gateway's file: behind `mark`, `from` becomes `to`. */
	static const struct {
		const char *mark, *from, *to;
	} changes[] = {
		{"\"chain\"", "\"policy\": \"drop\"", "\"policy\": \"accept\""},
		{"\"chain\"", "\"prio\": -5", "\"prio\": -4"},
		{"\"chain\"", "\"hook\": \"forward\"", "\"hook\": \"input\""},
		{"\"chain\"", "\"type\": \"filter\"", "\"type\": \"route\""},
		{"\"chain\"",
		 ", \"type\": \"filter\", \"hook\": \"forward\", \"prio\": "
		 "-5, \"policy\": \"drop\"",
		 ""},
		{"\"ct\"", "\"related\"", "\"new\""},
		{"\"ct\"", "\"established\", ", ""},
		{"\"ct\"", "\"state\"", "\"status\""},
		{"\"invalid\"", "{\"drop\": null}", "{\"accept\": null}"},
		{"\"right\": \"invalid\"", "\"invalid\"", "\"untracked\""},
		{"baseline: ICMP errors", "\"destination-unreachable\", ", ""},
		{"baseline: dns", "53", "54"},
		{"baseline: management", "10.9.0.0", "10.8.0.0"},
		{"{\"set\": [{\"elem\"", "443", "442"},
		{"\"concat\": [{\"payload\": {\"protocol\": \"ip\", \"field\": \"daddr\"",
		 "daddr", "saddr"},
	};
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, ALL);
	source = file_of(&f, "nft-enforce-gateway.json");
	for (size_t i = 0; i < COUNT(changes); i++) {
		assert_true(read_text(&f,
				      replaced(&f, source->text, changes[i].mark,
					       changes[i].from, changes[i].to),
				      &reading));
		if (is_in_force(&f, &reading) && reading.unknown.count == 0)
			fail_msg("not seen: %s for %s", changes[i].to, changes[i].from);
	}
	close_plan(&f);
}

/* ---- small exports ---- */

#define OWN_TABLE "\"family\": \"inet\", \"table\": \"cv-hq\", "
#define OWN_BASE(policy) \
	", {\"chain\": {" OWN_TABLE "\"name\": \"cv-hq-forward\", \"type\": " \
	"\"filter\", \"hook\": \"forward\", \"prio\": -5, \"policy\": \"" policy "\"}}"
#define OWN_CHAIN(name) ", {\"chain\": {" OWN_TABLE "\"name\": \"" name "\"}}"
#define OWN_RULE(chain, expr) \
	", {\"rule\": {" OWN_TABLE "\"chain\": \"" chain "\", \"expr\": [" expr "]}}"
#define IN_STATE(states) \
	"{\"match\": {\"op\": \"in\", \"left\": {\"ct\": {\"key\": \"state\"}}, " \
	"\"right\": " states "}}"
#define REPLIES IN_STATE("[\"established\", \"related\"]")
#define DROP "{\"drop\": null}"
#define GOTO(chain) "{\"goto\": {\"target\": \"" chain "\"}}"
#define COUNTER "{\"counter\": {\"packets\": 1, \"bytes\": 60}}"
#define MAIN "cv-hq-forward"
#define ASIDE "cv-hq-forward.new"
#define TRIAL(elements) \
	", {\"set\": {" OWN_TABLE "\"name\": \"cv-hq-trial\", \"type\": \"nf_proto\", " \
	"\"flags\": [\"timeout\"], \"elem\": [" elements "]}}"
#define BOTH \
	"{\"elem\": {\"val\": \"ipv4\", \"timeout\": 60, \"expires\": 59}}, " \
	"{\"elem\": {\"val\": \"ipv6\", \"timeout\": 60, \"expires\": 59}}"
#define LEAD MATCH(NFPROTO, "\"@cv-hq-trial\"") ", " GOTO(ASIDE)

/* The settings and flows that stand there, but for those of the chain itself. */
static size_t count_of(const struct cv_export_reading *reading, const char *list)
{
	size_t count = 0;

	for (size_t i = 0; i < reading->entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		count += entry->operation == CV_ADD && strcmp(entry->list, list) == 0;
	}
	return count;
}

static void test_openings_and_closings_are_known(void **state)
{
	static const struct {
		const char *rules;
		size_t openings, closings, flows, unknown;
	} cases[] = {
		/* What is not understood counts as an opening that nobody planned. */
		{OWN_RULE(MAIN, REPLIES "," COUNTER "," ACCEPT), 1, 0, 0, 0},
		{OWN_RULE(MAIN, REPLIES "," ACCEPT), 1, 0, 0, 0},
		{OWN_RULE(MAIN, IN_STATE("\"established\"") "," ACCEPT), 1, 0, 0, 1},
		{OWN_RULE(MAIN,
			  IN_STATE("[\"established\", \"related\", \"new\"]") "," ACCEPT),
		 1, 0, 0, 1},
		{OWN_RULE(MAIN, REPLIES "," MATCH(DPORT, "22") "," ACCEPT), 1, 0, 0, 1},
		{OWN_RULE(MAIN, REPLIES "," DROP), 1, 0, 0, 1},
		{OWN_RULE(MAIN, IN_STATE("\"invalid\"") "," DROP), 1, 0, 0, 0},
		{OWN_RULE(MAIN, MATCH(META("iif"), "\"lo\"") "," ACCEPT), 1, 0, 0, 0},
		{OWN_RULE(MAIN, MATCH(META("oifname"), "\"lo\"") "," ACCEPT), 1, 0, 0, 0},
		{OWN_RULE(MAIN, MATCH(META("iif"), "\"eth0\"") "," ACCEPT), 1, 0, 0, 1},
		/* Broken packets that were let through before. */
		{OWN_RULE(MAIN, MATCH(DPORT, "22") "," ACCEPT)
			 OWN_RULE(MAIN, IN_STATE("\"invalid\"") "," DROP),
		 1, 0, 2, 1},
		{OWN_RULE(MAIN, COUNTER "," DROP), 0, 1, 0, 0},
		{OWN_RULE(MAIN, MATCH(DADDR, "\"10.1.0.1\"") "," DROP), 0, 1, 0, 0},
		{OWN_RULE(MAIN, MATCH(SADDR, "\"10.1.0.1\"") "," DROP), 1, 0, 0, 1},
		/* Behind a drop of everything nothing is in force. */
		{OWN_RULE(MAIN, DROP) OWN_RULE(MAIN, MATCH(DPORT, "22") "," ACCEPT), 0, 1,
		 0, 0},
		{OWN_RULE(MAIN, MATCH(DADDR, "\"10.1.0.1\"") "," DROP)
			 OWN_RULE(MAIN, MATCH(DPORT, "22") "," ACCEPT),
		 0, 1, 0, 1},
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, ALL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(read_text(&f,
				      cv_arena_format(f.ctx.arena,
						      HEAD OWN_BASE("drop") "%s" END,
						      cases[i].rules),
				      &reading));
		if (count_of(&reading, "opening") != cases[i].openings ||
		    count_of(&reading, "closing") != cases[i].closings ||
		    count_of(&reading, "forward") != cases[i].flows ||
		    reading.unknown.count != cases[i].unknown)
			fail_msg("case %zu: %zu %zu %zu %zu", i,
				 count_of(&reading, "opening"),
				 count_of(&reading, "closing"),
				 count_of(&reading, "forward"), reading.unknown.count);
	}
	close_plan(&f);
}

static void test_what_leads_is_followed(void **state)
{
	static const char rules[] = OWN_BASE("drop")
		OWN_CHAIN(ASIDE) "%s" OWN_RULE(MAIN, MATCH(DPORT, "22") "," ACCEPT)
			OWN_RULE(ASIDE, MATCH(DPORT, "80") "," ACCEPT)
				OWN_RULE(ASIDE, DROP);
	static const struct {
		const char *lead, *port;
		bool on_trial;
	} cases[] = {
		{"", "22", false},
		{TRIAL(BOTH) OWN_RULE(MAIN, LEAD), "80", true},
		{TRIAL("\"ipv4\", \"ipv6\"") OWN_RULE(MAIN, LEAD), "80", true},
		/* It is over. */
		{TRIAL("") OWN_RULE(MAIN, LEAD), "22", false},
		{OWN_RULE(MAIN, GOTO(ASIDE)), "80", false},
		{OWN_RULE(MAIN, COUNTER "," GOTO(ASIDE)), "80", false},
		{TRIAL("") OWN_RULE(MAIN, LEAD) OWN_RULE(MAIN, GOTO(ASIDE)), "80", false},
		/* Nothing is in force. */
		{OWN_RULE(MAIN, "{\"return\": null}"), NULL, false},
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, ALL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cv_arena_format(f.ctx.arena, rules, cases[i].lead);
		bool seen = false;

		assert_true(read_text(
			&f, cv_arena_format(f.ctx.arena, HEAD "%s" END, text), &reading));
		assert_int_equal(reading.unknown.count, 0);
		assert_int_equal(reading.remarks.count, cases[i].on_trial);
		if (cases[i].on_trial)
			assert_int_equal(
				CV_AT(&reading.remarks, struct cv_export_remark, 0)->code,
				CV_F_ON_TRIAL);
		assert_int_equal(count_of(&reading, "forward"), cases[i].port ? 2 : 0);
		for (size_t n = 0; cases[i].port && n < reading.entries.count; n++)
			seen |= strcmp(entry_at(&f, &reading, n),
				       cv_arena_format(f.ctx.arena,
						       "forward 4 0.0.0.0/0 -> "
						       "0.0.0.0/0 tcp %s",
						       cases[i].port)) == 0;
		assert_true(seen == (cases[i].port != NULL));
	}
	/* A goto elsewhere leads nowhere that is known; half a trial is none. */
	assert_true(read_text(&f, HEAD OWN_BASE("drop") OWN_RULE(MAIN, GOTO("x")) END,
			      &reading));
	assert_int_equal(reading.unknown.count, 1);
	assert_true(read_text(&f,
			      HEAD OWN_BASE("drop") OWN_CHAIN(ASIDE) TRIAL("\"ipv4\"")
				      OWN_RULE(MAIN, LEAD) END,
			      &reading));
	assert_int_equal(reading.unknown.count, 2);
	close_plan(&f);
}

/* Rules that stand aside end in the policy that is to be. */
static void test_the_policy_on_trial_is_the_last_rule(void **state)
{
	static const struct {
		const char *last, *policy;
	} cases[] = {{DROP, "drop"}, {ACCEPT, "accept"}, {COUNTER, "accept"}};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, ALL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool seen = false;

		assert_true(read_text(
			&f,
			cv_arena_format(f.ctx.arena,
					HEAD OWN_BASE("accept") OWN_CHAIN(ASIDE)
						TRIAL(BOTH) OWN_RULE(MAIN, LEAD)
							OWN_RULE(ASIDE, "%s") END,
					cases[i].last),
			&reading));
		assert_int_equal(count_of(&reading, "forward"), 0);
		for (size_t n = 0; n < reading.entries.count; n++)
			seen |= strcmp(entry_at(&f, &reading, n),
				       cv_arena_format(f.ctx.arena,
						       "base cv-hq-forward type filter "
						       "hook forward priority -5; policy "
						       "%s",
						       cases[i].policy)) == 0;
		assert_true(seen);
	}
	close_plan(&f);
}

/* ---- others ---- */

#define OTHER_BASE(family, table, name, hook, prio, policy) \
	", {\"chain\": {\"family\": \"" family "\", \"table\": \"" table \
	"\", \"name\": \"" name "\", \"type\": \"filter\", \"hook\": \"" hook \
	"\", \"prio\": " prio ", \"policy\": \"" policy "\"}}"
#define OTHER_RULE(family, table, chain, expr) \
	", {\"rule\": {\"family\": \"" family "\", \"table\": \"" table \
	"\", \"chain\": \"" chain "\", \"expr\": [" expr "]}}"

static void test_who_else_decides_is_told(void **state)
{
	static const struct {
		const char *others;
		int code; /* -1: nothing is said */
		const char *text;
	} cases[] = {
		{OTHER_BASE("ip", "fw", "a", "forward", "0", "drop"), CV_F_OVERRULED,
		 "the chain a of the table ip fw, on hook forward at priority 0, after "
		 "ours at -5: its policy is drop: what it does not accept is dropped, "
		 "whatever our chains let through"},
		{OTHER_BASE("inet", "fw", "a", "forward", "-5", "accept"),
		 CV_F_BESIDE_OURS,
		 "the chain a of the table inet fw, on hook forward at priority -5, as "
		 "ours, in an order that changes: it drops nothing"},
		{OTHER_BASE("inet", "fw", "a", "forward", "-10",
			    "accept") OTHER_RULE("inet", "fw", "a", JUMP("b"))
			 OTHER_RULE("inet", "fw", "b", GOTO("c"))
				 OTHER_RULE("inet", "fw", "c", "{\"reject\": null}"),
		 CV_F_OVERRULED,
		 "the chain a of the table inet fw, on hook forward at priority -10, "
		 "before ours at -5: a rule there drops, whatever our chains let "
		 "through"},
		{OTHER_BASE("inet", "fw", "a", "forward", "0", "accept")
			 OTHER_RULE("inet", "fw", "a", "{\"xt\": null}"),
		 CV_F_OVERRULED, NULL},
		{OTHER_BASE("inet", "fw", "a", "forward", "0", "accept")
			 OTHER_RULE("inet", "fw", "a", "{\"unknown\": \"target\"}"),
		 CV_F_OVERRULED, NULL},
		{OTHER_BASE("inet", "fw", "a", "forward", "0", "accept")
			 OTHER_RULE("inet", "fw", "a", "{\"unknown\": \"fib\"}"),
		 CV_F_BESIDE_OURS, NULL},
		{OTHER_BASE("inet", "fw", "a", "forward", "0", "accept")
			 OTHER_RULE("inet", "fw", "a", IN_STATE("\"invalid\"") "," DROP),
		 CV_F_BESIDE_OURS, NULL},
		{OTHER_BASE("inet", "fw", "a", "forward", "0", "accept") OTHER_RULE(
			 "inet", "fw", "a", IN_STATE("[\"invalid\", \"new\"]") "," DROP),
		 CV_F_OVERRULED, NULL},
		{OTHER_BASE("inet", "cv-old", "a", "forward", "0", "accept"),
		 CV_F_SECOND_ENFORCER,
		 "the chain a of the table inet cv-old, on hook forward at priority 0, "
		 "after ours at -5: a second table of ours that enforces; only what both "
		 "let through passes"},
		/* Names are shown only where they are plain. */
		{OTHER_BASE("inet", "a b", "x\\n]", "forward", "0", "drop"),
		 CV_F_OVERRULED,
		 "the chain (an odd name) of the table inet (an odd name), on hook "
		 "forward at priority 0, after ours at -5: its policy is drop: what it "
		 "does not accept is dropped, whatever our chains let through"},
		/* Other hooks, families, types; and a table that is off. */
		{OTHER_BASE("inet", "fw", "a", "input", "0", "drop"), -1, NULL},
		{OTHER_BASE("inet", "cv-old", "a", "input", "0", "drop"), -1, NULL},
		{OTHER_BASE("bridge", "fw", "a", "forward", "0", "drop"), -1, NULL},
		{", {\"table\": {\"family\": \"inet\", \"name\": \"fw\", \"flags\": "
		 "[\"dormant\"]}}" OTHER_BASE("inet", "fw", "a", "forward", "0", "drop"),
		 -1, NULL},
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_full(&f, CV_SUBJECT_SITE, ALL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct cv_export_remark *remark;

		assert_true(read_text(&f,
				      cv_arena_format(f.ctx.arena,
						      HEAD OWN_BASE("drop") "%s" END,
						      cases[i].others),
				      &reading));
		if (reading.remarks.count != (cases[i].code >= 0))
			fail_msg("case %zu: %zu remarks", i, reading.remarks.count);
		if (cases[i].code < 0)
			continue;
		remark = CV_AT(&reading.remarks, struct cv_export_remark, 0);
		if ((int)remark->code != cases[i].code)
			fail_msg("case %zu: %s", i, remark->text);
		if (cases[i].text)
			assert_string_equal(remark->text, cases[i].text);
	}
	close_plan(&f);
}

/* In mode include the admin's base chain decides for itself; another one overrules. */
static void test_a_chain_that_leads_to_ours_is_no_other(void **state)
{
	static const char text[] =
		HEAD OURS OTHER_BASE("inet", "filter", "a", "forward", "0",
				     "drop") RULE("a", JUMP("cv-hq-forward"))
			OTHER_BASE("inet", "filter", "b", "forward", "1", "drop")
				OTHER_BASE("ip6", "six", "c", "forward", "2", "accept")
					END;
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	assert_true(read_text(&f, text, &reading));
	assert_int_equal(reading.remarks.count, 2);
	assert_string_equal(
		CV_AT(&reading.remarks, struct cv_export_remark, 0)->text,
		"the chain b of the table inet filter, on hook forward at "
		"priority 1, after ours at 0: its policy is drop: what it "
		"does not accept is dropped, whatever our chains let through");
	assert_int_equal(CV_AT(&reading.remarks, struct cv_export_remark, 1)->code,
			 CV_F_BESIDE_OURS);
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_loaded_plan_reads_back_as_it_is),
		cmocka_unit_test(test_what_changes_in_the_kernel_is_seen),
		cmocka_unit_test(test_openings_and_closings_are_known),
		cmocka_unit_test(test_what_leads_is_followed),
		cmocka_unit_test(test_the_policy_on_trial_is_the_last_rule),
		cmocka_unit_test(test_who_else_decides_is_told),
		cmocka_unit_test(test_a_chain_that_leads_to_ours_is_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
