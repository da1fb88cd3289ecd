/* The reader of PAN-OS exports: what a firewall shows becomes entries in the plan's
 * terms, and what our groups lead to counts as ours. */
#include "export_paloalto_fixture.h"

#include "prove/audit.h"

static const struct cv_entry *entry_of(const struct cv_export_reading *reading,
				       const char *list, const char *name)
{
	const struct cv_entry *found = NULL;

	for (size_t i = 0; i < reading->entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		if (!is_list(entry, list) || strcmp(entry->more->name, name) != 0)
			continue;
		assert_null(found);
		found = entry;
	}
	return found;
}

static void assert_service(struct fixture *f, const struct cv_export_reading *reading,
			   const char *name, int protocol, const char *text, bool ours)
{
	const struct cv_entry *entry = entry_of(reading, "service", name);

	if (!entry)
		fail_msg("no service %s", name);
	assert_int_equal(entry->kind, CV_ENTRY_OBJECT);
	assert_int_equal(entry->protocol, protocol);
	assert_ptr_equal(entry->ports, ports(f, text));
	assert_int_equal(entry->ours, ours);
}

/* Every object of the plan is there as it was planned, but for its note. */
static void assert_all_there(struct fixture *f, const struct cv_export_reading *reading)
{
	for (size_t i = 0; i < f->plan.entries.count; i++) {
		const struct cv_entry *planned =
			CV_AT(&f->plan.entries, struct cv_entry, i);
		const struct cv_entry *entry;
		struct cv_entry found;

		if (planned->kind != CV_ENTRY_OBJECT)
			continue;
		entry = entry_of(reading, planned->list, planned->more->name);
		if (!entry)
			fail_msg("no %s %s", planned->list, planned->more->name);
		assert_true(entry->ours);
		found = *entry;
		found.note = planned->note;
		if (cv_entry_compare(planned, &found) != 0)
			fail_msg("%s is %s", cv_entry_words(&f->ctx, planned),
				 cv_entry_words(&f->ctx, &found));
	}
}

static void check_own_artefact(struct fixture *f)
{
	struct cv_export_reading reading;
	size_t count;
	const struct cv_entry **planned = entries_of(f, CONFIG, &count);

	emit(f, CONFIG);
	read_text(f, f->out[CONFIG].data, &reading);
	assert_known(&reading);
	assert_int_equal(reading.entries.count, count);
	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading.entries, struct cv_entry, i);

		assert_int_equal(cv_entry_compare(planned[i], entry), 0);
		assert_true(entry->ours);
		assert_memory_equal(f->out[CONFIG].data + entry->more->place,
				    "<entry name=", 12);
	}
}

static void test_export_takes_our_own_artefact(void **state)
{
	struct fixture f;

	(void)state;
	for (int shared = 0; shared < 2; shared++) {
		open_fixture(&f, "hq");
		if (shared)
			f.options.scope.text = "shared";
		usual(&f);
		check_own_artefact(&f);
		close_fixture(&f);
	}
	many(&f, 1200); /* groups in groups */
	assert_true(count_list(&f, "service-group") > 1);
	check_own_artefact(&f);
	close_fixture(&f);
}

static void test_export_reads_a_running_configuration(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f,
		  VSYS(SERVICE("web", "tcp", "443", "<description>ours not</description>")
			       OUR_SERVICES,
		       GROUP("hq-services", OUR_MEMBERS, TAGGED)
			       GROUP("theirs", MEMBER("web") MEMBER("nowhere"), "")),
		  &reading);
	assert_known(&reading);
	assert_all_there(&f, &reading);
	assert_int_equal(reading.entries.count, 8);
	assert_int_equal(count_ours(&reading), 6);
	assert_service(&f, &reading, "web", 6, "443", false);
	assert_string_equal(entry_of(&reading, "service", "web")->note, "ours not");
	assert_false(entry_of(&reading, "service-group", "theirs")->ours);
	close_fixture(&f);
}

/* What an admin adds to our group opens as much as what we put there. */
#define OUTER \
	GROUP("hq-services", \
	      OUR_MEMBERS MEMBER("inner") MEMBER("service-https") MEMBER("far"), TAGGED)
#define INNER GROUP("inner", MEMBER("web") MEMBER("far-group") MEMBER("service-http"), "")

