/* Set lines: their shape, what their readers refuse, and that no value leaves its word.
 */
#define PALOALTO_TARGET cv_target_paloalto_set
enum { LINES, UNDO, FORMS };

#include "paloalto_fixture.h"

#include "paloalto-set/cli_quote.h"
#include "paloalto-set/facts.h"
#include "paloalto-xml/read.h"

#define HEAD "set cli scripting-mode on\nconfigure\n\n"

static void test_lines_have_the_shape(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	add(&f, 6, ports(&f, "443"), "1024-65535", "a row: vendor's \"A\"\n");
	add(&f, 17, ports(&f, "80,8080-8090"), NULL, NULL);
	arrange(&f);
	assert_string_equal(
		emit(&f, LINES), HEAD
		"set tag carveout-hq comments \"written by carveout for the site hq\"\n"
		"set service hq-tcp-443-from-1024-65535 description \"a row: vendors "
		"A\"\n"
		"set service hq-tcp-443-from-1024-65535 protocol tcp port 443\n"
		"set service hq-tcp-443-from-1024-65535 protocol tcp source-port "
		"1024-65535\n"
		"set service hq-tcp-443-from-1024-65535 tag carveout-hq\n"
		"set service hq-udp-80_8080-8090 protocol udp port 80,8080-8090\n"
		"set service hq-udp-80_8080-8090 tag carveout-hq\n"
		"set service-group hq-services members hq-tcp-443-from-1024-65535\n"
		"delete service-group hq-services members\n"
		"set service-group hq-services members hq-tcp-443-from-1024-65535\n"
		"set service-group hq-services members hq-udp-80_8080-8090\n"
		"set service-group hq-services tag carveout-hq\n");
	assert_string_equal(emit(&f, UNDO),
			    HEAD "delete service-group hq-services\n"
				 "delete service hq-udp-80_8080-8090\n"
				 "delete service hq-tcp-443-from-1024-65535\n"
				 "delete tag carveout-hq\n");
	assert_all_prove(&f);
	close_fixture(&f);
}

static struct cv_entry *made(struct fixture *f, const char *list, const char *name)
{
	struct cv_entry *entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_OBJECT);

	entry->list = list;
	entry->more->name = name;
	return entry;
}

static void give(struct fixture *f, struct cv_entry *entry, const char *name,
		 const char *value)
{
	struct cv_attribute *all = CV_NEW_ARRAY(
		f->ctx.arena, entry->more->attribute_count + 1, struct cv_attribute);

	if (entry->more->attribute_count)
		memcpy(all, entry->more->attributes,
		       entry->more->attribute_count * sizeof *all);
	all[entry->more->attribute_count++] = (struct cv_attribute){name, value};
	entry->more->attributes = all;
}

/* What the objects come to stands in a plan, too. */
static void add_grants(struct fixture *f)
{
	struct cv_reading reading = {.ctx = &f->ctx, .options = f->use.options};
	struct cv_paloalto_objects objects = {.reading = &reading};
	const size_t count = f->plan.entries.count;

	reading.entries = f->plan.entries;
	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading.entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_OBJECT)
			assert_non_null(cv_paloalto_object_take(&objects, entry));
	}
	cv_paloalto_objects_close(&objects);
	f->plan.entries = reading.entries;
}

/* An object of every list, as plan.h has them. */
static void every_list(struct fixture *f)
{
	struct cv_entry *entry;

	made(f, "tag", "t")->more->value = "of a site";
	entry = made(f, "address", "h");
	entry->note = "a host";
	give(f, entry, "ip-netmask", "10.0.0.1/32");
	give(f, entry, "tag", "t");
	give(f, made(f, "address", "n"), "fqdn", "a.example.com");
	entry = made(f, "address-group", "hs");
	give(f, entry, "member", "h");
	give(f, entry, "member", "n");
	give(f, entry, "tag", "t");
	entry = made(f, "service", "s");
	entry->protocol = 6;
	entry->ports = ports(f, "443");
	give(f, entry, "tag", "t");
	give(f, made(f, "service-group", "g"), "member", "s");
	entry = made(f, "custom-url-category", "c");
	entry->note = "URLs";
	give(f, entry, "list", "a.example.com/");
	give(f, entry, "list", "*.a.example.com/a;b=1");
	entry = made(f, "rules", "r");
	entry->note = "a rule";
	give(f, entry, "from", "trust zone");
	give(f, entry, "to", "any");
	give(f, entry, "source", "h");
	give(f, entry, "destination", "hs");
	give(f, entry, "service", "g");
	give(f, entry, "application", "any");
	give(f, entry, "tag", "t");
	give(f, entry, "action", "allow");
	give(f, entry, "log-setting", "default");
	give(f, entry, "profile-group", "strict");
	add_grants(f);
	for (size_t i = 0; i < 4; i++) {
		static const char *const renewed[][2] = {{"hs", "address-group"},
							 {"g", "service-group"},
							 {"c", "custom-url-category"},
							 {"r", "rules"}};

		entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_STEP);
		entry->list = "renew";
		entry->more->name = renewed[i][0];
		entry->more->value = renewed[i][1];
	}
	entry = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_STEP);
	entry->list = "move";
	entry->more->name = "r";
	give(f, entry, "where", "before");
	give(f, entry, "rule", "clean up");
}

