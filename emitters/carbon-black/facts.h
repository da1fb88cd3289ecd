#pragma once
/* What Carbon Black Cloud takes, and the functions of its scripts.  Data only: it is all
 * that the emitter and the readers have in common. */

#include "api/wrap.h"
#include "model/site.h"

struct cv_carbon_black_options {
	struct cv_text org;
	struct cv_map policies; /* group to the policy's id */
	struct cv_text operation;
};

/* Attributes of entries. */
#define CV_CARBON_BLACK_OPERATION "operation"

/* No bound is published; so long a note still reads. */
enum { CV_CARBON_BLACK_NOTE_MAX = 400 };

CV_API_DECLARE(cv_carbon_black);
CV_API_DECLARE_BODY(cv_carbon_black, rules);
void cv_carbon_black_emit_rows(const struct cv_emission *emission);
bool cv_carbon_black_read_rows(struct cv_reading *reading);

/* The shape of a line of the sidecar: value and rows. */
extern const struct cv_api_call cv_carbon_black_rows[];
