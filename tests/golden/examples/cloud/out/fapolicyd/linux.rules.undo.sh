#!/bin/sh
# Undo: takes the rules below out of the file that holds carveout's.
#
#   carveout 0.1.0: fapolicyd for linux of site cloud
#   from profile tanium/threat-response
#   from profile tanium/core
#   an allow list: no antivirus leaves anything alone for these entries
#
# Other rules in it stay; without one the file goes. Run it as root.
set -eu
file=/etc/fapolicyd/rules.d/80-carveout-cloud-linux.rules
[ -e "$file" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ours" <<'CARVEOUT'
allow perm=any exe=/opt/Tanium/TaniumClient/TaniumCX : all
allow perm=any exe=/opt/Tanium/TaniumClient/TaniumClient : all
allow perm=any exe=/opt/Tanium/TaniumClient/taniumclient : all
allow perm=any exe=/opt/Tanium/TaniumClient/distribute-tools.sh : all
allow perm=execute all : dir=/opt/Tanium/TaniumClient/Tools/StdUtils/
CARVEOUT
grep -vxFf "$work/ours" "$file" >"$work/left" || :
if grep -q '^[^#]' "$work/left"; then
	cat "$work/left" >"$file"
else
	rm "$file"
fi
fagenrules --load
