/* profiles: the catalogue that is installed, with what each profile was made from. */
#include "commands/commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "commands/print.h"
#include "model/target.h"
#include "read/load.h"

/* Folders below the profile directory that are looked into: VENDOR/, and one more. */
enum { DEEPEST = 3 };

/* The catalogue on its way out, in one of the two forms. */
struct listing {
	struct cv_ctx *ctx;
	struct cv_load load;
	struct cv_buf *out;
	struct cv_json *json; /* NULL: as text */
};

static const struct cv_span nowhere;

static const char *const row_words[CV_TABLE_COUNT][2] = {
	[CV_PORTS] = {"port row", "port rows"},
	[CV_EXCLUSIONS] = {"exclusion row", "exclusion rows"},
	[CV_URLS] = {"URL row", "URL rows"},
};

/* Rows of which the page leaves something open. */
static size_t count_open(const struct cv_profile *profile)
{
	size_t open = 0;

	for (int table = 0; table < CV_TABLE_COUNT; table++)
		for (size_t i = 0; i < profile->rows[table].count; i++) {
			const struct cv_row *row = cv_table_at(&profile->rows[table], i);

			open += cv_row_more(row)->holes != NULL;
		}
	return open;
}

static bool has_platform(const struct cv_profile *profile, enum cv_platform platform)
{
	const struct cv_device *devices = profile->devices.items;

	for (size_t i = 0; i < profile->devices.count; i++)
		if (strcmp(devices[i].platform.text, cv_platform_names[platform]) == 0)
			return true;
	return false;
}

static void add_text(struct cv_buf *out, const char *before, const char *text)
{
	cv_buf_text(out, before);
	cv_print_line(out, text);
}

static void text_rows(struct cv_buf *out, const struct cv_profile *profile)
{
	const size_t open = count_open(profile);

	for (int table = 0; table < CV_TABLE_COUNT; table++) {
		if (profile->rows[table].count == 0)
			continue;
		cv_buf_text(out, ", ");
		cv_count_words(out, profile->rows[table].count, row_words[table][0],
			       row_words[table][1]);
	}
	if (open) {
		cv_buf_text(out, ", of which ");
		cv_count_words(out, open, "has a hole", "have holes");
	}
	cv_buf_char(out, '\n');
}

static void text_platforms(struct cv_buf *out, const struct cv_profile *profile)
{
	const char *before = "    for ";

	for (int i = 0; i < CV_PLATFORM_COUNT; i++)
		if (has_platform(profile, (enum cv_platform)i)) {
			cv_buf_format(out, "%s%s", before, cv_platform_names[i]);
			before = ", ";
		}
	if (profile->devices.count)
		cv_buf_char(out, '\n');
}

static void text_profile(const struct listing *listing, const struct cv_profile *profile,
			 const char *file)
{
	const struct cv_source_note *notes = profile->sources.items;
	struct cv_buf *out = listing->out;

	add_text(out, out->size ? "\n" : "", profile->id.text);
	if (profile->title.text)
		add_text(out, ": ", profile->title.text);
	add_text(out, "\n    ", file);
	text_rows(out, profile);
	text_platforms(out, profile);
	for (size_t i = 0; i < profile->sources.count; i++) {
		add_text(out, "    ", notes[i].key.text);
		if (notes[i].title.text)
			add_text(out, ": ", notes[i].title.text);
		add_text(out, "\n        ", notes[i].url.text);
		add_text(out, ", retrieved ", notes[i].retrieved.text);
		cv_buf_char(out, '\n');
		for (size_t n = 0; n < notes[i].cites.count; n++) {
			add_text(out,
				 "        made from: ", notes[i].cites.items[n].key.text);
			add_text(out, "\n            ",
				 notes[i].cites.items[n].value.text);
			cv_buf_char(out, '\n');
		}
	}
}

static void json_texts(struct cv_json *json, const char *key,
		       const struct cv_texts *texts)
{
	cv_json_key(json, key);
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < texts->count; i++)
		cv_json_text(json, texts->items[i].text);
	cv_json_end_list(json);
}

