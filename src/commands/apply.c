/* apply: a policy into the running system.  It looks before it leaps: who would be cut
 * off, what overrules us, what the system says to a load that is not committed.  On
 * trial the system itself holds the clock, so that the old policy comes back whatever
 * becomes of this program. */
#include "commands/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/apply_persist.h"
#include "commands/apply_policy.h"
#include "commands/apply_preflight.h"
#include "commands/apply_report.h"

enum { SHORTEST_TRIAL = 10, LONGEST_TRIAL = 3600, LONGEST_NUMBER = 5, MOST_NOTES = 10 };

struct applying {
	struct cv_ctx *ctx;
	const struct cv_request *request;
	struct cv_buf *out;
	struct cv_apply_policy policy;
	struct cv_live_work work; /* the last step */
	struct cv_apply_report report;
	unsigned seconds; /* of a trial, or 0 */
};

static const struct cv_span nowhere;

/* ---- the command line ---- */

static bool check_actions(struct cv_ctx *ctx, const struct cv_request *request)
{
	const struct {
		bool given;
		const char *name;
	} actions[] = {
		{request->confirm != NULL, "--confirm"},
		{request->confirmed, "--confirmed"},
		{request->rollback, "--rollback"},
		{request->status, "--status"},
		{request->persist, "--persist"},
	};
	const char *first = NULL;

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (!actions[i].given)
			continue;
		if (first)
			return cv_find(
				ctx, CV_F_USAGE, nowhere,
				"%s and %s are two steps; take one after the other",
				first, actions[i].name);
		first = actions[i].name;
	}
	if (request->dry_run && first && !request->confirm)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--dry-run is for a load, not for %s", first);
	return true;
}

static bool check_request(struct cv_ctx *ctx, const struct cv_request *request,
			  unsigned *seconds_out)
{
	const char *text = request->confirm;
	long seconds;

	if (!check_actions(ctx, request))
		return false;
	if (request->output && !request->persist)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "-o names the boot file and goes with --persist only");
	if (request->output && strcmp(request->output, "-") == 0)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "the boot file cannot be standard output");
	if (request->format == CV_FORMAT_JSON && !request->status)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--format=json goes with --status only");
	if (!text)
		return true;
	seconds = strlen(text) <= LONGEST_NUMBER &&
				  strspn(text, "0123456789") == strlen(text)
			  ? strtol(text, NULL, 10)
			  : 0;
	if (seconds < SHORTEST_TRIAL || seconds > LONGEST_TRIAL)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--confirm takes %d to %d seconds, not `%s`",
			       SHORTEST_TRIAL, LONGEST_TRIAL, text);
	*seconds_out = (unsigned)seconds;
	return true;
}

/* ---- steps ---- */

/* Errors of a step that was not done; what else there is to say goes to the output.
 * What the first look has to say, only who asked for the state wants to know. */
static void report_remarks(struct applying *applying)
{
	const struct cv_live_work *work = &applying->work;
	const enum cv_code code = work->denied ? CV_F_NOT_PERMITTED : CV_F_LIVE_FAILED;

	for (size_t i = 0; i < work->remarks.count; i++) {
		const struct cv_live_remark *remark =
			CV_AT(&work->remarks, struct cv_live_remark, i);

		if (remark->error)
			cv_find(applying->ctx, code,
				cv_apply_place(&applying->policy, remark->entry), "%s",
				remark->text);
	}
	if (work->step != CV_LIVE_STATUS && !applying->request->quiet)
		cv_apply_notes(&applying->report, applying->out);
}

static bool take_step(struct applying *applying, enum cv_live_step step)
{
	const size_t errors = cv_error_count(applying->ctx);
	bool done;

	/* What one step saw must still be so in the next. */
	applying->work = (struct cv_live_work){.ctx = applying->ctx,
					       .step = step,
					       .entries = applying->policy.entries,
					       .count = applying->policy.count,
					       .seconds = applying->seconds,
					       .version = applying->work.version};
	done = applying->policy.target->live->work(&applying->work);
	report_remarks(applying);
	if (!done && cv_error_count(applying->ctx) == errors)
		cv_find(applying->ctx, CV_F_LIVE_FAILED, nowhere,
			"the running system did not do what was asked, and does not say "
			"why");
	return done && cv_error_count(applying->ctx) == errors;
}

