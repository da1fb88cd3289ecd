#pragma once
/* What SentinelOne's console takes, and the functions of its scripts.  Data only: it is
 * all that the emitter and the readers have in common. */

#include "api/wrap.h"
#include "model/site.h"

struct cv_sentinelone_options {
	struct cv_map sites, console_groups,
		accounts; /* group to ids, parted by commas */
	enum cv_flag tenant;
	struct cv_texts file_rows, process_rows; /* modes */
};

/* Attributes of entries: the scope first. */
#define CV_SENTINELONE_SITES "siteIds"
#define CV_SENTINELONE_GROUPS "groupIds"
#define CV_SENTINELONE_ACCOUNTS "accountIds"
#define CV_SENTINELONE_TENANT "tenant"
#define CV_SENTINELONE_OS "osType"
#define CV_SENTINELONE_PATH_TYPE "pathExclusionType"

/* No bound is published; so long a comment still reads. */
enum { CV_SENTINELONE_NOTE_MAX = 400 };

CV_API_DECLARE(cv_sentinelone);
CV_API_DECLARE_BODY(cv_sentinelone, suppress);
CV_API_DECLARE_BODY(cv_sentinelone, suppress_folder);
CV_API_DECLARE_BODY(cv_sentinelone, suppress_dynamic_only);
CV_API_DECLARE_BODY(cv_sentinelone, suppress_dfi_only);
CV_API_DECLARE_BODY(cv_sentinelone, disable_in_process_monitor);
CV_API_DECLARE_BODY(cv_sentinelone, disable_in_process_monitor_deep);
CV_API_DECLARE_BODY(cv_sentinelone, disable_all_monitors);
CV_API_DECLARE_BODY(cv_sentinelone, disable_all_monitors_deep);
