/* All that is fuzzed.  A reader of a target needs no line of its own: forms, exports and
 * bases are found in the table of targets. */
#include "fuzz.h"

const struct fuzz_family fuzz_families[] = {
	{"yaml", FUZZ_ONE, fuzz_run_yaml, NULL},
	{"csv", FUZZ_ONE, fuzz_run_csv, NULL},
	{"page", FUZZ_ONE, fuzz_run_page, NULL},
	{"profile", FUZZ_ONE, fuzz_run_profile, NULL},
	{"site", FUZZ_ONE, fuzz_run_site, NULL},
	{"form", FUZZ_EACH_FORM, fuzz_run_form, fuzz_open_form},
	{"export", FUZZ_EACH_EXPORT, fuzz_run_export, NULL},
	{"base", FUZZ_EACH_BASE, fuzz_run_base, NULL},
	{"lexicals", FUZZ_ONE, fuzz_run_lexicals, NULL},
	{"paths", FUZZ_ONE, fuzz_run_paths, NULL},
	{"dialects", FUZZ_ONE, fuzz_run_dialects, NULL},
	{"patterns", FUZZ_ONE, fuzz_run_patterns, NULL},
	{"quotes", FUZZ_ONE, fuzz_run_quotes, NULL},
	{"versions", FUZZ_ONE, fuzz_run_versions, NULL},
	{"sets", FUZZ_ONE, fuzz_run_sets, NULL},
	{"boxes", FUZZ_ONE, fuzz_run_boxes, NULL},
	{"covers", FUZZ_ONE, fuzz_run_covers, NULL},
	{.name = NULL},
};
