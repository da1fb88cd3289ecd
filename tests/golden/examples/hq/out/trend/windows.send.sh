#!/bin/sh
# carveout 0.1.0: trend for windows of site hq
# from profile tanium/threat-response
# from profile tanium/core
# preview: not yet tried on the product itself
# processes: real-time scans only; the program's modules are left out, too
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
tag='carveout hq/windows:'
scope='tenant'

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

extra='api-version: v1'

where() {
	case $1 in
	directories) path=/api/directorylists member=directoryLists ;;
	*) path=/api/filelists member=fileLists ;;
	esac
}

# ours LIST NAME: our object of that name, if there is one, in $work/ours.
ours() {
	where "$1"
	call GET "$path"
	jq -c --arg member "$member" --arg name "$2" --arg tag "$tag" '.[$member][] |
		select(.name == $name)' "$work/answer" >"$work/ours"
	[ ! -s "$work/ours" ] || jq -e --arg tag "$tag" '(.description // "") | startswith($tag)' \
		"$work/ours" >/dev/null || fail "$2 is somebody else's"
	id=$(jq -r '.ID | tostring | @uri' "$work/ours")
}

sent=0
known=0

# send LIST METHOD PATH VALUE ID FILE: the file holds the body of one call.
send() {
	if [ "$live" = no ]; then
		while IFS= read -r body; do
			printf 'would send %s %s %s\n' "$2" "$3" "$body"
		done <"$here/$6"
		return 0
	fi
	ours "$1" "$(jq -r "$4" "$here/$6")"
	if [ ! -s "$work/ours" ]; then
		call "$2" "$3" "$here/$6"
		sent=$((sent + 1))
		jq -c --arg list "$1" '{list: $list, id: .ID}' "$work/answer" >>"$record"
		return 0
	fi
	jq -c --slurpfile new "$here/$6" '{items: ($new[0].items + (.items - $new[0].items))}' \
		"$work/ours" >"$work/body"
	if jq -e --slurpfile new "$work/body" '(.items | sort) == ($new[0].items | sort)' \
		"$work/ours" >/dev/null; then
		known=$((known + 1))
	else
		call "$2" "$3/$id" "$work/body"
		sent=$((sent + 1))
	fi
}

send directories POST '/api/directorylists' '.name' '.ID' 'windows.directories.ndjson'
send processes POST '/api/filelists' '.name' '.ID' 'windows.processes.ndjson'
[ "$live" = no ] || printf 'sent %s, the console had %s already\n' "$sent" "$known"
