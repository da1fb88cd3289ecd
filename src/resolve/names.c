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

/* `PROFILE:NAME` or `NAME`, which are both known. */
static bool check_name(struct cv_ctx *ctx, const struct known *known, enum cv_code code,
		       const char *what, const struct cv_text *name)
{
	const char *colon = strchr(name->text, ':');
	const char *bare = colon ? colon + 1 : name->text;
	struct cv_finding *finding;

	if (is_known(known, name->text))
		return true;
	if (colon && is_known(known, bare))
		finding = cv_find_more(
			ctx, code, name->at,
			"`%.*s` is no profile of this site that has the %s `%s`",
			(int)(colon - name->text), name->text, what, bare);
	else
		finding = cv_find_more(ctx, code, name->at,
				       "no profile of this site has the %s `%s`", what,
				       bare);
	cv_suggest(ctx, finding, name->text, known->items, known->count);
	return false;
}

static bool check_texts(struct cv_ctx *ctx, const struct known *known, enum cv_code code,
			const char *what, const struct cv_texts *texts)
{
	bool ok = true;

	for (size_t i = 0; i < texts->count; i++)
		ok = check_name(ctx, known, code, what, &texts->items[i]) && ok;
	return ok;
}

static bool check_keys(struct cv_ctx *ctx, const struct known *known, enum cv_code code,
		       const char *what, const struct cv_map *map)
{
	bool ok = true;

	for (size_t i = 0; i < map->count; i++)
		ok = check_name(ctx, known, code, what, &map->items[i].key) && ok;
	return ok;
}

/* Two settings of one place, under its name and an alias: neither is the one. */
static bool check_set_once(struct cv_ctx *ctx, const struct cv_profile *profile,
			   const struct cv_records *settings)
{
	enum { FORMS = CV_PLATFORM_COUNT * 2 }; /* plain and `PROFILE:NAME` */
	const struct cv_place_row *places = profile->places.items;
	const struct cv_place_setting *set = settings->items;
	const struct cv_text **seen = CV_NEW_ARRAY(
		ctx->arena, profile->places.count * FORMS, const struct cv_text *);
	bool ok = true;

	for (size_t i = 0; i < settings->count; i++) {
		const char *name = cv_bare_name(profile, set[i].name.text);
		const size_t full = name != set[i].name.text;

		for (size_t p = 0; p < profile->places.count * CV_PLATFORM_COUNT; p++) {
			const struct cv_place_row *place = &places[p / CV_PLATFORM_COUNT];
			const struct cv_text **first = &seen[p * 2 + full];

			if (!set[i].paths[p % CV_PLATFORM_COUNT].text ||
			    (strcmp(place->name.text, name) != 0 &&
			     !cv_texts_hold(&place->aliases, name)))
				continue;
			if (*first)
				ok = cv_find(ctx, CV_F_DUPLICATE_NAME, set[i].name.at,
					     "the place <%s> is set twice on %s, as <%s> "
					     "and as <%s>",
					     place->name.text,
					     cv_platform_names[p % CV_PLATFORM_COUNT],
					     (*first)->text, set[i].name.text);
			*first = &set[i].name;
		}
	}
	return ok;
}

static bool check_places(struct cv_ctx *ctx, const struct cv_policy *policy,
			 const struct known *known, const struct cv_records *places)
{
	const struct cv_place_setting *settings = places->items;
	bool ok = true;

	for (size_t i = 0; i < places->count; i++)
		ok = check_name(ctx, known, CV_F_UNKNOWN_PLACE, "place",
				&settings[i].name) &&
		     ok;
	for (size_t p = 0; ok && p < policy->profiles.count; p++)
		ok = check_set_once(
			ctx, *CV_AT(&policy->profiles, struct cv_profile *, p), places);
	return ok;
}

/* A profile with editions needs to be told which; one that it has. */
static bool check_edition(struct cv_ctx *ctx, const struct cv_policy *policy,
			  const struct cv_profile *profile, const struct cv_group *group)
{
	const struct cv_text *edition = cv_edition_of(policy, profile, group);
	const size_t count = profile->editions.count;
	const char **names;
	struct cv_finding *finding;

	if (count == 0)
		return true;
	names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	for (size_t i = 0; i < count; i++)
		names[i] = profile->editions.items[i].text;
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
	struct known roles, features, versions, places, parameters, profiles, systems;
};

/* A name of a profile, with and without the profile before it. */
static void know_of(struct cv_ctx *ctx, const struct cv_profile *profile,
		    struct known *known, const char *name)
{
	know(ctx, known, name);
	know(ctx, known, cv_arena_format(ctx->arena, "%s:%s", profile->id.text, name));
}

static void gather(struct cv_ctx *ctx, const struct cv_profile *profile,
		   struct all_known *all)
{
	const struct cv_device *devices = profile->devices.items;
	const struct cv_place_row *places = profile->places.items;
	const struct cv_parameter *parameters = profile->parameters.items;

