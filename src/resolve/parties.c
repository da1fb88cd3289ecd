/* Parties: a party of the same name in two profiles is the same party, and the
 * site gives its addresses. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "base/hash_table.h"

static const char anyone[] = "anyone";

static bool site_uses_family(const struct cv_site *site, const char *family)
{
	return site->ip.count == 0 || cv_texts_hold(&site->ip, family);
}

static const char *slug(struct cv_ctx *ctx, const char *name)
{
	char *text = cv_arena_array(ctx->arena, strlen(name) + 1, 1);
	size_t size = 0;

	for (const char *c = name; *c; c++) {
		const char lower = (char)(*c >= 'A' && *c <= 'Z' ? *c | 32 : *c);

		if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))
			text[size++] = lower;
		else if (size && text[size - 1] != '-')
			text[size++] = '-';
	}
	while (size && text[size - 1] == '-')
		size--;
	text[size] = '\0';
	return text;
}

/* A name or an alias, and the party that it means. */
struct named {
	UT_hash_handle hh;
	const char *name;
	struct cv_party *party; /* NULL: the site refers to it, and no profile has it */
};

/* The pass's own state. */
struct naming {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct named *names, *referred;
};

static struct named *find_name(struct named *names, const char *name)
{
	struct named *found;

	HASH_FIND_STR(names, name, found);
	return found;
}

static void add_name(struct naming *naming, struct named **names, const char *name,
		     struct cv_party *party)
{
	struct named *named;

	if (find_name(*names, name))
		return;
	named = CV_NEW(naming->ctx->arena, struct named);
	named->name = name;
	named->party = party;
	HASH_ADD_KEYPTR(hh, *names, named->name, strlen(name), named);
}

static struct cv_party *add_party(struct naming *naming, const char *name)
{
	struct cv_ctx *ctx = naming->ctx;
	const struct cv_site *site = naming->policy->site;
	struct named *named = find_name(naming->names, name);
	struct cv_party *party;

	if (named)
		return named->party;
	party = CV_ADD(ctx->arena, &naming->policy->parties, struct cv_party);
	party->name = name;
	party->slug = slug(ctx, name);
	if (strcmp(name, anyone) == 0) {
		party->anyone = true;
		if (site_uses_family(site, "4"))
			party->addresses[0] = cv_addresses_all(ctx, 4);
		if (site_uses_family(site, "6"))
			party->addresses[1] = cv_addresses_all(ctx, 6);
	}
	add_name(naming, &naming->names, name, party);
	return party;
}

/* An alias that means two parties would send the flows of one to the other. */
static bool add_alias(struct naming *naming, const struct cv_text *alias,
		      const char *name)
{
	struct cv_party *party = find_name(naming->names, name)->party;
	const struct named *other = find_name(naming->names, alias->text);
	const bool is_taken = strcmp(alias->text, anyone) == 0 && !party->anyone;

	if ((other && other->party != party) || is_taken)
		return cv_find(naming->ctx, CV_F_DUPLICATE_NAME, alias->at,
			       "`%s` is an alias of the party `%s` and means `%s`, too",
			       alias->text, name, is_taken ? anyone : other->party->name);
	add_name(naming, &naming->names, alias->text, party);
	return true;
}

static bool add_aliases(struct naming *naming)
{
	const struct cv_table *profiles = &naming->policy->profiles;
	bool ok = true;

	for (size_t p = 0; p < profiles->count; p++) {
		const struct cv_profile *profile =
			*CV_AT(profiles, struct cv_profile *, p);
		const struct cv_party_row *rows = profile->parties.items;

		for (size_t i = 0; i < profile->parties.count; i++)
			for (size_t a = 0; a < rows[i].aliases.count; a++)
				ok = add_alias(naming, &rows[i].aliases.items[a],
					       rows[i].name.text) &&
				     ok;
	}
	return ok;
}

static void refer(struct naming *naming, struct cv_texts names)
{
	for (size_t i = 0; i < names.count; i++)
		add_name(naming, &naming->referred, names.items[i].text, NULL);
}

/* Names that the site brings in itself: by a fill, a group or a host. */
static void gather_referred(struct naming *naming)
{
	const struct cv_policy *policy = naming->policy;
	const struct cv_group_row *groups = policy->site->groups.items;

	for (size_t g = 0; g < policy->site->groups.count; g++)
		if (groups[g].party.text)
			add_name(naming, &naming->referred, groups[g].party.text, NULL);
	for (size_t t = 0; t < policy->site->targets.count; t++)
		refer(naming,
		      CV_AT(&policy->site->targets, struct cv_target_use, t)->hosts);
	for (size_t i = 0; i < policy->holed.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->holed, const struct cv_row *, i);
		const struct cv_port_row *port = (const struct cv_port_row *)row;

		if (row->table != CV_PORTS)
			continue;
		refer(naming, cv_few_texts(&port->from));
		refer(naming, cv_few_texts(&port->to));
	}
}

static bool unknown_party(struct cv_ctx *ctx, const struct cv_policy *policy,
			  struct cv_text name)
{
	struct cv_finding *finding =
		cv_find_more(ctx, CV_F_UNKNOWN_PARTY, name.at,
			     "no profile of this site has the party `%s`", name.text);
	const char **names =
		CV_NEW_ARRAY(ctx->arena, policy->parties.count, const char *);

