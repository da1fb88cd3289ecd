/* The site's groups, and which rows' devices they are. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"

bool cv_pass_groups(struct cv_ctx *ctx, struct cv_policy *policy)
{
	const struct cv_group_row *rows = policy->site->groups.items;
	bool ok = true;

	for (size_t i = 0; i < policy->site->groups.count; i++) {
		struct cv_group *group =
			CV_ADD(ctx->arena, &policy->groups, struct cv_group);

		group->row = &rows[i];
		group->name = rows[i].name.text;
		for (int p = 0; p < CV_PLATFORM_COUNT; p++)
			if (strcmp(cv_platform_names[p], rows[i].platform.text) == 0)
				group->platform = (enum cv_platform)p;
		if (!rows[i].party.text)
			continue;
		group->party = cv_policy_party(policy, rows[i].party.text);
		if (!group->party)
			ok = cv_find(ctx, CV_F_UNKNOWN_PARTY, rows[i].party.at,
				     "group `%s` is the party `%s`, which no profile or "
				     "site defines",
				     group->name, rows[i].party.text);
	}
	return ok;
}

bool cv_group_has_role(const struct cv_group *group, const struct cv_profile *profile,
		       const char *role)
{
	return cv_profile_listed(&group->row->roles, profile, role);
}

const struct cv_device *cv_device_of(const struct cv_profile *profile, const char *name)
{
	const struct cv_device *devices = profile->devices.items;

	for (size_t i = 0; i < profile->devices.count; i++)
		if (strcmp(devices[i].name.text, name) == 0)
			return &devices[i];
	return NULL;
}

/* A group that no exclusion row reaches, or that no target of exclusions serves,
 * is most often a group with a wrong role or a forgotten target. */
bool cv_pass_reach(struct cv_ctx *ctx, struct cv_policy *policy)
{
	for (size_t i = 0; i < policy->groups.count; i++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, i);
		bool reached = false, served = false;

		for (size_t u = 0; u < policy->used.count && !reached; u++) {
			const struct cv_used *as =
				CV_AT(&policy->used, struct cv_used, u);

			reached = as->group == group && as->applies;
		}
		for (size_t t = 0; t < policy->site->targets.count && !served; t++) {
			const struct cv_target_use *use =
				CV_AT(&policy->site->targets, struct cv_target_use, t);

			served = use->target->can.lists &&
				 (use->target->can.platforms >> group->platform & 1) &&
				 (use->groups.count == 0 ||
				  cv_texts_hold(&use->groups, group->name));
		}
		if (!reached)
			cv_find(ctx, CV_F_UNREACHED_GROUP, group->row->name.at,
				"no exclusion row reaches group `%s`", group->name);
		else if (!served)
			cv_find(ctx, CV_F_UNREACHED_GROUP, group->row->name.at,
				"no target of this site takes the exclusions of group "
				"`%s`",
				group->name);
	}
	return true;
}
