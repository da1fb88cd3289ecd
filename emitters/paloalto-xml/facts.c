/* The tables of facts.h, each with where it is from. */
#include "paloalto-xml/facts.h"

#include <string.h>

#include "paloalto-xml/plan.h"

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define ALPHANUMERIC "0123456789" ALPHABET

static const struct cv_paloalto_step vsys_path[] = {{"devices", NULL},
						    {"entry", CV_PALOALTO_DEVICE},
						    {"vsys", NULL},
						    {"entry", ""},
						    {NULL, NULL}};
static const struct cv_paloalto_step shared_path[] = {{"shared", NULL}, {NULL, NULL}};
static const struct cv_paloalto_step group_path[] = {{"devices", NULL},
						     {"entry", CV_PALOALTO_DEVICE},
						     {"device-group", NULL},
						     {"entry", ""},
						     {NULL, NULL}};

/* SCH; pan-os-python, panos/objects.py. */
const struct cv_paloalto_scope_fact cv_paloalto_scopes[CV_PALOALTO_SCOPE_COUNT] = {
	[CV_PALOALTO_VSYS] = {vsys_path, "vsys", true, false},
	[CV_PALOALTO_SHARED] = {shared_path, "shared", false, false},
	[CV_PALOALTO_PANORAMA_SHARED] = {shared_path, "shared", false, true},
	[CV_PALOALTO_DEVICE_GROUP] = {group_path, "device-group", true, true},
};

const char *const cv_paloalto_rulebases[] = {
	[CV_PALOALTO_RULEBASE] = "rulebase",
	[CV_PALOALTO_PRE_RULEBASE] = "pre-rulebase",
	[CV_PALOALTO_POST_RULEBASE] = "post-rulebase",
};

/* SCH: `any` is taken in every list, `none` among tags.  service-http and
 * service-https are predefined; an object of that name would override them for the
 * whole firewall (batfish, testconfigs/service-built-in-override).
 * application-default is a word of rules. */
static const char *const tag_reserved[] = {"any", "none", NULL};
static const char *const address_reserved[] = {"any", "0.0.0.0", NULL};
static const char *const service_reserved[] = {"any", CV_PALOALTO_APPLICATION_DEFAULT,
					       "service-http", "service-https", NULL};
static const char *const category_reserved[] = {"any", NULL};
static const char *const rule_reserved[] = {"any", "intrazone-default",
					    "interzone-default", NULL};

const struct cv_paloalto_list cv_paloalto_lists[CV_PALOALTO_LIST_COUNT + 1] = {
	[CV_PALOALTO_TAG] = {"tag",
			     {"tag", NULL},
			     CV_PALOALTO_TAG_MAX,
			     cv_paloalto_name_first,
			     tag_reserved,
			     CV_PALOALTO_TAG_SPACE,
			     "comments",
			     CV_PALOALTO_DESCRIPTION_MAX},
	[CV_PALOALTO_ADDRESS] = {"address",
				 {"address", NULL},
				 CV_PALOALTO_NAME_MAX,
				 cv_paloalto_name_first,
				 address_reserved,
				 CV_PALOALTO_ADDRESS_SPACE,
				 "description",
				 CV_PALOALTO_DESCRIPTION_MAX},
	[CV_PALOALTO_ADDRESS_GROUP] = {"address-group",
				       {"address-group", NULL},
				       CV_PALOALTO_NAME_MAX,
				       cv_paloalto_name_first,
				       address_reserved,
				       CV_PALOALTO_ADDRESS_SPACE,
				       "description",
				       CV_PALOALTO_DESCRIPTION_MAX},
	[CV_PALOALTO_SERVICE] = {"service",
				 {"service", NULL},
				 CV_PALOALTO_NAME_MAX,
				 cv_paloalto_name_first,
				 service_reserved,
				 CV_PALOALTO_SERVICE_SPACE,
				 "description",
				 CV_PALOALTO_DESCRIPTION_MAX},
	[CV_PALOALTO_SERVICE_GROUP] = {"service-group",
				       {"service-group", NULL},
				       CV_PALOALTO_NAME_MAX,
				       cv_paloalto_name_first,
				       service_reserved,
				       CV_PALOALTO_SERVICE_SPACE,
				       NULL,
				       0},
	[CV_PALOALTO_CATEGORY] = {"custom-url-category",
				  {"profiles", "custom-url-category", NULL},
				  CV_PALOALTO_CATEGORY_MAX,
				  cv_paloalto_category_first,
				  category_reserved,
				  CV_PALOALTO_CATEGORY_SPACE,
				  "description",
				  CV_PALOALTO_CATEGORY_DESCRIPTION_MAX},
	[CV_PALOALTO_RULE] = {"rules",
			      {"security", "rules", NULL},
			      CV_PALOALTO_NAME_MAX,
			      cv_paloalto_name_first,
			      rule_reserved,
			      CV_PALOALTO_RULE_SPACE,
			      "description",
			      CV_PALOALTO_RULE_DESCRIPTION_MAX},
	[CV_PALOALTO_LIST_COUNT] = {.name = NULL},
};

