/* Exclusion rows to exclusions: one for each value and group, whole paths, a
 * command split into its program and arguments, equal ones merged. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/numbers.h"
#include "model/command.h"
#include "model/field.h"

/* An exclusion, and its value as it counts. */
struct known {
	struct cv_exclusion *exclusion;
	const char *folded;
};

struct exclusions {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct cv_ctx scratch;     /* the same, with memory of the pass alone */
	struct cv_table known;     /* of struct known */
	struct cv_numbers numbers; /* of those, by what makes them the same */
};

const char *cv_folded_value(struct cv_ctx *ctx, enum cv_kind kind,
			    enum cv_platform platform, const char *value)
{
	if (kind == CV_KIND_SHA256)
		platform = CV_WINDOWS; /* hex digits are the same everywhere */
	return kind <= CV_KIND_EXTENSION || kind == CV_KIND_SHA256
		       ? cv_path_folded(ctx, platform, value)
		       : value;
}

static uint32_t hash_of(const struct cv_exclusion *exclusion, const char *folded)
{
	const uint64_t rest[] = {(uint64_t)exclusion->kind, (uint64_t)exclusion->reach,
				 exclusion->children, (uintptr_t)exclusion->group};

	return (uint32_t)(cv_hash(folded, strlen(folded)) ^ cv_hash(rest, sizeof rest));
}

/* Whether two are the same: case folds as the platform does. */
static bool is_same(const struct known *known, const struct cv_exclusion *exclusion,
		    const char *folded)
{
	const struct cv_exclusion *other = known->exclusion;

	return other->group == exclusion->group && other->kind == exclusion->kind &&
	       other->reach == exclusion->reach &&
	       other->children == exclusion->children &&
	       strcmp(known->folded, folded) == 0 &&
	       cv_text_compare(other->arguments, exclusion->arguments) == 0;
}

static struct cv_exclusion *find_exclusion(const struct exclusions *all,
					   const struct cv_exclusion *exclusion,
					   const char *folded, uint32_t hash)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&all->numbers, hash, &at)) != CV_NO_NUMBER) {
		const struct known *known = CV_AT(&all->known, struct known, number);

		if (is_same(known, exclusion, folded))
			return known->exclusion;
	}
	return NULL;
}

static void add_exclusion(struct exclusions *all, const struct cv_row *row,
			  struct cv_exclusion exclusion)
{
	const char *folded = cv_folded_value(&all->scratch, exclusion.kind,
					     exclusion.group->platform, exclusion.value);
	const uint32_t hash = hash_of(&exclusion, folded);
	struct cv_exclusion *found = find_exclusion(all, &exclusion, folded, hash);

	if (!found) {
		found = CV_ADD(all->ctx->arena, &all->policy->exclusions,
			       struct cv_exclusion);
		*found = exclusion;
		cv_numbers_add(&all->numbers, hash, (uint32_t)all->known.count);
		*CV_ADD(all->scratch.arena, &all->known, struct known) =
			(struct known){found, folded};
	}
	cv_rows_join(all->ctx, &found->rows, cv_rows_one(all->policy, row));
}

/* `.ext` and `ext` are one spelling.  Lists of extensions look at what stands behind
 * the last dot, so that .vbk.tmp would match nothing or all of .tmp. */
static const char *extension_of(struct cv_ctx *ctx, const struct cv_row *row,
				struct cv_text text)
{
	const char *name = text.text + (text.text[0] == '.');

	if (strchr(name, '.')) {
		cv_find(ctx, CV_F_BAD_VALUE, text.at,
			"%s: `%s` is two extensions, and lists of them hold one each",
			cv_row_name(ctx, row), text.text);
		return NULL;
	}
	return cv_arena_format(ctx->arena, ".%s", name);
}

/* A program and its arguments, both with their places put in. */
static bool set_program(struct exclusions *all, const struct cv_group *group,
			const struct cv_row *row, bool is_command, struct cv_text text,
			struct cv_exclusion *exclusion)
{
	struct cv_text program;
	const char *arguments;

	if (!cv_command_split(all->ctx, row, is_command, text, &program, &arguments))
		return false;
	exclusion->value =
		cv_whole_path(all->ctx, all->policy, row, group, program, true);
	if (!arguments)
		return exclusion->value != NULL;
	exclusion->arguments = cv_whole_arguments(all->ctx, all->policy, row, group,
						  (struct cv_text){arguments, text.at});
	return exclusion->value && exclusion->arguments;
}

