/* Reading and removing an output tree.  The rule is that carveout removes only what
 * it knows to be its own: a file that no manifest lists survives. */
#include "commands/tree_old.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/limits.h"

static const struct cv_span nowhere;

bool cv_is_tree_path(const char *path)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-+";
	size_t names = 0;

	for (;; path++) {
		const size_t size = strspn(path, allowed);

		if (size == 0 || *path == '.' || ++names > 2)
			return false;
		path += size;
		if (*path != '/')
			return *path == '\0';
	}
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_member(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* The members of a directory, by name; -1 with errno. */
static int list_directory(int parent, const char *name, struct dirent ***list_out)
{
	*list_out = NULL;
	return scandirat(parent, name, list_out, is_member, compare_names);
}

static void free_list(struct dirent **list, int count)
{
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

/* A regular file, open to be read; or -1 with errno. */
static int open_file(int directory, const char *path)
{
	const int file =
		openat(directory, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat about;

	if (file < 0 || (fstat(file, &about) == 0 && S_ISREG(about.st_mode)))
		return file;
	close(file);
	errno = EINVAL;
	return -1;
}

/* All bytes of a regular file; false with errno. */
static bool read_file(int directory, const char *path, struct cv_buf *bytes)
{
	const int file = open_file(directory, path);
	static const size_t step = 64 * 1024;
	char *chunk;
	ssize_t got = 0;

	if (file < 0)
		return false;
	chunk = malloc(step);
	if (!chunk)
		cv_out_of_memory();
	while (bytes->size <= CV_MAX_FILE && (got = read(file, chunk, step)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		cv_buf_add(bytes, chunk, (size_t)got);
	}
	free(chunk);
	close(file);
	if (bytes->size > CV_MAX_FILE)
		errno = EFBIG;
	return got == 0;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp((*(struct cv_tree_file *const *)a)->path,
		      (*(struct cv_tree_file *const *)b)->path);
}

/* Adds the members of one list of the manifest; a reason, or NULL when fine. */
static const char *take_files(struct cv_ctx *ctx, const json_t *list,
			      struct cv_table *files)
{
	size_t index;
	json_t *member;

	if (!json_is_array(list))
		return "its lists of files are not there";
	json_array_foreach(list, index, member)
	{
		const char *path = json_string_value(json_object_get(member, "path"));
		const char *digest = json_string_value(json_object_get(member, "sha256"));
		struct cv_tree_file *file;

		if (!path || !cv_is_tree_path(path) ||
		    strcmp(path, CV_MANIFEST_NAME) == 0)
			return "it lists a file by a path that no output tree has";
		if (!digest || strlen(digest) != 64)
			return "it lists a file without its SHA-256";
		file = CV_ADD(ctx->arena, files, struct cv_tree_file);
		file->path = cv_arena_text(ctx->arena, path);
		memcpy(file->sha256, digest, sizeof file->sha256);
		file->missing = true;
	}
	return NULL;
}

/* Into order of paths; false when one is listed twice. */
static bool sort_files(struct cv_ctx *ctx, struct cv_table *files)
{
	const size_t count = files->count;
	struct cv_tree_file **sorted =
		CV_NEW_ARRAY(ctx->arena, count, struct cv_tree_file *);
	struct cv_table result = {0};

	for (size_t i = 0; i < count; i++)
		sorted[i] = CV_AT(files, struct cv_tree_file, i);
	if (count)
		qsort(sorted, count, sizeof(struct cv_tree_file *), compare_paths);
	for (size_t i = 0; i < count; i++) {
		if (i && strcmp(sorted[i - 1]->path, sorted[i]->path) == 0)
			return false;
		*CV_ADD(ctx->arena, &result, struct cv_tree_file) = *sorted[i];
	}
	*files = result;
	return true;
}

static const char *parse_manifest(struct cv_ctx *ctx, const struct cv_buf *bytes,
				  struct cv_table *files)
{
	json_error_t error;
	json_t *root = json_loadb(cv_buf_string(bytes), bytes->size,
				  JSON_REJECT_DUPLICATES, &error);
	const char *format = json_string_value(json_object_get(root, "carveout"));
	const char *why;

	if (!root)
		why = "it is not JSON";
	else if (!format || strcmp(format, CV_MANIFEST_FORMAT) != 0)
		why = "it does not say \"carveout\": \"" CV_MANIFEST_FORMAT "\"";
	else
		why = take_files(ctx, json_object_get(root, "artefacts"), files);
	if (!why)
		why = take_files(ctx, json_object_get(root, "reports"), files);
	if (!why && !sort_files(ctx, files))
		why = "it lists a file twice";
	json_decref(root);
	return why;
}

static bool refuse(struct cv_ctx *ctx, const char *text)
{
	cv_find_more(ctx, CV_F_FOREIGN_FILE, nowhere, "%s; nothing was touched", text)
		->hint = "name a new or an empty directory with -o";
	return false;
}

static bool read_manifest(struct cv_ctx *ctx, int directory, const char *shown,
			  struct cv_table *files)
{
	struct cv_buf bytes = CV_BUF_INIT;
	const char *why = NULL;

	if (read_file(directory, CV_MANIFEST_NAME, &bytes))
		why = parse_manifest(ctx, &bytes, files);
	else if (errno != ENOENT)
		why = strerror(errno);
	else
		why = "there is none";
	cv_buf_deinit(&bytes);
	if (!why)
		return true;
	return refuse(ctx, cv_arena_format(ctx->arena,
					   "%s holds files that no manifest of carveout "
					   "lists (%s/" CV_MANIFEST_NAME ": %s)",
					   shown, shown, why));
}

struct cv_tree_file *cv_old_tree_find(const struct cv_table *files, const char *path)
{
	size_t low = 0, high = files->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		struct cv_tree_file *file = CV_AT(files, struct cv_tree_file, middle);
		const int order = strcmp(path, file->path);

		if (order == 0)
			return file;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool is_listed_directory(const struct cv_table *files, const char *name)
{
	const size_t size = strlen(name);

	for (size_t i = 0; i < files->count; i++) {
		const char *path = CV_AT(files, struct cv_tree_file, i)->path;

		if (strncmp(path, name, size) == 0 && path[size] == '/')
			return true;
	}
	return false;
}

static void compare_bytes(int directory, struct cv_tree_file *file)
{
	const int opened = open_file(directory, file->path);
	char digest[65];

	file->missing = false;
	file->edited = opened < 0 || !cv_sha256_file(opened, CV_MAX_FILE, digest) ||
		       strcmp(digest, file->sha256) != 0;
	if (opened >= 0)
		close(opened);
}

struct visit {
	struct cv_ctx *ctx;
	int directory;
	const char *shown;
	struct cv_table *files;
};

static bool cannot_look(const struct visit *visit, const char *below)
{
	return cv_find(visit->ctx, CV_F_CANNOT_WRITE, nowhere,
		       "cannot look into %s%s%s: %s", visit->shown, below ? "/" : "",
		       below ? below : "", strerror(errno));
}

static bool visit_directory(const struct visit *visit, const char *below,
			    bool *empty_out);

static bool visit_member(const struct visit *visit, const char *below, const char *name)
{
	const char *path =
		below ? cv_arena_format(visit->ctx->arena, "%s/%s", below, name) : name;
	struct cv_tree_file *file = cv_old_tree_find(visit->files, path);
	struct stat about;
	bool ignored;

	if (fstatat(visit->directory, path, &about, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || cannot_look(visit, path);
	if (S_ISREG(about.st_mode) && file) {
		compare_bytes(visit->directory, file);
		return true;
	}
	if (S_ISREG(about.st_mode) && strcmp(path, CV_MANIFEST_NAME) == 0)
		return true;
	if (S_ISDIR(about.st_mode) && !below && is_listed_directory(visit->files, path))
		return visit_directory(visit, cv_arena_text(visit->ctx->arena, name),
				       &ignored);
	return refuse(visit->ctx,
		      cv_arena_format(visit->ctx->arena, "%s/%s is not listed in %s/%s",
				      visit->shown, path, visit->shown,
				      CV_MANIFEST_NAME));
}

static bool visit_directory(const struct visit *visit, const char *below, bool *empty_out)
{
	struct dirent **list;
	const int count = list_directory(visit->directory, below ? below : ".", &list);
	bool ok = true;

	*empty_out = count == 0;
	if (count < 0)
		return cannot_look(visit, below);
	if (count > 0 && !below)
		ok = read_manifest(visit->ctx, visit->directory, visit->shown,
				   visit->files);
	/* Without a manifest everything is foreign: that was said once. */
	for (int i = 0; (ok || visit->files->count) && i < count; i++)
		ok = visit_member(visit, below, list[i]->d_name) && ok;
	free_list(list, count);
	return ok;
}

bool cv_old_tree_read(struct cv_ctx *ctx, int directory, const char *shown,
		      struct cv_table *files_out, bool *empty_out)
{
	const struct visit visit = {ctx, directory, shown, files_out};

	*files_out = (struct cv_table){0};
	return visit_directory(&visit, NULL, empty_out);
}

static bool is_gone(int result)
{
	return result == 0 || errno == ENOENT;
}

bool cv_old_tree_remove(int parent, const char *name, const struct cv_table *files)
{
	const int directory =
		openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = true;

	if (directory < 0)
		return errno == ENOENT;
	for (size_t i = 0; ok && i < files->count; i++)
		ok = is_gone(unlinkat(directory,
				      CV_AT(files, struct cv_tree_file, i)->path, 0));
	for (size_t i = 0; ok && i < files->count; i++) {
		const char *path = CV_AT(files, struct cv_tree_file, i)->path;
		const char *slash = strchr(path, '/');
		char below[NAME_MAX + 1];

		if (!slash || (size_t)(slash - path) >= sizeof below)
			continue;
		memcpy(below, path, (size_t)(slash - path));
		below[slash - path] = '\0';
		ok = is_gone(unlinkat(directory, below, AT_REMOVEDIR));
	}
	ok = ok && is_gone(unlinkat(directory, CV_MANIFEST_NAME, 0));
	close(directory);
	return ok && is_gone(unlinkat(parent, name, AT_REMOVEDIR));
}

static bool remove_members(int directory, bool with_directories)
{
	struct dirent **list;
	const int count = list_directory(directory, ".", &list);
	bool ok = count >= 0;

	for (int i = 0; ok && i < count; i++) {
		const char *name = list[i]->d_name;
		struct stat about;
		int below;

		if (fstatat(directory, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
			ok = errno == ENOENT;
		} else if (S_ISREG(about.st_mode)) {
			ok = is_gone(unlinkat(directory, name, 0));
		} else if (S_ISDIR(about.st_mode) && with_directories) {
			below = openat(directory, name,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			ok = below >= 0 && remove_members(below, false);
			if (below >= 0)
				close(below);
			ok = ok && is_gone(unlinkat(directory, name, AT_REMOVEDIR));
		} else {
			errno = ENOTEMPTY;
			ok = false;
		}
	}
	if (count >= 0)
		free_list(list, count);
	return ok;
}

bool cv_leftover_remove(int parent, const char *name)
{
	const int directory =
		openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ok;

	if (directory < 0)
		return errno == ENOENT;
	ok = remove_members(directory, true);
	close(directory);
	return ok && is_gone(unlinkat(parent, name, AT_REMOVEDIR));
}
