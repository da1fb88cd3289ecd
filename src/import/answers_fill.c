/* Answers into holes, and what is printed of the holes that are left. */
#include "import/answers.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "base/limits.h"
#include "import/draft.h"
#include "import/flat.h"
#include "import/settle.h"
#include "import/yaml_text.h"
#include "read/fields_values.h"

struct filling {
	struct cv_ctx *ctx;
	struct cv_answers *answers;
	struct cv_draft *draft;
	struct cv_table *places; /* of struct cv_span: of holes that are filled */
};

static struct cv_hole_answer *answer_at(const struct filling *filling, size_t number)
{
	return (struct cv_hole_answer *)filling->answers->holes.items + number;
}

/* Whether an answer is about a hole with that key: `when.client` answers one
 * for all of `when`. */
static bool is_for(const char *field, const char *key)
{
	const size_t size = strlen(key);

	return strncmp(field, key, size) == 0 &&
	       (field[size] == '\0' || field[size] == '.');
}

static bool answers(const struct cv_hole_answer *answer, const struct cv_draft_row *row,
		    const struct cv_draft_field *hole)
{
	if (answer->table.text &&
	    strcmp(answer->table.text, cv_section_names[row->section]) != 0)
		return false;
	if (answer->row.text && (!row->id || strcmp(answer->row.text, row->id) != 0))
		return false;
	return is_for(answer->field.text, hole->key) &&
	       strcmp(answer->words.text, hole->hole) == 0;
}

static bool unknown_field(struct cv_ctx *ctx, const struct cv_hole_answer *answer,
			  enum cv_section section)
{
	return cv_find(ctx, CV_F_BAD_VALUE, answer->field.at, "`%s` is no field of %s",
		       cv_shown(ctx, answer->field.text),
		       cv_section_fields(section)->name);
}

/* The values as they would be read in the profile. */
static bool check_values(struct cv_ctx *ctx, const struct cv_hole_answer *answer,
			 enum cv_section section)
{
	const char *key = answer->field.text;
	const struct cv_field *field = cv_section_field(section, key);
	const struct cv_lexical *lexical = cv_section_lexical(section, key);
	bool ok = true;

	if (!field && strcmp(key, "system") != 0)
		return unknown_field(ctx, answer, section);
	if (field && field->type == CV_FIELD_WHEN && answer->value.count &&
	    (strcmp(key, "when") == 0 || strcmp(key, "when.os") == 0))
		return cv_find(ctx, CV_F_BAD_VALUE, answer->field.at,
			       "an answer to `%s` says of what: as when.client, or "
			       "when.os.rhel",
			       key);
	if (field && field->type == CV_FIELD_NAMED && answer->value.count &&
	    !strchr(key, '.'))
		return cv_find(ctx, CV_F_BAD_VALUE, answer->field.at,
			       "an answer to `%s` says whose: as %s.Administrator", key,
			       key);
	if (field && field->type == CV_FIELD_TEXT && answer->value.count > 1)
		return cv_find(ctx, CV_F_WRONG_TYPE, answer->value.items[1].at,
			       "`%s` takes one value", key);
	for (size_t i = 0; i < answer->value.count; i++)
		ok = cv_lexical_check(ctx, lexical, answer->value.items[i]) && ok;
	return ok;
}

/* All answers to one hole; the first takes its place, others stand behind the
 * row's fields. */
static bool fill_hole(const struct filling *filling, struct cv_draft_row *row,
		      struct cv_draft_field *hole)
{
	const struct cv_draft_field was = *hole;
	bool ok = true, taken = false;

	for (size_t i = 0; i < filling->answers->holes.count; i++) {
		struct cv_hole_answer *answer = answer_at(filling, i);
		struct cv_draft_field *field = hole;

		if (!answers(answer, row, &was))
			continue;
		answer->used = true;
		if (!check_values(filling->ctx, answer, row->section)) {
			ok = false;
			continue;
		}
		if (taken)
			field = cv_draft_add(filling->ctx, row, answer->field.text,
					     was.at);
		if (!taken)
			*CV_ADD(filling->ctx->arena, filling->places, struct cv_span) =
				was.at;
		taken = true;
		field->key = cv_intern_text(filling->ctx, answer->field.text);
		field->values = answer->value;
		field->hole = NULL;
	}
	return ok;
}

static bool fill_row(const struct filling *filling, struct cv_draft_row *row)
{
	bool ok = true;

	/* Fields that are added behind are no holes. */
	for (size_t i = 0; i < row->fields.count; i++) {
		struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		if (field->hole)
			ok = fill_hole(filling, row, field) && ok;
	}
	return ok;
}

/* `ip` belongs to no row. */
static bool fill_ip(const struct filling *filling)
{
	struct cv_draft_field *ip = &filling->draft->ip;
	bool ok = true;

	for (size_t i = 0; ip->key && ip->hole && i < filling->answers->holes.count;
	     i++) {
		struct cv_hole_answer *answer = answer_at(filling, i);

		if (answer->table.text || strcmp(answer->field.text, "ip") != 0 ||
		    strcmp(answer->words.text, ip->hole) != 0)
			continue;
		answer->used = true;
		for (size_t v = 0; v < answer->value.count; v++)
			ok = cv_lexical_check(filling->ctx, &cv_lex_family,
					      answer->value.items[v]) &&
			     ok;
		*CV_ADD(filling->ctx->arena, filling->places, struct cv_span) = ip->at;
		ip->values = answer->value;
		ip->hole = NULL;
		if (!answer->value.count)
			ip->key = NULL;
	}
	return ok;
}

