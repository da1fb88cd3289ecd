/* Exclusions by what they leave alone.  A value that has no equal is read through its
 * list's dialect and held against those of the other side that can hold it: whose
 * path, as far as it has no wildcard, is its own or leads to it. */
#include "prove/audit_parts.h"

#include <string.h>

#include "base/hash_table.h"
#include "model/dialect.h"

enum {
	PROGRAMS = 1 << CV_KIND_PROCESS,
	FILES = 1 << CV_KIND_FILE,
	FOLDERS = 1 << CV_KIND_FOLDER,
};

/* What a value may mean: the file or the program, or what is in the folder. */
enum { AS_FILE, AS_FOLDER, READINGS };

struct reading {
	const char *pattern; /* NULL: it cannot mean that */
	const char *program; /* it holds for this program only; NULL: for all */
	enum cv_reach reach;
	bool covered;
};

struct grant {
	struct cv_held *held;
	struct grant *next; /* with the same key */
	bool children;
	struct reading readings[READINGS];
	const char *key; /* list, whether programs are meant, folded path */
	size_t key_base; /* bytes before the path */
};

/* The grants whose paths begin the same. */
struct bucket {
	UT_hash_handle hh;
	struct grant *first, *last;
};

struct grants {
	struct grant *items;
	size_t count;
	struct bucket *buckets;
};

static enum cv_platform platform_of(const struct cv_auditing *auditing)
{
	const struct cv_group *group = auditing->plan->subject->group;

	return group ? group->platform : CV_LINUX;
}

static const struct cv_list *list_of(const struct cv_auditing *auditing,
				     const struct cv_entry *entry)
{
	const struct cv_list *list = auditing->plan->use->target->can.lists;

	if (cv_origin(entry)->native)
		return cv_origin(entry)->native;
	for (; list && list->name; list++)
		if (entry->list && strcmp(list->name, entry->list) == 0 &&
		    list->platforms >> platform_of(auditing) & 1)
			return list;
	return NULL;
}

/* Attributes that are not compared word by word, since it is understood what they mean;
 * of all others both sides must say the same. */
static const char *const understood[] = {"type", "recursive", "children", NULL};
static const char *const of_digests[] = {"type", "recursive", "children", "sha256", NULL};
static const char *const of_patterns[] = {"type", "recursive", "children", "match", NULL};

/* A neutral list says in columns what elsewhere the list itself says. */
static bool has_columns(const struct cv_list *list)
{
	return list && list->effect == CV_EFFECT_AS_ASKED;
}

/* The kinds that an entry may be of, as bits; 0 where nobody knows. */
static unsigned kinds_of(const struct cv_list *list, const struct cv_entry *entry)
{
	const char *type;

	if (cv_origin(entry)->exclusion)
		return 1U << cv_origin(entry)->exclusion->kind;
	if (!has_columns(list))
		return list ? list->kinds : 0;
	for (int kind = CV_KIND_SHA256; kind <= CV_KIND_SIGNER; kind++)
		if (cv_attribute_of(entry, cv_kind_names[kind]))
			return 1U << kind;
	type = cv_attribute_of(entry, "type");
	for (int kind = 0; type && kind < CV_KIND_COUNT; kind++)
		if (strcmp(type, cv_kind_names[kind]) == 0)
			return 1U << kind;
	return 0;
}

static bool are_paths(unsigned kinds)
{
	return kinds && !(kinds & ~(unsigned)(PROGRAMS | FILES | FOLDERS));
}

static bool says_yes(const struct cv_entry *entry, const char *name)
{
	const char *value = cv_attribute_of(entry, name);

	return value && strcmp(value, "yes") == 0;
}

static enum cv_reach reach_of(const struct cv_entry *entry)
{
	if (cv_origin(entry)->exclusion)
		return cv_origin(entry)->exclusion->reach;
	return says_yes(entry, "recursive") ? CV_REACH_TREE : CV_REACH_CHILDREN;
}

static bool has_children(const struct cv_list *list, const struct cv_entry *entry)
{
	if (!has_columns(list))
		return false;
	return cv_origin(entry)->exclusion ? cv_origin(entry)->exclusion->children
					   : says_yes(entry, "children");
}

/* A path in the one spelling, where its end does not say how far it reaches. */
static const char *spelled(const struct cv_auditing *auditing, const struct cv_list *list,
			   const char *value)
{
	const char *pattern;
	enum cv_reach reach;

	if (list->dialect && list->dialect->tree_suffix && !*list->dialect->tree_suffix &&
	    cv_dialect_read(auditing->scratch, list->dialect, platform_of(auditing),
			    value, false, &pattern, &reach))
		return pattern;
	return value;
}

