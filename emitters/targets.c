#include "model/target.h"

#define CV_TARGET(id) extern const struct cv_target cv_target_##id;
#include "targets.def"
#undef CV_TARGET

#define CV_TARGET(id) &cv_target_##id,
const struct cv_target *const cv_targets[] = {
#include "targets.def"
	NULL,
};
