/* The output tree: never half of it, never a file lost that is not carveout's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "commands/tree.h"

static char start[4096];

static int remove_recursively(const char *path)
{
	char command[4200];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	return system(command);
}

/* Each test runs in an empty directory of its own. */
static int enter(void **state)
{
	char *directory = strdup("/tmp/carveout-test-XXXXXX");

	if (!getcwd(start, sizeof start) || !mkdtemp(directory) || chdir(directory) != 0)
		return -1;
	*state = directory;
	return 0;
}

static int leave(void **state)
{
	const int result = chdir(start) | remove_recursively(*state);

	free(*state);
	return result;
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool holds(const char *path, const char *text)
{
	char bytes[4096] = "";
	FILE *file = fopen(path, "r");

	if (!file)
		return false;
	bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
	fclose(file);
	return strcmp(bytes, text) == 0;
}

static bool exists(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0;
}

/* Members of a directory, hidden ones too. */
static size_t members(const char *path)
{
	DIR *list = opendir(path);
	size_t count = 0;

	assert_non_null(list);
	while (readdir(list))
		count++;
	closedir(list);
	return count - 2;
}

/* Adds `one/TEXT-file` and a manifest that lists it. */
static bool add_files(struct cv_tree *tree, const char *path, const char *text)
{
	struct cv_buf manifest = CV_BUF_INIT;
	char digest[65];
	bool ok;

	cv_sha256_hex(text, strlen(text), digest);
	cv_buf_format(&manifest,
		      "{\"carveout\": \"manifest/1\", \"artefacts\": [{\"path\": \"%s\", "
		      "\"sha256\": \"%s\"}], \"reports\": []}",
		      path, digest);
	ok = cv_tree_add(tree, path, text, strlen(text)) &&
	     cv_tree_add(tree, CV_MANIFEST_NAME, manifest.data, manifest.size);
	cv_buf_deinit(&manifest);
	return ok;
}

static bool write_tree(struct cv_ctx *ctx, const char *directory, const char *path,
		       const char *text)
{
	struct cv_tree *tree = cv_tree_open(ctx, directory);
	const bool ok = tree && cv_tree_begin(tree) && add_files(tree, path, text) &&
			cv_tree_commit(tree);

	cv_tree_close(tree);
	return ok;
}

static enum cv_code last_code(const struct cv_ctx *ctx)
{
	assert_true(ctx->findings.count > 0);
	return (*CV_AT(&ctx->findings, struct cv_finding *, ctx->findings.count - 1))
		->code;
}

static const char *last_text(const struct cv_ctx *ctx)
{
	return (*CV_AT(&ctx->findings, struct cv_finding *, ctx->findings.count - 1))
		->text;
}

/* Writes, expects a refusal, and that nothing is left beside what stood there. */
static void expect_refusal(const char *directory, enum cv_code code, const char *text)
{
	const size_t before = members(".");
	struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	assert_false(write_tree(&ctx, directory, "one/new", "new"));
	assert_int_equal(last_code(&ctx), code);
	assert_string_equal(last_text(&ctx), text);
	assert_int_equal(cv_exit_code(&ctx), 2);
	cv_ctx_close(&ctx);
	assert_int_equal(members("."), before);
}

static void write_or_fail(const char *directory, const char *path, const char *text)
{
	struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	assert_true(write_tree(&ctx, directory, path, text));
	assert_int_equal(ctx.findings.count, 0);
	cv_ctx_close(&ctx);
}

static void test_tree_replaces_its_own_files(void **state)
{
	struct stat about;

	(void)state;
	write_or_fail("out", "one/first", "1");
	assert_true(holds("out/one/first", "1"));
	assert_int_equal(stat("out", &about), 0);
	assert_int_equal(about.st_mode & 07777, 0700);
	write_or_fail("out/", "two/second", "2");
	assert_true(holds("out/two/second", "2"));
	assert_false(exists("out/one"));
	assert_int_equal(members("."), 1);
}

static void test_tree_takes_an_empty_directory_and_a_link_to_one(void **state)
{
	(void)state;
	assert_int_equal(mkdir("real", 0755), 0);
	assert_int_equal(symlink("real", "link"), 0);
	write_or_fail("link", "one/a", "1");
	write_or_fail("link", "one/a", "2");
	assert_true(holds("real/one/a", "2"));
	assert_int_equal(members("."), 2);
}

static void test_tree_leaves_foreign_files_alone(void **state)
{
	(void)state;
	write_or_fail("out", "one/a", "1");
	put("out/one/mine", "x");
	expect_refusal(
		"out", CV_F_FOREIGN_FILE,
		"out/one/mine is not listed in out/manifest.json; nothing was touched");
	assert_true(holds("out/one/mine", "x"));
	assert_true(holds("out/one/a", "1"));
	unlink("out/one/mine");
	assert_int_equal(mkdir("out/empty", 0755), 0);
	expect_refusal(
		"out", CV_F_FOREIGN_FILE,
		"out/empty is not listed in out/manifest.json; nothing was touched");
	rmdir("out/empty");
	unlink("out/one/a");
	assert_int_equal(symlink("/etc/passwd", "out/one/a"), 0);
	expect_refusal(
		"out", CV_F_FOREIGN_FILE,
		"out/one/a is not listed in out/manifest.json; nothing was touched");
}

static void test_tree_wants_a_manifest_of_carveout(void **state)
{
	static const char *const bad[][2] = {
		{"[]", "it does not say \"carveout\": \"manifest/1\""},
		{"{", "it is not JSON"},
		{"{\"carveout\": \"manifest/1\"}", "its lists of files are not there"},
		{"{\"carveout\": \"manifest/1\", \"artefacts\": [{\"path\": \"../x\", "
		 "\"sha256\": \"\"}], \"reports\": []}",
		 "it lists a file by a path that no output tree has"},
		{"{\"carveout\": \"manifest/1\", \"artefacts\": [{\"path\": \"x\"}], "
		 "\"reports\": []}",
		 "it lists a file without its SHA-256"},
	};
	char text[256];

	(void)state;
	assert_int_equal(mkdir("out", 0755), 0);
	put("out/mine", "x");
	expect_refusal("out", CV_F_FOREIGN_FILE,
		       "out holds files that no manifest of carveout lists "
		       "(out/manifest.json: there is none); nothing was touched");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put("out/manifest.json", bad[i][0]);
		snprintf(text, sizeof text,
			 "out holds files that no manifest of carveout lists "
			 "(out/manifest.json: %s); nothing was touched",
			 bad[i][1]);
		expect_refusal("out", CV_F_FOREIGN_FILE, text);
	}
	assert_true(holds("out/mine", "x"));
}

