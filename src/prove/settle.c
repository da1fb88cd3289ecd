/* Holds what is not exact, and the risks of rows, against the site's acceptances. */
#include "prove/ledger.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "prove/acceptance.h"

enum { ENDS_SOON = 30 }; /* days */

/* The risks of a row, by its full name. */
struct named {
	UT_hash_handle hh;
	struct cv_table risks; /* of struct cv_risk * */
	char name[];
};

/* Risks found by the names of their rows, so that many acceptances cost no more than
 * many rows. */
struct settling {
	struct cv_ctx *ctx;
	const struct cv_policy *policy;
	struct named *rows;
	struct cv_risk **covered; /* room for all, used again and again */
};

static void name_risks(struct settling *settling)
{
	const struct cv_table *risks = &settling->policy->risks;

	for (size_t i = 0; i < risks->count; i++) {
		struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);
		const char *name = cv_row_name(settling->ctx, risk->row);
		const size_t size = strlen(name);
		struct named *named;

		HASH_FIND(hh, settling->rows, name, size, named);
		if (!named) {
			named = cv_arena_array(settling->ctx->arena,
					       sizeof *named + size + 1, 1);
			memcpy(named->name, name, size);
			HASH_ADD_KEYPTR(hh, settling->rows, named->name, size, named);
		}
		*CV_ADD(settling->ctx->arena, &named->risks, struct cv_risk *) = risk;
	}
}

/* The caller clears the rows. */
static struct settling settling_of(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	struct settling settling = {.ctx = ctx, .policy = policy};

	settling.covered =
		CV_NEW_ARRAY(ctx->arena, policy->risks.count, struct cv_risk *);
	name_risks(&settling);
	return settling;
}

static size_t add_covered(struct settling *settling,
			  const struct cv_acceptance *acceptance,
			  const struct named *named, size_t count)
{
	for (size_t i = 0; i < named->risks.count; i++) {
		struct cv_risk *risk = *CV_AT(&named->risks, struct cv_risk *, i);

		if (cv_acceptance_covers(acceptance, risk, named->name))
			settling->covered[count++] = risk;
	}
	return count;
}

