/* Writes the fragment, the whole configuration and the undo. */
#include "lines_write.h"
#include "sysmon/facts.h"

void cv_sysmon_emit_fragment(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_sysmon_fragment, CV_LINE_XML, CV_ADD);
}

void cv_sysmon_emit_full(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_sysmon_full, CV_LINE_XML, CV_ADD);
}

void cv_sysmon_emit_undo(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_sysmon_undo, CV_LINE_XML, CV_REMOVE);
}
