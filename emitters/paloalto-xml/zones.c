/* Which zones a rule names: those that the site lists for all rules, or those in which
 * its addresses lie, or the one that the site gives the party. */
#include "paloalto-xml/arrange.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/finding.h"

static const char *end_word(bool source)
{
	return source ? "source" : "destination";
}

/* The zone of the site's own key, which knows nothing of this product's names. */
static const struct cv_texts *zone_of_party(const struct cv_paloalto_work *work,
					    bool source, const struct cv_party *party)
{
	struct cv_ctx *ctx = work->ctx;
	const struct cv_party_setting *setting = party->setting;
	struct cv_texts *zones = CV_NEW(work->aside, struct cv_texts);
	struct cv_finding *finding;

	if (!party->zone || !setting) {
		finding = cv_find_more(
			ctx, CV_F_RULE_WITHOUT_ZONE, work->options->rules.at,
			"%s: no zone for `%s`, the %s of a rule",
			work->plan->use->target->name, party->name, end_word(source));
		finding->hint =
			cv_arena_format(ctx->arena, "give the party a `zone`, or the "
						    "rules `from` and `to`, or `zones` "
						    "with the addresses of each");
		return NULL;
	}
	if (!cv_paloalto_their_name_table(party->zone, CV_PALOALTO_ZONE_MAX)) {
		cv_find(ctx, CV_F_BAD_VALUE, setting->zone.at,
			"%s: bad zone %s: at most %d letters, digits, dots, underscores, "
			"hyphens and blanks, of which the first is a letter or a digit",
			work->plan->use->target->name, cv_shown(ctx, party->zone),
			CV_PALOALTO_ZONE_MAX);
		return NULL;
	}
	zones->items = CV_NEW(work->aside, struct cv_text);
	zones->items->text = party->zone;
	zones->count = 1;
	return zones;
}

/* The addresses of a zone in one family; NULL: none. */
static const struct cv_addresses *
zone_set(struct cv_ctx *ctx, const struct cv_paloalto_zone *zone, uint8_t family)
{
	const struct cv_addresses *set = NULL;

	for (size_t i = 0; i < zone->addresses.count; i++) {
		struct cv_range range;
		const char *why;
		uint8_t found;

		if (cv_range_parse(zone->addresses.items[i].text, &found, &range, &why) &&
		    found == family)
			set = cv_addresses_union(ctx, set,
						 cv_addresses_one(ctx, family, range));
	}
	return set;
}

static const char *first_of(struct cv_ctx *ctx, const struct cv_addresses *set)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_range_format(&out, set->family, set->ranges[0]);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static const struct cv_texts *zones_by_address(const struct cv_paloalto_work *work,
					       bool source, const struct cv_party *party,
					       const struct cv_addresses *set)
{
	struct cv_ctx *ctx = work->ctx;
	const struct cv_records *known = &work->options->rules.zones;
	struct cv_texts *zones = CV_NEW(work->aside, struct cv_texts);
	const struct cv_addresses *left = set;

	zones->items = CV_NEW_ARRAY(work->aside, known->count, struct cv_text);
	for (size_t i = 0; i < known->count; i++) {
		const struct cv_paloalto_zone *zone =
			(const struct cv_paloalto_zone *)known->items + i;
		const struct cv_addresses *in = zone_set(ctx, zone, set->family);

		if (!cv_addresses_cut(ctx, set, in))
			continue;
		left = cv_addresses_minus(ctx, left, in);
		zones->items[zones->count++] = zone->name;
	}
	if (!left)
		return zones;
	cv_find(ctx, CV_F_RULE_WITHOUT_ZONE, work->options->rules.at,
		"%s: %s of `%s`, the %s of a rule, lies in none of the `zones`",
		work->plan->use->target->name, first_of(ctx, left), party->name,
		end_word(source));
	return NULL;
}

const struct cv_texts *cv_paloalto_zones_of(const struct cv_paloalto_work *work,
					    bool source, const struct cv_party *party,
					    const struct cv_addresses *set)
{
	const struct cv_paloalto_rules *rules = &work->options->rules;
	const struct cv_texts *said = source ? &rules->from : &rules->to;

	if (said->count)
		return said;
	if (rules->zones.count && set)
		return zones_by_address(work, source, party, set);
	return zone_of_party(work, source, party);
}
