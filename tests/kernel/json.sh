#!/bin/sh
# Loads libnftables JSON of ours into kernels of their own and holds what the kernel then
# has against what the text of the same plan leaves there:
#
#   tests/kernel/json.sh FILE.json...
#
# The text stands beside it as FILE.nft, or in the folder `nftables` beside its own.  Both
# are loaded where nothing is and once more over what the other left, and the kernel must
# list the same bytes, but for handles, which are new at every load.  FILE.undo.json is
# loaded, too.  Prints what failed and exits with 1.  Runs as root, or without in a user
# namespace of its own.
set -u

fault() {
	printf '%s: %s\n' "$file" "$*" >&2
	exit 1
}

# What the kernel holds, a thing a line.
ruleset() {
	nft -j list ruleset | sed -e 's/"handle": [0-9]*,\{0,1\}//g' -e 's/}, {"/},\n{"/g'
}

load() {
	case $1 in
	*.json) nft -j -f "$1" ;;
	*) nft -f "$1" ;;
	esac >"$work/said" 2>&1 || {
		cut -c 1-300 "$work/said" | head -n 5 >&2
		fault "nft refuses $1 ($2)"
	}
	[ -s "$work/said" ] && fault "nft says something about $1: $(head -n 1 "$work/said")"
	ruleset >"$work/now"
}

same() {
	cmp -s "$work/$1" "$work/now" && return 0
	diff "$work/$1" "$work/now" | cut -c 1-300 | head -n 10 >&2
	fault "$2"
}

# A table of the admin's with a chain, a set and a rule in it, which an undo leaves, and
# a jump to each chain of ours but base chains, which have no need of one.
admin() {
	table=$(sed -n 's/^add table //p' "$text")
	{
		echo "add table $table"
		echo "add set $table admin-set { type ipv4_addr; elements = { 192.0.2.1 } }"
		echo "add chain $table admin-own"
		echo "add rule $table admin-own ip saddr @admin-set counter drop"
		sed -n "s/^add chain $table \([^ ]*\)\$/\1/p" "$text" | grep -v -e '-class-..$' | while read -r chain; do
			echo "add chain $table $chain"
			echo "add rule $table admin-own jump $chain"
		done
	} >"$work/admin.nft"
	load "$work/admin.nft" "the admin's own"
	cp "$work/now" "$work/admin"
}

check_undo() {
	undo=${file%.json}.undo.json
	[ -f "$undo" ] || fault "there is no undo"
	load "$undo" "undo"
	if grep -q '"delete": {"table"' "$undo"; then
		[ -z "$(nft list tables)" ] || fault "the undo leaves a table of our own"
	else
		# Chains of source classes stay, empty.
		sed -i '/^{"chain": {.*"name": "[^"]*-class-[0-9][0-9]"/d' "$work/now"
		same admin "the undo leaves more or less than was there before"
	fi
	load "$undo" "undo again"
	nft flush ruleset
	load "$undo" "undo where nothing is"
}

check() {
	file=$1
	text=${file%.json}.nft
	[ -f "$text" ] || text=$(dirname "$file")/../nftables/$(basename "$text")
	[ -f "$text" ] || fault "there is no text of the same plan"

	load "$text" "where nothing is"
	cp "$work/now" "$work/text"
	grep -q '"chain"' "$work/text" || fault "the text leaves nothing"
	load "$file" "over the text"
	same text "JSON over the text differs from the text"
	load "$text" "over the JSON"
	same text "the text over JSON differs from the text alone"
	nft flush ruleset
	load "$file" "where nothing is"
	same text "JSON differs from the text"
	load "$file" "again"
	same text "a second load differs from the first"
	nft flush ruleset

	admin
	load "$file" "beside the admin's own"
	check_undo
}

if [ "${1-}" = --inside ]; then
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	check "$2"
	exit 0
fi

[ $# -gt 0 ] || {
	echo "usage: $0 FILE.json..." >&2
	exit 2
}
how=-n
[ "$(id -u)" -eq 0 ] || how=-rn
failed=0
for file in "$@"; do
	case $file in
	*.undo.json) continue ;;
	esac
	unshare "$how" -- sh "$0" --inside "$file" || failed=1
done
exit "$failed"
