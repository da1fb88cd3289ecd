/* Reading files whole, and turning offsets into lines and columns. */
#include "base/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/utf8.h"

/* From this size on the bytes of a file are worth a descriptor that stays open. */
enum { LARGE = 1 << 20 };

static_assert(CV_MAX_FILES == (1 << CV_FILE_BITS) - 1, "a span has room for all files");
static_assert(CV_MAX_FILE <= UINT32_MAX, "and for all of one");

struct cv_span cv_span(uint32_t file, size_t offset, size_t length)
{
	return (struct cv_span){
		.file = file & ((1U << CV_FILE_BITS) - 1),
		.length = (unsigned)(length < CV_MAX_LENGTH ? length : CV_MAX_LENGTH) &
			  (unsigned)CV_MAX_LENGTH,
		.offset = (uint32_t)offset,
	};
}

struct cv_source *cv_source_from_bytes(struct cv_ctx *ctx, const char *name,
				       const char *text, size_t size)
{
	struct cv_source *source = CV_NEW(ctx->arena, struct cv_source);

	source->name = cv_arena_text(ctx->arena, name);
	source->text = text;
	source->size = size;
	source->quotable = true;
	source->file = -1;
	cv_sha256_hex(text, size, source->sha256);
	*CV_ADD(ctx->arena, &ctx->sources, struct cv_source *) = source;
	source->id =
		ctx->sources.count <= CV_MAX_FILES ? (uint32_t)ctx->sources.count : 0;
	return source;
}

/* All bytes of `file` in malloc's memory, or NULL with errno; EFBIG where the limit is
 * passed.  A size that the file only promises is never trusted for memory. */
