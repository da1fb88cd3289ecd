/* The neutral lists as CSV: what every console without a form of its own can take. */
#include "arrange.h"
#include "columns.h"
#include "export.h"
#include "paste.h"
#include "read.h"
#include "write.h"

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	return cv_neutral_arrange(ctx, plan, true);
}

static const struct cv_form forms[] = {
	{
		.name = "exclusions",
		.suffix = ".csv",
		.summary = "processes, folders and files of a group",
		.kinds = CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_LIST,
		.emit = cv_csv_emit_exclusions,
		.read = cv_csv_read_exclusions,
	},
	{
		.name = "paste",
		.suffix = ".paste.txt",
		.if_any = true,
		.summary = "processes, folders and files of a group, to paste into text "
			   "boxes",
		.kinds = CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_LIST,
		.emit = cv_paste_emit,
		.read = cv_paste_read,
		.strip = cv_paste_strip,
	},
	{
		.name = "flows",
		.suffix = ".flows.csv",
		.if_any = true,
		.summary = "flows between the parties of the site",
		.kinds = CV_ENTRY_FLOW,
		.subjects = CV_SUBJECT_SITE,
		.change = CV_CHANGE_LIST,
		.emit = cv_csv_emit_flows,
		.read = cv_csv_read_flows,
	},
	{
		.name = "urls",
		.suffix = ".urls.csv",
		.summary = "URLs that the parties of the site ask for",
		.kinds = CV_ENTRY_URL,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_LIST,
		.emit = cv_csv_emit_urls,
		.read = cv_csv_read_urls,
	},
	{.name = NULL},
};

static const char *const verified[] = {"Python's csv module", NULL};

const struct cv_target cv_target_csv = {
	.name = "csv",
	.summary =
		"neutral lists as CSV: exclusions of a group, flows and URLs of the site",
	.can = CV_NEUTRAL_ABILITIES,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_csv_read_export,
	.export_command = "the list as CSV, with the columns of the artefact",
	.granting = cv_neutral_granting,
	.verified = verified,
};
