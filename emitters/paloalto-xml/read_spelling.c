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

static bool take_text(struct scan *scan, bool white_space)
{
	for (;;) {
		const char c = peek(scan);

		if (c == '&') {
			if (!take_reference(scan))
				return false;
		} else if ((c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '"' &&
			    c != '\'') ||
			   (white_space && c == '\n')) {
			scan->at++;
		} else {
			return true;
		}
	}
}

static bool take_name(struct scan *scan)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *text = scan->reading->bytes + scan->at;

	if (!*text || !strchr(first, *text))
		return false;
	scan->at += strspn(text, rest);
	return true;
}

static bool take_tag(struct scan *scan)
{
	if (take(scan, "</"))
		return take_name(scan) && take(scan, ">");
	if (!take(scan, "<") || !take_name(scan))
		return false;
	while (take(scan, " "))
		if (!take_name(scan) || !take(scan, "=\"") || !take_text(scan, false) ||
		    !take(scan, "\""))
			return false;
	return take(scan, ">");
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
