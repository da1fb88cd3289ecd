#include "import/columns.h"

#include <ctype.h>
#include <string.h>

#include "base/ctx.h"

static const struct {
	enum cv_section section;
	const char *words;
	enum cv_column role;
} known[] = {
#define COLUMN(section, words, role) {CV_SECTION_##section, words, CV_COLUMN_##role},
#include "import/columns.def"
#undef COLUMN
};

enum { KNOWN = sizeof known / sizeof *known };

/* What makes a table one of its section: one of the first and, if there is a second,
 * one of the second. */
static const struct {
	enum cv_column any[6], also[6];
} needs[CV_SECTION_COUNT] = {
	[CV_SECTION_PORTS] = {{CV_COLUMN_PORT, CV_COLUMN_INBOUND, CV_COLUMN_TCP,
			       CV_COLUMN_UDP},
			      {CV_COLUMN_OTHER}},
	[CV_SECTION_EXCLUSIONS] = {{CV_COLUMN_VALUE, CV_COLUMN_PROCESS, CV_COLUMN_FOLDER,
				    CV_COLUMN_FILE, CV_COLUMN_EXTENSION},
				   {CV_COLUMN_OTHER}},
	[CV_SECTION_URLS] = {{CV_COLUMN_URL}, {CV_COLUMN_OTHER}},
	[CV_SECTION_REQUIRES] = {{CV_COLUMN_COMPONENT}, {CV_COLUMN_VERSION}},
	[CV_SECTION_SUPPORTS] = {{CV_COLUMN_SYSTEM}, {CV_COLUMN_VERSION}},
	[CV_SECTION_PERMISSIONS] = {{CV_COLUMN_PERMISSION, CV_COLUMN_ROLE},
				    {CV_COLUMN_ROLE_GRANTS, CV_COLUMN_ENABLES}},
};

bool cv_column_is_required(enum cv_section section, enum cv_column role)
{
	static const struct {
		enum cv_section section;
		enum cv_column role;
	} required[] = {
		{CV_SECTION_PORTS, CV_COLUMN_FROM},
		{CV_SECTION_PORTS, CV_COLUMN_TO},
		{CV_SECTION_PORTS, CV_COLUMN_PARTY},
		{CV_SECTION_PORTS, CV_COLUMN_PORT},
		{CV_SECTION_PORTS, CV_COLUMN_PROTOCOL},
		{CV_SECTION_EXCLUSIONS, CV_COLUMN_DEVICE},
		{CV_SECTION_EXCLUSIONS, CV_COLUMN_TYPE},
		{CV_SECTION_EXCLUSIONS, CV_COLUMN_VALUE},
		{CV_SECTION_URLS, CV_COLUMN_URL},
		{CV_SECTION_REQUIRES, CV_COLUMN_COMPONENT},
		{CV_SECTION_SUPPORTS, CV_COLUMN_SYSTEM},
		{CV_SECTION_PERMISSIONS, CV_COLUMN_PERMISSION},
	};

	for (size_t i = 0; i < sizeof required / sizeof *required; i++)
		if (required[i].section == section && required[i].role == role)
			return true;
	return false;
}

/* The words without a footnote's mark, a colon or a star at their end, in lower case. */
static const char *folded(struct cv_ctx *ctx, const char *words)
{
	size_t size = strlen(words);
	char *text;

	while (size && strchr(":* \n", words[size - 1]))
		size--;
	text = cv_arena_copy(ctx->arena, words, size);
	for (char *c = text; *c; c++)
		*c = *c == '\n' ? ' ' : (char)tolower((unsigned char)*c);
	return text;
}

static enum cv_column role_of(enum cv_section section, const char *words)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].section == section && strcmp(known[i].words, words) == 0)
			return known[i].role;
	return CV_COLUMN_OTHER;
}

size_t cv_columns_find(const struct cv_columns *columns, enum cv_column role)
{
	size_t i = 0;

	while (i < columns->count && columns->roles[i] != role)
		i++;
	return i;
}

static bool holds_any(const struct cv_columns *columns, const enum cv_column *roles)
{
	if (*roles == CV_COLUMN_OTHER)
		return true;
	for (size_t i = 0; i < 6 && roles[i] != CV_COLUMN_OTHER; i++)
		if (cv_columns_find(columns, roles[i]) < columns->count)
			return true;
	return false;
}

/* How many columns are known in that section; 0 where it cannot be one of it. */
static size_t fit_section(const char *const *folds, size_t count, enum cv_section section,
			  struct cv_columns *out)
{
	size_t score = 0;

	out->section = section;
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		out->roles[i] = role_of(section, folds[i]);
		score += out->roles[i] != CV_COLUMN_OTHER;
	}
	if (section == CV_SECTION_PERMISSIONS &&
	    cv_columns_find(out, CV_COLUMN_PERMISSION) < count)
		for (size_t i = 0; i < count; i++)
			if (out->roles[i] == CV_COLUMN_OTHER && *folds[i]) {
				out->roles[i] = CV_COLUMN_ROLE_GRANTS;
				score++;
			}
	/* One word among others may be a cell's as well. */
	if (score < 2 && count > 1)
		return 0;
	if (!holds_any(out, needs[section].any) || !holds_any(out, needs[section].also))
		return 0;
	return score;
}

