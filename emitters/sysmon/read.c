/* Reads the fragment, the whole configuration and the undo back. */
#include "lines_read.h"
#include "sysmon/facts.h"

bool cv_sysmon_read_fragment(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_sysmon_fragment, CV_LINE_XML, CV_ADD);
}

bool cv_sysmon_read_full(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_sysmon_full, CV_LINE_XML, CV_ADD);
}

bool cv_sysmon_read_undo(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_sysmon_undo, CV_LINE_XML, CV_REMOVE);
}
