#pragma once
/* What clamd and clamonacc take, and the fixed text of the files.  Data only. */

#include "lines.h"
#include "model/target.h"

struct cv_emission;
struct cv_export_reading;
struct cv_reading;

struct cv_clamav_options {
	enum cv_flag on_access;
	struct cv_text version;
};

/* Which of them serve hangs on the options; ends with a NULL name. */
extern const struct cv_list cv_clamav_lists[];
extern const char *const cv_clamav_own_folders[];

/* The SETTING entry that names the block has this list: SITE/SUBJECT. */
#define CV_CLAMAV_BLOCK "block"
#define CV_CLAMAV_BEGIN "# carveout begin: "
#define CV_CLAMAV_END "# carveout end"

/* From this on OnAccessExcludePath is a regular expression. */
#define CV_CLAMAV_REGEX_VERSION "1.5.0"
#define CV_CLAMAV_VERSION "1.4.0"
#define CV_CLAMAV_ON_ACCESS "OnAccessExcludePath"
#define CV_CLAMAV_ON_ACCESS_REGEX "OnAccessExcludePath from " CV_CLAMAV_REGEX_VERSION

/* Whether the site's oldest ClamAV is from then on.  `options` may be NULL. */
bool cv_clamav_has_expressions(const struct cv_clamav_options *options);

extern const struct cv_line cv_clamav_conf[];
extern const struct cv_line cv_clamav_undo[];

void cv_clamav_emit_conf(const struct cv_emission *emission);
void cv_clamav_emit_undo(const struct cv_emission *emission);
bool cv_clamav_read_conf(struct cv_reading *reading);
bool cv_clamav_read_undo(struct cv_reading *reading);

/* What a computer has: see cv_target. */
bool cv_clamav_read_export(struct cv_export_reading *reading);
