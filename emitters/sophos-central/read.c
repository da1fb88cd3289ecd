/* What the forms of Sophos Central read back: see facts.c for their shapes. */
#include "sophos-central/facts.h"

CV_API_READERS(cv_sophos)
CV_API_BODY_READER(cv_sophos, path)
CV_API_BODY_READER(cv_sophos, posix_path)
CV_API_BODY_READER(cv_sophos, process)
