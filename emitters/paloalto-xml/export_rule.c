/* A security rule as attributes.  What a plan of ours never says (that it is disabled,
 * an end that is negated, a user, a schedule) becomes attributes, too: a rule that has
 * them lets through something else than was planned. */
#include "paloalto-xml/export.h"

#include "base/ctx.h"
#include "paloalto-xml/export_node.h"
#include "paloalto-xml/plan.h"

/* `usual`: what stands there when nothing is asked for. */
struct part {
	const char *element, *usual;
};

static const struct part lists[] = {
	{CV_PALOALTO_FROM, NULL},   {CV_PALOALTO_TO, NULL},
	{CV_PALOALTO_SOURCE, NULL}, {CV_PALOALTO_DESTINATION, NULL},
	{"service", NULL},          {"application", NULL},
	{"category", "any"},        {"source-user", "any"},
	{"source-hip", "any"},      {"destination-hip", "any"},
	{"hip-profiles", "any"},    {NULL, NULL},
};

static const struct part words[] = {
	{"action", NULL},           {"log-setting", NULL},
	{"negate-source", "no"},    {"negate-destination", "no"},
	{"rule-type", "universal"}, {"schedule", NULL},
	{"disabled", "no"},         {NULL, NULL},
};

struct writing {
	struct cv_ctx *ctx;
	struct cv_table *attributes;
};

static void add(const struct writing *writing, const char *name, const char *value,
		const char *usual)
{
	if (!usual || strcmp(value, usual) != 0)
		*CV_ADD(writing->ctx->arena, writing->attributes, struct cv_attribute) =
			(struct cv_attribute){name, value};
}

static void add_members(const struct writing *writing,
			const struct cv_paloalto_node *around, const char *name,
			const char *usual)
{
	for (const struct cv_paloalto_node *inner = around->first; inner;
	     inner = inner->next)
		if (cv_node_is(inner, "member"))
			add(writing, name, inner->text, usual);
}

static void add_profiles(const struct writing *writing,
			 const struct cv_paloalto_node *setting)
{
	for (const struct cv_paloalto_node *inner = setting->first; inner;
	     inner = inner->next)
		if (cv_node_is(inner, "group"))
			add_members(writing, inner, "profile-group", NULL);
		else
			add(writing, "profile-setting", "other", NULL);
}

/* Panorama's rules may be for some devices only. */
static void add_target(const struct writing *writing,
		       const struct cv_paloalto_node *target)
{
	const struct cv_paloalto_node *devices = cv_node_first(target, "devices");

	if (devices && devices->first)
		add(writing, "target", "some devices", NULL);
}

void cv_paloalto_rule_attributes(struct cv_ctx *ctx, const struct cv_paloalto_node *rule,
				 struct cv_table *attributes)
{
	const struct writing writing = {ctx, attributes};

	for (const struct part *part = lists; part->element; part++)
		for (const struct cv_paloalto_node *inner = rule->first; inner;
		     inner = inner->next)
			if (cv_node_is(inner, part->element))
				add_members(&writing, inner, part->element, part->usual);
	for (const struct part *part = words; part->element; part++)
		for (const struct cv_paloalto_node *inner = rule->first; inner;
		     inner = inner->next)
			if (cv_node_is(inner, part->element))
				add(&writing, part->element, inner->text, part->usual);
	for (const struct cv_paloalto_node *inner = rule->first; inner;
	     inner = inner->next)
		if (cv_node_is(inner, "profile-setting"))
			add_profiles(&writing, inner);
		else if (cv_node_is(inner, "target"))
			add_target(&writing, inner);
}
