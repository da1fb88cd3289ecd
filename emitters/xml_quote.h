#pragma once
/* The one place that quotes for XML. */

#include <stddef.h>

struct cv_buf;

/* Adds `size` bytes of text so that an XML parser gives them back, between two tags
 * or between the double quotes of an attribute.  What comes out is ASCII on one line:
 * & < > " ' are named entities, all but printable ASCII are numeric references.  What
 * XML cannot hold at all (NUL, most controls, bytes that are not UTF-8) becomes
 * U+FFFD, so that it differs when read back instead of breaking out. */
void cv_xml_quote(struct cv_buf *out, const char *text, size_t size);
