/* The option table and the loop over argv.  Not getopt: its messages neither name
 * what is allowed nor what was meant, and it prints them itself. */
#include "commands/options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/page.h"

enum option_type { FLAG, TEXT, WORD, LIST };

struct option {
	const char *name; /* without its dashes; NULL ends the table */
	char letter;      /* or 0 */
	enum option_type type;
	unsigned commands;
	size_t offset;        /* in struct cv_request */
	const char *argument; /* "DIR"; NULL for flags */
	const char *const *words;
	const char *meaning;
};

static const char *const diagnostics_words[] = {"text", "json", NULL};
static const char *const format_words[] = {"text", "json", NULL};
static const char *const color_words[] = {"auto", "always", "never", NULL};

#define MEMBER(name) offsetof(struct cv_request, name)

static const struct option options[] = {
	{"output", 'o', TEXT, CV_ON_COMPILE | CV_ON_DIFF | CV_ON_APPLY | CV_ON_IMPORT,
	 MEMBER(output), "DIR", NULL,
	 "write the tree to DIR (compile's default: carveout-SITENAME); of apply the "
	 "boot file, of import the profile"},
	{"targets", 't', LIST, CV_ON_COMPILE | CV_ON_AUDIT, MEMBER(targets), "TARGET,...",
	 NULL, "the artefacts of these targets only; of an audit the one target"},
	{"subject", 's', TEXT, CV_ON_EXPLAIN | CV_ON_DIFF | CV_ON_AUDIT | CV_ON_APPLY,
	 MEMBER(subject), "SUBJECT", NULL,
	 "a group, a party or the site, by its name; diff takes two: OLD,NEW"},
	{"flow", 0, TEXT, CV_ON_EXPLAIN, MEMBER(flow), "'A -> B:443/tcp'", NULL,
	 "whether A may open this to B, by which row, and where"},
	{"path", 0, TEXT, CV_ON_EXPLAIN, MEMBER(path), "PATH", NULL,
	 "whether the path is excluded for the group of -s, by which row, and where"},
	{"row", 0, TEXT, CV_ON_EXPLAIN, MEMBER(row), "ROW", NULL,
	 "a row's way from the page to the lines of the artefacts"},
	{"dry-run", 0, FLAG, CV_ON_COMPILE | CV_ON_APPLY | CV_ON_IMPORT, MEMBER(dry_run),
	 NULL, NULL,
	 "do all but write, and say what would be new, changed or gone; all but load"},
	{"answers", 0, TEXT, CV_ON_IMPORT, MEMBER(answers), "FILE", NULL,
	 "what is known of the page's holes, names and shape: see docs/import.md"},
	{"form", 0, WORD, CV_ON_IMPORT, MEMBER(form), "html|markdown|csv|tsv|text",
	 cv_page_forms, "what FILE is (default: told by its bytes)"},
	{"id", 0, TEXT, CV_ON_IMPORT, MEMBER(id), "VENDOR/PRODUCT", NULL,
	 "of the profile"},
	{"title", 0, TEXT, CV_ON_IMPORT, MEMBER(title), "TITLE", NULL,
	 "the product's name"},
	{"url", 0, TEXT, CV_ON_IMPORT, MEMBER(url), "URL", NULL,
	 "where the page is (default: what the page says itself)"},
	{"source", 0, TEXT, CV_ON_IMPORT, MEMBER(source), "KEY", NULL,
	 "the page's key in the profile's `source` (default: page)"},
	{"retrieved", 0, TEXT, CV_ON_IMPORT, MEMBER(retrieved), "YYYY-MM-DD", NULL,
	 "the day on which the page was read (default: today)"},
	{"confirm", 0, TEXT, CV_ON_APPLY, MEMBER(confirm), "SECONDS", NULL,
	 "load on trial: the old policy comes back by itself unless it is confirmed"},
	{"confirmed", 0, FLAG, CV_ON_APPLY, MEMBER(confirmed), NULL, NULL,
	 "what is on trial stays; to be said over a new connection"},
	{"rollback", 0, FLAG, CV_ON_APPLY, MEMBER(rollback), NULL, NULL,
	 "end the trial at once"},
	{"status", 0, FLAG, CV_ON_APPLY, MEMBER(status), NULL, NULL,
	 "say what is in force or on trial; change nothing"},
	{"persist", 0, FLAG, CV_ON_APPLY, MEMBER(persist), NULL, NULL,
	 "write the boot file, once the policy is in force and confirmed"},
	{"live", 0, FLAG, CV_ON_AUDIT, MEMBER(live), NULL, NULL,
	 "read this machine itself in place of ACTUAL"},
	{"only-ours", 0, FLAG, CV_ON_AUDIT, MEMBER(only_ours), NULL, NULL,
	 "what others made is neither extra nor wider"},
	{"format", 0, WORD, CV_ON_AUDIT | CV_ON_APPLY | CV_ON_PROFILES, MEMBER(format),
	 "text|json", format_words, "how the result is printed on standard output"},
	{"explain", 0, TEXT, CV_ON_CHECK, MEMBER(finding), "FINDING", NULL,
	 "print what a finding means, why, and how to mend or accept it"},
	{"strict", 0, FLAG, CV_ON_ALL, MEMBER(strict), NULL, NULL, "warnings are errors"},
	{"today", 0, TEXT, CV_ON_ALL, MEMBER(today), "YYYY-MM-DD", NULL,
	 "hold dates against this day (default: SOURCE_DATE_EPOCH, else the clock)"},
	{"profiles", 0, TEXT, CV_ON_ALL, MEMBER(profiles), "DIR", NULL,
	 "where the installed profiles are"},
	{"diagnostics", 0, WORD, CV_ON_ALL, MEMBER(diagnostics), "text|json",
	 diagnostics_words, "how findings are printed on standard error"},
	{"color", 0, WORD, CV_ON_ALL, MEMBER(color), "auto|always|never", color_words,
	 "colours in findings (auto: on a terminal, unless NO_COLOR is set)"},
	{"quiet", 'q', FLAG, CV_ON_ALL, MEMBER(quiet), NULL, NULL,
	 "print errors only, and nothing on success"},
	{"verbose", 'v', FLAG, CV_ON_ALL, MEMBER(verbose), NULL, NULL,
	 "print notes, too"},
	{"help", 'h', FLAG, CV_ON_ALL, MEMBER(help), NULL, NULL, "this text"},
	{"version", 0, FLAG, CV_ON_ALL, MEMBER(version), NULL, NULL,
	 "the same as the command version"},
	{NULL, 0, FLAG, 0, 0, NULL, NULL, NULL},
};

