#pragma once
/* What the passes share with each other and with nobody else. */

#include <stdbool.h>

#include "model/policy.h"
#include "model/version.h"
#include "resolve/resolve.h"

struct cv_ctx;

/* The passes, each in a file of its name. */
bool cv_pass_number_rows(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_check_names(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_parties(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_groups(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_conditions(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_version_coverage(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_open_holes(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_flows(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_exclusions(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_urls(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_lint(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_reach(struct cv_ctx *ctx, struct cv_policy *policy);
bool cv_pass_notes(struct cv_ctx *ctx, struct cv_policy *policy);

/* How far a condition holds for a group, or for the site (group NULL). */
enum cv_holds { CV_HOLDS_NO, CV_HOLDS_PARTLY, CV_HOLDS_YES, CV_HOLDS_ERROR };

/* Evaluates a `when`.  *why_out says what failed, or, with PARTLY, which versions
 * need it.  ERROR: reported (the site does not say what the condition asks). `about`
 * is the row or place in a message. */
enum cv_holds cv_when_holds(struct cv_ctx *ctx, const struct cv_policy *policy,
			    const struct cv_profile *profile,
			    const struct cv_group *group, const struct cv_when *when,
			    const char *about, const char **why_out);

/* The same for all parts but those about versions; never PARTLY. */
bool cv_condition_but_versions(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_profile *profile,
			       const struct cv_group *group,
			       const struct cv_condition *condition);

/* The versions that a group's (or the site's) clients have of `name`.  False: not
 * said.  *at_out is where the site says it. */
bool cv_versions_of(struct cv_ctx *ctx, const struct cv_policy *policy,
		    const struct cv_profile *profile, const struct cv_group *group,
		    const char *name, struct cv_versions *versions_out,
		    struct cv_span *at_out, const char **text_out);

/* What a condition asks of the versions that `part` is about.  A block and its row may
 * both ask: one client has to meet both at once.  *words_out says it. */
struct cv_versions cv_versions_wanted(struct cv_ctx *ctx,
				      const struct cv_condition *condition,
				      const struct cv_part *part, const char **words_out);

/* Whether the profiles know the names that fills have brought into their rows. */
bool cv_check_filled(struct cv_ctx *ctx, const struct cv_policy *policy);

/* What makes a row fall away whatever its `when` says, or NULL. */
const char *cv_row_set_aside(const struct cv_ctx *ctx, const struct cv_policy *policy,
			     const struct cv_row *row);

/* The edition that the site runs of a profile, or NULL. */
const struct cv_text *cv_edition_of(const struct cv_policy *policy,
				    const struct cv_profile *profile,
				    const struct cv_group *group);

/* NAME of `PROFILE:NAME` where that is this profile; else the text itself. */
const char *cv_bare_name(const struct cv_profile *profile, const char *text);

/* A value of a map whose keys may be `NAME` or `PROFILE:NAME`; the latter wins. */
const struct cv_text *cv_profile_key(const struct cv_map *map,
				     const struct cv_profile *profile, const char *name);

/* Whether a list holds NAME or PROFILE:NAME. */
bool cv_profile_listed(const struct cv_texts *texts, const struct cv_profile *profile,
		       const char *name);

/* The value of a parameter for a group (or NULL: the site); reports unknown ones. */
const char *cv_parameter_value(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_profile *profile,
			       const struct cv_group *group, const char *name,
			       struct cv_span at, const struct cv_row *row);

/* `text` with every ${parameter} put in; NULL: reported. */
const char *cv_with_parameters(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_row *row, const struct cv_group *group,
			       struct cv_text text);

/* A published path made whole for a group: places, parameters, drive, one spelling.
 * A program's may be its name alone.  NULL: reported. */
const char *cv_whole_path(struct cv_ctx *ctx, const struct cv_policy *policy,
			  const struct cv_row *row, const struct cv_group *group,
			  struct cv_text text, bool is_program);

/* A value in the one spelling that stands for all that mean the same. */
const char *cv_folded_value(struct cv_ctx *ctx, enum cv_kind kind,
			    enum cv_platform platform, const char *value);

/* A program's arguments with places and parameters put in; NULL: reported. */
const char *cv_whole_arguments(struct cv_ctx *ctx, const struct cv_policy *policy,
			       const struct cv_row *row, const struct cv_group *group,
			       struct cv_text text);

/* The party that a row names, by its name or an alias; NULL: reported. */
const struct cv_party *
cv_party_by_name(struct cv_ctx *ctx, const struct cv_policy *policy, struct cv_text name);

/* Adds a row to a set of rows, unless it is the last one already. */
void cv_rows_add(struct cv_ctx *ctx, struct cv_rows *rows, const struct cv_row *row);

/* The set of one row of the policy. */
struct cv_rows cv_rows_one(const struct cv_policy *policy, const struct cv_row *row);

/* Merges two ascending sets of rows. */
struct cv_rows cv_rows_union(struct cv_ctx *ctx, struct cv_rows a, struct cv_rows b);

/* Adds the rows of another set, cheaply where they come behind.  Only into a set
 * that began empty: its items must not be shared with a copy, but for a single one. */
void cv_rows_join(struct cv_ctx *ctx, struct cv_rows *rows, struct cv_rows more);

/* The same for a list that has room for all that will come.  False: some of them do not
 * come after those that are there, and the list is no set before cv_rows_sort(). */
bool cv_rows_append(struct cv_rows *rows, struct cv_rows more);

/* Puts them in order, each once. */
void cv_rows_sort(struct cv_rows *rows);

bool cv_group_has_role(const struct cv_group *group, const struct cv_profile *profile,
		       const char *role);
const struct cv_device *cv_device_of(const struct cv_profile *profile, const char *name);

/* Rows and sources as a note of at most `limit` bytes: printable ASCII without `"`,
 * `\` and `'`. */
const char *cv_note(struct cv_ctx *ctx, const struct cv_policy *policy,
		    const struct cv_rows *rows, size_t limit);

/* For a loop over many: that it will be asked for that of those rows. */
void cv_note_await(const struct cv_policy *policy, const struct cv_rows *rows);

/* Flows into a plan; one function for each enum cv_flow_form. */
bool cv_lower_services(struct cv_ctx *ctx, struct cv_plan *plan);
bool cv_lower_elements(struct cv_ctx *ctx, struct cv_plan *plan);
bool cv_lower_whole(struct cv_ctx *ctx, struct cv_plan *plan);
bool cv_lower_rules(struct cv_ctx *ctx, struct cv_plan *plan);

/* The exclusions of the subject's group into a plan; the target has lists.  False:
 * reported. */
bool cv_lower_exclusions(struct cv_ctx *ctx, struct cv_plan *plan);

/* Whether the target cannot carry the flow; its rows are then lost. */
bool cv_flow_refused(struct cv_ctx *ctx, struct cv_plan *plan,
		     const struct cv_flow *flow);

/* Notes that the target cannot carry a flow, an exclusion or a URL of these rows. */
void cv_plan_lose(struct cv_ctx *ctx, struct cv_plan *plan, const void *thing,
		  const struct cv_rows *rows, const char *why);
