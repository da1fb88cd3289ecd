/* The last look at a draft before it is written: each value as the reader would take it,
 * each required field there, each name declared. */
#include "import/settle.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/limits.h"
#include "import/draft.h"
#include "import/flat.h"
#include "import/yaml_text.h"
#include "model/policy.h"
#include "model/profile.h"
#include "model/sets.h"
#include "read/fields_values.h"

struct settling {
	struct cv_ctx *ctx;
	struct cv_ctx
		asked; /* takes what lexical types say, which is no finding of ours */
	struct cv_draft *draft;
	struct cv_draft_block *block;
	struct cv_draft_row *row;
};

static const char grants[] = "grants.";

/* What the reader would say against a value, or NULL. */
static const char *refusal(struct settling *settling, const struct cv_lexical *lexical,
			   const char *value)
{
	const struct cv_text text = {value, {0}};
	struct cv_table *findings = &settling->asked.findings;
	size_t at;

	if (!cv_yaml_takes(value, &at))
		return "it holds a character that no value may hold";
	if (strlen(value) > CV_MAX_SCALAR)
		return "it is longer than a value may be";
	if (cv_lexical_check(&settling->asked, lexical, text))
		return NULL;
	return (*CV_AT(findings, struct cv_finding *, findings->count - 1))->text;
}

static const char *all_values(struct cv_ctx *ctx, const struct cv_texts *values)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;

	for (size_t i = 0; i < values->count; i++) {
		cv_buf_text(&buf, i ? " / " : "");
		cv_buf_text(&buf, values->items[i].text);
	}
	made = cv_yaml_words(ctx, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return *made ? made : "an empty cell";
}

static void open_field(struct settling *settling, struct cv_draft_field *field,
		       const char *why)
{
	struct cv_ctx *ctx = settling->ctx;
	const char *words = all_values(ctx, &field->values);

	cv_find(ctx, CV_F_IMPORT_OPEN,
		field->values.count && field->values.items[0].at.file
			? field->values.items[0].at
			: field->at,
		"`%s` cannot be `%s`, so it is left open: %s", cv_shown(ctx, field->key),
		cv_shown(ctx, words), cv_arena_text(ctx->arena, why));
	field->values.count = 0;
	field->hole = words;
}

static bool knows(const struct cv_table *names, const char *name, size_t size)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *known = CV_AT(names, struct cv_draft_name, i)->name;

		if (strlen(known) == size && memcmp(known, name, size) == 0)
			return true;
	}
	return false;
}

static void declare(struct settling *settling, struct cv_table *names, const char *name,
		    size_t size, struct cv_span at)
{
	struct cv_draft_name *added;

	if (knows(names, name, size))
		return;
	added = CV_ADD(settling->ctx->arena, names, struct cv_draft_name);
	added->name = cv_intern(settling->ctx, name, size);
	added->at = at;
}

/* Places that a path names; NULL, or what is wrong with them. */
static const char *declare_places(struct settling *settling, const struct cv_text *value)
{
	const char *open = strchr(value->text, '<');

	if (strstr(value->text, "${"))
		return "`${` begins a parameter, and the profile has none";
	for (; open; open = strchr(open + 1, '<')) {
		const size_t size = strcspn(open + 1, ">");
		const char *name = cv_arena_copy(settling->ctx->arena, open + 1, size);
		const char *why = refusal(settling, &cv_lex_title, name);

		if (why)
			return why;
		declare(settling, &settling->draft->places, name, size, value->at);
	}
	return NULL;
}

static bool has_references(const struct cv_field *field)
{
	return field && (field->lexical == &cv_lex_path || field->flags & CV_FIELD_EXACT);
}

static void declare_version(struct settling *settling, const char *key)
{
	static const char *const own[] = {"edition", "feature", "arch"};
	struct cv_table *versions = &settling->draft->versions;
	struct cv_pair *pair;

	if (strncmp(key, "when.", 5) != 0 || strncmp(key, "when.os.", 8) == 0)
		return;
	key += 5;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(key, own[i]) == 0)
			return;
	for (size_t i = 0; i < versions->count; i++)
		if (strcmp(CV_AT(versions, struct cv_pair, i)->key.text, key) == 0)
			return;
	pair = CV_ADD(settling->ctx->arena, versions, struct cv_pair);
	pair->key.text = pair->value.text = cv_intern_text(settling->ctx, key);
}

