/* The fixed text of the block for clamd.conf and of the script that takes it out. */
#include "clamav/facts.h"

#define L(text) {.slot = CV_LINE_TEXT, .before = text},
#define END \
	{ \
		.slot = CV_LINE_TEXT, .before = NULL \
	}

static const struct cv_line_ends exclude[] = {{"ExcludePath ", ""}, {NULL, NULL}};
static const struct cv_line_ends on_access[] = {{"OnAccessExcludePath ", ""},
						{NULL, NULL}};

/* A line here is a line of the file.  clang-format would break them. */
/* clang-format off */
#define ENTRIES(of, note, with) \
	{.slot = CV_LINE_ENTRIES, .before = note, .list = of, .ends = with},

const struct cv_line cv_clamav_conf[] = {
	{.slot = CV_LINE_SETTING, .before = CV_CLAMAV_BEGIN, .after = "", .list = CV_CLAMAV_BLOCK},
	{.slot = CV_LINE_HEADER, .before = "#   "},
	L("#")
	L("# Belongs into clamd.conf, as it stands and once: the undo script finds it by its first")
	L("# and its last line. clamd and clamonacc read it when they start.")
	L("# ExcludePath is for scans by clamd; clamscan does not read this file.")
	ENTRIES("ExcludePath", "# for ", exclude)
	L("# clamonacc, folders as they are; nothing here where the site does not ask for it:")
	ENTRIES("OnAccessExcludePath", "# for ", on_access)
	L("# clamonacc from " CV_CLAMAV_REGEX_VERSION ", expressions; nothing here for an older one:")
	ENTRIES("OnAccessExcludePath from " CV_CLAMAV_REGEX_VERSION, "# for ", on_access)
	L(CV_CLAMAV_END)
	END
};

/* awk holds the first file in memory, whatever its lines hold. */
const struct cv_line cv_clamav_undo[] = {
	L("#!/bin/sh")
	L("# Undo: takes carveout's lines out of clamd.conf.")
	L("#")
	{.slot = CV_LINE_HEADER, .before = "#   "},
	L("#")
	L("# Of the block that carveout wrote it takes away the comments and the lines below.")
	L("# All else in the file stays, in the block too. Usage: sh FILE [CLAMD.CONF]")
	L("# clamd and clamonacc read the file when they start.")
	L("set -eu")
	L("conf=${1:-/etc/clamav/clamd.conf}")
	{.slot = CV_LINE_SETTING, .before = "begin='" CV_CLAMAV_BEGIN, .after = "'", .list = CV_CLAMAV_BLOCK},
	L("work=$(mktemp -d)")
	L("trap 'rm -rf \"$work\"' EXIT")
	L("cat >\"$work/ours\" <<'CARVEOUT'")
	ENTRIES("ExcludePath", NULL, exclude)
	L("# clamonacc")
	ENTRIES("OnAccessExcludePath", NULL, on_access)
	L("# clamonacc from " CV_CLAMAV_REGEX_VERSION)
	ENTRIES("OnAccessExcludePath from " CV_CLAMAV_REGEX_VERSION, NULL, on_access)
	L("CARVEOUT")
	L("awk -v begin=\"$begin\" '")
	L("\tFILENAME == ARGV[1] { ours[$0]; next }")
	L("\t$0 == begin { inside = 1; next }")
	L("\tinside && $0 == \"# carveout end\" { inside = 0; next }")
	L("\tinside && (/^#/ || $0 in ours) { next }")
	L("\t{ print }")
	L("' \"$work/ours\" \"$conf\" >\"$work/conf\"")
	L("cat \"$work/conf\" >\"$conf\"")
	END
};
/* clang-format on */
