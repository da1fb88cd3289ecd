#!/bin/sh
#
# Undo: takes exclusions out of the managed configuration of Microsoft Defender
# for Endpoint on this computer.
#
#   carveout 0.1.0: mdatp-linux for linux of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   process: network protection cannot inspect an excluded process; EDR goes on watching it
#
# sh FILE [-n] [--by-value] [MANAGED [RECORD]]
#
# It takes away an entry listed below only where the record says that carveout's
# own script added it on this computer. Without a record (the list was merged by
# another tool) it changes nothing and says so; --by-value then takes away an equal
# entry, also one that was there before: that cannot be known.
# -n only says what it would do. As root; needs jq 1.6 or later.

set -eu
umask 077

# The record of what was added.
record='/var/lib/carveout/hq/linux.mdatp.json'
managed=/etc/opt/microsoft/mdatp/managed/mdatp_managed.json

entry() {
	printf '%s\n' "$1"
}

# Each entry stands with the rows that ask for it.
entries() {
	:
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/python27/bin/pybin", "scopes": ["epp"]}' # tanium/threat-response#exclusions/pybin-27 (requirements)
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/python38/python", "scopes": ["epp"]}' # tanium/threat-response#exclusions/linux-python-38 (requirements)
	entry '{"$type": "excludedPath", "isDirectory": true, "path": "/opt/Tanium/TaniumClient/Tools/StdUtils/", "scopes": ["epp"]}' # tanium/core#exclusions/linux-stdutils (client)
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/TaniumClient", "scopes": ["epp"]}' # tanium/core#exclusions/linux-taniumclient (client)
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/taniumclient", "scopes": ["epp"]}' # tanium/core#exclusions/linux-taniumclient-lower-case (client)
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/distribute-tools.sh", "scopes": ["epp"]}' # tanium/core#exclusions/linux-distribute-tools (client)
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/TaniumCX", "scopes": ["epp"]}' # tanium/core#exclusions/linux-taniumcx (client)
}

dry=
if [ "${1-}" = -n ]; then
	dry=yes
	shift
fi
by_value=
if [ "${1-}" = --by-value ]; then
	by_value=yes
	shift
fi
managed=${1:-$managed}
record=${2:-$record}

fail() {
	printf 'failed: %s\n' "$1" >&2
	exit 1
}

command -v jq >/dev/null 2>&1 || fail 'jq is not installed'
[ -d "$(dirname -- "$managed")" ] ||
	fail "$(dirname -- "$managed") is not there: is Defender installed?"
[ ! -L "$managed" ] || fail "$managed is a symbolic link: name the file itself"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM

# What there is, in one document: the file, the record, what is listed above.
entries >"$work/listed"
if [ -e "$managed" ]; then
	cat -- "$managed" >"$work/managed"
else
	echo '{}' >"$work/managed"
fi
if [ -e "$record" ]; then
	cat -- "$record" >"$work/record"
else
	echo '{"entries": [], "made": null}' >"$work/record"
fi
jq -e -s 'length == 1 and (.[0] | type == "object" and
	(.exclusionSettings | type == "object" or . == null) and
	(.exclusionSettings.exclusions? | type == "array" or . == null))' \
	"$work/managed" >/dev/null 2>&1 ||
	fail "$managed is no managed configuration: nothing was changed"
jq -e -s 'length == 1 and (.[0].entries | type == "array")' \
	"$work/record" >/dev/null 2>&1 || fail "$record is no record: nothing was changed"

# Two entries are the same when all that Defender reads of them is.
same='def key: (if type == "object" then [.["$type"], .path, .name, .extension,
	(.isDirectory // false), ((.scopes // []) | sort)] else . end) | tojson;
def counts: reduce .[] as $one ({}; .[$one | key] += 1);
def stands($counts): $counts[key] != null;
def less($taken): reduce .[] as $one ({kept: [], left: ($taken | counts)};
	($one | key) as $key | if (.left[$key] // 0) > 0 then .left[$key] -= 1
	else .kept += [$one] end) | .kept;'

if [ -e "$record" ]; then
	by_value=
elif [ -n "$by_value" ]; then
	jq -s '{entries: ., made: null}' "$work/listed" >"$work/record"
else
	echo "there is no record $record: nothing was changed"
	exit 0
fi
[ -e "$managed" ] || fail "$managed is not there"
jq -n --slurpfile listed "$work/listed" --slurpfile managed "$work/managed" \
	--slurpfile record "$work/record" "$same"'
	($managed[0].exclusionSettings.exclusions // []) as $before |
	$record[0].entries as $ours | $record[0].made as $made |
	($listed | counts) as $wanted | ($before | counts) as $there |
	($ours | counts) as $recorded |
	[$ours[] | select(stands($wanted))] as $gone |
	[$ours[] | select(stands($wanted) | not)] as $left |
	($before | less($gone)) as $kept |
	($left == [] and $kept == []) as $empty |
	(if $before == [] then $managed[0]
	 elif $empty and ($made == "file" or $made == "settings") and
	      ($managed[0].exclusionSettings | keys) == ["exclusions"]
	 then $managed[0] | del(.exclusionSettings)
	 elif $empty and $made != null and $made != "none"
	 then $managed[0] | del(.exclusionSettings.exclusions)
	 else $managed[0] | .exclusionSettings.exclusions = $kept end) as $after |
	{after: $after, drop: ($made == "file" and $after == {}),
	 record: {entries: $left, made: $made},
	 may_be: $record[0], gone: [$gone[] | select(stands($there))],
	 stay: [$listed[] | select((stands($recorded) | not) and stands($there))]}' \
	>"$work/plan"

jq -r '(.stay[] | "stays, carveout did not add it here: " + tojson),
	(.gone[] | "taken away: " + tojson), "\(.gone | length) taken away"' "$work/plan"

[ -z "$dry" ] || exit 0

# Takes the place of the record, or removes one that says nothing.
keep() {
	if [ -n "$by_value" ]; then
		return
	fi
	mkdir -p -- "$(dirname -- "$record")"
	jq --arg part "$1" '.[$part]' "$work/plan" >"$record.new"
	if jq -e '.entries == []' "$record.new" >/dev/null; then
		rm -f -- "$record.new" "$record"
	else
		mv -f -- "$record.new" "$record"
	fi
}

keep may_be
if jq -e '.drop' "$work/plan" >/dev/null; then
	rm -f -- "$managed"
elif ! jq -e --slurpfile managed "$work/managed" '.after == $managed[0]' \
	"$work/plan" >/dev/null; then
	if [ -e "$managed" ]; then
		cp -p -- "$managed" "$managed.new"
	else
		: >"$managed.new"
		chmod 644 "$managed.new"
	fi
	jq '.after' "$work/plan" >"$managed.new"
	mv -f -- "$managed.new" "$managed"
fi
keep record