static char *read_all(int file, size_t most, size_t *size_out)
{
	size_t size = 0, capacity = 64 * 1024;
	struct stat about;
	char *text;
	int error;

	if (fstat(file, &about) != 0)
		return NULL;
	if (S_ISDIR(about.st_mode)) {
		errno = EISDIR;
		return NULL;
	}
	if (S_ISREG(about.st_mode)) {
		if ((uint64_t)about.st_size > most) {
			errno = EFBIG;
			return NULL;
		}
		capacity = (size_t)about.st_size + 1;
	}
	text = malloc(capacity + 1);
	if (!text)
		cv_out_of_memory();
	for (;;) {
		ssize_t got = read(file, text + size, capacity - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		size += (size_t)got;
		if (got == 0) {
			text[size] = '\0';
			*size_out = size;
			return text;
		}
		if (size > most) {
			errno = EFBIG;
			break;
		}
		if (size == capacity) {
			char *more = realloc(text, capacity * 2 + 1);

			if (!more)
				cv_out_of_memory();
			text = more;
			capacity *= 2;
		}
	}
	error = errno;
	free(text);
	errno = error;
	return NULL;
}

static struct cv_source *cannot_read(struct cv_ctx *ctx, const char *name,
				     struct cv_span at, size_t most, int error)
{
	if (error == EFBIG)
		cv_find(ctx, CV_F_FILE_TOO_LARGE, at, "%s is larger than %zu bytes", name,
			most);
	else
		cv_find(ctx, CV_F_CANNOT_READ, at, "cannot read %s: %s", name,
			strerror(error));
	return NULL;
}

/* A descriptor of our own for a large regular file, or -1.  No name is followed again, so
 * that what is read again is what was allowed to be read. */
static int kept_open(int file, size_t size)
{
	struct stat about;

	if (size < LARGE || fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
		return -1;
	return fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/* `file` is less than 0 where it could not be opened, errno saying why. */
static struct cv_source *read_file(struct cv_ctx *ctx, const char *name, int file,
				   struct cv_span at, size_t most)
{
	struct cv_source *source;
	size_t size = 0;
	char *text;

	if (ctx->sources.count >= CV_MAX_FILES) {
		cv_find(ctx, CV_F_TOO_LONG, at,
			"%s is one file too many: a run reads at most %d", name,
			CV_MAX_FILES);
		return NULL;
	}
	text = file >= 0 ? read_all(file, most, &size) : NULL;
	if (!text)
		return cannot_read(ctx, name, at, most, errno);
	source = cv_source_from_bytes(ctx, name, text, size);
	source->block = text;
	source->file = kept_open(file, size);
	return source;
}

static struct cv_source *read_most(struct cv_ctx *ctx, const char *name,
				   struct cv_span at, size_t most)
{
	const bool standard = strcmp(name, "-") == 0;
	const int file = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct cv_source *source = read_file(ctx, name, file, at, most);

	if (file >= 0 && !standard)
		close(file);
	return source;
}

struct cv_source *cv_source_read_from(struct cv_ctx *ctx, const char *name, int file,
				      struct cv_span at)
{
	return read_file(ctx, name, file, at, CV_MAX_FILE);
}

struct cv_source *cv_source_read(struct cv_ctx *ctx, const char *name, struct cv_span at)
{
	return read_most(ctx, name, at, CV_MAX_FILE);
}

struct cv_source *cv_source_read_export(struct cv_ctx *ctx, const char *name,
					struct cv_span at, size_t most)
{
	struct cv_source *source;

	for (size_t i = 0; i < ctx->sources.count; i++) {
		source = *CV_AT(&ctx->sources, struct cv_source *, i);
		if (!source->quotable && strcmp(source->name, name) == 0)
			return source;
	}
	source = read_most(ctx, name, at, most);
	if (source)
		source->quotable = false;
	return source;
}

struct cv_source *cv_source_by_id(const struct cv_ctx *ctx, uint32_t id)
{
	if (id == 0 || id > ctx->sources.count)
		return NULL;
	return *CV_AT(&ctx->sources, struct cv_source *, id - 1);
}

void cv_source_release(struct cv_source *source)
{
	if (source->file < 0)
		return;
	free(source->block);
	source->block = NULL;
	source->text = NULL;
}

void cv_source_close(struct cv_source *source)
{
	free(source->lines);
	free(source->block);
	if (source->file >= 0)
		close(source->file);
}

/* The first bytes of the file, as many as were read at first, or NULL. */
static char *read_again(const struct cv_source *source)
{
	char *text = malloc(source->size + 1);
	size_t size = 0;

	if (!text)
		cv_out_of_memory();
	while (size < source->size) {
		const ssize_t got = pread(source->file, text + size, source->size - size,
					  (off_t)size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	if (size == source->size) {
		text[size] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

const char *cv_source_text(struct cv_source *source)
{
	char sha256[65];

	if (source->text || source->file < 0)
		return source->text;
	source->block = read_again(source);
	/* Whether or not that went well, there is no second time. */
	close(source->file);
	source->file = -1;
	if (!source->block)
		return NULL;
	cv_sha256_hex(source->block, source->size, sha256);
	if (strcmp(sha256, source->sha256) == 0)
		source->text = source->block;
	return source->text;
}

static void find_lines(struct cv_source *source)
{
	const char *at = source->text, *end = source->text + source->size;
	size_t count = 1;

	for (const char *c = at; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		count++;
	source->lines = malloc(count * sizeof *source->lines);
	if (!source->lines)
		cv_out_of_memory();
	source->line_count = count;
	source->lines[0] = 0;
	count = 1;
	for (const char *c = at; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		source->lines[count++] = (uint32_t)(c + 1 - at);
}

bool cv_source_place(struct cv_ctx *ctx, struct cv_span span, struct cv_place *place_out)
{
	struct cv_source *source = cv_source_by_id(ctx, span.file);
	size_t low = 0, high, offset, length, end;

	if (!source || !cv_source_text(source))
		return false;
	if (!source->lines)
		find_lines(source);
	offset = span.offset < source->size ? (size_t)span.offset : source->size;
	high = source->line_count;
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (source->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	place_out->line = low + 1;
	place_out->text = source->text + source->lines[low];
	end = low + 1 < source->line_count ? source->lines[low + 1] - 1 : source->size;
	if (end > source->lines[low] && source->text[end - 1] == '\r')
		end--;
	place_out->size = end > source->lines[low] ? end - source->lines[low] : 0;
	place_out->column_byte = offset - source->lines[low];
	place_out->column = 1;
	for (size_t at = source->lines[low]; at < offset; at += length) {
		cv_utf8_decode(source->text + at, offset - at, &length);
		place_out->column++;
	}
	return true;
}