static void test_tree_refuses_what_is_no_directory(void **state)
{
	(void)state;
	put("file", "x");
	assert_int_equal(symlink("nothing", "dangling"), 0);
	expect_refusal("file", CV_F_CANNOT_WRITE, "cannot write file: Not a directory");
	expect_refusal("file/below", CV_F_CANNOT_WRITE,
		       "cannot write file/below: Not a directory");
	expect_refusal(
		"no/below", CV_F_CANNOT_WRITE,
		"cannot write no/below: its directory no: No such file or directory");
	expect_refusal("dangling", CV_F_CANNOT_WRITE,
		       "cannot write dangling: No such file or directory");
	expect_refusal(
		".", CV_F_CANNOT_WRITE,
		"cannot write .: it is the working directory, and the tree is swapped "
		"in whole");
	expect_refusal("/", CV_F_CANNOT_WRITE,
		       "cannot write /: it has no directory to be built beside it");
	assert_true(holds("file", "x"));
}

static void test_tree_knows_what_was_edited(void **state)
{
	struct cv_ctx ctx;
	struct cv_tree *tree;

	(void)state;
	write_or_fail("out", "one/a", "1");
	cv_ctx_open(&ctx);
	tree = cv_tree_open(&ctx, "out");
	assert_non_null(tree);
	assert_int_equal(cv_tree_files(tree)->count, 1);
	assert_false(cv_tree_file(tree, "one/a")->edited);
	assert_null(cv_tree_file(tree, "one/b"));
	cv_tree_close(tree);
	put("out/one/a", "other");
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_file(tree, "one/a")->edited);
	cv_tree_close(tree);
	unlink("out/one/a");
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_file(tree, "one/a")->missing);
	cv_tree_close(tree);
	cv_ctx_close(&ctx);
	write_or_fail("out", "one/b", "2");
	assert_true(holds("out/one/b", "2"));
}

