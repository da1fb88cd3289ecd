/* explain --row: the row as the page has it, whether it applies and to whom, what it
 * became, and for each target the verdict and the lines that carry it. */
#include "commands/explain_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/policy_text.h"
#include "commands/row_text.h"
#include "model/node.h"

static const struct cv_span nowhere;

static const struct cv_row *next_row(const struct cv_explain *explain, size_t *profile,
				     int *table, size_t *index)
{
	const struct cv_table *profiles = &explain->compilation->profiles;

	for (; *profile < profiles->count; (*profile)++, *table = 0) {
		const struct cv_profile *of =
			*CV_AT(profiles, struct cv_profile *, *profile);

		for (; *table < CV_TABLE_COUNT; (*table)++, *index = 0)
			if (*index < of->rows[*table].count)
				return cv_table_at(&of->rows[*table], (*index)++);
	}
	return NULL;
}

/* Whether `name` is the end of `full` behind a `#` or a `/`. */
static bool is_tail(const char *full, const char *name)
{
	const size_t size = strlen(full), tail = strlen(name);

	return tail && size > tail && strcmp(full + size - tail, name) == 0 &&
	       strchr("#/", full[size - tail - 1]);
}

static const struct cv_row *find_row(struct cv_explain *explain, const char *name)
{
	struct cv_table names = {0};
	const struct cv_row *row;
	size_t profile = 0, index = 0;
	int table = 0;
	const char *near = NULL, **words;
	struct cv_finding *finding;

	while ((row = next_row(explain, &profile, &table, &index))) {
		const char *full = cv_row_name(explain->ctx, row);

		if (strcmp(full, name) == 0)
			return row;
		if (is_tail(full, name))
			near = full;
		*CV_ADD(explain->ctx->arena, &names, const char *) = full;
	}
	finding = cv_find_more(explain->ctx, CV_F_USAGE, nowhere,
			       "no profile of this site has the row `%s`", name);
	words = CV_NEW_ARRAY(explain->ctx->arena, names.count, const char *);
	for (size_t i = 0; i < names.count; i++)
		words[i] = *CV_AT(&names, const char *, i);
	if (near)
		finding->hint =
			cv_arena_format(explain->ctx->arena, "did you mean %s?", near);
	else
		cv_suggest(explain->ctx, finding, name, words, names.count);
	return NULL;
}

static const struct cv_source_note *page_of(const struct cv_row *row)
{
	const struct cv_source_note *notes = row->profile->sources.items;

	for (size_t i = 0; row->source.text && i < row->profile->sources.count; i++)
		if (strcmp(notes[i].key.text, row->source.text) == 0)
			return &notes[i];
	return NULL;
}

static void say_page(struct cv_explain *explain, const struct cv_row *row)
{
	const struct cv_source *source = cv_source_by_id(explain->ctx, row->at.file);
	const struct cv_source_note *note = page_of(row);
	struct cv_place place;
	const char *name;

	if (note) {
		cv_explain_say(explain, "  page: %s",
			       note->title.text ? note->title.text : note->key.text);
		if (note->url.text)
			cv_explain_say(explain, "    %s%s%s", note->url.text,
				       note->retrieved.text ? ", retrieved " : "",
				       note->retrieved.text ? note->retrieved.text : "");
		for (size_t i = 0; i < note->cites.count; i++)
			cv_explain_say(explain, "    made from: %s, %s",
				       note->cites.items[i].key.text,
				       note->cites.items[i].value.text);
	}
	if (!source)
		return;
	name = cv_input_name(explain->ctx, explain->compilation, source);
	if (cv_source_place(explain->ctx, row->at, &place))
		cv_explain_say(explain, "  written at %s:%zu:%zu", name, place.line,
			       place.column);
	else
		cv_explain_say(explain, "  written in %s", name);
}

/* The fill of the site that sets the key of the row, or NULL. */
static const struct cv_fill *fill_of(const struct cv_explain *explain, const char *row,
				     const char *key)
{
	const struct cv_records *records = &explain->compilation->site->fills;
	const struct cv_fill *fills = records->items;

	for (size_t i = 0; i < records->count; i++)
		if (strcmp(fills[i].row.text, row) == 0 && fills[i].set &&
		    cv_node_member(fills[i].set, key))
			return &fills[i];
	return NULL;
}

static void say_hole(struct cv_explain *explain, const struct cv_row *row,
		     const struct cv_row_line *line)
{
	const struct cv_fill *fill =
		fill_of(explain, cv_row_name(explain->ctx, row), line->key);

	cv_explain_say(explain, "  %s: left open by the page: \"%s\"", line->key,
		       line->words);
	if (!fill) {
		cv_explain_say(explain, "    the site does not fill it");
		return;
	}
	cv_explain_say(explain, "    the site fills it with %s", line->text);
	cv_explain_say(explain, "    because: %s%s%s",
		       fill->reason.text ? fill->reason.text : "no reason is given",
		       fill->by.text ? "; by " : "", fill->by.text ? fill->by.text : "");
}

