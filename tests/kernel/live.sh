#!/bin/sh
# Reads kernels by netlink, as `audit --live` does, and holds that against other ways:
#
#   tests/kernel/live.sh BUILD FILE.nft...
#
# Of every ruleset the reading must be what `nft -j list ruleset` prints: of each file of
# ours, loaded by nft and by netlink, and of the rulesets beside this script, of which
# some rules may be unknown when that is said.  A policy on trial, and one that was
# confirmed, must be in force.  `carveout audit --live` must see what is changed, and who
# else decides.  Prints what failed and exits with 1.  Runs as root, or without in a user
# namespace.
set -u

fault() {
	printf '%s: %s\n' "$case" "$*" >&2
	[ -s "$work/said" ] && head -n 10 "$work/said" >&2
	exit 1
}

run() {
	"$@" >"$work/said" 2>&1 || fault "refused: $*"
}

# most unknown rules, and how the ruleset came there
compare() {
	nft -j list ruleset >"$work/nft.json"
	"$tests/fetch_print" >"$work/ours.json" || fault "not read: $2"
	/usr/bin/python3 "$here/live_compare.py" "$work/nft.json" "$work/ours.json" \
		--unknown "$1" >"$work/said" || fault "read otherwise than nft does: $2"
}

# What is read is just what the file says.
in_force() {
	"$tests/fetch_print" >"$work/ours.json" || fault "not read: $1"
	"$tests/export_check" "$case" "$work/ours.json" >"$work/said" ||
		fault "the policy is not read as in force: $1"
}

# The admin's base chains, where ours are none.
start() {
	run nft flush ruleset
	grep -q '^add chain .* hook ' "$case" && return 0
	table=$(sed -n 's/^add table //p' "$case")
	run nft add table $table
	for chain in $(sed -n "s/^add chain $table \([^ ]*\)$/\1/p" "$case" | grep -v -e "-class-..\$"); do
		run nft add chain $table "$chain"
		run nft add chain $table "admin-${chain##*-}" "{ type filter hook ${chain##*-} priority 0; }"
		run nft add rule $table "admin-${chain##*-}" jump "$chain"
	done
}

check_file() {
	start
	run nft -f "$case"
	compare 0 "loaded by nft"
	in_force "loaded by nft"
	start
	run "$tests/live_work" load "$case"
	compare 0 "loaded by netlink"
	in_force "loaded by netlink"
	start
	run "$tests/live_work" try "$case" seconds 60
	compare 0 "on trial"
	in_force "on trial"
	run "$tests/live_work" confirm "$case"
	compare 0 "confirmed"
	in_force "confirmed"
	run nft flush ruleset
}

check_ruleset() {
	run nft flush ruleset
	run nft -f "$case"
	compare "$1" "loaded by nft"
}

check_switched_off() {
	run nft flush ruleset
	run nft add table inet x '{ flags dormant; }'
	"$tests/fetch_print" >"$work/ours.json" || fault "not read"
	grep -q '"name": "x", "flags": \["dormant"\]' "$work/ours.json" ||
		fault "a dormant table is not read as such"
}

# Whatever names and comments hold, what is read is JSON.
check_hostile() {
	run nft flush ruleset
	run "$tests/fetch_print"
	/usr/bin/python3 "$here/live_hostile.py" || fault "hostile names are not taken"
	"$tests/fetch_print" >"$work/ours.json" || fault "not read"
	/usr/bin/python3 "$here/live_hostile.py" "$work/ours.json" >"$work/said" ||
		fault "hostile names do harm"
}

# In pieces: without CAP_NET_ADMIN in the first user namespace nft can send no more at once.
check_large() {
	run nft flush ruleset
	run nft add table inet filter
	run nft add set inet filter s \
		"{ type ipv4_addr . ipv4_addr . inet_proto . inet_service; size 131072; }"
	/usr/bin/python3 - "$work" <<-'END'
		import sys
		for piece in range(50):
		    with open(f"{sys.argv[1]}/piece-{piece}.nft", "w") as file:
		        file.write("add element inet filter s {\n")
		        for i in range(piece * 2000, piece * 2000 + 2000):
		            file.write(f"\t10.{i >> 16}.{i >> 8 & 255}.{i & 255} . 10.1.2.3 . 6 . 443"
		                       f" comment \"vendor/product#ports/row-{i} (Requirements)\",\n")
		        file.write("}\n")
	END
	for piece in "$work"/piece-*.nft; do
		run nft -f "$piece"
	done
	started=$(date +%s%N)
	"$tests/fetch_print" >"$work/ours.json" || fault "not read"
	taken=$((($(date +%s%N) - started) / 1000000))
	echo "100,000 elements read in $taken ms"
	# Ten times of what it takes alone, for machines that are busy.
	[ "$taken" -lt 6000 ] || fault "takes $taken ms"
	count=$(grep -o '"concat"' "$work/ours.json" | wc -l)
	[ "$count" -eq 100000 ] || fault "$count elements are read"
}

inside() {
	tests=$1 here=$2
	shift 2
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	ip link set lo up
	failed=0
	for case in "$@"; do
		case $case in
		*.undo.nft) ;;
		*/rulesets/vocabulary.nft) (check_ruleset 54) || failed=1 ;;
		*/rulesets/firewalld.nft) (check_ruleset 2) || failed=1 ;;
		*/rulesets/workstation.nft) (check_ruleset 3) || failed=1 ;;
		*) (check_file) || failed=1 ;;
		esac
	done
	case="a dormant table"
	(check_switched_off) || failed=1
	case="hostile names"
	(check_hostile) || failed=1
	case="a large set"
	(check_large) || failed=1
	exit $failed
}

if [ "${1-}" = --inside ]; then
	shift
	inside "$@"
fi

[ $# -gt 1 ] || {
	echo "usage: $0 BUILD FILE.nft..." >&2
	exit 2
}
how=-n
[ "$(id -u)" -eq 0 ] || how=-rn
here=$(cd "$(dirname "$0")" && pwd)
tests=$1/tests
program=$1/carveout
shift
failed=0
unshare "$how" -- sh "$0" --inside "$tests" "$here" "$@" "$here"/rulesets/*.nft || failed=1
printf '%s files read back by netlink\n' $#
/usr/bin/python3 "$here/live_audit.py" "$program" || failed=1
exit $failed
