/* explain --flow: the question as boxes of addresses, ports and a protocol, held
 * against the union of all flows of the policy; and where it is not allowed, what
 * comes nearest. */
#include "commands/explain_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/explain_question.h"
#include "commands/policy_text.h"
#include "resolve/resolve.h"

enum { MOST_NEAR = 5 };

static bool addresses_meet(const struct cv_addresses *a, const struct cv_addresses *b)
{
	size_t i = 0, j = 0;

	if (!a || !b)
		return true;
	if (a->family != b->family)
		return false;
	while (i < a->count && j < b->count) {
		if (cv_address_compare(a->ranges[i].last, b->ranges[j].first) < 0)
			i++;
		else if (cv_address_compare(b->ranges[j].last, a->ranges[i].first) < 0)
			j++;
		else
			return true;
	}
	return false;
}

static bool ports_meet(const struct cv_ports *a, const struct cv_ports *b)
{
	size_t i = 0, j = 0;

	if (!a || !b)
		return true;
	while (i < a->count && j < b->count) {
		if (a->ranges[i].last < b->ranges[j].first)
			i++;
		else if (b->ranges[j].last < a->ranges[i].first)
			j++;
		else
			return true;
	}
	return false;
}

static bool services_meet(const struct cv_space *a, const struct cv_space *b)
{
	return a->protocol == b->protocol &&
	       (a->icmp_type < 0 || b->icmp_type < 0 || a->icmp_type == b->icmp_type) &&
	       ports_meet(a->ports, b->ports);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* How many of the two ends meet. */
static int ends_met(const struct cv_space *a, const struct cv_space *b)
{
	if (a->family != b->family)
		return 0;
	return (same_text(a->from_name, b->from_name) &&
		addresses_meet(a->source, b->source)) +
	       (same_text(a->to_name, b->to_name) &&
		addresses_meet(a->destination, b->destination));
}

/* What a flow has in common with a question, at best. */
struct likeness {
	int ends; /* 0 to 2 */
	bool service;
	bool meets; /* both ends and the service in one box */
};

static struct likeness compare(const struct cv_question *question,
			       const struct cv_flow *flow)
{
	struct likeness likeness = {0, false, false};
	struct cv_space spaces[2];
	const size_t count = cv_question_flow(flow, spaces);

	for (size_t s = 0; s < count; s++) {
		for (size_t q = 0; q < question->count; q++) {
			const int ends = ends_met(&question->spaces[q], &spaces[s]);
			const bool service =
				services_meet(&question->spaces[q], &spaces[s]);

			likeness.ends = ends > likeness.ends ? ends : likeness.ends;
			likeness.service |= service;
			likeness.meets |= service && ends == 2;
		}
	}
	return likeness;
}

/* The flows that let a part of the question through. */
static struct cv_table meeting(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_question *question)
{
	struct cv_table found = {0};

	for (size_t i = 0; i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		if (compare(question, flow).meets)
			*CV_ADD(ctx->arena, &found, const struct cv_flow *) = flow;
	}
	return found;
}

static const struct cv_flow *flow_at(const struct cv_table *flows, size_t index)
{
	return *CV_AT(flows, const struct cv_flow *, index);
}

static enum cv_covered covered(struct cv_ctx *ctx, const struct cv_question *question,
			       const struct cv_table *flows)
{
	struct cv_space *spaces =
		CV_NEW_ARRAY(ctx->arena, 2 * flows->count, struct cv_space);
	size_t count = 0;

	for (size_t i = 0; i < flows->count; i++)
		count += cv_question_flow(flow_at(flows, i), spaces + count);
	for (size_t q = 0; q < question->count; q++) {
		const enum cv_covered one =
			cv_space_covered(ctx, &question->spaces[q], spaces, count);

		if (one != CV_COVERED_YES)
			return one;
	}
	return CV_COVERED_YES;
}

/* The rows of the flows, each once. */
struct answer {
	const struct cv_question *question;
	bool *rows; /* by ordinal */
};

static bool is_granting(const struct cv_wanted *wanted, const struct cv_entry *entry)
{
	const struct answer *answer = wanted->data;
	const struct cv_space service = {.protocol = entry->protocol,
					 .icmp_type = entry->icmp_type,
					 .ports = entry->ports};
	bool named = false, ends = false;

	for (size_t i = 0; !named && i < entry->rows.count; i++)
		named = answer->rows[entry->rows.items[i]->ordinal];
	if (!named || !(entry->kind & (CV_ENTRY_FLOW | CV_ENTRY_OBJECT)) ||
	    !services_meet(&answer->question->spaces[0], &service))
		return false;
	/* What holds no addresses (a service, a flow between names) is meant by its rows.
	 */
	for (size_t q = 0; !ends && q < answer->question->count; q++) {
		const struct cv_space *space = &answer->question->spaces[q];

		ends = (!entry->family || entry->family == space->family) &&
		       addresses_meet(space->source, entry->source) &&
		       addresses_meet(space->destination, entry->destination);
	}
	return ends;
}

static void say_rows(struct cv_explain *explain, const struct answer *answer,
		     const struct cv_table *flows)
{
	const struct cv_policy *policy = &explain->compilation->policy;

	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row = cv_compilation_row(explain->compilation, i);
		const char *purpose = cv_row_more(row)->purpose.text;

		if (!answer->rows[i])
			continue;
		cv_explain_say(explain, "  by %s%s%s", cv_row_name(explain->ctx, row),
			       purpose ? ": " : "", purpose ? purpose : "");
		for (size_t f = 0; f < flows->count; f++)
			if (cv_explain_names(&flow_at(flows, f)->rows, row))
				cv_explain_say(
					explain, "    %s",
					cv_flow_words(explain->ctx, flow_at(flows, f)));
	}
}

