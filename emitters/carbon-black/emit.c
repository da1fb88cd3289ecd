/* What the forms of Carbon Black Cloud write: see facts.c for their shapes. */
#include "carbon-black/facts.h"

CV_API_EMITTERS(cv_carbon_black)

void cv_carbon_black_emit_rows(const struct cv_emission *emission)
{
	cv_api_emit_bodies(emission, cv_carbon_black_rows);
}
