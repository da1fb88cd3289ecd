/* Which row of the page is the next edition of which row of the profile. */
#include "import/merge_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "import/settle.h"

/* Pairs that are looked at one by one; of more only equal rows are paired. */
enum { MOST_PAIRS = 1000000 };

enum cv_key_kind cv_key_kind(const char *key)
{
	static const struct {
		const char *key;
		enum cv_key_kind kind;
	} kinds[] = {
		{"id", CV_KEY_OWN},         {"status", CV_KEY_OWN},
		{"until", CV_KEY_OWN},      {"source", CV_KEY_OWN},
		{"from", CV_KEY_ENDS},      {"to", CV_KEY_ENDS},
		{"device", CV_KEY_ENDS},    {"when", CV_KEY_WHEN},
		{"port", CV_KEY_PORTS},     {"source-port", CV_KEY_PORTS},
		{"protocol", CV_KEY_PORTS}, {"icmp-type", CV_KEY_PORTS},
		{"url", CV_KEY_VALUE},
	};

	if (strcmp(key, "when.edition") == 0)
		return CV_KEY_ENDS;
	if (strcmp(key, "when.feature") == 0 || strcmp(key, "when.arch") == 0)
		return CV_KEY_SOFT;
	if (strncmp(key, "when.", 5) == 0 || strncmp(key, "when|", 5) == 0)
		return CV_KEY_WHEN;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].key, key) == 0)
			return kinds[i].kind;
	for (size_t i = 0; i < CV_KIND_COUNT; i++)
		if (strcmp(cv_kind_names[i], key) == 0)
			return CV_KEY_VALUE;
	return CV_KEY_SOFT;
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(((const struct cv_text *)left)->text,
		      ((const struct cv_text *)right)->text);
}

/* What stands between two marks: the name of a place or parameter. */
static const char *folded_reference(const struct cv_profile *profile, const char *name,
				    size_t size, bool is_place)
{
	const struct cv_place_row *places = profile->places.items;
	const struct cv_parameter *parameters = profile->parameters.items;

	for (size_t i = 0; is_place && i < profile->places.count; i++)
		for (size_t j = 0; j < places[i].aliases.count; j++) {
			const char *alias = places[i].aliases.items[j].text;

			if (strlen(alias) == size && memcmp(alias, name, size) == 0)
				return places[i].name.text;
		}
	for (size_t i = 0; !is_place && i < profile->parameters.count; i++)
		if (strlen(parameters[i].name.text) == size && parameters[i].value.text &&
		    memcmp(parameters[i].name.text, name, size) == 0)
			return parameters[i].value.text;
	return NULL;
}

