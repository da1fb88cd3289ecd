/* Verdicts that no target of today gives: they are for lists whose entries mean
 * something else than the row, and they must be seen from the plan alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "prove/ledger.h"
#include "proved_plan.h"

static const struct cv_dialect dialect = {
	.name = "plain", .one_segment = true, .tree_suffix = "", .children_suffix = NULL};

static const struct cv_list lists[] = {
	{.name = "watch-off",
	 .kinds = 1U << CV_KIND_PROCESS | 1U << CV_KIND_FOLDER,
	 .platforms = 1U << CV_LINUX,
	 .effect = CV_EFFECT_UNWATCHED,
	 .dialect = &dialect},
	{.name = NULL},
};

static const struct cv_target target = {.name = "watcher",
					.can = {.subjects = CV_SUBJECT_GROUP,
						.platforms = 1U << CV_LINUX,
						.lists = lists}};

/* A policy of one row, one exclusion and the plan that carries it. */
struct world {
	struct cv_ctx ctx;
	struct cv_exclusion_row *row; /* of the profile */
	struct cv_profile profile;
	struct cv_group_row group_row;
	struct cv_group group;
	struct cv_site site;
	struct cv_policy policy;
	struct cv_subject subject;
	struct cv_target_use use;
	struct cv_plan plan;
	struct cv_ledger ledger;
};

static void open_world(struct world *world, enum cv_kind kind, const char *granted)
{
	struct cv_exclusion *exclusion;
	struct cv_entry *entry;
	const struct cv_row *row, **rows;

	memset(world, 0, sizeof *world);
	cv_ctx_open(&world->ctx);
	world->row = CV_ADD(world->ctx.arena, &world->profile.rows[CV_EXCLUSIONS],
			    struct cv_exclusion_row);
	row = &world->row->row;
	rows = CV_NEW(world->ctx.arena, const struct cv_row *);
	*rows = row;
	world->profile.id.text = "v/p";
	world->row->row.table = CV_EXCLUSIONS;
	world->row->row.profile = &world->profile;
	world->row->row.id.text = "row";
	world->group = (struct cv_group){
		.row = &world->group_row, .name = "g", .platform = CV_LINUX};
	world->policy.site = &world->site;
	*CV_ADD(world->ctx.arena, &world->policy.rows, const struct cv_row *) = row;
	*CV_ADD(world->ctx.arena, &world->policy.profiles, struct cv_profile *) =
		&world->profile;
	*CV_ADD(world->ctx.arena, &world->policy.uses, struct cv_use) =
		(struct cv_use){0, 0};
	*CV_ADD(world->ctx.arena, &world->policy.used, struct cv_used) =
		(struct cv_used){.profile = &world->profile,
				 .group = &world->group,
				 .table = CV_EXCLUSIONS,
				 .applies = true,
				 .count = 1};
	exclusion =
		CV_ADD(world->ctx.arena, &world->policy.exclusions, struct cv_exclusion);
	*exclusion = (struct cv_exclusion){
		.group = &world->group,
		.kind = kind,
		.value = "/opt/a",
		.reach = kind == CV_KIND_FOLDER ? CV_REACH_TREE : CV_REACH_ITSELF,
		.rows = cv_rows_of(rows, 1)};
	world->subject = (struct cv_subject){CV_SUBJECT_GROUP, "g", &world->group, NULL};
	world->use.target = &target;
	world->plan = (struct cv_plan){
		.policy = &world->policy, .use = &world->use, .subject = &world->subject};
	entry = cv_plan_add(&world->ctx, &world->plan, CV_ENTRY_EXCLUSION);
	entry->list = lists[0].name;
	entry->more->value = granted;
	cv_origin_make(&world->ctx, entry)->native = &lists[0];
	entry->more->origin->exclusion = exclusion;
	entry->rows = exclusion->rows;
}

/* The only judgement. */
static const struct cv_judgement *only(const struct world *world)
{
	assert_int_equal(world->ledger.judgements.count, 1);
	return CV_AT(&world->ledger.judgements, struct cv_judgement, 0);
}

