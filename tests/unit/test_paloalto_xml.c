/* The PAN-OS target: names, splits, groups, commands and options, and that whatever
 * is arranged proves. */
#include "paloalto_fixture.h"

#include "paloalto-xml/arrange.h"

static void test_arrange_names_and_orders(void **state)
{
	static const char *const names[] = {"hq-tcp-80_8080", "hq-tcp-80-8080",
					    "hq-tcp-80-8080-from-1024-65535",
					    "hq-udp-17472"};
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	assert_string_equal(object(&f, "tag", 0)->more->name, "carveout-hq");
	assert_int_equal(count_list(&f, "service"), 4);
	assert_int_equal(count_list(&f, "service-group"), 1);
	assert_string_equal(object(&f, "service-group", 0)->more->name, "hq-services");
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(object(&f, "service", i)->more->name, names[i]);
		assert_string_equal(
			object(&f, "service-group", 0)->more->attributes[i].value,
			names[i]);
	}
	assert_int_equal(CV_AT(&f.plan.entries, struct cv_entry, 0)->kind,
			 CV_ENTRY_HEADER);
	assert_all_prove(&f);
	close_fixture(&f);
}

static void test_config_emit_has_the_shape(void **state)
{
	static const char text[] =
		"<config version=\"10.1.0\" urldb=\"paloaltonetworks\">\n"
		"  <devices>\n"
		"    <entry name=\"localhost.localdomain\">\n"
		"      <vsys>\n"
		"        <entry name=\"vsys1\">\n"
		"          <tag>\n"
		"            <entry name=\"carveout-hq\">\n"
		"              <comments>written by carveout for the site hq</comments>\n"
		"            </entry>\n"
		"          </tag>\n"
		"          <service>\n"
		"            <entry name=\"hq-tcp-443-from-1024-65535\">\n"
		"              <description>a row: vendors AB</description>\n"
		"              <protocol>\n"
		"                <tcp>\n"
		"                  <port>443</port>\n"
		"                  <source-port>1024-65535</source-port>\n"
		"                </tcp>\n"
		"              </protocol>\n"
		"              <tag>\n"
		"                <member>carveout-hq</member>\n"
		"              </tag>\n"
		"            </entry>\n"
		"          </service>\n"
		"          <service-group>\n"
		"            <entry name=\"hq-services\">\n"
		"              <members>\n"
		"                <member>hq-tcp-443-from-1024-65535</member>\n"
		"              </members>\n"
		"              <tag>\n"
		"                <member>carveout-hq</member>\n"
		"              </tag>\n"
		"            </entry>\n"
		"          </service-group>\n"
		"        </entry>\n"
		"      </vsys>\n"
		"    </entry>\n"
		"  </devices>\n"
		"</config>\n";
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	f.use.options = NULL; /* none set: the defaults */
	add(&f, 6, ports(&f, "443"), "1024-65535", "a row:\n vendor's <A&B>?[|]\\` ");
	arrange(&f);
	assert_string_equal(emit(&f, CONFIG), text);
	assert_string_equal(emit(&f, UNDO), "set cli scripting-mode on\nconfigure\n"
					    "delete service-group hq-services\n"
					    "delete service hq-tcp-443-from-1024-65535\n"
					    "delete tag carveout-hq\n");
	assert_all_prove(&f);
	close_fixture(&f);
}

#define VSYS "devices/entry[@name='localhost.localdomain']/vsys/entry[@name='vsys3']"

