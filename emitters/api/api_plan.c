/* From entries of native lists to what is sent: the tag in our comments, the costs in the
 * head, and the steps. */
#include "api/api.h"

#include <string.h>

#include "base/ctx.h"
#include "base/digest.h"
#include "model/policy.h"
#include "model/site.h"

/* A tag that is longer leaves too little of the shortest comment (100 characters on
 * Sophos Central) for the rows. */
enum { LONGEST_TAG = 48, HASH = 16 };

const char *cv_api_tag(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const char *tag = cv_arena_format(
		ctx->arena, "carveout %s/%s:", plan->policy->site->name.text,
		plan->subject->name);
	char hash[65];

	if (strlen(tag) <= LONGEST_TAG)
		return tag;
	cv_sha256_hex(tag, strlen(tag), hash);
	return cv_arena_format(ctx->arena, "carveout %.*s:", HASH, hash);
}

/* Each object's comment begins with the tag, and is no longer than the console takes. */
static void tag_notes(struct cv_ctx *ctx, struct cv_plan *plan, const char *tag,
		      size_t limit)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);
		const size_t room = limit - strlen(tag) - 1;
		size_t size;

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		size = entry->note ? strlen(entry->note) : 0;
		entry->note = cv_arena_format(ctx->arena, "%s %.*s%s", tag,
					      (int)(size > room ? room - 3 : size),
					      entry->note ? entry->note : "",
					      size > room ? "..." : "");
	}
}

static const struct cv_list *list_in_use(const struct cv_plan *plan, const char *list)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_EXCLUSION && strcmp(entry->list, list) == 0)
			return cv_origin(entry)->native;
	}
	return NULL;
}

static void add_cost(struct cv_ctx *ctx, struct cv_plan *plan, const struct cv_list *list)
{
	if (list->cost)
		cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
			cv_arena_format(ctx->arena, "%s: %s", list->name, list->cost);
}

static void add_call(struct cv_ctx *ctx, struct cv_plan *plan,
		     const struct cv_api_call *call)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(ctx->arena, 3, struct cv_attribute);
	struct cv_entry *step = cv_plan_add(ctx, plan, CV_ENTRY_STEP);

	attributes[0] = (struct cv_attribute){CV_API_VALUE, call->value};
	attributes[1] = (struct cv_attribute){CV_API_ID, call->id};
	attributes[2] = (struct cv_attribute){
		CV_API_BODIES, cv_arena_format(ctx->arena, "%s.%s.ndjson",
					       plan->subject->name, call->list)};
	step->list = CV_API_CALL;
	step->more->name = call->list;
	step->more->value =
		cv_arena_format(ctx->arena, "%s %s", call->method, call->path);
	step->more->attributes = attributes;
	step->more->attribute_count = 3;
}

static void add_undo(struct cv_ctx *ctx, struct cv_plan *plan,
		     const struct cv_api_call *call)
{
	struct cv_attribute *bodies = CV_NEW(ctx->arena, struct cv_attribute);
	struct cv_entry *step = cv_plan_add(ctx, plan, CV_ENTRY_STEP);

	*bodies = (struct cv_attribute){
		CV_API_BODIES,
		cv_arena_format(ctx->arena, "%s.undo.ndjson", plan->subject->name)};
	step->list = CV_API_UNDO;
	step->more->name = call->list;
	step->more->attributes = bodies;
	step->more->attribute_count = 1;
}

static void add_setting(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
			const char *value)
{
	struct cv_entry *setting = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	setting->list = list;
	setting->more->value = value;
}

void cv_api_arrange(struct cv_ctx *ctx, struct cv_plan *plan,
		    const struct cv_api_call *calls, size_t note_limit, const char *scope)
{
	const char *tag = cv_api_tag(ctx, plan);
	bool used = false;

	if (note_limit)
		tag_notes(ctx, plan, tag, note_limit);
	for (const struct cv_api_call *call = calls; call->list; call++) {
		const struct cv_list *list = list_in_use(plan, call->list);

		if (!list)
			continue;
		used = true;
		add_cost(ctx, plan, list);
	}
	if (!used)
		return;
	add_setting(ctx, plan, CV_API_TAG, tag);
	add_setting(ctx, plan, CV_API_SCOPE, scope);
	for (const struct cv_api_call *call = calls; call->list; call++)
		if (list_in_use(plan, call->list)) {
			add_call(ctx, plan, call);
			add_undo(ctx, plan, call);
		}
}

const char *cv_api_for_group(const struct cv_map *map, const struct cv_plan *plan)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->items[i].key.text, plan->subject->name) == 0)
			return map->items[i].value.text;
	return NULL;
}

bool cv_api_has_word(const struct cv_texts *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i].text, word) == 0)
			return true;
	return false;
}

void cv_api_describe(struct cv_ctx *ctx, struct cv_entry *entry, const char *name,
		     const char *value)
{
	const size_t count = entry->more->attribute_count;
	struct cv_attribute *all =
		CV_NEW_ARRAY(ctx->arena, count + 1, struct cv_attribute);

	for (size_t i = 0; i < count; i++)
		all[i] = entry->more->attributes[i];
	all[count] = (struct cv_attribute){name, value};
	entry->more->attributes = all;
	entry->more->attribute_count = (uint32_t)(count + 1);
}

const char *cv_api_id(struct cv_ctx *ctx, const struct cv_plan *plan,
		      const struct cv_entry *entry)
{
	const char *whole = cv_arena_format(
		ctx->arena, "%s\n%s\n%s\n%s", plan->policy->site->name.text,
		plan->subject->name, entry->list, entry->more->value);
	char hash[65];

	cv_sha256_hex(whole, strlen(whole), hash);
	return cv_arena_format(ctx->arena, "%.12s", hash);
}

void cv_api_strip_to_value(struct cv_entry *entry)
{
	entry->note = NULL;
	entry->more->attributes = NULL;
	entry->more->attribute_count = 0;
}
