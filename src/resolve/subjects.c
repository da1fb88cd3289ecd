/* Whom a target's artefacts are for. */
#include "resolve/internal.h"

#include <assert.h>
#include <string.h>

#include "base/ctx.h"

struct listing {
	struct cv_ctx *ctx;
	const struct cv_policy *policy;
	const struct cv_target_use *use;
	struct cv_table *subjects;
	bool ok;
};

static struct cv_subject *add(struct listing *listing, enum cv_subject_kind kind,
			      const char *name, struct cv_span at)
{
	struct cv_subject *subject;

	for (size_t i = 0; i < listing->subjects->count; i++) {
		subject = CV_AT(listing->subjects, struct cv_subject, i);
		if (strcmp(subject->name, name) == 0) {
			listing->ok = cv_find(listing->ctx, CV_F_DUPLICATE_NAME, at,
					      "%s would write two artefacts for `%s`",
					      listing->use->name.text, name);
			return subject;
		}
	}
	subject = CV_ADD(listing->ctx->arena, listing->subjects, struct cv_subject);
	subject->kind = kind;
	subject->name = name;
	return subject;
}

static void unknown(struct listing *listing, const struct cv_text *name)
{
	const struct cv_policy *policy = listing->policy;
	const size_t count = policy->groups.count + policy->parties.count;
	const char **names = CV_NEW_ARRAY(listing->ctx->arena, count, const char *);
	struct cv_finding *finding =
		cv_find_more(listing->ctx, CV_F_UNKNOWN_GROUP, name->at,
			     "this site has no group or party `%s`", name->text);
	size_t known = 0;

	for (size_t i = 0; i < policy->groups.count; i++)
		names[known++] = CV_AT(&policy->groups, struct cv_group, i)->name;
	for (size_t i = 0; i < policy->parties.count; i++)
		names[known++] = CV_AT(&policy->parties, struct cv_party, i)->name;
	cv_suggest(listing->ctx, finding, name->text, names, known);
	listing->ok = false;
}

static void add_group(struct listing *listing, const struct cv_group *group,
		      struct cv_span at)
{
	struct cv_subject *subject = add(listing, CV_SUBJECT_GROUP, group->name, at);

	subject->group = group;
	subject->party = group->party;
}

/* A target of hosts may be for one platform; of a party alone it is not known. */
static bool serves(const struct listing *listing, const struct cv_group *group)
{
	const unsigned platforms = listing->use->target->can.platforms;

	return !platforms || platforms >> group->platform & 1;
}

static bool wrong_platform(struct listing *listing, const struct cv_group *group,
			   struct cv_span at)
{
	return cv_find(listing->ctx, CV_F_BAD_VALUE, at,
		       "%s does not serve %s, which group `%s` is",
		       listing->use->name.text, cv_platform_names[group->platform],
		       group->name);
}

static void add_groups(struct listing *listing)
{
	const struct cv_abilities *can = &listing->use->target->can;
	const struct cv_texts *asked = &listing->use->groups;

	for (size_t i = 0; i < asked->count; i++) {
		const struct cv_group *group =
			cv_policy_group(listing->policy, asked->items[i].text);

		assert(group); /* the site was read with it */
		if (!(can->platforms >> group->platform & 1))
			listing->ok = wrong_platform(listing, group, asked->items[i].at);
		else
			add_group(listing, group, asked->items[i].at);
	}
	for (size_t i = 0; asked->count == 0 && i < listing->policy->groups.count; i++) {
		const struct cv_group *group =
			CV_AT(&listing->policy->groups, struct cv_group, i);

		if (can->platforms >> group->platform & 1)
			add_group(listing, group, group->row->name.at);
	}
}

static void add_host(struct listing *listing, const struct cv_text *name)
{
	const struct cv_group *group = cv_policy_group(listing->policy, name->text);
	const struct cv_party *party = cv_policy_party(listing->policy, name->text);
	struct cv_subject *subject;

	if (!group && !party) {
		unknown(listing, name);
		return;
	}
	if (group && !serves(listing, group)) {
		listing->ok = wrong_platform(listing, group, name->at);
		return;
	}
	if (group && !group->party) {
		listing->ok =
			cv_find(listing->ctx, CV_F_MISSING_SETTING, group->row->name.at,
				"group `%s` must say which `party` it is, so that its "
				"flows are known",
				group->name);
		return;
	}
	if (group) {
		add_group(listing, group, name->at);
		return;
	}
	if (party->slug[0] == '\0') {
		listing->ok = cv_find(listing->ctx, CV_F_BAD_VALUE, name->at,
				      "the party `%s` has no letter from a to z and no "
				      "digit, which its files could be called by; name a "
				      "group that is this party",
				      name->text);
		return;
	}
	subject = add(listing, CV_SUBJECT_PARTY, party->slug, name->at);
	subject->party = party;
}

/* A target of hosts alone is for all groups that it can serve, where none is named. */
static void add_all_hosts(struct listing *listing)
{
	const struct cv_table *groups = &listing->policy->groups;

	for (size_t i = 0; i < groups->count; i++) {
		const struct cv_group *group = CV_AT(groups, struct cv_group, i);

		if (group->party && serves(listing, group))
			add_group(listing, group, group->row->name.at);
	}
	if (listing->subjects->count == 0)
		listing->ok =
			cv_find(listing->ctx, CV_F_MISSING_SETTING, listing->use->name.at,
				"%s has nothing to write: name groups or parties "
				"under `hosts`, or say of a group which `party` it "
				"is",
				listing->use->name.text);
}

bool cv_subjects(struct cv_ctx *ctx, const struct cv_policy *policy,
		 const struct cv_target_use *use, struct cv_table *subjects_out)
{
	const struct cv_abilities *can = &use->target->can;
	struct listing listing = {ctx, policy, use, subjects_out, true};
	const bool hosts = can->subjects & CV_SUBJECT_HOST;

	*subjects_out = (struct cv_table){0};
	if ((can->subjects & CV_SUBJECT_SITE) &&
	    (!hosts || use->gateway == CV_YES ||
	     (use->gateway == CV_UNSET && use->hosts.count == 0)))
		add(&listing, CV_SUBJECT_SITE, policy->site->name.text,
		    policy->site->name.at);
	if ((can->subjects & CV_SUBJECT_GROUP) && can->lists)
		add_groups(&listing);
	for (size_t i = 0; hosts && i < use->hosts.count; i++)
		add_host(&listing, &use->hosts.items[i]);
	if (hosts && !(can->subjects & ~(unsigned)CV_SUBJECT_HOST) &&
	    use->hosts.count == 0)
		add_all_hosts(&listing);
	return listing.ok;
}
