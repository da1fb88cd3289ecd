/* The vocabularies: protocols, directions, kinds of exclusion, systems, grants. */
#include "import/cells.h"

#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/texts.h"
#include "model/field.h"

struct word {
	const char *word, *means;
};

static const char *meaning(const struct word *words, const char *text, size_t size)
{
	for (; words->word; words++)
		if (strlen(words->word) == size &&
		    strncasecmp(words->word, text, size) == 0)
			return words->means;
	return NULL;
}

static const struct word protocols[] = {
	{"tcp", "tcp"},         {"udp", "udp"},       {"sctp", "sctp"}, {"icmp", "icmp"},
	{"icmpv4", "icmp"},     {"icmpv6", "icmpv6"}, {"esp", "esp"},   {"ah", "ah"},
	{"tcp+udp", "tcp+udp"}, {NULL, NULL},
};

/* Applications that say which protocol only to who knows them. */
static const char *const applications[] = {
	"http", "https", "ssh",  "snmp",  "syslog", "ldap", "ldaps",
	"dns",  "ntp",   "smtp", "smb",   "rpc",    "rdp",  "ftp",
	"sftp", "iscsi", "wmi",  "winrm", "amqp",   "nfs",  "tls",
	"ssl",  "smtps", "imap", "pop3",  "mqtt",   "grpc", NULL};

static bool is_application(const char *text, size_t size)
{
	for (size_t i = 0; applications[i]; i++)
		if (strlen(applications[i]) == size &&
		    strncasecmp(applications[i], text, size) == 0)
			return true;
	return false;
}

static bool is_joiner(const char *text, size_t size)
{
	return (size == 3 && strncasecmp(text, "and", 3) == 0) ||
	       (size == 2 && strncasecmp(text, "or", 2) == 0) ||
	       (size == 1 && *text == '&');
}

enum cv_told cv_cell_protocol(struct cv_ctx *ctx, const char *words, struct cv_span at,
			      struct cv_told_words *out)
{
	static const char parting[] = " ,/;\n";
	enum cv_told told = CV_TOLD_NOT;
	const char *application = NULL;

	memset(out, 0, sizeof *out);
	for (const char *p = words + strspn(words, parting); *p;
	     p += strspn(p, parting)) {
		const size_t size = strcspn(p, parting);
		const char *protocol = meaning(protocols, p, size);

		if (protocol) {
			if (!cv_texts_hold(&out->values, protocol))
				cv_texts_add(ctx, &out->values, protocol, at);
			told = CV_TOLD;
		} else if (is_application(p, size)) {
			application = cv_arena_copy(ctx->arena, p, size);
		} else if (!is_joiner(p, size)) {
			return CV_TOLD_NOT;
		}
		p += size;
	}
	out->remark = application;
	if (told == CV_TOLD || !application)
		return told;
	out->why = cv_arena_format(ctx->arena,
				   "`%s` is an application and names no protocol",
				   cv_shown(ctx, application));
	return CV_TOLD_OPEN;
}

/* Only what arrows are made of, without the blanks in between: "<-->", "->". */
static size_t arrow(const char *words, char *out, size_t room)
{
	size_t size = 0;

	for (const char *p = words; *p; p++) {
		if (isspace((unsigned char)*p))
			continue;
		if (!strchr("<>-=", *p) || size + 1 >= room)
			return 0;
		out[size++] = *p == '=' ? '-' : *p;
	}
	out[size] = '\0';
	return size;
}

static const struct word directions[] = {
	{"inbound", "inbound"},   {"incoming", "inbound"},  {"in", "inbound"},
	{"outbound", "outbound"}, {"outgoing", "outbound"}, {"out", "outbound"},
	{"\xE2\x86\x92", "from"}, {"\xE2\x86\x90", "to"},   {NULL, NULL},
};

static const char *const both_ways[] = {"inbound and outbound",
					"incoming and outgoing",
					"inbound/outbound",
					"in and out",
					"in/out",
					"both",
					"bidirectional",
					"bi-directional",
					"bidirectionally",
					"\xE2\x86\x94",
					NULL};

