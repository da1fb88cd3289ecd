/* Everything of a profile that can be wrong without a site: names that nothing
 * defines, ids that stand twice, conditions on what the product does not have. */
#include "read/check.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/numbers.h"
#include "model/field.h"

const char *cv_check_where(const struct cv_check *check)
{
	return check->row ? cv_row_name(check->ctx, check->row) : check->about;
}

static bool is_known(const struct cv_names *names, const char *text)
{
	size_t number;

	return cv_names_find(names, text, strlen(text), &number);
}

static bool check_known(struct cv_check *check, struct cv_names *names, enum cv_code code,
			const char *what, const struct cv_text *text)
{
	struct cv_finding *finding;
	const char *near;

	if (is_known(names, text->text))
		return true;
	finding = cv_find_more(check->ctx, code, text->at, "unknown %s `%s` in %s", what,
			       cv_shown(check->ctx, text->text), cv_check_where(check));
	near = cv_names_nearest(check->ctx, names, text->text);
	if (near)
		finding->hint =
			cv_arena_format(check->ctx->arena, "did you mean %s?", near);
	return false;
}

static bool check_all_known(struct cv_check *check, struct cv_names *names,
			    enum cv_code code, const char *what, struct cv_texts texts)
{
	bool ok = true;

	for (size_t i = 0; i < texts.count; i++)
		ok = check_known(check, names, code, what, &texts.items[i]) && ok;
	return ok;
}

static bool check_each(struct cv_ctx *ctx, const struct cv_lexical *lexical,
		       const struct cv_texts *texts)
{
	bool ok = true;

	for (size_t i = 0; i < texts->count; i++)
		ok = lexical->check(ctx, texts->items[i]) && ok;
	return ok;
}

static bool check_arch(struct cv_check *check, const struct cv_texts *values)
{
	bool ok = true;

	for (size_t i = 0; i < values->count; i++) {
		const char *const *word = cv_lex_arch.words;

		while (*word && strcmp(*word, values->items[i].text) != 0)
			word++;
		if (!*word)
			ok = cv_find(check->ctx, CV_F_UNKNOWN_NAME, values->items[i].at,
				     "`%s` is not an architecture: x86, x86_64 or arm64",
				     cv_shown(check->ctx, values->items[i].text));
	}
	return ok;
}

static bool unknown_condition(struct cv_check *check, const struct cv_text *key)
{
	static const char *const words[] = {"edition", "feature", "os", "arch"};
	struct cv_finding *finding = cv_find_more(
		check->ctx, CV_F_UNKNOWN_NAME, key->at,
		"unknown condition `%s` in %s: edition, feature, os, arch or a name of "
		"`versions`",
		cv_shown(check->ctx, key->text), cv_check_where(check));

	cv_suggest(check->ctx, finding, key->text, words, 4);
	if (!finding->hint) {
		const char *near =
			cv_names_nearest(check->ctx, &check->versions, key->text);

		if (near)
			finding->hint = cv_arena_format(check->ctx->arena,
							"did you mean %s?", near);
	}
	return false;
}

static bool check_part(struct cv_check *check, const struct cv_part *part)
{
	if (strcmp(part->key.text, "edition") == 0)
		return check_all_known(check, &check->editions, CV_F_UNKNOWN_NAME,
				       "edition", part->values);
	if (strcmp(part->key.text, "feature") == 0)
		return check_all_known(check, &check->features, CV_F_UNKNOWN_NAME,
				       "feature", part->values);
	if (strcmp(part->key.text, "arch") == 0)
		return check_arch(check, &part->values);
	if (strcmp(part->key.text, "os") != 0 &&
	    !is_known(&check->versions, part->key.text))
		return unknown_condition(check, &part->key);
	return check_each(check->ctx, &cv_lex_constraint, &part->values);
}

bool cv_check_when(struct cv_check *check, const struct cv_when *when)
{
	bool ok = true;

	for (size_t i = 0; i < when->count; i++)
		for (size_t j = 0; j < when->items[i].count; j++)
			ok = check_part(check, &when->items[i].parts[j]) && ok;
	return ok;
}

static bool check_place_name(struct cv_check *check, const struct cv_text *text,
			     const char *open, size_t size)
{
	struct cv_finding *finding;
	const char *near;
	size_t number;

	if (cv_names_find(&check->places, open + 1, size, &number))
		return true;
	finding = cv_find_more(
		check->ctx, CV_F_UNKNOWN_PLACE,
		cv_text_part(check->ctx, text, open, size + 2), "unknown place %s in %s",
		cv_shown_part(check->ctx, open, size + 2), cv_check_where(check));
	near = cv_names_nearest(check->ctx, &check->places,
				cv_arena_copy(check->ctx->arena, open + 1, size));
	if (near)
		finding->hint =
			cv_arena_format(check->ctx->arena, "did you mean <%s>?", near);
	return false;
}

