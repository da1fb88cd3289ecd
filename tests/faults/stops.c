/* Runs a program and stops it before each system call that touches files, to kill it
 * there or to have the call fail.
 *
 *   stops ACTION AT LOG PROGRAM ARGUMENTS...
 *
 * ACTION   watch      write NUMBER NAME PATH to LOG before each call, and wait for a
 *                     byte on standard input each time; PATH where the call has one
 *          count      only write them
 *          kill       at call AT
 *          ERRNO      call AT does not take place and fails: ENOSPC, EIO, ...
 *          ERRNO+     so do all of its kind from there on
 *          short      call AT reads or writes one byte only
 *          short+     all do
 * AT       the number of a call in the order of the log, from 1
 * LOG      a file, written line by line
 *
 * Ends as the program does: its code, or 128 and the signal. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALL(name) \
	{ \
		SYS_##name, #name \
	}

static const struct {
	long number;
	const char *name;
} calls[] = {
	CALL(openat),     CALL(read),       CALL(write),     CALL(close),
	CALL(mkdirat),    CALL(unlinkat),   CALL(renameat2), CALL(fsync),
	CALL(getdents64), CALL(newfstatat), CALL(faccessat), CALL(flock),
	CALL(ftruncate),  CALL(linkat),     CALL(symlinkat), CALL(fchmodat),
	CALL(fdatasync),  CALL(pwrite64),   CALL(statx),     CALL(fstat),
	CALL(lseek),      CALL(execve),     CALL(socket),    CALL(connect),
#ifdef SYS_faccessat2
	CALL(faccessat2),
#endif
#ifdef SYS_openat2
	CALL(openat2),
#endif
#ifdef SYS_renameat
	CALL(renameat),
#endif
#ifdef SYS_open
	CALL(open),       CALL(mkdir),      CALL(rename),    CALL(unlink),
	CALL(rmdir),      CALL(stat),       CALL(lstat),     CALL(access),
	CALL(readlink),   CALL(chmod),      CALL(creat),
#endif
};

enum { CALLS = sizeof calls / sizeof *calls };

static const struct {
	const char *name;
	int number;
} errors[] = {
	{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EINTR", EINTR},
	{"EACCES", EACCES}, {"EROFS", EROFS},   {"EDQUOT", EDQUOT},
	{"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EAGAIN", EAGAIN},
};

struct plan {
	enum { WATCH, COUNT, KILL, FAIL, SHORT } action;
	int error;
	bool on; /* all of the kind from there on */
	unsigned long at, count;
	long kind; /* the call that failed first */
	FILE *log;
};

static void die(const char *what)
{
	perror(what);
	exit(99);
}

/* A stop for each of the calls above, none for others. */
static void install_filter(void)
{
	struct sock_filter code[2 * CALLS + 2];
	struct sock_fprog program = {.filter = code};
	unsigned short size = 0;

	code[size++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						    offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++) {
		code[size++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, 0, 1);
		code[size++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	code[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = size;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		die("seccomp");
}

/* The registers differ between processors; what is done to them is little: skip the
 * call and give a result, or make the third argument smaller. */
#if defined(__x86_64__)
static void change(pid_t child, const struct plan *plan)
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, child, 0, &registers) != 0)
		die("registers");
	if (plan->action == FAIL) {
		registers.orig_rax = (unsigned long long)-1;
		registers.rax = (unsigned long long)-plan->error;
	} else if (registers.rdx > 1) {
		registers.rdx = 1;
	}
	if (ptrace(PTRACE_SETREGS, child, 0, &registers) != 0)
		die("registers");
}
#elif defined(__aarch64__)
#include <elf.h>
static void change(pid_t child, const struct plan *plan)
{
	struct user_regs_struct registers;
	struct iovec room = {&registers, sizeof registers};
	int none = -1;
	struct iovec number = {&none, sizeof none};

	if (ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &room) != 0)
		die("registers");
	if (plan->action == FAIL) {
		if (ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &number) != 0)
			die("system call");
		registers.regs[0] = (unsigned long long)-plan->error;
	} else if (registers.regs[2] > 1) {
		registers.regs[2] = 1;
	}
	if (ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &room) != 0)
		die("registers");
}
#else
#error "the registers of this processor are not known here"
#endif

static const char *name_of(long number)
{
	for (size_t i = 0; i < CALLS; i++)
		if (calls[i].number == number)
			return calls[i].name;
	return "?";
}

