/* Cells of paths, programs, extensions and URLs.  Published lists are full of what a
 * copier's slip or a template left in them; each such slip is open, none is mended. */
#include "import/cells.h"

#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/texts.h"
#include "model/field.h"

static const char *check_quotes(const char *path)
{
	size_t quotes = 0;

	for (const char *p = path; *p; p++)
		quotes += *p == '"';
	if (quotes % 2)
		return "a quotation mark without its fellow";
	if (strstr(path, "\xE2\x80\x9C") || strstr(path, "\xE2\x80\x9D") ||
	    strstr(path, "\xE2\x80\x98") || strstr(path, "\xE2\x80\x99"))
		return "quotation marks of prose";
	return NULL;
}

static const char *check_comment(const char *path)
{
	return strstr(path, " //") || strstr(path, " #") ? "a comment behind the path"
							 : NULL;
}

/* `/a, /b`, `/a /b`: another path behind a blank; arguments stand behind quotes. */
static const char *check_several(const char *path)
{
	if (*path == '"')
		return NULL;
	for (const char *p = strchr(path, ' '); p; p = strchr(p + 1, ' '))
		if (p[1] == '/' || p[1] == '<' || p[1] == '%' ||
		    (isalpha((unsigned char)p[1]) && p[2] == ':'))
			return "more than one path, or a program with arguments";
	return NULL;
}

/* `C:\\x and subfolders`: words that say more than the path. */
static const char *check_prose(const char *path)
{
	static const char *const prose[] = {"subfolder", "subdirector", " and ", " or ",
					    "including", "recursiv",    "e.g.",  " if "};

	for (size_t i = 0; i < sizeof prose / sizeof *prose; i++)
		if (strcasestr(path, prose[i]))
			return "words of prose in or behind the path";
	return NULL;
}

/* `QualysAgent\ LogCollector`, `%windir%ccmcache` */
static const char *check_separators(const char *path)
{
	for (const char *p = path; *p; p++)
		if ((*p == '\\' || *p == '/') && p[1] == ' ')
			return "a blank behind a separator";
	if (*path == '%') {
		const char *end = strchr(path + 1, '%');

		if (end && (isalnum((unsigned char)end[1]) || end[1] == '_'))
			return "a name directly behind a variable, without a separator";
	}
	return NULL;
}

static const char *check_syntax(const char *path)
{
	if (*path == '$')
		return "a variable in the syntax of a shell";
	if (strstr(path, "[0-9]") || strstr(path, "(?"))
		return "a regular expression, or an aside";
	if (strchr(path, '{'))
		return "braces, which may stand for a part that varies";
	return NULL;
}

/* A place stands at the start, and is followed by a separator or by nothing. */
static const char *check_placeholders(const char *path)
{
	const char *open = strchr(path, '<'), *close;

	if (!open)
		return NULL;
	close = strchr(open, '>');
	if (!close)
		return "a `<` that begins no placeholder";
	if (open != path && !(open == path + 1 && *path == '"'))
		return "a placeholder that does not begin the path";
	if (memchr(open, '/', (size_t)(close - open)) ||
	    memchr(open, '.', (size_t)(close - open)))
		return "a placeholder that lists or shows what may stand there";
	if (strchr(close, '<'))
		return "a second placeholder in one path";
	if (close[1] && !strchr("\\/\"", close[1]))
		return "a placeholder with more directly behind it";
	return NULL;
}

static const char *check_end(const char *path)
{
	const size_t size = strlen(path);

	if (size && strchr(".,;", path[size - 1]))
		return "a full stop or comma at its end";
	return NULL;
}

static const char *why_open(const char *path)
{
	static const char *(*const checks[])(const char *) = {
		check_quotes,     check_several, check_prose,        check_comment,
		check_separators, check_syntax,  check_placeholders, check_end};
	const char *why = NULL;

	for (size_t i = 0; !why && i < sizeof checks / sizeof *checks; i++)
		why = checks[i](path);
	return why;
}

bool cv_cell_is_path(const char *words)
{
	const size_t size = strcspn(words, " ");
	const char *dot;

	if (strchr("\"\\/%*$~", *words) && *words)
		return true;
	if (*words == '<')
		return strchr(words, '>') != NULL;
	if (isalpha((unsigned char)*words) && words[1] == ':')
		return true;
	if (memchr(words, '\\', strlen(words)))
		return true;
	dot = memchr(words, '.', size);
	return words[size] == '\0' && dot && dot != words &&
	       isalnum((unsigned char)dot[1]);
}

/* `*.vhdx`, `.vhdx`, `**\*.vhdx`: the extension with its dot, or NULL. */
static const char *extension_of(const char *value)
{
	static const char *const before[] = {"**\\*", "**/*", "*", ""};

	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		const size_t size = strlen(before[i]);

		if (strncmp(value, before[i], size) == 0 && value[size] == '.' &&
		    isalnum((unsigned char)value[size + 1]) &&
		    !strpbrk(value + size, "*?\\/ <>"))
			return value + size;
	}
	return NULL;
}

