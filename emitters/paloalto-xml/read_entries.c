/* The objects of our XML, each in the one order of elements in which it is written. */
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"
#include "paloalto-xml/read.h"
#include "paloalto-xml/read_events.h"
#include "paloalto-xml/read_xml.h"

/* A description, or the comments of a tag; there need be none. */
static bool description(struct cv_paloalto_cursor *cursor, enum cv_paloalto_list_id list,
			const char **text_out)
{
	const char *element = cv_paloalto_lists[list].text;
	const size_t at = cursor->reader->at;

	return !cv_paloalto_is_plain(cursor, element) ||
	       (cv_paloalto_leaf(cursor, element, text_out) &&
		cv_paloalto_check_text(cursor->reader->reading, at, list, *text_out));
}

static void add_attribute(struct cv_paloalto_reader *reader, const char *name,
			  const char *value)
{
	*CV_ADD(reader->arena, &reader->attributes, struct cv_attribute) =
		(struct cv_attribute){name, value};
}

/* The members of an element as attributes of that name. */
static bool members(struct cv_paloalto_cursor *outer, const char *element,
		    const char *name)
{
	struct cv_paloalto_cursor cursor;
	const char *text;

	if (!cv_paloalto_is_plain(outer, element))
		return cv_paloalto_refuse(outer->reader->reading, outer->reader->at,
					  "<%s> should stand here", element);
	if (!cv_paloalto_enter(&cursor, outer->reader, outer->node, outer->depth + 1))
		return false;
	while (cursor.node) {
		if (!cv_paloalto_leaf(&cursor, "member", &text))
			return false;
		add_attribute(outer->reader, name, text);
	}
	return cv_paloalto_advance(outer);
}

/* What stands there already, and is only used, has no tag of ours. */
static bool tags(struct cv_paloalto_cursor *cursor)
{
	return !cv_paloalto_is_plain(cursor, "tag") ||
	       members(cursor, "tag", CV_PALOALTO_TAGGED);
}

static bool ports(struct cv_paloalto_cursor *cursor, const char *element,
		  const struct cv_ports **ports_out)
{
	const size_t at = cursor->reader->at;
	const char *text;

	return cv_paloalto_leaf(cursor, element, &text) &&
	       cv_paloalto_read_ports(cursor->reader->reading, at, text, ports_out);
}

static bool read_tag(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	return description(cursor, CV_PALOALTO_TAG, &entry->more->value);
}

static bool read_protocol(struct cv_paloalto_cursor *outer, struct cv_entry *entry)
{
	struct cv_paloalto_reader *reader = outer->reader;
	struct cv_paloalto_cursor protocol, inner;

	if (!cv_paloalto_is_plain(outer, "protocol"))
		return cv_paloalto_refuse(reader->reading, reader->at,
					  "<protocol> should stand here");
	if (!cv_paloalto_enter(&protocol, reader, outer->node, outer->depth + 1))
		return false;
	for (const struct cv_paloalto_protocol *known = cv_paloalto_protocols;
	     known->name; known++)
		if (cv_paloalto_is_plain(&protocol, known->name))
			entry->protocol = cv_entry_number(known->number);
	if (entry->protocol == CV_NO_PROTOCOL)
		return cv_paloalto_leave(&protocol);
	if (!cv_paloalto_enter(&inner, reader, protocol.node, protocol.depth + 1) ||
	    !ports(&inner, "port", &entry->ports))
		return false;
	if (cv_paloalto_is_plain(&inner, "source-port") &&
	    !ports(&inner, "source-port", &entry->more->source_ports))
		return false;
	return cv_paloalto_leave(&inner) && cv_paloalto_advance(&protocol) &&
	       cv_paloalto_leave(&protocol) && cv_paloalto_advance(outer);
}

static bool read_service(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	return description(cursor, CV_PALOALTO_SERVICE, &entry->note) &&
	       read_protocol(cursor, entry) && tags(cursor);
}

static bool read_group(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	(void)entry;
	return members(cursor, "members", CV_PALOALTO_MEMBER) && tags(cursor);
}

/* A value of an object as an attribute of that name. */
static bool one(struct cv_paloalto_cursor *cursor, const char *element, const char *name)
{
	const char *text;

	if (!cv_paloalto_leaf(cursor, element, &text))
		return false;
	add_attribute(cursor->reader, name, text);
	return true;
}

static bool read_address(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	const char *const *kind = cv_paloalto_address_kinds;

	if (!description(cursor, CV_PALOALTO_ADDRESS, &entry->note))
		return false;
	while (kind[1] && !cv_paloalto_is_plain(cursor, *kind))
		kind++;
	return one(cursor, *kind, *kind) && tags(cursor);
}

static bool read_address_group(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	return description(cursor, CV_PALOALTO_ADDRESS_GROUP, &entry->note) &&
	       members(cursor, "static", CV_PALOALTO_MEMBER) && tags(cursor);
}

