/* Panorama: device groups in device groups, what they share, and the rules before and
 * behind those of a firewall.  And what a base says of names in all of them. */
#include "export_paloalto_fixture.h"

#define PANORAMA_BEGIN "<config><mgt-config/><shared>"
#define GROUPS \
	"</shared><devices><entry name=\"localhost.localdomain\"><template><entry " \
	"name=\"t\"><config><devices><entry " \
	"name=\"localhost.localdomain\"><vsys><entry " \
	"name=\"vsys1\"><service>" SERVICE("in-template", "tcp", "1", \
					   "") "</service></entry></vsys></entry></" \
					       "devices></config></entry></template>" \
					       "<device-group>"
#define GROUPS_END "</device-group></entry></devices>"
#define PANORAMA_END "</config>"
#define DEVICE_GROUP(name, lists) "<entry name=\"" name "\">" lists "</entry>"
#define PARENT(name, parent) \
	"<entry name=\"" name "\"><id>1</id><parent-dg>" parent "</parent-dg></entry>"
#define READONLY(parents) \
	"<readonly><devices><entry " \
	"name=\"localhost.localdomain\"><device-group>" parents \
	"</device-group></entry></devices></readonly>"
/* child in middle in top; aside beside them. */
#define FAMILY \
	READONLY("<entry name=\"top\"><id>2</id></entry>" PARENT("middle", "top") \
			 PARENT("child", "middle") PARENT("aside", "top"))
#define PANORAMA(shared, top, middle, child, aside) \
	PANORAMA_BEGIN shared GROUPS DEVICE_GROUP("child", child) \
		DEVICE_GROUP("aside", aside) DEVICE_GROUP("middle", middle) \
			DEVICE_GROUP("top", top) GROUPS_END FAMILY PANORAMA_END

#define ONE_SERVICE(ports) "<service>" SERVICE("x", "tcp", ports, "") "</service>"
#define RULES(base, rules) \
	"<" base "><security><rules>" rules "</rules></security></" base ">"
#define ANY(name, service, action) \
	"<entry name=\"" name "\"><from><member>any</member></from><to><member>any" \
	"</member></to><source><member>any</member></source><destination><member>any" \
	"</member></destination><service><member>" service "</member></service>" \
	"<application><member>any</member></application><action>" action \
	"</action></entry>"

static void open_group(struct fixture *f, const char *group)
{
	open_fixture(f, "hq");
	f->options.device_group.text = group;
}

static void add_flow(struct fixture *f)
{
	struct cv_flow *flow = CV_ADD(f->ctx.arena, &f->policy.flows, struct cv_flow);
	struct cv_ends *ends = CV_NEW(f->ctx.arena, struct cv_ends);
	struct cv_service *service = CV_NEW(f->ctx.arena, struct cv_service);
	struct cv_party *party = CV_NEW(f->ctx.arena, struct cv_party);
	const struct cv_range range = {{0, 1}, {0, 1}};

	party->name = party->slug = "party";
	*ends = (struct cv_ends){.from = party,
				 .to = party,
				 .family = 4,
				 .source = cv_addresses_one(&f->ctx, 4, range),
				 .destination = cv_addresses_one(&f->ctx, 4, range)};
	*service = (struct cv_service){
		.protocol = 6, .icmp_type = CV_NO_ICMP_TYPE, .ports = ports(f, "443")};
	flow->ends = ends;
	flow->service = service;
}