static bool check_parameter(struct cv_check *check, const struct cv_text *text,
			    const char *open)
{
	const size_t size = strcspn(open + 2, "}");
	struct cv_finding *finding;
	const char *near;
	size_t number;

	if (open[size + 2] == '}' &&
	    cv_names_find(&check->parameters, open + 2, size, &number))
		return true;
	finding = cv_find_more(check->ctx, CV_F_UNKNOWN_PARAMETER,
			       cv_text_part(check->ctx, text, open, size + 3),
			       "unknown parameter `%s` in %s",
			       cv_shown_part(check->ctx, open + 2, size),
			       cv_check_where(check));
	near = cv_names_nearest(check->ctx, &check->parameters,
				cv_arena_copy(check->ctx->arena, open + 2, size));
	if (near)
		finding->hint =
			cv_arena_format(check->ctx->arena, "did you mean ${%s}?", near);
	return false;
}

bool cv_check_references(struct cv_check *check, const struct cv_text *text)
{
	bool ok = true;

	for (const char *at = text->text; (at = strchr(at, '<')); at++) {
		const char *close = strchr(at, '>');

		if (!close)
			break;
		ok = check_place_name(check, text, at, (size_t)(close - at - 1)) && ok;
	}
	for (const char *at = text->text; (at = strstr(at, "${")); at += 2)
		ok = check_parameter(check, text, at) && ok;
	return ok;
}

static bool check_references(struct cv_check *check, const struct cv_few *few)
{
	const struct cv_texts texts = cv_few_texts(few);
	bool ok = true;

	for (size_t i = 0; i < texts.count; i++)
		ok = cv_check_references(check, &texts.items[i]) && ok;
	return ok;
}

bool cv_check_source(struct cv_check *check, const struct cv_text *source)
{
	return !source->text ||
	       check_known(check, &check->sources, CV_F_UNKNOWN_NAME, "source", source);
}

static bool check_parties(struct cv_check *check, const struct cv_few *few)
{
	return check_all_known(check, &check->parties, CV_F_UNKNOWN_PARTY, "party",
			       cv_few_texts(few));
}

static bool check_port_row(struct cv_check *check, const struct cv_port_row *row)
{
	const struct cv_port_more *more = cv_port_more(row);
	bool ok = check_parties(check, &row->from);

	ok = check_parties(check, &row->to) && ok;
	ok = check_references(check, &row->ports) && ok;
	ok = check_references(check, &more->source_ports) && ok;
	return (!more->program.text || cv_check_references(check, &more->program)) && ok;
}

static bool check_exclusion_row(struct cv_check *check,
				const struct cv_exclusion_row *row)
{
	bool ok = check_all_known(check, &check->devices, CV_F_UNKNOWN_DEVICE, "device",
				  cv_few_texts(&row->device));

	for (size_t kind = 0; kind < CV_KIND_COUNT; kind++)
		ok = check_references(check, &row->values[kind]) && ok;
	return ok;
}

static bool check_url_row(struct cv_check *check, const struct cv_url_row *row)
{
	bool ok = check_parties(check, &row->from);

	ok = check_references(check, &row->ports) && ok;
	return check_references(check, &row->url) && ok;
}

static bool check_row(struct cv_check *check, const struct cv_row *row)
{
	bool ok = cv_check_when(check, &cv_row_more(row)->when);

	ok = cv_check_source(check, &row->source) && ok;
	switch (row->table) {
	case CV_PORTS:
		return check_port_row(check, (const struct cv_port_row *)row) && ok;
	case CV_EXCLUSIONS:
		return check_exclusion_row(check, (const struct cv_exclusion_row *)row) &&
		       ok;
	case CV_URLS:
	case CV_TABLE_COUNT:
		break;
	}
	return check_url_row(check, (const struct cv_url_row *)row) && ok;
}

/* The ids of one table.  Those that ascend are all different: a table of them, of eight
 * bytes each, is made when one does not. */
struct ids {
	const struct cv_table *rows;
	const struct cv_row *last; /* with an id, while they ascend */
	bool is_table;
	struct cv_numbers numbers; /* of the rows, by the hash of their ids */
};

