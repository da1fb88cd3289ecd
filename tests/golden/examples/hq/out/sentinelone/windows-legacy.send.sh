#!/bin/sh
# carveout 0.1.0: sentinelone for windows-legacy of site hq
# from profile tanium/threat-response
# from profile tanium/core
# preview: not yet tried on the product itself
#
# Sends the exclusions that lie beside this file to the console, one call each,
# and leaves out what the console has already. Without --send it only says what
# it would send, and nothing leaves this machine.
#
#   sh FILE
#   sh FILE --send --url https://CONSOLE --record RECORD <HEADERS
#
# HEADERS: lines of HTTP headers, the one that authorises the calls among them.
# They come by standard input, so that no token shows in the list of processes.
# RECORD: a file to which the id of each object that was made is added; keep it,
# the undo script asks for it. Needs curl and jq. Exit code 0: done; 1: not done,
# the last line says why, and sending again goes on; 2: wrong words.
set -eu
verb=--send
LC_ALL=C
export LC_ALL
tag='carveout hq/windows-legacy:'
scope='siteIds=1001'

fail() {
	printf '%s\n' "$1" >&2
	exit "${2-1}"
}

live=no
url=
record=
while [ $# -gt 0 ]; do
	case $1 in
	"$verb") live=yes ;;
	--url | --record)
		[ $# -gt 1 ] || fail "$1 needs a value" 2
		if [ "$1" = --url ]; then url=${2%/}; else record=$2; fi
		shift
		;;
	*) fail "usage: sh FILE [$verb --url URL --record FILE <HEADERS]" 2 ;;
	esac
	shift
done
here=$(dirname -- "$0")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
headers=
extra=
if [ "$live" = yes ]; then
	case $url in
	https://* | http://127.0.0.1:*) ;;
	*) fail 'the token goes over TLS only: --url https://CONSOLE' 2 ;;
	esac
	[ -n "$record" ] || fail 'where is the record kept? --record FILE' 2
	command -v curl >/dev/null || fail 'curl is missing'
	command -v jq >/dev/null || fail 'jq is missing'
	: >>"$record" || fail "$record cannot be written"
	headers=$(cat)
	[ -n "$headers" ] || fail 'no headers came by standard input' 2
fi

# call METHOD PATH [FILE]: one call, with the file as its body.
call() {
	if [ $# -gt 2 ]; then
		code=$(printf '%s\n' "$headers" ${extra:+"$extra"} | curl -q -sS -g -X "$1" -H @- \
			-H 'Content-Type: application/json' --data-binary "@$3" \
			-o "$work/answer" -w '%{http_code}' "$url$2") || fail "no answer: $1 $2"
	else
		code=$(printf '%s\n' "$headers" ${extra:+"$extra"} | curl -q -sS -g -X "$1" -H @- \
			-o "$work/answer" -w '%{http_code}' "$url$2") || fail "no answer: $1 $2"
	fi
	case $code in
	2[0-9][0-9]) ;;
	*)
		cat "$work/answer" >&2 2>/dev/null || :
		fail "the console answered $code: $1 $2"
		;;
	esac
}

# objects MODE FOLDER: those of the mode in our scope; FOLDER: those for the files
# right in a folder, or the others.
objects() {
	cursor=
	while :; do
		call GET "/web/api/v2.1/exclusions?type=path&limit=1000&$scope$cursor"
		jq -c --arg mode "$1" --argjson folder "$2" '.data[] | select(.mode == $mode and
			(.pathExclusionType == "folder") == $folder) |
			{id, value, comment: (.description // "")}' "$work/answer"
		cursor=$(jq -r '.pagination.nextCursor // "" | @uri' "$work/answer")
		[ -n "$cursor" ] || break
		cursor="&cursor=$cursor"
	done
}


remove() {
	printf '{"data": {"ids": ["%s"], "type": "path"}}\n' "$1" >"$work/body"
	call DELETE /web/api/v2.1/exclusions "$work/body"
}

there_suppress() { objects suppress false; }
remove_suppress() { remove "$1"; }
there_suppress_folder() { objects suppress true; }
remove_suppress_folder() { remove "$1"; }
there_suppress_dynamic_only() { objects suppress_dynamic_only false; }
remove_suppress_dynamic_only() { remove "$1"; }
there_suppress_dfi_only() { objects suppress_dfi_only false; }
remove_suppress_dfi_only() { remove "$1"; }
there_disable_in_process_monitor() { objects disable_in_process_monitor false; }
remove_disable_in_process_monitor() { remove "$1"; }
there_disable_in_process_monitor_deep() { objects disable_in_process_monitor_deep false; }
remove_disable_in_process_monitor_deep() { remove "$1"; }
there_disable_all_monitors() { objects disable_all_monitors false; }
remove_disable_all_monitors() { remove "$1"; }
there_disable_all_monitors_deep() { objects disable_all_monitors_deep false; }
remove_disable_all_monitors_deep() { remove "$1"; }

sent=0
known=0

# send LIST METHOD PATH VALUE ID FILE: each line of the file is the body of a call;
# VALUE says to jq where in it the value stands, ID where the answer has the id.
send() {
	if [ "$live" = no ]; then
		while IFS= read -r body; do
			printf 'would send %s %s %s\n' "$2" "$3" "$body"
		done <"$here/$6"
		return 0
	fi
	"there_$1" >"$work/there"
	jq --slurpfile there "$work/there" \
		"($4) as \$value | any(\$there[]; .value == \$value)" "$here/$6" >"$work/known"
	while IFS= read -r body && IFS= read -r stands <&3; do
		if [ "$stands" = true ]; then
			known=$((known + 1))
			continue
		fi
		printf '%s\n' "$body" >"$work/body"
		call "$2" "$3" "$work/body"
		jq -c --arg list "$1" --slurpfile answer "$work/answer" \
			"{list: \$list, id: (\$answer[0] | $5 | tostring), value: ($4)}" \
			"$work/body" >>"$record"
		sent=$((sent + 1))
	done <"$here/$6" 3<"$work/known"
}

send suppress POST '/web/api/v2.1/exclusions' '.data.value' '(.data | if type == "array" then .[0] else . end).id' 'windows-legacy.suppress.ndjson'
[ "$live" = no ] || printf 'sent %s, the console had %s already\n' "$sent" "$known"
