/* Entries that are expected, and those that come one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "prove/match.h"

enum { MOST = 8 };

/* Entries by one letter each: what is expected and what comes.  `a` to `f` are of one
 * list, in two sets by turns; `s` to `z` are steps; `A` to `Z` are of the ordered list.
 */
struct matching {
	struct cv_ctx ctx;
	struct cv_form form;
	struct cv_entry planned[MOST];
	const struct cv_entry *pointers[MOST];
	struct cv_match match;
	char refused[MOST + 1];
};

static struct cv_entry entry_of(struct cv_ctx *ctx, char letter)
{
	struct cv_entry entry = {.kind = CV_ENTRY_FLOW,
				 .protocol = CV_NO_PROTOCOL,
				 .icmp_type = CV_NO_ICMP_TYPE,
				 .list = "forward",
				 .more = CV_NEW(ctx->arena, struct cv_entry_more)};

	entry.more->value = cv_arena_format(ctx->arena, "%c", letter);
	entry.more->name = letter % 2 ? "odd" : "even";
	if (letter >= 's') {
		entry.kind = CV_ENTRY_STEP;
	} else if (letter <= 'Z') {
		entry.kind = CV_ENTRY_OBJECT;
		entry.list = "rule";
	}
	return entry;
}

static void open_matching(struct matching *matching, const char *planned, bool backwards)
{
	const size_t count = strlen(planned);

	memset(matching, 0, sizeof *matching);
	cv_ctx_open(&matching->ctx);
	matching->form.ordered = "rule";
	matching->form.backwards = backwards;
	for (size_t i = 0; i < count; i++) {
		matching->planned[i] = entry_of(&matching->ctx, planned[i]);
		matching->pointers[i] = &matching->planned[i];
	}
	cv_match_open(&matching->match, &matching->ctx, &matching->form,
		      matching->pointers, count);
}

static bool take(void *user, const struct cv_entry *entry)
{
	struct matching *matching = user;

	cv_match_order(&matching->match, entry);
	if (cv_match_take(&matching->match, entry))
		return true;
	strcat(matching->refused, entry->more->value);
	return false;
}

static void close_matching(struct matching *matching)
{
	cv_match_close(&matching->match);
	cv_sets_close(&matching->ctx);
	cv_ctx_close(&matching->ctx);
}

static void assert_match(const char *planned, const char *found, const char *refused,
			 const char *wanted_left)
{
	struct matching matching;
	const struct cv_entry **left;
	char said[MOST + 1] = "";
	size_t count;

	open_matching(&matching, planned, false);
	for (const char *c = found; *c; c++) {
		const struct cv_entry entry = entry_of(&matching.ctx, *c);

		take(&matching, &entry);
	}
	left = cv_match_left(&matching.match, &count);
	for (size_t i = 0; i < count; i++)
		strcat(said, left[i]->more->value);
	assert_string_equal(matching.refused, refused);
	assert_string_equal(said, wanted_left);
	close_matching(&matching);
}

static void test_match_takes_each_once(void **state)
{
	(void)state;
	assert_match("abcd", "abcd", "", "");
	/* Set by set. */
	assert_match("abcd", "acbd", "", "");
	assert_match("abcd", "bdac", "", "");
	/* Not in the set's order: what is refused is compared later. */
	assert_match("abcd", "cabd", "c", "c");
	assert_match("abcd", "aabd", "a", "c");
	assert_match("abcd", "abd", "", "c");
	assert_match("abcd", "abcde", "e", "");
	assert_match("aac", "aac", "", "");
	assert_match("aac", "ac", "c", "ac");
	assert_match("", "a", "a", "");
	assert_match("a", "", "", "a");
}

static void assert_order(const char *planned, bool backwards, const char *found,
			 char wrong_step, char wrong_rule)
{
	struct matching matching;

	open_matching(&matching, planned, backwards);
	for (const char *c = found; *c; c++) {
		const struct cv_entry entry = entry_of(&matching.ctx, *c);

		cv_match_order(&matching.match, &entry);
	}
	cv_match_order_end(&matching.match);
	if (wrong_step)
		assert_int_equal(matching.match.steps.wrong->more->value[0], wrong_step);
	else
		assert_null(matching.match.steps.wrong);
	if (wrong_rule)
		assert_int_equal(matching.match.ordered.wrong->more->value[0],
				 wrong_rule);
	else
		assert_null(matching.match.ordered.wrong);
	close_matching(&matching);
}

