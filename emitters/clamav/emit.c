/* Writes the block for clamd.conf and its undo; a value has no quoting there. */
#include "clamav/facts.h"
#include "lines_write.h"

void cv_clamav_emit_conf(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_clamav_conf, CV_LINE_RAW, CV_ADD);
}

void cv_clamav_emit_undo(const struct cv_emission *emission)
{
	cv_lines_write(emission, cv_clamav_undo, CV_LINE_RAW, CV_REMOVE);
}
