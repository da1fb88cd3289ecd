/* The walk over a document of ours.  Every byte is accounted for: the spelling leaves one
 * way to write each thing (read_events.c); the walk knows every element, attribute and
 * blank of it or refuses. */
#include "paloalto-xml/read_xml.h"

#include <stdarg.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/read.h"
#include "paloalto-xml/read_events.h"

bool cv_paloalto_refuse(struct cv_reading *reading, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	reading->error = cv_arena_vformat(reading->ctx->arena, format, args);
	reading->error_at = at;
	va_end(args);
	return false;
}

/* The layout: each element begins a line of its own.  No reference stands for it. */
static bool is_gap(const struct cv_reading *reading,
		   const struct cv_paloalto_event *event, unsigned depth)
{
	const size_t blanks = (size_t)depth * 2;

	if (!event || event->kind != CV_PALOALTO_XML_TEXT ||
	    event->text.at != reading->bytes + event->place ||
	    event->text.size != 1 + blanks || event->text.at[0] != '\n')
		return false;
	for (size_t i = 1; i <= blanks; i++)
		if (event->text.at[i] != ' ')
			return false;
	return true;
}

static bool is_next(struct cv_paloalto_reader *reader, enum cv_paloalto_event_kind kind)
{
	const struct cv_paloalto_event *event = cv_paloalto_event_next(reader);

	return event && event->kind == kind;
}

/* From the white space before a member to the member, or to the end of its parent. */
static bool move(struct cv_paloalto_cursor *cursor, bool first)
{
	struct cv_paloalto_reader *reader = cursor->reader;
	const struct cv_paloalto_event *gap = cv_paloalto_event_next(reader);
	const bool inside = is_gap(reader->reading, gap, cursor->depth);
	const bool behind = !first && is_gap(reader->reading, gap, cursor->depth - 1);

	if (gap)
		reader->at = gap->place + gap->text.size;
	if (inside || behind)
		cv_paloalto_event_take(reader);
	if (inside && is_next(reader, CV_PALOALTO_XML_START)) {
		cursor->here = cv_paloalto_event_take(reader)->start;
		cursor->node = &cursor->here;
		return true;
	}
	if (behind && is_next(reader, CV_PALOALTO_XML_END)) {
		cursor->node = NULL;
		return true;
	}
	return cv_paloalto_refuse(
		reader->reading, reader->at,
		"<%.*s> is empty, holds text or is laid out in another way",
		(int)cursor->parent->name.size, cursor->parent->name.at);
}

bool cv_paloalto_enter(struct cv_paloalto_cursor *cursor,
		       struct cv_paloalto_reader *reader,
		       const struct cv_paloalto_start *parent, unsigned depth)
{
	cursor->reader = reader;
	cursor->parent = parent;
	cursor->node = NULL;
	cursor->depth = depth;
	return move(cursor, true);
}

bool cv_paloalto_advance(struct cv_paloalto_cursor *cursor)
{
	if (!is_next(cursor->reader, CV_PALOALTO_XML_END))
		return cv_paloalto_refuse(cursor->reader->reading, cursor->reader->at,
					  "<%.*s> holds more than it may",
					  (int)cursor->node->name.size,
					  cursor->node->name.at);
	cv_paloalto_event_take(cursor->reader);
	return move(cursor, false);
}

bool cv_paloalto_is_plain(const struct cv_paloalto_cursor *cursor, const char *element)
{
	const struct cv_paloalto_start *node = cursor->node;

	return node && !node->count && cv_paloalto_is_word(node->name, element);
}

bool cv_paloalto_is_bare(const struct cv_paloalto_cursor *cursor)
{
	return is_next(cursor->reader, CV_PALOALTO_XML_END);
}

