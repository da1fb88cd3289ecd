/* The paths of a profile, as far as they are known without a site: that each is one on
 * its platform, whatever its places and parameters turn out to be. */
#include "read/check.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/command.h"
#include "model/pattern.h"
#include "read/load.h"

/* The path with something harmless for each reference, for its form alone. */
static void stand_in(enum cv_platform platform, const char *path, struct cv_buf *out)
{
	if (platform == CV_WINDOWS && (path[0] == '\\' || path[0] == '/') &&
	    path[1] != '\\' && path[1] != '/')
		cv_buf_text(out, "C:");
	for (const char *at = path; *at; at++) {
		const char *end = *at == '<' ? strchr(at, '>') : NULL;

		if (*at == '$' && at[1] == '{')
			end = strchr(at, '}');
		if (!end) {
			cv_buf_char(out, *at);
			continue;
		}
		if (at == path)
			cv_buf_text(out, platform == CV_WINDOWS ? "C:\\" : "/");
		cv_buf_char(out, 'x');
		at = end;
	}
}

bool cv_check_path(struct cv_check *check, enum cv_platform platform,
		   const struct cv_text *path)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *why, *bad, *own;
	size_t size;
	bool ok;

	bad = cv_path_user_variable(platform, path->text, &size);
	if (bad)
		return cv_find_user_variable(
			check->ctx, cv_text_part(check->ctx, path, bad, size),
			cv_check_where(check), platform, path->text, bad, size);
	stand_in(platform, path->text, &buf);
	ok = cv_path_normal(check->ctx, platform, cv_buf_string(&buf), &why, &bad, &size);
	if (!ok) {
		own = memmem(path->text, strlen(path->text), bad, size);
		cv_find(check->ctx, CV_F_BAD_PATH,
			own ? cv_text_part(check->ctx, path, own, size) : path->at,
			"`%s` is not a path on %s for %s: %s",
			cv_shown(check->ctx, path->text), cv_platform_names[platform],
			cv_check_where(check), why);
	}
	cv_buf_deinit(&buf);
	return ok;
}

/* A place is a whole path: in the middle of another, or glued to a name, it would make
 * one that nobody meant. */
static bool check_standing(struct cv_check *check, enum cv_platform platform,
			   const struct cv_text *path)
{
	for (const char *open = path->text; (open = strchr(open, '<')); open++) {
		const char *close = strchr(open, '>');
		const char end = close ? close[1] : '\0';

		if (!close)
			return true;
		if (open == path->text && (end == '\0' || end == '/' ||
					   (end == '\\' && platform == CV_WINDOWS)))
			continue;
		return cv_find(
			check->ctx, CV_F_BAD_PATH,
			cv_text_part(check->ctx, path, open, (size_t)(close - open + 1)),
			"%s on %s: %s stands only at the start of a path, with a "
			"separator behind it",
			cv_check_where(check), cv_platform_names[platform],
			cv_shown_part(check->ctx, open, (size_t)(close - open + 1)));
	}
	return true;
}

/* A program's name may stand alone. */
static bool check_program(struct cv_check *check, enum cv_platform platform,
			  bool is_command, const struct cv_text *text)
{
	const char *arguments, *why, *bad;
	struct cv_text program;
	size_t size;

	if (!cv_command_split(check->ctx, check->row, is_command, *text, &program,
			      &arguments))
		return false;
	if (program.text[0] == '<' || program.text[0] == '$' ||
	    !cv_path_is_bare(program.text))
		return check_standing(check, platform, &program) &&
		       cv_check_path(check, platform, &program);
	return cv_path_bare(check->ctx, platform, program.text, &why, &bad, &size) ||
	       cv_find(check->ctx, CV_F_BAD_PATH, text->at, "%s on %s: %s",
		       cv_check_where(check), cv_platform_names[platform], why);
}

