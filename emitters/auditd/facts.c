/* What a rule of the kernel's audit takes: auditctl(8) and audit.rules(7), tried with
 * auditctl 3.0.9.
 *
 * A line of a rules file is cut at blanks and knows no quotes, so that a path with a
 * blank cannot be written.  Paths are as they are: no wildcards.  A value of more than
 * 4,096 bytes is refused.  A rule that never records takes effect only before one that
 * does. */
#include "auditd/facts.h"

/* `exe` and `path` name one file. */
static const struct cv_dialect files = {
	.name = "audit file",
	.longest = 4096,
	.refused = " *?\\",
};

/* The kernel watches the folder itself and not texts that begin so; it must be there when
 * the rule is loaded. */
static const struct cv_dialect folders = {
	.name = "audit folder",
	.folders_only = true,
	.tree_suffix = "/",
	.longest = 4096,
	.refused = " *?\\",
};

#define COST \
	"the kernel's audit records nothing of it: who looks for traces of an attack " \
	"finds " \
	"none; no antivirus leaves anything alone for it"

const struct cv_list cv_auditd_lists[] = {
	{
		.name = "exe",
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &files,
		.cost = COST,
	},
	{
		.name = "dir",
		.kinds = 1u << CV_KIND_FOLDER,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &folders,
		.cost = COST,
	},
	{
		.name = "path",
		.kinds = 1u << CV_KIND_FILE,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &files,
		.cost = COST,
	},
	{.name = NULL},
};