enum { OPTION_COUNT = sizeof options / sizeof *options - 1 };

struct parser {
	struct cv_ctx *ctx;
	struct cv_request *request;
	int argc, at;
	char *const *argv;
	unsigned given; /* bit per option */
	const char **arguments;
};

static const struct cv_span nowhere;

static bool unknown_option(struct parser *parser, const char *name)
{
	const char *names[OPTION_COUNT], *near;
	struct cv_finding *finding;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		names[i] = options[i].name;
	near = cv_nearest(name, names, OPTION_COUNT);
	finding = cv_find_more(parser->ctx, CV_F_USAGE, nowhere, "unknown option --%s",
			       name);
	finding->hint =
		near ? cv_arena_format(parser->ctx->arena, "did you mean --%s?", near)
		     : "carveout --help lists the options";
	return false;
}

static bool bad_word(struct parser *parser, const struct option *option,
		     const char *value)
{
	struct cv_finding *finding =
		cv_find_more(parser->ctx, CV_F_USAGE, nowhere, "--%s takes %s, not `%s`",
			     option->name, option->argument, value);

	cv_suggest(parser->ctx, finding, value, option->words, SIZE_MAX);
	return false;
}

static bool set_value(struct parser *parser, const struct option *option,
		      const char *value)
{
	char *member = (char *)parser->request + option->offset;
	const char **text = (const char **)(void *)member;

	if (!*value)
		return cv_find(parser->ctx, CV_F_USAGE, nowhere,
			       "--%s needs %s, not an empty word", option->name,
			       option->argument);
	if (option->type == WORD) {
		for (unsigned i = 0; option->words[i]; i++) {
			if (strcmp(option->words[i], value) == 0) {
				*(unsigned *)(void *)member = i;
				return true;
			}
		}
		return bad_word(parser, option, value);
	}
	*text = option->type == LIST && *text
			? cv_arena_format(parser->ctx->arena, "%s,%s", *text, value)
			: value;
	return true;
}

