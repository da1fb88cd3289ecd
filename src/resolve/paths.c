/* From a published path to a whole one: `<Place>`, `${parameter}`, the drive that
 * a Windows path may leave out, and one spelling. */
#include "resolve/internal.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"

enum { MOST_PLACES = 16 }; /* places that lead to places */

/* The group's value, the site's, or the default; NULL: nobody has such a parameter. */
static const struct cv_text *value_of(const struct cv_policy *policy,
				      const struct cv_profile *profile,
				      const struct cv_group *group, const char *name)
{
	const struct cv_parameter *parameters = profile->parameters.items;
	const struct cv_text *value = NULL;

	if (group)
		value = cv_profile_key(&group->row->parameters, profile, name);
	if (!value)
		value = cv_profile_key(&policy->site->parameters, profile, name);
	for (size_t i = 0; !value && i < profile->parameters.count; i++)
		if (strcmp(parameters[i].name.text, name) == 0)
			value = &parameters[i].value;
	return value;
}

const char *cv_parameter_value(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_profile *profile,
			       const struct cv_group *group, const char *name,
			       struct cv_span at, const struct cv_row *row)
{
	const struct cv_text *value = value_of(policy, profile, group, name);

	if (!value)
		cv_find(ctx, CV_F_UNKNOWN_PARAMETER, at, "%s has no parameter `%s`",
			cv_row_name(ctx, row), cv_shown(ctx, name));
	else if (!value->text)
		cv_find(ctx, CV_F_MISSING_SETTING, at,
			"the parameter `%s` has no default; the site must set it for %s",
			name, cv_row_name(ctx, row));
	/* `/opt/${part}` would be all of /opt. */
	else if (value->text[0] == '\0')
		cv_find(ctx, CV_F_BAD_VALUE, value->at,
			"the parameter `%s` is empty; %s needs it", name,
			cv_row_name(ctx, row));
	else if (strstr(value->text, "${"))
		cv_find(ctx, CV_F_BAD_VALUE, value->at,
			"the parameter `%s` is `%s`; a value names no other parameter",
			name, cv_shown(ctx, value->text));
	else
		return value->text;
	return NULL;
}

const char *cv_with_parameters(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_row *row, const struct cv_group *group,
			       struct cv_text text)
{
	const char *at = text.text, *open;
	struct cv_buf buf = CV_BUF_INIT;
	const char *whole = NULL;

	if (!strstr(at, "${"))
		return at;
	while ((open = strstr(at, "${"))) {
		const char *close = strchr(open, '}');
		const char *value;

		if (!close) {
			cv_find(ctx, CV_F_UNKNOWN_PARAMETER, text.at,
				"`%s` in %s has no end", cv_shown(ctx, open),
				cv_row_name(ctx, row));
			goto out;
		}
		cv_buf_add(&buf, at, (size_t)(open - at));
		value = cv_parameter_value(
			ctx, policy, row->profile, group,
			cv_arena_copy(ctx->arena, open + 2, (size_t)(close - open - 2)),
			text.at, row);
		if (!value)
			goto out;
		cv_buf_text(&buf, value);
		at = close + 1;
	}
	cv_buf_text(&buf, at);
	whole = cv_arena_text(ctx->arena, cv_buf_string(&buf));
out:
	cv_buf_deinit(&buf);
	return whole;
}

/* A path under way: for which row and group, and how deep in places. */
struct making {
	struct cv_ctx *ctx;
	const struct cv_policy *policy;
	const struct cv_row *row;
	const struct cv_group *group;
	struct cv_text text;
	unsigned depth;
	bool is_path;    /* and no program's arguments */
	bool is_program; /* whose name may stand alone */
};

static const struct cv_place_row *place_named(const struct cv_profile *profile,
					      const char *name)
{
	const struct cv_place_row *places = profile->places.items;

	for (size_t i = 0; i < profile->places.count; i++)
		if (strcmp(places[i].name.text, name) == 0 ||
		    cv_texts_hold(&places[i].aliases, name))
			return &places[i];
	return NULL;
}

/* The site's own path of a place: under its name or an alias.  What stands under
 * `PROFILE:NAME` is said of this profile and goes before what is said of all. */
static const char *setting_of(const struct making *making,
			      const struct cv_records *places,
			      const struct cv_place_row *place)
{
	const struct cv_place_setting *settings = places->items;
	const char *plain = NULL;

	for (size_t i = 0; i < places->count; i++) {
		const char *path = settings[i].paths[making->group->platform].text;
		const char *name =
			cv_bare_name(making->row->profile, settings[i].name.text);

		if (!path || (strcmp(name, place->name.text) != 0 &&
			      !cv_texts_hold(&place->aliases, name)))
			continue;
		if (name != settings[i].name.text)
			return path;
		plain = path;
	}
	return plain;
}

