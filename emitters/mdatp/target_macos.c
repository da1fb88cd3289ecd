/* Microsoft Defender for Endpoint on macOS: the list of exclusions as a property list
 * for JAMF, and as a profile for Intune. */
#include <string.h>

#include "base/ctx.h"
#include "base/digest.h"
#include "mdatp/facts.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"

#define IDENTIFIER "carveout.%s.%s"

/* Two dashes side by side end a comment of XML, or are no XML. */
static const char *as_comment(struct cv_ctx *ctx, const char *text)
{
	char *copy;

	if (!text || !strstr(text, "--"))
		return text;
	copy = cv_arena_text(ctx->arena, text);
	for (char *c = copy; (c = strstr(c, "--")); c++)
		c[1] = '_';
	return copy;
}

static void add_name(struct cv_ctx *ctx, struct cv_plan *plan, enum cv_mdatp_name name,
		     const char *value)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	entry->list = CV_MDATP_PROFILE;
	entry->more->name = cv_mdatp_names[name];
	entry->more->value = value;
}

static const char *uuid_of(struct cv_ctx *ctx, const char *identifier)
{
	char uuid[37];

	cv_uuid_of_name(identifier, uuid);
	return cv_arena_text(ctx->arena, uuid);
}

/* Identifiers and UUIDs come from the names of site and group, so that a new version of
 * the profile takes the place of the older one. */
static void add_names(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const char *site = plan->policy->site->name.text, *group = plan->subject->name;
	const char *profile = cv_arena_format(ctx->arena, IDENTIFIER, site, group);
	const char *payload =
		cv_arena_format(ctx->arena, IDENTIFIER "." CV_MDATP_DOMAIN, site, group);

	add_name(ctx, plan, CV_MDATP_DISPLAY_NAME,
		 cv_arena_format(ctx->arena, "carveout %s %s: Defender exclusions", site,
				 group));
	add_name(ctx, plan, CV_MDATP_IDENTIFIER, profile);
	add_name(ctx, plan, CV_MDATP_UUID, uuid_of(ctx, profile));
	add_name(ctx, plan, CV_MDATP_PAYLOAD_IDENTIFIER, payload);
	add_name(ctx, plan, CV_MDATP_PAYLOAD_UUID, uuid_of(ctx, payload));
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct cv_entry *sets;

	cv_plan_add_costs(ctx, plan);
	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
		"where another profile sets " CV_MDATP_DOMAIN
		", put the entries into that one: two are not merged in a documented way";
	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		entry->note = as_comment(ctx, entry->note);
		if (entry->kind == CV_ENTRY_HEADER)
			entry->more->value = as_comment(ctx, entry->more->value);
	}
	sets = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);
	sets->list = CV_MDATP_SETS;
	sets->more->value = CV_MDATP_SETS_VALUE;
	add_names(ctx, plan);
	return true;
}

/* A bare property list has no names. */
static const char *const plist_lists[] = {CV_MDATP_SETS, "folder",    "file",
					  "process",     "extension", NULL};

static const struct cv_form forms[] = {
	{
		.name = "plist",
		.suffix = ".plist",
		.summary = "the exclusions as a property list of " CV_MDATP_DOMAIN
			   ", for JAMF",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.lists = plist_lists,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_plist_emit,
		.read = cv_plist_read,
	},
	{
		.name = "profile",
		.suffix = ".mobileconfig",
		.summary = "the same as a configuration profile, for Intune",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_mobileconfig_emit,
		.read = cv_mobileconfig_read,
	},
	{
		.name = "undo",
		.suffix = ".undo.plist",
		.summary = "the property list with no exclusions",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING,
		.subjects = CV_SUBJECT_GROUP,
		.lists = plist_lists,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_plist_emit,
		.read = cv_plist_read_undo,
	},
	{
		.name = "profile-undo",
		.suffix = ".undo.mobileconfig",
		.summary = "the profile with no exclusions, which takes its place",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_mobileconfig_emit,
		.read = cv_mobileconfig_read_undo,
	},
	{.name = NULL},
};

static const char *const verified[] = {"Python's plistlib and uuid modules", NULL};

const struct cv_target cv_target_mdatp_macos = {
	.name = "mdatp-macos",
	.summary = "Microsoft Defender for Endpoint on macOS: property list and profile",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_MACOS,
			.lists = cv_mdatp_macos_lists,
			.note_limit = 400,
		},
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_mdatp_macos_read_export,
	.export_command = "the property list or profile that is deployed, or mdatp "
			  "exclusion list",
	.verified = verified,
	.own_folders = cv_mdatp_macos_own_folders,
};
