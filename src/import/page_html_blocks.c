/* Tags and text to blocks.  Words gather where they belong: in the inmost cell or caption
 * that is open, else in the block of the page.  Inside of a cell or an item all that a
 * browser begins a line for is a line. */
#include "import/page_html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "base/limits.h"

enum {
	MOST_SECRET = 200,  /* bytes that are kept of what is hidden */
	MOST_HEADINGS = 16, /* of one cell */
};

struct cv_html *cv_html_open(struct cv_parts *parts)
{
	struct cv_html *html = calloc(1, sizeof *html);

	if (!html)
		cv_out_of_memory();
	html->parts = parts;
	html->emphasis = SIZE_MAX;
	return html;
}

/* ---- what is not shown ---- */

/* Whether a style says `what` in its own words, blanks aside. */
static bool style_says(const char *style, const char *what)
{
	for (; *style; style++) {
		const char *a = style, *b = what;

		while (*b) {
			while (isspace((unsigned char)*a))
				a++;
			if (tolower((unsigned char)*a) != *b)
				break;
			a++;
			b++;
		}
		if (!*b)
			return true;
	}
	return false;
}

/* Why an element does not count; NULL: it does. */
static const char *why_hidden(enum cv_html_role role, const char *const *attributes)
{
	const char *style = cv_html_attribute(attributes, "style");

	if (role == CV_HTML_STRUCK)
		return "is struck out";
	if (cv_html_attribute(attributes, "hidden") ||
	    (style && (style_says(style, "display:none") ||
		       style_says(style, "visibility:hidden"))))
		return "is hidden";
	return NULL;
}

static void hide(struct cv_html *html, struct cv_html_element *element, const char *why)
{
	element->hides = true;
	if (html->hidden++ == 0)
		html->secret_why = why;
}

static void reveal(struct cv_html *html)
{
	if (html->secret_why)
		cv_parts_left_out(html->parts, &html->secret, html->secret_why);
}

/* ---- headings, lists, signs ---- */

static void begin_heading(struct cv_html *html, unsigned level, struct cv_span tag)
{
	struct cv_gathered *gathered = cv_html_current(html);

	if (cv_html_is_of_page(html)) {
		cv_html_flush(html);
		html->heading = level;
		return;
	}
	cv_words_line(&gathered->words);
	html->heading_begins = gathered->words.text.size;
	html->heading_at = (size_t)tag.offset + tag.length;
}

static void end_heading(struct cv_html *html, unsigned level)
{
	struct cv_html_table *table = cv_html_inmost(html);
	struct cv_gathered *gathered = cv_html_current(html);
	struct cv_arena *arena = html->parts->ctx->arena;
	const char *text;
	size_t at;

	if (cv_html_is_of_page(html)) {
		cv_html_flush(html);
		html->heading = 0;
		return;
	}
	cv_words_line(&gathered->words);
	if (!table->in_cell || gathered->words.text.size <= html->heading_begins ||
	    table->heading_count == MOST_HEADINGS)
		return;
	if (!table->headings)
		table->headings = CV_NEW_ARRAY(arena, MOST_HEADINGS, struct cv_block);
	text = gathered->words.text.data + html->heading_begins;
	text += strspn(text, "\n");
	at = html->heading_at +
	     strspn(html->parts->source->text + html->heading_at, " \t\r\n\f");
	table->headings[table->heading_count++] = (struct cv_block){
		.level = level,
		.words = {cv_arena_text(arena, text),
			  cv_parts_at(html->parts, at, gathered->words.last - at)},
	};
}

static void begin_emphasis(struct cv_html *html)
{
	if (html->emphasis == SIZE_MAX && !cv_html_is_of_page(html))
		html->emphasis = cv_html_current(html)->words.text.size;
}

/* `80/443 <b>80/8445</b>`: the figures that stand out are for something else, and the
 * cell does not say for what. */
static void end_emphasis(struct cv_html *html)
{
	struct cv_html_table *table = cv_html_inmost(html);
	const size_t begins = html->emphasis;
	const char *text;

	html->emphasis = SIZE_MAX;
	if (begins == SIZE_MAX || !table || !table->in_cell ||
	    table->cell.words.text.size <= begins)
		return;
	text = table->cell.words.text.data + begins;
	text += strspn(text, " \n");
	if (isdigit((unsigned char)*text))
		table->emphasised += cv_html_figures(text);
}

/* Captions have no marks, so that theirs are words of their own. */
static void end_sup(struct cv_html *html)
{
	struct cv_gathered *gathered = cv_html_current(html);
	struct cv_html_table *table = cv_html_inmost(html);

	html->in_sup = false;
	if (!table || gathered != &table->caption) {
		cv_gathered_sup(html->parts, gathered, &html->sup);
	} else if (html->sup.begun) {
		const struct cv_text text =
			cv_parts_words(html->parts, &html->sup, (struct cv_span){0});

		gathered->words.blank = true;
		cv_words_spelt(&gathered->words, text.text, strlen(text.text),
			       (size_t)text.at.offset, text.at.length);
	}
}

