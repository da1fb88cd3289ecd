/* An allocator that fails, for LD_PRELOAD.  The program runs once; at the chosen
 * requests it forks, and the child is refused that request (CV_FAULT_MODE=once) or
 * that one and all later ones (=on).  Its end is noted, then the parent goes on.  So
 * one run tests thousands of places, and nothing but a child ever sees a failure.
 *
 *   CV_FAULT_LOG    the file that gets a line for each child
 *   CV_FAULT_FIRST  requests from the first on that are all refused once
 *   CV_FAULT_EVERY  behind them every such one
 *   CV_FAULT_MODE   once or on
 *   CV_FAULT_ONLY   no children: the process itself is refused the request of this
 *                   number (for what writes files, where two would meet)
 *
 * A line is `NUMBER how CODE STDOUT STDERR` and a newline: how is `exit` or `signal`,
 * STDOUT a checksum of what was printed there, STDERR the text in hexadecimal.  The
 * most usual end (exit 3, "out of memory") is only counted; the last line, `total
 * REQUESTS CHILDREN USUAL`, says how often. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t align, size_t size);

enum { LONGEST = 1 << 16 };

static const char usual[] = "carveout: out of memory\n";

static struct {
	bool ready, child, busy, on;
	int log;
	unsigned long first, every, only;
	unsigned long count, children, usual, refused;
} state = {.log = -1};

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *log = getenv("CV_FAULT_LOG"), *mode = getenv("CV_FAULT_MODE");

	state.only = number("CV_FAULT_ONLY");
	if (log)
		state.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	state.first = number("CV_FAULT_FIRST");
	state.every = number("CV_FAULT_EVERY");
	state.on = mode && strcmp(mode, "on") == 0;
	state.ready = true;
}

static void say(const char *text, size_t size)
{
	if (write(state.log, text, size) != (ssize_t)size)
		abort();
}

static size_t contents(int file, char *room, size_t size)
{
	const ssize_t got = pread(file, room, size, 0);

	return got < 0 ? 0 : (size_t)got;
}

static uint64_t checksum(int file)
{
	static char room[LONGEST];
	uint64_t sum = 14695981039346656037u;
	off_t at = 0;
	ssize_t got;

	while ((got = pread(file, room, sizeof room, at)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			sum = (sum ^ (unsigned char)room[i]) * 1099511628211u;
		at += got;
	}
	return sum;
}

static void note(int status, int out, int err)
{
	static char room[LONGEST], line[2 * LONGEST + 128];
	const size_t size = contents(err, room, sizeof room);
	const bool exited = WIFEXITED(status);
	int at;

	state.children++;
	if (exited && WEXITSTATUS(status) == 3 && size == sizeof usual - 1 &&
	    memcmp(room, usual, size) == 0 && lseek(out, 0, SEEK_END) == 0) {
		state.usual++;
		return;
	}
	at = snprintf(line, 128, "%lu %s %d %016llx ", state.count,
		      exited ? "exit" : "signal",
		      exited ? WEXITSTATUS(status) : WTERMSIG(status),
		      (unsigned long long)checksum(out));
	for (size_t i = 0; i < size; i++)
		at += snprintf(line + at, 3, "%02x", (unsigned)(unsigned char)room[i]);
	line[at++] = '\n';
	say(line, (size_t)at);
}

/* True in the child, which is to be refused. */
static bool fork_child(void)
{
	const int out = memfd_create("out", MFD_CLOEXEC),
		  err = memfd_create("err", MFD_CLOEXEC);
	const pid_t child = fork();
	int status;

	if (child < 0 || out < 0 || err < 0)
		abort();
	if (child == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		state.child = true;
		return true;
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			abort();
	note(status, out, err);
	close(out);
	close(err);
	return false;
}

static bool is_chosen(void)
{
	return state.count <= state.first ||
	       (state.every && state.count % state.every == 0);
}

/* Whether this request is refused. */
static bool refuse(void)
{
	bool no;

	if (!state.ready || state.busy)
		return false;
	state.count++;
	if (state.only) {
		no = state.count == state.only || (state.on && state.count > state.only);
	} else if (state.child) {
		no = state.on;
	} else {
		state.busy = true;
		no = is_chosen() && fork_child();
		state.busy = false;
	}
	if (no)
		errno = ENOMEM;
	return no;
}

void *malloc(size_t size)
{
	return refuse() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refuse() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return refuse() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(count, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, all);
}

void *aligned_alloc(size_t align, size_t size)
{
	return refuse() ? NULL : __libc_memalign(align, size);
}

int posix_memalign(void **room_out, size_t align, size_t size)
{
	if (refuse())
		return ENOMEM;
	*room_out = __libc_memalign(align, size);
	return *room_out ? 0 : ENOMEM;
}

__attribute__((destructor)) static void end(void)
{
	char line[128];
	int size;

	if (state.log < 0 || state.child)
		return;
	size = snprintf(line, sizeof line, "total %lu %lu %lu\n", state.count,
			state.children, state.usual);
	say(line, (size_t)size);
}
