/* Exclusions, objects and URLs of an export against a plan. */
#include "audit_world.h"

/* ---- exclusions ---- */

static void test_audit_windows_paths_have_no_case(void **state)
{
	struct world *world = open_world(CV_WINDOWS);

	(void)state;
	plan_path(world, 0, CV_KIND_FOLDER, CV_REACH_TREE, "C:\\Program Files\\Tanium");
	plan_path(world, 1, CV_KIND_PROCESS, CV_REACH_ITSELF, "C:\\A\\cx.exe");
	plan_path(world, 2, CV_KIND_EXTENSION, CV_REACH_ITSELF, "cab");
	find_path(world, 0, "c:\\program files\\TANIUM\\");
	find_path(world, 1, "C:\\a\\CX.EXE");
	find_path(world, 2, "CAB");
	expect(world, false, NULL);
	close_world(world);
}

static void test_audit_linux_paths_have_case(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_path(world, 0, CV_KIND_FILE, CV_REACH_ITSELF, "/opt/a");
	find_path(world, 0, "/opt/A");
	expect(world, false, "missing: paths /opt/a",
	       "extra: paths /opt/A: not asked for by any row", NULL);
	close_world(world);
}

static void test_audit_a_wider_folder_covers(void **state)
{
	struct world *world = open_world(CV_WINDOWS);

	(void)state;
	plan_path(world, 0, CV_KIND_FOLDER, CV_REACH_TREE, "C:\\A\\B");
	plan_path(world, 0, CV_KIND_FILE, CV_REACH_ITSELF, "C:\\A\\x.exe");
	find_path(world, 0, "c:\\a");
	expect(world, false, "wider: paths c:\\a: more than paths C:\\A\\B", NULL);
	/* It stays wider where what was planned is there, too. */
	find_path(world, 0, "C:\\A\\B");
	find_path(world, 0, "C:\\A\\x.exe");
	expect(world, false, "wider: paths c:\\a: more than paths C:\\A\\B", NULL);
	close_world(world);
}

static void test_audit_a_narrower_path_is_only_a_part(void **state)
{
	struct world *world = open_world(CV_WINDOWS);

	(void)state;
	plan_path(world, 0, CV_KIND_FOLDER, CV_REACH_TREE, "C:\\A");
	plan_path(world, 0, CV_KIND_FILE, CV_REACH_ITSELF, "C:\\B\\*.log");
	find_path(world, 0, "C:\\a\\b");
	find_path(world, 0, "C:\\b\\x.LOG");
	expect(world, false, "narrower: paths C:\\A: there is only paths C:\\a\\b",
	       "narrower: paths C:\\B\\*.log: there is only paths C:\\b\\x.LOG", NULL);
	close_world(world);
}

/* The trap of prefixes: /opt/app is not above /opt/appendix. */
static void test_audit_prefixes_and_other_lists_do_not_cover(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_path(world, 0, CV_KIND_FOLDER, CV_REACH_TREE, "/opt/appendix");
	plan_path(world, 1, CV_KIND_PROCESS, CV_REACH_ITSELF, "/opt/app/bin");
	find_path(world, 0, "/opt/app");
	expect(world, false, "missing: paths /opt/appendix",
	       "missing: programs /opt/app/bin",
	       "extra: paths /opt/app: not asked for by any row", NULL);
	close_world(world);
}

static void test_audit_wildcards_and_roots_cover(void **state)
{
	struct world *world = open_world(CV_WINDOWS);

	(void)state;
	plan_path(world, 1, CV_KIND_PROCESS, CV_REACH_ITSELF, "C:\\A\\v1\\x.exe");
	plan_path(world, 0, CV_KIND_FOLDER, CV_REACH_TREE, "D:\\deep\\down");
	find_path(world, 1, "C:\\A\\v*\\?.exe");
	find_path(world, 0, "D:\\");
	expect(world, false,
	       "wider: programs C:\\A\\v*\\?.exe: more than programs C:\\A\\v1\\x.exe",
	       "wider: paths D:\\: more than paths D:\\deep\\down", NULL);
	close_world(world);
}

