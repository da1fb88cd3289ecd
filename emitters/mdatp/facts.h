#pragma once
/* What Microsoft Defender for Endpoint takes on Linux and macOS, and the fixed text of
 * the scripts.  Data only: it is all that the emitters and the readers have in
 * common. */

#include "model/target.h"

/* folder, file, process, extension; end with a NULL name. */
extern const struct cv_list cv_mdatp_linux_lists[];
extern const struct cv_list cv_mdatp_macos_lists[];
extern const char *const cv_mdatp_linux_own_folders[];
extern const char *const cv_mdatp_macos_own_folders[];

enum cv_mdatp_list {
	CV_MDATP_FOLDER,
	CV_MDATP_FILE,
	CV_MDATP_PROCESS,
	CV_MDATP_EXTENSION,
	CV_MDATP_LISTS
};

/* How an entry of each list is spelled: `$type` and the key of its value in the managed
 * configuration, and the option of the command line. */
struct cv_mdatp_spelling {
	const char *list, *type, *key, *option;
};

extern const struct cv_mdatp_spelling cv_mdatp_spellings[CV_MDATP_LISTS];

/* The option for a program's name without its folder. */
#define CV_MDATP_NAME_OPTION "--name"
/* An entry without a scope counts as global, which blinds EDR, too. */
#define CV_MDATP_SCOPE "epp"

/* ---- scripts ---- */

/* The SETTING entry that names the file of the record has this list. */
#define CV_MDATP_RECORD "record"

/* The file, by site and group: the entries that the script itself added to the managed
 * configuration. */
#define CV_MDATP_RECORD_FORMAT "/var/lib/carveout/%s/%s.mdatp.json"

enum cv_mdatp_slot {
	CV_MDATP_TEXT,     /* the line as it stands */
	CV_MDATP_HEADER,   /* a line for each HEADER entry, `text` before each */
	CV_MDATP_PATH,     /* `text`, then the record's file as a literal */
	CV_MDATP_ENTRIES,  /* `text`, the entry's JSON as a literal, and its note */
	CV_MDATP_COMMANDS, /* a command for each entry */
};

/* One line of a script, without its line feed. */
struct cv_mdatp_line {
	enum cv_mdatp_slot slot;
	const char *text; /* NULL ends a section */
};

/* A script is some sections; NULL ends them. */
extern const struct cv_mdatp_line *const cv_mdatp_merge[];
extern const struct cv_mdatp_line *const cv_mdatp_merge_undo[];
extern const struct cv_mdatp_line *const cv_mdatp_commands[];
extern const struct cv_mdatp_line *const cv_mdatp_commands_undo[];

#define CV_MDATP_NOTE " # "
/* mdatp exclusion LIST VERB OPTION VALUE, then this. */
#define CV_MDATP_COMMAND "mdatp exclusion "
#define CV_MDATP_COMMAND_END " --scope epp || failed=1"

/* ---- property lists ---- */

/* The preference domain, which is the type of the payload, too. */
#define CV_MDATP_DOMAIN "com.microsoft.wdav"

/* SETTING entries of macOS.  The value that the property list sets at all has this
 * list, what the profile is called has that one. */
#define CV_MDATP_SETS "sets"
#define CV_MDATP_SETS_VALUE "antivirusEngine/exclusions"
#define CV_MDATP_PROFILE "profile"

enum cv_mdatp_name {
	CV_MDATP_IDENTIFIER,
	CV_MDATP_UUID,
	CV_MDATP_PAYLOAD_IDENTIFIER,
	CV_MDATP_PAYLOAD_UUID,
	CV_MDATP_DISPLAY_NAME,
	CV_MDATP_NAMES
};

/* "identifier", "uuid", ...; ends with NULL. */
extern const char *const cv_mdatp_names[CV_MDATP_NAMES + 1];

enum cv_plist_slot {
	CV_PLIST_TEXT,   /* the line as it stands */
	CV_PLIST_HEADER, /* a comment for each HEADER entry */
	CV_PLIST_NAME,   /* `text`, the profile's name of that number, the string's end */
	CV_PLIST_ENTRIES, /* the list: a line for each entry; in an undo an empty one */
};

/* One line, without its line feed. */
struct cv_plist_line {
	enum cv_plist_slot slot;
	const char *text; /* NULL ends the lines */
	enum cv_mdatp_name name;
};

extern const struct cv_plist_line cv_mdatp_plist[];
extern const struct cv_plist_line cv_mdatp_mobileconfig[];

void cv_plist_emit(const struct cv_emission *emission);
bool cv_plist_read(struct cv_reading *reading);
bool cv_plist_read_undo(struct cv_reading *reading);
void cv_mobileconfig_emit(const struct cv_emission *emission);
bool cv_mobileconfig_read(struct cv_reading *reading);
bool cv_mobileconfig_read_undo(struct cv_reading *reading);
bool cv_mdatp_linux_read_export(struct cv_export_reading *reading);
bool cv_mdatp_macos_read_export(struct cv_export_reading *reading);

void cv_mdatp_json_emit(const struct cv_emission *emission);
bool cv_mdatp_json_read(struct cv_reading *reading);
void cv_mdatp_merge_emit(const struct cv_emission *emission);
bool cv_mdatp_merge_read(struct cv_reading *reading);
void cv_mdatp_merge_undo_emit(const struct cv_emission *emission);
bool cv_mdatp_merge_undo_read(struct cv_reading *reading);
void cv_mdatp_commands_emit(const struct cv_emission *emission);
bool cv_mdatp_commands_read(struct cv_reading *reading);
void cv_mdatp_commands_undo_emit(const struct cv_emission *emission);
bool cv_mdatp_commands_undo_read(struct cv_reading *reading);
