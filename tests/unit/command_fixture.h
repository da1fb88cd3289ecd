#pragma once
/* A command run in a directory of its own, with small sites in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/commands.h"
#include "model/sets.h"

struct run {
	struct cv_ctx ctx;
	struct cv_request request;
	struct cv_buf out;
};

static char start_directory[4096];

static inline void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static inline int enter_directory(void **state)
{
	char *directory = strdup("/tmp/carveout-test-XXXXXX");

	if (!getcwd(start_directory, sizeof start_directory) || !mkdtemp(directory) ||
	    chdir(directory) != 0)
		return -1;
	*state = directory;
	return 0;
}

static inline int leave_directory(void **state)
{
	char command[4200];
	int result;

	snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
	result = chdir(start_directory) | system(command);
	free(*state);
	return result;
}

/* Runs `carveout` with these words behind it, up to a NULL; to be finished. */
static inline int run_command(struct run *run, ...)
{
	char *argv[24] = {"carveout", "--today=2026-11-23", "--profiles=/none"};
	va_list words;
	int argc = 3;

	*run = (struct run){.out = CV_BUF_INIT};
	cv_ctx_open(&run->ctx);
	va_start(words, run);
	while ((argv[argc] = va_arg(words, char *)))
		argc++;
	va_end(words);
	if (cv_request_read(&run->ctx, argc, argv, &run->request))
		run->request.command->run(&run->ctx, &run->request, &run->out);
	return cv_exit_code(&run->ctx);
}

static inline void finish_run(struct run *run)
{
	cv_buf_deinit(&run->out);
	cv_sets_close(&run->ctx);
	cv_ctx_close(&run->ctx);
}

static inline bool says(const struct run *run, const char *text)
{
	return strstr(cv_buf_string(&run->out), text) != NULL;
}

static inline const char *last_finding(const struct run *run)
{
	assert_true(run->ctx.findings.count > 0);
	return (*CV_AT(&run->ctx.findings, struct cv_finding *,
		       run->ctx.findings.count - 1))
		->text;
}