static void assert_says(struct fixture *f, const char *text)
{
	if (!strstr(f->out[LINES].data, text))
		fail_msg("no %s in\n%s", text, f->out[LINES].data);
}

static void test_every_list_has_its_lines(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	every_list(&f);
	assert_all_prove(&f);
	assert_says(&f, "\nset address h description \"a host\"\n"
			"set address h ip-netmask 10.0.0.1/32\nset address h tag t\n"
			"set address n fqdn a.example.com\n"
			"set address-group hs static h\ndelete address-group hs static\n"
			"set address-group hs static h\nset address-group hs static n\n");
	assert_says(
		&f,
		"\nset profiles custom-url-category c list a.example.com/\n"
		"delete profiles custom-url-category c list\n"
		"set profiles custom-url-category c description URLs\n"
		"set profiles custom-url-category c type \"URL List\"\n"
		"set profiles custom-url-category c list a.example.com/\n"
		"set profiles custom-url-category c list \"*.a.example.com/a;b=1\"\n");
	assert_says(&f, "\nset rulebase security rules r action allow\n"
			"delete rulebase security rules r\n");
	assert_says(&f, "\nset rulebase security rules r profile-setting group strict\n"
			"move rulebase security rules r before \"clean up\"\n");
	assert_string_equal(f.out[UNDO].data,
			    HEAD "delete rulebase security rules r\n"
				 "delete profiles custom-url-category c\n"
				 "delete service-group g\ndelete service s\n"
				 "delete address-group hs\ndelete address n\n"
				 "delete address h\ndelete tag t\n");
	close_fixture(&f);
}

static void test_lines_follow_scope_and_release(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	every_list(&f);
	f.options.device_group.text = "Branch offices";
	f.options.version.text = "8.1";
	assert_all_prove(&f);
	assert_says(&f, "\nset device-group \"Branch offices\" tag t comments ");
	assert_says(&f, "\nmove device-group \"Branch offices\" pre-rulebase security "
			"rules r before ");
	assert_null(strstr(f.out[LINES].data, "URL List"));
	/* In another scope, or of another release, it is not understood. */
	f.options.rulebase.text = "post";
	assert_false(proves(&f, LINES, f.out[LINES].data, f.out[LINES].size));
	f.options.rulebase.text = NULL;
	f.options.version.text = "9.0";
	assert_false(proves(&f, LINES, f.out[LINES].data, f.out[LINES].size));
	f.options.device_group.text = "Branch";
	f.options.version.text = "8.1";
	assert_false(proves(&f, UNDO, f.out[UNDO].data, f.out[UNDO].size));
	f.options.device_group.text = NULL;
	f.options.scope.text = "panorama-shared";
	assert_all_prove(&f);
	assert_says(&f, "\nset shared pre-rulebase security rules r action allow\n");
	f.options.scope.text = "vsys7";
	assert_all_prove(&f);
	assert_says(&f, "\nset vsys vsys7 rulebase security rules r action allow\n");
	close_fixture(&f);
}

/* What the base has just so is not ours to take anything from. */
static void test_what_is_reused_is_not_renewed(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	made(&f, "tag", "t")->more->value = "x";
	give(&f, made(&f, "address", "h"), "ip-netmask", "10.0.0.1/32");
	give(&f, made(&f, "address-group", "hs"), "member", "h");
	object(&f, "address-group", 0)->reused = true;
	assert_string_equal(emit(&f, LINES), HEAD "set tag t comments x\n"
						  "set address h ip-netmask 10.0.0.1/32\n"
						  "set address-group hs static h\n");
	assert_true(proves(&f, LINES, f.out[LINES].data, f.out[LINES].size));
	/* The step of the plan, which arrange adds for the others, decides. */
	object(&f, "address-group", 0)->reused = false;
	emit(&f, LINES);
	assert_false(proves(&f, LINES, f.out[LINES].data, f.out[LINES].size));
	close_fixture(&f);
}

