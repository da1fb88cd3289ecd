/* Holds what is not exact, and the risks of rows, against the site's acceptances. */
#include "prove/ledger.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "base/numbers.h"
#include "model/row_name.h"
#include "prove/acceptance.h"

enum { ENDS_SOON = 30 }; /* days */

/* The risks of a row, as numbers from 1; 0: none. */
struct of_row {
	uint32_t first, last;
};

/* Risks found by their rows and the names of those, so that many acceptances cost no more
 * than many rows. */
struct settling {
	struct cv_ctx *ctx;
	const struct cv_policy *policy;
	struct cv_arena *memory;
	struct of_row *of_rows;     /* by ordinal */
	uint32_t *next;             /* risk of the same row, by the one before it */
	const struct cv_row **rows; /* that have risks, in the order of the first ones */
	size_t row_count;
	struct cv_numbers names;  /* of those rows; none as long as nobody asks */
	struct cv_buf name;       /* room for one */
	struct cv_risk **covered; /* room for all, used again and again */
};

static struct cv_risk *risk_at(const struct cv_policy *policy, uint32_t number)
{
	return CV_AT(&policy->risks, struct cv_risk, number - 1);
}

static void sort_by_row(struct settling *settling)
{
	const size_t count = settling->policy->risks.count;

	for (uint32_t number = 1; number <= count; number++) {
		const struct cv_row *row = risk_at(settling->policy, number)->row;
		struct of_row *risks = &settling->of_rows[row->ordinal];

		if (risks->last)
			settling->next[risks->last] = number;
		else
			settling->rows[settling->row_count++] = row;
		risks->first = risks->first ? risks->first : number;
		risks->last = number;
	}
}

static struct settling settling_open(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	const size_t count = policy->risks.count, rows = policy->rows.count;
	struct settling settling = {
		.ctx = ctx, .policy = policy, .memory = cv_arena_open()};

	settling.covered = CV_NEW_ARRAY(settling.memory, count, struct cv_risk *);
	settling.next = CV_NEW_ARRAY(settling.memory, count + 1, uint32_t);
	settling.rows = CV_NEW_ARRAY(settling.memory, count, const struct cv_row *);
	settling.of_rows = CV_NEW_ARRAY(settling.memory, rows, struct of_row);
	sort_by_row(&settling);
	return settling;
}

static void settling_close(struct settling *settling)
{
	cv_buf_deinit(&settling->name);
	cv_numbers_deinit(&settling->names);
	cv_arena_close(settling->memory);
}

/* A row's full name, until the next. */
static const char *name_of(struct settling *settling, const struct cv_row *row)
{
	settling->name.size = 0;
	cv_row_name_add(&settling->name, row);
	return cv_buf_string(&settling->name);
}

static uint32_t hash_of_name(const char *name)
{
	return (uint32_t)cv_hash(name, strlen(name));
}

static size_t add_covered(struct settling *settling,
			  const struct cv_acceptance *acceptance,
			  const struct cv_row *row, size_t count)
{
	const char *name = name_of(settling, row);
	uint32_t number = settling->of_rows[row->ordinal].first;

	for (; number; number = settling->next[number]) {
		struct cv_risk *risk = risk_at(settling->policy, number);

		if (cv_acceptance_covers(acceptance, risk, name))
			settling->covered[count++] = risk;
	}
	return count;
}

static size_t cover_named(struct settling *settling,
			  const struct cv_acceptance *acceptance, const char *name)
{
	const uint32_t hash = hash_of_name(name);
	size_t at = hash, count = 0;
	uint32_t number;

	for (size_t i = settling->names.count; i < settling->row_count; i++)
		cv_numbers_add(&settling->names,
			       hash_of_name(name_of(settling, settling->rows[i])),
			       (uint32_t)i);
	while ((number = cv_numbers_next(&settling->names, hash, &at)) != CV_NO_NUMBER)
		if (strcmp(name_of(settling, settling->rows[number]), name) == 0)
			count = add_covered(settling, acceptance, settling->rows[number],
					    count);
	return count;
}

/* The risks that an acceptance covers; returns how many. */
static size_t cover(struct settling *settling, const struct cv_acceptance *acceptance)
{
	const struct cv_text *only = acceptance->row.items;
	size_t count = 0;

	if (acceptance->row.count == 1 && !strpbrk(only->text, "*?"))
		return cover_named(settling, acceptance, only->text);
	for (size_t i = 0; i < settling->row_count; i++)
		count = add_covered(settling, acceptance, settling->rows[i], count);
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

	cv_risks_digest(covered, count, digest);
	/* A longer digest is held to by its first 20 digits, a shorter is refused by
	 * the reader. */
	if (strncasecmp(acceptance->of.text, digest, 20) == 0)
		return true;
	settling->name.size = 0;
	cv_risk_text_add(&settling->name, covered[0]);
	finding = cv_find_more(ctx, CV_F_ACCEPTANCE_OUTGROWN, acceptance->of.at,
			       "what is accepted here is not what there is now: %s%s",
			       cv_buf_string(&settling->name),
			       count > 1 ? ", and more" : "");
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
				row->text, name_of(settling, settling->covered[r]->row));
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
	uint32_t first, last; /* as numbers from 1 */
	uint32_t count;
};

