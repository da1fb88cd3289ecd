/* Reads a managed configuration, or the listing of the command line.  Of the
 * configuration two lists are read: exclusionSettings.exclusions, and the older
 * antivirusEngine.exclusions, which has no scopes and is the antivirus's alone. */
#include <string.h>

#include "base/ctx.h"
#include "export_json.h"
#include "mdatp/export.h"

static const char *text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	/* A NUL inside would cut it short. */
	return json_is_string(value) && strlen(json_string_value(value)) ==
						json_string_length(value)
		       ? json_string_value(value)
		       : NULL;
}

/* Without scopes an entry counts as global. */
static bool is_global(const json_t *scopes)
{
	size_t i;
	const json_t *scope;

	json_array_foreach(scopes, i, scope)
	{
		const char *text = json_string_value(scope);

		if (!text || strcmp(text, CV_MDATP_SCOPE) != 0)
			return true;
	}
	return json_array_size(scopes) == 0;
}

static void read_entry(struct cv_frame *frame, const json_t *object, size_t place,
		       bool has_scopes)
{
	struct cv_ctx *ctx = frame->reading->ctx;
	struct cv_mdatp_found found = {.place = place};
	const char *type = text_of(object, "$type");
	const json_t *scopes = json_object_get(object, "scopes");
	size_t known = type ? 1 : 0;

	found.type = type ? cv_arena_text(ctx->arena, type) : NULL;
	for (size_t i = 0; type && i < CV_MDATP_LISTS && !found.value; i++) {
		const char *value = strcmp(cv_mdatp_spellings[i].type, type) == 0
					    ? text_of(object, cv_mdatp_spellings[i].key)
					    : NULL;

		found.value = value ? cv_arena_text(ctx->arena, value) : NULL;
		known += value ? 1 : 0;
	}
	found.is_folder = json_is_true(json_object_get(object, "isDirectory"));
	known += json_object_get(object, "isDirectory") ? 1 : 0;
	known += scopes ? 1 : 0;
	found.is_global = has_scopes && is_global(scopes);
	found.is_odd = json_object_size(object) != known;
	cv_mdatp_found_add(frame->reading, &found);
}

static bool read_list(struct cv_frame *frame, bool has_scopes)
{
	struct cv_slice none;

	if (!cv_frame_enter(frame, '['))
		return false;
	while (cv_frame_next(frame, &none)) {
		size_t place;
		json_t *object = cv_frame_load(frame, &place);

		if (!object)
			return false;
		read_entry(frame, object, place, has_scopes);
		json_decref(object);
	}
	return !frame->reading->error;
}

static bool read_section(struct cv_frame *frame, bool has_scopes)
{
	struct cv_slice key, value;

	if (!cv_frame_enter(frame, '{'))
		return false;
	while (cv_frame_next(frame, &key))
		if (cv_slice_is(key, "exclusions") ? !read_list(frame, has_scopes)
						   : !cv_frame_value(frame, &value))
			return false;
	return !frame->reading->error;
}

static bool read_configuration(struct cv_frame *frame)
{
	struct cv_slice key, value;

	if (!cv_frame_enter(frame, '{'))
		return false;
	while (cv_frame_next(frame, &key)) {
		const bool now = cv_slice_is(key, "exclusionSettings");

		if (now || cv_slice_is(key, "antivirusEngine")
			    ? !read_section(frame, now)
			    : !cv_frame_value(frame, &value))
			return false;
	}
	return cv_frame_close(frame);
}

bool cv_mdatp_linux_read_export(struct cv_export_reading *reading)
{
	struct cv_frame frame;

	reading->shows = CV_ENTRY_EXCLUSION;
	if (!cv_frame_open(&frame, reading))
		return false;
	return cv_frame_stands(&frame, '{') ? read_configuration(&frame)
					    : cv_mdatp_read_listing(reading, &frame.text);
}
