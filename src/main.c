/* Reads the command line, runs the command, prints, and says how it went. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/memory.h"
#include "commands/options.h"
#include "commands/print.h"
#include "commands/write.h"
#include "model/sets.h"

/* A descriptor that the caller closed must not become one of our files. */
static void hold_standard_files(void)
{
	int file;

	do
		file = open("/dev/null", O_RDONLY);
	while (file >= 0 && file <= STDERR_FILENO);
	if (file >= 0)
		close(file);
}

static bool wants_color(const struct cv_request *request)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (request->color != CV_COLOR_AUTO)
		return request->color == CV_COLOR_ALWAYS;
	return !(none && *none) && terminal && strcmp(terminal, "dumb") != 0 &&
	       isatty(STDERR_FILENO);
}

static bool print_findings(struct cv_ctx *ctx, const struct cv_request *request)
{
	const struct cv_style style = {.color = wants_color(request),
				       .verbose = request->verbose,
				       .quiet = request->quiet};
	struct cv_buf text = CV_BUF_INIT;
	bool ok;

	if (request->diagnostics == CV_DIAGNOSTICS_JSON)
		cv_print_json(ctx, &style, &text);
	else
		cv_print_text(ctx, &style, &text);
	ok = cv_write_all(STDERR_FILENO, text.data, text.size);
	cv_buf_deinit(&text);
	return ok;
}

static int cannot_print(const struct cv_request *request, int error)
{
	struct cv_ctx ctx;
	int status;

	cv_ctx_open(&ctx);
	cv_find(&ctx, CV_F_CANNOT_WRITE, (struct cv_span){0},
		"cannot write to standard output: %s", strerror(error));
	print_findings(&ctx, request);
	status = cv_exit_code(&ctx);
	cv_ctx_close(&ctx);
	return status;
}

/* Standard output comes last, so that a terminal ends with what was done.  Where it
 * cannot be written, that is a finding of its own behind the others. */
static int print_result(const struct cv_request *request, const struct cv_buf *out)
{
	if (cv_write_all(STDOUT_FILENO, out->data, out->size))
		return 0;
	return cannot_print(request, errno);
}

int main(int argc, char **argv)
{
	struct cv_buf out = CV_BUF_INIT;
	struct cv_request request;
	struct cv_ctx ctx;
	int status;

	cv_memory_keep();
	hold_standard_files();
	/* A pipe that nobody reads and a file that may not grow are errors of a write. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	/* What is written is for its owner, who must be able to read it. */
	umask(S_IRWXG | S_IRWXO);
	cv_ctx_open(&ctx);
	if (cv_request_read(&ctx, argc, argv, &request)) {
		if (request.help)
			cv_help(request.command, &out);
		else
			request.command->run(&ctx, &request, &out);
	}
	status = cv_exit_code(&ctx);
	if (!print_findings(&ctx, &request) && status < 2)
		status = 2;
	if (print_result(&request, &out) > status)
		status = 2;
	cv_buf_deinit(&out);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
	cv_memory_release();
	return status;
}
