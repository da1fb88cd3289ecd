/* Exclusions into a plan: one entry in each native list that serves one, and in a list
 * that limits folders to programs one for each pair of them. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/numbers.h"
#include "model/dialect.h"

/* What an entry is in the target: equal ones become one.  In a neutral list a kind, its
 * reach and children are columns; elsewhere the list and the value are all, and the
 * others are 0. */
struct key {
	const char *list, *folded;
	uint64_t kind, reach, children;
};

struct known {
	struct key key;
	struct cv_entry *entry;
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
	struct cv_ctx scratch;     /* the same, with memory of this plan's making alone */
	struct cv_table known;     /* of struct known */
	struct cv_numbers numbers; /* of those, by their keys */
	struct cv_table programs;  /* of struct program; none: no list asks for them */
	size_t pairs;              /* folders limited to programs */
};

static struct key key_of(struct lowering *lowering, const struct cv_list *list,
			 const struct cv_exclusion *exclusion, const char *value)
{
	struct key key = {
		.list = list->name,
		.folded = cv_folded_value(&lowering->scratch, exclusion->kind,
					  exclusion->group->platform, value),
	};

	if (list->effect != CV_EFFECT_AS_ASKED)
		return key;
	key.kind = exclusion->kind;
	key.reach = exclusion->reach;
	key.children = exclusion->children;
	return key;
}

static uint32_t hash_of(const struct key *key)
{
	const uint64_t rest[] = {key->kind, key->reach, key->children};

	return (uint32_t)(cv_hash(key->list, strlen(key->list)) ^
			  cv_hash(key->folded, strlen(key->folded)) ^
			  cv_hash(rest, sizeof rest));
}

static bool is_same(const struct key *a, const struct key *b)
{
	return strcmp(a->list, b->list) == 0 && strcmp(a->folded, b->folded) == 0 &&
	       a->kind == b->kind && a->reach == b->reach && a->children == b->children;
}

static struct cv_entry *find_entry(const struct lowering *lowering, const struct key *key,
				   uint32_t hash)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&lowering->numbers, hash, &at)) !=
	       CV_NO_NUMBER) {
		const struct known *known = CV_AT(&lowering->known, struct known, number);

		if (is_same(&known->key, key))
			return known->entry;
	}
	return NULL;
}

/* The entry of that key, which is a new one where there was none. */
static struct cv_entry *entry_of(struct lowering *lowering, const struct key *key)
{
	const uint32_t hash = hash_of(key);
	struct cv_entry *entry = find_entry(lowering, key, hash);

	if (entry)
		return entry;
	entry = cv_plan_add(lowering->ctx, lowering->plan, CV_ENTRY_EXCLUSION);
	entry->list = key->list;
	cv_numbers_add(&lowering->numbers, hash, (uint32_t)lowering->known.count);
	*CV_ADD(lowering->scratch.arena, &lowering->known, struct known) =
		(struct known){*key, entry};
	return entry;
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
	const struct key key = key_of(lowering, list, exclusion, value);
	struct cv_entry *entry = entry_of(lowering, &key);
	struct cv_origin *origin = cv_origin_make(lowering->ctx, entry);

	if (!entry->more->value)
		entry->more->value = value;
	/* One text that a list takes for a file and for a folder reaches as far as the
	 * folder. */
	if (!origin->exclusion || exclusion->kind == CV_KIND_FOLDER) {
		origin->exclusion = exclusion;
		origin->native = list;
	}
	cv_rows_join(lowering->ctx, &entry->rows, exclusion->rows);
	return entry;
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
		entry->more->origin->only_for = program->exclusion;
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
	struct lowering lowering = {.ctx = ctx, .plan = plan, .scratch = *ctx};

	lowering.scratch.arena = cv_arena_open();
	if (limits_folders(plan))
		gather_programs(&lowering);
	for (size_t i = 0; i < exclusions->count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(exclusions, struct cv_exclusion, i);

		if (exclusion->group == plan->subject->group)
			lower_exclusion(&lowering, exclusion);
	}
	lose_programs(&lowering);
	cv_numbers_deinit(&lowering.numbers);
	cv_arena_close(lowering.scratch.arena);
	return lowering.pairs <= CV_MAX_PIECES ||
	       cv_find(ctx, CV_F_TOO_MANY_PIECES, plan->use->name.at,
		       "%s for %s: folders limited to programs come to more than %d "
		       "entries",
		       plan->use->target->name, plan->subject->name, CV_MAX_PIECES);
}
