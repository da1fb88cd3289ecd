/* A write may stop in the middle, or be interrupted: it goes on then. */
#include "commands/write.h"

#include <errno.h>
#include <unistd.h>

bool cv_write_all(int file, const char *bytes, size_t size)
{
	while (size) {
		const ssize_t wrote = write(file, bytes, size);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return false;
		bytes += wrote;
		size -= (size_t)wrote;
	}
	return true;
}