static bool no_path(const struct making *making, const struct cv_place_row *place)
{
	struct cv_finding *finding =
		cv_find_more(making->ctx, CV_F_PLACE_WITHOUT_PATH, making->text.at,
			     "<%s> has no path on %s, which %s needs for group `%s`",
			     place->name.text, cv_platform_names[making->group->platform],
			     cv_row_name(making->ctx, making->row), making->group->name);

	finding->help = cv_arena_format(making->ctx->arena, "places:\n  %s: {%s: }",
					place->name.text,
					cv_platform_names[making->group->platform]);
	return false;
}

/* The path of a place for the group, as the site or the profile gives it. */
static const char *path_of(const struct making *making, const struct cv_place_row *place)
{
	const struct cv_records *defaults = &place->paths[making->group->platform];
	const struct cv_place_path *paths = defaults->items;
	const char *set = setting_of(making, &making->group->row->places, place);
	const char *why;

	if (!set)
		set = setting_of(making, &making->policy->site->places, place);
	for (size_t i = 0; !set && i < defaults->count; i++) {
		const enum cv_holds holds =
			cv_when_holds(making->ctx, making->policy, making->row->profile,
				      making->group, &paths[i].when,
				      cv_arena_format(making->ctx->arena,
						      "the place <%s>", place->name.text),
				      &why);

		if (holds == CV_HOLDS_ERROR)
			return NULL;
		/* A place is one folder: versions that need two are two groups. */
		if (holds == CV_HOLDS_PARTLY) {
			cv_find(making->ctx, CV_F_PLACE_WITHOUT_PATH, making->text.at,
				"<%s> differs within group `%s` (%s); make two groups of "
				"it",
				place->name.text, making->group->name, why);
			return NULL;
		}
		if (holds == CV_HOLDS_YES)
			set = paths[i].path.text;
	}
	if (!set)
		no_path(making, place);
	return set;
}

static bool unknown_place(const struct making *making, const char *open, size_t size)
{
	const struct cv_place_row *places = making->row->profile->places.items;
	const size_t count = making->row->profile->places.count;
	const char **names = CV_NEW_ARRAY(making->ctx->arena, count, const char *);
	const char *name = cv_arena_copy(making->ctx->arena, open, size);
	struct cv_finding *finding = cv_find_more(
		making->ctx, CV_F_UNKNOWN_PLACE, making->text.at,
		"unknown place <%s> in %s", name, cv_row_name(making->ctx, making->row));

	for (size_t i = 0; i < count; i++)
		names[i] = places[i].name.text;
	finding->hint = cv_nearest(name, names, count);
	if (finding->hint)
		finding->hint = cv_arena_format(making->ctx->arena, "did you mean <%s>?",
						finding->hint);
	return false;
}

/* A place is a whole path.  In the middle of another, or glued to a name, it would
 * make one that nobody meant. */
static bool stands_alone(const struct making *making, const char *open, const char *close,
			 const struct cv_buf *before)
{
	const bool windows = making->group->platform == CV_WINDOWS;

	if (!making->is_path ||
	    (before->size == 0 &&
	     (close[1] == '\0' || close[1] == '/' || (close[1] == '\\' && windows))))
		return true;
	return cv_find(
		making->ctx, CV_F_BAD_PATH, making->text.at,
		"%s on %s: %s stands only at the start of a path, with a separator "
		"behind it",
		cv_row_name(making->ctx, making->row),
		cv_platform_names[making->group->platform],
		cv_shown_part(making->ctx, open, (size_t)(close - open + 1)));
}

/* Adds `path` to the buffer with its places put in. */
static bool put_places(struct making *making, const char *path, struct cv_buf *out)
{
	const char *open;

	if (making->depth++ > MOST_PLACES)
		return cv_find(making->ctx, CV_F_PLACE_LOOP, making->text.at,
			       "the places in %s lead back to themselves",
			       cv_row_name(making->ctx, making->row));
	while ((open = strchr(path, '<'))) {
		const char *close = strchr(open, '>');
		const struct cv_place_row *place;
		const char *set;

		if (!close)
			break;
		cv_buf_add(out, path, (size_t)(open - path));
		place = place_named(making->row->profile,
				    cv_arena_copy(making->ctx->arena, open + 1,
						  (size_t)(close - open - 1)));
		if (!place)
			return unknown_place(making, open + 1,
					     (size_t)(close - open - 1));
		if (!stands_alone(making, open, close, out))
			return false;
		set = path_of(making, place);
		if (set)
			set = cv_with_parameters(making->ctx, making->policy, making->row,
						 making->group,
						 (struct cv_text){set, making->text.at});
		if (!set || !put_places(making, set, out))
			return false;
		path = close + 1;
	}
	making->depth--;
	cv_buf_text(out, path);
	return true;
}

