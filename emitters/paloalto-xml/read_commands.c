/* Reads command lines back.  Each is held against its whole grammar: a load that
 * replaces instead of merging, or a delete that goes deeper than one object, is not
 * understood. */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/ctx.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"
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

/* A name, up to the line's end or a blank.  *name_out may be a name from before, which
 * stays where it is the same. */
static bool take_name(struct cv_ctx *ctx, struct scan *scan, const char **name_out)
{
	const size_t size = strspn(scan->at, cv_paloalto_name_rest);

	if (!size || !strchr(cv_paloalto_name_first, *scan->at))
		return false;
	if (!*name_out || strncmp(*name_out, scan->at, size) != 0 || (*name_out)[size])
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

/* `name`, or a name of others: in quotes exactly when it holds more than one of ours. */
static bool take_theirs(struct cv_ctx *ctx, struct scan *scan, const char **name_out)
{
	const bool quoted = take(scan, "\"");
	size_t size = 0;

	while (scan->at[size] && (strchr(cv_paloalto_name_rest, scan->at[size]) ||
				  (quoted && strchr(cv_paloalto_quoted, scan->at[size]))))
		size++;
	if (!size || quoted == (strspn(scan->at, cv_paloalto_name_rest) >= size))
		return false;
	*name_out = cv_arena_copy(ctx->arena, scan->at, size);
	scan->at += size;
	return !quoted || take(scan, "\"");
}

/* One of the lists, its elements with `between` behind each but the last. */
static bool take_list(struct scan *scan, const struct cv_paloalto_options *options,
		      const char *between, enum cv_paloalto_list_id *list_out)
{
	const char *start = scan->at;

	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++) {
		const char *const *element = cv_paloalto_lists[list].path;
		bool same = list != CV_PALOALTO_RULE ||
			    (take(scan, cv_paloalto_rulebase(options)) &&
			     take(scan, between));

		for (; same && *element; element++)
			same = take(scan, *element) &&
			       (!element[1] || take(scan, between));
		if (same && strchr(" \n", *scan->at)) {
			*list_out = (enum cv_paloalto_list_id)list;
			return true;
		}
		scan->at = start;
	}
	return false;
}

/* The place of the objects, with the slash behind it. */
static bool take_base(struct scan *scan, const struct cv_paloalto_options *options)
{
	const struct cv_paloalto_step *step =
		cv_paloalto_scopes[cv_paloalto_scope_kind(options)].path;

	for (; step->element; step++) {
		const char *name = step->name && !*step->name ? cv_paloalto_scope(options)
							      : step->name;

		if (!take(scan, step->element))
			return false;
		if (name &&
		    !(take(scan, "[@name='") && take(scan, name) && take(scan, "']")))
			return false;
		if (!take(scan, "/"))
			return false;
	}
	return true;
}

/* from-xpath, to-xpath and mode: the list must be one and the same. */
static bool take_paths(struct scan *scan, const struct cv_paloalto_options *options,
		       enum cv_paloalto_list_id *list_out)
{
	enum cv_paloalto_list_id to;

	return take(scan, "from-xpath ") && take_base(scan, options) &&
	       take_list(scan, options, "/", list_out) &&
	       take(scan, " to-xpath /config/") && take_base(scan, options) &&
	       take_list(scan, options, "/", &to) && to == *list_out &&
	       take(scan, " mode merge");
}

static bool take_load(struct cv_reading *reading, struct scan *scan,
		      enum cv_paloalto_list_id *list_out, const char **file_out)
{
	const struct cv_paloalto_options *options = reading->options;

	if (!take(scan, "load config partial "))
		return false;
	if (cv_paloalto_release(options)->file_first)
		return take(scan, "from ") && take_name(reading->ctx, scan, file_out) &&
		       take(scan, " ") && take_paths(scan, options, list_out);
	return take_paths(scan, options, list_out) && take(scan, " from ") &&
	       take_name(reading->ctx, scan, file_out);
}

/* The verb, the scope where commands name one, the list and a name. */
static bool take_command(struct cv_reading *reading, struct scan *scan, const char *verb,
			 enum cv_paloalto_list_id *list_out, const char **name_out)
{
	const struct cv_paloalto_options *options = reading->options;
	const struct cv_paloalto_scope_fact *scope =
		&cv_paloalto_scopes[cv_paloalto_scope_kind(options)];

	if (!take(scan, verb) || !take(scan, " "))
		return false;
	if (cv_paloalto_names_scope(options) &&
	    (!take(scan, scope->word) || !take(scan, " ")))
		return false;
	if (cv_paloalto_names_scope(options) && scope->named &&
	    (!take(scan, cv_paloalto_scope(options)) || !take(scan, " ")))
		return false;
	return take_list(scan, options, " ", list_out) && take(scan, " ") &&
	       take_name(reading->ctx, scan, name_out);
}

