/* Port and URL rows: what the plan's entries let through against what the row's
 * flows ask for. */
#include "prove/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "prove/cover.h"

static const char *name_of(const struct cv_party *party)
{
	return party->addresses[0] || party->addresses[1] ? NULL : party->name;
}

/* A flow as a space; a target of services carries no addresses. */
static struct cv_space flow_space(const struct cv_flow *flow, bool services)
{
	struct cv_space space = {
		.family = flow->family,
		.protocol = flow->protocol,
		.icmp_type = flow->icmp_type,
		.source = flow->source,
		.destination = flow->destination,
		.ports = flow->ports,
		.source_ports = flow->source_ports,
		.program = flow->program,
	};

	if (services) {
		space.family = 0;
		space.source = space.destination = NULL;
	} else if (flow->family == 0) {
		space.from_name = name_of(flow->from);
		space.to_name = name_of(flow->to);
	}
	return space;
}

static struct cv_space entry_space(const struct cv_entry *entry)
{
	struct cv_space space = {
		.family = entry->family,
		.protocol = entry->protocol,
		.icmp_type = entry->icmp_type,
		.source = entry->source,
		.destination = entry->destination,
		.ports = entry->ports,
		.source_ports = entry->source_ports,
		.program = entry->program,
	};

	if (entry->kind == CV_ENTRY_FLOW && entry->family == 0 && entry->flow) {
		space.from_name = name_of(entry->flow->from);
		space.to_name = name_of(entry->flow->to);
	}
	return space;
}

/* The spaces of all flows of all rows that the entry names. */
static struct cv_space *asked_by(struct cv_ctx *ctx, const struct cv_index *index,
				 const struct cv_entry *entry, bool services,
				 size_t *count_out)
{
	struct cv_space *spaces;
	size_t count = 0;

	for (size_t r = 0; r < entry->rows.count; r++)
		count += index->rows[entry->rows.items[r]->ordinal].flow_count;
	spaces = CV_NEW_ARRAY(ctx->arena, count, struct cv_space);
	count = 0;
	for (size_t r = 0; r < entry->rows.count; r++) {
		const struct cv_behind *behind =
			&index->rows[entry->rows.items[r]->ordinal];

		for (size_t f = 0; f < behind->flow_count; f++)
			spaces[count++] = flow_space(behind->flows[f], services);
	}
	*count_out = count;
	return spaces;
}

/* The commonest case at no cost: the row's own flow holds the entry. */
static bool inside_one(struct cv_ctx *ctx, const struct cv_behind *behind,
		       const struct cv_space *space, bool services)
{
	for (size_t f = 0; f < behind->flow_count && f < 4; f++) {
		const struct cv_space flow = flow_space(behind->flows[f], services);

		if (cv_space_covered(ctx, space, &flow, 1) == CV_COVERED_YES)
			return true;
	}
	return false;
}

static bool entry_inside(struct cv_ctx *ctx, const struct cv_index *index,
			 const struct cv_behind *behind, const struct cv_entry *entry,
			 bool services)
{
	const struct cv_space space = entry_space(entry);
	struct cv_space *asked;
	size_t count;

	if (inside_one(ctx, behind, &space, services))
		return true;
	asked = asked_by(ctx, index, entry, services, &count);
	return cv_space_covered(ctx, &space, asked, count) == CV_COVERED_YES;
}

static bool flows_covered(struct cv_ctx *ctx, const struct cv_behind *behind,
			  bool services)
{
	struct cv_space *have =
		CV_NEW_ARRAY(ctx->arena, behind->entry_count, struct cv_space);

	for (size_t e = 0; e < behind->entry_count; e++)
		have[e] = entry_space(behind->entries[e]);
	for (size_t f = 0; f < behind->flow_count; f++) {
		const struct cv_space flow = flow_space(behind->flows[f], services);

		if (cv_space_covered(ctx, &flow, have, behind->entry_count) !=
		    CV_COVERED_YES)
			return false;
	}
	return true;
}

/* What a rule around a service has to name. */
static const char *ends_of(struct cv_ctx *ctx, const struct cv_behind *behind)
{
	const char *text = NULL;

	for (size_t f = 0; f < behind->flow_count; f++) {
		const char *pair = cv_arena_format(
			ctx->arena, "the rule must name source %s and destination %s",
			behind->flows[f]->from->name, behind->flows[f]->to->name);

		if (!text)
			text = pair;
		else if (!strstr(text, pair + strlen("the rule must name ")))
			text = cv_arena_format(ctx->arena, "%s; %s", text,
					       pair + strlen("the rule must name "));
	}
	return text;
}

struct cv_comparison cv_compare_flows(struct cv_ctx *ctx, const struct cv_index *index,
				      const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const bool services = index->plan->use->target->can.flows == CV_FLOWS_SERVICES;
	struct cv_comparison comparison = {
		.verdict = CV_EXACT,
		.carries = services ? "protocol, ports" : "addresses, protocol, ports",
	};

	if (behind->entry_count == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = behind->loss ? behind->loss->why : "no entry carries it",
		};
	if (services)
		comparison.missing = ends_of(ctx, behind);
	for (size_t e = 0; e < behind->entry_count; e++)
		if (!entry_inside(ctx, index, behind, behind->entries[e], services)) {
			comparison.verdict = CV_WIDER;
			comparison.what = cv_arena_format(
				ctx->arena, "%s lies outside the rows that it names",
				cv_entry_words(ctx, behind->entries[e]));
			return comparison;
		}
	if (!flows_covered(ctx, behind, services)) {
		comparison.verdict = CV_NARROWER;
		comparison.what = behind->loss ? behind->loss->why
					       : "the entries do not cover all of it";
	} else if (behind->entry_count > behind->flow_count) {
		comparison.verdict = CV_SPLIT;
	}
	return comparison;
}

struct cv_comparison cv_compare_urls(struct cv_ctx *ctx, const struct cv_index *index,
				     const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	size_t carried = 0;

	(void)ctx;
	for (size_t u = 0; u < behind->url_count; u++)
		for (size_t e = 0; e < behind->entry_count; e++)
			carried += behind->entries[e]->url == behind->urls[u] &&
				   strcmp(behind->entries[e]->value,
					  behind->urls[u]->pattern) == 0;
	if (carried == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = behind->loss ? behind->loss->why : "no entry carries it",
		};
	if (carried < behind->url_count)
		return (struct cv_comparison){.verdict = CV_NARROWER,
					      .what = "not all of its URLs are carried",
					      .carries = "URL"};
	return (struct cv_comparison){.verdict = CV_EXACT, .carries = "URL, ports"};
}
