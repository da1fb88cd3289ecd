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
	/* The beginning of the command before, as far as the name: what begins with the
	 * same bytes is of the same verb and list. */
	struct cv_paloalto_stretch said; /* of no size: there is none */
	const char *verb;
	enum cv_paloalto_list_id list;
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

/* A name, up to the line's end or a blank. */
static bool take_name(struct scan *scan, struct cv_paloalto_stretch *name_out)
{
	size_t size = 0;

	while (CV_PALOALTO_IN_NAME(scan->at[size]))
		size++;
	if (!size || !strchr(cv_paloalto_name_first, *scan->at))
		return false;
	*name_out = (struct cv_paloalto_stretch){scan->at, size};
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
static bool take_theirs(struct scan *scan, struct cv_paloalto_stretch *name_out)
{
	const bool quoted = take(scan, "\"");
	size_t size = 0;

	while (scan->at[size] && (strchr(cv_paloalto_name_rest, scan->at[size]) ||
				  (quoted && strchr(cv_paloalto_quoted, scan->at[size]))))
		size++;
	if (!size || quoted == (strspn(scan->at, cv_paloalto_name_rest) >= size))
		return false;
	*name_out = (struct cv_paloalto_stretch){scan->at, size};
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
		      enum cv_paloalto_list_id *list_out,
		      struct cv_paloalto_stretch *file_out)
{
	const struct cv_paloalto_options *options = reading->options;

	if (!take(scan, "load config partial "))
		return false;
	if (cv_paloalto_release(options)->file_first)
		return take(scan, "from ") && take_name(scan, file_out) &&
		       take(scan, " ") && take_paths(scan, options, list_out);
	return take_paths(scan, options, list_out) && take(scan, " from ") &&
	       take_name(scan, file_out);
}

/* The verb, the scope where commands name one, and the list, with a blank behind it. */
static bool take_beginning(const struct cv_paloalto_options *options, struct scan *scan,
			   const char *verb)
{
	const char *start = scan->at;
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
	if (!take_list(scan, options, " ", &scan->list) || !take(scan, " "))
		return false;
	scan->verb = verb;
	scan->said = (struct cv_paloalto_stretch){start, (size_t)(scan->at - start)};
	return true;
}

/* The same, and a name. */
static bool take_command(struct cv_reading *reading, struct scan *scan, const char *verb,
			 enum cv_paloalto_list_id *list_out,
			 struct cv_paloalto_stretch *name_out)
{
	if (scan->said.size && strcmp(scan->verb, verb) == 0 &&
	    strncmp(scan->at, scan->said.at, scan->said.size) == 0)
		scan->at += scan->said.size;
	else if (!take_beginning(reading->options, scan, verb))
		return false;
	*list_out = scan->list;
	return take_name(scan, name_out);
}

/* What was said in the lines before. */
struct loading {
	struct cv_paloalto_stretch file; /* of no size: of none yet */
	int last;                        /* list that was loaded */
	/* The step that empties fields, with room for all of them; NULL: none. */
	struct cv_entry *clearing;
	struct cv_attribute *fields;
};

/* The field of an object that stands next; NULL: none does. */
static const struct cv_paloalto_field *take_field_name(struct scan *scan,
						       enum cv_paloalto_list_id list)
{
	for (const struct cv_paloalto_field *field = cv_paloalto_fields; field->attribute;
	     field++) {
		const char *start = scan->at;

		if (field->list == list && take(scan, field->field) && *scan->at == '\n')
			return field;
		scan->at = start;
	}
	return NULL;
}

/* The step of that object, which the line before may have begun. */
static struct cv_entry *clearing_of(struct cv_reading *reading, struct loading *loading,
				    size_t place, enum cv_paloalto_list_id list,
				    struct cv_paloalto_stretch name)
{
	struct cv_entry *entry = loading->clearing;

	if (entry && entry->more->attributes->value == cv_paloalto_lists[list].name &&
	    cv_paloalto_is_word(name, entry->more->name))
		return entry;
	entry = cv_reading_begin(reading, CV_ENTRY_STEP, place);
	loading->clearing = entry;
	loading->fields = CV_NEW_ARRAY(cv_reading_texts(reading)->arena,
				       1 + CV_PALOALTO_FIELDS, struct cv_attribute);
	loading->fields[0] =
		(struct cv_attribute){CV_PALOALTO_LIST, cv_paloalto_lists[list].name};
	entry->list = CV_PALOALTO_CLEAR;
	entry->more->name = cv_paloalto_text_of(reading, name);
	entry->more->attributes = loading->fields;
	entry->more->attribute_count = 1;
	return entry;
}

/* A field of an object, and nothing deeper or more than that. */
static bool read_clear(struct cv_reading *reading, struct scan *scan,
		       struct loading *loading)
{
	const size_t place = (size_t)(scan->at - reading->bytes);
	const struct cv_paloalto_field *field;
	enum cv_paloalto_list_id list;
	struct cv_paloalto_stretch name;
	struct cv_entry *entry;

	if (!take_command(reading, scan, "delete", &list, &name) || !take(scan, " "))
		return false;
	field = take_field_name(scan, list);
	if (!field)
		return false;
	entry = clearing_of(reading, loading, place, list, name);
	if (entry->more->attribute_count > CV_PALOALTO_FIELDS)
		return false;
	loading->fields[entry->more->attribute_count++] =
		(struct cv_attribute){CV_PALOALTO_FIELD, field->field};
	return true;
}

static bool read_move(struct cv_reading *reading, struct scan *scan)
{
	const size_t place = (size_t)(scan->at - reading->bytes);
	struct cv_paloalto_stretch rule, where, anchor;
	enum cv_paloalto_list_id list;

	if (!take_command(reading, scan, "move", &list, &rule) ||
	    list != CV_PALOALTO_RULE || !take(scan, " "))
		return false;
	where.at = scan->at;
	if (!take(scan, "before") && !take(scan, "after"))
		return false;
	where.size = (size_t)(scan->at - where.at);
	if (!take(scan, " ") || !take_theirs(scan, &anchor))
		return false;
	cv_paloalto_move_add(reading, place, rule, where, anchor);
	return true;
}

static bool read_load(struct cv_reading *reading, struct scan *scan,
		      struct loading *loading)
{
	const char *line = scan->at;
	struct cv_paloalto_stretch file;
	enum cv_paloalto_list_id list;
	struct cv_entry *entry;

	if (!take_load(reading, scan, &list, &file))
		return refuse_at(reading, scan, "not a load command of this target");
	/* An object may name only what was loaded before it. */
	if ((int)list <= loading->last)
		return refuse_at(reading, scan, "the lists are not in loading order");
	if (loading->file.size && (loading->file.size != file.size ||
				   memcmp(loading->file.at, file.at, file.size) != 0))
		return refuse_at(reading, scan, "the commands load different files");
	loading->last = (int)list;
	loading->file = file;
	entry = cv_reading_begin(reading, CV_ENTRY_STEP, (size_t)(line - reading->bytes));
	entry->list = CV_PALOALTO_LOAD;
	entry->more->value = cv_paloalto_text_of(
		reading, (struct cv_paloalto_stretch){line, (size_t)(scan->at - line)});
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
	struct scan scan = {.at = reading->bytes};
	struct loading loading = {.last = -1};
	bool moving = false;

	if (!take_head(reading, &scan))
		return false;
	while (!at_end(reading, &scan)) {
		if (*scan.at == 'd' && !loading.file.size) {
			if (!read_clear(reading, &scan, &loading))
				return refuse_at(reading, &scan,
						 "not a command that empties a field");
		} else if (*scan.at == 'm' && loading.file.size) {
			moving = true;
			if (!read_move(reading, &scan))
				return refuse_at(reading, &scan,
						 "not a command that moves a rule");
		} else if (moving || !read_load(reading, &scan, &loading)) {
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
	struct scan scan = {.at = reading->bytes};
	struct cv_paloalto_undo_order order = CV_PALOALTO_UNDO_ORDER;

	if (!take_head(reading, &scan))
		return false;
	while (!at_end(reading, &scan)) {
		const size_t place = (size_t)(scan.at - reading->bytes);
		struct cv_paloalto_stretch name;
		enum cv_paloalto_list_id list;

		if (!take_command(reading, &scan, "delete", &list, &name) ||
		    !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a delete command of this target");
		if (!cv_paloalto_removal_add(reading, &order, list, name, place))
			return false;
	}
	return true;
}

/* Whether a group of that name would have one called `inner` in it: it has the beginning
 * of its name. */
static bool is_outer(struct cv_paloalto_stretch outer, const char *inner)
{
	return strncmp(inner, outer.at, outer.size) == 0 && inner[outer.size] == '-' &&
	       strlen(inner) == outer.size + 3;
}

bool cv_paloalto_removal_add(struct cv_reading *reading,
			     struct cv_paloalto_undo_order *order,
			     enum cv_paloalto_list_id list,
			     struct cv_paloalto_stretch name, size_t place)
{
	struct cv_entry *entry;

	if (list > order->list)
		return cv_paloalto_refuse(reading, place,
					  "the lists are not in deleting order");
	if (name.size >= sizeof order->name)
		return cv_paloalto_refuse(reading, place,
					  "a name is longer than %zu characters",
					  sizeof order->name - 1);
	if (list == order->list &&
	    cv_paloalto_lists[list].space != CV_PALOALTO_RULE_SPACE &&
	    is_outer(name, order->name))
		return cv_paloalto_refuse(reading, place,
					  "a group is deleted before its outer one");
	order->list = list;
	memcpy(order->name, name.at, name.size);
	order->name[name.size] = '\0';
	entry = cv_reading_begin(reading, CV_ENTRY_OBJECT, place);
	entry->operation = CV_REMOVE;
	entry->list = cv_paloalto_lists[list].name;
	entry->more->name = cv_paloalto_text_of(reading, name);
	return true;
}

/* Adds a member to the entry of its group, which may be the one before it. */
static void add_member(struct cv_reading *reading, size_t place,
		       enum cv_paloalto_list_id list, struct cv_paloalto_stretch group,
		       struct cv_attribute member)
{
	struct cv_table *entries = &reading->entries;
	struct cv_entry *entry =
		entries->count ? CV_AT(entries, struct cv_entry, entries->count - 1)
			       : NULL;
	struct cv_attribute *attributes;

	if (!entry || !cv_paloalto_is_word(group, entry->more->name) ||
	    cv_paloalto_list_table(entry->list) != list) {
		entry = cv_entries_add(reading->ctx, entries, CV_ENTRY_OBJECT, place);
		entry->operation = CV_REMOVE;
		entry->list = cv_paloalto_lists[list].name;
		entry->more->name =
			cv_arena_copy(reading->ctx->arena, group.at, group.size);
	}
	attributes = CV_NEW_ARRAY(reading->ctx->arena, entry->more->attribute_count + 1,
				  struct cv_attribute);
	if (entry->more->attribute_count)
		memcpy(attributes, entry->more->attributes,
		       entry->more->attribute_count * sizeof *attributes);
	attributes[entry->more->attribute_count++] = member;
	entry->more->attributes = attributes;
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
	struct scan scan = {.at = reading->bytes};

	if (!take_head(reading, &scan))
		return false;
	while (!at_end(reading, &scan)) {
		const size_t place = (size_t)(scan.at - reading->bytes);
		struct cv_attribute member = {NULL, NULL};
		enum cv_paloalto_list_id list = CV_PALOALTO_RULE;
		struct cv_paloalto_stretch group, value;

		if (!take_command(reading, &scan, "delete", &list, &group) ||
		    list == CV_PALOALTO_RULE || !take(&scan, " ") ||
		    !(member.name = take_field(&scan, list)) ||
		    !take_theirs(&scan, &value) || !take(&scan, "\n"))
			return refuse_at(reading, &scan,
					 "not a command that takes a member away");
		member.value = cv_arena_copy(reading->ctx->arena, value.at, value.size);
		add_member(reading, place, list, group, member);
	}
	return true;
}
