/* The last step: the policy becomes the plan of one target for one subject, by the
 * target's table of abilities.  What the target cannot carry becomes a loss. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"

void cv_plan_lose(struct cv_ctx *ctx, struct cv_plan *plan, const void *thing,
		  const struct cv_rows *rows, const char *why)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct cv_loss *loss = CV_ADD(ctx->arena, &plan->losses, struct cv_loss);

		loss->row = rows->items[i];
		loss->why = why;
		loss->of = thing;
	}
}

static void header(struct cv_ctx *ctx, struct cv_plan *plan, const char *text)
{
	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value = text;
}

/* Addresses that stand for a name are right on one day only; the artefact says which.
 * By the slug, since a header holds plain ASCII. */
static void add_pins(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_policy *policy = plan->policy;

	for (size_t i = 0; i < policy->parties.count; i++) {
		const struct cv_party *party =
			CV_AT(&policy->parties, struct cv_party, i);
		bool used = false;

		for (size_t f = 0; party->pinned_on && !used && f < policy->flows.count;
		     f++) {
			const struct cv_flow *flow =
				CV_AT(&policy->flows, struct cv_flow, f);

			used = flow->ends->from == party || flow->ends->to == party;
		}
		if (used)
			header(ctx, plan,
			       cv_arena_format(
				       ctx->arena,
				       "addresses of %s are those of its names on %s",
				       party->slug, party->pinned_on));
	}
}

static void add_header(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_policy *policy = plan->policy;
	const struct cv_target *target = plan->use->target;

	header(ctx, plan,
	       cv_arena_format(ctx->arena, "carveout %s: %s for %s of site %s",
			       CV_VERSION, target->name, plan->subject->name,
			       policy->site->name.text));
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);

		header(ctx, plan,
		       cv_arena_format(ctx->arena, "from profile %s", profile->id.text));
	}
	if (target->can.flows != CV_FLOWS_NONE)
		add_pins(ctx, plan);
	if (target->preview)
		header(ctx, plan, "preview: not yet tried on the product itself");
}

/* URLs by party and spelling, so that equal ones become one. */
struct slot {
	UT_hash_handle hh;
	struct cv_entry *entry;
	char key[];
};

/* Patterns that the target spells in one way are one entry for each party. */
static void lower_spelled_url(struct cv_ctx *ctx, struct cv_plan *plan,
			      const struct cv_url *url, struct slot **slots)
{
	const char *why = NULL;
	const char *value = plan->use->target->can.spell_url(ctx, url->pattern, &why);
	struct slot *slot;
	const char *key;
	size_t size;

	if (!value) {
		cv_plan_lose(ctx, plan, url, &url->rows, why);
		return;
	}
	key = cv_arena_format(ctx->arena, "%s\t%s", url->from ? url->from->name : "",
			      value);
	size = strlen(key);
	HASH_FIND(hh, *slots, key, size, slot);
	if (!slot) {
		slot = cv_arena_array(ctx->arena, sizeof *slot + size + 1, 1);
		memcpy(slot->key, key, size);
		slot->entry = cv_plan_add(ctx, plan, CV_ENTRY_URL);
		slot->entry->list = "urls";
		slot->entry->more->value = value;
		cv_origin_make(ctx, slot->entry)->url = url;
		HASH_ADD_KEYPTR(hh, *slots, slot->key, size, slot);
	}
	cv_rows_join(ctx, &slot->entry->rows, url->rows);
}

static void lower_url(struct cv_ctx *ctx, struct cv_plan *plan, const struct cv_url *url)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_URL);

	entry->list = "urls";
	entry->more->value = url->pattern;
	entry->ports = url->ports;
	cv_origin_make(ctx, entry)->url = url;
	entry->rows = url->rows;
}

static void lower_urls(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_policy *policy = plan->policy;
	const struct cv_abilities *can = &plan->use->target->can;
	struct slot *slots = NULL;

	for (size_t i = 0; i < policy->urls.count; i++) {
		const struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		if (!can->urls)
			cv_plan_lose(ctx, plan, url, &url->rows, "no list for URLs");
		else if (can->spell_url)
			lower_spelled_url(ctx, plan, url, &slots);
		else
			lower_url(ctx, plan, url);
	}
	HASH_CLEAR(hh, slots);
}

static bool lower_flows(struct cv_ctx *ctx, struct cv_plan *plan)
{
	switch (cv_flows_of(plan->use)) {
	case CV_FLOWS_SERVICES:
		return cv_lower_services(ctx, plan);
	case CV_FLOWS_ELEMENTS:
		return cv_lower_elements(ctx, plan);
	case CV_FLOWS_WHOLE:
		return cv_lower_whole(ctx, plan);
	case CV_FLOWS_RULES:
		return cv_lower_rules(ctx, plan);
	case CV_FLOWS_NONE:
		break;
	}
	return true;
}

/* Entries refer to rows in all orders. */
static void add_notes(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const size_t limit = plan->use->target->can.note_limit;
	const struct cv_table *entries = &plan->entries;

	for (size_t i = 0; limit && i < entries->count; i++) {
		struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (i + CV_AHEAD < entries->count)
			cv_note_await(
				plan->policy,
				&CV_AT(entries, struct cv_entry, i + CV_AHEAD)->rows);
		if (entry->rows.count)
			entry->note = cv_note(ctx, plan->policy, &entry->rows, limit);
	}
}

/* Flows and URLs are the site's, or a host's own; exclusions are a group's. */
bool cv_lower(struct cv_ctx *ctx, const struct cv_policy *policy,
	      const struct cv_target_use *use, const struct cv_subject *subject,
	      struct cv_plan *plan_out)
{
	const struct cv_target *target = use->target;
	const bool host = (target->can.subjects & CV_SUBJECT_HOST) && subject->party;

	*plan_out = (struct cv_plan){.policy = policy, .use = use, .subject = subject};
	add_header(ctx, plan_out);
	if (subject->group && target->can.lists && !cv_lower_exclusions(ctx, plan_out))
		return false;
	if ((subject->kind == CV_SUBJECT_SITE || host) && !lower_flows(ctx, plan_out))
		return false;
	if (subject->kind == CV_SUBJECT_SITE)
		lower_urls(ctx, plan_out);
	add_notes(ctx, plan_out);
	return !target->arrange || target->arrange(ctx, plan_out);
}
