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

mdatp exclusion folder add --path '/srv/*/vendor/' --scope epp || failed=1 # vendor/product#exclusions/one-folder (page)
mdatp exclusion folder add --path '/srv/vendor/*/' --scope epp || failed=1 # vendor/product#exclusions/each-folder (page)
mdatp exclusion folder add --path '/srv/vendor/v?-*/' --scope epp || failed=1 # vendor/product#exclusions/part-of-folder (page)
mdatp exclusion file add --path '/var/log/vendor-*.log' --scope epp || failed=1 # vendor/product#exclusions/in-file (page)
mdatp exclusion file add --path '/var/log/vendor.?' --scope epp || failed=1 # vendor/product#exclusions/one-character (page)
mdatp exclusion process add --path '/opt/vendor/*/agent' --scope epp || failed=1 # vendor/product#exclusions/process-star (page)
mdatp exclusion folder add --path '/opt/vendor/' --scope epp || failed=1 # vendor/product#exclusions/all (page)

if [ "$failed" -ne 0 ]; then
	echo 'failed: not all commands were taken' >&2
fi
exit "$failed"
