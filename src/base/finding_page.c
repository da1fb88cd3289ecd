/* The pages of finding_pages.def by the code of their finding. */
#include "base/finding_page.h"

const struct cv_finding_page cv_finding_pages[CV_F_COUNT] = {
#define CV_FINDING_PAGE(id, accept, why, source, fix) \
	[CV_F_##id] = {CV_ACCEPT_##accept, why, source, fix},
#include "base/finding_pages.def"
#undef CV_FINDING_PAGE
};
