#pragma once
/* What the parts of the export's reader share. */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "export_json.h"
#include "model/plan.h"
#include "windows-firewall/facts.h"

enum { CV_WINFW_PROFILES = 3 };

/* "Domain", "Private", "Public", as bits from the lowest on. */
extern const char *const cv_winfw_profile_words[CV_WINFW_PROFILES];

struct cv_winfw_export {
	struct cv_export_reading *reading;
	struct cv_frame frame;
	const char *group, *prefix, *outbound; /* the plan's settings */
	unsigned profiles;                     /* the plan's, as bits */
};

/* What a rule lets through or blocks, as far as it is known. */
struct cv_winfw_box {
	const struct cv_addresses *local[2], *remote[2];   /* by family; NULL: none */
	const struct cv_ports *local_ports, *remote_ports; /* NULL: any */
	int protocol;                                      /* or -1 */
	struct cv_table types;                             /* of int; none: all */
	const char *program;                               /* or NULL */
	/* What the rule asks for besides, which makes it narrower than the box: words
	 * for a message, or NULL. */
	const char *only;
	const char *unknown; /* what was not understood of it, or NULL */
};

/* The text of a member; NULL where there is none or it is no text.  Valid as long as the
 * tree. */
const char *cv_winfw_text(const json_t *rule, const char *key);

/* Bits of "Domain, Private" or "Any"; 0 where it is not understood. */
unsigned cv_winfw_profile_bits(const char *text);

void cv_winfw_read_box(struct cv_winfw_export *export, const json_t *rule,
		       struct cv_winfw_box *box_out);

/* Whether the rule touches any flow of the plan's list. */
bool cv_winfw_meets_plan(const struct cv_winfw_export *export, const char *list,
			 const struct cv_winfw_box *box);

/* The box as entries of the list, a family and a type each. */
void cv_winfw_add_box(struct cv_winfw_export *export, const json_t *rule,
		      const char *list, const struct cv_winfw_box *box, size_t place);
