/* Which objects of ours no security rule leads to.  Such an object lets nothing through,
 * so that what was planned is there and does nothing. */
#include "paloalto-xml/export_rules.h"

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/export_node.h"

struct marking {
	struct cv_paloalto_config *config;
	struct cv_paloalto_object **open; /* groups whose members are to be marked */
	size_t open_count;
	bool aside; /* marking what disabled rules lead to */
};

static void mark_object(struct marking *marking, struct cv_paloalto_object *object)
{
	bool *mark = marking->aside ? &object->used_aside : &object->used;

	if (*mark)
		return;
	*mark = true;
	if (cv_paloalto_is_group(object->list))
		marking->open[marking->open_count++] = object;
}

/* All that are called so, in whatever level: which of them is meant does not matter. */
static void mark_name(struct marking *marking, enum cv_paloalto_space space,
		      const char *name)
{
	struct cv_paloalto_object *const *found;
	size_t count;

	found = cv_paloalto_named(marking->config, space, name, &count);
	for (size_t i = 0; i < count; i++)
		mark_object(marking, found[i]);
	while (marking->open_count) {
		const struct cv_paloalto_object *group =
			marking->open[--marking->open_count];

		for (size_t i = 0; i < group->members.count; i++) {
			const struct cv_paloalto_node *member = *CV_AT(
				&group->members, const struct cv_paloalto_node *, i);

			found = cv_paloalto_named(marking->config, space, member->text,
						  &count);
			for (size_t n = 0; n < count; n++)
				mark_object(marking, found[n]);
		}
	}
}

static void mark_rule(struct marking *marking, const struct cv_paloalto_node *rule)
{
	static const struct {
		const char *element;
		enum cv_paloalto_space space;
	} uses[] = {
		{"source", CV_PALOALTO_ADDRESS_SPACE},
		{"destination", CV_PALOALTO_ADDRESS_SPACE},
		{"service", CV_PALOALTO_SERVICE_SPACE},
		{"category", CV_PALOALTO_CATEGORY_SPACE},
	};

	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
		for (const struct cv_paloalto_node *inner = rule->first; inner;
		     inner = inner->next)
			for (const struct cv_paloalto_node *member =
				     cv_node_is(inner, uses[i].element) ? inner->first
									: NULL;
			     member; member = member->next)
				mark_name(marking, uses[i].space, member->text);
}

static bool is_disabled(const struct cv_paloalto_node *rule)
{
	const struct cv_paloalto_node *leaf = cv_node_first(rule, "disabled");

	return leaf && strcmp(leaf->text, "yes") == 0;
}

static void mark_rules(struct marking *marking)
{
	const struct cv_table *objects = &marking->config->objects;

	for (size_t i = 0; i < objects->count; i++) {
		const struct cv_paloalto_object *object =
			CV_AT(objects, struct cv_paloalto_object, i);

		if (object->list == CV_PALOALTO_RULE &&
		    is_disabled(object->node) == marking->aside)
			mark_rule(marking, object->node);
	}
}

/* What only stands in a group of ours that is not used is told with the group. */
static void mark_members(const struct cv_paloalto_config *config, bool *inner)
{
	for (size_t i = 0; i < config->objects.count; i++) {
		const struct cv_paloalto_object *group =
			CV_AT(&config->objects, struct cv_paloalto_object, i);

		for (size_t m = 0; cv_paloalto_is_group(group->list) && group->ours &&
				   m < group->members.count;
		     m++) {
			struct cv_paloalto_object *const *found;
			size_t count;

			found = cv_paloalto_named(
				config, cv_paloalto_lists[group->list].space,
				(*CV_AT(&group->members, const struct cv_paloalto_node *,
					m))
					->text,
				&count);
			for (size_t n = 0; n < count; n++)
				inner[found[n]->number] = true;
		}
	}
}

static void remark(struct cv_paloalto_config *config,
		   const struct cv_paloalto_object *object)
{
	struct cv_export_reading *reading = config->reading;
	const char *name = cv_paloalto_plain_name(object->node->name);
	struct cv_export_remark *made =
		CV_ADD(reading->ctx->arena, &reading->remarks, struct cv_export_remark);

	made->code = CV_F_UNUSED_OBJECT;
	made->place = object->node->place;
	made->text = cv_arena_format(
		reading->ctx->arena, "the %s %s is used by %s",
		cv_paloalto_lists[object->list].name,
		name ? cv_arena_format(reading->ctx->arena, "`%s`", name)
		     : "with a name that is not plain",
		object->used_aside ? "no security rule but such as are disabled"
				   : "no security rule");
}

static bool can_be_used(const struct cv_paloalto_object *object)
{
	return object->list != CV_PALOALTO_TAG && object->list != CV_PALOALTO_RULE;
}

void cv_paloalto_find_unused(struct cv_paloalto_config *config)
{
	struct cv_arena *arena = config->reading->ctx->arena;
	const size_t count = config->objects.count;
	struct marking marking = {
		.config = config,
		.open = CV_NEW_ARRAY(arena, count + 1, struct cv_paloalto_object *)};
	bool *inner = CV_NEW_ARRAY(arena, count + 1, bool);

	mark_rules(&marking);
	marking.aside = true;
	mark_rules(&marking);
	mark_members(config, inner);
	for (size_t i = 0; i < count; i++) {
		const struct cv_paloalto_object *object =
			CV_AT(&config->objects, struct cv_paloalto_object, i);

		if (object->ours && object->level == config->tree.scope &&
		    can_be_used(object) && !object->used && !inner[i])
			remark(config, object);
	}
}
