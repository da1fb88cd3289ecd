#!/bin/sh
# Makes a trust file of fapolicyd on this computer, with the SHA-256 of each file.
#
#   carveout 0.1.0: fapolicyd for linux of site s
#   from profile vendor/product
#   an allow list: no antivirus leaves anything alone for these entries
#
# Run it as root on the computer itself, and again after each update of the product:
# a file that has changed is not trusted any more. What is not there is named and not
# trusted; then the exit code is 1.
set -eu
name='carveout-s-linux'
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
# for vendor/product#exclusions/program (page)
trust '/opt/vendor/bin/agent'
# for vendor/product#exclusions/folder (page)
trust '/opt/app/'
# for vendor/product#exclusions/file (page)
trust '/var/opt/vendor/data#1.db'
# for vendor/product#exclusions/blank (page)
trust '/opt/two words/agent'
# for vendor/product#exclusions/blank-folder (page)
trust '/opt/two words/'
# for vendor/product#exclusions/signs (page)
trust '/opt/$(x) `y` "z";|&'\''q'
fapolicyd-cli --update || echo 'fapolicyd is not running; it will read the file when it starts'
exit "$missing"
