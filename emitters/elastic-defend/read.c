/* What the forms of Elastic Defend read back: see facts.c for their shapes. */
#include "elastic-defend/facts.h"

CV_API_READERS(cv_elastic)
CV_API_BODY_READER(cv_elastic, trusted_apps)
CV_API_BODY_READER(cv_elastic, event_filters)
