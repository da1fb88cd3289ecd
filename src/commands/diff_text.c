/* diff in words: rows, entries, verdicts, and what they sum up to. */
#include "commands/diff_parts.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/commands.h"
#include "commands/policy_text.h"
#include "commands/print.h"
#include "commands/row_text.h"
#include "model/target.h"
#include "prove/audit.h"

/* Of a value, and rows behind one entry: more helps nobody. */
enum { MOST_BYTES = 300, MOST_ROWS = 3 };

struct text {
	struct cv_diff *diff;
	struct cv_buf *out;
	const char *heading; /* that still stands to be written; or NULL */
};

/* A line; before the first of a part its heading. */
__attribute__((format(printf, 2, 3))) static void say(struct text *text,
						      const char *format, ...)
{
	va_list args;

	if (text->heading)
		cv_buf_format(text->out, "%s%s\n", text->out->size ? "\n" : "",
			      text->heading);
	text->heading = NULL;
	va_start(args, format);
	cv_print_line(text->out, cv_arena_vformat(text->diff->ctx->arena, format, args));
	va_end(args);
	cv_buf_char(text->out, '\n');
}

static const char *value_of(struct text *text, const struct cv_row_line *line)
{
	if (!line)
		return "not set";
	if (!line->words)
		return line->text;
	return cv_arena_format(text->diff->ctx->arena, "left open (\"%s\")%s%s",
			       line->words, line->text ? ", filled with " : "",
			       line->text ? line->text : "");
}

static const struct cv_row_line *line_of(const struct cv_row_line *lines, size_t count,
					 const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(lines[i].key, key) == 0)
			return &lines[i];
	return NULL;
}

static void say_whole_row(struct text *text, char sign, const struct cv_row *row)
{
	size_t count;
	const struct cv_row_line *lines = cv_row_lines(text->diff->ctx, row, &count);

	say(text, "%c %s", sign, cv_row_name(text->diff->ctx, row));
	for (size_t i = 0; i < count; i++)
		say(text, "    %s: %s", lines[i].key, value_of(text, &lines[i]));
}

static void say_key(struct text *text, const char *key, const struct cv_row_line *before,
		    const struct cv_row_line *after)
{
	const char *old_value = value_of(text, before),
		   *new_value = value_of(text, after);

	if (strcmp(old_value, new_value) == 0)
		return;
	if (before && after && before->words && after->words &&
	    strcmp(before->words, after->words) == 0)
		say(text, "    %s, left open (\"%s\"): filled with %s -> %s", key,
		    after->words, before->text ? before->text : "nothing",
		    after->text ? after->text : "nothing");
	else
		say(text, "    %s: %s -> %s", key, old_value, new_value);
}

/* Keys in the order of the table; those of the old row that are gone come last. */
static void say_changed_row(struct text *text, const struct cv_row_change *change)
{
	size_t old_count, new_count;
	const struct cv_row_line *before =
		cv_row_lines(text->diff->ctx, change->before, &old_count);
	const struct cv_row_line *after =
		cv_row_lines(text->diff->ctx, change->after, &new_count);

	say(text, "~ %s", cv_row_name(text->diff->ctx, change->after));
	for (size_t i = 0; i < new_count; i++)
		say_key(text, after[i].key, line_of(before, old_count, after[i].key),
			&after[i]);
	for (size_t i = 0; i < old_count; i++)
		if (!line_of(after, new_count, before[i].key))
			say_key(text, before[i].key, &before[i], NULL);
}

static void say_rows(struct text *text)
{
	const struct cv_table *rows = &text->diff->rows;

	text->heading = "rows:";
	for (size_t i = 0; i < rows->count; i++) {
		const struct cv_row_change *change = CV_AT(rows, struct cv_row_change, i);

		if (change->before && change->after)
			say_changed_row(text, change);
		else
			say_whole_row(text, change->after ? '+' : '-',
				      change->after ? change->after : change->before);
	}
}

