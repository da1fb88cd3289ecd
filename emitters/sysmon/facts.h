#pragma once
/* What Sysmon takes, and the fixed text of the files.  Data only. */

#include "lines.h"
#include "model/field.h"
#include "model/target.h"

struct cv_emission;
struct cv_reading;

struct cv_sysmon_options {
	struct cv_text schema;
};

extern const struct cv_list cv_sysmon_lists[];

/* The SETTING entry with the version of the schema has this list. */
#define CV_SYSMON_SCHEMA "schema"
#define CV_SYSMON_SCHEMA_VERSION "4.81"

#define CV_SYSMON_IMAGE "ProcessCreate Image is"
#define CV_SYSMON_NAME "ProcessCreate Image end with"
#define CV_SYSMON_FILE "FileCreate TargetFilename is"
#define CV_SYSMON_FOLDER "FileCreate TargetFilename begin with"

extern const struct cv_line cv_sysmon_fragment[];
extern const struct cv_line cv_sysmon_full[];
extern const struct cv_line cv_sysmon_undo[];

void cv_sysmon_emit_fragment(const struct cv_emission *emission);
void cv_sysmon_emit_full(const struct cv_emission *emission);
void cv_sysmon_emit_undo(const struct cv_emission *emission);
bool cv_sysmon_read_fragment(struct cv_reading *reading);
bool cv_sysmon_read_full(struct cv_reading *reading);
bool cv_sysmon_read_undo(struct cv_reading *reading);
