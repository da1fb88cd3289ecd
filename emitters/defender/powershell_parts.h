#pragma once
/* The sections that the scripts are made of: powershell_template.c has those that
 * several share, powershell_scripts.c puts them together. */

#include <stddef.h>

#include "defender/powershell.h"

extern const struct cv_defender_line cv_defender_record_of[];
extern const struct cv_defender_line cv_defender_other_groups[];
extern const struct cv_defender_line cv_defender_values[];
extern const struct cv_defender_line cv_defender_reading[];
extern const struct cv_defender_line cv_defender_comparing[];
extern const struct cv_defender_line cv_defender_forgetting[];
extern const struct cv_defender_line cv_defender_recording[];
extern const struct cv_defender_line cv_defender_updating[];

/* A line here is a line of a script.  clang-format would break them. */
#define L(text) {CV_DEFENDER_TEXT, text, NULL},
#define SETTING(text, list) {CV_DEFENDER_SETTING, text, list},
#define END \
	{ \
		CV_DEFENDER_TEXT, NULL, NULL \
	}
