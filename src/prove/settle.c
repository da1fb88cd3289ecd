/* Holds what is not exact, and the risks of rows, against the site's acceptances. */
#include "prove/ledger.h"

#include <string.h>

#include <uthash.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "prove/acceptance.h"

enum { ENDS_SOON = 30 }; /* days */

/* The risks that an acceptance covers, in a list of their own. */
static const struct cv_risk **covered_by(struct cv_ctx *ctx,
					 const struct cv_policy *policy,
					 const struct cv_acceptance *acceptance,
					 size_t *count_out)
{
	const struct cv_risk **covered =
		CV_NEW_ARRAY(ctx->arena, policy->risks.count, const struct cv_risk *);
	size_t count = 0;

	for (size_t i = 0; i < policy->risks.count; i++) {
		const struct cv_risk *risk = CV_AT(&policy->risks, struct cv_risk, i);

		if (cv_acceptance_covers(ctx, acceptance, risk))
			covered[count++] = risk;
	}
	*count_out = count;
	return covered;
}

void cv_acceptance_digest(struct cv_ctx *ctx, const struct cv_policy *policy,
			  const struct cv_acceptance *acceptance, char out[21])
{
	size_t count;
	const struct cv_risk **covered = covered_by(ctx, policy, acceptance, &count);

	cv_risks_digest(ctx, covered, count, out);
}

static const char *listed(struct cv_ctx *ctx, const struct cv_texts *texts)
{
	const char *all = texts->count ? texts->items[0].text : "";

	for (size_t i = 1; i < texts->count; i++)
		all = cv_arena_format(ctx->arena, "%s, %s", all, texts->items[i].text);
	return all;
}

static bool known_finding(struct cv_ctx *ctx, const struct cv_acceptance *acceptance)
{
	const char *names[CV_F_COUNT];
	struct cv_finding *finding;

	if (cv_code_by_name(acceptance->finding.text) != CV_F_COUNT)
		return true;
	for (int i = 0; i < CV_F_COUNT; i++)
		names[i] = cv_finding_kinds[i].name;
	finding = cv_find_more(ctx, CV_F_BAD_VALUE, acceptance->finding.at,
			       "there is no finding `%s`", acceptance->finding.text);
	cv_suggest(ctx, finding, acceptance->finding.text, names, CV_F_COUNT);
	return false;
}

static bool check_dates(struct cv_ctx *ctx, const struct cv_acceptance *acceptance)
{
	const char *until = acceptance->until.text;
	const long days = cv_day_number(until) - cv_day_number(ctx->today);

	if (days < 0)
		return cv_find(ctx, CV_F_ACCEPTANCE_EXPIRED, acceptance->until.at,
			       "the acceptance of %s for %s ended on %s",
			       acceptance->finding.text, listed(ctx, &acceptance->row),
			       until);
	if (days <= ENDS_SOON)
		cv_find(ctx, CV_F_ACCEPTANCE_ENDS, acceptance->until.at,
			"the acceptance of %s for %s ends on %s, in %ld days",
			acceptance->finding.text, listed(ctx, &acceptance->row), until,
			days);
	return true;
}

static bool outgrown(struct cv_ctx *ctx, const struct cv_acceptance *acceptance,
		     const struct cv_risk *const *covered, size_t count)
{
	char digest[21];
	struct cv_finding *finding;
	const struct cv_span at =
		acceptance->of.text ? acceptance->of.at : acceptance->at;

	cv_risks_digest(ctx, covered, count, digest);
	/* A longer digest is held to by its first 20 digits, a shorter is refused by
	 * the reader. */
	if (acceptance->of.text && strncmp(acceptance->of.text, digest, 20) == 0)
		return true;
	finding = cv_find_more(ctx, CV_F_ACCEPTANCE_OUTGROWN, at,
			       "what is accepted here is not what there is now: %s%s",
			       covered[0]->text, count > 1 ? ", and more" : "");
	finding->hint = cv_arena_format(ctx->arena, "now of: \"%s\"", digest);
	return false;
}

static bool apply(struct cv_ctx *ctx, const struct cv_policy *policy,
		  const struct cv_acceptance *acceptance)
{
	size_t count;
	const struct cv_risk **covered;
	bool ok;

	if (!known_finding(ctx, acceptance))
		return false;
	covered = covered_by(ctx, policy, acceptance, &count);
	if (count == 0)
		return cv_find(ctx, CV_F_ACCEPTANCE_UNUSED, acceptance->at,
			       "nothing is %s here in %s%s%s", acceptance->finding.text,
			       listed(ctx, &acceptance->row),
			       acceptance->target.count ? " for " : "",
			       listed(ctx, &acceptance->target));
	ok = check_dates(ctx, acceptance);
	ok = outgrown(ctx, acceptance, covered, count) && ok;
	/* Covered even then: what is wrong has been said at the acceptance itself. */
	for (size_t i = 0; i < policy->risks.count; i++) {
		struct cv_risk *risk = CV_AT(&policy->risks, struct cv_risk, i);

		if (cv_acceptance_covers(ctx, acceptance, risk))
			risk->accepted = acceptance;
	}
	return ok;
}

/* What one acceptance would cover: the risks of a row, a finding and a target,
 * whatever the subjects.  Told once. */
struct slot {
	UT_hash_handle hh;
	struct cv_table risks; /* of const struct cv_risk * */
	char key[];
};