const struct cv_paloalto_field cv_paloalto_fields[CV_PALOALTO_FIELDS + 1] = {
	{CV_PALOALTO_ADDRESS_GROUP, CV_PALOALTO_MEMBER, "static"},
	{CV_PALOALTO_SERVICE_GROUP, CV_PALOALTO_MEMBER, "members"},
	{CV_PALOALTO_CATEGORY, CV_PALOALTO_URL, "list"},
	{CV_PALOALTO_RULE, CV_PALOALTO_FROM, "from"},
	{CV_PALOALTO_RULE, CV_PALOALTO_TO, "to"},
	{CV_PALOALTO_RULE, CV_PALOALTO_SOURCE, "source"},
	{CV_PALOALTO_RULE, CV_PALOALTO_DESTINATION, "destination"},
	{CV_PALOALTO_RULE, CV_PALOALTO_SERVICES, "service"},
	{CV_PALOALTO_RULE, CV_PALOALTO_APPLICATION, "application"},
	{CV_PALOALTO_RULE, CV_PALOALTO_LOG, "log-setting"},
	{CV_PALOALTO_RULE, CV_PALOALTO_PROFILES, "profile-setting"},
	{CV_PALOALTO_LIST_COUNT, NULL, NULL},
};

enum cv_paloalto_list_id cv_paloalto_list_table(const char *name)
{
	int list = 0;

	/* Nearly always it is the table's own text. */
	while (list < CV_PALOALTO_LIST_COUNT && cv_paloalto_lists[list].name != name)
		list++;
	if (list < CV_PALOALTO_LIST_COUNT)
		return (enum cv_paloalto_list_id)list;
	list = 0;
	while (list < CV_PALOALTO_LIST_COUNT &&
	       strcmp(cv_paloalto_lists[list].name, name) != 0)
		list++;
	return (enum cv_paloalto_list_id)list;
}

bool cv_paloalto_their_name_table(const char *name, size_t most)
{
	const size_t size = strlen(name);

	if (!size || size > most || !strchr(cv_paloalto_name_first, *name) ||
	    name[size - 1] == ' ' || strstr(name, "  "))
		return false;
	for (; *name; name++)
		if (*name != ' ' && !strchr(cv_paloalto_name_rest, *name))
			return false;
	return true;
}

/* SCH help-string and the web interface: [ 0-9a-zA-Z._-], the first alphanumeric. */
const char cv_paloalto_name_first[] = ALPHANUMERIC;
const char cv_paloalto_name_rest[] = ALPHANUMERIC "._-";
#define BITS(first, count) ((((uint64_t)1 << (count)) - 1) << ((first)&63))
const uint64_t cv_paloalto_name_bits[4] = {BITS('0', 10) | BITS('.', 1) | BITS('-', 1),
					   BITS('A', 26) | BITS('a', 26) | BITS('_', 1),
					   0, 0};
