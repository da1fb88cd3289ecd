#pragma once
/* What Kibana takes for Elastic Defend, and the functions of its scripts.  Data only: it
 * is all that the emitter and the readers have in common. */

#include "api/wrap.h"
#include "model/site.h"

struct cv_elastic_options {
	struct cv_map policies; /* group to policy ids, parted by commas, or all */
	struct cv_text version, space;
};

/* Attributes of entries. */
#define CV_ELASTIC_ITEM "item_id"
#define CV_ELASTIC_NAME "name"
#define CV_ELASTIC_OS "os_types"
#define CV_ELASTIC_TAGS "tags"
#define CV_ELASTIC_TYPE "type" /* of the entry: match, wildcard */

/* Kibana's validators: kbn-securitysolution-io-ts-list-types and the validators of the
 * lists integration. */
enum { CV_ELASTIC_NAME_MAX = 256, CV_ELASTIC_NOTE_MAX = 256 };

CV_API_DECLARE(cv_elastic);
CV_API_DECLARE_BODY(cv_elastic, trusted_apps);
CV_API_DECLARE_BODY(cv_elastic, event_filters);