static void say_facts(struct text *text)
{
	const struct cv_table *facts = &text->diff->facts;

	text->heading = "besides the rows:";
	for (size_t i = 0; i < facts->count; i++) {
		const struct cv_fact_change *fact =
			CV_AT(facts, struct cv_fact_change, i);
		const size_t size = strlen(fact->text);

		say(text, "%c %s %s: %.*s%s", fact->added ? '+' : '-', fact->profile,
		    fact->key, (int)(size < MOST_BYTES ? size : MOST_BYTES), fact->text,
		    size > MOST_BYTES ? "..." : "");
	}
}

/* An entry as what it grants, with the rows behind it. */
static const char *entry_words(struct text *text, const struct cv_target *target,
			       const struct cv_entry *entry)
{
	struct cv_ctx *ctx = text->diff->ctx;
	const char *words;

	if (cv_origin(entry)->exclusion &&
	    cv_origin(entry)->native->effect == CV_EFFECT_AS_ASKED)
		words = cv_arena_format(
			ctx->arena, "%s %s", entry->list,
			cv_exclusion_words(ctx, cv_origin(entry)->exclusion));
	else
		words = cv_granted_words(ctx, target, entry);
	for (size_t i = 0; i < entry->rows.count; i++) {
		if (i == MOST_ROWS)
			return cv_arena_format(ctx->arena, "%s and %zu more", words,
					       entry->rows.count - i);
		words = cv_arena_format(ctx->arena, "%s%s%s", words, i ? ", " : "  # ",
					cv_row_name(ctx, entry->rows.items[i]));
	}
	return words;
}

static bool has_attribute(const struct cv_entry *entry, const struct cv_attribute *wanted)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, wanted->name) == 0 &&
		    strcmp(entry->more->attributes[i].value
				   ? entry->more->attributes[i].value
				   : "",
			   wanted->value ? wanted->value : "") == 0)
			return true;
	return false;
}

/* The attributes of `entry` that `other` has not. */
static void say_attributes(struct text *text, char sign, const struct cv_entry *entry,
			   const struct cv_entry *other)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (!has_attribute(other, &entry->more->attributes[i]))
			say(text, "      %c %s %s", sign, entry->more->attributes[i].name,
			    entry->more->attributes[i].value
				    ? entry->more->attributes[i].value
				    : "");
}

static void say_object(struct text *text, const struct cv_object_change *change)
{
	struct cv_entry_more old, new;
	struct cv_entry before = {.more = &old}, after = {.more = &new};

	cv_entry_say(&before, change->before);
	cv_entry_say(&after, change->after);
	old.attribute_count = new.attribute_count = 0;
	say(text, "  ~ %s %s", after.list ? after.list : "",
	    after.more->name ? after.more->name : "");
	before.note = after.note = NULL;
	if (cv_entry_compare(&before, &after) != 0) {
		say(text, "      - %s", cv_entry_words(text->diff->ctx, &before));
		say(text, "      + %s", cv_entry_words(text->diff->ctx, &after));
	}
	say_attributes(text, '-', change->before, change->after);
	say_attributes(text, '+', change->after, change->before);
}

static void say_plan(struct text *text, const struct cv_plan_change *change)
{
	const struct cv_plan *plan = change->after ? change->after : change->before;
	const char *before = change->before ? change->before->subject->name : "";
	const bool other = *before && strcmp(before, plan->subject->name) != 0;

	text->heading = cv_arena_format(
		text->diff->ctx->arena, "%s for %s%s%s%s:", plan->use->target->name,
		other ? before : "", other ? " -> " : "", plan->subject->name,
		!change->before  ? ", which is new"
		: !change->after ? ", which is gone"
				 : "");
	for (size_t i = 0; i < change->removed.count; i++)
		say(text, "  - %s",
		    entry_words(text, plan->use->target,
				*CV_AT(&change->removed, const struct cv_entry *, i)));
	for (size_t i = 0; i < change->added.count; i++)
		say(text, "  + %s",
		    entry_words(text, plan->use->target,
				*CV_AT(&change->added, const struct cv_entry *, i)));
	for (size_t i = 0; i < change->changed.count; i++)
		say_object(text, CV_AT(&change->changed, struct cv_object_change, i));
	if (change->anew)
		say(text, "  its names are others, so all of it is to be loaded anew");
	if (change->settings)
		say(text, "  what it needs besides its entries is not the same");
	if (change->restyled)
		say(text, "  %zu %s, with other rows, versions or notes beside %s",
		    change->restyled,
		    change->restyled == 1 ? "entry stays" : "entries stay",
		    change->restyled == 1 ? "it" : "them");
}

