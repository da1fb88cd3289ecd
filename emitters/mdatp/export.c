/* Entries of live exports, and the listing of the command line. */
#include "mdatp/export.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "model/plan.h"

/* The list of an exclusion, or NULL. */
static const char *list_of(const struct cv_mdatp_found *found)
{
	if (found->list || !found->type)
		return found->list;
	for (size_t i = 0; i < CV_MDATP_LISTS; i++) {
		const struct cv_mdatp_spelling *spelling = &cv_mdatp_spellings[i];

		if (strcmp(spelling->type, found->type) == 0 &&
		    (i != CV_MDATP_FOLDER || found->is_folder))
			return spelling->list;
	}
	return NULL;
}

/* A folder ends with its separator, unless a star ends it; an extension has its dot. */
static const char *spelled(struct cv_ctx *ctx, const char *list, const char *value)
{
	const size_t size = strlen(value);

	if (strcmp(list, cv_mdatp_spellings[CV_MDATP_FOLDER].list) == 0 && size > 0 &&
	    !strchr("/*", value[size - 1]))
		return cv_arena_format(ctx->arena, "%s/", value);
	if (strcmp(list, cv_mdatp_spellings[CV_MDATP_EXTENSION].list) == 0 &&
	    *value != '.')
		return cv_arena_format(ctx->arena, ".%s", value);
	return cv_intern_text(ctx, value);
}

void cv_mdatp_found_add(struct cv_export_reading *reading,
			const struct cv_mdatp_found *found)
{
	static const struct cv_attribute global = {"scope", "global"};
	const char *list = list_of(found);
	struct cv_entry *entry;

	if (!list || !found->value || !*found->value || found->is_odd) {
		cv_export_unknown(
			reading, found->place,
			"an exclusion of a kind or with keys that are not known");
		return;
	}
	entry = cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_EXCLUSION,
			       found->place);
	entry->list = list;
	entry->more->value = spelled(reading->ctx, list, found->value);
	if (found->is_global) {
		entry->more->attributes = &global;
		entry->more->attribute_count = 1;
	}
}

/* ---- the listing ---- */

struct listing {
	struct cv_export_reading *reading;
	struct cv_export_text *text;
	const char *at, *end;
	struct cv_mdatp_found found;
	bool is_open, has_any;
};

static void close_item(struct listing *listing)
{
	if (listing->is_open)
		cv_mdatp_found_add(listing->reading, &listing->found);
	listing->is_open = false;
}

/* A line of signs only stands between two exclusions. */
static bool is_rule(const char *line, size_t size)
{
	size_t at = 0;

	while (at < size && strchr("=- \t", line[at]))
		at++;
	return at == size;
}

/* `Excluded folder` begins an item. */
static bool read_title(struct listing *listing, const char *line, size_t size)
{
	static const char word[] = "Excluded ";
	const size_t skip = sizeof word - 1;

	if (size <= skip || strncasecmp(line, word, skip) != 0)
		return false;
	close_item(listing);
	listing->found = (struct cv_mdatp_found){
		.place = cv_export_text_place(listing->text,
					      (size_t)(line - listing->text->text))};
	for (size_t i = 0; i < CV_MDATP_LISTS; i++) {
		const char *list = cv_mdatp_spellings[i].list;

		if (size - skip == strlen(list) &&
		    strncasecmp(line + skip, list, size - skip) == 0)
			listing->found.list = list;
	}
	listing->is_open = listing->has_any = true;
	return true;
}

/* `Path: "/a"`: the key, and the value without its quotes. */
static bool read_member(struct listing *listing, const char *line, size_t size)
{
	static const char *const values[] = {
		"Path", "Name", "Process name", "Extension", "File extension", NULL};
	const char *colon = memchr(line, ':', size), *value = colon;
	const char *end = line + size;
	size_t i = 0;

	if (!colon || !listing->is_open)
		return false;
	for (value++; value < end && *value == ' '; value++)
		continue;
	if (end - value >= 2 && *value == '"' && end[-1] == '"') {
		value++;
		end--;
	}
	while (values[i] && (strlen(values[i]) != (size_t)(colon - line) ||
			     strncasecmp(line, values[i], (size_t)(colon - line)) != 0))
		i++;
	if (values[i] && !listing->found.value)
		listing->found.value = cv_arena_copy(listing->reading->ctx->arena, value,
						     (size_t)(end - value));
	else if (colon - line == 5 && strncasecmp(line, "Scope", 5) == 0)
		listing->found.is_global =
			memmem(value, (size_t)(end - value), "global", 6) != NULL;
	else
		listing->found.is_odd = true;
	return true;
}

static void read_line(struct listing *listing, const char *line, size_t size)
{
	while (size && strchr(" \t\r", line[size - 1]))
		size--;
	while (size && strchr(" \t", *line)) {
		line++;
		size--;
	}
	if (is_rule(line, size)) {
		close_item(listing);
		return;
	}
	if (size == 13 && strncasecmp(line, "No exclusions", 13) == 0) {
		listing->has_any = true;
		return;
	}
	if (!read_title(listing, line, size) && !read_member(listing, line, size))
		cv_export_unknown(
			listing->reading,
			cv_export_text_place(listing->text,
					     (size_t)(line - listing->text->text)),
			"a line of the listing that is not known");
}

bool cv_mdatp_read_listing(struct cv_export_reading *reading, struct cv_export_text *text)
{
	struct listing listing = {.reading = reading,
				  .text = text,
				  .at = text->text,
				  .end = text->text + text->size};

	while (listing.at < listing.end) {
		const char *line = listing.at;
		const char *stop = memchr(line, '\n', (size_t)(listing.end - line));

		listing.at = stop ? stop + 1 : listing.end;
		read_line(&listing, line, (size_t)((stop ? stop : listing.end) - line));
	}
	close_item(&listing);
	return listing.has_any ||
	       cv_export_refuse(
		       reading, 0,
		       "neither a managed configuration nor what `mdatp exclusion "
		       "list` shows");
}