static void test_match_sees_what_is_not_in_its_place(void **state)
{
	(void)state;
	assert_order("sabtu", false, "stuab", 0, 0);
	assert_order("sabtu", false, "bsatu", 0, 0);
	assert_order("sabtu", false, "sutab", 't', 0);
	assert_order("sabtu", false, "tsuab", 's', 0);
	assert_order("sabtu", false, "st", 'u', 0);
	assert_order("sabtu", false, "", 's', 0);
	/* One more is seen where all are held against all. */
	assert_order("stu", false, "stuv", 0, 0);
	assert_order("AsBC", false, "sABC", 0, 0);
	assert_order("AsBC", false, "sACB", 0, 'B');
	assert_order("AsBC", false, "AB", 's', 'C');
	assert_order("AsBC", true, "sCBA", 0, 0);
	assert_order("AsBC", true, "sABC", 0, 'C');
	assert_order("AsBC", true, "sCB", 0, 'A');
	/* Steps are never taken backwards. */
	assert_order("sABt", true, "stBA", 0, 0);
	assert_order("sABt", true, "tsBA", 's', 0);
}

/* What was taken is forgotten; what was not stays, with all that it points to. */
static void test_reading_keeps_what_is_not_taken(void **state)
{
	struct matching matching;
	struct cv_ctx texts;
	struct cv_reading reading = {
		.ctx = &matching.ctx, .take = take, .taker = &matching, .texts = &texts};
	const struct cv_entry *kept;

	(void)state;
	open_matching(&matching, "aceg", false);
	texts = matching.ctx;
	texts.arena = cv_arena_open();
	for (const char *c = "acfeg"; *c; c++) {
		struct cv_entry *entry =
			cv_reading_begin(&reading, CV_ENTRY_FLOW, (size_t)(*c - 'a'));
		struct cv_attribute *attribute;

		assert_ptr_equal(cv_reading_texts(&reading), &texts);
		entry->list = "forward";
		entry->more->name = *c % 2 ? "odd" : "even";
		entry->more->value = cv_arena_copy(texts.arena, c, 1);
		if (*c != 'f')
			continue;
		attribute = CV_NEW(texts.arena, struct cv_attribute);
		*attribute = (struct cv_attribute){"name", entry->more->value};
		entry->more->attributes = attribute;
		entry->more->attribute_count = 1;
	}
	cv_reading_end(&reading);
	cv_reading_end(&reading);
	assert_int_equal(reading.handed, 5);
	assert_string_equal(matching.refused, "f");
	cv_arena_close(texts.arena);
	assert_int_equal(reading.entries.count, 1);
	kept = CV_AT(&reading.entries, struct cv_entry, 0);
	assert_string_equal(kept->more->value, "f");
	assert_int_equal(kept->more->place, 'f' - 'a');
	assert_int_equal(kept->protocol, CV_NO_PROTOCOL);
	assert_string_equal(kept->more->attributes[0].name, "name");
	assert_string_equal(kept->more->attributes[0].value, "f");
	close_matching(&matching);
}

static void test_reading_lists_all_where_nobody_takes(void **state)
{
	struct matching matching;
	struct cv_reading reading = {.ctx = &matching.ctx};

	(void)state;
	open_matching(&matching, "", false);
	cv_reading_begin(&reading, CV_ENTRY_FLOW, 1);
	cv_reading_begin(&reading, CV_ENTRY_URL, 2);
	cv_reading_end(&reading);
	assert_ptr_equal(cv_reading_texts(&reading), &matching.ctx);
	assert_int_equal(reading.entries.count, 2);
	assert_int_equal(CV_AT(&reading.entries, struct cv_entry, 1)->more->place, 2);
	close_matching(&matching);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_takes_each_once),
		cmocka_unit_test(test_match_sees_what_is_not_in_its_place),
		cmocka_unit_test(test_reading_keeps_what_is_not_taken),
		cmocka_unit_test(test_reading_lists_all_where_nobody_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
