/* What the forms of Trend Micro write: see facts.c for their shapes. */
#include "trend/facts.h"

CV_API_EMITTERS(cv_trend)