static const struct level_case {
	const char *group, *text;
	enum cv_passage_kind kind;
	const char *says; /* in the passage */
} cases[] = {
	/* From shared down to the group, and back behind the firewall's own rules. */
	{"child",
	 PANORAMA(RULES("pre-rulebase", ANY("s", "any", "deny")),
		  RULES("pre-rulebase", ANY("t", "any", "allow")), "",
		  RULES("pre-rulebase", ANY("c", "any", "allow")), ""),
	 CV_PASSAGE_STOPPED, "stopped by the rule `s`"},
	{"child",
	 PANORAMA("", RULES("pre-rulebase", ANY("t", "any", "deny")),
		  RULES("pre-rulebase", ANY("m", "any", "allow")),
		  RULES("pre-rulebase", ANY("c", "any", "allow")), ""),
	 CV_PASSAGE_STOPPED, "stopped by the rule `t`"},
	{"child",
	 PANORAMA("", "", "", RULES("pre-rulebase", ANY("c", "any", "allow")),
		  RULES("pre-rulebase", ANY("a", "any", "deny"))),
	 CV_PASSAGE_THROUGH, "let through by the rule `c`"},
	{"child",
	 PANORAMA(RULES("post-rulebase", ANY("s", "any", "deny")), "",
		  RULES("post-rulebase", ANY("m", "any", "allow")),
		  RULES("post-rulebase", ANY("c", "service-http", "deny")), ""),
	 CV_PASSAGE_UNDECIDED,
	 "may be stopped by a rule of the firewall itself (which Panorama's shared and "
	 "own rules do not show), and is otherwise let through by the rule `m`"},
	{"middle",
	 PANORAMA("", RULES("pre-rulebase", ANY("t", "service-http", "allow")), "",
		  RULES("pre-rulebase", ANY("c", "any", "deny")), ""),
	 CV_PASSAGE_UNDECIDED, "a rule of the firewall itself"},
	/* The nearest level's object is meant; another thing of its name is a doubt. */
	{"child",
	 PANORAMA(ONE_SERVICE("443"), "", "",
		  RULES("pre-rulebase", ANY("c", "x", "allow")), ONE_SERVICE("80")),
	 CV_PASSAGE_THROUGH, "`c`"},
	{"child",
	 PANORAMA(ONE_SERVICE("443"), ONE_SERVICE("443"), "",
		  RULES("pre-rulebase", ANY("c", "x", "allow")), ""),
	 CV_PASSAGE_THROUGH, "`c`"},
	{"child",
	 PANORAMA(ONE_SERVICE("80"), ONE_SERVICE("443"), "",
		  RULES("pre-rulebase", ANY("c", "x", "allow")), ""),
	 CV_PASSAGE_UNDECIDED, "a name that means different things in two levels"},
};

static void test_levels_of_panorama(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cv_export_reading reading;
		const struct cv_passage *passage;
		struct fixture f;

		open_group(&f, cases[i].group);
		add_flow(&f);
		read_text(&f, cases[i].text, &reading);
		assert_known(&reading);
		assert_int_equal(reading.passages.count, 1);
		passage = CV_AT(&reading.passages, struct cv_passage, 0);
		if (passage->kind != cases[i].kind ||
		    !strstr(passage->what, cases[i].says))
			fail_msg("case %zu: kind %d: %s", i, (int)passage->kind,
				 passage->what);
		close_fixture(&f);
	}
}

static void test_levels_that_are_refused_or_told(void **state)
{
	static const char circle[] =
		PANORAMA_BEGIN GROUPS DEVICE_GROUP("a", "") DEVICE_GROUP("b", "")
			GROUPS_END READONLY(PARENT("a", "b") PARENT("b", "a"))
				PANORAMA_END;
	static const char unranked[] =
		PANORAMA_BEGIN GROUPS DEVICE_GROUP("child", "") GROUPS_END PANORAMA_END;
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_group(&f, "a");
	assert_false(read_bytes(&f, circle, strlen(circle), &reading));
	assert_string_equal(reading.error, "a device group that lies in itself");
	close_fixture(&f);

	open_group(&f, "child");
	read_text(&f, unranked, &reading);
	assert_unknown(&reading, "does not say which device group lies in which", NULL);
	close_fixture(&f);

	open_group(&f, "absent");
	assert_false(read_bytes(&f, unranked, strlen(unranked), &reading));
	assert_string_equal(reading.error, "the configuration holds no absent");
	close_fixture(&f);

	open_group(&f, "child");
	assert_false(read_bytes(&f, VSYS("", ""), strlen(VSYS("", "")), &reading));
	assert_string_equal(reading.error,
			    "the configuration is a firewall's, not Panorama's");
	close_fixture(&f);

	open_fixture(&f, "hq");
	assert_false(read_bytes(&f, unranked, strlen(unranked), &reading));
	assert_string_equal(reading.error,
			    "the configuration is Panorama's, not a firewall's");
	close_fixture(&f);
}

