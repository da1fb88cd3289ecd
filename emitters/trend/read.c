/* What the forms of Trend Micro read back: see facts.c for their shapes. */
#include "trend/facts.h"

CV_API_READERS(cv_trend)
CV_API_BODY_READER(cv_trend, directories)
CV_API_BODY_READER(cv_trend, files)
CV_API_BODY_READER(cv_trend, processes)
