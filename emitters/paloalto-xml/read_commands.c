/* Reads command lines back.  Each is held against its whole grammar: a load that
 * replaces instead of merging, or a delete that goes deeper than one object, is not
 * understood. */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/ctx.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/read.h"

struct scan {
	const char *at;
};

static bool take(struct scan *scan, const char *literal)
{
	const size_t size = strlen(literal);

	if (strncmp(scan->at, literal, size) != 0)
		return false;
	scan->at += size;
	return true;
}

static bool take_line(struct scan *scan, const char *line)
{
	return take(scan, line) && take(scan, "\n");
}

/* An object list's name, up to a blank. */
static bool take_list(struct scan *scan, int *id_out)
{
	const size_t size = strcspn(scan->at, " \n");

	for (int id = 0; id < CV_PALOALTO_LIST_COUNT; id++) {
		const char *name = cv_paloalto_lists[id].name;

		if (strlen(name) == size && memcmp(name, scan->at, size) == 0) {
			*id_out = id;
			scan->at += size;
			return true;
		}
	}
	return false;
}

/* A name, up to the line's end or a blank. */
static bool take_name(struct cv_ctx *ctx, struct scan *scan, const char **name_out)
{
	const size_t size = strspn(scan->at, cv_paloalto_name_rest);

	if (!size || !strchr(cv_paloalto_name_first, *scan->at))
		return false;
	*name_out = cv_arena_copy(ctx->arena, scan->at, size);
	scan->at += size;
	return true;
}

static bool refuse_at(struct cv_reading *reading, const struct scan *scan,
		      const char *why)
{
	return cv_paloalto_refuse(reading, (size_t)(scan->at - reading->bytes), "%s",
				  why);
}

/* The whole was read, and no NUL cut it short. */
static bool at_end(const struct cv_reading *reading, const struct scan *scan)
{
	return scan->at == reading->bytes + reading->size;
}

/* The place of the objects, without the list's name and the slash before it. */
static bool take_base(struct scan *scan, const struct cv_paloalto_options *options)
{
	const char *scope = cv_paloalto_scope(options);

	if (cv_paloalto_is_shared(options))
		return take(scan, "shared/");
	return take(scan, "devices/entry[@name='") && take(scan, CV_PALOALTO_DEVICE) &&
	       take(scan, "']/vsys/entry[@name='") && take(scan, scope) &&
	       take(scan, "']/");
}

/* from-xpath, to-xpath and mode: the list must be one and the same. */
static bool take_paths(struct scan *scan, const struct cv_paloalto_options *options,
		       int *id_out)
{
	int to;

	return take(scan, "from-xpath ") && take_base(scan, options) &&
	       take_list(scan, id_out) && take(scan, " to-xpath /config/") &&
	       take_base(scan, options) && take_list(scan, &to) && to == *id_out &&
	       take(scan, " mode merge");
}

static bool take_load(struct cv_reading *reading, struct scan *scan, int *id_out,
		      const char **file_out)
{
	const struct cv_paloalto_options *options = reading->options;

	if (!take(scan, "load config partial "))
		return false;
	if (cv_paloalto_release(options)->file_first)
		return take(scan, "from ") && take_name(reading->ctx, scan, file_out) &&
		       take(scan, " ") && take_paths(scan, options, id_out);
	return take_paths(scan, options, id_out) && take(scan, " from ") &&
	       take_name(reading->ctx, scan, file_out);
}

bool cv_paloalto_load_read(struct cv_reading *reading)
{
	struct scan scan = {reading->bytes};
	const char *file = NULL;
	int last = -1;

	if (!take_line(&scan, CV_PALOALTO_CONFIGURE))
		return refuse_at(reading, &scan, "the command configure comes first");
	while (!at_end(reading, &scan)) {
		const char *line = scan.at, *this_file;
		struct cv_entry *entry;
		int id;

		if (!take_load(reading, &scan, &id, &this_file) || !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a load command of this target");
		/* An object may name only what was loaded before it. */
		if (id <= last)
			return refuse_at(reading, &scan,
					 "the lists are not in loading order");
		if (file && strcmp(file, this_file) != 0)
			return refuse_at(reading, &scan,
					 "the commands load different files");
		last = id;
		file = this_file;
		entry = cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_STEP,
				       (size_t)(line - reading->bytes));
		entry->list = "load";
		entry->value = cv_arena_copy(reading->ctx->arena, line,
					     (size_t)(scan.at - line) - 1);
	}
	return true;
}

