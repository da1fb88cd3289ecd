/* What the forms of Carbon Black Cloud read back: see facts.c for their shapes. */
#include "carbon-black/facts.h"

CV_API_READERS(cv_carbon_black)
CV_API_BODY_READER(cv_carbon_black, rules)

bool cv_carbon_black_read_rows(struct cv_reading *reading)
{
	return cv_api_read_bodies(reading, cv_carbon_black_rows, "rules");
}