static void report_unused(const struct filling *filling)
{
	for (size_t i = 0; i < filling->answers->holes.count; i++) {
		const struct cv_hole_answer *answer = answer_at(filling, i);

		if (!answer->used)
			cv_find(filling->ctx, CV_F_UNUSED_ANSWER, answer->at,
				"the page has no open `%s` with the words `%s`%s%s",
				cv_shown(filling->ctx, answer->field.text),
				cv_shown(filling->ctx, answer->words.text),
				answer->row.text ? " in the row " : "",
				answer->row.text ? answer->row.text : "");
	}
}

bool cv_answers_fill(struct cv_ctx *ctx, struct cv_answers *given, struct cv_draft *draft)
{
	struct cv_table places = {0};
	const struct filling filling = {ctx, given, draft, &places};
	bool ok = fill_ip(&filling);

	for (size_t b = 0; b < draft->blocks.count; b++) {
		struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		for (size_t i = 0; i < block->rows.count; i++)
			ok = fill_row(&filling,
				      CV_AT(&block->rows, struct cv_draft_row, i)) &&
			     ok;
	}
	cv_draft_answered(ctx, draft, &places);
	if (ok)
		report_unused(&filling);
	return ok;
}

/* Holes of one section, field and words: how many there are. */
struct alike {
	UT_hash_handle hh;
	size_t count;
	bool told;
	size_t size;
	char key[]; /* section, field and words */
};

struct telling {
	struct cv_arena *arena;
	struct alike *all; /* a uthash */
	struct cv_buf *out;
	size_t count;
};

static struct alike *alike_of(struct telling *telling, const struct cv_draft_row *row,
			      const struct cv_draft_field *hole)
{
	const size_t key = strlen(hole->key) + 1, words = strlen(hole->hole);
	struct alike *made =
		cv_arena_array(telling->arena, 1, sizeof *made + 1 + key + words);
	struct alike *found;

	made->size = 1 + key + words;
	made->key[0] = (char)('0' + row->section);
	memcpy(made->key + 1, hole->key, key);
	memcpy(made->key + 1 + key, hole->hole, words);
	HASH_FIND(hh, telling->all, made->key, made->size, found);
	if (found)
		return found;
	HASH_ADD_KEYPTR(hh, telling->all, made->key, made->size, made);
	return made;
}

/* `  - {table: ports, field: port, words: "...", value: }` */
static void put_stanza(const struct cv_draft_row *row, const struct cv_draft_field *hole,
		       bool alone, struct cv_buf *out)
{
	const char *key = hole->key;

	cv_buf_text(out, "  - {");
	if (row)
		cv_buf_format(out, "table: %s, ", cv_section_names[row->section]);
	cv_buf_text(out, "field: ");
	if (strcmp(key, "when") == 0)
		key = "when.VERSION";
	else if (strcmp(key, "grants") == 0)
		key = "grants.ROLE";
	cv_yaml_put(out, key, CV_QUOTES_IF_NEEDED);
	cv_buf_text(out, ", words: ");
	cv_yaml_put(out, hole->hole, CV_QUOTES_ALWAYS);
	if (row && row->id && !alone) {
		cv_buf_text(out, ", row: ");
		cv_yaml_put(out, row->id, CV_QUOTES_IF_NEEDED);
	}
	cv_buf_text(out, ", value: , reason: }\n");
}

/* A row without an id is told by its words alone, and so once for all like it. */
static void tell_hole(struct telling *telling, const struct cv_draft_row *row,
		      const struct cv_draft_field *hole)
{
	struct alike *alike = alike_of(telling, row, hole);

	if (!row->id && alike->told)
		return;
	alike->told = true;
	telling->count++;
	if (telling->count <= CV_MAX_STANZAS)
		put_stanza(row, hole, alike->count == 1, telling->out);
}

static void count_hole(struct telling *telling, const struct cv_draft_row *row,
		       const struct cv_draft_field *hole)
{
	alike_of(telling, row, hole)->count++;
}

static void each_hole(struct telling *telling, const struct cv_draft *draft,
		      void (*what)(struct telling *, const struct cv_draft_row *,
				   const struct cv_draft_field *))
{
	for (size_t b = 0; b < draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		for (size_t i = 0; i < block->rows.count; i++) {
			const struct cv_draft_row *row =
				CV_AT(&block->rows, struct cv_draft_row, i);

			for (size_t f = 0; f < row->fields.count; f++) {
				const struct cv_draft_field *field =
					CV_AT(&row->fields, struct cv_draft_field, f);

				if (field->hole)
					what(telling, row, field);
			}
		}
	}
}

size_t cv_answers_open(const struct cv_draft *draft, struct cv_buf *out)
{
	struct telling telling = {.arena = cv_arena_open(), .out = out};

	if (draft->ip.key && draft->ip.hole) {
		put_stanza(NULL, &draft->ip, true, out);
		telling.count++;
	}
	each_hole(&telling, draft, count_hole);
	each_hole(&telling, draft, tell_hole);
	if (telling.count > CV_MAX_STANZAS)
		cv_buf_format(out, "  # and %zu more\n", telling.count - CV_MAX_STANZAS);
	HASH_CLEAR(hh, telling.all);
	cv_arena_close(telling.arena);
	return telling.count;
}
