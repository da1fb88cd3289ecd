/* The fixed text of the files.  Of each event there is one element at most: where two
 * stand in a configuration and none of their rules matches, Sysmon logs nothing of the
 * event (rules.c, FilterEventRules).  It stands there only where it has rules: an empty
 * one would switch the event on for everything. */
#include "sysmon/facts.h"

#define L(text) {.slot = CV_LINE_TEXT, .before = text},
#define END \
	{ \
		.slot = CV_LINE_TEXT, .before = NULL \
	}

/* Each rule has a name, by which it is found in a configuration that it was put into. */
#define RULE(field, condition) "<" field " name=\"carveout\" condition=\"" condition "\">"

#define RULES(name, field, condition) \
	static const struct cv_line_ends name[] = { \
		{"      " RULE(field, condition), "</" field ">"}, \
		{NULL, NULL}, \
	};

#define COMPOUND(name, field) \
	static const struct cv_line_ends name[] = { \
		{"      <Rule name=\"carveout\" groupRelation=\"and\">", ""}, \
		{"        " RULE(field, "begin with"), "</" field ">"}, \
		{"        " RULE(field, "end with"), "</" field ">"}, \
		{"        " RULE(field, "is not"), "</" field ">"}, \
		{"      </Rule>", ""}, \
		{NULL, NULL}, \
	};

RULES(program_is, CV_SYSMON_PROGRAM, "is")
RULES(program_end, CV_SYSMON_PROGRAM, "end with")
COMPOUND(program_both, CV_SYSMON_PROGRAM)
RULES(file_is, CV_SYSMON_TARGET, "is")
RULES(file_begin, CV_SYSMON_TARGET, "begin with")
COMPOUND(file_both, CV_SYSMON_TARGET)

static const enum cv_line_part compound[] = {CV_LINE_NOTHING, CV_LINE_HEAD, CV_LINE_TAIL,
					     CV_LINE_TWICE, CV_LINE_NOTHING};

/* A line here is a line of the file.  clang-format would break them. */
/* clang-format off */
#define ENTRIES(of, with) \
	.slot = CV_LINE_ENTRIES, .list = of, .ends = with, .before = "      <!-- for "
#define OPEN(event) \
	.open = "  <RuleGroup name=\"carveout\" groupRelation=\"or\">\n" \
		"    <" event " onmatch=\"exclude\">"
#define CLOSE(event) .close = "    </" event ">\n  </RuleGroup>"

#define PROGRAMS(event) \
	{ENTRIES(CV_SYSMON_IS(event, CV_SYSMON_PROGRAM), program_is), OPEN(event)}, \
	{ENTRIES(CV_SYSMON_END(event, CV_SYSMON_PROGRAM), program_end)}, \
	{ENTRIES(CV_SYSMON_BOTH(event, CV_SYSMON_PROGRAM), program_both), .parts = compound, CLOSE(event)},

#define FILES(event) \
	{ENTRIES(CV_SYSMON_IS(event, CV_SYSMON_TARGET), file_is), OPEN(event)}, \
	{ENTRIES(CV_SYSMON_BEGIN(event, CV_SYSMON_TARGET), file_begin)}, \
	{ENTRIES(CV_SYSMON_BOTH(event, CV_SYSMON_TARGET), file_both), .parts = compound, CLOSE(event)},

#define GROUPS \
	PROGRAMS(CV_SYSMON_PROCESS_CREATE) \
	PROGRAMS(CV_SYSMON_PROCESS_TERMINATE) \
	FILES(CV_SYSMON_FILE_CREATE)

const struct cv_line cv_sysmon_fragment[] = {
	L("<!-- Rules of Sysmon that log nothing of what they name.")
	L("")
	{.slot = CV_LINE_HEADER, .before = "  "},
	L("")
	L("To merge, for each element below, by what EventFiltering of your configuration has:")
	L("- The same element with onmatch=\"exclude\": put the rules into that one. Never add")
	L("  another: with two of them Sysmon logs nothing at all of the event. The RuleGroup")
	L("  around it must say groupRelation=\"or\"; otherwise rules of other fields must match, too.")
	L("- The element with onmatch=\"include\" only: add the RuleGroup as it stands.")
	L("- No such element: add the RuleGroup as it stands, but not that of FileCreate. Sysmon")
	L("  logs processes without an element, and files only with one: it would switch that on")
	L("  for all files but those that it names.")
	L("Then load the whole configuration (sysmon -c FILE). What is excluded is so even where")
	L("a rule includes it.")
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
	L("there is none of your own. Of the events below all else is logged; an element")
	L("FileCreate switches that on for all files but those that it names.")
	L("-->")
	{.slot = CV_LINE_SETTING, .before = "<Sysmon schemaversion=\"", .after = "\">", .list = CV_SYSMON_SCHEMA},
	L("<EventFiltering>")
	GROUPS
	L("</EventFiltering>")
	L("</Sysmon>")
	END
};

const struct cv_line cv_sysmon_undo[] = {
	L("<!-- Undo: take the rules below out of the configuration of Sysmon, by hand.")
	L("")
	{.slot = CV_LINE_HEADER, .before = "  "},
	L("")
	L("Each of them has the name \"carveout\". An element that has no rules left must go as a")
	L("whole, with its RuleGroup: an empty exclude switches the event on for everything. Then")
	L("load the configuration (sysmon -c FILE). Nothing brings back what a whole")
	L("configuration of ours took the place of: keep the one that was there.")
	L("-->")
	L("<EventFiltering>")
	GROUPS
	L("</EventFiltering>")
	END
};
/* clang-format on */