static bool take_delete(struct cv_reading *reading, struct scan *scan, int *id_out,
			const char **name_out)
{
	const struct cv_paloalto_options *options = reading->options;

	if (!take(scan, "delete "))
		return false;
	if (cv_paloalto_is_shared(options)) {
		if (!take(scan, "shared "))
			return false;
	} else if (cv_paloalto_names_scope(options)) {
		if (!take(scan, "vsys ") || !take(scan, cv_paloalto_scope(options)) ||
		    !take(scan, " "))
			return false;
	}
	return take_list(scan, id_out) && take(scan, " ") &&
	       take_name(reading->ctx, scan, name_out);
}

bool cv_paloalto_undo_read(struct cv_reading *reading)
{
	struct scan scan = {reading->bytes};
	int last = CV_PALOALTO_LIST_COUNT;
	const char *first = NULL; /* of the groups */

	if (!take_line(&scan, CV_PALOALTO_SCRIPTING) ||
	    !take_line(&scan, CV_PALOALTO_CONFIGURE))
		return refuse_at(reading, &scan,
				 "scripting mode and configure come first");
	while (!at_end(reading, &scan)) {
		const char *line = scan.at, *name;
		struct cv_entry *entry;
		int id;

		if (!take_delete(reading, &scan, &id, &name) || !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a delete command of this target");
		if (id > last)
			return refuse_at(reading, &scan,
					 "the lists are not in deleting order");
		/* A group that names others has the beginning of their names. */
		if (id == CV_PALOALTO_SERVICE_GROUP && !first)
			first = name;
		else if (id == CV_PALOALTO_SERVICE_GROUP &&
			 strncmp(name, first, strlen(name)) == 0)
			return refuse_at(reading, &scan,
					 "a group is deleted before its outer one");
		last = id;
		entry = cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_OBJECT,
				       (size_t)(line - reading->bytes));
		entry->operation = CV_REMOVE;
		entry->list = cv_paloalto_lists[id].name;
		entry->name = name;
	}
	return true;
}

/* Adds a member to the entry of its group, which may be the one before it. */
static void add_member(struct cv_reading *reading, const char *line, const char *group,
		       const char *member)
{
	struct cv_table *entries = &reading->entries;
	struct cv_entry *entry =
		entries->count ? CV_AT(entries, struct cv_entry, entries->count - 1)
			       : NULL;
	struct cv_attribute *attributes;

	if (!entry || strcmp(entry->name, group) != 0) {
		entry = cv_entries_add(reading->ctx, entries, CV_ENTRY_OBJECT,
				       (size_t)(line - reading->bytes));
		entry->operation = CV_REMOVE;
		entry->list = cv_paloalto_lists[CV_PALOALTO_SERVICE_GROUP].name;
		entry->name = group;
	}
	attributes = CV_NEW_ARRAY(reading->ctx->arena, entry->attribute_count + 1,
				  struct cv_attribute);
	if (entry->attribute_count)
		memcpy(attributes, entry->attributes,
		       entry->attribute_count * sizeof *attributes);
	attributes[entry->attribute_count++] = (struct cv_attribute){"member", member};
	entry->attributes = attributes;
}

bool cv_paloalto_trim_read(struct cv_reading *reading)
{
	struct scan scan = {reading->bytes};

	if (!take_line(&scan, CV_PALOALTO_SCRIPTING) ||
	    !take_line(&scan, CV_PALOALTO_CONFIGURE))
		return refuse_at(reading, &scan,
				 "scripting mode and configure come first");
	while (!at_end(reading, &scan)) {
		const char *line = scan.at, *group, *member;
		int id;

		if (!take_delete(reading, &scan, &id, &group) ||
		    id != CV_PALOALTO_SERVICE_GROUP || !take(&scan, " members ") ||
		    !take_name(reading->ctx, &scan, &member) || !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a command that takes a member away");
		add_member(reading, line, group, member);
	}
	return true;
}