static void test_export_follows_our_groups(void **state)
{
	struct cv_export_reading reading;
	const struct cv_entry *group;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f,
		  SHARED_AND_VSYS(
			  LISTS(SERVICE("far", "sctp", "7", "")
					SERVICE("far-other", "tcp", "8", "")
						SERVICE("far-other", "icmp", "", ""),
				GROUP("far-group", MEMBER("far") MEMBER("inner"), "")),
			  OUR_TAGS LISTS(OUR_SERVICES SERVICE("web", "tcp", "8443", "")
						 SERVICE("other", "tcp", "9", ""),
					 OUTER INNER)),
		  &reading);
	assert_known(&reading);
	assert_service(&f, &reading, "web", 6, "8443", true);
	assert_service(&f, &reading, "other", 6, "9", false);
	assert_service(&f, &reading, "far", 132, "7", true);
	assert_null(entry_of(&reading, "service", "far-other"));
	assert_service(&f, &reading, "service-https", 6, "443", true);
	assert_service(&f, &reading, "service-http", 6, "80,8080", true);
	assert_true(entry_of(&reading, "service-group", "inner")->ours);
	assert_true(entry_of(&reading, "service-group", "far-group")->ours);
	/* The planned members first and in their order, then those added. */
	group = entry_of(&reading, "service-group", "hq-services");
	assert_int_equal(group->more->attribute_count, 4 + 3 + 1);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(
			group->more->attributes[i].value,
			object(&f, "service-group", 0)->more->attributes[i].value);
	assert_string_equal(group->more->attributes[4].name, "tag");
	assert_string_equal(group->more->attributes[5].value, "inner");
	close_fixture(&f);
}

static void test_export_lets_objects_override_the_predefined(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f,
		  VSYS(OUR_SERVICES SERVICE("service-https", "udp", "1-9", ""),
		       GROUP("hq-services", OUR_MEMBERS MEMBER("service-https"), TAGGED)),
		  &reading);
	assert_known(&reading);
	assert_service(&f, &reading, "service-https", 17, "1-9", true);
	close_fixture(&f);
}

/* Services of ours that were changed by hand, and one that another made. */
static void test_export_shows_what_stands_under_a_planned_name(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f,
		  VSYS(SERVICE("hq-udp-17472", "udp", "17470-17479", TAGGED)
			       SERVICE("hq-tcp-80_8080", "tcp", "80", "")
				       SERVICE("hq-tcp-80-8080", "tcp", "80-8080",
					       "<tag><member>theirs</member></tag>"),
		       GROUP("hq-services",
			     MEMBER("hq-udp-17472") MEMBER("hq-tcp-80_8080"), "")),
		  &reading);
	assert_known(&reading);
	assert_service(&f, &reading, "hq-udp-17472", 17, "17470-17479", true);
	assert_service(&f, &reading, "hq-tcp-80_8080", 6, "80", true);
	assert_service(&f, &reading, "hq-tcp-80-8080", 6, "80-8080", false);
	assert_int_equal(
		entry_of(&reading, "service", "hq-tcp-80_8080")->more->attribute_count,
		0);
	assert_null(entry_of(&reading, "service", "hq-tcp-80-8080-from-1024-65535"));
	close_fixture(&f);
}

/* Comments, colours, other tags, marks of uncommitted work and the order of members
 * and elements change nothing. */
static void test_export_ignores_what_only_describes(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f,
		  DECLARATION BEFORE VSYS_BEGIN
		  "<service-group admin=\"a\" dirtyId=\"4\" time=\"2026/11/23 10:00:00\">"
		  "<entry name=\"hq-services\" loc=\"vsys1\"><tag><member>x</member>"
		  "<member admin=\"a\">carveout-hq</member></tag>"
		  "<members>" OUR_MEMBERS "</members></entry></service-group>"
		  "<service>" OUR_SERVICES "</service><!-- x --><tag>"
		  "<entry name=\"R&amp;D\"><comments>" SECRET "</comments></entry>"
		  "<entry name=\"carveout-hq\"><comments>who was this?</comments>"
		  "<color>color9</color></entry></tag>" VSYS_END AFTER,
		  &reading);
	assert_known(&reading);
	assert_all_there(&f, &reading);
	assert_non_null(entry_of(&reading, "tag", "R&D"));
	assert_null(entry_of(&reading, "tag", "R&D")->more->value);
	close_fixture(&f);
}

static void test_export_reads_the_scope_and_no_other(void **state)
{
	static const char text[] = SHARED_AND_VSYS(
		OUR_TAGS LISTS(OUR_SERVICES, GROUP("hq-services", OUR_MEMBERS, TAGGED)),
		LISTS(SERVICE("hq-udp-1", "udp", "1", TAGGED), ""));
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	f.options.scope.text = "shared";
	usual(&f);
	read_text(&f, text, &reading);
	assert_known(&reading);
	assert_all_there(&f, &reading);
	assert_int_equal(reading.entries.count, 6);
	f.options.scope.text = "vsys2";
	read_text(&f, text, &reading);
	assert_int_equal(reading.entries.count, 1);
	assert_service(&f, &reading, "other-vsys", 6, "1", false);
	f.options.scope.text = "vsys3";
	assert_false(read_bytes(&f, text, strlen(text), &reading));
	assert_string_equal(reading.error, "the configuration holds no vsys3");
	close_fixture(&f);
}