/* ---- what is refused ---- */

static const struct defect {
	size_t form;
	const char *from, *to, *error;
} defects[] = {
	{LINES, "scripting-mode on", "scripting-mode off", "scripting mode"},
	{LINES, "configure\n\n", "configure\n", "scripting mode"},
	{LINES, "set tag", "# x\nset tag", "not words"},
	{LINES, "set tag", "commit\nset tag", "names no object"},
	{LINES, "set tag", "show tag", "neither set nor delete"},
	{LINES, "set tag", "set vsys vsys2 tag", "names no object"},
	{LINES, "set tag", "set  tag", "not words"},
	{LINES, "set tag", "\nset tag", "not words"},
	{LINES, "set tag", "set \"tag\"", "not words"},
	{LINES, "\"of a site\"", "of a site", "one description"},
	{LINES, "\"of a site\"", "\"of a \"site\"", "does not end"},
	{LINES, "\"of a site\"", "\"of a<site\"", "is refused"},
	{LINES, "\"of a site\"", "\"of a\tsite\"", "not words"},
	{LINES, "\"of a site\"\n", "\"of a site\" \n", "not words"},
	{LINES, "set tag t comments \"of a site\"\n",
	 "set tag t comments \"of a site\"\nset tag t comments \"of a site\"\n",
	 "one description"},
	{LINES, "set service s tag t\n", "", "differs"},
	{LINES, "tag t\n", "tag u\n", "is not an object that stands before"},
	{LINES, "set service s protocol tcp port 443\n", "", "has no ports"},
	{LINES, "set service s protocol tcp port 443\n",
	 "set service s protocol tcp port 443\nset service s protocol udp port 443\n",
	 "a service is"},
	{LINES, "set service s protocol tcp port 443\n",
	 "set service s protocol tcp port 443\nset service s protocol tcp port 444\n",
	 "stands twice"},
	{LINES, "tcp port 443", "icmp port 443", "a service is"},
	{LINES, "tcp port 443", "tcp port 70000", "ports end at"},
	{LINES, "tcp port 443", "tcp port 443,80", "shortest ascending"},
	{LINES, "tcp port 443", "tcp port [ 443 ]", "not words"},
	{LINES, "tcp port 443", "tcp override no", "ports or source ports"},
	{LINES, "delete service-group g members\n", "", "is named twice"},
	{LINES, "set service-group g members s\ndelete service-group g members\n", "",
	 "differs"},
	{LINES, "delete service-group g members\n", "delete service-group g\n",
	 "should be deleted"},
	{LINES, "set service-group g members s\ndelete", "delete",
	 "nothing is to be deleted"},
	{LINES, "delete service-group g members\nset service-group g members s\n",
	 "delete service-group g members\n", "not complete"},
	{LINES, "delete rulebase security rules r\n",
	 "delete rulebase security rules r from\n", "should be deleted"},
	{LINES, "set rulebase security rules r from",
	 "set rulebase security rules r2 from", "not complete"},
	{LINES, "action allow\ndelete", "action deny\ndelete", "not the first value"},
	{LINES, "application any", "application ssl", "the application should be any"},
	{LINES, "r application any\n",
	 "r application any\nset rulebase security rules r "
	 "hip-profiles any\n",
	 "no field"},
	{LINES, "set rulebase security rules r application any\n", "",
	 "the application should be any"},
	{LINES, "r action allow\nset rulebase security rules r log",
	 "r action allow\nset rulebase security rules r action deny\n"
	 "set rulebase security rules r log",
	 "stands twice"},
	{LINES, "profile-setting group strict", "profile-setting profiles strict",
	 "no field"},
	{LINES, "r before", "r top", "before or after"},
	{LINES, "r before \"clean up\"", "r before", "before or after"},
	{LINES, "before \"clean up\"\n",
	 "before \"clean up\"\nset tag t comments \"of a site\"\n", "behind a move"},
	{LINES, "type \"URL List\"", "type \"Category Match\"", "a list of URLs"},
	{LINES, "set profiles custom-url-category c type \"URL List\"\n", "",
	 "the release decides"},
	{LINES, "set address n fqdn a.example.com\n",
	 "set address n fqdn a.example.com\ndelete address n fqdn\n",
	 "nothing is to be deleted"},
	{UNDO, "delete tag t", "set tag t", "not a command that deletes"},
	{UNDO, "delete tag t", "delete tag", "not a command that deletes"},
	{UNDO, "delete tag t", "delete service t", "deleting order"},
	{UNDO, "delete service s", "delete service s protocol", "not a command that"},
	{UNDO, "delete address h\n", "", "differs"},
	{UNDO, "delete address h\n", "delete address h\ndelete address other\n",
	 "differs"},
};