/* `"C:\Program Files\x.exe"` without its quotes, where nothing stands behind them. */
static const char *unquoted(struct cv_ctx *ctx, const char *value)
{
	const size_t size = strlen(value);

	if (size < 2 || *value != '"' || value[size - 1] != '"' ||
	    memchr(value + 1, '"', size - 2))
		return value;
	return cv_arena_copy(ctx->arena, value + 1, size - 2);
}

static const char *folder_of(struct cv_ctx *ctx, const char *value, const char **why)
{
	size_t size = strlen(value);

	if (size > 1 && value[size - 1] == '*' &&
	    (value[size - 2] == '\\' || value[size - 2] == '/')) {
		*why = "a `*` at a folder's end, which may mean the folder or what is in "
		       "it";
		return value;
	}
	while (size > 1 && (value[size - 1] == '\\' || value[size - 1] == '/') &&
	       value[size - 2] != ':')
		size--;
	return cv_arena_copy(ctx->arena, value, size);
}

/* One value of the cell into the kinds that it is of. */
static const char *place_value(struct cv_ctx *ctx, const char *value, struct cv_span at,
			       unsigned kinds, struct cv_texts values_out[CV_KIND_COUNT])
{
	const unsigned file = 1U << CV_KIND_FILE, folder = 1U << CV_KIND_FOLDER,
		       process = 1U << CV_KIND_PROCESS,
		       extension = 1U << CV_KIND_EXTENSION;
	const char *dotted = extension_of(value), *why = why_open(value);
	const size_t size = strlen(value);

	if (why)
		return why;
	if (kinds & extension && dotted)
		kinds = extension;
	else if (kinds & extension)
		kinds &= ~extension;
	if (kinds == (file | folder) && size && strchr("\\/", value[size - 1]))
		kinds = folder;
	if (kinds == 0)
		return "no extension, though its type says so";
	if (kinds & folder && kinds != folder)
		return "a folder, or something else of the same name";
	if (kinds != extension) {
		value = unquoted(ctx, value);
		if (!cv_cell_is_path(value) && !(kinds == process && !strchr(value, ' ')))
			return "neither a path nor a file's name";
		if (kinds == folder)
			value = folder_of(ctx, value, &why);
		if (!why)
			why = cv_words_refused(ctx, &cv_lex_path, value);
		if (why)
			return why;
	}
	for (unsigned kind = 0; kind < CV_KIND_COUNT; kind++)
		if (kinds >> kind & 1)
			cv_texts_add(ctx, &values_out[kind],
				     kinds == extension ? dotted : value, at);
	return NULL;
}

/* `*.adc, *.box`: several extensions in one line. */
static bool is_list_of_extensions(const char *line)
{
	for (const char *p = line; *p; p += strspn(p, ", ")) {
		const size_t size = strcspn(p, ", ");

		if (strncmp(p, "*.", 2) != 0 && *p != '.')
			return false;
		p += size;
	}
	return strpbrk(line, ", ") != NULL;
}

enum cv_told cv_cell_exclusion(struct cv_ctx *ctx, const char *words, struct cv_span at,
			       unsigned kinds, struct cv_texts values_out[CV_KIND_COUNT],
			       const char **why_out)
{
	const char *p = words, *line;
	size_t count = 0;

	memset(values_out, 0, CV_KIND_COUNT * sizeof *values_out);
	*why_out = NULL;
	while (!*why_out && (line = cv_line_next(ctx, &p))) {
		if (!is_list_of_extensions(line)) {
			*why_out = place_value(ctx, line, at, kinds, values_out);
			count++;
			continue;
		}
		for (line += strspn(line, ", "); !*why_out && *line;
		     line += strspn(line, ", ")) {
			const size_t size = strcspn(line, ", ");

			*why_out = place_value(ctx, cv_arena_copy(ctx->arena, line, size),
					       at, kinds, values_out);
			count++;
			line += size;
		}
	}
	if (*why_out)
		return CV_TOLD_OPEN;
	return count ? CV_TOLD : CV_TOLD_NOT;
}

enum cv_told cv_cell_urls(struct cv_ctx *ctx, const char *words, struct cv_span at,
			  struct cv_told_words *out)
{
	memset(out, 0, sizeof *out);
	for (const char *p = words; *p; p += strspn(p, ",\n ")) {
		size_t size = strcspn(p, ",\n");
		const char *url;

		while (size && p[size - 1] == ' ')
			size--;
		if (size == 0)
			continue;
		url = cv_arena_copy(ctx->arena, p, size);
		out->why = cv_words_refused(ctx, &cv_lex_url, url);
		if (!out->why && !strchr(url, '.') && !strchr(url, ':'))
			out->why = "no host name";
		if (out->why)
			return strchr(url, '.') ? CV_TOLD_OPEN : CV_TOLD_NOT;
		cv_texts_add(ctx, &out->values, url, at);
		p += size;
	}
	return out->values.count ? CV_TOLD : CV_TOLD_NOT;
}
