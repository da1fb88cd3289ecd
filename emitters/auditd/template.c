/* The fixed text of the rules and of those that take them away. */
#include "auditd/facts.h"

#define L(text) {.slot = CV_LINE_TEXT, .before = text},
#define END \
	{ \
		.slot = CV_LINE_TEXT, .before = NULL \
	}
#define KEY " -F key=" CV_AUDITD_KEY

/* A rule is of one architecture's system calls: programs of 32 bits make others. */
#define RULES(name, sign, field) \
	static const struct cv_line_ends name[] = { \
		{sign " never,exit -F arch=b64 -S all -F " field "=", KEY}, \
		{sign " never,exit -F arch=b32 -S all -F " field "=", KEY}, \
		{NULL, NULL}, \
	};

RULES(add_exe, "-a", "exe")
RULES(add_dir, "-a", "dir")
RULES(add_path, "-a", "path")
RULES(delete_exe, "-d", "exe")
RULES(delete_dir, "-d", "dir")
RULES(delete_path, "-d", "path")

/* A line here is a line of the file.  clang-format would break them. */
/* clang-format off */
#define ENTRIES(of, note, with) \
	{.slot = CV_LINE_ENTRIES, .before = note, .list = of, .ends = with},

const struct cv_line cv_auditd_rules[] = {
	L("## Rules of the kernel's audit that record nothing of what they name.")
	L("##")
	{.slot = CV_LINE_HEADER, .before = "##   "},
	L("##")
	L("## Into /etc/audit/rules.d under the name below, which sorts first: the first rule")
	L("## that matches wins. Then augenrules --load. Folders must be there by then.")
	{.slot = CV_LINE_SETTING, .before = "## file: ", .after = "", .list = CV_AUDITD_FILE},
	L("##")
	L("## What these programs do:")
	ENTRIES("exe", "## for ", add_exe)
	L("## What is done in these folders:")
	ENTRIES("dir", "## for ", add_dir)
	L("## What is done with these files:")
	ENTRIES("path", "## for ", add_path)
	END
};

/* -c: a rule that is not there keeps none of the others. */
const struct cv_line cv_auditd_undo[] = {
	L("## Undo: takes the rules below out of the kernel; all others stay.")
	L("##")
	{.slot = CV_LINE_HEADER, .before = "##   "},
	L("##")
	L("## auditctl -R with this file; then remove the file below from /etc/audit/rules.d and")
	L("## run augenrules --load, so that they do not come back.")
	{.slot = CV_LINE_SETTING, .before = "## file: ", .after = "", .list = CV_AUDITD_FILE},
	L("##")
	L("-c")
	ENTRIES("exe", NULL, delete_exe)
	ENTRIES("dir", NULL, delete_dir)
	ENTRIES("path", NULL, delete_path)
	END
};
/* clang-format on */
