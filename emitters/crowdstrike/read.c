/* What the forms of Falcon read back: see facts.c for their shapes. */
#include "api/wrap.h"
#include "crowdstrike/facts.h"

CV_API_READERS(cv_crowdstrike)
CV_API_BODY_READER(cv_crowdstrike, ml)
CV_API_BODY_READER(cv_crowdstrike, sv)
CV_API_BODY_READER(cv_crowdstrike, ioa)
