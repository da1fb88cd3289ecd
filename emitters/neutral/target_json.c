/* The neutral lists as JSON: the same rows as in CSV, for programs. */
#include "arrange.h"
#include "columns.h"
#include "export.h"
#include "read.h"
#include "write.h"

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	return cv_neutral_arrange(ctx, plan, false);
}

static const struct cv_form forms[] = {
	{
		.name = "exclusions",
		.suffix = ".json",
		.summary = "processes, folders and files of a group",
		.kinds = CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_LIST,
		.emit = cv_json_emit_exclusions,
		.read = cv_json_read_exclusions,
	},
	{
		.name = "flows",
		.suffix = ".flows.json",
		.if_any = true,
		.summary = "flows between the parties of the site",
		.kinds = CV_ENTRY_FLOW,
		.subjects = CV_SUBJECT_SITE,
		.change = CV_CHANGE_LIST,
		.emit = cv_json_emit_flows,
		.read = cv_json_read_flows,
	},
	{
		.name = "urls",
		.suffix = ".urls.json",
		.summary = "URLs that the parties of the site ask for",
		.kinds = CV_ENTRY_URL,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_LIST,
		.emit = cv_json_emit_urls,
		.read = cv_json_read_urls,
	},
	{.name = NULL},
};

static const char *const verified[] = {"Python's json module", NULL};

const struct cv_target cv_target_json = {
	.name = "json",
	.summary = "neutral lists as JSON: exclusions of a group, flows and URLs of the "
		   "site",
	.can = CV_NEUTRAL_ABILITIES,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_json_read_export,
	.export_command = "the list as JSON, with the columns of the artefact",
	.granting = cv_neutral_granting,
	.verified = verified,
};
