/* What is excluded by what it is: programs, extensions, signers. */
#include "resolve/lint.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"

/* What Windows starts as a process of that name; a .vbs runs in wscript.exe, a .cab
 * is an archive. */
static const char *const programs[] = {".exe", ".com", ".scr", ".sys",
				       ".dll", ".bat", ".cmd"};

static void found(struct cv_lint *lint, enum cv_code code,
		  const struct cv_exclusion *exclusion, const char *value,
		  const char *what)
{
	cv_lint_rows(lint, code, &exclusion->rows,
		     cv_arena_format(lint->ctx->arena, "`%s` %s", value, what));
}

static void found_listed(struct cv_lint *lint, const struct cv_exclusion *exclusion,
			 const struct cv_never *never, const char *value)
{
	found(lint, CV_F_NEVER_EXCLUDE, exclusion, value,
	      cv_arena_format(lint->ctx->arena, "is on %s of what never to exclude",
			      cv_never_owner(never)));
}

/* Whether the program is the one that everything on the machine uses, and not one that
 * a product brings along. */
static bool is_shared(const struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	struct cv_lint_path path;

	/* By its name alone it is that one, too. */
	if (cv_path_is_bare(exclusion->value))
		return true;
	cv_lint_path_read(lint->scratch, exclusion->group->platform, exclusion->value,
			  &path);
	return cv_never_folder(lint, exclusion->group->platform, CV_NEVER_SHARED, &path,
			       CV_NEVER_INSIDE) != NULL;
}

static void lint_name(struct cv_lint *lint, const struct cv_exclusion *exclusion,
		      const char *base)
{
	const struct cv_never *never =
		cv_never_program(lint, exclusion->group->platform, base);

	if (!never)
		return;
	if (never->kind == CV_NEVER_PROCESS)
		found_listed(lint, exclusion, never, base);
	else if (is_shared(lint, exclusion))
		found(lint, CV_F_NEVER_EXCLUDE, exclusion, exclusion->value,
		      "is an interpreter that the whole machine uses");
	else
		found(lint, CV_F_INTERPRETER, exclusion, base,
		      "runs whatever script it is given");
}

static bool runs(enum cv_platform platform, const char *base)
{
	const char *dot = strrchr(base, '.');

	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (dot && strcasecmp(dot, programs[i]) == 0)
			return true;
	/* Elsewhere a name tells nothing of what is in the file. */
	return platform != CV_WINDOWS;
}

/* A reason stands in the row's `purpose`. */
static void lint_children(struct cv_lint *lint, const struct cv_exclusion *exclusion,
			  const char *base)
{
	for (size_t i = 0; exclusion->children && i < exclusion->rows.count; i++)
		if (!cv_row_more(exclusion->rows.items[i])->purpose.text)
			cv_lint_row(lint, CV_F_CHILDREN_WITHOUT_REASON,
				    exclusion->rows.items[i],
				    cv_arena_format(lint->ctx->arena,
						    "whatever `%s` starts is left alone, "
						    "too, and no `purpose` says why",
						    base));
}

void cv_lint_program(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	const enum cv_platform platform = exclusion->group->platform;
	const char *base = cv_path_base(platform, exclusion->value);

	if (exclusion->arguments)
		cv_lint_rows(lint, CV_F_COMMAND_ARGUMENTS, &exclusion->rows,
			     cv_arena_format(lint->ctx->arena,
					     "`%s` is meant only with `%s`", base,
					     exclusion->arguments));
	lint_name(lint, exclusion, base);
	if (cv_path_is_bare(exclusion->value))
		found(lint, CV_F_BARE_NAME, exclusion, base,
		      "is any program of that name, wherever it lies");
	if (cv_path_has_wildcard(base))
		found(lint, CV_F_WILDCARD_IN_PROGRAM, exclusion, exclusion->value,
		      "is every program whose name fits");
	else if (!runs(platform, base))
		found(lint, CV_F_NOT_A_PROGRAM, exclusion, base,
		      "is typed as a process, but is none");
	lint_children(lint, exclusion, base);
}

void cv_lint_extension(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	const struct cv_never *never = cv_never_extension(lint, exclusion->value);

	if (!never)
		cv_lint_rows(lint, CV_F_EXTENSION, &exclusion->rows,
			     cv_arena_format(lint->ctx->arena,
					     "every file that ends in `%s` is excluded, "
					     "wherever it lies",
					     exclusion->value));
	else if (never->kind == CV_NEVER_EXECUTABLE)
		cv_lint_rows(lint, CV_F_EXECUTABLE_EXTENSION, &exclusion->rows,
			     cv_arena_format(lint->ctx->arena,
					     "every file that ends in `%s` is excluded, "
					     "and such files run",
					     exclusion->value));
	else
		found_listed(lint, exclusion, never, exclusion->value);
}

void cv_lint_signer(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	if (cv_never_signer(exclusion->value))
		found(lint, CV_F_SIGNER_WIDE, exclusion, exclusion->value,
		      "signs far more than one product");
}
