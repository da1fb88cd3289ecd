/* What an undo takes away, held against what its artefact adds: read from the bytes of
 * both, for every plan of the examples; undo forms that take away too much; and artefacts
 * that hold other entries than the plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/compilation.h"
#include "commands/options.h"
#include "model/sets.h"
#include "prove/prove.h"

/* The entries of a form, as its own reader finds them in its own bytes. */
static void read_form(struct cv_ctx *ctx, const struct cv_plan *plan,
		      const struct cv_form *form, struct cv_table *entries_out)
{
	struct cv_buf bytes = CV_BUF_INIT;
	struct cv_emission emission = {
		.ctx = ctx, .plan = plan, .options = plan->use->options, .out = &bytes};
	struct cv_reading reading = {.ctx = ctx, .options = plan->use->options};
	bool any = !form->if_any;

	emission.entries = cv_form_entries(ctx, plan, form, &emission.count);
	for (size_t i = 0; i < emission.count; i++)
		any |= emission.entries[i]->kind != CV_ENTRY_HEADER;
	if (any)
		form->emit(&emission);
	reading.bytes = cv_arena_copy(ctx->arena, cv_buf_string(&bytes), bytes.size);
	reading.size = bytes.size;
	cv_buf_deinit(&bytes);
	*entries_out = (struct cv_table){0};
	if (!any)
		return;
	assert_true(form->read(&reading));
	*entries_out = reading.entries;
}

static bool is_written(const struct cv_form *form, const struct cv_subject *subject)
{
	return form->subjects & subject->kind ||
	       (form->subjects & CV_SUBJECT_HOST && subject->party);
}

/* Whether the artefact has the entry; an undo may know less of it, never more. */
static bool adds(const struct cv_table *added, const struct cv_form *undo,
		 const struct cv_entry *removal)
{
	for (size_t i = 0; i < added->count; i++) {
		struct cv_entry_more more;
		struct cv_entry entry = {.more = &more};

		cv_entry_say(&entry, CV_AT(added, struct cv_entry, i));
		entry.operation = CV_REMOVE;
		if (undo->strip)
			undo->strip(&entry);
		if (cv_entry_compare(&entry, removal) == 0)
			return true;
	}
	return false;
}

/* Returns how many removals there are. */
static size_t check_undo(struct cv_ctx *ctx, const struct cv_plan *plan,
			 const struct cv_form *undo)
{
	struct cv_table removals, added[16];
	size_t artefacts = 0, count = 0;

	for (const struct cv_form *form = plan->use->target->forms; form->name; form++)
		if (!form->undo && is_written(form, plan->subject))
			read_form(ctx, plan, form, &added[artefacts++]);
	read_form(ctx, plan, undo, &removals);
	for (size_t i = 0; i < removals.count; i++) {
		const struct cv_entry *removal = CV_AT(&removals, struct cv_entry, i);
		bool found = removal->kind == CV_ENTRY_HEADER;

		for (size_t a = 0; !found && a < artefacts; a++)
			found = adds(&added[a], undo, removal);
		if (!found)
			fail_msg("%s for %s takes away what nothing adds: %s",
				 plan->use->target->name, plan->subject->name,
				 cv_entry_words(ctx, removal));
		assert_true(removal->kind == CV_ENTRY_HEADER ||
			    removal->operation == CV_REMOVE);
		count += removal->kind != CV_ENTRY_HEADER;
	}
	return count;
}