	for (size_t i = 0; i < policy->parties.count; i++)
		names[i] = CV_AT(&policy->parties, struct cv_party, i)->name;
	cv_suggest(ctx, finding, name.text, names, policy->parties.count);
	return false;
}

/* The sets of the texts' addresses, each made once. */
static bool set_addresses(struct cv_ctx *ctx, const struct cv_policy *policy,
			  struct cv_party *party, const struct cv_texts *texts)
{
	struct cv_range *ranges[2];
	size_t counts[2] = {0, 0};
	bool ok = true;

	for (int f = 0; f < 2; f++)
		ranges[f] = CV_NEW_ARRAY(ctx->arena, texts->count, struct cv_range);
	for (size_t i = 0; i < texts->count; i++) {
		const struct cv_text *text = &texts->items[i];
		struct cv_range range;
		uint8_t family;
		const char *why;

		if (!cv_range_parse(text->text, &family, &range, &why)) {
			ok = cv_find(ctx, CV_F_BAD_ADDRESS, text->at,
				     "`%s` is not an address: %s", text->text, why);
			continue;
		}
		if (!site_uses_family(policy->site, family == 4 ? "4" : "6")) {
			ok = cv_find(ctx, CV_F_ADDRESS_FAMILY, text->at,
				     "`%s` is IPv%d, which `ip:` of this site leaves out",
				     text->text, family);
			continue;
		}
		ranges[family == 6][counts[family == 6]++] = range;
	}
	party->addresses[0] = cv_addresses_make(ctx, 4, ranges[0], counts[0]);
	party->addresses[1] = cv_addresses_make(ctx, 6, ranges[1], counts[1]);
	return ok;
}

static bool set_party(struct naming *naming, const struct cv_party_setting *setting)
{
	struct cv_ctx *ctx = naming->ctx;
	const char *name = setting->name.text;
	const struct cv_texts *pinned = &setting->pinned.addresses;
	struct cv_party *party;

	if (!find_name(naming->names, name) && !find_name(naming->referred, name) &&
	    strcmp(name, anyone) != 0)
		return unknown_party(ctx, naming->policy, setting->name);
	party = add_party(naming, name);
	if (party->anyone)
		return cv_find(ctx, CV_F_BAD_VALUE, setting->name.at,
			       "`anyone` is every address; a site cannot set it");
	if (party->setting)
		return cv_find(ctx, CV_F_DUPLICATE_NAME, setting->name.at,
			       "the party `%s` is set twice, once by an alias",
			       party->name);
	party->setting = setting;
	party->zone = setting->zone.text;
	party->names = setting->fqdn;
	if (setting->addresses.count && pinned->count)
		return cv_find(ctx, CV_F_BAD_VALUE, pinned->items[0].at,
			       "the party `%s` has addresses of its own; pinned ones are "
			       "for a party that has only names",
			       party->name);
	if (pinned->count)
		party->pinned_on = setting->pinned.on.text;
	return set_addresses(ctx, naming->policy, party,
			     pinned->count ? pinned : &setting->addresses);
}

/* Names that only the site brings in have to be known before its settings are. */
static void add_row_parties(struct naming *naming, struct cv_texts names)
{
	for (size_t i = 0; i < names.count; i++)
		if (cv_text_is(names.items[i].text, anyone))
			add_party(naming, anyone);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct cv_party_name *)left)->name,
		      ((const struct cv_party_name *)right)->name);
}

const struct cv_party *
cv_party_by_name(struct cv_ctx *ctx, const struct cv_policy *policy, struct cv_text name)
{
	const struct cv_party *party = cv_policy_party(policy, name.text);

	if (!party)
		unknown_party(ctx, policy, name);
	return party;
}

/* Names and aliases in one sorted list, since every port row asks. */
static void index_names(struct naming *naming)
{
	const size_t count = HASH_COUNT(naming->names);
	struct cv_party_name *sorted =
		CV_NEW_ARRAY(naming->ctx->arena, count, struct cv_party_name);
	size_t filled = 0;

	for (const struct named *named = naming->names; named; named = named->hh.next)
		sorted[filled++] = (struct cv_party_name){named->name, named->party};
	if (count)
		qsort(sorted, count, sizeof *sorted, by_name);
	naming->policy->party_names = sorted;
	naming->policy->party_name_count = count;
}

bool cv_pass_parties(struct cv_ctx *ctx, struct cv_policy *policy)
{
	const struct cv_party_setting *settings = policy->site->parties.items;
	struct naming naming = {ctx, policy, NULL, NULL};
	bool ok;

	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_party_row *rows = profile->parties.items;

		for (size_t i = 0; i < profile->parties.count; i++)
			add_party(&naming, rows[i].name.text);
		for (size_t i = 0; i < profile->rows[CV_PORTS].count; i++) {
			const struct cv_port_row *row =
				CV_AT(&profile->rows[CV_PORTS], struct cv_port_row, i);

			add_row_parties(&naming, cv_few_texts(&row->from));
			add_row_parties(&naming, cv_few_texts(&row->to));
		}
	}
	ok = add_aliases(&naming);
	gather_referred(&naming);
	for (size_t i = 0; i < policy->site->parties.count; i++)
		ok = set_party(&naming, &settings[i]) && ok;
	index_names(&naming);
	HASH_CLEAR(hh, naming.names);
	HASH_CLEAR(hh, naming.referred);
	return ok;
}
