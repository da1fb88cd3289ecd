#!/bin/sh
#
# Merges exclusions into the managed configuration of Microsoft Defender for
# Endpoint on this computer.
#
#   carveout 0.1.0: mdatp-linux for linux-legacy of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   process: network protection cannot inspect an excluded process; EDR goes on watching it
#
# sh FILE [-n] [MANAGED [RECORD]]
#
# It adds the entries that are missing to exclusionSettings.exclusions and changes
# nothing else: mergePolicy, other settings and other entries stay. What it added
# itself it records. Run again, it adds what is missing and takes away what it
# recorded and no longer asks for; the undo script takes away recorded entries
# only. -n only says what it would do. As root; needs jq 1.6 or later.
#
# An entry that was there before, or that somebody else added, stays. Where an
# equal one is added by somebody else later, one of the two stays.

set -eu
umask 077

# The record of what was added.
record='/var/lib/carveout/hq/linux-legacy.mdatp.json'
managed=/etc/opt/microsoft/mdatp/managed/mdatp_managed.json

entry() {
	printf '%s\n' "$1"
}

# Each entry stands with the rows that ask for it.
entries() {
	:
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/python27/python", "scopes": ["epp"]}' # tanium/threat-response#exclusions/linux-python-27 (requirements)
	entry '{"$type": "excludedFileName", "name": "/opt/Tanium/TaniumClient/python27/bin/pybin", "scopes": ["epp"]}' # tanium/threat-response#exclusions/pybin-27 (requirements)
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

made=none
if [ ! -e "$managed" ]; then
	made=file
elif jq -e '.exclusionSettings == null' "$work/managed" >/dev/null; then
	made=settings
elif jq -e '.exclusionSettings.exclusions == null' "$work/managed" >/dev/null; then
	made=list
fi
jq -n --arg made "$made" --slurpfile listed "$work/listed" \
	--slurpfile managed "$work/managed" --slurpfile record "$work/record" "$same"'
	($managed[0].exclusionSettings.exclusions // []) as $before |
	$record[0].entries as $ours | ($listed | counts) as $wanted |
	($before | counts) as $had |
	[$ours[] | select(stands($wanted) | not)] as $gone |
	($before | less($gone)) as $kept | ($kept | counts) as $there |
	[$listed[] | select(stands($there) | not)] as $new |
	[$ours[] | select(stands($wanted) and stands($there))] as $still |
	{after: (if $kept + $new == $before then $managed[0]
		else $managed[0] | .exclusionSettings.exclusions = $kept + $new end),
	 record: {entries: ($still + $new), made: ($record[0].made // $made)},
	 may_be: {entries: ($ours + $new), made: ($record[0].made // $made)},
	 new: $new, gone: [$gone[] | select(stands($had))],
	 there: ($listed | length - ($new | length))}' >"$work/plan"

jq -r '(.gone[] | "taken away: " + tojson), (.new[] | "added: " + tojson),
	"\(.new | length) added, \(.gone | length) taken away, \(.there) there before"' \
	"$work/plan"

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
