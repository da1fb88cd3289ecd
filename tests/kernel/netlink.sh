#!/bin/sh
# Puts nftables files of ours into kernels of their own over netlink and looks at what
# comes of it:
#
#   tests/kernel/netlink.sh LIVE_WORK FILE.nft...
#
# Each file must give the same ruleset as `nft -f` gives, at once and over what was there
# before.  Then a client, a gateway and a server try a policy: it expires, is confirmed,
# taken back; and whenever the work is cut short between two transactions, what is let
# through is what one of the two policies says, and the old one when the trial is over.
# Prints what failed and exits with 1.  Runs as root, or without in a user namespace.
set -u

fault() {
	printf '%s: %s\n' "$case" "$*" >&2
	[ -s "$work/said" ] && head -n 10 "$work/said" >&2
	exit 1
}

# Does a step that must come out so: done or not.
live() {
	how=$1
	shift
	"$live_work" "$@" >"$work/said" 2>&1
	code=$?
	case $how-$code in
	done-0 | refused-1 | stopped-9) ;;
	*) fault "$* is not $how (exit $code)" ;;
	esac
}

said() {
	grep -q "$1" "$work/said" || fault "does not say '$1'"
}

# must be STATE for that file
state() {
	live done status "$2"
	said "^done state=$1 "
}

# Without handles, which are new at every load.
ruleset() {
	nft -j list ruleset | sed -e 's/"handle": [0-9]*,\{0,1\}//g' -e 's/}, {"/},\n{"/g'
}

same() {
	cmp -s "$work/$1" "$work/$2" && return 0
	diff "$work/$1" "$work/$2" | cut -c 1-300 | head -n 10 >&2
	fault "$3"
}

# ---- the same as nft ----

check_file() {
	case=$1
	nft -f "$1" || fault "nft refuses it"
	ruleset >"$work/text"
	state equal "$1"
	live done load "$1"
	ruleset >"$work/over"
	same text over "differs when loaded over what nft loaded"
	nft flush ruleset
	state absent "$1"
	live done check "$1"
	[ -z "$(nft list ruleset)" ] || fault "a check leaves something behind"
	live done load "$1"
	ruleset >"$work/netlink"
	same text netlink "differs from what nft loads"
	state equal "$1"
	live done try "$1"
	state trial "$1"
	live done confirm "$1"
	ruleset >"$work/confirmed"
	same text confirmed "differs when tried and confirmed"
	nft flush ruleset
	live done try "$1"
	live done confirm "$1"
	ruleset >"$work/confirmed"
	same text confirmed "differs when tried and confirmed where nothing was"
	# Something in the way.
	live done load "$1"
	chain=$(sed -n 's/^add chain \([^ ]* [^ ]* [^ ]*\).*/\1/p' "$1" | head -n 1)
	# shellcheck disable=SC2086 # three words
	nft add rule $chain counter
	live done status "$1"
	said "^done state=other "
}

# ---- trials ----

# A policy that lets one port through: exact tuples, or ranges of everything.
policy() {
	name=$1 port=$2
	case $kind in
	exact) element="10.10.0.1 . 10.20.0.1 . 6 . $port" flags="; size 16" ;;
	ranges) element="10.10.0.0/24 . 10.20.0.0/28 . 6 . $port" flags="; flags interval" ;;
	esac
	set="cv-hq-forward-4-$kind"
	key="type ipv4_addr . ipv4_addr . inet_proto . inet_service$flags"
	base=
	[ "$mode" = include ] || base=" { type filter hook forward priority -5; policy drop; }"
	{
		printf '# %s\n\nadd table %s\n' "$name" "$table"
		printf 'add chain %s cv-hq-forward%s\n' "$table" "$base"
		printf 'flush chain %s cv-hq-forward\n' "$table"
		printf 'add set %s %s { %s; }\ndelete set %s %s\n' "$table" "$set" "$key" "$table" "$set"
		printf 'add set %s %s { %s; elements = {\n\t%s comment "%s",\n}\n}\n' \
			"$table" "$set" "$key" "$element" "$name"
		[ "$mode" = include ] ||
			printf 'add rule %s cv-hq-forward ct state %s\n' "$table" \
				'established,related counter accept' "$table" 'invalid counter drop'
		printf 'add rule %s cv-hq-forward ip saddr . ip daddr . meta l4proto . th dport @%s counter accept\n' \
			"$table" "$set"
		[ "$kind" = exact ] ||
			printf 'add rule %s cv-hq-forward ip saddr {\n\t10.10.0.1,\n\t10.11.0.0/24,\n} ip daddr . meta l4proto . th dport {\n\t10.20.0.1 . 6 . %s,\n} counter accept\n' \
				"$table" "$((port + 10))"
		[ "$mode" = include ] || printf 'add rule %s cv-hq-forward counter drop\n' "$table"
	} >"$work/$name.nft"
}

