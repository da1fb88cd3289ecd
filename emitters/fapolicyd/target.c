/* fapolicyd on Linux: a script that makes a trust file on the computer, or rules. */
#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "fapolicyd/facts.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"
#include "model/version.h"

static void add(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
		const char *value)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	entry->list = list;
	entry->more->value = value;
}

/* A rule that is cut short at a blank gives no more than a line in the log. */
static const char *check_of(const struct cv_fapolicyd_options *options)
{
	struct cv_version version, from;

	cv_version_parse(CV_FAPOLICYD_CHECK_VERSION, &from);
	if (options && options->version.text &&
	    cv_version_parse(options->version.text, &version) &&
	    cv_version_compare(&version, &from) >= 0)
		return "fapolicyd-cli --check-rules with this file";
	return "fapolicyd --debug --permissive shows the rules as it takes them; any "
	       "warning "
	       "is a fault";
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_fapolicyd_options *options = plan->use->options;
	const char *site = plan->policy->site->name.text, *subject = plan->subject->name;

	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
		"an allow list: no antivirus leaves anything alone for these entries";
	if (!cv_fapolicyd_wants_rules(options)) {
		add(ctx, plan, CV_FAPOLICYD_TRUST,
		    cv_arena_format(ctx->arena, CV_FAPOLICYD_TRUST_FORMAT, site,
				    subject));
		return true;
	}
	add(ctx, plan, CV_FAPOLICYD_RULES,
	    cv_arena_format(ctx->arena, CV_FAPOLICYD_RULES_FORMAT, site, subject));
	add(ctx, plan, CV_FAPOLICYD_CHECK, check_of(options));
	return true;
}

static const struct cv_field option_fields[] = {
	{.key = "entries",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_fapolicyd_options, entries),
	 .lexical = &cv_lex_fapolicyd_entries,
	 .fallback = "trust",
	 .meaning = "`trust`: a script that makes a trust file with the SHA-256 of each "
		    "file; `rules`: rules that allow paths, whatever lies there"},
	{.key = "version",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_fapolicyd_options, version),
	 .lexical = &cv_lex_version,
	 .fallback = CV_FAPOLICYD_VERSION,
	 .meaning =
		 "the oldest fapolicyd that takes the rules; from 2.0 on it checks them "
		 "itself"},
	{.key = NULL},
};

static const struct cv_fields option_table = {
	.name = "the options of fapolicyd",
	.size = sizeof(struct cv_fapolicyd_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

#define HOLDS (CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION)

static const struct cv_form forms[] = {
	{
		.name = "trust",
		.suffix = ".trust.sh",
		.summary = "makes a trust file on the computer",
		.kinds = HOLDS,
		.subjects = CV_SUBJECT_GROUP,
		.lists = cv_fapolicyd_trust_lists,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_fapolicyd_emit_trust,
		.read = cv_fapolicyd_read_trust,
	},
	{
		.name = "trust-undo",
		.suffix = ".trust.undo.sh",
		.summary = "takes its entries out again",
		.kinds = HOLDS,
		.subjects = CV_SUBJECT_GROUP,
		.lists = cv_fapolicyd_trust_lists,
		.if_any = true,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_fapolicyd_emit_trust_undo,
		.read = cv_fapolicyd_read_trust_undo,
		.strip = cv_strip_note,
	},
	{
		.name = "rules",
		.suffix = ".rules",
		.summary = "rules that allow paths",
		.kinds = HOLDS,
		.subjects = CV_SUBJECT_GROUP,
		.lists = cv_fapolicyd_rule_lists,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_fapolicyd_emit_rules,
		.read = cv_fapolicyd_read_rules,
	},
	{
		.name = "rules-undo",
		.suffix = ".rules.undo.sh",
		.summary = "takes these rules out again",
		.kinds = HOLDS,
		.subjects = CV_SUBJECT_GROUP,
		.lists = cv_fapolicyd_undo_lists,
		.if_any = true,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_fapolicyd_emit_rules_undo,
		.read = cv_fapolicyd_read_rules_undo,
		.strip = cv_strip_note,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"fapolicyd-cli 1.1.7: the scripts make the trust file and take its entries out",
	"fapolicyd 1.1.7: loads the rules, each as it was written",
	NULL,
};

const struct cv_target cv_target_fapolicyd = {
	.name = "fapolicyd",
	.summary = "fapolicyd's list of what may be run, as a trust file or rules",
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_LINUX,
			.lists = cv_fapolicyd_lists,
			.note_limit = 400,
		},
	.options = &option_table,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_fapolicyd_read_export,
	.export_command = "fapolicyd-cli --dump-db, or with rules fapolicyd-cli --list",
	.verified = verified,
	.named_only = true,
};
