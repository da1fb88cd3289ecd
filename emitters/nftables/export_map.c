/* Verdict maps over the source that lead from a chain to those beside it.  In a rule:
 *
 *   {"key": {"payload": {"protocol": "ip", "field": "saddr"}},
 *    "data": "@cv-hq-forward-ways-4-exact"}
 *
 * and as an object {"elem": [["10.0.0.1", {"jump": {"target":
 * "cv-hq-forward-class-07"}}]]}; by hand also {"set": [...]} in the rule. */
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"
#include "nftables/export.h"

struct step {
	struct cv_nft_chain *to;
	struct cv_range range;
};

static bool read_step(struct cv_nft_export *export, const struct cv_nft_chain *chain,
		      const struct cv_nft_field *field, const json_t *element,
		      struct step *step_out)
{
	const json_t *verdict = json_array_get(element, 1);
	const json_t *jump = json_object_get(verdict, "jump");

	if (json_array_size(element) != 2 || json_object_size(verdict) != 1 ||
	    json_object_size(jump) != 1)
		return false;
	step_out->to = cv_nft_beside_of_rule(export, cv_nft_text(jump, "target"));
	return step_out->to && step_out->to->of == chain &&
	       cv_nft_value_read(field, cv_nft_element_value(json_array_get(element, 0)),
				 &step_out->range);
}

/* How many of the elements are not understood. */
static size_t read_steps(struct cv_nft_export *export, const struct cv_nft_chain *chain,
			 const struct cv_nft_field *field, const json_t *elements,
			 struct cv_nft_steps *steps)
{
	const json_t *element;
	size_t i, bad = 0;

	steps->family = field->family;
	json_array_foreach(elements, i, element)
	{
		struct step step;

		if (read_step(export, chain, field, element, &step))
			*CV_ADD(export->reading->ctx->arena, &steps->items, struct step) =
				step;
		else
			bad++;
	}
	return bad;
}

/* The map of ours that stands under that name, or NULL. */
static struct cv_nft_known_map *map_of(struct cv_nft_export *export, const char *name)
{
	for (size_t i = 0; name && i < export->map_count; i++) {
		struct cv_nft_known_map *map = &export->maps[i];
		const size_t size = strlen(map->name);

		if (strncmp(map->name, name, size) == 0 &&
		    strcmp(map->chain->suffix, name + size) == 0)
			return map;
	}
	return NULL;
}

/* The addresses that lead to a chain, or NULL. */
static const struct cv_addresses *from_of(struct cv_nft_export *export,
					  const struct cv_nft_steps *steps,
					  const struct cv_nft_chain *to)
{
	struct cv_ctx *ctx = export->reading->ctx;
	struct cv_range *ranges =
		CV_NEW_ARRAY(ctx->arena, steps->items.count + 1, struct cv_range);
	size_t count = 0;

	for (size_t i = 0; i < steps->items.count; i++) {
		const struct step *step = CV_AT(&steps->items, struct step, i);

		if (step->to == to)
			ranges[count++] = step->range;
	}
	return count ? cv_addresses_make(ctx, steps->family, ranges, count) : NULL;
}

static const struct cv_nft_field *source_field(uint8_t family)
{
	json_t *left = json_pack("{s:{s:s,s:s}}", "payload", "protocol",
				 family == 4 ? "ip" : "ip6", "field", "saddr");
	const struct cv_nft_field *field = left ? cv_nft_field_of(left) : NULL;

	json_decref(left);
	return field;
}

bool cv_nft_steps_read(struct cv_nft_export *export, const struct cv_nft_chain *chain,
		       const json_t *vmap, struct cv_nft_steps *steps_out)
{
	const struct cv_nft_field *field = cv_nft_field_of(json_object_get(vmap, "key"));
	const json_t *data = json_object_get(vmap, "data");
	const json_t *elements = json_object_get(data, "set");
	const char *name = json_string_value(data);

	*steps_out = (struct cv_nft_steps){.map = NULL};
	if (json_object_size(vmap) != 2 || !field || field->side != CV_NFT_SIDE_SOURCE)
		return false;
	if (!name || *name != '@')
		return json_is_array(elements) && json_object_size(data) == 1 &&
		       read_steps(export, chain, field, elements, steps_out) == 0;
	steps_out->map = map_of(export, name + 1);
	if (!steps_out->map || !steps_out->map->object ||
	    steps_out->map->chain != chain ||
	    steps_out->map->shape->family != field->family)
		return false;
	/* What is not understood was said where the map was read. */
	read_steps(export, chain, field, json_object_get(steps_out->map->object, "elem"),
		   steps_out);
	return true;
}

void cv_nft_steps_follow(struct cv_nft_export *export, const struct cv_nft_chain *chain,
			 const struct cv_nft_steps *steps, size_t place)
{
	struct cv_ctx *ctx = export->reading->ctx;

	for (size_t i = 0; i < export->beside_count; i++) {
		const struct cv_addresses **from =
			&export->beside[i].from[steps->family == 6];
		const struct cv_addresses *more =
			from_of(export, steps, &export->beside[i]);

		if (more)
			*from = cv_addresses_union(ctx, *from, more);
	}
	if (steps->map)
		cv_nft_setting_add(export, "rule", chain->name, place)->more->value =
			cv_arena_format(ctx->arena, "%s @%s", steps->map->shape->match,
					steps->map->name);
}

void cv_nft_map_read(struct cv_nft_export *export, const struct cv_nft_object *object)
{
	struct cv_nft_known_map *map = map_of(export, cv_nft_text(object->body, "name"));
	struct cv_nft_steps steps = {.map = map};
	size_t bad;

	if (!map)
		return;
	if (map->object) {
		cv_nft_unknown(export, object->place, "a second map %s", map->name);
		return;
	}
	map->object = object->body;
	cv_nft_setting_add(export, "map", map->name, object->place)->more->value =
		cv_nft_declaration_of(export->reading->ctx, object->body);
	bad = read_steps(export, map->chain, source_field(map->shape->family),
			 json_object_get(object->body, "elem"), &steps);
	if (bad)
		cv_nft_unknown(export, object->place, "%zu of the elements of %s", bad,
			       map->name);
	/* As with a rule: where ours decide, it may let anything through. */
	if (bad && map->chain->base)
		cv_nft_setting_add(export, "opening", map->chain->name, object->place)
			->more->value = "elements that are not understood";
	for (size_t i = 0; i < export->beside_count; i++) {
		const struct cv_nft_chain *beside = &export->beside[i];
		const struct cv_addresses *from = from_of(export, &steps, beside);
		struct cv_entry *way;

		if (!from)
			continue;
		way = cv_nft_setting_add(export, "way", map->name, object->place);
		way->more->value = beside->name;
		way->family = map->shape->family;
		way->source = from;
	}
}