static const struct cv_attribute *two(struct cv_ctx *ctx, const char *name,
				      const char *value, const char *other,
				      const char *other_value)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(ctx->arena, 2, struct cv_attribute);

	attributes[0] = (struct cv_attribute){name, value};
	attributes[1] = (struct cv_attribute){other, other_value};
	return attributes;
}

/* What is said again and again, from line to line. */
struct loading {
	const char *file;
	int last;         /* list */
	const char *name; /* of the object whose field was emptied last, or NULL */
	const struct cv_attribute *fields[CV_PALOALTO_FIELDS]; /* emptied before */
};

/* The field of an object that stands next; CV_PALOALTO_FIELDS: none does. */
static size_t take_field_name(struct scan *scan, enum cv_paloalto_list_id list)
{
	for (size_t i = 0; i < CV_PALOALTO_FIELDS; i++) {
		const char *start = scan->at;

		if (cv_paloalto_fields[i].list == list &&
		    take(scan, cv_paloalto_fields[i].field) && *scan->at == '\n')
			return i;
		scan->at = start;
	}
	return CV_PALOALTO_FIELDS;
}

/* A field of an object, and nothing deeper or more than that. */
static bool take_clear(struct cv_reading *reading, struct scan *scan,
		       struct loading *loading, struct cv_entry *entry)
{
	enum cv_paloalto_list_id list;
	const struct cv_attribute **attributes;
	size_t field;

	entry->name = loading->name;
	if (!take_command(reading, scan, "delete", &list, &entry->name) ||
	    !take(scan, " "))
		return false;
	field = take_field_name(scan, list);
	if (field == CV_PALOALTO_FIELDS)
		return false;
	attributes = &loading->fields[field];
	if (!*attributes)
		*attributes =
			two(reading->ctx, CV_PALOALTO_LIST, cv_paloalto_lists[list].name,
			    CV_PALOALTO_FIELD, cv_paloalto_fields[field].field);
	loading->name = entry->name;
	entry->list = CV_PALOALTO_CLEAR;
	entry->attributes = *attributes;
	entry->attribute_count = 2;
	return true;
}

static bool take_move(struct cv_reading *reading, struct scan *scan,
		      struct cv_entry *entry)
{
	enum cv_paloalto_list_id list;
	const char *where, *anchor;

	if (!take_command(reading, scan, "move", &list, &entry->name) ||
	    list != CV_PALOALTO_RULE)
		return false;
	if (take(scan, " before "))
		where = "before";
	else if (take(scan, " after "))
		where = "after";
	else
		return false;
	if (!take_theirs(reading->ctx, scan, &anchor))
		return false;
	entry->list = CV_PALOALTO_MOVE;
	entry->attributes =
		two(reading->ctx, CV_PALOALTO_WHERE, where, CV_PALOALTO_ANCHOR, anchor);
	entry->attribute_count = 2;
	return true;
}

static bool read_load(struct cv_reading *reading, struct scan *scan,
		      struct loading *loading, struct cv_entry *entry)
{
	const char *line = scan->at, *file = loading->file;
	enum cv_paloalto_list_id list;

	if (!take_load(reading, scan, &list, &file))
		return refuse_at(reading, scan, "not a load command of this target");
	/* An object may name only what was loaded before it. */
	if ((int)list <= loading->last)
		return refuse_at(reading, scan, "the lists are not in loading order");
	if (loading->file && strcmp(loading->file, file) != 0)
		return refuse_at(reading, scan, "the commands load different files");
	loading->last = (int)list;
	loading->file = file;
	entry->list = CV_PALOALTO_LOAD;
	entry->value =
		cv_arena_copy(reading->ctx->arena, line, (size_t)(scan->at - line));
	return true;
}

static bool take_head(struct cv_reading *reading, struct scan *scan)
{
	if (take_line(scan, CV_PALOALTO_SCRIPTING) &&
	    take_line(scan, CV_PALOALTO_CONFIGURE))
		return true;
	return refuse_at(reading, scan, "scripting mode and configure come first");
}