static void json_rows(struct cv_json *json, const struct cv_profile *profile)
{
	cv_json_key(json, "rows");
	cv_json_begin_object(json, true);
	for (int table = 0; table < CV_TABLE_COUNT; table++)
		cv_json_member_number(json, cv_table_names[table],
				      profile->rows[table].count);
	cv_json_end_object(json);
	cv_json_member_number(json, "rows_with_holes", count_open(profile));
	cv_json_key(json, "platforms");
	cv_json_begin_list(json, true);
	for (int i = 0; i < CV_PLATFORM_COUNT; i++)
		if (has_platform(profile, (enum cv_platform)i))
			cv_json_text(json, cv_platform_names[i]);
	cv_json_end_list(json);
}

static void json_source(struct cv_json *json, const struct cv_source_note *note)
{
	cv_json_begin_object(json, false);
	cv_json_member(json, "key", note->key.text);
	cv_json_member(json, "title", note->title.text);
	cv_json_member(json, "url", note->url.text);
	cv_json_member(json, "retrieved", note->retrieved.text);
	cv_json_key(json, "cites");
	cv_json_begin_list(json, note->cites.count == 0);
	for (size_t i = 0; i < note->cites.count; i++) {
		cv_json_begin_object(json, true);
		cv_json_member(json, "title", note->cites.items[i].key.text);
		cv_json_member(json, "url", note->cites.items[i].value.text);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
	cv_json_end_object(json);
}

static void json_profile(struct cv_json *json, const struct cv_profile *profile,
			 const char *file)
{
	const struct cv_source_note *notes = profile->sources.items;

	cv_json_begin_object(json, false);
	cv_json_member(json, "id", profile->id.text);
	cv_json_member(json, "title", profile->title.text);
	cv_json_member(json, "file", file);
	cv_json_member(json, "sha256", profile->source->sha256);
	json_rows(json, profile);
	json_texts(json, "editions", &profile->editions);
	json_texts(json, "features", &profile->features);
	cv_json_key(json, "sources");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < profile->sources.count; i++)
		json_source(json, &notes[i]);
	cv_json_end_list(json);
	cv_json_end_object(json);
}

static void add_profile(const struct listing *listing, const char *path,
			const char *shown)
{
	struct cv_source *source = cv_source_read(listing->ctx, path, nowhere);
	const struct cv_profile *profile;

	if (!source || cv_document_kind(source) != CV_DOCUMENT_PROFILE)
		return;
	profile = cv_load_profile(&listing->load, source, path);
	if (!profile)
		return;
	if (listing->json)
		json_profile(listing->json, profile, shown);
	else
		text_profile(listing, profile, shown);
}

static bool ends_with(const char *text, const char *end)
{
	const size_t size = strlen(text), tail = strlen(end);

	return size > tail && strcmp(text + size - tail, end) == 0;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* `below` is "" or ends in a slash. */
static void walk(const struct listing *listing, const char *below, int depth)
{
	struct cv_arena *arena = listing->ctx->arena;
	const char *directory = listing->load.profile_directory;
	const char *path = cv_arena_format(arena, "%s/%s", directory, below);
	struct dirent **list = NULL;
	const int count = scandir(path, &list, is_visible, compare_names);

	if (count < 0)
		cv_find(listing->ctx, CV_F_CANNOT_READ, nowhere, "cannot read %s: %s",
			path, strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = list[i]->d_name;
		const char *shown = cv_arena_format(arena, "%s%s", below, name);
		const char *full = cv_arena_format(arena, "%s/%s", directory, shown);
		struct stat about;

		if (stat(full, &about) == 0 && S_ISDIR(about.st_mode) && depth < DEEPEST)
			walk(listing, cv_arena_format(arena, "%s/", shown), depth + 1);
		else if (ends_with(name, ".yaml") || ends_with(name, ".yml") ||
			 ends_with(name, ".json"))
			add_profile(listing, full, shown);
		free(list[i]);
	}
	free(list);
}

void cv_profiles_run(struct cv_ctx *ctx, const struct cv_request *request,
		     struct cv_buf *out)
{
	struct listing listing = {.ctx = ctx,
				  .load = {.ctx = ctx,
					   .targets = cv_targets,
					   .profile_directory = request->profiles},
				  .out = out};
	struct cv_json json;

	if (request->format != CV_FORMAT_JSON) {
		walk(&listing, "", 1);
		return;
	}
	listing.json = &json;
	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", "catalogue/1");
	cv_json_key(&json, "profiles");
	cv_json_begin_list(&json, false);
	walk(&listing, "", 1);
	cv_json_end_list(&json);
	cv_json_end_object(&json);
}
