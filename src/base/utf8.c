#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

uint32_t cv_utf8_decode(const char *text, size_t size, size_t *length_out)
{
	const unsigned char *byte = (const unsigned char *)text;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length;
	uint32_t character;

	*length_out = 1;
	if (size == 0)
		return 0;
	if (byte[0] < 0x80)
		return byte[0];
	if (byte[0] >= 0xC2 && byte[0] < 0xE0)
		length = 2, character = byte[0] & 0x1FU;
	else if (byte[0] >= 0xE0 && byte[0] < 0xF0)
		length = 3, character = byte[0] & 0x0FU;
	else if (byte[0] >= 0xF0 && byte[0] < 0xF5)
		length = 4, character = byte[0] & 0x07U;
	else
		return 0;
	if (length > size)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return 0;
		character = character << 6 | (byte[i] & 0x3FU);
	}
	if (character < least[length] || character > 0x10FFFF ||
	    (character >= 0xD800 && character < 0xE000))
		return 0;
	*length_out = length;
	return character;
}

size_t cv_utf8_encode(uint32_t character, char out[4])
{
	if (character < 0x80) {
		out[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (char)(0xC0 | character >> 6);
		out[1] = (char)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		out[0] = (char)(0xE0 | character >> 12);
		out[1] = (char)(0x80 | (character >> 6 & 0x3F));
		out[2] = (char)(0x80 | (character & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | character >> 18);
	out[1] = (char)(0x80 | (character >> 12 & 0x3F));
	out[2] = (char)(0x80 | (character >> 6 & 0x3F));
	out[3] = (char)(0x80 | (character & 0x3F));
	return 4;
}

/* Eight bytes at once: where one of them is meant, its top bit is set; those above it
 * may be, too. */
static const uint64_t each = UINT64_MAX / UINT8_MAX; /* 1 in every byte */

/* Below the blank, above `~` and beyond ASCII. */
static uint64_t unprintable(uint64_t word)
{
	return (word - each * ' ') | (word + each) | word;
}

static uint64_t equal(uint64_t word, char c)
{
	const uint64_t zero = word ^ each * (unsigned char)c;

	return (zero - each) & ~zero;
}

size_t cv_utf8_printable(const char *text, size_t size)
{
	uint64_t word;
	size_t at = 0;

	for (; at + sizeof word <= size; at += sizeof word) {
		memcpy(&word, text + at, sizeof word);
		if (unprintable(word) & each * 0x80)
			break;
	}
	while (at < size && text[at] >= ' ' && text[at] < 0x7F)
		at++;
	return at;
}

size_t cv_utf8_plain(const char *text, size_t size, char one, char other)
{
	uint64_t word;
	size_t at = 0;

	for (; at + sizeof word <= size; at += sizeof word) {
		memcpy(&word, text + at, sizeof word);
		if ((unprintable(word) | equal(word, one) | equal(word, other)) &
		    each * 0x80)
			break;
	}
	while (at < size && text[at] >= ' ' && text[at] < 0x7F && text[at] != one &&
	       text[at] != other)
		at++;
	return at;
}

bool cv_is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
	       character == 0x2028 || character == 0x2029 || character == 0xFFFE ||
	       character == 0xFFFF;
}

bool cv_is_invisible(uint32_t character)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},
		{0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x202A, 0x202E},
		{0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
		{0xFFA0, 0xFFA0}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
	};

	if (character < ranges[0].first)
		return false;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

bool cv_is_blank(uint32_t character)
{
	return character == ' ' || character == 0xA0 || character == 0x1680 ||
	       (character >= 0x2000 && character <= 0x200A) || character == 0x202F ||
	       character == 0x205F || character == 0x3000;
}

bool cv_is_blank_at_end(const char *text)
{
	const size_t size = strlen(text);
	uint32_t first = 0, last = 0;
	size_t length;

	if (size && cv_utf8_printable(text, size) == size)
		return *text == ' ' || text[size - 1] == ' ';
	for (size_t at = 0; at < size; at += length) {
		last = cv_utf8_decode(text + at, size - at, &length);
		if (at == 0)
			first = last;
	}
	return cv_is_blank(first) || cv_is_blank(last);
}

void cv_character_name(uint32_t character, char out[12])
{
	snprintf(out, 12, "U+%04X", (unsigned)(character & 0x1FFFFF));
}
