#pragma once
/* From file names to profiles and sites. */

#include <stdbool.h>

#include "base/table.h"
#include "model/field.h"
#include "model/pattern.h"
#include "model/profile.h"
#include "model/site.h"

struct cv_ctx;
struct cv_source;
struct cv_target;

/* The field tables, for the schema and for fills. */
extern const struct cv_fields cv_profile_fields, cv_site_fields;
extern const struct cv_fields cv_port_row_fields, cv_exclusion_row_fields,
	cv_url_row_fields;
extern const struct cv_fields cv_requirement_fields, cv_party_fields, cv_device_fields;

/* The field table of a row, by its table. */
const struct cv_fields *cv_row_fields(enum cv_table_kind table);

/* Whether a site may set for the target this key, of those that targets share. */
bool cv_target_takes(const struct cv_target *target, const char *key);

struct cv_load {
	struct cv_ctx *ctx;
	const struct cv_target *const *targets; /* whose options a site may set */
	const char *profile_directory;          /* the installed profiles */
};

/* What a document says that it is, in its key `carveout`. */
enum cv_document { CV_DOCUMENT_PROFILE, CV_DOCUMENT_SITE, CV_DOCUMENT_NEITHER };

/* Looks at the first bytes only, without reporting. */
enum cv_document cv_document_kind(const struct cv_source *source);

/* A profile, with the CSV tables that it names; `origin` is what the site calls it.
 * Checked by itself: everything that needs no site.  NULL: reported. */
struct cv_profile *cv_load_profile(const struct cv_load *load, struct cv_source *source,
				   const char *origin);

/* The paths of all rows, as far as a profile alone can say: whether or not a site would
 * use the row.  A site reports those of the rows that it uses.  False: reported. */
bool cv_profile_check_paths(struct cv_ctx *ctx, const struct cv_profile *profile);

/* A site and every profile that it names (struct cv_profile * into `profiles`):
 * beside the site, then in the installed profiles; a path; inline.  The site's fills
 * are put into the profiles' holes.  False: reported. */
bool cv_load_site(const struct cv_load *load, struct cv_source *source,
		  struct cv_site **site_out, struct cv_table *profiles_out);

/* Puts the site's fills into the holes of the profiles' rows.  A fill for a row that
 * is not there or has no such hole is reported.  False: reported. */
bool cv_fill_holes(struct cv_ctx *ctx, const struct cv_site *site,
		   const struct cv_table *profiles);

/* Why a profile's exclusion row for a device of that platform could not hold the value,
 * in the words of the finding; NULL: it could.  Nothing is reported. */
const char *cv_path_refused(struct cv_ctx *ctx, enum cv_platform platform,
			    enum cv_kind kind, const char *text);
