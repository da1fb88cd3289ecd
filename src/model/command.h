#pragma once
/* A program as a published table has it: alone, or in double quotes with arguments. */

#include <stdbool.h>

#include "model/profile.h"

struct cv_ctx;

/* `"program" arguments`, or a program alone: then *arguments_out is NULL.  Of a
 * `command`, and of a name, blanks are not taken for part of the program: it must stand
 * in quotes.  False: reported, as of `row`. */
bool cv_command_split(struct cv_ctx *ctx, const struct cv_row *row, bool is_command,
		      struct cv_text text, struct cv_text *program_out,
		      const char **arguments_out);
