/* Paths as people write them, and each dialect: what is written obeys its table and
 * reads as what was asked, or as more. */
#include <string.h>

#include "fuzz.h"
#include "model/dialect.h"
#include "model/field.h"
#include "model/pattern.h"
#include "model/sets.h"

/* ---- paths ---- */

/* A path, or a program's name alone, in its one spelling; or NULL. */
static const char *normal_of(struct cv_ctx *ctx, enum cv_platform platform,
			     const char *text)
{
	const char *why = NULL, *bad = NULL, *normal;
	size_t bad_size = 0;

	normal = cv_path_is_bare(text)
			 ? cv_path_bare(ctx, platform, text, &why, &bad, &bad_size)
			 : cv_path_normal(ctx, platform, text, &why, &bad, &bad_size);
	FUZZ_CHECK(normal ||
		   (why && bad >= text && bad + bad_size <= text + strlen(text)));
	return normal;
}

static void check_normal(struct cv_ctx *ctx, enum cv_platform platform,
			 const char *normal)
{
	const char *again = normal_of(ctx, platform, normal);

	FUZZ_CHECK(again && strcmp(again, normal) == 0);
	FUZZ_CHECK(!cv_pattern_is_wide(normal));
	FUZZ_CHECK(cv_pattern_inside(platform, normal, CV_REACH_ITSELF, normal,
				     CV_REACH_ITSELF) == CV_ANSWER_YES);
}

