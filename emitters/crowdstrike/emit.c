/* What the forms of Falcon write: see facts.c for their shapes. */
#include "api/wrap.h"
#include "crowdstrike/facts.h"

CV_API_EMITTERS(cv_crowdstrike)
