/* Reads what Get-MpPreference shows, as ConvertTo-Json writes it: each list of
 * exclusions is null, one text or a list of texts.
 *
 * Whoever may not see the exclusions gets a sentence in their place that begins with
 * `N/A:`; nothing can be said then, least of all that the list is empty.  Whether an
 * entry is ours stands in the script's record, which the export does not hold: no
 * entry is said to be. */
#include <string.h>

#include "base/ctx.h"
#include "defender/powershell.h"
#include "export_json.h"
#include "model/plan.h"

#define NOT_SHOWN "N/A:"
#define EXTENSIONS "ExclusionExtension"

/* Lists that Defender has besides, which no script of ours fills. */
static const char *const other_lists[] = {"ExclusionIpAddress", NULL};

struct export
{
	struct cv_export_reading *reading;
	struct cv_frame frame;
	unsigned seen; /* a bit a list */
};

static bool hidden(struct export *export, size_t place)
{
	return cv_export_refuse(
		export->reading, place,
		"the export was made without the right to see exclusions: run the "
		"command in an elevated PowerShell; where the policy "
		"HideExclusionsFromLocalAdmins is set, nobody on that machine sees them");
}

/* Extensions stand with or without their dot; the plan has it. */
static const char *spelled(struct export *export, const char *list, const char *value)
{
	if (strcmp(list, EXTENSIONS) != 0 || *value == '.')
		return cv_intern_text(export->reading->ctx, value);
	return cv_arena_format(export->reading->ctx->arena, ".%s", value);
}

static bool read_value(struct export *export, const char *list, const json_t *value,
		       size_t place)
{
	const char *text = json_string_value(value);
	struct cv_entry *entry;

	if (!text || !*text) {
		cv_export_unknown(export->reading, place,
				  cv_arena_format(export->reading->ctx->arena,
						  "a value of %s that is no text", list));
		return true;
	}
	if (strncmp(text, NOT_SHOWN, sizeof NOT_SHOWN - 1) == 0)
		return hidden(export, place);
	entry = cv_entries_add(export->reading->ctx, &export->reading->entries,
			       CV_ENTRY_EXCLUSION, place);
	entry->list = list;
	entry->more->value = spelled(export, list, text);
	return true;
}

static bool read_values(struct export *export, const char *list)
{
	struct cv_slice none;
	bool fine = true;

	if (!cv_frame_enter(&export->frame, '['))
		return false;
	while (fine && cv_frame_next(&export->frame, &none)) {
		size_t place;
		json_t *value = cv_frame_load(&export->frame, &place);

		fine = value && read_value(export, list, value, place);
		json_decref(value);
	}
	return fine && !export->reading->error;
}

static bool read_list(struct export *export, const char *list)
{
	size_t place;
	json_t *value;
	bool fine;

	if (cv_frame_stands(&export->frame, '['))
		return read_values(export, list);
	value = cv_frame_load(&export->frame, &place);
	if (!value)
		return false;
	fine = json_is_null(value) || read_value(export, list, value, place);
	json_decref(value);
	return fine;
}

/* A list that nobody asked about is not read; that it is not empty is worth a word. */
static bool skip_member(struct export *export, struct cv_slice key)
{
	struct cv_slice value;

	if (!cv_frame_value(&export->frame, &value))
		return false;
	for (size_t i = 0; other_lists[i]; i++)
		if (cv_slice_is(key, other_lists[i]) && !cv_slice_is(value, "null") &&
		    !cv_slice_is(value, "[]"))
			cv_export_unknown(
				export->reading, cv_frame_place(&export->frame, key.text),
				cv_arena_format(export->reading->ctx->arena,
						"entries of %s", other_lists[i]));
	return true;
}

static bool read_member(struct export *export, struct cv_slice key)
{
	for (unsigned i = 0; cv_defender_list_names[i]; i++) {
		if (!cv_slice_is(key, cv_defender_list_names[i]))
			continue;
		if (export->seen & 1u << i)
			return cv_export_refuse(export->reading,
						cv_frame_place(&export->frame, key.text),
						"a list of exclusions stands twice");
		export->seen |= 1u << i;
		return read_list(export, cv_defender_list_names[i]);
	}
	return skip_member(export, key);
}

static bool check_seen(struct export *export)
{
	if (!export->seen)
		return cv_export_refuse(export->reading, 0,
					"no list of exclusions: it is not what "
					"Get-MpPreference shows");
	for (unsigned i = 0; cv_defender_list_names[i]; i++)
		if (!(export->seen & 1u << i))
			cv_export_unknown(
				export->reading, 0,
				cv_arena_format(export->reading->ctx->arena,
						"%s is not in the export: what it holds "
						"is not known",
						cv_defender_list_names[i]));
	return true;
}

bool cv_defender_powershell_read_export(struct cv_export_reading *reading)
{
	struct export export = {.reading = reading};
	struct cv_slice key;

	reading->shows = CV_ENTRY_EXCLUSION;
	if (!cv_frame_open(&export.frame, reading) || !cv_frame_enter(&export.frame, '{'))
		return false;
	while (cv_frame_next(&export.frame, &key))
		if (!read_member(&export, key))
			return false;
	return cv_frame_close(&export.frame) && check_seen(&export);
}