static void say_places(struct cv_explain *explain, const struct answer *answer)
{
	const struct cv_table *plans = &explain->compilation->plans;
	const struct cv_wanted wanted = {is_granting, answer, false};
	bool any = false;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (!cv_explain_lines(explain, plan, &wanted, "  in "))
			continue;
		any = true;
		cv_explain_doubts(explain, plan, answer->rows);
	}
	if (!any)
		cv_explain_say(explain, "  in no artefact: no target of the site holds "
					"these flows");
}

static void say_granted(struct cv_explain *explain, const struct cv_question *question,
			const struct cv_table *flows)
{
	struct answer answer = {question, NULL};

	answer.rows = CV_NEW_ARRAY(explain->ctx->arena,
				   explain->compilation->policy.rows.count, bool);
	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_rows *rows = &flow_at(flows, i)->rows;

		for (size_t r = 0; r < rows->count; r++)
			answer.rows[rows->items[r]->ordinal] = true;
	}
	say_rows(explain, &answer, flows);
	say_places(explain, &answer);
}

enum nearness { OTHER_PORT, OTHER_END, OTHER_WAY, NEARNESS_COUNT };

static const char *const near_words[NEARNESS_COUNT] = {
	"the same ends, something else open",
	"the same open, another end",
	"the other way round",
};

static bool is_near(enum nearness nearness, const struct cv_question *question,
		    const struct cv_question *back, const struct cv_flow *flow)
{
	const struct likeness likeness = compare(question, flow);

	switch (nearness) {
	case OTHER_PORT:
		return likeness.ends == 2 && !likeness.service;
	case OTHER_END:
		return likeness.ends == 1 && likeness.service;
	case OTHER_WAY:
	case NEARNESS_COUNT:
		break;
	}
	return !likeness.meets && compare(back, flow).meets;
}

static size_t say_near(struct cv_explain *explain, enum nearness nearness,
		       const struct cv_question *question)
{
	const struct cv_table *flows = &explain->compilation->policy.flows;
	const struct cv_question back = cv_question_back(question);
	size_t count = 0;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);

		if (!is_near(nearness, question, &back, flow) || count++ >= MOST_NEAR)
			continue;
		if (count == 1)
			cv_explain_say(explain, "  %s:", near_words[nearness]);
		cv_explain_say(explain, "    %s: %s",
			       cv_row_name(explain->ctx, flow->rows.items[0]),
			       cv_flow_words(explain->ctx, flow));
	}
	if (count > MOST_NEAR)
		cv_explain_say(explain, "    and %zu more", count - MOST_NEAR);
	return count;
}