/* What of a target adds must go again: each kind of thing that it grants. */
static void check_example(const char *name, size_t least)
{
	struct cv_request request = {.profiles = CV_ROOT "/profiles"};
	struct cv_compilation compilation;
	struct cv_ctx ctx;
	size_t removals = 0;

	cv_ctx_open(&ctx);
	memcpy(ctx.today, "2026-11-23", sizeof ctx.today);
	assert_true(cv_compilation_make(&ctx, &request,
					cv_source_read(&ctx, name, (struct cv_span){0}),
					&compilation));
	for (size_t p = 0; p < compilation.plans.count; p++) {
		const struct cv_plan *plan = CV_AT(&compilation.plans, struct cv_plan, p);

		for (const struct cv_form *form = plan->use->target->forms; form->name;
		     form++)
			if (form->undo && is_written(form, plan->subject))
				removals += check_undo(&ctx, plan, form);
	}
	if (removals < least)
		fail_msg("only %zu removals in %s", removals, name);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

static void test_undo_of_the_examples_takes_away_what_they_add(void **state)
{
	(void)state;
	check_example(CV_ROOT "/examples/hq/site.yaml", 50);
	check_example(CV_ROOT "/examples/cloud/site.yaml", 20);
}

/* ---- an undo that takes away too much ---- */

static void emit_list(const struct cv_emission *emission)
{
	for (size_t i = 0; i < emission->count; i++)
		cv_buf_format(emission->out, "%s %s\n", emission->entries[i]->list,
			      emission->entries[i]->more->value);
}

/* Listed, or handed over one by one. */
static bool read_lines(struct cv_reading *reading, enum cv_operation operation,
		       bool handed)
{
	struct cv_ctx *texts = handed ? cv_reading_texts(reading) : reading->ctx;

	const char *line = reading->bytes;

	while (*line) {
		const size_t list = strcspn(line, " "), end = strcspn(line, "\n");
		const size_t place = (size_t)(line - reading->bytes);
		struct cv_entry *entry =
			handed ? cv_reading_begin(reading, CV_ENTRY_EXCLUSION, place)
			       : cv_entries_add(reading->ctx, &reading->entries,
						CV_ENTRY_EXCLUSION, place);

		entry->operation = operation;
		entry->list = cv_arena_copy(texts->arena, line, list);
		entry->more->value =
			cv_arena_copy(texts->arena, line + list + 1, end - list - 1);
		line += end + 1;
	}
	return true;
}

static bool read_added(struct cv_reading *reading)
{
	return read_lines(reading, CV_ADD, false);
}

static bool hand_added(struct cv_reading *reading)
{
	return read_lines(reading, CV_ADD, true);
}

static bool read_removed(struct cv_reading *reading)
{
	return read_lines(reading, CV_REMOVE, false);
}

static bool hand_removed(struct cv_reading *reading)
{
	return read_lines(reading, CV_REMOVE, true);
}

/* The artefact holds the list `files`; the undo all lists. */
static const struct cv_form forms[] = {
	{.name = "list",
	 .suffix = ".list",
	 .kinds = CV_ENTRY_EXCLUSION,
	 .subjects = CV_SUBJECT_GROUP,
	 .list = "files",
	 .emit = emit_list,
	 .read = read_added},
	{.name = "undo",
	 .suffix = ".undo.list",
	 .kinds = CV_ENTRY_EXCLUSION,
	 .subjects = CV_SUBJECT_GROUP,
	 .undo = true,
	 .emit = emit_list,
	 .read = read_removed},
	{.name = NULL},
};

static const struct cv_target target = {.name = "lists", .forms = forms};

struct undoing {
	struct cv_ctx ctx;
	struct cv_exclusion_row row;
	struct cv_profile profile;
	struct cv_policy policy;
	struct cv_target_use use;
	struct cv_subject subject;
	struct cv_plan plan;
};

static void open_undoing(struct undoing *undoing, const char *second)
{
	const char *const lists[] = {"files", second};

	memset(undoing, 0, sizeof *undoing);
	cv_ctx_open(&undoing->ctx);
	undoing->profile.id.text = "v/p";
	undoing->row.row.profile = &undoing->profile;
	undoing->row.row.table = CV_EXCLUSIONS;
	undoing->row.row.id.text = "row";
	undoing->use.target = &target;
	undoing->subject = (struct cv_subject){.kind = CV_SUBJECT_GROUP, .name = "g"};
	undoing->plan = (struct cv_plan){.policy = &undoing->policy,
					 .use = &undoing->use,
					 .subject = &undoing->subject};
	for (size_t i = 0; i < 2; i++) {
		struct cv_entry *entry =
			cv_plan_add(&undoing->ctx, &undoing->plan, CV_ENTRY_EXCLUSION);
		const struct cv_row **rows;

		entry->list = lists[i];
		entry->more->value = i ? "/opt/b" : "/opt/a";
		rows = CV_NEW(undoing->ctx.arena, const struct cv_row *);
		*rows = &undoing->row.row;
		entry->rows = cv_rows_of(rows, 1);
	}
}

static void close_undoing(struct undoing *undoing)
{
	cv_sets_close(&undoing->ctx);
	cv_ctx_close(&undoing->ctx);
}

/* ---- an artefact that holds other entries than the plan ---- */

static void test_artefact_is_its_entries_in_any_order(void **state)
{
	static const struct {
		const char *bytes;
		bool proved;
	} cases[] = {
		{"files /opt/a\nfiles /opt/b\n", true},
		{"files /opt/b\nfiles /opt/a\n", true},
		{"files /opt/a\nfiles /opt/c\n", false},
		{"files /opt/c\nfiles /opt/b\n", false},
		{"files /opt/a\nfiles /opt/a\n", false},
		{"files /opt/b\nfiles /opt/b\n", false},
		{"files /opt/a\n", false},
		{"files /opt/b\n", false},
		{"files /opt/a\nfiles /opt/b\nfiles /opt/b\n", false},
		{"files /opt/b\nfiles /opt/a\nfiles /opt/c\n", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
		const char *bytes = cases[i / 2].bytes;
		struct cv_form form = forms[0];
		struct undoing undoing;

		form.read = i % 2 ? hand_added : read_added;
		open_undoing(&undoing, "files");
		if (cv_prove_bytes(&undoing.ctx, &undoing.plan, &form, "lists/g.list",
				   bytes, strlen(bytes)) != cases[i / 2].proved)
			fail_msg("proved or not: %s", bytes);
		assert_int_equal(undoing.ctx.findings.count, !cases[i / 2].proved);
		close_undoing(&undoing);
	}
}

static bool prove_undo(struct undoing *undoing, bool handed, const char *bytes)
{
	struct cv_form form = forms[1];

	form.read = handed ? hand_removed : read_removed;
	return cv_prove_bytes(&undoing->ctx, &undoing->plan, &form, "lists/g.undo.list",
			      bytes, strlen(bytes));
}

static void test_undo_of_what_the_artefact_adds_is_proved(void **state)
{
	struct undoing undoing;

	(void)state;
	for (int handed = 0; handed < 2; handed++) {
		open_undoing(&undoing, "files");
		assert_true(prove_undo(&undoing, handed, "files /opt/a\nfiles /opt/b\n"));
		close_undoing(&undoing);
	}
}

static void test_undo_of_more_than_the_artefact_adds_is_not_proved(void **state)
{
	const struct cv_finding *finding;
	struct undoing undoing;

	(void)state;
	for (int handed = 0; handed < 2; handed++) {
		open_undoing(&undoing, "folders");
		assert_false(
			prove_undo(&undoing, handed, "files /opt/a\nfolders /opt/b\n"));
		assert_int_equal(undoing.ctx.findings.count, 1);
		finding = *CV_AT(&undoing.ctx.findings, struct cv_finding *, 0);
		assert_int_equal(finding->code, CV_F_PROOF_FAILED);
		assert_string_equal(
			finding->text,
			"lists/g.undo.list line 2 takes away what no artefact adds, "
			"of v/p#exclusions/row: remove folders /opt/b");
		assert_int_equal(cv_exit_code(&undoing.ctx), 3);
		close_undoing(&undoing);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_undo_of_the_examples_takes_away_what_they_add),
		cmocka_unit_test(test_artefact_is_its_entries_in_any_order),
		cmocka_unit_test(test_undo_of_what_the_artefact_adds_is_proved),
		cmocka_unit_test(test_undo_of_more_than_the_artefact_adds_is_not_proved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
