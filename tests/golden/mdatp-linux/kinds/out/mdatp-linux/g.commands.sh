#!/bin/sh
#
# Adds exclusions to Microsoft Defender for Endpoint on this computer, from the
# command line.
#
#   carveout 0.1.0: mdatp-linux for g of site s
#   from profile vendor/product
#   preview: not yet tried on the product itself
#   process: network protection cannot inspect an excluded process; EDR goes on watching it
#
# As root. Each line stands for itself and may be given alone. Where the managed
# configuration says mergePolicy admin_only, what is added here has no effect.
# The undo takes away each of these entries, also one that was there before:
# the command line cannot tell whose an entry is.

failed=0

mdatp exclusion process add --path '/opt/vendor/bin/agent' --scope epp || failed=1 # vendor/product#exclusions/agent (page)
mdatp exclusion process add --path '/usr/local/bin/alone' --scope epp || failed=1 # vendor/product#exclusions/alone (page)
mdatp exclusion process add --path '/usr/local/bin/both' --scope epp || failed=1 # vendor/product#exclusions/own-file (page)
mdatp exclusion file add --path '/usr/local/bin/both' --scope epp || failed=1 # vendor/product#exclusions/own-file-too (page)
mdatp exclusion process add --path '/opt/vendor/bin/parent' --scope epp || failed=1 # vendor/product#exclusions/children (page)
mdatp exclusion folder add --path '/opt/vendor/' --scope epp || failed=1 # vendor/product#exclusions/folder (page)
mdatp exclusion file add --path '/var/lib/vendor.db' --scope epp || failed=1 # vendor/product#exclusions/file (page)
mdatp exclusion extension add --name '.vdb' --scope epp || failed=1 # vendor/product#exclusions/extension (page)
mdatp exclusion extension add --name '.vlog' --scope epp || failed=1 # vendor/product#exclusions/extension (page)

if [ "$failed" -ne 0 ]; then
	echo 'failed: not all commands were taken' >&2
fi
exit "$failed"