/* The type came with 9.0 and may not stand before. */
static bool read_category(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	struct cv_reading *reading = cursor->reader->reading;
	const char *type = CV_PALOALTO_CATEGORY_TYPE;
	size_t at;

	if (!description(cursor, CV_PALOALTO_CATEGORY, &entry->note) ||
	    !members(cursor, "list", CV_PALOALTO_URL))
		return false;
	at = cursor->reader->at;
	if (cv_paloalto_release(reading->options)->category_type &&
	    !cv_paloalto_leaf(cursor, "type", &type))
		return false;
	if (strcmp(type, CV_PALOALTO_CATEGORY_TYPE) != 0)
		return cv_paloalto_refuse(reading, at, "the type of a URL category is %s",
					  CV_PALOALTO_CATEGORY_TYPE);
	return true;
}

static bool read_profiles(struct cv_paloalto_cursor *outer)
{
	struct cv_paloalto_cursor cursor;

	if (!cv_paloalto_is_plain(outer, "profile-setting"))
		return true;
	return cv_paloalto_enter(&cursor, outer->reader, outer->node, outer->depth + 1) &&
	       members(&cursor, "group", CV_PALOALTO_PROFILES) &&
	       cv_paloalto_leave(&cursor) && cv_paloalto_advance(outer);
}

static bool read_rule(struct cv_paloalto_cursor *cursor, struct cv_entry *entry)
{
	static const char *const lists[][2] = {
		{"from", CV_PALOALTO_FROM},
		{"to", CV_PALOALTO_TO},
		{"source", CV_PALOALTO_SOURCE},
		{"destination", CV_PALOALTO_DESTINATION},
		{"service", CV_PALOALTO_SERVICES},
		{"application", CV_PALOALTO_APPLICATION},
		{"tag", CV_PALOALTO_TAGGED},
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (!members(cursor, lists[i][0], lists[i][1]))
			return false;
	return description(cursor, CV_PALOALTO_RULE, &entry->note) &&
	       one(cursor, "action", CV_PALOALTO_ACTION) &&
	       (!cv_paloalto_is_plain(cursor, "log-setting") ||
		one(cursor, "log-setting", CV_PALOALTO_LOG)) &&
	       read_profiles(cursor);
}

/* The object of the list that is under the cursor; the entry has its kind, and gets the
 * rest. */
static bool read_entry(struct cv_paloalto_cursor *cursor, enum cv_paloalto_list_id list,
		       struct cv_entry *entry)
{
	static bool (*const read_object[])(struct cv_paloalto_cursor *,
					   struct cv_entry *) = {
		[CV_PALOALTO_TAG] = read_tag,
		[CV_PALOALTO_ADDRESS] = read_address,
		[CV_PALOALTO_ADDRESS_GROUP] = read_address_group,
		[CV_PALOALTO_SERVICE] = read_service,
		[CV_PALOALTO_SERVICE_GROUP] = read_group,
		[CV_PALOALTO_CATEGORY] = read_category,
		[CV_PALOALTO_RULE] = read_rule,
	};
	struct cv_paloalto_reader *reader = cursor->reader;
	struct cv_paloalto_cursor inside;
	const char *name = cv_paloalto_entry_name(cursor);

	if (!name)
		return false;
	entry->list = cv_paloalto_lists[list].name;
	entry->more->name = cv_arena_text(cv_reading_texts(reader->reading)->arena, name);
	reader->attributes.count = 0;
	if (!cv_paloalto_enter(&inside, reader, cursor->node, cursor->depth + 1) ||
	    !read_object[list](&inside, entry) || !cv_paloalto_leave(&inside))
		return false;
	cv_reading_attributes(reader->reading, entry, &reader->attributes);
	return true;
}

bool cv_paloalto_entries_read(struct cv_paloalto_reader *reader,
			      const struct cv_paloalto_start *parent, unsigned depth,
			      enum cv_paloalto_list_id list)
{
	static const char end[] = "</entry>";
	struct cv_paloalto_cursor cursor;

	if (!cv_paloalto_enter(&cursor, reader, parent, depth))
		return false;
	while (cursor.node) {
		struct cv_entry *entry =
			cv_reading_begin(reader->reading, CV_ENTRY_OBJECT, reader->at);
		const struct cv_paloalto_event *behind;
		struct cv_paloalto_object *object;

		if (!read_entry(&cursor, list, entry))
			return false;
		object = cv_paloalto_object_take(&reader->objects, entry);
		behind = cv_paloalto_event_next(reader);
		if (!object || !behind)
			return false;
		object->size = behind->place + sizeof end - 1 - object->place;
		if (!cv_paloalto_advance(&cursor))
			return false;
	}
	return true;
}
