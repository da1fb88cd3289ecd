/* The tables of facts.h, each with where it is from. */
#include "paloalto-xml/facts.h"

/* SCH: `any` is taken in every list, `none` among tags.  service-http and
 * service-https are predefined; an object of that name would override them for the
 * whole firewall (batfish, testconfigs/service-built-in-override).
 * application-default is a word of rules. */
static const char *const tag_reserved[] = {"any", "none", NULL};
static const char *const service_reserved[] = {"any", "application-default",
					       "service-http", "service-https", NULL};

const struct cv_paloalto_list cv_paloalto_lists[CV_PALOALTO_LIST_COUNT + 1] = {
	[CV_PALOALTO_TAG] = {"tag", CV_PALOALTO_TAG_MAX, tag_reserved},
	[CV_PALOALTO_SERVICE] = {"service", CV_PALOALTO_NAME_MAX, service_reserved},
	[CV_PALOALTO_SERVICE_GROUP] = {"service-group", CV_PALOALTO_NAME_MAX,
				       service_reserved},
	[CV_PALOALTO_LIST_COUNT] = {NULL, 0, NULL},
};

#define ALPHANUMERIC "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* SCH help-string and the web interface: [ 0-9a-zA-Z._-], the first alphanumeric. */
const char cv_paloalto_name_first[] = ALPHANUMERIC;
const char cv_paloalto_name_rest[] = ALPHANUMERIC "._-";

const char cv_paloalto_text_refused[] = "&<>\"";

/* SCH: service/entry/protocol; pan-os-php for sctp. */
const struct cv_paloalto_protocol cv_paloalto_protocols[] = {
	{6, "tcp"},
	{17, "udp"},
	{132, "sctp"},
	{0, NULL},
};

const struct cv_paloalto_predefined
	cv_paloalto_predefined[CV_PALOALTO_PREDEFINED_COUNT + 1] = {
		{"service-http", 6, "80,8080"},
		{"service-https", 6, "443"},
		{NULL, 0, NULL},
};

const char *const cv_paloalto_marks[] = {"admin", "dirtyId", "time", "uuid", "loc", NULL};

const struct cv_paloalto_element cv_paloalto_elements[] = {
	{"tag", "color", true},
	{"tag", "comments", true},
	{"service", "description", true},
	{"service", "protocol", true},
	{"service", "tag", true},
	{"service-group", "members", true},
	{"service-group", "tag", true},
	{"protocol", "tcp", false},
	{"protocol", "udp", false},
	{"protocol", "sctp", false},
	{"tcp", "port", false},
	{"tcp", "source-port", false},
	{"tcp", "override", false},
	{"udp", "port", false},
	{"udp", "source-port", false},
	{"udp", "override", false},
	{"sctp", "port", false},
	{"sctp", "source-port", false},
	/* The other choice, `yes`, changes how long a session may be idle. */
	{"override", "no", false},
	{"members", "member", false},
	{"tag", "member", false},
	{NULL, NULL, false},
};

const char *const cv_paloalto_words[] = {
	"entry",
	"yes",
	"timeout",
	"halfclose-timeout",
	"timewait-timeout",
	"disable-override",
	NULL,
};

const char *const cv_paloalto_secrets[] = {"phash", "private-key", "pre-shared-key",
					   NULL};

#define RELEASE(name, file_first) {name, file_first},
const struct cv_paloalto_release cv_paloalto_releases[] = {
	CV_PALOALTO_RELEASES(RELEASE){NULL, false},
};
#undef RELEASE

#define RELEASE(name, file_first) name,
const char *const cv_paloalto_release_names[] = {CV_PALOALTO_RELEASES(RELEASE) NULL};
#undef RELEASE
