#pragma once
/* What fapolicyd takes, and the fixed text of the files.  Data only. */

#include "lines.h"
#include "model/field.h"
#include "model/target.h"

struct cv_emission;
struct cv_export_reading;
struct cv_reading;

struct cv_fapolicyd_options {
	struct cv_text entries; /* trust, rules */
	struct cv_text version;
};

extern const struct cv_lexical cv_lex_fapolicyd_entries;

/* Which of them serve hangs on `entries`; ends with a NULL name. */
extern const struct cv_list cv_fapolicyd_lists[];
extern const char *const cv_fapolicyd_trust_lists[];
extern const char *const cv_fapolicyd_rule_lists[];
extern const char *const cv_fapolicyd_undo_lists[]; /* of the rules */

/* SETTING entries: the name of the trust file, of the rules file, and how to check it. */
#define CV_FAPOLICYD_TRUST "trust-file"
#define CV_FAPOLICYD_RULES "rules-file"
#define CV_FAPOLICYD_CHECK "check"

/* Before 90-deny-*, which denies what no rule before it allows. */
#define CV_FAPOLICYD_RULES_FORMAT "80-carveout-%s-%s.rules"
#define CV_FAPOLICYD_TRUST_FORMAT "carveout-%s-%s"

#define CV_FAPOLICYD_VERSION "1.1"
#define CV_FAPOLICYD_CHECK_VERSION "2.0"

extern const struct cv_line cv_fapolicyd_trust[];
extern const struct cv_line cv_fapolicyd_trust_undo[];
extern const struct cv_line cv_fapolicyd_rules[];
extern const struct cv_line cv_fapolicyd_rules_undo[];

void cv_fapolicyd_emit_trust(const struct cv_emission *emission);
void cv_fapolicyd_emit_trust_undo(const struct cv_emission *emission);
void cv_fapolicyd_emit_rules(const struct cv_emission *emission);
void cv_fapolicyd_emit_rules_undo(const struct cv_emission *emission);
bool cv_fapolicyd_read_trust(struct cv_reading *reading);
bool cv_fapolicyd_read_trust_undo(struct cv_reading *reading);
bool cv_fapolicyd_read_rules(struct cv_reading *reading);
bool cv_fapolicyd_read_rules_undo(struct cv_reading *reading);

/* Whether the site chose rules.  `options` may be NULL. */
bool cv_fapolicyd_wants_rules(const struct cv_fapolicyd_options *options);

/* What a computer has: see cv_target. */
bool cv_fapolicyd_read_export(struct cv_export_reading *reading);