/* What is no path: parameters are put in, and places have no meaning. */
static const char *plain_value(struct exclusions *all, const struct cv_group *group,
			       const struct cv_row *row, enum cv_kind kind,
			       struct cv_text text)
{
	const struct cv_lexical *lexical =
		kind == CV_KIND_SIGNER ? &cv_lex_title : &cv_lex_url;
	struct cv_text value = {
		cv_with_parameters(all->ctx, all->policy, row, group, text), text.at};

	if (!value.text || kind == CV_KIND_SHA256)
		return value.text;
	if (strchr(value.text, '<') && strchr(strchr(value.text, '<'), '>')) {
		cv_find(all->ctx, CV_F_BAD_VALUE, text.at,
			"%s: a place stands only in a path, not in `%s`",
			cv_row_name(all->ctx, row), text.text);
		return NULL;
	}
	return value.text == text.text || lexical->check(all->ctx, value) ? value.text
									  : NULL;
}

static bool set_value(struct exclusions *all, const struct cv_group *group,
		      const struct cv_row *row, enum cv_kind kind, struct cv_text text,
		      struct cv_exclusion *exclusion)
{
	switch (kind) {
	case CV_KIND_PROCESS:
	case CV_KIND_COMMAND:
		return set_program(all, group, row, kind == CV_KIND_COMMAND, text,
				   exclusion);
	case CV_KIND_EXTENSION:
		exclusion->value = extension_of(all->ctx, row, text);
		break;
	case CV_KIND_SHA256:
	case CV_KIND_SIGNER:
	case CV_KIND_TLS_INSPECTION:
		exclusion->value = plain_value(all, group, row, kind, text);
		break;
	case CV_KIND_FOLDER:
	case CV_KIND_FILE:
	case CV_KIND_COUNT:
		exclusion->value =
			cv_whole_path(all->ctx, all->policy, row, group, text, false);
		break;
	}
	return exclusion->value != NULL;
}

static bool add_value(struct exclusions *all, const struct cv_group *group,
		      const struct cv_exclusion_row *row, enum cv_kind kind,
		      struct cv_text text)
{
	struct cv_exclusion exclusion = {
		.group = group,
		.kind = kind == CV_KIND_COMMAND ? CV_KIND_PROCESS : kind,
		.reach = CV_REACH_ITSELF,
		.children = row->children == CV_YES,
	};

	if (kind == CV_KIND_FOLDER)
		exclusion.reach =
			row->recursive == CV_NO ? CV_REACH_CHILDREN : CV_REACH_TREE;
	if (!set_value(all, group, &row->row, kind, text, &exclusion))
		return false;
	add_exclusion(all, &row->row, exclusion);
	return true;
}

static bool row_exclusions(struct exclusions *all, const struct cv_exclusion_row *row,
			   const struct cv_group *group)
{
	size_t count = 0;
	bool ok = true;

	for (int kind = 0; kind < CV_KIND_COUNT; kind++)
		count += cv_few_texts(&row->values[kind]).count;
	/* A list that was filled with nothing. */
	if (count == 0)
		return cv_find(all->ctx, CV_F_EMPTY_ROW, row->row.at,
			       "%s applies and yields nothing: it names nothing to leave "
			       "alone",
			       cv_row_name(all->ctx, &row->row));
	for (int kind = 0; kind < CV_KIND_COUNT; kind++) {
		const struct cv_texts values = cv_few_texts(&row->values[kind]);

		for (size_t i = 0; i < values.count; i++)
			ok = add_value(all, group, row, (enum cv_kind)kind,
				       values.items[i]) &&
			     ok;
	}
	return ok;
}

bool cv_pass_exclusions(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct exclusions all = {.ctx = ctx, .policy = policy, .scratch = *ctx};
	bool ok = true;

	all.scratch.arena = cv_arena_open();
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *as = cv_used_as(policy, use);

		if (as->applies && as->table == CV_EXCLUSIONS)
			ok = row_exclusions(&all,
					    (const struct cv_exclusion_row *)
						    cv_policy_row(policy, use->row),
					    as->group) &&
			     ok;
	}
	cv_numbers_deinit(&all.numbers);
	cv_arena_close(all.scratch.arena);
	return ok;
}
