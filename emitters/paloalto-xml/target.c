/* PAN-OS objects as a partial configuration: its forms.  Services, their groups and
 * their tag; a rule that uses them is the admin's. */
#include "paloalto-xml/target.h"

#include "model/value.h"

void cv_paloalto_strip_to_name(struct cv_entry *entry)
{
	entry->value = NULL;
	entry->protocol = CV_NO_PROTOCOL;
	entry->ports = entry->source_ports = NULL;
	entry->attributes = NULL;
	entry->attribute_count = 0;
	entry->note = NULL;
}

/* And one that takes members out of a group, them, too. */
static void strip_to_members(struct cv_entry *entry)
{
	const struct cv_attribute *members = entry->attributes;
	const size_t count = entry->attribute_count;

	cv_paloalto_strip_to_name(entry);
	entry->attributes = members;
	entry->attribute_count = count;
}

static const struct cv_form forms[] = {
	{
		.name = "config",
		.suffix = ".xml",
		.summary = "a configuration file to import and to load in part",
		.kinds = CV_ENTRY_OBJECT,
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
	{
		.name = "undo",
		.suffix = ".undo.txt",
		.summary = "the commands that delete what the file added",
		.kinds = CV_ENTRY_OBJECT,
		.subjects = CV_SUBJECT_SITE,
		.undo = true,
		.if_any = true,
		.ordered = "service-group", /* a group of groups goes first */
		.backwards = true,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_paloalto_undo_emit,
		.read = cv_paloalto_undo_read,
		.strip = cv_paloalto_strip_to_name,
	},
	{
		.name = "trim",
		.suffix = ".trim.txt",
		.summary = "the commands that take gone services out of their groups; "
			   "only diff writes it",
		.kinds = CV_ENTRY_OBJECT,
		.undo = true,
		.if_any = true,
		.ordered = "service-group", /* a group of groups goes first */
		.backwards = true,
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
	.summary = "PAN-OS services with their group and tag, as a partial configuration",
	CV_PALOALTO_DESCRIPTION,
	.arrange = cv_paloalto_arrange_config,
	.forms = forms,
	.verified = verified,
};
