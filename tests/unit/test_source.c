/* Sources: bytes of files and pipes, places in them, and bytes that are given up and read
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/limits.h"

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_ctx_close(*state);
	return 0;
}

static void assert_place(struct cv_ctx *ctx, const struct cv_source *source,
			 uint64_t offset, size_t line, size_t column, const char *text)
{
	const struct cv_span span = cv_span(source->id, offset, 1);
	struct cv_place place;

	assert_true(cv_source_place(ctx, span, &place));
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
	assert_int_equal(place.size, strlen(text));
	assert_memory_equal(place.text, text, place.size);
	assert_ptr_equal(place.text + place.column_byte,
			 source->text + (offset < source->size ? offset : source->size));
}

static void test_source_places_count_lines_and_characters(void **state)
{
	static const char text[] = "one\r\nt\xC3\xBCwo\n\nlast\xE2\x80\xA8x";
	struct cv_ctx *ctx = *state;
	const struct cv_source *source =
		cv_source_from_bytes(ctx, "a.yaml", text, sizeof text - 1);
	const struct cv_source *empty = cv_source_from_bytes(ctx, "b.yaml", "", 0);
	struct cv_place place;

	assert_place(ctx, source, 0, 1, 1, "one");
	assert_place(ctx, source, 2, 1, 3, "one");
	assert_place(ctx, source, 4, 1, 5, "one");
	assert_place(ctx, source, 5, 2, 1, "t\xC3\xBCwo");
	assert_place(ctx, source, 8, 2, 3, "t\xC3\xBCwo");
	assert_place(ctx, source, 11, 3, 1, "");
	/* U+2028 ends no line. */
	assert_place(ctx, source, 19, 4, 6, "last\xE2\x80\xA8x");
	assert_place(ctx, source, 20, 4, 7, "last\xE2\x80\xA8x");
	assert_place(ctx, source, 1000000, 4, 7, "last\xE2\x80\xA8x");
	assert_place(ctx, empty, 0, 1, 1, "");
	assert_false(cv_source_place(ctx, (struct cv_span){0}, &place));
	assert_false(cv_source_place(ctx, (struct cv_span){99, 1, 0}, &place));
	assert_null(cv_source_by_id(ctx, 0));
	assert_ptr_equal(cv_source_by_id(ctx, source->id), source);
}

static void test_source_reads_files_whole(void **state)
{
	struct cv_ctx *ctx = *state;
	char name[] = "/tmp/test_source_XXXXXX", bytes[200000];
	const int file = mkstemp(name);
	const struct cv_source *source;

	assert_true(file >= 0);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i % 251);
	assert_int_equal(write(file, bytes, sizeof bytes), sizeof bytes);
	close(file);
	source = cv_source_read(ctx, name, (struct cv_span){0});
	unlink(name);
	assert_non_null(source);
	assert_int_equal(source->size, sizeof bytes);
	assert_memory_equal(source->text, bytes, sizeof bytes);
	assert_int_equal(source->text[source->size], 0);
	assert_true(source->quotable);
	assert_int_equal(ctx->findings.count, 0);
}

/* A file of 200,000 lines `line 000000`, its descriptor for writing, and what was read of
 * it and then released. */
struct released {
	char name[32];
	int file;
	struct cv_source *source;
};

static struct released release_large(struct cv_ctx *ctx)
{
	struct released released = {.name = "/tmp/test_source_XXXXXX"};
	FILE *lines;

	released.file = mkstemp(released.name);
	assert_true(released.file >= 0);
	lines = fdopen(dup(released.file), "w");
	assert_non_null(lines);
	for (int i = 0; i < 200000; i++)
		fprintf(lines, "line %06d\n", i);
	assert_int_equal(fclose(lines), 0);
	released.source = cv_source_read(ctx, released.name, (struct cv_span){0});
	assert_non_null(released.source);
	assert_non_null(released.source->text);
	cv_source_release(released.source);
	assert_null(released.source->text);
	return released;
}

