/* Runs libxml2 over a page: no tree, no network, no entities but HTML's.  libxml2 tells
 * of a tag or of text when it is behind it, so that places are found from where it
 * stands, and checked against the bytes. */
#include "import/page_html.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "import/page_signs.h"

struct run {
	struct cv_parts *parts;
	struct cv_html *html;
	htmlParserCtxtPtr parser;
	const char *text;  /* as libxml2 gets it: from `start` on */
	size_t start, end; /* of what is read, in the source */
	size_t last;       /* behind the text that was told last */
	bool name;         /* the next text is the name of an entity that was taken */
	bool semicolon;    /* and the text behind that begins with its semicolon */
};

/* The byte at a place in the source. */
static const char *byte(const struct run *run, size_t at)
{
	return run->text + (at - run->start);
}

/* Where libxml2 stands in the source. */
static size_t place(const struct run *run)
{
	const xmlParserInput *input = run->parser->input;
	const size_t at =
		run->start + (size_t)input->consumed + (size_t)(input->cur - input->base);

	return at < run->end ? at : run->end;
}

/* Once a bound is passed nothing more is taken; libxml2 stops at the next token. */
static bool is_over(struct run *run)
{
	if (run->parts->full && run->parser->instate != XML_PARSER_EOF)
		xmlStopParser(run->parser);
	return run->parts->full;
}

enum {
	MOST_BACK = 4096,
	LONG_TEXT = 1000, /* HTML_PARSER_BIG_BUFFER_SIZE of libxml2 */
};

/* The tag that ends where libxml2 stands; one that it supplied has no bytes. */
static struct cv_span tag_before(const struct run *run, const char *name)
{
	const size_t end = place(run), size = strlen(name);
	const size_t least = end - run->start > MOST_BACK ? end - MOST_BACK : run->start;

	for (size_t at = end; at-- > least;)
		if (*byte(run, at) == '<' && end - at > size &&
		    strncasecmp(byte(run, at + 1), name, size) == 0)
			return cv_parts_at(
				run->parts, at,
				end - at + (end < run->end && *byte(run, end) == '>'));
	return cv_parts_at(run->parts, end, 0);
}

static void take_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct run *run = user;

	if (is_over(run))
		return;
	cv_html_start(run->html, (const char *)name, (const char *const *)attributes,
		      tag_before(run, (const char *)name));
	is_over(run);
}

static void take_end(void *user, const xmlChar *name)
{
	struct run *run = user;

	if (is_over(run))
		return;
	cv_html_end(run->html, (const char *)name, place(run));
	is_over(run);
}

/* Bytes of the last character. */
static size_t last_character(const char *text, size_t size)
{
	size_t length = 1;

	while (length < size && length < 4 && (text[size - length] & 0xC0) == 0x80)
		length++;
	return length;
}

/* Whether the bytes stand in front of `end`, behind the last text. */
static bool ends_at(const struct run *run, const char *text, size_t size, size_t end)
{
	return end <= run->end && end >= run->last + size &&
	       memcmp(byte(run, end - size), text, size) == 0;
}

/* Where the bytes of a text stand: they end where libxml2 stands, but that it has yet to
 * step over a `<` or `</` that begins no tag, and over the last character of a long text
 * that it hands out in pieces.  SIZE_MAX: they are spelt otherwise. */
static size_t find_text(const struct run *run, const char *text, size_t size)
{
	const bool sign = *text == '<' && (size == 1 || (size == 2 && text[1] == '/'));
	const size_t end = place(run);
	const size_t ahead = end + (sign ? size : last_character(text, size));

	/* Of an entity that is not known, and libxml2 stands behind its name. */
	if (size == 1 && *text == '&' && *byte(run, end - 1) != '&')
		return SIZE_MAX;
	/* In front of a `<` that was an entity stands its semicolon. */
	if ((size >= LONG_TEXT ||
	     (sign && (run->last == end || *byte(run, end - 1) == '>'))) &&
	    ends_at(run, text, size, ahead) &&
	    (ahead - size == run->last || !ends_at(run, text, size, end)))
		return ahead - size;
	return ends_at(run, text, size, end) ? end - size : SIZE_MAX;
}

static void tell_character(struct run *run, size_t at, size_t length)
{
	cv_parts_tell(run->parts, CV_F_CONTROL_CHARACTER,
		      cv_parts_at(run->parts, at, length),
		      "a reference that names no character");
}

/* A character by its number, without a semicolon. */
static void take_number(struct run *run, const char *text, size_t size, size_t at,
			size_t length)
{
	char character[4];
	size_t filled, taken;
	const unsigned c = cv_entity_number(cv_utf8_decode(text, size, &taken));

	if (c == 0xFFFD)
		tell_character(run, at, length);
	filled = cv_utf8_encode(c, character);
	cv_html_text(run->html, character, filled, at, length);
}