/* A value that the dialect does not know is itself and nothing else. */
static void test_audit_values_that_are_no_paths(void **state)
{
	struct world *world = open_world(CV_WINDOWS);

	(void)state;
	plan_path(world, 1, CV_KIND_PROCESS, CV_REACH_ITSELF, "C:\\A\\x.exe");
	find_path(world, 1, "x.exe");
	find_path(world, 1, "");
	find_path(world, 0, "%SECRET%\\x");
	find_entry(world, CV_ENTRY_EXCLUSION, "unknown")->more->value = "C:\\A\\x.exe";
	find_entry(world, CV_ENTRY_EXCLUSION, NULL);
	expect(world, false, "missing: programs C:\\A\\x.exe",
	       "extra: programs x.exe: not asked for by any row",
	       "extra: programs : not asked for by any row",
	       "extra: paths %SECRET%\\x: not asked for by any row",
	       "extra: unknown C:\\A\\x.exe: not asked for by any row",
	       "extra: : not asked for by any row", NULL);
	close_world(world);
}

static void plan_neutral(struct world *world, enum cv_kind kind, enum cv_reach reach,
			 bool children, const char *value)
{
	struct cv_entry *entry = plan_path(world, 3, kind, reach, value);

	((struct cv_exclusion *)(uintptr_t)cv_origin(entry)->exclusion)->children =
		children;
	attach(world, entry, "type",
	       kind == CV_KIND_SHA256 ? "file" : cv_kind_names[kind], "recursive",
	       reach == CV_REACH_TREE ? "yes" : "no", "children", children ? "yes" : "no",
	       "sha256", kind == CV_KIND_SHA256 ? value : "", NULL);
}

static void find_neutral(struct world *world, const char *type, const char *recursive,
			 const char *children, const char *value)
{
	attach(world, find_path(world, 3, value), "type", type, "recursive", recursive,
	       "children", children, "reason", "words", NULL);
}

static void test_audit_columns_say_what_a_neutral_entry_is(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_neutral(world, CV_KIND_PROCESS, CV_REACH_ITSELF, false, "/opt/a/x");
	plan_neutral(world, CV_KIND_FOLDER, CV_REACH_CHILDREN, false, "/opt/b");
	plan_neutral(world, CV_KIND_PROCESS, CV_REACH_ITSELF, true, "/opt/c");
	plan_neutral(world, CV_KIND_SHA256, CV_REACH_ITSELF, false, "00ff");
	find_neutral(world, "file", "no", "no", "/opt/a/x");
	find_neutral(world, "folder", "yes", "no", "/opt/b");
	find_neutral(world, "process", "no", "no", "/opt/c");
	attach(world, find_path(world, 3, "00FF"), "type", "file", "recursive", "no",
	       "children", "no", "sha256", "00FF", NULL);
	expect(world, false,
	       "missing: all /opt/a/x type=process recursive=no children=no",
	       "narrower: all /opt/c type=process recursive=no children=yes: there is "
	       "only all /opt/c type=process recursive=no children=no",
	       "wider: all /opt/b type=folder recursive=yes children=no: more than all "
	       "/opt/b type=folder recursive=no children=no",
	       "extra: all /opt/a/x type=file recursive=no children=no: not asked for by "
	       "any row",
	       NULL);
	close_world(world);
}

/* A star that is no wildcard holds nothing but itself. */
static void test_audit_a_literal_star_is_no_wildcard(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_neutral(world, CV_KIND_FILE, CV_REACH_ITSELF, false, "/opt/a/x");
	attach(world, find_path(world, 3, "/opt/a/*"), "type", "file", "match", "exact",
	       NULL);
	expect(world, false, "missing: all /opt/a/x type=file recursive=no children=no",
	       "extra: all /opt/a/* type=file match=exact: not asked for by any row",
	       NULL);
	close_world(world);
}

/* An entry for one user only is not what was asked for all of them. */
static void test_audit_other_granting_columns_must_be_the_same(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_neutral(world, CV_KIND_FILE, CV_REACH_ITSELF, false, "/opt/a/x");
	attach(world, find_path(world, 3, "/opt/a/*"), "type", "file", "user", "bob",
	       NULL);
	expect(world, false, "missing: all /opt/a/x type=file recursive=no children=no",
	       "extra: all /opt/a/* type=file user=bob: not asked for by any row", NULL);
	close_world(world);
}

/* ---- objects and URLs ---- */

static void set_service(struct world *world, struct cv_entry *entry, const char *name,
			const char *port)
{
	entry->more->name = name;
	entry->protocol = 6;
	entry->ports = ports(world, port);
}

