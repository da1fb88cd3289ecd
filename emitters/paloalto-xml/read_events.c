/* Events in a queue: the parser gets a piece of the bytes whenever none is left.  Its
 * errors stay in its own context: nothing is printed and no handler of the process is
 * touched.  No entity but the five can be there: the spelling sees to it, and to ASCII,
 * so that no encoding is named: one that is costs a copy of the document. */
#include "paloalto-xml/read_events.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/read.h"

/* Small, so that the artefacts of a small site are of many pieces, too. */
enum { PIECE = 4096 };

/* Where the parser put a text or a value. */
struct stretch {
	size_t start, size;
};

struct event {
	enum cv_paloalto_event_kind kind;
	const char *name; /* of a start: of the parser's dictionary, as all names */
	bool foreign;
	size_t count; /* of attributes */
	const char *names[CV_PALOALTO_XML_ATTRIBUTES];
	struct stretch texts[CV_PALOALTO_XML_ATTRIBUTES]; /* their values; or the text */
};

struct cv_paloalto_events {
	struct cv_table items; /* of struct event; their room is used again */
	size_t next;           /* that comes next */
	struct cv_buf texts;   /* with a NUL behind each */
	struct cv_paloalto_event shown;
	bool is_shown; /* it is the next */
};

static struct event *add(struct cv_paloalto_reader *reader,
			 enum cv_paloalto_event_kind kind)
{
	struct event *event = CV_ADD(reader->arena, &reader->events->items, struct event);

	event->kind = kind;
	return event;
}

static struct event *last_of(const struct cv_paloalto_events *events)
{
	return events->items.count > events->next
		       ? CV_AT(&events->items, struct event, events->items.count - 1)
		       : NULL;
}

static struct stretch keep(struct cv_paloalto_events *events, const xmlChar *text,
			   size_t size)
{
	const struct stretch stretch = {events->texts.size, size};

	cv_buf_add(&events->texts, (const char *)text, size);
	cv_buf_char(&events->texts, '\0');
	return stretch;
}

/* Of each attribute the parser gives five: its name, prefix, name space, and where its
 * value begins and ends. */
static void on_start(void *user, const xmlChar *name, const xmlChar *prefix,
		     const xmlChar *space, int spaces, const xmlChar **space_list,
		     int count, int defaulted, const xmlChar **attributes)
{
	struct cv_paloalto_reader *reader = user;
	struct event *event = add(reader, CV_PALOALTO_XML_START);

	(void)space_list;
	event->name = (const char *)name;
	event->foreign = prefix || space || spaces || defaulted ||
			 count > CV_PALOALTO_XML_ATTRIBUTES;
	event->count = event->foreign ? 0 : (size_t)count;
	for (size_t i = 0; i < event->count; i++) {
		const xmlChar **attribute = attributes + 5 * i;

		event->foreign = event->foreign || attribute[1] || attribute[2];
		event->names[i] = (const char *)attribute[0];
		event->texts[i] = keep(reader->events, attribute[3],
				       (size_t)(attribute[4] - attribute[3]));
	}
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix,
		   const xmlChar *space)
{
	(void)name;
	(void)prefix;
	(void)space;
	add(user, CV_PALOALTO_XML_END);
}

/* A text comes in parts: the last one of the queue grows, with its NUL behind it. */
static void on_text(void *user, const xmlChar *text, int size)
{
	struct cv_paloalto_reader *reader = user;
	struct cv_paloalto_events *events = reader->events;
	struct event *event = last_of(events);

	if (!event || event->kind != CV_PALOALTO_XML_TEXT) {
		event = add(reader, CV_PALOALTO_XML_TEXT);
		event->texts[0] = keep(events, text, (size_t)size);
		return;
	}
	events->texts.size--;
	event->texts[0].size += keep(events, text, (size_t)size).size;
}

static void on_other(void *user, const xmlChar *text)
{
	(void)text;
	add(user, CV_PALOALTO_XML_OTHER);
}

static void on_instruction(void *user, const xmlChar *name, const xmlChar *text)
{
	(void)name;
	on_other(user, text);
}

static void on_cdata(void *user, const xmlChar *text, int size)
{
	(void)size;
	on_other(user, text);
}

