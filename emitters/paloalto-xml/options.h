#pragma once
/* The target's keys in the site.  Options may be NULL where the site sets none, so
 * that defaults are found here and nowhere else. */

#include <string.h>

#include "model/value.h"
#include "paloalto-xml/facts.h"

#define CV_PALOALTO_DEFAULT_SCOPE "vsys1"
#define CV_PALOALTO_DEFAULT_RELEASE "10.1"
#define CV_PALOALTO_PANORAMA "panorama-shared"
/* Said instead of a profile's name where a rule is to have none. */
#define CV_PALOALTO_NONE "none"

/* One member of `zones`: what lies in it. */
struct cv_paloalto_zone {
	struct cv_text name;
	struct cv_texts addresses;
};

struct cv_paloalto_rules {
	struct cv_text before, after; /* one of them: a rule that stands there */
	struct cv_texts from, to;     /* zones of all rules */
	struct cv_records zones;      /* of cv_paloalto_zone: zones by address */
	struct cv_text log_setting, profile_group, description;
	struct cv_span at;
};

struct cv_paloalto_options {
	struct cv_text scope, device_group, rulebase, version, prefix, model;
	enum cv_flag multi_vsys;
	struct cv_paloalto_rules rules;
};

static inline enum cv_paloalto_scope_kind
cv_paloalto_scope_kind(const struct cv_paloalto_options *options)
{
	if (options && options->device_group.text)
		return CV_PALOALTO_DEVICE_GROUP;
	if (!options || !options->scope.text)
		return CV_PALOALTO_VSYS;
	if (strcmp(options->scope.text, CV_PALOALTO_PANORAMA) == 0)
		return CV_PALOALTO_PANORAMA_SHARED;
	return strcmp(options->scope.text, "shared") == 0 ? CV_PALOALTO_SHARED
							  : CV_PALOALTO_VSYS;
}

/* The name of the virtual system or of the device group, or how a shared list is
 * called in the site. */
static inline const char *cv_paloalto_scope(const struct cv_paloalto_options *options)
{
	if (options && options->device_group.text)
		return options->device_group.text;
	return options && options->scope.text ? options->scope.text
					      : CV_PALOALTO_DEFAULT_SCOPE;
}

static inline bool cv_paloalto_is_panorama(const struct cv_paloalto_options *options)
{
	return cv_paloalto_scopes[cv_paloalto_scope_kind(options)].panorama;
}

/* Whether the objects lie in a shared list, of a firewall or of Panorama. */
static inline bool cv_paloalto_is_shared(const struct cv_paloalto_options *options)
{
	return !cv_paloalto_scopes[cv_paloalto_scope_kind(options)].named;
}

/* Whether the plan has security rules. */
static inline bool cv_paloalto_has_rules(const struct cv_paloalto_options *options)
{
	return options && (options->rules.before.text || options->rules.after.text);
}

/* `rulebase`, `pre-rulebase`, `post-rulebase`. */
static inline const char *cv_paloalto_rulebase(const struct cv_paloalto_options *options)
{
	const bool post = options && options->rulebase.text &&
			  strcmp(options->rulebase.text, "post") == 0;

	if (!cv_paloalto_is_panorama(options))
		return cv_paloalto_rulebases[CV_PALOALTO_RULEBASE];
	return cv_paloalto_rulebases[post ? CV_PALOALTO_POST_RULEBASE
					  : CV_PALOALTO_PRE_RULEBASE];
}

static inline const char *cv_paloalto_version(const struct cv_paloalto_options *options)
{
	return options && options->version.text ? options->version.text
						: CV_PALOALTO_DEFAULT_RELEASE;
}

static inline const struct cv_paloalto_release *
cv_paloalto_release(const struct cv_paloalto_options *options)
{
	const struct cv_paloalto_release *release = cv_paloalto_releases;

	while (release[1].name &&
	       strcmp(release->name, cv_paloalto_version(options)) != 0)
		release++;
	return release;
}

/* The smallest where the site names none. */
static inline const struct cv_paloalto_model *
cv_paloalto_model(const struct cv_paloalto_options *options)
{
	const struct cv_paloalto_model *model = cv_paloalto_models;

	for (; options && options->model.text && model[1].name; model++)
		if (strcmp(model->name, options->model.text) == 0)
			break;
	return model;
}

/* Whether names are the bare ones, `tcp-443`, which the site may share with objects
 * that stand there already: only with a base, which tells what these mean. */
static inline bool cv_paloalto_is_unprefixed(const struct cv_paloalto_options *options)
{
	return options && options->prefix.text && !*options->prefix.text;
}

/* Whether the command line names the scope: a firewall with one virtual system has no
 * such word, and only one with several has vsys2 and a shared list of objects. */
static inline bool cv_paloalto_names_scope(const struct cv_paloalto_options *options)
{
	return (options && options->multi_vsys == CV_YES) ||
	       strcmp(cv_paloalto_scope(options), CV_PALOALTO_DEFAULT_SCOPE) != 0;
}