/* The drive that completes `\Program Files\...`; NULL: reported. */
static const char *drive_of(const struct making *making)
{
	const struct cv_text *drive = &making->group->row->drive;
	struct cv_finding *finding;

	if (!drive->text)
		drive = &making->policy->site->drive;
	if (drive->text)
		return drive->text;
	finding = cv_find_more(
		making->ctx, CV_F_MISSING_SETTING, making->group->row->name.at,
		"group `%s` must say its `drive`: the path of %s has none",
		making->group->name, cv_row_name(making->ctx, making->row));
	finding->hint = "as drive: 'C:'";
	return NULL;
}

/* The bad part alone, unless places, parameters or a drive were put in. */
static struct cv_span place_of(const struct making *making, const char *whole,
			       const char *bad, size_t size)
{
	const struct cv_text *text = &making->text;

	if (strcmp(whole, text->text) != 0)
		return text->at;
	return cv_text_part(making->ctx, text, text->text + (bad - whole), size);
}

/* "ROW on linux" */
static const char *about(const struct making *making)
{
	return cv_arena_format(making->ctx->arena, "%s on %s",
			       cv_row_name(making->ctx, making->row),
			       cv_platform_names[making->group->platform]);
}

/* In the one spelling; NULL: reported. */
static const char *normal(struct making *making, const char *whole)
{
	const enum cv_platform platform = making->group->platform;
	const char *path, *why, *bad;
	size_t bad_size;

	bad = cv_path_user_variable(platform, whole, &bad_size);
	if (bad) {
		cv_find_user_variable(making->ctx, place_of(making, whole, bad, bad_size),
				      about(making), platform, whole, bad, bad_size);
		return NULL;
	}
	if (making->is_program && cv_path_is_bare(whole))
		path = cv_path_bare(making->ctx, platform, whole, &why, &bad, &bad_size);
	else
		path = cv_path_normal(making->ctx, platform, whole, &why, &bad,
				      &bad_size);
	if (!path)
		cv_find(making->ctx, CV_F_BAD_PATH,
			place_of(making, whole, bad, bad_size), "%s: %s", about(making),
			why);
	return path;
}

static const char *make(struct making *making, const char *path, struct cv_buf *buf)
{
	const bool windows = making->group->platform == CV_WINDOWS;
	const char *whole = path, *drive;

	if (strchr(path, '<')) {
		if (!put_places(making, path, buf))
			return NULL;
		whole = cv_arena_text(making->ctx->arena, cv_buf_string(buf));
	}
	if (windows && (whole[0] == '\\' || whole[0] == '/') && whole[1] != '\\' &&
	    whole[1] != '/' && whole[1] != '\0') {
		drive = drive_of(making);
		if (!drive)
			return NULL;
		whole = cv_arena_format(making->ctx->arena, "%s%s", drive, whole);
	}
	return normal(making, whole);
}

const char *cv_whole_path(struct cv_ctx *ctx, const struct cv_policy *policy,
			  const struct cv_row *row, const struct cv_group *group,
			  struct cv_text text, bool is_program)
{
	struct making making = {ctx, policy, row, group, text, 0, true, is_program};
	struct cv_buf buf = CV_BUF_INIT;
	const char *path = cv_with_parameters(ctx, policy, row, group, text);

	if (path)
		path = make(&making, path, &buf);
	cv_buf_deinit(&buf);
	return path;
}

const char *cv_whole_arguments(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_row *row, const struct cv_group *group,
			       struct cv_text text)
{
	struct making making = {ctx, policy, row, group, text, 0, false, false};
	struct cv_buf buf = CV_BUF_INIT;
	const char *whole = cv_with_parameters(ctx, policy, row, group, text);

	if (whole)
		whole = put_places(&making, whole, &buf)
				? cv_arena_text(ctx->arena, cv_buf_string(&buf))
				: NULL;
	cv_buf_deinit(&buf);
	return whole;
}
