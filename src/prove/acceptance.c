#include "prove/acceptance.h"

#include <stdio.h>
#include <string.h>

#include "base/finding.h"
#include "model/target.h"

static bool any_matches(const struct cv_texts *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (cv_name_matches(patterns->items[i].text, name))
			return true;
	return false;
}

/* A target that leaves nothing unscanned is named in full, or not meant. */
static bool covers_target(const struct cv_texts *patterns, const struct cv_target *target)
{
	return target->named_only ? cv_texts_hold(patterns, target->name)
				  : any_matches(patterns, target->name);
}

bool cv_acceptance_covers(const struct cv_acceptance *acceptance,
			  const struct cv_risk *risk, const char *row)
{
	if (strcmp(acceptance->finding.text, cv_finding_kinds[risk->code].name) != 0)
		return false;
	if (risk->target ? !covers_target(&acceptance->target, risk->target)
			 : acceptance->target.count != 0)
		return false;
	return any_matches(&acceptance->row, row);
}

long cv_day_number(const char *date)
{
	int year = 1970, month = 1, day = 1;
	long years, days;

	sscanf(date, "%d-%d-%d", &year, &month, &day);
	/* March begins the year, so that February's end is the year's. */
	year -= month <= 2;
	years = year;
	days = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return years * 365 + years / 4 - years / 100 + years / 400 + days - 719468;
}