struct slots {
	const struct cv_policy *policy;
	struct cv_arena *memory, *scratch; /* scratch: for one slot */
	struct cv_table all;               /* of struct slot */
	struct cv_numbers numbers;         /* of those */
	uint32_t *next; /* risk of the same slot, by the one before it */
};

static uint32_t hash_of_risk(const struct cv_risk *risk)
{
	const struct {
		const struct cv_target *target;
		uint32_t ordinal, code;
	} key = {risk->target, risk->row->ordinal, (uint32_t)risk->code};

	return (uint32_t)cv_hash(&key, sizeof key);
}

static struct slot *slot_of(struct slots *slots, const struct cv_risk *risk)
{
	const uint32_t hash = hash_of_risk(risk);
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&slots->numbers, hash, &at)) != CV_NO_NUMBER) {
		struct slot *slot = CV_AT(&slots->all, struct slot, number);
		const struct cv_risk *other = risk_at(slots->policy, slot->first);

		if (other->row == risk->row && other->code == risk->code &&
		    other->target == risk->target)
			return slot;
	}
	cv_numbers_add(&slots->numbers, hash, (uint32_t)slots->all.count);
	return CV_ADD(slots->memory, &slots->all, struct slot);
}

static void add_to_slot(struct slots *slots, uint32_t number)
{
	struct slot *slot = slot_of(slots, risk_at(slots->policy, number));

	if (slot->count++)
		slots->next[slot->last] = number;
	else
		slot->first = number;
	slot->last = number;
}

/* Those of one slot, in the order of being found. */
static struct cv_risk **risks_of(const struct slots *slots, const struct slot *slot)
{
	struct cv_risk **risks =
		CV_NEW_ARRAY(slots->scratch, slot->count, struct cv_risk *);
	size_t count = 0;

	for (uint32_t number = slot->first; number; number = slots->next[number])
		risks[count++] = risk_at(slots->policy, number);
	return risks;
}

/* The stanza that accepts the risks, to be pasted into the site. */
static const char *stanza(struct cv_ctx *ctx, struct cv_risk *const *risks, size_t count)
{
	const struct cv_risk *first = risks[0];
	char digest[21];

	cv_risks_digest(risks, count, digest);
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
static void add_words(struct cv_buf *out, struct cv_risk *const *risks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *detail = risks[i]->detail;
		size_t subjects = 0, same = 0;

		while (strcmp(risks[same]->detail, detail) != 0)
			same++;
		if (same < i)
			continue;
		if (i)
			cv_buf_format(out, "; %s", detail);
		else
			cv_risk_text_add(out, risks[i]);
		for (size_t j = i; j < count; j++)
			if (risks[j]->subject && strcmp(risks[j]->detail, detail) == 0)
				cv_buf_format(out, "%s%s", subjects++ ? ", " : " (for ",
					      risks[j]->subject->name);
		cv_buf_text(out, subjects ? ")" : "");
	}
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

static void report_slot(struct cv_ctx *ctx, const struct slots *slots,
			const struct slot *slot, struct cv_buf *words)
{
	struct cv_risk **risks = risks_of(slots, slot);
	struct cv_finding *finding;

	words->size = 0;
	add_words(words, risks, slot->count);
	finding = cv_find_more(ctx, risks[0]->code, risks[0]->row->at, "%s",
			       cv_buf_string(words));
	if (is_outage(slots->policy, risks[0]))
		cv_finding_raise(ctx, finding);
	if (finding->severity == CV_ERROR)
		finding->help = stanza(ctx, risks, slot->count);
}

static void report_risks(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	const size_t count = policy->risks.count;
	struct slots slots = {
		.policy = policy, .memory = cv_arena_open(), .scratch = cv_arena_open()};
	struct cv_buf words = CV_BUF_INIT;

	slots.next = CV_NEW_ARRAY(slots.memory, count + 1, uint32_t);
	for (uint32_t number = 1; number <= count; number++)
		if (!risk_at(policy, number)->accepted)
			add_to_slot(&slots, number);
	for (size_t i = 0; i < slots.all.count; i++) {
		report_slot(ctx, &slots, CV_AT(&slots.all, struct slot, i), &words);
		cv_arena_reset(slots.scratch);
	}
	cv_buf_deinit(&words);
	cv_numbers_deinit(&slots.numbers);
	cv_arena_close(slots.scratch);
	cv_arena_close(slots.memory);
}

/* A row and a subject, and whether any target carries the one for the other. */
struct carried {
	UT_hash_handle hh;
	const struct cv_row *row;
	const struct cv_subject *subject;
	bool any;
	char key[];
};

/* Rows that some target does not carry for some subject, by ordinal: most rows are
 * carried by all, and cost no more than this. */
static bool *rows_not_carried(struct cv_ctx *ctx, const struct cv_policy *policy,
			      const struct cv_ledger *ledger)
{
	bool *some = NULL;

	for (size_t i = 0; !some && i < ledger->judged.count; i++)
		if (CV_AT(&ledger->judged, struct cv_judged, i)->verdict == CV_IMPOSSIBLE)
			some = CV_NEW_ARRAY(ctx->arena, policy->rows.count, bool);
	for (size_t i = 0; some && i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);

		if (cv_judged_as(ledger, judgement)->verdict == CV_IMPOSSIBLE)
			some[judgement->row] = true;
	}
	return some;
}

