#!/bin/sh
# Makes a trust file of fapolicyd on this computer, with the SHA-256 of each file.
#
#   carveout 0.1.0: fapolicyd for linux of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   an allow list: no antivirus leaves anything alone for these entries
#
# Run it as root on the computer itself, and again after each update of the product:
# a file that has changed is not trusted any more. What is not there is named and not
# trusted; then the exit code is 1.
set -eu
name='carveout-hq-linux'
missing=0
trust() {
	if [ -e "$1" ]; then
		fapolicyd-cli --file add "$1" --trust-file "$name"
	else
		printf 'not there, and so not trusted: %s\n' "$1"
		missing=1
	fi
}
rm -f "/etc/fapolicyd/trust.d/$name"
# for tanium/threat-response#exclusions/pybin-27 (requirements)
trust '/opt/Tanium/TaniumClient/python27/bin/pybin'
# for tanium/threat-response#exclusions/linux-python-38 (requirements)
trust '/opt/Tanium/TaniumClient/python38/python'
# for tanium/core#exclusions/linux-stdutils (client)
trust '/opt/Tanium/TaniumClient/Tools/StdUtils/'
# for tanium/core#exclusions/linux-taniumclient (client)
trust '/opt/Tanium/TaniumClient/TaniumClient'
# for tanium/core#exclusions/linux-taniumclient-lower-case (client)
trust '/opt/Tanium/TaniumClient/taniumclient'
# for tanium/core#exclusions/linux-distribute-tools (client)
trust '/opt/Tanium/TaniumClient/distribute-tools.sh'
# for tanium/core#exclusions/linux-taniumcx (client)
trust '/opt/Tanium/TaniumClient/TaniumCX'
fapolicyd-cli --update || echo 'fapolicyd is not running; it will read the file when it starts'
exit "$missing"