static void test_tree_that_is_not_committed_changes_nothing(void **state)
{
	struct cv_ctx ctx;
	struct cv_tree *tree;

	(void)state;
	write_or_fail("out", "one/a", "1");
	cv_ctx_open(&ctx);
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_begin(tree) && add_files(tree, "one/a", "2"));
	assert_int_equal(members("."), 2);
	cv_tree_close(tree);
	cv_ctx_close(&ctx);
	assert_int_equal(members("."), 1);
	assert_true(holds("out/one/a", "1"));
}

static void test_tree_takes_a_file_in_pieces(void **state)
{
	struct cv_ctx ctx;
	struct cv_tree *tree;

	(void)state;
	cv_ctx_open(&ctx);
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_begin(tree) && add_files(tree, "one/a", "1"));
	assert_true(cv_tree_begin_file(tree, "one/b") && cv_tree_write(tree, "2", 1) &&
		    cv_tree_write(tree, "3", 1) && cv_tree_end_file(tree));
	assert_false(cv_tree_write(tree, "4", 1));
	assert_false(cv_tree_begin_file(tree, "one/a"));
	assert_int_equal(last_code(&ctx), CV_F_CANNOT_WRITE);
	assert_false(cv_tree_write(tree, "4", 1) || cv_tree_end_file(tree));
	assert_int_equal(ctx.findings.count, 1);
	assert_true(cv_tree_commit(tree));
	cv_tree_close(tree);
	cv_ctx_close(&ctx);
	assert_true(holds("out/one/b", "23"));
}

/* A child that is killed between two writes. */
static void die_in_the_middle(void)
{
	int status;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct cv_ctx ctx;
		struct cv_tree *tree;

		cv_ctx_open(&ctx);
		tree = cv_tree_open(&ctx, "out");
		if (!tree || !cv_tree_begin(tree) || !add_files(tree, "one/a", "2"))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void test_tree_survives_a_killed_run_and_cleans_up(void **state)
{
	(void)state;
	write_or_fail("out", "one/a", "1");
	assert_int_equal(mkdir(".out.carveout-other", 0700), 0);
	die_in_the_middle();
	assert_int_equal(members("."), 3);
	assert_true(holds("out/one/a", "1"));
	write_or_fail("out", "one/a", "3");
	assert_int_equal(members("."), 2);
	assert_true(exists(".out.carveout-other"));
}

static void test_tree_leaves_a_living_run_alone(void **state)
{
	struct cv_ctx ctx;
	struct cv_tree *tree;

	(void)state;
	cv_ctx_open(&ctx);
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_begin(tree) && add_files(tree, "one/a", "slow"));
	write_or_fail("out2", "one/a", "x");
	write_or_fail("out", "one/a", "fast");
	assert_int_equal(members("."), 3);
	/* DIR was absent when the slow one looked: it must not replace it now. */
	assert_false(cv_tree_commit(tree));
	assert_int_equal(last_code(&ctx), CV_F_CANNOT_WRITE);
	cv_tree_close(tree);
	cv_ctx_close(&ctx);
	assert_true(holds("out/one/a", "fast"));
	assert_int_equal(members("."), 2);
}

