#!/bin/sh
# Loads artefacts of one site with N, N+1 and N-1 rows in turn into one kernel:
#
#   tests/kernel/turns.sh PROGRAM
#
# After each load the kernel must hold what it holds when the file is loaded where
# nothing is.  N is 16, so that the sizes of sets change on the way.  Prints what failed
# and exits with 1.  Runs as root, or without in a user namespace.
set -u

fault() {
	printf '%s\n' "$*" >&2
	exit 1
}

# site ROWS OPTIONS: single values, ranges, classes of sources and a wide range of ports,
# in both families.
site() {
	cat <<EOF
carveout: site/1
name: turns
ip: ["4", "6"]
profiles:
  - carveout: profile/1
    id: vendor/product
    source:
      page: {title: Requirements, url: "https://docs.example.com/requirements", retrieved: "2026-11-01"}
    parties: {One: {}, Net: {}, Many: {}, Server: {}}
    ports:
      - source: page
        rows:
          - {id: wide, from: Net, to: Server, port: "20000-60000", protocol: udp}
EOF
	row=1
	while [ "$row" -le "$1" ]; do
		echo "          - {id: one-$row, from: One, to: Server, port: \"$((1000 + row))\", protocol: tcp}"
		echo "          - {id: net-$row, from: Net, to: Server, port: \"$((2000 + row * 10))-$((2005 + row * 10))\", protocol: tcp}"
		echo "          - {id: many-$row, from: Many, to: Server, port: \"$((3000 + row))\", protocol: udp}"
		row=$((row + 1))
	done
	cat <<EOF
parties:
  One: {addresses: ["10.0.0.1", "2001:db8::1"]}
  Net: {addresses: ["10.1.0.0/16", "2001:db8:1::/48"]}
  Many: {addresses: ["10.2.0.1", "10.2.0.3", "10.2.0.5", "10.2.0.7", "10.2.0.9", "10.2.0.11", "10.2.0.13"]}
  Server: {addresses: ["10.3.0.1", "10.3.0.5", "2001:db8:3::1"]}
targets:
  nftables: {gateway: true, hosts: [Server], $2}
EOF
}

# Without handles, which are new at every load.
ruleset() {
	nft -j list ruleset | sed -e 's/"handle": [0-9]*,\{0,1\}//g' -e 's/}, {"/},\n{"/g'
}

inside() {
	for file in turns server; do
		for rows in 15 16 17; do
			nft -f "$work/$rows/nftables/$file.nft" || fault "nft refuses $rows rows"
			ruleset >"$work/$rows.alone"
			nft flush ruleset
		done
		for rows in 16 17 15 16 15 17 16; do
			nft -f "$work/$rows/nftables/$file.nft" || fault "nft refuses $rows rows in turn"
			ruleset >"$work/now"
			cmp -s "$work/$rows.alone" "$work/now" || {
				diff "$work/$rows.alone" "$work/now" | cut -c 1-300 | head -n 10 >&2
				fault "$rows rows of $file in turn are not what they are alone: $mode"
			}
		done
		nft -f "$work/$rows/nftables/$file.undo.nft" || fault "nft refuses the undo"
		nft flush ruleset
	done
}

if [ "${1-}" = --inside ]; then
	work=$2 mode=$3
	inside
	exit 0
fi

[ $# -eq 1 ] || {
	echo "usage: $0 PROGRAM" >&2
	exit 2
}
program=$1
how=-n
[ "$(id -u)" -eq 0 ] || how=-rn
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
enforce='mode: enforce, management: {from: "10.9.0.0/24"}, baseline: [dns, icmp]'
for mode in 'mode: include' "$enforce, protect: all" "$enforce, protect: [Server]"; do
	for rows in 15 16 17; do
		rm -rf "${work:?}/$rows"
		site "$rows" "$mode" >"$work/site.yaml"
		"$program" compile "$work/site.yaml" -o "$work/$rows" --today=2026-11-23 -q \
			>"$work/said" 2>&1 || {
			cat "$work/said" >&2
			fault "cannot compile: $mode"
		}
	done
	unshare "$how" -- sh "$0" --inside "$work" "$mode" || exit 1
done
echo "3 modes, each loaded 14 times in turn"
