/* The list of what no exclusion should name, and how a path stands to its folders.
 * The list holds the published forms; here all of them become one, and a path of a row
 * is brought into the same. */
#include "resolve/lint.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"

enum {
	WINDOWS = 1 << CV_WINDOWS,
	LINUX = 1 << CV_LINUX,
	MACOS = 1 << CV_MACOS,
	UNIX = LINUX | MACOS,
	ALL = WINDOWS | UNIX,
};

enum owner {
#define CV_NEVER_SOURCE(id, owner) OWNER_##id,
#include "resolve/never_exclude.def"
#undef CV_NEVER_SOURCE
};

static const char *const owners[] = {
#define CV_NEVER_SOURCE(id, owner) [OWNER_##id] = owner,
#include "resolve/never_exclude.def"
#undef CV_NEVER_SOURCE
};

static const struct cv_never listed[] = {
#define CV_NEVER(platform, kind, value, source) \
	{platform, CV_NEVER_##kind, value, OWNER_##source},
#include "resolve/never_exclude.def"
#undef CV_NEVER
};

enum {
	LISTED = sizeof listed / sizeof *listed,
	FOLDER_KINDS = CV_NEVER_SHARED + 1,
	DEEPEST = 30, /* parts of a folder of the list: bits of a set of them */
};

struct folder {
	const struct cv_never *never;
	struct cv_lint_path path;
};

/* A program or an extension by name. */
struct named {
	UT_hash_handle hh;
	const struct cv_never *never;
	char key[];
};

struct cv_never_lists {
	struct folder *folders[CV_PLATFORM_COUNT][FOLDER_KINDS];
	size_t counts[CV_PLATFORM_COUNT][FOLDER_KINDS];
	struct named *names;
};

/* Of the variables that a path may begin with; user's variables are refused earlier. */
static const struct {
	const char *name, *folder;
} variables[] = {
	{"%systemdrive%", ""},
	{"%systemroot%", "\\windows"},
	{"%windir%", "\\windows"},
	{"%programfiles%", "\\program files"},
	{"%programfiles(x86)%", "\\program files"},
	{"%programdata%", "\\programdata"},
	{"%allusersprofile%", "\\programdata"},
	{"%public%", "\\users\\public"},
};

/* One folder in several spellings. */
static const char *one_name(const char *segment)
{
	if (strcmp(segment, "program files (x86)") == 0 ||
	    strcmp(segment, "progra~1") == 0 || strcmp(segment, "progra~2") == 0)
		return "program files";
	return segment;
}

/* What stands behind the drive, the variable or the share. */
static char *behind_head(struct cv_arena *arena, char *text, struct cv_lint_path *path)
{
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const size_t size = strlen(variables[i].name);

		if (strncmp(text, variables[i].name, size) == 0)
			return cv_arena_format(arena, "%s%s", variables[i].folder,
					       text + size);
	}
	if (text[0] == '\\' && text[1] == '\\') {
		char *share = strchr(text + 2, '\\');

		path->is_network = true;
		return share ? share + 1 + strcspn(share + 1, "\\") : text + strlen(text);
	}
	return text[0] && text[1] == ':' ? text + 2 : text;
}

static bool is_everything(const char *segment)
{
	return strspn(segment, "*") == strlen(segment);
}

void cv_lint_path_read(struct cv_arena *arena, enum cv_platform platform,
		       const char *value, struct cv_lint_path *path_out)
{
	const char *const separator = platform == CV_WINDOWS ? "\\" : "/";
	char *text = cv_arena_text(arena, value), *rest;
	size_t most = 1;

	if (platform != CV_LINUX)
		cv_lint_fold(text);
	*path_out = (struct cv_lint_path){0};
	if (platform == CV_WINDOWS)
		text = behind_head(arena, text, path_out);
	for (const char *c = text; *c; c++)
		most += *c == *separator;
	path_out->segments = CV_NEW_ARRAY(arena, most, const char *);
	for (char *segment = strtok_r(text, separator, &rest); segment;
	     segment = strtok_r(NULL, separator, &rest)) {
		const bool is_first = platform == CV_WINDOWS && path_out->count == 0;

		path_out->segments[path_out->count] =
			is_first ? one_name(segment) : segment;
		path_out->count++;
	}
	while (path_out->count &&
	       is_everything(path_out->segments[path_out->count - 1])) {
		path_out->is_all = true;
		path_out->count--;
	}
}

/* Whether a part of a path may name that part of a folder; `*` there is any name. */
static bool may_be(const char *pattern, const char *name)
{
	return strcmp(name, "*") == 0 || cv_name_matches(pattern, name);
}

/* A set of how many parts of the folder may have been read, as bits: `**` reads any
 * number, so that a path may stand to the folder in several ways. */
unsigned cv_lint_path_ways(const struct cv_lint_path *path,
			   const struct cv_lint_path *folder)
{
	const uint32_t all = ((uint32_t)2 << folder->count) - 1;
	uint32_t read = 1;
	unsigned ways = folder->count == 0 ? CV_NEVER_INSIDE : 0;

	if (path->is_network)
		return 0;
	for (size_t i = 0; i < path->count && read; i++) {
		uint32_t next = 0;

		if (strcmp(path->segments[i], "**") == 0) {
			next = all & ~((read & -read) - 1);
		} else {
			for (size_t j = 0; j < folder->count; j++)
				if (read >> j & 1 &&
				    may_be(path->segments[i], folder->segments[j]))
					next |= (uint32_t)2 << j;
		}
		read = next;
		if (read >> folder->count & 1)
			ways |= CV_NEVER_INSIDE;
	}
	if (read)
		ways |= CV_NEVER_AROUND;
	if (read >> folder->count & 1)
		ways |= CV_NEVER_AT;
	return ways;
}

