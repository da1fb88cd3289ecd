/* What an acceptance covers, and that it covers no more: digests, lists, and rows that
 * are in no plan at all. */
#include "resolve_world.h"

#include <stdio.h>

#include "prove/ledger.h"
#include "proved_plan.h"

#define PROFILE \
	"    devices: {Windows: {platform: windows, role: pc}}\n" \
	"    places: {P: {windows: 'C:\\p'}}\n" \
	"    parameters: {part: {default: a}}\n" \
	"    exclusions:\n" \
	"      - {id: node, device: Windows, process: " \
	"'\"<P>\\${part}\\node.exe\" run.js'}\n"

#define GROUP "  - {name: w, platform: windows, roles: [pc]}\n"

/* Judges the site by one target and settles it; the findings are left in the world. */
static void settle(struct world *world, const char *target, const char *profile,
		   const char *site)
{
	struct cv_target_use use = {.name = {.text = target}};
	struct cv_ledger ledger = {0};
	struct cv_table subjects;

	world_open(world, profile, site);
	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	for (size_t i = 0; cv_targets[i]; i++)
		if (strcmp(cv_targets[i]->name, target) == 0)
			use.target = cv_targets[i];
	assert_true(cv_subjects(&world->ctx, &world->policy, &use, &subjects));
	for (size_t i = 0; i < subjects.count; i++) {
		struct cv_plan plan;

		assert_true(cv_lower(&world->ctx, &world->policy, &use,
				     CV_AT(&subjects, struct cv_subject, i), &plan));
		judge_plan(&world->ctx, &world->policy, &plan, &ledger);
	}
	cv_settle(&world->ctx, &world->policy, &ledger);
}

static const struct cv_finding *finding_of(const struct world *world, enum cv_code code)
{
	for (size_t i = 0; i < world->ctx.findings.count; i++) {
		const struct cv_finding *finding =
			*CV_AT(&world->ctx.findings, struct cv_finding *, i);

		if (finding->code == code)
			return finding;
	}
	return NULL;
}

/* The digest in the stanza that the finding `code` prints. */
static void digest_of(enum cv_code code, const char *profile, const char *site,
		      char out[21])
{
	const struct cv_finding *finding;
	struct world world;
	const char *of;

	settle(&world, "json", profile, site);
	finding = finding_of(&world, code);
	assert_non_null(finding);
	of = strstr(finding->help, "of: \"");
	assert_non_null(of);
	memcpy(out, of + 5, 20);
	out[20] = '\0';
	world_close(&world);
}

static void assert_digests(bool same, enum cv_code code, const char *profile,
			   const char *site, const char *other_site)
{
	char one[21], other[21];

	digest_of(code, profile, site, one);
	digest_of(code, profile, other_site, other);
	if (same)
		assert_string_equal(one, other);
	else
		assert_string_not_equal(one, other);
}

static void test_digest_holds_what_the_site_makes_of_a_row(void **state)
{
	static const char ports[] =
		"    parties: {B: {}}\n"
		"    parameters: {port: {default: \"443\", type: ports}}\n"
		"    ports:\n"
		"      - {id: all, from: anyone, to: B, port: '${port}', protocol: "
		"tcp}\n";
	static const char party[] = "parties: {B: {addresses: 10.0.0.2}}\n";

	(void)state;
	assert_digests(false, CV_F_WIDER, PROFILE, "groups:\n" GROUP,
		       "places: {P: {windows: 'C:\\'}}\ngroups:\n" GROUP);
	assert_digests(false, CV_F_WIDER, PROFILE, "groups:\n" GROUP,
		       "parameters: {part: '*'}\ngroups:\n" GROUP);
	/* The text of this finding does not show the port. */
	assert_digests(false, CV_F_ANYONE, ports, party,
		       "parameters: {port: any}\n"
		       "parties: {B: {addresses: 10.0.0.2}}\n");
	assert_digests(true, CV_F_WIDER, PROFILE, "groups:\n" GROUP,
		       "groups:\n" GROUP
		       "  - {name: v, platform: windows, roles: [pc]}\n");
	assert_digests(false, CV_F_WIDER, PROFILE, "groups:\n" GROUP,
		       "groups:\n" GROUP
		       "  - {name: v, platform: windows, roles: [pc], places: {P: "
		       "{windows: 'D:\\q'}}}\n");
}

