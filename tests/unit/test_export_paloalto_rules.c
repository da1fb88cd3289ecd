/* What the rules of an export do with flows: first match, and what cannot be judged. */
#include "export_paloalto_fixture.h"

struct world {
	struct fixture f;
	struct cv_export_reading reading;
	struct cv_buf text;
};

static void open_world(struct world *world)
{
	open_fixture(&world->f, "hq");
	world->text = (struct cv_buf)CV_BUF_INIT;
	world->reading = (struct cv_export_reading){0};
}

static void close_world(struct world *world)
{
	cv_buf_deinit(&world->text);
	close_fixture(&world->f);
}

static const struct cv_addresses *addresses(struct fixture *f, const char *text)
{
	struct cv_range range;
	uint8_t family;
	const char *why;

	if (!text)
		return NULL;
	assert_true(cv_range_parse(text, &family, &range, &why));
	return cv_addresses_one(&f->ctx, family, range);
}

static struct cv_party *party(struct fixture *f, const char *zone, const char *name)
{
	struct cv_party *made = CV_NEW(f->ctx.arena, struct cv_party);

	made->name = made->slug = "party";
	made->zone = zone;
	if (name) {
		made->names.items = CV_NEW(f->ctx.arena, struct cv_text);
		made->names.items->text = name;
		made->names.count = 1;
	}
	return made;
}

/* The ends, so that a test may name others. */
static struct cv_ends *add_flow(struct fixture *f, const char *from_zone,
				const char *to_zone, const char *source,
				const char *destination, int protocol, const char *set)
{
	struct cv_flow *flow = CV_ADD(f->ctx.arena, &f->policy.flows, struct cv_flow);
	struct cv_ends *ends = CV_NEW(f->ctx.arena, struct cv_ends);
	struct cv_service *service = CV_NEW(f->ctx.arena, struct cv_service);

	ends->from = party(f, from_zone, NULL);
	ends->to = party(f, to_zone, NULL);
	ends->source = addresses(f, source);
	ends->destination = addresses(f, destination);
	ends->family = ends->source ? ends->source->family : 0;
	service->protocol = (int16_t)protocol;
	service->icmp_type = CV_NO_ICMP_TYPE;
	service->ports = ports(f, set);
	flow->ends = ends;
	flow->service = service;
	return ends;
}

#define RULE(name, from, to, source, destination, service, action, more) \
	"<entry name=\"" name "\"><from><member>" from "</member></from><to><member>" to \
	"</member></to><source><member>" source \
	"</member></source><destination><member>" destination \
	"</member></destination><service><member>" service "</member></service>" \
	"<application><member>any</member></application><action>" action \
	"</action>" more "</entry>\n"
#define ANY(name, service, action, more) \
	RULE(name, "any", "any", "any", "any", service, action, more)

#define CONFIG_BEGIN \
	"<config><devices><entry name=\"localhost.localdomain\"><vsys>" \
	"<entry name=\"vsys1\">" OUR_TAGS
#define RULES_BEGIN "<rulebase><security><rules>"
#define RULES_END "</rules></security></rulebase>"
#define CONFIG_END "</entry></vsys></entry></devices></config>"

static const char objects[] =
	"<address><entry name=\"net\"><ip-netmask>10.0.0.9/24</ip-netmask></entry>"
	"<entry name=\"low\"><ip-range>10.0.0.0-10.0.0.127</ip-range></entry>"
	"<entry name=\"host\"><fqdn>Api.Example.com</fqdn></entry>"
	"<entry name=\"10.9.9.9\"><ip-netmask>10.0.0.0/24</ip-netmask></entry>"
	"<entry name=\"wild\"><ip-wildcard>10.0.0.0/0.0.255.0</ip-wildcard></entry>"
	"</address>"
	"<address-group><entry name=\"group\"><static><member>inner</member></static>"
	"</entry><entry name=\"inner\"><static><member>net</member></static></entry>"
	"<entry name=\"ring\"><static><member>ring2</member></static></entry>"
	"<entry name=\"ring2\"><static><member>ring</member></static></entry>"
	"<entry name=\"tags\"><dynamic><filter>'a'</filter></dynamic></entry>"
	"</address-group>"
	"<service>" SERVICE("web", "tcp", "443", "") SERVICE("all", "tcp", "0-65535", "")
		SERVICE("low-ports", "tcp", "1-1023",
			"") "<entry name=\"from\"><protocol><tcp><port>443</port>"
			    "<source-port>1024-65535</source-port></tcp></protocol>"
			    "</entry></service>"
			    "<service-group>" GROUP("webs", MEMBER("web"),
						    "") "</service-group>";