static void test_tree_takes_the_swap_back_for_a_late_foreign_file(void **state)
{
	struct cv_ctx ctx;
	struct cv_tree *tree;

	(void)state;
	write_or_fail("out", "one/a", "1");
	cv_ctx_open(&ctx);
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_begin(tree) && add_files(tree, "one/a", "2"));
	put("out/mine", "x");
	assert_false(cv_tree_commit(tree));
	assert_int_equal(last_code(&ctx), CV_F_FOREIGN_FILE);
	cv_tree_close(tree);
	cv_ctx_close(&ctx);
	assert_true(holds("out/mine", "x"));
	assert_true(holds("out/one/a", "1"));
	assert_int_equal(members("."), 1);
}

/* Runs `work` in a child, which may change its own limits. */
static void in_child(void (*work)(void))
{
	int status;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void fill_the_disk(void)
{
	const struct rlimit limit = {1000, 1000};
	char text[3000];
	struct cv_ctx ctx;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	cv_ctx_open(&ctx);
	if (write_tree(&ctx, "out", "one/a", text) ||
	    last_code(&ctx) != CV_F_CANNOT_WRITE ||
	    strcmp(last_text(&ctx), "cannot write out/one/a: File too large") != 0)
		_exit(1);
	cv_ctx_close(&ctx);
}

static void test_tree_stands_when_the_disk_is_full(void **state)
{
	(void)state;
	write_or_fail("out", "one/a", "1");
	in_child(fill_the_disk);
	assert_true(holds("out/one/a", "1"));
	assert_int_equal(members("."), 1);
}

/* From here on the kernel answers this call of ours with an error. */
static void forbid(long call, unsigned error)
{
	struct sock_filter steps[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (unsigned)call},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	const struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		_exit(2);
}

/* A file system that knows no RENAME_EXCHANGE answers EINVAL. */
static void forbid_exchange(void)
{
	struct cv_ctx ctx;

	forbid(SYS_renameat2, EINVAL);
	cv_ctx_open(&ctx);
	if (write_tree(&ctx, "out", "one/a", "2") ||
	    last_code(&ctx) != CV_F_CANNOT_WRITE ||
	    strcmp(last_text(&ctx), "the file system of out cannot swap two directories; "
				    "name a new directory with -o") != 0)
		_exit(1);
	cv_ctx_close(&ctx);
}

static void test_tree_asks_for_a_new_directory_where_none_can_be_swapped(void **state)
{
	(void)state;
	write_or_fail("out", "one/a", "1");
	in_child(forbid_exchange);
	assert_true(holds("out/one/a", "1"));
	assert_int_equal(members("."), 1);
}

static void forbid_removal(void)
{
	struct cv_ctx ctx;

	forbid(SYS_unlinkat, EPERM);
	cv_ctx_open(&ctx);
	if (!write_tree(&ctx, "out", "one/a", "2") ||
	    last_code(&ctx) != CV_F_LEFT_BEHIND || cv_exit_code(&ctx) != 0)
		_exit(1);
	cv_ctx_close(&ctx);
}

static void test_tree_says_where_it_had_to_leave_the_old_one(void **state)
{
	DIR *list;
	const struct dirent *entry;
	bool found = false;

	(void)state;
	write_or_fail("out", "one/a", "1");
	in_child(forbid_removal);
	assert_true(holds("out/one/a", "2"));
	assert_int_equal(members("."), 2);
	list = opendir(".");
	while ((entry = readdir(list)))
		found |= strncmp(entry->d_name, "out.old-", 8) == 0;
	closedir(list);
	assert_true(found);
	/* The next run does not take it for a leftover of its own. */
	write_or_fail("out", "one/a", "3");
	assert_int_equal(members("."), 2);
}

static void test_tree_path_is_a_name_or_two(void **state)
{
	static const char *const good[] = {"a", "review.md", "nftables/hq.undo.nft",
					   "a/b_c+d"};
	static const char *const bad[] = {"",     "/a",   "a/",   "a//b",    "../a",
					  "a/..", ".",    ".a",   "a/.b",    "a/b/c",
					  "a b",  "a\nb", "a\\b", "\xC3\xA9"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(cv_is_tree_path(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(cv_is_tree_path(bad[i]));
}

#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter, leave)

/* In pieces, and read back while what was read goes: every byte, and a NUL behind them,
 * also where they end with a page. */
static void test_tree_reads_back(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 3 * 1024 * 1024, 3000001};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const size_t size = sizes[i];
		char *written = malloc(size + 1);
		struct cv_tree *tree;
		const char *bytes;
		struct cv_ctx ctx;

		assert_non_null(written);
		for (size_t at = 0; at < size; at++)
			written[at] = (char)('a' + at * at % 23);
		cv_ctx_open(&ctx);
		tree = cv_tree_open(&ctx, "out");
		assert_non_null(tree);
		assert_true(cv_tree_begin(tree));
		assert_true(cv_tree_begin_file(tree, "one/file"));
		for (size_t at = 0; at < size; at += 100003)
			assert_true(
				cv_tree_write(tree, written + at,
					      size - at < 100003 ? size - at : 100003));
		bytes = cv_tree_read_back(tree, size);
		assert_non_null(bytes);
		for (size_t at = 0; at < size; at += 100003) {
			assert_memory_equal(bytes + at, written + at,
					    size - at < 100003 ? size - at : 100003);
			cv_tree_passed(tree, at);
		}
		assert_int_equal(bytes[size], 0);
		cv_tree_passed(tree, size);
		assert_memory_equal(bytes, written, size);
		assert_true(cv_tree_end_file(tree));
		cv_tree_close(tree);
		assert_int_equal(ctx.findings.count, 0);
		cv_ctx_close(&ctx);
		free(written);
	}
}

/* What cannot be made is said once, and nothing is read of it. */
static void test_tree_reads_back_only_what_is_there(void **state)
{
	struct cv_tree *tree;
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	tree = cv_tree_open(&ctx, "out");
	assert_true(cv_tree_begin(tree));
	assert_true(cv_tree_add(tree, "file", "x", 1));
	assert_false(cv_tree_begin_file(tree, "file"));
	assert_false(cv_tree_write(tree, "x", 1));
	assert_null(cv_tree_read_back(tree, 1));
	assert_false(cv_tree_end_file(tree));
	assert_int_equal(ctx.findings.count, 1);
	cv_tree_close(tree);
	cv_ctx_close(&ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_tree_reads_back),
		IN_DIRECTORY(test_tree_reads_back_only_what_is_there),
		IN_DIRECTORY(test_tree_replaces_its_own_files),
		IN_DIRECTORY(test_tree_takes_an_empty_directory_and_a_link_to_one),
		IN_DIRECTORY(test_tree_leaves_foreign_files_alone),
		IN_DIRECTORY(test_tree_wants_a_manifest_of_carveout),
		IN_DIRECTORY(test_tree_refuses_what_is_no_directory),
		IN_DIRECTORY(test_tree_knows_what_was_edited),
		IN_DIRECTORY(test_tree_that_is_not_committed_changes_nothing),
		IN_DIRECTORY(test_tree_takes_a_file_in_pieces),
		IN_DIRECTORY(test_tree_survives_a_killed_run_and_cleans_up),
		IN_DIRECTORY(test_tree_leaves_a_living_run_alone),
		IN_DIRECTORY(test_tree_takes_the_swap_back_for_a_late_foreign_file),
		IN_DIRECTORY(test_tree_stands_when_the_disk_is_full),
		IN_DIRECTORY(
			test_tree_asks_for_a_new_directory_where_none_can_be_swapped),
		IN_DIRECTORY(test_tree_says_where_it_had_to_leave_the_old_one),
		cmocka_unit_test(test_tree_path_is_a_name_or_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
