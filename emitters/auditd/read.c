/* Reads the rules and their undo back. */
#include "auditd/facts.h"
#include "lines_read.h"

bool cv_auditd_read_rules(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_auditd_rules, CV_LINE_RAW, CV_ADD);
}

bool cv_auditd_read_undo(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_auditd_undo, CV_LINE_RAW, CV_REMOVE);
}
