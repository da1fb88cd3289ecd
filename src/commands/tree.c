/* Building a tree aside and swapping it in.  The directory aside lies beside DIR,
 * since a rename cannot leave its file system, and is locked while its process
 * lives: what is not locked was left behind by a run that was stopped. */
#include "commands/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "commands/tree_old.h"
#include "commands/write.h"

enum { ASIDE_DIGITS = 12, ASIDE_TRIES = 100 };

struct cv_tree {
	struct cv_ctx *ctx;
	const char *shown;        /* DIR as the user wrote it */
	const char *name;         /* its last component, with links followed */
	const char *aside;        /* name of the directory beside it; NULL: none */
	int parent, old, staging; /* descriptors; -1: none */
	int file;                 /* that is being written; -1: none */
	const char *path;         /* of that file */
	void *back;               /* where it is read back; NULL: it is not */
	size_t room;              /* there */
	struct cv_table files;
	bool empty; /* DIR is absent or empty */
};

static const struct cv_span nowhere;

static bool cannot_write(const struct cv_tree *tree, const char *path, int error)
{
	return cv_find(tree->ctx, CV_F_CANNOT_WRITE, nowhere, "cannot write %s%s%s: %s",
		       tree->shown, path ? "/" : "", path ? path : "", strerror(error));
}

static bool open_parent(struct cv_tree *tree, const char *path)
{
	tree->parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree->parent >= 0)
		return true;
	return cv_find(tree->ctx, CV_F_CANNOT_WRITE, nowhere,
		       "cannot write %s: its directory %s: %s", tree->shown, path,
		       strerror(errno));
}

/* DIR without slashes at its end, split into the directory that holds it and its
 * name; a link to a directory is followed once, here. */
static bool find_parent(struct cv_tree *tree)
{
	struct cv_arena *arena = tree->ctx->arena;
	char *path = cv_arena_text(arena, tree->shown), *real, *slash;
	size_t size = strlen(path);
	struct stat about;

	while (size > 1 && path[size - 1] == '/')
		path[--size] = '\0';
	real = realpath(path, NULL);
	if (real) {
		path = cv_arena_text(arena, real);
		free(real);
	} else if (errno != ENOENT || lstat(path, &about) == 0) {
		return cannot_write(tree, NULL, errno);
	}
	slash = strrchr(path, '/');
	tree->name = slash ? slash + 1 : path;
	if (!*tree->name || strcmp(tree->name, ".") == 0 || strcmp(tree->name, "..") == 0)
		return cv_find(
			tree->ctx, CV_F_CANNOT_WRITE, nowhere,
			"cannot write %s: it has no directory to be built beside it",
			tree->shown);
	if (!slash)
		return open_parent(tree, ".");
	*slash = '\0';
	return open_parent(tree, slash == path ? "/" : path);
}

/* The directory would be swapped away under the feet of the caller's shell. */
static bool is_working_directory(const struct stat *about)
{
	struct stat here;

	return stat(".", &here) == 0 && here.st_dev == about->st_dev &&
	       here.st_ino == about->st_ino;
}

