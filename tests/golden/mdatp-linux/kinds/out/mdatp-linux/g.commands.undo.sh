#!/bin/sh
#
# Undo: removes exclusions from Microsoft Defender for Endpoint on this computer,
# from the command line.
#
#   carveout 0.1.0: mdatp-linux for g of site s
#   from profile vendor/product
#   preview: not yet tried on the product itself
#   process: network protection cannot inspect an excluded process; EDR goes on watching it
#
# As root. It removes each of these entries, also one that was there before: the
# command line cannot tell whose an entry is. Entries of the managed configuration
# can only be removed there.

failed=0

mdatp exclusion process remove --path '/opt/vendor/bin/agent' --scope epp || failed=1 # vendor/product#exclusions/agent (page)
mdatp exclusion process remove --path '/usr/local/bin/alone' --scope epp || failed=1 # vendor/product#exclusions/alone (page)
mdatp exclusion process remove --path '/usr/local/bin/both' --scope epp || failed=1 # vendor/product#exclusions/own-file (page)
mdatp exclusion file remove --path '/usr/local/bin/both' --scope epp || failed=1 # vendor/product#exclusions/own-file-too (page)
mdatp exclusion process remove --path '/opt/vendor/bin/parent' --scope epp || failed=1 # vendor/product#exclusions/children (page)
mdatp exclusion folder remove --path '/opt/vendor/' --scope epp || failed=1 # vendor/product#exclusions/folder (page)
mdatp exclusion file remove --path '/var/lib/vendor.db' --scope epp || failed=1 # vendor/product#exclusions/file (page)
mdatp exclusion extension remove --name '.vdb' --scope epp || failed=1 # vendor/product#exclusions/extension (page)
mdatp exclusion extension remove --name '.vlog' --scope epp || failed=1 # vendor/product#exclusions/extension (page)

if [ "$failed" -ne 0 ]; then
	echo 'failed: not all commands were taken' >&2
fi
exit "$failed"
