/* schema: JSON Schema 2020-12 of profiles and sites, from the field tables that the
 * reader works with.  It says less than the reader knows: patterns are there for the
 * editor's squiggle, `carveout check` has the last word. */
#include "commands/commands.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/json.h"
#include "import/answers.h"
#include "model/field.h"
#include "model/target.h"
#include "read/load.h"

enum { MOST_DEFINITIONS = 64 };

struct schema {
	struct cv_ctx *ctx;
	struct cv_json json;
	const struct cv_fields *definitions[MOST_DEFINITIONS];
	size_t count;
};

static const struct cv_span nowhere;

/* "a port row" is defined as port-row. */
static const char *definition_name(struct cv_ctx *ctx, const struct cv_fields *fields)
{
	const char *name = fields->name;
	char *kebab;

	if (strncmp(name, "a ", 2) == 0)
		name += 2;
	else if (strncmp(name, "an ", 3) == 0)
		name += 3;
	kebab = cv_arena_text(ctx->arena, name);
	for (char *c = kebab; *c; c++)
		if (*c == ' ')
			*c = '-';
	return kebab;
}

static void write_reference(struct schema *schema, const struct cv_fields *fields)
{
	size_t i = 0;

	while (i < schema->count && schema->definitions[i] != fields)
		i++;
	if (i == schema->count) {
		assert(i < MOST_DEFINITIONS);
		schema->definitions[schema->count++] = fields;
	}
	cv_json_begin_object(&schema->json, true);
	cv_json_member(&schema->json, "$ref",
		       cv_arena_format(schema->ctx->arena, "#/$defs/%s",
				       definition_name(schema->ctx, fields)));
	cv_json_end_object(&schema->json);
}

static void write_shared(struct schema *schema, const char *name)
{
	cv_json_begin_object(&schema->json, true);
	cv_json_member(&schema->json, "$ref",
		       cv_arena_format(schema->ctx->arena, "#/$defs/%s", name));
	cv_json_end_object(&schema->json);
}

/* A member `type` with two words. */
static void write_types(struct schema *schema, const char *one, const char *other)
{
	cv_json_key(&schema->json, "type");
	cv_json_begin_list(&schema->json, true);
	cv_json_text(&schema->json, one);
	cv_json_text(&schema->json, other);
	cv_json_end_list(&schema->json);
}

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

/* The second member is no word of the standard: editors show it in place of the pattern
 * (VS Code's JSON and YAML language servers). */
static void write_pattern(struct schema *schema, const struct cv_lexical *lexical)
{
	cv_json_member(&schema->json, "pattern", lexical->pattern);
	cv_json_member(&schema->json, "patternErrorMessage",
		       cv_arena_format(schema->ctx->arena, "not %s", lexical->name));
}

/* Scalars are read as text, whatever a YAML parser would make of 443 or 7.4. */
static void write_scalar(struct schema *schema, const struct cv_lexical *lexical)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	if (lexical && lexical->words) {
		cv_json_key(json, "enum");
		cv_json_begin_list(json, true);
		for (size_t i = 0; lexical->words[i]; i++) {
			cv_json_text(json, lexical->words[i]);
			if (is_number(lexical->words[i]))
				cv_json_number(json,
					       strtoull(lexical->words[i], NULL, 10));
		}
		cv_json_end_list(json);
	} else {
		const bool bounded = lexical && lexical->most;

		write_types(schema, "string", bounded ? "integer" : "number");
		if (lexical && lexical->pattern)
			write_pattern(schema, lexical);
		if (bounded) {
			cv_json_member_number(json, "minimum", lexical->least);
			cv_json_member_number(json, "maximum", lexical->most);
		}
	}
	cv_json_end_object(json);
}

static void write_list_of_scalars(struct schema *schema, const struct cv_lexical *lexical)
{
	cv_json_begin_object(&schema->json, true);
	cv_json_member(&schema->json, "type", "array");
	cv_json_key(&schema->json, "items");
	write_scalar(schema, lexical);
	cv_json_end_object(&schema->json);
}

