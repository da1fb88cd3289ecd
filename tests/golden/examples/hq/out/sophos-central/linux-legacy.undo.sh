#!/bin/sh
# carveout 0.1.0: sophos-central for linux-legacy of site hq
# from profile tanium/threat-response
# from profile tanium/core
# preview: not yet tried on the product itself
#
# Undo: deletes from the console what the script beside this file has sent there.
# An object goes when its value is one of those in the list beside this file and
# its comment begins with our tag; where the API shows no comments, when its id is
# in the record. All else stays. Without --remove it only says what it would look
# for, and nothing leaves this machine.
#
#   sh FILE
#   sh FILE --remove --url https://CONSOLE --record RECORD <HEADERS
#
# HEADERS: lines of HTTP headers, the one that authorises the calls among them.
# They come by standard input, so that no token shows in the list of processes.
# RECORD: the file that the script that sent them has written. Needs curl and jq.
# Exit code 0: done; 1: not done, the last line says why; 2: wrong words.
set -eu
verb=--remove
LC_ALL=C
export LC_ALL
tag='carveout hq/linux-legacy:'
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

# objects TYPE: the tenant's exclusions of a type.
objects() {
	page=1
	while :; do
		call GET "/endpoint/v1/settings/exclusions/scanning?page=$page&pageSize=100"
		count=$(jq '.items | length' "$work/answer")
		[ "$count" -gt 0 ] || break
		jq -c --arg type "$1" '.items[] | select(.type == $type) |
			{id, value, comment: (.comment // "")}' "$work/answer"
		page=$((page + 1))
	done
}

there_path() { objects path; }
there_posix_path() { objects posixPath; }
there_process() { objects process; }


remove() { call DELETE "/endpoint/v1/settings/exclusions/scanning/$1"; }
remove_path() { remove "$1"; }
remove_posix_path() { remove "$1"; }
remove_process() { remove "$1"; }

gone=0

# undo LIST FILE: deletes what the file has of the list.
undo() {
	if [ "$live" = no ]; then
		while IFS= read -r line; do
			case $line in
			'{"list": "'"$1"'", '*) printf 'would look for %s\n' "$line" ;;
			esac
		done <"$here/$2"
		return 0
	fi
	"there_$1" >"$work/there"
	jq -r --arg list "$1" --arg tag "$tag" --slurpfile there "$work/there" \
		--slurpfile record "$record" 'select(.list == $list) | .value as $value |
		$there[] | select(.value == $value) | (.id | tostring) as $id |
		select(if .comment == null
			then any($record[]; .list == $list and .id == $id and .value == $value)
			else .comment | startswith($tag) end) | $id | @uri' "$here/$2" >"$work/ids"
	while IFS= read -r id; do
		"remove_$1" "$id"
		gone=$((gone + 1))
	done <"$work/ids"
}

undo posix_path 'linux-legacy.undo.ndjson'
[ "$live" = no ] || printf 'deleted %s\n' "$gone"
