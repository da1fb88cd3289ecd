#pragma once
/* What libxml2 says of a document, one thing after the other. */

#include "paloalto-xml/read_xml.h"

enum cv_paloalto_event_kind {
	CV_PALOALTO_XML_START,
	CV_PALOALTO_XML_TEXT, /* all between two tags */
	CV_PALOALTO_XML_END,
	CV_PALOALTO_XML_OTHER, /* what no document of ours holds */
};

struct cv_paloalto_event {
	enum cv_paloalto_event_kind kind;
	struct cv_paloalto_start start; /* of a start */
	const char *text;               /* of a text */
};

/* Before the first event; the bytes are of the one spelling. */
void cv_paloalto_events_open(struct cv_paloalto_reader *reader);

/* The event that comes next, NULL behind the last or where the parser refused; it is
 * valid until the next call for one that was not looked at before. */
const struct cv_paloalto_event *cv_paloalto_event_next(struct cv_paloalto_reader *reader);

/* The same, stepped over; it has to be there. */
const struct cv_paloalto_event *cv_paloalto_event_take(struct cv_paloalto_reader *reader);

/* Parses what is left.  False: the bytes are no document, which is reported in place of
 * whatever was before. */
bool cv_paloalto_events_close(struct cv_paloalto_reader *reader);