admin() {
	[ "$mode" = include ] || return 0
	nft -f - <<-END || fault "nft refuses the admin's chains"
		add table $table
		add chain $table cv-hq-forward
		add chain $table admin { type filter hook forward priority 0; policy drop; }
		add rule $table admin ct state established,related accept
		add rule $table admin jump cv-hq-forward
	END
}

# The ports that can be reached now.
probe() {
	reached=
	for port in $ports; do
		nsenter -t "$client" -n timeout 0.3 bash -c "</dev/tcp/10.20.0.1/$port" \
			2>/dev/null && reached="$reached $port"
	done
	echo "${reached# }"
}

must_reach() {
	reached=$(probe)
	[ "$reached" = "$1" ] || fault "$2: reached '$reached' and not '$1'"
}

# Of a load that is cut short: one or the other, never neither or both.
must_reach_one() {
	reached=$(probe)
	[ "$reached" = "$1" ] || [ "$reached" = "$2" ] ||
		fault "$3: reached '$reached' and neither '$1' nor '$2'"
}

# As reachable as ever while nothing of ours is in force.
nothing_in_force() {
	if [ "$mode" = include ]; then must_reach "" "$1"; else must_reach "$ports" "$1"; fi
}

wait_for_end() {
	sleep $((seconds + 1))
}

check_expiry() {
	live done load "$work/one.nft"
	must_reach "$first" "after a load"
	ruleset >"$work/before"
	live refused try "$work/two.nft" seconds 0
	said 'a trial needs some seconds'
	live done try "$work/two.nft" seconds $seconds
	state trial "$work/two.nft"
	state strange "$work/one.nft"
	must_reach "$second" "on trial"
	live refused load "$work/one.nft"
	said 'a trial is under way'
	live refused try "$work/one.nft"
	said 'a trial is under way'
	live refused confirm "$work/one.nft"
	said 'what is on trial is another policy'
	wait_for_end
	must_reach "$first" "after the trial"
	state equal "$work/one.nft"
	live refused confirm "$work/two.nft"
	said 'the trial has ended; apply again'
	live done load "$work/one.nft"
	ruleset >"$work/now"
	sed 's/"\(packets\|bytes\)": [0-9]*//g' "$work/before" >"$work/before-uncounted"
	sed 's/"\(packets\|bytes\)": [0-9]*//g' "$work/now" >"$work/now-uncounted"
	same before-uncounted now-uncounted "a trial leaves something behind"
}

check_rollback() {
	live done try "$work/two.nft" seconds 60
	must_reach "$second" "on trial"
	live done rollback "$work/two.nft"
	must_reach "$first" "taken back"
	state equal "$work/one.nft"
	nft list ruleset | grep -q -e trial -e '\.new' && fault "a trial taken back leaves something behind"
	live refused rollback "$work/two.nft"
	said 'there is no trial'
}

check_tampered() {
	live done try "$work/two.nft" seconds 60
	nft add element $table "$set.new" "{ 192.0.2.1 . 192.0.2.2 . 6 . 1 }" ||
		fault "cannot tamper"
	live refused confirm "$work/two.nft"
	said 'the rules on trial were changed since'
	must_reach "$second" "tampered with"
	live done rollback "$work/two.nft"
}

# Cut short before each transaction of a trial: in the end the old policy.
check_killed_trials() {
	stop=0
	while :; do
		"$live_work" try "$work/two.nft" seconds $seconds stop $stop >"$work/said" 2>&1
		code=$?
		[ $code -eq 9 ] || break
		must_reach "$first" "a trial cut short after $stop transactions"
		stop=$((stop + 1))
	done
	[ $code -eq 0 ] || fault "a trial over the remains of others is refused"
	must_reach "$second" "on trial over the remains of others"
	wait_for_end
	must_reach "$first" "after the trial"
}

