/* A profile comes from outside: what it names must lie below its own folder, also
 * when links are followed.  A site is the admin's and may name any file. */
#include "read/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"

enum { MOST_PROFILES = 4096 }; /* looked at for "did you mean" */

const char *cv_file_beside(struct cv_ctx *ctx, const struct cv_source *source,
			   const char *name)
{
	const char *slash = strrchr(source->name, '/');

	while (strncmp(name, "./", 2) == 0)
		name += 2;
	if (name[0] == '/' || !slash)
		return name;
	return cv_arena_format(ctx->arena, "%.*s%s", (int)(slash + 1 - source->name),
			       source->name, name);
}

static bool climbs(const char *name)
{
	for (;;) {
		const size_t size = strcspn(name, "/\\");

		if (size == 2 && strncmp(name, "..", 2) == 0)
			return true;
		if (name[size] == '\0')
			return false;
		name += size + 1;
	}
}

/* The folder of a document with links followed, in malloc's memory; NULL with errno. */
static char *own_folder(const struct cv_source *source)
{
	const char *slash = strrchr(source->name, '/');
	char *own = slash ? strndup(source->name, (size_t)(slash + 1 - source->name))
			  : strdup(".");
	char *folder;

	if (!own)
		cv_out_of_memory();
	folder = realpath(own, NULL);
	free(own);
	return folder;
}

/* Whether the path leads to the open file, and to a place below the folder. */
static bool is_below(const char *folder, const char *path, const struct stat *opened)
{
	char *real = realpath(path, NULL);
	const size_t size = folder && strcmp(folder, "/") != 0 ? strlen(folder) : 0;
	struct stat about;
	const bool below = folder && real && strncmp(folder, real, size) == 0 &&
			   real[size] == '/' && lstat(real, &about) == 0 &&
			   about.st_dev == opened->st_dev &&
			   about.st_ino == opened->st_ino;

	free(real);
	return below;
}

static struct cv_source *refuse_outside(struct cv_ctx *ctx, const struct cv_text *name)
{
	cv_find(ctx, CV_F_BAD_PATH, name->at,
		"`%s` must be a file below the folder of the profile that names it",
		cv_shown(ctx, name->text));
	return NULL;
}

struct cv_source *cv_file_read_below(struct cv_ctx *ctx, const struct cv_source *source,
				     const struct cv_text *name)
{
	struct cv_source *read = NULL;
	struct stat about;
	const char *path;
	char *folder;
	int file;

	if (name->text[0] == '/' || climbs(name->text))
		return refuse_outside(ctx, name);
	path = cv_file_beside(ctx, source, name->text);
	/* A pipe without a writer must not hold us up. */
	file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0 || fstat(file, &about) != 0) {
		read = cv_source_read_from(ctx, path, -1, name->at);
	} else {
		folder = own_folder(source);
		if (S_ISREG(about.st_mode) && is_below(folder, path, &about))
			read = cv_source_read_from(ctx, path, file, name->at);
		else
			refuse_outside(ctx, name);
		free(folder);
	}
	if (file >= 0)
		close(file);
	return read;
}

bool cv_file_exists(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static int compare(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The product that a file name stands for, or NULL. */
static const char *product_of(struct cv_ctx *ctx, const char *vendor, const char *file)
{
	static const char *const suffixes[] = {".yaml", ".json"};
	const size_t size = strlen(file);

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
		if (size > 5 && strcmp(file + size - 5, suffixes[i]) == 0)
			return cv_arena_format(ctx->arena, "%s/%.*s", vendor,
					       (int)(size - 5), file);
	return NULL;
}

static size_t list_vendor(struct cv_ctx *ctx, const char *directory, const char *vendor,
			  const char **names, size_t count)
{
	DIR *products = opendir(cv_arena_format(ctx->arena, "%s/%s", directory, vendor));
	const struct dirent *product;

	while (products && count < MOST_PROFILES && (product = readdir(products))) {
		const char *name = product_of(ctx, vendor, product->d_name);

		if (name)
			names[count++] = name;
	}
	if (products)
		closedir(products);
	return count;
}

void cv_file_profiles(struct cv_ctx *ctx, const char *directory,
		      struct cv_table *names_out)
{
	const char **names = CV_NEW_ARRAY(ctx->arena, MOST_PROFILES, const char *);
	DIR *vendors = opendir(directory);
	const struct dirent *vendor;
	size_t count = 0, looked = 0;

	while (vendors && looked++ < MOST_PROFILES && (vendor = readdir(vendors)))
		if (vendor->d_name[0] != '.')
			count = list_vendor(ctx, directory, vendor->d_name, names, count);
	if (vendors)
		closedir(vendors);
	qsort(names, count, sizeof *names, compare);
	for (size_t i = 0; i < count; i++)
		*CV_ADD(ctx->arena, names_out, const char *) = names[i];
}