static void test_commands_follow_release_and_scope(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	f.options.scope.text = "vsys3";
	f.options.version.text = "9.0";
	usual(&f);
	assert_non_null(strstr(emit(&f, LOAD),
			       "configure\n"
			       "delete vsys vsys3 service-group hq-services members\n"
			       "load config partial from-xpath " VSYS
			       "/tag to-xpath /config/" VSYS
			       "/tag mode merge from hq.xml\n"));
	assert_non_null(strstr(emit(&f, UNDO), "\ndelete vsys vsys3 tag carveout-hq\n"));
	assert_all_prove(&f);
	close_fixture(&f);
	open_fixture(&f, "hq");
	f.options.scope.text = "shared";
	f.options.version.text = "8.1";
	usual(&f);
	assert_non_null(strstr(emit(&f, LOAD),
			       "\nload config partial from hq.xml from-xpath "
			       "shared/service-group to-xpath "
			       "/config/shared/service-group mode merge\n"));
	assert_non_null(strstr(emit(&f, UNDO), "\ndelete shared tag carveout-hq\n"));
	assert_all_prove(&f);
	/* Read as another release, or as another scope, it is not the same. */
	f.options.version.text = "9.0";
	assert_false(proves(&f, LOAD, f.out[LOAD].data, f.out[LOAD].size));
	assert_false(proves(&f, CONFIG, f.out[CONFIG].data, f.out[CONFIG].size));
	f.options.version.text = "8.1";
	f.options.scope.text = "vsys1";
	for (size_t form = 0; form < FORMS; form++)
		if (f.out[form].data)
			assert_false(
				proves(&f, form, f.out[form].data, f.out[form].size));
	close_fixture(&f);
}

static void test_arrange_without_services_adds_nothing(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	/* ESP, and a protocol with ports that PAN-OS does not know: DCCP. */
	add(&f, 50, NULL, NULL, "x");
	add(&f, 33, ports(&f, "1"), NULL, "x");
	arrange(&f);
	assert_int_equal(f.plan.entries.count, 0);
	assert_int_equal(f.plan.losses.count, 2);
	close_fixture(&f);
}

static void test_arrange_bounds_names(void **state)
{
	char site[201];
	struct fixture f;

	(void)state;
	memset(site, 'x', 200);
	site[200] = '\0';
	open_fixture(&f, site);
	add(&f, 132, ports(&f, "10000-20000"), "1024-65535", NULL);
	add(&f, 6, ports(&f, "1001,1003,1005,1007,1009,1011,1013,1015,1017,1019"), NULL,
	    NULL);
	arrange(&f);
	assert_all_prove(&f); /* the reader refuses any name over its limit */
	close_fixture(&f);
	open_fixture(&f, "hq");
	add(&f, 6,
	    ports(&f, "1001,1003,1005,1007,1009,1011,1013,1015,1017,1019,1021,1023,1025"),
	    NULL, NULL);
	arrange(&f);
	/* Cut behind a whole port, with 8 digits of the hash of the whole. */
	assert_string_equal(
		object(&f, "service", 0)->more->name,
		"hq-tcp-1001_1003_1005_1007_1009_1011_1013_1015_1017-49970d18");
	close_fixture(&f);
}

/* Two names that are cut to the same and whose hashes begin with the same 8 digits. */
static void test_arrange_keeps_equal_hashes_apart(void **state)
{
#define HEAD "10001,10003,10005,10007,10009,10011,10013,10015,"
	const char *first, *second;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	add(&f, 6, ports(&f, HEAD "20456,30712"), NULL, NULL);
	add(&f, 6, ports(&f, HEAD "20176,30032"), NULL, NULL);
	add(&f, 6, ports(&f, HEAD "20178,30032"), NULL, NULL);
	arrange(&f);
	first = object(&f, "service", 0)->more->name;
	second = object(&f, "service", 2)->more->name;
	assert_non_null(strstr(first, "-024af1ae"));
	assert_non_null(strstr(second, "-024af1ae"));
	assert_string_not_equal(first, second);
	/* The one in between has a hash of its own and keeps its name. */
	assert_int_equal(strlen(strrchr(object(&f, "service", 1)->more->name, '-')),
			 1 + 8);
	assert_all_prove(&f);
	close_fixture(&f);
}

static void test_arrange_splits_long_port_lists(void **state)
{
	const struct cv_ports *all, *back = NULL, *part;
	struct fixture f;
	const struct cv_row *row;
	size_t count;

	(void)state;
	open_fixture(&f, "hq");
	all = odd_ports(&f, 10001, 13001);
	row = add(&f, 6, all, "1024-65535", "x")->rows.items[0];
	arrange(&f);
	count = count_list(&f, "service");
	assert_int_equal(count, 9); /* 1501 ports of 6 characters; 170 go into 1023 */
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(object(&f, "service", i)->rows.items[0], row);
		back = cv_ports_union(&f.ctx, back, object(&f, "service", i)->ports);
	}
	assert_ptr_equal(back, all);
	assert_all_prove(&f);
	/* A list of its own that equals a part: one object, both rows. */
	part = object(&f, "service", 1)->ports;
	f.plan.entries = (struct cv_table){0};
	add(&f, 6, part, "1024-65535", "b");
	add(&f, 6, all, "1024-65535", "a");
	arrange(&f);
	assert_int_equal(count_list(&f, "service"), count);
	assert_int_equal(object(&f, "service", 1)->rows.count, 2);
	assert_string_equal(object(&f, "service", 1)->note, "a, b");
	assert_all_prove(&f);
	close_fixture(&f);
}

