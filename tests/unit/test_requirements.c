/* What a profile requires and supports, held against a site; and the schema, whose
 * references must all lead somewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/commands.h"
#include "commands/compilation.h"
#include "commands/requirements.h"
#include "model/sets.h"
#include "model/target.h"

/* The profile's tables are the same in every test; the site differs. */
#define PROFILE \
	"profiles:\n" \
	"  - carveout: profile/1\n" \
	"    id: vendor/product\n" \
	"    ip: ['4']\n" \
	"    versions: {client: The Client}\n" \
	"    devices: {PC: {platform: linux, role: pc}}\n" \
	"    supports: {rhel: '6.x or 7.x', suse: {as: The Client}}\n" \
	"    requires:\n" \
	"      - {component: The Server, version: '>=7.2'}\n" \
	"      - {component: The Client, version: '>=7.4'}\n" \
	"      - {component: The Console, version: {hole: 'any <version>'}}\n" \
	"      - {component: The Trends, version: '>=3.6', optional: true}\n" \
	"    exclusions:\n" \
	"      - {id: one, device: PC, process: '/opt/agent'}\n"

#define SITE(rest) \
	"carveout: site/1\n" \
	"name: s\n" \
	"ip: ['4']\n" rest PROFILE "targets: {json: {}}\n"

struct run {
	struct cv_ctx ctx;
	size_t before; /* findings that compile itself has */
};

static void check(struct run *run, const char *site)
{
	const struct cv_request request = {.profiles = "/nonexistent"};
	struct cv_compilation *compilation;
	struct cv_source *source;

	cv_ctx_open(&run->ctx);
	source = cv_source_from_bytes(&run->ctx, "site.yaml", site, strlen(site));
	compilation = CV_NEW(run->ctx.arena, struct cv_compilation);
	if (!cv_compilation_make(&run->ctx, &request, source, compilation))
		fail_msg("%s",
			 (*CV_AT(&run->ctx.findings, struct cv_finding *, 0))->text);
	run->before = run->ctx.findings.count;
	cv_requirements_check(&run->ctx, compilation);
}

static void finish(struct run *run)
{
	cv_sets_close(&run->ctx);
	cv_ctx_close(&run->ctx);
}

/* The next finding, which must be this one. */
static void expect(struct run *run, enum cv_code code, const char *text)
{
	const struct cv_finding *finding;

	assert_true(run->before < run->ctx.findings.count);
	finding = *CV_AT(&run->ctx.findings, struct cv_finding *, run->before++);
	assert_string_equal(finding->text, text);
	assert_int_equal(finding->code, code);
}

static void expect_open_console(struct run *run)
{
	expect(run, CV_F_OPEN_REQUIREMENT,
	       "vendor/product leaves `version` of the requirement The Console open: "
	       "\"any <version>\"");
}

static void test_requirements_met_say_nothing(void **state)
{
	struct run run;

	(void)state;
	check(&run, SITE("inventory: {The Server: '7.4.2', The Console: '1'}\n"
			 "groups:\n"
			 "  - {name: g, platform: linux, roles: [pc], os: {rhel: '7.9'}, "
			 "versions: {client: '7.4.9'}}\n"));
	expect_open_console(&run);
	assert_int_equal(run.before, run.ctx.findings.count);
	finish(&run);
}

static void test_requirements_not_met_are_errors(void **state)
{
	struct run run;

	(void)state;
	check(&run,
	      SITE("inventory: {The Server: '7.1', The Console: '1', The Trends: '3.5'}\n"
		   "groups:\n"
		   "  - {name: g, platform: linux, roles: [pc], "
		   "versions: {client: '7.x'}}\n"));
	expect_open_console(&run);
	expect(&run, CV_F_REQUIREMENT,
	       "the inventory has The Server 7.1; vendor/product requires >=7.2");
	expect(&run, CV_F_REQUIREMENT,
	       "group `g` has The Client 7.x; vendor/product requires >=7.4");
	expect(&run, CV_F_REQUIREMENT,
	       "the inventory has The Trends 3.5; vendor/product requires >=3.6");
	assert_int_equal(run.before, run.ctx.findings.count);
	finish(&run);
}

