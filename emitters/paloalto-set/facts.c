/* The tables of facts.h: words of the product's schema, which the command line uses for
 * its own (batfish, testconfigs; iron-skillet, loadable_configs). */
#include "paloalto-set/facts.h"

#include <stddef.h>

#include "paloalto-xml/plan.h"

const char cv_set_plain[] =
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-/:,*";

const struct cv_set_field cv_set_fields_table[] = {
	{CV_PALOALTO_ADDRESS, "ip-netmask", "ip-netmask", NULL, false},
	{CV_PALOALTO_ADDRESS, "ip-range", "ip-range", NULL, false},
	{CV_PALOALTO_ADDRESS, "fqdn", "fqdn", NULL, false},
	{CV_PALOALTO_ADDRESS, CV_PALOALTO_TAGGED, "tag", NULL, true},
	{CV_PALOALTO_ADDRESS_GROUP, CV_PALOALTO_MEMBER, "static", NULL, true},
	{CV_PALOALTO_ADDRESS_GROUP, CV_PALOALTO_TAGGED, "tag", NULL, true},
	{CV_PALOALTO_SERVICE, CV_PALOALTO_TAGGED, "tag", NULL, true},
	{CV_PALOALTO_SERVICE_GROUP, CV_PALOALTO_MEMBER, "members", NULL, true},
	{CV_PALOALTO_SERVICE_GROUP, CV_PALOALTO_TAGGED, "tag", NULL, true},
	{CV_PALOALTO_CATEGORY, CV_PALOALTO_URL, "list", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_FROM, "from", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_TO, "to", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_SOURCE, "source", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_DESTINATION, "destination", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_SERVICES, "service", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_APPLICATION, "application", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_TAGGED, "tag", NULL, true},
	{CV_PALOALTO_RULE, CV_PALOALTO_ACTION, "action", NULL, false},
	{CV_PALOALTO_RULE, CV_PALOALTO_LOG, "log-setting", NULL, false},
	/* At most one: pan-os-ansible, issue 563. */
	{CV_PALOALTO_RULE, CV_PALOALTO_PROFILES, "profile-setting", "group", false},
	{CV_PALOALTO_LIST_COUNT, NULL, NULL, NULL, false},
};

const struct cv_set_list cv_set_lists[CV_PALOALTO_LIST_COUNT] = {
	[CV_PALOALTO_TAG] = {CV_SET_KEEP, NULL},
	[CV_PALOALTO_ADDRESS] = {CV_SET_KEEP, NULL},
	[CV_PALOALTO_ADDRESS_GROUP] = {CV_SET_LIST, "static"},
	[CV_PALOALTO_SERVICE] = {CV_SET_KEEP, NULL},
	[CV_PALOALTO_SERVICE_GROUP] = {CV_SET_LIST, "members"},
	[CV_PALOALTO_CATEGORY] = {CV_SET_LIST, "list"},
	[CV_PALOALTO_RULE] = {CV_SET_WHOLE, "action"},
};
