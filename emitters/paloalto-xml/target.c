/* PAN-OS objects as a configuration: its forms, for the command line and for the XML
 * API. */
#include "paloalto-xml/target.h"

#include <string.h>

#include "model/value.h"

void cv_paloalto_strip_to_name(struct cv_entry *entry)
{
	entry->more->value = NULL;
	entry->protocol = CV_NO_PROTOCOL;
	entry->ports = entry->more->source_ports = NULL;
	entry->more->attributes = NULL;
	entry->more->attribute_count = 0;
	entry->note = NULL;
}

/* And one that takes members out of a group, them, too. */
static void strip_to_members(struct cv_entry *entry)
{
	const struct cv_attribute *members = entry->more->attributes;
	size_t count = entry->more->attribute_count;

	while (count && strcmp(members[count - 1].name, CV_PALOALTO_TAGGED) == 0)
		count--;
	cv_paloalto_strip_to_name(entry);
	entry->more->attributes = members;
	entry->more->attribute_count = (uint32_t)count;
}

/* A request of the API has all of it but the commands for a file. */
static const char *const api_lists[] = {
	"tag",     "address",        "address-group",
	"service", "service-group",  "custom-url-category",
	"rules",   CV_PALOALTO_MOVE, NULL};

static const char *const group_lists[] = {"address-group", "service-group",
					  "custom-url-category", NULL};

static const struct cv_form forms[] = {
	{
		.name = "config",
		.suffix = ".xml",
		.summary = "a configuration file to import and to load in part",
		.kinds = CV_ENTRY_OBJECT | CV_ENTRY_FLOW | CV_ENTRY_URL,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_paloalto_config_emit,
		.read = cv_paloalto_config_read,
	},
	{
		.name = "load",
		.suffix = ".load.txt",
		.summary = "the commands that load the imported file",
		.kinds = CV_ENTRY_STEP,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_paloalto_load_emit,
		.read = cv_paloalto_load_read,
	},
	CV_PALOALTO_UNDO("undo", ".undo.txt",
			 "the commands that delete what the file added",
			 cv_paloalto_undo_emit, cv_paloalto_undo_read),
	{
		.name = "api",
		.suffix = ".api.xml",
		.summary = "the same objects as one multi-config request of the XML API",
		.kinds = CV_ENTRY_OBJECT | CV_ENTRY_FLOW | CV_ENTRY_URL | CV_ENTRY_STEP,
		.lists = api_lists,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_paloalto_api_emit,
		.read = cv_paloalto_api_read,
	},
	CV_PALOALTO_UNDO("api-undo", ".undo.api.xml",
			 "one multi-config request that deletes all of it, or nothing",
			 cv_paloalto_api_undo_emit, cv_paloalto_api_undo_read),
	CV_PALOALTO_UNDO(
		"requests", ".undo.requests.txt",
		"the same as one request of the API for each object, so that one "
		"still in use stays and the rest goes",
		cv_paloalto_requests_emit, cv_paloalto_requests_read),
	{
		.name = "trim",
		.lists = group_lists,
		.suffix = ".trim.txt",
		.summary = "the commands that take gone services out of their groups; "
			   "only diff writes it",
		.kinds = CV_ENTRY_OBJECT,
		.undo = true,
		.if_any = true,
		.change = CV_CHANGE_ATTRIBUTES,
		.emit = cv_paloalto_trim_emit,
		.read = cv_paloalto_trim_read,
		.strip = strip_to_members,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"xmllint --noout: well-formed",
	"carveout's own reader: names, lengths, references and order",
	NULL,
};

const struct cv_target cv_target_paloalto_xml = {
	.name = "paloalto-xml",
	.summary =
		"PAN-OS services and URL categories, or whole rules, as a configuration",
	CV_PALOALTO_DESCRIPTION,
	.arrange = cv_paloalto_arrange_config,
	.forms = forms,
	.verified = verified,
};
