/* targets, profiles and version: what this carveout has. */
#include "commands/commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/print.h"
#include "model/target.h"
#include "read/load.h"

/* Folders below the profile directory that are looked into: VENDOR/, and one more. */
enum { DEEPEST = 3 };

static const struct cv_span nowhere;

static void add_word(struct cv_buf *out, bool *first, const char *word)
{
	cv_buf_format(out, "%s%s", *first ? "" : ", ", word);
	*first = false;
}

static void add_subjects(const struct cv_abilities *can, struct cv_buf *out)
{
	bool first = true;

	cv_buf_text(out, "    for ");
	if (can->subjects & CV_SUBJECT_SITE)
		add_word(out, &first, "the site");
	if (can->subjects & CV_SUBJECT_GROUP)
		add_word(out, &first, "each group");
	if (can->subjects & CV_SUBJECT_PARTY)
		add_word(out, &first, "each party");
	if (can->subjects & CV_SUBJECT_HOST)
		add_word(out, &first, "hosts (groups and parties by their addresses)");
	cv_buf_char(out, '\n');
	if (!can->lists)
		return;
	first = true;
	cv_buf_text(out, "    exclusions on ");
	for (unsigned i = 0; i < CV_PLATFORM_COUNT; i++)
		if (can->platforms >> i & 1)
			add_word(out, &first, cv_platform_names[i]);
	cv_buf_char(out, '\n');
}

static void add_target(const struct cv_target *target, struct cv_buf *out)
{
	bool first = true;

	cv_buf_format(out, "%s%s: %s\n", target->name,
		      target->preview ? " (preview)" : "", target->summary);
	add_subjects(&target->can, out);
	for (const struct cv_form *form = target->forms; form->name; form++)
		cv_buf_format(out, "    %-12s SUBJECT%-20s %s\n", form->name,
			      form->suffix, form->summary);
	if (!target->verified || !target->verified[0])
		return;
	cv_buf_text(out, "    tested with ");
	for (size_t i = 0; target->verified[i]; i++)
		add_word(out, &first, target->verified[i]);
	cv_buf_char(out, '\n');
}

void cv_targets_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out)
{
	(void)ctx;
	(void)request;
	for (size_t i = 0; cv_targets[i]; i++) {
		if (i)
			cv_buf_char(out, '\n');
		add_target(cv_targets[i], out);
	}
}

static bool ends_with(const char *text, const char *end)
{
	const size_t size = strlen(text), tail = strlen(end);

	return size > tail && strcmp(text + size - tail, end) == 0;
}

/* "2025-11-02", or the first and the last when the sources differ. */
static void add_dates(const struct cv_profile *profile, struct cv_buf *out)
{
	const struct cv_source_note *notes = profile->sources.items;
	const char *first = NULL, *last = NULL;

	for (size_t i = 0; i < profile->sources.count; i++) {
		const char *day = notes[i].retrieved.text;

		if (day && (!first || strcmp(day, first) < 0))
			first = day;
		if (day && (!last || strcmp(day, last) > 0))
			last = day;
	}
	if (first)
		cv_buf_format(out, "    retrieved %s%s%s\n", first,
			      strcmp(first, last) != 0 ? " to " : "",
			      strcmp(first, last) != 0 ? last : "");
}

static void add_profile(struct cv_ctx *ctx, const struct cv_load *load, const char *path,
			const char *shown, struct cv_buf *out)
{
	struct cv_source *source = cv_source_read(ctx, path, nowhere);
	const struct cv_profile *profile;

	if (!source || cv_document_kind(source) != CV_DOCUMENT_PROFILE)
		return;
	profile = cv_load_profile(load, source, path);
	if (!profile)
		return;
	cv_print_line(out, profile->id.text);
	if (profile->title.text) {
		cv_buf_text(out, ": ");
		cv_print_line(out, profile->title.text);
	}
	cv_buf_text(out, "\n    ");
	cv_print_line(out, shown);
	for (size_t i = 0; i < CV_TABLE_COUNT; i++)
		cv_buf_format(out, ", %zu %s", profile->rows[i].count, cv_table_names[i]);
	cv_buf_char(out, '\n');
	add_dates(profile, out);
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
static void walk(struct cv_ctx *ctx, const struct cv_load *load, const char *below,
		 int depth, struct cv_buf *out)
{
	const char *path =
		cv_arena_format(ctx->arena, "%s/%s", load->profile_directory, below);
	struct dirent **list = NULL;
	const int count = scandir(path, &list, is_visible, compare_names);

	if (count < 0)
		cv_find(ctx, CV_F_CANNOT_READ, nowhere, "cannot read %s: %s", path,
			strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = list[i]->d_name;
		const char *shown = cv_arena_format(ctx->arena, "%s%s", below, name);
		const char *full = cv_arena_format(ctx->arena, "%s/%s",
						   load->profile_directory, shown);
		struct stat about;

		if (stat(full, &about) == 0 && S_ISDIR(about.st_mode) && depth < DEEPEST)
			walk(ctx, load, cv_arena_format(ctx->arena, "%s/", shown),
			     depth + 1, out);
		else if (ends_with(name, ".yaml") || ends_with(name, ".yml") ||
			 ends_with(name, ".json"))
			add_profile(ctx, load, full, shown, out);
		free(list[i]);
	}
	free(list);
}

void cv_profiles_run(struct cv_ctx *ctx, const struct cv_request *request,
		     struct cv_buf *out)
{
	const struct cv_load load = {.ctx = ctx,
				     .targets = cv_targets,
				     .profile_directory = request->profiles};

	walk(ctx, &load, "", 1, out);
}

void cv_version_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out)
{
	(void)ctx;
	(void)request;
	cv_buf_text(out, "carveout " CV_VERSION "\n");
}