static void say_published(struct cv_explain *explain, const struct cv_row *row)
{
	size_t count;
	const struct cv_row_line *lines = cv_row_lines(explain->ctx, row, &count);

	cv_explain_say(explain, "%s", cv_row_name(explain->ctx, row));
	say_page(explain, row);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(lines[i].key, "source") == 0)
			continue;
		if (lines[i].words)
			say_hole(explain, row, &lines[i]);
		else
			cv_explain_say(explain, "  %s: %s", lines[i].key, lines[i].text);
	}
}

/* The text of a risk begins with the row's name, which stands above. */
static void say_risks(struct cv_explain *explain, const struct cv_row *row)
{
	const size_t size = strlen(cv_row_name(explain->ctx, row));
	const struct cv_table *risks = &explain->compilation->policy.risks;
	struct cv_buf words = CV_BUF_INIT;

	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);
		const char *text;

		if (risk->row != row || risk->subject)
			continue;
		words.size = 0;
		cv_risk_text_add(&words, risk);
		text = cv_buf_string(&words) + size;
		text += strspn(text, ": ");
		cv_explain_say(explain, "  finding %s: %s%s%s",
			       cv_finding_kinds[risk->code].name, text,
			       risk->accepted ? "; accepted by " : "",
			       risk->accepted && risk->accepted->by.text
				       ? risk->accepted->by.text
				       : "");
	}
	cv_buf_deinit(&words);
}

/* The flows, URLs or, for a group, exclusions that the row became. */
static void say_became(struct cv_explain *explain, const struct cv_row *row,
		       const struct cv_group *group)
{
	const struct cv_policy *policy = &explain->compilation->policy;

	for (size_t i = 0; !group && i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		if (cv_explain_names(&flow->rows, row))
			cv_explain_say(explain, "  flow %s",
				       cv_flow_words(explain->ctx, flow));
	}
	for (size_t i = 0; !group && i < policy->urls.count; i++) {
		const struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		if (cv_explain_names(&url->rows, row))
			cv_explain_say(explain, "  URL %s%s%s%s%s",
				       url->scheme ? url->scheme : "",
				       url->scheme ? "://" : "", url->pattern,
				       url->from ? " called by " : "",
				       url->from ? url->from->name : "");
	}
	for (size_t i = 0; group && i < policy->exclusions.count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(&policy->exclusions, struct cv_exclusion, i);

		if (exclusion->group == group && cv_explain_names(&exclusion->rows, row))
			cv_explain_say(explain, "  %s",
				       cv_exclusion_words(explain->ctx, exclusion));
	}
}

static bool names_row(const struct cv_wanted *wanted, const struct cv_entry *entry)
{
	return cv_explain_names(&entry->rows, wanted->data);
}

/* Why a part of the row is not carried, unless the verdict has said so. */
static void say_loss(struct cv_explain *explain, const struct cv_plan *plan,
		     const struct cv_row *row, const char *what)
{
	for (size_t i = 0; i < plan->losses.count; i++) {
		const struct cv_loss *loss = CV_AT(&plan->losses, struct cv_loss, i);

		if (loss->row != row || (what && strstr(what, loss->why)))
			continue;
		cv_explain_say(explain, "    not carried: %s", loss->why);
		return;
	}
}

static void say_plan(struct cv_explain *explain, const struct cv_plan *plan,
		     const struct cv_row *row)
{
	const struct cv_wanted wanted = {names_row, row, true};
	const struct cv_judgement *judgement = cv_explain_judgement(explain, row, plan);

	if (!judgement ||
	    (explain->subject && strcmp(explain->subject, plan->subject->name) != 0))
		return;
	cv_buf_format(explain->out, "  %s for %s: ", plan->use->target->name,
		      plan->subject->name);
	cv_explain_verdict(explain, judgement);
	say_loss(explain, plan, row,
		 cv_judged_as(&explain->compilation->ledger, judgement)->what);
	cv_explain_lines(explain, plan, &wanted, "    ");
}

static void say_use(struct cv_explain *explain, const struct cv_row *row,
		    const struct cv_used *as)
{
	const struct cv_table *plans = &explain->compilation->plans;

	if (explain->subject && as->group &&
	    strcmp(explain->subject, as->group->name) != 0)
		return;
	cv_buf_char(explain->out, '\n');
	cv_explain_say(explain, "%s%s: %s%s%s", as->group ? "group " : "the site",
		       as->group ? as->group->name : "",
		       as->applies ? "applies" : "does not apply", as->why ? ": " : "",
		       as->why ? as->why : "");
	if (!as->applies)
		return;
	say_became(explain, row, as->group);
	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);

		if (!as->group || plan->subject->group == as->group)
			say_plan(explain, plan, row);
	}
}

void cv_explain_row(struct cv_explain *explain, const char *name)
{
	const struct cv_compilation *compilation = explain->compilation;
	const struct cv_policy *policy = &compilation->policy;
	const struct cv_row *row = find_row(explain, name);
	const struct cv_used *as;
	size_t first, at;

	if (!row)
		return;
	say_published(explain, row);
	if (!compilation->resolved) {
		cv_explain_say(explain, "the site has errors, so nothing came of it yet");
		return;
	}
	say_risks(explain, row);
	first = at = cv_policy_first_use(policy, row->ordinal);
	while ((as = cv_policy_next_used(policy, row->ordinal, &at)))
		say_use(explain, row, as);
	if (at == first)
		cv_explain_say(explain, "no group of this site is such a device");
}
