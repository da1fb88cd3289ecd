#pragma once
/* The services of a plan as PAN-OS can hold them: the first half of arranging. */

#include <stddef.h>

struct cv_ctx;
struct cv_entry;
struct cv_plan;

/* The word of a protocol that a service can be made of, or NULL. */
const char *cv_paloalto_protocol_name(int protocol);

/* Takes the services out of the plan and gives them back as an array in the arena,
 * which may be empty: one whose port list is too long for one object comes as
 * several of the same rows, equal ones come as one of all their rows, in the order
 * of protocol, ports and source ports.  What no service can hold is a loss of the
 * plan. */
size_t cv_paloalto_services(struct cv_ctx *ctx, struct cv_plan *plan,
			    struct cv_entry **services_out);