static const struct cv_risk *risk_at(const struct slot *slot, size_t index)
{
	return *CV_AT(&slot->risks, const struct cv_risk *, index);
}

static void add_to_slot(struct cv_ctx *ctx, struct slot **slots,
			const struct cv_risk *risk)
{
	const char *key =
		cv_arena_format(ctx->arena, "%u %d %s", (unsigned)risk->row->ordinal,
				(int)risk->code, risk->target ? risk->target->name : "");
	const size_t size = strlen(key);
	struct slot *slot;

	HASH_FIND(hh, *slots, key, size, slot);
	if (!slot) {
		slot = cv_arena_array(ctx->arena, sizeof *slot + size + 1, 1);
		memcpy(slot->key, key, size);
		HASH_ADD_KEYPTR(hh, *slots, slot->key, size, slot);
	}
	*CV_ADD(ctx->arena, &slot->risks, const struct cv_risk *) = risk;
}

/* The stanza that accepts the risks, to be pasted into the site. */
static const char *stanza(struct cv_ctx *ctx, const struct slot *slot)
{
	const struct cv_risk *first = risk_at(slot, 0);
	const struct cv_risk **risks =
		CV_NEW_ARRAY(ctx->arena, slot->risks.count, const struct cv_risk *);
	char digest[21];

	for (size_t i = 0; i < slot->risks.count; i++)
		risks[i] = risk_at(slot, i);
	cv_risks_digest(ctx, risks, slot->risks.count, digest);
	return cv_arena_format(ctx->arena,
			       "accept:\n  - {row: \"%s\", finding: %s%s%s, of: "
			       "\"%s\",\n     reason: , by: "
			       ", until: \"YYYY-MM-DD\"}",
			       cv_row_name(ctx, first->row),
			       cv_finding_kinds[first->code].name,
			       first->target ? ", target: " : "",
			       first->target ? first->target->name : "", digest);
}

/* `TEXT (for linux, windows); DETAIL (for macos)`: each detail once, with whom it
 * concerns. */
static const char *risk_words(struct cv_ctx *ctx, const struct slot *slot)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *words;

	for (size_t i = 0; i < slot->risks.count; i++) {
		const struct cv_risk *risk = risk_at(slot, i);
		size_t subjects = 0, same = 0;

		while (strcmp(risk_at(slot, same)->detail, risk->detail) != 0)
			same++;
		if (same < i)
			continue;
		cv_buf_format(&buf, "%s%s", i ? "; " : "", i ? risk->detail : risk->text);
		for (size_t j = i; j < slot->risks.count; j++) {
			const struct cv_risk *other = risk_at(slot, j);

			if (other->subject && strcmp(other->detail, risk->detail) == 0)
				cv_buf_format(&buf, "%s%s", subjects++ ? ", " : " (for ",
					      other->subject->name);
		}
		cv_buf_text(&buf, subjects ? ")" : "");
	}
	words = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return words;
}

static void report_risks(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	struct slot *slots = NULL, *slot, *next;

	for (size_t i = 0; i < policy->risks.count; i++) {
		const struct cv_risk *risk = CV_AT(&policy->risks, struct cv_risk, i);

		if (!risk->accepted)
			add_to_slot(ctx, &slots, risk);
	}
	HASH_ITER(hh, slots, slot, next)
	{
		struct cv_finding *finding = cv_find_more(ctx, risk_at(slot, 0)->code,
							  risk_at(slot, 0)->row->at, "%s",
							  risk_words(ctx, slot));

		if (finding->severity == CV_ERROR)
			finding->help = stanza(ctx, slot);
	}
	HASH_CLEAR(hh, slots);
}

/* A row and a subject, and whether any target carries the one for the other. */
struct carried {
	UT_hash_handle hh;
	const struct cv_judgement *judgement;
	bool any;
	char key[];
};

static void report_not_carried(struct cv_ctx *ctx, const struct cv_ledger *ledger)
{
	struct carried *all = NULL, *one, *next;

	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);
		const char *key;
		size_t size;

		if (!judgement->row || judgement->verdict == CV_NOT_APPLICABLE ||
		    judgement->row->optional == CV_YES)
			continue;
		key = cv_arena_format(ctx->arena, "%u %s",
				      (unsigned)judgement->row->ordinal,
				      judgement->subject->name);
		size = strlen(key);
		HASH_FIND(hh, all, key, size, one);
		if (!one) {
			one = cv_arena_array(ctx->arena, sizeof *one + size + 1, 1);
			memcpy(one->key, key, size);
			one->judgement = judgement;
			HASH_ADD_KEYPTR(hh, all, one->key, size, one);
		}
		one->any = one->any || judgement->verdict != CV_IMPOSSIBLE;
	}
	HASH_ITER(hh, all, one, next)
	if (!one->any)
		cv_find(ctx, CV_F_NOT_CARRIED, one->judgement->row->at,
			"no target of %s carries %s", one->judgement->subject->name,
			cv_row_name(ctx, one->judgement->row));
	HASH_CLEAR(hh, all);
}

bool cv_settle(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_ledger *ledger)
{
	const struct cv_acceptance *accepts = policy->site->accepts.items;
	const size_t errors = cv_error_count(ctx);

	for (size_t i = 0; i < policy->site->accepts.count; i++)
		apply(ctx, policy, &accepts[i]);
	report_risks(ctx, policy);
	report_not_carried(ctx, ledger);
	return cv_error_count(ctx) == errors;
}
