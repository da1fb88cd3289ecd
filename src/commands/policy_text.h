#pragma once
/* Things of the policy in words, for people. */

struct cv_ctx;
struct cv_exclusion;
struct cv_flow;

/* `Module Server -> Tanium Server: 10.20.30.5 -> 10.20.30.4 tcp 443` */
const char *cv_flow_words(struct cv_ctx *ctx, const struct cv_flow *flow);

/* `process C:\...\node.exe with the arguments service.js`, `folder /opt/x and all below
 * it`. */
const char *cv_exclusion_words(struct cv_ctx *ctx, const struct cv_exclusion *exclusion);
