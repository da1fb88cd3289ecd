/* The fixed text of the Linux scripts, as data: sections of lines, with slots where the
 * plan's values go.  POSIX sh; the work on the managed configuration is jq's, from
 * version 1.6 on.
 *
 * What the text holds to: the site's file is read and written by jq only and takes its
 * place by a rename, so that it is the old or the new one whole; nothing in it is
 * changed but the list exclusionSettings.exclusions, and of that only entries that the
 * record says are ours.  The record is written before the file with all that may be
 * ours, and after it with what is: a stop in between leaves nothing that the undo does
 * not know. */
#include <stddef.h>

#include "mdatp/facts.h"

/* A line here is a line of a script.  clang-format would break them. */
/* clang-format off */
#define L(text) {CV_MDATP_TEXT, text},
#define END {CV_MDATP_TEXT, NULL}

static const struct cv_mdatp_line merge_head[] = {
	L("#!/bin/sh")
	L("#")
	L("# Merges exclusions into the managed configuration of Microsoft Defender for")
	L("# Endpoint on this computer.")
	L("#")
	{CV_MDATP_HEADER, "#   "},
	L("#")
	L("# sh FILE [-n] [MANAGED [RECORD]]")
	L("#")
	L("# It adds the entries that are missing to exclusionSettings.exclusions and changes")
	L("# nothing else: mergePolicy, other settings and other entries stay. What it added")
	L("# itself it records. Run again, it adds what is missing and takes away what it")
	L("# recorded and no longer asks for; the undo script takes away recorded entries")
	L("# only. -n only says what it would do. As root; needs jq 1.6 or later.")
	L("#")
	L("# An entry that was there before, or that somebody else added, stays. Where an")
	L("# equal one is added by somebody else later, one of the two stays.")
	L("")
	END
};

static const struct cv_mdatp_line undo_head[] = {
	L("#!/bin/sh")
	L("#")
	L("# Undo: takes exclusions out of the managed configuration of Microsoft Defender")
	L("# for Endpoint on this computer.")
	L("#")
	{CV_MDATP_HEADER, "#   "},
	L("#")
	L("# sh FILE [-n] [--by-value] [MANAGED [RECORD]]")
	L("#")
	L("# It takes away an entry listed below only where the record says that carveout's")
	L("# own script added it on this computer. Without a record (the list was merged by")
	L("# another tool) it changes nothing and says so; --by-value then takes away an equal")
	L("# entry, also one that was there before: that cannot be known.")
	L("# -n only says what it would do. As root; needs jq 1.6 or later.")
	L("")
	END
};

static const struct cv_mdatp_line values[] = {
	L("set -eu")
	L("umask 077")
	L("")
	L("# The record of what was added.")
	{CV_MDATP_PATH, "record="},
	L("managed=/etc/opt/microsoft/mdatp/managed/mdatp_managed.json")
	L("")
	L("entry() {")
	L("\tprintf '%s\\n' \"$1\"")
	L("}")
	L("")
	L("# Each entry stands with the rows that ask for it.")
	L("entries() {")
	L("\t:")
	{CV_MDATP_ENTRIES, "\tentry "},
	L("}")
	L("")
	END
};

static const struct cv_mdatp_line merge_options[] = {
	L("dry=")
	L("if [ \"${1-}\" = -n ]; then")
	L("\tdry=yes")
	L("\tshift")
	L("fi")
	L("by_value=")
	END
};

static const struct cv_mdatp_line undo_options[] = {
	L("dry=")
	L("if [ \"${1-}\" = -n ]; then")
	L("\tdry=yes")
	L("\tshift")
	L("fi")
	L("by_value=")
	L("if [ \"${1-}\" = --by-value ]; then")
	L("\tby_value=yes")
	L("\tshift")
	L("fi")
	END
};

