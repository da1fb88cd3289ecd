#pragma once
/* The services of a plan as PAN-OS can hold them: the first half of arranging. */

#include "model/plan.h"

struct cv_paloalto_work;

/* The word of a protocol that a service can be made of, or NULL. */
const char *cv_paloalto_protocol_name(int protocol);

/* The services of the entries (struct cv_entry *) as an array, which may be empty: one
 * whose port list is too long for one object comes as several of the same rows, equal
 * ones come as one of all their rows, in the order of protocol, ports and source ports.
 * What no service can hold is a loss of the plan.  The array lies aside. */
size_t cv_paloalto_services(const struct cv_paloalto_work *work,
			    const struct cv_table *entries,
			    struct cv_entry **services_out);

/* Both lists of rows as one. */
struct cv_rows cv_paloalto_rows_join(struct cv_ctx *ctx, struct cv_rows a,
				     struct cv_rows b);

/* The parts of a flow or service that each fit into one object: adds struct cv_entry to
 * a list that lies aside. */
void cv_paloalto_service_parts(const struct cv_paloalto_work *work,
			       const struct cv_entry *entry, struct cv_table *parts);

/* The service among those that the part is. */
const struct cv_entry *cv_paloalto_service_of(const struct cv_entry *services,
					      size_t count, const struct cv_entry *part);