static bool look_at_old(struct cv_tree *tree)
{
	struct stat about;

	tree->empty = true;
	tree->old = openat(tree->parent, tree->name,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (tree->old < 0 && errno == ENOENT)
		return true;
	if (tree->old < 0 || fstat(tree->old, &about) != 0)
		return cannot_write(tree, NULL, errno);
	if (is_working_directory(&about))
		return cv_find(
			tree->ctx, CV_F_CANNOT_WRITE, nowhere,
			"cannot write %s: it is the working directory, and the tree "
			"is swapped in whole",
			tree->shown);
	if (faccessat(tree->old, ".", W_OK | X_OK, AT_EACCESS) != 0)
		return cannot_write(tree, NULL, errno);
	flock(tree->old, LOCK_EX | LOCK_NB);
	return cv_old_tree_read(tree->ctx, tree->old, tree->shown, &tree->files,
				&tree->empty);
}

struct cv_tree *cv_tree_open(struct cv_ctx *ctx, const char *directory)
{
	struct cv_tree *tree = CV_NEW(ctx->arena, struct cv_tree);

	*tree = (struct cv_tree){.ctx = ctx,
				 .shown = directory,
				 .parent = -1,
				 .old = -1,
				 .staging = -1,
				 .file = -1};
	if (find_parent(tree) && look_at_old(tree))
		return tree;
	cv_tree_close(tree);
	return NULL;
}

const struct cv_table *cv_tree_files(const struct cv_tree *tree)
{
	return &tree->files;
}

const struct cv_tree_file *cv_tree_file(const struct cv_tree *tree, const char *path)
{
	return cv_old_tree_find(&tree->files, path);
}

/* `.NAME.carveout-` and the digits: made by us, for this DIR. */
static bool is_aside_name(const struct cv_tree *tree, const char *name)
{
	const size_t size = strlen(tree->name);
	static const char middle[] = ".carveout-";

	if (name[0] != '.' || strncmp(name + 1, tree->name, size) != 0)
		return false;
	name += 1 + size;
	if (strncmp(name, middle, sizeof middle - 1) != 0)
		return false;
	name += sizeof middle - 1;
	return strlen(name) == ASIDE_DIGITS &&
	       strspn(name, "0123456789abcdef") == ASIDE_DIGITS;
}

/* Whether the name still leads to the open directory. */
static bool is_same(int parent, const char *name, int directory)
{
	struct stat a, b;

	return fstatat(parent, name, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(directory, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static void remove_stale(const struct cv_tree *tree, const char *name)
{
	struct stat about;
	const int directory = openat(tree->parent, name,
				     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (directory < 0)
		return;
	/* Where nothing can be locked nobody can tell: then it stays. */
	if (fstat(directory, &about) == 0 && about.st_uid == geteuid() &&
	    flock(directory, LOCK_EX | LOCK_NB) == 0 &&
	    is_same(tree->parent, name, directory))
		cv_leftover_remove(tree->parent, name);
	close(directory);
}

static void remove_all_stale(const struct cv_tree *tree)
{
	const int copy = openat(tree->parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;

	if (!list) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(list)))
		if (is_aside_name(tree, entry->d_name))
			remove_stale(tree, entry->d_name);
	closedir(list);
}

static const char *random_name(const struct cv_tree *tree, const char *format)
{
	uint64_t number = 0;

	if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
		number = (uint64_t)getpid();
	return cv_arena_format(tree->ctx->arena, format, tree->name,
			       (unsigned long long)(number & 0xFFFFFFFFFFFF));
}

/* Made, opened and locked; another run that takes it for a leftover in between
 * either holds the lock or has removed it, and then a new one is made. */
static bool make_aside(struct cv_tree *tree)
{
	for (int i = 0; i < ASIDE_TRIES; i++) {
		tree->aside = random_name(tree, ".%s.carveout-%012llx");
		if (mkdirat(tree->parent, tree->aside, 0700) != 0) {
			if (errno == EEXIST)
				continue;
			break;
		}
		tree->staging = openat(tree->parent, tree->aside,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (tree->staging < 0 && errno == ENOENT)
			continue;
		if (tree->staging < 0) {
			const int error = errno;

			unlinkat(tree->parent, tree->aside, AT_REMOVEDIR);
			errno = error;
			break;
		}
		if ((flock(tree->staging, LOCK_EX | LOCK_NB) == 0 ||
		     errno != EWOULDBLOCK) &&
		    is_same(tree->parent, tree->aside, tree->staging))
			return true;
		close(tree->staging);
		tree->staging = -1;
	}
	tree->aside = NULL;
	return cv_find(tree->ctx, CV_F_CANNOT_WRITE, nowhere,
		       "cannot make a directory beside %s: %s", tree->shown,
		       strerror(errno));
}

bool cv_tree_begin(struct cv_tree *tree)
{
	remove_all_stale(tree);
	return make_aside(tree);
}

static void close_file(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

bool cv_tree_begin_file(struct cv_tree *tree, const char *path)
{
	const char *slash = strchr(path, '/');

	if (slash) {
		const char *below =
			cv_arena_copy(tree->ctx->arena, path, (size_t)(slash - path));

		if (mkdirat(tree->staging, below, 0700) != 0 && errno != EEXIST)
			return cannot_write(tree, below, errno);
	}
	tree->path = path;
	tree->file = openat(tree->staging, path,
			    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return tree->file >= 0 || cannot_write(tree, path, errno);
}

static void end_reading(struct cv_tree *tree)
{
	if (tree->back)
		munmap(tree->back, tree->room);
	tree->back = NULL;
}

static bool give_up_file(struct cv_tree *tree, int error)
{
	end_reading(tree);
	close_file(&tree->file);
	return cannot_write(tree, tree->path, error);
}

bool cv_tree_write(struct cv_tree *tree, const char *bytes, size_t size)
{
	if (tree->file < 0)
		return false;
	return cv_write_all(tree->file, bytes, size) || give_up_file(tree, errno);
}

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The file's pages, and zeros up to the end of a page, of which one at least is behind
 * the bytes. */
static bool map(struct cv_tree *tree, size_t size)
{
	void *back;

	tree->room = (size / page() + 1) * page();
	back = mmap(NULL, tree->room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (back == MAP_FAILED)
		return false;
	tree->back = back;
	return !size || mmap(back, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, tree->file,
			     0) != MAP_FAILED;
}

const char *cv_tree_read_back(struct cv_tree *tree, size_t size)
{
	if (tree->file >= 0 && !map(tree, size))
		give_up_file(tree, errno);
	return tree->back;
}

void cv_tree_passed(void *tree, size_t place)
{
	madvise(((const struct cv_tree *)tree)->back, place / page() * page(),
		MADV_DONTNEED);
}

bool cv_tree_end_file(struct cv_tree *tree)
{
	const int file = tree->file;

	end_reading(tree);
	if (file < 0)
		return false;
	if (fsync(file) != 0)
		return give_up_file(tree, errno);
	tree->file = -1;
	return close(file) == 0 || cannot_write(tree, tree->path, errno);
}

bool cv_tree_add(struct cv_tree *tree, const char *path, const char *bytes, size_t size)
{
	return cv_tree_begin_file(tree, path) && cv_tree_write(tree, bytes, size) &&
	       cv_tree_end_file(tree);
}

/* Names reach the disk with their directory. */
static bool sync_directories(const struct cv_tree *tree)
{
	const int copy = openat(tree->staging, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;
	bool ok = list != NULL;

	if (!list && copy >= 0)
		close(copy);
	while (ok && (entry = readdir(list))) {
		int below;

		if (entry->d_name[0] == '.')
			continue;
		below = openat(tree->staging, entry->d_name,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue; /* a file, synced when it was written */
		ok = fsync(below) == 0;
		close(below);
	}
	if (list)
		closedir(list);
	return ok && fsync(tree->staging) == 0;
}

/* What cannot be removed gets a name that no later run takes for its own. */
static void leave_behind(struct cv_tree *tree, int error)
{
	const char *kept = random_name(tree, "%s.old-%012llx");

	if (renameat(tree->parent, tree->aside, tree->parent, kept) != 0)
		kept = tree->aside;
	cv_find(tree->ctx, CV_F_LEFT_BEHIND, nowhere,
		"the new tree stands at %s, but the old one could not be removed (%s); "
		"what "
		"is left of it lies beside it as %s",
		tree->shown, strerror(error), kept);
}

static bool exchange(const struct cv_tree *tree)
{
	return renameat2(tree->parent, tree->aside, tree->parent, tree->name,
			 RENAME_EXCHANGE) == 0;
}

/* After the swap the old tree lies aside.  A file that somebody put there since we
 * looked must not be lost: then the swap is taken back. */
static bool swap(struct cv_tree *tree)
{
	struct cv_table files;
	bool empty;

	if (!exchange(tree)) {
		if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
			return cannot_write(tree, NULL, errno);
		return cv_find(
			tree->ctx, CV_F_CANNOT_WRITE, nowhere,
			"the file system of %s cannot swap two directories; name a "
			"new directory with -o",
			tree->shown);
	}
	if (!cv_old_tree_read(tree->ctx, tree->old, tree->shown, &files, &empty) &&
	    exchange(tree))
		return false;
	fsync(tree->parent);
	if (!cv_old_tree_remove(tree->parent, tree->aside, &files))
		leave_behind(tree, errno);
	return true;
}

bool cv_tree_commit(struct cv_tree *tree)
{
	if (!sync_directories(tree))
		return cannot_write(tree, NULL, errno);
	if (!tree->empty) {
		if (!swap(tree))
			return false;
	} else if (renameat(tree->parent, tree->aside, tree->parent, tree->name) != 0) {
		return cannot_write(tree, NULL, errno);
	} else {
		fsync(tree->parent);
	}
	tree->aside = NULL;
	return true;
}

void cv_tree_close(struct cv_tree *tree)
{
	if (!tree)
		return;
	if (tree->aside)
		cv_leftover_remove(tree->parent, tree->aside);
	end_reading(tree);
	close_file(&tree->file);
	close_file(&tree->staging);
	close_file(&tree->old);
	close_file(&tree->parent);
}
