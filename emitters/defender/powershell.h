#pragma once
/* The fixed text of the scripts.  Data only: it is all that the emitter and the reader
 * have in common, beside what Defender takes. */

#include "defender/facts.h"

/* The SETTING entry that names the registry key of the record has this list. */
#define CV_DEFENDER_RECORD "record"

/* Another one says what becomes of entries that scripts for other groups of the site
 * recorded on the same computer: `remove` or `keep`. */
#define CV_DEFENDER_OTHER_GROUPS "other-groups"

/* The key, by site and group.  Under it each list of entries that the script
 * itself added is one REG_MULTI_SZ value with the list's name; other value names
 * and subkeys are free for later versions. */
#define CV_DEFENDER_RECORD_FORMAT "HKLM:\\SOFTWARE\\carveout\\%s\\%s"

enum cv_defender_slot {
	CV_DEFENDER_TEXT,    /* the line as it stands */
	CV_DEFENDER_HEADER,  /* a line for each HEADER entry, `text` before each */
	CV_DEFENDER_SETTING, /* `text`, then the value of the SETTING `list` as a literal
			      */
	CV_DEFENDER_ENTRIES, /* a line for each entry of the list `text` */
};

/* One line of a script, without its CRLF. */
struct cv_defender_line {
	enum cv_defender_slot slot;
	const char *text; /* NULL ends a section */
	const char *list; /* of a setting */
};

/* A script is some sections; NULL ends them. */
extern const struct cv_defender_line *const cv_defender_script[];
extern const struct cv_defender_line *const cv_defender_paste[];
extern const struct cv_defender_line *const cv_defender_detect[];
extern const struct cv_defender_line *const cv_defender_remediate[];
extern const struct cv_defender_line *const cv_defender_undo[];

/* Around an entry's literal and its note. */
#define CV_DEFENDER_INDENT "    "
#define CV_DEFENDER_NOTE " # "

struct cv_defender_powershell_options {
	struct cv_defender_options shared;
	struct cv_text other_groups;
};

void cv_defender_powershell_emit_script(const struct cv_emission *emission);
void cv_defender_powershell_emit_paste(const struct cv_emission *emission);
void cv_defender_powershell_emit_detect(const struct cv_emission *emission);
void cv_defender_powershell_emit_remediate(const struct cv_emission *emission);
void cv_defender_powershell_emit_undo(const struct cv_emission *emission);
bool cv_defender_powershell_read_script(struct cv_reading *reading);
bool cv_defender_powershell_read_paste(struct cv_reading *reading);
bool cv_defender_powershell_read_detect(struct cv_reading *reading);
bool cv_defender_powershell_read_remediate(struct cv_reading *reading);
bool cv_defender_powershell_read_undo(struct cv_reading *reading);
bool cv_defender_powershell_read_export(struct cv_export_reading *reading);