static void write_list_of(struct schema *schema, const struct cv_fields *fields)
{
	cv_json_begin_object(&schema->json, true);
	cv_json_member(&schema->json, "type", "array");
	cv_json_key(&schema->json, "items");
	write_reference(schema, fields);
	cv_json_end_object(&schema->json);
}

/* {KEY: FILE} in place of what is written out. */
static void write_file(struct schema *schema, const char *key)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	cv_json_member(json, "type", "object");
	cv_json_key(json, "properties");
	cv_json_begin_object(json, true);
	cv_json_key(json, key);
	write_scalar(schema, NULL);
	cv_json_end_object(json);
	cv_json_key(json, "required");
	cv_json_begin_list(json, true);
	cv_json_text(json, key);
	cv_json_end_list(json);
	cv_json_key(json, "additionalProperties");
	cv_json_bool(json, false);
	cv_json_end_object(json);
}

static void write_alternatives(struct schema *schema, const struct cv_field *field,
			       bool hole);

/* What may stand in place of a map: its first field, behind that of its own name. */
static void write_plain(struct schema *schema, const struct cv_field *field)
{
	const struct cv_field *first = field->sub->fields;

	while (field->type == CV_FIELD_NAMED && first->key && first->offset == 0)
		first++;
	cv_json_begin_object(&schema->json, true);
	write_alternatives(schema, first, field->sub->holes != -1);
	cv_json_end_object(&schema->json);
}

/* Nothing behind a key. */
static void write_null(struct schema *schema)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	cv_json_key(json, "enum");
	cv_json_begin_list(json, true);
	cv_json_text(json, NULL);
	cv_json_text(json, "");
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* A map from free names to what `field` describes. */
static void write_named(struct schema *schema, const struct cv_field *field)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	cv_json_member(json, "type", "object");
	cv_json_key(json, "additionalProperties");
	if (field->type == CV_FIELD_MAP) {
		write_scalar(schema, field->lexical);
	} else {
		cv_json_begin_object(json, true);
		cv_json_key(json, "anyOf");
		cv_json_begin_list(json, true);
		write_reference(schema, field->sub);
		if (field->flags & CV_FIELD_PLAIN_IS)
			write_plain(schema, field);
		else
			write_null(schema);
		cv_json_end_list(json);
		cv_json_end_object(json);
	}
	cv_json_end_object(json);
}

static void write_property(struct schema *schema, const struct cv_fields *fields,
			   const struct cv_field *field);
static void write_properties(struct schema *schema, const struct cv_fields *fields);

/* Every target with the keys that it shares with others and its own. */
static void write_targets(struct schema *schema, const struct cv_field *field)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, false);
	cv_json_member(json, "type", "object");
	cv_json_key(json, "properties");
	cv_json_begin_object(json, false);
	for (size_t i = 0; cv_targets[i]; i++) {
		cv_json_key(json, cv_targets[i]->name);
		cv_json_begin_object(json, false);
		cv_json_member(json, "description", cv_targets[i]->summary);
		write_types(schema, "object", "null");
		cv_json_key(json, "properties");
		cv_json_begin_object(json, false);
		for (const struct cv_field *own = field->sub->fields; own->key; own++)
			if (cv_target_takes(cv_targets[i], own->key))
				write_property(schema, field->sub, own);
		if (cv_targets[i]->options)
			write_properties(schema, cv_targets[i]->options);
		cv_json_end_object(json);
		cv_json_key(json, "additionalProperties");
		cv_json_bool(json, false);
		cv_json_end_object(json);
	}
	cv_json_end_object(json);
	cv_json_key(json, "additionalProperties");
	cv_json_bool(json, false);
	cv_json_end_object(json);
}