/* A managed configuration of several values, or none, is not JSON to Defender. */
static const struct cv_mdatp_line reading[] = {
	L("managed=${1:-$managed}")
	L("record=${2:-$record}")
	L("")
	L("fail() {")
	L("\tprintf 'failed: %s\\n' \"$1\" >&2")
	L("\texit 1")
	L("}")
	L("")
	L("command -v jq >/dev/null 2>&1 || fail 'jq is not installed'")
	L("[ -d \"$(dirname -- \"$managed\")\" ] ||")
	L("\tfail \"$(dirname -- \"$managed\") is not there: is Defender installed?\"")
	L("[ ! -L \"$managed\" ] || fail \"$managed is a symbolic link: name the file itself\"")
	L("")
	L("work=$(mktemp -d)")
	L("trap 'rm -rf -- \"$work\"' EXIT")
	L("trap 'exit 1' HUP INT TERM")
	L("")
	L("# What there is, in one document: the file, the record, what is listed above.")
	L("entries >\"$work/listed\"")
	L("if [ -e \"$managed\" ]; then")
	L("\tcat -- \"$managed\" >\"$work/managed\"")
	L("else")
	L("\techo '{}' >\"$work/managed\"")
	L("fi")
	L("if [ -e \"$record\" ]; then")
	L("\tcat -- \"$record\" >\"$work/record\"")
	L("else")
	L("\techo '{\"entries\": [], \"made\": null}' >\"$work/record\"")
	L("fi")
	L("jq -e -s 'length == 1 and (.[0] | type == \"object\" and")
	L("\t(.exclusionSettings | type == \"object\" or . == null) and")
	L("\t(.exclusionSettings.exclusions? | type == \"array\" or . == null))' \\")
	L("\t\"$work/managed\" >/dev/null 2>&1 ||")
	L("\tfail \"$managed is no managed configuration: nothing was changed\"")
	L("jq -e -s 'length == 1 and (.[0].entries | type == \"array\")' \\")
	L("\t\"$work/record\" >/dev/null 2>&1 || fail \"$record is no record: nothing was changed\"")
	L("")
	L("# Two entries are the same when all that Defender reads of them is.")
	L("same='def key: (if type == \"object\" then [.[\"$type\"], .path, .name, .extension,")
	L("\t(.isDirectory // false), ((.scopes // []) | sort)] else . end) | tojson;")
	L("def counts: reduce .[] as $one ({}; .[$one | key] += 1);")
	L("def stands($counts): $counts[key] != null;")
	L("def less($taken): reduce .[] as $one ({kept: [], left: ($taken | counts)};")
	L("\t($one | key) as $key | if (.left[$key] // 0) > 0 then .left[$key] -= 1")
	L("\telse .kept += [$one] end) | .kept;'")
	L("")
	END
};

static const struct cv_mdatp_line merging[] = {
	L("made=none")
	L("if [ ! -e \"$managed\" ]; then")
	L("\tmade=file")
	L("elif jq -e '.exclusionSettings == null' \"$work/managed\" >/dev/null; then")
	L("\tmade=settings")
	L("elif jq -e '.exclusionSettings.exclusions == null' \"$work/managed\" >/dev/null; then")
	L("\tmade=list")
	L("fi")
	L("jq -n --arg made \"$made\" --slurpfile listed \"$work/listed\" \\")
	L("\t--slurpfile managed \"$work/managed\" --slurpfile record \"$work/record\" \"$same\"'")
	L("\t($managed[0].exclusionSettings.exclusions // []) as $before |")
	L("\t$record[0].entries as $ours | ($listed | counts) as $wanted |")
	L("\t($before | counts) as $had |")
	L("\t[$ours[] | select(stands($wanted) | not)] as $gone |")
	L("\t($before | less($gone)) as $kept | ($kept | counts) as $there |")
	L("\t[$listed[] | select(stands($there) | not)] as $new |")
	L("\t[$ours[] | select(stands($wanted) and stands($there))] as $still |")
	L("\t{after: (if $kept + $new == $before then $managed[0]")
	L("\t\telse $managed[0] | .exclusionSettings.exclusions = $kept + $new end),")
	L("\t record: {entries: ($still + $new), made: ($record[0].made // $made)},")
	L("\t may_be: {entries: ($ours + $new), made: ($record[0].made // $made)},")
	L("\t new: $new, gone: [$gone[] | select(stands($had))],")
	L("\t there: ($listed | length - ($new | length))}' >\"$work/plan\"")
	L("")
	L("jq -r '(.gone[] | \"taken away: \" + tojson), (.new[] | \"added: \" + tojson),")
	L("\t\"\\(.new | length) added, \\(.gone | length) taken away, \\(.there) there before\"' \\")
	L("\t\"$work/plan\"")
	L("")
	END
};

/* What the merge made, it unmakes once nothing of ours is left in it. */
static const struct cv_mdatp_line unmerging[] = {
	L("if [ -e \"$record\" ]; then")
	L("\tby_value=")
	L("elif [ -n \"$by_value\" ]; then")
	L("\tjq -s '{entries: ., made: null}' \"$work/listed\" >\"$work/record\"")
	L("else")
	L("\techo \"there is no record $record: nothing was changed\"")
	L("\texit 0")
	L("fi")
	L("[ -e \"$managed\" ] || fail \"$managed is not there\"")
	L("jq -n --slurpfile listed \"$work/listed\" --slurpfile managed \"$work/managed\" \\")
	L("\t--slurpfile record \"$work/record\" \"$same\"'")
	L("\t($managed[0].exclusionSettings.exclusions // []) as $before |")
	L("\t$record[0].entries as $ours | $record[0].made as $made |")
	L("\t($listed | counts) as $wanted | ($before | counts) as $there |")
	L("\t($ours | counts) as $recorded |")
	L("\t[$ours[] | select(stands($wanted))] as $gone |")
	L("\t[$ours[] | select(stands($wanted) | not)] as $left |")
	L("\t($before | less($gone)) as $kept |")
	L("\t($left == [] and $kept == []) as $empty |")
	L("\t(if $before == [] then $managed[0]")
	L("\t elif $empty and ($made == \"file\" or $made == \"settings\") and")
	L("\t      ($managed[0].exclusionSettings | keys) == [\"exclusions\"]")
	L("\t then $managed[0] | del(.exclusionSettings)")
	L("\t elif $empty and $made != null and $made != \"none\"")
	L("\t then $managed[0] | del(.exclusionSettings.exclusions)")
	L("\t else $managed[0] | .exclusionSettings.exclusions = $kept end) as $after |")
	L("\t{after: $after, drop: ($made == \"file\" and $after == {}),")
	L("\t record: {entries: $left, made: $made},")
	L("\t may_be: $record[0], gone: [$gone[] | select(stands($there))],")
	L("\t stay: [$listed[] | select((stands($recorded) | not) and stands($there))]}' \\")
	L("\t>\"$work/plan\"")
	L("")
	L("jq -r '(.stay[] | \"stays, carveout did not add it here: \" + tojson),")
	L("\t(.gone[] | \"taken away: \" + tojson), \"\\(.gone | length) taken away\"' \"$work/plan\"")
	L("")
	END
};

