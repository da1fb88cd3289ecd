/* Port and URL rows: what the plan's entries let through against what the row's
 * flows ask for. */
#include "prove/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "prove/apart.h"
#include "prove/cover.h"
#include "prove/filled.h"

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

/* Whether the plan is of one machine, whose lists are the ways in and out. */
static bool has_ways(const struct cv_plan *plan)
{
	const enum cv_flow_form form = cv_flows_of(plan->use);

	return form == CV_FLOWS_ELEMENTS ||
	       (form == CV_FLOWS_WHOLE && plan->subject->kind != CV_SUBJECT_SITE);
}

static const char *sending_is_open(const struct cv_plan *plan)
{
	const struct cv_target_use *use = plan->use;

	if (plan->subject->kind == CV_SUBJECT_SITE || !use->target->sending_is_open)
		return NULL;
	return use->target->sending_is_open(use->options);
}

/* The ways that a flow has to be let through on the plan's machine.  A host that
 * only sends it needs no way in, and no way at all where sending is open. */
static size_t ways_of(const struct cv_plan *plan, const struct cv_flow *flow,
		      const char *chains_out[2])
{
	size_t count = 0;

	chains_out[0] = NULL;
	if (!has_ways(plan))
		return 1;
	if (plan->subject->kind == CV_SUBJECT_SITE) {
		chains_out[0] = "forward";
		return 1;
	}
	if (flow->to == plan->subject->party)
		chains_out[count++] = "input";
	if (flow->from == plan->subject->party && !sending_is_open(plan))
		chains_out[count++] = "output";
	return count;
}

struct cv_space cv_entry_space(const struct cv_plan *plan, const struct cv_entry *entry)
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

	if (has_ways(plan))
		space.chain = entry->list;
	if (entry->kind == CV_ENTRY_FLOW && entry->family == 0 && entry->flow) {
		space.from_name = name_of(entry->flow->from);
		space.to_name = name_of(entry->flow->to);
	}
	return space;
}

/* A flow as spaces, one for each way; returns how many. */
static size_t flow_spaces(const struct cv_plan *plan, const struct cv_flow *flow,
			  struct cv_space spaces_out[2])
{
	const bool services = cv_flows_of(plan->use) == CV_FLOWS_SERVICES;
	const char *chains[2];
	const size_t count = ways_of(plan, flow, chains);

	for (size_t i = 0; i < count; i++) {
		spaces_out[i] = flow_space(flow, services);
		spaces_out[i].chain = chains[i];
	}
	return count;
}

/* Puts the spaces of a row's flows that touch `space` into `out`, or only counts them
 * where that is NULL. */
static size_t add_touching(const struct cv_plan *plan, const struct cv_behind *behind,
			   const struct cv_space *space, struct cv_space *out)
{
	struct cv_space flows[2];
	size_t found = 0;

	for (size_t f = 0; f < behind->flow_count; f++) {
		const size_t count = flow_spaces(plan, behind->flows[f], flows);

		for (size_t i = 0; i < count; i++) {
			if (!cv_spaces_touch(space, &flows[i]))
				continue;
			if (out)
				out[found] = flows[i];
			found++;
		}
	}
	return found;
}

/* What all rows that the entry names ask for where the entry is. */
static struct cv_space *asked_by(struct cv_ctx *ctx, const struct cv_index *index,
				 const struct cv_entry *entry,
				 const struct cv_space *space, size_t *count_out)
{
	struct cv_space *spaces = NULL;
	size_t count = 0;

	for (int fill = 0; fill < 2; fill++) {
		if (fill)
			spaces = CV_NEW_ARRAY(ctx->arena, count, struct cv_space);
		count = 0;
		for (size_t r = 0; r < entry->rows.count; r++)
			count += add_touching(index->plan,
					      &index->rows[entry->rows.items[r]->ordinal],
					      space, fill ? spaces + count : NULL);
	}
	*count_out = count;
	return spaces;
}

/* What the row's flows ask for; with `but_lost`, without those that are lost. */
static void shelve_flows(struct cv_ctx *ctx, const struct cv_index *index,
			 const struct cv_behind *behind, bool but_lost,
			 struct cv_shelf *shelf_out)
{
	struct cv_space *spaces =
		CV_NEW_ARRAY(ctx->arena, 2 * behind->flow_count, struct cv_space);
	size_t count = 0;

	for (size_t f = 0; f < behind->flow_count; f++)
		if (!but_lost || !cv_loss_of(index, behind->flows[f]))
			count += flow_spaces(index->plan, behind->flows[f],
					     spaces + count);
	cv_shelf_make(ctx, spaces, count, shelf_out);
}

