/* Notes of entries: rows and sources, plain and within a limit, made with the notes of
 * all rows at hand and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/ctx.h"
#include "model/target.h"
#include "resolve/internal.h"

enum { ROWS = 3 };

struct world {
	struct cv_ctx ctx;
	struct cv_site site;
	struct cv_target target;
	struct cv_profile profile;
	struct cv_row rows[ROWS];
	const struct cv_row *listed[ROWS];
	struct cv_policy policy;
};

static void open_world(struct world *world, size_t note_limit)
{
	static const char *const ids[ROWS] = {"one", "t\"w'o", "three"};
	static const char *const sources[ROWS] = {"page", NULL,
						  "b\\`<>&$;{}\t\177\303\274c"};

	*world = (struct world){0};
	cv_ctx_open(&world->ctx);
	world->profile.id.text = "v/p";
	world->target.can.note_limit = note_limit;
	CV_ADD(world->ctx.arena, &world->site.targets, struct cv_target_use)->target =
		&world->target;
	world->policy.site = &world->site;
	for (uint32_t i = 0; i < ROWS; i++) {
		world->rows[i].profile = &world->profile;
		world->rows[i].ordinal = i;
		world->rows[i].id.text = ids[i];
		world->rows[i].source.text = sources[i];
		world->listed[i] = &world->rows[i];
		*CV_ADD(world->ctx.arena, &world->policy.rows, const struct cv_row *) =
			&world->rows[i];
	}
}

/* The note of `count` rows from `first` on, without and with those of all rows. */
static void check(struct world *world, size_t first, size_t count, size_t limit,
		  const char *wanted)
{
	const struct cv_rows rows = cv_rows_of(world->listed + first, count);

	world->policy.notes = NULL;
	assert_string_equal(cv_note(&world->ctx, &world->policy, &rows, limit), wanted);
	assert_true(cv_pass_notes(&world->ctx, &world->policy));
	assert_non_null(world->policy.notes);
	assert_string_equal(cv_note(&world->ctx, &world->policy, &rows, limit), wanted);
}

static void test_note_names_rows_and_sources(void **state)
{
	struct world world;

	(void)state;
	open_world(&world, 100);
	check(&world, 0, 1, 100, "v/p#ports/one (page)");
	check(&world, 1, 1, 100, "v/p#ports/t_w_o");
	check(&world, 0, 3, 100,
	      "v/p#ports/one (page), v/p#ports/t_w_o, v/p#ports/three (b_____________c)");
	cv_ctx_close(&world.ctx);
}

static void test_note_keeps_to_its_limit(void **state)
{
	struct world world;

	(void)state;
	open_world(&world, 20);
	check(&world, 0, 1, 20, "v/p#ports/one (page)");
	check(&world, 0, 1, 19, "v/p#ports/one (page");
	check(&world, 0, 3, 50, "v/p#ports/one (page), 2 more");
	check(&world, 0, 2, 37, "v/p#ports/one (page), v/p#ports/t_w_o");
	check(&world, 0, 2, 36, "v/p#ports/one (page), 1 more");
	cv_ctx_close(&world.ctx);
}

static void test_no_notes_without_a_target_that_shows_them(void **state)
{
	struct world world;

	(void)state;
	open_world(&world, 0);
	assert_true(cv_pass_notes(&world.ctx, &world.policy));
	assert_null(world.policy.notes);
	cv_ctx_close(&world.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_note_names_rows_and_sources),
		cmocka_unit_test(test_note_keeps_to_its_limit),
		cmocka_unit_test(test_no_notes_without_a_target_that_shows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
