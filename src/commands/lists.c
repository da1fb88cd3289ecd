/* targets and version: what this carveout is. */
#include "commands/commands.h"

#include "base/buf.h"
#include "model/target.h"

static void add_word(struct cv_buf *out, bool *first, const char *word)
{
	cv_buf_format(out, "%s%s", *first ? "" : ", ", word);
	*first = false;
}

static void add_subjects(const struct cv_abilities *can, struct cv_buf *out)
{
	bool first = true;

	cv_buf_text(out, "    for ");
	if (can->subjects & CV_SUBJECT_SITE)
		add_word(out, &first, "the site");
	if (can->subjects & CV_SUBJECT_GROUP)
		add_word(out, &first, "each group");
	if (can->subjects & CV_SUBJECT_PARTY)
		add_word(out, &first, "each party");
	if (can->subjects & CV_SUBJECT_HOST)
		add_word(out, &first, "hosts (groups and parties by their addresses)");
	cv_buf_char(out, '\n');
	if (!can->lists)
		return;
	first = true;
	cv_buf_text(out, "    exclusions on ");
	for (unsigned i = 0; i < CV_PLATFORM_COUNT; i++)
		if (can->platforms >> i & 1)
			add_word(out, &first, cv_platform_names[i]);
	cv_buf_char(out, '\n');
}

static void add_target(const struct cv_target *target, struct cv_buf *out)
{
	bool first = true;

	cv_buf_format(out, "%s%s: %s\n", target->name,
		      target->preview ? " (preview)" : "", target->summary);
	add_subjects(&target->can, out);
	for (const struct cv_form *form = target->forms; form->name; form++)
		cv_buf_format(out, "    %-12s SUBJECT%-20s %s\n", form->name,
			      form->suffix, form->summary);
	if (!target->verified || !target->verified[0])
		return;
	cv_buf_text(out, "    tested with ");
	for (size_t i = 0; target->verified[i]; i++)
		add_word(out, &first, target->verified[i]);
	cv_buf_char(out, '\n');
}

void cv_targets_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out)
{
	(void)ctx;
	(void)request;
	for (size_t i = 0; cv_targets[i]; i++) {
		if (i)
			cv_buf_char(out, '\n');
		add_target(cv_targets[i], out);
	}
}

void cv_version_run(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out)
{
	(void)ctx;
	(void)request;
	cv_buf_text(out, "carveout " CV_VERSION "\n");
}