static const char *values_refusal(struct settling *settling,
				  const struct cv_draft_field *field)
{
	const enum cv_section section = settling->row->section;
	const struct cv_lexical *lexical = cv_section_lexical(section, field->key);
	const struct cv_field *known = cv_section_field(section, field->key);
	const char *why = NULL;

	if (known && known->type == CV_FIELD_TEXT && field->values.count > 1)
		return "it takes one value";
	if (strncmp(field->key, grants, strlen(grants)) == 0)
		why = refusal(settling, &cv_lex_title, field->key + strlen(grants));
	for (size_t i = 0; !why && i < field->values.count; i++) {
		const char *value = field->values.items[i].text;

		if (known && known->type == CV_FIELD_FLAG)
			why = strcmp(value, "true") && strcmp(value, "false")
				      ? "it is true or false"
				      : NULL;
		else if (!*value && !lexical)
			why = "it is empty";
		else
			why = refusal(settling, lexical, value);
		if (!why && has_references(known))
			why = declare_places(settling, &field->values.items[i]);
	}
	return why;
}

static void declare_parties(struct settling *settling, const struct cv_draft_field *field)
{
	if (settling->row->section > CV_SECTION_URLS ||
	    (strcmp(field->key, "from") != 0 && strcmp(field->key, "to") != 0))
		return;
	for (size_t i = 0; i < field->values.count; i++) {
		const struct cv_text *value = &field->values.items[i];

		if (strcmp(value->text, "anyone") != 0)
			declare(settling, &settling->draft->parties, value->text,
				strlen(value->text), value->at);
	}
}

/* The role that a grant is for, among those of its table. */
static void declare_role(struct settling *settling, const struct cv_draft_field *field)
{
	struct cv_texts *roles = &settling->block->roles;
	struct cv_text *items;
	const char *name = field->key + strlen(grants);

	if (strncmp(field->key, grants, strlen(grants)) != 0 ||
	    cv_texts_hold(roles, name))
		return;
	items = CV_NEW_ARRAY(settling->ctx->arena, roles->count + 1, struct cv_text);
	for (size_t i = 0; i < roles->count; i++)
		items[i] = roles->items[i];
	items[roles->count] = (struct cv_text){name, field->at};
	*roles = (struct cv_texts){items, roles->count + 1};
}

/* `when.client` that is open leaves all of `when` open, and so with `grants`. */
static const char *whole_key(const char *key)
{
	if (strncmp(key, "when.", 5) == 0)
		return "when";
	return strncmp(key, grants, strlen(grants)) == 0 ? "grants" : key;
}

/* What takes one value may have it twice; prose is put together. */
static void join_texts(struct settling *settling, struct cv_draft_field *field)
{
	const struct cv_field *known =
		cv_section_field(settling->row->section, field->key);
	struct cv_texts *values = &field->values;
	size_t kept = 1;

	if (!known || known->type != CV_FIELD_TEXT || values->count < 2)
		return;
	for (size_t i = 1; i < values->count; i++) {
		size_t same = 0;

		while (same < kept &&
		       strcmp(values->items[same].text, values->items[i].text) != 0)
			same++;
		if (same == kept)
			values->items[kept++] = values->items[i];
	}
	values->count = kept;
	if (kept > 1 && known->lexical == &cv_lex_note) {
		values->items[0].text = all_values(settling->ctx, values);
		values->count = 1;
	}
}

static void settle_field(struct settling *settling, struct cv_draft_field *field)
{
	const char *why;

	join_texts(settling, field);
	if (field->hole) {
		field->hole = cv_yaml_words(settling->ctx, field->hole);
		if (!*field->hole)
			field->hole = "an empty cell";
	} else if (field->values.count) {
		why = values_refusal(settling, field);
		if (why)
			open_field(settling, field, why);
	}
	if (field->hole) {
		field->key = whole_key(field->key);
		return;
	}
	declare_version(settling, field->key);
	declare_parties(settling, field);
	declare_role(settling, field);
}

/* Roles that are none stand in no list; what they grant was left open. */
static void settle_block(struct settling *settling)
{
	struct cv_draft_block *block = settling->block;
	struct cv_texts kept = {
		CV_NEW_ARRAY(settling->ctx->arena, block->roles.count, struct cv_text),
		0};

	if (block->section != CV_SECTION_PERMISSIONS)
		return;
	if (!block->caption || refusal(settling, &cv_lex_title, block->caption))
		block->caption = "Permissions";
	for (size_t i = 0; i < block->roles.count; i++)
		if (!refusal(settling, &cv_lex_title, block->roles.items[i].text))
			kept.items[kept.count++] = block->roles.items[i];
	block->roles = kept;
}

/* Beside a hole for all of a condition nothing else of it can stand. */
static void drop_parts(struct settling *settling)
{
	struct cv_table kept = {0};
	struct cv_draft_row *row = settling->row;

	for (size_t i = 0; i < row->fields.count; i++) {
		struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);
		const char *whole = whole_key(field->key);
		const struct cv_draft_field *open = cv_draft_field(row, whole);

		if (open && open != field && open->hole)
			continue;
		*CV_ADD(settling->ctx->arena, &kept, struct cv_draft_field) = *field;
	}
	row->fields = kept;
}

