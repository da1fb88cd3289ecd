#pragma once
/* UTF-8, and the characters that no path or name may hold. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at `text` (`size` bytes left) and its length in bytes; 0 and
 * length 1 where the bytes are not UTF-8 (overlong forms and surrogates too). */
uint32_t cv_utf8_decode(const char *text, size_t size, size_t *length_out);

/* Writes up to 4 bytes, returns how many. */
size_t cv_utf8_encode(uint32_t character, char out[4]);

/* How many bytes from the start on are ASCII that prints, from the blank to `~`. */
size_t cv_utf8_printable(const char *text, size_t size);

/* The same, and neither of the two characters: what stands for itself between quotes. */
size_t cv_utf8_plain(const char *text, size_t size, char one, char other);

/* C0, DEL, C1, U+2028 and U+2029; and U+FFFE and U+FFFF, which are no characters and
 * stand in no XML. */
bool cv_is_control(uint32_t character);

/* What the eye does not see or what turns the writing round: zero-width
 * characters, bidirectional marks, the byte-order mark, soft hyphen, tags. */
bool cv_is_invisible(uint32_t character);

/* White space that is seen as such: the usual blank, U+00A0, U+3000 and their like. */
bool cv_is_blank(uint32_t character);

/* Whether the text begins or ends with such a blank. */
bool cv_is_blank_at_end(const char *text);

/* Name for a message: "U+200B". */
void cv_character_name(uint32_t character, char out[12]);
