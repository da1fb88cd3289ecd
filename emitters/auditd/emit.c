/* Writes the rules and their undo; a value has no quoting there. */
#include "auditd/facts.h"
#include "lines_write.h"

void cv_auditd_emit_rules(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_auditd_rules, CV_LINE_RAW, CV_ADD);
}

void cv_auditd_emit_undo(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_auditd_undo, CV_LINE_RAW, CV_REMOVE);
}