/* `value` is what stands behind a `=` or a letter, or NULL. */
static bool take_option(struct parser *parser, const struct option *option,
			const char *value)
{
	parser->given |= 1U << (option - options);
	if (option->type == FLAG) {
		if (value)
			return cv_find(parser->ctx, CV_F_USAGE, nowhere,
				       "--%s takes no value, but has `%s`", option->name,
				       value);
		*((bool *)parser->request + option->offset) = true;
		return true;
	}
	if (!value) {
		if (parser->at + 1 >= parser->argc)
			return cv_find(parser->ctx, CV_F_USAGE, nowhere, "--%s needs %s",
				       option->name, option->argument);
		value = parser->argv[++parser->at];
	}
	return set_value(parser, option, value);
}

static bool take_long(struct parser *parser, const char *word)
{
	const char *equals = strchr(word, '=');
	const size_t size = equals ? (size_t)(equals - word) : strlen(word);

	for (const struct option *option = options; option->name; option++)
		if (strlen(option->name) == size && memcmp(option->name, word, size) == 0)
			return take_option(parser, option, equals ? equals + 1 : NULL);
	return unknown_option(parser, cv_arena_copy(parser->ctx->arena, word, size));
}

/* `-qv`, `-oDIR`, `-o DIR` */
static bool take_letters(struct parser *parser, const char *letters)
{
	for (; *letters; letters++) {
		const struct option *option = options;

		while (option->name && option->letter != *letters)
			option++;
		if (!option->name) {
			cv_find_more(parser->ctx, CV_F_USAGE, nowhere,
				     "unknown option -%s", letters)
				->hint = "carveout --help lists the options";
			return false;
		}
		if (option->type != FLAG)
			return take_option(parser, option,
					   letters[1] ? letters + 1 : NULL);
		if (!take_option(parser, option, NULL))
			return false;
	}
	return true;
}