static void end_released(struct released *released)
{
	close(released->file);
	unlink(released->name);
}

static void assert_line_700(struct cv_ctx *ctx, struct cv_source *source)
{
	struct cv_place place;

	assert_true(cv_source_place(ctx, cv_span(source->id, 12 * 699 + 5, 6), &place));
	assert_int_equal(place.line, 700);
	assert_int_equal(place.column, 6);
	assert_int_equal(place.size, 11);
	assert_memory_equal(place.text, "line 000699", 11);
	assert_ptr_equal(cv_source_text(source), source->text);
	assert_int_equal(source->text[source->size], 0);
}

static void test_source_released_is_read_again(void **state)
{
	struct cv_ctx *ctx = *state;
	struct released released = release_large(ctx);

	/* What comes behind is nothing that was read; nor does another file of that name
	 * count, or none. */
	assert_int_equal(pwrite(released.file, "more\n", 5, 12 * 200000), 5);
	end_released(&released);
	assert_line_700(ctx, released.source);
	/* It cannot be read a third time, so that it stays. */
	cv_source_release(released.source);
	assert_line_700(ctx, released.source);
}

static void test_source_changed_since_it_was_released_has_no_places(void **state)
{
	struct cv_ctx *ctx = *state;
	struct released changed = release_large(ctx), cut = release_large(ctx);
	struct cv_place place;

	assert_int_equal(pwrite(changed.file, "L", 1, 0), 1);
	assert_int_equal(ftruncate(cut.file, 12 * 200000 - 1), 0);
	assert_false(
		cv_source_place(ctx, cv_span(changed.source->id, 12 * 699, 4), &place));
	assert_false(cv_source_place(ctx, cv_span(cut.source->id, 12 * 699, 4), &place));
	assert_null(cv_source_text(cut.source));
	/* Not even when it is as it was. */
	assert_int_equal(pwrite(changed.file, "l", 1, 0), 1);
	assert_null(cv_source_text(changed.source));
	end_released(&changed);
	end_released(&cut);
}

static void test_source_that_cannot_be_read_again_is_not_released(void **state)
{
	static const char text[] = "some bytes";
	struct cv_ctx *ctx = *state;
	char name[] = "/tmp/test_source_XXXXXX";
	const int file = mkstemp(name);
	struct cv_source *memory = cv_source_from_bytes(ctx, "m", text, sizeof text - 1);
	struct cv_source *small;

	assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
	small = cv_source_read(ctx, name, (struct cv_span){0});
	assert_non_null(small);
	cv_source_release(memory);
	cv_source_release(small);
	assert_ptr_equal(cv_source_text(memory), text);
	assert_string_equal(cv_source_text(small), text);
	close(file);
	unlink(name);
}

static void test_source_without_a_descriptor_to_spare_is_not_released(void **state)
{
	struct cv_ctx *ctx = *state;
	char name[] = "/tmp/test_source_XXXXXX";
	const int file = mkstemp(name), next = dup(file);
	struct rlimit limit, tight;
	struct cv_source *source;

	assert_int_equal(ftruncate(file, 2000000), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	tight = limit;
	tight.rlim_cur = (rlim_t)next + 1;
	close(next);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	source = cv_source_read(ctx, name, (struct cv_span){0});
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_non_null(source);
	cv_source_release(source);
	assert_non_null(source->text);
	close(file);
	unlink(name);
}

/* A pipe does not say how much will come. */
static void test_source_reads_a_pipe_whole(void **state)
{
	struct cv_ctx *ctx = *state;
	static char bytes[2000000];
	struct cv_source *source;
	int ends[2];
	pid_t child;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i % 251);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		for (size_t at = 0; at < sizeof bytes; at += 1000)
			if (write(ends[1], bytes + at, 1000) != 1000)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	source = cv_source_read(ctx, cv_arena_format(ctx->arena, "/dev/fd/%d", ends[0]),
				(struct cv_span){0});
	close(ends[0]);
	waitpid(child, NULL, 0);
	assert_non_null(source);
	/* It cannot be read again. */
	cv_source_release(source);
	assert_int_equal(source->size, sizeof bytes);
	assert_memory_equal(source->text, bytes, sizeof bytes);
}

