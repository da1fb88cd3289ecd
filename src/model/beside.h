#pragma once
/* Files and whole folders that a policy leaves alone, by group and path: whether they
 * ask already that a program's own file be left alone. */

#include <stdbool.h>

struct cv_beside;
struct cv_exclusion;
struct cv_table;

/* Of a table of struct cv_exclusion, which must stay; to be closed by
 * cv_beside_close. */
struct cv_beside *cv_beside_open(const struct cv_table *exclusions);
void cv_beside_close(struct cv_beside *beside);

/* Whether the program's own path stands there as a file, or a folder around it with
 * all that is below.  What has wildcards is found only where it is spelled the same,
 * so that `false` may be too strict and `true` never too lax. */
bool cv_beside_holds(const struct cv_beside *beside, const struct cv_exclusion *program);
