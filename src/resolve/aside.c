/* What rows that do not apply would come to: the passes of those that do, over the
 * other uses and into a policy of their own, with findings that nobody sees. */
#include "resolve/resolve.h"

#include "base/ctx.h"
#include "resolve/internal.h"

static bool is_whole(const struct cv_row *row)
{
	for (const struct cv_hole *hole = cv_row_more(row)->holes; hole;
	     hole = hole->next)
		if (!hole->filled)
			return false;
	return true;
}

void cv_resolve_aside(struct cv_ctx *ctx, const struct cv_policy *policy,
		      struct cv_policy *aside_out)
{
	struct cv_ctx quiet;

	/* The index of sets must be the compile's before the context is copied. */
	cv_ports_all(ctx);
	quiet = *ctx;
	quiet.findings = (struct cv_table){0};
	*aside_out = *policy;
	aside_out->flows = aside_out->exclusions = (struct cv_table){0};
	aside_out->urls = aside_out->risks = (struct cv_table){0};
	aside_out->uses = aside_out->used = (struct cv_table){0};
	for (size_t i = 0; i < policy->used.count; i++) {
		struct cv_used *would =
			CV_ADD(ctx->arena, &aside_out->used, struct cv_used);

		*would = *CV_AT(&policy->used, struct cv_used, i);
		would->applies = true;
	}
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);

		if (!cv_used_as(policy, use)->applies &&
		    is_whole(cv_policy_row(policy, use->row)))
			*CV_ADD(ctx->arena, &aside_out->uses, struct cv_use) = *use;
	}
	cv_pass_flows(&quiet, aside_out);
	cv_pass_exclusions(&quiet, aside_out);
	cv_pass_urls(&quiet, aside_out);
}
