/* What the forms of Sophos Central write: see facts.c for their shapes. */
#include "sophos-central/facts.h"

CV_API_EMITTERS(cv_sophos)
