#pragma once
/* What Windows Firewall takes, and the fixed text of the scripts.  Data only: it is all
 * that the emitter and the readers have in common. */

#include "model/target.h"

/* Lists of the SETTING entries. */
#define CV_WINFW_GROUP "group"               /* of the rules: how an admin finds them */
#define CV_WINFW_PREFIX "prefix"             /* of their names: how a script does */
#define CV_WINFW_PROFILE "profile"           /* "Domain,Private" */
#define CV_WINFW_OUTBOUND "default-outbound" /* "Allow" or "Block" */

/* By site and subject.  A name is a pattern to the cmdlets: only [a-z0-9.-]. */
#define CV_WINFW_GROUP_FORMAT "carveout %s %s"
#define CV_WINFW_PREFIX_FORMAT "carveout.%s.%s."

/* The lists of flows, and what they are to Windows. */
#define CV_WINFW_INPUT "input"
#define CV_WINFW_OUTPUT "output"

/* Attributes of a rule. */
#define CV_WINFW_DISPLAY "display"
#define CV_WINFW_EDGE "edge-traversal" /* of an export, where it is not blocked */
#define CV_WINFW_ONLY "only"           /* of an export: what else must match */
enum { CV_WINFW_ATTRIBUTES = 2 };      /* display, profile */

enum {
	CV_WINFW_LONGEST_DISPLAY = 250, /* a bound of ours: none is published */
	CV_WINFW_LONGEST_NOTE = 400,
};

/* The words of -Protocol; any other is its number. */
struct cv_winfw_protocol {
	int number;
	const char *word; /* NULL ends the table */
	bool has_ports, has_types;
};

extern const struct cv_winfw_protocol cv_winfw_protocols[];
const struct cv_winfw_protocol *cv_winfw_facts_protocol(int number); /* or NULL */

struct cv_winfw_options {
	struct cv_texts profile;
	struct cv_text direction, default_outbound;
};

extern const struct cv_fields cv_winfw_option_fields;
bool cv_winfw_check_options(struct cv_ctx *ctx, const void *options, struct cv_span at);
bool cv_winfw_is_both(const struct cv_winfw_options *options); /* directions */

bool cv_winfw_arrange(struct cv_ctx *ctx, struct cv_plan *plan);

enum cv_winfw_slot {
	CV_WINFW_TEXT,    /* the line as it stands */
	CV_WINFW_HEADER,  /* a line for each HEADER entry, `text` before each */
	CV_WINFW_SETTING, /* `text`, then the value of the setting `list` as a literal */
	CV_WINFW_RULES,   /* each rule, over several lines */
	CV_WINFW_NAMES,   /* a line for each rule's name */
};

/* One line of a script, without its CRLF. */
struct cv_winfw_line {
	enum cv_winfw_slot slot;
	const char *text; /* NULL ends a section */
	const char *list;
};

/* A script is some sections; NULL ends them.  In the paste block lines without text are
 * left out: an empty line ends the input of a console. */
extern const struct cv_winfw_line *const cv_winfw_script[];
extern const struct cv_winfw_line *const cv_winfw_paste[];
extern const struct cv_winfw_line *const cv_winfw_undo[];
extern const struct cv_winfw_line *const cv_winfw_export[];

/* How far a line of a rule, and of one in it, stands in. */
#define CV_WINFW_INDENT "    "
#define CV_WINFW_ANY "Any"

void cv_winfw_emit_script(const struct cv_emission *emission);
void cv_winfw_emit_paste(const struct cv_emission *emission);
void cv_winfw_emit_undo(const struct cv_emission *emission);
void cv_winfw_emit_export(const struct cv_emission *emission);
bool cv_winfw_read_script(struct cv_reading *reading);
bool cv_winfw_read_paste(struct cv_reading *reading);
bool cv_winfw_read_undo(struct cv_reading *reading);
bool cv_winfw_read_export_script(struct cv_reading *reading);
bool cv_winfw_read_export(struct cv_export_reading *reading);
