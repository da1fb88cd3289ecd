#!/bin/sh
# Undo: takes carveout's lines out of clamd.conf.
#
#   carveout 0.1.0: clamav for linux of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#
# Of the block that carveout wrote it takes away the comments and the lines below.
# All else in the file stays, in the block too. Usage: sh FILE [CLAMD.CONF]
# clamd and clamonacc read the file when they start.
set -eu
conf=${1:-/etc/clamav/clamd.conf}
begin='# carveout begin: hq/linux'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ours" <<'CARVEOUT'
ExcludePath ^/opt/Tanium/TaniumClient/Tools/StdUtils/
# clamonacc
OnAccessExcludePath /opt/Tanium/TaniumClient/Tools/StdUtils
# clamonacc from 1.5.0
CARVEOUT
awk -v begin="$begin" '
	FILENAME == ARGV[1] { ours[$0]; next }
	$0 == begin { inside = 1; next }
	inside && $0 == "# carveout end" { inside = 0; next }
	inside && (/^#/ || $0 in ours) { next }
	{ print }
' "$work/ours" "$conf" >"$work/conf"
cat "$work/conf" >"$conf"