static void test_requirements_that_nobody_names_are_warnings(void **state)
{
	struct run run;

	(void)state;
	check(&run, SITE("groups:\n  - {name: g, platform: linux, roles: [pc]}\n"));
	expect_open_console(&run);
	expect(&run, CV_F_NOT_IN_INVENTORY,
	       "vendor/product requires The Server >=7.2, which the site's `inventory` "
	       "does "
	       "not name");
	expect(&run, CV_F_NOT_IN_INVENTORY,
	       "vendor/product requires The Client >=7.4, which the site's `inventory` "
	       "does "
	       "not name");
	expect(&run, CV_F_NOT_IN_INVENTORY,
	       "vendor/product requires The Console, which the site's `inventory` does "
	       "not "
	       "name");
	assert_int_equal(run.before, run.ctx.findings.count);
	finish(&run);
}

static void test_systems_outside_the_supported_are_warnings(void **state)
{
	struct run run;

	(void)state;
	check(&run,
	      SITE("inventory: {The Server: '8', The Client: '8', The Console: '1'}\n"
		   "groups:\n"
		   "  - {name: g, platform: linux, roles: [pc], os: {rhel: '5.9'}}\n"
		   "  - {name: h, platform: linux, roles: [pc], os: {suse: '12'}}\n"
		   "  - {name: i, platform: linux, roles: [pc], os: {debian: '12'}}\n"));
	expect_open_console(&run);
	expect(&run, CV_F_UNSUPPORTED,
	       "group `g` runs rhel 5.9; vendor/product supports 6.x or 7.x");
	expect(&run, CV_F_UNSUPPORTED,
	       "group `i` runs debian, which is not among the systems that "
	       "vendor/product "
	       "supports");
	assert_int_equal(run.before, run.ctx.findings.count);
	finish(&run);
}

/* Every $ref below `node` must name a definition. */
static void follow(const json_t *node, const json_t *definitions)
{
	const char *key;
	json_t *member;
	size_t index;

	if (json_is_array(node)) {
		json_array_foreach(node, index, member) follow(member, definitions);
		return;
	}
	json_object_foreach((json_t *)node, key, member)
	{
		if (strcmp(key, "$ref") == 0)
			assert_non_null(
				json_object_get(definitions, json_string_value(member) +
								     strlen("#/$defs/")));
		follow(member, definitions);
	}
}

static json_t *schema_of(const char *what)
{
	const struct cv_request request = {.arguments = &what, .argument_count = 1};
	struct cv_buf out = CV_BUF_INIT;
	struct cv_ctx ctx;
	json_error_t error;
	json_t *root;

	cv_ctx_open(&ctx);
	cv_schema_run(&ctx, &request, &out);
	assert_int_equal(ctx.findings.count, 0);
	root = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, &error);
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
	return root;
}

static void test_schema_is_whole(void **state)
{
	static const char *const whats[] = {"profile", "site"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *root = schema_of(whats[i]);

		assert_non_null(root);
		assert_false(json_is_true(json_object_get(root, "additionalProperties")));
		follow(root, json_object_get(root, "$defs"));
		json_decref(root);
	}
}

static void test_schema_of_a_site_knows_every_target(void **state)
{
	json_t *root = schema_of("site"), *targets;

	(void)state;
	targets = json_object_get(json_object_get(root, "properties"), "targets");
	targets = json_array_get(json_object_get(targets, "anyOf"), 0);
	for (size_t i = 0; cv_targets[i]; i++)
		assert_non_null(json_object_get(json_object_get(targets, "properties"),
						cv_targets[i]->name));
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requirements_met_say_nothing),
		cmocka_unit_test(test_requirements_not_met_are_errors),
		cmocka_unit_test(test_requirements_that_nobody_names_are_warnings),
		cmocka_unit_test(test_systems_outside_the_supported_are_warnings),
		cmocka_unit_test(test_schema_is_whole),
		cmocka_unit_test(test_schema_of_a_site_knows_every_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
