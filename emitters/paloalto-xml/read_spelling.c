/* The bytes before any parser sees them.  A parser forgets how a thing was written;
 * what it forgets could differ unseen, so it is settled here. */
#include "paloalto-xml/read.h"

#include <stdint.h>
#include <string.h>

#include "model/target.h"

struct scan {
	struct cv_reading *reading;
	size_t at;
};

/* NUL at the end, too: the bytes are terminated, and no NUL is legal before. */
static char peek(const struct scan *scan)
{
	return scan->reading->bytes[scan->at];
}

static bool take(struct scan *scan, const char *literal)
{
	const size_t size = strlen(literal);

	if (scan->reading->size - scan->at < size ||
	    memcmp(scan->reading->bytes + scan->at, literal, size) != 0)
		return false;
	scan->at += size;
	return true;
}

/* The five named ones; a number only for what must not be written as it is. */
static bool take_reference(struct scan *scan)
{
	static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
	uint32_t number = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (take(scan, names[i]))
			return true;
	if (!take(scan, "&#") || peek(scan) == '0')
		return false;
	while (peek(scan) >= '0' && peek(scan) <= '9' && number < 0x110000)
		number = number * 10 + (uint32_t)(scan->reading->bytes[scan->at++] - '0');
	return take(scan, ";") && (number < ' ' || number > '~');
}

#define BIT(c) ((uint64_t)1 << ((c)&63))

/* Printable ASCII but what has to be written as a reference: a bit a character. */
static const uint64_t plain[] = {
	~(BIT(' ') - 1) & ~(BIT('&') | BIT('<') | BIT('>') | BIT('"') | BIT('\'')),
	~BIT(127), 0, 0};

static bool is_plain(char c)
{
	const unsigned char byte = (unsigned char)c;

	return plain[byte >> 6] >> (byte & 63) & 1;
}

static bool take_text(struct scan *scan, bool white_space)
{
	for (;;) {
		const char *start = scan->reading->bytes + scan->at, *at = start;

		while (is_plain(*at) || (white_space && *at == '\n'))
			at++;
		scan->at += (size_t)(at - start);
		if (*at != '&')
			return true;
		if (!take_reference(scan))
			return false;
	}
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool take_name(struct scan *scan)
{
	const char *start = scan->reading->bytes + scan->at, *at = start;

	if (!is_letter(*at))
		return false;
	while (is_letter(*at) || (*at >= '0' && *at <= '9') || *at == '-')
		at++;
	scan->at += (size_t)(at - start);
	return true;
}

static bool take_character(struct scan *scan, char c)
{
	if (peek(scan) != c)
		return false;
	scan->at++;
	return true;
}

static bool take_tag(struct scan *scan)
{
	if (!take_character(scan, '<'))
		return false;
	if (take_character(scan, '/'))
		return take_name(scan) && take_character(scan, '>');
	if (!take_name(scan))
		return false;
	while (take_character(scan, ' '))
		if (!take_name(scan) || !take_character(scan, '=') ||
		    !take_character(scan, '"') || !take_text(scan, false) ||
		    !take_character(scan, '"'))
			return false;
	return take_character(scan, '>');
}

bool cv_paloalto_check_spelling(struct cv_reading *reading)
{
	struct scan scan = {reading, 0};

	while (scan.at < reading->size) {
		const size_t before = scan.at;

		if (peek(&scan) == '<' ? !take_tag(&scan) : !take_text(&scan, true))
			break;
		if (scan.at == before)
			break;
	}
	if (scan.at < reading->size || reading->size == 0)
		return cv_paloalto_refuse(
			reading, scan.at,
			"neither a tag nor text as this format spells them");
	/* The parser does not tell what follows the document's end. */
	if (reading->bytes[0] != '<' || reading->size < 2 ||
	    memcmp(reading->bytes + reading->size - 2, ">\n", 2) != 0)
		return cv_paloalto_refuse(
			reading, reading->size,
			"the document begins with its first tag and ends with "
			"one line break");
	return true;
}
