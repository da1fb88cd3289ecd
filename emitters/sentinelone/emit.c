/* What the forms of SentinelOne write: see facts.c for their shapes. */
#include "sentinelone/facts.h"

CV_API_EMITTERS(cv_sentinelone)
