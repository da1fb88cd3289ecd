#!/bin/sh
# Undo: takes the entries below out of the trust file that carveout's script made.
#
#   carveout 0.1.0: fapolicyd for linux of site s
#   from profile vendor/product
#   an allow list: no antivirus leaves anything alone for these entries
#
# Entries of other trust files stay. Run it as root.
set -eu
name='carveout-s-linux'
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
distrust '/opt/vendor/bin/agent'
distrust '/opt/app/'
distrust '/var/opt/vendor/data#1.db'
distrust '/opt/two words/agent'
distrust '/opt/two words/'
distrust '/opt/$(x) `y` "z";|&'\''q'
# Without an entry only comments are left.
grep -q '^[^#]' "$file" || rm "$file"
fapolicyd-cli --update || echo 'fapolicyd is not running; it will read the file when it starts'
