#pragma once
/* A policy from a site written in a few lines, and the policy in words, so that a test
 * compares all of it at once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/target.h"
#include "read/load.h"
#include "resolve/resolve.h"

struct world {
	struct cv_ctx ctx;
	struct cv_policy policy;
	struct cv_buf document, words;
	bool resolved;
};

/* Lines of a profile that follow its id, and lines of a site; both whole YAML. */
static void world_open(struct world *world, const char *profile, const char *site)
{
	struct cv_load load = {.ctx = &world->ctx, .targets = cv_targets};
	struct cv_table profiles = {0};
	struct cv_site *read;
	struct cv_source *source;

	*world = (struct world){.document = CV_BUF_INIT, .words = CV_BUF_INIT};
	cv_ctx_open(&world->ctx);
	memcpy(world->ctx.today, "2026-11-23", sizeof world->ctx.today);
	cv_buf_format(&world->document,
		      "carveout: site/1\nname: s\n%stargets: {json: {}}\n"
		      "profiles:\n  - carveout: profile/1\n    id: v/p\n%s",
		      site, profile);
	source = cv_source_from_bytes(&world->ctx, "site.yaml", world->document.data,
				      world->document.size);
	world->resolved = cv_load_site(&load, source, &read, &profiles) &&
			  cv_resolve(&world->ctx, read, &profiles, &world->policy);
	/* What failed has said so, and what was found as an error has failed. */
	assert_int_equal(world->resolved, cv_error_count(&world->ctx) == 0);
}

static void world_close(struct world *world)
{
	cv_buf_deinit(&world->document);
	cv_buf_deinit(&world->words);
	cv_sets_close(&world->ctx);
	cv_ctx_close(&world->ctx);
}

static void add_rows(struct cv_buf *out, const struct cv_rows *rows)
{
	cv_buf_text(out, " <-");
	for (size_t i = 0; i < rows->count; i++)
		cv_buf_format(out, " %s", rows->items[i]->id.text);
	cv_buf_char(out, '\n');
}

/* Findings as "code: text", in the order of being found. */
static const char *findings_of(struct world *world)
{
	world->words.size = 0;
	for (size_t i = 0; i < world->ctx.findings.count; i++) {
		const struct cv_finding *finding =
			*CV_AT(&world->ctx.findings, struct cv_finding *, i);

		cv_buf_format(&world->words, "%s: %s\n",
			      cv_finding_kinds[finding->code].name, finding->text);
	}
	return world->words.size ? cv_buf_string(&world->words) : "";
}

static void assert_findings(struct world *world, const char *wanted)
{
	assert_string_equal(findings_of(world), wanted);
}

/* A site that has to stop, with these findings. */
static inline void assert_stops(const char *profile, const char *site, const char *wanted)
{
	struct world world;

	world_open(&world, profile, site);
	assert_findings(&world, wanted);
	assert_false(world.resolved);
	world_close(&world);
}

/* The exclusions of a group: "process /opt/a (arguments) <- row row". */
static inline void assert_exclusions(struct world *world, const char *group,
				     const char *wanted)
{
	const struct cv_table *all = &world->policy.exclusions;

	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	world->words.size = 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct cv_exclusion *exclusion = CV_AT(all, struct cv_exclusion, i);

		if (strcmp(exclusion->group->name, group) != 0)
			continue;
		cv_buf_format(&world->words, "%s %s", cv_kind_names[exclusion->kind],
			      exclusion->value);
		if (exclusion->arguments)
			cv_buf_format(&world->words, " (%s)", exclusion->arguments);
		if (exclusion->reach == CV_REACH_CHILDREN)
			cv_buf_text(&world->words, " without subfolders");
		add_rows(&world->words, &exclusion->rows);
	}
	assert_string_equal(world->words.size ? cv_buf_string(&world->words) : "",
			    wanted);
}

static inline void add_addresses(struct cv_buf *out, const struct cv_addresses *addresses,
				 const char *name)
{
	if (!addresses)
		cv_buf_text(out, name);
	for (size_t i = 0; addresses && i < addresses->count; i++) {
		if (i)
			cv_buf_char(out, '+');
		cv_range_format(out, addresses->family, addresses->ranges[i]);
	}
}

/* All flows: "10.0.0.1 -> 10.0.1.1 6 443 <- row"; ICMP types behind a slash, source
 * ports in parentheses. */
static inline void assert_flows(struct world *world, const char *wanted)
{
	const struct cv_table *flows = &world->policy.flows;
	struct cv_buf *out = &world->words;

	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	out->size = 0;
	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);

		add_addresses(out, flow->ends->source, flow->ends->from->name);
		cv_buf_text(out, " -> ");
		add_addresses(out, flow->ends->destination, flow->ends->to->name);
		cv_buf_format(out, " %d", flow->service->protocol);
		if (flow->service->icmp_type != CV_NO_ICMP_TYPE)
			cv_buf_format(out, "/%d", flow->service->icmp_type);
		if (flow->service->ports) {
			cv_buf_char(out, ' ');
			cv_ports_format(out, flow->service->ports);
		}
		if (flow->service->source_ports) {
			cv_buf_text(out, " (");
			cv_ports_format(out, flow->service->source_ports);
			cv_buf_char(out, ')');
		}
		add_rows(out, &flow->rows);
	}
	assert_string_equal(out->size ? cv_buf_string(out) : "", wanted);
}