static uint32_t hash_of_id(const struct cv_row *row)
{
	return (uint32_t)cv_hash(row->id.text, strlen(row->id.text));
}

/* Adds the id of a row to the table, unless one before it has the same, which is then
 * given. */
static const struct cv_row *add_to_table(struct ids *ids, const struct cv_row *row)
{
	const uint32_t hash = hash_of_id(row);
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&ids->numbers, hash, &at)) != CV_NO_NUMBER) {
		const struct cv_row *other = cv_table_at(ids->rows, number);

		if (strcmp(other->id.text, row->id.text) == 0)
			return other;
	}
	cv_numbers_add(&ids->numbers, hash, row->number - 1);
	return NULL;
}

/* Of all rows before this one that were added. */
static void make_table(struct ids *ids, const struct cv_row *end)
{
	ids->is_table = true;
	cv_numbers_reserve(&ids->numbers, ids->rows->count);
	for (size_t i = 0; i + 1 < end->number; i++) {
		const struct cv_row *row = cv_table_at(ids->rows, i);

		if (row->profile && row->id.text)
			add_to_table(ids, row);
	}
}

/* The same with a table or without. */
static const struct cv_row *add_id(struct ids *ids, const struct cv_row *row)
{
	if (!ids->is_table && ids->last && strcmp(ids->last->id.text, row->id.text) >= 0)
		make_table(ids, row);
	ids->last = row;
	return ids->is_table ? add_to_table(ids, row) : NULL;
}

static bool check_id(struct cv_check *check, struct ids *ids, const struct cv_row *row)
{
	const struct cv_row *other = add_id(ids, row);
	struct cv_finding *finding;

	if (!other)
		return true;
	finding = cv_find_more(check->ctx, CV_F_DUPLICATE_ID, row->id.at,
			       "two rows of `%s` have the id `%s`",
			       cv_table_names[row->table], row->id.text);
	finding->also = other->id.at;
	finding->also_text = "first defined here";
	return false;
}

static bool is_given_up(const struct cv_check *check)
{
	return cv_error_count(check->ctx) - check->errors >= CV_MAX_ERRORS;
}

static bool check_table(struct cv_check *check, const struct cv_table *rows)
{
	struct ids ids = {.rows = rows};
	size_t without = 0;
	bool ok = true;

	for (size_t i = 0; i < rows->count && !is_given_up(check); i++) {
		const struct cv_row *row = cv_table_at(rows, i);

		if (!row->profile)
			continue;
		check->row = row;
		ok = check_row(check, row) && ok;
		if (row->id.text)
			ok = check_id(check, &ids, row) && ok;
		else if (without++ < CV_MAX_ERRORS)
			cv_find(check->ctx, CV_F_MISSING_ID, row->at,
				"%s has no id; it is addressed by its number, which "
				"changes "
				"when rows are added",
				cv_row_name(check->ctx, row));
	}
	check->row = NULL;
	cv_numbers_deinit(&ids.numbers);
	return ok;
}

/* The texts at the start of each record, or of a list. */
static void add_records(struct cv_check *check, struct cv_names *names,
			const struct cv_records *records, size_t size)
{
	struct cv_span also;
	size_t other;

	for (size_t i = 0; i < records->count; i++)
		cv_names_add(check->ctx->arena, names,
			     *(const struct cv_text *)((const char *)records->items +
						       i * size),
			     i, &other, &also);
}

static bool add_texts(struct cv_check *check, struct cv_names *names, const char *what,
		      const struct cv_texts *texts)
{
	bool ok = true;

	for (size_t i = 0; i < texts->count; i++) {
		struct cv_finding *finding;
		struct cv_span also;
		size_t other;

		if (cv_names_add(check->ctx->arena, names, texts->items[i], i, &other,
				 &also))
			continue;
		finding = cv_find_more(check->ctx, CV_F_DUPLICATE_NAME,
				       texts->items[i].at, "two %s are called `%s`", what,
				       cv_shown(check->ctx, texts->items[i].text));
		finding->also = also;
		finding->also_text = "first defined here";
		ok = false;
	}
	return ok;
}

static bool add_versions(struct cv_check *check)
{
	static const char *const taken[] = {"edition", "feature", "os", "arch"};
	const struct cv_map *versions = &check->profile->versions;
	struct cv_span also;
	size_t other;
	bool ok = true;

	for (size_t i = 0; i < versions->count; i++) {
		const struct cv_text key = versions->items[i].key;

		cv_names_add(check->ctx->arena, &check->versions, key, i, &other, &also);
		for (size_t j = 0; j < sizeof taken / sizeof *taken; j++)
			if (strcmp(key.text, taken[j]) == 0)
				ok = cv_find(
					check->ctx, CV_F_DUPLICATE_NAME, key.at,
					"`%s` is a condition of its own and cannot be a "
					"name of `versions`",
					key.text);
	}
	return ok;
}