static const struct cv_judged *judge(struct world *world)
{
	judge_plan(&world->ctx, &world->policy, &world->plan, &world->ledger);
	return cv_judged_as(&world->ledger, only(world));
}

static void close_world(struct world *world)
{
	cv_sets_close(&world->ctx);
	cv_ctx_close(&world->ctx);
}

static void test_judge_another_effect_is_different(void **state)
{
	const struct cv_judged *as;
	struct world world;

	(void)state;
	open_world(&world, CV_KIND_PROCESS, "/opt/a");
	as = judge(&world);
	assert_int_equal(as->verdict, CV_DIFFERENT);
	assert_string_equal(
		as->what,
		"watch-off means that what it does is not watched; the row asks "
		"that the files that it opens are not scanned");
	assert_non_null(cv_judgement_risk(&world.ledger, only(&world)));
	assert_int_equal(cv_judgement_risk(&world.ledger, only(&world))->code,
			 CV_F_DIFFERENT);
	/* Not accepted: an error, with the stanza that would accept it. */
	assert_false(cv_settle(&world.ctx, &world.policy, &world.ledger));
	assert_int_equal(cv_exit_code(&world.ctx), 1);
	close_world(&world);
}

static void test_judge_all_that_differs_is_told(void **state)
{
	const struct cv_judged *as;
	struct world world;

	(void)state;
	open_world(&world, CV_KIND_FOLDER, "/opt");
	as = judge(&world);
	/* Who accepts the other meaning must see that it reaches further, too. */
	assert_int_equal(as->verdict, CV_DIFFERENT);
	assert_non_null(strstr(as->what, "`/opt` in watch-off reaches beyond"));
	assert_non_null(strstr(as->what, "is not watched"));
	close_world(&world);
}

static void test_judge_another_value_does_not_carry_the_row(void **state)
{
	struct world world;

	(void)state;
	/* Both wider (what it grants nobody asked for) and narrower (what was asked is
	 * not there): the graver of the two is told. */
	open_world(&world, CV_KIND_PROCESS, "/opt/b");
	assert_int_equal(judge(&world)->verdict, CV_WIDER);
	close_world(&world);
}

/* A row for a device that the site does not have is not left out of the ledger. */
static void test_judge_a_row_that_reaches_no_group_is_not_applicable(void **state)
{
	struct cv_text devices[] = {{.text = "Zone Server"}, {.text = "Hub"}};
	const struct cv_judged *as;
	struct cv_target other = {.name = "firewall"};
	struct cv_target_use *use;
	struct world world;
	bool *unreached;

	(void)state;
	open_world(&world, CV_KIND_FOLDER, "/opt/a");
	world.site.name.text = "hq";
	world.row->device = cv_few_of((struct cv_texts){devices, 2});
	use = CV_ADD(world.ctx.arena, &world.site.targets, struct cv_target_use);
	use->target = &other; /* takes no exclusions */
	use = CV_ADD(world.ctx.arena, &world.site.targets, struct cv_target_use);
	use->target = &target;
	cv_judge_unreached(&world.ctx, &world.policy, &world.ledger);
	assert_int_equal(world.ledger.judgements.count, 0);
	world.policy.uses = (struct cv_table){0};
	unreached = cv_rows_unreached(&world.policy);
	assert_true(unreached[0]);
	free(unreached);
	cv_judge_unreached(&world.ctx, &world.policy, &world.ledger);
	as = cv_judged_as(&world.ledger, only(&world));
	assert_ptr_equal(as->target, &target);
	assert_int_equal(as->verdict, CV_NOT_APPLICABLE);
	assert_string_equal(as->subject->name, "hq");
	assert_string_equal(as->what, "no group is such a device: Zone Server, Hub");
	assert_null(cv_judgement_risk(&world.ledger, only(&world)));
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge_another_effect_is_different),
		cmocka_unit_test(test_judge_all_that_differs_is_told),
		cmocka_unit_test(test_judge_another_value_does_not_carry_the_row),
		cmocka_unit_test(
			test_judge_a_row_that_reaches_no_group_is_not_applicable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
