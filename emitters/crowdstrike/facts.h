#pragma once
/* What Falcon takes, and the functions of its scripts.  Data only: it is all that the
 * emitter and the readers have in common. */

#include "api/wrap.h"
#include "model/site.h"

struct cv_crowdstrike_options {
	struct cv_map
		host_groups; /* group of the site to ids, parted by commas, or all */
	struct cv_texts excluded_from, process_rows;
	struct cv_text pattern_id, pattern_name;
};

/* Native lists and calls go by these names. */
#define CV_CROWDSTRIKE_ML "ml"
#define CV_CROWDSTRIKE_SV "sv"
#define CV_CROWDSTRIKE_IOA "ioa"

/* Attributes of entries. */
#define CV_CROWDSTRIKE_GROUPS "groups"
#define CV_CROWDSTRIKE_FROM "excluded_from"
#define CV_CROWDSTRIKE_CHILDREN "is_descendant_process"
#define CV_CROWDSTRIKE_NAME "name"
#define CV_CROWDSTRIKE_PATTERN "pattern_id"
#define CV_CROWDSTRIKE_PATTERN_NAME "pattern_name"

/* "A group's id has 32 hexadecimal digits, or the word all" (PSFalcon checks so). */
enum { CV_CROWDSTRIKE_ID_SIZE = 32 };
#define CV_CROWDSTRIKE_ALL "all"

/* No bound is published; so long a comment still reads. */
enum { CV_CROWDSTRIKE_NOTE_MAX = 400 };

CV_API_DECLARE(cv_crowdstrike);
CV_API_DECLARE_BODY(cv_crowdstrike, ml);
CV_API_DECLARE_BODY(cv_crowdstrike, sv);
CV_API_DECLARE_BODY(cv_crowdstrike, ioa);
