/* Exclusions into a plan: one entry in each native list that serves one, and in a list
 * that limits folders to programs one for each pair of them. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/dialect.h"

/* Entries by what they are in the target, so that equal ones become one. */
struct slot {
	UT_hash_handle hh;
	struct cv_entry *entry;
	char key[];
};

/* A process, which folders of its profiles may be limited to. */
struct program {
	const struct cv_exclusion *exclusion;
	bool served, limits; /* some list holds it; some entry is limited to it */
	const char *why; /* why no list holds it, or why a folder could not be limited */
};

struct lowering {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	struct slot *slots;
	struct cv_table programs; /* of struct program; none: no list asks for them */
	size_t pairs;             /* folders limited to programs */
};

/* In a neutral list a kind, its reach and children are columns; elsewhere the list
 * and the value are all that an entry is. */
static const char *entry_key(struct cv_ctx *ctx, const struct cv_list *list,
			     const struct cv_exclusion *exclusion, const char *value)
{
	const char *folded =
		cv_folded_value(ctx, exclusion->kind, exclusion->group->platform, value);

	if (list->effect != CV_EFFECT_AS_ASKED)
		return cv_arena_format(ctx->arena, "%s\t%s", list->name, folded);
	return cv_arena_format(ctx->arena, "%s\t%d\t%d\t%d\t%s", list->name,
			       (int)exclusion->kind, (int)exclusion->reach,
			       exclusion->children, folded);
}

/* Folders, files and programs are patterns; the rest stands as it is. */
static const char *native_value(struct cv_ctx *ctx, const struct cv_list *list,
				const struct cv_exclusion *exclusion,
				const char **why_out)
{
	if (exclusion->kind != CV_KIND_PROCESS && exclusion->kind != CV_KIND_FOLDER &&
	    exclusion->kind != CV_KIND_FILE)
		return exclusion->value;
	return cv_dialect_write(ctx, list->dialect, exclusion->group->platform,
				exclusion->value, exclusion->reach, why_out);
}

static struct cv_entry *put(struct lowering *lowering, const struct cv_list *list,
			    const struct cv_exclusion *exclusion, const char *value)
{
	struct cv_ctx *ctx = lowering->ctx;
	const char *key = entry_key(ctx, list, exclusion, value);
	const size_t size = strlen(key);
	struct slot *slot;

	HASH_FIND(hh, lowering->slots, key, size, slot);
	if (!slot) {
		slot = cv_arena_array(ctx->arena, sizeof *slot + size + 1, 1);
		memcpy(slot->key, key, size);
		slot->entry = cv_plan_add(ctx, lowering->plan, CV_ENTRY_EXCLUSION);
		slot->entry->list = list->name;
		slot->entry->value = value;
		slot->entry->native = list;
		slot->entry->exclusion = exclusion;
		HASH_ADD_KEYPTR(hh, lowering->slots, slot->key, size, slot);
	}
	/* One text that a list takes for a file and for a folder reaches as far as the
	 * folder. */
	if (exclusion->kind == CV_KIND_FOLDER) {
		slot->entry->exclusion = exclusion;
		slot->entry->native = list;
	}
	cv_rows_join(ctx, &slot->entry->rows, exclusion->rows);
	return slot->entry;
}

static bool same_product(const struct cv_exclusion *a, const struct cv_exclusion *b)
{
	for (size_t i = 0; i < a->rows.count; i++)
		for (size_t j = 0; j < b->rows.count; j++)
			if (a->rows.items[i]->profile == b->rows.items[j]->profile)
				return true;
	return false;
}

/* The folder for each program of its product.  False: there is none.  *why_out: why one
 * could not be written. */
static bool put_per_program(struct lowering *lowering, const struct cv_list *list,
			    const struct cv_exclusion *folder, const char **why_out)
{
	bool any = false;

	for (size_t i = 0; i < lowering->programs.count; i++) {
		struct program *program = CV_AT(&lowering->programs, struct program, i);
		struct cv_entry *entry;
		const char *value, *why;

		if (!same_product(folder, program->exclusion))
			continue;
		any = true;
		if (++lowering->pairs > CV_MAX_PIECES)
			return true;
		value = cv_dialect_write_only_for(lowering->ctx, list->dialect,
						  folder->group->platform, folder,
						  program->exclusion, &why);
		if (!value) {
			*why_out = program->why = why;
			continue;
		}
		entry = put(lowering, list, folder, value);
		entry->only_for = program->exclusion;
		cv_rows_join(lowering->ctx, &entry->rows, program->exclusion->rows);
		program->limits = true;
	}
	return any;
}

