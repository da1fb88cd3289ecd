/* What the forms of Elastic Defend write: see facts.c for their shapes. */
#include "elastic-defend/facts.h"

CV_API_EMITTERS(cv_elastic)