const char *cv_exclusion_text(const struct cv_auditing *auditing,
			      const struct cv_entry *entry)
{
	const struct cv_list *list = list_of(auditing, entry);
	const unsigned kinds = kinds_of(list, entry);
	const char *value = entry->more->value ? entry->more->value : "";

	if (are_paths(kinds))
		value = spelled(auditing, list, value);
	/* Hex digits have no case; whether a signer's name has is not known. */
	if (kinds != 1U << CV_KIND_SIGNER)
		value = cv_path_folded(auditing->scratch,
				       kinds == 1U << CV_KIND_SHA256
					       ? CV_WINDOWS
					       : platform_of(auditing),
				       value);
	return cv_arena_format(
		auditing->scratch->arena, "%s%s\t%u\t%d\t%d", value,
		cv_granting_text(auditing, entry,
				 kinds == 1U << CV_KIND_SHA256 ? of_digests : understood),
		has_columns(list) ? kinds : 0,
		has_columns(list) && kinds == FOLDERS ? (int)reach_of(entry) : 0,
		has_children(list, entry));
}

/* ---- what can hold what ---- */

static void read_value(const struct cv_auditing *auditing, const struct cv_list *list,
		       const struct cv_entry *entry, bool is_folder,
		       struct reading *reading)
{
	if (!cv_dialect_read_only_for(auditing->scratch, list->dialect,
				      platform_of(auditing), entry->more->value,
				      is_folder, &reading->program, &reading->pattern,
				      &reading->reach))
		reading->pattern = NULL;
	/* Only a folder is limited to a program. */
	if (reading->program && !is_folder)
		reading->pattern = NULL;
	/* Of a file nobody says that its name alone is any file of that name. */
	if (reading->pattern && cv_pattern_is_bare(reading->pattern) &&
	    kinds_of(list, entry) != PROGRAMS)
		reading->pattern = NULL;
	if (is_folder && has_columns(list))
		reading->reach = reach_of(entry);
}

/* A star that is one, and no wildcard. */
static bool is_literal(const struct cv_entry *entry)
{
	const char *match = cv_attribute_of(entry, "match");

	return match && strcmp(match, "exact") == 0 &&
	       cv_path_has_wildcard(entry->more->value);
}

/* The path by which a pattern is found: where case does not count, in lower case. */
static const char *key_path(const struct cv_auditing *auditing, const char *pattern)
{
	if (pattern[0] == CV_WIDE_CASELESS[0])
		return cv_path_folded(auditing->scratch, CV_WINDOWS, pattern + 1);
	return cv_path_folded(auditing->scratch, platform_of(auditing), pattern);
}

/* False where the value says nothing that could be held against another. */
static bool make_grant(const struct cv_auditing *auditing, struct cv_held *held,
		       struct grant *grant)
{
	const struct cv_entry *entry = held->entry;
	const struct cv_list *list = list_of(auditing, entry);
	const unsigned kinds = kinds_of(list, entry);
	const struct reading *longest = &grant->readings[AS_FILE];
	const char *head;

	if (!are_paths(kinds) || !entry->more->value || !list->dialect ||
	    is_literal(entry))
		return false;
	*grant = (struct grant){.held = held, .children = has_children(list, entry)};
	if (kinds & (PROGRAMS | FILES))
		read_value(auditing, list, entry, false, &grant->readings[AS_FILE]);
	if (kinds & FOLDERS)
		read_value(auditing, list, entry, true, &grant->readings[AS_FOLDER]);
	/* As a folder it may be shorter, by a mark that says how far it reaches. */
	if (grant->readings[AS_FOLDER].pattern)
		longest = &grant->readings[AS_FOLDER];
	if (!longest->pattern)
		return false;
	head = cv_arena_format(auditing->scratch->arena, "%s%s\t%d\t", list->name,
			       cv_granting_text(auditing, entry, of_patterns),
			       has_columns(list) && kinds == PROGRAMS);
	grant->key_base = strlen(head);
	grant->key = cv_arena_format(auditing->scratch->arena, "%s%s", head,
				     key_path(auditing, longest->pattern));
	return true;
}

/* The key up to the last separator before a wildcard. */
static size_t fixed_size(const struct grant *grant, char separator)
{
	size_t size =
		grant->key_base + strcspn(grant->key + grant->key_base, CV_WILDCARDS);

	if (grant->key[size])
		while (size > grant->key_base && grant->key[size - 1] != separator)
			size--;
	while (size > grant->key_base && grant->key[size - 1] == separator)
		size--;
	return size;
}

static char separator_of(const struct cv_auditing *auditing)
{
	return platform_of(auditing) == CV_WINDOWS ? '\\' : '/';
}

