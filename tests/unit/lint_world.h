#pragma once
/* Rows of a table and the risks that the lint pass finds in them, in words. */

#include "resolve_world.h"

#define DEVICES \
	"    devices:\n" \
	"      W: {platform: windows, role: pc}\n" \
	"      L: {platform: linux, role: pc}\n" \
	"      M: {platform: macos, role: pc}\n"
#define GROUPS \
	"groups:\n" \
	"  - {name: w, platform: windows, roles: [pc]}\n" \
	"  - {name: l, platform: linux, roles: [pc]}\n" \
	"  - {name: m, platform: macos, roles: [pc]}\n"

/* Risks as "code row: detail", in the order of being found. */
static inline const char *risks_of(struct world *world)
{
	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	world->words.size = 0;
	for (size_t i = 0; i < world->policy.risks.count; i++) {
		const struct cv_risk *risk =
			CV_AT(&world->policy.risks, struct cv_risk, i);

		assert_null(risk->target);
		cv_buf_format(&world->words, "%s %s: %s\n",
			      cv_finding_kinds[risk->code].name, risk->row->id.text,
			      risk->detail);
	}
	return world->words.size ? cv_buf_string(&world->words) : "";
}

/* Rows r0, r1, ... of a table, each in a line of its own. */
static inline void assert_risks(const char *table, const char *const *rows, size_t count,
				const char *site, const char *wanted)
{
	struct world world;
	struct cv_buf profile = CV_BUF_INIT;

	cv_buf_format(&profile, "%s    parties: {A: {}, B: {}, C: {external: true}}\n",
		      DEVICES);
	cv_buf_format(&profile, "    %s:\n", table);
	for (size_t i = 0; i < count; i++)
		cv_buf_format(&profile, "      - {id: r%zu, %s}\n", i, rows[i]);
	world_open(&world, cv_buf_string(&profile), site);
	assert_string_equal(risks_of(&world), wanted);
	cv_buf_deinit(&profile);
	world_close(&world);
}

#define ASSERT_EXCLUSIONS(wanted, ...) \
	do { \
		static const char *const rows_[] = {__VA_ARGS__}; \
		assert_risks("exclusions", rows_, sizeof rows_ / sizeof *rows_, GROUPS, \
			     wanted); \
	} while (0)

#define PARTIES \
	GROUPS \
	"ip: [\"4\", \"6\"]\n" \
	"parties:\n" \
	"  A: {addresses: [10.0.0.1, \"2001:db8::1\"]}\n" \
	"  B: {addresses: [10.0.0.2, \"2001:db8::2\"]}\n" \
	"  C: {addresses: [203.0.113.0/24, 10.0.0.0/8, 192.168.0.0/16]}\n"

#define ASSERT_PORTS(wanted, ...) \
	do { \
		static const char *const rows_[] = {__VA_ARGS__}; \
		assert_risks("ports", rows_, sizeof rows_ / sizeof *rows_, PARTIES, \
			     wanted); \
	} while (0)
