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
			if (out->roles[i] == CV_COLUMN_OTHER && *folds[i])
				out->roles[i] = CV_COLUMN_ROLE_GRANTS;
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
	const char *words[CV_COLUMNS_MOST];
	size_t count;
};

/* The longest header of the section that the line begins with, or 0. */
static size_t header_at(enum cv_section section, const char *line)
{
	size_t longest = 0;

	for (size_t i = 0; i < KNOWN; i++) {
		const size_t size = strlen(known[i].words);

		if (known[i].section == section && size > longest &&
		    strncasecmp(line, known[i].words, size) == 0 &&
		    (line[size] == '\0' || line[size] == ' '))
			longest = size;
	}
	return longest;
}

/* The names of roles behind "Permission": they begin with the same two words. */
static bool cut_roles(struct cv_ctx *ctx, const char *rest, struct cut *cut)
{
	size_t lead = strcspn(rest, " ");
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
			ctx->arena, p, (size_t)(next - p) - (*next ? 1 : 0));
		p = *next ? next : NULL;
	}
	return true;
}

static bool cut_line(struct cv_ctx *ctx, enum cv_section section, const char *line,
		     struct cut *cut)
{
	cut->count = 0;
	while (*line) {
		const size_t size = header_at(section, line);

		if (size == 0)
			return section == CV_SECTION_PERMISSIONS && cut->count &&
			       cut_roles(ctx, line, cut);
		if (cut->count == CV_COLUMNS_MOST)
			return false;
		cut->words[cut->count++] = cv_arena_copy(ctx->arena, line, size);
		line += size;
		line += strspn(line, " ");
	}
	return cut->count > 1;
}

bool cv_columns_cut(struct cv_ctx *ctx, const char *line, struct cv_columns *out)
{
	struct cut cut;

	for (int section = 0; section < CV_SECTION_COUNT; section++) {
		if (!cut_line(ctx, (enum cv_section)section, line, &cut))
			continue;
		cv_columns_tell(ctx, cut.words, cut.count, out);
		if (out->section != CV_SECTION_COUNT)
			return true;
	}
	return false;
}