/* Mostly the row's own flows hold the entry, and nothing else need be looked at. */
static bool entry_inside(struct cv_ctx *ctx, const struct cv_index *index,
			 const struct cv_shelf *own, const struct cv_entry *entry)
{
	const struct cv_space space = cv_entry_space(index->plan, entry);
	struct cv_space *asked;
	size_t count;

	if (cv_shelf_covers(ctx, &space, own) == CV_COVERED_YES)
		return true;
	asked = asked_by(ctx, index, entry, &space, &count);
	return cv_space_covered(ctx, &space, asked, count) == CV_COVERED_YES;
}

static void shelve_entries(struct cv_ctx *ctx, const struct cv_index *index,
			   const struct cv_behind *behind, struct cv_shelf *shelf_out)
{
	struct cv_space *spaces =
		CV_NEW_ARRAY(ctx->arena, behind->entry_count, struct cv_space);

	for (size_t e = 0; e < behind->entry_count; e++)
		spaces[e] = cv_entry_space(index->plan, behind->entries[e]);
	cv_shelf_make(ctx, spaces, behind->entry_count, shelf_out);
}

enum { MOST_MEASURED = 4 }; /* flows of a row that all its entries are asked about */

/* Mostly a flow is cut into elements of one set.  These are apart, so that it is enough
 * to measure them. */
static bool is_measured(struct cv_ctx *ctx, const struct cv_index *index,
			const struct cv_behind *behind, const struct cv_space *flow)
{
	const struct cv_entry **near =
		CV_NEW_ARRAY(ctx->arena, behind->entry_count, const struct cv_entry *);
	size_t count = 0;

	for (size_t e = 0; e < behind->entry_count; e++) {
		const struct cv_space space =
			cv_entry_space(index->plan, behind->entries[e]);

		if (cv_spaces_touch(&space, flow))
			near[count++] = behind->entries[e];
	}
	return cv_elements_fill(index->plan, flow, near, count);
}

/* Whether the entries cover all that is on the shelf. */
static bool flows_covered(struct cv_ctx *ctx, const struct cv_index *index,
			  const struct cv_behind *behind, const struct cv_shelf *flows)
{
	const bool elements = cv_flows_of(index->plan->use) == CV_FLOWS_ELEMENTS &&
			      flows->count <= MOST_MEASURED;
	struct cv_shelf have = {NULL, NULL, 0};

	for (size_t f = 0; f < flows->count; f++) {
		const struct cv_space *flow = &flows->spaces[f];
		size_t first, end;

		if (elements && is_measured(ctx, index, behind, flow))
			continue;
		if (!have.spaces)
			shelve_entries(ctx, index, behind, &have);
		cv_shelf_near(&have, flow, &first, &end);
		if (!cv_space_filled(flow, have.spaces + first, end - first))
			return false;
	}
	return true;
}

bool cv_flows_carried(struct cv_ctx *ctx, const struct cv_index *index,
		      const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_shelf flows;

	shelve_flows(ctx, index, behind, true, &flows);
	return flows_covered(ctx, index, behind, &flows);
}

enum { MOST_PAIRS = 16 }; /* of ends that are named for a rule */

/* What a rule around a service has to name. */
static const char *ends_of(struct cv_ctx *ctx, const struct cv_behind *behind)
{
	const struct cv_flow *told[MOST_PAIRS];
	struct cv_buf buf = CV_BUF_INIT;
	size_t count = 0;
	const char *text;

	for (size_t f = 0; f < behind->flow_count; f++) {
		const struct cv_flow *flow = behind->flows[f];
		size_t same = 0;

		while (same < count &&
		       (told[same]->from != flow->from || told[same]->to != flow->to))
			same++;
		if (same < count)
			continue;
		if (count == MOST_PAIRS) {
			cv_buf_text(&buf, "; and others of the row");
			break;
		}
		cv_buf_format(&buf, "%s source %s and destination %s",
			      count ? ";" : "the rule must name", flow->from->name,
			      flow->to->name);
		told[count++] = flow;
	}
	text = count ? cv_arena_text(ctx->arena, cv_buf_string(&buf)) : NULL;
	cv_buf_deinit(&buf);
	return text;
}

static const char *outside_of(struct cv_ctx *ctx, const struct cv_index *index,
			      const struct cv_behind *behind,
			      const struct cv_shelf *flows)
{
	for (size_t e = 0; e < behind->entry_count; e++)
		if (!entry_inside(ctx, index, flows, behind->entries[e]))
			return cv_arena_format(ctx->arena,
					       "%s lies outside the rows that it names",
					       cv_entry_words(ctx, behind->entries[e]));
	return NULL;
}

const char *cv_flows_outside(struct cv_ctx *ctx, const struct cv_index *index,
			     const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_shelf flows;

	shelve_flows(ctx, index, behind, false, &flows);
	return outside_of(ctx, index, behind, &flows);
}