/* The risks that an acceptance covers; returns how many. */
static size_t cover(struct settling *settling, const struct cv_acceptance *acceptance)
{
	const struct cv_text *only = acceptance->row.items;
	struct named *named;
	size_t count = 0;

	if (acceptance->row.count == 1 && !strpbrk(only->text, "*?")) {
		HASH_FIND_STR(settling->rows, only->text, named);
		return named ? add_covered(settling, acceptance, named, 0) : 0;
	}
	for (named = settling->rows; named; named = named->hh.next)
		count = add_covered(settling, acceptance, named, count);
	return count;
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

static bool outgrown(struct settling *settling, const struct cv_acceptance *acceptance,
		     size_t count)
{
	struct cv_ctx *ctx = settling->ctx;
	struct cv_risk *const *covered = settling->covered;
	char digest[21];
	struct cv_finding *finding;

	cv_risks_digest(ctx, covered, count, digest);
	/* A longer digest is held to by its first 20 digits, a shorter is refused by
	 * the reader. */
	if (strncasecmp(acceptance->of.text, digest, 20) == 0)
		return true;
	finding = cv_find_more(ctx, CV_F_ACCEPTANCE_OUTGROWN, acceptance->of.at,
			       "what is accepted here is not what there is now: %s%s",
			       covered[0]->text, count > 1 ? ", and more" : "");
	finding->hint = cv_arena_format(ctx->arena, "now of: \"%s\"", digest);
	return false;
}

static bool unused(struct cv_ctx *ctx, const struct cv_acceptance *acceptance,
		   struct cv_span at, const char *rows, const char *targets)
{
	return cv_find(ctx, CV_F_ACCEPTANCE_UNUSED, at, "nothing is %s here in %s%s%s",
		       acceptance->finding.text, rows, *targets ? " for " : "", targets);
}

/* A row or a target of a list that covers nothing is a slip, too. */
static bool check_lists(struct settling *settling, const struct cv_acceptance *acceptance,
			size_t count)
{
	struct cv_ctx *ctx = settling->ctx;
	bool ok = true;

	for (size_t i = 0; acceptance->row.count > 1 && i < acceptance->row.count; i++) {
		const struct cv_text *row = &acceptance->row.items[i];
		bool any = false;

		for (size_t r = 0; !any && r < count; r++)
			any = cv_name_matches(
				row->text, cv_row_name(ctx, settling->covered[r]->row));
		if (!any)
			ok = unused(ctx, acceptance, row->at, row->text,
				    listed(ctx, &acceptance->target));
	}
	for (size_t i = 0; acceptance->target.count > 1 && i < acceptance->target.count;
	     i++) {
		const struct cv_text *target = &acceptance->target.items[i];
		bool any = false;

		for (size_t r = 0; !any && r < count; r++)
			any = cv_name_matches(target->text,
					      settling->covered[r]->target->name);
		if (!any)
			ok = unused(ctx, acceptance, target->at,
				    listed(ctx, &acceptance->row), target->text);
	}
	return ok;
}

static bool apply(struct settling *settling, const struct cv_acceptance *acceptance)
{
	struct cv_ctx *ctx = settling->ctx;
	size_t count;
	bool ok;

	if (!known_finding(ctx, acceptance))
		return false;
	count = cover(settling, acceptance);
	if (count == 0)
		return unused(ctx, acceptance, acceptance->at,
			      listed(ctx, &acceptance->row),
			      listed(ctx, &acceptance->target));
	ok = check_dates(ctx, acceptance);
	ok = check_lists(settling, acceptance, count) && ok;
	ok = outgrown(settling, acceptance, count) && ok;
	/* Covered even then: what is wrong has been said at the acceptance itself. */
	for (size_t i = 0; i < count; i++)
		settling->covered[i]->accepted = acceptance;
	return ok;
}

/* What one acceptance would cover: the risks of a row, a finding and a target,
 * whatever the subjects.  Told once. */
struct slot {
	UT_hash_handle hh;
	struct cv_table risks; /* of struct cv_risk * */
	char key[];
};

static struct cv_risk *risk_at(const struct slot *slot, size_t index)
{
	return *CV_AT(&slot->risks, struct cv_risk *, index);
}

static void add_to_slot(struct cv_ctx *ctx, struct slot **slots, struct cv_risk *risk)
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
	*CV_ADD(ctx->arena, &slot->risks, struct cv_risk *) = risk;
}

/* The stanza that accepts the risks, to be pasted into the site. */
static const char *stanza(struct cv_ctx *ctx, const struct slot *slot)
{
	const struct cv_risk *first = risk_at(slot, 0);
	struct cv_risk **risks =
		CV_NEW_ARRAY(ctx->arena, slot->risks.count, struct cv_risk *);
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

/* What a target that drops the rest does not carry is dropped by it. */
static bool is_outage(const struct cv_policy *policy, const struct cv_risk *risk)
{
	const struct cv_table *uses = &policy->site->targets;

	if (!risk->target || !risk->target->enforces ||
	    (risk->code != CV_F_NARROWER && risk->code != CV_F_IMPOSSIBLE))
		return false;
	for (size_t i = 0; i < uses->count; i++) {
		const struct cv_target_use *use = CV_AT(uses, struct cv_target_use, i);

		if (use->target == risk->target)
			return risk->target->enforces(use->options);
	}
	return false;
}

static void report_risks(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	struct slot *slots = NULL, *slot, *next;

	for (size_t i = 0; i < policy->risks.count; i++) {
		struct cv_risk *risk = CV_AT(&policy->risks, struct cv_risk, i);

		if (!risk->accepted)
			add_to_slot(ctx, &slots, risk);
	}
	HASH_ITER(hh, slots, slot, next)
	{
		struct cv_finding *finding = cv_find_more(ctx, risk_at(slot, 0)->code,
							  risk_at(slot, 0)->row->at, "%s",
							  risk_words(ctx, slot));

		if (is_outage(policy, risk_at(slot, 0)))
			cv_finding_raise(ctx, finding);
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

/* Rows that some target does not carry for some subject, by ordinal: most rows are
 * carried by all, and cost no more than this. */
static bool *rows_not_carried(struct cv_ctx *ctx, const struct cv_policy *policy,
			      const struct cv_ledger *ledger)
{
	bool *some = CV_NEW_ARRAY(ctx->arena, policy->rows.count, bool);

	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);

		if (judgement->row && judgement->verdict == CV_IMPOSSIBLE)
			some[judgement->row->ordinal] = true;
	}
	return some;
}

static void report_not_carried(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_ledger *ledger)
{
	const bool *some = rows_not_carried(ctx, policy, ledger);
	struct carried *all = NULL, *one, *next;

	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);
		const char *key;
		size_t size;

		if (!judgement->row || !some[judgement->row->ordinal] ||
		    judgement->verdict == CV_NOT_APPLICABLE ||
		    judgement->row->optional == CV_YES)
			continue;
		key = cv_arena_format(ctx->arena, "%u %s",
				      (unsigned)judgement->row->ordinal,
				      judgement->as->subject->name);
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
			"no target of %s carries %s", one->judgement->as->subject->name,
			cv_row_name(ctx, one->judgement->row));
	HASH_CLEAR(hh, all);
}

