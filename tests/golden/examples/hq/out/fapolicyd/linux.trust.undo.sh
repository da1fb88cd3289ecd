#!/bin/sh
# Undo: takes the entries below out of the trust file that carveout's script made.
#
#   carveout 0.1.0: fapolicyd for linux of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   an allow list: no antivirus leaves anything alone for these entries
#
# Entries of other trust files stay. Run it as root.
set -eu
name='carveout-hq-linux'
file=/etc/fapolicyd/trust.d/$name
[ -e "$file" ] || exit 0
left=$(mktemp)
trap 'rm -f "$left"' EXIT
# fapolicyd-cli would take away all that begins so.
distrust() {
	CV_PATH=$1 awk '
		BEGIN { path = ENVIRON["CV_PATH"]; gsub(/ /, "%20", path) }
		path ~ /\/$/ && index($1, path) == 1 { next }
		$1 == path { next }
		{ print }
	' "$file" >"$left"
	cat "$left" >"$file"
}
distrust '/opt/Tanium/TaniumClient/python27/bin/pybin'
distrust '/opt/Tanium/TaniumClient/python38/python'
distrust '/opt/Tanium/TaniumClient/Tools/StdUtils/'
distrust '/opt/Tanium/TaniumClient/TaniumClient'
distrust '/opt/Tanium/TaniumClient/taniumclient'
distrust '/opt/Tanium/TaniumClient/distribute-tools.sh'
distrust '/opt/Tanium/TaniumClient/TaniumCX'
# Without an entry only comments are left.
grep -q '^[^#]' "$file" || rm "$file"
fapolicyd-cli --update || echo 'fapolicyd is not running; it will read the file when it starts'
