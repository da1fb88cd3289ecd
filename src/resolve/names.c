/* Names that the site uses of its profiles: editions, roles, features, version
 * names, places, parameters.  What is not known is an error, since a name that
 * matches nothing would make rows fall away in silence. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"

/* Where a list of known names goes, so that "did you mean" can look at it. */
struct known {
	const char **items;
	size_t count, capacity;
};

static void know(struct cv_ctx *ctx, struct known *known, const char *name)
{
	if (!name)
		return;
	if (known->count == known->capacity) {
		const size_t capacity = known->capacity ? known->capacity * 2 : 16;
		const char **items = CV_NEW_ARRAY(ctx->arena, capacity, const char *);

		if (known->count)
			memcpy(items, known->items, known->count * sizeof *items);
		known->items = items;
		known->capacity = capacity;
	}
	known->items[known->count++] = name;
}

static bool is_known(const struct known *known, const char *name)
{
	for (size_t i = 0; i < known->count; i++)
		if (strcmp(known->items[i], name) == 0)
			return true;
	return false;
}

/* `PROFILE:NAME` or `NAME`: reports a profile or name that is not there. */
static bool check_name(struct cv_ctx *ctx, const struct cv_policy *policy,
		       const struct known *known, enum cv_code code, const char *what,
		       const struct cv_text *name)
{
	const char *colon = strchr(name->text, ':');
	const char *bare = name->text;
	struct cv_finding *finding;

	for (size_t p = 0; colon && p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const size_t size = (size_t)(colon - name->text);

		if (strlen(profile->id.text) == size &&
		    memcmp(profile->id.text, name->text, size) == 0)
			bare = colon + 1;
	}
	if (is_known(known, bare))
		return true;
	finding = cv_find_more(ctx, code, name->at,
			       "no profile of this site has the %s `%s`", what, bare);
	cv_suggest(ctx, finding, bare, known->items, known->count);
	return false;
}

static bool check_texts(struct cv_ctx *ctx, const struct cv_policy *policy,
			const struct known *known, enum cv_code code, const char *what,
			const struct cv_texts *texts)
{
	bool ok = true;

	for (size_t i = 0; i < texts->count; i++)
		ok = check_name(ctx, policy, known, code, what, &texts->items[i]) && ok;
	return ok;
}

static bool check_keys(struct cv_ctx *ctx, const struct cv_policy *policy,
		       const struct known *known, enum cv_code code, const char *what,
		       const struct cv_map *map)
{
	bool ok = true;

	for (size_t i = 0; i < map->count; i++)
		ok = check_name(ctx, policy, known, code, what, &map->items[i].key) && ok;
	return ok;
}

static bool check_places(struct cv_ctx *ctx, const struct cv_policy *policy,
			 const struct known *known, const struct cv_records *places)
{
	const struct cv_place_setting *settings = places->items;
	bool ok = true;

	for (size_t i = 0; i < places->count; i++)
		ok = check_name(ctx, policy, known, CV_F_UNKNOWN_PLACE, "place",
				&settings[i].name) &&
		     ok;
	return ok;
}

/* A profile with editions needs to be told which; one that it has. */
static bool check_edition(struct cv_ctx *ctx, const struct cv_policy *policy,
			  const struct cv_profile *profile, const struct cv_group *group)
{
	const struct cv_text *edition = cv_edition_of(policy, profile, group);
	const char *names[64];
	size_t count = 0;
	struct cv_finding *finding;

	if (profile->editions.count == 0)
		return true;
	for (; count < profile->editions.count && count < 64; count++)
		names[count] = profile->editions.items[count].text;
	if (!edition) {
		finding = cv_find_more(ctx, CV_F_MISSING_SETTING, policy->site->name.at,
				       "the site must say its `edition` of %s",
				       profile->id.text);
		finding->hint = cv_arena_format(ctx->arena, "as edition: %s", names[0]);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], edition->text) == 0)
			return true;
	finding = cv_find_more(ctx, CV_F_UNKNOWN_NAME, edition->at,
			       "%s has no edition `%s`", profile->id.text, edition->text);
	cv_suggest(ctx, finding, edition->text, names, count);
	return false;
}

struct all_known {
	struct known roles, features, versions, places, parameters, profiles;
};

static void gather(struct cv_ctx *ctx, const struct cv_profile *profile,
		   struct all_known *all)
{
	const struct cv_device *devices = profile->devices.items;
	const struct cv_place_row *places = profile->places.items;
	const struct cv_parameter *parameters = profile->parameters.items;

