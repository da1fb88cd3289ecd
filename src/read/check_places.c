/* The placeholders of paths: what they are called and what they lead to. */
#include "read/check.h"

#include <string.h>

#include "base/ctx.h"
#include "model/pattern.h"

enum { DEEPEST = 16 }; /* places that lead to places; resolving stops there, too */

static const struct cv_place_row *place_at(const struct cv_check *check, size_t number)
{
	return (const struct cv_place_row *)check->profile->places.items + number;
}

static bool add_alias(struct cv_check *check, size_t number, struct cv_text alias)
{
	const struct cv_place_row *place = place_at(check, number), *other;
	struct cv_finding *finding;
	struct cv_span also;
	size_t found;

	if (cv_names_add(check->ctx->arena, &check->places, alias, number, &found, &also))
		return true;
	other = place_at(check, found);
	if (other != place && strcmp(alias.text, other->name.text) == 0 &&
	    cv_texts_hold(&other->aliases, place->name.text))
		finding = cv_find_more(check->ctx, CV_F_PLACE_LOOP, alias.at,
				       "<%s> and <%s> are aliases of each other",
				       cv_shown(check->ctx, place->name.text),
				       cv_shown(check->ctx, other->name.text));
	else
		finding = cv_find_more(check->ctx, CV_F_DUPLICATE_NAME, alias.at,
				       "two places are called <%s>",
				       cv_shown(check->ctx, alias.text));
	finding->also = also;
	finding->also_text = "first defined here";
	return false;
}

static bool add_names(struct cv_check *check)
{
	const size_t count = check->profile->places.count;
	struct cv_span also;
	size_t other;
	bool ok = true;

	/* A place that stands twice has been reported with the document. */
	for (size_t i = 0; i < count; i++)
		cv_names_add(check->ctx->arena, &check->places, place_at(check, i)->name,
			     i, &other, &also);
	for (size_t i = 0; i < count; i++) {
		const struct cv_texts *aliases = &place_at(check, i)->aliases;

		for (size_t j = 0; j < aliases->count; j++)
			ok = add_alias(check, i, aliases->items[j]) && ok;
	}
	return ok;
}

static bool check_place(struct cv_check *check, const struct cv_place_row *place)
{
	bool ok;

	check->about = cv_arena_format(check->ctx->arena, "the place <%s>",
				       cv_shown(check->ctx, place->name.text));
	ok = cv_check_source(check, &place->source);
	for (int platform = 0; platform < CV_PLATFORM_COUNT; platform++) {
		const struct cv_place_path *paths = place->paths[platform].items;

		for (size_t i = 0; i < place->paths[platform].count; i++) {
			ok = cv_check_when(check, &paths[i].when) && ok;
			ok = cv_check_references(check, &paths[i].path) && ok;
			ok = cv_check_path(check, (enum cv_platform)platform,
					   &paths[i].path) &&
			     ok;
		}
	}
	return ok;
}

enum color { UNSEEN, OPEN, DONE };

struct walk {
	struct cv_check *check;
	unsigned char *colors; /* by number of the place */
};

static bool walk_place(struct walk *walk, size_t number, unsigned depth);

static bool walk_path(struct walk *walk, const struct cv_text *path, unsigned depth)
{
	const char *open = path->text, *close;

	while ((open = strchr(open, '<')) && (close = strchr(open, '>'))) {
		const size_t size = (size_t)(close - open - 1);
		size_t number;

		if (cv_names_find(&walk->check->places, open + 1, size, &number) &&
		    (walk->colors[number] == OPEN || depth == DEEPEST))
			return cv_find(
				walk->check->ctx, CV_F_PLACE_LOOP,
				cv_text_part(walk->check->ctx, path, open, size + 2),
				walk->colors[number] == OPEN
					? "the place %s leads back to itself"
					: "places lead to places more than 16 deep "
					  "at %s",
				cv_shown_part(walk->check->ctx, open, size + 2));
		if (cv_names_find(&walk->check->places, open + 1, size, &number) &&
		    !walk_place(walk, number, depth + 1))
			return false;
		open = close;
	}
	return true;
}

static bool walk_place(struct walk *walk, size_t number, unsigned depth)
{
	const struct cv_place_row *place = place_at(walk->check, number);
	bool ok = true;

	if (walk->colors[number] != UNSEEN)
		return true;
	walk->colors[number] = OPEN;
	for (int platform = 0; platform < CV_PLATFORM_COUNT; platform++) {
		const struct cv_place_path *paths = place->paths[platform].items;

		for (size_t i = 0; i < place->paths[platform].count; i++)
			ok = walk_path(walk, &paths[i].path, depth) && ok;
	}
	walk->colors[number] = DONE;
	return ok;
}

bool cv_check_places(struct cv_check *check)
{
	const size_t count = check->profile->places.count;
	struct walk walk = {check, CV_NEW_ARRAY(check->ctx->arena, count, unsigned char)};
	bool ok = add_names(check);

	for (size_t i = 0; i < count; i++)
		ok = check_place(check, place_at(check, i)) && ok;
	for (size_t i = 0; i < count; i++)
		ok = walk_place(&walk, i, 0) && ok;
	return ok;
}