static const char *folded_value(const struct cv_merge *merge, const char *value)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;

	if (!strpbrk(value, "<$"))
		return value;
	while (*value) {
		const bool is_place = *value == '<';
		const size_t open = is_place ? 1 : 2;
		size_t size;
		const char *name;

		if (!is_place && strncmp(value, "${", 2) != 0) {
			cv_buf_char(&buf, *value++);
			continue;
		}
		size = strcspn(value + open, is_place ? ">" : "}");
		name = folded_reference(merge->profile, value + open, size, is_place);
		if (!value[open + size] || !name) {
			cv_buf_char(&buf, *value++);
			continue;
		}
		cv_buf_format(&buf, is_place ? "<%s>" : "%s", name);
		value += open + size + 1;
	}
	made = cv_intern_text(merge->ctx, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

static const char *folded_party(const struct cv_merge *merge, const char *name)
{
	const struct cv_party_row *parties = merge->profile->parties.items;

	for (size_t i = 0; i < merge->profile->parties.count; i++)
		if (cv_texts_hold(&parties[i].aliases, name))
			return parties[i].name.text;
	return name;
}

void cv_merge_fold(const struct cv_merge *merge, const struct cv_table *flat,
		   struct cv_table *folded_out)
{
	struct cv_arena *arena = merge->ctx->arena;

	*folded_out = (struct cv_table){0};
	for (size_t i = 0; i < flat->count; i++) {
		const struct cv_draft_field *field =
			CV_AT(flat, struct cv_draft_field, i);
		struct cv_draft_field *folded =
			CV_ADD(arena, folded_out, struct cv_draft_field);
		const bool is_party =
			strcmp(field->key, "from") == 0 || strcmp(field->key, "to") == 0;

		*folded = *field;
		if (!field->values.count)
			continue;
		folded->values.items =
			CV_NEW_ARRAY(arena, field->values.count, struct cv_text);
		for (size_t v = 0; v < field->values.count; v++) {
			const char *value = field->values.items[v].text;

			folded->values.items[v].text =
				is_party ? folded_party(merge, value)
					 : folded_value(merge, value);
		}
		qsort(folded->values.items, folded->values.count,
		      sizeof *folded->values.items, compare_texts);
	}
}

bool cv_merge_fits(const struct cv_draft_field *older, const struct cv_draft_field *now)
{
	if (older && now && now->hole && !older->hole)
		return true;
	return older && now ? cv_flat_same_field(older, now) : !older && !now;
}

static bool is_core(const struct cv_draft_field *field)
{
	const enum cv_key_kind kind = cv_key_kind(field->key);

	return *field->key && kind != CV_KEY_OWN && kind != CV_KEY_SOFT &&
	       (field->values.count || field->hole);
}

static int compare_keys(const void *left, const void *right)
{
	return strcmp((*(const struct cv_draft_field *const *)left)->key,
		      (*(const struct cv_draft_field *const *)right)->key);
}

/* All of a row that the page decides, as one text. */
static const char *whole(struct cv_ctx *ctx, const struct cv_table *folded)
{
	const struct cv_draft_field **fields =
		CV_NEW_ARRAY(ctx->arena, folded->count, const struct cv_draft_field *);
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;
	size_t count = 0;

	for (size_t i = 0; i < folded->count; i++)
		if (is_core(CV_AT(folded, struct cv_draft_field, i)))
			fields[count++] = CV_AT(folded, struct cv_draft_field, i);
	qsort(fields, count, sizeof *fields, compare_keys);
	for (size_t i = 0; i < count; i++) {
		cv_buf_format(&buf, "%s%s", fields[i]->key, fields[i]->hole ? "?" : "=");
		if (fields[i]->hole)
			cv_buf_text(&buf, fields[i]->hole);
		for (size_t v = 0; v < fields[i]->values.count; v++)
			cv_buf_format(&buf, "%s\n", fields[i]->values.items[v].text);
		cv_buf_char(&buf, '\n');
	}
	made = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

/* Rows of the profile that say the same, in its order, those in force first. */
struct alike {
	UT_hash_handle hh;
	struct cv_table rows[2]; /* of struct cv_old_row *: in force, withdrawn */
	size_t taken[2];
};

static void pair(struct cv_old_row *older, struct cv_new_row *now)
{
	older->now = now;
	now->older = older;
}

static struct alike *find_alike(struct cv_ctx *ctx, struct alike **all, const char *text)
{
	const size_t size = strlen(text);
	struct alike *alike;

	HASH_FIND(hh, *all, text, size, alike);
	if (alike)
		return alike;
	alike = CV_NEW(ctx->arena, struct alike);
	HASH_ADD_KEYPTR(hh, *all, text, size, alike);
	return alike;
}

static void pair_equal(struct cv_merge *merge, enum cv_section section)
{
	const struct cv_table *old = &merge->old[section], *rows = &merge->rows[section];
	struct alike *all = NULL;

	for (size_t i = 0; i < old->count; i++) {
		struct cv_old_row *older = CV_AT(old, struct cv_old_row, i);
		struct alike *alike;

		if (!older->ours)
			continue;
		alike = find_alike(merge->ctx, &all, whole(merge->ctx, &older->folded));
		*CV_ADD(merge->ctx->arena, &alike->rows[older->withdrawn],
			struct cv_old_row *) = older;
	}
	for (size_t i = 0; i < rows->count; i++) {
		struct cv_new_row *now = CV_AT(rows, struct cv_new_row, i);
		struct alike *alike =
			find_alike(merge->ctx, &all, whole(merge->ctx, &now->folded));

		for (size_t w = 0; w < 2 && !now->older; w++)
			if (alike->taken[w] < alike->rows[w].count)
				pair(*CV_AT(&alike->rows[w], struct cv_old_row *,
					    alike->taken[w]++),
				     now);
	}
	HASH_CLEAR(hh, all);
}

/* The last part of a path, without its case. */
static const char *last_part(const char *path)
{
	const char *last = path;

	for (; *path; path++)
		if (strchr("/\\", *path) && path[1])
			last = path + 1;
	return last;
}

/* Whether one value may be what became of the other. */
static bool is_similar(const struct cv_draft_field *a, const struct cv_draft_field *b)
{
	const char *left, *right;

	if (a->hole || b->hole || a->values.count != 1 || b->values.count != 1)
		return false;
	left = last_part(a->values.items[0].text);
	right = last_part(b->values.items[0].text);
	if (strcasecmp(left, right) == 0)
		return true;
	/* In the same folder under nearly the same name. */
	return left - a->values.items[0].text == right - b->values.items[0].text &&
	       memcmp(a->values.items[0].text, b->values.items[0].text,
		      (size_t)(left - a->values.items[0].text)) == 0 &&
	       left > a->values.items[0].text && cv_nearest(left, &right, 1);
}

static const struct cv_draft_field *value_of(const struct cv_table *folded)
{
	for (size_t i = 0; i < folded->count; i++) {
		const struct cv_draft_field *field =
			CV_AT(folded, struct cv_draft_field, i);

		if (cv_key_kind(field->key) == CV_KEY_VALUE)
			return field;
	}
	return NULL;
}

/* Adds to a set of kinds those in which `a` has something that `b` does not
 * fit. */
static void add_differences(const struct cv_table *a, const struct cv_table *b,
			    bool a_is_older, unsigned *kinds)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct cv_draft_field *field = CV_AT(a, struct cv_draft_field, i);
		const struct cv_draft_field *other;

		/* A condition that is open says nothing of the edition either. */
		if (!is_core(field) || (strcmp(field->key, "when.edition") == 0 &&
					cv_flat_find(a_is_older ? b : a, "when")))
			continue;
		other = cv_flat_find(b, field->key);
		if (!cv_merge_fits(a_is_older ? field : other,
				   a_is_older ? other : field))
			*kinds |= 1U << cv_key_kind(field->key);
	}
}