/* Ports and URLs that apply, where no target has a place for them: they are in no
 * plan, so nothing else would tell of them. */
static void report_unjudged(struct cv_ctx *ctx, const struct cv_policy *policy,
			    const struct cv_ledger *ledger)
{
	bool *judged = CV_NEW_ARRAY(ctx->arena, policy->rows.count, bool);
	const struct cv_row *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);

		if (judgement->row)
			judged[judgement->row->ordinal] = true;
	}
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);

		if (!use->applies || use->group || judged[use->row->ordinal] ||
		    use->row->optional == CV_YES)
			continue;
		first = first ? first : use->row;
		count++;
	}
	if (count == 1)
		cv_find(ctx, CV_F_IMPOSSIBLE, first->at,
			"no target of this site has a place for %s, which applies",
			cv_row_name(ctx, first));
	else if (count)
		cv_find(ctx, CV_F_IMPOSSIBLE, first->at,
			"no target of this site has a place for %s and %zu more, which "
			"apply",
			cv_row_name(ctx, first), count - 1);
}

/* Which of two that cover one risk ends first; of equal ones that which stands first. */
static const struct cv_acceptance *sooner(const struct cv_acceptance *one,
					  const struct cv_acceptance *other)
{
	return one && strcmp(one->until.text, other->until.text) <= 0 ? one : other;
}

void cv_accept_rows(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	const struct cv_acceptance *accepts = policy->site->accepts.items;
	struct settling settling;

	if (!policy->site->accepts.count)
		return;
	settling = settling_of(ctx, policy);
	for (size_t i = 0; i < policy->site->accepts.count; i++) {
		/* Of one for targets there is nothing yet, or not all. */
		const size_t count =
			accepts[i].target.count == 0 ? cover(&settling, &accepts[i]) : 0;

		for (size_t r = 0; r < count; r++)
			settling.covered[r]->accepted =
				sooner(settling.covered[r]->accepted, &accepts[i]);
	}
	HASH_CLEAR(hh, settling.rows);
}

bool cv_settle(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_ledger *ledger)
{
	const struct cv_acceptance *accepts = policy->site->accepts.items;
	const size_t errors = cv_error_count(ctx);
	struct settling settling = settling_of(ctx, policy);

	cv_risks_ground(ctx, policy);
	for (size_t i = 0; i < policy->site->accepts.count; i++)
		apply(&settling, &accepts[i]);
	HASH_CLEAR(hh, settling.rows);
	report_risks(ctx, policy);
	report_not_carried(ctx, policy, ledger);
	if (policy->site->targets.count)
		report_unjudged(ctx, policy, ledger);
	return cv_error_count(ctx) == errors;
}
