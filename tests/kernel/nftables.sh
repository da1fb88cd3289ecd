#!/bin/sh
# Loads nftables files of ours into kernels of their own and holds what the kernel
# then has against what a file promises:
#
#   tests/kernel/nftables.sh FILE.nft...
#
# Each file is loaded twice, with an element less, and after what an older load may
# have left; an admin's chains, rules, sets and jumps must stand as they were: in the
# same table, or beside it where the table is ours (mode enforce).  FILE.undo.nft beside
# it is loaded, too.  Prints what failed and exits with 1.  Runs as root, or without in a
# user namespace of its own.
set -u

fault() {
	printf '%s: %s\n' "$file" "$*" >&2
	exit 1
}

# What the kernel holds, a thing a line, without handles, which are new at every load.
ruleset() {
	nft -j list ruleset | sed -e 's/"handle": [0-9]*,\{0,1\}//g' -e 's/}, {"/},\n{"/g'
}

load() {
	nft -f "$1" >"$work/said" 2>&1 || {
		head -n 5 "$work/said" >&2
		fault "nft refuses $1 ($2)"
	}
	[ -s "$work/said" ] && fault "nft says something about $1: $(head -n 1 "$work/said")"
	return 0
}

same() {
	cmp -s "$work/$1" "$work/$2" && return 0
	diff "$work/$1" "$work/$2" | cut -c 1-300 | head -n 10 >&2
	fault "$3"
}

words() {
	sed -n "s/^$1 $table \([^ ]*\).*/\1/p" "$file" | sort -u
}

# Base chains that jump to ours, where ours are to be jumped to, between rules of the
# admin's own, and a set, a map and a chain that are no business of ours.
admin() {
	{
		echo "add table $theirs"
		echo "add chain $theirs admin-own"
		echo "add rule $theirs admin-own tcp dport 22 counter accept comment \"admin\""
		echo "add set $theirs admin-set { type ipv4_addr; elements = { 192.0.2.1 } }"
		echo "add map $theirs admin-map { type ipv4_addr : verdict; elements = { 192.0.2.2 : drop } }"
		for chain in $chains; do
			hook=${chain##*-}
			base="$theirs admin-$hook"
			[ "$theirs" = "$table" ] && echo "add chain $table $chain"
			echo "add chain $base { type filter hook $hook priority 0; policy accept; }"
			echo "add rule $base ct state established,related accept"
			[ "$theirs" = "$table" ] && echo "add rule $base jump $chain"
			echo "add rule $base ip saddr @admin-set drop"
			echo "add rule $base ip saddr vmap @admin-map"
			echo "add rule $base jump admin-own"
		done
	} >"$work/admin.nft"
	load "$work/admin.nft" "the admin's own rules"
}

# All that is the admin's, in the order of the kernel.
admin_rules() {
	nft list chain $theirs admin-own
	nft list set $theirs admin-set
	nft list map $theirs admin-map
	for chain in $chains; do
		nft list chain $theirs "admin-${chain##*-}"
	done
}

# What an older load of ours may have left: a rule, and every set that this one has no
# use for.
leftovers() {
	{
		echo "add table $table"
		grep "^add chain $table " "$file"
		for chain in $(words "add chain"); do
			echo "add rule $table $chain ip saddr { 192.0.2.3, 192.0.2.5 } tcp dport 1 drop"
		done
		grep "^add set $table .*; }\$" "$file"
	} >"$work/old.nft"
	load "$work/old.nft" "an older load's leftovers"
}

# Elements of sets and addresses of rules.
count_lines() {
	grep -c '^	' "$1"
}

# Every element of a set, with a name or without, and every rule that looks into one is
# a concatenation in the kernel's list; no note can hold the quotes that are counted here.
check_counts() {
	wanted=$(grep -c -e '^	.* \. ' -e '^add rule [^"]* \. [^"]* @' -e '^} ip6\{0,1\} daddr \. ' "$file")
	found=$(grep -o '"concat"' "$work/empty" | wc -l)
	[ "$wanted" -eq "$found" ] || fault "the kernel holds $found elements and keys of $wanted"
	wanted=$(grep -c '^add rule ' "$file")
	found=$(grep -c '^{"rule": ' "$work/empty")
	[ "$wanted" -eq "$found" ] || fault "the kernel holds $found rules of $wanted"
}

# Sets of ours in the kernel are those that the file fills, and no others.
check_sets() {
	sed -n "s/^add set $table \([^ ]*\) {.*elements = {\$/\1/p" "$file" | sort >"$work/filled"
	nft list sets | sed -n 's/^	set \([^ ]*\) {$/\1/p' | grep -v '^admin-' | sort >"$work/there"
	same filled there "the kernel holds other sets than the file fills"
}

# One element or address less, where a set has more than one, and back.
check_switch() {
	awk '{ line[NR] = $0 }
	     END {
		for (i = 1; i <= NR; i++)
			if (done || line[i] !~ /^\t/ || line[i - 1] !~ /^\t/) print line[i]
			else done = 1
	     }' "$file" >"$work/less.nft"
	[ "$(count_lines "$work/less.nft")" -eq "$(count_lines "$file")" ] && return 0
	load "$work/less.nft" "an element less"
	ruleset >"$work/less"
	cmp -s "$work/less" "$work/with-admin" && fault "an element less makes no difference"
	load "$file" "an element more"
	ruleset >"$work/now"
	same with-admin now "what was loaded before shows after a switch"
}

# The same without chains of source classes: an undo leaves those, empty.
without_classes() {
	ruleset | grep -v '^{"chain": {.*"name": "[^"]*-class-[0-9][0-9]"'
}

check_undo() {
	undo=${file%.nft}.undo.nft
	[ -f "$undo" ] || return 0
	load "$undo" "undo"
	without_classes >"$work/undone"
	same before undone "the undo leaves more or less than was there before"
	load "$undo" "undo again"
	without_classes >"$work/undone"
	same before undone "the undo does not stand a second load"
	load "$file" "after an undo"
	ruleset >"$work/now"
	same with-admin now "a load after an undo differs"
	nft flush ruleset
	load "$undo" "undo where nothing is"
}

check() {
	file=$1
	table=$(sed -n 's/^add table //p' "$file")
	chains=$(words "add chain" | grep -v -e '-class-..$')
	[ -n "$table" ] && [ -n "$chains" ] || fault "not a file of ours"
	theirs=$table
	grep -q "^add chain .* hook " "$file" && theirs="inet admin"

	load "$file" "where nothing is"
	ruleset >"$work/empty"
	load "$file" "again"
	ruleset >"$work/again"
	same empty again "a second load differs from the first"
	check_counts
	check_sets
	nft flush ruleset

	admin
	ruleset >"$work/before"
	admin_rules >"$work/admin-before"
	leftovers
	load "$file" "beside what is the admin's"
	ruleset >"$work/with-admin"
	check_sets
	load "$file" "beside what is the admin's, again"
	ruleset >"$work/now"
	same with-admin now "a second load beside what is the admin's differs"
	check_switch
	admin_rules >"$work/admin-after"
	same admin-before admin-after "something of the admin's has changed"
	check_undo
}

if [ "${1-}" = --inside ]; then
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	check "$2"
	exit 0
fi

[ $# -gt 0 ] || {
	echo "usage: $0 FILE.nft..." >&2
	exit 2
}
how=-n
[ "$(id -u)" -eq 0 ] || how=-rn
failed=0
for file in "$@"; do
	case $file in
	*.undo.nft) continue ;;
	esac
	unshare "$how" -- sh "$0" --inside "$file" || failed=1
done
exit "$failed"
