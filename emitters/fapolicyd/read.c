/* Reads the scripts and the rules back. */
#include "fapolicyd/facts.h"
#include "lines_read.h"

bool cv_fapolicyd_read_trust(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_fapolicyd_trust, CV_LINE_SHELL, CV_ADD);
}

bool cv_fapolicyd_read_trust_undo(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_fapolicyd_trust_undo, CV_LINE_SHELL, CV_REMOVE);
}

bool cv_fapolicyd_read_rules(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_fapolicyd_rules, CV_LINE_RAW, CV_ADD);
}

bool cv_fapolicyd_read_rules_undo(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_fapolicyd_rules_undo, CV_LINE_RAW, CV_REMOVE);
}
