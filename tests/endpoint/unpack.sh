#!/bin/sh
# Unpacks Debian packages below build/endpoint, so that nothing is installed, and prints
# the folder. What was unpacked once is used again without a network.
#   tests/endpoint/unpack.sh NAME PACKAGE...
set -eu
cd "$(dirname "$0")/../.."
name=$1
shift
root=build/endpoint/$name
if [ ! -e "$root/unpacked" ] || [ "$(cat "$root/unpacked")" != "$*" ]; then
	rm -rf "$root"
	mkdir -p "$root/packages"
	(
		cd "$root/packages"
		# What apt has is stale or absent on a fresh machine.
		apt-get download -qq "$@" >log 2>&1 || {
			sudo=
			[ "$(id -u)" -eq 0 ] || sudo=sudo
			$sudo apt-get update -qq >log 2>&1
			apt-get download -qq "$@" >log 2>&1 || { cat log >&2; exit 1; }
		}
		for package in *.deb; do
			dpkg-deb -x "$package" ..
			rm "$package"
		done
	)
	echo "$*" >"$root/unpacked"
fi
echo "$PWD/$root"