	know(ctx, &all->profiles, profile->id.text);
	for (size_t i = 0; i < profile->devices.count; i++)
		know_of(ctx, profile, &all->roles, devices[i].role.text);
	for (size_t i = 0; i < profile->features.count; i++)
		know_of(ctx, profile, &all->features, profile->features.items[i].text);
	for (size_t i = 0; i < profile->versions.count; i++)
		know_of(ctx, profile, &all->versions,
			profile->versions.items[i].key.text);
	for (size_t i = 0; i < profile->places.count; i++) {
		know_of(ctx, profile, &all->places, places[i].name.text);
		for (size_t j = 0; j < places[i].aliases.count; j++)
			know_of(ctx, profile, &all->places,
				places[i].aliases.items[j].text);
	}
	for (size_t i = 0; i < profile->parameters.count; i++)
		know_of(ctx, profile, &all->parameters, parameters[i].name.text);
}

static bool any_group_says_systems(const struct cv_site *site)
{
	const struct cv_group_row *groups = site->groups.items;

	for (size_t g = 0; g < site->groups.count; g++)
		if (groups[g].os.count)
			return true;
	return false;
}

/* The systems that profiles speak of: those that they support and those that rows
 * hang on. */
static void gather_systems(struct cv_ctx *ctx, const struct cv_policy *policy,
			   struct known *systems)
{
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_support *supports = profile->supports.items;

		for (size_t i = 0; i < profile->supports.count; i++)
			know(ctx, systems, supports[i].name.text);
	}
	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_when *when =
			&cv_row_more(*CV_AT(&policy->rows, const struct cv_row *, i))
				 ->when;

		for (size_t c = 0; c < when->count; c++)
			for (size_t w = 0; w < when->items[c].count; w++) {
				const char *os = when->items[c].parts[w].os.text;

				if (os && !is_known(systems, os))
					know(ctx, systems, os);
			}
	}
}

/* A group may run what no profile speaks of; a word that is nearly one of theirs is a
 * slip, and the rows of that system would fall away. */
static void check_systems(struct cv_ctx *ctx, const struct known *systems,
			  const struct cv_map *os)
{
	for (size_t i = 0; i < os->count; i++) {
		const struct cv_text *name = &os->items[i].key;

		if (is_known(systems, name->text) ||
		    !cv_nearest(name->text, systems->items, systems->count))
			continue;
		cv_suggest(ctx,
			   cv_find_more(ctx, CV_F_UNSUPPORTED, name->at,
					"no profile of this site speaks of the system "
					"`%s`",
					name->text),
			   name->text, systems->items, systems->count);
	}
}

static bool check_group(struct cv_ctx *ctx, const struct cv_policy *policy,
			const struct all_known *all, const struct cv_group_row *group)
{
	bool ok = check_texts(ctx, &all->roles, CV_F_UNKNOWN_ROLE, "role", &group->roles);

	ok = check_texts(ctx, &all->features, CV_F_UNKNOWN_NAME, "feature",
			 &group->features) &&
	     ok;
	ok = check_keys(ctx, &all->versions, CV_F_UNKNOWN_NAME, "version",
			&group->versions) &&
	     ok;
	ok = check_keys(ctx, &all->parameters, CV_F_UNKNOWN_PARAMETER, "parameter",
			&group->parameters) &&
	     ok;
	check_systems(ctx, &all->systems, &group->os);
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
	if (any_group_says_systems(site))
		gather_systems(ctx, policy, &all.systems);
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
	ok = check_keys(ctx, &all.profiles, CV_F_UNKNOWN_NAME, "id", &site->editions) &&
	     ok;
	ok = check_texts(ctx, &all.features, CV_F_UNKNOWN_NAME, "feature",
			 &site->features) &&
	     ok;
	ok = check_keys(ctx, &all.versions, CV_F_UNKNOWN_NAME, "version",
			&site->versions) &&
	     ok;
	ok = check_keys(ctx, &all.parameters, CV_F_UNKNOWN_PARAMETER, "parameter",
			&site->parameters) &&
	     ok;
	ok = check_places(ctx, policy, &all.places, &site->places) && ok;
	for (size_t g = 0; g < site->groups.count; g++)
		ok = check_group(ctx, policy, &all, &groups[g]) && ok;
	return cv_check_filled(ctx, policy) && ok;
}

const char *cv_bare_name(const struct cv_profile *profile, const char *text)
{
	const size_t size = strlen(profile->id.text);

	if (strncmp(text, profile->id.text, size) == 0 && text[size] == ':')
		return text + size + 1;
	return text;
}

static bool is_full_name(const char *text, const struct cv_profile *profile,
			 const char *name)
{
	const char *bare = cv_bare_name(profile, text);

	return bare != text && strcmp(bare, name) == 0;
}

const struct cv_text *cv_profile_key(const struct cv_map *map,
				     const struct cv_profile *profile, const char *name)
{
	for (size_t i = 0; i < map->count; i++)
		if (is_full_name(map->items[i].key.text, profile, name))
			return &map->items[i].value;
	return cv_map_get(map, name);
}

bool cv_profile_listed(const struct cv_texts *texts, const struct cv_profile *profile,
		       const char *name)
{
	for (size_t i = 0; i < texts->count; i++)
		if (is_full_name(texts->items[i].text, profile, name))
			return true;
	return cv_texts_hold(texts, name);
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