/* What of others has a say in the same traffic. */
static void report_others(struct applying *applying,
			  const struct cv_export_reading *reading)
{
	for (size_t i = 0; i < reading->remarks.count; i++) {
		const struct cv_export_remark *remark =
			CV_AT(&reading->remarks, struct cv_export_remark, i);

		cv_find(applying->ctx, remark->code, nowhere, "%s", remark->text);
	}
}

/* What the product holds now, in the plan's terms; NULL where that is not known.  Without
 * `whole`, only whether anything comes to what is ours, and who else has a say. */
static const struct cv_export_reading *read_in_force(struct applying *applying,
						     bool whole)
{
	const struct cv_apply_policy *policy = &applying->policy;
	const struct cv_target *target = policy->target;
	struct cv_ctx *ctx = applying->ctx;
	struct cv_export_reading *reading = CV_NEW(ctx->arena, struct cv_export_reading);
	struct cv_buf bytes = CV_BUF_INIT;
	const char *why = NULL;

	if (!target->live->fetch || !target->read_export)
		return NULL;
	*reading = (struct cv_export_reading){.ctx = ctx,
					      .options = policy->options,
					      .plan = &policy->plan,
					      .way_only = !whole};
	if (target->live->fetch(ctx, whole, &bytes, &why)) {
		reading->bytes =
			cv_arena_copy(ctx->arena, cv_buf_string(&bytes), bytes.size);
		reading->size = bytes.size;
		if (!target->read_export(reading))
			why = reading->error ? reading->error : "it is not understood";
	} else if (!why) {
		why = "it cannot be read";
	}
	cv_buf_deinit(&bytes);
	if (!why)
		return reading;
	cv_find(ctx, CV_F_NOT_LOOKED_AT, nowhere, "what is in force now: %s", why);
	return NULL;
}

/* For a connection of which the policy does not decide alone. */
static const struct cv_table *flows_in_force(void *data)
{
	const struct cv_export_reading *reading = read_in_force(data, true);

	return reading ? &reading->entries : NULL;
}

static struct cv_preflight open_preflight(struct applying *applying)
{
	struct cv_ctx *ctx = applying->ctx;
	struct cv_preflight preflight = {.ctx = ctx,
					 .policy = &applying->policy,
					 .connections =
						 CV_NEW(ctx->arena, struct cv_table),
					 .session = getenv("SSH_CONNECTION")};
	const char *why = NULL;

	if (applying->policy.target->live->connections) {
		applying->policy.target->live->connections(ctx, preflight.connections,
							   &why);
		if (why)
			cv_find(ctx, CV_F_NOT_LOOKED_AT, nowhere,
				"current connections could not be looked at: %s", why);
	}
	cv_preflight_mark(&preflight);
	return preflight;
}

static void look_before(struct applying *applying)
{
	const struct cv_export_reading *reading = read_in_force(applying, false);
	struct cv_preflight preflight = open_preflight(applying);

	if (reading) {
		report_others(applying, reading);
		preflight.in_force = flows_in_force;
		preflight.data = applying;
	}
	cv_preflight_check(&preflight);
}

/* What keeps what is loaded from having an effect, as that nothing leads to it: a remark
 * of the work.  True where there is such a thing. */
static bool look_behind(struct applying *applying)
{
	const struct cv_export_reading *reading = read_in_force(applying, false);
	struct cv_table *remarks = &applying->work.remarks;

	if (!reading)
		return false;
	report_others(applying, reading);
	for (size_t i = 0; i < reading->unknown.count && i < MOST_NOTES; i++) {
		struct cv_live_remark *remark =
			CV_ADD(applying->ctx->arena, remarks, struct cv_live_remark);

		remark->text = CV_AT(&reading->unknown, struct cv_unknown, i)->what;
	}
	return reading->no_effect;
}