void cv_columns_tell(struct cv_ctx *ctx, const char *const *words, size_t count,
		     struct cv_columns *out)
{
	const char *folds[CV_COLUMNS_MOST];
	struct cv_columns one;
	size_t best = 0, equal = 0;

	memset(out, 0, sizeof *out);
	out->section = CV_SECTION_COUNT;
	if (count > CV_COLUMNS_MOST)
		return;
	for (size_t i = 0; i < count; i++)
		folds[i] = folded(ctx, words[i]);
	for (int section = 0; section < CV_SECTION_COUNT; section++) {
		size_t score;

		memset(&one, 0, sizeof one);
		score = fit_section(folds, count, (enum cv_section)section, &one);
		equal = score > best ? 1 : score == best && score ? equal + 1 : equal;
		if (score > best) {
			best = score;
			*out = one;
		}
	}
	if (equal > 1)
		out->section = CV_SECTION_COUNT;
	out->count = count;
	memcpy(out->words, words, count * sizeof *words);
}

struct cut {
	struct cv_ctx *ctx;
	enum cv_section section;
	const char *words[CV_COLUMNS_MOST];
	size_t count;
	struct cv_columns *found; /* of CV_CUTS_MOST */
	size_t found_count;
};

/* Whether the line begins with that header. */
static bool begins_with(const char *line, const char *words)
{
	const size_t size = strlen(words);

	return strncasecmp(line, words, size) == 0 &&
	       (line[size] == '\0' || line[size] == ' ');
}

/* The names of roles behind "Permission": they begin with the same two words. */
static bool cut_roles(struct cut *cut, const char *rest)
{
	size_t lead = strcspn(rest, " ");
	const size_t count = cut->count;
	const char *p = rest, *next;

	if (!rest[lead])
		return false;
	lead += 1 + strcspn(rest + lead + 1, " ");
	if (!rest[lead])
		return false;
	while (p) {
		for (next = p + 1; *next; next++)
			if (next[-1] == ' ' && strncmp(next, rest, lead) == 0 &&
			    (next[lead] == ' ' || next[lead] == '\0'))
				break;
		if (cut->count == CV_COLUMNS_MOST)
			return false;
		cut->words[cut->count++] = cv_arena_copy(
			cut->ctx->arena, p, (size_t)(next - p) - (*next ? 1 : 0));
		p = *next ? next : NULL;
	}
	/* One role of many words may be several. */
	return cut->count > count + 1 || strlen(rest) < 2 * lead;
}

bool cv_columns_once_each(const struct cv_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		const enum cv_column role = columns->roles[i];

		if (role != CV_COLUMN_NOTE && role != CV_COLUMN_CONDITION &&
		    role != CV_COLUMN_PURPOSE && role != CV_COLUMN_ROLE_GRANTS &&
		    role != CV_COLUMN_OTHER && cv_columns_find(columns, role) != i)
			return false;
	}
	return true;
}

static void add_cut(struct cut *cut)
{
	struct cv_columns columns;

	if (cut->count < 2 || cut->found_count == CV_CUTS_MOST)
		return;
	cv_columns_tell(cut->ctx, cut->words, cut->count, &columns);
	if (columns.section == cut->section && cv_columns_once_each(&columns))
		cut->found[cut->found_count++] = columns;
}

static void cut_on(struct cut *cut, const char *line);

/* Cuts one header of that size off the line, where there is one, and goes on. */
static bool cut_off(struct cut *cut, const char *line, size_t size)
{
	const size_t count = cut->count;

	for (size_t i = 0; i < KNOWN; i++) {
		if (known[i].section != cut->section || strlen(known[i].words) != size ||
		    !begins_with(line, known[i].words))
			continue;
		cut->words[count] = cv_arena_copy(cut->ctx->arena, line, size);
		cut->count = count + 1;
		cut_on(cut, line + size + strspn(line + size, " "));
		cut->count = count;
		return true;
	}
	return false;
}

/* Every way to cut the line into headers of the section, those of more columns first; of
 * a table of permissions only the longest headers, since any words may be a role. */
static void cut_on(struct cut *cut, const char *line)
{
	enum { LONGEST = 40 };
	const bool roles = cut->section == CV_SECTION_PERMISSIONS;
	const size_t count = cut->count, most = strnlen(line, LONGEST);
	bool any = false;

	if (*line == '\0')
		add_cut(cut);
	if (*line == '\0' || count == CV_COLUMNS_MOST || cut->found_count == CV_CUTS_MOST)
		return;
	for (size_t k = 1; k <= most && !(roles && any); k++)
		any = cut_off(cut, line, roles ? most + 1 - k : k) || any;
	if (!any && roles && count && cut_roles(cut, line))
		add_cut(cut);
	cut->count = count;
}

size_t cv_columns_cut(struct cv_ctx *ctx, const char *line, struct cv_columns *out)
{
	struct cut cut = {.ctx = ctx, .found = out};

	for (int section = 0; section < CV_SECTION_COUNT; section++) {
		cut.section = (enum cv_section)section;
		cut.count = 0;
		cut_on(&cut, line);
	}
	return cut.found_count;
}
