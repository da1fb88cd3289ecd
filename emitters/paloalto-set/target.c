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
	CV_PALOALTO_UNDO("undo", ".undo.txt", "commands that delete what the others made",
			 cv_set_undo_emit, cv_set_undo_read),
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