static bool stands(const struct cv_draft_row *row, const char *key)
{
	const struct cv_draft_field *field = cv_draft_field(row, key);

	return field && (field->hole || field->values.count);
}

static void require(struct settling *settling, const char *key)
{
	struct cv_draft_field *field;

	if (stands(settling->row, key))
		return;
	field = cv_draft_add(settling->ctx, settling->row, key, settling->row->at);
	open_field(settling, field, "the row has nothing there");
}

static bool has_ports(const char *protocol)
{
	const int number = cv_protocol_number(protocol);

	return strcmp(protocol, "tcp+udp") == 0 || number < 0 ||
	       cv_protocol_has_ports(number);
}

/* A port row whose protocols have ports must name them, another one must not. */
static void settle_ports(struct settling *settling)
{
	const struct cv_draft_field *protocol = cv_draft_field(settling->row, "protocol");
	struct cv_draft_field *port = cv_draft_field(settling->row, "port");
	bool wants = !protocol->values.count, has_none = false;

	for (size_t i = 0; i < protocol->values.count; i++) {
		const bool with = has_ports(protocol->values.items[i].text);

		wants = wants || with;
		has_none = has_none || !with;
	}
	if (wants)
		require(settling, "port");
	if (has_none && port && port->values.count)
		open_field(settling, port, "the protocol has no ports");
}

static void require_kind(struct settling *settling)
{
	for (size_t kind = 0; kind < CV_KIND_COUNT; kind++)
		if (stands(settling->row, cv_kind_names[kind]))
			return;
	require(settling, "process");
}

static void settle_row(struct settling *settling)
{
	struct cv_draft_row *row = settling->row;
	const struct cv_field *field = cv_section_fields(row->section)->fields;

	for (size_t i = 0; i < row->fields.count; i++)
		settle_field(settling, CV_AT(&row->fields, struct cv_draft_field, i));
	drop_parts(settling);
	for (; field->key; field++)
		if (field->flags & CV_FIELD_REQUIRED)
			require(settling, field->key);
	if (row->section == CV_SECTION_PORTS)
		settle_ports(settling);
	if (row->section == CV_SECTION_EXCLUSIONS)
		require_kind(settling);
}

void cv_draft_settle(struct cv_ctx *ctx, struct cv_draft *draft)
{
	struct settling settling = {.ctx = ctx, .draft = draft};

	cv_ctx_open(&settling.asked);
	if (draft->ip.key && draft->ip.hole)
		draft->ip.hole = cv_yaml_words(ctx, draft->ip.hole);
	for (size_t b = 0; b < draft->blocks.count; b++) {
		struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		settling.block = block;
		settle_block(&settling);
		for (size_t i = 0; i < block->rows.count; i++) {
			settling.row = CV_AT(&block->rows, struct cv_draft_row, i);
			settle_row(&settling);
		}
	}
	cv_sets_close(&settling.asked);
	cv_ctx_close(&settling.asked);
}

static bool untold(struct cv_ctx *ctx, const char *what, const char *option,
		   const char *key)
{
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_IMPORT_UNTOLD, (struct cv_span){0},
		"nothing says %s: neither the page, nor an option, nor the answers",
		what);

	finding->hint = cv_arena_format(
		ctx->arena, "say %s, or `%s` in the answers of --answers", option, key);
	return false;
}

static bool check_device(struct cv_ctx *ctx, const struct cv_draft_name *device)
{
	struct cv_finding *finding;

	if (device->platform && device->role)
		return true;
	finding = cv_find_more(ctx, CV_F_IMPORT_UNTOLD, device->at,
			       "nothing says the %s of the device `%s`",
			       device->platform ? "role" : "platform",
			       cv_shown(ctx, device->name));
	finding->help = cv_arena_format(
		ctx->arena, "devices:\n  \"%s\": {platform: %s, role: %s}",
		cv_shown(ctx, device->name), device->platform ? device->platform : "",
		device->role ? device->role : "");
	return false;
}

bool cv_draft_check(struct cv_ctx *ctx, const struct cv_draft *draft)
{
	bool ok = true;

	if (!draft->id)
		ok = untold(ctx, "the id of the profile", "--id VENDOR/PRODUCT", "id");
	if (!draft->url)
		ok = untold(ctx, "where the page is", "--url URL", "url");
	for (size_t i = 0; i < draft->devices.count; i++)
		ok = check_device(ctx, CV_AT(&draft->devices, struct cv_draft_name, i)) &&
		     ok;
	return ok;
}
