#pragma once
/* The parts of this target, for target.c. */

#include <stdbool.h>

#include "model/target.h"
#include "paloalto-xml/plan.h"
#include "paloalto-xml/url.h"

/* What all targets of the product share: its keys in the site, what it can, and what a
 * device shows.  No PAN-OS ever took their artefacts. */
#define CV_PALOALTO_DESCRIPTION \
	.preview = true, \
	.can = {.subjects = CV_SUBJECT_SITE, \
		.flows = CV_FLOWS_SERVICES, \
		.source_ports = true, \
		.names = true, /* a service has no ends, and rules take names */ \
		.urls = true, \
		.spell_url = cv_paloalto_url_spell, \
		.is_url = cv_paloalto_is_url, \
		.note_limit = CV_PALOALTO_DESCRIPTION_MAX}, \
	.options = &cv_paloalto_option_fields, \
	.check_options = cv_paloalto_check_options, .flows = cv_paloalto_flows, \
	.scope = cv_paloalto_scope_words, .read_export = cv_paloalto_export_read, \
	.export_command = \
		"scp export configuration from running-config.xml to USER@HOST:FILE", \
	.read_base = cv_paloalto_base_read

/* An undo: a delete for each object, last one first, so that a group of groups goes
 * before what it holds. */
#define CV_PALOALTO_UNDO(form_name, form_suffix, words, form_emit, form_read) \
	{ \
		.name = (form_name), .suffix = (form_suffix), .summary = (words), \
		.kinds = CV_ENTRY_OBJECT, .subjects = CV_SUBJECT_SITE, .undo = true, \
		.if_any = true, .ordered = "service-group", .backwards = true, \
		.change = CV_CHANGE_ENTRIES, .emit = (form_emit), .read = (form_read), \
		.strip = cv_paloalto_strip_to_name, \
	}

extern const struct cv_fields cv_paloalto_option_fields;
bool cv_paloalto_check_options(struct cv_ctx *ctx, const void *all, struct cv_span at);

/* With rules the addresses are in the artefacts, and without them for the admin to
 * add. */
enum cv_flow_form cv_paloalto_flows(const void *all);

/* Where the objects go when that is wider than one virtual system: see cv_target. */
const char *cv_paloalto_scope_words(const void *all);

/* The objects and rules, with their names and in their order.  False: reported. */
bool cv_paloalto_arrange(struct cv_ctx *ctx, struct cv_plan *plan);

/* The same, and the commands that load a configuration of them. */
bool cv_paloalto_arrange_config(struct cv_ctx *ctx, struct cv_plan *plan);

/* Adds the commands that move the rules to where the site says. */
void cv_paloalto_moves_add(struct cv_ctx *ctx, struct cv_plan *plan);

/* Holds the names of a plan that is whole against what the base has: what means the
 * same there is marked as reused, and what means something else is refused.  False:
 * reported. */
bool cv_paloalto_base_hold(struct cv_ctx *ctx, struct cv_plan *plan);

/* A delete command names a list and an object, and no more: see cv_form, strip. */
void cv_paloalto_strip_to_name(struct cv_entry *entry);

/* The forms: see cv_form. */
void cv_paloalto_config_emit(const struct cv_emission *emission);
bool cv_paloalto_config_read(struct cv_reading *reading);
void cv_paloalto_load_emit(const struct cv_emission *emission);
bool cv_paloalto_load_read(struct cv_reading *reading);
void cv_paloalto_undo_emit(const struct cv_emission *emission);
void cv_paloalto_trim_emit(const struct cv_emission *emission);
void cv_paloalto_api_emit(const struct cv_emission *emission);
bool cv_paloalto_api_read(struct cv_reading *reading);
void cv_paloalto_api_undo_emit(const struct cv_emission *emission);
bool cv_paloalto_api_undo_read(struct cv_reading *reading);
void cv_paloalto_requests_emit(const struct cv_emission *emission);
bool cv_paloalto_requests_read(struct cv_reading *reading);
bool cv_paloalto_undo_read(struct cv_reading *reading);
bool cv_paloalto_trim_read(struct cv_reading *reading);

/* Reads what a firewall holds already: see cv_target. */
bool cv_paloalto_base_read(struct cv_base_reading *reading);

/* Reads a configuration, an answer of the XML API or what the command line shows as
 * XML: see cv_target. */
bool cv_paloalto_export_read(struct cv_export_reading *reading);
