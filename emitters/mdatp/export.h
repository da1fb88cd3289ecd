#pragma once
/* What the readers of live exports share: entries in the plan's spelling, and the list
 * that the command line shows on both systems. */

#include "export_text.h"
#include "mdatp/facts.h"

/* What is known of one exclusion. */
struct cv_mdatp_found {
	const char *type;  /* `$type`, or NULL */
	const char *list;  /* where the export says it itself, or NULL */
	const char *value; /* or NULL */
	bool is_folder;
	bool is_global; /* EDR does not see it either */
	bool is_odd;    /* has something that is not known */
	size_t place;
};

/* Adds an entry in the plan's spelling, or says that it is not understood. */
void cv_mdatp_found_add(struct cv_export_reading *reading,
			const struct cv_mdatp_found *found);

/* The output of `mdatp exclusion list`.  No page shows it whole; what is known of it
 * comes from what admins wrote of it.  False with the error set where no line of it is
 * like that. */
bool cv_mdatp_read_listing(struct cv_export_reading *reading,
			   struct cv_export_text *text);
