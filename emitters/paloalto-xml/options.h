#pragma once
/* The target's keys in the site.  Options may be NULL where the site sets none, so
 * that defaults are found here and nowhere else. */

#include <string.h>

#include "model/value.h"
#include "paloalto-xml/facts.h"

#define CV_PALOALTO_DEFAULT_SCOPE "vsys1"
#define CV_PALOALTO_DEFAULT_RELEASE "10.1"

struct cv_paloalto_options {
	struct cv_text scope, version, prefix;
	enum cv_flag multi_vsys;
};

static inline const char *cv_paloalto_scope(const struct cv_paloalto_options *options)
{
	return options && options->scope.text ? options->scope.text
					      : CV_PALOALTO_DEFAULT_SCOPE;
}

static inline bool cv_paloalto_is_shared(const struct cv_paloalto_options *options)
{
	return strcmp(cv_paloalto_scope(options), "shared") == 0;
}

static inline const char *cv_paloalto_version(const struct cv_paloalto_options *options)
{
	return options && options->version.text ? options->version.text
						: CV_PALOALTO_DEFAULT_RELEASE;
}

/* Whether the file's name comes first in a load command. */
static inline bool cv_paloalto_file_first(const struct cv_paloalto_options *options)
{
	const char *version = cv_paloalto_version(options);

	for (const struct cv_paloalto_release *release = cv_paloalto_releases;
	     release->name; release++)
		if (strcmp(release->name, version) == 0)
			return release->file_first;
	return false;
}

/* Whether the command line names the virtual system: a firewall with only one has no
 * such word, and only one with several has vsys2 and a shared list of objects. */
static inline bool cv_paloalto_names_vsys(const struct cv_paloalto_options *options)
{
	return (options && options->multi_vsys == CV_YES) ||
	       strcmp(cv_paloalto_scope(options), CV_PALOALTO_DEFAULT_SCOPE) != 0;
}
