/* Port and URL rows: what the plan's entries let through against what the row's
 * flows ask for. */
#include "prove/compare.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "prove/flow_spaces.h"

enum { MOST_PAIRS = 16 }; /* of ends that are named for a rule */

static bool has_same_ends(const struct cv_flow *a, const struct cv_flow *b)
{
	return a->ends->from == b->ends->from && a->ends->to == b->ends->to;
}

/* The only ends of the row's flows, or NULL where there are others. */
static const struct cv_flow *only_ends(const struct cv_behind *behind)
{
	for (size_t f = 1; f < behind->thing_count; f++)
		if (!has_same_ends(cv_behind_flow(behind, 0), cv_behind_flow(behind, f)))
			return NULL;
	return behind->thing_count ? cv_behind_flow(behind, 0) : NULL;
}

/* What a rule around a service has to name. */
const char *cv_ends_words(struct cv_ctx *ctx, const struct cv_flow *const *flows,
			  size_t flow_count)
{
	const struct cv_flow *told[MOST_PAIRS];
	struct cv_buf buf = CV_BUF_INIT;
	size_t count = 0;
	const char *text;

	for (size_t f = 0; f < flow_count; f++) {
		const struct cv_flow *flow = flows[f];
		size_t same = 0;

		while (same < count && !has_same_ends(told[same], flow))
			same++;
		if (same < count)
			continue;
		if (count == MOST_PAIRS) {
			cv_buf_text(&buf, "; and others of the row");
			break;
		}
		cv_buf_format(&buf, "%s source %s and destination %s",
			      count ? ";" : "the rule must name", flow->ends->from->name,
			      flow->ends->to->name);
		told[count++] = flow;
	}
	text = count ? cv_arena_text(ctx->arena, cv_buf_string(&buf)) : NULL;
	cv_buf_deinit(&buf);
	return text;
}

/* Whether the machine sends any of it, and that is open without an entry. */
static const char *left_open(const struct cv_index *index, const struct cv_behind *behind)
{
	for (size_t f = 0; f < behind->thing_count; f++)
		if (cv_behind_flow(behind, f)->ends->from == index->plan->subject->party)
			return cv_sending_is_open(index->plan);
	return NULL;
}

static const char *all_ends_words(struct cv_ctx *ctx, const struct cv_behind *behind)
{
	const struct cv_flow **flows =
		CV_NEW_ARRAY(ctx->arena, behind->thing_count, const struct cv_flow *);

	for (size_t f = 0; f < behind->thing_count; f++)
		flows[f] = cv_behind_flow(behind, f);
	return cv_ends_words(ctx, flows, behind->thing_count);
}

struct cv_comparison cv_compare_flows(struct cv_ctx *ctx, struct cv_index *index,
				      const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const bool services = cv_flows_of(index->plan->use) == CV_FLOWS_SERVICES;
	struct cv_comparison comparison = {
		.verdict = CV_EXACT,
		.carries = services ? "protocol, ports" : "addresses, protocol, ports",
	};
	unsigned answers;

	if (behind->entry_count == 0 && !cv_flows_need_entry(index, row))
		return (struct cv_comparison){.verdict = CV_NOT_APPLICABLE,
					      .what = left_open(index, behind)};
	if (behind->entry_count == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = cv_behind_why(index, behind, "no entry carries it"),
		};
	comparison.ends = services ? only_ends(behind) : NULL;
	if (!services)
		comparison.missing = left_open(index, behind);
	else if (!comparison.ends)
		comparison.missing = all_ends_words(ctx, behind);
	answers = cv_flows_answers(ctx, index, row);
	if (!(answers & CV_INSIDE)) {
		comparison.verdict = CV_WIDER;
		comparison.what = cv_flows_outside(ctx, index, row);
		return comparison;
	}
	if (!(answers & CV_WHOLE)) {
		comparison.verdict = CV_NARROWER;
		comparison.what = cv_behind_why(index, behind,
						"the entries do not cover all of it");
	} else if (behind->entry_count > behind->thing_count) {
		comparison.verdict = CV_SPLIT;
	}
	return comparison;
}

bool cv_entry_is_url(const struct cv_plan *plan, const struct cv_entry *entry,
		     const struct cv_url *url)
{
	const struct cv_abilities *can = &plan->use->target->can;

	if (can->is_url)
		return cv_origin(entry)->url &&
		       cv_origin(entry)->url->from == url->from &&
		       can->is_url(entry->more->value, url->pattern);
	return cv_origin(entry)->url == url && entry->ports == url->ports &&
	       strcmp(entry->more->value, url->pattern) == 0;
}

static bool carries(const struct cv_index *index, const struct cv_behind *behind,
		    const struct cv_url *url)
{
	for (size_t e = 0; e < behind->entry_count; e++)
		if (cv_entry_is_url(index->plan, cv_behind_entry(behind, e), url))
			return true;
	return false;
}

bool cv_urls_carried(const struct cv_index *index, const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];

	for (size_t u = 0; u < behind->thing_count; u++)
		if (!cv_loss_of(index, cv_behind_url(behind, u)) &&
		    !carries(index, behind, cv_behind_url(behind, u)))
			return false;
	return true;
}

/* Lists of URLs have no column for it; whoever reads them thinks of TCP. */
static const char *other_protocol(const struct cv_row *row)
{
	const struct cv_texts words =
		cv_few_texts(&((const struct cv_url_row *)row)->protocol);

	for (size_t i = 0; i < words.count; i++)
		if (strcmp(words.items[i].text, "tcp") != 0)
			return words.items[i].text;
	return NULL;
}

/* What a rule around a list of hosts has to name. */
static const char *beside_url(struct cv_ctx *ctx, const struct cv_behind *behind)
{
	const struct cv_url *url = cv_behind_url(behind, 0);
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

	for (size_t u = 0; u < behind->thing_count; u++)
		carried += carries(index, behind, cv_behind_url(behind, u));
	if (carried == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = cv_behind_why(index, behind, "no entry carries it"),
		};
	if (carried < behind->thing_count)
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
