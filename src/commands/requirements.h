#pragma once
/* What a profile asks of its surroundings, held against the site. */

struct cv_compilation;
struct cv_ctx;
struct cv_profile;

/* Notes what the page leaves open among requirements, supported systems and roles. */
void cv_requirements_open(struct cv_ctx *ctx, const struct cv_profile *profile);

/* Holds `requires` against the inventory and the versions of groups, and `supports`
 * against the systems of groups.  Works on whatever was loaded, resolved or not. */
void cv_requirements_check(struct cv_ctx *ctx, const struct cv_compilation *compilation);
