#pragma once
/* What Trend Micro's Deep Security and Workload Security take, and the functions of their
 * scripts.  Data only: it is all that the emitter and the readers have in common. */

#include "api/wrap.h"

/* Attributes of entries: of the object that holds them all. */
#define CV_TREND_NAME "name"
#define CV_TREND_DESCRIPTION "description"

/* No bound is published; so long a comment still reads. */
enum { CV_TREND_NOTE_MAX = 200 };

CV_API_DECLARE(cv_trend);
CV_API_DECLARE_BODY(cv_trend, directories);
CV_API_DECLARE_BODY(cv_trend, files);
CV_API_DECLARE_BODY(cv_trend, processes);
