/* Tags, text and white space in the one spelling of our XML, which leaves nothing that
 * two readers could take in two ways: ASCII, double quotes, one blank before an
 * attribute, no empty-element tags, no comment, declaration, instruction or CDATA
 * section, and each character written in one way only.  In any other the bytes are
 * refused. */
#include "paloalto-xml/read_events.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"
#include "paloalto-xml/read.h"

enum { DEEPEST = 16 }; /* elements in each other: a rule of Panorama's has 12 */

enum { PLAIN, LINE_BREAK, NONE };

struct cv_paloalto_events {
	const char *at, *end;
	struct cv_paloalto_stretch open[DEEPEST]; /* names: each is in the one before */
	size_t depth;
	bool begun;
	struct cv_buf values; /* of the last start tag, with a NUL behind each */
	struct cv_buf text;   /* of the last one that had references in it */
	const char *error;    /* at `at`; NULL: none so far */
	struct cv_paloalto_event shown;
	bool is_shown;                      /* it is the next */
	unsigned char sorts[UCHAR_MAX + 1]; /* of bytes */
};

static bool refuse(struct cv_paloalto_events *events)
{
	events->error = "neither a tag nor text as this format spells them";
	return false;
}

/* Behind the bytes is a NUL, which is legal nowhere in them. */
static bool take(struct cv_paloalto_events *events, char c)
{
	if (*events->at != c)
		return false;
	events->at++;
	return true;
}

/* What stands for itself is printable ASCII but what has to be written as a reference; in
 * a text line breaks, too. */
static void sort_bytes(struct cv_paloalto_events *events)
{
	memset(events->sorts, NONE, sizeof events->sorts);
	memset(&events->sorts[' '], PLAIN, '~' + 1 - ' ');
	for (const char *c = "&<>\"'"; *c; c++)
		events->sorts[(unsigned char)*c] = NONE;
	events->sorts['\n'] = LINE_BREAK;
}

/* What stands for itself, as far as it goes. */
static struct cv_paloalto_stretch take_plain(struct cv_paloalto_events *events, bool text)
{
	const unsigned char most = text ? LINE_BREAK : PLAIN;
	const char *start = events->at, *at = start;

	while (events->sorts[(unsigned char)*at] <= most)
		at++;
	events->at = at;
	return (struct cv_paloalto_stretch){start, (size_t)(at - start)};
}

/* XML 1.0, section 2.2: what a document may hold; less what stands for itself. */
static bool is_referred(uint32_t c)
{
	if (c < ' ')
		return c == '\t' || c == '\n' || c == '\r';
	return c > '~' && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF &&
	       c < 0x110000;
}

static bool take_number(struct cv_paloalto_events *events, struct cv_buf *out)
{
	uint32_t number = 0;
	char bytes[4];

	if (*events->at == '0')
		return false;
	while (*events->at >= '0' && *events->at <= '9' && number < 0x110000)
		number = number * 10 + (uint32_t)(*events->at++ - '0');
	if (!is_referred(number) || !take(events, ';'))
		return false;
	cv_buf_add(out, bytes, cv_utf8_encode(number, bytes));
	return true;
}

/* The five named ones; a number only for what must not be written as it is. */
static bool take_reference(struct cv_paloalto_events *events, struct cv_buf *out)
{
	static const struct {
		const char *name;
		char means;
	} named[] = {{"&apos;", '\''}, /* most are of paths */
		     {"&amp;", '&'},
		     {"&lt;", '<'},
		     {"&gt;", '>'},
		     {"&quot;", '"'}};

	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		const size_t size = strlen(named[i].name);

		if (strncmp(events->at, named[i].name, size) == 0) {
			events->at += size;
			cv_buf_char(out, named[i].means);
			return true;
		}
	}
	return take(events, '&') && take(events, '#') && take_number(events, out);
}

/* What the text from here on stands for, behind what the buffer holds. */
static bool take_value(struct cv_paloalto_events *events, bool text, struct cv_buf *out)
{
	for (;;) {
		const struct cv_paloalto_stretch some = take_plain(events, text);

		cv_buf_add(out, some.at, some.size);
		if (*events->at != '&')
			return true;
		if (!take_reference(events, out))
			return false;
	}
}

