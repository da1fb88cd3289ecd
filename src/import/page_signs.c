/* Entities come from libxml2's table, which is that of HTML 4; those that HTML 5 has for
 * the signs of ASCII are ours. */
#include "import/page_signs.h"

#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>

#include "base/ctx.h"
#include "base/utf8.h"

/* By HTML 5 (https://html.spec.whatwg.org/multipage/named-characters.html). */
static const struct {
	const char *name;
	char character;
} ascii[] = {
	{"Tab", '\t'},   {"NewLine", '\n'}, {"excl", '!'},   {"num", '#'},
	{"dollar", '$'}, {"percnt", '%'},   {"apos", '\''},  {"lpar", '('},
	{"rpar", ')'},   {"ast", '*'},      {"midast", '*'}, {"plus", '+'},
	{"comma", ','},  {"period", '.'},   {"sol", '/'},    {"colon", ':'},
	{"semi", ';'},   {"equals", '='},   {"quest", '?'},  {"commat", '@'},
	{"lsqb", '['},   {"lbrack", '['},   {"bsol", '\\'},  {"rsqb", ']'},
	{"rbrack", ']'}, {"Hat", '^'},      {"lowbar", '_'}, {"UnderBar", '_'},
	{"grave", '`'},  {"lcub", '{'},     {"lbrace", '{'}, {"verbar", '|'},
	{"vert", '|'},   {"rcub", '}'},     {"rbrace", '}'}, {"AMP", '&'},
	{"LT", '<'},     {"GT", '>'},       {"QUOT", '"'},
};

/* What HTML makes of the numbers 128 to 159, which Windows once wrote. */
static const unsigned short windows[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

unsigned cv_entity_number(unsigned long number)
{
	if (number >= 0x80 && number < 0xA0)
		return windows[number - 0x80];
	if (number == '\t' || number == '\n' || number == '\r' || number == '\f')
		return ' ';
	if (number < 0x20 || number > 0x10FFFF || (number >= 0xD800 && number < 0xE000) ||
	    number == 0x7F || (number & 0xFFFE) == 0xFFFE)
		return 0xFFFD;
	return (unsigned)number;
}

static size_t read_number(const char *text, size_t size, unsigned *out)
{
	const bool hexadecimal = size > 3 && (text[2] == 'x' || text[2] == 'X');
	const char *digits = hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
	const size_t first = hexadecimal ? 3 : 2;
	unsigned long number = 0;
	size_t at;

	for (at = first; at < size && text[at] && strchr(digits, text[at]); at++) {
		const int c = text[at] | 0x20;

		number = number * (hexadecimal ? 16 : 10) +
			 (unsigned long)(text[at] <= '9' ? text[at] - '0' : c - 'a' + 10);
		if (number > 0x10FFFF)
			number = 0x110000;
	}
	if (at == first || at == size || text[at] != ';')
		return 0;
	*out = cv_entity_number(number);
	return at + 1;
}

static unsigned named(const char *name)
{
	const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);

	for (size_t i = 0; i < sizeof ascii / sizeof *ascii; i++)
		if (strcmp(ascii[i].name, name) == 0)
			return (unsigned char)ascii[i].character;
	return entity ? entity->value : 0;
}

size_t cv_entity_read(const char *text, size_t size, char out[4], size_t *out_size)
{
	char name[16];
	size_t at = 1;
	unsigned character = 0;

	if (size > 2 && text[1] == '#') {
		at = read_number(text, size, &character);
		if (at)
			*out_size = cv_utf8_encode(character, out);
		return at;
	}
	while (at < size && at < sizeof name && text[at] != ';' &&
	       (((text[at] | 0x20) >= 'a' && (text[at] | 0x20) <= 'z') ||
		(text[at] >= '0' && text[at] <= '9')))
		at++;
	if (at == 1 || at == size || at == sizeof name || text[at] != ';')
		return 0;
	memcpy(name, text + 1, at - 1);
	name[at - 1] = '\0';
	character = named(name);
	if (!character)
		return 0;
	*out_size = cv_utf8_encode(character, out);
	return at + 1;
}

/* ---- marks ---- */

enum { MOST_MARKS = 32 }; /* of one cell; what comes behind them is words */

/* Bytes of the mark at `text`; 0: none. */
static size_t mark_size(const char *text)
{
	static const char *const daggers[] = {"\xE2\x80\xA0", "\xE2\x80\xA1", "\xC2\xA7",
					      "\xC2\xB6"};
	size_t size = strspn(text, "0123456789");

	if (size)
		return size <= 2 ? size : 0;
	size = strspn(text, "*");
	if (size || *text == '#')
		return size ? size : 1;
	for (size_t i = 0; i < sizeof daggers / sizeof *daggers; i++)
		if (strncmp(text, daggers[i], strlen(daggers[i])) == 0)
			return strlen(daggers[i]);
	return ((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z') ? 1 : 0;
}

/* What may stand between marks. */
static const char *skip_between(const char *text)
{
	for (;;) {
		const char *start = text;

		text += strspn(text, " ,;()[]\n");
		if (strncasecmp(text, "note", 4) == 0)
			text += text[4] == 's' || text[4] == 'S' ? 5 : 4;
		if (text == start)
			return text;
	}
}

static size_t count_marks(const char *text)
{
	size_t count = 0, size;

	for (text = skip_between(text); *text; count++) {
		const char *next;

		size = mark_size(text);
		if (!size)
			return 0;
		next = skip_between(text + size);
		/* Two marks side by side, as `ab` or `1a`, are one word. */
		if (next == text + size && *next)
			return 0;
		text = next;
	}
	return count;
}

bool cv_marks_add(struct cv_ctx *ctx, struct cv_texts *marks, const char *text,
		  struct cv_span at)
{
	const size_t count = count_marks(text);
	struct cv_text *items;

	if (count == 0 || marks->count + count > MOST_MARKS)
		return false;
	items = CV_NEW_ARRAY(ctx->arena, marks->count + count, struct cv_text);
	for (size_t i = 0; i < marks->count; i++)
		items[i] = marks->items[i];
	for (text = skip_between(text); *text;) {
		const size_t size = mark_size(text);

		items[marks->count++] =
			(struct cv_text){cv_arena_copy(ctx->arena, text, size), at};
		text = skip_between(text + size);
	}
	marks->items = items;
	return true;
}