void fuzz_run_paths(const struct fuzz_job *job, struct fuzz_input *input)
{
	const enum cv_platform platform =
		(enum cv_platform)fuzz_below(input, CV_PLATFORM_COUNT);
	struct cv_ctx ctx;
	const char *text, *normal;
	size_t size;

	(void)job;
	cv_ctx_open(&ctx);
	text = fuzz_text(input, ctx.arena);
	cv_path_user_variable(platform, text, &size);
	normal = normal_of(&ctx, platform, text);
	if (normal)
		check_normal(&ctx, platform, normal);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

/* ---- dialects ---- */

enum { MOST_LISTS = 256 };

/* Lists of all targets: each has a dialect, and platforms. */
static const struct cv_list *all_lists[MOST_LISTS];
static size_t list_count;

static void find_lists(void)
{
	for (size_t i = 0; cv_targets[i]; i++) {
		const struct cv_list *list = cv_targets[i]->can.lists;

		for (; list && list->name; list++)
			if (list->dialect && list_count < MOST_LISTS)
				all_lists[list_count++] = list;
	}
}

static bool has_any_of(const char *text, const char *bytes)
{
	return bytes && strpbrk(text, bytes);
}

/* All that the table says of every value. */
static void check_bounds(const struct cv_dialect *dialect, enum cv_reach reach,
			 const char *native)
{
	const size_t size = strlen(native);
	size_t characters = 0;
	unsigned wildcards = 0;

	for (size_t i = 0; i < size; i++) {
		FUZZ_CHECK(!dialect->ascii || (unsigned char)native[i] < 0x80);
		FUZZ_CHECK((unsigned char)native[i] >= ' ' && native[i] != 0x7F);
		characters += ((unsigned char)native[i] & 0xC0) != 0x80;
		if (native[i] == '?' ||
		    (native[i] == '*' && (!i || native[i - 1] != '*')))
			wildcards++;
	}
	FUZZ_CHECK(!dialect->longest || size <= dialect->longest);
	FUZZ_CHECK(!dialect->longest_characters ||
		   characters <= dialect->longest_characters);
	FUZZ_CHECK(!dialect->most_wildcards || wildcards <= dialect->most_wildcards);
	FUZZ_CHECK(!has_any_of(native, dialect->refused));
	FUZZ_CHECK(!size || !dialect->refused_first ||
		   !strchr(dialect->refused_first, native[0]));
	FUZZ_CHECK(!size || !dialect->refused_at_ends ||
		   (!strchr(dialect->refused_at_ends, native[0]) &&
		    !strchr(dialect->refused_at_ends, native[size - 1])));
	FUZZ_CHECK(!dialect->folders_only || reach != CV_REACH_ITSELF);
}

/* Where `?` is written as one byte, it stands for less. */
static bool has_byte(const struct cv_dialect *dialect)
{
	const struct cv_spelling *spelling = dialect->spellings;

	for (; spelling && spelling->native; spelling++)
		if (strcmp(spelling->means, CV_WIDE_BYTE) == 0)
			return true;
	return false;
}

struct question {
	struct cv_ctx *ctx;
	const struct cv_dialect *dialect;
	enum cv_platform platform;
};

/* Writes the pattern; what comes of it is read. */
static void check_pattern(const struct question *question, const char *pattern,
			  enum cv_reach reach)
{
	const struct cv_dialect *dialect = question->dialect;
	const char *why = NULL, *means = NULL;
	enum cv_reach means_reach = reach;
	const char *native = cv_dialect_write(question->ctx, dialect, question->platform,
					      pattern, reach, &why);
	enum cv_answer answer;

	if (!native) {
		FUZZ_CHECK(why);
		return;
	}
	check_bounds(dialect, reach, native);
	if (!cv_dialect_read(question->ctx, dialect, question->platform, native,
			     reach != CV_REACH_ITSELF, &means, &means_reach)) {
		fprintf(stderr, "%s: %s (%d) is written %s, which does not read\n",
			dialect->name, pattern, reach, native);
		FUZZ_FAIL("what is written is read");
	}
	pattern = cv_dialect_expanded(question->ctx, dialect, pattern);
	answer =
		cv_pattern_inside(question->platform, pattern, reach, means, means_reach);
	if (answer == CV_ANSWER_NO && !(has_byte(dialect) && strchr(pattern, '?'))) {
		fprintf(stderr, "%s: %s (%d) is written %s, which means %s (%d)\n",
			dialect->name, pattern, reach, native, means, means_reach);
		FUZZ_FAIL("what is written means no less");
	}
}

/* Reads the text; what it means is written again where it can be. */
static void check_native(const struct question *question, const char *native,
			 bool is_folder)
{
	const char *means = NULL, *normal;
	enum cv_reach reach = CV_REACH_ITSELF;

	if (!cv_dialect_read(question->ctx, question->dialect, question->platform, native,
			     is_folder, &means, &reach))
		return;
	FUZZ_CHECK(is_folder || reach == CV_REACH_ITSELF);
	if (cv_pattern_is_wide(means))
		return;
	normal = normal_of(question->ctx, question->platform, means);
	if (!normal || strcmp(normal, means) != 0) {
		fprintf(stderr, "%s: %s means %s\n", question->dialect->name, native,
			means);
		FUZZ_FAIL("a pattern is normal");
	}
	check_pattern(question, means, reach);
}

void fuzz_run_dialects(const struct fuzz_job *job, struct fuzz_input *input)
{
	const struct cv_list *list;
	struct question question;
	struct cv_ctx ctx;
	enum cv_reach reach;
	const char *text, *normal;
	uint8_t choice;

	(void)job;
	if (!list_count)
		find_lists();
	cv_ctx_open(&ctx);
	list = all_lists[fuzz_below(input, (unsigned)list_count)];
	choice = fuzz_byte(input);
	question = (struct question){&ctx, list->dialect,
				     (enum cv_platform)(choice % CV_PLATFORM_COUNT)};
	while (!(list->platforms >> question.platform & 1))
		question.platform =
			(enum cv_platform)((question.platform + 1) % CV_PLATFORM_COUNT);
	reach = (enum cv_reach)(choice / CV_PLATFORM_COUNT % 3);
	text = fuzz_text(input, ctx.arena);
	check_native(&question, text, choice & 128);
	normal = normal_of(&ctx, question.platform, text);
	if (normal && (reach == CV_REACH_ITSELF || !cv_path_is_bare(normal)))
		check_pattern(&question, normal, reach);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

/* ---- lexicals ---- */

void fuzz_run_lexicals(const struct fuzz_job *job, struct fuzz_input *input)
{
	static const struct cv_lexical *const lexicals[] = {
		&cv_lex_id,         &cv_lex_name,      &cv_lex_profile_id,
		&cv_lex_title,      &cv_lex_ports,     &cv_lex_protocol,
		&cv_lex_constraint, &cv_lex_version,   &cv_lex_date,
		&cv_lex_address,    &cv_lex_host,      &cv_lex_url,
		&cv_lex_sha256,     &cv_lex_drive,     &cv_lex_family,
		&cv_lex_icmp_type,  &cv_lex_extension, &cv_lex_digest,
		&cv_lex_path,       &cv_lex_note,      &cv_lex_finding,
	};
	const struct cv_lexical *lexical =
		lexicals[fuzz_below(input, sizeof lexicals / sizeof *lexicals)];
	struct cv_text value = {NULL, {0, 0, 0}};
	struct cv_ctx ctx;
	bool ok;

	(void)job;
	cv_ctx_open(&ctx);
	value.text = fuzz_text(input, ctx.arena);
	if (lexical->check) {
		ok = lexical->check(&ctx, value);
		FUZZ_CHECK(ok == (ctx.errors == 0));
		FUZZ_CHECK(lexical->check(&ctx, value) == ok);
	}
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}