static bool has_alternatives(const struct cv_table *flat)
{
	for (size_t i = 0; i < flat->count; i++)
		if (strncmp(CV_AT(flat, struct cv_draft_field, i)->key, "when|", 5) == 0)
			return true;
	return false;
}

/* Whether anything that both say is the same, the edition apart. */
static bool shares(const struct cv_table *a, const struct cv_table *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct cv_draft_field *field = CV_AT(a, struct cv_draft_field, i);
		const struct cv_draft_field *other = cv_flat_find(b, field->key);

		if (is_core(field) && strcmp(field->key, "when.edition") != 0 && other &&
		    field->values.count && cv_flat_same_field(field, other))
			return true;
	}
	return false;
}

/* 0: the same but for what is open; 1: one respect; 2: another row. */
static unsigned distance(const struct cv_old_row *older, const struct cv_new_row *now)
{
	const struct cv_draft_field *a, *b;
	unsigned kinds = 0;

	add_differences(&older->folded, &now->folded, true, &kinds);
	add_differences(&now->folded, &older->folded, false, &kinds);
	/* A page says no alternatives: who wrote them keeps them. */
	if (has_alternatives(&older->flat))
		kinds &= ~(1U << CV_KEY_WHEN);
	if (!shares(&older->folded, &now->folded))
		return 2;
	if (kinds == 0)
		return 0;
	if (older->withdrawn || (kinds & (kinds - 1)) || kinds == 1U << CV_KEY_ENDS)
		return 2;
	if (kinds != 1U << CV_KEY_VALUE)
		return 1;
	a = value_of(&older->folded);
	b = value_of(&now->folded);
	if (!a || !b)
		return 2;
	if (strcmp(a->key, b->key) != 0) {
		struct cv_draft_field as = *b;

		as.key = a->key;
		return cv_flat_same_field(a, &as) ? 1 : 2;
	}
	return is_similar(a, b) ? 1 : 2;
}

/* The one row in reach, or NULL where there is none or more than one. */
static struct cv_old_row *only_older(const struct cv_table *old,
				     const struct cv_new_row *now, unsigned most)
{
	struct cv_old_row *found = NULL;

	for (size_t i = 0; i < old->count; i++) {
		struct cv_old_row *older = *CV_AT(old, struct cv_old_row *, i);

		if (older->now || distance(older, now) > most)
			continue;
		if (found)
			return NULL;
		found = older;
	}
	return found;
}

static bool is_only_now(const struct cv_table *rows, const struct cv_old_row *older,
			const struct cv_new_row *now, unsigned most)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct cv_new_row *other = *CV_AT(rows, struct cv_new_row *, i);

		if (other != now && !other->older && distance(older, other) <= most)
			return false;
	}
	return true;
}

