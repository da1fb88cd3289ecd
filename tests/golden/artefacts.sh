#!/bin/sh
# Hands every artefact of one kind among the golden cases to a parser that is not
# ours: nft in the kernel, xmllint, a PowerShell grammar, jq and shells, a
# registry hive, Python.
set -eu
cd "$(dirname "$0")/../.."
kind=$1
list=build/artefacts.txt

# Names have no blanks: subjects are kebab-case.
collect() {
	find tests/golden -path '*/out/*' "$@" | sort >"$list"
	[ -s "$list" ] || { echo "no artefacts of kind $kind"; exit 1; }
}

case $kind in
nft)
	# A change's undo takes back another load than the one beside it.
	collect -name '*.nft' ! -name '*.undo.nft' ! -path '*/golden/diff/*'
	xargs sh tests/kernel/nftables.sh <"$list"
	;;
nftables-json)
	collect -path '*/out/nftables-json/*' ! -name '*.undo.json' ! -path '*/golden/diff/*'
	xargs sh tests/kernel/json.sh <"$list"
	;;
xml)
	collect -name '*.xml'
	xargs xmllint --noout --nonet <"$list"
	;;
ps1)
	collect -name '*.ps1'
	sh tests/powershell/run build/powershell "$(head -n 1 "$list")" # makes the grammar ready
	xargs -n 24 -P 2 sh tests/powershell/run build/powershell <"$list"
	;;
mdatp)
	# Those of the examples have nothing that these have not, and each runs dozens of times.
	collect -path '*/mdatp-linux/*/out/mdatp-linux/*.json'
	xargs /usr/bin/python3 tests/mdatp/check.py <"$list"
	;;
plist)
	collect -path '*/out/mdatp-macos/*.plist' ! -name '*.undo.plist' ! -path '*/golden/diff/*'
	xargs /usr/bin/python3 tests/mdatp/profiles.py <"$list"
	;;
reg)
	collect -path '*/out/defender-reg/*.reg' ! -name '*.undo.reg' ! -path '*/golden/diff/*'
	xargs /usr/bin/python3 tests/registry/check.py <"$list"
	;;
intune)
	collect -path '*/out/defender-intune/*.csv' ! -name '*.undo.csv' ! -path '*/golden/diff/*'
	xargs /usr/bin/python3 tests/registry/intune.py <"$list"
	;;
neutral)
	collect \( -path '*/out/csv/*' -o -path '*/out/json/*' \) -type f
	xargs /usr/bin/python3 tests/neutral/check.py <"$list"
	;;
esac
echo "$(wc -l <"$list") artefacts"