/* The XML API wraps what one asks for; the command line does so, too, and a capture
 * of a session has the prompt around it. */
static void test_export_takes_answers(void **state)
{
#define ANSWER(what) \
	"<response status=\"success\" code=\"19\"><result total-count=\"1\" " \
	"count=\"1\">" what "</result></response>\n"
#define SERVICES "<service>" OUR_SERVICES "</service>"
#define GROUPS \
	"<service-group>" GROUP("hq-services", OUR_MEMBERS, TAGGED) "</service-group>"
	static const char *const texts[] = {
		ANSWER(BEFORE VSYS_BEGIN OUR_TAGS SERVICES GROUPS VSYS_END AFTER),
		ANSWER("<entry name=\"vsys1\">" OUR_TAGS SERVICES GROUPS "</entry>"),
		ANSWER("<vsys><entry name=\"vsys1\">" OUR_TAGS SERVICES GROUPS
		       "</entry></vsys>"),
		ANSWER(OUR_TAGS) ANSWER(SERVICES) ANSWER(GROUPS),
		OUR_TAGS SERVICES GROUPS,
		"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
		"<result>" OUR_TAGS SERVICES GROUPS "</result>\r\n",
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		read_text(&f, texts[i], &reading);
		assert_known(&reading);
		assert_all_there(&f, &reading);
		assert_int_equal(reading.entries.count, 6);
	}
	read_text(&f, "admin@fw# show\n" ANSWER(OUR_TAGS SERVICES GROUPS) "\n[edit]\n",
		  &reading);
	assert_all_there(&f, &reading);
	assert_int_equal(reading.unknown.count, 2);
	close_fixture(&f);
}

/* What a part of a configuration does not show cannot be called missing. */
static void test_export_says_which_lists_it_lacks(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f, OUR_TAGS "<service>" OUR_SERVICES "</service>", &reading);
	assert_unknown(&reading, "does not show the list service-group", NULL);
	/* In a whole scope a list that is not there is empty. */
	read_text(&f, DECLARATION BEFORE VSYS_BEGIN VSYS_END AFTER, &reading);
	assert_known(&reading);
	assert_int_equal(reading.entries.count, 0);
	close_fixture(&f);
}

/* How much drift of each kind the audit sees in an export; and how much in all. */
static size_t audit(struct fixture *f, const char *text, bool only_ours,
		    size_t counts[CV_DRIFT_COUNT])
{
	struct cv_export_reading reading;
	struct cv_table drift = {0};

	memset(counts, 0, CV_DRIFT_COUNT * sizeof *counts);
	read_text(f, text, &reading);
	assert_known(&reading);
	cv_audit(&f->ctx, &f->plan, &reading.entries, only_ours, &drift);
	for (size_t i = 0; i < drift.count; i++)
		counts[CV_AT(&drift, struct cv_drift, i)->kind]++;
	return drift.count;
}

static void test_export_gives_the_audit_what_it_needs(void **state)
{
	static const struct {
		const char *text;
		bool only_ours;
		size_t counts[CV_DRIFT_COUNT]; /* missing, narrower, wider, extra */
	} cases[] = {
		{VSYS(OUR_SERVICES, GROUP("hq-services", OUR_MEMBERS, TAGGED)),
		 false,
		 {0}},
		/* Another product's service. */
		{VSYS(OUR_SERVICES SERVICE("web", "tcp", "443", ""),
		      GROUP("hq-services", OUR_MEMBERS, TAGGED)),
		 false,
		 {[CV_DRIFT_EXTRA] = 1}},
		{VSYS(OUR_SERVICES SERVICE("web", "tcp", "443", ""),
		      GROUP("hq-services", OUR_MEMBERS, TAGGED)),
		 true,
		 {0}},
		/* Put into our group it is ours, and the group is wider. */
		{VSYS(OUR_SERVICES SERVICE("web", "tcp", "443", ""),
		      GROUP("hq-services", OUR_MEMBERS MEMBER("web"), TAGGED)),
		 true,
		 {[CV_DRIFT_WIDER] = 1, [CV_DRIFT_EXTRA] = 1}},
		{VSYS(OUR_SERVICES,
		      GROUP("hq-services", OUR_MEMBERS MEMBER("service-https"), TAGGED)),
		 true,
		 {[CV_DRIFT_WIDER] = 1, [CV_DRIFT_EXTRA] = 1}},
		/* Three services and their places in the group are gone. */
		{VSYS(SERVICE("hq-udp-17472", "udp", "17472", TAGGED),
		      GROUP("hq-services", MEMBER("hq-udp-17472"), TAGGED)),
		 true,
		 {[CV_DRIFT_MISSING] = 3, [CV_DRIFT_NARROWER] = 1}},
		{VSYS(SERVICE("hq-udp-17472", "udp", "17470-17479", TAGGED)
			      SERVICE("hq-tcp-80_8080", "tcp", "80", TAGGED)
				      SERVICE("hq-tcp-80-8080", "tcp", "80-8080", TAGGED)
					      SERVICE("hq-tcp-80-8080-from-1024-65535",
						      "tcp", "80-8080", TAGGED),
		      GROUP("hq-services", OUR_MEMBERS, TAGGED)),
		 true,
		 {[CV_DRIFT_NARROWER] = 1, [CV_DRIFT_WIDER] = 2}},
	};
	size_t counts[CV_DRIFT_COUNT];
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		audit(&f, cases[i].text, cases[i].only_ours, counts);
		for (int kind = 0; kind < CV_DRIFT_COUNT; kind++)
			if (counts[kind] != cases[i].counts[kind])
				fail_msg("case %zu: %zu %s", i, counts[kind],
					 cv_drift_names[kind]);
	}
	emit(&f, CONFIG);
	assert_int_equal(audit(&f, f.out[CONFIG].data, false, counts), 0);
	close_fixture(&f);
}

