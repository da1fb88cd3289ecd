/* The fixed text of the files.  A group of rules stands there only where it has rules: an
 * empty `exclude` would switch the event on for everything. */
#include "sysmon/facts.h"

#define L(text) {.slot = CV_LINE_TEXT, .before = text},
#define END \
	{ \
		.slot = CV_LINE_TEXT, .before = NULL \
	}

#define RULES(name, field, condition) \
	static const struct cv_line_ends name[] = { \
		{"      <" field " condition=\"" condition "\">", "</" field ">"}, \
		{NULL, NULL}, \
	};

RULES(image, "Image", "is")
RULES(name, "Image", "end with")
RULES(file, "TargetFilename", "is")
RULES(folder, "TargetFilename", "begin with")

/* A line here is a line of the file.  clang-format would break them. */
/* clang-format off */
#define GROUP(of, event, with, word) \
	{.slot = CV_LINE_ENTRIES, .list = of, .ends = with, .before = "      <!-- for ", \
	 .open = "  <RuleGroup name=\"carveout " word "\" groupRelation=\"or\">\n" \
		 "    <" event " onmatch=\"exclude\">", \
	 .close = "    </" event ">\n  </RuleGroup>"},

#define GROUPS \
	GROUP(CV_SYSMON_IMAGE, "ProcessCreate", image, "programs") \
	GROUP(CV_SYSMON_NAME, "ProcessCreate", name, "names") \
	GROUP(CV_SYSMON_FILE, "FileCreate", file, "files") \
	GROUP(CV_SYSMON_FOLDER, "FileCreate", folder, "folders")

#define EVENTS \
	L("Sysmon logs each process by default. Files are logged only where the configuration") \
	L("has an element FileCreate: if yours has none, the one below switches that on for all") \
	L("files but those it names. Leave it out then.")

const struct cv_line cv_sysmon_fragment[] = {
	L("<!-- Rules of Sysmon that log nothing of what they name.")
	L("")
	{.slot = CV_LINE_HEADER, .before = "  "},
	L("")
	L("To merge: put each RuleGroup into EventFiltering of your configuration, and load that")
	L("whole (sysmon -c FILE). What is excluded is so even where a rule includes it.")
	EVENTS
	L("-->")
	L("<EventFiltering>")
	GROUPS
	L("</EventFiltering>")
	END
};

const struct cv_line cv_sysmon_full[] = {
	L("<!-- A whole configuration of Sysmon that logs nothing of what it names.")
	L("")
	{.slot = CV_LINE_HEADER, .before = "  "},
	L("")
	L("It takes the place of the configuration that is there (sysmon -c FILE): only where")
	L("there is none of your own.")
	EVENTS
	L("-->")
	{.slot = CV_LINE_SETTING, .before = "<Sysmon schemaversion=\"", .after = "\">", .list = CV_SYSMON_SCHEMA},
	L("<EventFiltering>")
	GROUPS
	L("</EventFiltering>")
	L("</Sysmon>")
	END
};

const struct cv_line cv_sysmon_undo[] = {
	L("<!-- Undo: take the rules below out of the configuration of Sysmon.")
	L("")
	{.slot = CV_LINE_HEADER, .before = "  "},
	L("")
	L("They stand in RuleGroups whose names begin with carveout. One without rules must go as a")
	L("whole: an empty exclude switches the event on for everything. Then load the")
	L("configuration (sysmon -c FILE).")
	L("-->")
	L("<EventFiltering>")
	GROUPS
	L("</EventFiltering>")
	END
};
/* clang-format on */