static const struct cv_mdatp_line writing[] = {
	L("[ -z \"$dry\" ] || exit 0")
	L("")
	L("# Takes the place of the record, or removes one that says nothing.")
	L("keep() {")
	L("\tif [ -n \"$by_value\" ]; then")
	L("\t\treturn")
	L("\tfi")
	L("\tmkdir -p -- \"$(dirname -- \"$record\")\"")
	L("\tjq --arg part \"$1\" '.[$part]' \"$work/plan\" >\"$record.new\"")
	L("\tif jq -e '.entries == []' \"$record.new\" >/dev/null; then")
	L("\t\trm -f -- \"$record.new\" \"$record\"")
	L("\telse")
	L("\t\tmv -f -- \"$record.new\" \"$record\"")
	L("\tfi")
	L("}")
	L("")
	L("keep may_be")
	L("if jq -e '.drop' \"$work/plan\" >/dev/null; then")
	L("\trm -f -- \"$managed\"")
	L("elif ! jq -e --slurpfile managed \"$work/managed\" '.after == $managed[0]' \\")
	L("\t\"$work/plan\" >/dev/null; then")
	L("\tif [ -e \"$managed\" ]; then")
	L("\t\tcp -p -- \"$managed\" \"$managed.new\"")
	L("\telse")
	L("\t\t: >\"$managed.new\"")
	L("\t\tchmod 644 \"$managed.new\"")
	L("\tfi")
	L("\tjq '.after' \"$work/plan\" >\"$managed.new\"")
	L("\tmv -f -- \"$managed.new\" \"$managed\"")
	L("fi")
	L("keep record")
	END
};

static const struct cv_mdatp_line commands_head[] = {
	L("#!/bin/sh")
	L("#")
	L("# Adds exclusions to Microsoft Defender for Endpoint on this computer, from the")
	L("# command line.")
	L("#")
	{CV_MDATP_HEADER, "#   "},
	L("#")
	L("# As root. Each line stands for itself and may be given alone. Where the managed")
	L("# configuration says mergePolicy admin_only, what is added here has no effect.")
	L("# The undo takes away each of these entries, also one that was there before:")
	L("# the command line cannot tell whose an entry is.")
	L("")
	L("failed=0")
	L("")
	END
};

static const struct cv_mdatp_line commands_undo_head[] = {
	L("#!/bin/sh")
	L("#")
	L("# Undo: removes exclusions from Microsoft Defender for Endpoint on this computer,")
	L("# from the command line.")
	L("#")
	{CV_MDATP_HEADER, "#   "},
	L("#")
	L("# As root. It removes each of these entries, also one that was there before: the")
	L("# command line cannot tell whose an entry is. Entries of the managed configuration")
	L("# can only be removed there.")
	L("")
	L("failed=0")
	L("")
	END
};

static const struct cv_mdatp_line commands[] = {
	{CV_MDATP_COMMANDS, "add"},
	END
};

static const struct cv_mdatp_line commands_undo[] = {
	{CV_MDATP_COMMANDS, "remove"},
	END
};

static const struct cv_mdatp_line commands_end[] = {
	L("")
	L("if [ \"$failed\" -ne 0 ]; then")
	L("\techo 'failed: not all commands were taken' >&2")
	L("fi")
	L("exit \"$failed\"")
	END
};
/* clang-format on */

const struct cv_mdatp_line *const cv_mdatp_merge[] = {
	merge_head, values, merge_options, reading, merging, writing, NULL,
};

const struct cv_mdatp_line *const cv_mdatp_merge_undo[] = {
	undo_head, values, undo_options, reading, unmerging, writing, NULL,
};

const struct cv_mdatp_line *const cv_mdatp_commands[] = {
	commands_head,
	commands,
	commands_end,
	NULL,
};

const struct cv_mdatp_line *const cv_mdatp_commands_undo[] = {
	commands_undo_head,
	commands_undo,
	commands_end,
	NULL,
};