static const struct cv_command *find_command(const char *name)
{
	for (const struct cv_command *command = cv_commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

static bool unknown_command(struct cv_ctx *ctx, const char *word)
{
	const char *names[16] = {NULL};
	struct cv_buf all = CV_BUF_INIT;
	size_t count = 0;

	for (; cv_commands[count].name; count++) {
		names[count] = cv_commands[count].name;
		cv_buf_format(&all, "%s%s", count ? ", " : "", names[count]);
	}
	if (!word) {
		cv_find(ctx, CV_F_USAGE, nowhere, "a command is missing; there are %s",
			cv_buf_string(&all));
	} else {
		struct cv_finding *finding = cv_find_more(
			ctx, CV_F_USAGE, nowhere, "unknown command `%s`; there are %s",
			word, cv_buf_string(&all));

		cv_suggest(ctx, finding, word, names, count);
	}
	cv_buf_deinit(&all);
	return false;
}

static bool take_word(struct parser *parser, const char *word)
{
	struct cv_request *request = parser->request;

	if (request->command) {
		parser->arguments[request->argument_count++] = word;
		return true;
	}
	/* `carveout help compile` is what many type first. */
	if (strcmp(word, "help") == 0 && !request->help) {
		request->help = true;
		return true;
	}
	request->command = find_command(word);
	return request->command || unknown_command(parser->ctx, word);
}

static bool read_words(struct parser *parser)
{
	bool words_only = false;

	for (; parser->at < parser->argc; parser->at++) {
		const char *word = parser->argv[parser->at];
		bool ok;

		if (words_only || word[0] != '-' || !word[1])
			ok = take_word(parser, word);
		else if (word[1] != '-')
			ok = take_letters(parser, word + 1);
		else if (word[2])
			ok = take_long(parser, word + 2);
		else
			ok = words_only = true;
		if (!ok)
			return false;
	}
	return true;
}

/* What only the whole line shows. */
static bool check_whole(struct parser *parser)
{
	const struct cv_request *request = parser->request;
	const struct cv_command *command = request->command;

	if (!command)
		return unknown_command(parser->ctx, NULL);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (parser->given >> i & 1 && !(options[i].commands & command->bit))
			return cv_find(parser->ctx, CV_F_USAGE, nowhere,
				       "carveout %s takes no --%s", command->name,
				       options[i].name);
	if (request->argument_count < command->least && !request->finding)
		return cv_find(parser->ctx, CV_F_USAGE, nowhere, "carveout %s needs %s",
			       command->name, command->arguments);
	if (request->argument_count > command->most)
		return cv_find(parser->ctx, CV_F_USAGE, nowhere,
			       "carveout %s takes %s, `%s` is one word too many",
			       command->name,
			       command->most ? command->arguments : "no argument",
			       request->arguments[command->most]);
	return true;
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leaps);
}

bool cv_is_date(const char *text)
{
	int number[3] = {0, 0, 0};
	size_t part = 0;

	if (strlen(text) != 10)
		return false;
	for (size_t i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return false;
			part++;
		} else if (text[i] < '0' || text[i] > '9') {
			return false;
		} else {
			number[part] = number[part] * 10 + text[i] - '0';
		}
	}
	if (number[1] < 1 || number[1] > 12 || number[2] < 1)
		return false;
	return number[2] <= days_of(number[0], number[1]);
}

/* The day of so many seconds since 1970.  Not by gmtime(), which reads the file of the
 * time zone, though nothing depends on it, and was a tenth of what a start takes. */
static bool write_day(time_t seconds, char day_out[11])
{
	const time_t last = 253402300799; /* of the year 9999 */
	int days = (int)(seconds / (24 * 60 * 60)), year = 1970, month = 1;

	if (seconds < 0 || seconds > last)
		return false;
	while (days >= days_of(year, month)) {
		days -= days_of(year, month);
		year += month == 12;
		month = month % 12 + 1;
	}
	snprintf(day_out, 11, "%04u-%02u-%02u", (unsigned)year % 10000,
		 (unsigned)month % 100, (unsigned)(days + 1) % 100);
	return true;
}

static bool set_today(struct cv_ctx *ctx, const struct cv_request *request)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = time(NULL);

	if (request->today) {
		if (!cv_is_date(request->today))
			return cv_find(ctx, CV_F_USAGE, nowhere,
				       "--today takes a day as YYYY-MM-DD, not `%s`",
				       request->today);
		memcpy(ctx->today, request->today, sizeof ctx->today);
		return true;
	}
	if (epoch && *epoch) {
		/* 11 digits reach the year 5138, and no further than time_t. */
		if (strspn(epoch, "0123456789") != strlen(epoch) || strlen(epoch) > 11)
			return cv_find(ctx, CV_F_USAGE, nowhere,
				       "SOURCE_DATE_EPOCH holds seconds since 1970, "
				       "not `%s`",
				       epoch);
		now = (time_t)strtoll(epoch, NULL, 10);
	}
	if (!write_day(now, ctx->today))
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "the clock shows no day; say --today=YYYY-MM-DD");
	return true;
}