bool cv_paloalto_leave(const struct cv_paloalto_cursor *cursor)
{
	if (!cursor->node)
		return true;
	return cv_paloalto_refuse(cursor->reader->reading, cursor->reader->at,
				  "<%.*s> is not known in this place of <%.*s>",
				  (int)cursor->node->name.size, cursor->node->name.at,
				  (int)cursor->parent->name.size,
				  cursor->parent->name.at);
}

const char *cv_paloalto_attribute(const struct cv_paloalto_start *element, size_t number,
				  const char *name)
{
	return number < element->count &&
			       cv_paloalto_is_word(element->attributes[number].name,
						   name) &&
			       *element->attributes[number].value
		       ? element->attributes[number].value
		       : NULL;
}

/* `<entry name="...">` and no other attribute; NULL: reported. */
const char *cv_paloalto_entry_name(const struct cv_paloalto_cursor *cursor)
{
	const struct cv_paloalto_start *node = cursor->node;
	const char *name = NULL;

	if (node && node->count == 1 && cv_paloalto_is_word(node->name, "entry"))
		name = cv_paloalto_attribute(node, 0, "name");
	if (!name)
		cv_paloalto_refuse(
			cursor->reader->reading, cursor->reader->at,
			"an entry with a name and nothing else should stand here");
	return name;
}

bool cv_paloalto_leaf(struct cv_paloalto_cursor *cursor, const char *element,
		      const char **text_out)
{
	struct cv_paloalto_reader *reader = cursor->reader;
	struct cv_reading *reading = reader->reading;
	bool alone;

	if (!cv_paloalto_is_plain(cursor, element))
		return cv_paloalto_refuse(reading, reader->at, "<%s> should stand here",
					  element);
	alone = is_next(reader, CV_PALOALTO_XML_TEXT);
	if (alone) {
		*text_out = cv_paloalto_text_of(reading,
						cv_paloalto_event_take(reader)->text);
		alone = is_next(reader, CV_PALOALTO_XML_END);
	}
	if (!alone)
		return cv_paloalto_refuse(reading, reader->at,
					  "<%s> should hold text and nothing else",
					  element);
	return cv_paloalto_advance(cursor);
}

bool cv_paloalto_is_repeated(struct cv_paloalto_cursor *cursor,
			     const struct cv_paloalto_object *object)
{
	static const char end[] = "</entry>";
	struct cv_paloalto_reader *reader = cursor->reader;
	const struct cv_reading *reading = reader->reading;

	if (object->size > reading->size - reader->at ||
	    memcmp(reading->bytes + reader->at, reading->bytes + object->place,
		   object->size) != 0)
		return false;
	cv_paloalto_events_skip(reader, reader->at + object->size - (sizeof end - 1));
	return cv_paloalto_advance(cursor);
}

/* The root, and behind what `read` has made of it nothing but its end. */
static bool read_root(struct cv_paloalto_reader *reader,
		      bool (*read)(struct cv_paloalto_reader *,
				   const struct cv_paloalto_start *))
{
	struct cv_paloalto_start root;
	const bool found = is_next(reader, CV_PALOALTO_XML_START);

	if (found)
		root = cv_paloalto_event_take(reader)->start;
	if (!read(reader, found ? &root : NULL))
		return false;
	if (is_next(reader, CV_PALOALTO_XML_END)) {
		cv_paloalto_event_take(reader);
		if (!cv_paloalto_event_next(reader))
			return true;
	}
	return cv_paloalto_refuse(reader->reading, reader->at,
				  "something stands behind the document");
}

bool cv_paloalto_document_read(struct cv_reading *reading,
			       bool (*read)(struct cv_paloalto_reader *,
					    const struct cv_paloalto_start *root))
{
	struct cv_paloalto_reader reader = {.reading = reading,
					    .arena = reading->ctx->arena,
					    .objects = {.reading = reading}};
	bool understood;

	cv_paloalto_events_open(&reader);
	understood = read_root(&reader, read);
	cv_paloalto_objects_close(&reader.objects);
	return cv_paloalto_events_close(&reader) && understood;
}