static bool read_text(struct cv_paloalto_events *events)
{
	struct cv_paloalto_event *shown = &events->shown;

	shown->kind = CV_PALOALTO_XML_TEXT;
	shown->text = take_plain(events, true);
	if (*events->at == '&') {
		events->text.size = 0;
		cv_buf_add(&events->text, shown->text.at, shown->text.size);
		if (!take_value(events, true, &events->text))
			return false;
		shown->text = (struct cv_paloalto_stretch){events->text.data,
							   events->text.size};
	}
	return shown->text.size > 0;
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Of an element or an attribute; of no size: none stands here. */
static struct cv_paloalto_stretch take_name(struct cv_paloalto_events *events)
{
	const char *start = events->at, *at = start;

	while (is_letter(*at) ||
	       (at > start && ((*at >= '0' && *at <= '9') || *at == '-')))
		at++;
	events->at = at;
	return (struct cv_paloalto_stretch){start, (size_t)(at - start)};
}

static bool read_attributes(struct cv_paloalto_events *events,
			    struct cv_paloalto_start *start)
{
	size_t values[CV_PALOALTO_XML_ATTRIBUTES];

	start->count = 0;
	while (take(events, ' ')) {
		if (start->count == CV_PALOALTO_XML_ATTRIBUTES)
			return false;
		if (!start->count)
			events->values.size = 0;
		values[start->count] = events->values.size;
		start->attributes[start->count].name = take_name(events);
		if (!start->attributes[start->count++].name.size || !take(events, '=') ||
		    !take(events, '"') || !take_value(events, false, &events->values) ||
		    !take(events, '"'))
			return false;
		cv_buf_char(&events->values, '\0');
	}
	for (size_t i = 0; i < start->count; i++)
		start->attributes[i].value = events->values.data + values[i];
	return true;
}

static bool read_start(struct cv_paloalto_events *events)
{
	struct cv_paloalto_start *start = &events->shown.start;

	events->shown.kind = CV_PALOALTO_XML_START;
	start->name = take_name(events);
	if (!start->name.size || !read_attributes(events, start) || !take(events, '>') ||
	    events->depth == DEEPEST)
		return false;
	events->open[events->depth++] = start->name;
	events->begun = true;
	return true;
}

static bool read_end(struct cv_paloalto_events *events)
{
	struct cv_paloalto_stretch name;

	events->shown.kind = CV_PALOALTO_XML_END;
	if (!events->depth)
		return false;
	name = events->open[--events->depth];
	if (strncmp(events->at, name.at, name.size) != 0)
		return false;
	events->at += name.size;
	return take(events, '>');
}

/* Outside of the document's element; a line break ends the bytes. */
static bool read_outside(struct cv_paloalto_events *events)
{
	if (!events->begun && take(events, '<'))
		return read_start(events) || refuse(events);
	if (!events->begun || events->end - events->at != 1 || *events->at != '\n')
		events->error = "the document begins with its first tag and ends with "
				"one line break";
	return false;
}

/* The next event; false: there is none, or not of this spelling. */
static bool read_event(struct cv_paloalto_events *events)
{
	bool ours;

	if (events->error)
		return false;
	if (!events->depth)
		return read_outside(events);
	if (!take(events, '<'))
		ours = read_text(events);
	else
		ours = take(events, '/') ? read_end(events) : read_start(events);
	return ours || refuse(events);
}

void cv_paloalto_events_open(struct cv_paloalto_reader *reader)
{
	const struct cv_reading *reading = reader->reading;

	reader->events = CV_NEW(reader->arena, struct cv_paloalto_events);
	reader->events->at = reading->bytes;
	reader->events->end = reading->bytes + reading->size;
	sort_bytes(reader->events);
}

const struct cv_paloalto_event *cv_paloalto_event_next(struct cv_paloalto_reader *reader)
{
	struct cv_paloalto_events *events = reader->events;

	if (!events->is_shown) {
		events->shown.place = (size_t)(events->at - reader->reading->bytes);
		events->is_shown = read_event(events);
	}
	return events->is_shown ? &events->shown : NULL;
}

const struct cv_paloalto_event *cv_paloalto_event_take(struct cv_paloalto_reader *reader)
{
	const struct cv_paloalto_event *event = cv_paloalto_event_next(reader);

	reader->events->is_shown = false;
	return event;
}

void cv_paloalto_events_skip(struct cv_paloalto_reader *reader, size_t place)
{
	reader->events->at = reader->reading->bytes + place;
	reader->events->is_shown = false;
}

bool cv_paloalto_events_close(struct cv_paloalto_reader *reader)
{
	struct cv_paloalto_events *events = reader->events;

	if (events->error)
		cv_paloalto_refuse(reader->reading,
				   (size_t)(events->at - reader->reading->bytes), "%s",
				   events->error);
	cv_buf_deinit(&events->values);
	cv_buf_deinit(&events->text);
	return !events->error;
}
