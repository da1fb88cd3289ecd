/* Aside, to the disk, renamed. */
#include "commands/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/write.h"

/* A name as long as any may be leaves no room beside it. */
enum { LONGEST = 255 };

int cv_replace_file(int directory, const char *name, const char *bytes, size_t size,
		    mode_t mode, bool *late_out)
{
	char aside[LONGEST + 1];
	int file, error = 0;

	*late_out = false;
	snprintf(aside, sizeof aside, ".%.200s.carveout-%ld", name, (long)getpid());
	/* One of this number can only be what a stopped run left behind. */
	unlinkat(directory, aside, 0);
	file = openat(directory, aside,
		      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (file < 0)
		return errno;
	if (!cv_write_all(file, bytes, size) || fsync(file) != 0)
		error = errno;
	if (close(file) != 0 && !error)
		error = errno;
	if (!error && renameat(directory, aside, directory, name) != 0)
		error = errno;
	if (error) {
		unlinkat(directory, aside, 0);
		return error;
	}
	*late_out = fsync(directory) != 0;
	return *late_out ? errno : 0;
}