static void pair_near(struct cv_merge *merge, enum cv_section section)
{
	struct cv_table old = {0}, rows = {0};

	for (size_t i = 0; i < merge->old[section].count; i++) {
		struct cv_old_row *older =
			CV_AT(&merge->old[section], struct cv_old_row, i);

		if (older->ours && !older->now)
			*CV_ADD(merge->ctx->arena, &old, struct cv_old_row *) = older;
	}
	for (size_t i = 0; i < merge->rows[section].count; i++) {
		struct cv_new_row *now =
			CV_AT(&merge->rows[section], struct cv_new_row, i);

		if (!now->older)
			*CV_ADD(merge->ctx->arena, &rows, struct cv_new_row *) = now;
	}
	if (!rows.count || old.count > MOST_PAIRS / rows.count)
		return;
	for (unsigned most = 0; most <= 1; most++)
		for (size_t i = 0; i < rows.count; i++) {
			struct cv_new_row *now = *CV_AT(&rows, struct cv_new_row *, i);
			struct cv_old_row *older =
				now->older ? NULL : only_older(&old, now, most);

			if (older && is_only_now(&rows, older, now, most))
				pair(older, now);
		}
}

static void take_rows(struct cv_merge *merge, struct cv_draft *draft)
{
	for (size_t b = 0; b < draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		for (size_t i = 0;
		     block->section <= CV_SECTION_URLS && i < block->rows.count; i++) {
			struct cv_new_row *now =
				CV_ADD(merge->ctx->arena, &merge->rows[block->section],
				       struct cv_new_row);
			struct cv_flat_row flat;

			now->block = block;
			now->row = CV_AT(&block->rows, struct cv_draft_row, i);
			cv_flat_of_row(merge->ctx, draft, block, now->row, &flat);
			now->flat = flat.fields;
			cv_merge_fold(merge, &now->flat, &now->folded);
		}
	}
}

/* Rows of the profile by their ids. */
struct identified {
	UT_hash_handle hh;
	struct cv_old_row *older;
};

static struct cv_old_row *with_id(struct identified *all, const char *id)
{
	struct identified *found = NULL;

	if (id)
		HASH_FIND(hh, all, id, strlen(id), found);
	return found ? found->older : NULL;
}

static struct identified *identify(struct cv_merge *merge, enum cv_section section)
{
	struct identified *all = NULL;

	for (size_t i = 0; i < merge->old[section].count; i++) {
		struct cv_old_row *older =
			CV_AT(&merge->old[section], struct cv_old_row, i);
		const char *id = older->row->id.text;
		struct identified *added;

		if (!id)
			continue;
		added = CV_NEW(merge->ctx->arena, struct identified);
		added->older = older;
		HASH_ADD_KEYPTR(hh, all, id, strlen(id), added);
	}
	return all;
}

/* An id that import gives twice the same way says which row is meant where the
 * words alone fit several: one that was filled in by hand. */
static void pair_by_id(struct cv_merge *merge, enum cv_section section,
		       struct identified *all)
{
	for (size_t i = 0; i < merge->rows[section].count; i++) {
		struct cv_new_row *now =
			CV_AT(&merge->rows[section], struct cv_new_row, i);
		struct cv_old_row *older = now->older ? NULL : with_id(all, now->row->id);

		if (older && older->ours && !older->now && distance(older, now) <= 1)
			pair(older, now);
	}
}

/* A row that is none of the profile's cannot have the id of one. */
static void give_ids(struct cv_merge *merge, enum cv_section section,
		     struct identified *all)
{
	for (size_t i = 0; i < merge->rows[section].count; i++) {
		struct cv_new_row *now =
			CV_AT(&merge->rows[section], struct cv_new_row, i);

		if (now->older)
			now->row->id = now->older->row->id.text;
		else if (with_id(all, now->row->id))
			now->row->id = NULL;
	}
}

void cv_merge_pair(struct cv_merge *merge, struct cv_draft *draft)
{
	for (int section = 0; section < CV_MERGED_SECTIONS; section++) {
		struct cv_table *old = &merge->old[section];

		merge->rows[section] = (struct cv_table){0};
		for (size_t i = 0; i < old->count; i++) {
			struct cv_old_row *older = CV_AT(old, struct cv_old_row, i);
			const char *source = older->row->source.text;

			older->now = NULL;
			older->ours = source ? strcmp(source, draft->source_key) == 0
					     : merge->profile->sources.count < 2;
		}
	}
	take_rows(merge, draft);
	for (int i = 0; i < CV_MERGED_SECTIONS; i++) {
		const enum cv_section section = (enum cv_section)i;
		struct identified *all = identify(merge, section);

		pair_equal(merge, section);
		pair_by_id(merge, section, all);
		pair_near(merge, section);
		give_ids(merge, section, all);
		HASH_CLEAR(hh, all);
	}
}
