/* Parties: a party of the same name in two profiles is the same party, and the
 * site gives its addresses. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

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

static struct cv_party *party_named(const struct cv_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->parties.count; i++) {
		struct cv_party *party = CV_AT(&policy->parties, struct cv_party, i);

		if (strcmp(party->name, name) == 0)
			return party;
	}
	return NULL;
}

static struct cv_party *add_party(struct cv_ctx *ctx, struct cv_policy *policy,
				  const char *name)
{
	struct cv_party *party = party_named(policy, name);

	if (party)
		return party;
	party = CV_ADD(ctx->arena, &policy->parties, struct cv_party);
	party->name = name;
	party->slug = slug(ctx, name);
	if (strcmp(name, "anyone") == 0) {
		party->anyone = true;
		if (site_uses_family(policy->site, "4"))
			party->addresses[0] = cv_addresses_all(ctx, 4);
		if (site_uses_family(policy->site, "6"))
			party->addresses[1] = cv_addresses_all(ctx, 6);
	}
	return party;
}

/* The party that a name or an alias of it means, or NULL. */
static const char *published_name(const struct cv_policy *policy, const char *name)
{
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_party_row *rows = profile->parties.items;

		for (size_t i = 0; i < profile->parties.count; i++)
			if (strcmp(rows[i].name.text, name) == 0 ||
			    cv_texts_hold(&rows[i].aliases, name))
				return rows[i].name.text;
	}
	return NULL;
}

/* A name that the site brings in itself: by a fill, a group or a host. */
static bool site_refers_to(const struct cv_policy *policy, const char *name)
{
	const struct cv_group_row *groups = policy->site->groups.items;

	for (size_t g = 0; g < policy->site->groups.count; g++)
		if (groups[g].party.text && strcmp(groups[g].party.text, name) == 0)
			return true;
	for (size_t t = 0; t < policy->site->targets.count; t++)
		if (cv_texts_hold(&CV_AT(&policy->site->targets, struct cv_target_use, t)
					   ->hosts,
				  name))
			return true;
	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->rows, const struct cv_row *, i);
		const struct cv_port_row *port = (const struct cv_port_row *)row;

		if (row->table == CV_PORTS && row->holes &&
		    (cv_texts_hold(&port->from, name) || cv_texts_hold(&port->to, name)))
			return true;
	}
	return false;
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

/* Adds the texts' addresses to the party's two sets. */
static bool add_addresses(struct cv_ctx *ctx, const struct cv_policy *policy,
			  struct cv_party *party, const struct cv_texts *texts)
{
	bool ok = true;

	for (size_t i = 0; i < texts->count; i++) {
		const struct cv_text *text = &texts->items[i];
		const struct cv_addresses *one;
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
		one = cv_addresses_one(ctx, family, range);
		party->addresses[family == 6] =
			cv_addresses_union(ctx, party->addresses[family == 6], one);
	}
	return ok;
}

static bool set_party(struct cv_ctx *ctx, struct cv_policy *policy,
		      const struct cv_party_setting *setting)
{
	const char *name = published_name(policy, setting->name.text);
	struct cv_party *party;

	if (!name && !site_refers_to(policy, setting->name.text))
		return unknown_party(ctx, policy, setting->name);
	party = add_party(ctx, policy, name ? name : setting->name.text);
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
	if (setting->addresses.count)
		return add_addresses(ctx, policy, party, &setting->addresses);
	if (setting->pinned.addresses.count == 0)
		return true;
	party->pinned_on = setting->pinned.on.text;
	return add_addresses(ctx, policy, party, &setting->pinned.addresses);
}

/* Names that only the site brings in have to be known before its settings are. */
static void add_row_parties(struct cv_ctx *ctx, struct cv_policy *policy,
			    const struct cv_texts *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i].text, "anyone") == 0 &&
		    !party_named(policy, "anyone"))
			add_party(ctx, policy, "anyone");
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct cv_party_name *)left)->name,
		      ((const struct cv_party_name *)right)->name);
}

const struct cv_party *
cv_party_by_name(struct cv_ctx *ctx, const struct cv_policy *policy, struct cv_text name)
{
	const struct cv_party_name wanted = {name.text, NULL};
	const struct cv_party_name *found =
		bsearch(&wanted, policy->party_names, policy->party_name_count,
			sizeof wanted, by_name);

	if (found)
		return found->party;
	unknown_party(ctx, policy, name);
	return NULL;
}

/* Names and aliases in one sorted list, since every port row asks. */
static void index_names(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct cv_table names = {0};
	struct cv_party_name *sorted;

	for (size_t i = 0; i < policy->parties.count; i++) {
		const struct cv_party *party =
			CV_AT(&policy->parties, struct cv_party, i);

		*CV_ADD(ctx->arena, &names, struct cv_party_name) =
			(struct cv_party_name){party->name, party};
	}
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_party_row *rows = profile->parties.items;

		for (size_t i = 0; i < profile->parties.count; i++)
			for (size_t a = 0; a < rows[i].aliases.count; a++)
				*CV_ADD(ctx->arena, &names, struct cv_party_name) =
					(struct cv_party_name){
						rows[i].aliases.items[a].text,
						party_named(policy, rows[i].name.text)};
	}
	sorted = CV_NEW_ARRAY(ctx->arena, names.count, struct cv_party_name);
	for (size_t i = 0; i < names.count; i++)
		sorted[i] = *CV_AT(&names, struct cv_party_name, i);
	qsort(sorted, names.count, sizeof *sorted, by_name);
	policy->party_names = sorted;
	policy->party_name_count = names.count;
}

bool cv_pass_parties(struct cv_ctx *ctx, struct cv_policy *policy)
{
	const struct cv_party_setting *settings = policy->site->parties.items;
	bool ok = true;

	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_party_row *rows = profile->parties.items;

		for (size_t i = 0; i < profile->parties.count; i++)
			add_party(ctx, policy, rows[i].name.text);
		for (size_t i = 0; i < profile->rows[CV_PORTS].count; i++) {
			const struct cv_port_row *row =
				CV_AT(&profile->rows[CV_PORTS], struct cv_port_row, i);

			add_row_parties(ctx, policy, &row->from);
			add_row_parties(ctx, policy, &row->to);
		}
	}
	for (size_t i = 0; i < policy->site->parties.count; i++)
		ok = set_party(ctx, policy, &settings[i]) && ok;
	index_names(ctx, policy);
	return ok;
}
