#pragma once
/* What apply is given: a site, of which one subject is compiled and proved, or an
 * artefact, which is read back. */

#include <stdbool.h>
#include <stddef.h>

#include "model/live.h"
#include "model/target.h"

struct cv_ctx;
struct cv_request;
struct cv_source;

struct cv_apply_policy {
	const struct cv_target *target; /* has `live` */
	const struct cv_form *form;     /* whose entries are loaded */
	const struct cv_source *source; /* as the user named it */
	const char *subject;            /* NULL where an artefact does not say */
	struct cv_plan plan; /* of an artefact without policy, use and subject */
	const void *options; /* the target's, of a site; or NULL */
	const struct cv_entry *const *entries;
	size_t count;
	size_t flows;      /* of them that let something through */
	const char *bytes; /* of the artefact, proved */
	size_t size;
};

/* Decides by the content.  Everything lies in the arena of ctx.  False: reported. */
bool cv_apply_policy_read(struct cv_ctx *ctx, const struct cv_request *request,
			  struct cv_apply_policy *policy_out);

/* The place of an entry: in the artefact, or of the first row that it comes from. */
struct cv_span cv_apply_place(const struct cv_apply_policy *policy,
			      const struct cv_entry *entry);

/* The command line to give for another step of the same policy, quoted for a shell:
 * `carveout apply SITE -s SUBJECT --confirmed`.  `step` may be "". */
const char *cv_apply_command(struct cv_ctx *ctx, const struct cv_request *request,
			     const char *step);