/* pan-os-codegen: ^[a-zA-Z._-]{1}[ 0-9a-zA-Z._-]*$; we begin with a letter. */
const char cv_paloalto_category_first[] = ALPHABET;

const char cv_paloalto_quoted[] = " ~/=;+&%,*@:";

const char cv_paloalto_text_refused[] = "&<>\"'\\`?|[]";

const char *const cv_paloalto_address_kinds[CV_PALOALTO_ADDRESS_KINDS + 1] = {
	"ip-netmask", "ip-range", "fqdn", NULL};

const char cv_paloalto_url_separators[] = "./?&=;+";
const char cv_paloalto_url_wildcards[] = "*^";

/* Of the large ones the least that any of their kind takes. */
#define MODELS(X) \
	X("pa-220", 500, 1000, 250) \
	X("pa-410", 500, 0, 0) \
	X("pa-440", 500, 0, 0) \
	X("pa-820", 500, 0, 0) \
	X("pa-850", 500, 0, 0) \
	X("vm", 500, 0, 0) \
	X("pa-450", 1000, 0, 0) \
	X("pa-460", 1000, 0, 0) \
	X("pa-3400", 1500, 0, 0) \
	X("pa-5400", 1500, 0, 0)

#define MODEL(name, members, services, groups) {name, members, services, groups},
const struct cv_paloalto_model cv_paloalto_models[] = {MODELS(MODEL){NULL, 0, 0, 0}};
#undef MODEL
#define MODEL(name, members, services, groups) name,
const char *const cv_paloalto_model_names[] = {MODELS(MODEL) NULL};
#undef MODEL

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
	{"address", "description", true},
	{"address", "ip-netmask", true},
	{"address", "ip-range", true},
	{"address", "fqdn", true},
	{"address", "tag", true},
	{"address-group", "description", true},
	{"address-group", "static", true},
	{"address-group", "tag", true},
	{"static", "member", false},
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
	{"custom-url-category", "description", true},
	{"custom-url-category", "list", true},
	{"custom-url-category", "type", true},
	{"list", "member", false},
	{"rules", "from", true},
	{"rules", "to", true},
	{"rules", "source", true},
	{"rules", "destination", true},
	{"rules", "service", true},
	{"rules", "application", true},
	{"rules", "category", true},
	{"rules", "source-user", true},
	{"rules", "source-hip", true},
	{"rules", "destination-hip", true},
	{"rules", "hip-profiles", true},
	{"rules", "negate-source", true},
	{"rules", "negate-destination", true},
	{"rules", "rule-type", true},
	{"rules", "schedule", true},
	{"rules", "disabled", true},
	{"rules", "target", true},
	{"rules", "action", true},
	{"rules", "icmp-unreachable", true},
	{"rules", "log-setting", true},
	{"rules", "log-start", true},
	{"rules", "log-end", true},
	{"rules", "profile-setting", true},
	{"rules", "tag", true},
	{"rules", "group-tag", true},
	{"rules", "description", true},
	{"rules", "option", true},
	{"from", "member", false},
	{"to", "member", false},
	{"source", "member", false},
	{"destination", "member", false},
	{"service", "member", false},
	{"application", "member", false},
	{"category", "member", false},
	{"source-user", "member", false},
	{"source-hip", "member", false},
	{"destination-hip", "member", false},
	{"hip-profiles", "member", false},
	{"target", "negate", false},
	{"option", "disable-server-response-inspection", false},
	{"profile-setting", "group", false},
	{"group", "member", false},
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

#define RELEASE(name, file_first, category_type, rule_name) \
	{name, file_first, category_type, rule_name},
const struct cv_paloalto_release cv_paloalto_releases[] = {
	CV_PALOALTO_RELEASES(RELEASE){NULL, false, false, 0},
};
#undef RELEASE

#define RELEASE(name, file_first, category_type, rule_name) name,
const char *const cv_paloalto_release_names[] = {CV_PALOALTO_RELEASES(RELEASE) NULL};
#undef RELEASE
