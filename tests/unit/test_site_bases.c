#include "load_fixture.h"

#include "base/limits.h"
#include "model/pattern.h"
#include "model/plan.h"

/* A base of the targets here is the word `base:` and whatever follows. */
static bool read_base(struct cv_base_reading *reading)
{
	const char *secret = strstr(reading->bytes, "hunter2");

	if (strncmp(reading->bytes, "base:", 5) != 0) {
		reading->error = "it does not begin as one";
		return false;
	}
	if (secret) {
		reading->code = CV_F_BASE_SECRET;
		reading->error = "it holds a secret";
		reading->error_at = (size_t)(secret - reading->bytes);
		reading->hint = "leave it out";
		return false;
	}
	reading->content = cv_arena_text(reading->ctx->arena, reading->bytes + 5);
	return true;
}

static const struct cv_list lists[] = {{.name = NULL}};

static const struct cv_target grouped = {
	.name = "grouped",
	.can = {.subjects = CV_SUBJECT_GROUP,
		.platforms = 1u << CV_WINDOWS,
		.lists = lists},
	.read_base = read_base,
	.export_command = "list it",
};
static const struct cv_target twin = {
	.name = "twin", .can = {.subjects = CV_SUBJECT_SITE}, .read_base = read_base};
static const struct cv_target without = {.name = "without",
					 .can = {.subjects = CV_SUBJECT_GROUP}};
static const struct cv_target *const targets[] = {&grouped, &twin, &without, NULL};

#define SITE \
	"carveout: site/1\nname: hq\nprofiles: [{carveout: profile/1, id: a/b}]\n" \
	"groups: [{name: one, platform: windows}, {name: two, platform: windows}, " \
	"{name: three, platform: linux}]\n"

static bool load(struct loading *loading, const char *text)
{
	open_loading(loading, "sites/s.yaml", text);
	loading->load.targets = targets;
	return cv_load_site(&loading->load, loading->fixture.source, &loading->site,
			    &loading->profiles);
}

static const struct cv_target_use *use_at(const struct loading *loading, size_t index)
{
	return CV_AT(&loading->site->targets, struct cv_target_use, index);
}

/* What a plan of the subject finds; "none" where it finds nothing. */
static const char *content(const struct loading *loading, size_t use,
			   enum cv_subject_kind kind, const char *name)
{
	const struct cv_subject subject = {.kind = kind, .name = name};
	const struct cv_plan plan = {.use = use_at(loading, use), .subject = &subject};
	const struct cv_base *base = cv_plan_base(&plan);

	return base ? base->content : "none";
}

static int make_files(void **state)
{
	if (make_folder(state) != 0 || mkdir("sites", 0700) != 0)
		return -1;
	write_file("sites/one.txt", "base:first");
	write_file("sites/two.txt", "base:second");
	write_file("sites/other.txt", "otherwise hunter2");
	write_file("sites/secret.txt", "base:\n x hunter2");
	return 0;
}

static void test_base_of_each_group(void **state)
{
	struct loading loading;

	(void)state;
	assert_true(load(&loading, SITE
			 "targets: {grouped: {base: {two: two.txt, one: ./one.txt}}}\n"));
	assert_string_equal(content(&loading, 0, CV_SUBJECT_GROUP, "one"), "first");
	assert_string_equal(content(&loading, 0, CV_SUBJECT_GROUP, "two"), "second");
	assert_string_equal(content(&loading, 0, CV_SUBJECT_GROUP, "three"), "none");
	assert_string_equal(content(&loading, 0, CV_SUBJECT_SITE, "one"), "none");
	fixture_close(&loading.fixture);
}

static void test_base_of_all_is_read_once(void **state)
{
	struct loading loading;
	size_t sources;

	(void)state;
	assert_true(load(&loading, SITE "targets: {grouped: {base: one.txt}, "
					"twin: {base: one.txt}, without: {}}\n"));
	sources = loading.fixture.ctx.sources.count;
	assert_int_equal(sources, 2);
	assert_string_equal(content(&loading, 0, CV_SUBJECT_GROUP, "two"), "first");
	assert_string_equal(content(&loading, 1, CV_SUBJECT_SITE, "hq"), "first");
	assert_string_equal(content(&loading, 2, CV_SUBJECT_GROUP, "two"), "none");
	assert_false(
		CV_AT(&use_at(&loading, 0)->bases, struct cv_base, 0)->source->quotable);
	fixture_close(&loading.fixture);
}

static void test_base_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"targets: {grouped: {base: {onne: one.txt}}}", "unknown-group", 5, 28,
		 "this site has no group `onne`", "did you mean one?"},
		{"targets: {grouped: {base: {three: one.txt}}}", "bad-value", 5, 28,
		 "grouped writes nothing for the group `three`, so there is no use for a "
		 "base of it",
		 NULL},
		{"targets: {grouped: {groups: [one], base: {two: two.txt}}}", "bad-value",
		 5, 43,
		 "grouped writes nothing for the group `two`, so there is no use for a "
		 "base of it",
		 NULL},
		{"targets: {grouped: {base: {one: ''}}}", "bad-path", 5, 33, NULL, NULL},
		{"targets: {grouped: {base: {one: [one.txt]}}}", "wrong-type", 5, 33,
		 NULL, NULL},
		{"targets: {grouped: {base: {one: absent.txt}}}", "cannot-read", 5, 33,
		 NULL, NULL},
		{"targets: {grouped: {base: [one.txt]}}", "wrong-type", 5, 27,
		 "`base` of grouped must be the name of a file, or a map from groups to "
		 "such names",
		 NULL},
		{"targets: {twin: {base: {one: one.txt}}}", "wrong-type", 5, 24,
		 "`base` of twin must be the name of a file", NULL},
		{"targets: {without: {base: one.txt}}", "unknown-key", 5, 21,
		 "unknown key `base` in the target without", NULL},
		{"targets: {grouped: {base: other.txt}}", "not-an-export", 1, 1,
		 "no base for grouped: it does not begin as one", "wanted: list it"},
		{"targets: {grouped: {base: secret.txt}}", "base-secret", 2, 4,
		 "no base for grouped: it holds a secret", "leave it out"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct loading loading;
		char text[1024];

		snprintf(text, sizeof text, SITE "%s\n", cases[i].text);
		assert_false(load(&loading, text));
		check_found(&loading, &cases[i]);
	}
}

static void test_base_has_a_limit(void **state)
{
	struct loading loading;

	(void)state;
	write_file("sites/huge.txt", "base:");
	assert_int_equal(truncate("sites/huge.txt", (off_t)CV_MAX_BASE + 1), 0);
	assert_false(load(&loading, SITE "targets: {twin: {base: huge.txt}}\n"));
	assert_found(&loading.fixture, 0, "file-too-large", 5, 24);
	assert_text(&loading.fixture, 0, "sites/huge.txt is larger than 268435456 bytes");
	fixture_close(&loading.fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base_of_each_group),
		cmocka_unit_test(test_base_of_all_is_read_once),
		cmocka_unit_test(test_base_refused_with_place),
		cmocka_unit_test(test_base_has_a_limit),
	};

	return cmocka_run_group_tests(tests, make_files, remove_folder);
}
