#pragma once
/* What each command does; see docs/carveout.1.md. */

#include "commands/options.h"

void cv_compile_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out);
void cv_check_run(struct cv_ctx *ctx, const struct cv_request *request,
		  struct cv_buf *out);
void cv_explain_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out);
void cv_diff_run(struct cv_ctx *ctx, const struct cv_request *request,
		 struct cv_buf *out);
void cv_audit_run(struct cv_ctx *ctx, const struct cv_request *request,
		  struct cv_buf *out);
void cv_apply_run(struct cv_ctx *ctx, const struct cv_request *request,
		  struct cv_buf *out);
void cv_targets_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out);
void cv_import_run(struct cv_ctx *ctx, const struct cv_request *request,
		   struct cv_buf *out);
void cv_profiles_run(struct cv_ctx *ctx, const struct cv_request *request,
		     struct cv_buf *out);
void cv_schema_run(struct cv_ctx *ctx, const struct cv_request *request,
		   struct cv_buf *out);
void cv_version_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out);

/* Adds a number and its word: "1 error", "3 errors". */
void cv_count_words(struct cv_buf *out, size_t count, const char *one, const char *many);