bool cv_flows_need_entry(const struct cv_index *index, const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const char *chains[2];

	for (size_t f = 0; f < behind->flow_count; f++)
		if (ways_of(index->plan, behind->flows[f], chains))
			return true;
	return false;
}

/* Whether the machine sends any of it, and that is open without an entry. */
static const char *left_open(const struct cv_index *index, const struct cv_behind *behind)
{
	for (size_t f = 0; f < behind->flow_count; f++)
		if (behind->flows[f]->from == index->plan->subject->party)
			return sending_is_open(index->plan);
	return NULL;
}

struct cv_comparison cv_compare_flows(struct cv_ctx *ctx, const struct cv_index *index,
				      const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const bool services = cv_flows_of(index->plan->use) == CV_FLOWS_SERVICES;
	struct cv_shelf flows;
	struct cv_comparison comparison = {
		.verdict = CV_EXACT,
		.carries = services ? "protocol, ports" : "addresses, protocol, ports",
	};

	if (behind->entry_count == 0 && !cv_flows_need_entry(index, row))
		return (struct cv_comparison){.verdict = CV_NOT_APPLICABLE,
					      .what = left_open(index, behind)};
	if (behind->entry_count == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = behind->loss ? behind->loss->why : "no entry carries it",
		};
	comparison.missing = services ? ends_of(ctx, behind) : left_open(index, behind);
	shelve_flows(ctx, index, behind, false, &flows);
	comparison.what = outside_of(ctx, index, behind, &flows);
	if (comparison.what) {
		comparison.verdict = CV_WIDER;
		return comparison;
	}
	if (!flows_covered(ctx, index, behind, &flows)) {
		comparison.verdict = CV_NARROWER;
		comparison.what = behind->loss ? behind->loss->why
					       : "the entries do not cover all of it";
	} else if (behind->entry_count > behind->flow_count) {
		comparison.verdict = CV_SPLIT;
	}
	return comparison;
}

bool cv_entry_is_url(const struct cv_plan *plan, const struct cv_entry *entry,
		     const struct cv_url *url)
{
	const struct cv_abilities *can = &plan->use->target->can;

	if (can->is_url)
		return entry->url && entry->url->from == url->from &&
		       can->is_url(entry->value, url->pattern);
	return entry->url == url && entry->ports == url->ports &&
	       strcmp(entry->value, url->pattern) == 0;
}

static bool carries(const struct cv_index *index, const struct cv_behind *behind,
		    const struct cv_url *url)
{
	for (size_t e = 0; e < behind->entry_count; e++)
		if (cv_entry_is_url(index->plan, behind->entries[e], url))
			return true;
	return false;
}

bool cv_urls_carried(const struct cv_index *index, const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];

	for (size_t u = 0; u < behind->url_count; u++)
		if (!cv_loss_of(index, behind->urls[u]) &&
		    !carries(index, behind, behind->urls[u]))
			return false;
	return true;
}

/* Lists of URLs have no column for it; whoever reads them thinks of TCP. */
static const char *other_protocol(const struct cv_row *row)
{
	const struct cv_texts *words = &((const struct cv_url_row *)row)->protocol;

	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i].text, "tcp") != 0)
			return words->items[i].text;
	return NULL;
}

/* What a rule around a list of hosts has to name. */
static const char *beside_url(struct cv_ctx *ctx, const struct cv_behind *behind)
{
	const struct cv_url *url = behind->urls[0];
	struct cv_buf buf = CV_BUF_INIT;
	const char *text;

	if (!url->from && !url->ports)
		return NULL;
	cv_buf_text(&buf, "the rule must name");
	if (url->from)
		cv_buf_format(&buf, " source %s", url->from->name);
	if (url->ports) {
		cv_buf_text(&buf, url->from ? " and port " : " port ");
		cv_ports_format(&buf, url->ports);
	}
	text = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return text;
}

struct cv_comparison cv_compare_urls(struct cv_ctx *ctx, const struct cv_index *index,
				     const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const char *protocol = other_protocol(row);
	struct cv_comparison exact = {.verdict = CV_EXACT, .carries = "URL, ports"};
	size_t carried = 0;

	for (size_t u = 0; u < behind->url_count; u++)
		carried += carries(index, behind, behind->urls[u]);
	if (carried == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = behind->loss ? behind->loss->why : "no entry carries it",
		};
	if (carried < behind->url_count)
		return (struct cv_comparison){.verdict = CV_NARROWER,
					      .what = "not all of its URLs are carried",
					      .carries = "URL"};
	if (protocol)
		return (struct cv_comparison){
			.verdict = CV_NARROWER,
			.what = cv_arena_format(
				ctx->arena, "the protocol %s is not carried", protocol),
			.carries = "URL, ports"};
	if (index->plan->use->target->can.is_url) {
		exact.carries = "hosts and paths";
		exact.missing = beside_url(ctx, behind);
	}
	return exact;
}
