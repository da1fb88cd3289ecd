/* A write may stop in the middle, or be interrupted: it goes on then. */
#include "commands/write.h"

#include <errno.h>
#include <unistd.h>

/* Bytes of one write: for more at a time the kernel looks for larger pieces of memory,
 * which cost many times as much where it has to make them first. */
enum { AT_ONCE = 256 * 1024 };

bool cv_write_all(int file, const char *bytes, size_t size)
{
	while (size) {
		const ssize_t wrote = write(file, bytes, size < AT_ONCE ? size : AT_ONCE);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return false;
		bytes += wrote;
		size -= (size_t)wrote;
	}
	return true;
}