static void test_source_beyond_the_last_is_refused(void **state)
{
	struct cv_ctx *ctx = *state;
	const struct cv_source *source = NULL;
	const struct cv_finding *finding;
	struct cv_place place;

	for (size_t i = 0; i < CV_MAX_FILES; i++)
		source = cv_source_from_bytes(ctx, "x", "abc", 3);
	assert_int_equal(source->id, CV_MAX_FILES);
	assert_true(cv_source_place(ctx, cv_span(source->id, 1, 2), &place));
	assert_int_equal(place.column, 2);
	assert_ptr_equal(cv_source_by_id(ctx, cv_span(source->id, 0, 0).file), source);
	assert_null(cv_source_read(ctx, "/dev/null", cv_span(source->id, 1, 1)));
	assert_int_equal(ctx->findings.count, 1);
	finding = *CV_AT(&ctx->findings, struct cv_finding *, 0);
	assert_int_equal(finding->code, CV_F_TOO_LONG);
	assert_string_equal(finding->text, "/dev/null is one file too many: a run reads "
					   "at most 4095");
	assert_int_equal(cv_source_from_bytes(ctx, "x", "abc", 3)->id, 0);
}

static void test_span_of_something_long_is_its_beginning(void **state)
{
	const struct cv_span at = cv_span(1, CV_MAX_FILE, CV_MAX_FILE);

	(void)state;
	assert_int_equal(at.file, 1);
	assert_int_equal(at.offset, CV_MAX_FILE);
	assert_int_equal(at.length, CV_MAX_LENGTH);
	assert_int_equal(cv_span(1, 0, CV_MAX_LENGTH - 1).length, CV_MAX_LENGTH - 1);
	assert_int_equal(sizeof at, 8);
}

static void test_source_that_cannot_be_read_is_found(void **state)
{
	struct cv_ctx *ctx = *state;
	const struct cv_finding *finding;

	assert_null(cv_source_read(ctx, "/nowhere/at/all", (struct cv_span){0}));
	assert_null(cv_source_read(ctx, "/", (struct cv_span){0}));
	/* Opened, and not read: nothing stands at address 0. */
	assert_null(cv_source_read(ctx, "/proc/self/mem", (struct cv_span){0}));
	assert_int_equal(ctx->findings.count, 3);
	finding = *CV_AT(&ctx->findings, struct cv_finding *, 2);
	assert_string_equal(finding->text,
			    "cannot read /proc/self/mem: Input/output error");
	finding = *CV_AT(&ctx->findings, struct cv_finding *, 0);
	assert_int_equal(finding->code, CV_F_CANNOT_READ);
	assert_string_equal(finding->text,
			    "cannot read /nowhere/at/all: No such file or directory");
	finding = *CV_AT(&ctx->findings, struct cv_finding *, 1);
	assert_string_equal(finding->text, "cannot read /: Is a directory");
	assert_int_equal(cv_exit_code(ctx), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_source_places_count_lines_and_characters),
		TEST(test_source_reads_files_whole),
		TEST(test_source_released_is_read_again),
		TEST(test_source_changed_since_it_was_released_has_no_places),
		TEST(test_source_that_cannot_be_read_again_is_not_released),
		TEST(test_source_without_a_descriptor_to_spare_is_not_released),
		TEST(test_source_reads_a_pipe_whole),
		TEST(test_source_beyond_the_last_is_refused),
		TEST(test_span_of_something_long_is_its_beginning),
		TEST(test_source_that_cannot_be_read_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
