/* The table of commands, in the order of --help. */
#include "commands/commands.h"

#include <stdint.h>

#include "base/buf.h"

const struct cv_command cv_commands[] = {
	{"compile", CV_ON_COMPILE, "SITE", 1, 1,
	 "write all artefacts of a site, the ledger, the review and the manifest",
	 "SITE is a site's file, `-` for standard input.  Nothing is written while "
	 "there is an\nerror.  DIR must not exist, be empty, or hold only what an "
	 "earlier run wrote there;\nit is replaced as a whole.",
	 cv_compile_run},
	{"check", CV_ON_CHECK, "FILE...", 1, SIZE_MAX,
	 "findings of sites and profiles; requirements against the inventory", NULL,
	 cv_check_run},
	{"targets", CV_ON_TARGETS, "", 0, 0, "what carveout writes, and for whom", NULL,
	 cv_targets_run},
	{"profiles", CV_ON_PROFILES, "", 0, 0, "the profiles that are installed", NULL,
	 cv_profiles_run},
	{"schema", CV_ON_SCHEMA, "profile|site", 1, 1,
	 "the JSON Schema of an input format", NULL, cv_schema_run},
	{"version", CV_ON_VERSION, "", 0, 0, "name and version", NULL, cv_version_run},
	{NULL, 0, NULL, 0, 0, NULL, NULL, NULL},
};

void cv_count_words(struct cv_buf *out, size_t count, const char *one, const char *many)
{
	cv_buf_number(out, count);
	cv_buf_char(out, ' ');
	cv_buf_text(out, count == 1 ? one : many);
}