static void put(const struct cv_auditing *auditing, struct grants *grants,
		struct grant *grant)
{
	const size_t size = fixed_size(grant, separator_of(auditing));
	struct bucket *bucket;

	HASH_FIND(hh, grants->buckets, grant->key, size, bucket);
	if (bucket) {
		bucket->last->next = grant;
		bucket->last = grant;
		return;
	}
	bucket = CV_NEW(auditing->scratch->arena, struct bucket);
	bucket->first = bucket->last = grant;
	HASH_ADD_KEYPTR(hh, grants->buckets, grant->key, size, bucket);
}

static struct grants grants_of(const struct cv_auditing *auditing,
			       const struct cv_side *side)
{
	struct grants grants = {.items = CV_NEW_ARRAY(auditing->scratch->arena,
						      side->count + 1, struct grant)};

	for (size_t i = 0; i < side->count; i++)
		if (side->items[i].entry->kind == CV_ENTRY_EXCLUSION &&
		    make_grant(auditing, &side->items[i], &grants.items[grants.count]))
			put(auditing, &grants, &grants.items[grants.count++]);
	return grants;
}

/* Unknown is never taken for yes. */
static bool holds_reading(const struct cv_auditing *auditing, const struct grant *outer,
			  const struct reading *inner)
{
	for (int i = 0; i < READINGS; i++) {
		const struct reading *own = &outer->readings[i];

		if (own->pattern && !own->program &&
		    cv_pattern_inside(platform_of(auditing), inner->pattern, inner->reach,
				      own->pattern, own->reach) == CV_ANSWER_YES)
			return true;
	}
	return false;
}

/* Notes what of the inner one the outer one holds. */
static void hold(const struct cv_auditing *auditing, struct grant *inner,
		 struct grant *outer)
{
	bool any = false;

	if ((inner->held->covered && outer->held->covered) ||
	    (inner->children && !outer->children))
		return;
	for (int i = 0; i < READINGS; i++) {
		struct reading *reading = &inner->readings[i];

		if (!reading->pattern || !holds_reading(auditing, outer, reading))
			continue;
		any = reading->covered = true;
		/* Nobody says whether the inner one is a file: beside a file that was
		 * asked for it is read as one. */
		if (i == AS_FILE && !outer->readings[AS_FOLDER].pattern)
			inner->readings[AS_FOLDER].covered = true;
	}
	if (any && !outer->held->covered && !outer->held->other)
		outer->held->other = inner->held->entry;
}

/* Against a program's name alone, which has its own key and no folder. */
static void hold_by_name(const struct cv_auditing *auditing, struct grant *inner,
			 const struct grants *others)
{
	const char *path = inner->key + inner->key_base;
	const char *base = cv_path_base(platform_of(auditing), path);
	const char *key = cv_arena_format(auditing->scratch->arena, "%.*s%s",
					  (int)inner->key_base, inner->key, base);
	struct bucket *bucket;

	if (base == path)
		return;
	HASH_FIND_STR(others->buckets, key, bucket);
	for (struct grant *outer = bucket ? bucket->first : NULL; outer;
	     outer = outer->next)
		hold(auditing, inner, outer);
}

static void hold_against(const struct cv_auditing *auditing, struct grant *inner,
			 const struct grants *others)
{
	const char separator = separator_of(auditing);
	size_t size = fixed_size(inner, separator);
	struct bucket *bucket;
	bool covered = true;

	hold_by_name(auditing, inner, others);
	for (;;) {
		HASH_FIND(hh, others->buckets, inner->key, size, bucket);
		for (struct grant *outer = bucket ? bucket->first : NULL; outer;
		     outer = outer->next)
			hold(auditing, inner, outer);
		if (size == inner->key_base)
			break;
		do
			size--;
		while (size > inner->key_base && inner->key[size] != separator);
	}
	for (int i = 0; i < READINGS; i++)
		covered = covered &&
			  (!inner->readings[i].pattern || inner->readings[i].covered);
	inner->held->covered = inner->held->covered || covered;
}

void cv_audit_exclusions(struct cv_auditing *auditing)
{
	struct grants planned, found;

	if (!cv_side_is_open(&auditing->planned, CV_ENTRY_EXCLUSION) &&
	    !cv_side_is_open(&auditing->found, CV_ENTRY_EXCLUSION))
		return;
	planned = grants_of(auditing, &auditing->planned);
	found = grants_of(auditing, &auditing->found);
	for (size_t i = 0; i < planned.count; i++)
		hold_against(auditing, &planned.items[i], &found);
	for (size_t i = 0; i < found.count; i++)
		hold_against(auditing, &found.items[i], &planned);
	HASH_CLEAR(hh, planned.buckets);
	HASH_CLEAR(hh, found.buckets);
}
