/* Where an excluded folder, file or program lies: whole drives, folders of the system,
 * folders in which ordinary users write.  A value gets the one finding that says most. */
#include "resolve/lint.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"

struct location {
	struct cv_lint *lint;
	const struct cv_exclusion *exclusion;
	enum cv_platform platform;
	struct cv_lint_path path;
	bool is_folder; /* a whole one */
};

static bool found(struct location *at, enum cv_code code, const char *what)
{
	cv_lint_rows(at->lint, code, &at->exclusion->rows,
		     cv_arena_format(at->lint->ctx->arena, "`%s` %s",
				     at->exclusion->value, what));
	return true;
}

static const struct cv_never *stands(const struct location *at, enum cv_never_kind kind,
				     unsigned way)
{
	return cv_never_folder(at->lint, at->platform, kind, &at->path, way);
}

/* Below which folder volumes appear by their names. */
static const char *const volumes[][2] = {
	{"volumes", NULL}, {"Volumes", NULL}, {"media", NULL},
	{"mnt", NULL},     {"run", "media"},
};

static bool is_any_volume(const struct location *at)
{
	const struct cv_lint_path *path = &at->path;

	for (size_t i = 0; i < sizeof volumes / sizeof *volumes; i++) {
		const size_t next = volumes[i][1] ? 2 : 1;

		if (at->platform != CV_WINDOWS && path->count > next &&
		    strcmp(path->segments[0], volumes[i][0]) == 0 &&
		    (next == 1 || strcmp(path->segments[1], volumes[i][1]) == 0) &&
		    cv_path_has_wildcard(path->segments[next]))
			return true;
	}
	return false;
}

static bool lint_root(struct location *at)
{
	if (at->path.count == 0 && !at->path.is_network)
		return found(at, CV_F_WHOLE_DRIVE,
			     at->platform == CV_WINDOWS ? "is a whole drive"
							: "is the whole machine");
	if (at->path.count && cv_path_has_wildcard(at->path.segments[0]) &&
	    !at->path.is_network)
		return found(at, CV_F_WILDCARD_NEAR_ROOT,
			     "begins with a wildcard right behind the root: it reaches "
			     "into folders of the system and of users");
	if (is_any_volume(at))
		return found(at, CV_F_WILDCARD_NEAR_ROOT,
			     "has a wildcard in place of the volume: it reaches into any "
			     "disk that is plugged in");
	return false;
}

/* Folders that are listed themselves. */
static bool lint_listed(struct location *at)
{
	const struct cv_never *never = stands(at, CV_NEVER_FOLDER, CV_NEVER_AT);

	if (never)
		return found(at, CV_F_NEVER_EXCLUDE,
			     cv_arena_format(at->lint->ctx->arena,
					     "is on %s of what never to exclude",
					     cv_never_owner(never)));
	if (stands(at, CV_NEVER_SYSTEM, CV_NEVER_AROUND))
		return found(at, CV_F_SYSTEM_FOLDER, "is a whole folder of the system");
	return false;
}

static bool lint_writable(struct location *at)
{
	const struct cv_never *never = stands(at, CV_NEVER_WRITABLE, CV_NEVER_INSIDE);

	if (at->path.is_network)
		return found(at, CV_F_USER_WRITABLE,
			     "lies on a network share: who writes there is not decided "
			     "on this machine");
	if (never)
		return found(at, CV_F_USER_WRITABLE,
			     cv_arena_format(at->lint->ctx->arena,
					     "lies in `%s`, where ordinary users write",
					     never->value));
	never = stands(at, CV_NEVER_PERHAPS, CV_NEVER_INSIDE);
	if (never)
		return found(at, CV_F_PROGRAM_DATA,
			     cv_arena_format(
				     at->lint->ctx->arena,
				     "lies in `%s`, where ordinary users may be able to "
				     "write",
				     never->value));
	return false;
}

static bool lint_vendor(struct location *at)
{
	const bool any =
		at->path.count > 1 && at->platform == CV_WINDOWS &&
		strcmp(at->path.segments[0], "program files") == 0 &&
		strspn(at->path.segments[1], "*") == strlen(at->path.segments[1]);

	if (any)
		return found(at, CV_F_VENDOR_ROOT,
			     "has a wildcard in place of the vendor's folder");
	if (at->is_folder && stands(at, CV_NEVER_VENDOR, CV_NEVER_AT))
		return found(at, CV_F_VENDOR_ROOT,
			     "is all that lies in a vendor's folder, now and later");
	return false;
}