/* Which of two objects of one name a firewall means was never tried. */
static void test_export_tells_names_that_two_scopes_define(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(
		&f,
		SHARED_AND_VSYS(LISTS(SERVICE("hq-udp-17472", "udp", "1-65535", ""), ""),
				OUR_TAGS LISTS(OUR_SERVICES, GROUP("hq-services",
								   OUR_MEMBERS, TAGGED))),
		&reading);
	assert_unknown(&reading, "both the scope and shared define",
		       "<member>hq-udp-17472");
	assert_all_there(&f, &reading);
	close_fixture(&f);
}

/* Nothing of ours is planned any more: what stands there still is ours. */
static void test_export_knows_what_is_ours_without_a_plan(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	arrange(&f);
	assert_int_equal(f.plan.entries.count, 0);
	read_text(&f,
		  VSYS(SERVICE("hq-udp-1", "udp", "0-65535", TAGGED)
			       SERVICE("web", "tcp", "1,0-2", ""),
		       GROUP("hq-services", MEMBER("hq-udp-1"), "")),
		  &reading);
	assert_known(&reading);
	assert_int_equal(count_ours(&reading), 3);
	assert_service(&f, &reading, "hq-udp-1", 17, "1-65535", true);
	assert_service(&f, &reading, "web", 6, "1-2", false);
	close_fixture(&f);
}

/* A group of groups whose outer one is gone, and whose tags were taken off. */
static void test_export_knows_a_planned_group_by_its_name(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	many(&f, 1200);
	read_text(&f,
		  VSYS(SERVICE("x", "tcp", "1", ""),
		       GROUP("hq-services-00", MEMBER("x"), "")
			       GROUP("hq-services-x", MEMBER("x"), "")),
		  &reading);
	assert_known(&reading);
	assert_true(entry_of(&reading, "service-group", "hq-services-00")->ours);
	assert_false(entry_of(&reading, "service-group", "hq-services-x")->ours);
	assert_service(&f, &reading, "x", 6, "1", true);
	close_fixture(&f);
}

static void test_export_ends_on_groups_in_a_ring(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	read_text(&f,
		  VSYS(OUR_SERVICES,
		       GROUP("hq-services", OUR_MEMBERS MEMBER("a") MEMBER("hq-services"),
			     TAGGED) GROUP("a", MEMBER("b"), "")
			       GROUP("b", MEMBER("a") MEMBER("hq-services"), "")),
		  &reading);
	assert_known(&reading);
	assert_int_equal(count_ours(&reading), 8);
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_export_takes_our_own_artefact),
		cmocka_unit_test(test_export_reads_a_running_configuration),
		cmocka_unit_test(test_export_follows_our_groups),
		cmocka_unit_test(test_export_lets_objects_override_the_predefined),
		cmocka_unit_test(test_export_shows_what_stands_under_a_planned_name),
		cmocka_unit_test(test_export_ignores_what_only_describes),
		cmocka_unit_test(test_export_reads_the_scope_and_no_other),
		cmocka_unit_test(test_export_takes_answers),
		cmocka_unit_test(test_export_says_which_lists_it_lacks),
		cmocka_unit_test(test_export_gives_the_audit_what_it_needs),
		cmocka_unit_test(test_export_tells_names_that_two_scopes_define),
		cmocka_unit_test(test_export_knows_what_is_ours_without_a_plan),
		cmocka_unit_test(test_export_knows_a_planned_group_by_its_name),
		cmocka_unit_test(test_export_ends_on_groups_in_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