/* An entity.  Of one that it does not know libxml2 tells in two texts, the `&` and the
 * name; the semicolon begins the text behind them. */
static void take_entity(struct run *run, const char *text, size_t size)
{
	const size_t end = place(run);
	const size_t least = end > run->last + 64 ? end - 64 : run->last;
	const char *from =
		end > least ? memrchr(byte(run, least), '&', end - least) : NULL;
	size_t at = from ? run->start + (size_t)(from - run->text) : end, length = 0,
	       filled = 0;
	char character[4];

	run->name = from && size == 1 && *text == '&' && from[1] != '#' &&
		    *byte(run, end - 1) != ';';
	if (from)
		length = cv_entity_read(from, run->end - at, character, &filled);
	if (at + length != end + run->name)
		length = 0;
	run->semicolon = run->name && length;
	if (length && filled == 3 && memcmp(character, "\xEF\xBF\xBD", 3) == 0)
		tell_character(run, at, length);
	if (length)
		cv_html_text(run->html, character, filled, at, length);
	else if (run->name)
		cv_html_text(run->html, from, end - at, at, end - at);
	else if (at < end && from[1] == '#')
		take_number(run, text, size, at, end - at);
	else if (at < end)
		cv_html_text(run->html, text, size, at, end - at);
	else
		cv_html_text(run->html, text, size, end - (end == run->end), 1);
	run->last = end;
}

static void take_text(void *user, const xmlChar *bytes, int count)
{
	struct run *run = user;
	const char *text = (const char *)bytes;
	const size_t size = (size_t)count;
	size_t at;

	if (is_over(run))
		return;
	if (run->name) {
		run->name = false;
		return;
	}
	at = find_text(run, text, size);
	if (at == SIZE_MAX) {
		take_entity(run, text, size);
		return;
	}
	cv_html_text(run->html, text + run->semicolon, size - run->semicolon,
		     at + run->semicolon, size - run->semicolon);
	run->semicolon = false;
	run->last = at + size;
}

static void take_error(void *user, xmlErrorPtr error)
{
	struct run *run = user;

	if (error->code == XML_ERR_NO_MEMORY)
		cv_out_of_memory();
	if (error->code == XML_ERR_INVALID_CHAR && !run->parts->full)
		tell_character(run, place(run), 0);
}

/* Form feeds are white space in HTML, and no characters to libxml2: it gets blanks. NULL:
 * there is none. */
static char *without_form_feeds(const char *text, size_t size)
{
	char *copy;

	if (!memchr(text, '\f', size))
		return NULL;
	copy = malloc(size + 1);
	if (!copy)
		cv_out_of_memory();
	for (size_t i = 0; i < size; i++)
		copy[i] = text[i] == '\f' ? ' ' : text[i];
	copy[size] = '\0';
	return copy;
}

void cv_page_read_html_part(struct cv_parts *parts, size_t start, size_t size)
{
	struct run run = {.parts = parts, .start = start, .end = start + size};
	htmlParserCtxtPtr parser;
	char *copy;

	run.last = start;
	if (size == 0 || !cv_html_check_tags(parts, start, size))
		return;
	copy = without_form_feeds(parts->source->text + start, size);
	run.text = copy ? copy : parts->source->text + start;
	parser = htmlCreateMemoryParserCtxt(run.text, (int)size);
	if (!parser)
		cv_out_of_memory();
	run.parser = parser;
	run.html = cv_html_open(parts);
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
					   HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
					   HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD |
					   HTML_PARSE_NOIMPLIED);
	/* The bytes are UTF-8 whatever they say of themselves. */
	xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
	*parser->sax = (htmlSAXHandler){
		.startElement = take_start,
		.endElement = take_end,
		.characters = take_text,
		.ignorableWhitespace = take_text,
		.serror = take_error,
		.initialized = XML_SAX2_MAGIC,
	};
	parser->userData = &run;
	htmlParseDocument(parser);
	if (!parts->full && place(&run) < run.end) {
		parts->full = true;
		cv_find(parts->ctx, CV_F_PAGE_UNREADABLE,
			cv_parts_at(parts, place(&run), 1),
			"what begins here could not be read");
	}
	cv_html_close(run.html);
	htmlFreeParserCtxt(parser);
	free(copy);
}

void cv_page_read_html(struct cv_parts *parts)
{
	const size_t mark = strncmp(parts->source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	cv_page_read_html_part(parts, mark, parts->source->size - mark);
}