/* The inner group that names a service. */
static const char *group_of(struct fixture *f, const char *service)
{
	const struct cv_entry *group;
	const char *found = NULL;

	for (size_t g = 0; (group = object(f, "service-group", g)); g++)
		for (size_t i = 0; i < group->more->attribute_count; i++)
			if (strcmp(group->more->attributes[i].value, service) == 0) {
				assert_null(found); /* in one group only */
				found = group->more->name;
			}
	return found;
}

static void test_arrange_spreads_over_groups(void **state)
{
	struct fixture f, g;
	const struct cv_entry *outer;

	(void)state;
	many(&f, 600);
	assert_int_equal(count_list(&f, "service-group"), 3);
	outer = object(&f, "service-group", 2);
	assert_string_equal(outer->more->name, "hq-services");
	assert_int_equal(outer->more->attribute_count, 3);
	assert_string_equal(outer->more->attributes[0].value, "hq-services-00");
	assert_all_prove(&f); /* the reader refuses more than 500 members */
	many(&g, 601);
	for (size_t i = 0; i < 600; i++) {
		const char *name = object(&f, "service", i)->more->name;

		assert_string_equal(group_of(&f, name), group_of(&g, name));
	}
	close_fixture(&f);
	close_fixture(&g);
	many(&f, 500);
	assert_int_equal(count_list(&f, "service-group"), 1);
	assert_all_prove(&f);
	close_fixture(&f);
}

static void test_arrange_refuses_what_no_groups_hold(void **state)
{
	const struct cv_finding *finding;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	for (unsigned i = 0; i < 2 * 65535; i++) {
		const struct cv_port_range range = {(uint16_t)(i / 2 + 1),
						    (uint16_t)(i / 2 + 1)};
		struct cv_entry *entry = cv_plan_add(&f.ctx, &f.plan, CV_ENTRY_OBJECT);

		entry->list = "service";
		entry->protocol = i % 2 ? 6 : 17;
		entry->ports = cv_ports_make(&f.ctx, &range, 1);
	}
	assert_false(target->arrange(&f.ctx, &f.plan));
	finding = *CV_AT(&f.ctx.findings, struct cv_finding *, 0);
	assert_int_equal(finding->code, CV_F_TOO_LONG);
	assert_string_equal(finding->text,
			    "paloalto-xml: 131070 members of hq-services do not fit into "
			    "256 groups of at most 500 members");
	close_fixture(&f);
}

/* A repeatable source of numbers: a test must fail twice in the same way. */
static unsigned draw(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % below;
}

static void test_any_plan_proves_whatever_the_order(void **state)
{
	static const int protocols[] = {6, 17, 132};
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 60; round++) {
		const unsigned count = 1 + draw(&seed, 40);
		struct fixture f, g;
		struct cv_port_range ranges[40][300];
		unsigned sizes[40];
		int protocol[40];

		open_fixture(&f, "hq");
		open_fixture(&g, "hq");
		for (unsigned i = 0; i < count; i++) {
			sizes[i] = 1 + draw(&seed, draw(&seed, 8) ? 6 : 300);
			protocol[i] = protocols[draw(&seed, 3)];
			for (unsigned r = 0; r < sizes[i]; r++) {
				const unsigned low = 1 + draw(&seed, 65000);

				ranges[i][r] = (struct cv_port_range){
					(uint16_t)low,
					(uint16_t)(low +
						   draw(&seed, 2) * draw(&seed, 500))};
			}
		}
		for (unsigned i = 0; i < count; i++) {
			const unsigned j = count - 1 - i;

			add(&f, protocol[i], cv_ports_make(&f.ctx, ranges[i], sizes[i]),
			    NULL, "row");
			add(&g, protocol[j], cv_ports_make(&g.ctx, ranges[j], sizes[j]),
			    NULL, "row");
		}
		arrange(&f);
		arrange(&g);
		assert_all_prove(&f);
		for (size_t form = 0; form < FORMS; form++)
			assert_string_equal(emit(&f, form), emit(&g, form));
		close_fixture(&f);
		close_fixture(&g);
	}
}