static bool check_value(struct cv_check *check, enum cv_platform platform,
			enum cv_kind kind, const struct cv_text *text)
{
	switch (kind) {
	case CV_KIND_PROCESS:
	case CV_KIND_COMMAND:
		return check_program(check, platform, kind == CV_KIND_COMMAND, text);
	case CV_KIND_FOLDER:
	case CV_KIND_FILE:
		return check_standing(check, platform, text) &&
		       cv_check_path(check, platform, text);
	case CV_KIND_EXTENSION:
	case CV_KIND_SHA256:
	case CV_KIND_SIGNER:
	case CV_KIND_TLS_INSPECTION:
	case CV_KIND_COUNT:
		break;
	}
	return true;
}

/* Bits of the platforms that the row's devices have. */
static unsigned platforms_of(const struct cv_check *check,
			     const struct cv_exclusion_row *row)
{
	const struct cv_device *devices = check->profile->devices.items;
	const struct cv_texts named = cv_few_texts(&row->device);
	unsigned platforms = 0;

	for (size_t i = 0; i < check->profile->devices.count; i++)
		for (unsigned p = 0; p < CV_PLATFORM_COUNT; p++)
			if (strcmp(devices[i].platform.text, cv_platform_names[p]) == 0 &&
			    cv_texts_hold(&named, devices[i].name.text))
				platforms |= 1U << p;
	return platforms;
}

static bool check_exclusion_row(struct cv_check *check,
				const struct cv_exclusion_row *row)
{
	const unsigned platforms = platforms_of(check, row);
	bool ok = true;

	for (unsigned p = 0; p < CV_PLATFORM_COUNT; p++)
		for (int kind = 0; platforms >> p & 1 && kind < CV_KIND_COUNT; kind++) {
			const struct cv_texts values = cv_few_texts(&row->values[kind]);

			for (size_t i = 0; i < values.count; i++)
				ok = check_value(check, (enum cv_platform)p,
						 (enum cv_kind)kind, &values.items[i]) &&
				     ok;
		}
	return ok;
}

/* A flow belongs to no computer: there is no place, and the path says of which system. */
static bool check_port_row(struct cv_check *check, const struct cv_port_row *row)
{
	const struct cv_text *program = &cv_port_more(row)->program;

	if (!program->text)
		return true;
	if (strchr(program->text, '<'))
		return cv_find(check->ctx, CV_F_BAD_PATH, program->at,
			       "%s: the program of a flow must be a whole path, without "
			       "a place",
			       cv_check_where(check));
	return cv_check_path(check, program->text[0] == '/' ? CV_LINUX : CV_WINDOWS,
			     program);
}

bool cv_profile_check_paths(struct cv_ctx *ctx, const struct cv_profile *profile)
{
	struct cv_check check = {
		.ctx = ctx, .profile = profile, .errors = cv_error_count(ctx)};
	bool ok = true;

	for (int table = 0; table < CV_TABLE_COUNT; table++)
		for (size_t i = 0; i < profile->rows[table].count; i++) {
			check.row = cv_table_at(&profile->rows[table], i);
			if (table == CV_EXCLUSIONS)
				ok = check_exclusion_row(&check,
							 (const struct cv_exclusion_row *)
								 check.row) &&
				     ok;
			else if (table == CV_PORTS)
				ok = check_port_row(
					     &check,
					     (const struct cv_port_row *)check.row) &&
				     ok;
		}
	return ok;
}

const char *cv_path_refused(struct cv_ctx *ctx, enum cv_platform platform,
			    enum cv_kind kind, const char *text)
{
	const struct cv_profile profile = {.id = {.text = ""}};
	const struct cv_row row = {.table = CV_EXCLUSIONS, .profile = &profile};
	struct cv_check check = {.ctx = ctx, .profile = &profile, .row = &row};
	const struct cv_text value = {.text = text};
	const struct cv_finding_mark mark = cv_finding_mark(ctx);
	const char *why;

	if (check_value(&check, platform, kind, &value))
		return NULL;
	why = cv_finding_forget(ctx, mark);
	return why ? why : "it is no path";
}