/* Rows, blocks of rows with what they have in common, or a CSV file. */
static void write_table(struct schema *schema, const struct cv_field *field)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, false);
	cv_json_member(json, "type", "array");
	cv_json_key(json, "items");
	cv_json_begin_object(json, false);
	cv_json_key(json, "anyOf");
	cv_json_begin_list(json, false);
	write_reference(schema, field->sub);
	cv_json_begin_object(json, false);
	cv_json_member(json, "type", "object");
	cv_json_key(json, "properties");
	cv_json_begin_object(json, false);
	cv_json_key(json, "rows");
	write_list_of(schema, field->sub);
	write_properties(schema, field->sub);
	cv_json_end_object(json);
	cv_json_key(json, "required");
	cv_json_begin_list(json, true);
	cv_json_text(json, "rows");
	cv_json_end_list(json);
	cv_json_key(json, "additionalProperties");
	cv_json_bool(json, false);
	cv_json_end_object(json);
	cv_json_end_list(json);
	cv_json_end_object(json);
	cv_json_end_object(json);
	write_file(schema, "csv");
}

/* Of a site: names of profiles, or whole ones. */
static void write_profiles(struct schema *schema)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	cv_json_member(json, "type", "array");
	cv_json_key(json, "items");
	cv_json_begin_object(json, true);
	cv_json_key(json, "anyOf");
	cv_json_begin_list(json, true);
	write_scalar(schema, NULL);
	write_reference(schema, &cv_profile_fields);
	cv_json_end_list(json);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

static void write_node(struct schema *schema, const struct cv_field *field)
{
	static const struct cv_field file_of_group = {.type = CV_FIELD_MAP};

	if (strcmp(field->key, "targets") == 0) {
		write_targets(schema, field);
	} else if (strcmp(field->key, "profiles") == 0) {
		write_profiles(schema);
	} else if (strcmp(field->key, "base") == 0) {
		write_scalar(schema, NULL);
		write_named(schema, &file_of_group);
	} else if (field->sub) {
		write_list_of(schema, field->sub);
		write_file(schema, "file");
	} else {
		cv_json_bool(&schema->json, true);
	}
}

