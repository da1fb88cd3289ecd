#pragma once
/* The parts of this target, for target.c: see cv_target and cv_form. */

#include <stdbool.h>

struct cv_ctx;
struct cv_emission;
struct cv_plan;
struct cv_reading;

bool cv_set_arrange(struct cv_ctx *ctx, struct cv_plan *plan);
void cv_set_lines_emit(const struct cv_emission *emission);
bool cv_set_lines_read(struct cv_reading *reading);
void cv_set_undo_emit(const struct cv_emission *emission);
bool cv_set_undo_read(struct cv_reading *reading);