	know(ctx, &all->profiles, profile->id.text);
	for (size_t i = 0; i < profile->devices.count; i++)
		know(ctx, &all->roles, devices[i].role.text);
	for (size_t i = 0; i < profile->features.count; i++)
		know(ctx, &all->features, profile->features.items[i].text);
	for (size_t i = 0; i < profile->versions.count; i++)
		know(ctx, &all->versions, profile->versions.items[i].key.text);
	for (size_t i = 0; i < profile->places.count; i++) {
		know(ctx, &all->places, places[i].name.text);
		for (size_t j = 0; j < places[i].aliases.count; j++)
			know(ctx, &all->places, places[i].aliases.items[j].text);
	}
	for (size_t i = 0; i < profile->parameters.count; i++)
		know(ctx, &all->parameters, parameters[i].name.text);
}

static bool check_group(struct cv_ctx *ctx, const struct cv_policy *policy,
			const struct all_known *all, const struct cv_group_row *group)
{
	bool ok = check_texts(ctx, policy, &all->roles, CV_F_UNKNOWN_ROLE, "role",
			      &group->roles);

	ok = check_texts(ctx, policy, &all->features, CV_F_UNKNOWN_NAME, "feature",
			 &group->features) &&
	     ok;
	ok = check_keys(ctx, policy, &all->versions, CV_F_UNKNOWN_NAME, "version",
			&group->versions) &&
	     ok;
	ok = check_keys(ctx, policy, &all->parameters, CV_F_UNKNOWN_PARAMETER,
			"parameter", &group->parameters) &&
	     ok;
	return check_places(ctx, policy, &all->places, &group->places) && ok;
}

bool cv_pass_check_names(struct cv_ctx *ctx, struct cv_policy *policy)
{
	const struct cv_site *site = policy->site;
	const struct cv_group_row *groups = site->groups.items;
	struct all_known all = {0};
	bool ok = true;

	for (size_t p = 0; p < policy->profiles.count; p++)
		gather(ctx, *CV_AT(&policy->profiles, struct cv_profile *, p), &all);
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);

		ok = check_edition(ctx, policy, profile, NULL) && ok;
		for (size_t g = 0; g < site->groups.count; g++)
			if (groups[g].edition.text)
				ok = check_edition(
					     ctx, policy, profile,
					     &(struct cv_group){.row = &groups[g]}) &&
				     ok;
	}
	ok = check_keys(ctx, policy, &all.profiles, CV_F_UNKNOWN_NAME, "id",
			&site->editions) &&
	     ok;
	ok = check_texts(ctx, policy, &all.features, CV_F_UNKNOWN_NAME, "feature",
			 &site->features) &&
	     ok;
	ok = check_keys(ctx, policy, &all.versions, CV_F_UNKNOWN_NAME, "version",
			&site->versions) &&
	     ok;
	ok = check_keys(ctx, policy, &all.parameters, CV_F_UNKNOWN_PARAMETER, "parameter",
			&site->parameters) &&
	     ok;
	ok = check_places(ctx, policy, &all.places, &site->places) && ok;
	for (size_t g = 0; g < site->groups.count; g++)
		ok = check_group(ctx, policy, &all, &groups[g]) && ok;
	return ok;
}

const struct cv_text *cv_profile_key(struct cv_ctx *ctx, const struct cv_map *map,
				     const struct cv_profile *profile, const char *name)
{
	const char *full = cv_arena_format(ctx->arena, "%s:%s", profile->id.text, name);
	const struct cv_text *found = cv_map_get(map, full);

	return found ? found : cv_map_get(map, name);
}

bool cv_profile_listed(struct cv_ctx *ctx, const struct cv_texts *texts,
		       const struct cv_profile *profile, const char *name)
{
	return cv_texts_hold(texts, name) ||
	       cv_texts_hold(texts, cv_arena_format(ctx->arena, "%s:%s", profile->id.text,
						    name));
}

const struct cv_text *cv_edition_of(const struct cv_policy *policy,
				    const struct cv_profile *profile,
				    const struct cv_group *group)
{
	const struct cv_text *own;

	if (group && group->row->edition.text)
		return &group->row->edition;
	own = cv_map_get(&policy->site->editions, profile->id.text);
	if (own)
		return own;
	return policy->site->edition.text ? &policy->site->edition : NULL;
}
