#pragma once
/* What Sophos Central takes, and the functions of its scripts.  Data only: it is all that
 * the emitter and the readers have in common. */

#include "api/wrap.h"
#include "model/site.h"

struct cv_sophos_options {
	struct cv_text scan_mode;
};

/* Attributes of entries. */
#define CV_SOPHOS_MODE "scanMode"

/* "comment field is limited to 100 chars" (a client's own check). */
enum { CV_SOPHOS_NOTE_MAX = 100 };

CV_API_DECLARE(cv_sophos);
CV_API_DECLARE_BODY(cv_sophos, path);
CV_API_DECLARE_BODY(cv_sophos, posix_path);
CV_API_DECLARE_BODY(cv_sophos, process);
