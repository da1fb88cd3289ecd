#pragma once
/* What PAN-OS takes: tables and numbers that the emitters and the readers share.
 * No code that writes or reads an artefact belongs here.
 *
 * Sources: SCH is the product's own configuration schema, versions 7.0 to 10.0;
 * PHP is PaloAltoNetworks/pan-os-php, utils/develop/info_json/pan_max_values.json;
 * IS is PaloAltoNetworks/iron-skillet. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CV_PALOALTO_NAME_MAX = 63,     /* services, addresses, their groups: SCH */
	CV_PALOALTO_TAG_MAX = 127,     /* tag: SCH */
	CV_PALOALTO_CATEGORY_MAX = 31, /* URL category: SCH */
	CV_PALOALTO_TAGS_MAX = 64,     /* tags of one object: SCH */
	/* Services, addresses and their groups, comments of a tag: SCH. */
	CV_PALOALTO_DESCRIPTION_MAX = 1023,
	CV_PALOALTO_CATEGORY_DESCRIPTION_MAX = 255, /* SCH */
	CV_PALOALTO_RULE_DESCRIPTION_MAX = 1024,    /* SCH 8.0 and later */
	CV_PALOALTO_PORTS_MAX = 1023, /* characters of a port list: SCH 9.1, 10.0 */
	CV_PALOALTO_ADDRESS_MEMBERS_MAX = 2500, /* of an address group: PHP */
	CV_PALOALTO_ZONE_MAX = 31,              /* name of a zone: SCH */
	CV_PALOALTO_LOG_SETTING_MAX = 63, /* name of a log forwarding profile: SCH */
	CV_PALOALTO_URL_MAX = 255,        /* an entry of a URL category: SCH */
	CV_PALOALTO_URLS_MAX = 25000,     /* of the smallest platforms: PHP */
	CV_PALOALTO_FQDN_MIN = 3,         /* a host name: SCH */
	CV_PALOALTO_FQDN_MAX = 255,
	CV_PALOALTO_PREFIX_MAX = 31,  /* ours: leaves room for protocol and hash */
	CV_PALOALTO_GROUPS_MAX = 256, /* ours: a group name ends in two hex digits */
	CV_PALOALTO_VSYS_MAX = 255,   /* ours: no platform has more */
};

/* Every firewall's configuration calls its only device so: SCH. */
#define CV_PALOALTO_DEVICE "localhost.localdomain"
#define CV_PALOALTO_URLDB "paloaltonetworks"
/* The type of a URL category that lists hosts: SCH; the other one lists categories. */
#define CV_PALOALTO_CATEGORY_TYPE "URL List"

/* Where objects go.  A step of a path is an element, or an entry of that name; the
 * name "" is the scope's own. */
enum cv_paloalto_scope_kind {
	CV_PALOALTO_VSYS,            /* a virtual system of a firewall */
	CV_PALOALTO_SHARED,          /* of a firewall with several of them */
	CV_PALOALTO_PANORAMA_SHARED, /* of Panorama, for all of its device groups */
	CV_PALOALTO_DEVICE_GROUP,    /* of Panorama */
	CV_PALOALTO_SCOPE_COUNT
};

struct cv_paloalto_step {
	const char *element, *name; /* name NULL: no entry; element NULL ends the path */
};

struct cv_paloalto_scope_fact {
	const struct cv_paloalto_step *path; /* below <config> */
	const char *word;     /* what a command begins with behind `set` or `delete` */
	bool named, panorama; /* the word is followed by the scope's name */
};

extern const struct cv_paloalto_scope_fact cv_paloalto_scopes[CV_PALOALTO_SCOPE_COUNT];

/* Where rules stand: a firewall has one rulebase, Panorama one that goes before the
 * firewall's own rules and one behind them. */
enum cv_paloalto_rulebase {
	CV_PALOALTO_RULEBASE,
	CV_PALOALTO_PRE_RULEBASE,
	CV_PALOALTO_POST_RULEBASE
};

extern const char *const cv_paloalto_rulebases[]; /* "rulebase", ... */

/* Names of one space must differ: the schema's `uniquein`, both ways. */
enum cv_paloalto_space {
	CV_PALOALTO_TAG_SPACE,
	CV_PALOALTO_ADDRESS_SPACE, /* addresses and their groups */
	CV_PALOALTO_SERVICE_SPACE, /* services and their groups */
	CV_PALOALTO_CATEGORY_SPACE,
	CV_PALOALTO_RULE_SPACE,
	CV_PALOALTO_SPACE_COUNT
};

/* The lists, in the order in which they must be loaded, since an object is refused
 * that names one which is not there; undoing goes the other way. */
struct cv_paloalto_list {
	const char *name; /* what entries of a plan call it; NULL ends the table */
	/* Elements between the scope and the list, behind the rulebase of rules, and
	 * the list's own; ends with NULL. */
	const char *path[3];
	size_t name_limit;           /* characters */
	const char *first;           /* characters that a name may begin with */
	const char *const *reserved; /* names that no object of ours may take */
	enum cv_paloalto_space space;
	const char *text; /* the element of the description; NULL: there is none */
	size_t text_limit;
};