static void begin_picture(struct cv_html *html, const char *const *attributes,
			  struct cv_span tag)
{
	const char *words = cv_html_attribute(attributes, "alt");
	const char *type = cv_html_attribute(attributes, "type");

	if (type && strcasecmp(type, "hidden") == 0)
		return;
	if (words && *words)
		cv_words_spelt(&cv_html_current(html)->words, words, strlen(words),
			       (size_t)tag.offset, tag.length);
	else
		cv_html_current(html)->picture = true;
}

static void take_link(struct cv_html *html, const char *const *attributes,
		      struct cv_span tag)
{
	struct cv_parts *parts = html->parts;
	const char *rel = cv_html_attribute(attributes, "rel");
	const char *href = cv_html_attribute(attributes, "href");

	if (rel && href && strcasecmp(rel, "canonical") == 0 && !parts->page->url.text)
		parts->page->url =
			(struct cv_text){cv_arena_text(parts->ctx->arena, href), tag};
}

static struct cv_words *words_of(struct cv_html *html)
{
	return html->in_title ? &html->title
	       : html->in_sup ? &html->sup
			      : &cv_html_current(html)->words;
}

/* `<Tanium Client>` that was to be read as words.  Browsers show nothing of it. */
static void take_unknown(struct cv_html *html, struct cv_span tag)
{
	struct cv_parts *parts = html->parts;
	const char *text = parts->source->text + tag.offset;

	if (tag.length == 0)
		return;
	cv_words_add(words_of(html), text, tag.length, (size_t)tag.offset);
	cv_html_current(html)->why = "browsers do not show what looks like a tag in it";
	cv_parts_tell(parts, CV_F_UNKNOWN_TAG, tag,
		      "%s is no tag of HTML, so that browsers do not show it",
		      cv_shown_part(parts->ctx, text, tag.length));
}

static void end_of_list(struct cv_html *html, const struct cv_html_element *element)
{
	if (!element->counts) {
		cv_words_line(&cv_html_current(html)->words);
		return;
	}
	cv_html_flush(html);
	if (element->role == CV_HTML_LIST)
		html->lists--;
	else
		html->items--;
}

static void end_title(struct cv_html *html)
{
	struct cv_page *page = html->parts->page;

	html->in_title = false;
	if (html->title.begun && !page->title.text)
		page->title =
			cv_parts_words(html->parts, &html->title, (struct cv_span){0});
}

/* ---- tags ---- */

static void begin_item(struct cv_html *html, struct cv_html_element *element)
{
	if (!cv_html_is_of_page(html)) {
		cv_words_line(&cv_html_current(html)->words);
		return;
	}
	cv_html_flush(html);
	html->items++;
	element->counts = true;
}

static void begin(struct cv_html *html, struct cv_html_element *element,
		  const char *const *attributes, struct cv_span tag)
{
	switch (element->role) {
	case CV_HTML_INLINE:
	case CV_HTML_STRUCK:
	case CV_HTML_SKIPPED:
	case CV_HTML_BUTTON:
		break;
	case CV_HTML_UNKNOWN:
		take_unknown(html, tag);
		break;
	case CV_HTML_BREAK:
		cv_words_line(&cv_html_current(html)->words);
		break;
	case CV_HTML_PRE:
		html->in_pre = true;
		cv_html_boundary(html);
		break;
	case CV_HTML_BLOCK:
		cv_html_boundary(html);
		break;
	case CV_HTML_HEADING:
		begin_heading(html, (unsigned)(element->name[1] - '0'), tag);
		break;
	case CV_HTML_LIST:
		if (cv_html_is_of_page(html)) {
			cv_html_flush(html);
			html->lists++;
			element->counts = true;
		}
		break;
	case CV_HTML_ITEM:
		begin_item(html, element);
		break;
	case CV_HTML_TABLE:
		cv_html_begin_table(html, tag);
		break;
	case CV_HTML_EMPHASIS:
		begin_emphasis(html);
		break;
	case CV_HTML_SUP:
		html->in_sup = true;
		break;
	case CV_HTML_TITLE:
		html->in_title = true;
		break;
	case CV_HTML_LINK:
		take_link(html, attributes, tag);
		break;
	case CV_HTML_PICTURE:
		begin_picture(html, attributes, tag);
		break;
	default:
		cv_html_begin_of_table(html, element->role, attributes, tag);
	}
}

/* Why all in an element is left out; *why_out is what the reader of the page is told of
 * it, or NULL. */