const struct cv_never *cv_never_folder(const struct cv_lint *lint,
				       enum cv_platform platform, enum cv_never_kind kind,
				       const struct cv_lint_path *path, unsigned way)
{
	const struct folder *folders = lint->never->folders[platform][kind];

	for (size_t i = 0; i < lint->never->counts[platform][kind]; i++)
		if (cv_lint_path_ways(path, &folders[i].path) & way)
			return folders[i].never;
	return NULL;
}

/* The name without `.exe`, and without a version behind it: python3.8. */
static const char *stem(struct cv_arena *arena, const char *base)
{
	char *name = cv_arena_text(arena, base);
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		name[i] = (char)tolower((unsigned char)name[i]);
	if (size > 4 && strcmp(name + size - 4, ".exe") == 0)
		size -= 4;
	while (size && (isdigit((unsigned char)name[size - 1]) || name[size - 1] == '.'))
		size--;
	name[size] = '\0';
	return name;
}

/* Programs, interpreters and extensions apart. */
static const char *key_of(struct cv_arena *arena, enum cv_never_kind kind,
			  const char *name)
{
	const char sort = kind == CV_NEVER_PROCESS       ? 'p'
			  : kind == CV_NEVER_INTERPRETER ? 'i'
							 : 'e';
	char *key = cv_arena_format(arena, "%c%s", sort,
				    sort == 'i' ? stem(arena, name) : name);

	for (char *c = key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return key;
}

static const struct cv_never *find_name(const struct cv_lint *lint,
					enum cv_never_kind kind, const char *name)
{
	const char *key = key_of(lint->scratch, kind, name);
	struct named *found;

	HASH_FIND_STR(lint->never->names, key, found);
	return found ? found->never : NULL;
}

const struct cv_never *cv_never_program(const struct cv_lint *lint,
					enum cv_platform platform, const char *base)
{
	const struct cv_never *never = find_name(lint, CV_NEVER_PROCESS, base);

	if (never && never->platforms >> platform & 1)
		return never;
	return find_name(lint, CV_NEVER_INTERPRETER, base);
}

const struct cv_never *cv_never_extension(const struct cv_lint *lint,
					  const char *extension)
{
	return find_name(lint, CV_NEVER_EXTENSION, extension);
}

/* As a word: `Adobe Inc.`, but not `Adobelike`. */
static bool holds_word(const char *text, const char *word)
{
	const size_t size = strlen(word);

	for (const char *at = text; (at = strcasestr(at, word)); at++)
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[size]))
			return true;
	return false;
}

const struct cv_never *cv_never_signer(const char *name)
{
	for (size_t i = 0; i < LISTED; i++)
		if (listed[i].kind == CV_NEVER_SIGNER &&
		    (is_everything(name) || holds_word(name, listed[i].value)))
			return &listed[i];
	return NULL;
}

const char *cv_never_owner(const struct cv_never *never)
{
	return owners[never->owner];
}

static bool is_known(const struct cv_never_lists *lists, enum cv_platform platform,
		     enum cv_never_kind kind, const struct cv_lint_path *path)
{
	for (size_t i = 0; i < lists->counts[platform][kind]; i++) {
		const struct cv_lint_path *other =
			&lists->folders[platform][kind][i].path;
		size_t same = 0;

		while (same < path->count && same < other->count &&
		       strcmp(path->segments[same], other->segments[same]) == 0)
			same++;
		if (same == path->count && same == other->count)
			return true;
	}
	return false;
}

/* Of several forms of one folder the first stays. */
static void add_folder(struct cv_lint *lint, enum cv_platform platform,
		       const struct cv_never *never)
{
	struct cv_never_lists *lists = lint->never;
	struct folder **folders = &lists->folders[platform][never->kind];
	struct cv_lint_path path;

	if (!*folders)
		*folders = CV_NEW_ARRAY(lint->memory, LISTED, struct folder);
	cv_lint_path_read(lint->memory, platform, never->value, &path);
	assert(path.count <= DEEPEST);
	/* The published list has examples in place of any name. */
	for (size_t i = 0; i < path.count; i++)
		if (strcmp(path.segments[i], "<userprofilename>") == 0 ||
		    strcmp(path.segments[i], "contoso") == 0)
			path.segments[i] = "*";
	if (!is_known(lists, platform, never->kind, &path))
		(*folders)[lists->counts[platform][never->kind]++] =
			(struct folder){never, path};
}

static void add_name(struct cv_lint *lint, const struct cv_never *never)
{
	const char *key = key_of(lint->scratch, never->kind, never->value);
	struct named *named;

	HASH_FIND_STR(lint->never->names, key, named);
	if (named)
		return;
	named = cv_arena_array(lint->memory, sizeof *named + strlen(key) + 1, 1);
	named->never = never;
	strcpy(named->key, key);
	HASH_ADD_STR(lint->never->names, key, named);
}

void cv_never_open(struct cv_lint *lint)
{
	lint->never = CV_NEW(lint->memory, struct cv_never_lists);
	for (size_t i = 0; i < LISTED; i++) {
		const struct cv_never *never = &listed[i];

		for (int platform = 0; platform < CV_PLATFORM_COUNT; platform++)
			if ((int)never->kind < FOLDER_KINDS &&
			    never->platforms >> platform & 1)
				add_folder(lint, (enum cv_platform)platform, never);
		if ((int)never->kind >= FOLDER_KINDS && never->kind != CV_NEVER_SIGNER)
			add_name(lint, never);
	}
}

void cv_never_close(struct cv_lint *lint)
{
	HASH_CLEAR(hh, lint->never->names);
}