/* The text with one change, into `out`. */
static void changed(struct cv_buf *out, const char *text, const char *from,
		    const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		fail_msg("no %s in\n%s", from, text);
	out->size = 0;
	cv_buf_add(out, text, (size_t)(at - text));
	cv_buf_text(out, to);
	cv_buf_text(out, at + strlen(from));
}

static void test_read_refuses_every_defect(void **state)
{
	struct cv_buf bad = CV_BUF_INIT;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	every_list(&f);
	assert_all_prove(&f);
	for (size_t i = 0; i < sizeof defects / sizeof *defects; i++) {
		const struct defect *defect = &defects[i];
		struct cv_reading reading;
		struct cv_ctx ctx;
		bool understood;

		changed(&bad, f.out[defect->form].data, defect->from, defect->to);
		cv_ctx_open(&ctx);
		understood = read_form(&f, defect->form, cv_buf_string(&bad), bad.size,
				       &ctx, &reading);
		if (strcmp(defect->error, "differs") == 0)
			assert_true(understood);
		else if (understood || !strstr(reading.error, defect->error))
			fail_msg("%s to %s: %s", defect->from, defect->to,
				 understood ? "understood" : reading.error);
		close_context(&ctx);
		assert_false(proves(&f, defect->form, bad.data, bad.size));
	}
	cv_buf_deinit(&bad);
	close_fixture(&f);
}

static void test_read_accounts_for_every_byte(void **state)
{
	static const char others[] = "\n \"xA0-,#\\";
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	every_list(&f);
	assert_all_prove(&f);
	for (size_t form = 0; form < FORMS; form++) {
		const size_t size = f.out[form].size;
		char *bytes = malloc(size + 2);

		assert_non_null(bytes);
		for (size_t at = 0; at < size; at++) {
			memcpy(bytes, f.out[form].data, size + 1);
			memmove(bytes + at, bytes + at + 1, size - at);
			/* Only where a block ends means nothing. */
			assert_int_equal(proves(&f, form, bytes, size - 1),
					 at > strlen(HEAD) &&
						 f.out[form].data[at] == '\n' &&
						 (f.out[form].data[at - 1] == '\n' ||
						  f.out[form].data[at + 1] == '\n'));
			for (const char *other = others; *other; other++) {
				memcpy(bytes, f.out[form].data, size + 1);
				if (bytes[at] == *other)
					continue;
				bytes[at] = *other;
				assert_false(proves(&f, form, bytes, size));
			}
			/* Cut short, it is another plan or none. */
			memcpy(bytes, f.out[form].data, at);
			bytes[at] = '\0';
			assert_false(proves(&f, form, bytes, at));
		}
		memcpy(bytes, f.out[form].data, size);
		bytes[size] = bytes[size + 1] = '\0';
		assert_false(proves(&f, form, bytes, size + 1));
		free(bytes);
	}
	close_fixture(&f);
}

/* ---- blocks ---- */

static void test_blocks_are_short_and_stable(void **state)
{
	struct fixture f, g;
	const char *more;
	size_t lines = 0, blocks = 0, moved = 0;

	(void)state;
	many(&f, 600);
	many(&g, 601);
	assert_all_prove(&f);
	for (const char *at = f.out[LINES].data; *at; at = strchr(at, '\n') + 1) {
		lines = *at == '\n' ? 0 : lines + 1;
		blocks += *at == '\n';
		assert_true(lines <= CV_SET_BLOCK_MAX);
		/* What a delete took away comes in the same block. */
		if (strncmp(at, "delete ", 7) == 0)
			assert_int_equal(strncmp(strchr(at, '\n') + 1, "set ", 4), 0);
	}
	assert_true(blocks > 40);
	/* One service more: blocks that follow end where they did. */
	more = emit(&g, LINES);
	for (const char *at = f.out[LINES].data; *at; at = strchr(at, '\n') + 1) {
		const size_t size = strcspn(at, "\n") + 1;
		char both[400];

		if (*at == '\n' || at[size] != '\n')
			continue;
		assert_true(size < sizeof both - 1);
		memcpy(both, at, size + 1);
		both[size + 1] = '\0';
		moved += !strstr(more, both);
	}
	assert_true(moved < 4);
	close_fixture(&f);
	close_fixture(&g);
}

