/* Reads the block for clamd.conf and its undo back. */
#include "clamav/facts.h"
#include "lines_read.h"

bool cv_clamav_read_conf(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_clamav_conf, CV_LINE_RAW, CV_ADD);
}

bool cv_clamav_read_undo(struct cv_reading *reading)
{
	return cv_lines_read(reading, cv_clamav_undo, CV_LINE_RAW, CV_REMOVE);
}
