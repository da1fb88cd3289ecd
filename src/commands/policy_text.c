/* A flow and an exclusion in words. */
#include "commands/policy_text.h"

#include "base/ctx.h"
#include "model/plan.h"

const char *cv_flow_words(struct cv_ctx *ctx, const struct cv_flow *flow)
{
	struct cv_entry_more more = {
		.source_ports = flow->service->source_ports,
		.program = flow->service->program,
	};
	const struct cv_entry box = {
		.source = flow->ends->source,
		.destination = flow->ends->destination,
		.protocol = flow->service->protocol,
		.icmp_type = flow->service->icmp_type,
		.ports = flow->service->ports,
		.more = &more,
	};

	return cv_arena_format(ctx->arena, "%s -> %s: %s", flow->ends->from->name,
			       flow->ends->to->name, cv_entry_words(ctx, &box));
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