# Cut short before each transaction of a confirmation: before the first the old policy
# comes back, after it the new one stays; the same confirmation finishes it.  Before the
# last nothing is left to do but to clear away, which the next load does, too.
check_killed_confirmations() {
	stop=0 clear=0
	while :; do
		live done load "$work/one.nft"
		live done try "$work/two.nft" seconds $seconds
		"$live_work" confirm "$work/two.nft" stop $stop >"$work/said" 2>&1
		code=$?
		[ $code -eq 9 ] || break
		must_reach "$second" "a confirmation cut short after $stop transactions"
		wait_for_end
		if [ $stop -eq 0 ]; then
			must_reach "$first" "never confirmed"
		else
			must_reach "$second" "half confirmed"
			state other "$work/one.nft"
			"$live_work" status "$work/two.nft" >"$work/said" 2>&1
			if grep -q 'state=equal' "$work/said"; then
				clear=$((clear + 1))
				nft list ruleset | grep -q -e '\.new' -e '\.alt' ||
					fault "a transaction that does nothing"
			else
				state half "$work/two.nft"
				check_half
			fi
		fi
		stop=$((stop + 1))
	done
	[ $code -eq 0 ] || fault "a confirmation is refused"
	[ $clear -eq 1 ] || fault "$clear transactions clear away, and not the last"
	nft list ruleset | grep -q -e trial -e '\.new' -e '\.alt' &&
		fault "a confirmation leaves something behind"
	must_reach "$second" "confirmed"
	wait_for_end
	must_reach "$second" "confirmed for long"
	state equal "$work/two.nft"
}

# What is half confirmed can be tried over, taken back, and finished.
check_half() {
	live done try "$work/one.nft" seconds 60
	must_reach "$first" "tried over what is half confirmed"
	live done rollback "$work/one.nft"
	must_reach "$second" "taken back to what is half confirmed"
	live done confirm "$work/two.nft"
	state equal "$work/two.nft"
	must_reach "$second" "confirmed once more"
}

check_killed_loads() {
	stop=0
	while :; do
		live done load "$work/two.nft"
		"$live_work" load "$work/one.nft" stop $stop >"$work/said" 2>&1
		code=$?
		[ $code -eq 9 ] || break
		must_reach_one "$first" "$second" "a load cut short after $stop transactions"
		if [ $((stop % 2)) -eq 0 ]; then again=one reached=$first; else again=two reached=$second; fi
		must=$reached
		live done load "$work/$again.nft"
		state equal "$work/$again.nft"
		must_reach "$must" "loaded over a load cut short"
		stop=$((stop + 1))
	done
	[ $code -eq 0 ] || fault "a load is refused"
	must_reach "$first" "loaded"
}

# Where nothing of ours is: a first load or trial that is cut short changes nothing.
check_first() {
	for step in load try; do
		stop=0
		while :; do
			nft flush ruleset
			admin
			"$live_work" $step "$work/one.nft" seconds $seconds stop $stop >"$work/said" 2>&1
			code=$?
			[ $code -eq 9 ] || break
			nothing_in_force "a first $step cut short after $stop transactions"
			live done $step "$work/one.nft" seconds 60
			must_reach "$first" "a first $step after one cut short"
			[ $step = load ] || live done rollback "$work/one.nft"
			stop=$((stop + 1))
		done
		[ $code -eq 0 ] || fault "a first $step is refused"
	done
	wait_for_end
	nothing_in_force "after a first trial"
	state absent "$work/one.nft"
}

# Only one address is protected, and the old policy drops all: what goes elsewhere must
# pass on trial, although the base chain would drop it; once confirmed, its policy must
# have changed.
check_partial() {
	[ "$mode" = enforce ] || return 0
	sed -e 's/policy drop/policy accept/' -e '/ct state invalid/d' \
		-e 's/ \(cv-hq-forward\) counter drop$/ \1 ip daddr {\n\t10.20.0.9,\n} counter drop/' \
		"$work/two.nft" >"$work/partial.nft"
	live done load "$work/one.nft"
	live done try "$work/partial.nft" seconds $seconds
	must_reach "$ports" "on trial with one address protected"
	wait_for_end
	must_reach "$first" "after a trial with one address protected"
	live done try "$work/partial.nft" seconds 60
	live done confirm "$work/partial.nft"
	must_reach "$ports" "confirmed with one address protected"
	live done try "$work/one.nft" seconds $seconds
	must_reach "$first" "all protected on trial"
	wait_for_end
	must_reach "$ports" "after a trial with all protected"
	live done load "$work/one.nft"
	must_reach "$first" "all protected"
}

