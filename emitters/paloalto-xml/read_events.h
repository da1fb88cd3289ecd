#pragma once
/* What a document of ours says, one thing after the other. */

#include "paloalto-xml/read_xml.h"

enum cv_paloalto_event_kind {
	CV_PALOALTO_XML_START,
	CV_PALOALTO_XML_TEXT, /* all between two tags */
	CV_PALOALTO_XML_END,
};

struct cv_paloalto_event {
	enum cv_paloalto_event_kind kind;
	size_t place;
	struct cv_paloalto_start start;  /* of a start */
	struct cv_paloalto_stretch text; /* of a text: what it stands for */
};

/* Before the first event. */
void cv_paloalto_events_open(struct cv_paloalto_reader *reader);

/* The event that comes next, NULL behind the last or where the bytes are none of our
 * spelling; it is valid until the next call for one that was not looked at before. */
const struct cv_paloalto_event *cv_paloalto_event_next(struct cv_paloalto_reader *reader);

/* The same, stepped over; it has to be there. */
const struct cv_paloalto_event *cv_paloalto_event_take(struct cv_paloalto_reader *reader);

/* To a place further on, of which it is known that as many elements are open there. */
void cv_paloalto_events_skip(struct cv_paloalto_reader *reader, size_t place);

/* False: the bytes were none of our spelling, which is reported in place of whatever was
 * before. */
bool cv_paloalto_events_close(struct cv_paloalto_reader *reader);
