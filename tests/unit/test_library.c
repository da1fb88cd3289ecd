/* Libraries that are loaded at their first use, and those that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/library.h"
#include "base/memory.h"

static int times_loaded;

static void count(void)
{
	times_loaded++;
}

static void test_library_is_loaded_once(void **state)
{
	struct cv_library library = {
		.file = "libc.so.6", .what = "tests", .loaded = count};
	size_t (*length)(const char *);
	int (*larger)(int);

	(void)state;
	length = (size_t(*)(const char *))cv_library_find(&library, "strlen");
	assert_int_equal(length("four"), 4);
	larger = (int (*)(int))cv_library_find(&library, "toupper");
	assert_int_equal(larger('a'), 'A');
	assert_int_equal(times_loaded, 1);
	assert_non_null(library.handle);
}

/* Looks a function up in a child: its exit code, and what it said. */
static int end_of(struct cv_library library, const char *name, char *said, size_t room)
{
	int ends[2], status;
	pid_t child;
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		cv_library_find(&library, name);
		_exit(0);
	}
	close(ends[1]);
	got = read(ends[0], said, room - 1);
	close(ends[0]);
	assert_true(got >= 0);
	said[got] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_library_that_is_not_there_ends_the_program(void **state)
{
	static const char says[] =
		"carveout: cannot load libcv-absent.so.7, which is needed "
		"for tests: libcv-absent.so.7: ";
	const struct cv_library library = {.file = "libcv-absent.so.7", .what = "tests"};
	char said[512];

	(void)state;
	assert_int_equal(end_of(library, "strlen", said, sizeof said), 2);
	assert_memory_equal(said, says, sizeof says - 1);
	assert_non_null(strstr(said, "No such file"));
}

static void test_library_that_lacks_a_function_ends_the_program(void **state)
{
	const struct cv_library library = {.file = "libc.so.6", .what = "tests"};
	char said[512];

	(void)state;
	assert_int_equal(end_of(library, "cv_absent", said, sizeof said), 2);
	assert_non_null(
		strstr(said, "cannot load libc.so.6, which is needed for tests: "));
	assert_non_null(strstr(said, "cv_absent"));
}

static void test_memory_gives_something_for_nothing(void **state)
{
	char *room = cv_memory_give(0), *text = cv_memory_give_text("text");

	(void)state;
	assert_non_null(room);
	room = cv_memory_give_more(room, 0);
	assert_non_null(room);
	assert_string_equal(text, "text");
	free(room);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_library_is_loaded_once),
		cmocka_unit_test(test_library_that_is_not_there_ends_the_program),
		cmocka_unit_test(test_library_that_lacks_a_function_ends_the_program),
		cmocka_unit_test(test_memory_gives_something_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