/* ---- what the user may ask for ---- */

static bool wrong_state(struct applying *applying, enum cv_code code, const char *instead)
{
	struct cv_finding *finding = cv_find_more(
		applying->ctx, code, nowhere, "%s: %s", applying->policy.source->name,
		cv_apply_state_words(applying->work.state));

	if (instead)
		finding->hint = cv_arena_format(
			applying->ctx->arena, "%s: %s",
			strcmp(instead, "--status") == 0 ? "look at it with" : "give",
			cv_apply_command(applying->ctx, applying->request, instead));
	return false;
}

static void show_status(struct applying *applying)
{
	const enum cv_live_state state = applying->work.state;

	applying->report.no_effect = state == CV_LIVE_EQUAL && look_behind(applying);
	if (!applying->request->quiet)
		cv_apply_status(&applying->report, applying->out);
	if (applying->report.no_effect)
		cv_find(applying->ctx, CV_F_NO_EFFECT, nowhere, "%s: %s",
			applying->policy.source->name, cv_apply_no_effect);
	else if (state == CV_LIVE_ABSENT || state == CV_LIVE_OTHER ||
		 state == CV_LIVE_STRANGE)
		cv_find(applying->ctx, CV_F_DRIFT, nowhere, "%s: %s",
			applying->policy.source->name, cv_apply_state_words(state));
	else if (state == CV_LIVE_HALF)
		wrong_state(applying, CV_F_NOT_CONFIRMED, "--confirmed");
}

/* What drops has hooks of its own, and was on trial. */
static void say_loaded(struct applying *applying)
{
	const struct cv_apply_policy *policy = &applying->policy;
	const bool quiet = applying->request->quiet;

	if (!quiet)
		cv_apply_loaded(&applying->report, applying->out);
	if (policy->target->live->enforces(policy->entries, policy->count))
		return;
	applying->work.remarks = (struct cv_table){0};
	look_behind(applying);
	if (!quiet)
		cv_apply_notes(&applying->report, applying->out);
}

/* A session that could not be made anew cannot be a new one. */
static bool check_session(struct applying *applying)
{
	struct cv_preflight preflight = open_preflight(applying);
	const size_t errors = cv_error_count(applying->ctx);
	struct cv_table *all = preflight.connections;
	struct cv_table own = {0};

	for (size_t i = 0; preflight.session_found && i < all->count; i++) {
		const struct cv_live_connection *connection =
			CV_AT(all, struct cv_live_connection, i);

		if (connection->admin)
			*CV_ADD(applying->ctx->arena, &own, struct cv_live_connection) =
				*connection;
	}
	preflight.connections = &own;
	cv_preflight_check(&preflight);
	if (preflight.session && !preflight.session_found && !applying->request->quiet)
		cv_buf_text(applying->out,
			    "note: SSH_CONNECTION names no connection of this machine; "
			    "was this said over a new one?\n");
	return cv_error_count(applying->ctx) == errors;
}

static void confirm(struct applying *applying)
{
	const enum cv_live_state state = applying->work.state;

	if (state != CV_LIVE_TRIAL && state != CV_LIVE_HALF) {
		if (!applying->request->quiet)
			cv_apply_notes(&applying->report, applying->out);
		wrong_state(applying, CV_F_NOTHING_ON_TRIAL,
			    state == CV_LIVE_EQUAL     ? NULL
			    : state == CV_LIVE_STRANGE ? "--rollback"
						       : "--confirm SECONDS");
		return;
	}
	if (state == CV_LIVE_TRIAL && !check_session(applying))
		return;
	if (take_step(applying, CV_LIVE_CONFIRM))
		say_loaded(applying);
}

static void roll_back(struct applying *applying)
{
	const enum cv_live_state state = applying->work.state;

	if (state != CV_LIVE_TRIAL && state != CV_LIVE_STRANGE) {
		wrong_state(applying, CV_F_NOTHING_ON_TRIAL, NULL);
		return;
	}
	if (take_step(applying, CV_LIVE_ROLLBACK) && !applying->request->quiet)
		cv_buf_text(applying->out,
			    "the trial is ended, the old policy is back\n");
}

