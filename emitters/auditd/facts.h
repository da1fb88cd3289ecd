#pragma once
/* What auditctl takes, and the fixed text of the files.  Data only. */

#include "lines.h"
#include "model/target.h"

struct cv_emission;
struct cv_export_reading;
struct cv_reading;

extern const struct cv_list cv_auditd_lists[];

/* The SETTING entry with the name of the file has this list. */
#define CV_AUDITD_FILE "file"

/* First match wins, so the file sorts before all others of rules.d. */
#define CV_AUDITD_FILE_FORMAT "00-carveout-%s-%s.rules"

/* By it auditctl lists our rules, and nobody else's (-l -k, -D -k). */
#define CV_AUDITD_KEY "carveout"

extern const struct cv_line cv_auditd_rules[];
extern const struct cv_line cv_auditd_undo[];

void cv_auditd_emit_rules(const struct cv_emission *emission);
void cv_auditd_emit_undo(const struct cv_emission *emission);
bool cv_auditd_read_rules(struct cv_reading *reading);
bool cv_auditd_read_undo(struct cv_reading *reading);

/* What the kernel has: see cv_target. */
bool cv_auditd_read_export(struct cv_export_reading *reading);
