/* What the forms of SentinelOne read back: see facts.c for their shapes. */
#include "sentinelone/facts.h"

CV_API_READERS(cv_sentinelone)
CV_API_BODY_READER(cv_sentinelone, suppress)
CV_API_BODY_READER(cv_sentinelone, suppress_folder)
CV_API_BODY_READER(cv_sentinelone, suppress_dynamic_only)
CV_API_BODY_READER(cv_sentinelone, suppress_dfi_only)
CV_API_BODY_READER(cv_sentinelone, disable_in_process_monitor)
CV_API_BODY_READER(cv_sentinelone, disable_in_process_monitor_deep)
CV_API_BODY_READER(cv_sentinelone, disable_all_monitors)
CV_API_BODY_READER(cv_sentinelone, disable_all_monitors_deep)