static void persist(struct applying *applying)
{
	const enum cv_live_state state = applying->work.state;
	struct cv_buf none = CV_BUF_INIT;

	if (state != CV_LIVE_EQUAL) {
		if (!applying->request->quiet)
			cv_apply_notes(&applying->report, applying->out);
		wrong_state(applying, CV_F_NOT_CONFIRMED,
			    state == CV_LIVE_TRIAL || state == CV_LIVE_HALF
				    ? "--confirmed"
				    : "--confirm SECONDS");
		return;
	}
	cv_apply_persist(applying->ctx, &applying->policy, applying->request->output,
			 applying->request->quiet ? &none : applying->out);
	cv_buf_deinit(&none);
}

static void say_line(struct applying *applying, const char *text)
{
	if (applying->request->quiet)
		return;
	cv_apply_name(&applying->report, applying->out);
	cv_buf_text(applying->out, text);
	cv_buf_char(applying->out, '\n');
}

static void try(struct applying *applying)
{
	if (take_step(applying, CV_LIVE_TRY) && !applying->request->quiet)
		cv_apply_tried(&applying->report, applying->out);
}

static void load(struct applying *applying)
{
	const size_t errors = cv_error_count(applying->ctx);
	const bool dry_run = applying->request->dry_run;

	switch (applying->work.state) {
	case CV_LIVE_TRIAL:
	case CV_LIVE_HALF:
		wrong_state(applying, CV_F_NOT_CONFIRMED, "--confirmed");
		return;
	case CV_LIVE_STRANGE:
		wrong_state(applying, CV_F_NOT_CONFIRMED, "--rollback");
		return;
	case CV_LIVE_EQUAL:
		if (!dry_run) {
			say_line(applying, ", in force already; nothing was done");
			return;
		}
		break;
	default:
		break;
	}
	look_before(applying);
	/* A load or a trial begins with one transaction of all there is, which the kernel
	 * takes or refuses as a whole: it is its own check. */
	if (dry_run && take_step(applying, CV_LIVE_CHECK) &&
	    cv_error_count(applying->ctx) == errors)
		say_line(applying,
			 ", which this machine would take; nothing was changed");
	if (dry_run || cv_error_count(applying->ctx) > errors)
		return;
	if (applying->seconds)
		try(applying);
	else if (take_step(applying, CV_LIVE_LOAD))
		say_loaded(applying);
}

/* What drops can lock out whoever loads it, and then nobody can take it back. */
static bool may_load(const struct applying *applying)
{
	const struct cv_apply_policy *policy = &applying->policy;
	const struct cv_request *request = applying->request;
	struct cv_finding *finding;

	if (request->dry_run || applying->seconds || request->confirmed ||
	    request->rollback || request->status || request->persist ||
	    !policy->target->live->enforces(policy->entries, policy->count))
		return true;
	finding = cv_find_more(applying->ctx, CV_F_USAGE, nowhere,
			       "%s drops what it does not let through; it is loaded on "
			       "trial only",
			       policy->source->name);
	finding->hint =
		cv_arena_format(applying->ctx->arena, "try %s",
				cv_apply_command(applying->ctx, request, "--confirm 60"));
	return false;
}

void cv_apply_run(struct cv_ctx *ctx, const struct cv_request *request,
		  struct cv_buf *out)
{
	struct applying applying = {.ctx = ctx, .request = request, .out = out};

	applying.report = (struct cv_apply_report){.ctx = ctx,
						   .request = request,
						   .policy = &applying.policy,
						   .work = &applying.work};
	if (!check_request(ctx, request, &applying.seconds) ||
	    !cv_apply_policy_read(ctx, request, &applying.policy) ||
	    !may_load(&applying) || !take_step(&applying, CV_LIVE_STATUS))
		return;
	if (request->status)
		show_status(&applying);
	else if (request->confirmed)
		confirm(&applying);
	else if (request->rollback)
		roll_back(&applying);
	else if (request->persist)
		persist(&applying);
	else
		load(&applying);
}
