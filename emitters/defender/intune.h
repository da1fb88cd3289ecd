#pragma once
/* Defender's lists as values of the policy CSP.  Data only: it is all that the emitter
 * and the reader have in common, beside what Defender takes. */

#include "defender/facts.h"

/* A list and its setting: the value is the whole list, with `|` between its entries. */
struct cv_intune_setting {
	const char *list;
	const char *setting; /* the list of the SETTING entry that holds the value */
	const char *base;    /* the list of the one that holds what was there before */
	const char *uri;
};

enum { CV_INTUNE_SETTINGS = 3 };

extern const struct cv_intune_setting cv_intune_settings[CV_INTUNE_SETTINGS];

#define CV_INTUNE_SEPARATOR '|'
#define CV_INTUNE_CSV_HEAD "Name,OMA-URI,Data type,Value\n"
#define CV_INTUNE_TYPE "String"

/* What a base or an export shows of the settings. */
struct cv_intune_shown {
	bool is_shown[CV_INTUNE_SETTINGS];
	struct cv_table items[CV_INTUNE_SETTINGS]; /* of struct cv_intune_item */
};

struct cv_intune_item {
	const char *value;
	size_t place;
};

void cv_intune_emit_json(const struct cv_emission *emission);
void cv_intune_emit_json_undo(const struct cv_emission *emission);
void cv_intune_emit_csv(const struct cv_emission *emission);
bool cv_intune_read_json(struct cv_reading *reading);
bool cv_intune_read_json_undo(struct cv_reading *reading);
bool cv_intune_read_csv(struct cv_reading *reading);
bool cv_intune_read_csv_undo(struct cv_reading *reading);
bool cv_intune_read_export(struct cv_export_reading *reading);
bool cv_intune_read_base(struct cv_base_reading *reading);
