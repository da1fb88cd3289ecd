/* A flow and an exclusion in words. */
#include "commands/policy_text.h"

#include "base/ctx.h"
#include "model/plan.h"

const char *cv_flow_words(struct cv_ctx *ctx, const struct cv_flow *flow)
{
	const struct cv_entry box = {
		.source = flow->source,
		.destination = flow->destination,
		.protocol = flow->protocol,
		.icmp_type = flow->icmp_type,
		.ports = flow->ports,
		.source_ports = flow->source_ports,
		.program = flow->program,
	};

	return cv_arena_format(ctx->arena, "%s -> %s: %s", flow->from->name,
			       flow->to->name, cv_entry_words(ctx, &box));
}

static const char *reach_words(const struct cv_exclusion *exclusion)
{
	if (exclusion->kind != CV_KIND_FOLDER)
		return "";
	return exclusion->reach == CV_REACH_TREE ? " and all below it"
						 : " without its subfolders";
}

const char *cv_exclusion_words(struct cv_ctx *ctx, const struct cv_exclusion *exclusion)
{
	return cv_arena_format(ctx->arena, "%s %s%s%s%s%s",
			       cv_kind_names[exclusion->kind], exclusion->value,
			       reach_words(exclusion),
			       exclusion->arguments ? " with the arguments " : "",
			       exclusion->arguments ? exclusion->arguments : "",
			       exclusion->children ? ", and what it starts" : "");
}