/* A part such as PROGRA~1, which Windows makes up for names that are longer. */
static bool is_short_name(const char *segment, size_t size)
{
	const char *tilde = memchr(segment, '~', size);
	size_t at;

	if (!tilde || tilde == segment || tilde - segment > 6)
		return false;
	at = (size_t)(tilde - segment) + 1;
	if (at == size || !isdigit((unsigned char)segment[at]))
		return false;
	while (at < size && isdigit((unsigned char)segment[at]))
		at++;
	return at == size || (segment[at] == '.' && size - at <= 4);
}

static void lint_short_names(struct location *at)
{
	const char *segment = at->exclusion->value;

	while (at->platform == CV_WINDOWS && *segment) {
		const size_t size = strcspn(segment, "\\");

		if (is_short_name(segment, size)) {
			found(at, CV_F_SHORT_NAME,
			      cv_arena_format(at->lint->ctx->arena,
					      "holds the short name `%s`",
					      cv_arena_copy(at->lint->ctx->arena, segment,
							    size)));
			return;
		}
		segment += size + (segment[size] != '\0');
	}
}

/* Whether the page itself names that drive. */
static bool names_drive(const struct cv_row *row, char drive)
{
	const struct cv_exclusion_row *published = (const struct cv_exclusion_row *)row;

	for (int kind = 0; kind < CV_KIND_COUNT; kind++) {
		const struct cv_texts values = cv_few_texts(&published->values[kind]);

		for (size_t i = 0; i < values.count; i++) {
			const char *text = values.items[i].text;

			text += *text == '"';
			if (toupper((unsigned char)*text) == drive && text[1] == ':')
				return true;
		}
	}
	return false;
}

/* Not a drive that the site says there is, and not C, which is none of the network. */
static void lint_drive(struct location *at)
{
	const char *value = at->exclusion->value;
	const struct cv_group *group = at->exclusion->group;
	const struct cv_text *said = &group->row->drive;

	if (!said->text)
		said = &at->lint->policy->site->drive;
	if (at->platform != CV_WINDOWS || value[1] != ':' || value[0] == 'C' ||
	    (said->text && toupper((unsigned char)said->text[0]) == value[0]))
		return;
	for (size_t i = 0; i < at->exclusion->rows.count; i++)
		if (names_drive(at->exclusion->rows.items[i], value[0]))
			cv_lint_row(at->lint, CV_F_MAPPED_DRIVE,
				    at->exclusion->rows.items[i],
				    cv_arena_format(at->lint->ctx->arena,
						    "`%s` lies on the drive %c:, which "
						    "may be one of the network",
						    value, value[0]));
}

void cv_lint_location(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	struct location at = {.lint = lint,
			      .exclusion = exclusion,
			      .platform = exclusion->group->platform};

	cv_lint_path_read(lint->scratch, at.platform, exclusion->value, &at.path);
	at.is_folder = exclusion->kind == CV_KIND_FOLDER || at.path.is_all;
	lint_short_names(&at);
	if (lint_root(&at) || (at.is_folder && lint_listed(&at)) || lint_writable(&at) ||
	    lint_vendor(&at))
		return;
	lint_drive(&at);
}

static bool asks_a_version(const struct cv_row *row)
{
	const struct cv_when *when = &cv_row_more(row)->when;

	for (size_t c = 0; c < when->count; c++)
		for (size_t p = 0; p < when->items[c].count; p++)
			if (cv_map_get(&row->profile->versions,
				       when->items[c].parts[p].key.text))
				return true;
	return false;
}

/* A folder or program name with a version in it (python27, Python38, node-18). */
static const char *version_in(struct cv_arena *arena, const char *path)
{
	static const char *const products[] = {"python", "node", "java", "jre", "jdk",
					       "perl",   "ruby", "php",  "lua", "tcl"};
	const char *at = path;

	while (*at) {
		const size_t size = strcspn(at, "\\/");

		for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
			const size_t word = strlen(products[i]);
			size_t digit = word;

			if (size <= word || (*at | 32) != *products[i] ||
			    strncasecmp(at, products[i], word) != 0)
				continue;
			digit += at[digit] == '-' || at[digit] == '_';
			if (digit < size && isdigit((unsigned char)at[digit]))
				return cv_arena_copy(arena, at, size);
		}
		at += size;
		at += *at != '\0';
	}
	return NULL;
}

void cv_lint_version(struct cv_lint *lint, const struct cv_exclusion *exclusion)
{
	const char *version = version_in(lint->scratch, exclusion->value);

	for (size_t i = 0; version && i < exclusion->rows.count; i++)
		if (!asks_a_version(exclusion->rows.items[i]))
			cv_lint_row(lint, CV_F_VERSION_IN_PATH, exclusion->rows.items[i],
				    cv_arena_format(lint->ctx->arena,
						    "the path says `%s`, the row has no "
						    "version condition",
						    version));
}