enum cv_paloalto_list_id {
	CV_PALOALTO_TAG,
	CV_PALOALTO_ADDRESS,
	CV_PALOALTO_ADDRESS_GROUP,
	CV_PALOALTO_SERVICE,
	CV_PALOALTO_SERVICE_GROUP,
	CV_PALOALTO_CATEGORY,
	CV_PALOALTO_RULE,
	CV_PALOALTO_LIST_COUNT
};

extern const struct cv_paloalto_list cv_paloalto_lists[CV_PALOALTO_LIST_COUNT + 1];

/* Fields that hold what may be withdrawn: where an attribute of an entry stands in the
 * object.  SCH. */
struct cv_paloalto_field {
	enum cv_paloalto_list_id list;
	const char *attribute; /* NULL ends the table */
	const char *field;     /* elements, with a blank between them */
};

enum { CV_PALOALTO_FIELDS = 11 };
extern const struct cv_paloalto_field cv_paloalto_fields[CV_PALOALTO_FIELDS + 1];

/* Letters and digits, which alone may begin a name; and what may follow.  A blank
 * would be legal and needs quoting on the command line: we use none. */
extern const char cv_paloalto_name_first[], cv_paloalto_name_rest[];
/* The second once more, a bit a character. */
extern const uint64_t cv_paloalto_name_bits[4];
#define CV_PALOALTO_IN_NAME(c) \
	(cv_paloalto_name_bits[(unsigned char)(c) >> 6] >> ((c)&63) & 1)
/* The same of a URL category, which may not begin with a digit. */
extern const char cv_paloalto_category_first[];

/* What the values of others may hold beside that and a blank, in quotes: what an entry
 * of a URL category is made of. */
extern const char cv_paloalto_quoted[];

/* What a description may not hold: the web interface refuses & < and >, and a
 * double quote cannot be written on the command line.  Of the others no page says what
 * the command line makes of them between quotes: a single quote may end a value, a
 * backslash may escape what follows, a question mark asks for help unless scripting
 * mode is on, a bar begins a filter, brackets a list. */
extern const char cv_paloalto_text_refused[];

/* What an address can be. */
enum cv_paloalto_address_kind {
	CV_PALOALTO_NETMASK,
	CV_PALOALTO_RANGE,
	CV_PALOALTO_FQDN,
	CV_PALOALTO_ADDRESS_KINDS
};

/* "ip-netmask", "ip-range", "fqdn": SCH; NULL ends. */
extern const char *const cv_paloalto_address_kinds[CV_PALOALTO_ADDRESS_KINDS + 1];

/* Between the tokens of a URL entry; and what may stand for tokens, and must then be a
 * whole one: the vendor's guidelines for URL category exceptions. */
extern const char cv_paloalto_url_separators[], cv_paloalto_url_wildcards[];
enum { CV_PALOALTO_CARETS_MAX = 9 }; /* one after the other: the same */

/* How many a platform takes: PHP.  0: not known. */
struct cv_paloalto_model {
	const char *name; /* NULL ends the table */
	size_t members;   /* of a service group, unless one overrides a timeout */
	size_t services, groups;
};

/* The first is the smallest, which is meant where the site names none. */
extern const struct cv_paloalto_model cv_paloalto_models[];
extern const char *const cv_paloalto_model_names[]; /* NULL ends */

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

/* A word of rules in place of a service: the usual ports of the rule's applications. */
#define CV_PALOALTO_APPLICATION_DEFAULT "application-default"

enum { CV_PALOALTO_PREDEFINED_COUNT = 2 };

extern const struct cv_paloalto_predefined
	cv_paloalto_predefined[CV_PALOALTO_PREDEFINED_COUNT + 1];

/* What an export holds besides the configuration: `admin`, `dirtyId` and `time` mark
 * what is not committed yet (pango, CleanRawXml), `uuid` and `loc` are the device's. */
extern const char *const cv_paloalto_marks[]; /* attributes; NULL ends */

/* Elements of the lists, as the schema has them: `in` is an element, or the list
 * whose entries it stands in. */
struct cv_paloalto_element {
	const char *in, *name; /* a NULL name ends the table */
	bool of_entry;
};

extern const struct cv_paloalto_element cv_paloalto_elements[];

/* More words of the schema, which may be told where they stand in a wrong place. */
extern const char *const cv_paloalto_words[]; /* NULL ends */

/* CV_PALOALTO_RELEASES(X): X(release, the file's name comes first in `load config
 * partial`, a URL category has a type, characters of a rule's name).  The word order
 * changed with 9.0: IS, its tables "PAN-OS 8.x" and "PAN-OS 9.0 and later"; the type
 * came with it, too: SCH.  63 characters stand in the schema files since 8.0; from
 * which release a firewall takes them is unverified. */
#define CV_PALOALTO_RELEASES(X) \
	X("8.1", true, false, 63) \
	X("9.0", false, true, 63) \
	X("9.1", false, true, 63) \
	X("10.0", false, true, 63) \
	X("10.1", false, true, 63) \
	X("10.2", false, true, 63) \
	X("11.0", false, true, 63) \
	X("11.1", false, true, 63) \
	X("11.2", false, true, 63)

struct cv_paloalto_release {
	const char *name; /* NULL ends the table */
	bool file_first, category_type;
	size_t rule_name;
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

/* The XML API: the root of a request of several actions, which may be called anything,
 * and what a request that deletes begins with, before the path. */
#define CV_PALOALTO_MULTI "multi-config"
#define CV_PALOALTO_REQUEST "type=config&action=delete&xpath="
