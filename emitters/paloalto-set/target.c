/* The objects of PAN-OS as commands to paste: the plan of paloalto-xml in another
 * spelling, under the same names. */
#include "paloalto-set/target.h"

#include "paloalto-xml/target.h"

static const struct cv_form forms[] = {
	{
		.name = "set",
		.suffix = ".set.txt",
		.summary = "commands to paste in configure mode; may be pasted again",
		.kinds = CV_ENTRY_OBJECT | CV_ENTRY_FLOW | CV_ENTRY_URL | CV_ENTRY_STEP,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_set_lines_emit,
		.read = cv_set_lines_read,
	},
	{
		.name = "undo",
		.suffix = ".undo.txt",
		.summary = "commands that delete what the others made",
		.kinds = CV_ENTRY_OBJECT,
		.subjects = CV_SUBJECT_SITE,
		.undo = true,
		.if_any = true,
		.ordered = "service-group", /* a group of groups goes first */
		.backwards = true,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_set_undo_emit,
		.read = cv_set_undo_read,
		.strip = cv_paloalto_strip_to_name,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"carveout's own reader: names, lengths, references and order",
	"a model of a configuration tree, written from published facts: pasted, pasted "
	"again, over an older version, undone; the tree is that of paloalto-xml",
	NULL,
};

const struct cv_target cv_target_paloalto_set = {
	.name = "paloalto-set",
	.summary = "the same as paloalto-xml, as set commands to paste",
	CV_PALOALTO_DESCRIPTION,
	.arrange = cv_set_arrange,
	.forms = forms,
	.verified = verified,
};