static bool add_parties(struct cv_check *check)
{
	const struct cv_text anyone = {"anyone", {0}};
	const struct cv_party_row *parties = check->profile->parties.items;
	struct cv_span also;
	size_t other;
	bool ok = true;

	add_records(check, &check->parties, &check->profile->parties, sizeof *parties);
	for (size_t i = 0; i < check->profile->parties.count; i++)
		ok = add_texts(check, &check->parties, "parties", &parties[i].aliases) &&
		     ok;
	cv_names_add(check->ctx->arena, &check->parties, anyone, 0, &other, &also);
	return ok;
}

static bool check_parameters(struct cv_check *check)
{
	const struct cv_parameter *parameters = check->profile->parameters.items;
	bool ok = true;

	for (size_t i = 0; i < check->profile->parameters.count; i++) {
		const char *type = parameters[i].type.text;
		const struct cv_text value = parameters[i].value;

		if (!type || !value.text || strcmp(type, "text") == 0)
			continue;
		if (strcmp(type, "path") == 0)
			ok = cv_lex_path.check(check->ctx, value) && ok;
		else
			ok = cv_lex_ports.check(check->ctx, value) && ok;
	}
	return ok;
}

static bool check_permissions(struct cv_check *check, const struct cv_permissions *table)
{
	const struct cv_permission_row *rows = table->rows.items;
	struct cv_names roles = {0};
	bool ok;

	check->about = cv_arena_format(check->ctx->arena, "the table `%s`",
				       cv_shown(check->ctx, table->title.text));
	ok = cv_check_source(check, &table->source);
	ok = add_texts(check, &roles, "roles", &table->roles) && ok;
	for (size_t i = 0; i < table->rows.count && !is_given_up(check); i++) {
		const struct cv_grant *grants = rows[i].grants.items;

		for (size_t j = 0; j < rows[i].grants.count; j++)
			ok = check_known(check, &roles, CV_F_UNKNOWN_NAME, "role",
					 &grants[j].role) &&
			     ok;
	}
	cv_names_close(&roles);
	return ok;
}

static bool check_holes(struct cv_check *check)
{
	bool ok = true;

	for (const struct cv_hole *hole = check->profile->holes; hole; hole = hole->next)
		if (strcmp(hole->field->key, "ip") != 0)
			ok = cv_find(check->ctx, CV_F_HOLE_NOT_ALLOWED, hole->at,
				     "of a profile's own keys only `ip` can be a hole");
	return ok;
}

static bool check_all(struct cv_check *check)
{
	const struct cv_profile *profile = check->profile;
	const struct cv_permissions *permissions = profile->permissions.items;
	bool ok = check_holes(check);

	add_records(check, &check->sources, &profile->sources,
		    sizeof(struct cv_source_note));
	add_records(check, &check->devices, &profile->devices, sizeof(struct cv_device));
	add_records(check, &check->parameters, &profile->parameters,
		    sizeof(struct cv_parameter));
	ok = add_texts(check, &check->editions, "editions", &profile->editions) && ok;
	ok = add_texts(check, &check->features, "features", &profile->features) && ok;
	ok = add_versions(check) && ok;
	ok = add_parties(check) && ok;
	ok = cv_check_places(check) && ok;
	ok = check_parameters(check) && ok;
	for (size_t i = 0; i < profile->permissions.count; i++)
		ok = check_permissions(check, &permissions[i]) && ok;
	for (int table = 0; table < CV_TABLE_COUNT; table++)
		ok = check_table(check, &profile->rows[table]) && ok;
	return ok;
}

bool cv_profile_check(struct cv_ctx *ctx, const struct cv_profile *profile)
{
	struct cv_check check = {
		.ctx = ctx, .profile = profile, .errors = cv_error_count(ctx)};
	const bool ok = check_all(&check);

	cv_names_close(&check.parties);
	cv_names_close(&check.devices);
	cv_names_close(&check.sources);
	cv_names_close(&check.places);
	cv_names_close(&check.parameters);
	cv_names_close(&check.editions);
	cv_names_close(&check.features);
	cv_names_close(&check.versions);
	return ok;
}