/* The words are flags in quotes, too. */
static void write_flag(struct schema *schema)
{
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	cv_json_key(json, "enum");
	cv_json_begin_list(json, true);
	cv_json_bool(json, true);
	cv_json_bool(json, false);
	cv_json_text(json, "true");
	cv_json_text(json, "false");
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* The forms that a value may take, as the members of an anyOf. */
static void write_forms(struct schema *schema, const struct cv_field *field)
{
	const bool plain = field->flags & CV_FIELD_PLAIN_IS;

	switch (field->type) {
	case CV_FIELD_TEXT:
		write_scalar(schema, field->lexical);
		break;
	case CV_FIELD_TEXTS:
	case CV_FIELD_FEW:
		write_scalar(schema, field->lexical);
		write_list_of_scalars(schema, field->lexical);
		break;
	case CV_FIELD_FLAG:
		write_flag(schema);
		break;
	case CV_FIELD_WHEN:
		write_shared(schema, "when");
		break;
	case CV_FIELD_RECORD:
		write_reference(schema, field->sub);
		if (plain)
			write_plain(schema, field);
		break;
	case CV_FIELD_RECORDS:
		write_list_of(schema, field->sub);
		if (plain) {
			write_reference(schema, field->sub);
			write_plain(schema, field);
		}
		break;
	case CV_FIELD_MAP:
	case CV_FIELD_NAMED:
		write_named(schema, field);
		break;
	case CV_FIELD_NODE:
		write_node(schema, field);
		break;
	case CV_FIELD_TABLE:
		write_table(schema, field);
		break;
	}
}

static void write_alternatives(struct schema *schema, const struct cv_field *field,
			       bool hole)
{
	cv_json_key(&schema->json, "anyOf");
	cv_json_begin_list(&schema->json, true);
	write_forms(schema, field);
	if (hole && field->type != CV_FIELD_NODE)
		write_shared(schema, "hole");
	cv_json_end_list(&schema->json);
}

/* A member of `properties`. */
static void write_property(struct schema *schema, const struct cv_fields *fields,
			   const struct cv_field *field)
{
	struct cv_json *json = &schema->json;

	cv_json_key(json, field->key);
	cv_json_begin_object(json, false);
	if (field->meaning)
		cv_json_member(json, "description", field->meaning);
	if (strcmp(field->key, "carveout") == 0)
		cv_json_member(json, "const",
			       fields == &cv_profile_fields ? "profile/1" : "site/1");
	if (field->fallback)
		cv_json_member(json, "default", field->fallback);
	write_alternatives(schema, field, fields->holes != -1);
	cv_json_end_object(json);
}

/* All of them. */
static void write_properties(struct schema *schema, const struct cv_fields *fields)
{
	for (const struct cv_field *field = fields->fields; field->key; field++)
		write_property(schema, fields, field);
}

/* The members of an object schema. */
static void write_object(struct schema *schema, const struct cv_fields *fields)
{
	struct cv_json *json = &schema->json;

	cv_json_member(json, "type", "object");
	cv_json_key(json, "properties");
	cv_json_begin_object(json, false);
	write_properties(schema, fields);
	cv_json_end_object(json);
	cv_json_key(json, "required");
	cv_json_begin_list(json, true);
	for (const struct cv_field *field = fields->fields; field->key; field++)
		if (field->flags & CV_FIELD_REQUIRED)
			cv_json_text(json, field->key);
	cv_json_end_list(json);
	cv_json_key(json, "additionalProperties");
	cv_json_bool(json, false);
}

/* One map of conditions; a value may be a list, that of `os` is a map. */
static void write_condition(struct schema *schema)
{
	static const char *const types[] = {"string", "number", "array", "object"};
	struct cv_json *json = &schema->json;

	cv_json_begin_object(json, true);
	cv_json_member(json, "type", "object");
	cv_json_key(json, "additionalProperties");
	cv_json_begin_object(json, true);
	cv_json_key(json, "type");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		cv_json_text(json, types[i]);
	cv_json_end_list(json);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

/* The definitions that come from no table. */
static void write_shared_definitions(struct schema *schema)
{
	struct cv_json *json = &schema->json;

	cv_json_key(json, "hole");
	write_file(schema, "hole");
	cv_json_key(json, "when");
	cv_json_begin_object(json, true);
	cv_json_key(json, "anyOf");
	cv_json_begin_list(json, true);
	write_condition(schema);
	cv_json_begin_object(json, true);
	cv_json_member(json, "type", "array");
	cv_json_key(json, "items");
	write_condition(schema);
	cv_json_end_object(json);
	cv_json_end_list(json);
	cv_json_end_object(json);
}

static void write_schema(struct cv_ctx *ctx, const struct cv_fields *fields,
			 const char *title, struct cv_buf *out)
{
	struct schema schema = {.ctx = ctx};
	struct cv_json *json = &schema.json;

	cv_json_open(json, out);
	cv_json_begin_object(json, false);
	cv_json_member(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
	cv_json_member(json, "title", title);
	write_object(&schema, fields);
	cv_json_key(json, "$defs");
	cv_json_begin_object(json, false);
	write_shared_definitions(&schema);
	/* The list grows while it is walked: a definition may refer to others. */
	for (size_t i = 0; i < schema.count; i++) {
		cv_json_key(json, definition_name(ctx, schema.definitions[i]));
		cv_json_begin_object(json, false);
		write_object(&schema, schema.definitions[i]);
		cv_json_end_object(json);
	}
	cv_json_end_object(json);
	cv_json_end_object(json);
}

void cv_schema_run(struct cv_ctx *ctx, const struct cv_request *request,
		   struct cv_buf *out)
{
	const char *what = request->arguments[0];

	if (strcmp(what, "profile") == 0)
		write_schema(ctx, &cv_profile_fields, "a profile of carveout", out);
	else if (strcmp(what, "site") == 0)
		write_schema(ctx, &cv_site_fields, "a site of carveout", out);
	else if (strcmp(what, "answers") == 0)
		write_schema(ctx, &cv_answers_fields, "answers for carveout import", out);
	else
		cv_find(ctx, CV_F_USAGE, nowhere,
			"there are schemas of profile, site and answers, not of `%s`",
			what);
}