/* Rows that would allow it if they applied. */
static size_t say_aside(struct cv_explain *explain, const struct cv_question *question)
{
	struct cv_policy *aside = CV_NEW(explain->ctx->arena, struct cv_policy);
	const struct cv_row *last = NULL;
	struct cv_table flows;
	size_t count = 0;

	cv_resolve_aside(explain->ctx, &explain->compilation->policy, aside);
	flows = meeting(explain->ctx, aside, question);
	for (size_t i = 0; i < flows.count; i++) {
		const struct cv_rows *rows = &flow_at(&flows, i)->rows;

		for (size_t r = 0; r < rows->count; r++) {
			const char *why =
				cv_explain_why_not(explain, rows->items[r], NULL);

			/* A row's flows of both families stand side by side. */
			if (rows->items[r] == last || count++ >= MOST_NEAR)
				continue;
			last = rows->items[r];
			if (count == 1)
				cv_explain_say(explain, "  would allow it, but does not "
							"apply:");
			cv_explain_say(explain, "    %s: %s",
				       cv_row_name(explain->ctx, last), why ? why : "");
		}
	}
	return count;
}

/* Whether a rule of our own lets a part of the question through. */
static bool is_baseline(const struct cv_question *question, const struct cv_entry *entry)
{
	const struct cv_space space = {.family = entry->family,
				       .source = entry->source,
				       .destination = entry->destination,
				       .protocol = entry->protocol,
				       .icmp_type = entry->icmp_type,
				       .ports = entry->ports};

	for (size_t q = 0; q < question->count; q++)
		if (question->spaces[q].family == space.family &&
		    services_meet(&question->spaces[q], &space) &&
		    addresses_meet(question->spaces[q].source, space.source) &&
		    addresses_meet(question->spaces[q].destination, space.destination))
			return true;
	return false;
}

/* What no row asks for and a target lets through all the same. */
static void say_baseline(struct cv_explain *explain, const struct cv_question *question)
{
	const struct cv_table *plans = &explain->compilation->plans;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);
		const char *said = NULL;

		for (size_t e = 0; e < plan->entries.count; e++) {
			const struct cv_entry *entry =
				CV_AT(&plan->entries, struct cv_entry, e);

			if (!cv_origin(entry)->baseline || entry->kind != CV_ENTRY_FLOW ||
			    same_text(said, cv_origin(entry)->baseline) ||
			    !is_baseline(question, entry))
				continue;
			said = cv_origin(entry)->baseline;
			cv_explain_say(explain,
				       "  %s for %s lets it through, or a part of it, by "
				       "its baseline: %s",
				       plan->use->target->name, plan->subject->name,
				       said);
		}
	}
}

bool cv_explain_flow(struct cv_explain *explain, const char *text, bool *granted_out)
{
	const struct cv_policy *policy = &explain->compilation->policy;
	struct cv_question question;
	struct cv_table flows;
	enum cv_covered all;
	size_t near = 0;

	if (!cv_question_read(explain->ctx, policy, text, &question))
		return false;
	flows = meeting(explain->ctx, policy, &question);
	all = covered(explain->ctx, &question, &flows);
	*granted_out = all == CV_COVERED_YES;
	cv_explain_say(explain, "%s: %s", question.text,
		       all == CV_COVERED_YES        ? "allowed"
		       : all == CV_COVERED_TOO_MANY ? "cannot be told: too many pieces"
		       : flows.count                ? "partly allowed"
						    : "not allowed");
	if (flows.count)
		say_granted(explain, &question, &flows);
	if (*granted_out)
		return true;
	say_baseline(explain, &question);
	for (int i = 0; i < NEARNESS_COUNT; i++)
		near += say_near(explain, (enum nearness)i, &question);
	near += say_aside(explain, &question);
	if (!near && !flows.count)
		cv_explain_say(explain, "  no row comes near it");
	return true;
}
