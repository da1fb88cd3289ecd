#pragma once
/* What PAN-OS takes: tables and numbers that the emitters and the readers share.
 * No code that writes or reads an artefact belongs here.
 *
 * Sources: SCH is the product's own configuration schema, versions 7.0 to 10.0;
 * PHP is PaloAltoNetworks/pan-os-php, utils/develop/info_json/pan_max_values.json;
 * IS is PaloAltoNetworks/iron-skillet. */

#include <stdbool.h>
#include <stddef.h>

enum {
	CV_PALOALTO_NAME_MAX = 63,          /* service, service group: SCH */
	CV_PALOALTO_TAG_MAX = 127,          /* tag: SCH */
	CV_PALOALTO_TAGS_MAX = 64,          /* tags of one object: SCH */
	CV_PALOALTO_DESCRIPTION_MAX = 1023, /* of a service, comments of a tag: SCH */
	CV_PALOALTO_PORTS_MAX = 1023,       /* characters of a port list: SCH 9.1, 10.0 */
	/* Members of a service group on the smallest platforms: PHP.  Only 128 if a
	 * member overrides a timeout, which ours never do. */
	CV_PALOALTO_MEMBERS_MAX = 500,
	CV_PALOALTO_PREFIX_MAX = 31,  /* ours: leaves room for protocol and hash */
	CV_PALOALTO_GROUPS_MAX = 256, /* ours: a group name ends in two hex digits */
	CV_PALOALTO_VSYS_MAX = 255,   /* ours: no platform has more */
};

/* Every firewall's configuration calls its only device so: SCH. */
#define CV_PALOALTO_DEVICE "localhost.localdomain"
#define CV_PALOALTO_URLDB "paloaltonetworks"

/* The object lists, in the order in which they must be loaded, since an object is
 * refused that names one which is not there; undoing goes the other way. */
struct cv_paloalto_list {
	const char *name;            /* NULL ends the table */
	size_t name_limit;           /* characters */
	const char *const *reserved; /* names that no object of ours may take */
};

enum cv_paloalto_list_id {
	CV_PALOALTO_TAG,
	CV_PALOALTO_SERVICE,
	CV_PALOALTO_SERVICE_GROUP,
	CV_PALOALTO_LIST_COUNT
};

extern const struct cv_paloalto_list cv_paloalto_lists[CV_PALOALTO_LIST_COUNT + 1];

/* Letters and digits, which alone may begin a name; and what may follow.  A blank
 * would be legal and needs quoting on the command line: we use none. */
extern const char cv_paloalto_name_first[], cv_paloalto_name_rest[];

/* What a description may not hold: the web interface refuses & < and >, and a
 * double quote cannot be written on the command line. */
extern const char cv_paloalto_text_refused[];

struct cv_paloalto_protocol {
	int number;
	const char *name; /* NULL ends the table */
};

/* What a service can be made of; sctp since 8.1. */
extern const struct cv_paloalto_protocol cv_paloalto_protocols[];

/* Services that every firewall has, unless an object of the name overrides them:
 * batfish, ServiceBuiltIn.java. */
struct cv_paloalto_predefined {
	const char *name; /* NULL ends the table */
	int protocol;
	const char *ports;
};

enum { CV_PALOALTO_PREDEFINED_COUNT = 2 };

extern const struct cv_paloalto_predefined
	cv_paloalto_predefined[CV_PALOALTO_PREDEFINED_COUNT + 1];

/* What an export holds besides the configuration: `admin`, `dirtyId` and `time` mark
 * what is not committed yet (pango, CleanRawXml), `uuid` and `loc` are the device's. */
extern const char *const cv_paloalto_marks[]; /* attributes; NULL ends */

/* Elements of the three lists, as the schema has them: `in` is an element, or the list
 * whose entries it stands in. */
struct cv_paloalto_element {
	const char *in, *name; /* a NULL name ends the table */
	bool of_entry;
};

extern const struct cv_paloalto_element cv_paloalto_elements[];

/* More words of the schema, which may be told where they stand in a wrong place. */
extern const char *const cv_paloalto_words[]; /* NULL ends */

/* CV_PALOALTO_RELEASES(X): X(release, the file's name comes first in `load config
 * partial`).  The word order changed with 9.0: IS, its tables "PAN-OS 8.x" and
 * "PAN-OS 9.0 and later". */
#define CV_PALOALTO_RELEASES(X) \
	X("8.1", true) \
	X("9.0", false) \
	X("9.1", false) \
	X("10.0", false) \
	X("10.1", false) \
	X("10.2", false) \
	X("11.0", false) \
	X("11.1", false) \
	X("11.2", false)

struct cv_paloalto_release {
	const char *name; /* NULL ends the table */
	bool file_first;
};

extern const struct cv_paloalto_release cv_paloalto_releases[];
extern const char *const cv_paloalto_release_names[]; /* NULL ends */

/* Elements with a key or the hash of a password in them: SCH, and the configurations of
 * pan-os-php's tests.  The schema has others that may hold secrets. */
extern const char *const cv_paloalto_secrets[]; /* NULL ends */

/* The head of what is pasted into a session.  Without scripting mode a paste of more
 * than 30 to 40 lines loses some: IS, README. */
#define CV_PALOALTO_SCRIPTING "set cli scripting-mode on"
#define CV_PALOALTO_CONFIGURE "configure"
