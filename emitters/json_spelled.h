#pragma once
/* For readers of artefacts: a JSON string in the one spelling that our writer uses. */

#include <stdbool.h>

struct cv_buf;

/* The string that stands at *at, into `value`, which is emptied before; steps over it.
 * False where there is none, or one that could be written otherwise. */
bool cv_json_spelled_string(const char **at, const char *end, struct cv_buf *value);