static void test_digest_holds_the_whole_row(void **state)
{
	static const char site[] = "edition: x\nparties: {B: {addresses: 10.0.0.2}}\n";
	static const char *const rows[] = {
		"",
		", initiates: to",
		", initiates: either",
		", source-port: \"53\"",
		", when: {edition: x}",
	};
	char digests[sizeof rows / sizeof *rows][21];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char profile[400];

		snprintf(profile, sizeof profile,
			 "    parties: {B: {}}\n    editions: [x, y]\n    ports:\n"
			 "      - {id: all, from: anyone, to: B, port: 1, protocol: "
			 "tcp%s}\n",
			 rows[i]);
		digest_of(CV_F_ANYONE, profile, site, digests[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(digests[i], digests[j]);
	}
}

/* A site whose one acceptance has those keys, and the findings that come of it. */
static void assert_accepted(const char *row, const char *target, bool upper,
			    const char *wanted)
{
	struct world world;
	char digest[21], site[600];

	digest_of(CV_F_WIDER, PROFILE, "groups:\n" GROUP, digest);
	for (char *c = digest; upper && *c; c++)
		*c = (char)(*c >= 'a' ? *c & ~32 : *c);
	snprintf(
		site, sizeof site,
		"groups:\n" GROUP "accept:\n"
		"  - {row: %s, finding: wider, target: %s, of: \"%s\", reason: r, by: b, "
		"until: \"2027-06-30\"}\n",
		row, target, digest);
	settle(&world, "json", PROFILE, site);
	assert_true(!finding_of(&world, CV_F_WIDER));
	assert_true(!finding_of(&world, CV_F_ACCEPTANCE_OUTGROWN));
	if (!wanted)
		assert_null(finding_of(&world, CV_F_ACCEPTANCE_UNUSED));
	else
		assert_string_equal(finding_of(&world, CV_F_ACCEPTANCE_UNUSED)->text,
				    wanted);
	world_close(&world);
}

static void test_each_of_a_list_must_cover_something(void **state)
{
	(void)state;
	assert_accepted("\"v/p#exclusions/node\"", "json", false, NULL);
	assert_accepted("\"v/p#exclusions/node\"", "json", true, NULL);
	assert_accepted("\"v/p#exclusions/*\"", "[\"js*\"]", false, NULL);
	assert_accepted("[\"v/p#exclusions/node\", \"v/p#exclusions/nod\"]", "json",
			false, "nothing is wider here in v/p#exclusions/nod for json");
	assert_accepted("\"v/p#exclusions/node\"", "[json, csv, cvs]", false,
			"nothing is wider here in v/p#exclusions/node for csv");
}

static void test_rows_without_any_place_are_told(void **state)
{
	static const char profile[] = PROFILE
		"    parties: {A: {}, B: {}}\n"
		"    ports:\n"
		"      - {id: p, from: A, to: B, port: 1, protocol: tcp}\n"
		"      - {id: q, from: A, to: B, port: 2, protocol: tcp}\n"
		"      - {id: o, from: A, to: B, port: 3, protocol: tcp, optional: "
		"true}\n";
	static const char site[] =
		"parties: {A: {addresses: 10.0.0.1}, B: {addresses: 10.0.0.2}}\n"
		"groups:\n" GROUP;
	struct world world;

	(void)state;
	settle(&world, "defender-powershell", profile, site);
	assert_string_equal(finding_of(&world, CV_F_IMPOSSIBLE)->text,
			    "no target of this site has a place for v/p#ports/p and 1 "
			    "more, which apply");
	world_close(&world);
	settle(&world, "json", profile, site);
	assert_null(finding_of(&world, CV_F_IMPOSSIBLE));
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_holds_what_the_site_makes_of_a_row),
		cmocka_unit_test(test_digest_holds_the_whole_row),
		cmocka_unit_test(test_each_of_a_list_must_cover_something),
		cmocka_unit_test(test_rows_without_any_place_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
