/* The passes in their order.  Each reports all that it finds; the driver stops
 * between two when there was an error, since a later pass trusts the earlier. */
#include "resolve/internal.h"

#include "base/ctx.h"

const struct cv_pass cv_passes[] = {
	{"number-rows", cv_pass_number_rows},
	{"check-names", cv_pass_check_names},
	{"parties", cv_pass_parties},
	{"groups", cv_pass_groups},
	{"conditions", cv_pass_conditions},
	{"version-coverage", cv_pass_version_coverage},
	{"open-holes", cv_pass_open_holes},
	{"flows", cv_pass_flows},
	{"exclusions", cv_pass_exclusions},
	{"urls", cv_pass_urls},
	{"lint", cv_pass_lint},
	{"reach", cv_pass_reach},
	{"notes", cv_pass_notes},
	{NULL, NULL},
};

bool cv_resolve(struct cv_ctx *ctx, const struct cv_site *site,
		const struct cv_table *profiles, struct cv_policy *policy_out)
{
	*policy_out = (struct cv_policy){.site = site, .profiles = *profiles};
	for (const struct cv_pass *pass = cv_passes; pass->name; pass++) {
		const size_t before = cv_error_count(ctx);
		const bool ok = pass->run(ctx, policy_out);

		if (!ok || cv_error_count(ctx) > before)
			return false;
	}
	return true;
}