/* A directory below the working directory is shown by the shorter path. */
static const char *shorten(const char *path)
{
	char here[4096];
	const size_t size = getcwd(here, sizeof here) ? strlen(here) : 0;

	if (size > 1 && strncmp(path, here, size) == 0 && path[size] == '/')
		path += size + 1;
	return path;
}

/* Beside the executable once installed anywhere.  Those of the sources are for a program
 * that was built and lies there still: an installed one must not take what somebody
 * lays where it was built once. */
static const char *find_profiles(struct cv_ctx *ctx)
{
	static const char built[] = CV_BUILD_DIRECTORY "/";
	char path[4096];
	const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash, *beside;

	if (size <= 0)
		return CV_INSTALLED_PROFILES;
	path[size] = '\0';
	if (strncmp(path, built, sizeof built - 1) == 0)
		return shorten(CV_SOURCE_PROFILES);
	slash = strrchr(path, '/');
	if (!slash)
		return CV_INSTALLED_PROFILES;
	*slash = '\0';
	beside = cv_arena_format(ctx->arena, "%s/../share/carveout/profiles", path);
	return shorten(access(beside, R_OK | X_OK) == 0 ? beside : CV_INSTALLED_PROFILES);
}

bool cv_request_read(struct cv_ctx *ctx, int argc, char *const *argv,
		     struct cv_request *request_out)
{
	struct parser parser = {
		.ctx = ctx, .request = request_out, .argc = argc, .at = 1, .argv = argv};
	bool ok;

	*request_out = (struct cv_request){0};
	parser.arguments = CV_NEW_ARRAY(ctx->arena, (size_t)argc + 1, const char *);
	request_out->arguments = parser.arguments;
	ok = read_words(&parser);
	ctx->strict = request_out->strict;
	if (!ok)
		return false;
	if (request_out->help)
		return true;
	if (request_out->version) {
		request_out->command = find_command("version");
		request_out->argument_count = 0;
	}
	if (!check_whole(&parser) || !set_today(ctx, request_out))
		return false;
	if (!request_out->profiles)
		request_out->profiles = find_profiles(ctx);
	return true;
}

static void help_on_options(const struct cv_command *command, struct cv_buf *out)
{
	for (const struct option *option = options; option->name; option++) {
		char left[64];
		struct cv_buf word = CV_BUF_INIT;

		if (command && !(option->commands & command->bit))
			continue;
		if (option->letter)
			cv_buf_format(&word, "-%c, ", option->letter);
		else
			cv_buf_text(&word, "    ");
		cv_buf_format(&word, "--%s", option->name);
		if (option->argument)
			cv_buf_format(&word, "=%s", option->argument);
		strncpy(left, cv_buf_string(&word), sizeof left - 1);
		left[sizeof left - 1] = '\0';
		cv_buf_deinit(&word);
		cv_buf_format(out, "  %-30s  %s\n", left, option->meaning);
	}
}

void cv_help(const struct cv_command *command, struct cv_buf *out)
{
	if (command) {
		cv_buf_format(out, "usage: carveout %s [OPTION]...%s%s\n\n%s\n",
			      command->name, *command->arguments ? " " : "",
			      command->arguments, command->summary);
		if (command->more)
			cv_buf_format(out, "\n%s\n", command->more);
	} else {
		cv_buf_text(out, "usage: carveout COMMAND [OPTION]... [ARGUMENT]...\n\n"
				 "Compiles published requirements into firewall policy "
				 "and exclusions.\n\ncommands:\n");
		for (const struct cv_command *at = cv_commands; at->name; at++)
			cv_buf_format(out, "  %-9s %-14s  %s\n", at->name, at->arguments,
				      at->summary);
	}
	cv_buf_text(out, "\noptions:\n");
	help_on_options(command, out);
	cv_buf_text(out,
		    command ? ""
			    : "\n`-` as a file is standard input.  Exit codes: 0 done; "
			      "1 errors in the\ninput; 2 usage, or a file that "
			      "cannot be read or written; 3 a fault of\ncarveout "
			      "itself.\n");
}
