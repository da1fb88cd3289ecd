/* A member of `targets` has keys of ours and keys of the target.  Both are read with
 * one table, made here, so that an unknown key is held against all of them. */
#include "read/site_targets.h"

#include <stdalign.h>
#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "model/node.h"
#include "model/target.h"
#include "read/fields.h"
#include "read/site_reading.h"

/* Where the target's options stand behind our own struct. */
enum {
	ALIGN = alignof(max_align_t),
	OPTIONS = (sizeof(struct cv_target_use) + ALIGN - 1) / ALIGN * ALIGN,
};

bool cv_target_takes(const struct cv_target *target, const char *key)
{
	if (strcmp(key, "groups") == 0)
		return target->can.subjects & CV_SUBJECT_GROUP;
	if (strcmp(key, "base") == 0)
		return target->read_base;
	return target->can.subjects & CV_SUBJECT_HOST;
}

static size_t count_fields(const struct cv_fields *fields)
{
	size_t count = 0;

	while (fields && fields->fields[count].key)
		count++;
	return count;
}

static struct cv_fields all_fields(struct cv_ctx *ctx, const struct cv_target *target)
{
	const struct cv_fields *own = &cv_target_use_fields, *options = target->options;
	const size_t most = count_fields(own) + count_fields(options) + 1;
	struct cv_field *fields = CV_NEW_ARRAY(ctx->arena, most, struct cv_field);
	size_t count = 0;

	for (size_t i = 0; own->fields[i].key; i++)
		if (cv_target_takes(target, own->fields[i].key))
			fields[count++] = own->fields[i];
	for (size_t i = 0; options && options->fields[i].key; i++) {
		fields[count] = options->fields[i];
		fields[count++].offset += OPTIONS;
	}
	return (struct cv_fields){
		.name = cv_arena_format(ctx->arena, "the target %s", target->name),
		.size = OPTIONS + (options ? options->size : 0),
		.fields = fields,
		.holes = -1,
		.span = options && options->span >= 0 ? options->span + OPTIONS : -1,
	};
}

/* What is not set gets the value that the table names. */
static void set_fallbacks(struct cv_ctx *ctx, const struct cv_fields *fields,
			  char *options)
{
	for (const struct cv_field *field = fields->fields; field->key; field++) {
		struct cv_text *text =
			(struct cv_text *)(void *)(options + field->offset);
		enum cv_flag *flag = (enum cv_flag *)(void *)(options + field->offset);
		struct cv_texts *texts =
			(struct cv_texts *)(void *)(options + field->offset);

		if (!field->fallback)
			continue;
		if (field->type == CV_FIELD_TEXT && !text->text) {
			text->text = field->fallback;
		} else if (field->type == CV_FIELD_FLAG && *flag == CV_UNSET) {
			*flag = strcmp(field->fallback, "true") == 0 ? CV_YES : CV_NO;
		} else if (field->type == CV_FIELD_TEXTS && !texts->items) {
			texts->items = CV_NEW(ctx->arena, struct cv_text);
			texts->items->text = field->fallback;
			texts->count = 1;
		}
	}
}

const struct cv_group_row *cv_site_find_group(struct cv_ctx *ctx,
					      const struct cv_site *site,
					      const struct cv_text *name)
{
	const struct cv_group_row *rows = site->groups.items;
	const size_t count = site->groups.count;
	const char **names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	struct cv_finding *finding;
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		if (!rows[i].name.text) /* reported */
			continue;
		if (strcmp(rows[i].name.text, name->text) == 0)
			return &rows[i];
		names[known++] = rows[i].name.text;
	}
	finding = cv_find_more(ctx, CV_F_UNKNOWN_GROUP, name->at,
			       "this site has no group `%s`", cv_shown(ctx, name->text));
	cv_suggest(ctx, finding, name->text, names, known);
	return NULL;
}

/* A name that is no group's would only be passed over, and what it was to narrow left
 * wide. */
static bool check_groups(struct cv_ctx *ctx, const struct cv_site *site,
			 const struct cv_fields *fields, const char *block)
{
	bool ok = true;

	for (const struct cv_field *field = fields->fields; field->key; field++) {
		const void *value = block + field->offset;
		const struct cv_texts *texts = value;
		const struct cv_map *map = value;

		if (!(field->flags & CV_FIELD_GROUPS))
			continue;
		for (size_t i = 0; field->type == CV_FIELD_TEXTS && i < texts->count; i++)
			ok = cv_site_find_group(ctx, site, &texts->items[i]) && ok;
		for (size_t i = 0; field->type == CV_FIELD_MAP && i < map->count; i++)
			ok = cv_site_find_group(ctx, site, &map->items[i].key) && ok;
	}
	return ok;
}

static bool read_target(struct cv_ctx *ctx, const struct cv_target *target,
			const struct cv_node *member, const struct cv_site *site,
			struct cv_table *uses_out)
{
	const struct cv_node nothing = {.kind = CV_NODE_MAP, .at = member->at};
	const bool absent = member->kind == CV_NODE_SCALAR && member->text[0] == '\0';
	const struct cv_fields fields = all_fields(ctx, target);
	char *block = cv_arena_array(ctx->arena, 1, fields.size);
	struct cv_target_use *use = (struct cv_target_use *)(void *)block;

	if (!cv_fields_read(ctx, &fields, absent ? &nothing : member, block))
		return false;
	use->name = (struct cv_text){target->name, member->key->at};
	use->target = target;
	if (target->options) {
		set_fallbacks(ctx, target->options, block + OPTIONS);
		use->options = block + OPTIONS;
	}
	*CV_ADD(ctx->arena, uses_out, struct cv_target_use) = *use;
	if (site && !check_groups(ctx, site, &fields, block))
		return false;
	return !target->check_options ||
	       target->check_options(ctx, use->options, member->at);
}

static bool unknown_target(const struct cv_load *load, const struct cv_node *member)
{
	struct cv_ctx *ctx = load->ctx;
	size_t count = 0;
	const char **names;
	struct cv_finding *finding =
		cv_find_more(ctx, CV_F_UNKNOWN_TARGET, member->key->at,
			     "there is no target `%s`", cv_shown(ctx, member->key->text));

	while (load->targets && load->targets[count])
		count++;
	names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	for (size_t i = 0; i < count; i++)
		names[i] = load->targets[i]->name;
	cv_suggest(ctx, finding, member->key->text, names, count);
	if (!finding->hint)
		finding->hint = "carveout targets lists them";
	return false;
}

static bool is_target(const struct cv_load *load, const char *name)
{
	for (size_t i = 0; load->targets && load->targets[i]; i++)
		if (strcmp(load->targets[i]->name, name) == 0)
			return true;
	return false;
}

bool cv_site_read_targets(const struct cv_load *load, const struct cv_node *node,
			  const struct cv_site *site, struct cv_table *uses_out)
{
	bool ok = true;

	if (node->kind != CV_NODE_MAP)
		return cv_find(
			load->ctx, CV_F_WRONG_TYPE, node->at,
			"`targets` must be a map from targets to their options, as "
			"{csv: {}}");
	for (const struct cv_node *member = node->first; member; member = member->next)
		if (!is_target(load, member->key->text))
			ok = unknown_target(load, member);
	for (size_t i = 0; load->targets && load->targets[i]; i++) {
		const struct cv_node *member =
			cv_node_member(node, load->targets[i]->name);

		if (member)
			ok = read_target(load->ctx, load->targets[i], member, site,
					 uses_out) &&
			     ok;
	}
	return ok;
}
