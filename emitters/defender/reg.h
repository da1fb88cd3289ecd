#pragma once
/* The policy keys of Defender, as a file of the Registry Editor.  Data only: it is all
 * that the emitter and the reader have in common, beside what Defender takes. */

#include "defender/facts.h"

#define CV_REG_SIGNATURE "Windows Registry Editor Version 5.00\r\n"
#define CV_REG_POLICY \
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows " \
	"Defender\\Exclusions"

/* The SETTING entries that make a list count have this list; their names are those of
 * the DWORDs. */
#define CV_REG_SWITCH "policy"

/* A list, the DWORD that makes it count, and its key below CV_REG_POLICY. */
struct cv_reg_key {
	const char *list, *switched, *key;
};

extern const struct cv_reg_key cv_reg_keys[]; /* ends with a NULL list */

void cv_reg_emit(const struct cv_emission *emission);
void cv_reg_emit_undo(const struct cv_emission *emission);
bool cv_reg_read(struct cv_reading *reading);
bool cv_reg_read_undo(struct cv_reading *reading);
bool cv_reg_read_export(struct cv_export_reading *reading);