static bool accepts(struct cv_ctx *ctx, const char *key, const char *value)
{
	const struct cv_field *field = target->options->fields;

	while (strcmp(field->key, key) != 0)
		field++;
	return field->lexical->check(ctx, (struct cv_text){value, {0}});
}

static void test_plain_is_what_panos_takes(void **state)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{"a b", "a b"},
		{" a  b ", "a b"},
		{"a\tb", "a b"},
		{"a<b>\"c\"", "abc"},
		{"", NULL},
		{"  ", NULL},
		{"\xc3\xa4", "_"},
		{"a ", "a"},
		{" a", "a"},
		{"12345678", "12345678"},
		{"123456789", "12345..."},
	};
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = cases[i].text;
		const char *plain = cv_paloalto_plain(&f.ctx, text, 8);

		if (!cases[i].plain) {
			assert_null(plain);
			continue;
		}
		assert_string_equal(plain, cases[i].plain);
		if (strcmp(text, plain) == 0)
			assert_ptr_equal(plain, text);
	}
	assert_null(cv_paloalto_plain(&f.ctx, NULL, 8));
	close_fixture(&f);
}

static void test_options_are_checked(void **state)
{
	static const char *const good[] = {"vsys1", "vsys9", "vsys255", "shared",
					   "panorama-shared"};
	static const char *const bad[] = {"",         "vsys",
					  "vsys0",    "vsys01",
					  "vsys256",  "vsys1 ",
					  "VSYS1",    "device-group X",
					  "panorama", "vsys99999999999999999999"};
	struct cv_paloalto_options options = {.multi_vsys = CV_NO};
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(accepts(&f.ctx, "scope", good[i]));
	assert_true(accepts(&f.ctx, "prefix", "9Head-Quarters_1.x"));
	assert_true(accepts(&f.ctx, "prefix", "0123456789012345678901234567890"));
	assert_int_equal(f.ctx.findings.count, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(accepts(&f.ctx, "scope", bad[i]));
	assert_non_null(strstr((*CV_AT(&f.ctx.findings, struct cv_finding *, 7))->text,
			       "a device group is named by `device-group`"));
	assert_false(accepts(&f.ctx, "prefix", "01234567890123456789012345678901"));
	for (size_t i = 0; i < HOSTILE_COUNT; i++)
		if (strspn(hostile[i], "abcdefghijklmnopqrstuvwxyz-") !=
			    strlen(hostile[i]) ||
		    hostile[i][0] == '-')
			assert_false(accepts(&f.ctx, "prefix", hostile[i]));
	assert_true(target->check_options(&f.ctx, &options, (struct cv_span){0}));
	options.scope.text = "shared";
	assert_false(target->check_options(&f.ctx, &options, (struct cv_span){0}));
	options.multi_vsys = CV_YES;
	assert_true(target->check_options(&f.ctx, &options, (struct cv_span){0}));
	close_fixture(&f);
}

static void test_bits_of_names_are_their_characters(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++)
		assert_int_equal(CV_PALOALTO_IN_NAME(c),
				 c && strchr(cv_paloalto_name_rest, c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits_of_names_are_their_characters),
		cmocka_unit_test(test_arrange_names_and_orders),
		cmocka_unit_test(test_config_emit_has_the_shape),
		cmocka_unit_test(test_commands_follow_release_and_scope),
		cmocka_unit_test(test_arrange_without_services_adds_nothing),
		cmocka_unit_test(test_arrange_bounds_names),
		cmocka_unit_test(test_arrange_keeps_equal_hashes_apart),
		cmocka_unit_test(test_arrange_splits_long_port_lists),
		cmocka_unit_test(test_arrange_spreads_over_groups),
		cmocka_unit_test(test_arrange_refuses_what_no_groups_hold),
		cmocka_unit_test(test_any_plan_proves_whatever_the_order),
		cmocka_unit_test(test_plain_is_what_panos_takes),
		cmocka_unit_test(test_options_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