/* ---- quoting ---- */

/* What the command line makes of a word, by the grammar of the facts alone. */
static bool parse_word(const char *text, struct cv_buf *out)
{
	const bool quoted = *text == '"';

	out->size = 0;
	for (text += quoted; *text && *text != '"'; text++) {
		if (*text < ' ' || *text > '~' ||
		    (!quoted && strchr(" []'\\`|?;&<>", *text)))
			return false;
		cv_buf_char(out, *text);
	}
	return quoted ? text[0] == '"' && !text[1] : !*text && out->size;
}

static void check_quote(const char *text)
{
	struct cv_buf quoted = CV_BUF_INIT, back = CV_BUF_INIT;

	cv_cli_quote(&quoted, text);
	assert_true(parse_word(cv_buf_string(&quoted), &back));
	assert_int_equal(back.size, strlen(text));
	for (size_t i = 0; i < back.size; i++) {
		const char c = text[i];
		const bool kept = c >= ' ' && c <= '~' && c != '"';

		assert_int_equal(back.data[i], kept ? c : '_');
	}
	cv_buf_deinit(&quoted);
	cv_buf_deinit(&back);
}

static void test_quote_gives_back_what_it_was_given(void **state)
{
	uint64_t seed = 7;
	char text[40];

	(void)state;
	for (size_t i = 0; i < HOSTILE_COUNT; i++)
		check_quote(hostile[i]);
	for (int round = 0; round < 20000; round++) {
		size_t size = 0;

		for (; size < sizeof text - 1; size++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			text[size] = (char)(1 + (seed >> 33) % 255);
			if ((seed >> 60) == 0)
				break;
		}
		text[size] = '\0';
		check_quote(text);
	}
}

static bool is_name(const char *text)
{
	return *text && strchr(cv_paloalto_name_first, *text) &&
	       strspn(text, cv_paloalto_name_rest) == strlen(text);
}

/* Each value in each place: what is written is proved, or is not the plan; and never a
 * line more or less than with a harmless value. */
static void test_hostile_values_never_break_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < HOSTILE_COUNT; i++)
		for (size_t place = 0; place < 5; place++) {
			struct cv_entry *tag, *group;
			struct fixture f;
			size_t lines = 0;

			open_fixture(&f, "hq");
			every_list(&f);
			tag = object(&f, "tag", 0);
			group = object(&f, "service-group", 0);
			if (place == 0)
				tag->more->name = hostile[i];
			else if (place == 1)
				tag->more->value = hostile[i];
			else if (place == 2)
				object(&f, "rules", 0)->note = hostile[i];
			else if (place == 3)
				group->more->name = hostile[i];
			else
				give(&f, object(&f, "move", 0), "rule", hostile[i]);
			for (const char *at = emit(&f, LINES); *at; at++)
				lines += *at == '\n';
			assert_int_equal(lines, 39);
			if (strchr(hostile[i], '"') || strchr(hostile[i], '\n') ||
			    ((place == 0 || place == 3) && !is_name(hostile[i])))
				if (proves(&f, LINES, f.out[LINES].data,
					   f.out[LINES].size))
					fail_msg("%s at %zu", hostile[i], place);
			close_fixture(&f);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_have_the_shape),
		cmocka_unit_test(test_every_list_has_its_lines),
		cmocka_unit_test(test_lines_follow_scope_and_release),
		cmocka_unit_test(test_what_is_reused_is_not_renewed),
		cmocka_unit_test(test_read_refuses_every_defect),
		cmocka_unit_test(test_read_accounts_for_every_byte),
		cmocka_unit_test(test_blocks_are_short_and_stable),
		cmocka_unit_test(test_quote_gives_back_what_it_was_given),
		cmocka_unit_test(test_hostile_values_never_break_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