static bool is_left_out(struct cv_html *html, enum cv_html_role role, const char *name,
			const char *const *attributes, const char **why_out)
{
	static const char *const silent[] = {"script",   "style",  "template",
					     "datalist", "option", "math"};
	struct cv_gathered *words = cv_html_current(html);

	*why_out = why_hidden(role, attributes);
	if (*why_out)
		return true;
	if (role == CV_HTML_BUTTON)
		return words != &html->block;
	if (role != CV_HTML_SKIPPED)
		return false;
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		if (strcmp(silent[i], name) == 0)
			return true;
	words->picture = true;
	return true;
}

void cv_html_start(struct cv_html *html, const char *name, const char *const *attributes,
		   struct cv_span tag)
{
	struct cv_html_element *element;
	const char *why;

	if (html->element_count == CV_MAX_PAGE_DEPTH) {
		html->parts->full = true;
		cv_find(html->parts->ctx, CV_F_TOO_DEEP, tag,
			"tags inside of tags, more than %d deep", CV_MAX_PAGE_DEPTH);
		return;
	}
	element = &html->elements[html->element_count++];
	*element = (struct cv_html_element){.role = cv_html_role(name),
					    .inert = html->hidden > 0};
	strncpy(element->name, name, sizeof element->name - 1);
	if (is_left_out(html, element->role, name, attributes, &why))
		hide(html, element, why);
	else if (!element->inert)
		begin(html, element, attributes, tag);
}

static void end(struct cv_html *html, const struct cv_html_element *element,
		size_t offset)
{
	switch (element->role) {
	case CV_HTML_PRE:
		html->in_pre = false;
		cv_html_boundary(html);
		break;
	case CV_HTML_BLOCK:
		cv_html_boundary(html);
		break;
	case CV_HTML_HEADING:
		end_heading(html, (unsigned)(element->name[1] - '0'));
		break;
	case CV_HTML_LIST:
	case CV_HTML_ITEM:
		end_of_list(html, element);
		break;
	case CV_HTML_TABLE:
		cv_html_end_table(html, offset);
		break;
	case CV_HTML_EMPHASIS:
		end_emphasis(html);
		break;
	case CV_HTML_SUP:
		end_sup(html);
		break;
	case CV_HTML_TITLE:
		end_title(html);
		break;
	case CV_HTML_GROUP:
	case CV_HTML_HEAD:
	case CV_HTML_ROW:
	case CV_HTML_CELL:
	case CV_HTML_HEADER_CELL:
	case CV_HTML_CAPTION:
		cv_html_end_of_table(html, element->role, offset);
		break;
	default:
		break;
	}
}

/* Ends the inmost element with that name, and what is open in it. */
void cv_html_end(struct cv_html *html, const char *name, size_t offset)
{
	size_t at = html->element_count;

	while (at > 0 && strncmp(html->elements[at - 1].name, name,
				 sizeof html->elements->name - 1) != 0)
		at--;
	while (at > 0 && html->element_count >= at) {
		const struct cv_html_element *element =
			&html->elements[--html->element_count];

		if (element->hides && --html->hidden == 0)
			reveal(html);
		else if (!element->inert && !element->hides)
			end(html, element, offset);
	}
}

static void add_text(struct cv_html *html, struct cv_words *words, const char *text,
		     size_t size, size_t offset, size_t length)
{
	if (size != length) {
		cv_words_spelt(words, text, size, offset, length);
		return;
	}
	while (html->in_pre && size) {
		const char *line = memchr(text, '\n', size);
		const size_t taken = line ? (size_t)(line - text) + 1 : size;

		cv_words_add(words, text, taken, offset);
		if (line)
			cv_words_line(words);
		text += taken;
		offset += taken;
		size -= taken;
	}
	cv_words_add(words, text, size, offset);
}

void cv_html_text(struct cv_html *html, const char *text, size_t size, size_t offset,
		  size_t length)
{
	struct cv_words *words = words_of(html);

	if (html->hidden) {
		words = &html->secret;
		if (!html->secret_why || words->text.size > MOST_SECRET)
			return;
	}
	add_text(html, words, text, size, offset, length);
}

void cv_html_close(struct cv_html *html)
{
	while (html->element_count)
		cv_html_end(html, html->elements[html->element_count - 1].name,
			    html->parts->source->size);
	while (html->table_count)
		cv_html_end_table(html, html->parts->source->size);
	cv_html_flush(html);
	for (size_t i = 0; i < CV_MAX_PAGE_TABLES; i++) {
		cv_buf_deinit(&html->tables[i].cell.words.text);
		cv_buf_deinit(&html->tables[i].caption.words.text);
	}
	cv_buf_deinit(&html->block.words.text);
	cv_buf_deinit(&html->secret.text);
	cv_buf_deinit(&html->sup.text);
	cv_buf_deinit(&html->title.text);
	free(html);
}
