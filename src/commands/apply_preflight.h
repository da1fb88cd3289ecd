#pragma once
/* Would a policy cut anybody off?  The connections that stand now are held against
 * what it lets in. */

#include <stdbool.h>
#include <stddef.h>

#include "commands/apply_policy.h"

struct cv_preflight {
	struct cv_ctx *ctx;
	const struct cv_apply_policy *policy;
	struct cv_table *connections; /* of struct cv_live_connection */
	const char *session;          /* SSH_CONNECTION, or NULL */
	bool session_found;           /* out: it is one of the connections */
	/* What is in force, of struct cv_entry; asked for at most once, and only where it
	 * decides.  May return NULL, and be NULL: not known. */
	const struct cv_table *(*in_force)(void *data);
	void *data;
};

/* Sets `admin` of the connection that is the session.  Where there is none such, every
 * connection to the port of management counts as it: that of the policy's own rule for
 * management, else 22. */
void cv_preflight_mark(struct cv_preflight *preflight);

/* Reports locks-out and would-cut for the connections that the policy would not let in
 * anew: those that it drops, and those that only what is in force lets in.  Whatever
 * else is let through by the machine's own rules is not known here. */
void cv_preflight_check(struct cv_preflight *preflight);
