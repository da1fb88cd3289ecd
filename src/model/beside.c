/* One hash table of paths; a program's folders are looked up from the inside out. */
#include "model/beside.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash_table.h"
#include "base/table.h"
#include "model/policy.h"
#include "model/site.h"

struct place {
	UT_hash_handle hh;
	bool is_folder;
	char key[];
};

struct cv_beside {
	struct place *places;
};

/* The group's name, a blank and the folded path; to be freed. */
static char *key_of(const struct cv_exclusion *exclusion)
{
	const char *group = exclusion->group->name;
	const size_t group_size = strlen(group), size = strlen(exclusion->value);
	char *key = malloc(group_size + size + 2);

	if (!key)
		cv_out_of_memory();
	memcpy(key, group, group_size);
	key[group_size] = ' ';
	memcpy(key + group_size + 1, exclusion->value, size + 1);
	for (char *c = key; *c && exclusion->group->platform != CV_LINUX; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 32 : *c);
	return key;
}

static void add(struct cv_beside *beside, const struct cv_exclusion *exclusion)
{
	const bool is_folder = exclusion->kind == CV_KIND_FOLDER;
	struct place *place;
	char *key;

	if (exclusion->kind != CV_KIND_FILE &&
	    !(is_folder && exclusion->reach == CV_REACH_TREE))
		return;
	key = key_of(exclusion);
	HASH_FIND_STR(beside->places, key, place);
	if (!place) {
		place = calloc(1, sizeof *place + strlen(key) + 1);
		if (!place)
			cv_out_of_memory();
		strcpy(place->key, key);
		HASH_ADD_STR(beside->places, key, place);
	}
	place->is_folder = place->is_folder || is_folder;
	free(key);
}

struct cv_beside *cv_beside_open(const struct cv_table *exclusions)
{
	struct cv_beside *beside = calloc(1, sizeof *beside);

	if (!beside)
		cv_out_of_memory();
	for (size_t i = 0; i < exclusions->count; i++)
		add(beside, CV_AT(exclusions, struct cv_exclusion, i));
	return beside;
}

void cv_beside_close(struct cv_beside *beside)
{
	struct place *place, *next;

	if (!beside)
		return;
	HASH_ITER(hh, beside->places, place, next)
	{
		HASH_DEL(beside->places, place);
		free(place);
	}
	free(beside);
}

bool cv_beside_holds(const struct cv_beside *beside, const struct cv_exclusion *program)
{
	char *key = key_of(program), *end;
	const size_t group = strlen(program->group->name) + 1;
	const char separator = program->group->platform == CV_WINDOWS ? '\\' : '/';
	struct place *place;
	bool held;

	HASH_FIND_STR(beside->places, key, place);
	held = place != NULL;
	while (!held && (end = strrchr(key + group, separator))) {
		*end = '\0';
		HASH_FIND_STR(beside->places, key, place);
		held = place && place->is_folder;
	}
	free(key);
	return held;
}
