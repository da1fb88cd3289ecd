#pragma once
/* What stands behind a finding, for whom its one line is not enough. */

#include "base/finding.h"

/* Whether a site may accept it, and for what. */
enum cv_accept { CV_ACCEPT_NO, CV_ACCEPT_ROW, CV_ACCEPT_TARGET };

struct cv_finding_page {
	enum cv_accept accept;
	const char *why, *source, *fix; /* source: "" where the reason is ours */
};

/* finding_pages.def: one for each finding. */
extern const struct cv_finding_page cv_finding_pages[CV_F_COUNT];