enum cv_told cv_cell_direction(struct cv_ctx *ctx, const char *words,
			       const char **direction_out, const char **why_out)
{
	char shape[16];
	const size_t size = arrow(words, shape, sizeof shape);
	const char *word = meaning(directions, words, strlen(words));
	bool open = false;

	*direction_out = word;
	*why_out = NULL;
	if (word)
		return CV_TOLD;
	for (size_t i = 0; both_ways[i]; i++)
		open = open || strcasecmp(words, both_ways[i]) == 0;
	if (size > 1 && !open) {
		const bool left = shape[0] == '<', right = shape[size - 1] == '>';

		if (strspn(shape + left, "-") != size - left - right || !(left || right))
			return CV_TOLD_NOT;
		open = left && right;
		*direction_out = open ? NULL : right ? "from" : "to";
	}
	if (!open)
		return *direction_out ? CV_TOLD : CV_TOLD_NOT;
	*why_out =
		cv_arena_format(ctx->arena,
				"`%s` may mean that either side opens the connection, or "
				"only that answers come back",
				cv_shown(ctx, words));
	return CV_TOLD_OPEN;
}

static const struct {
	const char *word;
	unsigned kinds;
} kind_words[] = {
	{"process", 1U << CV_KIND_PROCESS},
	{"proces", 1U << CV_KIND_PROCESS},
	{"processes", 1U << CV_KIND_PROCESS},
	{"executable", 1U << CV_KIND_PROCESS},
	{"executables", 1U << CV_KIND_PROCESS},
	{"program", 1U << CV_KIND_PROCESS},
	{"folder", 1U << CV_KIND_FOLDER},
	{"folders", 1U << CV_KIND_FOLDER},
	{"directory", 1U << CV_KIND_FOLDER},
	{"directories", 1U << CV_KIND_FOLDER},
	{"dir", 1U << CV_KIND_FOLDER},
	{"file", 1U << CV_KIND_FILE},
	{"files", 1U << CV_KIND_FILE},
	{"extension", 1U << CV_KIND_EXTENSION},
	{"extensions", 1U << CV_KIND_EXTENSION},
	{"file extension", 1U << CV_KIND_EXTENSION},
	{"file type", 1U << CV_KIND_EXTENSION},
	{"registry", 0},
	{"registry key", 0},
	{"driver", 0},
	{"certificate", 0},
	{"thumbprint", 0},
};

/* One word of a kind; false: none that is known. */
static bool one_kind(const char *text, size_t size, unsigned *kinds)
{
	for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++)
		if (strlen(kind_words[i].word) == size &&
		    strncasecmp(kind_words[i].word, text, size) == 0) {
			*kinds = kind_words[i].kinds;
			return true;
		}
	return false;
}

enum cv_told cv_cell_kinds(struct cv_ctx *ctx, const char *words, unsigned *kinds_out,
			   const char **why_out)
{
	static const char parting[] = "/,;\n";
	unsigned kinds = 0, one;

	*kinds_out = 0;
	*why_out = NULL;
	for (const char *p = words; *p;) {
		size_t size;

		p += strspn(p, " /,;\n");
		size = strcspn(p, parting);
		while (size && p[size - 1] == ' ')
			size--;
		if (size == 0)
			break;
		if (!one_kind(p, size, &one))
			return CV_TOLD_NOT;
		if (!one)
			*why_out = cv_arena_format(
				ctx->arena, "a profile has no kind of exclusion for `%s`",
				cv_shown_part(ctx, p, size));
		kinds |= one;
		p += strcspn(p, parting);
	}
	*kinds_out = kinds;
	return *why_out ? CV_TOLD_OPEN : kinds ? CV_TOLD : CV_TOLD_NOT;
}

static const struct word systems[] = {
	{"red hat enterprise linux", "rhel"},
	{"rhel", "rhel"},
	{"centos", "centos"},
	{"oracle linux", "oracle"},
	{"ubuntu", "ubuntu"},
	{"debian", "debian"},
	{"suse linux enterprise server", "sles"},
	{"sles", "sles"},
	{"amazon linux", "amazon"},
	{"macos", "macos"},
	{"os x", "macos"},
	{"windows", "windows"},
	{"linux", "linux"},
	{"windows server", "windows-server"},
	{NULL, NULL},
};