/* The path that a call names, cut short; "-" where it names none. */
static void read_path(pid_t child, long call, unsigned long long at, char *room,
		      size_t size)
{
	struct iovec here = {room, size - 1}, there = {(void *)(uintptr_t)at, size - 1};
	const char *name = name_of(call);
	ssize_t got;

	strcpy(room, "-");
	if (!strstr(name, "at") || strcmp(name, "stat") == 0 ||
	    strcmp(name, "statx") == 0)
		return;
	/* A page that ends behind the path must not hide it. */
	while ((got = process_vm_readv(child, &here, 1, &there, 1, 0)) < 0 &&
	       here.iov_len > 1)
		here.iov_len = there.iov_len = here.iov_len / 2;
	room[got < 0 ? 0 : got] = '\0';
	for (char *c = room; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static void wait_for_word(void)
{
	char byte;

	if (read(STDIN_FILENO, &byte, 1) != 1)
		die("standard input");
}

/* A disk that is full does not close the terminal: what goes to a standard file fails
 * only where it is the call AT itself. */
static bool is_due(struct plan *plan, const struct __ptrace_syscall_info *info)
{
	const long call = (long)info->seccomp.nr;

	if (plan->count == plan->at)
		plan->kind = call;
	return plan->count == plan->at ||
	       (plan->on && plan->count > plan->at && plan->kind == call &&
		(call != SYS_write || info->seccomp.args[0] > STDERR_FILENO));
}

static bool can_be_short(long call)
{
	return call == SYS_read || call == SYS_write || call == SYS_pwrite64;
}

/* At a call: what the plan says. */
static void at_call(pid_t child, struct plan *plan)
{
	struct __ptrace_syscall_info info;
	char path[256];

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0)
		die("system call");
	plan->count++;
	read_path(child, (long)info.seccomp.nr, info.seccomp.args[1], path, sizeof path);
	fprintf(plan->log, "%lu %s %s\n", plan->count, name_of((long)info.seccomp.nr),
		path);
	if (plan->action == WATCH) {
		wait_for_word();
	} else if (plan->action == KILL && plan->count == plan->at) {
		kill(child, SIGKILL);
	} else if (plan->action == FAIL && is_due(plan, &info)) {
		change(child, plan);
	} else if (plan->action == SHORT && can_be_short((long)info.seccomp.nr) &&
		   (plan->count == plan->at || (plan->on && plan->count > plan->at))) {
		change(child, plan);
	}
}

static int follow(pid_t child, struct plan *plan)
{
	int status;

	while (waitpid(child, &status, 0) == child) {
		int signal = 0;

		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			at_call(child, plan);
		else if (WSTOPSIG(status) != SIGTRAP)
			signal = WSTOPSIG(status);
		ptrace(PTRACE_CONT, child, 0, signal);
	}
	die("waitpid");
	return 99;
}

static struct plan read_plan(char **arguments)
{
	struct plan plan = {.at = strtoul(arguments[2], NULL, 10), .kind = -1};
	char *action = arguments[1];
	const size_t size = strlen(action);

	if (size && action[size - 1] == '+') {
		plan.on = true;
		action[size - 1] = '\0';
	}
	plan.action = FAIL;
	if (strcmp(action, "watch") == 0)
		plan.action = WATCH;
	else if (strcmp(action, "count") == 0)
		plan.action = COUNT;
	else if (strcmp(action, "kill") == 0)
		plan.action = KILL;
	else if (strcmp(action, "short") == 0)
		plan.action = SHORT;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(action, errors[i].name) == 0)
			plan.error = errors[i].number;
	if (plan.action == FAIL && !plan.error)
		die(action);
	plan.log = fopen(arguments[3], "we");
	if (!plan.log)
		die(arguments[3]);
	setvbuf(plan.log, NULL, _IOLBF, 0);
	return plan;
}

int main(int count, char **arguments)
{
	struct plan plan;
	pid_t child;
	int status;

	if (count < 5) {
		fprintf(stderr, "stops ACTION AT LOG PROGRAM ARGUMENTS...\n");
		return 99;
	}
	plan = read_plan(arguments);
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
			die("ptrace");
		raise(SIGSTOP);
		install_filter();
		execv(arguments[4], arguments + 4);
		die(arguments[4]);
	}
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, 0,
		   PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC) != 0)
		die("ptrace");
	ptrace(PTRACE_CONT, child, 0, 0);
	return follow(child, &plan);
}
