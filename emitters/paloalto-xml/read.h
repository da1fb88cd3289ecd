#pragma once
/* What the files of this target's readers share. */

#include <stdbool.h>
#include <stddef.h>

#include "paloalto-xml/facts.h"

struct cv_ports;
struct cv_reading;

/* Sets the reading's error; false. */
bool cv_paloalto_refuse(struct cv_reading *reading, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether the bytes are tags, text and white space in the one spelling that leaves a
 * parser nothing to overlook: ASCII, double quotes, one blank before an attribute, no
 * empty-element tags, no comment, declaration, instruction or CDATA section, and each
 * character written in one way only.  False: refused. */
bool cv_paloalto_check_spelling(struct cv_reading *reading);

/* Holds the objects that were read against what PAN-OS takes: names, the name space
 * that services share with their groups, references, members.  False: refused. */
bool cv_paloalto_check_objects(struct cv_reading *reading);

/* A list of ports in the one spelling: no blanks, ascending, nothing twice and no two
 * ranges that touch, since the set alone would not tell those apart.  False: refused. */
bool cv_paloalto_read_ports(struct cv_reading *reading, size_t at, const char *text,
			    const struct cv_ports **ports_out);

/* Whether a description is one that an object of the list may have.  False: refused. */
bool cv_paloalto_check_text(struct cv_reading *reading, size_t at,
			    enum cv_paloalto_list_id id, const char *text);