/* A firewall says that somebody may push more than it shows. */
static void test_levels_of_a_managed_firewall(void **state)
{
	static const char text[] =
		"<config><devices><entry name=\"localhost.localdomain\"><deviceconfig>"
		"<system><panorama-server>" SECRET "</panorama-server></system>"
		"</deviceconfig><vsys><entry name=\"vsys1\"/></vsys></entry></devices>"
		"</config>";
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	read_text(&f, text, &reading);
	assert_unknown(&reading, "a Panorama, which may push", "<panorama-server>");
	close_fixture(&f);
}

/* ---- a base ---- */

static void set_base(struct fixture *f, const char *text)
{
	struct cv_base_reading reading = {.ctx = &f->ctx,
					  .bytes = text,
					  .size = strlen(text),
					  .options = &f->options};
	struct cv_base *base;

	if (!target->read_base(&reading))
		fail_msg("%s", reading.error);
	base = CV_ADD(f->ctx.arena, &f->use.bases, struct cv_base);
	base->source = cv_source_from_bytes(&f->ctx, "base", text, strlen(text));
	base->content = reading.content;
}

#define OURS(ports) "<service>" SERVICE("hq-tcp-443", "tcp", ports, "") "</service>"
#define OUR_GROUP \
	"<service-group>" GROUP("hq-tcp-443", MEMBER("y"), "") "</service-group>"

static const struct base_case {
	const char *group, *text, *says; /* NULL: nothing is refused */
	bool reused;
} bases[] = {
	{"middle", PANORAMA("", "", "", "", ""), NULL, false},
	{"middle", PANORAMA("", "", "", "", OURS("80")), NULL, false},
	{"middle", PANORAMA("", "", OURS("443"), "", ""), NULL, true},
	{"middle", PANORAMA("", "", OURS("80"), "", ""),
	 "would overwrite what is called so in the base's list service", false},
	{"middle", PANORAMA("", "", OUR_GROUP, "", ""),
	 "would overwrite what is called so in the base's list service-group", false},
	/* In another level the same meaning does not help. */
	{"middle", PANORAMA("", "", "", OURS("443"), ""),
	 "would stand beside what is called so in the list service of a device group "
	 "below",
	 false},
	{"middle", PANORAMA("", OUR_GROUP, "", "", ""),
	 "would stand beside what is called so in the list service-group of a device "
	 "group above",
	 false},
	{"middle", PANORAMA(OURS("443"), "", "", "", ""),
	 "would stand beside what is called so in the list service of shared", false},
	/* Of device groups of which that is not known each may be above or below. */
	{"middle",
	 PANORAMA_BEGIN GROUPS DEVICE_GROUP("middle", "") DEVICE_GROUP("x", OURS("443"))
		 GROUPS_END PANORAMA_END,
	 "of a device group below", false},
	/* The tag alone labels. */
	{"middle", PANORAMA("<tag><entry name=\"carveout-hq\"/></tag>", "", "", "", ""),
	 NULL, false},
};

static void test_base_looks_at_all_levels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
		struct cv_profile profile = {.id = {.text = "a/b"}};
		struct cv_entry *entry;
		struct fixture f;
		bool ok;

		open_group(&f, bases[i].group);
		set_base(&f, bases[i].text);
		entry = add(&f, 6, ports(&f, "443"), NULL, "why");
		((struct cv_row *)entry->rows.items[0])->profile = &profile;
		ok = target->arrange(&f.ctx, &f.plan);
		if (ok != !bases[i].says)
			fail_msg("case %zu: %s", i,
				 f.ctx.findings.count ? (*CV_AT(&f.ctx.findings,
								struct cv_finding *, 0))
								->text
						      : "nothing refused");
		if (bases[i].says) {
			const struct cv_finding *finding =
				*CV_AT(&f.ctx.findings, struct cv_finding *, 0);

			assert_int_equal(finding->code, CV_F_NAME_TAKEN);
			if (!strstr(finding->text, bases[i].says))
				fail_msg("case %zu: %s", i, finding->text);
		} else {
			assert_int_equal(object(&f, "service", 0)->reused,
					 bases[i].reused);
		}
		close_fixture(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels_of_panorama),
		cmocka_unit_test(test_levels_that_are_refused_or_told),
		cmocka_unit_test(test_levels_of_a_managed_firewall),
		cmocka_unit_test(test_base_looks_at_all_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