bool cv_paloalto_load_read(struct cv_reading *reading)
{
	struct scan scan = {reading->bytes};
	struct loading loading = {.last = -1};
	bool moving = false;

	if (!take_head(reading, &scan))
		return false;
	while (!at_end(reading, &scan)) {
		struct cv_entry *entry =
			cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_STEP,
				       (size_t)(scan.at - reading->bytes));

		if (*scan.at == 'd' && !loading.file) {
			if (!take_clear(reading, &scan, &loading, entry))
				return refuse_at(reading, &scan,
						 "not a command that empties a field");
		} else if (*scan.at == 'm' && loading.file) {
			moving = true;
			if (!take_move(reading, &scan, entry))
				return refuse_at(reading, &scan,
						 "not a command that moves a rule");
		} else if (moving || !read_load(reading, &scan, &loading, entry)) {
			return reading->error ? false
					      : refuse_at(reading, &scan,
							  "a load behind a move");
		}
		if (!take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a load command of this target");
	}
	return true;
}

bool cv_paloalto_undo_read(struct cv_reading *reading)
{
	struct scan scan = {reading->bytes};
	struct cv_paloalto_undo_order order = CV_PALOALTO_UNDO_ORDER;

	if (!take_head(reading, &scan))
		return false;
	while (!at_end(reading, &scan)) {
		const size_t place = (size_t)(scan.at - reading->bytes);
		enum cv_paloalto_list_id list;
		const char *name = NULL;

		if (!take_command(reading, &scan, "delete", &list, &name) ||
		    !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a delete command of this target");
		if (!cv_paloalto_removal_add(reading, &order, list, name, place))
			return false;
	}
	return true;
}

bool cv_paloalto_removal_add(struct cv_reading *reading,
			     struct cv_paloalto_undo_order *order,
			     enum cv_paloalto_list_id list, const char *name,
			     size_t place)
{
	const size_t size = strlen(name);
	struct cv_entry *entry;

	if (list > order->list)
		return cv_paloalto_refuse(reading, place,
					  "the lists are not in deleting order");
	/* A group that names others has the beginning of their names. */
	if (list == order->list && order->name &&
	    cv_paloalto_lists[list].space != CV_PALOALTO_RULE_SPACE &&
	    strncmp(order->name, name, size) == 0 && order->name[size] == '-' &&
	    strlen(order->name) == size + 3)
		return cv_paloalto_refuse(reading, place,
					  "a group is deleted before its outer one");
	order->list = list;
	order->name = name;
	entry = cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_OBJECT, place);
	entry->operation = CV_REMOVE;
	entry->list = cv_paloalto_lists[list].name;
	entry->name = name;
	return true;
}

/* Adds a member to the entry of its group, which may be the one before it. */
static void add_member(struct cv_reading *reading, size_t place,
		       enum cv_paloalto_list_id list, const char *group,
		       struct cv_attribute member)
{
	struct cv_table *entries = &reading->entries;
	struct cv_entry *entry =
		entries->count ? CV_AT(entries, struct cv_entry, entries->count - 1)
			       : NULL;
	struct cv_attribute *attributes;

	if (!entry || strcmp(entry->name, group) != 0 ||
	    cv_paloalto_list_table(entry->list) != list) {
		entry = cv_entries_add(reading->ctx, entries, CV_ENTRY_OBJECT, place);
		entry->operation = CV_REMOVE;
		entry->list = cv_paloalto_lists[list].name;
		entry->name = group;
	}
	attributes = CV_NEW_ARRAY(reading->ctx->arena, entry->attribute_count + 1,
				  struct cv_attribute);
	if (entry->attribute_count)
		memcpy(attributes, entry->attributes,
		       entry->attribute_count * sizeof *attributes);
	attributes[entry->attribute_count++] = member;
	entry->attributes = attributes;
}

/* The attribute whose members stand in the field under the scan; NULL: in none. */
static const char *take_field(struct scan *scan, enum cv_paloalto_list_id list)
{
	for (const struct cv_paloalto_field *field = cv_paloalto_fields; field->attribute;
	     field++) {
		const char *start = scan->at;

		if (field->list == list && take(scan, field->field) && take(scan, " "))
			return field->attribute;
		scan->at = start;
	}
	return NULL;
}

bool cv_paloalto_trim_read(struct cv_reading *reading)
{
	struct scan scan = {reading->bytes};

	if (!take_head(reading, &scan))
		return false;
	while (!at_end(reading, &scan)) {
		const size_t place = (size_t)(scan.at - reading->bytes);
		struct cv_attribute member = {NULL, NULL};
		enum cv_paloalto_list_id list = CV_PALOALTO_RULE;
		const char *group = NULL;

		if (!take_command(reading, &scan, "delete", &list, &group) ||
		    list == CV_PALOALTO_RULE || !take(&scan, " ") ||
		    !(member.name = take_field(&scan, list)) ||
		    !take_theirs(reading->ctx, &scan, &member.value) ||
		    !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a command that takes a member away");
		add_member(reading, place, list, group, member);
	}
	return true;
}