check_refusals() {
	live done load "$work/one.nft"
	live done status "$work/one.nft"
	version=$(sed -n 's/.*version=//p' "$work/said")
	nft add table inet somebody
	live refused load "$work/two.nft" version "$version"
	said 'somebody changed the ruleset meanwhile'
	nft delete table inet somebody
	must_reach "$first" "refused"
	setpriv --bounding-set=-all --inh-caps=-all "$live_work" load "$work/two.nft" \
		>"$work/said" 2>&1 && fault "loaded without a right to"
	said 'not permitted: run as root or with CAP_NET_ADMIN'
	nft add chain $table other
	nft add rule $table other ip saddr . ip daddr . meta l4proto . th dport "@$set"
	live refused check "$work/two.nft"
	said "the set $set: it is in use by a rule that is not ours"
	nft flush chain $table other
	nft delete chain $table other
	sed 's/^.* comment "two",$/&\n&/' "$work/two.nft" >"$work/twice.nft"
	live refused check "$work/twice.nft"
	said 'tcp 1002: it overlaps another element of its set \[entry\]$'
	must_reach "$first" "refused"
	[ "$mode" = include ] && return 0
	nft flush ruleset
	nft add table $table
	nft add chain $table cv-hq-forward "{ type filter hook forward priority -7; }"
	live refused check "$work/two.nft"
	said 'priority -7; nftables cannot change that in place: delete it first'
	nft flush ruleset
	nft add table $table
	nft add chain $table cv-hq-forward
	live refused try "$work/two.nft"
	said 'is no base chain; nftables cannot change that in place'
}

# A client, a server, and the gateway that we are.
make_net() {
	unshare -n sleep 600 &
	client=$!
	unshare -n sleep 600 &
	server=$!
	sleep 0.2
	for end in client server; do
		[ $end = client ] && pid=$client net=10.10.0 || { pid=$server net=10.20.0; }
		ip link add $end type veth peer name eth0 netns "$pid"
		ip addr add $net.254/24 dev $end
		ip link set $end up
		nsenter -t "$pid" -n sh -c "ip link set lo up; ip addr add $net.1/24 dev eth0;
			ip link set eth0 up; ip route add default via $net.254"
	done
	echo 1 >/proc/sys/net/ipv4/ip_forward
	nsenter -t "$server" -n python3 -c '
import socket, sys
listening = []
for port in sys.argv[1:]:
    s = socket.create_server(("", int(port)))
    listening.append(s)
import select
while True:
    for s in select.select(listening, [], [])[0]:
        s.accept()[0].close()
' $ports &
	listener=$!
	tries=0
	until [ "$(probe)" = "$ports" ]; do
		tries=$((tries + 1))
		[ $tries -lt 20 ] || fault "the server cannot be reached at all"
	done
}

check_trials() {
	case="$mode, $kind" seconds=2
	ports="1001 1002" first=1001 second=1002
	case $mode in
	include) table="inet filter" ;;
	enforce) table="inet cv-hq" ;;
	esac
	policy one 1001
	policy two 1002
	client='' server='' listener=''
	trap 'kill $client $server $listener; rm -rf "$work"' EXIT
	make_net
	admin
	check_expiry
	check_rollback
	check_tampered
	check_killed_trials
	check_killed_confirmations
	check_killed_loads
	check_partial
	check_refusals
	check_first
}

if [ "${1-}" = --inside ]; then
	live_work=$2
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	case $3 in
	file) check_file "$4" ;;
	trials)
		mode=$4 kind=$5
		check_trials
		;;
	esac
	exit 0
fi

[ $# -gt 1 ] || {
	echo "usage: $0 LIVE_WORK FILE.nft..." >&2
	exit 2
}
how=-n
[ "$(id -u)" -eq 0 ] || how=-rn
live_work=$1
shift
failed=0
count=0
for file in "$@"; do
	case $file in
	*.undo.nft) continue ;;
	esac
	count=$((count + 1))
	unshare "$how" -- sh "$0" --inside "$live_work" file "$file" || failed=1
done
jobs=
for mode in include enforce; do
	for kind in exact ranges; do
		unshare "$how" -- sh "$0" --inside "$live_work" trials $mode $kind &
		jobs="$jobs $!"
	done
done
for job in $jobs; do
	wait "$job" || failed=1
done
printf '%s artefacts put into the kernel over netlink, 4 policies on trial\n' "$count"
exit "$failed"
