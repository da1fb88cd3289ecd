#pragma once
/* The parts of this target, for target.c. */

#include <stdbool.h>

#include "model/target.h"
#include "paloalto-xml/plan.h"

/* Names the services, splits those whose port list is too long for one object, and
 * adds tag, groups and load commands.  False: reported. */
bool cv_paloalto_arrange(struct cv_ctx *ctx, struct cv_plan *plan);

/* The forms: see cv_form. */
void cv_paloalto_config_emit(const struct cv_emission *emission);
bool cv_paloalto_config_read(struct cv_reading *reading);
void cv_paloalto_load_emit(const struct cv_emission *emission);
bool cv_paloalto_load_read(struct cv_reading *reading);
void cv_paloalto_undo_emit(const struct cv_emission *emission);
void cv_paloalto_trim_emit(const struct cv_emission *emission);
bool cv_paloalto_undo_read(struct cv_reading *reading);
bool cv_paloalto_trim_read(struct cv_reading *reading);

/* Reads what a firewall holds already: see cv_target. */
bool cv_paloalto_base_read(struct cv_base_reading *reading);

/* Reads a configuration, an answer of the XML API or what the command line shows as
 * XML: see cv_target. */
bool cv_paloalto_export_read(struct cv_export_reading *reading);
