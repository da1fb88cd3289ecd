#pragma once
/* What Sysmon takes, and the fixed text of the files.  Data only. */

#include "lines.h"
#include "model/field.h"
#include "model/target.h"

struct cv_emission;
struct cv_export_reading;
struct cv_reading;

/* The events that an element may stand for, and how many of each are logged where a
 * configuration has no element for them. */
#define CV_SYSMON_PROCESS_CREATE "ProcessCreate"       /* all */
#define CV_SYSMON_PROCESS_TERMINATE "ProcessTerminate" /* all */
#define CV_SYSMON_FILE_CREATE "FileCreate"             /* none */

struct cv_sysmon_options {
	struct cv_text schema;
	struct cv_texts events; /* none: CV_SYSMON_PROCESS_CREATE */
};

extern const struct cv_list cv_sysmon_lists[];

/* The SETTING entry with the version of the schema has this list. */
#define CV_SYSMON_SCHEMA "schema"
#define CV_SYSMON_SCHEMA_VERSION "4.81"

/* Lists: event, field and condition. */
#define CV_SYSMON_IS(event, field) event " " field " is"
#define CV_SYSMON_END(event, field) event " " field " end with"
#define CV_SYSMON_BEGIN(event, field) event " " field " begin with"
#define CV_SYSMON_BOTH(event, field) event " " field " begin with, end with"
#define CV_SYSMON_PROGRAM "Image"
#define CV_SYSMON_TARGET "TargetFilename"

extern const struct cv_line cv_sysmon_fragment[];
extern const struct cv_line cv_sysmon_full[];
extern const struct cv_line cv_sysmon_undo[];

void cv_sysmon_emit_fragment(const struct cv_emission *emission);
void cv_sysmon_emit_full(const struct cv_emission *emission);
void cv_sysmon_emit_undo(const struct cv_emission *emission);
bool cv_sysmon_read_fragment(struct cv_reading *reading);
bool cv_sysmon_read_full(struct cv_reading *reading);
bool cv_sysmon_read_undo(struct cv_reading *reading);

/* A configuration that is in force: see cv_target. */
bool cv_sysmon_read_export(struct cv_export_reading *reading);
