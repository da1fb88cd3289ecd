#!/bin/sh
#
# Undo: removes exclusions from Microsoft Defender for Endpoint on this computer,
# from the command line.
#
#   carveout 0.1.0: mdatp-linux for linux-legacy of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   process: network protection cannot inspect an excluded process; EDR goes on watching it
#
# As root. It removes each of these entries, also one that was there before: the
# command line cannot tell whose an entry is. Entries of the managed configuration
# can only be removed there.

failed=0

mdatp exclusion process remove --path '/opt/Tanium/TaniumClient/python27/python' --scope epp || failed=1 # tanium/threat-response#exclusions/linux-python-27 (requirements)
mdatp exclusion process remove --path '/opt/Tanium/TaniumClient/python27/bin/pybin' --scope epp || failed=1 # tanium/threat-response#exclusions/pybin-27 (requirements)
mdatp exclusion folder remove --path '/opt/Tanium/TaniumClient/Tools/StdUtils/' --scope epp || failed=1 # tanium/core#exclusions/linux-stdutils (client)
mdatp exclusion process remove --path '/opt/Tanium/TaniumClient/TaniumClient' --scope epp || failed=1 # tanium/core#exclusions/linux-taniumclient (client)
mdatp exclusion process remove --path '/opt/Tanium/TaniumClient/taniumclient' --scope epp || failed=1 # tanium/core#exclusions/linux-taniumclient-lower-case (client)
mdatp exclusion process remove --path '/opt/Tanium/TaniumClient/distribute-tools.sh' --scope epp || failed=1 # tanium/core#exclusions/linux-distribute-tools (client)
mdatp exclusion process remove --path '/opt/Tanium/TaniumClient/TaniumCX' --scope epp || failed=1 # tanium/core#exclusions/linux-taniumcx (client)

if [ "$failed" -ne 0 ]; then
	echo 'failed: not all commands were taken' >&2
fi
exit "$failed"
