/* One hash table of paths; a program's folders are looked up from the inside out. */
#include "model/beside.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/numbers.h"
#include "base/table.h"
#include "model/policy.h"
#include "model/site.h"

/* What leaves files alone, by group and path: numbers of exclusions. */
struct cv_beside {
	const struct cv_table *exclusions;
	struct cv_numbers numbers;
};

/* The path, case folded as the platform does; to be freed. */
static char *folded_path(const struct cv_exclusion *exclusion)
{
	char *path = strdup(exclusion->value);

	if (!path)
		cv_out_of_memory();
	for (char *c = path; *c && exclusion->group->platform != CV_LINUX; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 32 : *c);
	return path;
}

static uint32_t hash_of(const struct cv_group *group, const char *folded, size_t size)
{
	return (uint32_t)(cv_hash(folded, size) ^ cv_hash(&group, sizeof group));
}

static bool is_folder(const struct cv_exclusion *exclusion)
{
	return exclusion->kind == CV_KIND_FOLDER && exclusion->reach == CV_REACH_TREE;
}

static void add(struct cv_beside *beside, size_t number)
{
	const struct cv_exclusion *exclusion =
		CV_AT(beside->exclusions, struct cv_exclusion, number);
	char *path;

	if (exclusion->kind != CV_KIND_FILE && !is_folder(exclusion))
		return;
	path = folded_path(exclusion);
	cv_numbers_add(&beside->numbers, hash_of(exclusion->group, path, strlen(path)),
		       (uint32_t)number);
	free(path);
}

struct cv_beside *cv_beside_open(const struct cv_table *exclusions)
{
	struct cv_beside *beside = calloc(1, sizeof *beside);

	if (!beside)
		cv_out_of_memory();
	beside->exclusions = exclusions;
	for (size_t i = 0; i < exclusions->count; i++)
		add(beside, i);
	return beside;
}

void cv_beside_close(struct cv_beside *beside)
{
	if (!beside)
		return;
	cv_numbers_deinit(&beside->numbers);
	free(beside);
}

/* Whether a path of the group, case folded, is a folder that is left alone, or, where
 * `or_file`, a file. */
static bool holds(const struct cv_beside *beside, const struct cv_group *group,
		  const char *folded, size_t size, bool or_file)
{
	const uint32_t hash = hash_of(group, folded, size);
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&beside->numbers, hash, &at)) != CV_NO_NUMBER) {
		const struct cv_exclusion *other =
			CV_AT(beside->exclusions, struct cv_exclusion, number);

		if (other->group == group && (or_file || is_folder(other)) &&
		    strlen(other->value) == size &&
		    (group->platform == CV_LINUX
			     ? memcmp(other->value, folded, size) == 0
			     : strncasecmp(other->value, folded, size) == 0))
			return true;
	}
	return false;
}

bool cv_beside_holds(const struct cv_beside *beside, const struct cv_exclusion *program)
{
	const char separator = program->group->platform == CV_WINDOWS ? '\\' : '/';
	char *path = folded_path(program), *end;
	bool held = holds(beside, program->group, path, strlen(path), true);

	while (!held && (end = strrchr(path, separator))) {
		*end = '\0';
		held = holds(beside, program->group, path, (size_t)(end - path), false);
	}
	free(path);
	return held;
}
