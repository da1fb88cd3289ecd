/* Writes the scripts, where values are quoted for the shell, and the rules, where they
 * are not. */
#include "fapolicyd/facts.h"
#include "lines_write.h"

void cv_fapolicyd_emit_trust(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_fapolicyd_trust, CV_LINE_SHELL, CV_ADD);
}

void cv_fapolicyd_emit_trust_undo(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_fapolicyd_trust_undo, CV_LINE_SHELL, CV_REMOVE);
}

void cv_fapolicyd_emit_rules(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_fapolicyd_rules, CV_LINE_RAW, CV_ADD);
}

void cv_fapolicyd_emit_rules_undo(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_fapolicyd_rules_undo, CV_LINE_RAW, CV_REMOVE);
}