/* NULL, or why the list cannot hold it. */
static const char *put_in(struct lowering *lowering, const struct cv_list *list,
			  const struct cv_exclusion *exclusion)
{
	const char *why = NULL, *value;

	if (list->per_program && put_per_program(lowering, list, exclusion, &why))
		return why;
	value = native_value(lowering->ctx, list, exclusion, &why);
	if (!value)
		return why;
	put(lowering, list, exclusion, value);
	return NULL;
}

static void lose(struct lowering *lowering, const struct cv_exclusion *exclusion,
		 const char *why)
{
	cv_plan_lose(lowering->ctx, lowering->plan, exclusion, &exclusion->rows, why);
}

static void lower_exclusion(struct lowering *lowering,
			    const struct cv_exclusion *exclusion)
{
	const struct cv_target_use *use = lowering->plan->use;
	const char *declined = NULL;
	const struct cv_list *list = cv_list_next(use, exclusion, NULL, &declined);
	const bool several = list && cv_list_next(use, exclusion, list, &declined);

	if (!list && exclusion->kind == CV_KIND_PROCESS && lowering->programs.count)
		return; /* see lose_programs() */
	if (!list)
		lose(lowering, exclusion,
		     declined ? declined
			      : cv_arena_format(lowering->ctx->arena,
						"no list for the kind %s",
						cv_kind_names[exclusion->kind]));
	for (; list; list = cv_list_next(use, exclusion, list, &declined)) {
		const char *why = put_in(lowering, list, exclusion);

		if (why)
			lose(lowering, exclusion,
			     several ? cv_arena_format(lowering->ctx->arena,
						       "not in %s: %s", list->name, why)
				     : why);
	}
}

/* Whether the target's lists limit a folder of the group to programs. */
static bool limits_folders(const struct cv_plan *plan)
{
	const struct cv_table *exclusions = &plan->policy->exclusions;
	const char *why = NULL;

	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);
		const struct cv_list *list = NULL;

		if (exclusion->group != plan->subject->group ||
		    exclusion->kind != CV_KIND_FOLDER)
			continue;
		while ((list = cv_list_next(plan->use, exclusion, list, &why)))
			if (list->per_program)
				return true;
	}
	return false;
}

static void gather_programs(struct lowering *lowering)
{
	const struct cv_plan *plan = lowering->plan;
	const struct cv_table *exclusions = &plan->policy->exclusions;

	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);
		struct program *program;

		if (exclusion->group != plan->subject->group ||
		    exclusion->kind != CV_KIND_PROCESS)
			continue;
		program =
			CV_ADD(lowering->ctx->arena, &lowering->programs, struct program);
		program->exclusion = exclusion;
		program->served =
			cv_list_next(plan->use, exclusion, NULL, &program->why) != NULL;
	}
}

/* A program that no list holds and no folder is limited to. */
static void lose_programs(struct lowering *lowering)
{
	for (size_t i = 0; i < lowering->programs.count; i++) {
		const struct program *program =
			CV_AT(&lowering->programs, struct program, i);

		if (!program->served && !program->limits)
			lose(lowering, program->exclusion,
			     program->why ? program->why
					  : "no list for the kind process");
	}
}

bool cv_lower_exclusions(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_table *exclusions = &plan->policy->exclusions;
	struct lowering lowering = {.ctx = ctx, .plan = plan};

	if (limits_folders(plan))
		gather_programs(&lowering);
	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);

		if (exclusion->group == plan->subject->group)
			lower_exclusion(&lowering, exclusion);
	}
	lose_programs(&lowering);
	HASH_CLEAR(hh, lowering.slots);
	return lowering.pairs <= CV_MAX_PIECES ||
	       cv_find(ctx, CV_F_TOO_MANY_PIECES, plan->use->name.at,
		       "%s for %s: folders limited to programs come to more than %d "
		       "entries",
		       plan->use->target->name, plan->subject->name, CV_MAX_PIECES);
}
