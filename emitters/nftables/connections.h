#pragma once
/* What a running kernel has to do with the policy, beside its rules. */

#include <stdbool.h>
#include <stddef.h>

#include "model/live.h"

/* As struct cv_live has it: TCP connections that end on this machine from the kernel's
 * table of sockets, the rest from that of the connections that it tracks.  One from a
 * port that this machine listens on came in; one whose ends are both elsewhere is
 * passed on, and its destination is the one behind any translation of addresses, which
 * is what the forward chain sees. */
bool cv_nft_connections(struct cv_ctx *ctx, struct cv_table *connections,
			const char **why_out);

/* Whether a chain of ours ends in a drop; whether the connection comes to such a one. */
bool cv_nft_entries_enforce(const struct cv_entry *const *entries, size_t count);
bool cv_nft_entries_drop(const struct cv_entry *const *entries, size_t count,
			 const struct cv_live_connection *connection);