static const struct verdict {
	const char *rules;
	enum cv_passage_kind kind;
	const char *says;
} verdicts[] = {
	{ANY("a", "any", "allow", ""), CV_PASSAGE_THROUGH, "let through by the rule `a`"},
	{ANY("a", "any", "drop", ""), CV_PASSAGE_STOPPED, "stopped by the rule `a`"},
	{ANY("a", "any", "reset-client", ""), CV_PASSAGE_STOPPED, "`a`"},
	/* The first that matches decides. */
	{ANY("a", "web", "deny", "") ANY("b", "any", "allow", ""), CV_PASSAGE_STOPPED,
	 "`a`"},
	{ANY("a", "webs", "allow", "") ANY("b", "any", "deny", ""), CV_PASSAGE_THROUGH,
	 "`a`"},
	{ANY("a", "service-https", "allow", ""), CV_PASSAGE_THROUGH, "`a`"},
	{ANY("a", "service-http", "allow", ""), CV_PASSAGE_STOPPED,
	 "stopped by default, since no rule matches"},
	{ANY("a", "all", "allow", ""), CV_PASSAGE_THROUGH, "`a`"},
	{ANY("a", "any", "deny", "<disabled>yes</disabled>") ANY("b", "any", "allow", ""),
	 CV_PASSAGE_THROUGH, "`b`"},
	/* Zones. */
	{RULE("a", "x", "any", "any", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_THROUGH, "`b`"},
	{RULE("a", "trust", "dmz", "any", "any", "any", "allow", ""), CV_PASSAGE_THROUGH,
	 "`a`"},
	{ANY("a", "any", "deny", "<rule-type>intrazone</rule-type>")
		 ANY("b", "any", "allow", "<rule-type>interzone</rule-type>"),
	 CV_PASSAGE_THROUGH, "`b`"},
	/* Addresses: host bits, ranges, groups in groups, names that look like one. */
	{RULE("a", "any", "any", "net", "any", "any", "allow", ""), CV_PASSAGE_THROUGH,
	 "`a`"},
	{RULE("a", "any", "any", "group", "any", "any", "allow", ""), CV_PASSAGE_THROUGH,
	 "`a`"},
	{RULE("a", "any", "any", "10.9.9.9", "any", "any", "allow", ""),
	 CV_PASSAGE_THROUGH, "`a`"},
	{RULE("a", "any", "any", "10.0.0.0-10.0.0.255", "any", "any", "allow", ""),
	 CV_PASSAGE_THROUGH, "`a`"},
	{RULE("a", "any", "any", "net", "any", "any", "allow",
	      "<negate-source>yes</negate-source>"),
	 CV_PASSAGE_STOPPED, "by default"},
	{RULE("a", "any", "any", "any", "10.7.0.0/16", "any", "allow",
	      "<negate-destination>yes</negate-destination>"),
	 CV_PASSAGE_THROUGH, "`a`"},
	/* Parts. */
	{RULE("a", "any", "any", "low", "any", "any", "allow", ""), CV_PASSAGE_PARTLY,
	 "in part let through by the rule `a`, in part stopped by default"},
	{RULE("a", "any", "any", "low", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_PARTLY,
	 "in part let through by the rule `b`, in part stopped by the rule `a`"},
	{RULE("a", "any", "any", "low", "any", "any", "allow", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_THROUGH, "let through by the rule `a` and 1 more"},
	{ANY("a", "from", "allow", ""), CV_PASSAGE_PARTLY, "`a`"},
	/* What is not judged counts only where it would decide otherwise. */
	{RULE("a", "any", "any", "host", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED,
	 "may be stopped by the rule `a` (it names hosts), and is otherwise let through "
	 "by the rule `b`"},
	{RULE("a", "any", "any", "host", "any", "any", "allow", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_THROUGH, "`b`"},
	{RULE("a", "any", "any", "wild", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "not understood"},
	{RULE("a", "any", "any", "ring", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "a group that holds itself"},
	{RULE("a", "any", "any", "tags", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "a group whose members hang on tags"},
	{RULE("a", "any", "any", "DE", "any", "any", "deny", "")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "an address that the export does not define"},
	{RULE("a", "any", "any", "DE", "any", "any", "deny", "")
		 ANY("b", "service-http", "allow", ""),
	 CV_PASSAGE_STOPPED, "by default"},
	{ANY("a", "nothing", "deny", "") ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "a service that the export does not define"},
	{ANY("a", "application-default", "deny", "") ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "with the ports of its applications"},
	{ANY("a", "any", "deny", "<schedule>night</schedule>")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "at times of its choice"},
	{ANY("a", "any", "deny", "<source-user><member>me</member></source-user>")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "for users of its choice"},
	{ANY("a", "any", "deny", "<category><member>games</member></category>")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "for URL categories of its choice"},
	{ANY("a", "any", "deny", "<category><member>any</member></category>")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_STOPPED, "`a`"},
	{ANY("a", "any", "deny", "<source-imsi>" SECRET "</source-imsi>")
		 ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "in a way that is not understood"},
	{"<entry name=\"a\"><action>deny</action></entry>" ANY("b", "any", "allow", ""),
	 CV_PASSAGE_UNDECIDED, "that is not said"},
	/* A name that might do harm in a message is not shown. */
	{"<entry name=\"" SECRET "&#10;&lt;\">"
	 "<from><member>any</member></from><to><member>any</member></to>"
	 "<source><member>any</member></source><destination><member>any</member>"
	 "</destination><service><member>any</member></service><application>"
	 "<member>any</member></application><action>allow</action></entry>",
	 CV_PASSAGE_THROUGH, "let through by a rule whose name is not plain"},
	{"", CV_PASSAGE_STOPPED, "stopped by default, since no rule matches"},
};

static const struct cv_passage *judge(struct world *world, const char *rules,
				      const char *behind)
{
	cv_buf_format(&world->text, "%s%s%s%s%s%s%s", CONFIG_BEGIN, objects, RULES_BEGIN,
		      rules, RULES_END, behind, CONFIG_END);
	read_text(&world->f, cv_buf_string(&world->text), &world->reading);
	assert_int_equal(world->reading.passages.count, world->f.policy.flows.count);
	for (size_t i = 0; i < world->reading.passages.count; i++)
		assert_null(strstr(
			CV_AT(&world->reading.passages, struct cv_passage, i)->what,
			SECRET));
	return CV_AT(&world->reading.passages, struct cv_passage, 0);
}

static void test_rules_first_match_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
		const struct cv_passage *passage;
		struct world world;

		open_world(&world);
		add_flow(&world.f, "trust", "dmz", "10.0.0.0/24", "10.0.1.1", 6, "443");
		passage = judge(&world, verdicts[i].rules, "");
		if (passage->kind != verdicts[i].kind ||
		    !strstr(passage->what, verdicts[i].says))
			fail_msg("case %zu: kind %d: %s", i, (int)passage->kind,
				 passage->what);
		close_world(&world);
	}
}

static void test_rules_need_zones_that_are_known(void **state)
{
	static const char rules[] = RULE("a", "trust", "any", "any", "any", "any", "deny",
					 "") ANY("b", "any", "allow", "");
	const struct cv_passage *passage;
	struct world world;

	(void)state;
	open_world(&world);
	add_flow(&world.f, NULL, "dmz", "10.0.0.0/24", "10.0.1.1", 6, "443");
	passage = judge(&world, rules, "");
	assert_int_equal(passage->kind, CV_PASSAGE_UNDECIDED);
	assert_non_null(strstr(passage->what, "which the source is in is not known"));
	close_world(&world);

	/* The site may say them by address. */
	open_world(&world);
	add_flow(&world.f, NULL, "dmz", "10.0.0.0/24", "10.0.1.1", 6, "443");
	world.f.options.rules.zones.count = 1;
	world.f.options.rules.zones.items =
		CV_NEW(world.f.ctx.arena, struct cv_paloalto_zone);
	*(struct cv_paloalto_zone *)world.f.options.rules.zones.items =
		(struct cv_paloalto_zone){
			.name = {.text = "trust"},
			.addresses = {CV_NEW(world.f.ctx.arena, struct cv_text), 1}};
	((struct cv_paloalto_zone *)world.f.options.rules.zones.items)
		->addresses.items->text = "10.0.0.0/8";
	passage = judge(&world, rules, "");
	assert_int_equal(passage->kind, CV_PASSAGE_STOPPED);
	close_world(&world);
}

/* Where no rule matches, what is in one zone passes, unless somebody changed that. */
static void test_rules_defaults(void **state)
{
	static const char changed[] =
		"<rulebase><default-security-rules><rules>"
		"<entry name=\"intrazone-default\"><action>deny</action></entry>"
		"<entry name=\"interzone-default\"><action>allow</action></entry>"
		"</rules></default-security-rules></rulebase>";
	struct world world;

	(void)state;
	for (int i = 0; i < 4; i++) {
		const struct cv_passage *passage;

		open_world(&world);
		add_flow(&world.f, "dmz", i & 1 ? "dmz" : "trust", "10.0.0.1", "10.0.1.1",
			 6, "443");
		passage = judge(&world, "", i & 2 ? changed : "");
		assert_int_equal(passage->kind, i == 1 || i == 2 ? CV_PASSAGE_THROUGH
								 : CV_PASSAGE_STOPPED);
		close_world(&world);
	}
}

static void test_rules_of_other_protocols_and_names(void **state)
{
	const struct cv_passage *passage;
	struct cv_ends *ends;
	struct world world;

	(void)state;
	open_world(&world);
	add_flow(&world.f, "a", "b", "10.0.0.1", "10.0.1.1", 1, NULL);
	passage = judge(&world,
			ANY("a", "all", "deny", "") ANY("b", "nothing", "deny", "")
				ANY("c", "any", "allow", ""),
			"");
	assert_int_equal(passage->kind, CV_PASSAGE_THROUGH);
	assert_non_null(strstr(passage->what, "`c`"));
	close_world(&world);

	open_world(&world);
	ends = add_flow(&world.f, "a", "b", NULL, NULL, 6, "443");
	ends->from = party(&world.f, "a", NULL);
	ends->to = party(&world.f, "b", "api.example.COM");
	passage = judge(&world,
			RULE("a", "any", "any", "any", "host", "web", "allow", ""), "");
	assert_int_equal(passage->kind, CV_PASSAGE_THROUGH);
	close_world(&world);

	open_world(&world);
	add_flow(&world.f, "a", "b", "2001:db8::1", "2001:db8::2", 6, "443");
	passage = judge(&world,
			RULE("a", "any", "any", "net", "any", "any", "deny", "")
				RULE("b", "any", "any", "2001:db8::/32", "any", "web",
				     "allow", ""),
			"");
	assert_int_equal(passage->kind, CV_PASSAGE_THROUGH);
	close_world(&world);
}

static void test_rules_that_are_not_shown_judge_nothing(void **state)
{
	struct world world;

	(void)state;
	open_world(&world);
	add_flow(&world.f, "a", "b", "10.0.0.1", "10.0.1.1", 6, "443");
	read_text(&world.f, CONFIG_BEGIN "<service/>" CONFIG_END, &world.reading);
	assert_int_equal(world.reading.passages.count, 0);
	close_world(&world);
}

/* ---- against an evaluator that tries every packet ---- */

enum { SIDE = 6, RULES = 6, FLOWS = 4, ROUNDS = 3000 };

struct small_rule {
	unsigned first[3], last[3]; /* source, destination, port */
	bool negated[2], any[3], disabled, allows, group;
};

static unsigned next(uint32_t *random, unsigned below)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 12) % below;
}

static bool small_matches(const struct small_rule *rule, const unsigned *packet)
{
	for (int side = 0; side < 3; side++) {
		const bool in = packet[side] >= rule->first[side] &&
				packet[side] <= rule->last[side];

		if (!rule->any[side] && in == (side < 2 && rule->negated[side]))
			return false;
	}
	return !rule->disabled;
}

static bool small_passes(const struct small_rule *rules, const unsigned *packet)
{
	for (int i = 0; i < RULES; i++)
		if (small_matches(&rules[i], packet))
			return rules[i].allows;
	return false;
}

static void make_rules(struct small_rule *rules, uint32_t *random)
{
	for (int i = 0; i < RULES; i++) {
		struct small_rule *rule = &rules[i];

		for (int side = 0; side < 3; side++) {
			rule->first[side] = next(random, SIDE);
			rule->last[side] = rule->first[side] +
					   next(random, SIDE - rule->first[side]);
			rule->any[side] = next(random, 3) == 0;
		}
		rule->negated[0] = !rule->any[0] && next(random, 4) == 0;
		rule->negated[1] = !rule->any[1] && next(random, 4) == 0;
		rule->disabled = next(random, 6) == 0;
		rule->allows = next(random, 2);
		rule->group = next(random, 3) == 0;
	}
}

static void write_end(struct cv_buf *out, const struct small_rule *rule, int number,
		      int side)
{
	static const char *const elements[] = {"source", "destination"};

	cv_buf_format(out, "<%s><member>", elements[side]);
	if (rule->any[side])
		cv_buf_text(out, "any");
	else if (rule->group && side == 0)
		cv_buf_format(out, "g%d", number);
	else
		cv_buf_format(out, "10.%d.0.%u-10.%d.0.%u", side, rule->first[side], side,
			      rule->last[side]);
	cv_buf_format(out, "</member></%s>", elements[side]);
	if (rule->negated[side])
		cv_buf_format(out, "<negate-%s>yes</negate-%s>", elements[side],
			      elements[side]);
}

static void write_rules(struct cv_buf *out, const struct small_rule *rules)
{
	cv_buf_text(out, CONFIG_BEGIN "<address>");
	for (int i = 0; i < RULES; i++)
		for (unsigned n = rules[i].first[0]; n <= rules[i].last[0]; n++)
			cv_buf_format(out,
				      "<entry name=\"a%d-%u\"><ip-netmask>10.0.0.%u"
				      "</ip-netmask></entry>",
				      i, n, n);
	cv_buf_text(out, "</address><address-group>");
	for (int i = 0; i < RULES; i++) {
		cv_buf_format(out, "<entry name=\"g%d\"><static>", i);
		for (unsigned n = rules[i].first[0]; n <= rules[i].last[0]; n++)
			cv_buf_format(out, "<member>a%d-%u</member>", i, n);
		cv_buf_text(out, "</static></entry>");
	}
	cv_buf_text(out, "</address-group><service>");
	for (int i = 0; i < RULES; i++)
		cv_buf_format(out,
			      "<entry name=\"s%d\"><protocol><tcp><port>%u-%u</port>"
			      "</tcp></protocol></entry>",
			      i, rules[i].first[2] + 1, rules[i].last[2] + 1);
	cv_buf_text(out, "</service>" RULES_BEGIN);
	for (int i = 0; i < RULES; i++) {
		cv_buf_format(out,
			      "<entry name=\"r%d\"><from><member>any</member></from>"
			      "<to><member>any</member></to>",
			      i);
		write_end(out, &rules[i], i, 0);
		write_end(out, &rules[i], i, 1);
		cv_buf_text(out, "<service><member>");
		if (rules[i].any[2])
			cv_buf_text(out, "any");
		else
			cv_buf_format(out, "s%d", i);
		cv_buf_format(out,
			      "</member></service><application><member>any</member>"
			      "</application><action>%s</action><disabled>%s</disabled>"
			      "</entry>",
			      rules[i].allows ? "allow" : "deny",
			      rules[i].disabled ? "yes" : "no");
	}
	cv_buf_text(out, RULES_END CONFIG_END);
}

/* Through, stopped or partly, by every packet of the flow. */
static enum cv_passage_kind small_kind(const struct small_rule *rules,
				       const unsigned *first, const unsigned *last)
{
	bool passes = false, stops = false;
	unsigned packet[3];

	for (packet[0] = first[0]; packet[0] <= last[0]; packet[0]++)
		for (packet[1] = first[1]; packet[1] <= last[1]; packet[1]++)
			for (packet[2] = first[2]; packet[2] <= last[2]; packet[2]++)
				*(small_passes(rules, packet) ? &passes : &stops) = true;
	return passes && stops ? CV_PASSAGE_PARTLY
	       : passes        ? CV_PASSAGE_THROUGH
			       : CV_PASSAGE_STOPPED;
}

static void test_rules_agree_with_every_packet(void **state)
{
	size_t kinds[CV_PASSAGE_COUNT] = {0};
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		unsigned first[FLOWS][3], last[FLOWS][3];
		struct small_rule rules[RULES];
		struct world world;

		make_rules(rules, &random);
		open_world(&world);
		for (int i = 0; i < FLOWS; i++) {
			char text[3][64];

			for (int side = 0; side < 3; side++) {
				first[i][side] = next(&random, SIDE);
				last[i][side] = first[i][side] +
						next(&random, SIDE - first[i][side]);
				snprintf(text[side], sizeof text[side],
					 "10.%d.0.%u-10.%d.0.%u", side, first[i][side],
					 side, last[i][side]);
			}
			snprintf(text[2], sizeof text[2], "%u-%u", first[i][2] + 1,
				 last[i][2] + 1);
			add_flow(&world.f, "a", "b", text[0], text[1], 6, text[2]);
		}
		write_rules(&world.text, rules);
		read_text(&world.f, cv_buf_string(&world.text), &world.reading);
		for (int i = 0; i < FLOWS; i++) {
			const struct cv_passage *passage = CV_AT(
				&world.reading.passages, struct cv_passage, (size_t)i);
			const enum cv_passage_kind wanted =
				small_kind(rules, first[i], last[i]);

			kinds[wanted]++;
			if (passage->kind != wanted)
				fail_msg("round %d: %d, not %d: %s\n%s", round,
					 (int)passage->kind, (int)wanted, passage->what,
					 cv_buf_string(&world.text));
		}
		close_world(&world);
	}
	assert_true(kinds[CV_PASSAGE_THROUGH] > 100);
	assert_true(kinds[CV_PASSAGE_STOPPED] > 100);
	assert_true(kinds[CV_PASSAGE_PARTLY] > 100);
}

/* Deep nesting, many ways to one group, and many rules: bounded in time. */
static void test_rules_hostile_groups(void **state)
{
	const struct cv_passage *passage;
	struct world world;

	(void)state;
	open_world(&world);
	add_flow(&world.f, "a", "b", "10.0.0.1", "10.0.1.1", 6, "443");
	cv_buf_text(&world.text, CONFIG_BEGIN "<address-group>");
	for (int i = 0; i < 5000; i++)
		cv_buf_format(&world.text,
			      "<entry name=\"g%d\"><static><member>g%d</member>"
			      "<member>g%d</member></static></entry>",
			      i, i + 1, (i + 2) % 5000);
	cv_buf_text(&world.text, "</address-group>" RULES_BEGIN);
	for (int i = 0; i < 5000; i++)
		cv_buf_format(&world.text,
			      RULE("r%d", "any", "any", "g%d", "any", "any", "deny", ""),
			      i, i);
	cv_buf_text(&world.text, ANY("z", "any", "allow", "") RULES_END CONFIG_END);
	read_text(&world.f, cv_buf_string(&world.text), &world.reading);
	passage = CV_AT(&world.reading.passages, struct cv_passage, 0);
	assert_int_equal(passage->kind, CV_PASSAGE_UNDECIDED);
	close_world(&world);
}

/* Whatever is cut off or turned round, the reader answers; read_bytes() holds that no
 * message has what must not be shown. */
static void test_rules_survive_every_cut_and_flip(void **state)
{
	struct cv_buf text = CV_BUF_INIT;
	uint32_t random = 7;

	(void)state;
	cv_buf_text(&text, CONFIG_BEGIN);
	cv_buf_text(&text, objects);
	cv_buf_text(&text, RULES_BEGIN);
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i += 3)
		cv_buf_text(&text, verdicts[i].rules);
	cv_buf_text(&text, RULES_END CONFIG_END);
	for (size_t i = 0; i < 6000; i++) {
		const size_t kept = i % 3 ? text.size : text.size * (i + 1) / 6000;
		char *bytes = malloc(kept + 1);
		struct cv_export_reading reading;
		struct world world;

		assert_non_null(bytes);
		memcpy(bytes, text.data, kept);
		bytes[kept] = '\0';
		for (int flips = kept && i % 3 ? 3 : 0; flips; flips--)
			bytes[next(&random, (unsigned)kept)] =
				"<>/\"&; x\0\xff"[next(&random, 10)];
		open_world(&world);
		add_flow(&world.f, "trust", NULL, "10.0.0.0/24", "10.0.1.1", 6, "443");
		read_bytes(&world.f, bytes, kept, &reading);
		close_world(&world);
		free(bytes);
	}
	cv_buf_deinit(&text);
}

static void test_rules_and_objects_that_are_unused(void **state)
{
	static const char lists[] =
		LISTS(OUR_SERVICES, GROUP("hq-services", OUR_MEMBERS, TAGGED)
					    GROUP("outer", MEMBER("hq-services"), ""));
	static const struct {
		const char *rules, *says;
	} cases[] = {
		{ANY("a", "hq-services", "allow", ""), NULL},
		{ANY("a", "outer", "allow", ""), NULL},
		{ANY("a", "any", "allow", ""),
		 "the service-group `hq-services` is used by no security rule"},
		{ANY("a", "hq-services", "allow", "<disabled>yes</disabled>"),
		 "by no security rule but such as are disabled"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world world;

		open_world(&world);
		usual(&world.f);
		cv_buf_format(&world.text, "%s%s%s%s%s%s", CONFIG_BEGIN, lists,
			      RULES_BEGIN, cases[i].rules, RULES_END, CONFIG_END);
		read_text(&world.f, cv_buf_string(&world.text), &world.reading);
		assert_int_equal(world.reading.remarks.count, cases[i].says ? 1 : 0);
		if (cases[i].says)
			assert_non_null(strstr(
				CV_AT(&world.reading.remarks, struct cv_export_remark, 0)
					->text,
				cases[i].says));
		close_world(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_first_match_decides),
		cmocka_unit_test(test_rules_need_zones_that_are_known),
		cmocka_unit_test(test_rules_defaults),
		cmocka_unit_test(test_rules_of_other_protocols_and_names),
		cmocka_unit_test(test_rules_that_are_not_shown_judge_nothing),
		cmocka_unit_test(test_rules_agree_with_every_packet),
		cmocka_unit_test(test_rules_hostile_groups),
		cmocka_unit_test(test_rules_survive_every_cut_and_flip),
		cmocka_unit_test(test_rules_and_objects_that_are_unused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
