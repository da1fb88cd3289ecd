#!/bin/sh
# Loads nftables files of ours into kernels of their own, lists what the kernel then has
# with `nft -j list ruleset`, and holds that, read back, against the file:
#
#   tests/kernel/export.sh EXPORT_CHECK FILE.nft...
#
# The list must hold exactly what the file says; and no longer so once an element is
# gone, one or a rule is added, a flag differs, or nothing jumps to chains of ours that
# are no base chains.  Prints what failed and exits with 1.  Runs as root, or without in
# a user namespace.
set -u

fault() {
	printf '%s: %s\n' "$file" "$*" >&2
	[ -s "$work/said" ] && head -n 10 "$work/said" >&2
	exit 1
}

run() {
	nft "$@" >"$work/said" 2>&1 || fault "nft refuses $*"
}

# must be|must differ, and what was done to the kernel before.
compare() {
	nft -j list ruleset >"$work/export.json"
	if [ "$1" = same ]; then
		"$check" "$file" "$work/export.json" >"$work/said" || fault "the list differs: $2"
	else
		"$check" "$file" "$work/export.json" differs >"$work/said" || fault "not seen: $2"
		grep -q "$3" "$work/said" || fault "seen as something else than '$3': $2"
	fi
}

# An admin's base chains, with rules, sets and maps of the admin's own, in a table of
# theirs where ours is ours alone.  They come to chains of ours by a jump, a goto, not at
# all, or by way of a chain and its verdict map.
load() {
	nft flush ruleset
	{
		echo "add table $theirs"
		echo "add set $theirs admin-set { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 } }"
		echo "add chain $theirs admin-own"
		echo "add map $theirs admin-map { type ipv4_addr : verdict; }"
		echo "add rule $theirs admin-own tcp dport 22 limit rate 5/second counter accept comment \"admin\""
		echo "add table ip other"
		echo "add chain ip other forward { type filter hook forward priority 10; }"
		echo "add rule ip other forward ip saddr 10.0.0.0/8 tcp dport 1-1024 accept"
		for chain in $chains; do
			base="$theirs admin-${chain##*-}"
			[ "$theirs" = "$table" ] && echo "add chain $table $chain"
			echo "add chain $base { type filter hook ${chain##*-} priority 0; policy drop; }"
			echo "add rule $base ct state established,related accept"
			echo "add rule $base ip saddr @admin-set drop"
			case $1 in
			jump | goto) echo "add rule $base $1 $chain" ;;
			map)
				echo "add rule $base jump admin-own"
				echo "add rule $theirs admin-own ip saddr vmap @admin-map"
				echo "add element $theirs admin-map { 192.0.2.9 : goto $chain }"
				;;
			esac
		done
	} >"$work/admin.nft"
	run -f "$work/admin.nft"
	run -f "$file"
}

# The one more comes while one is gone: a set may be full.
check_elements() {
	set=$(sed -n "s/^add set $table \([^ ]*\) {.*elements = {\$/\1/p" "$file" | head -n 1)
	element=$(sed -n "/^add set .* elements = {\$/,\$ s/^	\(.*\),\$/\1/p" "$file" | head -n 1)
	[ -n "$set" ] || return 0
	value=${element%% comment *}
	run delete element $table "$set" "{ $value }"
	compare differs "an element less" '^missing: '
	case $set in
	*-4-exact) more="192.0.2.1 . 192.0.2.2 . 6 . 1" ;;
	*-4-ranges) more="192.0.2.0/24 . 192.0.2.2 . 6 . 1-2" ;;
	*-6-exact) more="2001:db8:ffff::1 . 2001:db8:ffff::2 . 17 . 1" ;;
	*-6-ranges) more="2001:db8:ffff::/48 . 2001:db8:ffff::2 . 17 . 1" ;;
	*) more= ;;
	esac
	if [ -n "$more" ]; then
		run add element $table "$set" "{ $more }"
		compare differs "an element more" '^extra: '
		run delete element $table "$set" "{ $more }"
	fi
	run add element $table "$set" "{ $value }"
	compare same "an element back, without its comment"
}

check_rules() {
	for chain in $chains; do
		break
	done
	# First in a chain that ends in a drop: behind that a rule lets nothing through.
	run "$first" rule $table "$chain" tcp dport 22 accept
	compare differs "a rule more" '^extra: .* tcp 22$'
	load "$way"
	run insert rule $table "$chain" iifname eth0 drop
	compare differs "a rule that drops" '^not understood: a rule of '
	load "$way"
	run flush chain $table "$chain"
	if grep -q "^add rule $table $chain " "$file"; then
		compare differs "no rules" '^missing: '
	fi
}

check_ways() {
	load goto
	compare same "with goto"
	case $chains in
	*-forward)
		load map
		compare same "by way of a verdict map"
		;;
	esac
	load nothing
	compare differs "without a jump" '^not understood: nothing jumps to '
	load jump
}

check() {
	table=$(sed -n 's/^add table //p' "$file")
	chains=$(sed -n "s/^add chain $table \([^ ]*\).*/\1/p" "$file" | grep -v -e '-class-..$')
	theirs=$table way=jump first=add
	if grep -q "^add chain .* hook " "$file"; then
		theirs="inet admin" way=nothing first=insert
	fi
	load "$way"
	compare same "as loaded"
	[ "$way" = jump ] && check_ways
	grep -q 'elements = {' "$file" && check_elements
	check_rules
}

if [ "${1-}" = --inside ]; then
	check=$2 file=$3
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	check
	exit 0
fi

[ $# -gt 1 ] || {
	echo "usage: $0 EXPORT_CHECK FILE.nft..." >&2
	exit 2
}
how=-n
[ "$(id -u)" -eq 0 ] || how=-rn
check=$1
shift
failed=0
count=0
for file in "$@"; do
	case $file in
	*.undo.nft) continue ;;
	esac
	count=$((count + 1))
	unshare "$how" -- sh "$0" --inside "$check" "$file" || failed=1
done
printf '%s artefacts listed by the kernel and read back\n' "$count"
exit "$failed"
