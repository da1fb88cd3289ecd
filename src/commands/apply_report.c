/* The words of apply: what is in force, and what to do next. */
#include "commands/apply_report.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/json.h"
#include "commands/commands.h"
#include "commands/print.h"

struct state_words {
	const char *name, *words;
};

static const struct state_words states[] = {
	[CV_LIVE_ABSENT] = {"absent", "nothing of it is in force"},
	[CV_LIVE_OTHER] = {"other", "another policy is in force in its place"},
	[CV_LIVE_EQUAL] = {"in-force", "it is in force, just as it stands in the file"},
	[CV_LIVE_TRIAL] = {"on-trial", "it is on trial"},
	[CV_LIVE_STRANGE] = {"other-on-trial", "something else is on trial in its place"},
	[CV_LIVE_HALF] = {"half-confirmed",
			  "its confirmation was cut short and must be given once more"},
};

const char cv_apply_no_effect[] =
	"it is loaded just as it stands in the file, and has no effect where nothing "
	"comes to its chains";

const char *cv_apply_state_words(enum cv_live_state state)
{
	return states[state].words;
}

void cv_apply_name(const struct cv_apply_report *report, struct cv_buf *out)
{
	const struct cv_apply_policy *policy = report->policy;

	cv_print_line(out, policy->source->name);
	if (policy->subject)
		cv_buf_format(out, " for %s", policy->subject);
	cv_buf_text(out, ": ");
	cv_count_words(out, policy->flows, "entry", "entries");
}

void cv_apply_notes(const struct cv_apply_report *report, struct cv_buf *out)
{
	const struct cv_table *remarks = &report->work->remarks;

	for (size_t i = 0; i < remarks->count; i++) {
		const struct cv_live_remark *remark =
			CV_AT(remarks, struct cv_live_remark, i);

		if (remark->error)
			continue;
		cv_buf_text(out, "note: ");
		cv_print_line(out, remark->text);
		cv_buf_char(out, '\n');
	}
}

static void put_command(const struct cv_apply_report *report, const char *step,
			struct cv_buf *out)
{
	cv_buf_text(out, "    ");
	cv_print_line(out, cv_apply_command(report->ctx, report->request, step));
	cv_buf_char(out, '\n');
}

static void put_milliseconds(struct cv_buf *out, const char *what, uint64_t nanoseconds)
{
	cv_buf_format(out, "%s %.1f ms", what, (double)nanoseconds / 1e6);
}

static void put_times(const struct cv_apply_report *report, struct cv_buf *out)
{
	const struct cv_live_work *work = report->work;

	if (!report->request->verbose)
		return;
	put_milliseconds(out, "built in", work->build_time);
	put_milliseconds(out, ", committed in", work->commit_time);
	put_milliseconds(out, ", verified in", work->verify_time);
	cv_buf_char(out, '\n');
}

static void put_left(const struct cv_apply_report *report, struct cv_buf *out)
{
	const unsigned seconds = report->work->seconds_left;

	cv_buf_format(out, "%u %s", seconds, seconds == 1 ? "second" : "seconds");
}

static void status_json(const struct cv_apply_report *report, struct cv_buf *out)
{
	const struct cv_apply_policy *policy = report->policy;
	const struct cv_live_work *work = report->work;
	struct cv_json json;
	char digest[65];

	cv_sha256_hex(policy->bytes, policy->size, digest);
	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", "apply/1");
	cv_json_member(&json, "file", policy->source->name);
	cv_json_member(&json, "target", policy->target->name);
	cv_json_member(&json, "subject", policy->subject);
	cv_json_member(&json, "sha256", digest);
	cv_json_member_number(&json, "entries", policy->flows);
	cv_json_member(&json, "state",
		       report->no_effect ? "without-effect" : states[work->state].name);
	if (work->state == CV_LIVE_TRIAL || work->state == CV_LIVE_STRANGE)
		cv_json_member_number(&json, "seconds_left", work->seconds_left);
	cv_json_key(&json, "notes");
	cv_json_begin_list(&json, false);
	for (size_t i = 0; i < work->remarks.count; i++)
		cv_json_text(&json,
			     CV_AT(&work->remarks, struct cv_live_remark, i)->text);
	cv_json_end_list(&json);
	cv_json_end_object(&json);
	cv_buf_char(out, '\n');
}

void cv_apply_status(const struct cv_apply_report *report, struct cv_buf *out)
{
	const enum cv_live_state state = report->work->state;

	if (report->request->format == CV_FORMAT_JSON) {
		status_json(report, out);
		return;
	}
	cv_apply_name(report, out);
	cv_buf_format(out, "\n%s",
		      report->no_effect ? cv_apply_no_effect : states[state].words);
	if (state == CV_LIVE_TRIAL || state == CV_LIVE_STRANGE) {
		cv_buf_text(out, "; the old one is back in ");
		put_left(report, out);
	}
	cv_buf_char(out, '\n');
	cv_apply_notes(report, out);
	if (state == CV_LIVE_TRIAL || state == CV_LIVE_HALF)
		put_command(report, "--confirmed", out);
	if (state == CV_LIVE_TRIAL)
		put_command(report, "--rollback", out);
}

void cv_apply_tried(const struct cv_apply_report *report, struct cv_buf *out)
{
	cv_apply_name(report, out);
	cv_buf_format(out, ", on trial for %u seconds\n", report->work->seconds);
	put_times(report, out);
	cv_buf_text(out,
		    "To keep it, say so over a NEW connection: a session that stands "
		    "goes on under a bad\npolicy, too, and proves nothing.\n");
	put_command(report, "--confirmed", out);
	cv_buf_text(out, "Else the old policy is back after that time, by itself; or at "
			 "once with\n");
	put_command(report, "--rollback", out);
}

void cv_apply_loaded(const struct cv_apply_report *report, struct cv_buf *out)
{
	cv_apply_name(report, out);
	cv_buf_text(out, ", in force and read back\n");
	put_times(report, out);
	cv_buf_text(out,
		    "It is gone with the next boot, unless the boot file is written:\n");
	put_command(report, "--persist", out);
}