void cv_paloalto_events_open(struct cv_paloalto_reader *reader)
{
	xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
				 .startElementNs = on_start,
				 .endElementNs = on_end,
				 .characters = on_text,
				 .ignorableWhitespace = on_text,
				 .comment = on_other,
				 .processingInstruction = on_instruction,
				 .cdataBlock = on_cdata};

	reader->events = CV_NEW(reader->arena, struct cv_paloalto_events);
	/* So that what the library keeps from here on is freed at the end, too. */
	xmlInitParser();
	reader->parser = xmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL);
	if (!reader->parser)
		cv_out_of_memory();
	xmlCtxtUseOptions(reader->parser,
			  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

/* Makes room: what may be left is one text whose end is not known yet. */
static void forget_taken(struct cv_paloalto_events *events)
{
	const struct event *left = last_of(events);

	if (left) {
		struct event *first = CV_AT(&events->items, struct event, 0);
		const struct stretch text = left->texts[0];

		memmove(events->texts.data, events->texts.data + text.start,
			text.size + 1);
		events->texts.size = text.size + 1;
		first->kind = CV_PALOALTO_XML_TEXT;
		first->texts[0] = (struct stretch){0, text.size};
	} else {
		events->texts.size = 0;
	}
	events->items.count = left ? 1 : 0;
	events->next = 0;
}

/* Gives the parser the next bytes; false: there are none, or it refused some. */
static bool feed(struct cv_paloalto_reader *reader)
{
	const struct cv_reading *reading = reader->reading;
	const size_t left = reading->size - reader->fed;
	const size_t size = left < PIECE ? left : PIECE;

	if (!size || xmlCtxtGetLastError(reader->parser))
		return false;
	forget_taken(reader->events);
	xmlParseChunk(reader->parser, reading->bytes + reader->fed, (int)size,
		      size == left);
	reader->fed += size;
	return true;
}

/* Whether an event is there of which nothing more can come. */
static bool is_whole(const struct cv_paloalto_events *events)
{
	const size_t count = events->items.count - events->next;

	return count > 1 || (count == 1 && last_of(events)->kind != CV_PALOALTO_XML_TEXT);
}

static void show(struct cv_paloalto_events *events)
{
	const struct event *event = CV_AT(&events->items, struct event, events->next);
	struct cv_paloalto_event *shown = &events->shown;

	events->is_shown = true;
	shown->kind = event->kind;
	if (event->kind == CV_PALOALTO_XML_TEXT)
		shown->text = events->texts.data + event->texts[0].start;
	if (event->kind != CV_PALOALTO_XML_START)
		return;
	shown->start.name = event->name;
	shown->start.foreign = event->foreign;
	shown->start.count = event->count;
	for (size_t i = 0; i < event->count; i++) {
		shown->start.attributes[i].name = event->names[i];
		shown->start.attributes[i].value =
			events->texts.data + event->texts[i].start;
	}
}

const struct cv_paloalto_event *cv_paloalto_event_next(struct cv_paloalto_reader *reader)
{
	struct cv_paloalto_events *events = reader->events;

	if (events->is_shown)
		return &events->shown;
	while (!is_whole(events))
		if (!feed(reader))
			return NULL;
	show(events);
	return &events->shown;
}

const struct cv_paloalto_event *cv_paloalto_event_take(struct cv_paloalto_reader *reader)
{
	const struct cv_paloalto_event *event = cv_paloalto_event_next(reader);

	reader->events->next++;
	reader->events->is_shown = false;
	return event;
}

bool cv_paloalto_events_close(struct cv_paloalto_reader *reader)
{
	const xmlError *error;
	bool whole;

	reader->events->is_shown = false;
	do
		reader->events->next = reader->events->items.count;
	while (feed(reader));
	error = xmlCtxtGetLastError(reader->parser);
	whole = !error && reader->parser->wellFormed;
	if (!whole)
		cv_paloalto_refuse(
			reader->reading, 0, "line %d: %.*s", error ? error->line : 1,
			error && error->message ? (int)strcspn(error->message, "\n") : 0,
			error && error->message ? error->message : "");
	xmlFreeParserCtxt(reader->parser);
	xmlResetLastError(); /* libxml2 keeps a copy that outlives the context */
	cv_buf_deinit(&reader->events->texts);
	return whole;
}