static void test_audit_services_by_name(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	set_service(world, plan_entry(world, CV_ENTRY_OBJECT, "service"), "a", "443");
	set_service(world, plan_entry(world, CV_ENTRY_OBJECT, "service"), "b", "80,81");
	set_service(world, plan_entry(world, CV_ENTRY_OBJECT, "service"), "c", "22");
	entry = find_entry(world, CV_ENTRY_OBJECT, "service");
	set_service(world, entry, "a", "443,8443");
	entry = find_entry(world, CV_ENTRY_OBJECT, "service");
	set_service(world, entry, "b", "80");
	entry = find_entry(world, CV_ENTRY_OBJECT, "service");
	set_service(world, entry, "other", "22");
	entry->ours = false;
	expect(world, true, "missing: service c tcp 22",
	       "narrower: service b tcp 80-81: there is only service b tcp 80",
	       "wider: service a tcp 443,8443: more than service a tcp 443", NULL);
	close_world(world);
}

static void test_audit_groups_by_their_members(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_OBJECT, "group");
	entry->more->name = "g";
	attach(world, entry, "member", "a", "member", "b", "tag", "ours", NULL);
	entry = find_entry(world, CV_ENTRY_OBJECT, "group");
	entry->more->name = "g";
	attach(world, entry, "tag", "another", "member", "b", "tag", "ours", "member",
	       "a", NULL);
	expect(world, false, NULL);
	entry->more->attributes = NULL;
	entry->more->attribute_count = 0;
	attach(world, entry, "member", "c", "member", "b", "tag", "ours", NULL);
	expect(world, false, "narrower: group g: what is there lacks member a",
	       "wider: group g: it was not planned to have member c", NULL);
	close_world(world);
}

static void test_audit_tags_say_what_they_like(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_OBJECT, "tag");
	entry->more->name = "carveout";
	entry->more->value = "a comment";
	entry = find_entry(world, CV_ENTRY_OBJECT, "tag");
	entry->more->name = "carveout";
	entry->more->value = "another comment";
	expect(world, false, NULL);
	close_world(world);
}

static void test_audit_objects_by_their_value(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_OBJECT, "address");
	entry->more->name = "server";
	entry->more->value = "a.example.com";
	entry = find_entry(world, CV_ENTRY_OBJECT, "address");
	entry->more->name = "server";
	entry->more->value = "b.example.com";
	expect(world, false,
	       "narrower: address server a.example.com: there is only address server "
	       "b.example.com",
	       "wider: address server b.example.com: more than address server "
	       "a.example.com",
	       NULL);
	close_world(world);
}

static void test_audit_urls_with_their_ports(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_URL, "urls");
	entry->more->value = "updates.example.com";
	entry->ports = ports(world, "80,443");
	entry = plan_entry(world, CV_ENTRY_URL, "urls");
	entry->more->value = "*.example.com";
	entry->ports = ports(world, "443");
	entry = find_entry(world, CV_ENTRY_URL, "urls");
	entry->more->value = "Updates.example.com";
	entry->ports = ports(world, "443");
	entry = find_entry(world, CV_ENTRY_URL, "urls");
	entry->more->value = "*.example.com";
	expect(world, false,
	       "narrower: urls updates.example.com 80,443: there is only urls "
	       "Updates.example.com 443",
	       "wider: urls *.example.com: more than urls *.example.com 443", NULL);
	entry = find_entry(world, CV_ENTRY_URL, "urls");
	entry->more->value = "updates.example.com";
	entry->ports = ports(world, "80");
	expect(world, false,
	       "wider: urls *.example.com: more than urls *.example.com 443", NULL);
	close_world(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_audit_windows_paths_have_no_case),
		cmocka_unit_test(test_audit_linux_paths_have_case),
		cmocka_unit_test(test_audit_a_wider_folder_covers),
		cmocka_unit_test(test_audit_a_narrower_path_is_only_a_part),
		cmocka_unit_test(test_audit_prefixes_and_other_lists_do_not_cover),
		cmocka_unit_test(test_audit_wildcards_and_roots_cover),
		cmocka_unit_test(test_audit_values_that_are_no_paths),
		cmocka_unit_test(test_audit_columns_say_what_a_neutral_entry_is),
		cmocka_unit_test(test_audit_a_literal_star_is_no_wildcard),
		cmocka_unit_test(test_audit_other_granting_columns_must_be_the_same),
		cmocka_unit_test(test_audit_services_by_name),
		cmocka_unit_test(test_audit_groups_by_their_members),
		cmocka_unit_test(test_audit_tags_say_what_they_like),
		cmocka_unit_test(test_audit_objects_by_their_value),
		cmocka_unit_test(test_audit_urls_with_their_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
