/* Where a profile is written: nothing but a profile is ever replaced. */
#include "commands/import_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "commands/replace.h"
#include "read/load.h"

static const struct cv_span nowhere;

static bool cannot_write(struct cv_ctx *ctx, const char *path, const char *what,
			 int error)
{
	return cv_find(ctx, CV_F_CANNOT_WRITE, nowhere, "cannot write %s: %s%s", path,
		       what, strerror(error));
}

bool cv_import_open_file(struct cv_ctx *ctx, const char *path,
			 struct cv_source **older_out)
{
	struct stat status;

	*older_out = NULL;
	if (stat(path, &status) != 0)
		return errno == ENOENT || cannot_write(ctx, path, "", errno);
	if (S_ISREG(status.st_mode)) {
		*older_out = cv_source_read(ctx, path, nowhere);
		if (!*older_out)
			return false;
		if (cv_document_kind(*older_out) == CV_DOCUMENT_PROFILE)
			return true;
	}
	return cv_find(ctx, CV_F_FOREIGN_FILE, nowhere,
		       "%s is no profile; it was not touched", path);
}

bool cv_import_put_file(struct cv_ctx *ctx, const char *path, const char *bytes,
			size_t size)
{
	char *real = realpath(path, NULL);
	const char *full = real ? cv_arena_text(ctx->arena, real) : path;
	const char *slash = strrchr(full, '/'), *folder = ".";
	struct stat status;
	mode_t mode = 0666;
	bool late = false;
	int directory, error;

	free(real);
	if (slash)
		folder = cv_arena_copy(ctx->arena, full, (size_t)(slash + 1 - full));
	if (stat(full, &status) == 0)
		mode = status.st_mode & 0777;
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return cannot_write(ctx, path, "its folder: ", errno);
	error = cv_replace_file(directory, slash ? slash + 1 : full, bytes, size, mode,
				&late);
	close(directory);
	if (!error)
		return true;
	return cannot_write(ctx, path, late ? "it may not be on the disk yet: " : "",
			    error);
}
