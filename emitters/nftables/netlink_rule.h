#pragma once
/* The sets and rules of a policy as messages. */

#include "nftables/netlink_write.h"

/* How the names of the chains and sets end that stand in for those of a policy while
 * it is on trial, or until it can take its place. */
enum { CV_LIVE_SIDES = 2 };
extern const char *const cv_live_sides[CV_LIVE_SIDES];

/* All sets with their elements, and all rules, at the ends of their chains.  `suffix`
 * stands behind every name.  The chains must be there, the sets may not. */
void cv_batch_add_policy(struct cv_batch *batch, const struct cv_live_policy *policy,
			 const char *suffix);

/* The rules of our own making around it.  A side chain may not fall back to the policy
 * of the base chain that leads to it, as that may still be the old one: it ends with
 * the verdict of the new one. */
void cv_batch_add_verdicts(struct cv_batch *batch, const struct cv_live_policy *policy,
			   const char *suffix);
void cv_batch_add_goto(struct cv_batch *batch, const char *chain, const char *to,
		       const char *comment);
void cv_batch_add_return(struct cv_batch *batch, const char *chain);

/* A rule before all others: to `to` while the trial set holds the packet's family. */
void cv_batch_add_trial_rule(struct cv_batch *batch, const char *chain, const char *trial,
			     uint32_t id, const char *to, const char *comment);
