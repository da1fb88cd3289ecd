/* What a target can, as one site uses it. */
#include "model/target.h"

#include "model/site.h"

enum cv_flow_form cv_flows_of(const struct cv_target_use *use)
{
	return use->target->flows ? use->target->flows(use->options)
				  : use->target->can.flows;
}