const char *cv_cell_system(const char *words)
{
	return meaning(systems, words, strlen(words));
}

static const char *next_platform(const char **words)
{
	static const struct word platforms[] = {{"windows", "windows"},
						{"linux", "linux"},
						{"macos", "macos"},
						{"mac", "macos"},
						{NULL, NULL}};
	static const char parting[] = " \n,/()&";

	for (const char *p = *words; *p; p += strspn(p, parting)) {
		const size_t size = strcspn(p, parting);
		const char *one = meaning(platforms, p, size);

		p += size;
		*words = p;
		if (one)
			return one;
	}
	return NULL;
}

bool cv_cell_names_platform(const char *words)
{
	return next_platform(&words) != NULL;
}

const char *cv_cell_platform(const char *words)
{
	const char *found = next_platform(&words), *other;

	while (found && (other = next_platform(&words)))
		if (strcmp(other, found) != 0)
			return NULL;
	return found;
}

bool cv_cell_is_grant(const char *word, size_t size)
{
	static const struct word grants[] = {
		{"show", ""},    {"read", ""},    {"write", ""},
		{"execute", ""}, {"view", ""},    {"create", ""},
		{"delete", ""},  {"special", ""}, {NULL, NULL}};

	for (size_t i = 0; i < size; i++)
		if (!isupper((unsigned char)word[i]))
			return false;
	return meaning(grants, word, size) != NULL;
}

/* Digits and commas behind a letter, each of them a footnote of the page. */
static size_t glued_marks(const char *words, size_t size, struct cv_footnotes notes)
{
	size_t start = size;

	while (start &&
	       (isdigit((unsigned char)words[start - 1]) || words[start - 1] == ','))
		start--;
	if (start == size || start == 0 || !isalpha((unsigned char)words[start - 1]) ||
	    words[start] == ',')
		return size;
	for (size_t i = start; i < size; i++) {
		const bool digit = isdigit((unsigned char)words[i]);

		if (digit && i > start && words[i - 1] != ',')
			return size;
		if (digit && !(notes.noted >> (words[i] - '0') & 1))
			return size;
	}
	return start;
}

const char *cv_cell_name(struct cv_ctx *ctx, const char *words, struct cv_footnotes notes,
			 const char **marks_out)
{
	static const char *const trade[] = {"\xE2\x84\xA2", "\xC2\xAE", NULL};
	struct cv_buf buf = CV_BUF_INIT;
	const char *name;
	size_t size;

	for (const char *p = words; *p;) {
		size_t skip = 0;

		for (size_t i = 0; trade[i]; i++)
			if (strncmp(p, trade[i], strlen(trade[i])) == 0)
				skip = strlen(trade[i]);
		if (!skip)
			cv_buf_char(&buf, *p++);
		p += skip;
	}
	size = glued_marks(cv_buf_string(&buf), buf.size, notes);
	*marks_out = size < buf.size ? cv_arena_text(ctx->arena, buf.data + size) : NULL;
	name = cv_arena_copy(ctx->arena, cv_buf_string(&buf), size);
	cv_buf_deinit(&buf);
	return name;
}

const char *cv_words_refused(struct cv_ctx *ctx, const struct cv_lexical *lexical,
			     const char *words)
{
	const struct cv_text value = {words, {0}};
	struct cv_finding_mark mark;
	const char *why;

	if (!lexical)
		return NULL;
	if (lexical->words) {
		for (size_t i = 0; lexical->words[i]; i++)
			if (strcmp(lexical->words[i], words) == 0)
				return NULL;
		return lexical->name;
	}
	mark = cv_finding_mark(ctx);
	if (lexical->check(ctx, value))
		return NULL;
	why = cv_finding_forget(ctx, mark);
	return why ? why : lexical->name;
}
