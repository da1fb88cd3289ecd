/* Writes the boot file: beside its place, to the disk, then over it, so that a machine
 * that stops at any instant boots with the old policy or with the new one. */
#include "commands/apply_persist.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/print.h"
#include "commands/replace.h"

enum { LONGEST_OLD = 1 << 26 }; /* bytes of a file that may be one of ours */

static const struct cv_span nowhere;

struct place {
	struct cv_ctx *ctx;
	const char *path, *folder, *name;
	int directory;
};

static bool cannot_write(const struct place *place, const char *what, int error)
{
	return cv_find(place->ctx, CV_F_CANNOT_WRITE, nowhere,
		       "cannot write the boot file %s: %s%s", place->path, what,
		       error ? strerror(error) : "");
}

/* The format with one `%s` for the word. */
static const char *with_word(struct cv_ctx *ctx, const char *format, const char *word)
{
	const char *at = strstr(format, "%s");

	if (!at)
		return format;
	return cv_arena_format(ctx->arena, "%.*s%s%s", (int)(at - format), format, word,
			       at + 2);
}

/* In the line that names it, these would end the name, or stand for others. */
static bool can_be_named(const struct place *place)
{
	for (const char *at = place->path; *at; at++)
		if ((unsigned char)*at < ' ' || strchr("\"*?[\\", *at))
			return cannot_write(place,
					    "a configuration cannot include a file whose "
					    "name holds `\"`, `*`, `?`, `[`, `\\` or a "
					    "control character",
					    0);
	return true;
}

static bool find_path(struct place *place, const struct cv_apply_policy *policy,
		      const char *output)
{
	const struct cv_live *live = policy->target->live;
	const char *slash;

	if (output) {
		place->path = output;
	} else if (live->boot_file && policy->subject) {
		place->path = with_word(place->ctx, live->boot_file, policy->subject);
	} else {
		return cv_find(place->ctx, CV_F_USAGE, nowhere,
			       "%s does not say whom it is for; name the boot file with "
			       "-o",
			       policy->source->name);
	}
	slash = strrchr(place->path, '/');
	place->name = slash ? slash + 1 : place->path;
	place->folder = slash ? cv_arena_copy(place->ctx->arena, place->path,
					      (size_t)(slash + 1 - place->path))
			      : ".";
	if (!*place->name)
		return cannot_write(place, "it is a folder", 0);
	return can_be_named(place);
}

static bool open_folder(struct place *place, bool may_make)
{
	if (may_make && mkdir(place->folder, 0700) != 0 && errno != EEXIST)
		return cannot_write(place, "its folder cannot be made: ", errno);
	place->directory = open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return place->directory >= 0 || cannot_write(place, "its folder: ", errno);
}

static bool read_all(int file, char *bytes, size_t size)
{
	while (size) {
		const ssize_t count = read(file, bytes, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		bytes += count;
		size -= (size_t)count;
	}
	return true;
}

/* Whether what stands there came from here. */
static bool is_ours(const struct place *place, const struct cv_apply_policy *policy,
		    int file, off_t size)
{
	struct cv_reading reading = {.ctx = place->ctx};
	char *bytes;

	if (size > LONGEST_OLD)
		return false;
	bytes = CV_NEW_ARRAY(place->ctx->arena, (size_t)size + 1, char);
	if (!read_all(file, bytes, (size_t)size))
		return false;
	reading.bytes = bytes;
	reading.size = (size_t)size;
	return policy->form->read(&reading);
}

static bool check_old(const struct place *place, const struct cv_apply_policy *policy)
{
	const int file = openat(place->directory, place->name,
				O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	bool ours;

	if (file < 0 && errno == ENOENT)
		return true;
	if (file < 0)
		return cannot_write(place, "what stands there: ", errno);
	ours = fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
	       is_ours(place, policy, file, status.st_size);
	close(file);
	return ours || cv_find(place->ctx, CV_F_FOREIGN_FILE, nowhere,
			       "%s is not a file that apply --persist wrote; it was not "
			       "touched",
			       place->path);
}

static bool replace(const struct place *place, const char *bytes, size_t size)
{
	bool late = false;
	const int error =
		cv_replace_file(place->directory, place->name, bytes, size, 0600, &late);

	return !error ||
	       cannot_write(place, late ? "it may not be on the disk yet: " : "", error);
}

/* The machine's own configuration has another working directory. */
static const char *absolute(const struct place *place)
{
	char *folder = realpath(place->folder, NULL);
	const char *path = place->path;

	if (folder)
		path = cv_arena_format(place->ctx->arena, "%s/%s",
				       strcmp(folder, "/") == 0 ? "" : folder,
				       place->name);
	free(folder);
	return path;
}

static void say(const struct place *place, const struct cv_live *live, struct cv_buf *out)
{
	const char *path = absolute(place);

	cv_buf_text(out, "wrote ");
	cv_print_line(out, path);
	cv_buf_char(out, '\n');
	if (!live->boot_line)
		return;
	cv_buf_format(out, "not done: %s\n    ", live->boot_place);
	cv_print_line(out, with_word(place->ctx, live->boot_line, path));
	cv_buf_char(out, '\n');
}

bool cv_apply_persist(struct cv_ctx *ctx, const struct cv_apply_policy *policy,
		      const char *output, struct cv_buf *out)
{
	struct place place = {.ctx = ctx, .directory = -1};
	bool ok = find_path(&place, policy, output) && open_folder(&place, !output) &&
		  check_old(&place, policy) &&
		  replace(&place, policy->bytes, policy->size);

	if (place.directory >= 0)
		close(place.directory);
	if (ok)
		say(&place, policy->target->live, out);
	return ok;
}