static void report_not_carried(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_ledger *ledger)
{
	const bool *some = rows_not_carried(ctx, policy, ledger);
	struct carried *all = NULL, *one, *next;

	for (size_t i = 0; some && i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);
		const struct cv_judged *as = cv_judged_as(ledger, judgement);
		const struct cv_row *row;
		const char *key;
		size_t size;

		if (judgement->row == CV_ROW_OURS || !some[judgement->row] ||
		    as->verdict == CV_NOT_APPLICABLE)
			continue;
		row = cv_policy_row(policy, judgement->row);
		if (cv_row_more(row)->optional == CV_YES)
			continue;
		key = cv_arena_format(ctx->arena, "%u %s", (unsigned)judgement->row,
				      as->subject->name);
		size = strlen(key);
		HASH_FIND(hh, all, key, size, one);
		if (!one) {
			one = cv_arena_array(ctx->arena, sizeof *one + size + 1, 1);
			memcpy(one->key, key, size);
			one->row = row;
			one->subject = as->subject;
			HASH_ADD_KEYPTR(hh, all, one->key, size, one);
		}
		one->any = one->any || as->verdict != CV_IMPOSSIBLE;
	}
	HASH_ITER(hh, all, one, next)
	if (!one->any)
		cv_find(ctx, CV_F_NOT_CARRIED, one->row->at, "no target of %s carries %s",
			one->subject->name, cv_row_name(ctx, one->row));
	HASH_CLEAR(hh, all);
}

/* Whether there is a plan of the whole site, which is judged for all ports and URLs. */
static bool is_site_judged(const struct cv_policy *policy, const struct cv_ledger *ledger)
{
	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);

		if (judgement->row != CV_ROW_OURS &&
		    cv_judged_as(ledger, judgement)->subject->kind == CV_SUBJECT_SITE &&
		    cv_policy_row(policy, judgement->row)->table != CV_EXCLUSIONS)
			return true;
	}
	return false;
}

/* Ports and URLs that apply, where no target has a place for them: they are in no
 * plan, so nothing else would tell of them. */
static void report_unjudged(struct cv_ctx *ctx, const struct cv_policy *policy,
			    const struct cv_ledger *ledger)
{
	const struct cv_row *first = NULL;
	size_t count = 0;
	bool *judged;

	if (is_site_judged(policy, ledger))
		return;
	judged = CV_NEW_ARRAY(ctx->arena, policy->rows.count, bool);
	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);

		if (judgement->row != CV_ROW_OURS)
			judged[judgement->row] = true;
	}
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *as = cv_used_as(policy, use);
		const struct cv_row *row = cv_policy_row(policy, use->row);

		if (!as->applies || as->group || judged[use->row] ||
		    cv_row_more(row)->optional == CV_YES)
			continue;
		first = first ? first : row;
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
	settling = settling_open(ctx, policy);
	for (size_t i = 0; i < policy->site->accepts.count; i++) {
		/* Of one for targets there is nothing yet, or not all. */
		const size_t count =
			accepts[i].target.count == 0 ? cover(&settling, &accepts[i]) : 0;

		for (size_t r = 0; r < count; r++)
			settling.covered[r]->accepted =
				sooner(settling.covered[r]->accepted, &accepts[i]);
	}
	settling_close(&settling);
}

bool cv_settle(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_ledger *ledger)
{
	const struct cv_acceptance *accepts = policy->site->accepts.items;
	const size_t errors = cv_error_count(ctx);
	struct settling settling = settling_open(ctx, policy);

	cv_risks_ground(ctx, policy);
	for (size_t i = 0; i < policy->site->accepts.count; i++)
		apply(&settling, &accepts[i]);
	settling_close(&settling);
	report_risks(ctx, policy);
	report_not_carried(ctx, policy, ledger);
	if (policy->site->targets.count)
		report_unjudged(ctx, policy, ledger);
	return cv_error_count(ctx) == errors;
}
