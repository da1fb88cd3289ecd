#pragma once
/* The command line.  One table of commands, one of options: from them come the
 * parser, "did you mean" and --help. */

#include <stdbool.h>
#include <stddef.h>

struct cv_buf;
struct cv_ctx;
struct cv_request;

enum cv_diagnostics { CV_DIAGNOSTICS_TEXT, CV_DIAGNOSTICS_JSON };
enum cv_format { CV_FORMAT_TEXT, CV_FORMAT_JSON };
enum cv_color { CV_COLOR_AUTO, CV_COLOR_ALWAYS, CV_COLOR_NEVER };

/* Which commands take an option, as bits. */
enum cv_command_bit {
	CV_ON_COMPILE = 1,
	CV_ON_CHECK = 2,
	CV_ON_TARGETS = 4,
	CV_ON_PROFILES = 8,
	CV_ON_SCHEMA = 16,
	CV_ON_VERSION = 32,
	CV_ON_EXPLAIN = 64,
	CV_ON_DIFF = 128,
	CV_ON_AUDIT = 256,
	CV_ON_APPLY = 512,
	CV_ON_IMPORT = 1024,
	CV_ON_ALL = 0x7FFF,
};

struct cv_command {
	const char *name; /* NULL ends the table */
	enum cv_command_bit bit;
	const char *arguments; /* "SITE"; "" for none */
	size_t least, most;    /* arguments */
	const char *summary;
	const char *more; /* a paragraph for `carveout COMMAND --help`; may be NULL */
	/* Reports findings, and adds to `out` what belongs on standard output. */
	void (*run)(struct cv_ctx *ctx, const struct cv_request *request,
		    struct cv_buf *out);
};

extern const struct cv_command cv_commands[];

/* What the user asks for. */
struct cv_request {
	const struct cv_command *command; /* NULL only with `help` */
	const char *const *arguments;
	size_t argument_count;
	bool help, version, quiet, verbose, strict, dry_run;
	unsigned diagnostics, color; /* enum cv_diagnostics, enum cv_color */
	const char *today;           /* as given, or NULL */
	const char *profiles;        /* the directory of the installed profiles */
	const char *output;          /* DIR, or NULL */
	const char *targets;         /* names between commas, or NULL */
	unsigned format;             /* enum cv_format */
	bool only_ours, live;
	const char *subject;           /* of -s, or NULL */
	const char *flow, *path, *row; /* what to explain, or NULL */
	const char *finding;           /* whose page check prints, or NULL */
	const char *confirm;           /* seconds of a trial, or NULL */
	bool confirmed, rollback, status, persist;
	/* Of import: files and texts as given, or NULL; the form as enum cv_page_form. */
	const char *answers, *id, *url, *title, *source, *retrieved;
	unsigned form;
};

/* Reads argv; the request's texts lie in argv or in the arena.  Sets ctx->strict
 * and ctx->today.  False: the finding `usage`; what was understood by then stands
 * in the request, so that the finding is printed the way that was asked for. */
bool cv_request_read(struct cv_ctx *ctx, int argc, char *const *argv,
		     struct cv_request *request_out);

/* Adds what `carveout --help` says, or with a command `carveout COMMAND --help`. */
void cv_help(const struct cv_command *command, struct cv_buf *out);

/* Whether a date stands there that the calendar has, as YYYY-MM-DD. */
bool cv_is_date(const char *text);
