/* The fixed text of the scripts and of the rules. */
#include "fapolicyd/facts.h"

#define L(text) {.slot = CV_LINE_TEXT, .before = text},
#define END \
	{ \
		.slot = CV_LINE_TEXT, .before = NULL \
	}

static const struct cv_line_ends trust[] = {{"trust ", ""}, {NULL, NULL}};
static const struct cv_line_ends distrust[] = {{"distrust ", ""}, {NULL, NULL}};
static const struct cv_line_ends exe[] = {{"allow perm=any exe=", " : all"},
					  {NULL, NULL}};
static const struct cv_line_ends dir[] = {{"allow perm=execute all : dir=", ""},
					  {NULL, NULL}};
static const struct cv_line_ends path[] = {{"allow perm=execute all : path=", ""},
					   {NULL, NULL}};

/* A line here is a line of the file.  clang-format would break them. */
/* clang-format off */
#define ENTRIES(of, note, with) \
	{.slot = CV_LINE_ENTRIES, .before = note, .list = of, .ends = with},

const struct cv_line cv_fapolicyd_trust[] = {
	L("#!/bin/sh")
	L("# Makes a trust file of fapolicyd on this computer, with the SHA-256 of each file.")
	L("#")
	{.slot = CV_LINE_HEADER, .before = "#   "},
	L("#")
	L("# Run it as root on the computer itself, and again after each update of the product:")
	L("# a file that has changed is not trusted any more. What is not there is named and not")
	L("# trusted; then the exit code is 1.")
	L("set -eu")
	{.slot = CV_LINE_SETTING, .before = "name='", .after = "'", .list = CV_FAPOLICYD_TRUST},
	L("missing=0")
	L("trust() {")
	L("\tif [ -e \"$1\" ]; then")
	L("\t\tfapolicyd-cli --file add \"$1\" --trust-file \"$name\"")
	L("\telse")
	L("\t\tprintf 'not there, and so not trusted: %s\\n' \"$1\"")
	L("\t\tmissing=1")
	L("\tfi")
	L("}")
	L("rm -f \"/etc/fapolicyd/trust.d/$name\"")
	ENTRIES("trust", "# for ", trust)
	L("fapolicyd-cli --update || echo 'fapolicyd is not running; it will read the file when it starts'")
	L("exit \"$missing\"")
	END
};

const struct cv_line cv_fapolicyd_trust_undo[] = {
	L("#!/bin/sh")
	L("# Undo: takes the entries below out of the trust file that carveout's script made.")
	L("#")
	{.slot = CV_LINE_HEADER, .before = "#   "},
	L("#")
	L("# Entries of other trust files stay. Run it as root.")
	L("set -eu")
	{.slot = CV_LINE_SETTING, .before = "name='", .after = "'", .list = CV_FAPOLICYD_TRUST},
	L("file=/etc/fapolicyd/trust.d/$name")
	L("[ -e \"$file\" ] || exit 0")
	L("left=$(mktemp)")
	L("trap 'rm -f \"$left\"' EXIT")
	L("# fapolicyd-cli would take away all that begins so.")
	L("distrust() {")
	L("\tCV_PATH=$1 awk '")
	L("\t\tBEGIN { path = ENVIRON[\"CV_PATH\"]; gsub(/ /, \"%20\", path) }")
	L("\t\tpath ~ /\\/$/ && index($1, path) == 1 { next }")
	L("\t\t$1 == path { next }")
	L("\t\t{ print }")
	L("\t' \"$file\" >\"$left\"")
	L("\tcat \"$left\" >\"$file\"")
	L("}")
	ENTRIES("trust", NULL, distrust)
	L("# Without an entry only comments are left.")
	L("grep -q '^[^#]' \"$file\" || rm \"$file\"")
	L("fapolicyd-cli --update || echo 'fapolicyd is not running; it will read the file when it starts'")
	END
};

const struct cv_line cv_fapolicyd_rules[] = {
	L("# Rules of fapolicyd that allow what they name to be run, whatever lies there.")
	L("#")
	{.slot = CV_LINE_HEADER, .before = "#   "},
	L("#")
	L("# Into /etc/fapolicyd/rules.d under the name below, which sorts before the rules that")
	L("# deny. Check it as said there, then fagenrules --load. Whoever can write to one of")
	L("# these paths can run what he likes: entries of trust are the safer form.")
	{.slot = CV_LINE_SETTING, .before = "# file: ", .after = "", .list = CV_FAPOLICYD_RULES},
	{.slot = CV_LINE_SETTING, .before = "# check: ", .after = "", .list = CV_FAPOLICYD_CHECK},
	L("#")
	L("# These programs may open and run whatever they like:")
	ENTRIES("exe", "# for ", exe)
	L("# What lies in these folders may be run:")
	ENTRIES("dir", "# for ", dir)
	L("# These files may be run:")
	ENTRIES("path", "# for ", path)
	END
};

const struct cv_line cv_fapolicyd_rules_undo[] = {
	L("#!/bin/sh")
	L("# Undo: takes the rules below out of the file that holds carveout's.")
	L("#")
	{.slot = CV_LINE_HEADER, .before = "#   "},
	L("#")
	L("# Other rules in it stay; without one the file goes. Run it as root.")
	L("set -eu")
	{.slot = CV_LINE_SETTING, .before = "file=/etc/fapolicyd/rules.d/", .after = "", .list = CV_FAPOLICYD_RULES},
	L("[ -e \"$file\" ] || exit 0")
	L("work=$(mktemp -d)")
	L("trap 'rm -rf \"$work\"' EXIT")
	L("cat >\"$work/ours\" <<'CARVEOUT'")
	ENTRIES("exe", NULL, exe)
	ENTRIES("dir", NULL, dir)
	ENTRIES("path", NULL, path)
	L("CARVEOUT")
	L("grep -vxFf \"$work/ours\" \"$file\" >\"$work/left\" || :")
	L("if grep -q '^[^#]' \"$work/left\"; then")
	L("\tcat \"$work/left\" >\"$file\"")
	L("else")
	L("\trm \"$file\"")
	L("fi")
	L("fagenrules --load")
	END
};
/* clang-format on */
