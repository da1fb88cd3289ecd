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
	 "findings of sites and profiles; requirements against the inventory",
	 "With --explain no FILE is needed: it prints the page of a finding, which "
	 "stands in\n"
	 "docs/findings.md, too.",
	 cv_check_run},
	{"audit", CV_ON_AUDIT, "SITE [ACTUAL]", 1, 2,
	 "what a live export of a target lacks, or has besides",
	 "ACTUAL is what the product shows (docs/audit.md says how to get it), `-` for\n"
	 "standard input; or, with --live, this machine itself is asked.  -t names the\n"
	 "target, -s the group, party or site that it is the export of.  Exit code 0: "
	 "no\n"
	 "drift; 1: drift.",
	 cv_audit_run},
	{"explain", CV_ON_EXPLAIN, "SITE", 1, 1,
	 "why a flow is allowed or a path excluded, or what a row became",
	 "Asks one thing of a site: --flow 'A -> B:443/tcp', --path PATH -s GROUP, or\n"
	 "--row ROW.  A and B are parties, addresses or networks.  Exit code 0: "
	 "allowed,\n"
	 "excluded, or the row is told; 1: not.",
	 cv_explain_run},
	{"diff", CV_ON_DIFF, "OLD NEW", 2, 2,
	 "what changes between two sites, two groups or two profiles",
	 "OLD and NEW are two sites or two profiles.  With -s OLD,NEW two groups are\n"
	 "compared, of one site or of two.  With -o the change is written to DIR, ready\n"
	 "to be applied.  Exit code 0, whether there is a difference or not.",
	 cv_diff_run},
	{"apply", CV_ON_APPLY, "SITE|ARTEFACT", 1, 1,
	 "load a policy into this machine, on trial first",
	 "SITE is compiled and proved; an ARTEFACT is read back first.  With --confirm\n"
	 "the old policy comes back by itself after SECONDS (10 to 3600), even if\n"
	 "carveout or the session dies, unless --confirmed is given by then: over a new\n"
	 "connection, since an established one goes on under a bad policy, too.",
	 cv_apply_run},
	{"import", CV_ON_IMPORT, "FILE", 1, 1,
	 "make a profile of a published page, or bring one up to date",
	 "FILE is a page in HTML, Markdown, CSV, TSV or text as copied, `-` for "
	 "standard\n"
	 "input.  Without -o the profile goes to standard output.  A profile that stands "
	 "at\n-o is edited: ids, comments and what was filled in by hand stay.  What the "
	 "page\nleaves open becomes a hole; --answers fills it the same way each time.",
	 cv_import_run},
	{"targets", CV_ON_TARGETS, "", 0, 0, "what carveout writes, and for whom", NULL,
	 cv_targets_run},
	{"profiles", CV_ON_PROFILES, "", 0, 0, "the profiles that are installed", NULL,
	 cv_profiles_run},
	{"schema", CV_ON_SCHEMA, "profile|site|answers", 1, 1,
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