static const char *verdict_words(const struct cv_judged *as)
{
	return as ? cv_verdict_names[as->verdict] : "nothing";
}

static bool same_words(const struct cv_verdict_change *a,
		       const struct cv_verdict_change *b)
{
	const char *x = a->after && a->after->what ? a->after->what : "";
	const char *y = b->after && b->after->what ? b->after->what : "";

	return strcmp(a->row, b->row) == 0 &&
	       verdict_words(a->before) == verdict_words(b->before) &&
	       verdict_words(a->after) == verdict_words(b->after) && strcmp(x, y) == 0;
}

static const struct cv_verdict_change *verdict_at(const struct text *text, size_t index)
{
	return *CV_AT(&text->diff->verdicts, struct cv_verdict_change *, index);
}

/* One line for a row, with all targets and subjects that say the same of it. */
static void say_verdicts(struct text *text)
{
	const size_t count = text->diff->verdicts.count;
	struct cv_ctx *ctx = text->diff->ctx;

	text->heading = "verdicts:";
	for (size_t i = 0, end; i < count; i = end) {
		const struct cv_verdict_change *first = verdict_at(text, i);
		const char *what = first->after ? first->after->what : NULL;
		const char *places = "";

		for (end = i; end < count && same_words(first, verdict_at(text, end));
		     end++) {
			const struct cv_verdict_change *change = verdict_at(text, end);
			const struct cv_judged *as =
				change->after ? change->after : change->before;

			places = cv_arena_format(ctx->arena, "%s%s%s for %s", places,
						 end > i ? ", " : "", as->target->name,
						 as->subject->name);
		}
		say(text, "  %s: %s -> %s%s%s%s [%s]", first->row,
		    verdict_words(first->before), verdict_words(first->after),
		    what ? " (" : "", what ? what : "", what ? ")" : "", places);
	}
}

static void say_sum(struct text *text)
{
	const struct cv_diff *diff = text->diff;
	size_t added = 0, removed = 0, changed = 0;

	for (size_t i = 0; i < diff->plans.count; i++) {
		const struct cv_plan_change *change =
			CV_AT(&diff->plans, struct cv_plan_change, i);

		added += change->added.count;
		removed += change->removed.count;
		changed += change->changed.count;
	}
	if (!diff->rows.count && !diff->facts.count && !diff->plans.count &&
	    !diff->verdicts.count) {
		cv_buf_text(text->out, "no difference\n");
		return;
	}
	cv_buf_char(text->out, '\n');
	cv_count_words(text->out, diff->rows.count, "row differs", "rows differ");
	if (diff->before.compilation) {
		cv_buf_text(text->out, "; ");
		cv_count_words(text->out, added, "entry", "entries");
		cv_buf_format(text->out, " to add, %zu to take away, %zu to change; ",
			      removed, changed);
		cv_count_words(text->out, diff->verdicts.count, "verdict differs",
			       "verdicts differ");
	}
	cv_buf_char(text->out, '\n');
}

void cv_diff_text(struct cv_diff *diff, struct cv_buf *out)
{
	struct text text = {diff, out, NULL};

	say_rows(&text);
	say_facts(&text);
	for (size_t i = 0; i < diff->plans.count; i++)
		say_plan(&text, CV_AT(&diff->plans, struct cv_plan_change, i));
	say_verdicts(&text);
	say_sum(&text);
}
